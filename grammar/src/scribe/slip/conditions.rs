//! Or, not and if.

use super::{Slip, Spot};
use crate::{
    diagnostic::{NEGATION, NO_IF, NO_OR, OWN_LINE, WORD_OTHER},
    statement::Rule,
};

fn is_condition(rule: Rule) -> bool {
    rule == Rule::when_line
}

/// Whether a list of people goes on or begins here.
fn is_people(spot: &Spot<'_>) -> bool {
    let people = [
        Rule::selector,
        Rule::selector_list,
        Rule::side,
        Rule::exceptions,
        Rule::k_except,
        Rule::one_domain,
    ];
    people.iter().any(|rule| spot.expects(*rule))
}

/// `or` between conditions or people, and other marks for `and`.
pub(super) fn or(spot: &Spot<'_>) -> Option<Slip> {
    let (place, token) = (spot.place(), spot.token);
    if is_condition(spot.rule) {
        return match token {
            "or" | "||" | "|" => Some(
                Slip::new(NO_OR, "there is no `or` between conditions", place)
                    .note("where any one of several conditions suffices, write several policies")
                    .reading(spot.place(), "and"),
            ),
            "&&" | "&" => {
                Some(Slip::new(NO_OR, "conditions are joined with `and`", place).certainly(
                    "write `and`",
                    spaced(spot),
                    " and",
                ))
            }
            // Between people a comma means any one of them, so nobody else can know what it means here.
            "," => Some(
                Slip::new(NO_OR, "a comma does not join conditions", place)
                    .note("where all of them must hold, write `and`")
                    .note("where any one of them suffices, write a policy for each")
                    .perhaps("write `and`", spaced(spot), " and"),
            ),
            _ => None,
        };
    }
    if !is_people(spot) || !matches!(token, "or" | "and" | "&" | "||" | "|") {
        return None;
    }
    let slip = Slip::new(NO_OR, format!("no `{token}` stands between people"), place)
        .note("a list of people has commas between them, and means any one of them");
    let list = spaced(spot);
    Some(if token == "or" {
        slip.certainly("write `,`", list, ",")
    } else {
        slip.perhaps("write `,`", list, ",")
    })
}

/// The token with the space before it.
fn spaced(spot: &Spot<'_>) -> std::ops::Range<usize> {
    spot.before().len()..spot.end()
}

/// `not`, `is not`, `!=` and `not in`, where the language says it otherwise.
pub(super) fn negation(spot: &Spot<'_>) -> Option<Slip> {
    let token = spot.token;
    if is_condition(spot.rule) {
        return negated_condition(spot);
    }
    if !is_people(spot) || !matches!(token, "not" | "!" | "!=" | "without" | "but" | "excluding") {
        return None;
    }
    let slip = Slip::new(NEGATION, format!("`{token}` leaves nobody out"), spot.place());
    let slip = slip.note("to leave people out, write `except` and who they are after the list");
    let starts_list = spot.before().split_whitespace().count() < 2;
    let written = spot.place();
    Some(if starts_list {
        let text = "everyone except";
        slip.perhaps(format!("write `{text}`"), written, text)
    } else {
        slip.perhaps("write `except`", written, "except")
    })
}

/// A condition turned round in its middle: the `not` belongs in front.
fn negated_condition(spot: &Spot<'_>) -> Option<Slip> {
    let words: Vec<&str> = spot.after().split_whitespace().collect();
    let (cut, instead) = match (spot.token, words.as_slice()) {
        ("does", ["not", "activate", ..]) | ("do", ["not", "activate", ..]) => (2, "activates"),
        ("not", ["activates" | "activate", ..]) => (1, "activates"),
        ("is", ["not", "activated", ..]) => (2, "activates"),
        ("not", _) | ("!=", _) | ("isn't", _) => {
            (0, if spot.expects(Rule::k_is) { "is" } else { "" })
        }
        _ => return None,
    };
    // The condition begins after the last `and` or the `when`.
    let before = spot.text.get(..spot.at)?;
    let words_before = before.rfind(" and ").map(|at| at.saturating_add(5));
    let start =
        words_before.unwrap_or_else(|| before.find(' ').map_or(0, |at| at.saturating_add(1)));
    let start = start
        .saturating_add(before.get(start..)?.len())
        .saturating_sub(before.get(start..)?.trim_start().len());
    let mut end = spot.end();
    for word in words.iter().take(cut) {
        let at = spot.text.get(end..)?.find(word)?;
        end = end.saturating_add(at).saturating_add(word.len());
    }
    let from = if instead.is_empty() { spot.before().len() } else { spot.at };
    let mended = spot.with(from..end, instead);
    let mended = format!("{}not {}", mended.get(..start)?, mended.get(start..)?);
    let slip = Slip::new(NEGATION, "`not` stands in front of the whole condition", spot.at..end);
    if !spot.reads(&mended) {
        return Some(slip);
    }
    let shown = mended.get(start..).unwrap_or("");
    let title = format!("write `{}`", shown.split(" and ").next().unwrap_or(shown));
    Some(slip.certainly(title, start..start, "not ").certainly_also(from..end, instead))
}

