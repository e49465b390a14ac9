//! Sets, selectors and sides: the names of people and places, resolved.

use std::sync::Arc;

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::{DomainPattern, Network},
    suggest::closest,
    tree::{self, ItemKind, Reference, Relation, SelectorKind, SetKind, Source, Span, Spanned},
};

use super::{
    Checker,
    memory::Task,
    names::{Entry, NameKind, span_of, written},
};
use crate::{
    code,
    facts::Directory,
    model::{
        selector::{Selector, Side},
        set::{Attribute, Group, Set, SetId, Sets},
    },
};

/// Kinds that can stand where a bare name is a selector.
pub(super) const SELECTABLE: [NameKind; 3] =
    [NameKind::Addresses, NameKind::Domains, NameKind::Group];

impl Checker<'_> {
    /// Every set of the tree and of the libraries that it uses, in the order of their numbers.
    pub(super) fn sets(&self) -> Sets {
        let mut sets = Sets::default();
        for entry in self.names.of_kind(NameKind::Addresses) {
            if let ItemKind::Addresses(it) = entry.item {
                let sorted = |members: &mut Vec<_>| {
                    members.sort();
                    members.dedup();
                };
                sets.addresses.push(self.members(entry, &it.entries, sorted));
            }
        }
        for entry in self.names.of_kind(NameKind::Domains) {
            if let ItemKind::Domains(it) = entry.item {
                sets.domains.push(self.members(entry, &it.entries, |_| {}));
            }
        }
        for entry in self.names.of_kind(NameKind::Networks) {
            if let ItemKind::Networks(it) = entry.item {
                sets.networks.push(self.members(entry, &it.entries, |_| {}));
            }
        }
        self.add_directory(&mut sets);
        sets
    }

    /// A set with what is written in it, arranged.
    fn members<V: Clone + Send + Sync + 'static>(
        &self,
        entry: &Entry<'_>,
        written: &[Spanned<V>],
        arrange: impl FnOnce(&mut Vec<V>),
    ) -> Set<Vec<V>> {
        let members = || {
            let mut members = written.iter().map(|it| it.value.clone()).collect();
            arrange(&mut members);
            Arc::new(members)
        };
        let members = self.once(Task::Members, entry.name.span, members);
        Set { name: entry.label.to_string(), members }
    }

    fn add_directory(&self, sets: &mut Sets) {
        for entry in self.names.of_kind(NameKind::Group) {
            if let ItemKind::Group(it) = entry.item {
                sets.groups.push(Group {
                    name: entry.label.to_string(),
                    directory: Directory::group(&it.directory.value),
                    span: it.name.span,
                });
            }
        }
        for entry in self.names.of_kind(NameKind::Attribute) {
            if let ItemKind::Attribute(it) = entry.item {
                sets.attributes.push(Attribute {
                    name: entry.label.to_string(),
                    directory: Directory::value(&it.directory.value),
                    order: it.order.iter().map(|it| Directory::value(&it.value)).collect(),
                });
            }
        }
    }

    /// The networks that a list of sources names.
    pub(super) fn networks(&self, sources: &[Source]) -> Vec<Network> {
        let mut networks = Vec::new();
        for source in sources {
            match source {
                Source::Network(network) => networks.push(network.value),
                Source::Named(reference) => {
                    if let Some(ItemKind::Networks(set)) =
                        self.resolve(reference, &[NameKind::Networks]).map(|it| it.item)
                    {
                        networks.extend(set.entries.iter().map(|it| it.value));
                    }
                }
            }
        }
        networks
    }

    /// A side of a clause; everyone when absent.
    pub(super) fn side(&self, written: Option<&tree::Side>) -> Side {
        let Some(written) = written else { return Side::everyone() };
        Side { any_of: self.selectors(&written.any_of), except: self.selectors(&written.except) }
    }

    /// Selectors, sorted; those that mean nothing are reported and left out.
    pub(super) fn selectors(&self, written: &[tree::Selector]) -> Vec<Selector> {
        let mut selectors: Vec<Selector> =
            written.iter().filter_map(|it| self.selector(it)).collect();
        selectors.sort();
        selectors.dedup();
        selectors
    }

    fn selector(&self, written: &tree::Selector) -> Option<Selector> {
        Some(match &written.kind {
            SelectorKind::Everyone => Selector::Everyone,
            SelectorKind::Internal => Selector::Internal,
            SelectorKind::External => Selector::External,
            SelectorKind::NullSender => Selector::Null,
            SelectorKind::Domain(pattern) => {
                self.refuse_set_as_domain(pattern, written.span);
                Selector::Domain(pattern.clone())
            }
            SelectorKind::Address(address) => Selector::Address(address.clone()),
            SelectorKind::Named { kind, name } => self.named(*kind, name)?,
            SelectorKind::Attribute { attribute, relation, value } => {
                self.attribute(attribute, *relation, value)?
            }
        })
    }

    /// `domain labs`, where `labs` is a set of domains and no domain.
    fn refuse_set_as_domain(&self, pattern: &DomainPattern, span: Span) {
        if pattern.domain.labels() != 1 || pattern.wildcard {
            return;
        }
        let name = Spanned { value: pattern.domain.to_string(), span };
        let reference = Reference { qualifier: None, name };
        let Ok(set) = self.names.find(&reference, &SELECTABLE) else { return };
        let name = &reference.name.value;
        let message = format!("`{name}` is {}, not a domain", set.kind.words());
        let offer = format!("{} {name}", set.kind.item());
        let finding = Diagnostic::new(code::NAME_KIND, message).primary(span, "");
        let finding = finding.secondary(set.name.span, "declared here");
        self.report(finding.fix(Fix::choose(format!("write `{offer}`"), span, offer)));
    }

    fn named(&self, demanded: Option<SetKind>, name: &Reference) -> Option<Selector> {
        let wanted: &'static [NameKind] = match demanded {
            None => &SELECTABLE,
            Some(SetKind::Addresses) => &[NameKind::Addresses],
            Some(SetKind::Domains) => &[NameKind::Domains],
            Some(SetKind::Group) => &[NameKind::Group],
        };
        let entry = self.resolve(name, wanted)?;
        selector_of(entry.kind, SetId(entry.id))
    }

    /// The entry of an attribute that must be declared.
    pub(super) fn declared_attribute(&self, attribute: &Reference) -> Option<&Entry<'_>> {
        match self.names.find(attribute, &[NameKind::Attribute]) {
            Ok(entry) => Some(entry),
            Err(_) if self.names.is_broken(attribute, &[NameKind::Attribute]) => None,
            Err(finding) if finding.code == code::NAME_UNKNOWN => {
                let message = format!("the attribute `{}` is not declared", written(attribute));
                let mut undeclared = Diagnostic::new(code::ATTRIBUTE_UNDECLARED, message)
                    .primary(span_of(attribute), "");
                undeclared.fix = finding.fix.or_else(|| {
                    let name = &attribute.name.value;
                    Some(Fix::advice(format!(
                        "declare it: `attribute {name} from directory \"…\"`"
                    )))
                });
                self.report(undeclared);
                None
            }
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    fn attribute(
        &self,
        attribute: &Reference,
        relation: Relation,
        value: &tree::Name,
    ) -> Option<Selector> {
        let entry = self.declared_attribute(attribute)?;
        let ItemKind::Attribute(declared) = entry.item else { return None };
        let at_least = Selector::is_at_least(relation);
        if at_least && declared.order.is_empty() {
            let message = format!("the values of `{}` have no order", written(attribute));
            let finding = Diagnostic::new(code::ATTRIBUTE_ORDER, message).primary(value.span, "");
            self.report(finding.secondary(declared.name.span, "declared without `order`"));
            return None;
        }
        self.attribute_value(declared, value)?;
        Some(Selector::Attribute {
            attribute: SetId(entry.id),
            at_least,
            value: Directory::value(&value.value),
        })
    }

    /// Reports a value that the attribute's `order` does not list.
    pub(super) fn attribute_value(
        &self,
        declared: &tree::Attribute,
        value: &tree::Name,
    ) -> Option<()> {
        let known = || declared.order.iter().map(|it| it.value.as_str());
        if declared.order.is_empty()
            || known().any(|it| Directory::value(it) == Directory::value(&value.value))
        {
            return Some(());
        }
        let message = format!("`{}` has no value `{}`", declared.name.value, value.value);
        let all: Vec<&str> = known().collect();
        let mut finding = Diagnostic::new(code::ATTRIBUTE_VALUE, message)
            .primary(value.span, "")
            .secondary(declared.name.span, format!("its values are {}", all.join(", ")));
        if let Some(close) = closest(&value.value, known()) {
            finding = finding.fix(Fix::choose(format!("write `{close}`"), value.span, close));
        }
        self.report(finding);
        None
    }
}

/// What a name of this kind selects; nothing for what is no list of people.
pub(super) fn selector_of(kind: NameKind, id: SetId) -> Option<Selector> {
    match kind {
        NameKind::Addresses => Some(Selector::AddressSet(id)),
        NameKind::Domains => Some(Selector::DomainSet(id)),
        NameKind::Group => Some(Selector::Group(id)),
        NameKind::Attribute
        | NameKind::Bypass
        | NameKind::Definition
        | NameKind::Examination
        | NameKind::Fingerprints
        | NameKind::Networks
        | NameKind::Pattern
        | NameKind::Policy
        | NameKind::Request
        | NameKind::Terms => None,
    }
}
