//! Which role may talk to which, and which of two asks.

use crate::protocol::control::Role;

/// Which roles talk to each other.
pub(super) fn joined(one: Role, other: Role) -> bool {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    matches!(
        (low, high),
        (
            Role::Exam(_) | Role::Deliver | Role::Front | Role::Keyd | Role::Portal | Role::Resolve,
            Role::Spool
        ) | (Role::Deliver | Role::Front, Role::Keyd)
            | (Role::Front, Role::Login)
            | (Role::Keyd, Role::Portal)
            | (Role::Portal, Role::Reader)
    )
}

/// Who asks whom: the one that may report the loss of the line between them.
pub(super) fn asks(role: Role, peer: Role) -> bool {
    match role {
        Role::Spool => {
            matches!(peer, Role::Deliver | Role::Exam(_) | Role::Keyd | Role::Resolve)
        }
        Role::Front => matches!(peer, Role::Keyd | Role::Login | Role::Spool),
        Role::Portal => matches!(peer, Role::Keyd | Role::Reader | Role::Spool),
        Role::Deliver => peer == Role::Keyd,
        Role::Exam(_) | Role::Keyd | Role::Login | Role::Reader | Role::Resolve => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_examiner_knows_the_spool_and_nobody_else() {
        let others = [
            Role::Deliver,
            Role::Front,
            Role::Keyd,
            Role::Portal,
            Role::Reader,
            Role::Resolve,
            Role::Exam(1),
        ];
        assert!(joined(Role::Exam(0), Role::Spool) && joined(Role::Spool, Role::Exam(0)));
        assert!(others.iter().all(|it| !joined(Role::Exam(0), *it) && !joined(*it, Role::Exam(0))));
    }

    #[test]
    fn the_reader_knows_the_portal_alone() {
        let others = [Role::Deliver, Role::Front, Role::Keyd, Role::Spool, Role::Exam(0)];
        assert!(joined(Role::Portal, Role::Reader));
        assert!(others.iter().all(|it| !joined(Role::Reader, *it)));
    }

    #[test]
    fn who_asks_for_names_knows_the_spool_alone() {
        let others =
            [Role::Deliver, Role::Front, Role::Keyd, Role::Portal, Role::Reader, Role::Exam(0)];
        assert!(joined(Role::Resolve, Role::Spool));
        assert!(others.iter().all(|it| !joined(Role::Resolve, *it)));
    }

    #[test]
    fn nobody_reports_what_it_does_not_ask() {
        let all = [
            Role::Deliver,
            Role::Exam(0),
            Role::Front,
            Role::Keyd,
            Role::Login,
            Role::Portal,
            Role::Reader,
            Role::Resolve,
            Role::Spool,
        ];
        for role in all {
            for peer in all {
                assert!(!asks(role, peer) || joined(role, peer), "{role} and {peer}");
                assert!(!asks(role, peer) || !asks(peer, role), "{role} and {peer}");
            }
            assert!(!asks(Role::Exam(0), role) && !asks(Role::Reader, role));
        }
    }

    #[test]
    fn no_role_is_joined_to_itself() {
        for role in [
            Role::Deliver,
            Role::Front,
            Role::Keyd,
            Role::Portal,
            Role::Reader,
            Role::Resolve,
            Role::Spool,
        ] {
            assert!(!joined(role, role));
        }
    }
}
