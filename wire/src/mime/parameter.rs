//! `value; name=value` fields: quoting, comments, RFC 2231 continuations and charsets.

use std::collections::BTreeMap;

use super::{
    flag::{Flag, note},
    limits::Limits,
};

/// A parameter, its pieces joined and its percent signs decoded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parameter {
    /// Lower case, without `*`.
    pub name: String,
    /// The value's octets. Encoded words, which many senders put here, stand as they are.
    pub value: Vec<u8>,
    /// The charset that an RFC 2231 value names.
    pub charset: Option<String>,
    /// Whether it was written in the RFC 2231 form.
    pub extended: bool,
    /// What readers take that go by the letter of the standard, where that is something else: the
    /// value up to a space or comment, or with every backslash taken for an escape.
    pub strict: Option<Vec<u8>>,
}

/// A field with parameters.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Valued {
    /// What stands before the first semicolon, comments taken out, lower case.
    pub value: String,
    /// The parameters, in order; the same name may come twice.
    pub parameters: Vec<Parameter>,
}

impl Valued {
    /// The value of the parameter `name` that most readers take: the RFC 2231 form, else the
    /// first.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        let extended = self.all(name).find(|parameter| parameter.extended);
        extended.or_else(|| self.all(name).next())
    }

    /// Every parameter called `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.name == name)
    }
}

/// Reads an unfolded field value.
pub(super) fn parse(field: &[u8], limits: &Limits, flags: &mut Vec<Flag>) -> Valued {
    let mut lexer = Lexer { bytes: field, at: 0 };
    let value = lexer.value_text();
    if !matches!(lexer.peek(), None | Some(b';')) {
        // Some readers go on at a known name though no semicolon stands before it.
        note(flags, Flag::ParameterMalformed);
    }
    let mut raw = Vec::new();
    while lexer.skip_to_parameter() {
        if raw.len() == limits.parameters {
            note(flags, Flag::ParametersOverLimit);
            break;
        }
        match lexer.parameter() {
            Some(read) => {
                let odd = !read.clean || read.strict.is_some();
                let continued = read.strict.is_some() && read.name.contains('*');
                if odd && decisive(&read.name) || continued || read.unseparated {
                    note(flags, Flag::ParameterMalformed);
                }
                raw.push(read);
            }
            None => note(flags, Flag::ParameterMalformed),
        }
    }
    let parameters = join(raw, flags);
    contradictions(&parameters, flags);
    Valued { value, parameters }
}

/// Parameters that decide what a reader sees.
fn decisive(name: &str) -> bool {
    let base = name.split('*').next().unwrap_or_default();
    matches!(base, "boundary" | "charset")
}

fn contradictions(parameters: &[Parameter], flags: &mut Vec<Flag>) {
    let mut seen: BTreeMap<&str, &Parameter> = BTreeMap::new();
    for parameter in parameters {
        match seen.get(parameter.name.as_str()) {
            // A plain form beside the extended one is the usual fallback for old readers.
            Some(first) if first.extended != parameter.extended => {
                if decisive(&parameter.name) && first.value != parameter.value {
                    note(flags, Flag::ConflictingParameter);
                }
            }
            Some(first) if first.value != parameter.value => note(flags, Flag::DuplicateParameter),
            Some(_) => {}
            None => {
                seen.insert(&parameter.name, parameter);
            }
        }
    }
}

/// A parameter as it is written.
struct Raw {
    name: String,
    value: Vec<u8>,
    strict: Option<Vec<u8>>,
    /// Whether it is written as the standard has it.
    clean: bool,
    /// Whether another one follows without a semicolon.
    unseparated: bool,
}

