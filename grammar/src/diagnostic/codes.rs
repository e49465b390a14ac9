//! The codes of this crate and their pages of the manual.

use super::code::{Code, Explained};

/// The first line is not `writ 1`.
pub const EDITION_MISSING: Code = Code::error(1);
/// The edition is one that this program does not know.
pub const EDITION_UNKNOWN: Code = Code::error(2);
/// A line that stands outside of any item and is none.
pub const ITEM_UNKNOWN: Code = Code::error(3);
/// A line whose first word the block does not have.
pub const LINE_UNKNOWN: Code = Code::error(4);
/// A line goes on in a way that its first word does not allow.
pub const LINE_MALFORMED: Code = Code::error(5);
/// A property that can be said once was said twice.
pub const LINE_TWICE: Code = Code::error(6);
/// A block without its opening or closing brace, or a brace without its block.
pub const BRACE: Code = Code::error(7);
/// A quoted text that is not closed, or with quotes that are not `"`.
pub const TEXT_UNCLOSED: Code = Code::error(8);
/// A quoted text with an escape that means nothing.
pub const TEXT_ESCAPE: Code = Code::error(9);
/// A name with other characters than `a` to `z`, digits and hyphens, or a reserved one.
pub const NAME: Code = Code::error(10);
/// A line that ends with a comma, and nothing follows.
pub const COMMA: Code = Code::error(11);
/// A file, statement, list or number is over its limit.
pub const LIMIT: Code = Code::error(12);
/// Something that cannot stand where it does.
pub const MISPLACED: Code = Code::error(13);
/// A value that is not an address.
pub const ADDRESS: Code = Code::error(20);
/// A value that is not a domain.
pub const DOMAIN: Code = Code::error(21);
/// A value that is not a network or IP address.
pub const NETWORK: Code = Code::error(22);
/// A value that is not a date or time.
pub const DATE: Code = Code::error(23);
/// A value that is not a length of time.
pub const DURATION: Code = Code::error(24);
/// A value that is not a size.
pub const SIZE: Code = Code::error(25);
/// A value that is not a regular expression between slashes.
pub const REGEX_TEXT: Code = Code::error(26);
/// A value that is not the name of a header.
pub const HEADER_NAME: Code = Code::error(27);
/// A value that is not a time zone.
pub const TIME_ZONE: Code = Code::error(28);
/// A quoted text with the character zero.
pub const TEXT_NUL: Code = Code::error(29);

/// A domain of one word.
pub const DOMAIN_BARE: Code = Code::warning(101);
/// A quoted text with characters that nobody sees.
pub const TEXT_INVISIBLE: Code = Code::warning(102);

const fn page(code: Code, title: &'static str, explanation: &'static str) -> Explained {
    Explained { code, title, explanation }
}

