//! Policies of every type as policies and bypasses of the rules.

use grammar::literal::Date;

use super::{
    Options,
    change::{Changes, Class},
    clause::{Clause, ClauseKind, Compare, Then},
    content::Examinations,
    definition::Definitions,
    field::Field,
    naming::{Names, Space},
    people::{Asker, People, Side, SideKind, Which, says},
    policy_type::{PolicyType, policy_type},
    record::Record,
    value::{Day, address, day, networks, yes},
};
use crate::plain::plain_line;

/// What policies can name.
pub(crate) struct Known<'k> {
    pub(crate) definitions: &'k mut Definitions,
    pub(crate) examinations: &'k Examinations,
    pub(crate) names: &'k mut Names,
    pub(crate) options: &'k Options,
    pub(crate) people: &'k mut People,
}

/// Brings a policy over: nothing where it is left out, two where it holds in both directions and
/// secures.
pub(crate) fn bring(record: &Record, known: &mut Known<'_>, changes: &mut Changes) -> Vec<Clause> {
    let called = record.called();
    let policy_type = match policy_type(record, known, changes) {
        Ok(it) => it,
        Err(why) => return left_out(record, &called, Class::Weaker, &why, changes),
    };
    let act = match act(record, policy_type, known, changes) {
        Ok(it) => it,
        Err((class, why)) => return left_out(record, &called, class, &why, changes),
    };
    let protects = act.protects;
    if !protects && !record.strange.is_empty() {
        let why = strange(&record.strange);
        return left_out(record, &called, Class::Stricter, &why, changes);
    }
    let against = if protects { Class::Weaker } else { Class::Stricter };
    let domain = known.options.domain();
    let mut asker = Asker {
        names: known.names,
        changes,
        place: &record.place,
        called: &called,
        protects,
        domain: &domain,
    };
    let (from, to) = match sides(record, known.people, &mut asker) {
        Ok(it) => it,
        Err(why) => return left_out(record, &called, against, &why, changes),
    };
    let conditions = match conditions(record, act.kind, &mut asker, known.options) {
        Ok(it) => it,
        Err(why) => return left_out(record, &called, against, &why, changes),
    };
    let both_ways = says(record, Field::BiDirectional, false, &mut asker) && from.words != to.words;
    let mut overrides_all = says(record, Field::Override, false, &mut asker);
    if overrides_all && policy_type == PolicyType::Content {
        overrides_all = false;
        asker.note(Class::Stricter, "content policies add up, so that an override has nothing to win: the most protective of all that apply is done");
    }
    overrides_all &= policy_type != PolicyType::ContentBypass;
    if says(record, Field::Enforced, false, &mut asker) {
        asker.note(Class::Weaker, "that it is enforced has no counterpart here: see that no bypass and no request stands against it");
    }
    let name = asker.names.give(Space::Clauses, &called);
    let clause = Clause {
        name,
        called: called.clone(),
        place: record.place.clone(),
        kind: act.kind,
        from,
        to,
        both_ways: false,
        compare: conditions.compare,
        source: conditions.source,
        first: conditions.first,
        last: conditions.last,
        disabled: conditions.disabled,
        idle: false,
        when: act.when,
        then: act.then,
        notify: act.notify,
        overrides_all,
        overrides: std::collections::BTreeSet::new(),
    };
    if both_ways { turned(clause, &mut asker) } else { vec![clause] }
}

fn left_out(
    record: &Record,
    called: &str,
    class: Class,
    why: &str,
    changes: &mut Changes,
) -> Vec<Clause> {
    changes.add(class, &record.place, called, format!("this policy was left out: {why}"));
    Vec::new()
}

/// From whom and to whom, or why that cannot be said.
fn sides(
    record: &Record,
    people: &mut People,
    asker: &mut Asker<'_>,
) -> Result<(Side, Side), String> {
    let from = people.side(record, Which::From, asker);
    let to = people.side(record, Which::To, asker);
    let from = from.map_err(|why| format!("for its From, {why}"))?;
    Ok((from, to.map_err(|why| format!("for its To, {why}"))?))
}

