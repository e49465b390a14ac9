//! Who: groups of an export as sets or groups of the directory, and the sides of policies.

use std::collections::BTreeSet;

use grammar::literal::{DomainPattern, QuotedText};

use super::{
    change::{Changes, Class},
    field::{Field, plain},
    naming::{Names, Space},
    record::Record,
    value::{address, yes},
};
use crate::plain::plain_line;

/// One side of a policy.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// As the rules write it.
    pub(crate) words: String,
    pub(crate) kind: SideKind,
    /// People that it means, for tests.
    pub(crate) people: Vec<Person>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SideKind {
    Everyone,
    External,
    Internal,
    /// Somebody in particular, who may be internal or not.
    Some,
}

/// Somebody for a test.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Person {
    pub(crate) address: String,
    /// The line that says what the directory knows of them.
    pub(crate) given: Option<String>,
}

/// Everyone whom policies may name.
#[derive(Debug, Default)]
pub(crate) struct People {
    groups: Vec<Group>,
    attributes: Vec<(String, String)>,
    /// Values of attributes, as the export and as the rules write them.
    values: Vec<(String, String)>,
}

#[derive(Debug, Default)]
struct Group {
    called: String,
    id: Option<String>,
    place: String,
    is_directory: bool,
    addresses: BTreeSet<String>,
    domains: BTreeSet<String>,
    /// Members that cannot be members of a set, with their places.
    lost: Vec<(String, String)>,
    set_name: String,
    domains_name: String,
    is_absent: bool,
    protects: bool,
    unprotects: bool,
}

/// What a side of a record says.
struct Said<'r> {
    kind: String,
    kind_written: &'r str,
    value: Option<&'r str>,
    address: Option<&'r str>,
    domain: Option<&'r str>,
    group: Option<&'r str>,
    group_id: Option<&'r str>,
    attribute: Option<&'r str>,
    attribute_value: Option<&'r str>,
}

/// Which side.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Which {
    From,
    To,
}

/// Who is in the middle of bringing a policy over.
pub(crate) struct Asker<'a> {
    pub(crate) names: &'a mut Names,
    pub(crate) changes: &'a mut Changes,
    pub(crate) place: &'a str,
    pub(crate) called: &'a str,
    /// Whether the policy adds protection.
    pub(crate) protects: bool,
    /// A domain of the organisation.
    pub(crate) domain: &'a str,
}

impl People {
    /// Notes the members of a group.
    pub(crate) fn add(&mut self, record: &Record, changes: &mut Changes) {
        let Some(called) = record.get(Field::Group) else {
            changes.add(
                Class::Weaker,
                &record.place,
                &record.called(),
                "this row names no group and was left out",
            );
            return;
        };
        let at = self.groups.iter().position(|it| plain(&it.called) == plain(called));
        let at = at.unwrap_or_else(|| {
            self.groups.push(Group {
                called: called.to_owned(),
                place: record.place.clone(),
                ..Group::default()
            });
            self.groups.len().saturating_sub(1)
        });
        let Some(group) = self.groups.get_mut(at) else { return };
        group.id = group.id.take().or_else(|| record.get(Field::Id).map(str::to_owned));
        let from = record.word(Field::GroupType);
        group.is_directory |= ["directory", "ldap", "activedirectory", "azure", "ad"]
            .iter()
            .any(|it| from.contains(it));
        let members = record.get(Field::Member).unwrap_or_default();
        for member in
            members.split([',', ';', '\n', '\r']).map(str::trim).filter(|it| !it.is_empty())
        {
            let bare =
                member.strip_prefix("*@").or_else(|| member.strip_prefix('@')).unwrap_or(member);
            if let Some(address) = address(member) {
                group.addresses.insert(address.to_string());
            } else if DomainPattern::parse(bare).is_ok() && bare.contains('.') {
                group.domains.insert(bare.to_owned());
            } else {
                group.lost.push((record.place.clone(), member.to_owned()));
            }
        }
    }

