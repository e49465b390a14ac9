//! Message to facts and views: what an examination sees, what the portal shows, what a delivered
//! copy changes.
//!
//! - [`extract`] decodes every part, normalises its text once and fills
//!   [`engine::facts::Content`].
//! - [`reading`] is a message as a person reads it, its HTML cleaned; [`attachment`] is one of its
//!   files.
//! - [`edits::for_delivery`] gives the changes that effects make to a delivered copy.
//!
//! # Trust
//!
//! Every octet is hostile. Nothing here fails on input: what cannot be read is flagged, and the
//! rest stands. Time and memory are linear in the size of the message within [`Limits`].
//!
//! # Current limitations
//!
//! Text is read from text of any label, HTML, XML, calendars and cards, PDF, RTF, office documents
//! (docx, xlsx, pptx, odt, ods, odp, doc, xls, ppt), messages nested, of Outlook (msg), in MHTML and
//! in mailbox files, uuencoded files and base64, and from what zip, gzip, bzip2, xz, Zstandard, tar,
//! 7z and TNEF hold. A RAR is listed and told as unreadable; so are Deflate64, `PPMd` and BCJ2 inside
//! of zip and 7z, other archives, other documents, a page with a script, and every part of which no
//! text was read, pictures, sound and films apart.
//! No page is laid out: text stands in the order of the file, not in that of the screen.
//! The message inside an opaque S/MIME signature is examined, but [`reading`] shows it as a file.
#![forbid(unsafe_code)]

pub mod edits;
pub mod limits;

mod archive;
mod attachment;
mod budget;
mod card;
mod charset;
mod cms;
mod document;
mod encoded;
mod extract;
mod formula;
mod header;
mod html;
mod kind;
mod leaf;
mod media;
mod place;
mod reading;
mod remark;
mod rendered;
mod report;
mod turned;
mod types;
mod unannounced;
mod unread;
mod walk;
mod wide;
mod yenc;

#[cfg(test)]
mod tests;

pub use attachment::{DecodedAttachment, attachment};
pub use extract::{Extract, extract, extract_to_decide};
pub use html::with_picture_urls;
pub use reading::{AttachmentEntry, Person, Picture, Reading, reading};
pub use report::PartReport;
pub use wire::mime::Limits;
