//! Objects of PDF, parsed without recursion.

use super::lexer::{Lexer, Token};
use crate::limits::PDF_DEPTH_MAX;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Array(Vec<Value>),
    Dictionary(Dictionary),
    Name(Vec<u8>),
    Number(f64),
    /// A truth value, nothing, or a word that means nothing.
    Other,
    Reference(u32),
    Text(Vec<u8>),
}

/// Keys with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dictionary(pub(super) Vec<(Vec<u8>, Value)>);

impl Dictionary {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().rev().find(|it| it.0 == key.as_bytes()).map(|it| &it.1)
    }

    /// Whether a key holds that name.
    pub(super) fn names(&self, key: &str, name: &str) -> bool {
        self.get(key).is_some_and(|it| it.is_name(name))
    }
}

impl Value {
    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(it) if it == name.as_bytes())
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(it) => Some(it),
            Self::Array(_)
            | Self::Name(_)
            | Self::Number(_)
            | Self::Other
            | Self::Reference(_)
            | Self::Text(_) => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(it) => Some(*it),
            Self::Array(_)
            | Self::Dictionary(_)
            | Self::Name(_)
            | Self::Other
            | Self::Reference(_)
            | Self::Text(_) => None,
        }
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(it) => Some(it),
            Self::Array(_)
            | Self::Dictionary(_)
            | Self::Number(_)
            | Self::Other
            | Self::Reference(_)
            | Self::Text(_) => None,
        }
    }

    pub(super) fn reference(&self) -> Option<u32> {
        match self {
            Self::Reference(it) => Some(*it),
            Self::Array(_)
            | Self::Dictionary(_)
            | Self::Name(_)
            | Self::Number(_)
            | Self::Other
            | Self::Text(_) => None,
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::Array(it) => it,
            Self::Dictionary(_)
            | Self::Name(_)
            | Self::Number(_)
            | Self::Other
            | Self::Reference(_)
            | Self::Text(_) => &[],
        }
    }
}

/// A whole number that is not negative.
pub(super) fn whole(number: f64) -> Option<u32> {
    (number.fract() == 0.0 && (0.0..4_294_967_296.0).contains(&number))
        .then(|| format!("{number:.0}").parse().ok())
        .flatten()
}

struct Open {
    is_dictionary: bool,
    items: Vec<Value>,
}

impl Open {
    fn close(self) -> Value {
        if !self.is_dictionary {
            return Value::Array(self.items);
        }
        let mut entries = Vec::new();
        let mut items = self.items.into_iter().peekable();
        while let Some(item) = items.next() {
            let Value::Name(key) = item else { continue };
            if let Some(value) = items.next() {
                entries.push((key, value));
            }
        }
        Value::Dictionary(Dictionary(entries))
    }

    /// Two numbers and an `R` are a reference.
    fn refer(&mut self) {
        if let [.., Value::Number(number), Value::Number(_)] = self.items.as_slice()
            && let Some(number) = whole(*number)
        {
            self.items.truncate(self.items.len().saturating_sub(2));
            self.items.push(Value::Reference(number));
        }
    }
}

/// Parses an object. `room` counts down the values that may still be kept; none at its end, at the
/// end of the octets, or at a word that begins something else, which stays.
pub(super) fn value(lexer: &mut Lexer<'_>, room: &mut usize) -> Option<Value> {
    let mut open: Vec<Open> = Vec::new();
    loop {
        let before = *lexer;
        let token = lexer.next();
        *room = room.checked_sub(1)?;
        let value = match token {
            Some(Token::ArrayOpen | Token::DictionaryOpen) if open.len() < PDF_DEPTH_MAX => {
                let is_dictionary = token == Some(Token::DictionaryOpen);
                open.push(Open { is_dictionary, items: Vec::new() });
                continue;
            }
            Some(Token::ArrayOpen | Token::DictionaryOpen) => return None,
            Some(Token::ArrayClose | Token::DictionaryClose) => match open.pop() {
                Some(done) => done.close(),
                None => return None,
            },
            Some(Token::Keyword(b"R")) => {
                if let Some(inner) = open.last_mut() {
                    inner.refer();
                }
                continue;
            }
            Some(Token::Keyword(b"endobj" | b"obj" | b"stream" | b"endstream")) | None => {
                *lexer = before;
                return open.into_iter().rev().map(Open::close).reduce(nest);
            }
            Some(Token::Keyword(b"true" | b"false" | b"null")) => Value::Other,
            Some(Token::Keyword(_)) if open.is_empty() => {
                *lexer = before;
                return None;
            }
            Some(Token::Keyword(_)) => Value::Other,
            Some(Token::Name(name)) => Value::Name(name),
            Some(Token::Number(number)) => Value::Number(number),
            Some(Token::Text(text)) => Value::Text(text),
        };
        match open.last_mut() {
            Some(inner) => inner.items.push(value),
            None => return Some(value),
        }
    }
}

/// Puts what was open at the end into what was open around it.
fn nest(inner: Value, outer: Value) -> Value {
    match outer {
        Value::Array(mut items) => {
            items.push(inner);
            Value::Array(items)
        }
        Value::Dictionary(mut entries) => {
            entries.0.push((Vec::new(), inner));
            Value::Dictionary(entries)
        }
        Value::Name(_) | Value::Number(_) | Value::Other | Value::Reference(_) | Value::Text(_) => {
            outer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(octets: &[u8]) -> Option<Value> {
        value(&mut Lexer::new(octets, 0), &mut 100_000)
    }

    #[test]
    fn objects_nest_and_refer() {
        let Some(Value::Dictionary(found)) = parsed(b"<</A [1 2 0 R (x)]/B<</C/D>>/E null>>")
        else {
            panic!()
        };
        assert_eq!(
            found.get("A").unwrap().items(),
            [Value::Number(1.0), Value::Reference(2), Value::Text(b"x".to_vec())]
        );
        assert!(found.get("B").unwrap().dictionary().unwrap().names("C", "D"));
    }

    #[test]
    fn what_is_cut_off_keeps_what_it_had() {
        assert!(parsed(b"<</A[(x)").is_some_and(|it| format!("{it:?}").contains("120")));
        assert_eq!(parsed(b"endobj"), None);
        assert_eq!(parsed(&b"[".repeat(1_000_000)), None);
        assert_eq!(parsed(&b"<</A".repeat(1_000_000)), None);
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(
            [whole(7.0), whole(-1.0), whole(1.5), whole(1e300)],
            [Some(7), None, None, None]
        );
    }
}
