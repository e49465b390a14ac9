//! One reading of a page: its tags and texts, with a style sheet that counts or none.

use std::collections::BTreeSet;

use super::{
    element::{has_no_box, is_block, is_hidden, is_void},
    entity::decode_entities,
    flow::{break_cell, break_line, break_word, push_collapsed, trim_spaces},
    joints::{Joints, Layout},
    lexer::{Attribute, Lexer, Token, attribute},
    nested::{Held, held},
    page::Page,
    sheet::{Element, Keys, Sheet, plain},
    style::{floats, is_inline, layout, may_hide, overrides},
};
use crate::{
    limits::HTML_NESTED_MAX,
    remark::{
        DOCUMENT_DEEP, HIDDEN_TEXT, PAGE_OVERRIDES, PAGE_SCRIPTED, PAGE_STYLED, Remark,
        TAG_OVERFULL, TAG_UNCLOSED, UNREAD_FILE,
    },
};

/// A page as it was read once.
pub(super) struct Reading {
    pub(super) page: Page,
    /// The sheet that stands in the page, where it changes which words stand together.
    pub(super) sheet: Option<Sheet>,
    /// What that sheet says of the places of elements, where it says something of them.
    pub(super) laid: Option<Sheet>,
    /// Whether a word goes on in what is hidden.
    pub(super) splits: bool,
    /// Words whose pieces may stand together.
    pub(super) joined: BTreeSet<String>,
}

/// Reads a page with a style sheet that counts.
pub(super) fn read<'h>(lexer: &mut Lexer<'h>, counts: &Sheet) -> Reading {
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
    if lexer.was_foreign() || writer.selects {
        // In an `svg` and a `select` these hold elements, some of which are shown.
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
    let lays = writer.sheet.lays(&writer.blocks) || writer.sheet.lays(&writer.within_lines);
    let laid = writer.sheet.laid.clone();
    let laid = lays.then(|| Sheet { laid, ..Sheet::default() });
    let sheet = writer.mixes().then(|| std::mem::take(&mut writer.sheet));
    let splits = writer.splits;
    let (joined, is_lost) = std::mem::take(&mut writer.joints).told(&writer.shown);
    writer.remarks.extend(is_lost.then_some(PAGE_OVERRIDES));
    Reading { page: writer.page(sheet.as_ref()), sheet, laid, splits, joined }
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
    joints: Joints,
    /// The word around a hidden block that has no box.
    around: Option<Option<Open>>,
    /// Whether the text is that of a style sheet in a drawing.
    styles: bool,
    /// Whether the page has a `select`, in which some programs take no style sheet.
    selects: bool,
}

/// A word that may go on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Open {
    Hidden,
    /// Text in the place of a picture.
    Picture,
    Shown,
}