/// Parameters that some readers find behind a space, where the semicolon was forgotten.
const KNOWN: [&[u8]; 4] = [b"boundary", b"charset", b"filename", b"name"];

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let octet = self.peek()?;
        self.at += 1;
        Some(octet)
    }

    fn skip_space(&mut self) {
        while let Some(octet) = self.peek() {
            match octet {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'(' => self.comment(),
                _ => return,
            }
        }
    }

    /// Skips a comment; an unclosed one ends with the field.
    fn comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(octet) = self.bump() {
            match octet {
                b'\\' => self.at += 1,
                b'(' => depth += 1,
                b')' if depth <= 1 => return,
                b')' => depth -= 1,
                _ => {}
            }
        }
    }

    fn value_text(&mut self) -> String {
        let mut text = Vec::new();
        while let Some(octet) = self.peek() {
            match octet {
                b';' => break,
                b'(' => self.comment(),
                _ if self.at_known() => break,
                b' ' | b'\t' | b'\r' | b'\n' | b'"' => self.at += 1,
                _ => {
                    text.push(octet.to_ascii_lowercase());
                    self.at += 1;
                }
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Goes past semicolons and space; false at the end.
    fn skip_to_parameter(&mut self) -> bool {
        loop {
            self.skip_space();
            match self.peek() {
                Some(b';') => self.at += 1,
                Some(_) => return true,
                None => return false,
            }
        }
    }

    fn parameter(&mut self) -> Option<Raw> {
        let mut name = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'=') => break,
                Some(b';') | None => return None,
                Some(octet) => name.push(octet.to_ascii_lowercase()),
            }
            self.at += 1;
        }
        self.at += 1;
        let commented = self.at;
        self.skip_space();
        let mut clean = self.at == commented;
        let (value, mut strict) = if self.peek() == Some(b'"') {
            let (value, strict, closed) = self.quoted();
            clean &= closed;
            (value, strict)
        } else {
            let value = self.token();
            clean &= !value.is_empty();
            let strict = strict_token(&value);
            (value, strict)
        };
        let rest = self.skip_rest();
        clean &= rest.is_empty();
        // `"run".exe` is `run.exe` to readers who take quotes for nothing.
        strict.extend(rest.iter().filter(|octet| **octet != b'"'));
        let name = String::from_utf8_lossy(&name).into_owned();
        let strict = Some(strict).filter(|it| *it != value);
        let unseparated = self.peek().is_some_and(|octet| octet != b';');
        Some(Raw { name, value, strict, clean, unseparated })
    }

    /// Whether a parameter that is known begins here, behind a space.
    fn at_known(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        matches!(before, Some(b' ' | b'\t' | b'\r' | b'\n'))
            && KNOWN.iter().any(|known| {
                let Some((name, rest)) = rest.split_at_checked(known.len()) else { return false };
                let sections = |octet: &&u8| **octet == b'*' || octet.is_ascii_digit();
                let behind = rest.iter().find(|octet| !sections(octet));
                name.eq_ignore_ascii_case(known) && behind == Some(&b'=')
            })
    }

    /// A quoted string. A backslash before anything but a quote or a backslash stays: it is
    /// a path more often than an escape.
    /// The second value is without those, too (RFC 822 section 3.3, `quoted-pair`).
    fn quoted(&mut self) -> (Vec<u8>, Vec<u8>, bool) {
        self.at += 1;
        let (mut value, mut strict) = (Vec::new(), Vec::new());
        while let Some(octet) = self.bump() {
            match octet {
                b'"' => return (value, strict, true),
                b'\\' if matches!(self.peek(), Some(b'"' | b'\\')) => {
                    let escaped = self.bump();
                    value.extend(escaped);
                    strict.extend(escaped);
                }
                b'\\' => value.push(octet),
                b'\r' | b'\n' => {}
                _ => {
                    value.push(octet);
                    strict.push(octet);
                }
            }
        }
        (value, strict, false)
    }

    /// Everything up to the semicolon or a comment; spaces inside stay, as in names that their
    /// sender forgot to quote.
    fn token(&mut self) -> Vec<u8> {
        let from = self.at;
        while let Some(octet) = self.peek() {
            if octet == b';' || (octet == b'(' && self.space_before()) || self.at_known() {
                break;
            }
            self.at += 1;
        }
        self.bytes.get(from..self.at).unwrap_or_default().trim_ascii().to_vec()
    }

    fn space_before(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        matches!(before, Some(b' ' | b'\t' | b'='))
    }

    /// Skips to the next semicolon or known parameter; what stood there, space apart.
    fn skip_rest(&mut self) -> &[u8] {
        self.skip_space();
        let from = self.at;
        while !matches!(self.peek(), None | Some(b';')) && !self.at_known() {
            self.at += 1;
        }
        self.bytes.get(from..self.at).unwrap_or_default().trim_ascii_end()
    }
}

/// The first run of octets that no reader ends a token at. `=` and the like stay in: senders put
/// them in boundaries without quotes.
fn strict_token(value: &[u8]) -> Vec<u8> {
    let ends = |octet: &u8| octet.is_ascii_whitespace() || b"()<>,\"\\".contains(octet);
    let mut runs = value.split(ends).filter(|run| !run.is_empty());
    runs.next().unwrap_or_default().to_vec()
}

