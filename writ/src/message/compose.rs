//! The message of a test whose block tells it all, written as a mail program writes it.

use grammar::{
    literal::{Address, Size},
    tree::{AttachmentContent, TestAttachment, TestMessage},
};
use wire::compose::{Attachment, Date, Field, FieldError, Mail, Mailbox, MessageId};

use super::{Scene, arrival_ms};
use crate::file;

/// The seed of boundaries: the text of a test is its author's, so nothing must be unforeseeable.
const SEED: u128 = 0;

/// Octets of an attachment that is only large: above what any organisation takes, and little enough
/// for the machine of whoever runs tests.
const BLANK_OCTETS_MAX: usize = 64 * 1024 * 1024;

/// The name of every message of a test.
const MESSAGE_ID: &str = "test@writ.invalid";

/// Writes the message.
pub(super) fn write(scene: &Scene<'_>, message: &TestMessage) -> Result<Vec<u8>, String> {
    let id = MessageId::parse(MESSAGE_ID).ok_or("the message has no name")?;
    let at = message.at.as_ref().and_then(|it| arrival_ms(scene.organisation, it.value));
    let at_ms = at.unwrap_or(scene.at_ms);
    let mut mail = Mail::new(Mailbox::bare(author(scene, message)), Date::utc(at_ms), id);
    mail.to = message.to.iter().map(|it| Mailbox::bare(it.value.clone())).collect();
    mail.subject = message.subject.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    mail.text = message.body.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    let field = |(name, value): &(grammar::tree::Text, grammar::tree::Text)| {
        Field::new(&name.value, &value.value).map_err(|error| refused(&name.value, error))
    };
    mail.fields = message.headers.iter().map(field).collect::<Result<_, String>>()?;
    let files = message.attachments.iter().map(|it| attachment(scene, it));
    mail.attachments = files.collect::<Result<_, String>>()?;
    Ok(mail.write(SEED))
}

/// Who the header says wrote it: as told, else the envelope's sender; the postmaster where that is
/// the null sender.
fn author(scene: &Scene<'_>, message: &TestMessage) -> Address {
    let header = message.header_from.as_ref().map(|it| &it.value);
    let envelope = message.from.as_ref().and_then(|it| it.value.as_ref());
    header.or(envelope).unwrap_or(&scene.organisation.postmaster).clone()
}

fn refused(name: &str, error: FieldError) -> String {
    match error {
        FieldError::Name => format!("`{name}` is not the name of a header"),
        FieldError::Reserved => format!(
            "the header `{name}` is written from the other lines of the message; to test a special one, \
             put the message into a file: `message file \"samples/special.eml\"`"
        ),
    }
}

fn attachment(scene: &Scene<'_>, attachment: &TestAttachment) -> Result<Attachment, String> {
    let name = attachment.name.value.clone();
    let (media_type, content) = match &attachment.content {
        AttachmentContent::Text(text) => ("text/plain", text.value.clone().into_bytes()),
        AttachmentContent::Size(size) => (media_type(&name), blank(&name, size.value)?),
        AttachmentContent::File(path) => {
            let on_disk = scene.tree.inside(&path.value)?;
            let octets = file::read_regular(&on_disk, file::MESSAGE_OCTETS_MAX)
                .map_err(|error| format!("cannot read `{}`: {error}", path.value))?;
            (media_type(&name), octets)
        }
    };
    Ok(Attachment { name, media_type: media_type.to_owned(), content })
}

/// So many octets, all of them spaces: there is nothing to find in them, and nothing that cannot be
/// read.
fn blank(name: &str, size: Size) -> Result<Vec<u8>, String> {
    let octets = usize::try_from(size.octets()).ok().filter(|it| *it <= BLANK_OCTETS_MAX);
    let octets = octets.ok_or_else(|| {
        format!("`{name}` has {size}; the attachment of a test has 64 MiB at most")
    })?;
    Ok(vec![b' '; octets])
}

/// The type that mail programs give a file of this name.
pub(super) fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|it| it.1.to_ascii_lowercase()).unwrap_or_default();
    let known = TYPES.iter().find(|it| it.0 == extension);
    known.map_or("application/octet-stream", |it| it.1)
}

/// Types by extension, as the IANA has them.
const TYPES: [(&str, &str); 16] = [
    ("csv", "text/csv"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("gif", "image/gif"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("txt", "text/plain"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];
