//! Classes of elements.

use super::{
    entity::decode_entities,
    lexer::{Attribute, attribute},
    sheet::plain,
    style::hides,
};

/// Elements without content and end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that stand on lines of their own, or in cells.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "button"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "frameset"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "select"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "textarea"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "xmp"
    )
}

/// Whether an element that is hidden has no box either, so that it parts nothing.
pub(super) fn has_no_box(name: &str, attributes: &[Attribute<'_>]) -> bool {
    let style = attribute(attributes, "style").map(decode_entities).unwrap_or_default();
    let style = plain(&style).to_ascii_lowercase();
    let is_gone = style
        .split(';')
        .filter_map(|it| it.split_once(':'))
        .any(|(property, value)| property.trim() == "display" && value.trim().starts_with("none"));
    let has = |name: &str| attribute(attributes, name).is_some();
    is_gone || name == "dialog" || has("hidden") || has("popover")
}

/// Whether an element hides what is in it.
pub(super) fn is_hidden(name: &str, attributes: &[Attribute<'_>]) -> bool {
    const ELEMENTS: [&str; 12] = [
        "annotation",
        "annotation-xml",
        "audio",
        "canvas",
        "datalist",
        "desc",
        "metadata",
        "object",
        "rp",
        "rt",
        "template",
        "video",
    ];
    let has = |name: &str| attribute(attributes, name).is_some();
    let is = |name: &str, values: &[&str]| {
        attribute(attributes, name).is_some_and(|it| values.contains(&it.trim()))
    };
    ELEMENTS.contains(&name)
        || (name == "dialog" && !has("open"))
        || has("hidden")
        || has("popover")
        // In a drawing attributes set looks.
        || is("display", &["none"])
        || is("visibility", &["hidden", "collapse"])
        || is("font-size", &["0", "0px"])
        || is("opacity", &["0"])
        || attribute(attributes, "style").is_some_and(|it| hides(&plain(&decode_entities(it))))
}
