//! The text of a page: what is shown, and what is there but not shown.

use std::collections::BTreeSet;

use super::{
    element::{is_block, is_void},
    entity::decode_entities,
    flow::{break_cell, break_line, break_word, differing, push_collapsed, trim_spaces},
    lexer::{Attribute, Lexer, Token, attribute},
    nested::{Held, held},
    sheet::{Element, Keys, Sheet, plain},
    style::{hides, is_inline, may_hide, overrides},
};
use crate::{
    limits::{HTML_NESTED_MAX, HTML_READINGS_OCTETS_MAX},
    remark::{
        DOCUMENT_DEEP, HIDDEN_TEXT, PAGE_OVERRIDES, PAGE_SCRIPTED, PAGE_STYLED, Remark,
        TAG_FOREIGN, TAG_OVERFULL, TAG_UNCLOSED, TEXT_OVER_LIMIT, UNREAD_FILE,
    },
};

/// The text of a page.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Page {
    /// What a reader sees; block elements on lines of their own.
    pub(crate) shown: String,
    /// What is in the page and not seen: hidden elements, other texts of pictures, text for old
    /// mail programs.
    pub(crate) hidden: String,
    pub(crate) remarks: Vec<Remark>,
}

/// Reads the text of a page. Comments, scripts and style sheets are no text, but comments that
/// some mail programs show are hidden text.
pub(crate) fn page(html: &str) -> Page {
    let mut lexer = Lexer::new(html);
    let none = Sheet::default();
    let Reading { mut page, sheet, splits } = read(&mut lexer, &none);
    let first = page.shown.clone();
    if lexer.was_foreign() {
        // What a browser shows behind an `svg` depends on the tree that it builds.
        let other = read(&mut Lexer::without_foreign(html), &none).page;
        if other.shown != page.shown || other.hidden != page.hidden {
            page.hidden = [page.hidden, other.shown, other.hidden].join("\n").trim().to_owned();
            page.remarks.push(TAG_FOREIGN);
        }
    }
    if HTML_READINGS_OCTETS_MAX < html.len() && (splits || sheet.is_some()) {
        page.remarks.push(TEXT_OVER_LIMIT);
        return page;
    }
    // Whether a sheet counts depends on who shows the page, and how wide.
    let all = splits.then(|| Sheet { shows_all: true, ..Sheet::default() });
    for sheet in sheet.into_iter().flat_map(Sheet::readings).chain(all) {
        let other = read(&mut Lexer::new(html), &sheet).page;
        if other.shown != first {
            let told = differing(&other.shown, &first);
            page.hidden = format!("{}\n{told}", page.hidden).trim().to_owned();
        }
    }
    page
}

/// A page as it was read once.
struct Reading {
    page: Page,
    /// The sheet that stands in the page, where it changes which words stand together.
    sheet: Option<Sheet>,
    /// Whether a word goes on in what is hidden.
    splits: bool,
}

/// Reads a page with a style sheet that counts.
fn read<'h>(lexer: &mut Lexer<'h>, counts: &Sheet) -> Reading {
    let mut writer = Writer::new(counts);
    let mut styles: Vec<&'h str> = Vec::new();
    for token in lexer.by_ref() {
        match token {
            Token::Raw("style", text) => {
                writer.sheet.read(text);
                styles.push(text);
            }
            Token::Raw("script", text) => styles.push(text),
            Token::Comment(_)
            | Token::End(_)
            | Token::Raw(..)
            | Token::Start { .. }
            | Token::Text(_)
            | Token::Unclosed(_) => {}
        }
        writer.token(token);
    }
    if lexer.was_foreign() {
        // In an `svg` these hold elements, some of which are shown.
        for style in styles.into_iter().filter(|it| it.contains('<')) {
            writer.nested.push_str(style);
            writer.nested.push('\n');
        }
    }
    // What stands in a conditional comment or an attribute is a page of its own.
    for _ in 0..HTML_NESTED_MAX {
        let nested = std::mem::take(&mut writer.nested);
        for token in Lexer::new(&nested) {
            writer.hiding = vec!["comment".to_owned()];
            writer.token(token);
        }
    }
    writer.sheet.is_taken = writer.is_doubtful || writer.sheet.doubtful.meets(&writer.within_lines);
    let sheet = writer.mixes().then(|| std::mem::take(&mut writer.sheet));
    let splits = writer.splits;
    Reading { page: writer.page(sheet.as_ref()), sheet, splits }
}

