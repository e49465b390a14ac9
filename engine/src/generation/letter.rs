//! What a generated message says, as its author would write it, and as examinations see it.

use grammar::{
    literal::{Address, Domain},
    tree::Scope,
};

use crate::{
    facts::{Attachment, Authentication, Content, Segment},
    normal,
};

/// Recipients that are added for a condition on their number; more are not tried.
const CROWD_MAX: u32 = 2_000;

/// The content of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Letter {
    pub(super) subject: Vec<String>,
    pub(super) body: Vec<String>,
    pub(super) headers: Vec<(String, String)>,
    /// Name, declared type, text, octets.
    pub(super) files: Vec<File>,
    pub(super) octets: u64,
    /// More recipients than this.
    pub(super) recipients: u32,
    pub(super) unreadable: bool,
    pub(super) ambiguous: bool,
    pub(super) over_limit: bool,
    pub(super) tls: bool,
    pub(super) authentication: Authentication,
}

/// Octets that an attachment of a test may have.
const SAMPLE_OCTETS_MAX: u64 = 64 << 20;

/// An attachment.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) octets: u64,
}

impl Letter {
    /// Puts a text where an examination looks.
    pub(super) fn write(&mut self, scope: Scope, text: &str) {
        match scope {
            Scope::Subject => self.subject.push(text.to_owned()),
            Scope::Body => self.body.push(text.to_owned()),
            Scope::Headers => self.headers.push(("X-Note".to_owned(), text.to_owned())),
            Scope::AttachmentNames => {
                self.files.push(File { name: text.to_owned(), ..File::text("") });
            }
            Scope::AttachmentText => {
                self.files.push(File { name: "note.txt".to_owned(), ..File::text(text) });
            }
        }
    }

    /// Everything of both.
    pub(super) fn with(mut self, other: &Self) -> Self {
        self.subject.extend(other.subject.iter().cloned());
        self.body.extend(other.body.iter().cloned());
        self.headers.extend(other.headers.iter().cloned());
        self.files.extend(other.files.iter().cloned());
        let mine = self.authentication;
        let theirs = other.authentication;
        Self {
            octets: self.octets.max(other.octets),
            recipients: self.recipients.max(other.recipients),
            unreadable: self.unreadable || other.unreadable,
            ambiguous: self.ambiguous || other.ambiguous,
            over_limit: self.over_limit || other.over_limit,
            tls: self.tls || other.tls,
            authentication: Authentication {
                spf: mine.spf.or(theirs.spf),
                dkim: mine.dkim.or(theirs.dkim),
                dmarc: mine.dmarc.or(theirs.dmarc),
            },
            ..self
        }
    }

    /// Adds recipients of no importance until there are more than the letter asks for.
    pub(super) fn crowd(&self, recipients: &mut Vec<Address>) {
        let Some(domain) = recipients.first().map(|it| it.domain().clone()) else { return };
        let wanted = self.recipients.min(CROWD_MAX);
        let enough =
            |it: &Vec<Address>| u32::try_from(it.len()).is_ok_and(|it| wanted == 0 || wanted < it);
        let mut number = 0_u32;
        while !enough(recipients) {
            number = number.saturating_add(1);
            let domain: Domain = domain.clone();
            match Address::from_parts(&format!("crowd-{number}"), domain) {
                Ok(address) => recipients.push(address),
                Err(_) => return,
            }
        }
    }

    /// As it would come out of an extraction.
    pub(super) fn content(&self) -> Content {
        let mut content = Content { subject: self.subject.join(" "), ..Content::default() };
        if !self.subject.is_empty() {
            add(&mut content, Scope::Subject, 0, &self.subject.join(" "));
        }
        if !self.body.is_empty() {
            add(&mut content, Scope::Body, 1, &self.body.join(" "));
        }
        for (name, value) in &self.headers {
            add(&mut content, Scope::Headers, 0, value);
            content.headers.push((name.clone(), value.clone()));
        }
        for (part, file) in (2_u32..).zip(&self.files) {
            add(&mut content, Scope::AttachmentNames, part, &file.name);
            if !file.text.is_empty() {
                add(&mut content, Scope::AttachmentText, part, &file.text);
            }
            content.attachments.push(Attachment {
                name: file.name.clone(),
                other_names: Vec::new(),
                kind: file.kind.clone(),
                found: Vec::new(),
                octets: file.octets,
            });
        }
        let files = self.files.iter().fold(0_u64, |sum, it| sum.saturating_add(it.octets));
        content.decoded_octets = self.octets.max(files);
        let flag = |set: bool| if set { vec!["a generated part".to_owned()] } else { Vec::new() };
        content.unreadable = flag(self.unreadable);
        content.ambiguous = flag(self.ambiguous);
        content.over_limit = flag(self.over_limit);
        content
    }

    /// The lines of a `message` block.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.subject.is_empty() {
            lines.push(format!("  subject {}", quoted(&self.subject.join(" "))));
        }
        for (name, value) in &self.headers {
            lines.push(format!("  header  {} {}", quoted(name), quoted(value)));
        }
        if !self.body.is_empty() {
            lines.push(format!("  body    {}", quoted(&self.body.join(" "))));
        }
        for file in &self.files {
            let holds = if is_large(file) {
                format!("of {} octets", file.octets)
            } else {
                format!("with text {}", quoted(&file.text))
            };
            lines.push(format!("  attach  {} {holds}", quoted(&file.name)));
        }
        lines
    }

    /// What a block cannot say, as comments.
    pub(super) fn unwritable(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |set: bool, words: &str| {
            if set {
                lines.push(format!("# {words}"));
            }
        };
        say(self.unreadable, "and a part that cannot be read, such as an encrypted file");
        say(self.ambiguous, "and a part that can be read in two ways");
        say(self.over_limit, "and a part that is over a limit");
        say(self.tls, "over TLS");
        let checks = self.authentication;
        for (name, result) in [("SPF", checks.spf), ("DKIM", checks.dkim), ("DMARC", checks.dmarc)]
        {
            if let Some(passes) = result {
                say(true, &format!("{name} {}", if passes { "passes" } else { "fails" }));
            }
        }
        for file in self.files.iter().filter(|it| !is_large(it) && !file_says(it)) {
            say(
                true,
                &format!("`{}` has {} octets of type `{}`", file.name, file.octets, file.kind),
            );
        }
        if self.octets > 0 {
            say(true, &format!("{} octets in all", self.octets));
        }
        lines
    }
}

/// Whether a file is told by its size: its text is there to fill it.
fn is_large(file: &File) -> bool {
    !file_says(file) && file.kind == "text/plain" && file.octets <= SAMPLE_OCTETS_MAX
}

/// Whether name and text say all about a file.
fn file_says(file: &File) -> bool {
    usize::try_from(file.octets).is_ok_and(|it| it <= file.text.len())
}

impl File {
    /// A plain text.
    pub(super) fn text(text: &str) -> Self {
        let octets = u64::try_from(text.len()).unwrap_or(u64::MAX);
        Self { name: String::new(), kind: "text/plain".to_owned(), text: text.to_owned(), octets }
    }
}

/// A text as a rule file writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => {
                out.push_str(&format!("\\u{{{:X}}}", u32::from(other)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn add(content: &mut Content, scope: Scope, part: u32, text: &str) {
    let start = content.text.len();
    content.text.push_str(&normal::normalise(text));
    content.cased.push(normal::normalise_keeping_case(text));
    let end = content.text.len();
    content.segments.push(Segment { scope, start, end, part, alternative: None });
}
