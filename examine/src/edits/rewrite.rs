//! A banner at the top of an HTML part.

use wire::{
    edit::Edit,
    mime::{Encoding, Part, decode},
};

use super::{
    Copy,
    banner::in_lines,
    encode::{base64_lines, quoted_printable},
    insert, replace,
};
use crate::html::{Lexer, Token};

/// Puts ASCII markup at the top of the part's page. A part in base64 or quoted-printable is
/// encoded anew.
pub(super) fn html(copy: &Copy<'_>, part: &Part, markup: &str) -> Option<Edit> {
    let body = copy.message.get(part.body.clone())?;
    let decoded = decode(body, part.encoding).bytes;
    let at = top_of_page(&decoded);
    let markup = in_lines(markup.as_bytes(), copy.newline);
    let page = || {
        let (head, tail) = decoded.split_at_checked(at).unwrap_or((&decoded, &[]));
        [head, &markup, tail].concat()
    };
    match part.encoding {
        Encoding::SevenBit | Encoding::EightBit | Encoding::Binary => {
            Some(insert(part.body.start + at, markup))
        }
        Encoding::QuotedPrintable => {
            Some(replace(part.body.clone(), quoted_printable(&page(), copy.newline)))
        }
        Encoding::Base64 => {
            let mut lines = base64_lines(&page(), copy.newline);
            // The line end before a delimiter belongs to the delimiter.
            lines.truncate(lines.trim_end().len());
            Some(replace(part.body.clone(), lines))
        }
        Encoding::Unknown | Encoding::Uuencode => None,
    }
}

/// Offset behind the `body` tag, else where the content of the page begins.
fn top_of_page(octets: &[u8]) -> usize {
    // Tags are ASCII in every charset that comes here: one octet in, one octet out.
    let ascii = octets.iter().map(|octet| if octet.is_ascii() { char::from(*octet) } else { '?' });
    let ascii: String = ascii.collect();
    let mut lexer = Lexer::new(&ascii);
    let mut top = 0;
    while let Some(token) = lexer.next() {
        match token {
            Token::Start { name, end, .. } if name == "body" => return end,
            Token::Start { name, end, .. } if is_of_head(&name) => top = end,
            Token::End(name) if is_of_head(&name) => top = lexer.position(),
            Token::Comment(_) => top = lexer.position(),
            Token::Text(text) if text.trim().is_empty() => {}
            Token::Raw("title" | "style" | "script", _) => {}
            Token::Start { .. } | Token::End(_) | Token::Raw(..) | Token::Text(_) => break,
            Token::Unclosed(_) => break,
        }
    }
    top
}

/// Elements that stand before the content of a page.
fn is_of_head(name: &str) -> bool {
    matches!(name, "base" | "head" | "html" | "link" | "meta" | "script" | "style" | "title")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_a_page() {
        for (html, head) in [
            (
                "<html><head><title><body></title></head><BODY class='a>b'>x",
                "<html><head><title><body></title></head><BODY class='a>b'>",
            ),
            ("<!-- <body> --><p>x", "<!-- <body> -->"),
            ("<p>x<body>", ""),
            (
                "<!DOCTYPE html>\r\n<meta charset=utf-8>\r\nx",
                "<!DOCTYPE html>\r\n<meta charset=utf-8>",
            ),
            ("x", ""),
        ] {
            assert_eq!(top_of_page(html.as_bytes()), head.len(), "{html}");
        }
    }
}
