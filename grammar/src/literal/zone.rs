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
    /// [`ZoneError`] when the database has no such name; the offer is certain for one that differs in
    /// case, or is the city of one zone alone.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let database = TimeZoneDatabase::bundled();
        let names: Vec<String> =
            database.available().map(|name| name.as_str().to_owned()).collect();
        if let Some(name) = names.iter().find(|name| *name == text) {
            return Ok(Self(name.clone()));
        }
        let (offer, certain) = offered(text, &names);
        let message =
            format!("`{text}` is not a time zone; write a name such as `Europe/London` or `UTC`");
        Err(ZoneError::new(message, offer.map(str::to_owned)).certain_if(certain))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was probably meant, and whether it is the same zone beyond doubt.
///
/// An abbreviation or an offset is never repaired: `BST` is three zones, and `GMT+1` of common speech
/// is called `Etc/GMT-1` in the database.
fn offered<'n>(text: &str, names: &'n [String]) -> (Option<&'n str>, bool) {
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(text)) {
        return (Some(name), true);
    }
    if !text.chars().any(char::is_lowercase) || text.chars().any(|it| it.is_ascii_digit()) {
        return (None, false);
    }
    let place = text.replace(' ', "_");
    let mut cities = names.iter().filter(|name| {
        name.rsplit_once('/').is_some_and(|(_, city)| city.eq_ignore_ascii_case(&place))
    });
    match (cities.next(), cities.next()) {
        (Some(city), None) => (Some(city), true),
        (Some(city), Some(_)) => (Some(city), false),
        (None, _) => {
            let closest = crate::suggest::closest(text, names.iter().map(String::as_str));
            (closest.filter(|name| name.contains('/')), false)
        }
    }
}
