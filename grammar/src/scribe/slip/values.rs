//! Dates and permissions in other words.

use super::{Slip, Spot};
use crate::{
    diagnostic::{
        ADDRESS, Code, DATE, DOMAIN, LINE_MALFORMED, NETWORK, NETWORK_RANGE, PERMISSION, SIZE,
    },
    literal::{Address, Date, DomainPattern, Moment, Network, Refusal, Size, parse_ip},
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

/// A literal that stands without quotes: what reads it, its code, what it is called, and whether a text is
/// one.
type Bare = (Rule, Code, &'static str, fn(&str) -> bool);

const BARE: [Bare; 5] = [
    (Rule::address, ADDRESS, "an address", |it| Address::parse(it).is_ok()),
    (Rule::any_address, ADDRESS, "an address", |it| Address::parse(it).is_ok()),
    (Rule::any_network, NETWORK, "a network", |it| Network::parse(it).is_ok()),
    (Rule::network, NETWORK, "a network", |it| Network::parse(it).is_ok()),
    (Rule::domain, DOMAIN, "a domain", |it| DomainPattern::parse(it).is_ok()),
];

/// `"alice@acme.example"`: an address, a network or a domain stands without quotes.
pub(super) fn literal_in_quotes(spot: &Spot<'_>) -> Option<Slip> {
    let inside = spot.token.strip_prefix('"')?.strip_suffix('"')?.trim();
    // Where people are named, the rule that is asked for is of all of them.
    let expects = |rule| {
        let of_people = matches!(rule, Rule::address) && spot.expects(Rule::selector);
        let of_sources = matches!(rule, Rule::network) && spot.expects(Rule::source_entry);
        spot.expects(rule) || of_people || of_sources
    };
    let literal = BARE.iter().find(|it| expects(it.0) && it.3(inside))?;
    let mended = spot.with(spot.place(), inside);
    let slip = Slip::new(literal.1, format!("{} stands without quotes", literal.2), spot.place());
    spot.reads_beyond(&mended, spot.at)
        .then(|| slip.certainly(format!("write `{inside}`"), spot.place(), inside))
}

/// `31 December 2099`, `30 Jun 99` and `"2099-06-30"`.
pub(super) fn date_in_words(spot: &Spot<'_>) -> Option<Slip> {
    if !matches!(spot.rule, Rule::valid_line | Rule::at_line) {
        return None;
    }
    // Where the line stops making sense is the month or the year; the date begins before it.
    let words: Vec<(usize, &str)> = words_of(spot.text).take(DATE_WORDS_MAX).collect();
    let joins = |word: &str| matches!(word, "at" | "from" | "until" | "valid");
    let begins = |it: &(usize, &str)| it.0 <= spot.at && joins(it.1);
    let first = words.iter().rposition(begins)?.checked_add(1)?;
    let phrase = words.get(first..)?.iter().take_while(|it| !joins(it.1));
    let phrase: Vec<_> = phrase.collect();
    let (start, last) = (phrase.first()?.0, phrase.last()?);
    let end = last.0.checked_add(last.1.len())?;
    let written = spot.text.get(start..end)?;
    let bare = written.trim_matches(['"', ' ']);
    let is_day = |it: &&(usize, &str)| Date::parse(it.1).is_ok();
    if let Some((_, day)) = phrase.first().filter(|it| is_day(it)) {
        let time = phrase.get(1).filter(|it| it.1.contains(':') && spot.rule == Rule::valid_line);
        let end = time?.0.checked_add(time?.1.len())?;
        let message = "a day stands here without a time: all of it counts";
        return Some(Slip::new(DATE, message, start..end).perhaps(
            format!("write `{day}`"),
            start..end,
            day,
        ));
    }
    let read = if spot.rule == Rule::at_line {
        refused(Moment::parse(bare))
    } else {
        refused(Date::parse(bare))
    };
    let (message, offer, certain) = match read {
        Some(refused) => refused,
        None if bare == written => return None,
        None => ("a date stands without quotes".to_owned(), Some(bare.to_owned()), true),
    };
    let slip = Slip::new(DATE, message, start..end);
    Some(match offer {
        Some(offer) if certain => slip.certainly(format!("write `{offer}`"), start..end, &offer),
        Some(offer) => slip.perhaps(format!("write `{offer}`"), start..end, &offer),
        None => slip,
    })
}

/// Words of a line among which its dates are looked for.
const DATE_WORDS_MAX: usize = 16;

/// The words of a line, and where each begins.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0_usize;
    text.split(char::is_whitespace).filter_map(move |word| {
        let start = at;
        at = at.saturating_add(word.len());
        at = text.ceil_char_boundary(at.saturating_add(1));
        (!word.is_empty()).then_some((start, word))
    })
}

/// What a refusal says and offers, and whether that is certain.
fn refused<T, E: Refusal>(read: Result<T, E>) -> Option<(String, Option<String>, bool)> {
    let error = read.err()?;
    Some((error.to_string(), error.offer().map(str::to_owned), error.is_certain()))
}

/// What stands between the address of a network and its mask.
const MASKS: [&str; 3] = ["mask", "netmask", "subnet"];

/// `192.0.2.0 / 24` and `192.0.2.0 mask 255.255.255.0`: a network is one word.
pub(super) fn network_apart(spot: &Spot<'_>) -> Option<Slip> {
    let before = spot.before().trim_end_matches('/').trim_end();
    let address = before.rsplit([' ', ',', '\t']).next().filter(|it| parse_ip(it).is_ok())?;
    let start = before.len().checked_sub(address.len())?;
    let behind = spot.text.get(before.len()..)?;
    let mut after = behind.trim_start().strip_prefix('/').unwrap_or(behind).trim_start();
    let has_slash = after.len() < behind.trim_start().len();
    let word = MASKS.iter().find_map(|it| after.strip_prefix(it));
    after = word.map_or(after, str::trim_start);
    let bits = after.split([' ', ',', '\t', '\n']).next().filter(|it| !it.is_empty())?;
    let is_mask = has_slash || word.is_some() || bits.starts_with("255.");
    if !is_mask || !bits.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let rest = after.get(bits.len()..)?;
    let place = start..spot.text.len().checked_sub(rest.len())?;
    let joined = format!("{address}/{bits}");
    let slip = |message: &str| Slip::new(NETWORK, message, place.clone());
    let (slip, offer, certain) = match Network::parse(&joined) {
        Ok(_) => (slip("a network is one word"), joined, has_slash),
        Err(error) => match error.offer() {
            Some(offer) => {
                let certain = has_slash && error.is_certain();
                (slip("a network is one word"), offer.to_owned(), certain)
            }
            None => return Some(slip(&error.to_string())),
        },
    };
    let title = format!("write `{offer}`");
    Some(match certain {
        true => slip.certainly(title, place, &offer),
        false => slip.perhaps(title, place, &offer),
    })
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