/// Why a policy that takes protection away is left out: what is not understood may have limited it.
fn strange(headings: &[String]) -> String {
    let named: Vec<String> = headings.iter().map(|it| format!("`{}`", plain_line(it))).collect();
    format!(
        "it takes protection away, and {} may limit it; if that means nothing, say `--ignore-column`",
        named.join(", ")
    )
}

/// A policy that holds in both directions.
fn turned(clause: Clause, asker: &mut Asker<'_>) -> Vec<Clause> {
    if clause.kind == ClauseKind::Policy
        && !matches!(clause.then, Then::Secure(_) | Then::VerifiedTls)
    {
        return vec![Clause { both_ways: true, ..clause }];
    }
    let is_outside = clause.to.kind == SideKind::External;
    if clause.kind == ClauseKind::Policy && is_outside {
        asker.note(
            Class::Same,
            "securing acts on what the organisation sends out, so the other direction was left out",
        );
        return vec![clause];
    }
    let name = asker.names.unlisted(Space::Clauses, &format!("{} back", clause.called));
    asker.note(
        Class::Same,
        &format!("both directions are two rules: `{}` and `{name}`", clause.name),
    );
    let back = Clause { name, from: clause.to.clone(), to: clause.from.clone(), ..clause.clone() };
    vec![clause, back]
}

/// What a policy does.
struct Act {
    kind: ClauseKind,
    then: Then,
    when: Option<String>,
    notify: Vec<String>,
    protects: bool,
}

/// Why a policy is left out, and what that does to protection.
type Refused = (Class, String);

fn act(
    record: &Record,
    policy_type: PolicyType,
    known: &mut Known<'_>,
    changes: &mut Changes,
) -> Result<Act, Refused> {
    let option = record.word(Field::Option);
    let nothing = option.contains("noaction") || option == "none";
    let plain =
        |kind, then: Then, protects| Act { kind, then, when: None, notify: Vec::new(), protects };
    match policy_type {
        PolicyType::Secure if nothing => Ok(plain(ClauseKind::Policy, Then::NoAction, false)),
        PolicyType::Secure => {
            // Where only one column says what is done, it may name the definition.
            let definition = record.get(Field::Definition).or_else(|| record.get(Field::Option));
            let Some(definition) = definition else {
                let why = "it names neither a definition nor `Take No Action`";
                return Err((Class::Weaker, why.to_owned()));
            };
            let called = record.called();
            let user = (record.place.as_str(), called.as_str());
            let name = known.definitions.find(definition, user, known.names, changes);
            Ok(plain(ClauseKind::Policy, Then::Secure(name), true))
        }
        PolicyType::SecureBypass if nothing => Ok(plain(ClauseKind::Bypass, Then::NoAction, true)),
        PolicyType::SecureBypass if option.contains("disable") => {
            Ok(plain(ClauseKind::Bypass, Then::Disable, false))
        }
        PolicyType::SecureBypass => Err((
            Class::Stricter,
            "its option is neither `Take No Action` nor `Disable Secure Messaging`".to_owned(),
        )),
        PolicyType::Content => act_on_content(record, known, changes),
        PolicyType::ContentBypass => {
            let skipped = skipped(record, nothing, known, changes)?;
            Ok(plain(ClauseKind::Bypass, Then::Skips(skipped), false))
        }
    }
}

fn act_on_content(
    record: &Record,
    known: &mut Known<'_>,
    changes: &mut Changes,
) -> Result<Act, Refused> {
    let definition = record.get(Field::Definition).or_else(|| record.get(Field::Option));
    let Some(found) = definition.and_then(|it| known.examinations.find(it)) else {
        let named = plain_line(definition.unwrap_or("none"));
        let why = format!(
            "its content definition `{named}` is not in the export, or nothing of it is left"
        );
        return Err((Class::Weaker, why));
    };
    let called = record.called();
    let user = (record.place.as_str(), called.as_str());
    let (then, notify) =
        known.examinations.act(found, user, known.definitions, known.names, changes);
    let protects = then.rank() > 1;
    let when = Some(found.name.clone());
    Ok(Act { kind: ClauseKind::Policy, then, when, notify, protects })
}