/// What people ask of a score.
const REACHES: [&str; 9] =
    ["=", ">", ">=", "above", "exceeds", "over", "reaches", "score", "scores"];

/// `EXAMINATION scores 5`: at which score it activates stands in the examination.
pub(super) fn score(spot: &Spot<'_>) -> Option<Slip> {
    if !is_condition(spot.rule)
        || !REACHES.contains(&spot.token)
        || !spot.expects(Rule::k_activates)
    {
        return None;
    }
    let ends = |it: char| !it.is_ascii_digit() && !it.is_whitespace() && !matches!(it, '>' | '=');
    let after = spot.after();
    let length = after.find(" and ").or_else(|| after.find(ends)).unwrap_or(after.len());
    let place = spot.at..spot.end().checked_add(after.get(..length)?.trim_end().len())?;
    let message = "a policy asks whether an examination activates, and not for its score";
    let slip = Slip::new(WORD_OTHER, message, place.clone());
    let slip = slip.note("the score that is enough stands in the examination: `activates at 5`");
    Some(slip.perhaps("write `activates`", place, "activates"))
}

/// `except bypass NAME`: an assertion leaves bypasses out on a line of its own, and a policy not at all.
pub(super) fn bypass_left_out(spot: &Spot<'_>) -> Option<Slip> {
    if !matches!(spot.rule, Rule::from_line | Rule::to_line | Rule::between_line) {
        return None;
    }
    let (left, kind) = spot.before().rsplit_once(char::is_whitespace)?;
    let left = left.trim_end();
    let left = left.strip_suffix("except").or_else(|| left.strip_suffix("unless"))?;
    if !matches!(kind, "bypass" | "examination" | "policy" | "request") {
        return None;
    }
    let place = left.trim_end().len()..spot.text.trim_end().len();
    let message = format!("`except` leaves people out, and no {kind}");
    let slip = Slip::new(OWN_LINE, message, place.clone());
    if kind != "bypass" || spot.block.is_none_or(|it| it.called != "an assertion") {
        return Some(slip.note(
            "of two policies, the one that names people more exactly wins; a bypass itself says what it \
             keeps away",
        ));
    }
    let names = spot.text.get(spot.at..place.end)?;
    let text = format!("\n  unless bypass {names}");
    Some(
        slip.note("`unless bypass NAME` stands on a line of its own")
            .perhaps("write it there", place.clone(), &text)
            .reading(place, ""),
    )
}

/// What `than` follows.
const COMPARATIVES: [&str; 5] = ["fewer", "larger", "less", "more", "smaller"];

/// `… then …` on the line of a condition.
pub(super) fn if_then(spot: &Spot<'_>) -> Option<Slip> {
    if !is_condition(spot.rule) || spot.token != "then" {
        return None;
    }
    let compares = spot.before().split_whitespace().last();
    if compares.is_some_and(|it| COMPARATIVES.contains(&it)) {
        let slip = Slip::new(WORD_OTHER, "`than` belongs here, not `then`", spot.place());
        return Some(slip.certainly("write `than`", spot.place(), "than"));
    }
    let before = spot.before().len();
    Some(
        Slip::new(NO_IF, "what happens stands on a line of its own", spot.place())
            .certainly("begin a new line before `then`", before..spot.at, "\n  ")
            .reading(before..spot.text.len(), ""),
    )
}

impl Slip {
    /// A second place of the same repair.
    fn certainly_also(mut self, place: std::ops::Range<usize>, text: &str) -> Self {
        self.edits.push((place, text.to_owned()));
        self
    }
}