    /// Gives the groups their names, once all of them are known.
    pub(crate) fn name_groups(&mut self, names: &mut Names) {
        for group in &mut self.groups {
            group.set_name = names.give(Space::People, last_part(&group.called));
            if !group.addresses.is_empty() && !group.domains.is_empty() && !group.is_directory {
                let called = format!("{} domains", last_part(&group.called));
                group.domains_name = names.unlisted(Space::People, &called);
            }
        }
    }

    /// A side of a policy.
    ///
    /// # Errors
    ///
    /// Why it cannot be said in the rules.
    pub(crate) fn side(
        &mut self,
        record: &Record,
        which: Which,
        asker: &mut Asker<'_>,
    ) -> Result<Side, String> {
        let said = Said::of(record, which);
        let first = |options: &[Option<&'_ str>]| -> Option<String> {
            options.iter().flatten().next().map(|it| (*it).to_owned())
        };
        match said.kind.as_str() {
            "everyone" | "anyone" | "all" | "everyoneinternalandexternal" => Ok(everyone(asker)),
            "" if asker.protects => {
                asker.note(Class::Stricter, "the export does not say to whom it applies: everyone");
                Ok(everyone(asker))
            }
            "" => Err("the export does not say to whom it applies".to_owned()),
            "internal" | "internaladdress" | "internaladdresses" => Ok(Side {
                words: "internal".to_owned(),
                kind: SideKind::Internal,
                people: vec![at(asker.domain)],
            }),
            "external" | "externaladdress" | "externaladdresses" => Ok(Side {
                words: "external".to_owned(),
                kind: SideKind::External,
                people: vec![at(OUTSIDE)],
            }),
            "emaildomain" | "domain" => {
                domains(&first(&[said.domain, said.value]).unwrap_or_default())
            }
            "individualemailaddress" | "individualaddress" | "emailaddress" | "address" => {
                addresses(&first(&[said.address, said.value]).unwrap_or_default(), asker)
            }
            "addressgroup" | "addressgroups" | "profilegroup" | "group" | "groups" => {
                let wanted = first(&[said.group, said.value, said.group_id]);
                let wanted = wanted.ok_or_else(|| "it names no group".to_owned())?;
                Ok(self.group(&wanted, said.group_id, asker))
            }
            "addressattribute" | "addressattributes" | "addressattributevalue" | "attribute" => {
                self.attribute(said.attribute, first(&[said.attribute_value, said.value]), asker)
            }
            _ => Err(format!(
                "there is nothing like `{}` in the rules",
                plain_line(said.kind_written)
            )),
        }
    }

    fn group(&mut self, wanted: &str, id: Option<&str>, asker: &mut Asker<'_>) -> Side {
        let called = plain(wanted);
        let by_id = |it: &Group| {
            it.id.is_some() && (it.id.as_deref() == id || it.id.as_deref() == Some(wanted))
        };
        let exact = self.groups.iter().position(|it| by_id(it) || plain(&it.called) == called);
        let last = || {
            let same = |it: &Group| plain(last_part(&it.called)) == plain(last_part(wanted));
            let mut found = self.groups.iter().enumerate().filter(|it| same(it.1)).map(|it| it.0);
            found.next().filter(|_| found.next().is_none())
        };
        let at = exact.or_else(last).unwrap_or_else(|| {
            let name = asker.names.give(Space::People, last_part(wanted));
            self.groups.push(Group {
                called: wanted.to_owned(),
                place: asker.place.to_owned(),
                is_directory: true,
                is_absent: true,
                set_name: name,
                ..Group::default()
            });
            self.groups.len().saturating_sub(1)
        });
        let Some(group) = self.groups.get_mut(at) else { return everyone(asker) };
        group.protects |= asker.protects;
        group.unprotects |= !asker.protects;
        if group.is_absent {
            let class = if asker.protects { Class::Weaker } else { Class::Stricter };
            asker.note(class, &format!("the group `{}` is not in the export: it has no members until your directory has it", plain_line(&group.called)));
        }
        if !group.domains_name.is_empty() {
            asker.note(Class::Same, &format!("the group `{}` has addresses and domains: it is two sets, and counts as a domain when policies compete", plain_line(&group.called)));
        }
        group.side(asker.domain)
    }

