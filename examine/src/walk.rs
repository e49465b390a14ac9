//! The walk over all parts, those behind a transfer encoding included, without recursion.

mod file;
mod header;

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
};

use engine::{
    facts::{Alternative, Content, Segment},
    normal,
};
use grammar::tree::Scope;
use wire::mime::{Class, Flag, Limits, Part, Scan, scan};

use crate::{
    Extract, PartReport,
    budget::Budget,
    charset,
    extract::Kept,
    leaf,
    limits::TEXT_OCTETS_MAX,
    place::{Job, Place, Spot, What},
    remark::{DECODED_OVER_LIMIT, ENCRYPTED_PGP, Remark, TEXT_OVER_LIMIT},
};

pub(crate) struct Walk<'m> {
    limits: Limits,
    kept: Kept,
    jobs: VecDeque<Job<'m>>,
    content: Content,
    parts: Vec<PartReport>,
    mime_parts: usize,
    budget: Budget,
    decoded_left: u64,
    groups: u32,
    full: bool,
    /// As [`Extract::opened`].
    opened: bool,
}

impl<'m> Walk<'m> {
    pub(crate) fn new(message: &'m [u8], limits: Limits, kept: Kept) -> Self {
        let octets = Cow::Borrowed(message);
        let job = Job { octets, what: What::Message, spot: Spot::default() };
        Self {
            limits,
            kept,
            jobs: VecDeque::from([job]),
            content: Content::default(),
            parts: Vec::new(),
            mime_parts: 0,
            budget: Budget::new(&limits),
            decoded_left: limits.decoded_octets,
            groups: 0,
            full: false,
            opened: false,
        }
    }

    pub(crate) fn run(mut self) -> Extract {
        while let Some(job) = self.jobs.pop_front() {
            match &job.what {
                What::File(label, remarks) => self.member(&job, label, remarks),
                What::Message => self.message(&job),
            }
        }
        Extract { content: self.content, parts: self.parts, opened: self.opened }
    }

    fn message(&mut self, job: &Job<'m>) {
        let limits = Limits {
            parts: self.limits.parts.saturating_sub(self.mime_parts),
            depth: self.limits.depth.saturating_sub(job.spot.depth),
            ..self.limits
        };
        let scan = scan(&job.octets, &limits);
        let path = if job.is_whole() { "0" } else { &job.spot.path };
        for flag in &scan.flags {
            self.remark(path, (*flag).into());
        }
        let first = self.parts.len();
        self.mime_parts = self.mime_parts.saturating_add(scan.parts.len());
        let groups = self.groups;
        let mut renderings = BTreeMap::new();
        for (index, part) in scan.parts.iter().enumerate() {
            let group = |(group, branch)| Alternative {
                group: groups.saturating_add(count(group)),
                branch: count(branch),
            };
            let in_message = |part: &Part| part.content_type.kind == "message";
            let own = part.alternative.filter(|_| is_rendering(&scan, index, &mut renderings));
            let spot = Spot {
                path: job.path_of(&scan.path(index)),
                number: count(first + index),
                nested: job.spot.nested || scan.ancestors(index).any(in_message),
                alternative: job.spot.alternative.or_else(|| own.map(group)),
                depth: job.spot.depth.saturating_add(part.depth),
            };
            let whole = index == 0 && job.is_whole();
            let place = Place { message: &job.octets, spot, whole, part };
            if let Some((group, _)) = part.alternative {
                self.groups = self.groups.max(groups.saturating_add(count(group)));
            }
            self.part(&place);
        }
    }

    fn part(&mut self, place: &Place<'_>) {
        let part = place.part;
        let mut report = PartReport {
            path: place.spot.path.clone(),
            part: place.spot.number,
            kind: part.content_type.essence(),
            ..PartReport::default()
        };
        let mut remarks: Vec<Remark> = part.flags.iter().map(|flag| (*flag).into()).collect();
        self.header(place, &mut remarks);
        let body = if place.spot.nested { Scope::AttachmentText } else { Scope::Body };
        for range in part.header.stray.iter().chain(&part.outside) {
            let octets = place.message.get(range.clone()).unwrap_or_default();
            let text = charset::decode(octets, None).text;
            self.segment(&place.spot, body, &text);
            if self.kept.texts {
                report.text.push_str(&text);
            }
        }
        if part.container {
            self.container(place, &mut report, &mut remarks);
        } else {
            self.leaf(place, &mut report, &mut remarks);
        }
        self.finish(report, remarks);
    }

