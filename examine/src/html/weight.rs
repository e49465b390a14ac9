//! What a page would cost as a tree, told before one is built.
//!
//! A tree builder opens formatting elements that were never closed again in every later block, and
//! looks through all open elements at many tags: a small hostile page becomes a huge tree. The sum
//! of open elements over all tags bounds both.
//!
//! # Invariants
//!
//! - The estimate is never below what a tree builder holds open, up to a constant: an end tag
//!   closes only what was opened in the same cell or table.

use std::collections::BTreeMap;

use super::{
    lexer::{Attribute, Lexer, Token, attribute},
    style::remote_urls,
};
use crate::limits::{
    HTML_MISPLACED_MAX, HTML_OCTETS_MAX, HTML_TAGS_MAX, HTML_TREE_COST_MAX, HTML_WRITE_COST_MAX,
};

/// What a look over the tags tells.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Survey {
    /// Whether a tree of it may be built.
    pub(crate) bearable: bool,
    /// Pictures that it would fetch from elsewhere.
    pub(crate) remote_pictures: u32,
}

/// Looks over the tags of a page.
pub(crate) fn survey(html: &str) -> Survey {
    let mut survey = Survey { bearable: html.len() <= HTML_OCTETS_MAX, remote_pictures: 0 };
    let mut open = Frames::default();
    let mut cost = Cost::default();
    for token in Lexer::new(html) {
        match token {
            Token::Start { name, attributes, overfull, end: _ } => {
                survey.bearable &= !overfull;
                let remote = remote_pictures(&name, &attributes);
                survey.remote_pictures = survey.remote_pictures.saturating_add(remote);
                cost.misplaced += usize::from(open.is_outside_of_cells() && !is_of_table(&name));
                open.start(&name);
                cost.tag(open.total);
                attributes.iter().for_each(|attribute| cost.text(attribute.1));
            }
            Token::End(name) => {
                open.end(&name);
                cost.tag(open.total);
            }
            Token::Raw(_, text) | Token::Text(text) => {
                let misplaced = open.is_outside_of_cells() && !text.trim_ascii().is_empty();
                cost.misplaced += usize::from(misplaced);
                cost.text(text);
            }
            Token::Comment(_) | Token::Unclosed(_) => {}
        }
    }
    survey.bearable &= cost.is_bearable();
    survey
}

/// What building a tree and writing it out would cost.
#[derive(Debug, Default)]
struct Cost {
    tags: usize,
    misplaced: usize,
    tree: usize,
    write: usize,
    /// Octets and escaped characters of the text since the last tag: comments between do not
    /// part it.
    run: (usize, usize),
}

impl Cost {
    fn tag(&mut self, open: usize) {
        self.tags = self.tags.saturating_add(1);
        self.tree = self.tree.saturating_add(open);
        self.end_run();
    }

    fn text(&mut self, text: &str) {
        self.run.0 = self.run.0.saturating_add(text.len());
        // The lead octet of a no-break space is looked at like an ampersand.
        let escapes = memchr::memchr2_iter(b'&', 0xc2, text.as_bytes()).count();
        self.run.1 = self.run.1.saturating_add(escapes);
    }

    fn end_run(&mut self) {
        let (octets, escapes) = std::mem::take(&mut self.run);
        self.write = self.write.saturating_add(octets.saturating_mul(escapes));
    }

    fn is_bearable(&mut self) -> bool {
        self.end_run();
        self.tags <= HTML_TAGS_MAX
            && self.misplaced <= HTML_MISPLACED_MAX
            && self.tree <= HTML_TREE_COST_MAX
            && self.write <= HTML_WRITE_COST_MAX
    }
}

fn remote_pictures(name: &str, attributes: &[Attribute<'_>]) -> u32 {
    let source = match name {
        "img" | "input" | "image" => {
            attribute(attributes, "src").or(attribute(attributes, "srcset"))
        }
        "video" => attribute(attributes, "poster"),
        _ => None,
    };
    let remote = |url: &str| {
        let url = url.trim_start().to_ascii_lowercase();
        url.starts_with("http:") || url.starts_with("https:") || url.starts_with("//")
    };
    let urls = [source, attribute(attributes, "background")];
    let direct = urls.into_iter().flatten().filter(|url| remote(url)).count();
    let styled = attribute(attributes, "style").map_or(0, remote_urls);
    u32::try_from(direct).unwrap_or(u32::MAX).saturating_add(styled)
}

/// Open elements, by the table or cell that they were opened in.
#[derive(Debug, Default)]
struct Frames {
    outer: Vec<(String, BTreeMap<String, usize>)>,
    inner: BTreeMap<String, usize>,
    total: usize,
}

impl Frames {
    fn start(&mut self, name: &str) {
        if closes_itself(name) {
            return;
        }
        *self.inner.entry(name.to_owned()).or_default() += 1;
        self.total += 1;
        if is_scope(name) {
            self.outer.push((name.to_owned(), std::mem::take(&mut self.inner)));
        }
    }

    fn is_outside_of_cells(&self) -> bool {
        self.outer.last().is_some_and(|frame| frame.0 == "table")
    }

    fn end(&mut self, name: &str) {
        let leaves = matches!(name, "table" | "td" | "th" | "caption");
        if leaves && self.outer.last().is_some_and(|frame| frame.0 == name) {
            let Some((_, mut outer)) = self.outer.pop() else { return };
            for (name, count) in std::mem::take(&mut self.inner) {
                *outer.entry(name).or_default() += count;
            }
            self.inner = outer;
        }
        if let Some(count) = self.inner.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            self.total -= 1;
        }
    }
}

/// Elements without content, and those that the next of their kind ends.
fn closes_itself(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "body"
            | "br"
            | "col"
            | "dd"
            | "dt"
            | "embed"
            | "head"
            | "hr"
            | "html"
            | "img"
            | "input"
            | "li"
            | "link"
            | "meta"
            | "option"
            | "p"
            | "param"
            | "source"
            | "tbody"
            | "tr"
            | "track"
            | "wbr"
    )
}

/// Elements that a table holds.
fn is_of_table(name: &str) -> bool {
    matches!(
        name,
        "caption"
            | "col"
            | "colgroup"
            | "form"
            | "input"
            | "script"
            | "style"
            | "table"
            | "tbody"
            | "td"
            | "template"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
    )
}

/// Elements that end tags do not reach through.
fn is_scope(name: &str) -> bool {
    matches!(
        name,
        "applet"
            | "button"
            | "caption"
            | "marquee"
            | "math"
            | "object"
            | "select"
            | "svg"
            | "table"
            | "td"
            | "template"
            | "th"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_trees_are_refused_and_newsletters_are_not() {
        let fonts = "<font size=1>".repeat(4_000) + &"<p>".repeat(4_000);
        let deep = "<div>".repeat(20_000);
        let masked = format!(
            "{}<table><td>{}</table>{}",
            "<b>".repeat(4_000),
            "</b>".repeat(4_000),
            "<p>".repeat(4_000)
        );
        for html in [fonts, deep, masked] {
            assert!(!survey(&html).bearable, "{}", html.get(..40).unwrap());
        }
        let row = "<tr><td><font><b>x</b></font><td><a href=x><img src=http://x/y></a></td></tr>";
        let letter = format!("<table>{}</table>", row.repeat(500));
        assert_eq!(survey(&letter).remote_pictures, 500);
        assert!(survey(&letter).bearable);
    }
}
