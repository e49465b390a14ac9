//! The scan itself: one pass over the bytes, with the open parts on a stack of bounded height.

use std::ops::Range;

use super::{
    boundary::{clashes, declared, guessed},
    flag::{Flag, note},
    header::{Header, Reader, Stop},
    limits::Limits,
    line::{self, Ends, Line},
    outside::holds_text,
    part::{ContentType, Disposition, Part},
    transfer::Encoding,
};

/// What a scan found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scan {
    /// Every part, in the order of the message; the first is the message itself.
    pub parts: Vec<Part>,
    /// Remarks on the message as a whole.
    pub flags: Vec<Flag>,
}

impl Scan {
    /// The parts around the part at `index`, the closest first.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = &Part> {
        let parent = |index: usize| self.parts.get(index).and_then(|part| part.parent);
        std::iter::successors(parent(index), move |index| parent(*index))
            .filter_map(|index| self.parts.get(index))
    }

    /// The place of the part at `index`, such as `1.2`; `0` for the message itself.
    #[must_use]
    pub fn path(&self, index: usize) -> String {
        let around = self.ancestors(index).map(|part| part.ordinal);
        let ordinals = self.parts.get(index).map(|part| part.ordinal).into_iter().chain(around);
        let mut ordinals: Vec<String> =
            ordinals.filter(|ordinal| *ordinal > 0).map(|ordinal| ordinal.to_string()).collect();
        ordinals.reverse();
        if ordinals.is_empty() { "0".to_owned() } else { ordinals.join(".") }
    }
}

/// Scans a message.
///
/// ```
/// let message = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b--\r\n";
/// let scan = wire::mime::scan(message, &wire::mime::Limits::default());
/// assert_eq!(scan.parts.len(), 2);
/// assert_eq!(message.get(scan.parts[1].body.clone()), Some(b"hello".as_slice()));
/// ```
#[must_use]
pub fn scan(message: &[u8], limits: &Limits) -> Scan {
    let mut scanner = Scanner {
        bytes: message,
        limits,
        parts: Vec::new(),
        flags: Vec::new(),
        ends: Ends::default(),
        open: Vec::new(),
        fields_left: limits.header_fields,
        at: 0,
        alternatives: 0,
    };
    scanner.run();
    Scan { parts: scanner.parts, flags: scanner.flags }
}

/// A part whose end has not come.
#[derive(Debug)]
struct Open {
    part: usize,
    /// Its boundaries; none for a part that is no multipart.
    boundaries: Vec<Vec<u8>>,
    /// Parts begun in it.
    children: usize,
    /// Whether its closing delimiter came.
    closed: bool,
    /// Where its text outside the parts began, while it is in preamble or epilogue.
    outside_from: Option<usize>,
    /// The number of its group, if it is a `multipart/alternative` in no other one.
    group: Option<usize>,
}

/// A delimiter line of an open multipart.
#[derive(Clone, Copy, Debug)]
struct Delimiter {
    /// Index in the stack of open parts.
    level: usize,
    closing: bool,
    line: Line,
}

/// What a line that begins with `--` is to the open multiparts.
#[derive(Clone, Copy, Debug)]
enum Match {
    /// A delimiter.
    Is(Delimiter),
    /// It begins like the boundary of that level.
    Like(usize),
    /// Text.
    No,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    parts: Vec<Part>,
    flags: Vec<Flag>,
    ends: Ends,
    open: Vec<Open>,
    fields_left: usize,
    at: usize,
    alternatives: usize,
}

