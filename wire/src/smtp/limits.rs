//! Every bound the SMTP side obeys, in one place, with its unit and its source.

use std::time::Duration;

/// Octets in one command line, CRLF included (RFC 5321 §4.5.3.1.4).
pub const COMMAND_LINE_OCTETS_MAX: usize = 512;

/// Octets in a `MAIL` line: room for `SIZE` (RFC 1870 §3), `BODY` (RFC 6152 §2), `AUTH` (RFC 4954
/// §3), `RET` and `ENVID` (RFC 3461 §4) and `SMTPUTF8` (RFC 6531 §3.4) is added to the command line.
pub const MAIL_LINE_OCTETS_MAX: usize = COMMAND_LINE_OCTETS_MAX + 26 + 17 + 500 + 118 + 10;

/// Octets in a `RCPT` line: room for `NOTIFY` and `ORCPT` (RFC 3461 §4) is added to the command
/// line.
pub const RCPT_LINE_OCTETS_MAX: usize = COMMAND_LINE_OCTETS_MAX + 500 + 36;

/// Octets in the value of `ENVID` (RFC 3461 §4.4).
pub const ENVELOPE_ID_OCTETS_MAX: usize = 100;

/// Octets in the value of `ORCPT` (RFC 3461 §4.2).
pub const ORIGINAL_RECIPIENT_OCTETS_MAX: usize = 500;

/// Octets in an `AUTH` line or an answer to a challenge, CRLF excluded (RFC 4954 §4).
pub const AUTH_LINE_OCTETS_MAX: usize = 12_288;

/// Octets the line reader keeps, CRLF included: the longest line that any command may have.
pub const LINE_OCTETS_MAX: usize = AUTH_LINE_OCTETS_MAX + 2;

/// Octets of an over-long line that are read and dropped before the conversation is ended.
pub const ENDLESS_LINE_OCTETS_MAX: usize = 64 * 1024;

/// Octets that the line reader keeps allocated between lines.
pub const LINE_OCTETS_KEPT: usize = 1_024;

/// Octets in one path, brackets included (RFC 5321 §4.5.3.1.3).
pub const PATH_OCTETS_MAX: usize = 256;

/// Octets in the name a peer gives itself (RFC 5321 §4.5.3.1.2).
pub const PEER_NAME_OCTETS_MAX: usize = 255;

/// Octets in a content line that every server must take, CRLF included (RFC 5321 §4.5.3.1.6).
pub const DATA_LINE_OCTETS_MIN: usize = 1_000;

/// Octets in a content line, CRLF included, before the message is refused. Writers in the field
/// exceed the 1,000 of the standard, which asks servers to be generous (RFC 5321 §4.5.3.1).
pub const DATA_LINE_OCTETS_MAX: usize = 16 * 1024;

/// Recipients one transaction may name; RFC 5321 §4.5.3.1.8 asks for at least 100.
pub const RECIPIENTS_MAX: usize = 1_000;

/// Messages one conversation may bring.
pub const MESSAGES_MAX: u32 = 1_000;

/// Commands not understood or out of order before the conversation is ended.
pub const ERRORS_MAX: u32 = 20;

/// Recipients refused in one conversation before it is ended: a harvester guesses, a list does not.
pub const REFUSED_RECIPIENTS_MAX: u32 = 200;

/// Commands that bring no message forward (`NOOP`, `RSET`, `VRFY`, `HELP`, `EHLO`), between two
/// messages.
pub const IDLE_COMMANDS_MAX: u32 = 100;

/// Failed authentications before the conversation is ended.
pub const AUTH_FAILURES_MAX: u32 = 3;

/// Octets in a user name or a password.
pub const CREDENTIAL_OCTETS_MAX: usize = 1_024;

/// Octets in the text of a reply we write, code excluded (RFC 5321 §4.5.3.1.5: 512 with CRLF).
pub const REPLY_TEXT_OCTETS_MAX: usize = 400;

/// Octets in one line of a reply we read, CRLF included. RFC 5321 §4.5.3.1.5 says 512.
pub const REPLY_LINE_OCTETS_MAX: usize = 2_048;

/// Lines in one reply we read.
pub const REPLY_LINES_MAX: usize = 64;

/// Commands sent before their replies are read, where the server pipelines. Their replies fit in
/// any socket buffer, so neither side can block the other (RFC 2920 §3.1).
pub const PIPELINE_COMMANDS_MAX: usize = 50;

/// How long a server waits for the next command or the next octets (RFC 5321 §4.5.3.2.7).
pub const COMMAND_WAIT: Duration = Duration::from_secs(5 * 60);

/// How long a client waits for a greeting or the reply to a command (RFC 5321 §4.5.3.2.1–3).
pub const REPLY_WAIT: Duration = Duration::from_secs(5 * 60);

/// How long a client waits for the reply to `DATA` (RFC 5321 §4.5.3.2.4).
pub const DATA_WAIT: Duration = Duration::from_secs(2 * 60);

/// How long a client waits until a block of content is sent (RFC 5321 §4.5.3.2.5).
pub const BLOCK_WAIT: Duration = Duration::from_secs(3 * 60);

/// How long a client waits for the reply to the final dot (RFC 5321 §4.5.3.2.6).
pub const ACKNOWLEDGE_WAIT: Duration = Duration::from_secs(10 * 60);

/// Returns the octets that a message may have on the wire when its decoded content may have
/// `decoded_octets`: base64 with its line ends needs 78 octets for 57, and headers come on top.
///
/// ```
/// assert_eq!(wire::smtp::limits::encoded_octets(35 * 1024 * 1024), 50_279_219);
/// ```
#[must_use]
pub const fn encoded_octets(decoded_octets: u64) -> u64 {
    // Divided first, so that no limit an operator can write overflows.
    let hundreds = decoded_octets / 100;
    let rest = decoded_octets % 100;
    hundreds.saturating_mul(137).saturating_add(rest * 137 / 100)
}

// The longest legal recipient fits on a command line; otherwise one limit would hide the other.
const _: () = assert!("RCPT TO:\r\n".len() + PATH_OCTETS_MAX <= COMMAND_LINE_OCTETS_MAX);
const _: () = assert!(RCPT_LINE_OCTETS_MAX <= LINE_OCTETS_MAX);
const _: () = assert!(MAIL_LINE_OCTETS_MAX <= LINE_OCTETS_MAX);
const _: () = assert!(LINE_OCTETS_MAX < ENDLESS_LINE_OCTETS_MAX);
const _: () = assert!(DATA_LINE_OCTETS_MIN <= DATA_LINE_OCTETS_MAX);
const _: () = assert!(100 <= RECIPIENTS_MAX);
const _: () = assert!(REPLY_TEXT_OCTETS_MAX + "250 \r\n".len() <= 512);
