//! Text as it is put together: what is shown, and the other readings of a paragraph that has some.

/// How a run of text stands in its paragraph.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    Deleted,
    Hidden,
    Inserted,
    Shown,
}

/// One paragraph in its readings.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// As it is shown with its changes accepted.
    shown: String,
    /// Everything in it, in order; empty while it is the same.
    whole: Option<String>,
    /// As it is shown with its changes rejected; empty while it is the same.
    before: Option<String>,
}

impl Flow {
    pub(super) fn push(&mut self, text: &str, standing: Standing) {
        match standing {
            Standing::Shown => {}
            Standing::Hidden => self.fork_whole(),
            Standing::Deleted | Standing::Inserted => {
                self.fork_whole();
                let shown = &self.shown;
                self.before.get_or_insert_with(|| shown.clone());
            }
        }
        if let Some(whole) = &mut self.whole {
            whole.push_str(text);
        }
        if matches!(standing, Standing::Shown | Standing::Deleted)
            && let Some(before) = &mut self.before
        {
            before.push_str(text);
        }
        if matches!(standing, Standing::Shown | Standing::Inserted) {
            self.shown.push_str(text);
        }
    }

    fn fork_whole(&mut self) {
        let shown = &self.shown;
        self.whole.get_or_insert_with(|| shown.clone());
    }

    /// The shown reading, and the others where they differ.
    pub(super) fn readings(self) -> (String, Vec<String>) {
        let shown = self.shown;
        let mut others: Vec<String> =
            [self.whole, self.before].into_iter().flatten().filter(|it| *it != shown).collect();
        others.dedup();
        others.retain(|it| !it.trim().is_empty());
        (shown, others)
    }
}

/// Whether two texts have the same letters and figures in the same order.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    let words = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
    words(one) == words(other)
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
    fn a_plain_paragraph_has_one() {
        let mut flow = Flow::default();
        flow.push("40", Standing::Shown);
        assert_eq!(flow.readings(), ("40".to_owned(), Vec::new()));
    }
}
