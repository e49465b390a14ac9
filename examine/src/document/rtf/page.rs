//! A page of HTML that a mail program turned into RTF, with its markup kept beside the text.
//!
//! # Source
//!
//! MS-OXRTFEX sections 2.1.3 and 3.1.

use super::destination::Destination;
use crate::{
    html::{Page, page},
    remark::{PAGE_SCRIPTED, Remark},
};

/// The page, as far as it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Encapsulated {
    html: String,
}

impl Encapsulated {
    /// Adds text of a destination.
    pub(super) fn push(&mut self, text: &str, destination: Destination) {
        if matches!(destination, Destination::Markup | Destination::Shown) {
            self.html.push_str(text);
        }
    }

    /// Reads the page. It is the body of a message, in which no script runs.
    pub(super) fn page(self) -> Page {
        let mut page = page(&self.html);
        page.remarks.retain(|it: &Remark| *it != PAGE_SCRIPTED);
        page
    }
}
