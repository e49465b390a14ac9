//! Style sheets: what they write, hide, and set on one line.
//!
//! # Standards
//!
//! CSS Syntax Level 3, as far as telling rules from declarations needs it; which rule wins is not
//! told.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    joints::Layout,
    lexer::Attribute,
    nested::{Held, held},
    style::{hides, is_inline, layout, may_hide},
};

/// Elements that a rule is for, told by the last part of its selectors.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Keys {
    /// Classes behind a dot, identifiers behind a sign, names of elements.
    keys: BTreeSet<String>,
}

impl Keys {
    /// Whether some of the keys are the same.
    pub(super) fn meets(&self, other: &Self) -> bool {
        !self.keys.is_disjoint(&other.keys)
    }

    /// Whether one of them is that of every element.
    pub(super) fn means_all(&self) -> bool {
        self.holds(ANY)
    }

    fn holds(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Adds those of an element.
    pub(super) fn note(&mut self, element: &Element<'_>) {
        element.keys(|key| {
            if !self.keys.contains(key) {
                self.keys.insert(key.to_owned());
            }
        });
    }

    fn add(&mut self, selectors: &str) {
        let mut left = vec![selectors];
        while let Some(selectors) = left.pop() {
            for selector in alternatives(selectors) {
                let last = last_part(selector);
                let name = last.split([':', '[']).next().unwrap_or_default();
                let meant = last.split_once(":is(").or_else(|| last.split_once(":where("));
                let key = match (name.rfind(['.', '#']), meant, last.rfind('[')) {
                    (Some(at), ..) => name.get(at..).unwrap_or_default(),
                    (None, ..) if !matches!(name, "" | "*") => name,
                    (None, Some((_, inside)), _) => {
                        left.push(inside.rsplit_once(')').map_or(inside, |it| it.0));
                        continue;
                    }
                    (None, None, Some(at)) => {
                        let attribute = last.get(at..).unwrap_or_default();
                        let is_end =
                            |it: char| matches!(it, ']' | '=' | '~' | '|' | '^' | '$' | '*');
                        attribute.split(is_end).next().unwrap_or_default().trim_end()
                    }
                    (None, None, None) => ANY,
                };
                if !key.starts_with('@') {
                    self.keys.insert(key.to_ascii_lowercase());
                }
            }
        }
    }
}

/// The key of every element that stands within a line.
const ANY: &str = "*";

/// The selectors of a list, which commas part that stand in no brackets.
fn alternatives(selectors: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    selectors.split(move |it: char| {
        match it {
            '(' | '[' => depth = depth.saturating_add(1),
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        it == ',' && depth == 0
    })
}

/// The part of a selector that is for the element itself.
fn last_part(selector: &str) -> &str {
    let mut depth = 0_usize;
    let is_join = |it: char| {
        match it {
            ')' | ']' => depth = depth.saturating_add(1),
            '(' | '[' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (it.is_whitespace() || matches!(it, '>' | '+' | '~'))
    };
    let selector = selector.trim();
    let at = selector.rfind(is_join).map_or(0, |it| it.saturating_add(1));
    selector.get(at..).unwrap_or_default()
}

/// What selectors tell an element by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'e> {
    pub(super) name: &'e str,
    pub(super) class: Option<&'e str>,
    pub(super) id: Option<&'e str>,
    pub(super) attributes: &'e [Attribute<'e>],
    /// Whether it begins within a line and is no block.
    pub(super) is_within: bool,
}

impl Element<'_> {
    /// Whether one of the keys means it.
    pub(super) fn is_of(&self, keys: &Keys) -> bool {
        let mut is = false;
        self.keys(|key| is |= keys.holds(key));
        is
    }

