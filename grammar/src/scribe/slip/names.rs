//! Names in quotes, and of several words.

use super::{Slip, Spot};
use crate::{
    diagnostic::{ADDRESS, NAME_QUOTED, NAME_WORDS, WORD_OTHER},
    forms,
    layout::{PieceKind, pieces},
    literal::Address,
    scribe::value::{as_name, is_name},
    statement::Rule,
};

/// `use "std"`: a library is named, and only another file of the tree stands in quotes.
pub(super) fn library_in_quotes(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::use_line || !spot.token.is_empty() {
        return None;
    }
    let written = spot.before().strip_prefix("use")?.trim();
    let name = written.strip_prefix('"')?.strip_suffix('"').filter(|it| is_name(it))?;
    let start = spot.text.find(written)?;
    let place = start..start.checked_add(written.len())?;
    let title = format!("write `use {name}`");
    let slip = Slip::new(NAME_QUOTED, "a library stands without quotes", place.clone());
    Some(if name == "std" {
        slip.certainly(title, place, name)
    } else {
        slip.note(
            "another file of the tree has a name to be used by: `use \"terms.writ\" as terms`",
        )
        .perhaps(title, place, name)
    })
}

/// Lines on which addresses stand, and the words before the first.
const OF_ADDRESSES: [(&[Rule], usize); 3] = [
    (&[Rule::address_entry], 0),
    (
        &[
            Rule::from_line,
            Rule::message_from_line,
            Rule::message_to_line,
            Rule::owner_line,
            Rule::postmaster_line,
            Rule::to_line,
        ],
        1,
    ),
    (&[Rule::help_desk_line], 2),
];

/// `Chair Person <chair@acme.example>` and `chair@acme.example (Chair)`: an address stands alone.
pub(super) fn of_its_owner(spot: &Spot<'_>) -> Option<Slip> {
    let (_, words) = OF_ADDRESSES.iter().find(|it| it.0.contains(&spot.rule))?;
    let mut start = 0_usize;
    for word in spot.text.split_whitespace().take(*words) {
        start = spot.text.get(start..)?.find(word)?.checked_add(start)?.checked_add(word.len())?;
    }
    // A comma inside of quotes separates nothing.
    let commas = pieces(spot.text).into_iter().filter(|it| it.kind == PieceKind::Comma);
    let (before, behind): (Vec<_>, Vec<_>) = commas.partition(|it| it.start < spot.at);
    let start = before.last().map_or(start, |it| it.end);
    let end = behind.first().map_or(spot.text.len(), |it| it.start);
    let entry = spot.text.get(start..end)?;
    let start = end.checked_sub(entry.trim_start().len())?;
    let entry = entry.trim();
    let in_brackets = || Some(entry.strip_suffix('>')?.rsplit_once('<')?.1);
    let before_name = || Some(entry.strip_suffix(')')?.split_once('(')?.0.trim_end());
    let address = in_brackets().or_else(before_name)?;
    Address::parse(address).ok()?;
    let place = start..start.checked_add(entry.len())?;
    let message = "an address stands alone, without the name of its owner";
    let slip = |place| Slip::new(ADDRESS, message, place);
    let title = format!("write `{address}`");
    // `Weber, Anna <anna@acme.example>`: what stands before the comma is of the name as well, or a set.
    let list = spot.text.get(..start)?.trim_end();
    let last = list.strip_suffix(',').and_then(|it| it.split([' ', ',', '\t', '\n']).next_back());
    let Some(half) = last.filter(|it| !it.contains('@')) else {
        return Some(slip(place.clone()).certainly(title, place, address));
    };
    let can_be_set = matches!(spot.rule, Rule::from_line | Rule::to_line);
    let first = list.len().checked_sub(half.len())?.checked_sub(1)?;
    let place = if can_be_set { place } else { first..place.end };
    Some(slip(place.clone()).perhaps(title, place, address))
}

/// Lines on which items are named.
const OF_NAMES: [Rule; 12] = [
    Rule::count_line,
    Rule::default_line,
    Rule::definition_head,
    Rule::expect_line,
    Rule::less_line,
    Rule::override_line,
    Rule::require_line,
    Rule::skips_line,
    Rule::then_line,
    Rule::use_line,
    Rule::veto_line,
    Rule::when_line,
];

