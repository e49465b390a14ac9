//! Conditions that need no examination: what they ask of the facts.

use grammar::tree::AuthenticationMethod;

use crate::{
    facts::{Attachment, Facts},
    model::outcome::What,
    normal,
};

/// File name extensions of types whose name in mail is another word.
pub(crate) const TYPES: &[(&str, &str)] = &[
    ("application/gzip", "gz"),
    ("application/java-archive", "jar"),
    ("application/java-vm", "class"),
    ("application/msword", "doc"),
    ("application/onenote", "one"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/vnd.microsoft.portable-executable", "exe"),
    ("application/vnd.ms-cab-compressed", "cab"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-htmlhelp", "chm"),
    ("application/vnd.ms-outlook", "msg"),
    ("application/vnd.ms-outlook-pst", "pst"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.ms-tnef", "dat"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.rar", "rar"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-bzip2", "bz2"),
    ("application/x-iso9660-image", "iso"),
    ("application/x-ms-shortcut", "lnk"),
    ("application/x-msdownload", "exe"),
    ("application/x-tar", "tar"),
    ("application/x-vhd", "vhd"),
    ("application/x-vhdx", "vhdx"),
    ("application/x-xz", "xz"),
    ("application/zstd", "zst"),
    ("image/jpeg", "jpg"),
    ("text/html", "htm"),
    ("text/plain", "txt"),
    ("text/x-script", "sh"),
];

/// Whether the condition holds, its negation aside; nothing for one that asks what is found in the
/// text.
pub(crate) fn holds(what: &What, facts: &Facts) -> Option<bool> {
    let attachments = &facts.content.attachments;
    Some(match what {
        What::Activates(_) | What::Fingerprint(_) | What::LanguageIs(_) => return None,
        What::AttachmentType(types) => {
            attachments.iter().any(|attachment| types.iter().any(|it| is_type(attachment, it)))
        }
        What::AttachmentName(globs) => attachments.iter().any(|attachment| {
            let names = names_of(attachment);
            globs.iter().any(|glob| names.iter().any(|name| matches_glob(glob, name)))
        }),
        What::AttachmentLarger(octets) => attachments.iter().any(|it| *octets < it.octets),
        What::MessageLarger(octets) => *octets < facts.content.decoded_octets,
        What::RecipientsMoreThan(number) => {
            usize::try_from(*number).is_ok_and(|it| it < facts.recipients.len())
        }
        What::Authentication { method, passes } => {
            let result = match method {
                AuthenticationMethod::Dkim => facts.authentication.dkim,
                AuthenticationMethod::Dmarc => facts.authentication.dmarc,
                AuthenticationMethod::Spf => facts.authentication.spf,
            };
            // What was not checked neither passes nor fails.
            result == Some(*passes)
        }
        What::SenderUsesTls => facts.tls,
    })
}

/// Every name of an attachment, each as written and as a computer would store it, normalised.
fn names_of(attachment: &Attachment) -> Vec<String> {
    let mut names = Vec::new();
    for name in std::iter::once(&attachment.name).chain(&attachment.other_names) {
        for form in [normal::normalise(name), stored(name)] {
            if !names.contains(&form) {
                names.push(form);
            }
        }
    }
    names
}

/// The name that a file gets: without folders, cut where the system stops reading (a NUL, or the
/// colon before a stream of NTFS), without the dots and spaces at the end that Windows drops.
fn stored(name: &str) -> String {
    let before_nul = name.split('\0').next().unwrap_or_default();
    let file = before_nul.rsplit(['/', '\\']).next().unwrap_or_default();
    let before_stream = file.split(':').next().unwrap_or_default();
    let name = normal::normalise(before_stream);
    name.trim_end_matches(|end: char| end == '.' || end.is_whitespace()).to_owned()
}

/// `pdf` by subtype, known name or extension; `image/*` and `image/png` by the declared type and by
/// what the octets say.
fn is_type(attachment: &Attachment, wanted: &str) -> bool {
    let declared = attachment.kind.to_lowercase();
    let mut kinds =
        std::iter::once(declared.as_str()).chain(attachment.found.iter().map(|it| &**it));
    if let Some(family) = wanted.strip_suffix("/*") {
        return kinds.any(|it| it.split_once('/').is_some_and(|it| it.0 == family));
    }
    if wanted.contains('/') {
        return kinds.any(|it| it == wanted);
    }
    let names = names_of(attachment);
    let mut extensions = names.iter().filter_map(|it| it.rsplit_once('.'));
    extensions.any(|it| it.1.trim() == wanted)
        || kinds.any(|it| {
            it.split_once('/').is_some_and(|it| it.1 == wanted) || TYPES.contains(&(it, wanted))
        })
}

/// `*` is any run, `?` any one character. Linear in the name for each star.
fn matches_glob(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut at, mut in_name) = (0_usize, 0_usize);
    let mut retry: Option<(usize, usize)> = None;
    while in_name < name.len() {
        match glob.get(at) {
            Some('*') => {
                retry = Some((at, in_name));
                at = at.saturating_add(1);
            }
            Some(wanted) if *wanted == '?' || Some(wanted) == name.get(in_name) => {
                at = at.saturating_add(1);
                in_name = in_name.saturating_add(1);
            }
            Some(_) | None => {
                // The last star takes one character more.
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from.saturating_add(1)));
                at = star.saturating_add(1);
                in_name = from.saturating_add(1);
            }
        }
    }
    glob.iter().skip(at).all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, name, expected) in [
            ("*.exe", "setup.exe", true),
            ("*.exe", "setup.exe.txt", false),
            ("a*b*c", "aXbXbc", true),
            ("a*b*c", "acb", false),
            ("?.txt", "a.txt", true),
            ("?.txt", ".txt", false),
            ("*", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_glob(glob, name), expected, "{glob} {name}");
        }
    }

    #[test]
    fn types_by_any_of_their_names() {
        let sheet = Attachment {
            name: "List.XLSX".to_owned(),
            kind: "application/octet-stream".to_owned(),
            octets: 1,
            ..Attachment::default()
        };
        assert!(is_type(&sheet, "xlsx"));
        assert!(!is_type(&sheet, "pdf"));
        let found = vec!["application/vnd.microsoft.portable-executable".to_owned()];
        let program = Attachment { name: "list.txt".to_owned(), found, ..Attachment::default() };
        assert!(is_type(&program, "exe") && is_type(&program, "txt") && !is_type(&program, "pdf"));
        assert!(is_type(&program, "application/*"));
        let image = Attachment { kind: "image/png".to_owned(), ..Attachment::default() };
        assert!(
            is_type(&image, "image/*") && is_type(&image, "png") && is_type(&image, "image/png")
        );
        assert!(!is_type(&image, "imag/*"));
    }

    #[test]
    fn a_name_counts_as_it_is_stored_and_as_it_is_written() {
        let named = |name: &str| Attachment { name: name.to_owned(), ..Attachment::default() };
        let is_exe = |attachment: Attachment| {
            let mut facts = Facts::default();
            let by_type = is_type(&attachment, "exe");
            facts.content.attachments.push(attachment);
            let by_name = holds(&What::AttachmentName(vec!["*.exe".to_owned()]), &facts);
            (by_name == Some(true), by_type)
        };
        for name in [
            "a.exe",
            "A.EXE ",
            "a.exe.",
            "a.exe . .",
            "a.exe::$DATA",
            "a.exe:stream.txt",
            "a.exe\0.txt",
            "a.txt\0.exe",
            "a.ex\u{202e}e",
            "a.exe\u{200b}",
            "a.exe\u{3000}",
            "C:\\temp\\a.exe.",
            "folder/a.exe.",
        ] {
            assert_eq!(is_exe(named(name)), (true, true), "{name:?}");
        }
        for name in ["a.exe.txt", "exe", "a.txt", "", "aexe", "a.exes"] {
            assert_eq!(is_exe(named(name)), (false, false), "{name:?}");
        }
        let other_names = vec!["a.exe".to_owned()];
        assert_eq!(is_exe(Attachment { other_names, ..named("a.txt") }), (true, true));
    }
}
