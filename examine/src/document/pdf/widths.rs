//! Widths of the fonts that every reader has, for those that give none.
//!
//! # Source
//!
//! Adobe Core 14 font metrics.

/// A family of fonts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Widths {
    Courier,
    #[default]
    Helvetica,
    Times,
}

/// Widths of the characters from space to tilde, in thousandths of the size.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

impl Widths {
    /// The family of a font by its name.
    pub(super) fn of(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name);
        match name {
            it if it.contains("Courier") => Self::Courier,
            it if it.contains("Times") => Self::Times,
            _ => Self::Helvetica,
        }
    }

    /// The width of a text, in parts of the size.
    pub(super) fn of_text(self, text: &str) -> f64 {
        const COURIER: u16 = 600;
        const OTHERS: u16 = 556;
        let table = match self {
            Self::Courier => return f64::from(COURIER) / 1000.0,
            Self::Helvetica => &HELVETICA,
            Self::Times => &TIMES,
        };
        let first = text.chars().next().and_then(|it| u32::from(it).checked_sub(0x20));
        let width = first.and_then(|it| table.get(usize::try_from(it).ok()?));
        f64::from(width.copied().unwrap_or(OTHERS)) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_have_their_widths() {
        for (name, text, width) in [
            ("ABCDEF+Courier-Bold", "i", 0.6),
            ("Helvetica", "A", 0.667),
            ("TimesNewRoman", "~", 0.541),
            ("Arial", " ", 0.278),
            ("Arial", "\u{4e00}", 0.556),
        ] {
            assert_eq!(Widths::of(name.as_bytes()).of_text(text), width, "{name}");
        }
    }
}
