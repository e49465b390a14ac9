//! The check digits of an International Bank Account Number.
//!
//! # Standards
//!
//! ISO 13616-1; the arithmetic is MOD 97-10 of ISO 7064.

use super::Checksum;

/// `check iban`.
pub(super) const CHECKSUM: Checksum = Checksum {
    name: "iban",
    about: "international bank account numbers (MOD 97-10)",
    example: "GB82 WEST 1234 5698 7654 32",
    passes,
};

fn passes(value: &str) -> bool {
    let compact: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((head, tail)) = compact.split_at_checked(4) else { return false };
    let shaped = head.iter().take(2).all(char::is_ascii_alphabetic)
        && head.iter().skip(2).all(char::is_ascii_digit);
    // Norway has the shortest, 15; the standard allows 34.
    if !shaped || !(15..=34).contains(&compact.len()) {
        return false;
    }
    let remainder = tail.iter().chain(head).fold(0_u32, |remainder, character| {
        let number = character.to_digit(36).unwrap_or(0);
        let shift = if number < 10 { 10 } else { 100 };
        remainder.saturating_mul(shift).saturating_add(number) % 97
    });
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn cases() {
        assert!(passes("de89370400440532013000"));
        assert!(passes("NO93 8601 1117 947"));
        assert!(!passes("DE88370400440532013000"));
        assert!(!passes("89DE370400440532013000"));
        assert!(!passes("GB82"));
    }
}
