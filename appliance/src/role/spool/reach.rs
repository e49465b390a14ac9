//! Whether the sender that an envelope names may be written to.
//!
//! Who sends mail in the name of another should not be able to have us write to that other: a
//! report about a forged message is one more unwanted message (RFC 5321 §6.1, RFC 7489 §10.5).

use crate::protocol::{
    resolve::{Authentication, Outcome},
    spool::Envelope,
};

/// How sure it is that the sender of an envelope sent it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reach {
    /// One of ours, or of our networks, or somebody who logged in.
    Known,
    /// A stranger whose domain says that the peer may send for it.
    Vouched,
    /// A stranger, and nothing was found that says anything of it.
    Open,
    /// A stranger whose domain says that it does not send so.
    Forged,
}

impl Reach {
    /// Finds out from the envelope and what was found when the message came.
    pub(super) fn of(envelope: &Envelope, found: Option<&Authentication>) -> Self {
        if envelope.trusted || envelope.peer.is_none() {
            return Self::Known;
        }
        let (Some(found), Some(sender)) = (found, &envelope.sender) else { return Self::Open };
        let domain = sender.rsplit_once('@').map_or("", |it| it.1);
        let spf = (!found.spf.by_helo).then_some(found.spf.outcome);
        let signed =
            found.dkim.iter().any(|it| it.outcome == Outcome::Pass && is_of(&it.domain, domain));
        if spf == Some(Outcome::Pass) || signed {
            return Self::Vouched;
        }
        // A forwarder breaks SPF and no signature, so a signature counts before it.
        let disowned = found.dmarc.outcome == Outcome::Fail && is_of(&found.dmarc.domain, domain);
        if disowned || spf == Some(Outcome::Fail) { Self::Forged } else { Self::Open }
    }

    /// May be told that a message was not delivered: whoever sent it in good faith must know.
    pub(super) fn hears_of_failure(self) -> bool {
        self != Self::Forged
    }

    /// May be told what needs nobody's attention: that a message was delivered, or is late.
    pub(super) fn hears_of_more(self) -> bool {
        matches!(self, Self::Known | Self::Vouched)
    }
}

/// Whether one of two domains is the other, or above it.
fn is_of(one: &str, other: &str) -> bool {
    let below = |long: &str, short: &str| {
        let head = long.len().checked_sub(short.len()).and_then(|it| long.split_at_checked(it));
        head.is_some_and(|(head, tail)| {
            tail.eq_ignore_ascii_case(short) && (head.is_empty() || head.ends_with('.'))
        })
    };
    let whole = one.contains('.') && other.contains('.');
    whole && (below(one, other) || below(other, one))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::protocol::resolve::{Dmarc, Signature, Spf};

    fn found(spf: Outcome, by_helo: bool, signed: Outcome, dmarc: Outcome) -> Authentication {
        let domain = "shop.example".to_owned();
        Authentication {
            spf: Spf { outcome: spf, by_helo, ..Spf::default() },
            dkim: vec![Signature {
                outcome: signed,
                domain: domain.clone(),
                ..Signature::default()
            }],
            dmarc: Dmarc { outcome: dmarc, domain },
            ..Authentication::default()
        }
    }

    #[test]
    fn a_stranger_is_written_to_as_far_as_its_domain_stands_for_it() {
        use Outcome::{Fail, None, Pass, SoftFail};
        let peer = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let from = |sender: &str| Envelope {
            peer,
            sender: Some(sender.to_owned()),
            ..Envelope::default()
        };
        let stranger = from("anna@mail.shop.example");
        let of = |spf, by_helo, signed, dmarc| {
            Reach::of(&stranger, Some(&found(spf, by_helo, signed, dmarc)))
        };
        assert_eq!(of(Pass, false, None, None), Reach::Vouched);
        assert_eq!(of(Fail, false, Pass, Pass), Reach::Vouched, "forwarded");
        assert_eq!(of(Pass, true, None, None), Reach::Open);
        assert_eq!(of(None, false, Fail, None), Reach::Open);
        assert_eq!(of(SoftFail, false, None, None), Reach::Open);
        assert_eq!(of(Fail, true, None, None), Reach::Open);
        assert_eq!(of(Fail, false, None, None), Reach::Forged);
        assert_eq!(of(None, false, None, Fail), Reach::Forged);
        // What another domain signs says nothing of this sender.
        let victim = from("victim@victim.example");
        assert_eq!(Reach::of(&victim, Some(&found(Fail, false, Pass, Pass))), Reach::Forged);
        let like = from("anna@notshop.example");
        assert_eq!(Reach::of(&like, Some(&found(None, false, Pass, Pass))), Reach::Open);
        assert_eq!(Reach::of(&stranger, Option::None), Reach::Open);
        let trusted = Envelope { trusted: true, ..stranger.clone() };
        assert_eq!(Reach::of(&trusted, Option::None), Reach::Known);
        assert_eq!(Reach::of(&Envelope::default(), Option::None), Reach::Known);
    }
}
