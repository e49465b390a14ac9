//! Numbers of the command line, and what is said of what is none.

/// A part of a hundred: `95` or `95%`.
///
/// # Errors
///
/// What to write instead.
pub(super) fn percent(text: &str) -> Result<u8, String> {
    let number = text.trim().trim_end_matches('%').trim_end();
    let percent = number.parse().ok().filter(|it| *it <= 100);
    percent.ok_or_else(|| "write a whole number from 0 to 100, such as `95`".to_owned())
}

/// A whole number.
///
/// # Errors
///
/// What to write instead.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_error| "write a whole number, such as `42`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{percent, whole};

    #[test]
    fn a_percentage_may_have_its_mark() {
        assert_eq!((percent("95"), percent("95%"), percent("0 %")), (Ok(95), Ok(95), Ok(0)));
        assert!(percent("101").is_err() && percent("-1").is_err() && percent("most").is_err());
        assert!(whole("abc").is_err() && whole("-1").is_err());
    }
}
