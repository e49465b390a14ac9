//! Whether a regular expression is within the language: linear time, no look-around, no
//! back-references, and never the empty text.

use std::sync::Arc;

use grammar::diagnostic::{Diagnostic, Fix};
use grammar::tree::Text;
use regex_automata::meta::Regex;
use regex_syntax::{
    ast::{self, ErrorKind},
    hir::{Class, Hir, HirKind, Look},
};

use crate::{code, normal, scan::pattern};

/// Compiles an expression, or says why it is refused and what to write instead.
pub(super) fn compile(expression: &Text) -> Result<Arc<Regex>, Box<Diagnostic>> {
    if let Err(error) = ast::parse::Parser::new().parse(&expression.value) {
        return Err(refused(expression, syntax_reason(&error)));
    }
    let mut parser = regex_syntax::ParserBuilder::new().case_insensitive(true).build();
    let hir = parser.parse(&expression.value).map_err(|error| {
        let said = error.to_string();
        let reason =
            said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        refused(expression, (reason, None))
    })?;
    if hir.properties().minimum_len().is_none_or(|it| it == 0) {
        let finding = Diagnostic::new(code::REGEX_EMPTY, "this pattern matches the empty text");
        let advice = "say what must be there at least, such as `[0-9]{4}` instead of `[0-9]*`";
        return Err(Box::new(finding.primary(expression.span, "").fix(Fix::advice(advice))));
    }
    if let Some(character) = demanded(&hir) {
        let message = format!(
            "this pattern demands the character U+{:04X}, which no searched text has",
            u32::from(character)
        );
        let finding = Diagnostic::new(code::REGEX_UNMATCHABLE, message);
        let finding = finding.primary(expression.span, "");
        return Err(Box::new(finding.fix(Fix::advice(in_its_place(character)))));
    }
    if demands_two_spaces(&hir) {
        let message = "this pattern demands two spaces in a row, which no searched text has";
        let finding =
            Diagnostic::new(code::REGEX_UNMATCHABLE, message).primary(expression.span, "");
        let once = with_single_spaces(&expression.value);
        let is_mended = regex_syntax::parse(&once).is_ok_and(|it| !demands_two_spaces(&it));
        return Err(Box::new(if is_mended {
            finding.fix(Fix::choose("write one space", expression.span, once))
        } else {
            finding.fix(Fix::advice("white space is one space: ask for it once"))
        }));
    }
    let Ok(compiled) = pattern::compile(&expression.value) else {
        // What was parsed above can only fail by its size.
        let advice = "repeat less: `.{1,200}` of a large class multiplies its size";
        return Err(refused(
            expression,
            ("it is too large once compiled".to_owned(), Some(advice)),
        ));
    };
    Ok(Arc::new(compiled))
}

fn syntax_reason(error: &ast::Error) -> (String, Option<&'static str>) {
    if *error.kind() == ErrorKind::UnsupportedLookAround {
        let advice = "use `\\b` for the edge of a word, `near` for what stands close by, `ignore` for exceptions";
        return ("look-around cannot be matched in linear time".to_owned(), Some(advice));
    }
    if *error.kind() == ErrorKind::UnsupportedBackreference {
        let advice = "write the alternatives out, or let `check` compare the digits";
        return ("a back-reference cannot be matched in linear time".to_owned(), Some(advice));
    }
    (error.kind().to_string(), None)
}

fn refused(expression: &Text, (reason, advice): (String, Option<&str>)) -> Box<Diagnostic> {
    let finding = Diagnostic::new(
        code::REGEX_REFUSED,
        format!("this regular expression is refused: {reason}"),
    )
    .primary(expression.span, "");
    match advice {
        Some(advice) => Box::new(finding.fix(Fix::advice(advice))),
        None => Box::new(finding),
    }
}

