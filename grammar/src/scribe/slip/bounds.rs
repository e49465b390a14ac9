//! First and last days, thresholds and longest times, in words that mean others than those of the
//! language, or that leave out what is named behind them.

use jiff::ToSpan as _;

use super::{Slip, Spot};
use crate::{
    diagnostic::{VALID_RANGE, WORD_OTHER},
    literal::{Date, Duration},
    statement::Rule,
};

/// Words for the first day and for the last one. Of `after` and `before` the day itself is none.
const BEGINS: [&str; 6] = ["ab", "beginning", "on", "since", "starting", "starts"];
const ENDS: [&str; 9] = ["bis", "by", "ending", "ends", "expires", "through", "thru", "till", "to"];
const AFTER: [&str; 2] = ["after", "nach"];
const BEFORE: [&str; 2] = ["before", "vor"];

/// The days of `valid` in other words, or in the other order.
pub(super) fn validity(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::valid_line {
        return None;
    }
    length_of_time(spot)
        .or_else(|| turned_round(spot))
        .or_else(|| day_in_other_words(spot))
        .or_else(|| two_days(spot))
}

/// `valid D - D`: of two days the first is the first one.
fn two_days(spot: &Spot<'_>) -> Option<Slip> {
    Date::parse(spot.token).ok().filter(|_| spot.before() == "valid")?;
    let mut words = spot.after().split_whitespace();
    let (between, last) = (words.next()?, words.next()?);
    Date::parse(last).ok().filter(|_| Date::parse(between).is_err())?;
    let message = format!("`from` is missing before `{}`", spot.token);
    let slip = Slip::new(VALID_RANGE, message, spot.place());
    Some(slip.certainly("write `from`", spot.at..spot.at, "from "))
}

/// `expires on 2027-01-01`: each message ends some time after it was sent.
pub(super) fn expiry_on_a_day(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::expires_line {
        return None;
    }
    let day = spot.text.get(spot.at..)?.split_whitespace().find(|it| Date::parse(it).is_ok())?;
    let message = format!("a message expires some time after it was sent, and not on `{day}`");
    let slip = Slip::new(WORD_OTHER, message, spot.rest());
    Some(slip.note("such as `expires after 30 days`"))
}

/// `valid for 30 days`: the rules do not know when that begins.
fn length_of_time(spot: &Spot<'_>) -> Option<Slip> {
    let words: Vec<&str> = spot.text.get(spot.at..)?.split_whitespace().collect();
    let length = match words.as_slice() {
        ["for" | "within" | "during", amount, unit] | [amount, unit] => format!("{amount} {unit}"),
        _ => return None,
    };
    Duration::parse(&length.replacen("a ", "1 ", 1)).ok()?;
    let message = "`valid` names days, not how many of them";
    let slip = Slip::new(VALID_RANGE, message, spot.rest());
    Some(slip.note("write the last day, which counts: `valid until 2099-12-31`"))
}

/// `until … from …`: the first day comes first.
fn turned_round(spot: &Spot<'_>) -> Option<Slip> {
    if spot.token != "from" {
        return None;
    }
    let until = spot.before().find("until")?;
    let last = spot.before().get(until..)?.strip_prefix("until")?.trim();
    let (first, length) = next_word(spot.after())?;
    let order = Date::parse(first).ok().zip(Date::parse(last).ok())?;
    let place = until..spot.end().checked_add(length)?;
    let text = format!("from {first} until {last}");
    let slip = Slip::new(VALID_RANGE, "the first day comes before the last", place.clone());
    let title = format!("write `{text}`");
    let mended = if order.0 <= order.1 {
        slip.certainly(title, place, &text)
    } else {
        slip.perhaps(title, place, &text)
    };
    spot.reads(&spot.with(until..spot.text.len(), &text)).then_some(mended)
}

