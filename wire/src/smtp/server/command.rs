//! One command line to one command, by a strict grammar.
//!
//! # Trust
//!
//! Only printable ASCII passes, and in addresses what `SMTPUTF8` lets through. Verbs and keywords are compared without regard to case; nothing
//! else is repaired, except blanks after the colon of `MAIL FROM:` and `RCPT TO:` and at the end
//! of the line (RFC 5321 §4.1.1), which senders in the field write.
//!
//! # Standards
//!
//! RFC 5321 §4.1.1–4.1.3; RFC 4954 §4; RFC 3207 §4; RFC 3030 §2; RFC 2033 §4.1.

use std::fmt;

use super::{
    auth::Exchange,
    parameter::{self, ParameterError},
    reply::Reply,
    transaction::Body,
};
use crate::smtp::{
    chunk::Chunk,
    dsn::{MailWish, RcptWish},
    limits::{
        AUTH_LINE_OCTETS_MAX, COMMAND_LINE_OCTETS_MAX, MAIL_LINE_OCTETS_MAX, PEER_NAME_OCTETS_MAX,
        RCPT_LINE_OCTETS_MAX,
    },
    path::{ForwardPath, PathError, ReversePath},
};

/// A command, parsed and within its length limits.
#[derive(Debug, Eq, PartialEq)]
pub enum Command {
    /// `AUTH`, with the exchange it starts.
    Auth(Exchange),
    /// `BDAT`; what it says follows it.
    Bdat(Chunk),
    /// `DATA`.
    Data,
    /// `EHLO`, with the name the peer gives itself.
    Ehlo(PeerName),
    /// `HELO`, likewise.
    Helo(PeerName),
    /// `HELP`, with or without a subject.
    Help,
    /// `LHLO`, as `EHLO`.
    Lhlo(PeerName),
    /// `MAIL FROM`.
    Mail(Mail),
    /// `NOOP`.
    Noop,
    /// `QUIT`.
    Quit,
    /// `RCPT TO`.
    Rcpt(Recipient),
    /// `RSET`.
    Rset,
    /// `STARTTLS`.
    StartTls,
    /// `VRFY`; what is asked about does not matter, since no answer tells anything.
    Vrfy,
}

/// What `MAIL` says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mail {
    /// Where failures are reported.
    pub sender: ReversePath,
    /// What octets the content may have.
    pub body: Body,
    /// The size announced, octets.
    pub declared_octets: Option<u64>,
    /// What is wanted to be told of the message.
    pub wish: MailWish,
    /// Addresses and headers may have letters beyond ASCII.
    pub utf8: bool,
}

/// What `RCPT` says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recipient {
    /// Who gets the message.
    pub path: ForwardPath,
    /// What is wanted to be told of it.
    pub wish: RcptWish,
    /// It was written in ASCII.
    pub is_ascii: bool,
}

/// The name a peer gives itself: a domain or an address literal, of harmless characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PeerName(String);

