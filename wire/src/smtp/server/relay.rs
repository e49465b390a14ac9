//! Who may send where: the one rule that keeps this server from being an open relay.

use grammar::literal::Address;

use super::reply::Reply;

/// Who a peer has shown itself to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It logged in with this user name.
    Authenticated(String),
    /// Anybody.
    Stranger,
    /// It connects from one of the relay networks.
    Trusted,
}

/// Where a recipient's domain is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// Not ours.
    Elsewhere,
    /// One of the domains this server takes mail for.
    Ours,
}

/// What the driver found out about a recipient.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RcptVerdict {
    /// The recipient may have the message, if [`permitted`] lets this peer reach its place.
    Accept(Place),
    /// The reply refuses the recipient for good or for now; a reply that accepts is taken as 451.
    Reject(Reply),
    /// Nobody could say; the peer is asked to come back.
    TryLater,
    /// There is no such recipient.
    Unknown,
}

/// Says whether a peer of this standing may send to this recipient.
///
/// Peers in the relay networks and peers that logged in may write to anyone. All others may write
/// to our domains only, and there not to an address that asks the next server to route it on
/// (`user%other@ours`, `other!user@ours`, `"user@other"@ours`).
#[must_use]
pub fn permitted(standing: &Standing, place: Place, recipient: &Address) -> bool {
    match standing {
        Standing::Authenticated(_) | Standing::Trusted => true,
        Standing::Stranger => place == Place::Ours && !is_routed(recipient.local()),
    }
}

fn is_routed(local: &str) -> bool {
    local.contains(['%', '!', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(standing: &Standing, place: Place, recipient: &str, expected: bool) {
        let recipient = Address::parse(recipient).unwrap();
        assert_eq!(permitted(standing, place, &recipient), expected, "{standing:?} {recipient}");
    }

    #[test]
    fn strangers_reach_our_domains_only() {
        check(&Standing::Stranger, Place::Ours, "a@ours.example", true);
        check(&Standing::Stranger, Place::Elsewhere, "a@other.example", false);
        check(&Standing::Stranger, Place::Ours, "a%other.example@ours.example", false);
        check(&Standing::Stranger, Place::Ours, "other.example!a@ours.example", false);
    }

    #[test]
    fn trusted_and_authenticated_peers_reach_everyone() {
        for standing in [Standing::Trusted, Standing::Authenticated("bob".to_owned())] {
            check(&standing, Place::Elsewhere, "a@other.example", true);
            check(&standing, Place::Ours, "a%other.example@ours.example", true);
        }
    }
}
