//! The HTML of a mail inside a page: the one place where markup is written that is not ours.
//!
//! The worker has cleaned it against an allow-list. It works on hostile mail, so its answer is
//! looked at again here, without a parser: every tag must be one of [`ELEMENTS`], else the mail is
//! shown as text. What passes is put into a declarative shadow root, which keeps our classes and
//! its styles apart; the box around it contains layout and clips, and the policy of the page runs
//! no script, loads nothing from elsewhere and refuses style attributes.
//!
//! # Invariants
//!
//! `PreEscaped` appears in no other file of this crate (a test greps for it).

use maud::{Markup, PreEscaped, html};

/// The elements that cleaned mail may hold. None loads, runs, submits, or ends the shadow root.
const ELEMENTS: [&str; 59] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "u",
];
/// The same, for lists that outgrow the array above.
const MORE_ELEMENTS: [&str; 7] = ["hgroup", "tfoot", "thead", "tt", "ul", "var", "wbr"];

/// How a mail looks when it says nothing about it.
const STYLE: &str = ":host{display:block}\
*{max-width:100%}\
p{margin:0 0 1em}h1,h2,h3{line-height:1.3;margin:1em 0 .5em}\
table{border-collapse:collapse;margin:0 0 1em}td,th{padding:.25rem .5rem;vertical-align:top}\
blockquote{margin:0 0 1em;padding-left:1em;border-left:3px solid #d7dde3;color:#4a5866}\
pre{white-space:pre-wrap}img{height:auto}a{color:#1a56b0}";

/// Cleaned HTML that was looked at: it holds no element outside the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inert<'a>(&'a str);

impl<'a> Inert<'a> {
    /// Looks at cleaned HTML; `None` when it holds anything that the list does not.
    pub(crate) fn check(cleaned: &'a str) -> Option<Self> {
        let mut pieces = cleaned.split('<');
        // What stands before the first tag is text.
        let _ = pieces.next();
        pieces.all(is_tag_of_the_list).then_some(Self(cleaned))
    }
}

/// Whether what follows a `<` is the start or end of a listed element, without an event handler.
fn is_tag_of_the_list(piece: &str) -> bool {
    let name = piece.strip_prefix('/').unwrap_or(piece);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let Some((name, rest)) = name.split_at_checked(end) else { return false };
    let closes = rest.starts_with(['>', ' ', '/', '\n', '\t']);
    closes && (ELEMENTS.contains(&name) || MORE_ELEMENTS.contains(&name))
}

/// Draws the mail in its box; `nonce` is that of the page's policy.
pub(crate) fn foreign(mail: Inert<'_>, nonce: &str) -> Markup {
    html! {
        div.mail.boxed {
            template shadowrootmode="open" {
                style nonce=(nonce) { (STYLE) }
                (PreEscaped(mail.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_mail_passes() {
        assert!(Inert::check("<p>Dear <b>you</b>,<br>1 &lt; 2</p>").is_some());
        assert!(
            Inert::check("<table><tbody><tr><td align=\"right\">x</td></tr></tbody></table>")
                .is_some()
        );
        assert!(Inert::check("no markup").is_some());
    }

    #[test]
    fn anything_else_is_refused() {
        for hostile in [
            "<script>x</script>",
            "</template><h1>Log in</h1>",
            "<TEMPLATE>",
            "<svg><p>",
            "<p><form action=/logout>",
            "<style>p{}</style>",
            "<!-- x -->",
            "<base href=x>",
            "< p>",
            "<p",
            "<a<b>",
        ] {
            assert!(Inert::check(hostile).is_none(), "{hostile}");
        }
    }
}
