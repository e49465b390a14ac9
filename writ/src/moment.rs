//! Moments on the command line: as rules write them, in the organisation's time zone, or with a zone of
//! their own.

use engine::Organisation;
use grammar::literal::{Date, Moment};
use jiff::Timestamp;

/// What the help calls such a value.
pub(crate) const VALUE_NAME: &str = "MOMENT";

/// A moment that somebody gave.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    /// `2026-03-02T09:30:00Z`.
    Exact(Timestamp),
    /// `2026-03-02`, `2026-03-02 09:30`.
    OfRules(Moment),
}

/// Reads a moment.
///
/// # Errors
///
/// A sentence with the forms.
pub(crate) fn parse(text: &str) -> Result<Given, String> {
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(Given::Exact(exact));
    }
    Moment::parse(text).map(Given::OfRules).map_err(|error| {
        format!("{error}; a time may follow, `2026-03-02 09:30`, or a time with its zone, `2026-03-02T09:30:00Z`")
    })
}

impl Given {
    /// When that is.
    pub(crate) fn timestamp(self, organisation: &Organisation) -> Timestamp {
        match self {
            Self::Exact(exact) => exact,
            Self::OfRules(moment) => {
                // A time that the clocks skip is read as they stood before.
                let zoned = organisation.zone.to_ambiguous_zoned(moment.civil()).compatible();
                zoned.map_or(Timestamp::UNIX_EPOCH, |it| it.timestamp())
            }
        }
    }

    /// The day that it is in, for the organisation.
    pub(crate) fn day(self, organisation: &Organisation) -> Date {
        Date::from(self.timestamp(organisation).to_zoned(organisation.zone.clone()).date())
    }
}

/// When that is; now when nobody said.
pub(crate) fn or_now(given: Option<Given>, organisation: &Organisation) -> Timestamp {
    given.map_or_else(Timestamp::now, |it| it.timestamp(organisation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_rules_and_of_programs_is_read() {
        for text in ["2026-03-02", "2026-03-02 09:30"] {
            assert!(matches!(parse(text), Ok(Given::OfRules(_))), "{text}");
        }
        for text in ["2026-03-02T09:30:00Z", "2026-03-02T10:30:00+01:00", "2026-03-02 09:30:00Z"] {
            assert!(matches!(parse(text), Ok(Given::Exact(_))), "{text}");
        }
        for text in ["02.03.2026", "2026-03-02 25:00", "soon", ""] {
            let error = parse(text).unwrap_err();
            assert!(error.contains("`2026-03-02 09:30`"), "{text}: {error}");
        }
    }
}