/// The examinations that a bypass skips.
fn skipped(
    record: &Record,
    nothing: bool,
    known: &Known<'_>,
    changes: &mut Changes,
) -> Result<Vec<String>, Refused> {
    let option = record.get(Field::Option).filter(|_| !nothing);
    let skipped: Vec<String> = match record.get(Field::Definition).or(option) {
        Some(definition) => {
            known.examinations.find(definition).map(|it| it.name.clone()).into_iter().collect()
        }
        None => {
            let said = "it names no content definition: it skips every one that is in the export";
            changes.add(Class::Same, &record.place, &record.called(), said);
            known.examinations.all().map(|it| it.name.clone()).collect()
        }
    };
    if skipped.is_empty() {
        let why = "the content definition that it bypasses is not in the export";
        return Err((Class::Stricter, why.to_owned()));
    }
    Ok(skipped)
}

/// What limits a policy besides its sides.
struct Conditions {
    compare: Compare,
    source: Vec<String>,
    first: Option<Date>,
    last: Option<Date>,
    disabled: bool,
}

fn conditions(
    record: &Record,
    kind: ClauseKind,
    asker: &mut Asker<'_>,
    options: &Options,
) -> Result<Conditions, String> {
    let compare = match record.word(Field::FromPart).as_str() {
        "" | "envelope" | "envelopefrom" | "returnaddress" | "mailenvelopefrom" => {
            Compare::Envelope
        }
        it if it.contains("returnaddress") => Compare::Envelope,
        "header" | "headerfrom" | "messagefrom" | "messageheaderfrom" => Compare::Header,
        it if it.contains("messagefromaddress") => Compare::Header,
        "both" | "either" => Compare::Either,
        _ if asker.protects => {
            asker.note(Class::Stricter, "which address it compares is not understood: either");
            Compare::Either
        }
        _ => return Err("which address it compares is not understood".to_owned()),
    };
    let source = match record.get(Field::SourceRanges).map(networks) {
        None => Vec::new(),
        Some(Ok(found)) => {
            if found.iter().any(|it| it.1) {
                asker.note(Class::Same, "a source range with the address of a host means the network around it, and is written so");
            }
            found.into_iter().map(|it| it.0).collect()
        }
        Some(Err(wrong)) if asker.protects => {
            asker.note(
                Class::Stricter,
                &format!(
                    "`{}` is no network: the policy holds for every source",
                    plain_line(&wrong)
                ),
            );
            Vec::new()
        }
        Some(Err(wrong)) => return Err(format!("`{}` is no network", plain_line(&wrong))),
    };
    let (first, last) = validity(record, asker, options)?;
    let disabled = is_disabled(record, asker);
    if last.is_none() && kind == ClauseKind::Bypass && !disabled && !is_endless(record) {
        asker.note(Class::Same, "the export gives no last day: it never ends");
    }
    Ok(Conditions { compare, source, first, last, disabled })
}

/// Whether somebody switched it off. What takes protection away stays off where that is not understood.
fn is_disabled(record: &Record, asker: &mut Asker<'_>) -> bool {
    match (record.get(Field::Enabled), yes(record.get(Field::Enabled))) {
        (None, _) => false,
        (Some(_), Some(true)) => false,
        (Some(_), Some(false)) => {
            let told =
                "it is switched off in the export: it is written with `disabled`, and does nothing";
            asker.note(Class::Same, told);
            true
        }
        (Some(said), None) => {
            let state = if asker.protects { "on" } else { "`disabled`" };
            let said = plain_line(said);
            let told = format!("`{said}` says neither that it is on nor that it is off: {state}");
            asker.note(Class::Stricter, &told);
            !asker.protects
        }
    }
}

/// Whether the export says in words that it never ends.
fn is_endless(record: &Record) -> bool {
    let says = |field| yes(record.get(field)) == Some(true);
    [Field::EndEternal, Field::Perpetual, Field::End, Field::DateRange].into_iter().any(says)
}