    fn attribute(
        &mut self,
        name: Option<&str>,
        value: Option<String>,
        asker: &mut Asker<'_>,
    ) -> Result<Side, String> {
        let called = name.ok_or_else(|| "it names no attribute".to_owned())?;
        let value = value.ok_or_else(|| "it gives no value for the attribute".to_owned())?;
        let known = self.attributes.iter().find(|it| plain(&it.0) == plain(called)).cloned();
        let (_, name) = known.unwrap_or_else(|| {
            let name = asker.names.give(Space::Attributes, called);
            let both = (called.to_owned(), name);
            self.attributes.push(both.clone());
            both
        });
        let known = self.values.iter().find(|it| it.0 == value).map(|it| it.1.clone());
        let written = known.unwrap_or_else(|| {
            let written = asker.names.unlisted(Space::Values, &value);
            self.values.push((value.clone(), written.clone()));
            written
        });
        asker.note(
            Class::Same,
            &format!(
                "attributes come from your directory: it must give `{}` to people",
                plain_line(called)
            ),
        );
        if written != value {
            let class = if asker.protects { Class::Weaker } else { Class::Stricter };
            asker.note(class, &format!("the rules write the value `{}` as `{written}`: it matches nobody until your directory writes it so", plain_line(&value)));
        }
        let person = at(asker.domain);
        let given = format!("given {} with {name} is {written}", person.address);
        Ok(Side {
            words: format!("anyone with {name} is {written}"),
            kind: SideKind::Some,
            people: vec![Person { given: Some(given), ..person }],
        })
    }

    /// What was lost of groups, judged by who uses them; once all policies are read.
    pub(crate) fn report(&self, changes: &mut Changes) {
        for group in &self.groups {
            let class =
                if group.protects || !group.unprotects { Class::Weaker } else { Class::Stricter };
            for (place, member) in &group.lost {
                changes.add(
                    class,
                    place,
                    &group.called,
                    format!(
                        "the member `{}` is neither an address nor a domain and was left out",
                        plain_line(member)
                    ),
                );
            }
            if group.is_directory && !group.is_absent {
                changes.add(Class::Same, &group.place, &group.called, "a group of the directory: its members come from your directory, not from the export");
            }
        }
    }

    /// The items.
    pub(crate) fn items(&self) -> Vec<String> {
        let mut items = Vec::new();
        for (called, name) in &self.attributes {
            items.push(format!(
                "attribute {name} from directory {}\n",
                QuotedText::quote(&plain_line(called))
            ));
        }
        for group in &self.groups {
            let doc = format!("## {}\n", plain_line(&group.called));
            if group.is_directory {
                items.push(format!(
                    "{doc}group {} from directory {}\n",
                    group.set_name,
                    QuotedText::quote(&plain_line(&group.called))
                ));
                continue;
            }
            let block = |word: &str, name: &str, entries: &BTreeSet<String>| {
                let entries: String = entries.iter().map(|it| format!("  {it}\n")).collect();
                format!("{doc}{word} {name} {{\n{entries}}}\n")
            };
            if group.addresses.is_empty() && !group.domains.is_empty() {
                items.push(block("domains", &group.set_name, &group.domains));
                continue;
            }
            items.push(block("addresses", &group.set_name, &group.addresses));
            if !group.domains_name.is_empty() {
                items.push(block("domains", &group.domains_name, &group.domains));
            }
        }
        items
    }
}

/// Somebody outside, for tests.
const OUTSIDE: &str = "elsewhere.example";

impl<'r> Said<'r> {
    fn of(record: &'r Record, which: Which) -> Self {
        let pick = |from, to| record.get(if which == Which::From { from } else { to });
        let kind_written = pick(Field::FromKind, Field::ToKind).unwrap_or_default();
        Self {
            kind: plain(kind_written),
            kind_written,
            value: pick(Field::FromValue, Field::ToValue),
            address: pick(Field::FromAddress, Field::ToAddress),
            domain: pick(Field::FromDomain, Field::ToDomain),
            group: pick(Field::FromGroup, Field::ToGroup),
            group_id: pick(Field::FromGroupId, Field::ToGroupId),
            attribute: pick(Field::FromAttribute, Field::ToAttribute),
            attribute_value: pick(Field::FromAttributeValue, Field::ToAttributeValue),
        }
    }
}

