//! Bounds of examination beside those of the scanner, [`wire::mime::limits`].

/// Octets of normalised text of one message. Compatibility forms can grow a text elevenfold.
pub const TEXT_OCTETS_MAX: usize = 64 * 1024 * 1024;

/// Attributes of one HTML tag that are looked at; those behind show nothing.
pub const TAG_ATTRIBUTES_MAX: usize = 64;

/// Work that an HTML tree may cost before the cleaned view is left out: the sum, over all tags, of
/// the elements open at that place. The largest newsletters reach some hundred thousand.
pub const HTML_TREE_COST_MAX: usize = 8_000_000;

/// Tags that the cleaned view takes.
pub const HTML_TAGS_MAX: usize = 40_000;

/// Pieces of content that stand in a table but in no cell of it: a tree builder moves each out of
/// the table, looking through all its siblings.
pub const HTML_MISPLACED_MAX: usize = 1_000;

/// Work that writing the cleaned view may cost, octets looked at: a writer looks through the rest
/// of a text at every character that it escapes.
pub const HTML_WRITE_COST_MAX: usize = 2_000_000_000;

/// Octets of HTML that the cleaned view takes.
pub const HTML_OCTETS_MAX: usize = 4 * 1024 * 1024;

/// Octets of a page that is read in several ways: what a style sheet hides, and what another program
/// shows. Each way costs as much again.
pub const HTML_READINGS_OCTETS_MAX: usize = 8 * 1024 * 1024;

/// Pages that stand in the attributes of one another.
pub const HTML_NESTED_MAX: usize = 8;

/// Open elements that are looked through for the one that an end tag ends, where words are joined
/// that blocks break.
pub const HTML_OPEN_LOOK_MAX: usize = 32;

/// Octets at the start of a body that its real kind is told from.
pub const SNIFFED_OCTETS: usize = 4096;

/// Octets that one archive may unpack to whatever its ratio is; [`wire::mime::Limits::ratio`]
/// counts from here on.
pub const RATIO_FREE_OCTETS: u64 = 16 * 1024 * 1024;

/// Octets that are taken from a decoder at a time.
pub const UNPACKED_CHUNK_OCTETS: usize = 16 * 1024;

/// Octets of the window that a decoder keeps: as `xz -9` has it; larger ones are over the limit
/// before anything is allocated.
pub const WINDOW_OCTETS_MAX: u32 = 64 * 1024 * 1024;

/// Decoders of compressed streams that one message may need: parallel compressors write a stream for
/// each megabyte or so, and each makes its decoder, with large tables, anew.
pub const DECODERS_MAX: usize = 1_000;

/// Pieces of an xz that are read whatever their length is.
pub const XZ_PIECES_FREE: usize = 10_000;

/// Octets that the pieces of an xz behind those have on average; where zeros are packed, they have
/// some fifty.
pub const XZ_PIECE_OCTETS_MIN: usize = 24;

/// Octets of the name of a file in an archive; no system keeps longer ones, and headers that stand in
/// one another can give each file the same long name.
pub const MEMBER_NAME_OCTETS_MAX: usize = 1_024;

/// Octets of the header of a 7z, unpacked.
pub const SEVEN_ZIP_HEADER_OCTETS_MAX: u64 = 16 * 1024 * 1024;

/// Characters that the path of a part shows of a member's name.
pub const PATH_NAME_CHARACTERS_MAX: usize = 60;

/// Elements that may be open in one XML file of a document; the deepest tables in tables in text
/// boxes have some hundred.
pub const MARKUP_DEPTH_MAX: usize = 1_000;

/// Pieces of formats that all numbers of a workbook are set into: a million cells with long formats
/// have some ten times as many.
pub const FORMAT_WORK_MAX: usize = 50_000_000;

/// Groups that may be open in RTF; programs write some dozens.
pub const RTF_GROUPS_MAX: usize = 10_000;

/// Fonts of RTF whose charset counts.
pub const RTF_FONTS_MAX: usize = 4_096;

/// Arrays and dictionaries that stand in each other in a PDF.
pub const PDF_DEPTH_MAX: usize = 100;

/// Filters of one stream of a PDF; programs write two at most.
pub const PDF_FILTERS_MAX: usize = 8;

/// References that lead from one to the next in a PDF.
pub const PDF_REFERENCES_MAX: usize = 16;

/// Values of all objects of a PDF: a book of a thousand pages has some hundred thousand.
pub const PDF_VALUES_MAX: usize = 3_000_000;

/// How often each octet of a PDF is parsed at most, on average: objects can stand in each other.
pub const PDF_WORK_PER_OCTET: usize = 4;

/// Entries of a map from codes to characters in a PDF: a font has at most 65,536 glyphs.
pub const PDF_MAP_ENTRIES_MAX: usize = 200_000;

/// Entries of all maps, encodings and lists of widths of the fonts of all PDFs of a message: several
/// fonts can share one list, and each has its own copy.
pub const PDF_FONT_ENTRIES_MAX: usize = 1_000_000;

/// Settings of the codes of one font of a PDF: it has 256 codes, and each may have its number before.
pub const PDF_DIFFERENCES_MAX: usize = 512;

/// Operands of one operator in a PDF's content.
pub const PDF_OPERANDS_MAX: usize = 64;

/// Graphics states that may be saved at a time; ISO 32000-1 annex C names 28.
pub const PDF_STATES_MAX: usize = 1_000;

/// Pieces of text of one page of a PDF.
pub const PDF_CHUNKS_MAX: usize = 500_000;

/// Octets of content that are read of all PDFs of a message, those that several pages share counted
/// each time.
pub const PDF_CONTENT_OCTETS_MAX: usize = 128 * 1024 * 1024;

/// Forms that draw each other in a PDF.
pub const PDF_FORMS_DEPTH_MAX: usize = 32;

/// What drawing a form costs beside its octets, in octets of content: small ones draw each other
/// more often than anybody counts.
pub const PDF_FORM_COST: usize = 128;

/// Tables of places of a PDF: each saving adds one.
pub const PDF_TABLES_MAX: usize = 1_000;

/// Values in one operand of a PDF's content, such as the texts of a line with the moves between.
pub const PDF_OPERAND_VALUES_MAX: usize = 200_000;

/// Names that all resources of all PDFs of a message give, those that several pages share counted
/// each time.
pub const PDF_NAMES_MAX: usize = 2_000_000;

/// Nodes over a page of a PDF that resources are inherited from.
pub const PDF_PARENTS_MAX: usize = 50;

/// Storages and streams of a compound file; a message with a hundred attachments has some thousand.
pub const COMPOUND_ENTRIES_MAX: usize = 20_000;

/// Stretches of hidden or changed text of one document of Word.
pub const WORD_RUNS_MAX: usize = 500_000;

/// Octets of a stream of Ogg in which its comments are looked for: they stand before the sound.
pub const OGG_OCTETS_MAX: usize = 16 * 1024 * 1024;

/// Texts of one picture or recording.
pub const PICTURE_TEXTS_MAX: usize = 1_000;
