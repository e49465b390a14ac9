//! How many and how large, in other words than those of the conditions: `recipients > 10`, `at least 10
//! recipients`, `attachment over 10 MB`.

use std::ops::Range;

use super::{Slip, Spot};
use crate::{
    diagnostic::WORD_OTHER,
    literal::Size,
    statement::{self, Rule},
};

/// What is measured, what people call it, and how the condition that asks for it begins and ends.
const MEASURED: [(&[&str], &str, &str); 3] = [
    (
        &["addressees", "people", "persons", "receivers", "recipient", "recipients", "users"],
        "more than",
        " recipients",
    ),
    (&["attachment", "attachments", "file", "files"], "attachment larger than", ""),
    (&["email", "mail", "message", "size"], "message larger than", ""),
];

/// What people compare with.
const ABOVE: [&str; 12] = [
    ">",
    "above",
    "beyond",
    "bigger",
    "exceed",
    "exceeding",
    "exceeds",
    "greater",
    "higher",
    "larger",
    "more",
    "over",
];
const FROM: [&str; 6] = [">=", "=>", "least", "min", "minimum", "≥"];
const BELOW: [&str; 7] = ["<", "below", "fewer", "less", "lower", "smaller", "under"];
const UP_TO: [&str; 6] = ["<=", "=<", "max", "maximum", "most", "≤"];

/// Words that say nothing in a comparison.
const FILLERS: [&str; 26] = [
    "=", "==", "a", "an", "any", "are", "at", "count", "counts", "email", "equal", "exactly",
    "goes", "has", "have", "is", "mail", "message", "number", "of", "or", "than", "the", "there",
    "to", "with",
];

/// Words of one condition.
const WORDS_MAX: usize = 12;

/// How what is measured compares with the number.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Compares {
    Above,
    Below,
    From,
    UpTo,
}

/// The condition that the spot is in, without the `not` before it.
struct Condition<'s> {
    start: usize,
    text: &'s str,
    words: Vec<String>,
    is_negated: bool,
}

