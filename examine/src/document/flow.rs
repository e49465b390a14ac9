//! Text as it is put together: what is shown, and the other readings of a paragraph that has some.

/// How a run of text stands in its paragraph.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// What programs show that know a newer form.
    Choice,
    Deleted,
    /// What other programs show instead of a choice.
    Fallback,
    Hidden,
    Inserted,
    InsertedChoice,
    Shown,
}

impl Standing {
    /// Whether the shown reading has it, and whether each of the others.
    fn stands_in(self) -> (bool, [bool; 3]) {
        match self {
            Self::Choice => (true, [true, true, false]),
            Self::Deleted => (false, [true, true, false]),
            Self::Fallback => (false, [true, false, true]),
            Self::Hidden => (false, [true, false, false]),
            Self::Inserted => (true, [true, false, true]),
            Self::InsertedChoice => (true, [true, false, false]),
            Self::Shown => (true, [true, true, true]),
        }
    }
}

/// One paragraph in its readings.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// As it is shown with its changes accepted, by programs that know all of it.
    shown: String,
    /// Everything in it, in order; as it is shown with its changes rejected; as it is shown by
    /// other programs. Each is empty while it is the same.
    others: [Option<String>; 3],
}

impl Flow {
    pub(super) fn push(&mut self, text: &str, standing: Standing) {
        let (is_shown, in_others) = standing.stands_in();
        for (reading, has) in self.others.iter_mut().zip(in_others) {
            if has != is_shown {
                reading.get_or_insert_with(|| self.shown.clone());
            }
            if let Some(reading) = reading.as_mut().filter(|_| has) {
                reading.push_str(text);
            }
        }
        if is_shown {
            self.shown.push_str(text);
        }
    }

    /// Whether nothing stands in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Everything in it, in order.
    pub(super) fn text(&self) -> &str {
        let [whole, ..] = &self.others;
        whole.as_deref().unwrap_or(&self.shown)
    }

    /// The shown reading, and the others where they differ.
    pub(super) fn readings(self) -> (String, Vec<String>) {
        let shown = self.shown;
        let mut others: Vec<String> = Vec::new();
        for other in self.others.into_iter().flatten() {
            if other != shown && !others.contains(&other) && !other.trim().is_empty() {
                others.push(other);
            }
        }
        (shown, others)
    }
}

/// Whether two texts have the same letters and figures in the same order. What is much longer than
/// the other is taken as different unseen, so that the work is that of the shorter.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    const FREE_OCTETS: usize = 64;
    let near = |one: &str, other: &str| one.len() <= other.len().saturating_mul(4) + FREE_OCTETS;
    fn words(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|it| it.is_alphanumeric())
    }
    near(one, other) && near(other, one) && words(one).eq(words(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_paragraph_has_each_of_its_readings() {
        let mut flow = Flow::default();
        for (text, standing) in [
            ("40", Standing::Shown),
            ("x", Standing::Hidden),
            ("12", Standing::Inserted),
            ("99", Standing::Deleted),
            (" end", Standing::Shown),
        ] {
            flow.push(text, standing);
        }
        let (shown, others) = flow.readings();
        assert_eq!(shown, "4012 end");
        assert_eq!(others, ["40x1299 end", "4099 end"]);
    }

    #[test]
    fn a_choice_and_its_fallback_are_read_each_for_itself() {
        let mut flow = Flow::default();
        for (text, standing) in [
            ("40", Standing::Shown),
            ("x", Standing::Choice),
            ("y", Standing::InsertedChoice),
            ("12", Standing::Fallback),
            ("88", Standing::Inserted),
            ("99", Standing::Deleted),
        ] {
            flow.push(text, standing);
        }
        let (shown, others) = flow.readings();
        assert_eq!(shown, "40xy88");
        assert_eq!(others, ["40xy128899", "40x99", "401288"]);
    }

    #[test]
    fn a_plain_paragraph_has_one() {
        let mut flow = Flow::default();
        flow.push("40", Standing::Shown);
        assert_eq!(flow.readings(), ("40".to_owned(), Vec::new()));
    }

    #[test]
    fn words_are_compared_without_signs() {
        assert!(same_words("a-b 1", "ab\n1"));
        assert!(!same_words("ab", "abc"));
        assert!(!same_words(&"-".repeat(1000), "-"));
    }
}