    /// Files a part with its remarks.
    fn finish(&mut self, mut report: PartReport, mut remarks: Vec<Remark>) {
        remarks.sort_unstable();
        remarks.dedup();
        for remark in &remarks {
            self.remark(&report.path, *remark);
        }
        report.flags = remarks.iter().map(|remark| remark.words.to_owned()).collect();
        self.parts.push(report);
    }

    /// Files a remark under what follows from it.
    fn remark(&mut self, path: &str, remark: Remark) {
        let list = match remark.class {
            Class::Ambiguous => &mut self.content.ambiguous,
            Class::Note => return,
            Class::OverLimit => &mut self.content.over_limit,
            Class::Unreadable => &mut self.content.unreadable,
        };
        list.push(format!("{} (part {path})", remark.words));
    }

    fn container(&mut self, place: &Place<'_>, report: &mut PartReport, remarks: &mut Vec<Remark>) {
        let part = place.part;
        if part.content_type.is("multipart", "encrypted") {
            remarks.push(ENCRYPTED_PGP);
        }
        if part.content_type.kind == "message" {
            let octets = u64::try_from(part.body.len()).unwrap_or(u64::MAX);
            // It says what it is by being read.
            self.attachment(place, report, octets, Vec::new(), remarks);
        }
        if part.flags.contains(&Flag::EncodedMultipart) && self.afford(part, remarks) {
            let octets = leaf::octets(place.message, part).bytes;
            let kind = part.header.values(place.message, "content-type").next().unwrap_or_default();
            let message = [b"Content-Type:", kind, b"\r\n\r\n", &octets].concat();
            self.nest(&place.spot, message, place.spot.nested, remarks);
        }
    }

    /// Whether decoding the part stays within the limit; takes it off.
    fn afford(&mut self, part: &Part, remarks: &mut Vec<Remark>) -> bool {
        let octets = u64::try_from(part.body.len()).unwrap_or(u64::MAX);
        match self.decoded_left.checked_sub(octets) {
            Some(left) => self.decoded_left = left,
            None => remarks.push(DECODED_OVER_LIMIT),
        }
        remarks.last() != Some(&DECODED_OVER_LIMIT)
    }

    /// Whether something may stand one deeper than the spot.
    fn deeper(&self, spot: &Spot, remarks: &mut Vec<Remark>) -> bool {
        let fits = spot.depth < self.limits.depth;
        remarks.extend((!fits).then(|| Remark::from(Flag::DepthOverLimit)));
        fits
    }

    /// Goes on with the message that stands at the spot.
    fn nest(&mut self, spot: &Spot, message: Vec<u8>, nested: bool, remarks: &mut Vec<Remark>) {
        if self.deeper(spot, remarks) {
            let spot = Spot { nested, depth: spot.depth.saturating_add(1), ..spot.clone() };
            self.jobs.push_back(Job { octets: Cow::Owned(message), what: What::Message, spot });
        }
    }

    /// Appends normalised text; segments stand apart so that no term spans two of them.
    fn segment(&mut self, spot: &Spot, scope: Scope, text: &str) {
        if text.trim().is_empty() || self.full {
            return;
        }
        let before = self.content.text.len();
        if before > 0 {
            self.content.text.push('\n');
        }
        let start = self.content.text.len();
        let mut cased = String::new();
        let keeping = self.kept.case.then_some(&mut cased);
        normal::append(text, &mut self.content.text, keeping);
        let end = self.content.text.len();
        if TEXT_OCTETS_MAX < end {
            self.content.text.truncate(before);
            self.full = true;
            return self.remark(&spot.path, TEXT_OVER_LIMIT);
        }
        let (part, alternative) = (spot.number, spot.alternative);
        self.content.cased.push(cased);
        self.content.segments.push(Segment { scope, start, end, part, alternative });
    }
}

/// Branch by group and subtype.
type Renderings<'s> = BTreeMap<(usize, &'s str), usize>;

/// Whether the part is one of several forms of one text, of which a reader shows one: a body, in an
/// alternative that no message stands in, and the first branch of its subtype. Files are listed
/// whatever branch they stand in.
fn is_rendering<'s>(scan: &'s Scan, index: usize, seen: &mut Renderings<'s>) -> bool {
    let Some(part) = scan.parts.get(index) else { return false };
    let Some((group, branch)) = part.alternative else { return false };
    let mut above = scan.ancestors(index);
    let in_message = above.any(|it| it.content_type.kind == "message")
        && above.any(|it| it.content_type.is("multipart", "alternative"));
    if part.container {
        return !in_message && part.content_type.kind == "multipart";
    }
    let subtype = part.content_type.subtype.as_str();
    leaf::is_body(part) && !in_message && *seen.entry((group, subtype)).or_insert(branch) == branch
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