impl Asker<'_> {
    pub(crate) fn note(&mut self, class: Class, said: &str) {
        self.changes.add(class, self.place, self.called, said);
    }
}

impl Group {
    fn side(&self, domain: &str) -> Side {
        let name = &self.set_name;
        if self.is_directory {
            let person = at(domain);
            let given = format!("given {} in {name}", person.address);
            let people = vec![Person { given: Some(given), ..person }];
            return Side { words: format!("group {name}"), kind: SideKind::Some, people };
        }
        let mut people: Vec<Person> =
            self.addresses.iter().take(PEOPLE_MAX).map(|it| person(it.clone())).collect();
        people.extend(self.domains.iter().take(PEOPLE_MAX).map(|it| at(&below(it))));
        let words = match self.domains_name.as_str() {
            "" => name.clone(),
            domains => format!("{name}, {domains}"),
        };
        Side { words, kind: SideKind::Some, people }
    }
}

/// People of one group that tests try.
const PEOPLE_MAX: usize = 3;

fn everyone(asker: &Asker<'_>) -> Side {
    Side {
        words: "everyone".to_owned(),
        kind: SideKind::Everyone,
        people: vec![at(asker.domain), at(OUTSIDE)],
    }
}

fn person(address: String) -> Person {
    Person { address, given: None }
}

fn at(domain: &str) -> Person {
    person(format!("someone@{domain}"))
}

/// A domain that a pattern means.
fn below(pattern: &str) -> String {
    pattern.strip_prefix("*.").map_or_else(|| pattern.to_owned(), |it| format!("below.{it}"))
}

/// What a path of folders ends with.
fn last_part(called: &str) -> &str {
    called.rsplit(['/', '\\', '>', '|']).map(str::trim).find(|it| !it.is_empty()).unwrap_or(called)
}

fn split(value: &str) -> impl Iterator<Item = &str> {
    value.split([',', ';', '\n', '\r']).map(str::trim).filter(|it| !it.is_empty())
}

fn domains(value: &str) -> Result<Side, String> {
    let (mut words, mut people) = (Vec::new(), Vec::new());
    for one in split(value) {
        let bare = one.strip_prefix('@').unwrap_or(one);
        DomainPattern::parse(bare)
            .map_err(|error| format!("`{}` is no domain: {error}", plain_line(one)))?;
        words.push(if bare.starts_with("*.") { bare.to_owned() } else { format!("domain {bare}") });
        people.push(at(&below(bare)));
    }
    if words.is_empty() {
        return Err("it names no domain".to_owned());
    }
    Ok(Side { words: words.join(", "), kind: SideKind::Some, people })
}

fn addresses(value: &str, asker: &mut Asker<'_>) -> Result<Side, String> {
    let (mut words, mut people) = (Vec::new(), Vec::new());
    for one in split(value) {
        if let Some(domain) = one.strip_prefix("*@") {
            let side = domains(domain)?;
            asker.note(
                Class::Same,
                &format!(
                    "`{}` means its domain, and counts as a domain when policies compete",
                    plain_line(one)
                ),
            );
            words.push(side.words);
            people.extend(side.people);
            continue;
        }
        let address = address(one).ok_or_else(|| format!("`{}` is no address", plain_line(one)))?;
        words.push(address.to_string());
        people.push(person(address.to_string()));
    }
    if words.is_empty() {
        return Err("it names no address".to_owned());
    }
    Ok(Side { words: words.join(", "), kind: SideKind::Some, people })
}

/// Whether a record says yes; what is neither yes nor no is noted.
pub(crate) fn says(record: &Record, field: Field, otherwise: bool, asker: &mut Asker<'_>) -> bool {
    match (record.get(field), yes(record.get(field))) {
        (None, _) => otherwise,
        (Some(_), Some(is)) => is,
        (Some(said), None) => {
            let class = if otherwise == asker.protects { Class::Stricter } else { Class::Weaker };
            asker.note(class, &format!("`{}` is neither yes nor no", plain_line(said)));
            otherwise
        }
    }
}
