//! Reports about the TLS of a domain's mail servers, as mails.
//!
//! # Source
//!
//! RFC 8460 §5.1 to §5.3.

use grammar::literal::{Address, Domain};

use super::{
    date::Date, field::MessageId, header, mailbox::Mailbox, parameter, part::Part, transfer,
};

/// A report to write. It goes also where the TLS that it tells of is broken (RFC 8460 §5.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TlsReport {
    /// Who reports.
    pub from: Mailbox,
    /// Who wants to know.
    pub to: Address,
    /// The domain that the report is about.
    pub about: Domain,
    /// When it is written.
    pub date: Date,
    /// The mail's own name.
    pub message_id: MessageId,
    /// The report's own name: letters, digits, `-`.
    pub id: String,
    /// The first and the last second that it tells of, since 1970 UTC.
    pub seconds: (i64, i64),
    /// The report in JSON, compressed by gzip.
    pub compressed: Vec<u8>,
}

impl TlsReport {
    /// Writes the mail; `seed` as for [`super::Mail::write`].
    #[must_use]
    pub fn write(&self, seed: u128) -> Vec<u8> {
        let by = self.from.address.domain().as_str();
        let about = self.about.as_str();
        let mut out = Vec::new();
        header::mailboxes(&mut out, "From", std::slice::from_ref(&self.from));
        header::mailboxes(&mut out, "To", &[Mailbox::bare(self.to.clone())]);
        let subject =
            format!("Report Domain: {about} Submitter: {by} Report-ID: <{}@{by}>", self.id);
        header::text(&mut out, "Subject", &subject);
        header::words(&mut out, "Date", [self.date.to_string()]);
        header::words(&mut out, "Message-ID", [self.message_id.to_string()]);
        header::words(&mut out, "TLS-Report-Domain", [about.to_owned()]);
        header::words(&mut out, "TLS-Report-Submitter", [by.to_owned()]);
        out.extend(b"TLS-Required: No\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
        let parts = vec![Part::text("plain", &self.explanation()), self.part()];
        Part::many("report; report-type=tlsrpt", parts).write(seed, &mut out);
        out
    }

    fn explanation(&self) -> String {
        let by = self.from.address.domain().as_str();
        format!(
            "This is a report from {by} about TLS to the mail servers of {about}, which asks for \
             it\n(_smtp._tls.{about}, RFC 8460). It is made for programs and is attached.\n",
            about = self.about
        )
    }

    fn part(&self) -> Part {
        let by = self.from.address.domain().as_str();
        let (from, to) = self.seconds;
        let name = format!("{by}!{}!{from}!{to}!{}.json.gz", self.about, self.id);
        let mut header = b"Content-Type: application/tlsrpt+gzip\r\n".to_vec();
        let words = std::iter::once("attachment;".to_owned()).chain(parameter::file_name(&name));
        header::words(&mut header, "Content-Disposition", words);
        header.extend(b"Content-Transfer-Encoding: base64\r\n");
        Part::one(header, transfer::base64(&self.compressed))
    }
}
