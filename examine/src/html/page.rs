//! The text of a page: what is shown, and what is there but not shown.

use std::collections::BTreeSet;

use super::{
    flow::differing,
    lexer::Lexer,
    sheet::Sheet,
    text::{Reading, read},
};
use crate::{
    limits::HTML_READINGS_OCTETS_MAX,
    remark::{PAGE_OVERRIDES, Remark, TAG_FOREIGN, TEXT_OVER_LIMIT},
};

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
    let none = Sheet::default();
    let Reading { mut page, sheet, laid, splits, mut joined } = read(&mut lexer, &none);
    let first = page.shown.clone();
    if lexer.was_foreign() {
        // What a browser shows behind an `svg` depends on the tree that it builds.
        let other = read(&mut Lexer::without_foreign(html), &none).page;
        if other.shown != page.shown || other.hidden != page.hidden {
            page.hidden = [page.hidden, other.shown, other.hidden].join("\n").trim().to_owned();
            page.remarks.push(TAG_FOREIGN);
        }
    }
    let is_xml = reads_as_xml(html);
    let is_again = splits || is_xml || sheet.is_some() || laid.is_some();
    if HTML_READINGS_OCTETS_MAX < html.len() && is_again {
        page.remarks.push(TEXT_OVER_LIMIT);
        return page;
    }
    // Whether a sheet counts depends on who shows the page, and how wide.
    let all = splits.then(|| Sheet { shows_all: true, ..Sheet::default() });
    for sheet in sheet.into_iter().flat_map(Sheet::readings).chain(all) {
        add(&mut page, &first, &mut joined, read(&mut Lexer::new(html), &sheet));
    }
    if is_xml {
        let other = read(&mut Lexer::xml(html), &none);
        let hidden = differing(&other.page.hidden, &page.hidden);
        page.hidden = format!("{}\n{hidden}", page.hidden).trim().to_owned();
        add(&mut page, &first, &mut joined, other);
    }
    if let Some(sheet) = laid {
        let other = read(&mut Lexer::new(html), &sheet);
        joined.extend(other.joined);
        page.remarks.extend(other.page.remarks.contains(&PAGE_OVERRIDES).then_some(PAGE_OVERRIDES));
    }
    for line in joined {
        page.hidden = page.hidden + "\n" + &line;
    }
    page.hidden.truncate(page.hidden.trim_end().len());
    page.remarks.sort();
    page.remarks.dedup();
    page
}

/// Adds what another reading shows.
fn add(page: &mut Page, first: &str, joined: &mut BTreeSet<String>, other: Reading) {
    joined.extend(other.joined);
    if other.page.shown != first {
        let told = differing(&other.page.shown, first);
        page.hidden = format!("{}\n{told}", page.hidden).trim().to_owned();
    }
}

