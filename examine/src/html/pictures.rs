//! Where the pictures of a cleaned page are fetched from.

use super::lexer::{Lexer, Token};

/// A cleaned page with each `cid:PART` picture under the URL that `url` gives for the part. The
/// URL must not need escaping in a quoted attribute.
#[must_use]
pub fn with_picture_urls(html: &str, url: impl Fn(usize) -> String) -> String {
    let mut written = String::with_capacity(html.len());
    let mut from = 0;
    let mut lexer = Lexer::new(html);
    while let Some(token) = lexer.next() {
        let Token::Start { name, end, .. } = token else {
            copy(html, &mut from, lexer.position(), &mut written);
            continue;
        };
        if name != "img" {
            copy(html, &mut from, end, &mut written);
            continue;
        }
        // Quotes inside a value are escaped in a cleaned page: this is the attribute itself.
        let tag = html.get(from..end).unwrap_or_default();
        match tag.split_once(" src=\"cid:").and_then(|(head, tail)| {
            let (part, tail) = tail.split_once('"')?;
            Some((head, part.parse().ok()?, tail))
        }) {
            Some((head, part, tail)) => {
                written.push_str(&format!("{head} src=\"{}\"{tail}", url(part)));
                from = end;
            }
            None => copy(html, &mut from, end, &mut written),
        }
    }
    written
}

fn copy(html: &str, from: &mut usize, to: usize, written: &mut String) {
    written.push_str(html.get(*from..to).unwrap_or_default());
    *from = to;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_change() {
        let html = "<p>src=\"cid:1\" &lt;img src=\"cid:1\"</p><img alt=\"src=&quot;cid:4\" src=\"cid:7\"><img>";
        let expected = "<p>src=\"cid:1\" &lt;img src=\"cid:1\"</p><img alt=\"src=&quot;cid:4\" src=\"/a/7\"><img>";
        assert_eq!(with_picture_urls(html, |part| format!("/a/{part}")), expected);
    }
}
