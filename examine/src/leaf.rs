//! A part that holds no other: its octets, its names, its text.

use std::{borrow::Cow, collections::BTreeSet};

use wire::mime::{Decoded, Part, decode};

use crate::{
    card, charset, header,
    html::{Lexer, Page, Token, attribute, differing, page},
    kind::{holds_tags, is_html, is_texty, is_xml},
    remark::{HIDDEN_TEXT, Remark, TAG_FOREIGN, TAG_UNCLOSED},
    rendered::{computed, rendered, without_parameters},
};

/// The part's octets, its transfer encoding undone.
pub(crate) fn octets<'m>(message: &'m [u8], part: &Part) -> Decoded<'m> {
    decode(message.get(part.body.clone()).unwrap_or_default(), part.encoding)
}

/// The file names of a part.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Names {
    /// The one that most readers show; empty without one.
    pub(crate) shown: String,
    /// Others that some reader could show.
    pub(crate) others: BTreeSet<String>,
    /// Whether the two fields that give names disagree.
    pub(crate) differ: bool,
    pub(crate) remarks: Vec<Remark>,
}

/// Reads the names of a part.
pub(crate) fn names(part: &Part) -> Names {
    let mut names = Names::default();
    let mut preferred = Vec::new();
    for parameter in part.names() {
        let value = header::decode_parameter(parameter);
        names.remarks.extend(value.remarks);
        preferred.push(value.text);
    }
    let fields = [(&part.disposition.field, "filename"), (&part.content_type.field, "name")];
    for parameter in fields.iter().flat_map(|(field, name)| field.all(name)) {
        names.others.insert(header::decode_parameter(parameter).text);
        let strict = parameter.strict.iter().map(|it| header::decode_unfolded(it).text);
        names.others.extend(strict);
    }
    names.differ = preferred.windows(2).any(|pair| match pair {
        [one, two] => !one.trim().eq_ignore_ascii_case(two.trim()),
        _ => false,
    });
    names.shown = preferred.into_iter().find(|name| !name.trim().is_empty()).unwrap_or_default();
    names.others.remove(&names.shown);
    names.others.remove("");
    names
}

/// Whether the text of the part is shown as (part of) the body.
pub(crate) fn is_body(part: &Part) -> bool {
    let text = part.content_type.kind == "text" && !part.disposition.attachment;
    text && (part.is_shown_text() || part.names().next().is_none())
}

/// What is said of octets before they are looked at.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Label {
    /// Main type, such as `text`; empty without any.
    pub(crate) kind: String,
    pub(crate) subtype: String,
    pub(crate) charset: Option<String>,
    /// Whether the text is flowed in the way that takes the space before a soft line break away.
    pub(crate) deletes_spaces: bool,
    pub(crate) names: Names,
}

impl Label {
    /// That of a part.
    pub(crate) fn of(part: &Part) -> Self {
        let charset = part.content_type.field.parameter("charset");
        Self {
            kind: part.content_type.kind.clone(),
            subtype: part.content_type.subtype.clone(),
            charset: charset.map(|it| String::from_utf8_lossy(&it.value).into_owned()),
            deletes_spaces: deletes_spaces(part),
            names: names(part),
        }
    }

    /// That of a file which only its names say something of.
    pub(crate) fn named(shown: String, mut others: BTreeSet<String>) -> Self {
        others.remove(&shown);
        Self { names: Names { shown, others, ..Names::default() }, ..Self::default() }
    }

    /// The endings of the names, in lower case.
    pub(crate) fn endings(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.names.shown).chain(&self.names.others).filter_map(|name| {
            // Windows leaves out dots and spaces at the end.
            let name = name.trim_end_matches(|it: char| it == '.' || it.is_whitespace());
            name.rsplit_once('.').map(|halves| halves.1.to_ascii_lowercase())
        })
    }

    /// Whether some name has one of the endings.
    pub(crate) fn ends_in(&self, endings: &[&str]) -> bool {
        self.endings().any(|it| endings.contains(&it.as_str()))
    }

    /// Whether it is plain text without a name, which no program takes for anything else.
    fn is_plain(&self) -> bool {
        let named = !self.names.shown.is_empty() || !self.names.others.is_empty();
        self.kind == "text" && self.subtype == "plain" && !named
    }

    /// Whether it is said to be the header of a message (RFC 6522 section 4).
    pub(crate) fn is_headers(&self) -> bool {
        self.kind == "text" && self.subtype == "rfc822-headers"
    }

    /// Whether type or name say that it is text.
    pub(crate) fn says_text(&self) -> bool {
        self.kind == "text" || self.ends_in(&TEXT_ENDINGS)
    }
}

