//! Quoted texts and their escapes.
//!
//! `\"`, `\\`, `\n`, `\t` and `\u{20AC}` are the escapes. A text stays on its line.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{is_not, take_while_m_n},
    character::complete::char,
    combinator::{map_opt, value},
    multi::fold_many0,
    sequence::{delimited, preceded},
};

use super::{refusal::refusal, whole::whole};

/// A quoted text with its escapes resolved.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct QuotedText(String);

refusal! {
    /// Why a text is not well quoted.
    QuotedTextError
}

impl QuotedText {
    /// Reads `"…"`.
    ///
    /// # Errors
    ///
    /// [`QuotedTextError`] when a quote is missing or an escape is not one of the five.
    pub fn parse(text: &str) -> Result<Self, QuotedTextError> {
        if let Some(inner) = whole(quoted, text) {
            return Ok(Self(inner));
        }
        let body = text.strip_prefix('"').and_then(|body| body.strip_suffix('"'));
        let Some(body) = body else {
            return Err(QuotedTextError::new(
                "this text is not closed with `\"` on its line",
                None,
            ));
        };
        let doubled = double_backslashes(body);
        // A backslash that begins an escape by chance would stay one: `C:\temp` has a tab.
        let all_doubled = doubled == body.replace('\\', "\\\\");
        Err(QuotedTextError::new(wrong_escape(body), Some(format!("\"{doubled}\"")))
            .certain_if(all_doubled))
    }

    /// The text with its escapes resolved.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// `text` as an author would quote it.
    #[must_use]
    pub fn quote(text: &str) -> String {
        let mut quoted = String::from("\"");
        for character in text.chars() {
            match character {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                other if other.is_control() => {
                    quoted.push_str(&format!("\\u{{{:X}}}", u32::from(other)));
                }
                other => quoted.push(other),
            }
        }
        quoted.push('"');
        quoted
    }
}

/// A character in words, for messages: control characters and spaces cannot be shown.
pub(in crate::literal) fn named(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\t' => "a tab".to_owned(),
        shown if shown.is_ascii_graphic() || shown.is_alphanumeric() => format!("`{shown}`"),
        hidden => format!("the character U+{:04X}", u32::from(hidden)),
    }
}

/// A run without escapes, or what an escape stands for.
enum Piece<'t> {
    Run(&'t str),
    Escape(char),
}

fn quoted(text: &str) -> IResult<&str, String> {
    let piece = alt((is_not("\"\\").map(Piece::Run), escape.map(Piece::Escape)));
    let inner = fold_many0(piece, String::new, |mut text, piece| {
        match piece {
            Piece::Run(run) => text.push_str(run),
            Piece::Escape(character) => text.push(character),
        }
        text
    });
    delimited(char('"'), inner, char('"')).parse(text)
}

fn escape(text: &str) -> IResult<&str, char> {
    let hex = take_while_m_n(1, 6, |character: char| character.is_ascii_hexdigit());
    let code = map_opt(hex, |digits| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32));
    preceded(
        char('\\'),
        alt((
            char('"'),
            char('\\'),
            value('\n', char('n')),
            value('\t', char('t')),
            preceded(char('u'), delimited(char('{'), code, char('}'))),
        )),
    )
    .parse(text)
}

fn wrong_escape(body: &str) -> String {
    let mut after = body;
    while let Some((_, rest)) = after.split_once('\\') {
        let Ok((next, _)) =
            escape(&format!("\\{rest}")).map(|(next, character)| (next.len(), character))
        else {
            let shown: String = rest.chars().take(1).collect();
            return format!(
                "`\\{shown}` means nothing in a text; a backslash itself is written `\\\\`"
            );
        };
        after = rest.get(rest.len().saturating_sub(next)..).unwrap_or("");
    }
    "a text cannot have a bare `\"` inside; write `\\\"`".to_owned()
}

/// Doubles the backslashes that begin no escape.
fn double_backslashes(body: &str) -> String {
    let mut fixed = String::new();
    let mut after = body;
    while let Some((before, rest)) = after.split_once('\\') {
        fixed.push_str(before);
        let whole = format!("\\{rest}");
        let used = escape(&whole).map_or(0, |(next, _)| rest.len().saturating_sub(next.len()));
        fixed.push_str(if used == 0 { "\\\\" } else { "\\" });
        fixed.push_str(rest.get(..used).unwrap_or(""));
        after = rest.get(used..).unwrap_or("");
    }
    fixed.push_str(after);
    fixed
}
