//! Delivery reports: what became of a message, told to its sender.
//!
//! # Trust
//!
//! A report goes to whoever the envelope named, over the open net. It returns nothing of the
//! message but its `Message-ID`: neither subject, text nor attachments (a report that did would
//! carry a secure message out in clear), also where
//! the sender asks for all of it (`RET=FULL`, which RFC 3461 §4.3 lets a server decline). What a remote server said is reduced to printable ASCII.
//!
//! # Standards
//!
//! RFC 3464 (`message/delivery-status`), RFC 3462 (`multipart/report`), RFC 3834 §5,
//! RFC 6533 §3 (addresses beyond ASCII).

use grammar::literal::{Address, Domain};

use super::{date::Date, field::MessageId, header, mailbox::Mailbox, part::Part};
use crate::smtp::{
    client::{Reply, Status},
    dsn::{EnvelopeId, OriginalRecipient},
};

/// A report to write. The envelope that carries it has the null sender.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// Who reports, such as `Mail Delivery System <postmaster@…>`.
    pub from: Mailbox,
    /// The sender of the message.
    pub to: Address,
    /// The server that reports.
    pub host: Domain,
    /// When the report is written.
    pub date: Date,
    /// The report's own name.
    pub message_id: MessageId,
    /// When the message came in.
    pub arrived: Date,
    /// The name of the message.
    pub original: Option<MessageId>,
    /// What its sender calls its envelope.
    pub envelope_id: Option<EnvelopeId>,
    /// What is told for all the recipients.
    pub action: Action,
    /// What more to say, in an operator's words, in front of the list of recipients.
    pub note: String,
    /// The recipients concerned, at least one.
    pub recipients: Vec<Reported>,
}

/// What became of a message (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Action {
    /// Not delivered yet; tried until then.
    Delayed(Date),
    /// Delivered.
    Delivered,
    /// Delivered to a list, and sent on to its members.
    Expanded,
    /// Not delivered, and not tried again.
    Failed,
    /// Handed to a server that will not report on it.
    Relayed,
}

/// What became of a message for one recipient.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reported {
    /// The recipient.
    pub address: Address,
    /// To whom the message went in the first place.
    pub original: Option<OriginalRecipient>,
    /// The status.
    pub status: Status,
    /// The server that said so.
    pub remote: Option<Domain>,
    /// What it said.
    pub said: Option<Reply>,
}

impl Report {
    /// Writes the report; `seed` as for [`super::Mail::write`].
    #[must_use]
    pub fn write(&self, seed: u128) -> Vec<u8> {
        let mut out = Vec::new();
        header::mailboxes(&mut out, "From", std::slice::from_ref(&self.from));
        header::mailboxes(&mut out, "To", &[Mailbox::bare(self.to.clone())]);
        header::text(&mut out, "Subject", self.title());
        header::words(&mut out, "Date", [self.date.to_string()]);
        header::words(&mut out, "Message-ID", [self.message_id.to_string()]);
        if let Some(original) = &self.original {
            header::words(&mut out, "References", [original.to_string()]);
        }
        out.extend(b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n");
        let mut parts = vec![Part::text("plain", &self.explanation()), self.status_part()];
        parts.extend(self.original.as_ref().map(headers_part));
        Part::many("report; report-type=delivery-status", parts).write(seed, &mut out);
        out
    }

    const fn title(&self) -> &'static str {
        match self.action {
            Action::Delayed(_) => "Your message is delayed",
            Action::Delivered => "Your message was delivered",
            Action::Expanded => "Your message was sent on to a list",
            Action::Failed => "Your message could not be delivered",
            Action::Relayed => "Your message was handed on",
        }
    }

