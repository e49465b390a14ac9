//! One style attribute as declarations for a rule of ours.
//!
//! The worker lets through a list of properties; here it is only made sure that what it sends stays
//! one list of declarations, loads nothing, and does not lift anything out of its place.

/// The longest style, in octets.
const STYLE_OCTETS_MAX: usize = 4_096;
/// Characters besides letters and digits that plain declarations are made of.
const PLAIN: &str = " #%.,:;()!-_'\"/+*";
/// What loads, computes or moves, wherever it stands.
const REFUSED: [&str; 11] = [
    "/*",
    "behavior",
    "binding",
    "element(",
    "env(",
    "expression",
    "image",
    "position",
    "src(",
    "url",
    "var(",
];

/// The declarations, if they are plain.
pub(super) fn inert(style: &str) -> Option<String> {
    let style = style.trim().trim_end_matches(';');
    let is_plain = style.chars().all(|c| c.is_alphanumeric() || PLAIN.contains(c));
    let folded = style.to_ascii_lowercase();
    let is_refused = REFUSED.iter().any(|it| folded.contains(it));
    let fits = !style.is_empty() && style.len() <= STYLE_OCTETS_MAX;
    (fits && is_plain && !is_refused && is_balanced(style)).then(|| style.to_owned())
}

/// Whether every bracket and quote that begins in the style ends in it.
fn is_balanced(style: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    for c in style.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth = depth.saturating_add(1),
            (None, ')') => match depth.checked_sub(1) {
                Some(left) => depth = left,
                None => return false,
            },
            (None, _) => {}
        }
    }
    depth == 0 && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_declarations_stay() {
        for plain in [
            "color:#1a56b0",
            "font-family:\"Segoe UI\",sans-serif;font-size:11.0pt",
            "color:rgb(1, 2, 3);margin:0 -1em",
        ] {
            assert_eq!(inert(plain).as_deref(), Some(plain));
        }
        assert_eq!(inert(" color:red; ").as_deref(), Some("color:red"));
    }

    #[test]
    fn whatever_could_end_the_rule_or_load_is_refused() {
        for hostile in [
            "",
            "color:red}body{color:red",
            "</style><p>",
            "color:red;/*",
            "background:URL(//evil.example)",
            "background:\\75 rl(x)",
            "@import 'x'",
            "position:fixed",
            "color:rgb(1",
            "font-family:'x",
            "background:image-set('x')",
            "color:red;<!--",
        ] {
            assert_eq!(inert(hostile), None, "{hostile}");
        }
        assert_eq!(inert(&"color:red;".repeat(1000)), None);
    }
}
