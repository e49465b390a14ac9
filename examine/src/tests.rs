//! Tests over whole messages.

mod ambiguity;
mod archives;
mod disguises;
mod documents;
mod extracting;
mod hostile;
mod made;
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

/// What is seen of a message that is one attachment.
fn with_file(kind: &str, name: &str, octets: &[u8]) -> Extract {
    let encoded = crate::edits::base64_of(octets);
    let message = format!(
        "Content-Type: {kind}; name=\"{name}\"\nContent-Disposition: attachment\n\
         Content-Transfer-Encoding: base64\n\n{encoded}\n"
    );
    extracted(&message)
}
