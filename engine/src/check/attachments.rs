//! Types and names of attachments that can be no attachment's.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    tree::Text,
};

use super::Checker;
use crate::code;

/// What people call kinds of files, and the types that they are.
const KINDS: &[(&str, &[&str])] = &[
    ("7z, gz, rar, tar, zip", &["archive", "archives", "archiv", "archive-file", "compressed"]),
    (
        "bat, cmd, com, exe, js, msi, ps1, scr, vbs",
        &[
            "app",
            "apps",
            "application",
            "applications",
            "binaries",
            "binary",
            "executable",
            "executables",
            "program",
            "programm",
            "programme",
            "programmes",
            "programs",
            "script",
            "scripts",
            "software",
        ],
    ),
    (
        "doc, docx, ppt, pptx, xls, xlsx",
        &["document", "documents", "dokument", "dokumente", "ms-office", "office"],
    ),
    ("doc, docm, docx", &["ms-word", "msword", "word"]),
    ("docm, pptm, xlsm", &["macro", "macros", "makro", "makros"]),
    ("ppt, pptm, pptx", &["powerpoint", "presentation", "presentations"]),
    ("xls, xlsm, xlsx", &["excel", "ms-excel", "spreadsheet", "spreadsheets", "tabelle"]),
    ("\"audio/*\"", &["audio", "music", "sound", "sounds"]),
    (
        "\"image/*\"",
        &["bild", "bilder", "image", "images", "photo", "photos", "picture", "pictures"],
    ),
    ("\"video/*\"", &["film", "movie", "movies", "video", "videos"]),
];

/// Endings that files commonly have: a name that is nothing else was meant as one.
const ENDINGS: &[&str] = &[
    "7z", "ace", "apk", "app", "avi", "bat", "bmp", "bz2", "cab", "chm", "cmd", "com", "cpl",
    "csv", "dll", "dmg", "doc", "docm", "docx", "dotm", "eml", "exe", "gif", "gz", "hta", "htm",
    "html", "ics", "img", "iso", "jar", "jpeg", "jpg", "js", "jse", "json", "key", "lnk", "mdb",
    "mov", "mp3", "mp4", "msg", "msi", "odp", "ods", "odt", "one", "p12", "pdf", "pem", "pfx",
    "pif", "png", "ppt", "pptm", "pptx", "ps1", "pst", "rar", "reg", "rtf", "scr", "svg", "sys",
    "tar", "tgz", "tif", "tiff", "txt", "vbe", "vbs", "vcf", "vhd", "wav", "wsf", "wsh", "xls",
    "xlsb", "xlsm", "xlsx", "xml", "zip",
];

/// What is wrong with a type that no attachment has, and what may have been meant.
struct Never {
    why: String,
    meant: Option<String>,
    /// Whether nothing else can have been meant.
    certain: bool,
}

impl Checker<'_> {
    /// Reports a type that no attachment has.
    pub(super) fn attachment_type(&self, written: &Text) {
        let Some(never) = never(&written.value.to_lowercase()) else { return };
        let message = format!("no attachment is of type `{}`", written.value);
        let finding = Diagnostic::new(code::ATTACHMENT_TYPE, message).primary(written.span, "");
        let finding = finding.note(never.why);
        self.report(match never.meant {
            None => finding,
            Some(meant) => {
                let title = format!("write `{meant}`");
                finding.fix(if never.certain {
                    Fix::automatic(title, written.span, meant)
                } else {
                    Fix::choose(title, written.span, meant)
                })
            }
        });
    }
}

