//! Controls and fields that show something else than what is stored in them.

use quick_xml::events::BytesStart;

use super::{super::attribute, Walker};
use crate::{document::flow::Standing, remark::DOCUMENT_FIELDS};

/// The controls that are open.
#[derive(Debug, Default)]
pub(super) struct Controls {
    /// The path of the data that the next content shows.
    path: Option<String>,
    open: Vec<Control>,
}

/// A control that shows data.
#[derive(Debug)]
struct Control {
    path: String,
    /// How many elements its content stands in, and where its text begins: that which has ended,
    /// and that of the paragraph.
    depth: usize,
    shown: usize,
    level: usize,
    start: usize,
}

impl Walker<'_> {
    /// Takes what an element tells of a control.
    pub(super) fn control(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "sdtPr" => self.controls.path = None,
            "dataBinding" => {
                self.controls.path = Some(attribute(start, "xpath").unwrap_or_default());
            }
            // Data of these are written in another way than they are shown.
            "comboBox" | "date" | "dropDownList" | "picture" => self.controls.path = None,
            "sdtContent" => {
                let Some(path) = self.controls.path.take() else { return };
                let shown = self.target().len();
                self.controls.open.push(Control {
                    path,
                    depth: self.frames.len(),
                    shown,
                    level: self.levels.len(),
                    start: self.levels.last().map_or(0, |it| it.flow.text().len()),
                });
            }
            _ => {}
        }
    }

    /// Ends a control, where its content has ended: whether its data are something else.
    pub(super) fn close_control(&mut self) {
        let depth = self.frames.len();
        let Some(control) = self.controls.open.pop_if(|it| depth <= it.depth) else { return };
        let ended = self.target().get(control.shown..).unwrap_or_default().to_owned();
        let flow = self.levels.last().filter(|_| self.levels.len() == control.level);
        let open = flow.and_then(|it| it.flow.text().get(control.start..)).unwrap_or_default();
        if self.shared.bound.differs(&control.path, &format!("{ended}{open}")) {
            self.out.remarks.push(DOCUMENT_FIELDS);
        }
    }

    /// A field that shows its declared value, whatever stands in it.
    pub(super) fn replace(&mut self, start: &BytesStart<'_>) {
        let value = attribute(start, "name").and_then(|it| self.declared.get(&it));
        if let Some((value, level)) = value.zip(self.levels.last_mut()) {
            level.flow.push(value, Standing::Choice);
        }
        self.fallbacks += 1;
    }

    /// A field of the whole document, and its value.
    pub(super) fn declare(&mut self, start: &BytesStart<'_>) {
        let value = attribute(start, "string-value").or_else(|| attribute(start, "value"));
        self.declared.extend(attribute(start, "name").zip(value));
    }
}
