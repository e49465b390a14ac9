//! Writes mail: messages, delivery reports and trace lines.
//!
//! # Invariants
//!
//! - No value can make a header: what would end a line is a blank before it is written.
//! - Every line ends with CRLF and has at most 998 octets; headers fold at 76 where they can.
//! - The same values and the same seed give the same octets.
//!
//! # Standards
//!
//! RFC 5322 (messages), 2045–2047 (MIME), 2231 (file names), 2183 (dispositions), 3462, 3464 and
//! 3834 (reports), 8460 (reports on TLS), 5321 §4.4 (trace lines).
//!
//! ```
//! use wire::{Address, compose::{Date, Mail, Mailbox, MessageId}};
//!
//! let from = Mailbox::new("Zoë", Address::parse("zoe@acme.example")?);
//! let id = MessageId::parse("1@acme.example").ok_or("no message id")?;
//! let mut mail = Mail::new(from, Date::utc(0), id);
//! mail.subject = "Hello\r\nBcc: eve@other.example".to_owned();
//! let written = String::from_utf8(mail.write(7))?;
//! assert!(written.contains("Subject: Hello Bcc: eve@other.example\r\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod date;
mod field;
mod header;
mod mail;
mod mailbox;
mod parameter;
mod part;
mod received;
mod report;
mod tls_report;
mod transfer;
mod word;

pub use date::Date;
pub use field::{Field, FieldError, MessageId};
pub use mail::{Attachment, AutoSubmitted, Mail};
pub use mailbox::Mailbox;
pub use received::Trace;
pub use report::{Action, Report, Reported};
pub use tls_report::TlsReport;

#[cfg(test)]
mod tests;
