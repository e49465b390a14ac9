//! Of which type a policy of an export is.

use super::{
    change::{Changes, Class},
    field::Field,
    policy::Known,
    record::Record,
};
use crate::plain::plain_line;

/// The types that are brought over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PolicyType {
    Content,
    ContentBypass,
    Secure,
    SecureBypass,
}

/// The type that a policy says, or that its file is called after, or that its other columns are of.
///
/// # Errors
///
/// The sentence why it is left out.
pub(super) fn policy_type(
    record: &Record,
    known: &Known<'_>,
    changes: &mut Changes,
) -> Result<PolicyType, String> {
    let from_file =
        record.file.chars().filter(|it| it.is_alphabetic()).collect::<String>().to_lowercase();
    let said = record.word(Field::PolicyType);
    let word = if said.is_empty() { from_file.as_str() } else { said.as_str() };
    let is_content = word.contains("contentexamination") || word.contains("contentdefinition");
    let is_bypass = word.contains("bypass");
    // A misspelt `Bypass` would be a policy that does the opposite.
    if !says_a_type(&said) {
        return Err(format!(
            "there is no type `{}`; there are `Secure Messaging`, `Secure Messaging Bypass`, `Content Examination` \
             and `Content Examination Bypass`",
            plain_line(record.get(Field::PolicyType).unwrap_or_default())
        ));
    }
    if is_content {
        return Ok(if is_bypass { PolicyType::ContentBypass } else { PolicyType::Content });
    }
    if word.contains("securemessaging") {
        return Ok(if is_bypass { PolicyType::SecureBypass } else { PolicyType::Secure });
    }
    if !said.is_empty() {
        return Err(format!(
            "policies of the type `{}` are not brought over",
            plain_line(record.get(Field::PolicyType).unwrap_or_default())
        ));
    }
    let definition = record.get(Field::Definition).unwrap_or_default();
    let guess = if known.examinations.find(definition).is_some() {
        (PolicyType::Content, "Content Examination")
    } else if record.word(Field::Option).contains("disable") {
        (PolicyType::SecureBypass, "Secure Messaging Bypass")
    } else {
        (PolicyType::Secure, "Secure Messaging")
    };
    changes.add(
        Class::Same,
        &record.place,
        &record.called(),
        format!("the export does not say of which type it is: read as {}", guess.1),
    );
    Ok(guess.0)
}

/// Words of which the types that are brought over are made; the longer of two that begin alike first.
const TYPE_WORDS: [&str; 10] = [
    "securemessaging",
    "content",
    "examinations",
    "examination",
    "definitions",
    "definition",
    "bypasses",
    "bypass",
    "policies",
    "policy",
];

/// Whether a type that is like one of those has no other words.
fn says_a_type(said: &str) -> bool {
    let is_like = said.contains("securemessaging") || said.contains("content");
    !is_like || TYPE_WORDS.iter().fold(said.to_owned(), |rest, it| rest.replace(it, "")).is_empty()
}
