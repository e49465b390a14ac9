//! The text of a page: what is shown, and what is there but not shown.

use std::{borrow::Cow, cell::RefCell};

use html5ever::{
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Token as RawToken, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::{RawData, Rcdata},
    },
};

use super::{
    element::{is_block, is_void},
    lexer::{Attribute, Lexer, Token, attribute},
    style::hides,
};
use crate::remark::{HIDDEN_TEXT, Remark, TAG_FOREIGN, TAG_OVERFULL, TAG_UNCLOSED};

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
    let mut page = read(&mut lexer);
    if lexer.was_foreign() {
        // What a browser shows behind an `svg` depends on the tree that it builds.
        let other = read(&mut Lexer::without_foreign(html));
        if other.shown != page.shown || other.hidden != page.hidden {
            page.hidden = [page.hidden, other.shown, other.hidden].join("\n").trim().to_owned();
            page.remarks.push(TAG_FOREIGN);
        }
    }
    page
}

fn read<'h>(lexer: &mut Lexer<'h>) -> Page {
    let mut writer = Writer::default();
    let mut styles: Vec<&'h str> = Vec::new();
    for token in lexer.by_ref() {
        if let Token::Raw("script" | "style", text) = token {
            styles.push(text);
        }
        writer.token(token);
    }
    if lexer.was_foreign() {
        // In an `svg` these hold elements, some of which are shown.
        for style in styles.into_iter().filter(|it| it.contains('<')) {
            writer.conditional.push_str(style);
            writer.conditional.push('\n');
        }
    }
    let conditional = std::mem::take(&mut writer.conditional);
    // What stands in a conditional comment is a page of its own; a comment in it is one no more.
    for token in Lexer::new(&conditional) {
        writer.hiding = vec!["comment".to_owned()];
        writer.token(token);
    }
    writer.page()
}

/// Text with its entities decoded, as a browser decodes them.
pub(crate) fn decode_entities(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let options = TokenizerOpts {
        initial_state: Some(RawData(Rcdata)),
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(Characters::default(), options);
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text));
    // Nothing in this state can suspend the tokenizer.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    Cow::Owned(tokenizer.sink.text.into_inner())
}

/// Text so that HTML shows it as it is.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            character => escaped.push(character),
        }
    }
    escaped
}

#[derive(Default)]
struct Characters {
    text: RefCell<String>,
}

impl TokenSink for Characters {
    type Handle = ();

    fn process_token(&self, token: RawToken, _line: u64) -> TokenSinkResult<()> {
        if let RawToken::CharacterTokens(characters) = token {
            self.text.borrow_mut().push_str(&characters);
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Writer {
    shown: String,
    hidden: String,
    /// The element that hides, and those of the same name inside it.
    hiding: Vec<String>,
    preformatted: usize,
    conditional: String,
    overfull: bool,
    unclosed: bool,
}

impl Writer {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Comment(comment) => self.comment(comment),
            Token::End(name) => self.end(&name),
            Token::Raw("script" | "style", _) => {}
            Token::Raw("textarea" | "xmp" | "plaintext", text) => self.text(text),
            Token::Raw(_, text) => self.aside(text),
            Token::Start { name, attributes, overfull, end: _ } => {
                self.overfull |= overfull;
                self.start(&name, &attributes);
            }
            Token::Text(text) => self.text(text),
            Token::Unclosed(text) => {
                self.unclosed = true;
                self.aside(text);
            }
        }
    }

    fn comment(&mut self, comment: &str) {
        let Some(rest) = comment.trim_start().strip_prefix("[if") else { return };
        let inside = rest.split_once("]>").map(|halves| halves.1).unwrap_or_default();
        let inside = inside.rsplit_once("<![").map_or(inside, |halves| halves.0);
        self.conditional.push_str(inside);
        self.conditional.push('\n');
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        for shown_elsewhere in ["alt", "title", "placeholder", "aria-label"] {
            if let Some(text) = attribute(attributes, shown_elsewhere) {
                self.aside(text);
            }
        }
        let block = is_block(name);
        if block {
            self.separate(name);
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
            None => is_hidden(name, attributes),
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
        if is_block(name) {
            self.separate(name);
        }
    }

    fn separate(&mut self, name: &str) {
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

    fn page(mut self) -> Page {
        self.shown.truncate(self.shown.trim_end().len());
        self.hidden.truncate(self.hidden.trim_end().len());
        let remarks = [
            (!self.hidden.is_empty(), HIDDEN_TEXT),
            (self.overfull, TAG_OVERFULL),
            (self.unclosed, TAG_UNCLOSED),
        ];
        let remarks = remarks.into_iter().filter_map(|(is, remark)| is.then_some(remark));
        Page { shown: self.shown, hidden: self.hidden, remarks: remarks.collect() }
    }
}

fn push_collapsed(target: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => {
                if !target.is_empty() && !target.ends_with([' ', '\n', '\t']) {
                    target.push(' ');
                }
            }
            character => target.push(character),
        }
    }
}

fn trim_spaces(text: &mut String) {
    text.truncate(text.trim_end_matches([' ', '\t']).len());
}

fn break_line(text: &mut String) {
    trim_spaces(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn break_cell(text: &mut String) {
    trim_spaces(text);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\t');
    }
}

fn break_word(text: &mut String) {
    if !text.is_empty() && !text.ends_with([' ', '\n', '\t']) {
        text.push(' ');
    }
}

fn is_hidden(name: &str, attributes: &[Attribute<'_>]) -> bool {
    if matches!(name, "template" | "datalist" | "audio" | "video" | "canvas" | "object") {
        return true;
    }
    attribute(attributes, "hidden").is_some()
        || attribute(attributes, "style").is_some_and(|style| hides(&decode_entities(style)))
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
            ("pass<span style='display: NONE'>xyz</span>word", "password", "xyz"),
            ("a<!-- b -->c<script>d</script><style>e</style>", "ac", ""),
            ("<title>t</title><body>b", "b", "t"),
            ("<img alt='a picture'>x", "x", "a picture"),
            ("x<!--[if mso]><b>old &amp; new</b><![endif]-->", "x", "old & new"),
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
