//! What the description of a definition says of its settings, in the words that people use:
//! "7 days, no print, reply allowed".

/// What a description says.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Said {
    /// Days, each time it names a span of time.
    pub(super) days: Vec<u64>,
    pub(super) print: Option<bool>,
    pub(super) reply: Option<bool>,
    pub(super) reply_all: Option<bool>,
    pub(super) forward: Option<bool>,
}

/// Words for a span of time, and how many days it is.
const UNITS: [(&str, u64); 8] = [
    ("day", 1),
    ("days", 1),
    ("week", 7),
    ("weeks", 7),
    ("month", 30),
    ("months", 30),
    ("year", 365),
    ("years", 365),
];

/// Reads a description.
pub(super) fn said(description: &str) -> Said {
    let lower = description.to_lowercase();
    let words: Vec<&str> =
        lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let days = words.windows(2).filter_map(|pair| {
        let [number, unit] = pair else { return None };
        let (_, days) = UNITS.iter().find(|it| it.0 == *unit)?;
        number.parse::<u64>().ok().map(|it| it.saturating_mul(*days))
    });
    Said {
        days: days.collect(),
        print: permission(&words, &["print", "printing"], false),
        reply: permission(&words, &["reply", "replies", "replying"], false),
        reply_all: permission(&words, &["reply"], true),
        forward: permission(&words, &["forward", "forwarding"], false),
    }
}

/// Whether the words allow or deny something; `all` for the word followed by `all`.
fn permission(words: &[&str], names: &[&str], all: bool) -> Option<bool> {
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    for at in (0..words.len()).filter(|at| names.contains(&word(*at))) {
        let next = at.saturating_add(1);
        let is_all = word(next) == "all";
        if is_all != all && names.contains(&"reply") {
            continue;
        }
        let after = word(if is_all { next.saturating_add(1) } else { next });
        let before = at.checked_sub(1).map(word).unwrap_or_default();
        match (before, after) {
            ("no" | "deny" | "without" | "not", _) | (_, "denied" | "off" | "forbidden") => {
                return Some(false);
            }
            ("allow" | "allows" | "with" | "may" | "can", _) | (_, "allowed" | "on") => {
                return Some(true);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_analysts() {
        let one = said("Allow Print, 7-Day Exp, No Reply All");
        let expected =
            Said { days: vec![7], print: Some(true), reply_all: Some(false), ..Said::default() };
        assert_eq!(one, expected);
        assert_eq!(said("Confidential: 30 days, no print").print, Some(false));
        assert_eq!(said("two weeks"), Said::default());
        assert_eq!(said("2 weeks; forwarding denied").days, [14]);
        assert_eq!(said("Printed matter"), Said::default());
        assert_eq!(said("no reply").reply, Some(false));
        assert_eq!(said("no reply all").reply, None);
    }
}