struct Writer<'s> {
    shown: String,
    hidden: String,
    /// The element that hides, and those of the same name inside it.
    hiding: Vec<String>,
    /// Blocks that their style sets on the line.
    inline: Vec<String>,
    preformatted: usize,
    /// Pages that stand in comments and attributes.
    nested: String,
    /// The sheet that counts, and that of the page.
    counts: &'s Sheet,
    sheet: Sheet,
    /// Keys of elements that begin within a line, and of blocks.
    within_lines: Keys,
    blocks: Keys,
    remarks: BTreeSet<Remark>,
    /// Whether some element within a line may be out of sight.
    is_doubtful: bool,
    /// Whether the open script is one that runs.
    runs: bool,
    /// Whether a word goes on in what is hidden.
    splits: bool,
    /// The text before, if it did not end in white space.
    open: Option<Open>,
    in_comment: bool,
}

/// A word that may go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Open {
    Hidden,
    Shown,
}

impl<'s> Writer<'s> {
    fn new(counts: &'s Sheet) -> Self {
        Self {
            shown: String::new(),
            hidden: String::new(),
            hiding: Vec::new(),
            inline: Vec::new(),
            preformatted: 0,
            nested: String::new(),
            counts,
            sheet: Sheet::default(),
            within_lines: Keys::default(),
            blocks: Keys::default(),
            remarks: BTreeSet::new(),
            is_doubtful: false,
            runs: false,
            splits: false,
            open: None,
            in_comment: false,
        }
    }