/// What styles do to an element.
#[derive(Clone, Copy, Debug)]
struct Looks {
    is_hidden: bool,
    /// Whether it is taken out of the page for certain.
    is_gone: bool,
    /// Whether it is set on the line, though it is a block.
    on_line: bool,
    layout: Layout,
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
            joints: Joints::default(),
            around: None,
            styles: false,
            selects: false,
        }
    }

    /// Notes text in the order of the page, whether it is hidden or shown.
    fn follow(&mut self, text: &str, here: Open) {
        let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
            return;
        };
        let goes_on = |it: Open| it != here || here == Open::Picture;
        self.splits |= self.open.is_some_and(goes_on) && !first.is_whitespace();
        self.open = (!last.is_whitespace()).then_some(here);
    }

    /// Whether the sheet of the page changes which words stand together.
    fn mixes(&self) -> bool {
        self.sheet.is_taken
            || self.sheet.hiding.meets(&self.within_lines)
            || self.sheet.inline.meets(&self.blocks)
            || self.sheet.inline.means_all()
    }

    fn token(&mut self, token: Token<'_>) {
        let styles = std::mem::take(&mut self.styles);
        match token {
            Token::Raw("plaintext", text) | Token::Text(text) if styles => {
                self.sheet.read(&decode_entities(text));
                self.pages();
                self.aside(text);
                self.styles = true;
            }
            Token::Comment(comment) => self.comment(comment),
            Token::End(name) => self.end(&name),
            Token::Raw("script", text) => {
                if self.runs && !text.trim().is_empty() {
                    self.remarks.insert(PAGE_SCRIPTED);
                }
            }
            Token::Raw("style", _) => self.pages(),
            Token::Raw("textarea" | "xmp" | "plaintext", text) => self.text(text),
            Token::Raw(_, text) => self.aside(text),
            Token::Start { name, attributes, overfull, end: _ } => {
                self.remarks.extend(overfull.then_some(TAG_OVERFULL));
                self.start(&name, &attributes);
                self.styles = name == "style";
                self.selects |= name == "select";
            }
            Token::Text(text) => self.text(text),
            Token::Unclosed(text) => {
                self.remarks.insert(TAG_UNCLOSED);
                self.aside(text);
            }
        }
    }

    fn comment(&mut self, comment: &str) {
        let Some(rest) = comment.trim_start().strip_prefix("[if") else {
            if comment.contains("[endif]") && self.hiding.last().is_some_and(|it| it == REVEALED) {
                self.hiding.clear();
            }
            return;
        };
        if !rest.contains("]>") || rest.ends_with("<!") {
            // Outlook alone passes over what stands behind.
            self.is_doubtful |= self.shown.ends_with(char::is_alphanumeric);
            if self.counts.is_taken && self.hiding.is_empty() {
                self.hiding.push(REVEALED.to_owned());
            }
            return;
        }
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
                    self.follow(&decode_entities(value), Open::Picture);
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
                "string" if name.ends_with("textpath") => self.aside(value),
                "value" if is_control && !is_secret => self.aside(value),
                "srcdoc" => {
                    self.nested.push_str(&decode_entities(value));
                    self.nested.push('\n');
                }
                "style" => {
                    let is_turned = overrides(&decode_entities(value));
                    self.remarks.extend(is_turned.then_some(PAGE_OVERRIDES));
                    for held in held(value) {
                        if let Held::Page(page) = held {
                            self.nest(&page);
                        }
                    }
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
        for held in held(value) {
            match held {
                Held::Page(page) => self.nest(&page),
                Held::Sheet(sheet) => self.sheet.read(&sheet),
                Held::Script => _ = self.remarks.insert(PAGE_SCRIPTED),
                Held::Unread => _ = self.remarks.insert(UNREAD_FILE),
            }
        }
    }

    fn nest(&mut self, page: &str) {
        self.nested.push_str(page);
        self.nested.push('\n');
    }

    /// Takes the pictures of a style sheet that was read.
    fn pages(&mut self) {
        let pages = std::mem::take(&mut self.sheet.pages);
        if !pages.is_empty() {
            self.nest(&pages);
        }
    }

    /// Notes an element that a style sheet may move; what the sheet that counts does to it.
    fn styled(&mut self, name: &str, attributes: &[Attribute<'_>], is_block: bool) -> Looks {
        let within = self.shown.ends_with(|it: char| it != '\n' && it != '\t');
        let style = attribute(attributes, "style").map(decode_entities).unwrap_or_default();
        let style = plain(&style);
        let attribute_is = |name: &str, values: &[&str]| {
            let value = attribute(attributes, name).unwrap_or_default().trim();
            values.iter().any(|it| it.eq_ignore_ascii_case(value))
        };
        let is_white = name == "font"
            && attribute(attributes, "color").is_some_and(|it| may_hide(&format!("color:{it}")));
        let is_doubtful =
            may_hide(&style) || name == "noscript" || is_white || (!is_block && floats(&style));
        self.is_doubtful |= is_doubtful && within;
        let class = attribute(attributes, "class");
        let is_within = within && !is_block;
        let id = attribute(attributes, "id");
        let element = Element { name, class, id, attributes, is_within };
        if is_block {
            self.blocks.note(&element);
            if self.shown.ends_with(|it: char| !it.is_whitespace()) {
                self.within_lines.note(&element);
            }
        } else if within {
            self.within_lines.note(&element);
        }
        let is_out_of_sight = is_doubtful || element.is_of(&self.counts.doubtful);
        let is_gone = element.is_of(&self.counts.hiding);
        let is_hidden = is_gone || (self.counts.is_taken && is_out_of_sight);
        let lies = Layout {
            beside: name == "table" && attribute_is("align", &["left", "right"]),
            moved: matches!(name, "text" | "tspan") && attribute(attributes, "x").is_some(),
            turned: attribute_is("dir", &["rtl"]),
            tight: name == "table" && attribute_is("cellpadding", &["0", "0px"]),
            ..Layout::default()
        };
        let layout = lies.and(layout(&style)).and(self.counts.layout(&element));
        let on_line = Element { is_within: true, ..element }.is_of(&self.counts.inline);
        Looks { is_hidden, is_gone, on_line, layout }
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.attributes(name, attributes);
        let is_block = is_block(name);
        let looks = self.styled(name, attributes, is_block);
        let style = attribute(attributes, "style").unwrap_or_default();
        let block = is_block && !looks.on_line && !is_inline(&plain(&decode_entities(style)));
        let turns = attribute(attributes, "dir").is_some_and(|it| it.eq_ignore_ascii_case("rtl"));
        if name == "bdo" && turns {
            self.remarks.insert(PAGE_OVERRIDES);
        }
        if self.hiding.last().is_some_and(|hiding| hiding == "p" && block) {
            // A paragraph ends where the next block begins, whatever hides it.
            self.hiding.clear();
            self.around = None;
        }
        let hides = match self.hiding.first() {
            Some(hiding) => hiding == name,
            None => !self.counts.shows_all && (looks.is_hidden || is_hidden(name, attributes)),
        };
        let has_no_box = hides && (looks.is_gone || has_no_box(name, attributes));
        if has_no_box && block && self.hiding.is_empty() && !is_void(name) {
            // It parts nothing of what is shown round it.
            self.around = Some(self.open.take());
            break_line(&mut self.hidden);
        } else if block {
            self.separate(name);
        }
        if is_block && !block && !is_void(name) {
            self.inline.push(name.to_owned());
        }
        if self.hiding.is_empty() && !hides {
            self.joints.start(name, looks.layout, is_void(name), &self.shown);
        }
        if name == "pre" {
            self.preformatted += 1;
        }
        if hides && !is_void(name) {
            self.hiding.push(name.to_owned());
        }
    }

    fn end(&mut self, name: &str) {
        let was_hidden = !self.hiding.is_empty();
        let mut around = None;
        if self.hiding.last().is_some_and(|hiding| hiding == name) {
            self.hiding.pop();
            if self.hiding.is_empty() {
                break_word(&mut self.hidden);
                around = self.around.take();
            }
        }
        if name == "pre" {
            self.preformatted = self.preformatted.saturating_sub(1);
        }
        if self.inline.last().is_some_and(|inline| inline == name) {
            self.inline.pop();
        } else if let Some(around) = around {
            break_line(&mut self.hidden);
            self.open = around;
        } else if is_block(name) {
            self.separate(name);
        }
        if !was_hidden {
            self.joints.end(name, &self.shown);
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
        if self.hiding.is_empty() {
            self.joints.text(&text);
        }
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

/// The mark of what Outlook passes over, which is no name of an element.
const REVEALED: &str = "![if";
