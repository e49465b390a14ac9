//! One range of a file.
//!
//! # Standards
//!
//! RFC 9110, section 14: several ranges at once, other units and what does not parse may be
//! answered with the whole; `If-Range` too, since files have no validator here.

use axum::http::{HeaderMap, header};

/// Which part of a file to send.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// The range begins behind the end.
    Beyond,
    /// From the first to the last octet, both included.
    Slice { first: usize, last: usize },
    /// All of it.
    Whole,
}

impl Part {
    /// The value of `Content-Range` for a file of so many octets.
    pub(super) fn content_range(self, total: usize) -> Option<String> {
        match self {
            Self::Beyond => Some(format!("bytes */{total}")),
            Self::Slice { first, last } => Some(format!("bytes {first}-{last}/{total}")),
            Self::Whole => None,
        }
    }
}

/// What a request wants of a file of so many octets.
pub(super) fn wanted(request: &HeaderMap, total: usize) -> Part {
    if request.contains_key(header::IF_RANGE) {
        return Part::Whole;
    }
    let range = request.get(header::RANGE).and_then(|it| it.to_str().ok());
    range.and_then(|it| parse(it, total)).unwrap_or(Part::Whole)
}

fn parse(text: &str, total: usize) -> Option<Part> {
    let (first, last) = text.strip_prefix("bytes=")?.trim().split_once('-')?;
    if last.contains(',') {
        return None;
    }
    let end = total.checked_sub(1);
    let part = match (first, last) {
        ("", length) => {
            let length: usize = number(length)?;
            match end {
                Some(end) if length > 0 => {
                    Part::Slice { first: total.saturating_sub(length), last: end }
                }
                Some(_) | None => Part::Beyond,
            }
        }
        (first, last) => {
            let first = number(first)?;
            let last = if last.is_empty() { usize::MAX } else { number(last)? };
            match end {
                _ if last < first => return None,
                Some(end) if first <= end => Part::Slice { first, last: last.min(end) },
                Some(_) | None => Part::Beyond,
            }
        }
    };
    Some(part)
}

/// Digits alone: `+1` is no position.
fn number(text: &str) -> Option<usize> {
    let is_plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    is_plain.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, total: usize, expected: Part) {
        let headers = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
        assert_eq!(wanted(&headers, total), expected, "{range} of {total}");
    }

    #[test]
    fn ranges_are_those_of_rfc_9110() {
        check("bytes=0-4", 10, Part::Slice { first: 0, last: 4 });
        check("bytes=5-", 10, Part::Slice { first: 5, last: 9 });
        check("bytes=-3", 10, Part::Slice { first: 7, last: 9 });
        check("bytes=-30", 10, Part::Slice { first: 0, last: 9 });
        check("bytes=9-99", 10, Part::Slice { first: 9, last: 9 });
        check("bytes=10-", 10, Part::Beyond);
        check("bytes=-0", 10, Part::Beyond);
        check("bytes=0-", 0, Part::Beyond);
        check("bytes=99999999999999999999999-", 10, Part::Beyond);
        for whole in
            ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes=", "bytes=+1-2"]
        {
            check(whole, 10, Part::Whole);
        }
    }
}
