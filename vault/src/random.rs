//! Randomness from the kernel.

/// Fresh random octets.
pub(crate) fn octets<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    fill(&mut octets);
    octets
}

#[expect(
    clippy::expect_used,
    reason = "getrandom(2): once the generator is seeded, which it is before any service starts, \
              reading it cannot fail; to go on without randomness would be worse than to stop"
)]
fn fill(octets: &mut [u8]) {
    getrandom::fill(octets).expect("the kernel's generator is seeded");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        assert_ne!(octets::<32>(), octets::<32>());
    }
}
