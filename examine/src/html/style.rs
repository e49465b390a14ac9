//! Style attributes: whether one hides, and which declarations may stand.

use super::joints::Layout;

/// Whether a style hides its element. Whitespace and case do not matter to it.
pub(crate) fn hides(style: &str) -> bool {
    let compact: String =
        style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    compact.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim_end_matches("!important");
        match property {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "mso-hide" => value == "all",
            "color" => value == "transparent",
            "font-size" | "opacity" | "max-height" | "max-width" | "line-height" => is_zero(value),
            _ => false,
        }
    })
}

/// Whether a style may put its element out of sight, which depends on what stands around it: out of
/// the page, in the colour of paper, or too small to be seen.
pub(super) fn may_hide(style: &str) -> bool {
    let compact: String =
        style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    compact.split(';').any(|declaration| {
        let Some((property, value)) = declaration.split_once(':') else { return false };
        let value = value.trim_end_matches("!important");
        let is_look = matches!(
            property,
            "color" | "display" | "font" | "font-size" | "opacity" | "visibility"
        );
        if is_look && CALCULATED.iter().any(|it| value.contains(it)) {
            return true;
        }
        match property {
            "position" => matches!(value, "absolute" | "fixed"),
            "color" => is_white(value),
            "text-indent" | "margin-left" | "margin-right" => value.starts_with('-'),
            "width" | "height" | "zoom" => is_zero(value),
            "font-size" => {
                number(value).is_some_and(|it| it <= TINY_MAX)
                    || share(value).is_some_and(|it| it <= SMALL_MAX)
            }
            "font" => {
                let size = value.split('/').next().unwrap_or_default();
                let size = size.trim_start_matches(|it: char| !it.is_ascii_digit() && it != '.');
                number(size).is_some_and(|it| it <= TINY_MAX)
            }
            "opacity" => number(value).is_some_and(|it| it <= FAINT_MAX),
            "clip" | "clip-path" | "transform" | "-webkit-text-fill-color" => value != "none",
            _ => false,
        }
    })
}

/// The size of letters that nobody sees, in points or pixels, and their share of a colour.
const TINY_MAX: f32 = 2.0;
const FAINT_MAX: f32 = 0.1;

/// The share of the letters around that nobody reads.
const SMALL_MAX: f32 = 0.2;

/// What begins a value that only a browser can tell.
const CALCULATED: [&str; 5] = ["calc(", "clamp(", "max(", "min(", "var("];

/// The share that a value is of what stands around it.
fn share(value: &str) -> Option<f32> {
    let end = value.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    let number: f32 = number.parse().ok()?;
    match unit {
        "em" | "rem" => Some(number),
        "%" => Some(number / 100.0),
        _ => None,
    }
}

/// Whether the colour is white, or nearly.
fn is_white(value: &str) -> bool {
    let is_high = |it: u8| matches!(it, b'e' | b'f');
    match value.strip_prefix('#').map(str::as_bytes) {
        Some([red, green, blue] | [red, _, green, _, blue, _]) => {
            [red, green, blue].into_iter().all(|it| is_high(*it))
        }
        Some(_) => false,
        None => {
            let parts = value.split_once('(').map(|it| it.1).unwrap_or_default();
            let mut parts = parts.split([',', ')']).take(3);
            value == "white"
                || (value.starts_with("rgb")
                    && parts.all(|it| number(it).is_some_and(|it| 224.0 <= it)))
        }
    }
}

/// The number that a value is, without its unit; none for a share of another.
fn number(value: &str) -> Option<f32> {
    let end = value.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    number.parse().ok().filter(|_| matches!(unit, "" | "px" | "pt"))
}

/// Whether a style sets a block on the line that it stands in.
pub(super) fn is_inline(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let value =
            declaration.split_once(':').filter(|it| it.0.trim().eq_ignore_ascii_case("display"));
        value.is_some_and(|it| {
            let value = it.1.trim().to_ascii_lowercase();
            ["inline", "contents", "table-cell", "ruby"].iter().any(|it| value.starts_with(it))
        })
    })
}

/// What a style says of the place of its element.
pub(super) fn layout(style: &str) -> Layout {
    let mut layout = Layout::default();
    if style.is_empty() {
        return layout;
    }
    let compact: String =
        style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
    for declaration in compact.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.trim_end_matches("!important");
        match property {
            "float" => {
                layout.beside |= matches!(value, "left" | "right" | "inline-start" | "inline-end");
                // The next that floats to the right stands on its left.
                layout.moved |= matches!(value, "right" | "inline-end");
            }
            "display" => {
                layout.beside |= value.starts_with("inline-") || value == "table-cell";
                layout.row |= value.contains("flex") || value.contains("grid");
            }
            "order" | "grid-area" | "grid-column" | "grid-column-start" | "grid-row"
            | "grid-row-start" => layout.ordered |= !matches!(value, "0" | "auto"),
            "left" | "right" => layout.moved |= !is_zero(value) && value != "auto",
            "margin-left" | "margin-right" => layout.moved |= value.starts_with('-'),
            "translate" => layout.moved = true,
            "transform" => layout.moved |= value.contains("translate"),
            "direction" => layout.turned |= value == "rtl",
            "padding" => layout.tight |= is_zero(value),
            _ => {}
        }
    }
    layout
}

