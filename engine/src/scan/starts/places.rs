//! Where patterns can begin, by pattern.

/// Places by pattern, in ascending order.
#[derive(Clone, Debug, Default)]
pub(in crate::scan) struct Places {
    /// Where those of a pattern end in `places`.
    ends: Vec<usize>,
    /// Segment, offset in the segment.
    places: Vec<(u32, u32)>,
}

impl Places {
    /// Parts the places by pattern; their order stays.
    pub(super) fn new(patterns: usize, all: &[(usize, (u32, u32))]) -> Self {
        // Not of memory that is zeroed: glibc keeps none of that at hand.
        let mut ends: Vec<usize> = std::iter::repeat_n(0, patterns).collect();
        for (pattern, _) in all {
            ends.get_mut(*pattern).into_iter().for_each(|it| *it = it.saturating_add(1));
        }
        let mut sum = 0_usize;
        // First where those of each pattern start; as they are put there it becomes their end.
        for end in &mut ends {
            sum = sum.saturating_add(std::mem::replace(end, sum));
        }
        let mut places: Vec<(u32, u32)> = all.iter().map(|it| it.1).collect();
        for (pattern, place) in all {
            let Some(end) = ends.get_mut(*pattern) else { continue };
            places.get_mut(*end).into_iter().for_each(|it| *it = *place);
            *end = end.saturating_add(1);
        }
        Self { ends, places }
    }

    /// Those of a pattern, as (segment, offset in the segment).
    pub(in crate::scan) fn of(&self, pattern: usize) -> &[(u32, u32)] {
        let start = pattern.checked_sub(1).and_then(|it| self.ends.get(it)).copied().unwrap_or(0);
        let end = self.ends.get(pattern).copied().unwrap_or(0);
        self.places.get(start..end).unwrap_or_default()
    }
}