/// The text of a part.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct LeafText<'o> {
    /// What it is as a page; nothing is shown of it where the source is.
    pub(crate) page: Page,
    /// The characters as they stand, such as markup.
    pub(crate) source: Cow<'o, str>,
    source_is_shown: bool,
    pub(crate) html: bool,
    pub(crate) charset: &'static str,
}

impl LeafText<'_> {
    /// What is shown.
    pub(crate) fn shown(&self) -> &str {
        if self.source_is_shown { &self.source } else { &self.page.shown }
    }

    /// The same without the octets that it was read from.
    pub(crate) fn into_owned(self) -> LeafText<'static> {
        let Self { page, source, source_is_shown, html, charset } = self;
        LeafText { page, source: Cow::Owned(source.into_owned()), source_is_shown, html, charset }
    }
}

/// Reads the text of a part or file from its octets; none when it has none.
pub(crate) fn text<'o>(label: &Label, octets: &'o [u8]) -> Option<LeafText<'o>> {
    let declared_text = label.kind == "text";
    let named_text = label.ends_in(&TEXT_ENDINGS) && !octets.is_empty();
    if !declared_text && !named_text && !is_texty(octets) {
        return None;
    }
    let markup = matches!(label.subtype.as_str(), "html" | "xhtml+xml");
    let of_page = || if label.is_plain() { None } else { charset_of_page(octets) };
    let charset = label.charset.clone().or_else(of_page);
    let decoded = charset::decode(octets, charset.as_deref());
    let text = &*decoded.text;
    let named_html = label.ends_in(&HTML_ENDINGS);
    let html = markup || (!declared_text && (named_html || is_html(text)));
    let source_is_shown = !html && !label.deletes_spaces;
    let mut page = if html {
        page(text)
    } else if label.deletes_spaces {
        Page { shown: joined(text), ..Page::default() }
    } else {
        // It is shown as it stands.
        Page::default()
    };
    let is_enriched = matches!(label.subtype.as_str(), "enriched" | "richtext");
    let maybe_html =
        named_html || is_enriched || is_html(text) || (!is_xml(text) && holds_tags(text));
    if !html && !label.is_plain() && maybe_html {
        add_page(&mut page, text, named_html || !label.says_text());
    }
    if !html && (label.subtype == "svg+xml" || label.ends_in(&["svg"])) {
        // Looks hide pieces of drawings, and a browser reads them like those of pages.
        let known = page.remarks.len();
        add_page(&mut page, text, false);
        // It is XML, which no program reads in two ways.
        let read = page.remarks.split_off(known.min(page.remarks.len()));
        page.remarks.extend(read.into_iter().filter(|it| *it != TAG_FOREIGN));
    }
    if is_enriched {
        add_page(&mut page, &without_parameters(text), false);
    }
    let rendered = rendered(label, text);
    if !rendered.is_empty() {
        page.hidden = format!("{}\n{rendered}", page.hidden).trim().to_owned();
    }
    page.remarks.extend(computed(label, text));
    if let Some(card) = card::read(text) {
        page.hidden = format!("{}\n{}", page.hidden, card.text).trim().to_owned();
        page.remarks.extend(card.remark);
        // References to characters are those of a page, too.
        if holds_tags(&card.text) || card.text.contains("text/html") {
            add_page(&mut page, &card.text, false);
        }
    }
    let saved = html.then(|| in_own_charset(label, octets, decoded.charset)).flatten();
    if let Some(other) = saved.or(decoded.other) {
        let shown = if source_is_shown { text } else { &page.shown };
        let told = differing(&other, shown);
        page.hidden = format!("{}\n{told}", page.hidden).trim().to_owned();
    }
    page.remarks.extend(decoded.remark);
    let (source, charset) = (decoded.text, decoded.charset);
    Some(LeafText { page, source, source_is_shown, html, charset })
}

