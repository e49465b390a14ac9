//! Dates and permissions in other words.

use super::{Slip, Spot};
use crate::{
    diagnostic::{DATE, LINE_MALFORMED, NETWORK, NETWORK_RANGE, PERMISSION, SIZE},
    literal::{Date, Network, Size, parse_ip},
    statement::Rule,
};

/// `1,5 MB` and `1,000`: no number has a comma.
pub(super) fn number_with_a_comma(spot: &Spot<'_>) -> Option<Slip> {
    let is_digit = |it: char| it.is_ascii_digit();
    let before = spot.text.get(..spot.at)?;
    let whole = before.get(before.trim_end_matches(is_digit).len()..)?;
    let after = spot.after();
    let digits = after.len().checked_sub(after.trim_start_matches(is_digit).len())?;
    let part = after.get(..digits)?;
    if spot.token != "," || whole.is_empty() || part.is_empty() {
        return None;
    }
    let place = spot.at.checked_sub(whole.len())?..spot.end().checked_add(digits)?;
    let written = spot.text.get(place.clone())?;
    // Three digits are thousands to some and a fraction to others.
    let mended = if digits == 3 { format!("{whole}{part}") } else { format!("{whole}.{part}") };
    let is_size = after
        .get(digits..)?
        .split_whitespace()
        .next()
        .is_some_and(|unit| Size::parse(&format!("1 {unit}")).is_ok());
    let code = if is_size { SIZE } else { LINE_MALFORMED };
    let message = format!("`{written}` is a number with a comma, which separates entries here");
    let slip = Slip::new(code, message, place.clone());
    if digits != 3 && !is_size {
        return Some(slip.note("numbers are whole"));
    }
    if digits == 3 {
        return Some(slip.perhaps(format!("write `{mended}`"), place, &mended));
    }
    // A size is a whole number of a smaller unit.
    let unit = after.get(digits..)?.split_whitespace().next()?;
    let error = Size::parse(&format!("{mended} {unit}")).err()?;
    let offer = error.offer()?;
    let end = spot.text.get(place.end..)?.find(unit)?.checked_add(place.end)?;
    let place = place.start..end.checked_add(unit.len())?;
    let title = format!("write `{offer}`");
    Some(Slip { place: place.clone(), ..slip }.certainly(title, place, offer))
}

/// In English, of which a beginning is enough, in German and in French.
const MONTHS: [[&str; 3]; 12] = [
    ["january", "januar", "janvier"],
    ["february", "februar", "février"],
    ["march", "märz", "mars"],
    ["april", "april", "avril"],
    ["may", "mai", "mai"],
    ["june", "juni", "juin"],
    ["july", "juli", "juillet"],
    ["august", "august", "août"],
    ["september", "september", "septembre"],
    ["october", "oktober", "octobre"],
    ["november", "november", "novembre"],
    ["december", "dezember", "décembre"],
];

/// `31 December 2099` and `December 31, 2099`.
pub(super) fn date_in_words(spot: &Spot<'_>) -> Option<Slip> {
    if !matches!(spot.rule, Rule::valid_line | Rule::at_line) {
        return None;
    }
    // Where the line stops making sense is the month or the year; the date begins before it.
    let before = spot.before();
    let starts = [before.rfind(' ').map_or(0, |at| at.saturating_add(1)), spot.at];
    let (start, end, date) = starts.into_iter().find_map(|start| {
        let rest = spot.text.get(start..)?;
        let mut words = rest.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        let words = [words.next()?, words.next()?, words.next()?];
        let last = words.last()?;
        let length = rest.find(last)?.checked_add(last.len())?;
        Some((start, start.checked_add(length)?, spoken(words)?))
    })?;
    let shown = spot.text.get(start..end)?;
    let message =
        format!("`{shown}` is not a date; write year, month and day such as `2026-03-02`");
    let slip = Slip::new(DATE, message, start..end);
    Some(slip.certainly(format!("write `{date}`"), start..end, &date.to_string()))
}

