//! The reference evaluator's conditions: what each asks of the message, by the book.

use grammar::tree::AuthenticationMethod;

use crate::{
    facts::{Attachment, Facts},
    model::outcome::What,
    normal::normalise,
};

/// Whether a condition that asks nothing of the text holds, `not` aside.
pub(super) fn holds(what: &What, facts: &Facts) -> bool {
    let attachments = &facts.content.attachments;
    match what {
        What::Activates(_) | What::Fingerprint(_) | What::LanguageIs(_) => false,
        What::AttachmentLarger(octets) => attachments.iter().any(|it| it.octets > *octets),
        What::AttachmentName(globs) => attachments.iter().flat_map(names).any(|name| {
            let name: Vec<char> = name.chars().collect();
            globs.iter().any(|it| fits(&it.chars().collect::<Vec<_>>(), &name))
        }),
        What::AttachmentType(types) => {
            attachments.iter().any(|attachment| types.iter().any(|it| is_of(attachment, it)))
        }
        What::Authentication { method, passes } => {
            let known = &facts.authentication;
            let result = match method {
                AuthenticationMethod::Dkim => known.dkim,
                AuthenticationMethod::Dmarc => known.dmarc,
                AuthenticationMethod::Spf => known.spf,
            };
            result.is_some_and(|it| it == *passes)
        }
        What::MessageLarger(octets) => facts.content.decoded_octets > *octets,
        What::RecipientsMoreThan(number) => {
            facts.recipients.iter().skip(usize::try_from(*number).unwrap_or(usize::MAX)).count() > 0
        }
        What::SenderUsesTls => facts.tls,
    }
}

/// Each name as it is written and as a system would store it: without folders, up to a NUL or a
/// colon, without dots and spaces at the end.
fn names(attachment: &Attachment) -> Vec<String> {
    let written = std::iter::once(&attachment.name).chain(&attachment.other_names);
    let both = written.flat_map(|name| {
        let mut stored = name.as_str();
        stored = stored.split_once('\0').map_or(stored, |it| it.0);
        stored = stored.rsplit_once(['/', '\\']).map_or(stored, |it| it.1);
        stored = stored.split_once(':').map_or(stored, |it| it.0);
        let mut stored = normalise(stored);
        while stored.ends_with(|it: char| it == '.' || it.is_whitespace()) {
            stored.pop();
        }
        [normalise(name), stored]
    });
    both.collect()
}

/// `*` is nothing, or one character and `*` again; `?` is one character.
fn fits(glob: &[char], name: &[char]) -> bool {
    match (glob.split_first(), name.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => fits(rest, name),
        (Some(('*', rest)), Some((_, after))) => fits(rest, name) || fits(glob, after),
        (Some((wanted, rest)), Some((found, after))) => {
            (*wanted == '?' || wanted == found) && fits(rest, after)
        }
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// By the end of a name, by the declared type, or by one that the octets say.
fn is_of(attachment: &Attachment, wanted: &str) -> bool {
    let ends = |name: &String| name.rsplit_once('.').is_some_and(|it| it.1.trim() == wanted);
    let is_ending = !wanted.contains('/');
    is_ending && names(attachment).iter().any(ends)
        || is_called(&attachment.kind.to_lowercase(), wanted)
        || attachment.found.iter().any(|it| is_called(it, wanted))
}

/// Whether a type is the wanted one: by its second half or the word people use for it, whole, or by
/// its family.
fn is_called(declared: &str, wanted: &str) -> bool {
    let (family, kind) = declared.split_once('/').unwrap_or((declared, ""));
    match wanted.split_once('/') {
        Some((wanted, "*")) => declared.contains('/') && family == wanted,
        Some(_) => declared == wanted,
        None => {
            let mut known = crate::condition::TYPES.iter();
            declared.contains('/') && kind == wanted || known.any(|it| *it == (declared, wanted))
        }
    }
}
