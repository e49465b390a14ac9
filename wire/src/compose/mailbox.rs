//! A person or a program as headers name it: a display name and an address.

use grammar::literal::Address;

use super::word;

/// The column that an encoded name may start at: after `Reply-To: `, the longest header it is in.
const COLUMN: usize = 10;

/// A display name and an address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mailbox {
    /// What is shown; may be empty.
    pub name: String,
    /// Where mail goes.
    pub address: Address,
}

impl Mailbox {
    /// Puts a name and an address together.
    #[must_use]
    pub fn new(name: &str, address: Address) -> Self {
        Self { name: name.to_owned(), address }
    }

    /// An address alone.
    #[must_use]
    pub const fn bare(address: Address) -> Self {
        Self { name: String::new(), address }
    }

    /// The words that a header is folded between.
    pub(super) fn words(&self) -> Vec<String> {
        let name = word::cleaned(&self.name);
        // Control characters cannot be in an address, so it cannot end a line.
        if name.is_empty() {
            return vec![self.address.to_string()];
        }
        let mut words = phrase(&name);
        words.push(format!("<{}>", self.address));
        words
    }
}

/// Writes a display name (RFC 5322 §3.2.5): atoms, a quoted string, or encoded words.
fn phrase(name: &str) -> Vec<String> {
    let is_atom =
        |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~ ".contains(&octet);
    if word::needs_encoding(name) {
        return word::encoded(name, COLUMN);
    }
    if name.bytes().all(is_atom) {
        return name.split(' ').map(str::to_owned).collect();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    if escaped.len() <= 64 { vec![format!("\"{escaped}\"")] } else { word::encoded(name, COLUMN) }
}
