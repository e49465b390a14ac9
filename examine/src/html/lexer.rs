//! HTML to tokens, with a bound on what one tag may cost.
//!
//! The tokens are those of the standard; html5ever's own tokenizer compares every attribute of a
//! tag with all before it, which a hostile tag turns into minutes.
//!
//! # Standards
//!
//! WHATWG HTML section 13.2.5, where the state does not depend on the tree; inside `svg` and
//! `math` no element is raw text.

use crate::limits::TAG_ATTRIBUTES_MAX;

/// An attribute: name in lower case, value with its entities undecoded.
pub(crate) type Attribute<'a> = (String, &'a str);

/// A piece of a page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Token<'a> {
    /// A comment's inside, bogus comments and declarations included.
    Comment(&'a str),
    /// An end tag.
    End(String),
    /// Text of an element that holds no tags, such as `script`; with the element's name.
    Raw(&'static str, &'a str),
    /// A start tag.
    Start {
        /// Lower case.
        name: String,
        /// The first of each name, [`TAG_ATTRIBUTES_MAX`] at most.
        attributes: Vec<Attribute<'a>>,
        /// Whether it had more.
        overfull: bool,
        /// Offset behind it.
        end: usize,
    },
    /// Text, entities undecoded.
    Text(&'a str),
    /// A tag or comment that the page ends in.
    Unclosed(&'a str),
}

/// Elements whose content is text up to their end tag.
const RAW: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Elements that end an `svg` or `math` which they stand in.
///
/// # Source
///
/// WHATWG HTML section 13.2.6.5; `font` does so only with some attributes and is taken as if with them.
const BREAKS_OUT: [&str; 45] = [
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];

/// The value of the attribute `name`.
pub(crate) fn attribute<'a>(attributes: &[Attribute<'a>], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.0 == name).map(|attribute| attribute.1)
}

