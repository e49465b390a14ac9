//! A message to write.

use super::{
    date::Date,
    field::{Field, MessageId},
    header,
    mailbox::Mailbox,
    parameter,
    part::Part,
    transfer,
};

/// A message to write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Who wrote it.
    pub from: Mailbox,
    /// Who it is for. Nobody is written as `undisclosed-recipients:;`.
    pub to: Vec<Mailbox>,
    /// Who gets a copy.
    pub cc: Vec<Mailbox>,
    /// Where answers go, if not to `from`.
    pub reply_to: Vec<Mailbox>,
    /// The subject.
    pub subject: String,
    /// When it was written.
    pub date: Date,
    /// Its own name.
    pub message_id: MessageId,
    /// What it answers.
    pub in_reply_to: Option<MessageId>,
    /// What came before it, oldest first.
    pub references: Vec<MessageId>,
    /// Whether a person wrote it (RFC 3834).
    pub auto_submitted: AutoSubmitted,
    /// Further header fields, in order.
    pub fields: Vec<Field>,
    /// The text, any line ends.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// The attachments, in order.
    pub attachments: Vec<Attachment>,
}

/// Whether a person wrote a message (RFC 3834 §5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AutoSubmitted {
    /// A program did, on its own.
    Generated,
    /// A person did.
    No,
    /// A program did, in answer to a message.
    Replied,
}

/// A file that goes with a message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attachment {
    /// The file name; only what follows the last `/` or `\` is written.
    pub name: String,
    /// The media type, such as `application/pdf`. What is none, or may not be base64
    /// (`multipart`, `message`), is written as `application/octet-stream`.
    pub media_type: String,
    /// The content.
    pub content: Vec<u8>,
}

impl Mail {
    /// Makes a message by a person, to nobody yet, without subject or text.
    #[must_use]
    pub const fn new(from: Mailbox, date: Date, message_id: MessageId) -> Self {
        Self {
            from,
            to: Vec::new(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            subject: String::new(),
            date,
            message_id,
            in_reply_to: None,
            references: Vec::new(),
            auto_submitted: AutoSubmitted::No,
            fields: Vec::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
        }
    }

    /// Writes the message. Boundaries are made from `seed`; draw it at random, so that nobody can
    /// write text today that holds a boundary of tomorrow.
    #[must_use]
    pub fn write(&self, seed: u128) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_header(&mut out);
        self.content().write(seed, &mut out);
        out
    }

    fn write_header(&self, out: &mut Vec<u8>) {
        header::mailboxes(out, "From", std::slice::from_ref(&self.from));
        if self.to.is_empty() && self.cc.is_empty() {
            header::words(out, "To", ["undisclosed-recipients:;".to_owned()]);
        }
        for (name, mailboxes) in [("To", &self.to), ("Cc", &self.cc), ("Reply-To", &self.reply_to)]
        {
            if !mailboxes.is_empty() {
                header::mailboxes(out, name, mailboxes);
            }
        }
        header::text(out, "Subject", &self.subject);
        header::words(out, "Date", [self.date.to_string()]);
        header::words(out, "Message-ID", [self.message_id.to_string()]);
        if let Some(answered) = &self.in_reply_to {
            header::words(out, "In-Reply-To", [answered.to_string()]);
        }
        if !self.references.is_empty() {
            header::words(out, "References", self.references.iter().map(ToString::to_string));
        }
        match self.auto_submitted {
            AutoSubmitted::Generated => out.extend(b"Auto-Submitted: auto-generated\r\n"),
            AutoSubmitted::No => {}
            AutoSubmitted::Replied => out.extend(b"Auto-Submitted: auto-replied\r\n"),
        }
        for field in &self.fields {
            header::text(out, field.name(), field.value());
        }
        out.extend(b"MIME-Version: 1.0\r\n");
    }

    fn content(&self) -> Part {
        let text = Part::text("plain", &self.text);
        let body = match &self.html {
            Some(html) => Part::many("alternative", vec![text, Part::text("html", html)]),
            None => text,
        };
        if self.attachments.is_empty() {
            return body;
        }
        let files = self.attachments.iter().map(Attachment::part);
        Part::many("mixed", std::iter::once(body).chain(files).collect())
    }
}

impl Attachment {
    fn part(&self) -> Part {
        let mut header = Vec::new();
        header::words(&mut header, "Content-Type", [self.written_type()]);
        let name = parameter::file_name(&self.name);
        let words = std::iter::once("attachment;".to_owned()).chain(name);
        header::words(&mut header, "Content-Disposition", words);
        header.extend(b"Content-Transfer-Encoding: base64\r\n");
        Part::one(header, transfer::base64(&self.content))
    }

    fn written_type(&self) -> String {
        let lower = self.media_type.to_ascii_lowercase();
        match lower.split_once('/') {
            Some((kind, subtype))
                if is_token(kind)
                    && is_token(subtype)
                    && kind != "multipart"
                    && kind != "message" =>
            {
                lower
            }
            Some(_) | None => "application/octet-stream".to_owned(),
        }
    }
}

/// RFC 6838 §4.2: the names that media types are registered with.
fn is_token(text: &str) -> bool {
    let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&octet);
    (1..=60).contains(&text.len()) && text.bytes().all(is_plain)
}