fn spoken(words: [&str; 3]) -> Option<Date> {
    let number = |word: &str| {
        let bare = ["st", "nd", "rd", "th", "."].iter().find_map(|end| word.strip_suffix(end));
        bare.unwrap_or(word).parse::<i16>().ok()
    };
    let month = |word: &str| {
        let lower = word.trim_end_matches('.').to_lowercase();
        let begins = |[english, others @ ..]: &[&str; 3]| {
            lower.len() >= 3 && english.starts_with(lower.as_str())
                || others.contains(&lower.as_str())
        };
        MONTHS.iter().position(begins).map(|at| at.saturating_add(1))
    };
    let [one, two, year] = words;
    let (day, month) = match (month(one), month(two)) {
        (None, Some(month)) => (number(one)?, month),
        (Some(month), None) => (number(two)?, month),
        (None, None) | (Some(_), Some(_)) => return None,
    };
    Date::parse(&format!("{:04}-{month:02}-{day:02}", number(year).filter(|it| *it > 999)?)).ok()
}

/// `192.0.2.0 /24, …`: the slash belongs to the network before it.
pub(super) fn prefix_apart(spot: &Spot<'_>) -> Option<Slip> {
    let before = spot.before();
    let address = before.rsplit([' ', ',', '\t']).next()?;
    let prefix = spot.token.strip_prefix('/')?;
    parse_ip(address).ok().filter(|_| prefix.starts_with(|it: char| it.is_ascii_digit()))?;
    let start = before.len().checked_sub(address.len())?;
    let slip = Slip::new(NETWORK, "no space stands inside of a network", start..spot.at);
    Some(slip.certainly("take it away", before.len()..spot.at, ""))
}

/// `192.0.2.1 - 192.0.2.9` with spaces.
pub(super) fn range_of_addresses(spot: &Spot<'_>) -> Option<Slip> {
    if !matches!(spot.token, "-" | "\u{2013}" | "to") {
        return None;
    }
    let from = spot.before().rsplit([' ', ',', '\t']).next()?;
    let to = spot.after().split([' ', ',', '\t']).find(|it| !it.is_empty())?;
    let (Ok(_), Ok(_)) = (parse_ip(from), parse_ip(to)) else { return None };
    let start = spot.before().len().checked_sub(from.len())?;
    let end = spot.end().checked_add(spot.after().find(to)?)?.checked_add(to.len())?;
    let error = Network::parse(&format!("{from}-{to}")).err()?;
    let slip = Slip::new(NETWORK_RANGE, error.to_string(), start..end);
    Some(match error.offer() {
        Some(offer) => slip.certainly(format!("write `{offer}`"), start..end, offer),
        None => slip,
    })
}

/// `no` and `yes` for what is `denied` or `allowed`, `never` or `always`.
pub(super) fn permission(spot: &Spot<'_>) -> Option<Slip> {
    let both = spot.text.get(spot.at..)?.trim_end();
    let lower = both.to_ascii_lowercase();
    let means = match lower.as_str() {
        "no" | "false" | "off" | "never" | "forbidden" | "disabled" | "deny" | "disallow"
        | "disallowed" | "not allowed" | "none" | "prohibited" | "blocked" | "0" | "not" => false,
        "yes" | "true" | "on" | "allow" | "always" | "enabled" | "permitted" | "permit" | "1"
        | "granted" => true,
        _ => return None,
    };
    let word = if spot.expects(Rule::k_denied) {
        if means { "allowed" } else { "denied" }
    } else if spot.expects(Rule::k_always) && spot.expects(Rule::k_never) {
        if means { "always" } else { "never" }
    } else if spot.expects(Rule::k_never) && !means {
        "never"
    } else if spot.rule == Rule::disabled_line && means {
        let place = spot.before().len()..spot.text.len();
        let message = format!("`disabled` stands alone, without `{both}`");
        return Some(Slip::new(PERMISSION, message, spot.rest()).certainly(
            "take it away",
            place,
            "",
        ));
    } else {
        return None;
    };
    let message = if spot.expects(Rule::k_denied) {
        format!("this line says `allowed` or `denied`, not `{both}`")
    } else {
        format!("this line says `{word}`, not `{both}`")
    };
    let end = spot.at.saturating_add(both.len());
    let slip = Slip::new(PERMISSION, message, spot.at..end);
    Some(slip.certainly(format!("write `{word}`"), spot.at..end, word))
}
