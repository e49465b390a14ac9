//! The exchanges of `AUTH`: `PLAIN` and `LOGIN`, each line an input.
//!
//! # Standards
//!
//! RFC 4954 §4 (AUTH), RFC 4616 (PLAIN). LOGIN has no standard; clients that have nothing else use
//! it as here.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{command::CommandError, reply::Reply};
use crate::smtp::{credentials::Credentials, limits::CREDENTIAL_OCTETS_MAX};

/// An exchange that has begun.
#[derive(Debug, Eq, PartialEq)]
pub struct Exchange(Step);

#[derive(Eq, PartialEq)]
enum Step {
    /// `LOGIN`: the user name is given, the password comes next.
    LoginPassword(String),
    /// `LOGIN`: the user name comes next.
    LoginUser,
    /// `PLAIN`: all comes next.
    Plain,
    /// All was given with the command.
    Given(Credentials),
}

/// Shows no user name.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::LoginPassword(_) => "LoginPassword",
            Self::LoginUser => "LoginUser",
            Self::Plain => "Plain",
            Self::Given(_) => "Given",
        })
    }
}

/// What an exchange does next.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Progress {
    /// Send the challenge; the next line answers it.
    Challenge(Exchange, Reply),
    /// The credentials are complete.
    Complete(Credentials),
    /// The exchange is over without credentials.
    Over(Reply),
}

impl Exchange {
    /// Parses what follows `AUTH`.
    pub(super) fn start(argument: &str) -> Result<Self, CommandError> {
        let (mechanism, initial) = match argument.split_once(' ') {
            Some((mechanism, initial)) => (mechanism, Some(initial)),
            None => (argument, None),
        };
        match (mechanism.to_ascii_uppercase().as_str(), initial) {
            ("PLAIN", None) => Ok(Self(Step::Plain)),
            ("PLAIN", Some(initial)) => plain(initial.as_bytes())
                .map(|credentials| Self(Step::Given(credentials)))
                .ok_or(CommandError::AuthMalformed),
            ("LOGIN", None) => Ok(Self(Step::LoginUser)),
            ("LOGIN", Some(initial)) => text(initial.as_bytes())
                .map(|user| Self(Step::LoginPassword(user)))
                .ok_or(CommandError::AuthMalformed),
            ("", _) => Err(CommandError::Syntax),
            (_, _) => Err(CommandError::AuthMechanism),
        }
    }

    /// What to do once the command itself is accepted.
    pub(super) fn begin(self) -> Progress {
        let challenge = match self.0 {
            Step::Given(credentials) => return Progress::Complete(credentials),
            Step::LoginPassword(_) => Reply::CHALLENGE_PASSWORD,
            Step::LoginUser => Reply::CHALLENGE_USER,
            Step::Plain => Reply::CHALLENGE,
        };
        Progress::Challenge(self, challenge)
    }

    /// Takes the answer to a challenge, a line without its CRLF.
    pub(super) fn answer(self, line: &[u8]) -> Progress {
        if line == b"*" {
            return Progress::Over(Reply::AUTH_CANCELLED);
        }
        let complete = match self.0 {
            Step::LoginUser => {
                return match text(line) {
                    Some(user) => Self(Step::LoginPassword(user)).begin(),
                    None => Progress::Over(Reply::AUTH_MALFORMED),
                };
            }
            Step::LoginPassword(user) => {
                text(line).map(|password| Credentials::new(user, password))
            }
            Step::Plain => plain(line),
            Step::Given(credentials) => Some(credentials),
        };
        complete.map_or(Progress::Over(Reply::AUTH_MALFORMED), Progress::Complete)
    }
}

/// Decodes a `PLAIN` message: who to act as (nobody but oneself), user name, password.
fn plain(encoded: &[u8]) -> Option<Credentials> {
    let message = text(encoded)?;
    let mut parts = message.split('\0');
    let (act_as, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    let is_self = act_as.is_empty() || act_as == user;
    (is_self && parts.next().is_none() && !user.is_empty())
        .then(|| Credentials::new(user.to_owned(), password.to_owned()))
}

fn text(encoded: &[u8]) -> Option<String> {
    // A single `=` is the empty string, which base64 cannot write as an initial response (§4).
    if encoded == b"=" {
        return Some(String::new());
    }
    let decoded = STANDARD.decode(encoded).ok()?;
    // PLAIN carries two of them and two separators.
    (decoded.len() <= 3 * CREDENTIAL_OCTETS_MAX).then(|| String::from_utf8(decoded).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> String {
        STANDARD.encode(text)
    }

    fn complete(progress: Progress) -> Option<(String, String)> {
        match progress {
            Progress::Complete(found) => {
                Some((found.user().to_owned(), found.password().to_owned()))
            }
            Progress::Challenge(..) | Progress::Over(_) => None,
        }
    }

    #[track_caller]
    fn check_plain(message: &str, expected: Option<(&str, &str)>) {
        let expected = expected.map(|(user, password)| (user.to_owned(), password.to_owned()));
        let initial = Exchange::start(&format!("PLAIN {}", encode(message))).ok();
        assert_eq!(initial.and_then(|exchange| complete(exchange.begin())), expected);
        let later = Exchange::start("plain").unwrap().answer(encode(message).as_bytes());
        assert_eq!(complete(later), expected);
    }

    #[test]
    fn plain_messages() {
        check_plain("\0bob\0tulip", Some(("bob", "tulip")));
        check_plain("bob\0bob\0tulip", Some(("bob", "tulip")));
        check_plain("eve\0bob\0tulip", None);
        check_plain("\0bob", None);
        check_plain("\0bob\0tulip\0", None);
        check_plain("\0\0tulip", None);
    }

    #[test]
    fn login_asks_twice() {
        let exchange = Exchange::start("LOGIN").unwrap();
        let Progress::Challenge(exchange, reply) = exchange.begin() else { panic!() };
        assert_eq!(reply, Reply::CHALLENGE_USER);
        let Progress::Challenge(exchange, reply) = exchange.answer(b"Ym9i") else { panic!() };
        assert_eq!(reply, Reply::CHALLENGE_PASSWORD);
        assert_eq!(
            complete(exchange.answer(encode("tulip").as_bytes())),
            Some(("bob".to_owned(), "tulip".to_owned()))
        );
    }

    #[test]
    fn hostile_answers_end_the_exchange() {
        for answer in [&b"*"[..], b"not base64!", b"\xff\xff", b"/w=="] {
            let over = Exchange::start("PLAIN").unwrap().answer(answer);
            assert!(matches!(over, Progress::Over(_)), "{answer:?}");
        }
        assert_eq!(Exchange::start("NTLM"), Err(CommandError::AuthMechanism));
        assert_eq!(Exchange::start(""), Err(CommandError::Syntax));
        assert_eq!(Exchange::start("PLAIN a b"), Err(CommandError::AuthMalformed));
    }
}
