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
use crate::limits::{HTML_OCTETS_MAX, HTML_TREE_COST_MAX};

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
    let mut cost = 0_usize;
    for token in Lexer::new(html) {
        match token {
            Token::Start { name, attributes, overfull, end: _ } => {
                survey.bearable &= !overfull;
                let remote = remote_pictures(&name, &attributes);
                survey.remote_pictures = survey.remote_pictures.saturating_add(remote);
                open.start(&name);
            }
            Token::End(name) => open.end(&name),
            Token::Comment(_) | Token::Raw(..) | Token::Text(_) | Token::Unclosed(_) => continue,
        }
        cost = cost.saturating_add(open.total);
    }
    survey.bearable &= cost <= HTML_TREE_COST_MAX;
    survey
}

fn remote_pictures(name: &str, attributes: &[Attribute<'_>]) -> u32 {
    let source = match name {
        "img" | "input" | "image" => attribute(attributes, "src").or(attribute(attributes, "srcset")),
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
        "area" | "base" | "body" | "br" | "col" | "dd" | "dt" | "embed" | "head" | "hr" | "html"
            | "img" | "input" | "li" | "link" | "meta" | "option" | "p" | "param" | "source"
            | "tbody" | "tr" | "track" | "wbr"
    )
}

/// Elements that end tags do not reach through.
fn is_scope(name: &str) -> bool {
    matches!(
        name,
        "applet" | "button" | "caption" | "marquee" | "math" | "object" | "select" | "svg"
            | "table" | "td" | "template" | "th"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_trees_are_refused_and_newsletters_are_not() {
        let fonts = "<font size=1>".repeat(4_000) + &"<p>".repeat(4_000);
        let deep = "<div>".repeat(20_000);
        let masked = format!("{}<table><td>{}</table>{}", "<b>".repeat(4_000), "</b>".repeat(4_000), "<p>".repeat(4_000));
        for html in [fonts, deep, masked] {
            assert!(!survey(&html).bearable, "{}", html.get(..40).unwrap());
        }
        let row = "<tr><td><font><b>x</b></font><td><a href=x><img src=http://x/y></a></td></tr>";
        let letter = format!("<table>{}</table>", row.repeat(500));
        assert_eq!(survey(&letter).remote_pictures, 500);
        assert!(survey(&letter).bearable);
    }
}
