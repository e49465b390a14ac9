//! What groups of RTF are for.

/// What the text of a group is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Destination {
    /// The code of a field.
    Field,
    /// Octets of a picture or a theme, written in figures. Letters are none of them.
    Figures,
    Fonts,
    Hidden,
    /// What stands before the items of a list, with its numbers as octets.
    Label,
    /// Markup of the page that the text was made from.
    Markup,
    /// An embedded object, in figures.
    Object,
    Shown,
}

/// Words that set looks or break lines: none of them begins a destination, whatever stands before.
const LOOKS: [&[u8]; 28] = [
    b"af",
    b"b",
    b"cf",
    b"chcbpat",
    b"cs",
    b"expnd",
    b"expndtw",
    b"f",
    b"fs",
    b"highlight",
    b"hich",
    b"i",
    b"lang",
    b"line",
    b"loch",
    b"ltrch",
    b"par",
    b"pard",
    b"plain",
    b"rtlch",
    b"s",
    b"strike",
    b"sub",
    b"super",
    b"tab",
    b"u",
    b"ul",
    b"ulnone",
];

/// The destination that a word begins, and whether its text stands apart from that around it;
/// none for a word that begins none. `ignorable` is whether old readers skip the group.
pub(super) fn destination(word: &[u8], ignorable: bool) -> Option<(Destination, bool)> {
    Some(match word {
        b"fonttbl" => (Destination::Fonts, true),
        b"blipuid"
        | b"colorschememapping"
        | b"datastore"
        | b"panose"
        | b"passwordhash"
        | b"pict"
        | b"themedata" => (Destination::Figures, false),
        b"objdata" => (Destination::Object, true),
        b"fldinst" => (Destination::Field, true),
        b"htmltag" => (Destination::Markup, true),
        b"leveltext" => (Destination::Label, true),
        b"annotation" | b"footer" | b"footerf" | b"footerl" | b"footerr" | b"footnote"
        | b"header" | b"headerf" | b"headerl" | b"headerr" | b"shptxt" => {
            (Destination::Shown, true)
        }
        // Containers whose text is shown although old readers skip them.
        b"shppict" | b"shp" | b"shpinst" | b"do" | b"ftnsep" | b"ftnsepc" | b"fldrslt"
        | b"result" | b"nonshppict" => (Destination::Shown, false),
        b"atnauthor" | b"atnid" | b"author" | b"bkmkstart" | b"category" | b"colortbl"
        | b"comment" | b"company" | b"docvar" | b"doccomm" | b"ffdeftext" | b"ffhelptext"
        | b"ffstattext" | b"formfield" | b"generator" | b"hlinkbase" | b"info" | b"keywords"
        | b"manager" | b"objclass" | b"objname" | b"operator" | b"sn" | b"stylesheet"
        | b"subject" | b"sv" | b"tc" | b"template" | b"title" | b"userprops" | b"xe" => {
            (Destination::Hidden, true)
        }
        // A label stands in its line, with or without a space behind it.
        b"listtext" | b"pn" | b"pntext" | b"pntxta" | b"pntxtb" => (Destination::Hidden, false),
        b"ud" => (Destination::Shown, false),
        _ if LOOKS.contains(&word) => return None,
        _ if ignorable => (Destination::Hidden, true),
        _ => return None,
    })
}
