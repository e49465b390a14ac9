//! HTML that a browser may show: an allow-list of elements, attributes and style properties,
//! nothing fetched from elsewhere.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use ammonia::{Builder, UrlRelative};

use super::{
    style::{PROPERTIES, harmless},
    weight::survey,
};

/// A cleaned page.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Cleaned {
    pub(crate) html: String,
    /// Pictures that were left out because they would be fetched from elsewhere.
    pub(crate) remote_pictures: u32,
}

/// Cleans a page. `pictures` maps the content ids of pictures in the message to their part; they
/// are written as `cid:PART`. None when the page would cost too much to build.
pub(crate) fn clean(html: &str, pictures: &BTreeMap<String, usize>) -> Option<Cleaned> {
    let survey = survey(html);
    if !survey.bearable {
        return None;
    }
    let html = builder(pictures.clone()).clean(html).to_string();
    Some(Cleaned { html, remote_pictures: survey.remote_pictures })
}

fn builder(pictures: BTreeMap<String, usize>) -> Builder<'static> {
    let pictures = Arc::new(pictures);
    let mut builder = Builder::empty();
    builder
        .add_tags(TAGS)
        .add_clean_content_tags(DROPPED_WITH_CONTENT)
        .add_generic_attributes(GENERIC)
        .add_tag_attributes("a", ["href", "name"])
        .add_tag_attributes("img", ["src", "width", "height"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_tag_attributes("ol", ["start", "type"])
        .add_tag_attributes("td", TABLE)
        .add_tag_attributes("th", TABLE)
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing", "width"])
        .add_tag_attributes("blockquote", ["type"])
        .add_url_schemes(["http", "https", "mailto", "cid"])
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .filter_style_properties(PROPERTIES.into_iter().collect())
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| {
            filter(element, attribute, value, &pictures)
        });
    builder
}

fn filter<'v>(
    element: &str,
    attribute: &str,
    value: &'v str,
    pictures: &BTreeMap<String, usize>,
) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        ("img", "src") => {
            let id = content_id(value)?;
            pictures.get(&id).map(|part| Cow::Owned(format!("cid:{part}")))
        }
        (_, "href") => content_id(value).is_none().then_some(Cow::Borrowed(value)),
        (_, "style") => harmless(value).map(Cow::Owned),
        _ => Some(Cow::Borrowed(value)),
    }
}

/// The content id of a `cid:` reference.
fn content_id(url: &str) -> Option<String> {
    let (scheme, id) = url.trim().split_once(':')?;
    let octets = percent(id.as_bytes());
    scheme.eq_ignore_ascii_case("cid").then(|| String::from_utf8_lossy(&octets).into_owned())
}

fn percent(text: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&octet, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let value = pair.filter(|_| octet == b'%').and_then(|p| u8::from_str_radix(p, 16).ok());
        octets.push(value.unwrap_or(octet));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    octets
}

/// What the portal lets through when it looks again; none loads, runs or submits.
const TAGS: [&str; 62] = [
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
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
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

/// Elements whose content is no text either.
const DROPPED_WITH_CONTENT: [&str; 12] = [
    "applet", "audio", "canvas", "datalist", "iframe", "math", "script", "style", "svg",
    "template", "title", "video",
];

const GENERIC: [&str; 9] =
    ["align", "alt", "bgcolor", "color", "dir", "lang", "style", "title", "valign"];

const TABLE: [&str; 5] = ["colspan", "height", "nowrap", "rowspan", "width"];

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(html: &str) -> String {
        let pictures = BTreeMap::from([("logo@x".to_owned(), 3)]);
        clean(html, &pictures).unwrap().html
    }

    #[test]
    fn nothing_active_or_remote_is_left() {
        for (html, expected) in [
            ("<script>alert(1)</script>x", "x"),
            ("<img src=https://evil.example/p.png alt=a>", "<img alt=\"a\">"),
            ("<img src=\"CID:logo%40x\">", "<img src=\"cid:3\">"),
            ("<img src=cid:other>", "<img>"),
            ("<img src=data:image/svg+xml,x onerror=alert(1)>", "<img>"),
            (
                "<a href=https://x.example/ onclick=y target=_self>z</a>",
                "<a href=\"https://x.example/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">z</a>",
            ),
            ("<p style=\"position:fixed;top:0;color:red\">x</p>", "<p style=\"color:red\">x</p>"),
            ("<p style=\"background:url(//e.example/x)\">x</p>", "<p>x</p>"),
            ("<form action=x><input name=y><button>go</button></form>", "go"),
            (
                "<base href=//e.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>y",
                "y",
            ),
            ("<svg><animate onbegin=x /><feImage href=x></svg>y", "y"),
            ("<style>@import 'x'</style>y", "y"),
            (
                "<table background=http://e.example/x><tr><td>y</td></tr></table>",
                "<table><tbody><tr><td>y</td></tr></tbody></table>",
            ),
        ] {
            assert_eq!(cleaned(html), expected, "{html}");
        }
        for url in
            ["javascript:alert(1)", "/m/1", "cid:logo@x", "data:text/html,x", "java\tscript:x"]
        {
            let html = cleaned(&format!("<a href=\"{url}\">z</a>"));
            assert!(!html.contains("href"), "{url}: {html}");
        }
    }

    #[test]
    fn remote_pictures_are_counted() {
        let html = "<img src=http://a/1><img src=//b/2><td background='https://c/3'><p style='background:url(http://d/4)'><img src=cid:x>";
        assert_eq!(clean(html, &BTreeMap::new()).unwrap().remote_pictures, 4);
    }
}