/// `since D`, `after D`, `before D` and the like.
fn day_in_other_words(spot: &Spot<'_>) -> Option<Slip> {
    let token = spot.token.to_lowercase();
    let is = |words: &[&str]| words.contains(&token.as_str());
    let begins = spot.before() == "valid";
    let (word, days) = if is(&BEFORE) {
        ("until", -1)
    } else if is(&ENDS) {
        ("until", 0)
    } else if is(&AFTER) && begins {
        ("from", 1)
    } else if is(&BEGINS) && begins {
        ("from", 0)
    } else {
        return None;
    };
    let (written, length) = next_word(spot.after())?;
    let slip = Slip::new(
        VALID_RANGE,
        format!("`{word}` belongs here, not `{}`", spot.token),
        spot.place(),
    );
    let Ok(date) = Date::parse(written) else {
        return Some(slip.certainly(format!("write `{word}`"), spot.place(), word));
    };
    if days == 0 {
        return Some(slip.certainly(format!("write `{word}`"), spot.place(), word));
    }
    let day = date.civil().checked_add(days.days()).ok()?;
    let place = spot.at..spot.end().checked_add(length)?;
    let text = format!("{word} {day}");
    let slip = Slip { place: place.clone(), ..slip };
    Some(slip.note(format!("`{word}` includes the day that it names")).perhaps(
        format!("write `{text}`"),
        place,
        &text,
    ))
}

/// The next word, and its length with the white space before it.
fn next_word(text: &str) -> Option<(&str, usize)> {
    let word = text.split_whitespace().next()?;
    Some((word, text.find(word)?.checked_add(word.len())?))
}

/// Words that leave out the number behind them.
const ABOVE: [&str; 6] = [">", "above", "beyond", "exceeding", "exceeds", "over"];

/// `activates above 5`: `at 5` would be one less.
pub(super) fn threshold(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::activates_line {
        return None;
    }
    let words: Vec<&str> = spot.text.get(spot.at..)?.split_whitespace().collect();
    let number = match words.as_slice() {
        ["more" | "greater" | "higher" | "larger", "than", number] => number,
        [word, number] if ABOVE.contains(word) => number,
        _ => return None,
    };
    let next = number.parse::<u32>().ok()?.checked_add(1)?;
    let text = format!("at {next}");
    let rest = spot.at..spot.text.trim_end().len();
    let slip = Slip::new(WORD_OTHER, "the score that is enough stands behind `at`", rest.clone());
    Some(slip.note("`at` includes the score that it names").perhaps(
        format!("write `{text}`"),
        rest,
        &text,
    ))
}

/// `retention at least 365 days`: what is said is the most, and there is no least.
pub(super) fn most(spot: &Spot<'_>) -> Option<Slip> {
    let is_most = spot.rule == Rule::retention_line || spot.rule == Rule::message_size_line;
    if !is_most || spot.token != "least" {
        return None;
    }
    let message = "`at most` belongs here, not `at least`";
    let slip = Slip::new(WORD_OTHER, message, spot.place());
    let slip = slip.note("it says how much is allowed; there is no least");
    Some(slip.perhaps("write `most`", spot.place(), "most"))
}

/// `extension at most 7 days`: its longest time stands behind `up to`, and it has no shortest.
pub(super) fn longest(spot: &Spot<'_>) -> Option<Slip> {
    if spot.rule != Rule::extension_line || spot.token != "at" {
        return None;
    }
    let (word, length) = next_word(spot.after())?;
    let place = spot.at..spot.end().checked_add(length)?;
    let written = spot.text.get(place.clone())?;
    let slip =
        Slip::new(WORD_OTHER, format!("`up to` belongs here, not `{written}`"), place.clone());
    match word {
        "most" => Some(slip.certainly("write `up to`", place, "up to")),
        "least" => Some(
            slip.note("it says by how much a recipient may extend; there is no least").perhaps(
                "write `up to`",
                place,
                "up to",
            ),
        ),
        _ => None,
    }
}
