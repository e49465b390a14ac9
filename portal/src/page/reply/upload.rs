//! Reading a written message as it comes in: form fields first, then files, counted while they
//! stream.
//!
//! Past the limit nothing more is kept, but the rest is read and thrown away up to a multiple of
//! it: a browser that is cut off in the middle shows an error of its own instead of ours.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;

use crate::error::PageError;
use crate::session::Viewer;
use crate::settings::Limits;

/// How much is read before giving up on showing the page, as a multiple of the limit.
const DRAIN_FACTOR: u64 = 8;
/// The most parts of a form.
const PARTS_MAX: usize = 500;
/// Octets of a field that is not the text: addresses, subject, proof.
const LINE_OCTETS_MAX: usize = 32 * 1024;
/// The most octets of a character.
const CHAR_OCTETS_MAX: usize = 4;

/// A message as it was written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// Whether the answered text goes under it.
    pub(super) quotes: bool,
    pub(super) files: Vec<File>,
}

/// A file that came with it.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) content: Vec<u8>,
}

/// More than the limit: so many octets in all, as far as they were read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct TooLarge {
    pub(super) octets: u64,
}

impl Draft {
    /// The octets of text and files.
    pub(super) fn octets(&self) -> u64 {
        let files = self.files.iter().map(|it| it.content.len());
        files.fold(octets(self.body.len()), |sum, it| sum.saturating_add(octets(it)))
    }
}

fn octets(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Reads the form; beside it, whether it was too large to be kept whole.
///
/// # Errors
///
/// [`PageError::Forged`] without the proof of this session, a 400 when the form does not parse.
pub(super) async fn read(
    mut form: Multipart,
    viewer: &Viewer,
    limits: &Limits,
) -> Result<(Draft, Option<TooLarge>), PageError> {
    let mut draft = Draft::default();
    let mut meter = Meter { octets: 0, max: limits.message_octets_max };
    let mut is_proved = false;
    for _ in 0..PARTS_MAX {
        let Some(field) = form.next_field().await.map_err(unreadable)? else { break };
        let name = field.name().unwrap_or_default().to_owned();
        // The proof stands first in our form, and nothing is kept of a form without it.
        if name == "csrf" {
            viewer.check(&line(field, LINE_OCTETS_MAX).await?)?;
            is_proved = true;
        } else if !is_proved {
            return Err(PageError::Forged);
        } else {
            take(&mut draft, &mut meter, &name, field, limits).await?;
        }
    }
    if !is_proved {
        return Err(PageError::Forged);
    }
    let overflow = (meter.max < meter.octets).then_some(TooLarge { octets: meter.octets });
    Ok((draft, overflow))
}

/// Puts one field where it belongs; unknown ones are dropped.
async fn take(
    draft: &mut Draft,
    meter: &mut Meter,
    name: &str,
    field: Field<'_>,
    limits: &Limits,
) -> Result<(), PageError> {
    match name {
        "to" => draft.to = line(field, LINE_OCTETS_MAX).await?,
        "cc" => draft.cc = line(field, LINE_OCTETS_MAX).await?,
        "subject" => draft.subject = line(field, LINE_OCTETS_MAX).await?,
        "quote" => draft.quotes = !line(field, LINE_OCTETS_MAX).await?.is_empty(),
        "body" => {
            // One more character than allowed is enough to say that there are too many.
            let max = limits.text_chars_max.saturating_add(1).saturating_mul(CHAR_OCTETS_MAX);
            draft.body = line(field, max).await?.replace("\r\n", "\n");
            meter.octets = meter.octets.saturating_add(octets(draft.body.len()));
        }
        "files" => {
            let file = file(field, meter).await?;
            // A form without a chosen file still sends one without name and content.
            draft.files.extend(file.filter(|it| !it.name.is_empty() || !it.content.is_empty()));
        }
        _ => {}
    }
    Ok(())
}

/// Counts what streams in.
#[derive(Debug)]
struct Meter {
    octets: u64,
    max: u64,
}

/// Reads a file; `None` when it, with what came before, is too large to be kept.
async fn file(mut field: Field<'_>, meter: &mut Meter) -> Result<Option<File>, PageError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let kind = field.content_type().unwrap_or("application/octet-stream").to_owned();
    let mut content = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        meter.octets = meter.octets.saturating_add(octets(chunk.len()));
        if meter.octets <= meter.max {
            content.extend_from_slice(&chunk);
        } else if meter.max.saturating_mul(DRAIN_FACTOR) < meter.octets {
            return Err(PageError::Status(StatusCode::PAYLOAD_TOO_LARGE));
        } else {
            content = Vec::new();
        }
    }
    Ok((meter.octets <= meter.max).then_some(File { name, kind, content }))
}

/// Reads a field of text.
async fn line(mut field: Field<'_>, max: usize) -> Result<String, PageError> {
    let mut octets = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        if max < octets.len().saturating_add(chunk.len()) {
            return Err(PageError::Status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        octets.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

fn unreadable(error: MultipartError) -> PageError {
    match error.status() {
        StatusCode::INTERNAL_SERVER_ERROR => PageError::internal(error),
        status => PageError::Status(status),
    }
}