impl PeerName {
    /// Checks a name: 1 to 255 letters, digits, and `-._:[]`, the underscore included since names
    /// in the field have it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._:[]".contains(&octet);
        let fits = !text.is_empty() && text.len() <= PEER_NAME_OCTETS_MAX;
        (fits && text.bytes().all(is_plain)).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a line is not a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CommandError {
    /// `AUTH` without credentials that can be decoded.
    #[error("malformed credentials")]
    AuthMalformed,
    /// `AUTH` with a mechanism that is not offered.
    #[error("unknown mechanism")]
    AuthMechanism,
    /// A command that takes no argument has one.
    #[error("unexpected argument")]
    Argument,
    /// `BDAT` without a size that can be read: what follows it cannot be told from commands.
    #[error("malformed chunk size")]
    Chunk,
    /// A parameter of `MAIL` or `RCPT` with a bad or repeated value.
    #[error("malformed parameter")]
    BadParameter,
    /// A command that exists and is not offered.
    #[error("command not implemented")]
    NotImplemented,
    /// Octets that are not printable ASCII.
    #[error("not printable ASCII")]
    NotAscii,
    /// `EHLO` or `HELO` without a usable name.
    #[error("malformed name")]
    PeerName,
    /// A request of HTTP: a browser was made to send it, and mail may be hidden in what follows.
    #[error("a request of HTTP")]
    Http,
    /// `RCPT` with a path that does not parse.
    #[error("malformed recipient: {0}")]
    Recipient(PathError),
    /// `MAIL` with a path that does not parse.
    #[error("malformed sender: {0}")]
    Sender(PathError),
    /// The verb is known, what follows is not.
    #[error("syntax error")]
    Syntax,
    /// Longer than this command may be.
    #[error("line too long")]
    TooLong,
    /// No such command.
    #[error("unknown command")]
    Unknown,
    /// A parameter of `MAIL` or `RCPT` that was not offered.
    #[error("unknown parameter")]
    UnknownParameter,
}

impl CommandError {
    /// What the peer is told.
    #[must_use]
    pub const fn reply(self) -> Reply {
        match self {
            Self::AuthMalformed => Reply::AUTH_MALFORMED,
            Self::AuthMechanism => Reply::AUTH_MECHANISM,
            Self::Argument => Reply::NO_ARGUMENT,
            Self::BadParameter => Reply::BAD_PARAMETER,
            Self::Chunk => Reply::BAD_CHUNK,
            Self::Http => Reply::NOT_HTTP,
            Self::NotImplemented => Reply::NOT_IMPLEMENTED,
            Self::NotAscii => Reply::NOT_ASCII,
            Self::PeerName => Reply::BAD_NAME,
            Self::Recipient(PathError::NotAscii) | Self::Sender(PathError::NotAscii) => {
                Reply::ADDRESS_NOT_ASCII
            }
            Self::Recipient(PathError::Address | PathError::Unbracketed) => Reply::BAD_RECIPIENT,
            Self::Sender(PathError::Address | PathError::Unbracketed) => Reply::BAD_SENDER,
            Self::Syntax => Reply::SYNTAX,
            Self::TooLong => Reply::LINE_TOO_LONG,
            Self::Unknown => Reply::UNKNOWN_COMMAND,
            Self::UnknownParameter => Reply::UNKNOWN_PARAMETER,
        }
    }
}

impl From<ParameterError> for CommandError {
    fn from(error: ParameterError) -> Self {
        match error {
            ParameterError::Malformed => Self::BadParameter,
            ParameterError::Unknown => Self::UnknownParameter,
        }
    }
}

impl Command {
    /// Parses a line without its CRLF.
    ///
    /// # Errors
    ///
    /// [`CommandError`], which knows its reply.
    pub fn parse(line: &[u8]) -> Result<Self, CommandError> {
        let is_chunk = line.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT"));
        Self::read(line).map_err(|error| if is_chunk { CommandError::Chunk } else { error })
    }

    fn read(line: &[u8]) -> Result<Self, CommandError> {
        let Ok(text) = std::str::from_utf8(line) else {
            return Err(CommandError::NotAscii);
        };
        let text = text.trim_end_matches(' ');
        let (verb, argument) = text.split_once(' ').unwrap_or((text, ""));
        let verb = verb.to_ascii_uppercase();
        if line_octets_max(&verb) < line.len().saturating_add(2) {
            return Err(CommandError::TooLong);
        }
        // Whether letters beyond ASCII may be there is known once the parameters are.
        let has_address = matches!(verb.as_str(), "MAIL" | "RCPT");
        let is_plain =
            |letter: char| matches!(letter, ' '..='~') || has_address && !letter.is_ascii();
        if !text.chars().all(is_plain) {
            return Err(CommandError::NotAscii);
        }
        Self::of(&verb, argument)
    }