/// A section of a continued parameter: its number, whether percent-encoded, its value.
type Section = (u32, bool, Vec<u8>);

/// Joins RFC 2231 sections; plain parameters stay in order.
fn join(raw: Vec<Raw>, flags: &mut Vec<Flag>) -> Vec<Parameter> {
    let mut joined = Vec::new();
    let mut sections: BTreeMap<String, Vec<Section>> = BTreeMap::new();
    for Raw { name, value, strict, .. } in raw {
        let Some((base, rest)) = name.split_once('*') else {
            joined.push(Parameter { name, value, charset: None, extended: false, strict });
            continue;
        };
        let (number, encoded) = match rest.strip_suffix('*') {
            Some(number) => (number, true),
            None => (rest, rest.is_empty()),
        };
        let number = if number.is_empty() { Some(0) } else { number.parse().ok() };
        match number {
            Some(number) => {
                sections.entry(base.to_owned()).or_default().push((number, encoded, value));
            }
            None => note(flags, Flag::ParameterMalformed),
        }
    }
    joined.extend(sections.into_iter().map(|(name, sections)| continued(name, sections, flags)));
    joined
}

fn continued(name: String, mut sections: Vec<Section>, flags: &mut Vec<Flag>) -> Parameter {
    sections.sort_by_key(|section| section.0);
    let value = Vec::new();
    let mut joined = Parameter { name, value, charset: None, extended: true, strict: None };
    let mut expected = 0;
    for (number, encoded, value) in sections {
        if number != expected {
            // A gap or a repeated section: readers stop, skip or overwrite.
            note(flags, Flag::ConflictingParameter);
        }
        expected = number.saturating_add(1);
        let value = if encoded && joined.value.is_empty() && joined.charset.is_none() {
            let (charset, value) = charset_of(&value);
            joined.charset = charset;
            value.to_vec()
        } else {
            value
        };
        joined.value.extend(if encoded { percent(&value) } else { value });
    }
    joined
}

/// Splits `charset'language'value`.
fn charset_of(value: &[u8]) -> (Option<String>, &[u8]) {
    let mut pieces = value.splitn(3, |octet| *octet == b'\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(charset), Some(_), Some(rest)) => {
            (Some(String::from_utf8_lossy(charset).to_ascii_lowercase()), rest)
        }
        _ => (None, value),
    }
}

fn percent(value: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(&octet) = value.get(at) {
        let pair =
            (value.get(at + 1).copied().and_then(hex), value.get(at + 2).copied().and_then(hex));
        match (octet, pair) {
            (b'%', (Some(high), Some(low))) => {
                decoded.push(high << 4 | low);
                at += 3;
            }
            _ => {
                decoded.push(octet);
                at += 1;
            }
        }
    }
    decoded
}

/// The value of a hexadecimal digit, either case.
pub(super) fn hex(octet: u8) -> Option<u8> {
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

    #[track_caller]
    fn check(field: &str, name: &str, value: &str, strict: Option<&str>) {
        let mut flags = Vec::new();
        let valued = parse(field.as_bytes(), &Limits::default(), &mut flags);
        let found = valued.all(name).last().unwrap();
        assert_eq!(found.value, value.as_bytes(), "{field}");
        assert_eq!(found.strict.as_deref(), strict.map(str::as_bytes), "{field}");
    }

    #[test]
    fn the_letter_of_the_standard_is_a_reading_of_its_own() {
        check("a; filename=run.exe", "filename", "run.exe", None);
        check("a; filename=\"my file.pdf\"", "filename", "my file.pdf", None);
        check("a; filename=my file.pdf", "filename", "my file.pdf", Some("my"));
        check("a; filename=run.exe(x)", "filename", "run.exe(x)", Some("run.exe"));
        check("a; filename=\"run.e\\xe\"", "filename", "run.e\\xe", Some("run.exe"));
        check("a; filename=\"run\".exe", "filename", "run", Some("run.exe"));
        check("a; boundary=foo bar", "boundary", "foo bar", Some("foo"));
    }

    #[test]
    fn a_known_parameter_needs_no_semicolon() {
        check("attachment filename=run.exe", "filename", "run.exe", None);
        check("a; size=5 filename*0=run", "filename", "run", None);
        check("a; x=\"y\" name=\"run.exe\"", "name", "run.exe", None);
        check("a; x=rename=run.exe", "x", "rename=run.exe", None);
    }
}
