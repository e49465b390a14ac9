//! A part that holds no other part, and the files found inside of such: text, archives, messages.

use std::borrow::Cow;

use engine::facts::Attachment;
use grammar::tree::Scope;
use memchr::memmem;
use wire::mime::{Flag, Part, uuencoded};

use super::{Walk, count};
use crate::{
    PartReport,
    archive::{self, Format, Formats, Member, Opened},
    charset,
    cms::signed_content,
    document, encoded,
    kind::{
        begins_message, holds_pgp, is_signature, smime, told, without_count, without_lead,
        without_private_use,
    },
    leaf::{self, Label, LeafText, Names},
    limits::TEXT_OCTETS_MAX,
    place::{Job, Place, Spot, What},
    remark::{
        ARCHIVE_MEMBERS_OVER_LIMIT, ARCHIVE_SEVERAL, ENCODED_MESSAGE, ENCRYPTED_PGP, PAGE_SCRIPTED,
        PARTS_UNANNOUNCED, Remark, SIGNED_WRAPPING, TEXT_OVER_LIMIT, TEXT_REVERSED, YENCODED,
        ZIP_PREFIXED,
    },
    turned::is_turned,
    types,
    unannounced::holds_part,
    unread::{Reach, Role, unread},
    yenc,
};

/// Endings of names by which programs open a file as a message.
const MESSAGE_ENDINGS: [&str; 5] = ["eml", "emlx", "mht", "mhtml", "nws"];

/// Octets with what is known of them.
struct File<'f> {
    octets: &'f [u8],
    label: &'f Label,
    role: Role,
    scope: Scope,
}

/// What examination makes of one file.
struct Findings<'f> {
    report: &'f mut PartReport,
    remarks: &'f mut Vec<Remark>,
}