/// Lines with lists of people or of networks.
const OF_PEOPLE: [Rule; 5] = [
    Rule::available_to_line,
    Rule::between_line,
    Rule::from_line,
    Rule::source_line,
    Rule::to_line,
];

/// Words that people put before a name to say what it is.
const KINDS: [&str; 6] = ["called", "library", "list", "named", "set", "the"];

/// `examination payment-data activates`: what a name stands for is known from the name.
pub(super) fn after_its_kind(spot: &Spot<'_>) -> Option<Slip> {
    let is_people = OF_PEOPLE.contains(&spot.rule);
    if !is_people && !OF_NAMES.contains(&spot.rule) {
        return None;
    }
    let before = spot.before();
    let last = before.split_whitespace().next_back()?;
    let is_kind = |it: &str| {
        let singular = format!("{it}s");
        KINDS.contains(&it) || forms::is_item(it) || forms::is_item(&singular)
    };
    let before_last = before.len().checked_sub(last.len())?;
    let word = if is_kind(spot.token) && spot.kind == Some(PieceKind::Word) {
        let start = if last == "the" { before_last } else { spot.at };
        start..spot.end().checked_add(1)?
    } else if is_kind(last) && before.len() > last.len() {
        before_last..spot.at
    } else {
        return None;
    };
    let place = word.start..word.end.checked_sub(1)?;
    let kind = spot.text.get(place.clone())?.trim();
    let rest = spot.text.get(word.end..)?.trim_start();
    let name = rest.split([' ', ',']).next().unwrap_or("");
    let end = word.start.checked_add(name.len())?.checked_sub(1)?;
    if kind.is_empty() || name.is_empty() || !spot.reads_beyond(&spot.with(word.clone(), ""), end) {
        return None;
    }
    let message = format!("no `{kind}` stands before a name: the name alone is enough");
    let slip = Slip::new(WORD_OTHER, message, place);
    let title = format!("take `{kind}` away");
    // In a list of people, it may be a name, and a comma forgotten.
    Some(if forms::is_item(kind) && !is_people {
        slip.certainly(title, word, "")
    } else {
        slip.perhaps(title, word, "")
    })
}

/// A name in quotes.
pub(super) fn quoted(spot: &Spot<'_>) -> Option<Slip> {
    let wants_name =
        [Rule::name, Rule::reference, Rule::reference_list].iter().any(|rule| spot.expects(*rule));
    let can_be_text = spot.expects(Rule::text) || spot.expects(Rule::findable);
    if !wants_name || can_be_text || spot.kind != Some(PieceKind::Text) {
        return None;
    }
    let inside = spot.token.trim_matches('"');
    let name = as_name(inside);
    let slip = Slip::new(NAME_QUOTED, "a name stands without quotes", spot.place());
    if !is_name(&name) {
        return Some(slip);
    }
    let title = format!("write `{name}`");
    Some(if name == inside {
        slip.certainly(title, spot.place(), &name)
    } else {
        slip.note("a name has small letters, digits and hyphens").perhaps(
            title,
            spot.place(),
            &name,
        )
    })
}

/// A name of several words, in the first line of an item.
pub(super) fn of_several_words(spot: &Spot<'_>) -> Option<Slip> {
    let is_head = matches!(
        spot.rule,
        Rule::named_head | Rule::definition_head | Rule::group_line | Rule::attribute_head
    );
    // The name is the second word; only after it can a third be part of it.
    let before: Vec<&str> = spot.before().split_whitespace().collect();
    let [_, first] = before.as_slice() else { return None };
    if !is_head || spot.kind != Some(PieceKind::Word) || first.starts_with('"') {
        return None;
    }
    let start = spot.text.find(first)?;
    let words: Vec<&str> = spot
        .text
        .get(start..)?
        .split_whitespace()
        .take_while(|word| !matches!(*word, "from" | "based" | "="))
        .collect();
    let last = words.last()?;
    let end = spot.text.rfind(last)?.checked_add(last.len())?;
    let name = as_name(&words.join(" "));
    let slip = Slip::new(NAME_WORDS, "a name is one word", start..end);
    let mended = spot.with(start..end, &name);
    if !is_name(&name) || !spot.reads(&mended) {
        return None;
    }
    Some(slip.perhaps(format!("write `{name}`"), start..end, &name))
}
