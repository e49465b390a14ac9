//! Whether each role still works: it is asked now and then, and ended when it does not answer.
//!
//! Examiners are not asked: they work on one message for as long as that may take, and who waits
//! for them tells when it is longer.

use std::time::{Duration, Instant};

use super::Crew;
use crate::protocol::control::{Control, Role};

/// How often a role is asked.
pub(super) const EVERY: Duration = Duration::from_secs(5);
/// A role that has not answered for so long is told to be silent.
const SILENT_AFTER: Duration = Duration::from_secs(10);
/// A role that has not answered for so long is ended, and started anew.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same of the first answer of `spool`, before which it puts in order what was left behind: that
/// takes the longer the more there is of it.
const FIRST_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// What is known of the life of one process.
#[derive(Debug)]
pub(super) struct Pulse {
    /// Since when it owes an answer.
    asked: Option<Instant>,
    /// It may still be putting things in order.
    is_beginning: bool,
}

/// What to do about it.
#[derive(Debug, Eq, PartialEq)]
enum Turn {
    Ask,
    End,
    Wait,
}

impl Pulse {
    /// Of a process that was started just now.
    pub(super) fn of(role: Role) -> Self {
        Self { asked: None, is_beginning: role == Role::Spool }
    }

    /// It answered.
    pub(super) fn answered(&mut self) {
        *self = Self { asked: None, is_beginning: false };
    }

    /// Whether it should have answered by now.
    pub(super) fn is_silent(&self) -> bool {
        !self.is_beginning && self.asked.is_some_and(|it| SILENT_AFTER < it.elapsed())
    }

    fn turn(&mut self) -> Turn {
        let Some(asked) = self.asked else {
            self.asked = Some(Instant::now());
            return Turn::Ask;
        };
        let patience = if self.is_beginning { FIRST_PATIENCE } else { PATIENCE };
        if patience < asked.elapsed() { Turn::End } else { Turn::Wait }
    }
}

impl Crew {
    /// Asks every role that works, and ends those that have not answered for too long.
    pub(super) fn feel(&mut self) {
        if self.stopping {
            return;
        }
        let roles: Vec<Role> = self.members.keys().copied().collect();
        for role in roles {
            self.ask(role);
        }
        self.state.tell_of_life();
    }

    /// Asks a role unless it owes an answer; ends it when it owes one for too long.
    pub(super) fn ask(&mut self, role: Role) {
        if matches!(role, Role::Exam(_) | Role::Reader) {
            return;
        }
        let Some(member) = self.members.get_mut(&role).filter(|it| it.ready) else {
            return;
        };
        match member.pulse.turn() {
            Turn::Ask => self.tell(role, &Control::Ping, Vec::new()),
            Turn::Wait => {}
            Turn::End => {
                tracing::error!(event = "role.silent", role = %role, "ended by the master");
                // Dropping the sender ends the process; its end starts the next one.
                member.kill.take();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(wait: Duration) -> Option<Instant> {
        Instant::now().checked_sub(wait)
    }

    #[test]
    fn a_role_is_asked_waited_for_and_ended() {
        let mut pulse = Pulse::of(Role::Spool);
        assert_eq!(pulse.turn(), Turn::Ask);
        assert_eq!(pulse.turn(), Turn::Wait);
        pulse.answered();
        assert_eq!(pulse.turn(), Turn::Ask);
        let second = Duration::from_secs(1);
        for (wait, silent, turn) in [
            (SILENT_AFTER - second, false, Turn::Wait),
            (SILENT_AFTER + second, true, Turn::Wait),
            (PATIENCE + second, true, Turn::End),
        ] {
            pulse.asked = ago(wait);
            assert_eq!((pulse.is_silent(), pulse.turn()), (silent, turn));
        }
        // Before its first answer it may be busy for long.
        for (role, silent, turn) in
            [(Role::Spool, false, Turn::Wait), (Role::Keyd, true, Turn::End)]
        {
            let mut pulse = Pulse { asked: ago(PATIENCE * 2), ..Pulse::of(role) };
            assert_eq!((pulse.is_silent(), pulse.turn()), (silent, turn));
        }
    }
}
