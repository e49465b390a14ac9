//! Randomness from the kernel.

use std::cell::RefCell;

/// Octets that a thread draws at once for [`shown`].
const STOCK_OCTETS: usize = 512;

thread_local! {
    /// Drawn and not used yet.
    static STOCK: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Fresh random octets of at most 32 that are no secret once they are used: nonces, salts, names.
///
/// They are drawn ahead, many at once: to ask the kernel for each costs more than to seal a field.
pub(crate) fn shown<const N: usize>() -> [u8; N] {
    const { assert!(N <= 32) };
    STOCK.with_borrow_mut(|stock| {
        if stock.len() < N {
            stock.resize(STOCK_OCTETS, 0);
            fill(stock);
        }
        let mut octets = [0; N];
        let rest = stock.len().saturating_sub(N);
        octets.iter_mut().zip(stock.drain(rest..)).for_each(|(octet, drawn)| *octet = drawn);
        octets
    })
}

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

    #[test]
    fn what_is_drawn_ahead_is_used_once() {
        let draw = || (0..200).map(|_| shown::<12>()).collect::<Vec<_>>();
        let mut drawn = [draw(), std::thread::spawn(draw).join().unwrap()].concat();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 400);
    }
}
