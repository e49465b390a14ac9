//! Tests over whole messages.

mod ambiguity;
mod documents;
mod extracting;
mod hostile;
mod showing;

use crate::{Extract, Limits, extract};

fn extracted(message: &str) -> Extract {
    extract(message.as_bytes(), &Limits::default())
}

/// The texts of a scope, normalised, in order.
fn texts(extract: &Extract, scope: grammar::tree::Scope) -> Vec<&str> {
    let of_scope = extract.content.segments.iter().filter(|segment| segment.scope == scope);
    of_scope.map(|segment| extract.content.text.get(segment.start..segment.end).unwrap()).collect()
}