    /// Notes text in the order of the page, whether it is hidden or shown.
    fn follow(&mut self, text: &str, here: Open) {
        let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
            return;
        };
        self.splits |= self.open.is_some_and(|it| it != here) && !first.is_whitespace();
        self.open = (!last.is_whitespace()).then_some(here);
    }

    /// Whether the sheet of the page changes which words stand together.
    fn mixes(&self) -> bool {
        self.sheet.is_taken
            || self.sheet.hiding.meets(&self.within_lines)
            || self.sheet.inline.meets(&self.blocks)
    }

    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Comment(comment) => self.comment(comment),
            Token::End(name) => self.end(&name),
            Token::Raw("script", text) => {
                if self.runs && !text.trim().is_empty() {
                    self.remarks.insert(PAGE_SCRIPTED);
                }
            }
            Token::Raw("style", _) => {}
            Token::Raw("textarea" | "xmp" | "plaintext", text) => self.text(text),
            Token::Raw(_, text) => self.aside(text),
            Token::Start { name, attributes, overfull, end: _ } => {
                self.remarks.extend(overfull.then_some(TAG_OVERFULL));
                self.start(&name, &attributes);
            }
            Token::Text(text) => self.text(text),
            Token::Unclosed(text) => {
                self.remarks.insert(TAG_UNCLOSED);
                self.aside(text);
            }
        }
    }

    fn comment(&mut self, comment: &str) {
        let Some(rest) = comment.trim_start().strip_prefix("[if") else { return };
        let inside = rest.split_once("]>").map(|halves| halves.1).unwrap_or_default();
        let inside = inside.rsplit_once("<![").map_or(inside, |halves| halves.0);
        self.follow(inside, Open::Hidden);
        if self.counts.shows_all && !std::mem::replace(&mut self.in_comment, true) {
            Lexer::new(inside).for_each(|it| self.token(it));
            self.in_comment = false;
            return;
        }
        self.nested.push_str(inside);
        self.nested.push('\n');
    }

    /// What attributes hold beside looks.
    fn attributes(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        let is_control = matches!(name, "button" | "input" | "option");
        let is_secret =
            attribute(attributes, "type").is_some_and(|it| it.eq_ignore_ascii_case("hidden"));
        for (key, value) in attributes {
            match key.as_str() {
                "alt" if name == "img" => {
                    self.follow(&decode_entities(value), Open::Hidden);
                    match self.counts.shows_all {
                        true => self.text(value),
                        false => self.aside(value),
                    }
                }
                // The last three are values of cells, to spreadsheets that open a page.
                "alt" | "title" | "placeholder" | "aria-label" | "label" | "summary" | "x:num"
                | "x:str" | "x:fmla" => {
                    self.aside(value);
                }
                "value" if is_control && !is_secret => self.aside(value),
                "srcdoc" => {
                    self.nested.push_str(&decode_entities(value));
                    self.nested.push('\n');
                }
                "style" => {
                    let is_turned = overrides(&decode_entities(value));
                    self.remarks.extend(is_turned.then_some(PAGE_OVERRIDES));
                }
                "shadowrootmode" => _ = self.remarks.insert(PAGE_STYLED),
                _ if key.starts_with("on") && !value.is_empty() => {
                    self.remarks.insert(PAGE_SCRIPTED);
                }
                _ => self.url(value),
            }
        }
        if name == "script" {
            let kind =
                attribute(attributes, "type").unwrap_or_default().trim().to_ascii_lowercase();
            self.runs = kind.is_empty() || kind.contains("script") || kind == "module";
            let loads = attribute(attributes, "src").is_some_and(|it| !it.is_empty());
            self.remarks.extend((self.runs && loads).then_some(PAGE_SCRIPTED));
        }
    }

    /// An attribute that may hold a page.
    fn url(&mut self, value: &str) {
        match held(value) {
            Some(Held::Page(page)) => {
                self.nested.push_str(&page);
                self.nested.push('\n');
            }
            Some(Held::Sheet(sheet)) => self.sheet.read(&sheet),
            Some(Held::Script) => _ = self.remarks.insert(PAGE_SCRIPTED),
            Some(Held::Unread) => _ = self.remarks.insert(UNREAD_FILE),
            None => {}
        }
    }

    /// Notes an element that a style sheet may move; whether the sheet that counts hides it, and
    /// whether it sets it on the line.
    fn styled(&mut self, name: &str, attributes: &[Attribute<'_>], is_block: bool) -> (bool, bool) {
        let within = self.shown.ends_with(|it: char| it != '\n' && it != '\t');
        let style = attribute(attributes, "style").map(decode_entities).unwrap_or_default();
        let is_doubtful = may_hide(&plain(&style));
        self.is_doubtful |= is_doubtful && within;
        let class = attribute(attributes, "class");
        let is_within = within && !is_block;
        let id = attribute(attributes, "id");
        let element = Element { name, class, id, attributes, is_within };
        if is_block {
            self.blocks.note(&element);
        } else if within {
            self.within_lines.note(&element);
        }
        let is_out_of_sight = is_doubtful || element.is_of(&self.counts.doubtful);
        let hides = element.is_of(&self.counts.hiding) || (self.counts.is_taken && is_out_of_sight);
        (hides, element.is_of(&self.counts.inline))
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.attributes(name, attributes);
        let is_block = is_block(name);
        let (hidden, on_line) = self.styled(name, attributes, is_block);
        let style = attribute(attributes, "style").unwrap_or_default();
        let block = is_block && !on_line && !is_inline(&plain(&decode_entities(style)));
        if block {
            self.separate(name);
        } else if is_block && !is_void(name) {
            self.inline.push(name.to_owned());
        }
        let turns = attribute(attributes, "dir").is_some_and(|it| it.eq_ignore_ascii_case("rtl"));
        if name == "bdo" && turns {
            self.remarks.insert(PAGE_OVERRIDES);
        }
        if self.hiding.last().is_some_and(|hiding| hiding == "p" && block) {
            // A paragraph ends where the next block begins, whatever hides it.
            self.hiding.clear();
        }
        if name == "pre" {
            self.preformatted += 1;
        }
        if is_void(name) {
            return;
        }
        let hides = match self.hiding.first() {
            Some(hiding) => hiding == name,
            None => !self.counts.shows_all && (hidden || is_hidden(name, attributes)),
        };
        if hides {
            self.hiding.push(name.to_owned());
        }
    }

    fn end(&mut self, name: &str) {
        if self.hiding.last().is_some_and(|hiding| hiding == name) {
            self.hiding.pop();
            if self.hiding.is_empty() {
                break_word(&mut self.hidden);
            }
        }
        if name == "pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        if self.inline.last().is_some_and(|inline| inline == name) {
            self.inline.pop();
        } else if is_block(name) {
            self.separate(name);
        }
    }

    fn separate(&mut self, name: &str) {
        self.open = None;
        let text = if self.hiding.is_empty() { &mut self.shown } else { &mut self.hidden };
        match name {
            "td" | "th" => break_cell(text),
            "br" => {
                trim_spaces(text);
                text.push('\n');
            }
            _ => break_line(text),
        }
    }

    fn text(&mut self, text: &str) {
        let text = decode_entities(text);
        let preformatted = self.preformatted > 0;
        self.follow(&text, if self.hiding.is_empty() { Open::Shown } else { Open::Hidden });
        let target = if self.hiding.is_empty() { &mut self.shown } else { &mut self.hidden };
        if preformatted {
            target.push_str(&text);
        } else {
            push_collapsed(target, &text);
        }
    }

    /// Text that is not in the flow of the page.
    fn aside(&mut self, text: &str) {
        break_line(&mut self.hidden);
        push_collapsed(&mut self.hidden, &decode_entities(text));
        break_line(&mut self.hidden);
    }

    fn page(mut self, taken: Option<&Sheet>) -> Page {
        let sheet = taken.unwrap_or(&self.sheet);
        let (texts, writes, overrides) = (sheet.texts.clone(), sheet.writes, sheet.overrides);
        self.aside(&texts);
        self.shown.truncate(self.shown.trim_end().len());
        self.hidden.truncate(self.hidden.trim_end().len());
        let remarks = [
            (!self.hidden.is_empty(), HIDDEN_TEXT),
            (!self.nested.is_empty(), DOCUMENT_DEEP),
            (overrides, PAGE_OVERRIDES),
            (writes, PAGE_STYLED),
        ];
        self.remarks.extend(remarks.into_iter().filter_map(|(is, remark)| is.then_some(remark)));
        let remarks = self.remarks.into_iter().collect();
        Page { shown: self.shown, hidden: self.hidden, remarks }
    }
}

