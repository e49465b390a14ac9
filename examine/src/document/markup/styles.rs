//! Styles that hide text, told by name over all members of a document.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;
use quick_xml::events::BytesStart;

use super::{Tag, attribute, tags};

/// How many styles a style may be based on, one on the other.
const BASES_MAX: usize = 20;

/// Names of styles whose text is not shown.
pub(crate) type HiddenStyles = BTreeSet<String>;

/// Adds the styles that hide text in one member. `bases` gathers which style is based on which.
pub(crate) fn gather(xml: &str, hidden: &mut HiddenStyles, bases: &mut BTreeMap<String, String>) {
    let hides = |words: &[u8]| memmem::find(xml.as_bytes(), words).is_some();
    if !hides(b"vanish") && !hides(b"webHidden") && !hides(b"display") {
        return;
    }
    let mut style = None;
    for tag in tags(xml) {
        if let Tag::Start(start) = tag {
            element(&start, &mut style, hidden, bases);
        }
    }
}

fn element(
    start: &BytesStart<'_>,
    style: &mut Option<String>,
    hidden: &mut HiddenStyles,
    bases: &mut BTreeMap<String, String>,
) {
    match start.local_name().as_ref() {
        "style" => {
            *style = attribute(start, "styleId").or_else(|| attribute(start, "name"));
            let base = attribute(start, "parent-style-name");
            if let (Some(style), Some(base)) = (style.clone(), base) {
                bases.insert(style, base);
            }
        }
        "basedOn" => {
            if let (Some(style), Some(base)) = (style.clone(), attribute(start, "val")) {
                bases.insert(style, base);
            }
        }
        "vanish" | "webHidden" => hidden.extend(style.clone()),
        "text-properties" if attribute(start, "display").as_deref() == Some("none") => {
            hidden.extend(style.clone());
        }
        _ => {}
    }
}

/// Adds the styles that are based on one that hides.
pub(crate) fn inherit(hidden: &mut HiddenStyles, bases: &BTreeMap<String, String>) {
    if hidden.is_empty() {
        return;
    }
    let mut inheriting = Vec::new();
    for style in bases.keys() {
        let mut at = style;
        for _ in 0..BASES_MAX {
            match bases.get(at) {
                Some(base) if hidden.contains(base) => {
                    inheriting.push(style.clone());
                    break;
                }
                Some(base) => at = base,
                None => break,
            }
        }
    }
    hidden.extend(inheriting);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_hides_by_itself_or_by_its_base() {
        let xml = "<w:styles><w:style w:styleId='A'><w:rPr><w:vanish/></w:rPr></w:style>\
                   <w:style w:styleId='B'><w:basedOn w:val='A'/></w:style>\
                   <w:style w:styleId='C'><w:basedOn w:val='D'/></w:style></w:styles>";
        let (mut hidden, mut bases) = Default::default();
        gather(xml, &mut hidden, &mut bases);
        inherit(&mut hidden, &bases);
        assert_eq!(hidden.iter().map(String::as_str).collect::<Vec<_>>(), ["A", "B"]);
    }
}