/// A character that every match must have and that normalised text never has.
fn demanded(hir: &Hir) -> Option<char> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().find(|it| is_gone(*it))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut ranges = class.ranges().iter();
            let all = ranges.all(|it| {
                u32::from(it.end()).saturating_sub(u32::from(it.start())) < CLASS_CHARS_TRIED
                    && (it.start()..=it.end()).all(is_gone)
            });
            class.ranges().first().map(|it| it.start()).filter(|_| all)
        }
        HirKind::Repetition(repetition) => {
            (repetition.min > 0).then(|| demanded(&repetition.sub)).flatten()
        }
        HirKind::Capture(capture) => demanded(&capture.sub),
        HirKind::Concat(parts) => parts.iter().find_map(demanded),
        HirKind::Alternation(ways) => {
            let all = ways.iter().all(|it| demanded(it).is_some());
            ways.first().filter(|_| all).and_then(demanded)
        }
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => None,
    }
}

/// Whether every match has white space behind white space: searched text has one space for all of it.
fn demands_two_spaces(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.windows(2).any(|it| it == b"  "),
        HirKind::Repetition(it) => {
            it.min > 0 && demands_two_spaces(&it.sub)
                || it.min > 1 && is_space(&it.sub, Side::First) && is_space(&it.sub, Side::Last)
        }
        HirKind::Capture(capture) => demands_two_spaces(&capture.sub),
        HirKind::Concat(parts) => {
            let meet = parts.windows(2).any(|it| match it {
                [one, other] => is_space(one, Side::Last) && is_space(other, Side::First),
                _ => false,
            });
            meet || parts.iter().any(demands_two_spaces)
        }
        HirKind::Alternation(ways) => ways.iter().all(demands_two_spaces),
        HirKind::Class(_) | HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// An end of what is matched.
#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

/// Whether every match has white space at an end.
fn is_space(hir: &Hir, side: Side) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let end = match side {
                Side::First => literal.0.first(),
                Side::Last => literal.0.last(),
            };
            end == Some(&b' ')
        }
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().all(|it| {
            u32::from(it.end()).saturating_sub(u32::from(it.start())) < CLASS_CHARS_TRIED
                && (it.start()..=it.end()).all(char::is_whitespace)
        }),
        HirKind::Repetition(repetition) => repetition.min > 0 && is_space(&repetition.sub, side),
        HirKind::Capture(capture) => is_space(&capture.sub, side),
        HirKind::Concat(parts) => {
            let end = match side {
                Side::First => parts.first(),
                Side::Last => parts.last(),
            };
            end.is_some_and(|it| is_space(it, side))
        }
        HirKind::Alternation(ways) => ways.iter().all(|it| is_space(it, side)),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// An expression in which no space follows another.
fn with_single_spaces(expression: &str) -> String {
    let mut kept = String::new();
    for letter in expression.chars() {
        if letter != ' ' || !kept.ends_with(' ') {
            kept.push(letter);
        }
    }
    kept
}

/// Whether an expression can match only at the start or only at the end of what is searched.
pub(super) fn is_anchored(expression: &str) -> bool {
    if !expression.contains(['^', '$']) {
        return false;
    }
    regex_syntax::parse(expression).is_ok_and(|hir| {
        let properties = hir.properties();
        properties.look_set_prefix().contains(Look::Start)
            || properties.look_set_suffix().contains(Look::End)
    })
}

/// Characters of one range of a class that are looked at.
const CLASS_CHARS_TRIED: u32 = 16;

/// Whether normalised text never has this character.
fn is_gone(character: char) -> bool {
    let mut itself = [0; 4];
    normal::normalise(character.encode_utf8(&mut itself)) != *character.encode_utf8(&mut [0; 4])
}

/// What to write instead of a character that is gone.
fn in_its_place(character: char) -> String {
    let form = normal::normalise(character.encode_utf8(&mut [0; 4]));
    match form.as_str() {
        "" => "nobody sees it: leave it out".to_owned(),
        " " => "white space is one space: write ` ` or `\\s`".to_owned(),
        form => format!("searched text has `{form}` in its place"),
    }
}
