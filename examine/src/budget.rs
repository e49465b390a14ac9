//! What one message may still cost to unpack: octets, work, members.
//!
//! One budget goes with the whole message, through every archive in it, so that nesting multiplies
//! nothing. Whatever unpacks draws from it before it keeps the octets.

use std::io::{ErrorKind, Read};

use wire::mime::Limits;

use crate::limits::{
    DECODERS_MAX, PDF_CONTENT_OCTETS_MAX, PDF_FONT_ENTRIES_MAX, PDF_NAMES_MAX, RATIO_FREE_OCTETS,
    UNPACKED_CHUNK_OCTETS,
};

/// What is left for one message.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    octets: u64,
    /// Packed octets that may still be read: decoders also pass over input that gives nothing.
    work: u64,
    members: usize,
    ratio: u64,
    /// Decoders with large tables of their own that may still be made.
    pub(crate) decoders: usize,
    pub(crate) drawing: Drawing,
}

/// What the contents of documents may still cost to draw: they can be drawn more than once.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    pub(crate) octets: usize,
    pub(crate) names: usize,
    pub(crate) font_entries: usize,
}

/// Why unpacking ended before the end of what was packed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
    /// The packed octets make no sense from some place on, or end too early.
    Damaged,
    /// A limit.
    OverLimit,
}

/// What came out of a decoder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Unpacked {
    /// All that came out; the start, where it was stopped.
    pub(crate) octets: Vec<u8>,
    /// None where the decoder came to its end.
    pub(crate) stop: Option<Stop>,
}

impl Unpacked {
    /// Nothing, and why.
    pub(crate) fn stopped(stop: Stop) -> Self {
        Self { octets: Vec::new(), stop: Some(stop) }
    }
}

impl Budget {
    /// That of a message which nothing was unpacked of.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            octets: limits.unpacked_octets,
            work: limits.unpacked_octets,
            members: limits.members,
            ratio: limits.ratio,
            decoders: DECODERS_MAX,
            drawing: Drawing {
                octets: PDF_CONTENT_OCTETS_MAX,
                names: PDF_NAMES_MAX,
                font_entries: PDF_FONT_ENTRIES_MAX,
            },
        }
    }

    /// How many members may still come.
    pub(crate) fn members_left(&self) -> usize {
        self.members
    }

    /// Takes one decoder with large tables off; whether there was one.
    pub(crate) fn decoder(&mut self) -> bool {
        let left = self.decoders.checked_sub(1);
        self.decoders = left.unwrap_or(0);
        left.is_some()
    }

    /// Takes one member off; whether there was one.
    pub(crate) fn member(&mut self) -> bool {
        let left = self.members.checked_sub(1);
        self.members = left.unwrap_or(0);
        left.is_some()
    }

    /// Takes `octets` that stand unpacked off; whether they fit.
    pub(crate) fn octets(&mut self, octets: usize) -> bool {
        let left = self.octets.checked_sub(wide(octets));
        self.octets = left.unwrap_or(0);
        left.is_some()
    }

    /// Copies octets that stand in the open.
    pub(crate) fn copy(&mut self, octets: &[u8]) -> Unpacked {
        match self.octets(octets.len()) {
            true => Unpacked { octets: octets.to_vec(), stop: None },
            false => Unpacked::stopped(Stop::OverLimit),
        }
    }

    /// Reads a decoder over `packed` octets to its end, or to the limit. The decoder allocates
    /// nothing here that it was not told to; see its own place for its dictionary.
    pub(crate) fn read(&mut self, packed: usize, mut decoder: impl Read) -> Unpacked {
        let packed = wide(packed);
        let Some(work) = self.work.checked_sub(packed) else {
            return Unpacked::stopped(Stop::OverLimit);
        };
        self.work = work;
        let by_ratio = packed.saturating_mul(self.ratio).max(RATIO_FREE_OCTETS);
        let most = self.octets.min(by_ratio);
        let mut octets = Vec::new();
        let mut chunk = vec![0; UNPACKED_CHUNK_OCTETS];
        let stop = loop {
            let came = match decoder.read(&mut chunk) {
                Ok(0) => break None,
                Ok(came) => chunk.get(..came).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::OutOfMemory => {
                    break Some(Stop::OverLimit);
                }
                Err(_) => break Some(Stop::Damaged),
            };
            if most < wide(octets.len()).saturating_add(wide(came.len())) {
                break Some(Stop::OverLimit);
            }
            octets.extend_from_slice(came);
        };
        self.octets = self.octets.saturating_sub(wide(octets.len()));
        Unpacked { octets, stop }
    }
}

fn wide(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::repeat;

    use super::*;

    fn budget(unpacked_octets: u64, members: usize, ratio: u64) -> Budget {
        Budget::new(&Limits { unpacked_octets, members, ratio, ..Limits::default() })
    }

    #[test]
    fn what_is_endless_stops_at_the_limit() {
        let mut budget = budget(200_000, 1, 1_000);
        let read = budget.read(1_000, repeat(b'x'));
        assert_eq!(read.stop, Some(Stop::OverLimit));
        assert!(read.octets.len() <= 200_000, "{}", read.octets.len());
        assert_eq!(budget.copy(&[0; 100_000]).stop, Some(Stop::OverLimit));
    }

    #[test]
    fn the_ratio_counts_beyond_what_is_free() {
        let free = RATIO_FREE_OCTETS;
        let octets = |ratio, packed| {
            let read = budget(free * 10, 1, ratio).read(packed, repeat(b'x').take(free * 2));
            (read.stop, wide(read.octets.len()))
        };
        assert_eq!(octets(10, 1_000).0, Some(Stop::OverLimit));
        assert_eq!(octets(1_000, usize::try_from(free).unwrap()), (None, free * 2));
    }

    #[test]
    fn input_that_gives_nothing_counts() {
        let mut budget = budget(1_000, 1, 1_000);
        assert_eq!(budget.read(600, std::io::empty()).stop, None);
        assert_eq!(budget.read(600, std::io::empty()).stop, Some(Stop::OverLimit));
    }

    #[test]
    fn members_count_down() {
        let mut budget = budget(0, 2, 1);
        assert_eq!([budget.member(), budget.member(), budget.member()], [true, true, false]);
    }
}
