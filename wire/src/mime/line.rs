//! Lines as lenient readers take them: CRLF, bare LF and bare CR all end one.

/// How a line ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Cr,
    CrLf,
    Lf,
    None,
}

/// A line: its octets are `start..end`, the next begins at `next`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) next: usize,
    pub(super) ended: End,
}

/// The line that begins at `start`.
pub(super) fn at(bytes: &[u8], start: usize) -> Line {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = memchr::memchr2(b'\r', b'\n', rest) else {
        return Line { start, end: bytes.len(), next: bytes.len(), ended: End::None };
    };
    let end = start + length;
    let (ended, octets) = match bytes.get(end..).unwrap_or_default() {
        // A doubled CR is the trace of a text-mode transfer; it ends one line, not two.
        [b'\r', b'\r', b'\n', ..] => (End::Cr, 3),
        [b'\r', b'\n', ..] => (End::CrLf, 2),
        [b'\r', ..] => (End::Cr, 1),
        _ => (End::Lf, 1),
    };
    Line { start, end, next: end + octets, ended }
}

/// Where the line before `start` ends, its line end taken off, not before `floor`; and how.
pub(super) fn before(bytes: &[u8], floor: usize, start: usize) -> (usize, End) {
    let (octets, ended) = match bytes.get(floor..start).unwrap_or_default() {
        [.., b'\r', b'\n'] => (2, End::CrLf),
        [.., b'\n'] => (1, End::Lf),
        [.., b'\r'] => (1, End::Cr),
        _ => (0, End::None),
    };
    (start - octets, ended)
}

/// Which line ends the structure of a message rests on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends {
    cr: bool,
    crlf: bool,
    lf: bool,
}

impl Ends {
    pub(super) fn see(&mut self, ended: End) {
        match ended {
            End::Cr => self.cr = true,
            End::CrLf => self.crlf = true,
            End::Lf => self.lf = true,
            End::None => {}
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.cr |= other.cr;
        self.crlf |= other.crlf;
        self.lf |= other.lf;
    }

    pub(super) fn bare_cr(self) -> bool {
        self.cr
    }

    pub(super) fn mixed(self) -> bool {
        self.crlf && (self.lf || self.cr) || self.lf && self.cr
    }
}

/// A folded value on one line: line ends before a space or tab are taken out.
///
/// # Source
///
/// RFC 5322 section 2.2.3.
#[must_use]
pub fn unfold(value: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return std::borrow::Cow::Borrowed(value);
    }
    let mut unfolded = Vec::with_capacity(value.len());
    let mut from = 0;
    for at in memchr::memchr2_iter(b'\r', b'\n', value).chain([value.len()]) {
        unfolded.extend_from_slice(value.get(from..at).unwrap_or_default());
        from = at + 1;
    }
    std::borrow::Cow::Owned(unfolded)
}
