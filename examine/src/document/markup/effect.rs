//! What elements of office documents do to the text in them, by their local name.
//!
//! Namespaces are not looked at: a document gives its prefixes as it likes, and an element of
//! another vocabulary that has the same name is at worst text too much.

/// What an element does to the text in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// Several readings of one thing, of which a program shows one.
    Alternatives,
    /// Text that stands beside the text around it: a text box, a note, a comment.
    Aside,
    /// A file in base64.
    Binary,
    /// A cell of a sheet, whose value may stand in the shared strings.
    Cell,
    /// Text that is deleted, with the change recorded.
    Deleted,
    /// A field code, which stands in pieces.
    Field,
    /// A formula.
    Formula,
    /// The reading for programs that do not know the other one.
    Fallback,
    /// Text that no page shows in its place: readings above characters, recorded deletions.
    Hidden,
    Inline,
    /// Text that is inserted, with the change recorded.
    Inserted,
    Paragraph,
    /// Properties of a run.
    Properties,
    Row,
    /// Characters of one look.
    Run,
    /// A shared string.
    Shared,
    /// Content of no words: measures and positions.
    Skipped,
    /// A cell of a table.
    TableCell,
    /// The element that holds characters.
    Text,
    /// The value of a cell.
    Value,
}

/// The effect of an element.
pub(super) fn effect(name: &str) -> Effect {
    match name {
        "AlternateContent" => Effect::Alternatives,
        "Fallback" => Effect::Fallback,
        "annotation" | "comment" | "cm" | "desc" | "endnote" | "footnote" | "note" | "text-box"
        | "textbox" | "title" | "txbx" | "txbxContent" | "txBody" | "frame" => Effect::Aside,
        "binData" | "binary-data" | "binaryData" => Effect::Binary,
        "c" => Effect::Cell,
        "del" | "moveFrom" => Effect::Deleted,
        "ins" | "moveTo" => Effect::Inserted,
        "delInstrText" | "instrText" => Effect::Field,
        "f" => Effect::Formula,
        "rPh" | "rt" | "ruby-text" | "tracked-changes" => Effect::Hidden,
        "h" | "p" => Effect::Paragraph,
        "rPr" => Effect::Properties,
        "r" => Effect::Run,
        "row" | "table-row" | "tr" => Effect::Row,
        "si" => Effect::Shared,
        "align" | "pctHeight" | "pctWidth" | "posOffset" | "tabs" => Effect::Skipped,
        "table-cell" | "covered-table-cell" | "tc" => Effect::TableCell,
        "delText" | "t" => Effect::Text,
        "v" => Effect::Value,
        _ => Effect::Inline,
    }
}

/// Attributes that hold words wherever they stand.
const WORDY: [&str; 27] = [
    "Target",
    "alias",
    "alt",
    "altText",
    "author",
    "descr",
    "display",
    "displayName",
    "displayText",
    "error",
    "errorTitle",
    "formatCode",
    "formula",
    "href",
    "initials",
    "instr",
    "lastEditedBy",
    "placeholder",
    "prompt",
    "promptTitle",
    "screenTip",
    "string",
    "string-value",
    "title",
    "tooltip",
    "uniqueName",
    "userName",
];

/// Elements whose `val`, `v` or `name` holds words.
const WORDY_ELEMENTS: [(&str, &str); 30] = [
    ("alias", "val"),
    ("bookmark", "name"),
    ("cacheField", "name"),
    ("category", "val"),
    ("customFilter", "val"),
    ("d", "v"),
    ("default", "val"),
    ("definedName", "name"),
    ("docVar", "name"),
    ("docVar", "val"),
    ("filter", "val"),
    ("helpText", "val"),
    ("listEntry", "val"),
    ("listItem", "value"),
    ("lvlText", "val"),
    ("n", "v"),
    ("property", "name"),
    ("result", "val"),
    ("s", "v"),
    ("section", "name"),
    ("sheet", "name"),
    ("sheetName", "val"),
    ("statusText", "val"),
    ("table", "name"),
    ("tableColumn", "name"),
    ("tag", "val"),
    ("user-defined", "name"),
    ("list-level-style-number", "num-prefix"),
    ("list-level-style-number", "num-suffix"),
    ("list-level-style-bullet", "bullet-char"),
];

/// Whether an attribute holds words that some program shows.
pub(super) fn is_wordy(element: &str, attribute: &str) -> bool {
    WORDY.contains(&attribute) || WORDY_ELEMENTS.contains(&(element, attribute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_and_attributes() {
        assert_eq!(effect("p"), Effect::Paragraph);
        assert_eq!(effect("anything"), Effect::Inline);
        assert!(is_wordy("docPr", "descr") && is_wordy("sheet", "name"));
        assert!(!is_wordy("cNvPr", "name"));
    }
}
