//! A generated message with its envelope, as lines: what a failing case prints, and what a test reads
//! again.

use grammar::tree::Scope;

use super::{
    super::scene::{add, address},
    random::Random,
    world::{Line, PAPER, PEOPLE},
};
use crate::facts::{Alternative, Attachment, Facts};

/// A message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::tests) struct Letter {
    pub(in crate::tests) lines: Vec<Line>,
}

const TEXTS: &[&str] = &[
    PAPER,
    "4012888888881881, nx 551 204 and the party of the first part shall keep every drawing secret",
    "Die Rechnung ist noch nicht bezahlt, und wir bitten um eine Antwort auf unser Schreiben.",
    "nothing",
    "an invoice for 4012 8888 8888 1881",
    "4012-8888-8888-1881 and 4012 8888 8888 1881 and 5555 5555 5555 4444",
    "4012 8888 8888 1882",
    "draft heads of terms, NIGHTJAR",
    "heads of terms for one two three four five nightjar nightjars",
    "invoice draft",
    "4111 1111 1111 1111 invoice jar jar",
    "Nightjar nightjar NIGHTJAR",
    "GB82 WEST 1234 5698 7654 32",
    "gb82west12345698765432 and GB83 WEST 1234 5698 7654 32",
    "project PRJ-12",
    "PRJ-123 file prj-123",
    "prj-77 one two three file",
    "STRASSE und Straße",
    "ｉｎｖｏｉｃｅ n\u{ad}ightjar dra\u{200b}ft",
];

/// Around midnight in the zones that the organisation may have, and around a change of the clocks.
const MOMENTS: &[&str] = &[
    "2026-03-27T23:59:59.999Z",
    "2026-03-28T00:00:00Z",
    "2026-03-28T10:59:59.999Z",
    "2026-03-28T11:00:00Z",
    "2026-03-28T23:59:59.999Z",
    "2026-03-29T00:00:00Z",
    "2026-03-29T10:59:59.999Z",
    "2026-03-29T12:00:00Z",
    "2026-03-29T22:59:59.999Z",
    "2026-03-29T23:00:00Z",
    "2026-03-30T10:59:59.999Z",
    "2026-03-30T23:30:00Z",
];

const PEERS: &[&str] =
    &["192.0.2.1", "192.0.2.200", "10.9.9.9", "::ffff:192.0.2.1", "2001:db8::9", "::1"];

const ATTACHMENTS: &[&str] = &[
    "a.EXE | application/pdf | 2000 | ",
    "b.txt | text/plain | 10 | ",
    "c.txt | text/plain | 10 | application/pdf application/vnd.microsoft.portable-executable",
    "Rechnung.pdf. | application/octet-stream | 1025 | ",
    "ab.txt | image/png | 1024 | image/gif",
    "x.zip | application/zip | 90000 | application/zip | a.exe",
    " | application/pdf | 0 | ",
];

const HEADERS: &[&str] = &["X-Secure:  Yes ", "x-secure: no", "X-Secure: YES", "X-Other: yes"];

const SCOPES: &[&str] =
    &["subject", "body", "body", "headers", "attachment-names", "attachment-text"];

impl Letter {
    pub(in crate::tests) fn random(random: &mut Random) -> Self {
        let sender = match random.below(9) {
            0 => "<>",
            1..=4 => random.pick(&["a@corp.example", "b@corp.example"]),
            _ => somebody(random),
        };
        let mut lines = vec![format!("from {sender}")];
        for _ in 0..1 + random.below(3) {
            let inside = random.one_in(6);
            let to = if inside { "b@corp.example" } else { somebody(random) };
            lines.push(format!("to {to}"));
        }
        for _ in 0..random.below(6).saturating_sub(3) {
            lines.push(format!("header-from {}", somebody(random)));
        }
        if !random.one_in(8) {
            lines.push(format!("peer {}", random.pick(PEERS)));
        }
        lines.push(format!("at {}", random.pick(MOMENTS)));
        for flag in ["trusted", "tls"] {
            if random.one_in(2) {
                lines.push(flag.to_owned());
            }
        }
        for method in ["spf", "dkim", "dmarc"] {
            match random.below(3) {
                0 => lines.push(format!("{method} passes")),
                1 => lines.push(format!("{method} fails")),
                _ => {}
            }
        }
        lines.push(format!("subject {}", random.pick(&["hello", "[S] hello", "Re: [s]", "other"])));
        lines.extend(known(random));
        lines.extend(content(random));
        Self { lines }
    }

