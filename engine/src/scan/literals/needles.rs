//! The texts of all literals, one after the other.

/// Literals by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Needles {
    octets: Vec<u8>,
    ends: Vec<usize>,
}

impl Needles {
    pub(super) fn new(texts: &[String]) -> Self {
        let mut built = Self::default();
        for text in texts {
            built.octets.extend_from_slice(text.as_bytes());
            built.ends.push(built.octets.len());
        }
        built
    }

    /// The text of a literal.
    pub(super) fn get(&self, number: u32) -> &[u8] {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let start = number.checked_sub(1).and_then(|it| self.ends.get(it)).copied().unwrap_or(0);
        self.ends.get(number).and_then(|end| self.octets.get(start..*end)).unwrap_or_default()
    }

    /// Every literal with its number.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..u32::try_from(self.ends.len()).unwrap_or(u32::MAX)).map(|it| (it, self.get(it)))
    }
}