/// Whether programs that read the page as XML, as its type or name has them do, may show another
/// text.
fn reads_as_xml(html: &str) -> bool {
    const NAMESPACES: [&str; 2] = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"];
    const EMPTY: [&str; 6] = ["<style", "<script", "<title", "<textarea", "<desc", "<xmp"];
    let has = |it: &str| memchr::memmem::find(html.as_bytes(), it.as_bytes()).is_some();
    let closes = |name: &str| {
        memchr::memmem::find_iter(html.as_bytes(), name.as_bytes()).any(|at| {
            let tag = html.get(at..).unwrap_or_default();
            let tag = tag.get(1..).and_then(|it| it.split(['<', '>']).next()).unwrap_or_default();
            tag.ends_with('/')
        })
    };
    NAMESPACES.into_iter().any(has)
        && (["<![CDATA[", "<!-->", "<!--->", "--!>"].into_iter().any(has)
            || html.get(1..).is_some_and(|it| it.contains("<?"))
            || EMPTY.into_iter().any(closes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remark::TAG_OVERFULL;

    #[test]
    fn a_page_reads_as_it_is_shown() {
        for (html, shown, hidden) in [
            ("<p>one<p>two", "one\ntwo", ""),
            ("in<b>lin</b>e <i> x</i>", "inline x", ""),
            ("4012&nbsp;8888&#32;&amp;&lt;b&gt;", "4012\u{a0}8888 &<b>", ""),
            ("<td>a</td><td>b</td>", "a\tb", ""),
            ("pass<span style='display: NONE'>xyz</span>word", "password", "xyz\npassxyzword"),
            ("pass <b hidden>xyz</b> word", "pass word", "xyz"),
            (
                "a<p>night<b style='max-height:0'>jar</b><p>b<p>c",
                "a\nnight\nb\nc",
                "jar\na\nnightjar\nb",
            ),
            ("<b hidden>night</b>jar", "jar", "night\nnightjar"),
            ("night<img alt=jar>", "night", "jar\nnightjar"),
            ("night<!--[if mso]>jar<![endif]-->", "night", "jar\nnightjar"),
            ("<svg><text><![CDATA[a&b]]></text></svg><![CDATA[c]]>", "a&b", ""),
            ("a<!-- b -->c<script>d</script><style>e</style>", "ac", ""),
            ("<title>t</title><body>b", "b", "t"),
            ("<img alt='a picture'>x", "x", "a picture\na picturex"),
            ("x<!--[if mso]><b>old &amp; new</b><![endif]-->", "x", "old & new\nxold & new"),
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
            ("<div>pass<dialog>xyz</dialog>word</div>", "password", "xyz"),
            ("<p>pass<div hidden>xyz</div>word", "password", "xyz"),
            ("pass<title>xyz</title>word", "password", "xyz"),
            ("pass<noscript>xyz</noscript>word", "passxyzword", "password"),
            ("pass<![if !mso]>xyz<![endif]>word", "passxyzword", "password"),
            (
                "pass<i style='float:right'>xyz</i>word",
                "passxyzword",
                "password\npassxyzword\nwordxyzpass",
            ),
            ("<img alt=night><img alt=jar>", "", "night\njar\nnightjar"),
            ("<select><style></select>night<b>jar</b><style></style>", "", "nightjar"),
            ("<svg/><style><b>a</b></style>seen", "seen", "a"),
        ] {
            let page = page(html);
            assert_eq!((page.shown.as_str(), page.hidden.as_str()), (shown, hidden), "{html}");
        }
    }

    /// Whether some line of the hidden text holds the word.
    fn has_hidden(html: &str, word: &str) -> bool {
        page(html).hidden.lines().any(|it| it.contains(word))
    }

    #[test]
    fn words_that_stand_together_on_the_page() {
        for html in [
            "<div style='float:left'>night</div>\n<div style='float:left'>jar</div>",
            "<style>div{float:left}</style><div>night</div><div>jar</div>",
            "<div style='float:right'>jar</div><div style='float:right'>night</div>",
            "<div style=display:flex><div><p>night</p></div><div>jar</div></div>",
            "<style>section{display:grid}</style><section><div>night</div><div>jar</div></section>",
            "<style>body *{display:inline}</style><body><div>night</div><div>jar</div>",
            "<div style=display:flex><i style=order:2>jar</i><i style=order:1>night</i></div>",
            "<table align=left><td>night</table><table align=left><td>jar</table>",
            "<table cellpadding=0><tr><td>night<td>jar</table>",
            "<table><tr><td>n<td>i<td>g<td>h<td>t<td>j<td>a<td>r</table>",
            "<table><tr><td>nig</td><td>htj</td><td>ar</td></tr></table>",
            "<table dir=rtl cellpadding=0><tr><td>jar<td>night</table>",
            "<p dir=rtl><bdi>jar</bdi><bdi>night</bdi></p>",
            "nig<table><tr><td>x</td></tr>htjar</table>",
            "<span style='position:relative;left:5ch'>jar</span>\
             <span style='position:relative;left:-8ch'>night</span>",
            "<svg><text x=9>jar</text><text x=1>night</text></svg>",
        ] {
            assert!(has_hidden(html, "nightjar"), "{html}: {}", page(html).hidden);
        }
        for html in [
            "<p>night</p><p>jar</p>",
            "<table><tr><td>night</td><td>jar</td></tr></table>",
            "<div style='float:left'>night.</div><div style='float:left'>jar</div>",
            "<div style='float:left'>4012</div><div style='float:left'>8888</div>",
            "<table cellpadding=0><tr><td>4012<td>8888<td>8888<td>1881</table>",
            "<table><tr><td>22<td>23<td>24<td>25<td>26<td>27<td>28</table>",
        ] {
            assert_eq!(page(html).hidden, "", "{html}");
        }
        let several = "<div style=display:flex><i style=order:2>jar</i><i style=order:1>ht</i>\
                       <i style=order:0>nig</i></div>";
        assert!(page(several).remarks.contains(&PAGE_OVERRIDES));
    }

    #[test]
    fn pictures_of_text_in_styles() {
        const PICTURE: &str = "data:image/svg+xml;base64,PHN2Zz48dGV4dD5uaWdodDx0c3Bhbj5qYXI=";
        for html in [
            format!("<p style='background:url({PICTURE})'>"),
            format!("<style>p{{background-image:url({PICTURE})}}</style>"),
            format!("<style>p:before{{content:url(\"{PICTURE}\")}}</style>"),
            format!("<style>p{{border-image: URL( '{PICTURE}' ) 1}}</style>"),
            format!("<svg><style>p{{background:url({PICTURE})}}</style></svg>"),
            format!("<img srcset='data:image/png;base64,iVBORw0KGgo= 1x, {PICTURE} 2x'>"),
            format!("<img srcset='data:image/png,x 1x, {PICTURE} 2x'>"),
        ] {
            assert!(has_hidden(&html, "nightjar"), "{html}: {}", page(&html).hidden);
        }
    }

    #[test]
    fn pages_that_programs_read_as_xml() {
        for inside in [
            "<style/><p>night<b>jar</b>",
            "<script type='x/y'/>night<b>jar</b>",
            "night<![CDATA[jar]]>",
            "night<!--> x --><b>jar</b>",
            "night<?x > xyz?><b>jar</b>",
        ] {
            let html = format!("<html xmlns='http://www.w3.org/1999/xhtml'>{inside}</html>");
            let html = html.replace('\'', "\"");
            assert!(has_hidden(&html, "nightjar"), "{html}: {}", page(&html).hidden);
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