    fn of(verb: &str, argument: &str) -> Result<Self, CommandError> {
        match verb {
            "EHLO" => PeerName::parse(argument).map(Self::Ehlo).ok_or(CommandError::PeerName),
            "HELO" => PeerName::parse(argument).map(Self::Helo).ok_or(CommandError::PeerName),
            "LHLO" => PeerName::parse(argument).map(Self::Lhlo).ok_or(CommandError::PeerName),
            "MAIL" => mail(argument),
            "RCPT" => rcpt(argument),
            "DATA" => alone(Self::Data, argument),
            "RSET" => alone(Self::Rset, argument),
            "QUIT" => alone(Self::Quit, argument),
            "STARTTLS" => alone(Self::StartTls, argument),
            "NOOP" => Ok(Self::Noop),
            "HELP" => Ok(Self::Help),
            "VRFY" if argument.is_empty() => Err(CommandError::Syntax),
            "VRFY" => Ok(Self::Vrfy),
            "AUTH" => Exchange::start(argument).map(Self::Auth),
            "BDAT" => chunk(argument).map(Self::Bdat).ok_or(CommandError::Chunk),
            "EXPN" | "TURN" | "ETRN" | "SEND" | "SOML" | "SAML" => {
                Err(CommandError::NotImplemented)
            }
            "CONNECT" | "DELETE" | "GET" | "HEAD" | "OPTIONS" | "PATCH" | "POST" | "PUT"
            | "TRACE" => Err(CommandError::Http),
            _ => Err(CommandError::Unknown),
        }
    }
}

/// Whether a peer must wait for the reply to this line before it sends more (RFC 2920 §3.1; RFC
/// 3207 §4; RFC 4954 §4).
#[must_use]
pub fn must_wait_after(line: &[u8]) -> bool {
    let verb = line.split(|it| *it == b' ').next().unwrap_or_default();
    let verbs: [&[u8]; 11] = [
        b"EHLO",
        b"HELO",
        b"LHLO",
        b"DATA",
        b"VRFY",
        b"EXPN",
        b"TURN",
        b"NOOP",
        b"HELP",
        b"STARTTLS",
        b"AUTH",
    ];
    verbs.iter().any(|it| verb.eq_ignore_ascii_case(it))
}

fn line_octets_max(verb: &str) -> usize {
    match verb {
        "AUTH" => AUTH_LINE_OCTETS_MAX,
        "MAIL" => MAIL_LINE_OCTETS_MAX,
        "RCPT" => RCPT_LINE_OCTETS_MAX,
        _ => COMMAND_LINE_OCTETS_MAX,
    }
}

fn alone(command: Command, argument: &str) -> Result<Command, CommandError> {
    if argument.is_empty() { Ok(command) } else { Err(CommandError::Argument) }
}

fn mail(argument: &str) -> Result<Command, CommandError> {
    let path = after_keyword(argument, "FROM:").ok_or(CommandError::Syntax)?;
    let (sender, rest) = ReversePath::parse(path).map_err(CommandError::Sender)?;
    let parameter::MailParameters { size_octets, body, wish, utf8 } = parameter::of_mail(rest)?;
    if !utf8 && !path.is_ascii() {
        return Err(CommandError::Sender(PathError::NotAscii));
    }
    Ok(Command::Mail(Mail { sender, body, declared_octets: size_octets, wish, utf8 }))
}

fn rcpt(argument: &str) -> Result<Command, CommandError> {
    let path = after_keyword(argument, "TO:").ok_or(CommandError::Syntax)?;
    let is_ascii = path.is_ascii();
    let (path, rest) = ForwardPath::parse(path).map_err(CommandError::Recipient)?;
    Ok(Command::Rcpt(Recipient { path, wish: parameter::of_rcpt(rest)?, is_ascii }))
}

/// Reads `SIZE` or `SIZE LAST`, the size in at most 20 digits.
fn chunk(argument: &str) -> Option<Chunk> {
    let (size, last) = match argument.split_once(' ') {
        Some((size, last)) => (size, last.eq_ignore_ascii_case("LAST").then_some(true)?),
        None => (argument, false),
    };
    let is_number = (1..=20).contains(&size.len()) && size.bytes().all(|it| it.is_ascii_digit());
    Some(Chunk { octets: is_number.then(|| size.parse().ok())??, last })
}

fn after_keyword<'a>(argument: &'a str, keyword: &str) -> Option<&'a str> {
    let (head, rest) = argument.split_at_checked(keyword.len())?;
    head.eq_ignore_ascii_case(keyword).then(|| rest.trim_start_matches(' '))
}

#[cfg(test)]
mod tests;
