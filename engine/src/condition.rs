//! Conditions that need no examination: what they ask of the facts.

use grammar::tree::AuthenticationMethod;

use crate::{
    facts::{Attachment, Facts},
    model::outcome::What,
    normal,
};

/// File name extensions of types whose name in mail is another word.
const TYPES: &[(&str, &str)] = &[
    ("application/msword", "doc"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-msdownload", "exe"),
    ("text/plain", "txt"),
];

/// Whether the condition holds, its negation aside; nothing for one that asks an examination.
pub(crate) fn holds(what: &What, facts: &Facts) -> Option<bool> {
    let attachments = &facts.content.attachments;
    Some(match what {
        What::Activates(_) => return None,
        What::AttachmentType(types) => {
            attachments.iter().any(|attachment| types.iter().any(|it| is_type(attachment, it)))
        }
        What::AttachmentName(globs) => attachments.iter().any(|attachment| {
            let name = normal::normalise(&attachment.name);
            globs.iter().any(|it| matches_glob(it, &name))
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

/// `pdf` by subtype, known name or extension; `image/*` and `image/png` by the declared type.
fn is_type(attachment: &Attachment, wanted: &str) -> bool {
    let kind = attachment.kind.to_lowercase();
    if let Some(family) = wanted.strip_suffix("/*") {
        return kind.split_once('/').is_some_and(|it| it.0 == family);
    }
    if wanted.contains('/') {
        return kind == wanted;
    }
    let name = attachment.name.to_lowercase();
    let extension = name.rsplit_once('.').map(|it| it.1.trim());
    extension == Some(wanted)
        || kind.split_once('/').is_some_and(|it| it.1 == wanted)
        || TYPES.contains(&(kind.as_str(), wanted))
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
        };
        assert!(is_type(&sheet, "xlsx"));
        assert!(!is_type(&sheet, "pdf"));
        let image = Attachment { kind: "image/png".to_owned(), ..Attachment::default() };
        assert!(
            is_type(&image, "image/*") && is_type(&image, "png") && is_type(&image, "image/png")
        );
        assert!(!is_type(&image, "imag/*"));
    }
}
