//! Says, in the author's words, where a statement cannot go on.

use std::ops::Range;

use super::{
    Scribe, Source,
    slip::{Slip, Spot, skeleton},
};
use crate::{
    diagnostic::{Applicability, Diagnostic, Fix, LINE_MALFORMED, LOOK_ALIKE, TEST_PEOPLE},
    phrase,
    statement::{self, Rule, Stop},
    suggest::{closest, is_only},
};

/// Characters of the author's text that are repeated in a message.
const SHOWN_CHARS_MAX: usize = 60;
/// Words of which all are told even when one of them is clearly meant.
const FEW: usize = 3;
/// Characters of a message; what an author wrote can make it long.
const MESSAGE_CHARS_MAX: usize = 300;

impl<'t> Scribe<'t> {
    /// Reports a statement that stops making sense at a place; returns it mended, if it can be read on.
    pub(super) fn malformed(
        &mut self,
        rule: Rule,
        source: &Source<'t>,
        stop: &Stop,
    ) -> Option<Source<'t>> {
        let spot = Spot::new(rule, &source.text, stop, self.block);
        let known = spot.no_misspelling();
        if known.is_none()
            && let Some(edit) = self.misspelt(&spot, stop)
        {
            let mended = source.mended(std::slice::from_ref(&edit));
            return reads_on(rule, mended, edit.0.end);
        }
        if let Some(slip) = known.or_else(|| spot.slip()) {
            self.say_slip(&slip);
            let edits = slip.read_as.as_ref().unwrap_or(&slip.edits);
            let mended = source.mended(edits);
            let end = end_mended(slip.place.end, edits);
            return reads_on(rule, mended, end).filter(|_| !edits.is_empty());
        }
        self.not_understood(&spot);
        None
    }

    /// Reports a misspelt keyword.
    fn misspelt(&mut self, spot: &Spot<'_>, stop: &Stop) -> Option<(Range<usize>, String)> {
        let words = expected_words(&stop.expected);
        let keywords: Vec<&str> = words
            .iter()
            .filter_map(|word| word.strip_prefix('`')?.strip_suffix('`')?.split(' ').next())
            .collect();
        let meant = closest(spot.token, keywords.iter().copied())?;
        // A word that begins a line is no misspelling of another, nor is one that joins.
        let is_other = self.begins_line(spot) || matches!(spot.token, "or" | "and" | "not");
        if is_other {
            return None;
        }
        let span = self.place(spot.at, spot.at.saturating_add(spot.token.len()));
        let title = format!("write `{meant}`");
        let fix = if is_only(spot.token, meant, keywords.iter().copied()) {
            Fix::automatic(title, span, meant)
        } else {
            Fix::choose(title, span, meant)
        };
        let finding = if skeleton(spot.token) == meant {
            let token = spot.token;
            let message = format!(
                "`{token}` has letters of another alphabet that look like those of `{meant}`"
            );
            Diagnostic::new(LOOK_ALIKE, message)
        } else if words.len() > FEW {
            let message = format!("{} is no word that can stand here", shown(spot.token));
            Diagnostic::new(LINE_MALFORMED, message)
        } else {
            Diagnostic::new(LINE_MALFORMED, message(&words, &stop.expected, spot.token))
        };
        self.say(finding.primary(span, format!("did you mean `{meant}`?")).fix(fix));
        Some((spot.at..spot.at.saturating_add(spot.token.len()), meant.to_owned()))
    }

    fn begins_line(&self, spot: &Spot<'_>) -> bool {
        use crate::forms::{Lines, form_of};
        match self.block.map(|block| block.lines) {
            Some(Lines::Properties(forms)) => form_of(forms, &[spot.token]).is_some(),
            Some(Lines::Entries(_)) | None => false,
        }
    }

    fn say_slip(&mut self, slip: &Slip) {
        let span = self.place(slip.place.start, slip.place.end);
        let mut finding = Diagnostic::new(slip.code, slip.message.as_str()).primary(span, "");
        finding.notes.extend(slip.notes.iter().cloned());
        if !slip.edits.is_empty() {
            let edits = slip
                .edits
                .iter()
                .map(|(place, text)| (self.place(place.start, place.end), text.clone()));
            finding = finding.fix(Fix {
                title: slip.title.clone(),
                edits: edits.collect(),
                applicability: if slip.certain {
                    Applicability::Automatic
                } else {
                    Applicability::Choose
                },
            });
        }
        self.say(finding);
    }

    /// What could have stood there, where nothing better is known.
    fn not_understood(&mut self, spot: &Spot<'_>) {
        let is_test_people = matches!(spot.rule, Rule::message_to_line | Rule::message_from_line);
        let code = if is_test_people { TEST_PEOPLE } else { LINE_MALFORMED };
        let words = expected_words(spot.expected);
        let span = self.place(spot.at, spot.at.saturating_add(spot.token.len()));
        let mut finding =
            Diagnostic::new(code, message(&words, spot.expected, spot.token)).primary(span, "");
        if let Some(hint) = hint(spot) {
            finding = finding.note(hint);
        }
        if let ([Rule::regex], false) = (spot.expected, spot.token.is_empty()) {
            let rest = self.place(spot.at, spot.text.len());
            let written = spot.text.get(spot.at..).unwrap_or("").trim_end();
            let offer = format!("/{}/", written.replace('/', "\\/"));
            finding = finding.fix(Fix::choose(format!("write `{offer}`"), rest, offer));
        }
        self.say(finding);
    }
}

