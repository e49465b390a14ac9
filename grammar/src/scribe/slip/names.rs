//! Names in quotes, and of several words.

use super::{Slip, Spot};
use crate::{
    diagnostic::{ADDRESS, NAME_QUOTED, NAME_WORDS},
    layout::PieceKind,
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

/// `Chair Person <chair@acme.example>`: an address stands alone.
pub(super) fn of_its_owner(spot: &Spot<'_>) -> Option<Slip> {
    let (_, words) = OF_ADDRESSES.iter().find(|it| it.0.contains(&spot.rule))?;
    let mut start = 0_usize;
    for word in spot.text.split_whitespace().take(*words) {
        start = spot.text.get(start..)?.find(word)?.checked_add(start)?.checked_add(word.len())?;
    }
    let before = spot.text.get(..spot.at)?;
    let start = before.rfind(',').map_or(start, |at| at.saturating_add(1));
    let entry = spot.text.get(start..)?.split(',').next()?;
    let start = start.checked_add(entry.len())?.checked_sub(entry.trim_start().len())?;
    let entry = entry.trim();
    let address = entry.strip_suffix('>')?.rsplit_once('<')?.1;
    Address::parse(address).ok()?;
    let place = start..start.checked_add(entry.len())?;
    let message = "an address stands alone, without the name of its owner";
    let slip = Slip::new(ADDRESS, message, place.clone());
    Some(slip.certainly(format!("write `{address}`"), place, address))
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
