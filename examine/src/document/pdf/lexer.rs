//! Octets of PDF to tokens, in files and in content streams alike.
//!
//! # Source
//!
//! ISO 32000-1 section 7.2.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'p> {
    ArrayClose,
    ArrayOpen,
    DictionaryClose,
    DictionaryOpen,
    Keyword(&'p [u8]),
    Name(Vec<u8>),
    Number(f64),
    Text(Vec<u8>),
}

/// The tokens of octets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexer<'p> {
    octets: &'p [u8],
    at: usize,
}

pub(super) fn is_space(octet: u8) -> bool {
    matches!(octet, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_regular(octet: u8) -> bool {
    !is_space(octet)
        && !matches!(octet, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'p> Lexer<'p> {
    pub(super) fn new(octets: &'p [u8], at: usize) -> Self {
        Self { octets, at }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn set(&mut self, at: usize) {
        self.at = at;
    }

    fn rest(&self) -> &'p [u8] {
        self.octets.get(self.at..).unwrap_or_default()
    }

    /// Passes over spaces and comments.
    pub(super) fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.iter().take_while(|it| is_space(**it)).count();
            self.at += spaces;
            let Some([b'%', ..]) = rest.get(spaces..) else { return };
            self.at += self.rest().iter().take_while(|it| !matches!(it, b'\r' | b'\n')).count();
        }
    }

    /// The next number, where it begins with a figure; nothing else is looked at.
    pub(super) fn figures(&mut self) -> Option<f64> {
        self.skip();
        let (count, Token::Number(number)) =
            self.rest().first().filter(|it| it.is_ascii_digit()).map(|_| number(self.rest()))?
        else {
            return None;
        };
        self.at += count;
        Some(number)
    }

    /// Whether that word is next; it is taken then.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.skip();
        let ends = |rest: &[u8]| rest.first().is_none_or(|it| !is_regular(*it));
        let found = self.rest().strip_prefix(word).is_some_and(ends);
        self.at += if found { word.len() } else { 0 };
        found
    }

    pub(super) fn next(&mut self) -> Option<Token<'p>> {
        self.skip();
        let rest = self.rest();
        let one = |token| (1, token);
        let (count, token) = match rest {
            [] => return None,
            [b'<', b'<', ..] => (2, Token::DictionaryOpen),
            [b'>', b'>', ..] => (2, Token::DictionaryClose),
            [b'[', ..] => one(Token::ArrayOpen),
            [b']', ..] => one(Token::ArrayClose),
            [b'/', name @ ..] => name_of(name),
            [b'(', text @ ..] => literal(text),
            [b'<', figures @ ..] => hexadecimal(figures),
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => number(rest),
            [first, ..] if is_regular(*first) => {
                let count = rest.iter().take_while(|it| is_regular(**it)).count();
                (count, Token::Keyword(rest.get(..count).unwrap_or_default()))
            }
            [_, ..] => one(Token::Keyword(rest.get(..1).unwrap_or_default())),
        };
        self.at += count;
        Some(token)
    }
}

fn number(rest: &[u8]) -> (usize, Token<'_>) {
    let is_part = |it: &&u8| matches!(it, b'+' | b'-' | b'.' | b'0'..=b'9');
    let count = rest.iter().take_while(is_part).count();
    let negative = rest.first() == Some(&b'-');
    let mut value = 0.0;
    let mut place = 0.0;
    for octet in rest.iter().take(count).skip_while(|it| matches!(it, b'+' | b'-')) {
        match octet {
            b'.' if place == 0.0 => place = 1.0,
            b'0'..=b'9' if place == 0.0 => value = value * 10.0 + f64::from(octet - b'0'),
            b'0'..=b'9' => {
                place /= 10.0;
                value += f64::from(octet - b'0') * place;
            }
            _ => break,
        }
    }
    (count, Token::Number(if negative { -value } else { value }))
}

fn name_of(name: &[u8]) -> (usize, Token<'_>) {
    let count = name.iter().take_while(|it| is_regular(**it)).count();
    let mut plain = Vec::new();
    let mut rest = name.get(..count).unwrap_or_default();
    loop {
        rest = match rest {
            [] => break,
            [b'#', one, two, rest @ ..] if figure(*one).is_some() && figure(*two).is_some() => {
                let value = figure(*one).zip(figure(*two)).map_or(0, |(one, two)| one << 4 | two);
                plain.push(value);
                rest
            }
            [octet, rest @ ..] => {
                plain.push(*octet);
                rest
            }
        };
    }
    (1 + count, Token::Name(plain))
}

fn literal(octets: &[u8]) -> (usize, Token<'_>) {
    let mut text = Vec::new();
    let mut open = 1_usize;
    let mut rest = octets;
    loop {
        rest = match rest {
            [] => break,
            [b'\\', rest @ ..] => escaped(rest, &mut text),
            [b')', rest @ ..] if open == 1 => {
                return (1 + octets.len() - rest.len(), Token::Text(text));
            }
            [octet, rest @ ..] => {
                match octet {
                    b'(' => open += 1,
                    b')' => open -= 1,
                    _ => {}
                }
                text.push(*octet);
                rest
            }
        };
    }
    (1 + octets.len(), Token::Text(text))
}

fn escaped<'p>(rest: &'p [u8], text: &mut Vec<u8>) -> &'p [u8] {
    let (octet, rest) = match rest {
        [] => return rest,
        [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => return rest,
        [b'0'..=b'7', ..] => {
            let count = rest.iter().take(3).take_while(|it| matches!(it, b'0'..=b'7')).count();
            let value =
                rest.iter().take(count).fold(0_u16, |sum, it| sum * 8 + u16::from(it - b'0'));
            text.push(u8::try_from(value & 0xff).unwrap_or(0));
            return rest.get(count..).unwrap_or_default();
        }
        [b'n', rest @ ..] => (b'\n', rest),
        [b'r', rest @ ..] => (b'\r', rest),
        [b't', rest @ ..] => (b'\t', rest),
        [b'b', rest @ ..] => (8, rest),
        [b'f', rest @ ..] => (0x0c, rest),
        [octet, rest @ ..] => (*octet, rest),
    };
    text.push(octet);
    rest
}

fn hexadecimal(octets: &[u8]) -> (usize, Token<'_>) {
    let count = octets.iter().take_while(|it| **it != b'>').count();
    let figures: Vec<u8> = octets.iter().take(count).copied().filter_map(figure).collect();
    let pair = |it: &[u8]| match it {
        [one, two] => one << 4 | two,
        [one] => one << 4,
        _ => 0,
    };
    (2 + count, Token::Text(figures.chunks(2).map(pair).collect()))
}

/// The value of a figure to the base of sixteen.
pub(super) fn figure(octet: u8) -> Option<u8> {
    char::from(octet).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token() {
        let octets = b"<</A#42(a\\(\\051\\\r\n(b))>>[<4 1 4>-.5 +3.25]%x\nBT";
        let mut lexer = Lexer::new(octets, 0);
        let tokens: Vec<_> = std::iter::from_fn(|| lexer.next()).collect();
        assert_eq!(
            tokens,
            [
                Token::DictionaryOpen,
                Token::Name(b"AB".to_vec()),
                Token::Text(b"a()(b)".to_vec()),
                Token::DictionaryClose,
                Token::ArrayOpen,
                Token::Text(b"A@".to_vec()),
                Token::Number(-0.5),
                Token::Number(3.25),
                Token::ArrayClose,
                Token::Keyword(b"BT"),
            ]
        );
        assert_eq!(Lexer::new(b"(open", 0).next(), Some(Token::Text(b"open".to_vec())));
    }
}
