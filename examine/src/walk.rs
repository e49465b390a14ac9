//! The walk over all parts, those behind a transfer encoding included, without recursion.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
};

use engine::{
    facts::{Alternative, Attachment, Content, Segment},
    normal::{normalise, normalise_keeping_case},
};
use grammar::tree::Scope;
use wire::{
    Address,
    mime::{Class, Flag, Header, Limits, Part, Scan, scan, uuencoded},
};

use crate::{
    Extract, PartReport, charset,
    cms::signed_content,
    header,
    kind::{holds_pgp, is_signature, is_texty, smime},
    leaf::{self, LeafText},
    limits::TEXT_OCTETS_MAX,
    place::{Job, Place},
    remark::{
        DECODED_OVER_LIMIT, ENCODED_MESSAGE, ENCRYPTED_PGP, FROM_ODD, FROM_UNQUALIFIED,
        FROM_UNREADABLE, Remark, SIGNED_WRAPPING, TEXT_OVER_LIMIT,
    },
    unread::{Role, unread},
};

pub(crate) struct Walk<'m> {
    limits: Limits,
    jobs: VecDeque<Job<'m>>,
    content: Content,
    parts: Vec<PartReport>,
    decoded_left: u64,
    groups: u32,
    full: bool,
}

impl<'m> Walk<'m> {
    pub(crate) fn new(message: &'m [u8], limits: Limits) -> Self {
        let job = Job {
            message: Cow::Borrowed(message),
            path: String::new(),
            depth: 0,
            nested: false,
            alternative: None,
        };
        Self {
            limits,
            jobs: VecDeque::from([job]),
            content: Content::default(),
            parts: Vec::new(),
            decoded_left: limits.decoded_octets,
            groups: 0,
            full: false,
        }
    }

    pub(crate) fn run(mut self) -> Extract {
        while let Some(job) = self.jobs.pop_front() {
            self.message(&job);
        }
        Extract { content: self.content, parts: self.parts }
    }

    fn message(&mut self, job: &Job<'m>) {
        let limits = Limits {
            parts: self.limits.parts.saturating_sub(self.parts.len()),
            depth: self.limits.depth.saturating_sub(job.depth),
            ..self.limits
        };
        let scan = scan(&job.message, &limits);
        let path = if job.path.is_empty() { "0" } else { &job.path };
        for flag in &scan.flags {
            self.remark(path, (*flag).into());
        }
        let first = self.parts.len();
        let groups = self.groups;
        let mut renderings = BTreeMap::new();
        for (index, part) in scan.parts.iter().enumerate() {
            let group = |(group, branch)| Alternative {
                group: groups.saturating_add(count(group)),
                branch: count(branch),
            };
            let in_message = |part: &Part| part.content_type.kind == "message";
            let own = part.alternative.filter(|_| is_rendering(&scan, index, &mut renderings));
            let place = Place {
                message: &job.message,
                scan: &scan,
                index,
                part,
                number: count(first + index),
                nested: job.nested || scan.ancestors(index).any(in_message),
                alternative: job.alternative.or_else(|| own.map(group)),
                job,
            };
            if let Some((group, _)) = part.alternative {
                self.groups = self.groups.max(groups.saturating_add(count(group)));
            }
            self.part(&place);
        }
    }

