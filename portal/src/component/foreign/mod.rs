//! The HTML of a mail inside a page: the one place where markup is written that is not ours.
//!
//! The worker has cleaned it against an allow-list. It works on hostile mail, so its answer is taken
//! apart once more, without a parser of HTML: every tag must have the one form that the cleaning
//! writes and a listed name, else the mail is shown as text. Tags are written anew with listed
//! attributes alone. The policy of the page refuses style attributes, so each becomes a class in the
//! one style element that has the page's nonce; pictures inside the message come from an address
//! of ours. The result stands in a declarative shadow root, which keeps our classes and its styles
//! apart, in a box that contains its layout.
//!
//! # Invariants
//!
//! `PreEscaped` appears in no other file of this crate (a test greps for it).

mod style;
mod tag;

use std::collections::BTreeMap;

use maud::{Escaper, Markup, PreEscaped, html};

use tag::Tag;

/// The elements that a mail may hold. None loads, runs, submits, or ends the shadow root.
const ELEMENTS: [&str; 66] = [
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
    "hgroup",
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
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];
/// The attributes that are written as they came. Each only describes or sizes.
const ATTRIBUTES: [&str; 20] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "lang",
    "nowrap",
    "rowspan",
    "size",
    "start",
    "title",
    "type",
    "valign",
    "width",
];
/// What a link may begin with.
const SCHEMES: [&str; 4] = ["http://", "https://", "mailto:", "tel:"];
/// The most different styles of a mail; later ones are dropped.
const STYLES_MAX: usize = 2_000;

/// How a mail looks when it says nothing about it.
const STYLE: &str = ":host{display:block}\
*{max-width:100%}\
p{margin:0 0 1em}h1,h2,h3{line-height:1.3;margin:1em 0 .5em}\
table{border-collapse:collapse;margin:0 0 1em}td,th{padding:.25rem .5rem;vertical-align:top}\
blockquote{margin:0 0 1em;padding-left:1em;border-left:3px solid #d7dde3;color:#4a5866}\
pre{white-space:pre-wrap}img{height:auto}a{color:#1a56b0}";

/// Markup of a mail that was taken apart and written anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Inert {
    markup: String,
    styles: String,
}

impl Inert {
    /// Rewrites cleaned HTML; `None` when it holds anything that cleaned HTML does not.
    ///
    /// `pictures` is the address below which the pictures of the message are.
    pub(crate) fn rewrite(cleaned: &str, pictures: &str) -> Option<Self> {
        let mut writer = Writer { markup: String::new(), classes: BTreeMap::new(), pictures };
        let mut pieces = cleaned.split('<');
        writer.markup.push_str(&pieces.next()?.replace('>', "&gt;"));
        for piece in pieces {
            let (tag, text) = tag::read(piece)?;
            writer.tag(&tag)?;
            writer.markup.push_str(&text.replace('>', "&gt;"));
        }
        let mut rules: Vec<_> = writer.classes.into_iter().collect();
        rules.sort_by_key(|(_, number)| *number);
        let styles = rules.iter().map(|(style, number)| format!(".s{number}{{{style}}}")).collect();
        Some(Self { markup: writer.markup, styles })
    }
}

/// Writes tags anew.
struct Writer<'a> {
    markup: String,
    /// Each style with the number of its class.
    classes: BTreeMap<String, usize>,
    pictures: &'a str,
}

