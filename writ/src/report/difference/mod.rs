//! What a change of rules changes, for people, for a merge request and for programs.

pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod text;

use engine::diff::{Direction, Edit};

use crate::{
    compared::{Compared, Key},
    plain::{counted, plain_line},
    version::Version,
};

/// Everything that is told.
pub(crate) struct Report<'r> {
    pub(crate) old: &'r Version,
    pub(crate) new: &'r Version,
    /// The worst first.
    pub(crate) edits: &'r [Edit],
    /// Absent where no message was decided.
    pub(crate) compared: Option<&'r Compared>,
}

impl Report<'_> {
    fn count(&self, direction: Direction) -> usize {
        self.edits.iter().filter(|it| it.direction == direction).count()
    }

    /// Where an edit is: `rules/a.writ:12`, or where it was.
    fn places(&self, edit: &Edit) -> (Option<String>, Option<String>) {
        let place = |version: &Version, it: &Option<(String, u32)>| {
            it.as_ref().map(|it| format!("{}:{}", plain_line(&version.path(&it.0)), it.1))
        };
        (place(self.old, &edit.old), place(self.new, &edit.new))
    }

    /// The first line of every form, without its end.
    fn headline(&self) -> String {
        if self.edits.is_empty() {
            return "Nothing that the rules mean has changed".to_owned();
        }
        let (lowers, may) = (self.count(Direction::Lowers), self.count(Direction::MayLower));
        match (lowers, may) {
            (0, 0) => "No edit lowers protection".to_owned(),
            (0, may) => format!("{} protection", verbed(may, "may lower", "may lower")),
            (lowers, 0) => format!("{} protection", verbed(lowers, "lowers", "lower")),
            (lowers, may) => {
                format!("{} protection, {may} more may", verbed(lowers, "lowers", "lower"))
            }
        }
    }

    /// How many messages were decided, and what came of them.
    fn decided(&self, compared: &Compared) -> String {
        let kinds: Vec<String> =
            compared.messages.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let messages = counted(compared.total(), "message", "messages");
        let recipients = counted(compared.recipients, "recipient", "recipients");
        format!("{messages} decided by both ({}), for {recipients}", kinds.join(", "))
    }
}

fn verbed(number: usize, one: &str, many: &str) -> String {
    let edits = counted(number, "edit", "edits");
    format!("{edits} {}", if number == 1 { one } else { many })
}

/// What happens, and because of what.
fn because(words: &str, by: &[String]) -> String {
    format!("{} because {}", plain_line(words), plain_line(&by.join(", ")))
}

/// Whether only who decides differs.
fn is_same_outcome(key: &Key) -> bool {
    key.direction == Direction::Neutral && key.old == key.new
}