    fn part(&mut self, place: &Place<'_>) {
        let part = place.part;
        let mut report = PartReport {
            path: place.path(),
            part: place.number,
            kind: part.content_type.essence(),
            ..PartReport::default()
        };
        let mut remarks: Vec<Remark> = part.flags.iter().map(|flag| (*flag).into()).collect();
        self.header(place, &mut remarks);
        let body = if place.nested { Scope::AttachmentText } else { Scope::Body };
        for range in part.header.stray.iter().chain(&part.outside) {
            let octets = place.message.get(range.clone()).unwrap_or_default();
            let text = charset::decode(octets, None).text;
            self.segment(place, body, &text);
            report.text.push_str(&text);
        }
        if part.container {
            self.container(place, &mut report, &mut remarks);
        } else {
            self.leaf(place, &mut report, &mut remarks);
        }
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

    fn header(&mut self, place: &Place<'_>, remarks: &mut Vec<Remark>) {
        let header = &place.part.header;
        let whole = place.index == 0 && place.job.path.is_empty();
        let mut lines = String::new();
        let mut subjects = Vec::new();
        for field in &header.fields {
            let name = place.message.get(field.name.clone()).unwrap_or_default();
            let value = header::decode(place.message.get(field.value.clone()).unwrap_or_default());
            let name = String::from_utf8_lossy(name).into_owned();
            if name.eq_ignore_ascii_case("subject") {
                remarks.extend(value.remarks);
                subjects.push(value.text.clone());
            } else {
                lines.push_str(&format!("{name}: {}\n", value.text));
            }
            if whole {
                self.content.headers.push((name, value.text));
            }
        }
        let scope = if place.nested { Scope::AttachmentText } else { Scope::Subject };
        for subject in &subjects {
            self.segment(place, scope, subject);
        }
        self.segment(place, Scope::Headers, &lines);
        if whole {
            self.content.subject = subjects.into_iter().next().unwrap_or_default();
            for name in ["subject", "from"] {
                remarks.extend(contradiction(header, place.message, name));
            }
            self.from(header, place.message, remarks);
        }
    }

    fn from(&mut self, header: &Header, message: &[u8], remarks: &mut Vec<Remark>) {
        let mut named = false;
        for person in header.values(message, "from").flat_map(header::people) {
            named = true;
            let shown = as_shown(&person.address);
            let parsed = Address::parse(&person.address).or_else(|_| {
                remarks.extend((shown != person.address).then_some(FROM_ODD));
                Address::parse(shown.strip_suffix('.').unwrap_or(&shown))
            });
            match parsed {
                Ok(address) => self.content.header_from.push(address),
                // Mail systems sign their bounces so; nobody can be mistaken for them.
                Err(_) if !shown.contains('@') => remarks.push(FROM_UNQUALIFIED),
                Err(_) => {
                    remarks.push(FROM_UNREADABLE);
                    self.content.from_unreadable = true;
                }
            }
        }
        self.content.from_unreadable |= !named;
    }

    fn container(&mut self, place: &Place<'_>, report: &mut PartReport, remarks: &mut Vec<Remark>) {
        let part = place.part;
        if part.content_type.is("multipart", "encrypted") {
            remarks.push(ENCRYPTED_PGP);
        }
        if part.content_type.kind == "message" {
            let octets = u64::try_from(part.body.len()).unwrap_or(u64::MAX);
            self.attachment(place, report, octets, remarks);
        }
        if part.flags.contains(&Flag::EncodedMultipart) && self.afford(part, remarks) {
            let octets = leaf::octets(place.message, part).bytes;
            let kind = part.header.values(place.message, "content-type").next().unwrap_or_default();
            let message = [b"Content-Type:", kind, b"\r\n\r\n", &octets].concat();
            self.nest(place, message, place.nested);
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

    fn nest(&mut self, place: &Place<'_>, message: Vec<u8>, nested: bool) {
        self.jobs.push_back(Job {
            message: Cow::Owned(message),
            path: place.path(),
            depth: place.job.depth + place.part.depth + 1,
            nested,
            alternative: place.alternative,
        });
    }

    fn leaf(&mut self, place: &Place<'_>, report: &mut PartReport, remarks: &mut Vec<Remark>) {
        let part = place.part;
        if !self.afford(part, remarks) {
            return;
        }
        let decoded = leaf::octets(place.message, part);
        remarks.extend(decoded.flags.iter().map(|flag| Remark::from(*flag)));
        let octets = decoded.bytes;
        report.octets = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.content.decoded_octets = self.content.decoded_octets.saturating_add(report.octets);
        let body = leaf::is_body(part) && !place.nested;
        if !leaf::is_body(part) || part.names().next().is_some() {
            self.attachment(place, report, report.octets, remarks);
        }
        if is_smime(part) || is_smime_signature(part) {
            if let Some(inside) = signed_content(&octets) {
                remarks.push(SIGNED_WRAPPING);
                return self.nest(place, inside, place.nested);
            }
            if is_smime_signature(part) && is_signature(&octets) {
                return;
            }
        }
        if is_smime(part) {
            let declared = part.content_type.field.parameter("smime-type");
            let declared = declared.map(|p| String::from_utf8_lossy(&p.value).to_ascii_lowercase());
            remarks.extend(smime(&octets, declared.as_deref()));
            return;
        }
        let fragment = part.content_type.is("message", "partial");
        if part.content_type.kind == "message" && (fragment || part.encoding.transforms()) {
            // Some readers show a fragment as the message that it begins.
            remarks.extend((!fragment).then_some(ENCODED_MESSAGE));
            return self.nest(place, octets.into_owned(), true);
        }
        let role = if body && part.names().next().is_none() { Role::Shown } else { Role::File };
        let text = leaf::text(part, &octets);
        remarks.extend(unread(&octets, role, text.is_some()));
        if let Some(text) = text {
            let scope = if body { Scope::Body } else { Scope::AttachmentText };
            self.text(place, scope, &text, report, remarks);
            self.uuencoded(place, &octets, remarks);
        }
    }

    fn text(
        &mut self,
        place: &Place<'_>,
        scope: Scope,
        text: &LeafText,
        report: &mut PartReport,
        remarks: &mut Vec<Remark>,
    ) {
        report.charset = Some(text.charset.to_owned());
        remarks.extend(&text.page.remarks);
        for shown in [&text.page.shown, &text.page.hidden] {
            if holds_pgp(shown) {
                remarks.push(ENCRYPTED_PGP);
            }
            self.segment(place, scope, shown);
            if !report.text.is_empty() && !shown.is_empty() {
                report.text.push('\n');
            }
            report.text.push_str(shown);
        }
    }

    /// Files that stand in the text of a part.
    fn uuencoded(&mut self, place: &Place<'_>, octets: &[u8], remarks: &mut Vec<Remark>) {
        for file in uuencoded(octets) {
            remarks.push(Flag::Uuencoded.into());
            let name = charset::decode(&file.name, None).text;
            self.segment(place, Scope::AttachmentNames, &name);
            let texty = is_texty(&file.bytes);
            if texty {
                let text = charset::decode(&file.bytes, None).text;
                self.segment(place, Scope::AttachmentText, &text);
            }
            remarks.extend(unread(&file.bytes, Role::File, texty));
            let octets = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
            let kind = "application/octet-stream".to_owned();
            let other_names = Vec::new();
            self.content.attachments.push(Attachment { name, other_names, kind, octets });
        }
    }

    fn attachment(
        &mut self,
        place: &Place<'_>,
        report: &mut PartReport,
        octets: u64,
        remarks: &mut Vec<Remark>,
    ) {
        let names = leaf::names(place.part);
        if names.differ {
            remarks.push(Flag::NamesDiffer.into());
        }
        remarks.extend(names.remarks);
        for name in std::iter::once(&names.shown).chain(&names.others) {
            self.segment(place, Scope::AttachmentNames, name);
        }
        report.name.clone_from(&names.shown);
        let kind = place.part.content_type.essence();
        let other_names = names.others.into_iter().collect();
        let attachment = Attachment { name: names.shown, other_names, kind, octets };
        self.content.attachments.push(attachment);
    }

    /// Appends normalised text; segments stand apart so that no term spans two of them.
    fn segment(&mut self, place: &Place<'_>, scope: Scope, text: &str) {
        if text.trim().is_empty() || self.full {
            return;
        }
        let cased = normalise_keeping_case(text);
        let text = normalise(text);
        if self.content.text.len().saturating_add(text.len()) > TEXT_OCTETS_MAX {
            self.full = true;
            return self.remark(&place.path(), TEXT_OVER_LIMIT);
        }
        if !self.content.text.is_empty() {
            self.content.text.push('\n');
        }
        let start = self.content.text.len();
        self.content.text.push_str(&text);
        let end = self.content.text.len();
        let (part, alternative) = (place.number, place.alternative);
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

fn is_smime(part: &Part) -> bool {
    let kind = &part.content_type;
    kind.is("application", "pkcs7-mime") || kind.is("application", "x-pkcs7-mime")
}

fn is_smime_signature(part: &Part) -> bool {
    let kind = &part.content_type;
    kind.is("application", "pkcs7-signature") || kind.is("application", "x-pkcs7-signature")
}

/// An address without the characters that no reader shows in it.
fn as_shown(address: &str) -> String {
    let kept = normalise_keeping_case(address);
    kept.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect()
}

/// A field that comes twice and says two things.
fn contradiction(header: &Header, message: &[u8], name: &str) -> Option<Remark> {
    let mut values = header.values(message, name);
    let first = values.next()?;
    values.any(|value| value != first).then(|| Flag::DuplicateField.into())
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
