//! One part: what its header says of it, and where it stands.

use std::ops::Range;

use super::{
    flag::{Flag, note},
    header::Header,
    limits::Limits,
    line::unfold,
    parameter::{self, Parameter, Valued},
    transfer::Encoding,
};

/// A part of a message. The flat list holds every part, those of nested messages too.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// Index of the part that holds it; none for the message itself.
    pub parent: Option<usize>,
    /// 1-based place among the children of its parent; 0 for the message itself.
    pub ordinal: usize,
    /// 0 for the message itself.
    pub depth: usize,
    /// Its header.
    pub header: Header,
    /// Its body as it stands, of the whole message; for a multipart from preamble to epilogue.
    pub body: Range<usize>,
    /// The type its readers take.
    pub content_type: ContentType,
    /// The transfer encoding.
    pub encoding: Encoding,
    /// `Content-Disposition`.
    pub disposition: Disposition,
    /// `Content-ID` without its angle brackets; empty without one.
    pub content_id: Vec<u8>,
    /// The outermost `multipart/alternative` around it and in which of its branches it stands.
    pub alternative: Option<(usize, usize)>,
    /// Whether other parts stand in it.
    pub container: bool,
    /// The candidate boundaries, for a multipart.
    pub boundaries: Vec<Vec<u8>>,
    /// Text of a multipart outside its parts: preamble and epilogue, unless customary.
    pub outside: Vec<Range<usize>>,
    /// Remarks.
    pub flags: Vec<Flag>,
}

/// `Content-Type`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ContentType {
    /// Main type, lower case, such as `text`.
    pub kind: String,
    /// Subtype, lower case.
    pub subtype: String,
    /// Whether the part says so itself; otherwise it is the default of its place.
    pub declared: bool,
    /// The parameters.
    pub field: Valued,
}

/// `Content-Disposition`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Disposition {
    /// Whether it says `attachment`, or a word that readers treat alike.
    pub attachment: bool,
    /// Whether the part has one.
    pub declared: bool,
    /// The parameters.
    pub field: Valued,
}

impl ContentType {
    /// Whether it is `kind/subtype`.
    #[must_use]
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind == kind && self.subtype == subtype
    }

    /// `kind/subtype`.
    #[must_use]
    pub fn essence(&self) -> String {
        format!("{}/{}", self.kind, self.subtype)
    }

    /// What a part without a usable type is.
    pub(super) fn default_in(digest: bool) -> Self {
        let (kind, subtype) = if digest { ("message", "rfc822") } else { ("text", "plain") };
        Self {
            kind: kind.to_owned(),
            subtype: subtype.to_owned(),
            declared: false,
            field: Valued::default(),
        }
    }

    /// Reads the header's type; several or malformed ones are flagged.
    pub(super) fn read(
        header: &Header,
        message: &[u8],
        limits: &Limits,
        digest: bool,
        flags: &mut Vec<Flag>,
    ) -> Self {
        let Some(value) = single(header, message, "content-type", flags) else {
            return Self::default_in(digest);
        };
        let field = parameter::parse(&unfold(value), limits, flags);
        let mut halves = field.value.splitn(2, '/');
        let pair = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let (kind, subtype) = match pair {
            (kind, subtype) if is_token(kind) && is_token(subtype) => {
                (kind.to_owned(), subtype.to_owned())
            }
            _ => {
                note(flags, Flag::TypeMalformed);
                let default = Self::default_in(digest);
                (default.kind, default.subtype)
            }
        };
        Self { kind, subtype, declared: true, field }
    }
}

impl Disposition {
    /// Reads the header's disposition.
    pub(super) fn read(
        header: &Header,
        message: &[u8],
        limits: &Limits,
        flags: &mut Vec<Flag>,
    ) -> Self {
        let Some(value) = single(header, message, "content-disposition", flags) else {
            return Self::default();
        };
        let field = parameter::parse(&unfold(value), limits, flags);
        // Readers treat a word they do not know as `attachment` (RFC 2183 section 2.8).
        let attachment = !matches!(field.value.as_str(), "inline" | "");
        Self { attachment, declared: true, field }
    }
}

impl Part {
    /// The file names that readers show: that of `Content-Disposition`, then that of
    /// `Content-Type`.
    pub fn names(&self) -> impl Iterator<Item = &Parameter> {
        let disposition = self.disposition.field.parameter("filename");
        let kind = self.content_type.field.parameter("name");
        disposition.into_iter().chain(kind)
    }

    /// Whether readers show its text in the message: plain or HTML, not marked as an attachment.
    #[must_use]
    pub fn is_shown_text(&self) -> bool {
        !self.container
            && self.content_type.kind == "text"
            && !self.disposition.attachment
            && matches!(self.content_type.subtype.as_str(), "plain" | "html")
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|o| o.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&o))
}

/// The first field of the name; a second one with another value is flagged.
pub(super) fn single<'m>(
    header: &Header,
    message: &'m [u8],
    name: &str,
    flags: &mut Vec<Flag>,
) -> Option<&'m [u8]> {
    let mut values = header.values(message, name);
    let first = values.next()?;
    if values.any(|other| other != first) {
        note(flags, Flag::DuplicateField);
    }
    Some(first)
}
