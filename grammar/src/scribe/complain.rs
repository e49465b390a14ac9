//! Says, in the author's words, where a statement cannot go on.

use super::Scribe;
use crate::{
    diagnostic::{Diagnostic, Fix, LINE_MALFORMED},
    forms::{self, Lines},
    literal::QuotedText,
    phrase,
    statement::{Rule, Stop},
    suggest::{closest, is_only},
};

/// Characters of the author's text that are repeated in a message.
const SHOWN_CHARS_MAX: usize = 60;
/// Characters of a message; what an author wrote can make it long.
const MESSAGE_CHARS_MAX: usize = 300;

impl Scribe<'_> {
    /// Reports a statement that stops making sense at a place.
    pub(super) fn malformed(&mut self, rule: Rule, source: &str, stop: &Stop) {
        let rest = source.get(stop.at..).unwrap_or("");
        let token = token(rest);
        let start = stop.at.saturating_add(rest.len().saturating_sub(rest.trim_start().len()));
        let span = self.place(start, start.saturating_add(token.len()));
        let mut words: Vec<String> = Vec::new();
        let mut expected = stop.expected.clone();
        expected.sort_by_key(|rule| *rule == Rule::EOI);
        for phrase in expected.iter().flat_map(|rule| phrase::phrases(*rule)) {
            if !words.contains(&phrase) {
                words.push(phrase);
            }
        }
        let mut finding = Diagnostic::new(LINE_MALFORMED, message(&words, &expected, token));
        let keywords: Vec<&str> = words
            .iter()
            .filter_map(|word| word.strip_prefix('`')?.strip_suffix('`')?.split(' ').next())
            .collect();
        if let Some(meant) = closest(token, keywords.iter().copied()) {
            let title = format!("write `{meant}`");
            let fix = if is_only(token, meant, keywords) {
                Fix::automatic(title, span, meant)
            } else {
                Fix::choose(title, span, meant)
            };
            finding = finding.primary(span, format!("did you mean `{meant}`?")).fix(fix);
        } else {
            finding = finding.primary(span, "");
            if let Some(hint) = self.hint(rule, source, token, &expected) {
                finding = finding.note(hint);
            } else if expected.contains(&Rule::comma) && !token.is_empty() {
                let end = source.get(..start).unwrap_or("").trim_end().len();
                let before = self.place(end, end);
                finding = finding.fix(Fix::choose(
                    "write `,` before it, if the list goes on",
                    before,
                    ",",
                ));
            }
            let rest = self.place(start, source.len());
            if let Some((offer, whole)) =
                offered(rule, source.get(start..).unwrap_or(""), token, &expected)
            {
                let span = if whole { rest } else { span };
                finding = finding.fix(Fix::choose(format!("write `{offer}`"), span, offer));
            }
        }
        self.say(finding);
    }

    /// What a person who wrote this probably needs to know.
    fn hint(&self, rule: Rule, source: &str, token: &str, expected: &[Rule]) -> Option<String> {
        let people = expected.iter().any(|rule| {
            matches!(
                rule,
                Rule::selector
                    | Rule::selector_list
                    | Rule::side
                    | Rule::exceptions
                    | Rule::k_except
            )
        });
        let is_head = matches!(
            rule,
            Rule::named_head | Rule::definition_head | Rule::group_line | Rule::attribute_head
        );
        let hint = match (rule, token) {
            (Rule::when_line, "or" | "||") => {
                "there is no `or`: where any one of several conditions suffices, write several policies"
            }
            (
                Rule::address_entry
                | Rule::owner_line
                | Rule::postmaster_line
                | Rule::help_desk_line,
                _,
            ) if source.contains('<') => "an address stands alone, without the name of its owner",
            (Rule::address_entry | Rule::domain_entry | Rule::network_entry, _)
                if source.contains(';') =>
            {
                "entries stand on lines of their own, or have commas between them"
            }
            (Rule::when_line, "&&") => "conditions are joined with `and`",
            (_, "or" | "and" | "&") if people => {
                "a list of people has commas between them, and means any one of them"
            }
            (_, "not" | "!") if people => "to leave people out, write `except` after the list",
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
                Rule::then_line | Rule::default_line | Rule::outcome_line,
                "encrypt" | "encrypted",
            ) => "to keep a message encrypted, write `secure with` and a definition",
            (Rule::then_line | Rule::default_line, "block" | "drop" | "quarantine") => {
                "`reject` refuses a message, `bounce` returns it, `hold` keeps it until somebody releases it"
            }
            _ if is_head && !token.is_empty() && expected.iter().all(|rule| *rule == Rule::EOI) => {
                "a name is one word; join its words with hyphens"
            }
            _ => return self.own_line(source, token),
        };
        Some(hint.to_owned())
    }

    /// Advice where a second property stands on the line of the first.
    fn own_line(&self, source: &str, token: &str) -> Option<String> {
        let Lines::Properties(forms) = self.block?.lines else { return None };
        let begins_line = forms::form_of(forms, &[token]).is_some() && !source.starts_with(token);
        begins_line.then(|| format!("`{token}` begins a line of its own"))
    }
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

/// The word, text or comma at the start of the rest of a statement.
fn token(rest: &str) -> &str {
    let rest = rest.trim_start();
    let Some(first) =
        crate::layout::pieces(rest.split('\n').next().unwrap_or("")).into_iter().next()
    else {
        return "";
    };
    first.of(rest)
}

/// What to write instead, and whether it is for all of the rest of the line.
fn offered(rule: Rule, rest: &str, token: &str, expected: &[Rule]) -> Option<(String, bool)> {
    let quoted = token.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match (expected, quoted) {
        ([Rule::name | Rule::reference], Some(text)) => {
            let name = super::value::as_name(text);
            (!name.is_empty()).then_some((name, false))
        }
        ([Rule::regex], None) if !rest.is_empty() => {
            Some((format!("/{}/", rest.replace('/', "\\/")), true))
        }
        // The one text of these lines is all of it.
        ([Rule::text], None)
            if matches!(
                rule,
                Rule::why_line | Rule::description_line | Rule::subject_line | Rule::body_line
            ) && !rest.is_empty() =>
        {
            Some((QuotedText::quote(rest), true))
        }
        ([Rule::text], None) if !token.is_empty() && token != "," => {
            Some((QuotedText::quote(token), false))
        }
        _ => None,
    }
}
