//! Days, and moments in the organisation's time zone.

use std::fmt;

use nom::{
    IResult, Parser,
    character::complete::{char, satisfy},
    combinator::{map_opt, recognize},
    multi::many_m_n,
    sequence::{preceded, separated_pair},
};

use super::{
    refusal::refusal,
    whole::whole,
    written_date::{no_such_day, why_not},
};

/// A day of the Gregorian calendar, without a zone.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date(jiff::civil::Date);

/// A time of day, to the minute.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Time {
    hour: i8,
    minute: i8,
}

/// A day and perhaps a time, without a zone.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time; the start of the day when absent.
    pub time: Option<Time>,
}

refusal! {
    /// Why a text is not a date.
    DateError
}

refusal! {
    /// Why a text is not a moment.
    MomentError
}

impl Date {
    /// Reads `2026-03-02`: year, month, day.
    ///
    /// # Errors
    ///
    /// [`DateError`] when it is written otherwise or there is no such day.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        if let Some((day, time)) = text.split_once('T')
            && whole(ymd, day)
                .is_some_and(|(year, month, day)| Self::new(year, month, day).is_some())
        {
            let message = format!("`{text}` has a time; a day stands here, and all of it counts");
            return Err(DateError::new(message, Some(day.to_owned())).certain_if(time == "00:00"));
        }
        let Some((year, month, day)) = whole(ymd, text) else {
            return Err(why_not(text));
        };
        Self::new(year, month, day).ok_or_else(|| no_such_day(text, year, month))
    }

    /// The day in the calendar library's form.
    #[must_use]
    pub fn civil(self) -> jiff::civil::Date {
        self.0
    }

    pub(super) fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl Time {
    /// 0 to 23.
    #[must_use]
    pub fn hour(self) -> i8 {
        self.hour
    }

    /// 0 to 59.
    #[must_use]
    pub fn minute(self) -> i8 {
        self.minute
    }
}

impl Moment {
    /// Reads `2026-03-02` or `2026-03-02 09:30`.
    ///
    /// # Errors
    ///
    /// [`MomentError`] when the day or the time is wrong.
    pub fn parse(text: &str) -> Result<Self, MomentError> {
        let (day, time) = day_and_time(text);
        if let Some((front, back)) = day.split_once('T')
            && time.is_none()
            && Date::parse(front).is_ok()
        {
            let minutes = back.get(..5).unwrap_or(back);
            let offer = whole(clock, minutes).is_some().then(|| format!("{front} {minutes}"));
            return Err(MomentError::new(
                format!("`{text}` joins day and time with a `T`; write a space"),
                offer,
            )
            // Seconds or an offset from UTC would be lost.
            .certain_if(back == minutes));
        }
        let date = Date::parse(day).map_err(|error| {
            let offer = error.offer().map(|offer| {
                time.map_or_else(|| offer.to_owned(), |time| format!("{offer} {time}"))
            });
            MomentError::new(error.to_string(), offer).certain_if(error.is_certain())
        })?;
        let Some(time) = time else {
            return Ok(Self { date, time: None });
        };
        match whole(clock, time) {
            Some((hour, minute)) => Ok(Self { date, time: Some(Time { hour, minute }) }),
            None => Err(wrong_time(date, time)),
        }
    }

    /// Day and time in the calendar library's form; the start of the day when no time was written.
    #[must_use]
    pub fn civil(self) -> jiff::civil::DateTime {
        let (hour, minute) = self.time.map_or((0, 0), |time| (time.hour, time.minute));
        self.date.0.at(hour, minute, 0, 0)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date.fmt(f)?;
        self.time.map_or(Ok(()), |time| write!(f, " {:02}:{:02}", time.hour, time.minute))
    }
}

fn digits<'t, N: std::str::FromStr>(
    least: usize,
    most: usize,
) -> impl Parser<&'t str, Output = N, Error = nom::error::Error<&'t str>> {
    let digit = satisfy(|character| character.is_ascii_digit());
    map_opt(recognize(many_m_n(least, most, digit)), |text: &str| text.parse().ok())
}

fn ymd(text: &str) -> IResult<&str, (i16, i8, i8)> {
    (digits(4, 4), preceded(char('-'), digits(2, 2)), preceded(char('-'), digits(2, 2))).parse(text)
}

fn clock(text: &str) -> IResult<&str, (i8, i8)> {
    let in_range = |(hour, minute): (i8, i8)| (hour < 24 && minute < 60).then_some((hour, minute));
    map_opt(separated_pair(digits(2, 2), char(':'), digits(2, 2)), in_range).parse(text)
}

/// The day, which may be several words, and the time behind it.
fn day_and_time(text: &str) -> (&str, Option<&str>) {
    let first = text.split_once([' ', '\t']).filter(|(day, _)| Date::parse(day).is_ok());
    let last = || text.rsplit_once([' ', '\t']).filter(|(_, time)| time.contains(':'));
    match first.or_else(last) {
        Some((day, time)) => (day.trim().trim_end_matches(','), Some(time.trim())),
        None => (text, None),
    }
}

fn wrong_time(date: Date, time: &str) -> MomentError {
    let padded = format!("0{time}");
    let offer = whole(clock, &padded).is_some().then(|| format!("{date} {padded}"));
    MomentError::new(
        format!("`{time}` is not a time; write hours and minutes from `00:00` to `23:59`"),
        offer,
    )
    .certain_if(true)
}