/// What a file is once it is saved: it has its own charset then, and no label any more.
fn in_own_charset(label: &Label, octets: &[u8], known: &str) -> Option<String> {
    if label.names.shown.is_empty() || octets.is_ascii() {
        return None;
    }
    let own = charset_of_page(octets)?;
    let decoded = charset::decode(octets, Some(&own));
    (decoded.charset != known).then(|| page(&decoded.text).shown)
}

/// Adds what text is as a page, to programs that take it for one. `takes` is whether those are the
/// programs that open it first.
fn add_page(plain: &mut Page, text: &str, takes: bool) {
    let read = page(text);
    let all = [plain.hidden.as_str(), &read.shown, &read.hidden];
    plain.hidden = all.join("\n").trim().to_owned();
    let counts = |it: &Remark| *it != HIDDEN_TEXT && (takes || *it != TAG_UNCLOSED);
    plain.remarks.extend(read.remarks.into_iter().filter(counts));
}

/// Whether the text is flowed in the way that takes the space before a soft line break away.
fn deletes_spaces(part: &Part) -> bool {
    let says = |name: &str, value: &[u8]| {
        let parameter = part.content_type.field.parameter(name);
        parameter.is_some_and(|it| it.value.trim_ascii().eq_ignore_ascii_case(value))
    };
    part.content_type.is("text", "plain") && says("format", b"flowed") && says("delsp", b"yes")
}

/// Flowed text with its soft line breaks and the spaces before them taken away.
///
/// # Source
///
/// RFC 3676 section 4: a line that ends in a space goes on in the next one of the same depth of
/// quoting, the line before a signature apart.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open = None;
    for line in text.lines() {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        if open != Some(depth) {
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.push_str(line.get(..depth).unwrap_or_default());
        }
        let flows = content.strip_suffix(' ').filter(|_| content != "-- ");
        joined.push_str(flows.unwrap_or(content));
        open = flows.map(|_| depth);
    }
    joined
}

/// Endings of names by which programs open a file as text.
const TEXT_ENDINGS: [&str; 13] =
    ["csv", "htm", "html", "ics", "json", "log", "md", "svg", "tsv", "txt", "vcf", "xhtml", "xml"];

/// Those of pages.
const HTML_ENDINGS: [&str; 8] = ["htm", "html", "hta", "shtm", "shtml", "xht", "xhtm", "xhtml"];

/// Octets at the start of a page in which its own charset counts: browsers look further than the
/// kilobyte that they must (WHATWG HTML section 13.2.3.2).
const META_OCTETS: usize = 16 * 1024;

/// The charset that a page names for itself.
fn charset_of_page(octets: &[u8]) -> Option<String> {
    let start = octets.get(..octets.len().min(META_OCTETS)).unwrap_or_default();
    let start = String::from_utf8_lossy(start);
    let metas = Lexer::new(&start).filter_map(|token| match token {
        Token::Start { name, attributes, .. } if name == "meta" => Some(attributes),
        Token::Comment(_)
        | Token::End(_)
        | Token::Raw(..)
        | Token::Start { .. }
        | Token::Text(_)
        | Token::Unclosed(_) => None,
    });
    for attributes in metas {
        if let Some(charset) = attribute(&attributes, "charset") {
            return Some(charset.to_owned());
        }
        let content = attribute(&attributes, "content").unwrap_or_default().to_ascii_lowercase();
        let named =
            content.split_once("charset").and_then(|it| it.1.trim_start().strip_prefix('='));
        if let Some(charset) = named {
            let charset = charset.trim_start().trim_start_matches(['"', '\'']);
            let end = charset.find([';', ' ', '"', '\'']).unwrap_or(charset.len());
            return charset.get(..end).map(str::to_owned);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_without_their_space() {
        for (text, expected) in [
            ("40128888 \r\n88881881\r\nnext", "4012888888881881\nnext"),
            ("a  \nb\n\nc", "a b\n\nc"),
            ("> 40 \n> 12\n40 \n> 12", ">4012\n40\n>12"),
            ("-- \nme", "-- \nme"),
            (" > no quote \nx", "> no quotex"),
        ] {
            assert_eq!(joined(text), expected, "{text:?}");
        }
    }
}
