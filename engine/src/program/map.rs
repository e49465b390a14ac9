//! Hash maps of the index: looked up while deciding, never iterated.
//!
//! The hasher is fixed, so that two runs do the same. Keys are those of the rules; what a stranger
//! writes is only looked up, so it cannot fill a bucket.

use std::hash::{BuildHasherDefault, Hasher};

/// A map of the index.
#[expect(clippy::disallowed_types, reason = "inside an index, fixed hasher, never iterated")]
pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Mixer>>;

/// Multiplies and rotates eight octets at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mixer(u64);

const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

impl Mixer {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            self.add(rest.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.add(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn finish(&self) -> u64 {
        // The table uses the high bits as well as the low ones.
        self.0 ^ (self.0 >> 32)
    }
}