fn never(wanted: &str) -> Option<Never> {
    let is_word = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric());
    if let Some((meant, _)) = KINDS.iter().find(|it| it.1.contains(&wanted)) {
        let why = "a type is the ending of a file name, or a declared type such as `image/png`"
            .to_owned();
        return Some(Never { why, meant: Some((*meant).to_owned()), certain: false });
    }
    if matches!(wanted, "" | "*" | "*.*" | "*/*") {
        let why = "`attachment larger than 0 KB` asks for any attachment".to_owned();
        return Some(Never { why, meant: None, certain: false });
    }
    if let Some(several) =
        several(wanted, |it| ENDINGS.contains(&it.trim_start_matches(['*', '.'])))
    {
        let bare = several.iter().map(|it| it.trim_start_matches(['*', '.']));
        return Some(Never {
            why: "each type stands by itself, with a comma between them".to_owned(),
            meant: Some(bare.collect::<Vec<_>>().join(", ")),
            certain: true,
        });
    }
    let is_family = wanted.strip_suffix("/*").is_some_and(|it| !it.contains(['*', '?', '/']));
    if wanted.contains(['*', '?']) && !is_family {
        let ending = wanted.strip_prefix("*.").filter(|it| is_word(it));
        let inside = wanted.trim_matches(['*', '.', '?']);
        return Some(Never {
            why: format!(
                "a type has no stars, but for families such as `\"image/*\"`; `attachment name matches \
                 \"{wanted}\"` compares names"
            ),
            meant: ending.or(Some(inside).filter(|it| is_word(it))).map(str::to_owned),
            certain: ending.is_some(),
        });
    }
    if wanted.contains(char::is_whitespace) {
        let why = "a type is one word, or two with a slash, without spaces".to_owned();
        return Some(Never { why, meant: None, certain: false });
    }
    let last = wanted.rsplit_once('.').filter(|it| !it.0.contains(['.', '/']) && is_word(it.1));
    let (before, ending) = last.filter(|it| ENDINGS.contains(&it.1))?;
    Some(Never {
        why: format!(
            "the ending of a name is what follows its last dot; `attachment name matches \
             \"*.{before}.{ending}\"` compares more of it"
        ),
        meant: Some(ending.to_owned()),
        certain: false,
    })
}

/// The patterns that were meant by one that only a file of exactly this name matches.
pub(super) fn endings_alone(glob: &str) -> Option<Vec<String>> {
    let bare = glob.strip_prefix('.').unwrap_or(glob).to_lowercase();
    if ENDINGS.contains(&bare.as_str()) {
        return Some(vec![format!("*.{bare}")]);
    }
    let several = several(glob, |it| it.starts_with("*."));
    several.map(|it| it.into_iter().map(str::to_owned).collect()).or_else(|| in_braces(glob))
}

/// `*.{exe,scr}`, as shells write it: a brace is a letter of a name like any other.
fn in_braces(glob: &str) -> Option<Vec<String>> {
    let (before, rest) = glob.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let ways: Vec<&str> = inside.split(',').map(str::trim).collect();
    let is_way = |it: &&str| !it.is_empty() && it.chars().all(char::is_alphanumeric);
    let is_list = ways.len() > 1 && ways.iter().all(is_way);
    is_list.then(|| ways.iter().map(|it| format!("{before}{it}{after}")).collect())
}

/// What one text has in it where several were meant: `*.exe, *.scr`.
fn several(text: &str, is_one: impl Fn(&str) -> bool) -> Option<Vec<&str>> {
    let parts = text.split([',', ';', '|', ' ']).filter(|it| !it.is_empty() && *it != "or");
    let parts: Vec<&str> = parts.collect();
    (parts.len() > 1 && parts.iter().all(|it| is_one(it))).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::never;

    #[test]
    fn what_can_be_a_type_is_let_through() {
        for kind in
            ["exe", "pdf", "application/pdf", "image/*", "x-msdownload", "vnd.ms-excel", "7z"]
        {
            assert!(never(kind).is_none(), "{kind}");
        }
        for kind in
            ["*.exe", "*zip*", "*", "*/*", "", "programme", "word document", "tar.gz", "*/pdf"]
        {
            assert!(never(kind).is_some(), "{kind}");
        }
        assert!(never("*.exe").is_some_and(|it| it.certain));
        assert!(never("*zip*").is_some_and(|it| !it.certain));
    }
}
