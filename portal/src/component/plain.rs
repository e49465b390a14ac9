//! A plain text body: line ends kept, quoted lines set back, web addresses made links.
//!
//! Accessibility: a quotation keeps its `>`, so that it is heard as well as seen. A link shows the
//! whole address that it leads to.

use maud::{Markup, html};

/// Lines of a body that are shown; the rest is counted.
const LINES_MAX: usize = 20_000;

/// Draws a text.
pub(crate) fn plain(text: &str) -> Markup {
    let mut lines = text.lines();
    let shown: Vec<&str> = lines.by_ref().take(LINES_MAX).collect();
    let left = lines.count();
    html! {
        div.mail.plain {
            @for line in shown {
                @if line.starts_with('>') { span.q { (linked(line)) } } @else { (linked(line)) "\n" }
            }
            @if left > 0 { "\n" b { "… and " (left) " more lines" } }
        }
    }
}

/// One line with its web addresses as links.
fn linked(line: &str) -> Markup {
    html! {
        @for (index, word) in line.split(' ').enumerate() {
            @if index > 0 { " " }
            @match link(word) {
                None => (word),
                Some((before, address, after)) => {
                    (before)
                    a href=(address) target="_blank" rel="noopener noreferrer nofollow" { (address) }
                    (after)
                }
            }
        }
    }
}

/// A word as what stands before a web address, the address, and what stands after.
fn link(word: &str) -> Option<(&str, &str, &str)> {
    let start = word.find("https://").or_else(|| word.find("http://"))?;
    let (before, rest) = word.split_at_checked(start)?;
    let end = rest.find(['<', '>', '"', '\t']).unwrap_or(rest.len());
    let (address, _) = rest.split_at_checked(end)?;
    let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
    let after = rest.strip_prefix(address)?;
    let host = address.split_once("://")?.1;
    host.starts_with(|c: char| c.is_alphanumeric() || c == '[').then_some((before, address, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(
            plain(text).into_string(),
            format!("<div class=\"mail plain\">{expected}</div>")
        );
    }

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        let a = |url: &str| {
            format!(
                "<a href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{url}</a>"
            )
        };
        check(
            "See (https://a.example/b?c=1).",
            &format!("See ({}).\n", a("https://a.example/b?c=1")),
        );
        check("javascript:alert(1) http:// x", "javascript:alert(1) http:// x\n");
        check("<https://a.example>", &format!("&lt;{}&gt;\n", a("https://a.example")));
        check(
            "https://a.example/\"onclick=x",
            &format!("{}&quot;onclick=x\n", a("https://a.example/")),
        );
    }

    #[test]
    fn hostile_text_stays_text() {
        check("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;\n");
        check("> was said", "<span class=\"q\">&gt; was said</span>");
    }
}
