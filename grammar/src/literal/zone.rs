//! Names of time zones.

use jiff::tz::TimeZoneDatabase;

use super::refusal::refusal;

/// The IANA name of a time zone, such as `Europe/London`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Zone(String);

refusal! {
    /// Why a text is not the name of a time zone.
    ZoneError
}

impl Zone {
    /// Reads a name of the time zone database that is part of the program.
    ///
    /// # Errors
    ///
    /// [`ZoneError`] when the database has no such name; the offer is the closest one.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let database = TimeZoneDatabase::bundled();
        let names: Vec<String> =
            database.available().map(|name| name.as_str().to_owned()).collect();
        if let Some(name) = names.iter().find(|name| *name == text) {
            return Ok(Self(name.clone()));
        }
        let same = names.iter().find(|name| {
            name.eq_ignore_ascii_case(text)
                || name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(text))
        });
        let offer = same
            .map(String::as_str)
            .or_else(|| crate::suggest::closest(text, names.iter().map(String::as_str)));
        Err(ZoneError::new(
            format!("`{text}` is not a time zone; write a name such as `Europe/London` or `UTC`"),
            offer.map(str::to_owned),
        ))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
