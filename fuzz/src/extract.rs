//! A message: its text, its view and its parts.
use examine::Limits;

/// Runs the target on one input.
pub(crate) fn run(message: &[u8]) {
    let limits = Limits::default();
    let extract = examine::extract(message, &limits);
    for segment in &extract.content.segments {
        assert!(extract.content.text.get(segment.start..segment.end).is_some());
    }
    let reading = examine::reading(message, &limits);
    for attachment in &reading.attachments {
        let _decoded = examine::attachment(message, attachment.index);
    }
}
