//! What a server offers in its reply to `EHLO`.

use super::reply::Reply;

/// The extensions of a server that we use.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Offer {
    pub(super) pipelining: bool,
    pub(super) eight_bit: bool,
    pub(super) dsn: bool,
    pub(super) utf8: bool,
    pub(super) start_tls: bool,
    pub(super) require_tls: bool,
    pub(super) auth_plain: bool,
    pub(super) auth_login: bool,
    pub(super) size: Size,
}

/// What a server says about sizes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Size {
    /// `SIZE` is not offered.
    #[default]
    Absent,
    /// `SIZE` is offered without a figure, or with 0.
    Unlimited,
    /// Messages of more octets are refused.
    AtMost(u64),
}

impl Offer {
    /// Reads the reply to `EHLO`. The first line is the server's name.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offer = Self::default();
        for line in reply.lines().iter().skip(1) {
            let upper = line.to_ascii_uppercase();
            let mut words = upper.split_ascii_whitespace();
            match words.next() {
                Some("PIPELINING") => offer.pipelining = true,
                Some("8BITMIME") => offer.eight_bit = true,
                Some("SMTPUTF8") => offer.utf8 = true,
                Some("DSN") => offer.dsn = true,
                Some("STARTTLS") => offer.start_tls = true,
                Some("REQUIRETLS") => offer.require_tls = true,
                Some("SIZE") => {
                    let octets = words.next().and_then(|word| word.parse().ok());
                    offer.size = match octets {
                        None | Some(0) => Size::Unlimited,
                        Some(octets) => Size::AtMost(octets),
                    };
                }
                Some("AUTH") => {
                    for mechanism in words {
                        offer.auth_plain |= mechanism == "PLAIN";
                        offer.auth_login |= mechanism == "LOGIN";
                    }
                }
                Some(_) | None => {}
            }
        }
        offer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_is_read_without_regard_to_case_and_strangers() {
        let lines: [&[u8]; 6] =
            [b"STARTTLS", b"size 100", b"8BitMime", b"AUTH CRAM-MD5 login", b"X-Y", b""];
        let expected = Offer {
            eight_bit: true,
            auth_login: true,
            size: Size::AtMost(100),
            ..Offer::default()
        };
        assert_eq!(Offer::read(&Reply::new(250, lines)), expected);
        let unlimited: [&[u8]; 2] = [b"mx", b"SIZE 0"];
        assert_eq!(Offer::read(&Reply::new(250, unlimited)).size, Size::Unlimited);
    }
}