    /// The part that people read.
    fn explanation(&self) -> String {
        let mut text = format!("This is the mail system at {}.\n\n", self.host);
        match self.action {
            Action::Delayed(until) => text.push_str(&format!(
                "Your message could not be delivered yet to the recipients below.\nNo action is \
                 needed: delivery is tried until {until}.\n\n"
            )),
            Action::Delivered => {
                text.push_str("Your message was delivered to the recipients below.\n\n");
            }
            Action::Expanded => text.push_str(
                "Your message was sent on to the members of the lists below.\nYou hear of a member \
                 only if it fails.\n\n",
            ),
            Action::Relayed => text.push_str(
                "Your message was handed to the next mail server for the recipients below.\nThat \
                 server does not report on it, so you hear nothing more unless it fails.\n\n",
            ),
            Action::Failed => {
                text.push_str("Your message could not be delivered to the recipients below.\n\n");
            }
        }
        if !self.note.is_empty() {
            text.push_str(&format!("{}\n\n", self.note));
        }
        for recipient in &self.recipients {
            text.push_str(&format!("  {} ({})\n", recipient.address, recipient.status));
            if let Some(said) = &recipient.said {
                text.push_str(&format!("    {said}\n"));
            }
        }
        text.push_str("\nFor its confidentiality, the message itself is not returned.\n");
        text
    }

    /// The part that programs read.
    fn status_part(&self) -> Part {
        let mut content = Vec::new();
        if let Some(envelope_id) = &self.envelope_id {
            let words = envelope_id.decoded();
            let words = words.split(' ').filter(|it| !it.is_empty()).map(str::to_owned);
            header::words(&mut content, "Original-Envelope-Id", words);
        }
        typed(&mut content, "Reporting-MTA", "dns", self.host.as_str());
        header::words(&mut content, "Arrival-Date", [self.arrived.to_string()]);
        for recipient in &self.recipients {
            content.extend(b"\r\n");
            if let Some(original) = &recipient.original {
                typed(&mut content, "Original-Recipient", original.kind(), &original.decoded());
            }
            let address = recipient.address.to_string();
            if address.is_ascii() {
                typed(&mut content, "Final-Recipient", "rfc822", &address);
            } else {
                typed(&mut content, "Final-Recipient", "utf-8", &spelt(&address));
            }
            let action = match self.action {
                Action::Delayed(_) => "delayed",
                Action::Delivered => "delivered",
                Action::Expanded => "expanded",
                Action::Failed => "failed",
                Action::Relayed => "relayed",
            };
            header::words(&mut content, "Action", [action.to_owned()]);
            header::words(&mut content, "Status", [recipient.status.to_string()]);
            if let Some(remote) = &recipient.remote {
                typed(&mut content, "Remote-MTA", "dns", remote.as_str());
            }
            if let Some(said) = &recipient.said {
                typed(&mut content, "Diagnostic-Code", "smtp", &said.to_string());
            }
            if let Action::Delayed(until) = self.action {
                header::words(&mut content, "Will-Retry-Until", [until.to_string()]);
            }
        }
        Part::one(b"Content-Type: message/delivery-status\r\n".to_vec(), content)
    }
}

/// An address in ASCII, as reports of seven bits write it (RFC 6533 §3, utf-8-addr-xtext).
fn spelt(address: &str) -> String {
    let mut text = String::new();
    for letter in address.chars() {
        match letter {
            '!'..='~' if !matches!(letter, '\\' | '+' | '=') => text.push(letter),
            _ => text.push_str(&format!("\\x{{{:02X}}}", u32::from(letter))),
        }
    }
    text
}

/// All that is returned of the message.
fn headers_part(original: &MessageId) -> Part {
    let mut content = Vec::new();
    header::words(&mut content, "Message-ID", [original.to_string()]);
    Part::one(b"Content-Type: text/rfc822-headers\r\n".to_vec(), content)
}

/// Writes `Name: type; value`, printable ASCII, in words of a bounded length.
fn typed(out: &mut Vec<u8>, name: &str, kind: &str, value: &str) {
    let ascii: String = value
        .chars()
        .map(|letter| if matches!(letter, ' '..='~') { letter } else { '?' })
        .collect();
    let words = ascii.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
    header::words(out, name, std::iter::once(format!("{kind};")).chain(words));
}
