//! Remarks on a part, those of the scanner and those of examination, in one form.

use wire::mime::{Class, Flag};

/// A remark: what follows from it, and the words for the trace.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Remark {
    pub(crate) class: Class,
    pub(crate) words: &'static str,
}

impl From<Flag> for Remark {
    fn from(flag: Flag) -> Self {
        Self { class: flag.class(), words: flag.words() }
    }
}

impl Remark {
    const fn of(class: Class, words: &'static str) -> Self {
        Self { class, words }
    }
}

pub(crate) const ARCHIVE_DAMAGED: Remark = Remark::of(Class::Unreadable, "damaged archive");
pub(crate) const ARCHIVE_DUPLICATE: Remark =
    Remark::of(Class::Ambiguous, "archive with two files of one name");
pub(crate) const ARCHIVE_FOREIGN_METHOD: Remark =
    Remark::of(Class::Unreadable, "packed in a way that is not read");
pub(crate) const ARCHIVE_MEMBERS_OVER_LIMIT: Remark =
    Remark::of(Class::OverLimit, "too many files in archives");
pub(crate) const ARCHIVE_NAME_OVER_LIMIT: Remark =
    Remark::of(Class::OverLimit, "file name too long in an archive");
pub(crate) const ARCHIVE_OVER_LIMIT: Remark =
    Remark::of(Class::OverLimit, "archive that unpacks to too much");
pub(crate) const ARCHIVE_SEVERAL: Remark =
    Remark::of(Class::Ambiguous, "file that is of two formats at once");
pub(crate) const ARCHIVE_TRAILING: Remark =
    Remark::of(Class::Ambiguous, "octets behind the end of an archive");
pub(crate) const BINARY_IN_TEXT: Remark =
    Remark::of(Class::Unreadable, "text with octets that are no text");
pub(crate) const CHARSET_GUESSED: Remark = Remark::of(Class::Note, "charset guessed");
pub(crate) const CHARSET_LIES: Remark = Remark::of(Class::Ambiguous, "text is not in its charset");
pub(crate) const CHARSET_UNKNOWN: Remark = Remark::of(Class::Ambiguous, "unknown charset");
pub(crate) const CHARSET_UNMARKED: Remark =
    Remark::of(Class::Ambiguous, "UTF-16 or UTF-32 without label or mark");
pub(crate) const DOCUMENT_ALTERNATIVES: Remark =
    Remark::of(Class::Ambiguous, "document that programs show in different ways");
pub(crate) const DOCUMENT_DAMAGED: Remark =
    Remark::of(Class::Unreadable, "damaged document, of which not all is read");
pub(crate) const DOCUMENT_DEEP: Remark = Remark::of(Class::OverLimit, "document nested too deep");
pub(crate) const DOCUMENT_ENTITIES: Remark =
    Remark::of(Class::Unreadable, "document with entities of its own");
pub(crate) const DOCUMENT_FIELDS: Remark =
    Remark::of(Class::Ambiguous, "document with fields that draw text");
pub(crate) const DOCUMENT_OF_PICTURES: Remark =
    Remark::of(Class::Unreadable, "document with a page of pictures or drawings alone");
pub(crate) const DOCUMENT_SEVERAL: Remark =
    Remark::of(Class::Ambiguous, "document that says two things in one place");
pub(crate) const DOCUMENT_UNMAPPED: Remark =
    Remark::of(Class::Unreadable, "document with a font that does not tell its characters");
pub(crate) const ENCODED_MESSAGE: Remark =
    Remark::of(Class::Note, "nested message with a transfer encoding");
pub(crate) const ENCRYPTED_ARCHIVE: Remark = Remark::of(Class::Unreadable, "encrypted archive");
pub(crate) const ENCRYPTED_DOCUMENT: Remark = Remark::of(Class::Unreadable, "encrypted document");
pub(crate) const ENCRYPTED_PGP: Remark = Remark::of(Class::Unreadable, "encrypted with PGP");
pub(crate) const ENCRYPTED_SMIME: Remark = Remark::of(Class::Unreadable, "encrypted with S/MIME");
pub(crate) const FROM_ODD: Remark =
    Remark::of(Class::Ambiguous, "From address with characters that are not shown");