    fn keys(&self, mut each: impl FnMut(&str)) {
        each(self.name);
        let mut key = String::new();
        let classes = self.class.unwrap_or_default().split_ascii_whitespace().map(|it| ('.', it));
        for (sign, name) in classes.chain(self.id.map(|it| ('#', it.trim()))) {
            key.clear();
            key.push(sign);
            key.push_str(name);
            key.make_ascii_lowercase();
            each(&key);
        }
        for (name, _) in self.attributes {
            key.clear();
            key.push('[');
            key.push_str(name);
            each(&key);
        }
        if self.is_within {
            each(ANY);
        }
    }
}

/// A rule that is open.
#[derive(Debug, Default)]
struct Rule {
    selectors: String,
    hides: bool,
    is_doubtful: bool,
    is_inline: bool,
    layout: Layout,
}

/// What the style sheets of a page do beside setting looks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Sheet {
    /// Texts that they write into the page.
    pub(super) texts: String,
    /// Whether they write words, or something that only a browser can tell.
    pub(super) writes: bool,
    /// Whether they turn text or its order around.
    pub(super) overrides: bool,
    pub(super) hiding: Keys,
    /// What may be out of sight.
    pub(super) doubtful: Keys,
    pub(super) inline: Keys,
    /// What stands beside others, or in other places than it is written in.
    pub(super) laid: BTreeMap<String, Layout>,
    /// Pages that stand in the sheet as pictures.
    pub(super) pages: String,
    /// Whether what may be out of sight is taken as hidden.
    pub(super) is_taken: bool,
    /// Whether nothing hides, and pictures are their other text: programs differ in the ways to hide
    /// that they know, and what stands inside or behind may undo them.
    pub(super) shows_all: bool,
}

impl Sheet {
    /// The sheets to read a page with: with what it hides for certain, and with all that may be out
    /// of sight.
    pub(super) fn readings(self) -> Vec<Self> {
        let certain = Self { is_taken: false, ..self.clone() };
        let is_certain = !self.hiding.keys.is_empty() || !self.inline.keys.is_empty();
        let all = self.is_taken.then_some(self);
        is_certain.then_some(certain).into_iter().chain(all).collect()
    }

    /// Whether the page has elements that it sets beside others, or in other places.
    pub(super) fn lays(&self, elements: &Keys) -> bool {
        self.laid.keys().any(|it| it == ANY || elements.holds(it))
    }

    /// What it says of the place of an element.
    pub(super) fn layout(&self, element: &Element<'_>) -> Layout {
        let mut layout = Layout::default();
        if !self.laid.is_empty() {
            let element = Element { is_within: true, ..*element };
            element.keys(|it| layout = layout.and(self.laid.get(it).copied().unwrap_or_default()));
        }
        layout
    }