fn validity(
    record: &Record,
    asker: &mut Asker<'_>,
    options: &Options,
) -> Result<(Option<Date>, Option<Date>), String> {
    let forever = |field| yes(record.get(field)) == Some(true);
    let range = record.get(Field::DateRange).filter(|it| yes(Some(it)) != Some(true));
    let (from_range, to_range) = range.map_or((None, None), split_range);
    let start = record.get(Field::Start).or(from_range);
    let end = record.get(Field::End).or(to_range);
    let start = start.filter(|it| {
        !forever(Field::StartEternal) && !forever(Field::Perpetual) && yes(Some(it)) != Some(true)
    });
    let end = end.filter(|it| {
        !forever(Field::EndEternal) && !forever(Field::Perpetual) && yes(Some(it)) != Some(true)
    });
    let column =
        |field| record.column(if record.get(field).is_some() { field } else { Field::DateRange });
    let columns = (column(Field::Start), column(Field::End));
    let first = start.map(|it| bound((it, &columns.0), Bound::First, asker, options));
    let first = first.transpose()?.flatten();
    let last = end.map(|it| bound((it, &columns.1), Bound::Last, asker, options));
    let last = last.transpose()?.flatten();
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        return Err("it ends before it begins, so it never held".to_owned());
    }
    Ok((first, last))
}

/// `2026-01-01 - 2026-12-31`, `… to …`, `… until …`.
fn split_range(range: &str) -> (Option<&str>, Option<&str>) {
    for word in [" to ", " until ", " - ", " \u{2013} ", ".."] {
        if let Some((first, last)) = range.split_once(word) {
            let some = |it: &'_ str| !it.trim().is_empty();
            return (Some(first).filter(|it| some(it)), Some(last).filter(|it| some(it)));
        }
    }
    (Some(range), None)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Bound {
    First,
    Last,
}

/// A day at which a policy begins or ends. The rules know whole days: what protects holds a little
/// longer then, what takes protection away a little shorter.
fn bound(
    (value, column): (&str, &str),
    which: Bound,
    asker: &mut Asker<'_>,
    options: &Options,
) -> Result<Option<Date>, String> {
    let Day { date, at } = match day(value, options.date_order, &options.zone) {
        Ok(it) => it,
        Err(why) if asker.protects => {
            let said = format!("in {column}, {why}; without it the policy holds for longer");
            asker.note(Class::Stricter, &said);
            return Ok(None);
        }
        Err(why) => return Err(format!("in {column}, {why}")),
    };
    let Some(at) = at else { return Ok(Some(date)) };
    let is_whole = match which {
        Bound::First => at == jiff::civil::Time::midnight(),
        Bound::Last => at.hour() == 23 && at.minute() == 59,
    };
    let ends_at_midnight = which == Bound::Last && at == jiff::civil::Time::midnight();
    if is_whole {
        return Ok(Some(date));
    }
    asker.note(
        Class::Stricter,
        &format!("`{}` is not at the edge of a day: whole days are written", plain_line(value)),
    );
    let moved = match which {
        Bound::First if !asker.protects => date.civil().tomorrow(),
        Bound::Last if !asker.protects || ends_at_midnight => date.civil().yesterday(),
        Bound::First | Bound::Last => return Ok(Some(date)),
    };
    let moved = moved
        .map_err(|_range| format!("`{}` is at the edge of the calendar", plain_line(value)))?;
    Ok(Some(moved.into()))
}

/// Addresses of a list, and whether something in it is none.
pub(crate) fn addresses(value: &str) -> (Vec<String>, bool) {
    let (mut found, mut odd) = (Vec::new(), false);
    for one in value.split([',', ';', '\n', ' ']).map(str::trim).filter(|it| !it.is_empty()) {
        match address(one) {
            Some(address) => found.push(address.to_string()),
            None => odd = true,
        }
    }
    (found, odd)
}

/// Notes for a side that a bypass believes only from trusted peers.
pub(crate) fn believes(clause: &Clause, options: &Options, changes: &mut Changes) {
    let is_external = clause.from.kind == SideKind::External;
    if clause.kind == ClauseKind::Bypass && !is_external && options.relay_networks.is_empty() {
        changes.add(
            Class::Stricter,
            &clause.place,
            &clause.called,
            "a bypass believes an internal sender only from the organisation's own mail servers: say which with `--relay-network`",
        );
    }
}
