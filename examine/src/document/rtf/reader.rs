//! The state of a reader of RTF, token by token.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{
    charset::{of_code_page, of_font},
    destination::{Destination, destination},
    page::Encapsulated,
    token::{Token, Tokens, figure},
};
use crate::{
    archive::Opened,
    budget::Budget,
    document::{
        field::{Made, made},
        flow::{Flow, Standing},
        ole,
    },
    kind::without_lead,
    limits::{RTF_FONTS_MAX, RTF_GROUPS_MAX},
    remark::{CHARSET_UNKNOWN, DOCUMENT_ALTERNATIVES, DOCUMENT_DEEP, DOCUMENT_FIELDS},
};

#[derive(Clone, Copy, Debug)]
struct Group {
    destination: Destination,
    encoding: Option<&'static Encoding>,
    /// Whether a font was chosen; the default one counts otherwise.
    has_font: bool,
    /// The encoding of the font for characters of two octets, and whether the text is said to be of
    /// such.
    associated: Option<&'static Encoding>,
    is_double: bool,
    /// Characters behind a `\u` that stand for it in old readers.
    fallback: usize,
    hidden: bool,
    deleted: bool,
    inserted: bool,
    /// Whether it began a text of its own, such as a note.
    aside: bool,
    /// Whether it is the result of a field that shows something else.
    replaced: bool,
    /// Whether it stands in for markup.
    stands_in: bool,
}

struct Reader<'b> {
    budget: &'b mut Budget,
    opened: Opened,
    shown: String,
    hidden: String,
    groups: Vec<Group>,
    group: Group,
    flows: Vec<Flow>,
    /// Octets of text whose characters may go on.
    pending: Vec<u8>,
    surrogate: Option<u16>,
    skipped: usize,
    /// Whether the next word begins a destination that old readers skip.
    ignorable: bool,
    ansi: &'static Encoding,
    font: i32,
    default_font: i32,
    fonts: BTreeMap<i32, Option<&'static Encoding>>,
    object: Vec<u8>,
    /// The first of two figures.
    half: Option<u8>,
    /// Whether the field that is open has shown its text.
    made: bool,
    /// The number that the items of the last list begin with.
    list_start: i32,
    /// The page that the text was made from.
    page: Option<Encapsulated>,
}

/// Reads RTF.
pub(in crate::document) fn read(octets: &[u8], budget: &mut Budget) -> Opened {
    let group = Group {
        destination: Destination::Shown,
        encoding: None,
        has_font: false,
        associated: None,
        is_double: false,
        fallback: 1,
        hidden: false,
        deleted: false,
        inserted: false,
        aside: false,
        replaced: false,
        stands_in: false,
    };
    let mut reader = Reader {
        budget,
        opened: Opened::default(),
        shown: String::new(),
        hidden: String::new(),
        groups: Vec::new(),
        group,
        flows: vec![Flow::default()],
        pending: Vec::new(),
        surrogate: None,
        skipped: 0,
        ignorable: false,
        ansi: WINDOWS_1252,
        font: 0,
        default_font: 0,
        fonts: BTreeMap::new(),
        object: Vec::new(),
        half: None,
        made: false,
        list_start: 1,
        page: None,
    };
    for token in (Tokens { rest: without_lead(octets) }) {
        reader.token(token);
        if RTF_GROUPS_MAX < reader.groups.len() {
            reader.opened.remarks.push(DOCUMENT_DEEP);
            break;
        }
    }
    reader.finish()
}