/// The codes of this crate, by number.
pub const CODES: &[Explained] = &[
    page(
        EDITION_MISSING,
        "the file does not begin with its edition",
        "The first line of every rule file says in which edition of the language it is written: `writ 1`. \
         Only comments may stand before it. A later edition may change what a word means; this line keeps \
         the meaning of the files you have.",
    ),
    page(
        EDITION_UNKNOWN,
        "this edition of the language is not known",
        "The first line names an edition that this program cannot read. There is one edition: `writ 1`. \
         If the file was made for a newer program, use that program.",
    ),
    page(
        ITEM_UNKNOWN,
        "this begins no item",
        "Outside of braces a file has only items: `use`, `organisation`, `addresses`, `domains`, `networks`, \
         `group`, `attribute`, `terms`, `pattern`, `examination`, `fingerprints`, `definition`, `default`, `policy`, `request`, \
         `bypass`, `test` and `assert`. Everything else is a line inside one of them.\n\n\
         Often the line belongs to the block above, and that block was closed too early.",
    ),
    page(
        LINE_UNKNOWN,
        "this block has no such line",
        "Each line of a block begins with the property it sets, and each kind of block has its own properties. \
         The note of the finding lists those of this block.",
    ),
    page(
        LINE_MALFORMED,
        "this line cannot go on like that",
        "The first words of the line were understood, and then something came that cannot stand there. \
         The finding marks the place and lists what can.\n\n\
         There is no `or` in the language: write a second policy. There is no `not` for people: write `except`. \
         One property stands on one line; a line goes on after a comma at its end.",
    ),
    page(
        LINE_TWICE,
        "this can be said only once",
        "Two lines of the block set the same property. The language does not let the later one win silently: \
         keep the one that is meant.",
    ),
    page(
        BRACE,
        "a brace is missing or too many",
        "A block begins with `{` at the end of its first line and ends with `}` on a line of its own. \
         When an item begins while another is open, the closing brace of the first was forgotten.",
    ),
    page(
        TEXT_UNCLOSED,
        "a text is not closed",
        "A text stands between two straight quotes, `\"like this\"`, on one line. Word processors write curly \
         quotes, which are not the same character.",
    ),
    page(
        TEXT_ESCAPE,
        "this escape means nothing",
        "Inside a text a backslash begins an escape: `\\\"` is a quote, `\\\\` a backslash, `\\n` a line break, \
         `\\t` a tab, and `\\u{20AC}` the character with that number. A regular expression is not a text: \
         it stands between slashes and needs no doubled backslashes.",
    ),
    page(
        NAME,
        "this cannot be a name",
        "A name begins with a letter from `a` to `z` and goes on with letters, digits and hyphens: \
         `cards-leave-secured`. Words that already mean people, such as `everyone` or `internal`, cannot be names.",
    ),
    page(
        COMMA,
        "nothing follows this comma",
        "A line that ends with a comma goes on in the next one. Here the next line begins something else: \
         take the comma away, or write what is missing.",
    ),
    page(
        LIMIT,
        "this is over a limit",
        "Files, statements, lists and numbers have limits, so that no file can take the program's time or memory. \
         Put a long list into a set of its own (`addresses`, `domains`, `networks`, `terms`), one entry on each line.",
    ),
    page(
        MISPLACED,
        "this cannot stand here",
        "The words are right, but not in this place. The finding says where they belong.",
    ),
    page(
        ADDRESS,
        "this is not an address",
        "An address is written `alice@acme.example`, alone: no name, no angle brackets. A part before the `@` with \
         spaces or other special characters stands in quotes. For a whole domain write `domain acme.example`.",
    ),
    page(
        DOMAIN,
        "this is not a domain",
        "A domain is written `acme.example`. `*.acme.example` stands for everything below it, and never for \
         `acme.example` itself. Domains with letters beyond a to z may be written in either form.",
    ),
    page(
        NETWORK,
        "this is not a network",
        "A network is written as its first address and the number of bits that are fixed: `192.0.2.0/24`, \
         `2001:db8:40::/48`. A single address may stand alone. When the address has bits set after the fixed ones, \
         it is one host of that network: the finding offers the network, but perhaps the host alone was meant.",
    ),
    page(
        DATE,
        "this is not a date",
        "A date is written year, month, day: `2026-03-02`; a time follows after a space: `2026-03-02 09:30`. \
         Both are in the organisation's time zone.",
    ),
    page(
        DURATION,
        "this is not a length of time",
        "A length of time is a whole number and a unit: `30 days`, `12 hours`, `6 months`. \
         A month is 30 days and a year 365, whenever they begin.",
    ),
    page(
        SIZE,
        "this is not a size",
        "A size is a whole number and a unit: `500 KB`, `10 MB`, `35 MiB`. KB, MB and GB are thousands; \
         KiB, MiB and GiB are powers of 1024.",
    ),
    page(
        REGEX_TEXT,
        "this is not a regular expression between slashes",
        "A regular expression stands between slashes: `/\\b[0-9]{4}\\b/`. A slash inside is written `\\/`. \
         Flags go inside: `/(?i)secret/` finds capitals too.",
    ),
    page(
        HEADER_NAME,
        "this is not the name of a header",
        "The name of a header is written without its colon, such as `\"X-Secure-Message\"`.",
    ),
    page(
        DOMAIN_BARE,
        "this domain is a single word",
        "`com` or `acme` names a top-level domain or a host without its domain, and no mail goes there from \
         outside. Perhaps a comma stands where a dot was meant: `acme,example` is two domains. For everything \
         below a top-level domain write `*.uk`.",
    ),
    page(
        TIME_ZONE,
        "this is not a time zone",
        "A time zone is named by continent and city, such as `Europe/London`, or `UTC`. \
         Abbreviations such as `BST` mean different things in different places.",
    ),
    page(
        TEXT_NUL,
        "this text has the character zero",
        "The character U+0000 ends a text in many programs and cannot stand in a mail. What follows it would be \
         compared by some and ignored by others.",
    ),
    page(
        TEXT_INVISIBLE,
        "this text has characters that nobody sees",
        "Marks of direction, spaces without width and other characters that show nothing came into the text, often \
         by copying it from a page. Whoever reviews the file sees another text than the one that counts. Take them \
         away, or write them so that they are seen: `\\u{200B}`.",
    ),
];