    /// Reads a style sheet.
    pub(super) fn read(&mut self, css: &str) {
        let css = without_comments(css);
        let lower = css.to_ascii_lowercase();
        self.writes |= lower.contains("@import") && lower.contains("data:");
        let mut rules: Vec<Rule> = Vec::new();
        let mut from = 0;
        let mut quote = None;
        let mut escaped = false;
        for (at, character) in css.char_indices() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            match (character, quote) {
                ('\\', _) => escaped = true,
                (_, Some(open)) if character == open => quote = None,
                // A string ends with its line.
                ('\n', Some('"' | '\'')) => quote = None,
                (_, Some(_)) => {}
                ('"' | '\'', None) => quote = Some(character),
                ('(', None) if is_bare_url(css.get(..at), css.get(at + 1..)) => quote = Some(')'),
                ('{', None) => {
                    let selectors = unescaped(css.get(from..at).unwrap_or_default());
                    rules.push(Rule { selectors, ..Rule::default() });
                    from = at + 1;
                }
                (';' | '}', None) => {
                    self.declaration(css.get(from..at).unwrap_or_default(), rules.last_mut());
                    from = at + 1;
                    if character == '}' {
                        self.rule(rules.pop());
                    }
                }
                (_, None) => {}
            }
        }
        self.declaration(css.get(from..).unwrap_or_default(), rules.last_mut());
        while let Some(rule) = rules.pop() {
            self.rule(Some(rule));
        }
    }

    fn rule(&mut self, rule: Option<Rule>) {
        let Some(rule) = rule else { return };
        if rule.hides {
            self.hiding.add(&rule.selectors);
        }
        if rule.is_doubtful {
            self.doubtful.add(&rule.selectors);
        }
        if rule.is_inline {
            self.inline.add(&rule.selectors);
        }
        if rule.layout != Layout::default() {
            let mut keys = Keys::default();
            keys.add(&rule.selectors);
            for key in keys.keys {
                let laid = self.laid.entry(key).or_default();
                *laid = laid.and(rule.layout);
            }
        }
    }

    fn declaration(&mut self, declaration: &str, rule: Option<&mut Rule>) {
        let Some((property, value)) = declaration.split_once(':') else { return };
        let property = unescaped(property).trim().to_ascii_lowercase();
        let lower = unescaped(value).to_ascii_lowercase();
        match property.as_str() {
            "content"
            | "quotes"
            | "list-style"
            | "list-style-type"
            | "text-overflow"
            | "text-emphasis"
            | "text-emphasis-style"
            | "hyphenate-character"
            | "prefix"
            | "suffix"
            | "symbols"
            | "additive-symbols"
            | "pad"
            | "negative" => {
                self.text(value, &lower, property == "content");
            }
            "unicode-bidi" => self.overrides |= lower.contains("override"),
            "flex-direction" | "flex-flow" => self.overrides |= lower.contains("reverse"),
            _ => {}
        }
        if lower.contains("data:") {
            for held in held(&unescaped(value)) {
                if let Held::Page(page) = held {
                    self.pages.push_str(&page);
                    self.pages.push('\n');
                }
            }
            return;
        }
        let whole = format!("{property}:{lower}");
        if let Some(rule) = rule {
            rule.hides |= hides(&whole);
            rule.is_doubtful |= may_hide(&whole);
            rule.is_inline |= is_inline(&whole);
            rule.layout = rule.layout.and(layout(&whole));
        }
    }

    /// A value that writes: its strings, and what it takes from elsewhere.
    fn text(&mut self, value: &str, lower: &str, is_content: bool) {
        const CALLS: [&str; 5] = ["attr(", "counter(", "counters(", "var(", "-quote"];
        let strings = strings(value);
        self.writes |= is_content && CALLS.iter().any(|it| lower.contains(it));
        self.writes |= strings.chars().any(char::is_alphanumeric);
        if strings.chars().any(char::is_alphanumeric) {
            self.texts.push_str(&strings);
            self.texts.push('\n');
        }
    }
}

/// Whether a bracket begins an address without quotes, in which semicolons end nothing.
fn is_bare_url(before: Option<&str>, behind: Option<&str>) -> bool {
    let before = before.unwrap_or_default();
    let name = before.get(before.len().saturating_sub("url".len())..).unwrap_or_default();
    let behind = behind.unwrap_or_default().trim_start();
    name.eq_ignore_ascii_case("url") && !behind.starts_with(['"', '\''])
}

/// The strings of a value, one behind the other.
fn strings(value: &str) -> String {
    let mut strings = String::new();
    let mut quote = None;
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        match (character, quote) {
            ('\\', Some(_)) => strings.extend(escape(&mut rest)),
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => strings.push(character),
            ('"' | '\'', None) => quote = Some(character),
            (_, None) => {}
        }
    }
    strings
}

/// The declarations of a style without comments, and with their escapes undone.
pub(super) fn plain(style: &str) -> Cow<'_, str> {
    if style.contains('\\') || style.contains("/*") {
        return Cow::Owned(unescaped(&without_comments(style)));
    }
    Cow::Borrowed(style)
}

/// Text with its escapes undone.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\\' => plain.extend(escape(&mut rest)),
            character => plain.push(character),
        }
    }
    plain
}

