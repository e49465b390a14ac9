//! What elements of office documents do to the text in them, by their local name.
//!
//! Which of the vocabularies of [`super::vocabulary`] an element is of is not looked at: an element
//! of another one that has the same name is at worst text too much.

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
    /// The reading for programs that know a newer form.
    Choice,
    /// Text that is deleted, with the change recorded.
    Deleted,
    /// A field code, which stands in pieces.
    Field,
    /// A format of numbers.
    Format,
    /// A formula.
    Formula,
    /// The reading for programs that do not know the other one.
    Fallback,
    /// A header or footer of a sheet, with its codes.
    Header,
    /// Text that no page shows in its place: readings above characters, recorded deletions.
    Hidden,
    Inline,
    /// Text that is inserted, with the change recorded.
    Inserted,
    Paragraph,
    /// Properties of a run.
    Properties,
    /// A field whose declared value is shown in its place.
    Replaced,
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
        "Choice" => Effect::Choice,
        "del" | "moveFrom" => Effect::Deleted,
        "ins" | "moveTo" => Effect::Inserted,
        "delInstrText" | "instrText" => Effect::Field,
        "f" => Effect::Formula,
        "formatCode" => Effect::Format,
        "user-field-get" => Effect::Replaced,
        "evenFooter" | "evenHeader" | "firstFooter" | "firstHeader" | "oddFooter" | "oddHeader" => {
            Effect::Header
        }
        "rPh" | "rt" | "ruby-text" | "tracked-changes" => Effect::Hidden,
        "Text" | "h" | "p" => Effect::Paragraph,
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
const WORDY: [&str; 17] = [
    "Target",
    "alt",
    "author",
    "descr",
    "display",
    "displayName",
    "error",
    "formatCode",
    "formula",
    "href",
    "initials",
    "instr",
    "lastEditedBy",
    "placeholder",
    "string",
    "uniqueName",
    "userName",
];

/// Ends of the names of attributes that hold words wherever they stand, in lower case.
const WORDY_ENDS: [&str; 15] = [
    "alias",
    "caption",
    "comment",
    "description",
    "keywords",
    "label",
    "message",
    "prompt",
    "subject",
    "text",
    "tip",
    "title",
    "-value",
    "-value-if-false",
    "-value-if-true",
];

/// Elements and the attributes of theirs that hold words.
const WORDY_ELEMENTS: [(&str, &str); 34] = [
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
    ("item", "val"),
    ("label", "value"),
    ("listEntry", "val"),
    ("listItem", "value"),
    ("list-level-style-bullet", "bullet-char"),
    ("lvlText", "val"),
    ("n", "v"),
    ("ocxPr", "value"),
    ("property", "name"),
    ("result", "val"),
    ("s", "v"),
    ("section", "name"),
    ("sheet", "name"),
    ("sheetName", "val"),
    ("slicer", "name"),
    ("statusText", "val"),
    ("table", "name"),
    ("table-cell", "value"),
    ("tableColumn", "name"),
    ("tag", "val"),
    ("toolTip", "val"),
    ("user-defined", "name"),
];

/// Whether an attribute holds words that some program shows.
pub(super) fn is_wordy(element: &str, attribute: &str) -> bool {
    let ends = |end: &&str| {
        let start = attribute.len().checked_sub(end.len());
        let tail = start.and_then(|it| attribute.get(it..));
        tail.is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    WORDY.contains(&attribute)
        || WORDY_ELEMENTS.contains(&(element, attribute))
        || WORDY_ENDS.iter().any(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_and_attributes() {
        assert_eq!(effect("p"), Effect::Paragraph);
        assert_eq!(effect("anything"), Effect::Inline);
        assert!(is_wordy("docPr", "descr") && is_wordy("sheet", "name"));
        assert!(is_wordy("pivotTableDefinition", "rowHeaderCaption") && is_wordy("x", "altText"));
        assert!(!is_wordy("cNvPr", "name"));
    }
}