    pub(in crate::tests) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(in crate::tests) fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
        Self { lines: lines.map(str::to_owned).collect() }
    }

    /// What decisions are made from.
    pub(in crate::tests) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for line in &self.lines {
            let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
            match keyword {
                "from" => facts.sender = (value != "<>").then(|| address(value)),
                "to" => facts.recipients.push(address(value)),
                "peer" => facts.peer = Some(value.parse().unwrap()),
                "at" => {
                    let moment: jiff::Timestamp = value.parse().unwrap();
                    facts.at_ms = moment.as_millisecond();
                }
                "trusted" => facts.trusted = true,
                "tls" => facts.tls = true,
                "spf" => facts.authentication.spf = Some(value == "passes"),
                "dkim" => facts.authentication.dkim = Some(value == "passes"),
                "dmarc" => facts.authentication.dmarc = Some(value == "passes"),
                "group" | "attribute" => add_to_directory(&mut facts, keyword, value),
                _ => add_to_content(&mut facts, keyword, value),
            }
        }
        facts
    }
}

fn somebody(random: &mut Random) -> &'static str {
    // One of them also in other letters.
    if random.one_in(12) { "A@CORP.example" } else { random.pick(PEOPLE) }
}

/// What the directory has of people.
fn known(random: &mut Random) -> Vec<Line> {
    let mut lines = Vec::new();
    for _ in 0..random.below(4) {
        let group = random.pick(&["groups/fin", "groups/law", "groups/other"]);
        lines.push(format!("group {group} {}", random.pick(PEOPLE)));
    }
    for _ in 0..random.below(4) {
        let had = ["clearance none", "clearance staff", "clearance secret", "clearance unheard"];
        let had = if random.one_in(4) { "site london" } else { random.pick(&had) };
        lines.push(format!("attribute {had} {}", random.pick(PEOPLE)));
    }
    lines
}

fn content(random: &mut Random) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in 0..random.below(6) {
        let branch = if random.one_in(3) {
            format!("{}.{}", random.below(2), random.below(3))
        } else {
            "-".to_owned()
        };
        let mut text = random.pick(TEXTS).to_owned();
        if random.one_in(3) {
            text = format!("{text} {}", random.pick(TEXTS));
        }
        lines.push(format!("text {} {part} {branch} {text}", random.pick(SCOPES)));
    }
    if random.one_in(3) {
        lines.push(format!("header {}", random.pick(HEADERS)));
    }
    for _ in 0..random.below(6).saturating_sub(3) {
        lines.push(format!("attachment {}", random.pick(ATTACHMENTS)));
    }
    if random.one_in(3) {
        lines.push(format!("octets {}", random.pick(&["1048576", "1048577", "5000000"])));
    }
    if random.one_in(4) {
        lines.extend(
            random
                .several(&["unreadable", "ambiguous", "over-limit", "from-unreadable"])
                .iter()
                .map(|it| (*it).to_owned()),
        );
    }
    lines
}

fn add_to_directory(facts: &mut Facts, keyword: &str, value: &str) {
    let words: Vec<&str> = value.split(' ').collect();
    match (keyword, words.as_slice()) {
        ("group", [group, who]) => facts.directory.add_group(&address(who), group),
        ("attribute", [attribute, had, who]) => {
            facts.directory.set_attribute(&address(who), attribute, had);
        }
        _ => panic!("{keyword} {value}"),
    }
}

fn add_to_content(facts: &mut Facts, keyword: &str, value: &str) {
    let content = &mut facts.content;
    let why = || vec!["part 2".to_owned()];
    match keyword {
        "header-from" => content.header_from.push(address(value)),
        "from-unreadable" => content.from_unreadable = true,
        "subject" => content.subject = value.to_owned(),
        "header" => {
            let (name, value) = value.split_once(':').unwrap();
            content.headers.push((name.to_owned(), value.to_owned()));
        }
        "text" => {
            let [scope, part, branch, text] = *value.splitn(4, ' ').collect::<Vec<_>>() else {
                panic!("{value}")
            };
            add(content, scope_of(scope), part.parse().unwrap(), text);
            let branch = branch.split_once('.').map(|(group, branch)| Alternative {
                group: group.parse().unwrap(),
                branch: branch.parse().unwrap(),
            });
            content.segments.last_mut().unwrap().alternative = branch;
        }
        "attachment" => {
            let mut cells = value.split('|').map(|it| it.trim().to_owned());
            content.attachments.push(Attachment {
                name: cells.next().unwrap(),
                kind: cells.next().unwrap(),
                octets: cells.next().unwrap().parse().unwrap(),
                found: cells.next().unwrap().split_whitespace().map(str::to_owned).collect(),
                other_names: cells.collect(),
            });
        }
        "octets" => content.decoded_octets = value.parse().unwrap(),
        "unreadable" => content.unreadable = why(),
        "ambiguous" => content.ambiguous = why(),
        "over-limit" => content.over_limit = why(),
        _ => panic!("a message has no `{keyword}`"),
    }
}

fn scope_of(word: &str) -> Scope {
    match word {
        "subject" => Scope::Subject,
        "body" => Scope::Body,
        "headers" => Scope::Headers,
        "attachment-names" => Scope::AttachmentNames,
        "attachment-text" => Scope::AttachmentText,
        _ => panic!("there is no place `{word}`"),
    }
}
