//! One form for text that is compared: NFKC, case fold, invisible characters and marks on digits
//! dropped, digits, dashes and apostrophes of every script as those of ASCII, white space runs to one space.
//!
//! What `examine` puts into [`crate::facts::Content::text`] and what the rules call a term go
//! through the same function, so that "ＮＩＧＨＴＪＡＲ", "night\u{ad}jar" and "Nightjar" are one word.
//!
//! # Invariants
//!
//! - Idempotent: normalising twice changes nothing.
//! - [`normalise`] and [`normalise_mapped`] give the same text.
//!
//! # Standards
//!
//! Unicode Standard Annex 15 (NFKC), section 3.13 of the Unicode Standard (case folding; done as
//! upper case, then lower case, of each character, which joins at least what the fold joins).

mod plain;

use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, decompose_compatible, is_combining_mark},
};

/// Normalised text and where each piece of it came from.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Mapped {
    /// The normalised text.
    pub text: String,
    /// Pairs of (offset in `text`, offset in the source), ascending in both; a byte of `text`
    /// belongs to the last pair at or before it.
    pub offsets: Vec<(usize, usize)>,
}

impl Mapped {
    /// The offset in the source of the piece that the byte at `offset` of the text came from.
    #[must_use]
    pub fn source_offset(&self, offset: usize) -> usize {
        let after = self.offsets.partition_point(|pair| pair.0 <= offset);
        after.checked_sub(1).and_then(|at| self.offsets.get(at)).map_or(0, |pair| pair.1)
    }
}

/// Normalises text for comparison.
///
/// ```
/// assert_eq!(engine::normal::normalise("Heads \t of\u{200b} ＴＥＲＭＳ"), "heads of terms");
/// ```
#[must_use]
pub fn normalise(source: &str) -> String {
    Clusters::new(source, Case::Folded).text()
}

/// The same without the case fold: for terms that ask for `exact case`.
#[must_use]
pub fn normalise_keeping_case(source: &str) -> String {
    Clusters::new(source, Case::Kept).text()
}

/// Appends text as [`normalise`] gives it to `folded`, and to `cased` as [`normalise_keeping_case`]
/// does: both forms at little more than the cost of one, and no copy of them in between. What stands
/// there before must not end in a space.
pub fn append(source: &str, folded: &mut String, cased: Option<&mut String>) {
    folded.reserve(source.len());
    match cased {
        Some(cased) => append_both(source, folded, cased),
        None => Clusters::new(source, Case::Folded).append(folded),
    }
}

fn append_both(source: &str, folded: &mut String, cased: &mut String) {
    let mut keeping = Clusters::new(source, Case::Kept);
    let mut folding = Clusters::new(source, Case::Folded);
    cased.reserve(source.len());
    let mut rest = source;
    while let Some((piece, tail)) = keeping.piece(rest) {
        match piece {
            // Where both end alike, plain text is the same in both but for its case.
            Piece::Plain(plain) if folded.ends_with(' ') == cased.ends_with(' ') => {
                let (from, to) = (cased.len(), folded.len());
                plain::push(cased, plain);
                folded.push_str(cased.get(from..).unwrap_or_default());
                folded.get_mut(to..).unwrap_or_default().make_ascii_lowercase();
            }
            Piece::Plain(plain) => {
                keeping.push_plain(plain, cased);
                folding.push_plain(plain, folded);
            }
            Piece::Cluster(cluster) => {
                keeping.push(cluster, 0, cased, &mut |_, _| {});
                folding.push(cluster, 0, folded, &mut |_, _| {});
            }
        }
        rest = tail;
    }
}

/// Normalises text and remembers where it came from.
#[must_use]
pub fn normalise_mapped(source: &str) -> Mapped {
    let mut mapped = Mapped::default();
    let mut offsets = Vec::new();
    Clusters::new(source, Case::Folded).run(&mut mapped.text, |to, from| offsets.push((to, from)));
    mapped.offsets = offsets;
    mapped
}

/// Whether case is folded.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Case {
    Folded,
    Kept,
}

/// Walks a text cluster by cluster: a cluster is a run that no normalisation joins to its
/// neighbours, so clusters can be normalised one by one and the offsets stay exact.
struct Clusters<'a> {
    source: &'a str,
    case: Case,
    scratch: String,
    /// Characters beyond ASCII that came before, each in the slot of its number; none before the first.
    known: Vec<Known>,
}

