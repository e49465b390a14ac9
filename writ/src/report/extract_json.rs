//! What an examination sees, as one JSON object.
//!
//! `version` is raised when a key changes its meaning or goes; new keys do not raise it.

use engine::facts::{Content, Segment};
use examine::{Extract, PartReport};
use serde::Serialize;

use super::decision_text::scope;

#[derive(Serialize)]
struct Report<'e> {
    version: u32,
    subject: &'e str,
    header_from: Vec<String>,
    headers: Vec<Header<'e>>,
    parts: Vec<Part<'e>>,
    attachments: Vec<File<'e>>,
    segments: Vec<Stretch<'e>>,
    decoded_octets: u64,
    unreadable: &'e [String],
    ambiguous: &'e [String],
    over_limit: &'e [String],
}

#[derive(Serialize)]
struct Header<'e> {
    name: &'e str,
    value: &'e str,
}

#[derive(Serialize)]
struct Part<'e> {
    path: &'e str,
    part: u32,
    #[serde(rename = "type")]
    kind: &'e str,
    /// Types that the octets say.
    found: &'e [String],
    name: &'e str,
    octets: u64,
    charset: Option<&'e str>,
    flags: &'e [String],
    /// As a reader sees it.
    text: &'e str,
}

#[derive(Serialize)]
struct File<'e> {
    name: &'e str,
    #[serde(rename = "type")]
    kind: &'e str,
    /// Types that the octets say.
    found: &'e [String],
    octets: u64,
}

/// A run of the normalised text.
#[derive(Serialize)]
struct Stretch<'e> {
    scope: &'static str,
    part: u32,
    start: usize,
    end: usize,
    /// Group and branch of a `multipart/alternative`.
    alternative: Option<[u32; 2]>,
    text: &'e str,
}

/// The version of the form.
const VERSION: u32 = 1;

/// Writes it.
///
/// # Errors
///
/// None that these types can cause.
pub(crate) fn write(extract: &Extract) -> Result<String, serde_json::Error> {
    let content = &extract.content;
    let report = Report {
        version: VERSION,
        subject: &content.subject,
        header_from: content.header_from.iter().map(ToString::to_string).collect(),
        headers: content.headers.iter().map(|(name, value)| Header { name, value }).collect(),
        parts: extract.parts.iter().map(part).collect(),
        attachments: content
            .attachments
            .iter()
            .map(|it| File { name: &it.name, kind: &it.kind, found: &it.found, octets: it.octets })
            .collect(),
        segments: content.segments.iter().map(|it| stretch(content, it)).collect(),
        decoded_octets: content.decoded_octets,
        unreadable: &content.unreadable,
        ambiguous: &content.ambiguous,
        over_limit: &content.over_limit,
    };
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn part(part: &PartReport) -> Part<'_> {
    Part {
        path: &part.path,
        part: part.part,
        kind: &part.kind,
        found: &part.found,
        name: &part.name,
        octets: part.octets,
        charset: part.charset.as_deref(),
        flags: &part.flags,
        text: &part.text,
    }
}

fn stretch<'e>(content: &'e Content, segment: &Segment) -> Stretch<'e> {
    Stretch {
        scope: scope(segment.scope),
        part: segment.part,
        start: segment.start,
        end: segment.end,
        alternative: segment.alternative.map(|it| [it.group, it.branch]),
        text: content.text.get(segment.start..segment.end).unwrap_or_default(),
    }
}
