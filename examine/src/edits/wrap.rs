//! A banner before a body that must not change: the message becomes a `multipart/mixed` of the
//! banner and the body as it was.

use std::ops::Range;

use wire::edit::Edit;

use super::{
    Copy, EditsError,
    banner::{Banner, markup, plain},
    encode::quoted_printable,
    insert, replace,
};

/// The edits that wrap the message. Its `Content-…` fields move to its old body.
pub(super) fn edits(copy: &Copy<'_>, banners: &[Banner<'_>]) -> Result<Vec<Edit>, EditsError> {
    let boundary = free_boundary(copy.message)?;
    let moved = content_fields(copy);
    let mut edits: Vec<Edit> = moved.iter().map(|range| replace(range.clone(), "")).collect();
    edits.push(insert(copy.root.header.range.end, outer_header(copy, &boundary)));
    edits.push(insert(copy.root.body.start, before_body(copy, banners, &boundary, &moved)));
    edits.push(insert(copy.message.len(), format!("{0}--{boundary}--{0}", copy.newline)));
    Ok(edits)
}

fn content_fields(copy: &Copy<'_>) -> Vec<Range<usize>> {
    let of_content = |range: &Range<usize>| {
        copy.message.get(range.clone()).is_some_and(|name| {
            name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        })
    };
    let fields = copy.root.header.fields.iter().filter(|field| of_content(&field.name));
    fields.map(|field| field.lines.clone()).collect()
}

fn outer_header(copy: &Copy<'_>, boundary: &str) -> Vec<u8> {
    let mut header = Vec::new();
    let headed = copy.message.get(copy.root.header.range.clone()).unwrap_or_default();
    if !headed.is_empty() && !headed.ends_with(b"\n") && !headed.ends_with(b"\r") {
        header.extend_from_slice(copy.newline.as_bytes());
    }
    let mut lines = String::new();
    if copy.root.header.named(copy.message, "mime-version").next().is_none() {
        lines.push_str("MIME-Version: 1.0\n");
    }
    lines.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\n"));
    let body = copy.message.get(copy.root.body.clone()).unwrap_or_default();
    if !body.is_ascii() {
        lines.push_str("Content-Transfer-Encoding: 8bit\n");
    }
    if !copy.has_blank_line() {
        lines.push('\n');
    }
    header.extend_from_slice(lines.replace('\n', copy.newline).as_bytes());
    header
}

fn before_body(
    copy: &Copy<'_>,
    banners: &[Banner<'_>],
    boundary: &str,
    moved: &[Range<usize>],
) -> Vec<u8> {
    let html = banners.iter().any(Banner::is_html);
    let (kind, text) = if html { ("html", markup(banners)) } else { ("plain", plain(banners)) };
    let head = format!(
        "--{boundary}\nContent-Type: text/{kind}; charset=utf-8\n\
         Content-Transfer-Encoding: quoted-printable\nContent-Disposition: inline\n\n"
    );
    let mut octets = head.replace('\n', copy.newline).into_bytes();
    octets.extend_from_slice(quoted_printable(text.as_bytes(), copy.newline).as_bytes());
    octets.extend_from_slice(format!("{0}--{boundary}{0}", copy.newline).as_bytes());
    for range in moved {
        let field = copy.message.get(range.clone()).unwrap_or_default();
        octets.extend_from_slice(field);
        if !field.ends_with(b"\n") && !field.ends_with(b"\r") {
            octets.extend_from_slice(copy.newline.as_bytes());
        }
    }
    octets.extend_from_slice(copy.newline.as_bytes());
    octets
}

/// Boundaries that are tried.
const BOUNDARIES_TRIED: u64 = 8;

/// A boundary that the message does not hold. It depends on the whole message, so a sender would
/// have to find a message that holds its own sum to be in the way, eight times.
fn free_boundary(message: &[u8]) -> Result<String, EditsError> {
    let sum = message.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, octet| {
        (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    });
    for attempt in 0..BOUNDARIES_TRIED {
        let boundary = format!(
            "chancery-{:016x}",
            sum.wrapping_add(attempt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        );
        if memchr::memmem::find(message, boundary.as_bytes()).is_none() {
            return Ok(boundary);
        }
    }
    Err(EditsError::Boundary)
}