/// The character that stands behind a backslash, or whose number does.
fn escape(rest: &mut std::str::Chars<'_>) -> Option<char> {
    const FIGURES_MAX: usize = 6;
    let figures = rest.as_str().bytes().take(FIGURES_MAX).take_while(u8::is_ascii_hexdigit).count();
    if figures == 0 {
        // A line that goes on.
        return rest.next().filter(|it| !matches!(it, '\n' | '\r'));
    }
    let number = rest.as_str().get(..figures).and_then(|it| u32::from_str_radix(it, 16).ok());
    rest.nth(figures - 1);
    if rest.as_str().starts_with([' ', '\t', '\n', '\r']) {
        rest.next();
    }
    number.and_then(char::from_u32)
}

fn without_comments(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, behind)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind.split_once("*/").map(|it| it.1).unwrap_or_default();
    }
    plain.push_str(rest);
    plain.replace("<!--", " ").replace("-->", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAGRAPH: Element<'_> =
        Element { name: "p", class: None, id: None, attributes: &[], is_within: false };

    #[test]
    fn elements_that_selectors_mean() {
        let attributes = [("x".to_owned(), "")];
        for selector in [
            "i",
            "*",
            "p > *",
            "[x]",
            "i[x=y]",
            "*[x|='a,b']",
            ":is(.k, #j)",
            "a :where(i)",
            ":nth-child(2)",
            "p ~ i:not(.a, .b)",
        ] {
            let element = Element {
                name: "i",
                class: Some("k"),
                id: None,
                attributes: &attributes,
                is_within: true,
            };
            assert!(
                element.is_of(&sheet(&format!("{selector}{{display:none}}")).hiding),
                "{selector}"
            );
        }
        for selector in ["*", "[y]", ":is(.k)", "b *", "@media x"] {
            assert!(
                !PARAGRAPH.is_of(&sheet(&format!("{selector}{{display:none}}")).hiding),
                "{selector}"
            );
        }
    }

    fn sheet(css: &str) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.read(css);
        sheet
    }

    #[test]
    fn what_a_sheet_writes() {
        for (css, texts) in [
            ("p:before{content:\"zebra\"}", "zebra\n"),
            ("p:before{c\\6fntent:\"\\7a \" 'ebra'}", "zebra\n"),
            ("@media screen{p::after{color:red;content:'a;b}'}}", "a;b}\n"),
            ("q{quotes:'zebra' ''", "zebra\n"),
            ("/* x */p/* { */:after{content/**/:'z'}", "z\n"),
        ] {
            let sheet = sheet(css);
            assert_eq!((sheet.texts.as_str(), sheet.writes), (texts, true), "{css}");
        }
        assert!(sheet("td:before{content:attr(title)}").writes);
        for css in ["p:after{content:\"\"}", "p:after{content:'\\201C'}", "p{font-family:'x'}", ""]
        {
            assert_eq!(sheet(css), Sheet::default(), "{css}");
        }
    }

    #[test]
    fn what_a_sheet_hides_and_turns() {
        let sheet = sheet(
            "table .a, #B:hover{color:red;display:none} @media x{i.c{font-size:0}} p{display:inline}\
             .d{unicode-bidi:bidi-override}",
        );
        let meets = |keys: &Keys, class, id| {
            let element = Element { name: "span", class: Some(class), id: Some(id), ..PARAGRAPH };
            element.is_of(keys)
        };
        assert!(meets(&sheet.hiding, "x A", "") && meets(&sheet.hiding, "", "b"));
        assert!(meets(&sheet.hiding, "c", "") && !meets(&sheet.hiding, "d", "x"));
        let paragraph = PARAGRAPH;
        assert!(paragraph.is_of(&sheet.inline) && sheet.overrides);
        let mut keys = Keys::default();
        keys.note(&paragraph);
        assert!(keys.meets(&sheet.inline) && !keys.meets(&sheet.hiding));
    }
}