/// Whether a style takes its element off the line that it stands in.
pub(super) fn floats(style: &str) -> bool {
    style.contains("float") && layout(style).beside
}

/// Whether a style turns text or its order around.
pub(super) fn overrides(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    (lower.contains("unicode-bidi") && lower.contains("override"))
        || (lower.contains("flex") && lower.contains("reverse"))
}

fn is_zero(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    !number.is_empty() && number.parse::<f32>().is_ok_and(|number| number == 0.0)
}

/// Properties that may stand: they lay out and colour text, and none of them loads, moves out of
/// its box or covers another.
pub(crate) const PROPERTIES: [&str; 58] = [
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "color",
    "direction",
    "display",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
];

/// Keeps the declarations of a style that cannot load or escape; none when it is malformed.
/// Unknown properties are left to the property filter that follows.
pub(crate) fn harmless(style: &str) -> Option<String> {
    if style.contains(['\\', '@', '{', '}', '<']) || style.contains("/*") {
        return None;
    }
    let mut kept = Vec::new();
    for declaration in declarations(style)? {
        let lower = declaration.to_ascii_lowercase();
        let Some((property, value)) = lower.split_once(':') else { continue };
        let moves = matches!(property.trim(), "text-indent" | "letter-spacing")
            || property.trim().starts_with("margin");
        let calls = value.contains('(') && !is_colour_call(value);
        if !(calls || moves && value.contains('-')) {
            kept.push(declaration.trim());
        }
    }
    (!kept.is_empty()).then(|| kept.join("; "))
}

/// Whether the only functions called give colours.
fn is_colour_call(value: &str) -> bool {
    value.split('(').rev().skip(1).all(|before| {
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        matches!(name, "rgb" | "rgba" | "hsl" | "hsla")
    })
}

/// Splits at semicolons outside of quotes and brackets; none when those do not close.
fn declarations(style: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let (mut from, mut depth, mut quote) = (0, 0_usize, None);
    for (at, character) in style.char_indices() {
        match (character, quote) {
            (character, Some(open)) if character == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(character),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.checked_sub(1)?,
            (';', None) if depth == 0 => {
                found.push(style.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(style.get(from..).unwrap_or_default());
    (depth == 0 && quote.is_none()).then_some(found)
}

/// How many remote pictures a style asks for.
pub(crate) fn remote_urls(style: &str) -> u32 {
    let lower = style.to_ascii_lowercase();
    let urls = lower.split("url(").skip(1).filter(|rest| {
        let rest = rest.trim_start_matches([' ', '"', '\'']);
        rest.starts_with("http") || rest.starts_with("//")
    });
    u32::try_from(urls.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides() {
        for style in [
            "display:none",
            "DISPLAY : None !important",
            "color:red;font-size:0px",
            "opacity:0.0",
            "mso-hide:all",
        ] {
            assert!(hides(style), "{style}");
        }
        for style in [
            "position: ABSOLUTE",
            "color:#FFF",
            "color:#fefefe!important",
            "color:rgb(255, 250,255)",
            "font-size:1px",
            "opacity:.05",
            "width:0px",
            "font:0/0 a",
            "font-size:.1em",
            "font-size:calc(1px - 1px)",
            "text-indent:-9999px",
        ] {
            assert!(may_hide(style), "{style}");
        }
        for style in ["color:#333", "font-size:1em", "font-size:12px", "opacity:.9", "width:100%"] {
            assert!(!may_hide(style), "{style}");
        }
        for style in ["display:block", "font-size:0.5em", "opacity:.9", "max-height:10px", ""] {
            assert!(!hides(style), "{style}");
        }
    }

    #[test]
    fn what_may_stand() {
        for (style, kept) in [
            ("color: red; background: url(http://x)", Some("color: red")),
            ("color: rgb(1, 2, 3)", Some("color: rgb(1, 2, 3)")),
            ("margin-left: -9999px; color: blue", Some("color: blue")),
            ("c\\6flor: red", None),
            ("color: red; width: expression(alert(1))", Some("color: red")),
            ("font-family: \"a;b\", serif", Some("font-family: \"a;b\", serif")),
            ("color: url('", None),
        ] {
            assert_eq!(harmless(style).as_deref(), kept, "{style}");
        }
    }
}