impl Walk<'_> {
    pub(super) fn leaf(
        &mut self,
        place: &Place<'_>,
        report: &mut PartReport,
        remarks: &mut Vec<Remark>,
    ) {
        let (part, spot) = (place.part, &place.spot);
        if !self.afford(part, remarks) {
            return;
        }
        let decoded = leaf::octets(place.message, part);
        remarks.extend(decoded.flags.iter().map(|flag| Remark::from(*flag)));
        let octets = decoded.bytes;
        report.octets = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.content.decoded_octets = self.content.decoded_octets.saturating_add(report.octets);
        let body = leaf::is_body(part) && !spot.nested;
        let named = part.names().next().is_some();
        if !leaf::is_body(part) || named {
            self.attachment(place, report, report.octets, types::found(&octets), remarks);
        }
        if is_smime(part) || is_smime_signature(part) {
            if let Some(inside) = signed_content(&octets) {
                remarks.push(SIGNED_WRAPPING);
                return self.nest(spot, inside, spot.nested, remarks);
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
            return self.nest(spot, octets.into_owned(), true, remarks);
        }
        let role = if body && !named { Role::Shown } else { Role::File };
        let scope = if body { Scope::Body } else { Scope::AttachmentText };
        let file = File { octets: &octets, label: &Label::of(part), role, scope };
        self.file(spot, &file, Findings { report, remarks });
    }

    /// A file that was found inside of another.
    pub(super) fn member(&mut self, job: &Job<'_>, label: &Label, known: &[Remark]) {
        let octets = u64::try_from(job.octets.len()).unwrap_or(u64::MAX);
        let spot = Spot { number: count(self.parts.len()), ..job.spot.clone() };
        let mut report = PartReport {
            path: spot.path.clone(),
            part: spot.number,
            kind: told(&job.octets).to_owned(),
            found: types::found(&job.octets),
            octets,
            ..PartReport::default()
        };
        let mut remarks = known.to_vec();
        self.named(&spot, label.names.clone(), octets, &mut report);
        let scope = Scope::AttachmentText;
        let file = File { octets: &job.octets, label, role: Role::File, scope };
        self.file(&spot, &file, Findings { report: &mut report, remarks: &mut remarks });
        self.finish(report, remarks);
    }

    fn file(&mut self, spot: &Spot, file: &File<'_>, found: Findings<'_>) {
        let File { octets, label, role, scope } = *file;
        let Findings { report, remarks } = found;
        let is_file = role == Role::File;
        let is_message = is_file
            && !octets.is_empty()
            && (label.ends_in(&MESSAGE_ENDINGS) || label.is_headers() || begins_message(octets));
        if is_message {
            let begins = begins_message(octets);
            let start = if begins { without_count(without_lead(octets)) } else { octets };
            let mut messages = mailbox(start).peekable();
            while let Some(message) = messages.next() {
                // Each costs what a file in an archive costs.
                if messages.peek().is_some() && !self.budget.member() {
                    remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
                    break;
                }
                self.nest(spot, message.to_vec(), true, remarks);
            }
            let says_message = label.ends_in(&MESSAGE_ENDINGS) && label.kind != "text";
            if says_message && archive::formats(octets) == Formats::default() {
                return;
            }
        }
        if is_file && encoded::is_message(octets) {
            if let Some(inside) = signed_content(octets) {
                remarks.push(SIGNED_WRAPPING);
                return self.nest(spot, inside, true, remarks);
            }
            return remarks.extend(smime(octets, None));
        }
        let opened = self.open(spot, file, report, remarks);
        // What is longer than all text may be is not read any further, which takes the memory of it
        // several times.
        let readable = octets.get(..octets.len().min(TEXT_OCTETS_MAX)).unwrap_or_default();
        let text = match opened && !label.says_text() {
            true => None,
            false => leaf::text(label, readable),
        };
        if text.is_some() && readable.len() < octets.len() {
            remarks.push(TEXT_OVER_LIMIT);
        }
        let reach = match (opened, text.is_some()) {
            (true, _) => Reach::Opened,
            (false, true) => Reach::Text,
            (false, false) => Reach::Nothing,
        };
        remarks.extend(unread(octets, label, role, reach));
        if let Some(text) = text {
            let holds_part = role == Role::Shown && holds_part(octets);
            remarks.extend(holds_part.then_some(PARTS_UNANNOUNCED));
            self.text(spot, scope, &text, report, remarks);
            self.uuencoded(spot, octets, remarks);
            if is_file && let Some(octets) = encoded::inside(readable) {
                let name = without_ending(&label.names.shown).to_owned();
                self.inside(spot, Member { name, octets, ..Member::default() }, 1, remarks);
            }
        }
    }

    /// Opens an archive or a document, in each format that it can be opened as; whether it is one
    /// by its first octets.
    fn open(
        &mut self,
        spot: &Spot,
        file: &File<'_>,
        report: &mut PartReport,
        remarks: &mut Vec<Remark>,
    ) -> bool {
        let formats = match file.role {
            Role::File => archive::formats(file.octets),
            Role::Shown if document::is_rich_text(file.octets) => Formats::default(),
            Role::Shown => return false,
        };
        let mut number = 0;
        let mut zips = Vec::new();
        let name = &file.label.names.shown;
        let first =
            formats.first.map(|it| (it, archive::open(it, file.octets, name, &mut self.budget)));
        let documents = document::read(file.octets, &mut self.budget);
        let is_known = first.is_some() || !documents.is_empty();
        self.opened |= is_known || !formats.others.is_empty();
        for beside in document::beside(file.octets, &mut self.budget) {
            self.opened(spot, None, beside, &mut number, Findings { report, remarks });
        }
        let first = first.into_iter().map(|(format, opened)| (Some(format), opened));
        for (format, opened) in first.chain(documents.into_iter().map(|it| (None, it))) {
            zips.extend(archive::places_of_zips(file.octets, &opened.members));
            self.opened(spot, format, opened, &mut number, Findings { report, remarks });
        }
        for format in formats.others {
            // The end of a zip that stands in a member as it is there is that of the zip in there.
            if format == Format::Zip && !archive::has_zip_end_outside(file.octets, &zips) {
                continue;
            }
            let mut opened = archive::open(format, file.octets, name, &mut self.budget);
            if document::is_compound(file.octets) {
                // Word keeps the theme of a document as a zip in the open.
                opened.remarks.retain(|it| *it != ZIP_PREFIXED);
            } else {
                remarks.extend(is_known.then_some(ARCHIVE_SEVERAL));
            }
            self.opened(spot, Some(format), opened, &mut number, Findings { report, remarks });
        }
        is_known
    }

    /// Goes on with what was opened. `number` counts what was found inside.
    fn opened(
        &mut self,
        spot: &Spot,
        format: Option<Format>,
        opened: Opened,
        number: &mut usize,
        found: Findings<'_>,
    ) {
        let Findings { report, remarks } = found;
        let is_office = format == Some(Format::Zip) && document::is_office(&opened.members);
        let opened = if is_office { document::office(opened) } else { opened };
        remarks.extend(opened.remarks);
        // Outlook shows the text of a TNEF as that of the message.
        let is_body = format == Some(Format::Tnef) && !spot.nested;
        let scope = if is_body { Scope::Body } else { Scope::AttachmentText };
        for text in &opened.texts {
            self.words(spot, scope, text, Findings { report, remarks });
        }
        for member in opened.members {
            *number += 1;
            self.inside(spot, member, *number, remarks);
        }
    }

    /// Goes on with what was found inside.
    fn inside(&mut self, spot: &Spot, member: Member, number: usize, remarks: &mut Vec<Remark>) {
        if !self.budget.member() {
            return remarks.push(ARCHIVE_MEMBERS_OVER_LIMIT);
        }
        if !self.deeper(spot, remarks) {
            return;
        }
        let spot = Spot {
            path: spot.path_inside(&member.name, number),
            nested: true,
            depth: spot.depth.saturating_add(1),
            ..spot.clone()
        };
        let label = Label::named(member.name, member.other_names.into_iter().collect());
        let what = What::File(Box::new(label), member.remarks);
        self.jobs.push_back(Job { octets: Cow::Owned(member.octets), what, spot });
    }

    fn text(
        &mut self,
        spot: &Spot,
        scope: Scope,
        text: &LeafText<'_>,
        report: &mut PartReport,
        remarks: &mut Vec<Remark>,
    ) {
        report.charset = Some(text.charset.to_owned());
        // In the body no script runs.
        let counts = |it: &&Remark| scope != Scope::Body || **it != PAGE_SCRIPTED;
        remarks.extend(text.page.remarks.iter().filter(counts));
        for shown in [text.shown(), &text.page.hidden] {
            self.words(spot, scope, shown, Findings { report, remarks });
        }
    }

    /// Text that was found.
    fn words(&mut self, spot: &Spot, scope: Scope, text: &str, found: Findings<'_>) {
        let Findings { report, remarks } = found;
        if holds_pgp(text) {
            remarks.push(ENCRYPTED_PGP);
        }
        remarks.extend(is_turned(text).then_some(TEXT_REVERSED));
        let plain = without_private_use(text);
        for text in std::iter::once(text).chain(plain.as_deref()) {
            self.segment(spot, scope, text);
            if self.kept.texts {
                add(&mut report.text, text);
            }
        }
    }

    /// Files that stand in the text of a part.
    fn uuencoded(&mut self, spot: &Spot, octets: &[u8], remarks: &mut Vec<Remark>) {
        let files = uuencoded(octets).map(|it| (it.name, it.bytes, Flag::Uuencoded.into()));
        let in_yenc = yenc::files(octets).map(|it| (it.name, it.octets, YENCODED));
        for (number, (name, octets, remark)) in files.chain(in_yenc).enumerate() {
            remarks.push(remark);
            let name = charset::decode(&name, None).text.into_owned();
            let member = Member { name, octets, ..Member::default() };
            self.inside(spot, member, number, remarks);
        }
    }

    pub(super) fn attachment(
        &mut self,
        place: &Place<'_>,
        report: &mut PartReport,
        octets: u64,
        found: Vec<String>,
        remarks: &mut Vec<Remark>,
    ) {
        let names = leaf::names(place.part);
        if names.differ {
            remarks.push(Flag::NamesDiffer.into());
        }
        remarks.extend(names.remarks.iter().copied());
        report.found = found;
        self.named(&place.spot, names, octets, report);
    }

    /// Notes the names of a file.
    fn named(&mut self, spot: &Spot, names: Names, octets: u64, report: &mut PartReport) {
        for name in std::iter::once(&names.shown).chain(&names.others) {
            self.segment(spot, Scope::AttachmentNames, name);
        }
        report.name.clone_from(&names.shown);
        self.content.attachments.push(Attachment {
            name: names.shown,
            other_names: names.others.into_iter().collect(),
            kind: report.kind.clone(),
            found: report.found.clone(),
            octets,
        });
    }
}

