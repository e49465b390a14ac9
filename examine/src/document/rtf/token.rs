//! RTF to tokens.
//!
//! # Source
//!
//! Rich Text Format Specification 1.9.1, "RTF Syntax".

/// A token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token<'r> {
    /// Raw octets, as `\bin` gives them.
    Binary(&'r [u8]),
    Close,
    /// `\'hh`.
    Hex(u8),
    Open,
    /// A control sign, such as `~` of `\~`.
    Sign(u8),
    /// Octets of text, without line ends.
    Text(&'r [u8]),
    /// A control word with its number.
    Word(&'r [u8], Option<i32>),
}

/// The tokens of RTF octets.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'r> {
    pub(super) rest: &'r [u8],
}

impl<'r> Iterator for Tokens<'r> {
    type Item = Token<'r>;

    fn next(&mut self) -> Option<Token<'r>> {
        while let [b'\r' | b'\n' | 0, rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [] => None,
            [b'{', rest @ ..] => self.one(rest, Token::Open),
            [b'}', rest @ ..] => self.one(rest, Token::Close),
            [b'\\', rest @ ..] => self.control(rest),
            text => {
                let is_end = |octet: &u8| matches!(octet, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                let end = text.iter().position(is_end).unwrap_or(text.len());
                let (text, rest) = text.split_at(end);
                self.one(rest, Token::Text(text))
            }
        }
    }
}

impl<'r> Tokens<'r> {
    fn one(&mut self, rest: &'r [u8], token: Token<'r>) -> Option<Token<'r>> {
        self.rest = rest;
        Some(token)
    }

    fn control(&mut self, octets: &'r [u8]) -> Option<Token<'r>> {
        match octets {
            [] => {
                self.rest = octets;
                None
            }
            [b'\'', one, two, rest @ ..] => {
                let value = figure(*one).zip(figure(*two)).map(|(one, two)| one << 4 | two);
                match value {
                    Some(value) => self.one(rest, Token::Hex(value)),
                    None => self.one(octets.get(1..).unwrap_or_default(), Token::Sign(b'\'')),
                }
            }
            [first, ..] if first.is_ascii_alphabetic() => Some(self.word(octets)),
            [sign, rest @ ..] => self.one(rest, Token::Sign(*sign)),
        }
    }

    fn word(&mut self, octets: &'r [u8]) -> Token<'r> {
        let end = octets.iter().position(|it| !it.is_ascii_alphabetic()).unwrap_or(octets.len());
        let (word, rest) = octets.split_at(end);
        let (negative, rest) = match rest {
            [b'-', after @ ..] if after.first().is_some_and(u8::is_ascii_digit) => (true, after),
            _ => (false, rest),
        };
        let end = rest.iter().position(|it| !it.is_ascii_digit()).unwrap_or(rest.len());
        let (figures, rest) = rest.split_at(end);
        let add = |sum: i32, it: &u8| sum.saturating_mul(10).saturating_add(i32::from(it - b'0'));
        let number = (!figures.is_empty()).then(|| figures.iter().fold(0, add));
        let number = number.map(|it| if negative { -it } else { it });
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        self.rest = rest;
        if word == b"bin" {
            let count = number.and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
            // More than there is would make all that follows unread.
            let (binary, rest) = rest.split_at_checked(count).unwrap_or((&[], rest));
            self.rest = rest;
            return Token::Binary(binary);
        }
        Token::Word(word, number)
    }
}

/// The value of a figure to the base of sixteen.
pub(super) fn figure(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        let tokens: Vec<_> = Tokens { rest: b"{\\b-1 x\r\ny\\'4a\\~\\bin3 {}{\\b}z\\" }.collect();
        assert_eq!(
            tokens,
            [
                Token::Open,
                Token::Word(b"b", Some(-1)),
                Token::Text(b"x"),
                Token::Text(b"y"),
                Token::Hex(0x4a),
                Token::Sign(b'~'),
                Token::Binary(b"{}{"),
                Token::Word(b"b", None),
                Token::Close,
                Token::Text(b"z"),
            ]
        );
    }
}