/// `recipients > 10` and its like.
pub(super) fn comparison(spot: &Spot<'_>) -> Option<Slip> {
    // Only the small word is missing.
    if spot.expects(Rule::k_than) && spot.token.starts_with(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let condition = condition(spot)?;
    let (of, begins, ends) = MEASURED.iter().find(|it| condition.has(it.0))?;
    let is_number = |it: &String| it.starts_with(|it: char| it.is_ascii_digit());
    let at = condition.words.iter().position(is_number)?;
    let number = condition.words.get(at)?;
    let next = condition.words.get(at.saturating_add(1));
    let unit = next.filter(|it| Size::parse(&format!("1 {it}")).is_ok());
    let is_known = |it: &String| {
        let lower = it.to_lowercase();
        let is = |words: &[&str]| words.contains(&lower.as_str());
        // The size of an attachment, or of a message.
        compares(&lower).is_some() || is(of) || is(&FILLERS) || is(&["size"])
    };
    let values = [Some(number), unit];
    if !condition.words.iter().all(|it| is_known(it) || values.contains(&Some(it))) {
        return None;
    }
    let message =
        format!("write this as `{begins} {}{ends}`", if ends.is_empty() { "SIZE" } else { "N" });
    let slip = Slip::new(WORD_OTHER, message, condition.place());
    let Some(compares) = condition.words.iter().find_map(|it| compares(&it.to_lowercase())) else {
        return Some(slip);
    };
    let compares = if condition.has(&["equal"]) || condition.text.contains(" or more") {
        compares.or_equal()
    } else {
        compares
    };
    let (bound, is_below) = if ends.is_empty() {
        let Some(unit) = unit else {
            return Some(slip.note("a size has a unit, such as `10 MB`"));
        };
        (format!("{number} {unit}"), matches!(compares, Compares::Below | Compares::UpTo))
    } else {
        let number = number.parse::<u32>().ok().filter(|_| unit.is_none())?;
        let bound = match compares {
            Compares::Above | Compares::UpTo => number,
            Compares::Below | Compares::From => number.checked_sub(1)?,
        };
        (bound.to_string(), matches!(compares, Compares::Below | Compares::UpTo))
    };
    let not = if is_below { "not " } else { "" };
    let mended = format!("{not}{begins} {bound}{ends}");
    if mended == condition.text || is_below && condition.is_negated {
        return None;
    }
    let title = format!("write `{mended}`");
    Some(if compares == Compares::Above {
        slip.certainly(title, condition.place(), &mended)
    } else {
        slip.note("`than` leaves out what it names").perhaps(title, condition.place(), &mended)
    })
}

impl Compares {
    /// With the number itself.
    fn or_equal(self) -> Self {
        match self {
            Self::Above | Self::From => Self::From,
            Self::Below | Self::UpTo => Self::UpTo,
        }
    }
}

/// What a word in small letters compares.
fn compares(word: &str) -> Option<Compares> {
    let words = [
        (Compares::Above, ABOVE.as_slice()),
        (Compares::Below, &BELOW),
        (Compares::From, &FROM),
        (Compares::UpTo, &UP_TO),
    ];
    words.iter().find(|it| it.1.contains(&word)).map(|it| it.0)
}

/// Words of people who ask whether there is any attachment.
const ANY: [&str; 24] = [
    "a",
    "an",
    "any",
    "attached",
    "attachment",
    "attachments",
    "are",
    "contains",
    "exist",
    "exists",
    "file",
    "files",
    "has",
    "have",
    "includes",
    "is",
    "mail",
    "message",
    "no",
    "present",
    "some",
    "there",
    "with",
    "without",
];

/// `has attachment`.
pub(super) fn any_attachment(spot: &Spot<'_>) -> Option<Slip> {
    let condition = condition(spot)?;
    let is_known = |it: &String| ANY.contains(&it.to_lowercase().as_str());
    if !condition.has(&["attached", "attachment", "attachments"])
        || !condition.words.iter().all(is_known)
    {
        return None;
    }
    let asks = "attachment larger than 0 KB";
    let is_none = condition.has(&["no", "without"]);
    let text = if is_none { format!("not {asks}") } else { asks.to_owned() };
    let message = "no condition asks whether there is an attachment";
    let slip = Slip::new(WORD_OTHER, message, condition.place());
    let slip = slip.note(format!("`{asks}` asks for one that is not empty"));
    if is_none && condition.is_negated {
        return Some(slip);
    }
    Some(slip.perhaps(format!("write `{text}`"), condition.place(), &text))
}

/// The condition that the spot is in; none where nothing is wrong with it.
fn condition<'s>(spot: &Spot<'s>) -> Option<Condition<'s>> {
    if spot.rule != Rule::when_line {
        return None;
    }
    let before = spot.text.get(..spot.at)?;
    let joined = before.rfind(" and ").map(|it| it.saturating_add(5));
    let start = joined.or_else(|| before.find("when").map(|it| it.saturating_add(4)))?;
    let rest = spot.text.get(start..)?;
    let whole = rest.get(..rest.find(" and ").unwrap_or(rest.len()))?.trim_end();
    let bare = whole.trim_start();
    let affirmed = bare.strip_prefix("not ").map(str::trim_start);
    let text = affirmed.unwrap_or(bare);
    let start = start.checked_add(whole.len())?.checked_sub(text.len())?;
    let words = split(text)?;
    let is_right = statement::read(Rule::when_line, &format!("when {text}")).is_ok();
    (!is_right).then_some(Condition { start, text, words, is_negated: affirmed.is_some() })
}

impl Condition<'_> {
    fn place(&self) -> Range<usize> {
        self.start..self.start.saturating_add(self.text.len())
    }

    /// Whether it has one of these words.
    fn has(&self, words: &[&str]) -> bool {
        self.words.iter().any(|it| words.contains(&it.to_lowercase().as_str()))
    }
}

/// The words of a condition; a mark and a number, or a number and its unit, that stand
/// together are two.
fn split(text: &str) -> Option<Vec<String>> {
    let kind = |it: char| match it {
        '<' | '>' | '=' | '≤' | '≥' => 1,
        '0'..='9' | '.' => 2,
        _ => 3,
    };
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut last = 0;
        for letter in word.chars() {
            match words.last_mut().filter(|_| kind(letter) == last) {
                Some(word) => word.push(letter),
                None => words.push(letter.to_string()),
            }
            last = kind(letter);
        }
        if words.len() > WORDS_MAX {
            return None;
        }
    }
    Some(words)
}