/// A piece of a text.
enum Piece<'a> {
    /// Plain ASCII that nothing behind it joins.
    Plain(&'a str),
    Cluster(&'a str),
}

/// What becomes of a character.
#[derive(Clone, Default)]
struct Known {
    character: char,
    /// See [`starts_cluster`].
    starts_cluster: bool,
    /// Where it is a cluster by itself; white space is collapsed. Absent until it is asked for.
    form: Option<String>,
}

/// Characters that are remembered: a script whose letters are one block has a slot for each.
const KNOWN: usize = 128;

impl<'a> Clusters<'a> {
    fn new(source: &'a str, case: Case) -> Self {
        Self { source, case, scratch: String::new(), known: Vec::new() }
    }

    /// The slot that says what becomes of a character beyond ASCII.
    fn known(&mut self, character: char) -> usize {
        if self.known.is_empty() {
            // A short text has few characters, and shall not pay for many slots.
            let slots = self.source.len().next_power_of_two().min(KNOWN);
            self.known.resize(slots, Known::default());
        }
        let number = usize::try_from(u32::from(character)).unwrap_or(0);
        let slot = number.checked_rem(self.known.len()).unwrap_or(0);
        if let Some(free) = self.known.get_mut(slot).filter(|it| it.character != character) {
            let starts_cluster = starts_cluster(character);
            *free = Known { character, starts_cluster, form: None };
        }
        slot
    }

    /// Appends what becomes of a character beyond ASCII that is a cluster by itself.
    fn push_known(&mut self, character: char, text: &mut String) {
        let slot = self.known(character);
        if self.known.get(slot).is_none_or(|it| it.form.is_none()) {
            self.fix(character.encode_utf8(&mut [0; 4]));
            let mut form = String::new();
            self.scratch.chars().for_each(|it| push_collapsing(&mut form, it));
            if let Some(known) = self.known.get_mut(slot) {
                known.form = Some(form);
            }
        }
        let form = self.known.get(slot).and_then(|it| it.form.as_deref()).unwrap_or_default();
        let more = form.strip_prefix(' ').filter(|_| text.ends_with(' '));
        text.push_str(more.unwrap_or(form));
    }

    /// Octets of the cluster that starts `rest` with the character `first`.
    fn cluster_length(&mut self, rest: &str, first: char) -> usize {
        for (at, character) in rest.char_indices().skip(1) {
            let starts = if character.is_ascii() {
                !is_ignorable(character)
            } else {
                let slot = self.known(character);
                self.known.get(slot).is_none_or(|it| it.starts_cluster)
            };
            if starts {
                return at.max(first.len_utf8());
            }
        }
        rest.len()
    }

    /// The piece that `rest` starts with: plain ASCII, or a cluster.
    fn piece<'r>(&mut self, rest: &'r str) -> Option<(Piece<'r>, &'r str)> {
        let first = rest.chars().next()?;
        let plain = if first.is_ascii() { plain::octets(rest) } else { 0 };
        let length = if plain > 0 { plain } else { self.cluster_length(rest, first) };
        let (piece, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        Some((if plain > 0 { Piece::Plain(piece) } else { Piece::Cluster(piece) }, tail))
    }

    /// The normalised text.
    fn text(self) -> String {
        let mut text = String::with_capacity(self.source.len());
        self.append(&mut text);
        text
    }

    /// Appends the normalised text.
    fn append(mut self, text: &mut String) {
        let mut rest = self.source;
        while let Some((piece, tail)) = self.piece(rest) {
            match piece {
                Piece::Plain(plain) => self.push_plain(plain, text),
                Piece::Cluster(cluster) => self.push(cluster, 0, text, &mut |_, _| {}),
            }
            rest = tail;
        }
    }

    /// Appends plain ASCII.
    fn push_plain(&self, plain: &str, text: &mut String) {
        let from = text.len();
        plain::push(text, plain);
        if let (Case::Folded, Some(pushed)) = (self.case, text.get_mut(from..)) {
            pushed.make_ascii_lowercase();
        }
    }

    /// Appends the normalised text to `text`; tells `mark` of each cluster that gave some.
    fn run(mut self, text: &mut String, mut mark: impl FnMut(usize, usize)) {
        let mut start = 0;
        let mut rest = self.source;
        while let Some(first) = rest.chars().next() {
            let length = self.cluster_length(rest, first);
            let (cluster, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
            self.push(cluster, start, text, &mut mark);
            start = start.saturating_add(cluster.len());
            rest = tail;
        }
    }

    fn push(
        &mut self,
        cluster: &str,
        start: usize,
        text: &mut String,
        mark: &mut impl FnMut(usize, usize),
    ) {
        let at = text.len();
        if cluster.len() == 1 {
            // One ASCII character: nothing to compose or decompose.
            let byte = cluster.bytes().next().unwrap_or(b' ');
            if !plain::is_plain(byte) {
                return;
            }
            let folded = match self.case {
                Case::Folded => byte.to_ascii_lowercase(),
                Case::Kept => byte,
            };
            push_collapsing(text, char::from(folded));
        } else {
            let mut characters = cluster.chars();
            let first = characters.next().filter(|_| characters.as_str().is_empty());
            if let Some(only) = first {
                self.push_known(only, text);
            } else {
                self.fix(cluster);
                self.scratch.chars().for_each(|it| push_collapsing(text, it));
            }
        }
        if at < text.len() {
            mark(at, start);
        }
    }

    /// Normalises one cluster into `scratch`, again until nothing changes.
    fn fix(&mut self, cluster: &str) {
        self.scratch.clear();
        self.scratch.push_str(cluster);
        for _ in 0..ROUNDS_MAX {
            let next: String = match self.case {
                Case::Folded => kept(&self.scratch)
                    .flat_map(fold)
                    .filter(|it| !is_ignorable(*it))
                    .nfkc()
                    .collect(),
                Case::Kept => kept(&self.scratch).nfkc().collect(),
            };
            let next = without_marks_on_digits(&next);
            let same = next == self.scratch;
            self.scratch = next;
            if same {
                return;
            }
        }
    }
}

/// NFKC without what nobody sees, digits and dashes as those of ASCII.
fn kept(text: &str) -> impl Iterator<Item = char> {
    let seen = text.chars().filter(|it| !is_ignorable(*it)).nfkc();
    seen.filter(|it| !is_ignorable(*it)).map(unified)
}

/// A mark on a digit makes no other digit.
fn without_marks_on_digits(text: &str) -> String {
    let mut on_digit = false;
    let kept = text.chars().filter(|it| {
        let is_mark = is_combining_mark(*it);
        on_digit = it.is_ascii_digit() || (on_digit && is_mark);
        !(on_digit && is_mark)
    });
    kept.collect()
}

/// Whether no normalisation joins the character, which is beyond ASCII, to what stands before it.
fn starts_cluster(character: char) -> bool {
    if is_ignorable(character) {
        return false;
    }
    let mut first = None;
    decompose_compatible(character, |it| {
        first.get_or_insert(it);
    });
    let first = first.unwrap_or(character);
    // Medial vowels and final consonants of Hangul join the syllable before them.
    !is_combining_mark(first)
        && canonical_combining_class(first) == 0
        && !('\u{1160}'..='\u{11ff}').contains(&first)
}

/// Full case fold of one character: upper case, then lower case.
fn fold(character: char) -> impl Iterator<Item = char> {
    character.to_uppercase().flat_map(char::to_lowercase)
}

/// A digit, dash, apostrophe or blank of any script as that of ASCII: word processors put curly ones.
fn unified(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    match character {
        '\u{58a}'
        | '\u{5be}'
        | '\u{1806}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2e3a}'..='\u{2e3b}' => '-',
        '\u{2018}'..='\u{2019}' | '\u{201b}' | '\u{2bc}' => '\'',
        // A cell of Braille without a dot.
        '\u{2800}' => ' ',
        character => digit(character).unwrap_or(character),
    }
}

/// The ASCII digit that a decimal digit stands for.
fn digit(character: char) -> Option<char> {
    let number = u32::from(character);
    let before = ZEROS.partition_point(|zero| *zero <= number).checked_sub(1)?;
    let value = number.checked_sub(*ZEROS.get(before)?)?;
    char::from_digit(value, 10)
}

/// The digit zero of each script whose digits NFKC leaves as they are.
///
/// # Source
///
/// Unicode 16, the general category Nd: ten characters each, in order.
const ZEROS: [u32; 67] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0,
    0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0,
    0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1,
    0x1e950,
];

/// Characters that show nothing of their own: controls that are no white space, format characters,
/// what Unicode lets programs ignore, the object mark, and marks round, under, over or through another
/// character.
///
/// # Source
///
/// Unicode 16: the general categories Cc, Cf and Me, `Default_Ignorable_Code_Point`, and the lines
/// among the combining marks.
fn is_ignorable(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() && !character.is_whitespace();
    }
    matches!(
        character,
        '\u{80}'..='\u{84}'
            | '\u{86}'..='\u{9f}'
            | '\u{ad}'
            | '\u{305}'
            | '\u{332}'..='\u{338}'
            | '\u{33f}'
            | '\u{34f}'
            | '\u{488}'..='\u{489}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{1abe}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20dd}'..='\u{20e0}'
            | '\u{20e2}'..='\u{20e4}'
            | '\u{3164}'
            | '\u{a670}'..='\u{a672}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffc}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

fn push_collapsing(text: &mut String, character: char) {
    if !character.is_whitespace() {
        text.push(character);
    } else if !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Rounds until a cluster is stable; two suffice for every character of Unicode 16, the rest is margin.
const ROUNDS_MAX: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn joins_what_a_reader_joins() {
        for (source, expected) in [
            ("Project Nightjar", "project nightjar"),
            ("night\u{ad}jar", "nightjar"),
            ("ＮＩＧＨＴ\u{200b}ＪＡＲ", "nightjar"),
            ("straße STRASSE", "strasse strasse"),
            ("Σίσυφος ΣΊΣΥΦΟΣ", "σίσυφοσ σίσυφοσ"),
            ("a\r\n\t b", "a b"),
            ("e\u{301}te\u{200d}\u{301}", "été"),
            ("ﬁle №1", "file no1"),
            ("ni\0ght\u{8}j\u{83}a\u{fffc}r", "nightjar"),
            ("\0 \u{1b} a\u{7f}", " a"),
            ("n\u{332}i\u{332}g\u{20e3}ht", "night"),
            ("4\u{fe0f}\u{20e3}0\u{301}1\u{332}2\u{20dd}", "4012"),
            ("4012\u{2011}8888\u{2013}8888\u{2212}1881", "4012-8888-8888-1881"),
            ("4012\u{2800}8888", "4012 8888"),
            ("٤٠१२ 𑱐𞓰", "4012 00"),
            ("e\0\u{301}", "é"),
            ("the patient’s ‘record’", "the patient's 'record'"),
        ] {
            assert_eq!(normalise(source), expected, "{source:?}");
        }
    }

    #[test]
    fn case_can_be_kept() {
        assert_eq!(normalise_keeping_case("Ｎ\u{ad}ightJar  X"), "NightJar X");
    }

    #[test]
    fn every_character_is_stable() {
        // Ideographs and syllables are many and alike: every 97th beyond the first planes.
        let ideographs = ('\u{3400}'..=char::MAX).step_by(97);
        for character in ('\0'..'\u{3400}').chain(ideographs).chain('\u{f900}'..='\u{1ffff}') {
            let once = normalise(&format!("a{character}\u{301}b"));
            assert_eq!(normalise(&once), once, "{character:?}");
        }
    }

    #[test]
    fn offsets_point_at_the_source() {
        let mapped = normalise_mapped("x\u{200b}ﬁ  e\u{301}z");
        assert_eq!(mapped.text, "xfi éz");
        assert_eq!(mapped.source_offset(0), 0);
        assert_eq!(mapped.source_offset(1), 4);
        assert_eq!(mapped.source_offset(2), 4);
        assert_eq!(mapped.source_offset(3), 7);
        assert_eq!(mapped.source_offset(4), 9);
        assert_eq!(mapped.source_offset(6), 12);
    }

    proptest! {
        #[test]
        fn idempotent(source in any::<String>()) {
            let once = normalise(&source);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn what_is_remembered_changes_no_text(source in "\\PC*|[ a-zé\u{301}\u{200b}ß가ᅡﾞЖ\u{80}ə\u{df}٣\u{2800}]{0,60}") {
            // The second time each character is one that came before.
            let once = normalise(&format!("x{source}"));
            prop_assert_eq!(normalise(&format!("x{source}|x{source}")), format!("{once}|{once}"));
        }

        #[test]
        fn both_forms_are_those_of_each(source in "\\PC*|[ -~\t\r\né\u{301}\u{200b}ß가ᅡﾞЖ\u{80}\u{2800}\u{a0}K]{0,80}") {
            let expected = format!("x\n{}", normalise(&source));
            let (mut folded, mut alone, mut cased) = ("x\n".to_owned(), "x\n".to_owned(), String::new());
            append(&source, &mut folded, Some(&mut cased));
            append(&source, &mut alone, None);
            prop_assert_eq!(&folded, &expected);
            prop_assert_eq!(&alone, &expected);
            prop_assert_eq!(&cased, &normalise_keeping_case(&source));
        }

        /// Octet by octet, as a reader of the rule would do it.
        #[test]
        fn white_space_is_one_space(source in "[ a-cA-C\t\r\n\u{b}]{0,120}") {
            let mut expected = String::new();
            source.to_lowercase().chars().for_each(|it| push_collapsing(&mut expected, it));
            prop_assert_eq!(normalise(&source), expected);
        }

        #[test]
        fn mapping_changes_no_text(source in "\\PC*|[ a-zé\u{301}\u{200b}ß가ᅡﾞ]{0,40}") {
            let mapped = normalise_mapped(&source);
            prop_assert_eq!(&mapped.text, &normalise(&source));
            prop_assert!(mapped.offsets.is_sorted());
            prop_assert!(mapped.offsets.iter().all(|pair| source.is_char_boundary(pair.1)));
        }
    }
}
