//! Two letters in a circle for a person. Decoration: the name always stands beside it.

use maud::{Markup, html};

/// The circle for a name or an address.
pub(crate) fn avatar(name: &str) -> Markup {
    html! { span.avatar aria-hidden="true" { (initials(name)) } }
}

/// The first letters of the first and the last word that begins with a letter.
fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or(name);
    let mut letters = name
        .split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '-'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let last = letters.next_back();
    let pair: String = first.into_iter().chain(last).flat_map(char::to_uppercase).collect();
    if pair.is_empty() { "?".to_owned() } else { pair }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_names_and_addresses() {
        assert_eq!(initials("Anna Kowalski"), "AK");
        assert_eq!(initials("m.osei@harbourlegal.example"), "MO");
        assert_eq!(initials("Legal"), "L");
        assert_eq!(initials("<b>"), "B");
        assert_eq!(initials("…"), "?");
    }
}