impl Writer<'_> {
    fn tag(&mut self, tag: &Tag<'_>) -> Option<()> {
        if !ELEMENTS.contains(&tag.name) {
            return None;
        }
        self.markup.push_str(if tag.closes { "</" } else { "<" });
        self.markup.push_str(tag.name);
        for (name, value) in &tag.attributes {
            match *name {
                "style" => self.style(value),
                "href" if tag.name == "a" => self.link(value),
                "src" if tag.name == "img" => self.picture(value),
                name if ATTRIBUTES.contains(&name) => self.attribute(name, value),
                _ => {}
            }
        }
        self.markup.push('>');
        Some(())
    }

    fn attribute(&mut self, name: &str, value: &str) {
        use std::fmt::Write as _;

        self.markup.push(' ');
        self.markup.push_str(name);
        self.markup.push_str("=\"");
        // Writing to a string does not fail.
        let _ = Escaper::new(&mut self.markup).write_str(value);
        self.markup.push('"');
    }

    fn style(&mut self, value: &str) {
        let Some(style) = style::inert(value) else { return };
        if STYLES_MAX <= self.classes.len() && !self.classes.contains_key(&style) {
            return;
        }
        let next = self.classes.len();
        let number = *self.classes.entry(style).or_insert(next);
        self.attribute("class", &format!("s{number}"));
    }

    fn link(&mut self, value: &str) {
        let begins = |scheme: &&str| {
            value.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme))
        };
        if SCHEMES.iter().any(begins) {
            self.attribute("href", value);
            self.attribute("target", "_blank");
            self.attribute("rel", "noopener noreferrer nofollow");
        }
    }

    /// A picture of the message itself; all others have no address.
    fn picture(&mut self, value: &str) {
        let part: Option<u32> = value.strip_prefix("cid:").and_then(|it| it.parse().ok());
        if let Some(part) = part {
            let address = format!("{}{part}", self.pictures);
            self.attribute("src", &address);
        }
    }
}

/// Draws the mail in its box; `nonce` is that of the page's policy.
pub(crate) fn foreign(mail: &Inert, nonce: &str) -> Markup {
    html! {
        div.mail.boxed {
            template shadowrootmode="open" {
                style nonce=(nonce) { (STYLE) (PreEscaped(&mail.styles)) }
                (PreEscaped(&mail.markup))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cleaned: &str, markup: &str, styles: &str) {
        let expected = Inert { markup: markup.to_owned(), styles: styles.to_owned() };
        assert_eq!(Inert::rewrite(cleaned, "/m/x/p/"), Some(expected), "{cleaned}");
    }

    #[test]
    fn cleaned_mail_passes() {
        for same in
            ["<p>Dear <b>you</b>,<br>1 &lt; 2</p>", "no markup", "<td align=\"right\">x</td>"]
        {
            check(same, same, "");
        }
        check(
            "<a href=\"https://a.example/?b=1&amp;c=2\" target=\"_self\">x</a>",
            "<a href=\"https://a.example/?b=1&amp;c=2\" target=\"_blank\" \
             rel=\"noopener noreferrer nofollow\">x</a>",
            "",
        );
        check("<img src=\"cid:3\" alt=\"a\">", "<img src=\"/m/x/p/3\" alt=\"a\">", "");
    }

    #[test]
    fn styles_become_classes() {
        check(
            "<p style=\"color:red\">a</p><p style=\"color:red\">b</p><p style=\"margin:0\">c</p>",
            "<p class=\"s0\">a</p><p class=\"s0\">b</p><p class=\"s1\">c</p>",
            ".s0{color:red}.s1{margin:0}",
        );
        check("<p style=\"color:red}*{color:blue\">a</p>", "<p>a</p>", "");
    }

    #[test]
    fn attributes_that_act_are_dropped() {
        for acting in [
            "<p onclick=\"x\" class=\"btn\" id=\"main\" slot=\"x\">a</p>",
            "<p srcdoc=\"x\" formaction=\"/logout\" data-x=\"y\">a</p>",
        ] {
            check(acting, "<p>a</p>", "");
        }
        for link in [
            "javascript:alert(1)",
            "/m/1",
            "//evil.example",
            "data:text/html,x",
            " javascript:x",
            "java&#x0a;script:x",
        ] {
            check(&format!("<a href=\"{link}\">a</a>"), "<a>a</a>", "");
        }
        for picture in [
            "https://evil.example/p.png",
            "cid:x",
            "cid:-1",
            "data:image/png,x",
            "cid:1/../../logout",
        ] {
            check(&format!("<img src=\"{picture}\">"), "<img>", "");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for hostile in [
            "<script>x</script>",
            "</template><h1>Log in</h1>",
            "<TEMPLATE>",
            "<P>",
            "<svg><p>",
            "<p><form action=\"/logout\">",
            "<style>p{}</style>",
            "<!-- x -->",
            "<base href=\"x\">",
            "< p>",
            "<p",
            "<a<b>",
            "<p title=x>",
            "<p title='x'>",
            "<p title=\"x>",
            "<p title=\"x\"onclick=\"y\">",
            "<p/title=\"x\">",
        ] {
            assert_eq!(Inert::rewrite(hostile, "/"), None, "{hostile}");
        }
    }
}