impl Scanner<'_> {
    fn run(&mut self) {
        self.begin(0);
        while let Some(delimiter) = self.next_delimiter() {
            if !self.pass(delimiter) {
                break;
            }
        }
        let stopped = self.flags.contains(&Flag::PartsOverLimit);
        self.close_above(0, self.bytes.len(), stopped);
        if self.ends.bare_cr() {
            note(&mut self.flags, Flag::BareCarriageReturn);
        }
        if self.ends.mixed() {
            note(&mut self.flags, Flag::MixedLineEnds);
        }
    }

    /// Begins a part at `start`, and those that begin with it: a nested message begins where its
    /// part's body does.
    fn begin(&mut self, start: usize) {
        let mut start = Some(start);
        while let Some(at) = start {
            start = self.begin_one(at);
        }
    }

    /// Begins one part; returns where a nested message begins.
    fn begin_one(&mut self, start: usize) -> Option<usize> {
        if self.parts.len() >= self.limits.parts {
            note(&mut self.flags, Flag::PartsOverLimit);
            self.at = self.bytes.len();
            return None;
        }
        let mut reader = Reader::new(self.bytes, self.limits, self.fields_left);
        let (body, stop) = reader.read(start, |line| self.is_delimiter(line));
        let Reader { header, flags, ends, fields_left, .. } = reader;
        (self.fields_left, self.at) = (fields_left, body);
        self.ends.merge(ends);
        let part = self.part(header, body, flags);
        let nested = stop == Stop::Blank && is_nested_message(&part);
        let is_multipart = part.content_type.kind == "multipart";
        let multipart = stop == Stop::Blank && is_multipart;
        let deep = part.depth >= self.limits.depth;
        let index = self.parts.len();
        self.parts.push(part);
        self.open.push(Open {
            part: index,
            boundaries: Vec::new(),
            children: 0,
            closed: false,
            outside_from: None,
            group: None,
        });
        if is_multipart && !multipart {
            self.flag(index, Flag::Truncated);
        }
        if (nested || multipart) && deep {
            self.flag(index, Flag::DepthOverLimit);
        } else if multipart {
            self.open_multipart(index);
        } else if nested {
            self.container(index);
            return Some(body);
        }
        None
    }

    /// Makes the part from its header; tells its surrounding parts that it is there.
    fn part(&mut self, header: Header, body: usize, mut flags: Vec<Flag>) -> Part {
        let (parent, alternative) = self.surroundings();
        let ordinal = self.open.last_mut().map_or(0, |open| {
            open.children += 1;
            open.children
        });
        let digest = parent
            .and_then(|parent| self.parts.get(parent))
            .is_some_and(|parent| parent.content_type.is("multipart", "digest"));
        let (bytes, limits) = (self.bytes, self.limits);
        let content_type = ContentType::read(&header, bytes, limits, digest, &mut flags);
        if content_type.is("message", "partial") {
            note(&mut flags, Flag::PartialMessage);
        }
        if content_type.is("message", "external-body") {
            note(&mut flags, Flag::ExternalBody);
        }
        let encoding = Encoding::read(&header, bytes, &mut flags);
        let disposition = Disposition::read(&header, bytes, limits, &mut flags);
        let content_id = header.values(bytes, "content-id").next().map(content_id);
        Part {
            parent,
            ordinal,
            depth: self.open.len(),
            body: body..body,
            content_type,
            encoding,
            disposition,
            content_id: content_id.unwrap_or_default(),
            alternative,
            container: false,
            boundaries: Vec::new(),
            outside: Vec::new(),
            flags,
            header,
        }
    }

    fn surroundings(&self) -> (Option<usize>, Option<(usize, usize)>) {
        let parent = self.open.last().map(|open| open.part);
        let outermost = self.open.iter().find_map(|open| Some((open.group?, open.children)));
        let direct = self.open.last().is_some_and(|open| open.group.is_some());
        // The child that is being begun is not counted yet where the group is its own parent.
        let alternative = outermost.map(|(group, branch)| (group, branch + usize::from(direct)));
        (parent, alternative)
    }

    fn open_multipart(&mut self, index: usize) {
        let Some(part) = self.parts.get_mut(index) else { return };
        let mut flags = std::mem::take(&mut part.flags);
        if part.encoding.transforms() {
            note(&mut flags, Flag::EncodedMultipart);
        }
        let mut boundaries = declared(part, &mut flags);
        if boundaries.is_empty() {
            note(&mut flags, Flag::BoundaryMissing);
            boundaries.extend(guessed(self.bytes, self.at));
            // The first such line may be a delimiter of the multipart around it.
            boundaries.retain(|boundary| {
                !self.open.iter().any(|open| clashes(&open.boundaries, boundary))
            });
        }
        let used =
            |boundary: &Vec<u8>| self.open.iter().any(|open| clashes(&open.boundaries, boundary));
        if boundaries.iter().any(used) {
            note(&mut flags, Flag::BoundaryReused);
        }
        let alternative = part.content_type.subtype == "alternative" && part.alternative.is_none();
        part.boundaries.clone_from(&boundaries);
        part.flags = flags;
        if boundaries.is_empty() {
            return;
        }
        self.container(index);
        let group = alternative.then(|| {
            self.alternatives += 1;
            self.alternatives
        });
        if let Some(open) = self.open.last_mut() {
            open.boundaries = boundaries;
            open.outside_from = Some(self.at);
            open.group = group;
        }
    }

    fn container(&mut self, index: usize) {
        if let Some(part) = self.parts.get_mut(index) {
            part.container = true;
        }
    }

    fn flag(&mut self, index: usize, flag: Flag) {
        if let Some(part) = self.parts.get_mut(index) {
            note(&mut part.flags, flag);
        }
    }

    /// The next delimiter line at or behind `self.at`.
    fn next_delimiter(&mut self) -> Option<Delimiter> {
        if self.open.iter().all(|open| open.boundaries.is_empty()) {
            return None;
        }
        let finder = memchr::memmem::Finder::new(b"--");
        while let Some(found) = finder.find(self.bytes.get(self.at..)?) {
            let start = self.at + found;
            let previous = start.checked_sub(1).and_then(|before| self.bytes.get(before));
            if found > 0 && !matches!(previous, Some(b'\r' | b'\n')) {
                self.at = start + 1;
                continue;
            }
            let line = line::at(self.bytes, start);
            match self.matching(line) {
                Match::Is(delimiter) => return Some(delimiter),
                Match::Like(level) => {
                    if let Some(part) = self.open.get(level).map(|open| open.part) {
                        self.flag(part, Flag::BoundaryPrefix);
                    }
                }
                Match::No => {}
            }
            self.at = line.next.max(start + 1);
        }
        self.at = self.bytes.len();
        None
    }

    fn is_delimiter(&self, line: Line) -> bool {
        self.bytes.get(line.start..line.end).is_some_and(|octets| octets.starts_with(b"--"))
            && matches!(self.matching(line), Match::Is(_))
    }

    /// What a line beginning with `--` is. Parts still open come before closed ones, inner ones
    /// before outer ones, whole boundaries before their beginnings.
    fn matching(&self, line: Line) -> Match {
        let octets = self.bytes.get(line.start + 2..line.end).unwrap_or_default();
        let trimmed = octets.trim_ascii_end();
        let stem = trimmed.strip_suffix(b"--");
        let (mut in_closed, mut like) = (None, None);
        for (level, open) in self.open.iter().enumerate().rev() {
            for boundary in &open.boundaries {
                let whole = trimmed == boundary.as_slice();
                if whole || stem == Some(boundary.as_slice()) {
                    let delimiter = Delimiter { level, closing: !whole, line };
                    if !open.closed {
                        return Match::Is(delimiter);
                    }
                    in_closed.get_or_insert(delimiter);
                } else if !boundary.is_empty() && octets.starts_with(boundary) {
                    like.get_or_insert(level);
                }
            }
        }
        match (in_closed, like) {
            (Some(delimiter), _) => Match::Is(delimiter),
            (None, Some(level)) => Match::Like(level),
            (None, None) => Match::No,
        }
    }

    /// Goes past a delimiter; false when a limit ends the scan.
    fn pass(&mut self, delimiter: Delimiter) -> bool {
        let Delimiter { level, closing, line } = delimiter;
        let (end, ended) = line::before(self.bytes, self.floor(), line.start);
        self.ends.see(ended);
        self.ends.see(line.ended);
        self.close_above(level + 1, end, false);
        self.at = line.next;
        self.leave_outside(level, end);
        let Some(open) = self.open.get_mut(level) else { return false };
        let (part, was_closed) = (open.part, open.closed);
        open.closed = closing;
        if closing {
            open.outside_from = Some(line.next);
        }
        if was_closed {
            self.flag(part, Flag::DelimiterAfterClose);
        }
        if !closing {
            self.begin(line.next);
        }
        !self.flags.contains(&Flag::PartsOverLimit)
    }

    /// The body of the innermost open part begins here; a line end before it is its header's.
    fn floor(&self) -> usize {
        let innermost = self.open.last();
        let body = innermost.and_then(|open| self.parts.get(open.part)).map_or(0, |p| p.body.start);
        innermost.and_then(|open| open.outside_from).map_or(body, |from| from.max(body))
    }

    /// Ends every open part from `level` up at `end`.
    fn close_above(&mut self, level: usize, end: usize, stopped: bool) {
        while self.open.len() > level {
            let top = self.open.len() - 1;
            self.leave_outside(top, end);
            let Some(open) = self.open.pop() else { return };
            let Some(part) = self.parts.get_mut(open.part) else { return };
            part.body.end = end.max(part.body.start);
            if !open.boundaries.is_empty() && !open.closed && !stopped {
                note(&mut part.flags, Flag::Truncated);
            }
        }
    }

    /// Ends the preamble or epilogue of the part at `level`, if it is in one.
    fn leave_outside(&mut self, level: usize, end: usize) {
        let Some(open) = self.open.get_mut(level) else { return };
        let Some(from) = open.outside_from.take() else { return };
        let Some(part) = self.parts.get_mut(open.part) else { return };
        let range: Range<usize> = from..end.max(from);
        let text = self.bytes.get(range.clone()).unwrap_or_default();
        if holds_text(text) {
            note(
                &mut part.flags,
                if open.closed { Flag::EpilogueText } else { Flag::PreambleText },
            );
            part.outside.push(range);
        }
    }
}

/// Whether the body is a message to be read as parts of this one. Where a transfer encoding
/// stands before it, it must be decoded first.
fn is_nested_message(part: &Part) -> bool {
    part.content_type.kind == "message"
        && matches!(part.content_type.subtype.as_str(), "rfc822" | "global" | "news")
        && !part.encoding.transforms()
}

fn content_id(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"<").unwrap_or(value);
    value.strip_suffix(b">").unwrap_or(value).to_vec()
}