/// Where what was mended ends in the mended statement.
fn end_mended(end: usize, edits: &[(Range<usize>, String)]) -> usize {
    let before = edits.iter().filter(|(place, _)| place.end <= end);
    let (gone, new) = before.fold((0_usize, 0_usize), |(gone, new), (place, text)| {
        (gone.saturating_add(place.len()), new.saturating_add(text.len()))
    });
    end.saturating_add(new).saturating_sub(gone)
}

/// The mended statement, if it reads whole, or at least beyond what was mended.
fn reads_on(rule: Rule, mended: Source<'_>, end: usize) -> Option<Source<'_>> {
    match statement::read(rule, &mended.text) {
        Ok(_) => Some(mended),
        Err(stop) => (stop.at > end).then_some(mended),
    }
}

fn expected_words(expected: &[Rule]) -> Vec<String> {
    let mut expected = expected.to_vec();
    expected.sort_by_key(|rule| *rule == Rule::EOI);
    let mut words: Vec<String> = Vec::new();
    for phrase in expected.iter().flat_map(|rule| phrase::phrases(*rule)) {
        if !words.contains(&phrase) {
            words.push(phrase);
        }
    }
    words
}

/// What a person who wrote this probably needs to know.
fn hint(spot: &Spot<'_>) -> Option<&'static str> {
    Some(match (spot.rule, spot.token) {
        (
            Rule::address_entry | Rule::owner_line | Rule::postmaster_line | Rule::help_desk_line,
            _,
        ) if spot.text.contains('<') => "an address stands alone, without the name of its owner",
        (Rule::on_error_line, "deliver") => {
            "mail whose decision failed is never delivered unexamined"
        }
        (Rule::use_line, "") => {
            "another file needs a name of its own: `use \"terms.writ\" as terms`"
        }
        (Rule::message_to_line | Rule::message_from_line, _) => {
            "a message of a test has addresses, not sets"
        }
        (
            Rule::when_line,
            "contains" | "contain" | "matches" | "includes" | "has" | "mentions" | "is",
        ) => {
            "a policy looks for words by an examination: declare `examination NAME` with the lines `look in`, \
             `count \"…\"`, `activates at` and `unreadable counts as`, and write `when NAME activates`"
        }
        (Rule::then_line, "and" | "with") => {
            "what happens besides stands on a line of its own: `also banner \"…\"`, `also notify ADDRESS`"
        }
        (Rule::override_line, "yes" | "true") => "`override` stands alone, or with a name",
        _ => return None,
    })
}

/// Cuts what an author's text has made too long.
pub(super) fn shortened(mut diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.message.chars().count() > MESSAGE_CHARS_MAX {
        diagnostic.message = diagnostic
            .message
            .chars()
            .take(MESSAGE_CHARS_MAX)
            .chain(std::iter::once('…'))
            .collect();
    }
    diagnostic
}

fn message(words: &[String], expected: &[Rule], token: &str) -> String {
    let found = shown(token);
    let only_end = !expected.is_empty() && expected.iter().all(|rule| *rule == Rule::EOI);
    match (only_end || words.is_empty(), token.is_empty()) {
        (true, _) => format!("the line should end before {found}"),
        (false, true) => format!("the line ends where {} should follow", phrase::either(words)),
        (false, false) => format!("expected {} here, found {found}", phrase::either(words)),
    }
}

fn shown(token: &str) -> String {
    if token.chars().count() > SHOWN_CHARS_MAX {
        let start: String = token.chars().take(SHOWN_CHARS_MAX).collect();
        return format!("`{start}…`");
    }
    format!("`{token}`")
}
