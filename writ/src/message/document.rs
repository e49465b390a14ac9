//! The text of a document, as an examination reads it when the document is attached to a mail.

use examine::{Limits, extract};
use grammar::{literal::Address, tree::Scope};
use wire::compose::{Attachment, Date, Mail, Mailbox, MessageId};

use super::compose::media_type;

/// The text of a document of this name.
///
/// # Errors
///
/// A sentence: it cannot be read, or there is no text in it.
pub(crate) fn text(name: &str, octets: Vec<u8>) -> Result<String, String> {
    let nobody = Address::parse("nobody@writ.invalid").map_err(|error| error.to_string())?;
    let id = MessageId::parse("document@writ.invalid").ok_or("the message has no name")?;
    let mut mail = Mail::new(Mailbox::bare(nobody), Date::utc(0), id);
    let media_type = media_type(name).to_owned();
    mail.attachments = vec![Attachment { name: name.to_owned(), media_type, content: octets }];
    let content = extract(&mail.write(0), &Limits::default()).content;
    if let Some(why) = content.unreadable.first().or_else(|| content.over_limit.first()) {
        return Err(format!("`{name}` cannot be read: {why}"));
    }
    let of_document = content.segments.iter().filter(|it| it.scope == Scope::AttachmentText);
    let texts = of_document.filter_map(|it| content.text.get(it.start..it.end));
    let text = texts.collect::<Vec<_>>().join(" ");
    if text.trim().is_empty() {
        return Err(format!("there is no text in `{name}`"));
    }
    Ok(text)
}