/// Appends on a line of its own.
fn add(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}

/// The messages of a mailbox file, which begin at a line `From ` behind an empty one; the whole, if
/// it is none.
fn mailbox(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    const START: &[u8] = b"From ";
    let is_mailbox = octets.starts_with(START);
    let mut rest = Some(octets);
    std::iter::from_fn(move || {
        let all = rest?;
        let mut starts = memmem::find_iter(all, b"\nFrom ").map(|it| it + 1);
        let is_behind_empty = |it: &usize| {
            let before = all.get(..*it).unwrap_or_default();
            before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n")
        };
        let end = starts.find(is_behind_empty).filter(|_| is_mailbox).unwrap_or(all.len());
        let (message, behind) = all.split_at_checked(end)?;
        rest = Some(behind).filter(|it| !it.is_empty());
        Some(message)
    })
}

/// The name without its last ending.
fn without_ending(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |halves| halves.0)
}

fn is_smime(part: &Part) -> bool {
    let kind = &part.content_type;
    kind.is("application", "pkcs7-mime") || kind.is("application", "x-pkcs7-mime")
}

fn is_smime_signature(part: &Part) -> bool {
    let kind = &part.content_type;
    kind.is("application", "pkcs7-signature") || kind.is("application", "x-pkcs7-signature")
}