pub(crate) const FROM_UNQUALIFIED: Remark = Remark::of(Class::Note, "From without a domain");
pub(crate) const FROM_UNREADABLE: Remark = Remark::of(Class::Ambiguous, "unreadable From address");
pub(crate) const HIDDEN_TEXT: Remark = Remark::of(Class::Note, "hidden text");
pub(crate) const NAMES_DIFFER: Remark =
    Remark::of(Class::Ambiguous, "two different names for one file in an archive");
pub(crate) const OPAQUE_SIGNED: Remark =
    Remark::of(Class::Unreadable, "unreadable S/MIME signature");
pub(crate) const PAGE_OVERRIDES: Remark =
    Remark::of(Class::Ambiguous, "HTML whose style turns text around");
pub(crate) const PAGE_SCRIPTED: Remark =
    Remark::of(Class::Unreadable, "page with a script, which may write its text");
pub(crate) const PAGE_STYLED: Remark = Remark::of(Class::Ambiguous, "HTML whose style writes text");
pub(crate) const SHEET_FORMATS: Remark =
    Remark::of(Class::Ambiguous, "sheet whose formats of numbers write text");
pub(crate) const SHEET_UNCOMPUTED: Remark =
    Remark::of(Class::Unreadable, "sheet with a formula whose result is not in it");
pub(crate) const SIGNED_WRAPPING: Remark = Remark::of(Class::Note, "opaque S/MIME signature");
pub(crate) const TEXT_REVERSED: Remark =
    Remark::of(Class::Ambiguous, "text that is shown from the right to the left");
pub(crate) const TEXT_OVER_LIMIT: Remark = Remark::of(Class::OverLimit, "too much text");
pub(crate) const DECODED_OVER_LIMIT: Remark = Remark::of(Class::OverLimit, "decoded size");
pub(crate) const TAG_FOREIGN: Remark =
    Remark::of(Class::Ambiguous, "HTML that a drawing makes read in two ways");
pub(crate) const TAG_OVERFULL: Remark =
    Remark::of(Class::Note, "HTML tag with too many attributes");
pub(crate) const TAG_UNCLOSED: Remark =
    Remark::of(Class::Ambiguous, "HTML tag or comment without end");
pub(crate) const TAR_CONTRADICTS: Remark =
    Remark::of(Class::Ambiguous, "tar that gives two sizes for one file");
pub(crate) const PARTS_UNANNOUNCED: Remark =
    Remark::of(Class::Ambiguous, "parts in a text that has none");
pub(crate) const UNREAD_ARCHIVE: Remark =
    Remark::of(Class::Unreadable, "archive, which is not opened");
pub(crate) const UNREAD_DOCUMENT: Remark =
    Remark::of(Class::Unreadable, "document of a kind that is not read");
pub(crate) const UNREAD_FILE: Remark =
    Remark::of(Class::Unreadable, "file of a kind that is not read");
pub(crate) const WORD_DAMAGED: Remark = Remark::of(Class::Ambiguous, "damaged encoded word");
pub(crate) const YENCODED: Remark = Remark::of(Class::Note, "file in yEnc in the text");
pub(crate) const ZIP_CONTRADICTS: Remark =
    Remark::of(Class::Ambiguous, "zip whose directory and files do not agree");
pub(crate) const ZIP_GAP: Remark =
    Remark::of(Class::Ambiguous, "zip with octets that belong to none of its files");
pub(crate) const ZIP_HIDDEN: Remark =
    Remark::of(Class::Ambiguous, "zip with a file that its directory does not name");
pub(crate) const ZIP_OVERLAP: Remark = Remark::of(Class::Ambiguous, "zip whose files overlap");
pub(crate) const ZIP_PREFIXED: Remark = Remark::of(Class::Ambiguous, "zip behind other octets");
pub(crate) const ZIP_SEVERAL_ENDS: Remark =
    Remark::of(Class::Ambiguous, "zip with more than one directory");