/// Reads a page token by token.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    html: &'a str,
    at: usize,
    raw: Option<&'static str>,
    foreign: usize,
    was_foreign: bool,
    takes_foreign: bool,
    /// Whether the page is XML: every element may close itself, and none is raw text.
    is_xml: bool,
    /// The end of an element that closed itself.
    ended: Option<String>,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(html: &'a str) -> Self {
        Self {
            html,
            at: 0,
            raw: None,
            foreign: 0,
            was_foreign: false,
            takes_foreign: true,
            is_xml: false,
            ended: None,
        }
    }

    /// Reads the page as XML.
    pub(crate) fn xml(html: &'a str) -> Self {
        Self { is_xml: true, ..Self::new(html) }
    }

    /// Reads the page as if `svg` and `math` were elements like any other.
    pub(crate) fn without_foreign(html: &'a str) -> Self {
        Self { takes_foreign: false, ..Self::new(html) }
    }

    /// Whether it has come through an `svg` or `math`.
    pub(crate) fn was_foreign(&self) -> bool {
        self.was_foreign
    }

    /// Offset behind the last token.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn octet(&self, at: usize) -> Option<u8> {
        self.html.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.html.get(from..to).unwrap_or_default()
    }

    /// Text up to the next `<` that begins something.
    fn text(&mut self) -> Token<'a> {
        let from = self.at;
        let mut look = from + 1;
        let end = loop {
            let tail = self.html.as_bytes().get(look..).unwrap_or_default();
            match memchr::memchr(b'<', tail).map(|found| look + found) {
                None => break self.html.len(),
                Some(found) if self.begins(found) => break found,
                Some(found) => look = found + 1,
            }
        };
        self.at = end;
        Token::Text(self.slice(from, end))
    }

    /// Whether the `<` at `at` begins a tag or a comment.
    fn begins(&self, at: usize) -> bool {
        match self.octet(at + 1) {
            Some(b'!' | b'?') => true,
            Some(b'/') => self.octet(at + 2).is_some(),
            Some(octet) => octet.is_ascii_alphabetic(),
            None => false,
        }
    }

    /// A `<!…`, `<?…` or `</` before something that is no name.
    fn comment(&mut self) -> Token<'a> {
        let rest = self.rest();
        if (0 < self.foreign || self.is_xml) && rest.starts_with(CDATA) {
            // In a drawing it is text without entities.
            let from = self.at + CDATA.len();
            let length = memchr::memmem::find(rest.as_bytes(), b"]]>");
            let end = length.map_or(self.html.len(), |it| (self.at + it).max(from));
            self.at = end.saturating_add(b"]]>".len()).min(self.html.len());
            return Token::Raw("plaintext", self.slice(from, end));
        }
        if self.is_xml
            && let Some(start) =
                [("<!--", "-->"), ("<?", "?>")].iter().find(|it| rest.starts_with(it.0))
        {
            let from = self.at + start.0.len();
            let tail = self.html.get(from..).unwrap_or_default();
            let length = memchr::memmem::find(tail.as_bytes(), start.1.as_bytes());
            let end = length.map_or(self.html.len(), |it| from + it);
            self.at = length.map_or(end, |_| end + start.1.len());
            return Token::Comment(self.slice(from, end));
        }
        let Some(inside) = rest.strip_prefix("<!--") else {
            let end = memchr::memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
            let from = self.at + 2;
            self.at = (self.at + end + 1).min(self.html.len());
            return Token::Comment(self.slice(from, (self.at - 1).max(from)));
        };
        let from = self.at + 4;
        for short in [">", "->"] {
            if inside.starts_with(short) {
                self.at = from + short.len();
                return Token::Comment("");
            }
        }
        let (length, closing) = comment_end(inside);
        self.at = from + length + closing;
        if closing == 0 {
            return Token::Unclosed(self.slice(from, self.at));
        }
        Token::Comment(self.slice(from, from + length))
    }

    fn tag(&mut self) -> Token<'a> {
        let start = self.at;
        let closing = self.octet(start + 1) == Some(b'/');
        let name_at = start + 1 + usize::from(closing);
        let mut at = name_at;
        while self.octet(at).is_some_and(|o| !is_space(o) && o != b'/' && o != b'>') {
            at += 1;
        }
        let name = self.slice(name_at, at).to_ascii_lowercase();
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        let mut overfull = false;
        let mut closes_itself;
        loop {
            closes_itself = false;
            while let Some(octet) = self.octet(at).filter(|it| is_space(*it) || *it == b'/') {
                closes_itself = octet == b'/';
                at += 1;
            }
            match self.octet(at) {
                None => {
                    self.at = self.html.len();
                    return Token::Unclosed(self.slice(start, self.at));
                }
                Some(b'>') => break,
                Some(_) => {}
            }
            let (attribute, next) = self.attribute(at);
            at = next;
            if attributes.len() == TAG_ATTRIBUTES_MAX {
                overfull = true;
            } else if !attributes.iter().any(|known| known.0 == attribute.0) {
                attributes.push(attribute);
            }
        }
        self.at = at + 1;
        if closing {
            self.leave(&name);
            return Token::End(name);
        }
        self.enter(&name, closes_itself);
        self.ended = (self.is_xml && closes_itself).then(|| name.clone());
        Token::Start { name, attributes, overfull, end: self.at }
    }

    /// Reads one attribute; returns where the next thing begins.
    fn attribute(&self, start: usize) -> (Attribute<'a>, usize) {
        let stop = |o: u8| is_space(o) || matches!(o, b'/' | b'>' | b'=');
        let mut at = start + 1;
        while self.octet(at).is_some_and(|octet| !stop(octet)) {
            at += 1;
        }
        let name = self.slice(start, at).to_ascii_lowercase();
        let mut next = self.skip_space(at);
        if self.octet(next) != Some(b'=') {
            return ((name, ""), at);
        }
        next = self.skip_space(next + 1);
        match self.octet(next) {
            Some(quote @ (b'"' | b'\'')) => {
                let tail = self.html.as_bytes().get(next + 1..).unwrap_or_default();
                let length = memchr::memchr(quote, tail).unwrap_or(tail.len());
                let end = next + 1 + length;
                ((name, self.slice(next + 1, end)), (end + 1).min(self.html.len()))
            }
            Some(_) | None => {
                let mut end = next;
                while self.octet(end).is_some_and(|octet| !is_space(octet) && octet != b'>') {
                    end += 1;
                }
                ((name, self.slice(next, end)), end)
            }
        }
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while self.octet(at).is_some_and(is_space) {
            at += 1;
        }
        at
    }

    fn enter(&mut self, name: &str, closes_itself: bool) {
        if self.is_xml {
            return;
        }
        if is_foreign(name) {
            self.was_foreign = true;
            self.foreign += usize::from(self.takes_foreign && !closes_itself);
            return;
        }
        if BREAKS_OUT.contains(&name) {
            self.foreign = 0;
        }
        if self.foreign == 0 {
            self.raw = RAW.iter().find(|raw| **raw == name).copied();
        }
    }

    fn leave(&mut self, name: &str) {
        if is_foreign(name) {
            self.foreign = self.foreign.saturating_sub(1);
        } else if matches!(name, "br" | "p") {
            self.foreign = 0;
        }
    }

    /// The text of a raw element, up to its end tag.
    fn raw(&mut self, element: &'static str) -> Token<'a> {
        let from = self.at;
        let end = if element == "plaintext" { self.html.len() } else { self.raw_end(element) };
        self.at = end;
        Token::Raw(element, self.slice(from, end))
    }

    fn raw_end(&self, element: &str) -> usize {
        let bytes = self.html.as_bytes();
        let mut look = self.at;
        while let Some(found) = bytes.get(look..).and_then(|tail| memchr::memchr(b'<', tail)) {
            let at = look + found;
            let name_at = at + 2;
            let named = bytes.get(name_at..name_at + element.len());
            let named = named.is_some_and(|name| name.eq_ignore_ascii_case(element.as_bytes()));
            let after = self.octet(name_at + element.len());
            let ends = after.is_none_or(|octet| is_space(octet) || matches!(octet, b'/' | b'>'));
            if self.octet(at + 1) == Some(b'/') && named && ends {
                return at;
            }
            look = at + 1;
        }
        bytes.len()
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.ended.take() {
            return Some(Token::End(name));
        }
        if let Some(element) = self.raw.take() {
            return Some(self.raw(element));
        }
        if self.at >= self.html.len() {
            return None;
        }
        if self.octet(self.at) != Some(b'<') || !self.begins(self.at) {
            return Some(self.text());
        }
        let named = |at: usize| self.octet(at).is_some_and(|octet| octet.is_ascii_alphabetic());
        let tag = match self.octet(self.at + 1) {
            Some(b'/') => named(self.at + 2),
            _ => named(self.at + 1),
        };
        Some(if tag { self.tag() } else { self.comment() })
    }
}

fn is_foreign(name: &str) -> bool {
    matches!(name, "math" | "svg")
}

fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// What begins text in a drawing.
const CDATA: &str = "<![CDATA[";

/// Length of a comment's inside, and of what closes it.
fn comment_end(inside: &str) -> (usize, usize) {
    let bytes = inside.as_bytes();
    let mut look = 0;
    while let Some(found) = bytes.get(look..).and_then(|tail| memchr::memmem::find(tail, b"--")) {
        let at = look + found;
        match bytes.get(at + 2..).unwrap_or_default() {
            [b'>', ..] => return (at, 3),
            [b'!', b'>', ..] => return (at, 4),
            _ => look = at + 1,
        }
    }
    (bytes.len(), 0)
}