fn is_hidden(name: &str, attributes: &[Attribute<'_>]) -> bool {
    const ELEMENTS: [&str; 12] = [
        "annotation",
        "annotation-xml",
        "audio",
        "canvas",
        "datalist",
        "desc",
        "metadata",
        "object",
        "rp",
        "rt",
        "template",
        "video",
    ];
    let has = |name: &str| attribute(attributes, name).is_some();
    let is = |name: &str, values: &[&str]| {
        attribute(attributes, name).is_some_and(|it| values.contains(&it.trim()))
    };
    ELEMENTS.contains(&name)
        || (name == "dialog" && !has("open"))
        || has("hidden")
        || has("popover")
        // In a drawing attributes set looks.
        || is("display", &["none"])
        || is("visibility", &["hidden", "collapse"])
        || is("font-size", &["0", "0px"])
        || is("opacity", &["0"])
        || attribute(attributes, "style").is_some_and(|it| hides(&plain(&decode_entities(it))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_it_is_shown() {
        for (html, shown, hidden) in [
            ("<p>one<p>two", "one\ntwo", ""),
            ("in<b>lin</b>e <i> x</i>", "inline x", ""),
            ("4012&nbsp;8888&#32;&amp;&lt;b&gt;", "4012\u{a0}8888 &<b>", ""),
            ("<td>a</td><td>b</td>", "a\tb", ""),
            ("pass<span style='display: NONE'>xyz</span>word", "password", "xyz\npassxyzword"),
            ("pass <b hidden>xyz</b> word", "pass word", "xyz"),
            (
                "a<p>night<b style='max-height:0'>jar</b><p>b<p>c",
                "a\nnight\nb\nc",
                "jar\na\nnightjar\nb",
            ),
            ("<b hidden>night</b>jar", "jar", "night\nnightjar"),
            ("night<img alt=jar>", "night", "jar\nnightjar"),
            ("night<!--[if mso]>jar<![endif]-->", "night", "jar\nnightjar"),
            ("<svg><text><![CDATA[a&b]]></text></svg><![CDATA[c]]>", "a&b", ""),
            ("a<!-- b -->c<script>d</script><style>e</style>", "ac", ""),
            ("<title>t</title><body>b", "b", "t"),
            ("<img alt='a picture'>x", "x", "a picture\na picturex"),
            ("x<!--[if mso]><b>old &amp; new</b><![endif]-->", "x", "old & new\nxold & new"),
            ("a<p hidden>b<p>c", "a\nc", "b"),
            ("1<div style=font-size:0>2<div>3</div></div>4", "1\n4", "2\n3"),
            ("a < b <3 c", "a < b <3 c", ""),
            ("<svg><style><b>seen</b></style></svg>", "seen", "seen"),
            ("x<a href='unclosed", "x", "<a href='unclosed"),
            ("x<!-- never closed", "x", "never closed"),
            ("<svg/><style><!--</style>seen", "seen", ""),
            ("<svg><p><style><!--</style>seen", "seen", ""),
            ("<math><p><textarea><!--</textarea>seen", "<!--\nseen", ""),
            ("<svg a=b/><title><!--</title>-->seen", "seen", "-->seen\n<!--"),
            ("<svg><g/>seen</svg><style><!--</style>and", "seenand", ""),
            ("<style><b>a</b></style>seen", "seen", ""),
            ("<svg/><style><b>a</b></style>seen", "seen", "a"),
        ] {
            let page = page(html);
            assert_eq!((page.shown.as_str(), page.hidden.as_str()), (shown, hidden), "{html}");
        }
    }

    #[test]
    fn a_tag_of_many_attributes_costs_no_more_than_its_length() {
        let mut html = "<a".to_owned();
        for index in 0..200_000 {
            html.push_str(&format!(" a{index}"));
        }
        html.push_str(">end");
        let page = page(&html);
        assert_eq!(page.shown, "end");
        assert_eq!(page.remarks, [TAG_OVERFULL]);
    }
}