impl Reader<'_> {
    fn token(&mut self, token: Token<'_>) {
        if !matches!(token, Token::Hex(_) | Token::Text(_)) {
            self.settle();
        }
        match token {
            Token::Open => {
                self.skipped = 0;
                self.groups.push(self.group);
                self.group.aside = false;
            }
            Token::Close => self.close(),
            Token::Binary(octets) if self.group.destination == Destination::Object => {
                self.object.extend_from_slice(octets);
            }
            Token::Binary(_) => self.skipped = self.skipped.saturating_sub(1),
            Token::Hex(level @ ..=8) if self.group.destination == Destination::Label => {
                self.settle();
                let is_length = self.flows.last().is_none_or(Flow::is_empty);
                let number = if is_length { String::new() } else { self.list_start.to_string() };
                self.push(&format!("{}{number}", if is_length && level == 0 { " " } else { "" }));
            }
            Token::Hex(octet) => self.octets(&[octet]),
            Token::Text(octets) => self.octets(octets),
            Token::Sign(sign) => self.sign(sign),
            Token::Word(word, number) => self.word(word, number),
        }
    }

    fn close(&mut self) {
        self.skipped = 0;
        if self.group.destination == Destination::Object && self.group.aside {
            self.close_object();
        }
        if self.group.aside {
            let code = self.flows.last().filter(|_| self.group.destination == Destination::Field);
            let made = code.and_then(|it| made(it.text()));
            self.flush();
            self.flows.pop();
            if self.flows.is_empty() {
                self.flows.push(Flow::default());
            }
            self.field(made);
        }
        // What stands behind the last group is read as text too.
        self.group = self.groups.pop().unwrap_or(Group { aside: false, ..self.group });
    }

    /// What a field shows by itself.
    fn field(&mut self, made: Option<Made>) {
        match made {
            Some(Made::Text(text)) => {
                self.made = true;
                self.stand(&text, Standing::Choice);
            }
            Some(Made::Unknown) => self.opened.remarks.push(DOCUMENT_FIELDS),
            None => {}
        }
    }

    fn close_object(&mut self) {
        self.half = None;
        let object = std::mem::take(&mut self.object);
        if !object.is_empty() {
            let member = ole::object(&object, self.budget);
            self.opened.members.push(member);
        }
    }

    fn octets(&mut self, octets: &[u8]) {
        let skipped = self.skipped.min(octets.len());
        self.skipped -= skipped;
        let octets = octets.get(skipped..).unwrap_or_default();
        match self.group.destination {
            Destination::Figures => {
                let is_figure = |it: &u8| it.is_ascii_hexdigit() || it.is_ascii_whitespace();
                if !octets.iter().all(is_figure) {
                    self.pending.extend_from_slice(octets);
                }
            }
            Destination::Object => {
                for value in octets.iter().copied().filter_map(figure) {
                    match self.half.take() {
                        Some(half) => self.object.push(half << 4 | value),
                        None => self.half = Some(value),
                    }
                }
            }
            Destination::Field
            | Destination::Fonts
            | Destination::Hidden
            | Destination::Label
            | Destination::Markup
            | Destination::Shown => {
                self.pending.extend_from_slice(octets);
            }
        }
    }

    /// Turns the pending octets into characters.
    fn settle(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let octets = std::mem::take(&mut self.pending);
        let default = || self.fonts.get(&self.default_font).copied().flatten();
        let own = self.group.encoding.or_else(|| default().filter(|_| !self.group.has_font));
        let encoding = own.unwrap_or(self.ansi);
        let (text, _) = encoding.decode_without_bom_handling(&octets);
        let other = self.group.associated.filter(|_| self.group.is_double && !octets.is_ascii());
        match other.filter(|it| *it != encoding) {
            // Not all programs look at the font for characters of two octets.
            Some(other) if self.is_plain() => {
                let (double, _) = other.decode_without_bom_handling(&octets);
                self.stand(&double, Standing::Choice);
                self.stand(&text, Standing::Fallback);
            }
            Some(_) | None => self.push(&text),
        }
    }

    /// Whether what stands here is shown in the plain way.
    fn is_plain(&self) -> bool {
        let group = &self.group;
        let is_changed = group.hidden || group.deleted || group.inserted || group.replaced;
        group.destination == Destination::Shown && !is_changed
    }

    fn stand(&mut self, text: &str, standing: Standing) {
        if let Some(flow) = self.flows.last_mut() {
            flow.push(text, standing);
        }
    }

    fn push(&mut self, text: &str) {
        let group = &self.group;
        let hidden = group.hidden || group.destination != Destination::Shown;
        if let Some(page) = self.page.as_mut().filter(|_| !group.stands_in) {
            page.push(text, group.destination);
        }
        let standing = match (hidden, group.deleted, group.inserted) {
            (true, _, _) => Standing::Hidden,
            (false, _, _) if group.replaced => Standing::Fallback,
            (false, true, _) => Standing::Deleted,
            (false, false, true) => Standing::Inserted,
            (false, false, false) => Standing::Shown,
        };
        self.stand(text, standing);
    }

    fn sign(&mut self, sign: u8) {
        match sign {
            b'*' => self.ignorable = true,
            b'~' => self.character("\u{a0}"),
            b'_' => self.character("-"),
            b'\\' | b'{' | b'}' => self.octets(&[sign]),
            b'\r' | b'\n' => self.flush(),
            b'\t' => self.character("\t"),
            _ => {}
        }
    }

    fn character(&mut self, text: &str) {
        if self.skipped == 0 {
            self.push(text);
        } else {
            self.skipped -= 1;
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let ignorable = std::mem::take(&mut self.ignorable);
        if let Some((destination, aside)) = destination(word, ignorable) {
            match word {
                b"fldrslt" => self.group.replaced |= std::mem::take(&mut self.made),
                // In Unicode, in place of what stands before it for old readers.
                b"ud" => self.group.replaced = false,
                _ => {}
            }
            return self.enter(destination, aside);
        }
        let on = number != Some(0);
        match word {
            b"ansicpg" => match number.and_then(of_code_page) {
                Some(encoding) => self.ansi = encoding,
                None => self.opened.remarks.push(CHARSET_UNKNOWN),
            },
            b"fromhtml" => self.page = Some(Encapsulated::default()),
            b"htmlrtf" => self.group.stands_in = on,
            b"levelstartat" => self.list_start = number.unwrap_or(1),
            b"mac" => self.ansi = encoding_rs::MACINTOSH,
            b"f" => self.font(number.unwrap_or(0)),
            b"deff" => self.default_font = number.unwrap_or(0),
            b"af" => {
                let font = self.fonts.get(&number.unwrap_or(0));
                self.group.associated = font.copied().flatten();
            }
            b"dbch" => self.group.is_double = true,
            b"hich" | b"loch" => self.group.is_double = false,
            b"upr" => self.group.replaced = true,
            b"fcharset" => self.font_encoding(number.and_then(of_font)),
            b"cpg" => self.font_encoding(number.and_then(of_code_page)),
            b"plain" => {
                self.group.hidden = false;
                self.group.deleted = false;
                self.group.inserted = false;
            }
            b"v" | b"webhidden" => self.group.hidden = on,
            b"deleted" => self.group.deleted = on,
            b"revised" => self.group.inserted = on,
            b"uc" => self.group.fallback = fallback(number),
            b"u" => self.unicode(number.unwrap_or(0)),
            // A sign of a paragraph that is hidden joins it with the next in some programs.
            b"par" if self.group.hidden && self.page.is_none() && !self.group.aside => {
                self.stand("\n", Standing::Fallback);
            }
            b"par" | b"sect" | b"page" | b"row" | b"nestrow" | b"pard" => {
                if let Some(page) = self.page.as_mut().filter(|_| !self.group.stands_in) {
                    page.push("\n", self.group.destination);
                }
                self.flush();
            }
            b"cell" | b"nestcell" | b"tab" => self.character("\t"),
            b"line" => self.character("\n"),
            b"emdash" => self.character("\u{2014}"),
            b"endash" => self.character("\u{2013}"),
            b"emspace" | b"enspace" | b"qmspace" => self.character(" "),
            b"lquote" => self.character("\u{2018}"),
            b"rquote" => self.character("\u{2019}"),
            b"ldblquote" => self.character("\u{201c}"),
            b"rdblquote" => self.character("\u{201d}"),
            b"bullet" => self.character("\u{2022}"),
            _ => {
                // Not all programs count it as one of the characters that are passed over.
                self.opened.remarks.extend((0 < self.skipped).then_some(DOCUMENT_ALTERNATIVES));
                self.skipped = self.skipped.saturating_sub(1);
            }
        }
    }

    fn enter(&mut self, destination: Destination, aside: bool) {
        let shown = self.group.destination == Destination::Shown;
        // What stands in something hidden is hidden, too; an object is one wherever it stands.
        let takes = shown || destination != Destination::Shown;
        if takes && self.group.destination != Destination::Figures {
            self.group.destination = destination;
        }
        if aside && !self.group.aside {
            self.group.aside = true;
            self.flows.push(Flow::default());
        }
    }

    fn font(&mut self, font: i32) {
        self.font = font;
        self.group.has_font = true;
        self.group.encoding = self.fonts.get(&font).copied().flatten();
    }

    fn font_encoding(&mut self, encoding: Option<&'static Encoding>) {
        let in_table = self.group.destination == Destination::Fonts;
        if in_table && encoding.is_some() && self.fonts.len() < RTF_FONTS_MAX {
            self.fonts.insert(self.font, encoding);
        }
    }

    /// A UTF-16 unit, as a signed number.
    fn unicode(&mut self, number: i32) {
        let unit = u16::try_from(number.rem_euclid(0x1_0000)).unwrap_or(0);
        match (self.surrogate.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => self.push(&String::from_utf16_lossy(&[high, unit])),
            (_, 0xd800..=0xdbff) => self.surrogate = Some(unit),
            (_, unit) => self.push(&String::from_utf16_lossy(&[unit])),
        }
        self.skipped = self.group.fallback;
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let Some(flow) = self.flows.last_mut() else { return };
        let (shown, others) = std::mem::take(flow).readings();
        if !shown.is_empty() {
            self.shown.push_str(&shown);
            self.shown.push('\n');
        }
        for other in others {
            self.hidden.push_str(&other);
            self.hidden.push('\n');
        }
    }

    fn finish(mut self) -> Opened {
        self.settle();
        while !self.groups.is_empty() {
            self.close();
        }
        while !self.flows.is_empty() {
            self.flush();
            self.flows.pop();
        }
        self.opened.texts = vec![self.shown, self.hidden];
        if let Some(page) = self.page.map(Encapsulated::page) {
            self.opened.texts.extend([page.shown, page.hidden]);
            self.opened.remarks.extend(page.remarks);
        }
        self.opened.texts.retain(|it| !it.trim().is_empty());
        self.opened
    }
}

/// Octets that stand for a character; beyond a few, a number of an attacker.
fn fallback(number: Option<i32>) -> usize {
    number.and_then(|it| usize::try_from(it).ok()).unwrap_or(1)
}
