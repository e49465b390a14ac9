//! One form for text that is compared: NFKC, case fold, invisible characters dropped, white space
//! runs to one space.
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
}

impl<'a> Clusters<'a> {
    fn new(source: &'a str, case: Case) -> Self {
        Self { source, case, scratch: String::new() }
    }

    /// The normalised text.
    fn text(mut self) -> String {
        let mut text = String::with_capacity(self.source.len());
        let mut rest = self.source;
        while let Some(first) = rest.chars().next() {
            let (plain, tail) = rest.split_at_checked(plain_octets(rest)).unwrap_or(("", rest));
            push_plain(&mut text, plain, self.case);
            rest = tail;
            if plain.is_empty() {
                let length = cluster_length(rest, first);
                let (cluster, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
                self.push(cluster, 0, &mut text, &mut |_, _| {});
                rest = tail;
            }
        }
        text
    }

    /// Appends the normalised text to `text`; tells `mark` of each cluster that gave some.
    fn run(mut self, text: &mut String, mut mark: impl FnMut(usize, usize)) {
        let mut start = 0;
        let mut rest = self.source;
        while let Some(first) = rest.chars().next() {
            let length = cluster_length(rest, first);
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
            let folded = match self.case {
                Case::Folded => byte.to_ascii_lowercase(),
                Case::Kept => byte,
            };
            push_collapsing(text, char::from(folded));
        } else {
            self.fix(cluster);
            for character in self.scratch.chars() {
                push_collapsing(text, character);
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
            let same = next == self.scratch;
            self.scratch = next;
            if same {
                return;
            }
        }
    }
}

/// Octets looked at together where text is plain ASCII.
const BLOCK: usize = 16;

/// Octets of the ASCII that `text` starts with and that nothing after it joins.
fn plain_octets(text: &str) -> usize {
    let (blocks, rest) = text.as_bytes().as_chunks::<BLOCK>();
    let plain = blocks.iter().take_while(|it| it.is_ascii()).count();
    let next = blocks.get(plain).map_or(rest, |it| it.as_slice());
    let more = next.iter().take_while(|it| it.is_ascii()).count();
    let octets = plain.saturating_mul(BLOCK).saturating_add(more);
    // A mark may follow the last.
    if octets == text.len() { octets } else { octets.saturating_sub(1) }
}

/// Appends plain ASCII: whole blocks where no white space collapses, else octet by octet.
fn push_plain(text: &mut String, plain: &str, case: Case) {
    let from = text.len();
    let mut rest = plain;
    while !rest.is_empty() {
        let (block, tail) = rest.split_at_checked(BLOCK).unwrap_or((rest, ""));
        if keeps_its_spaces(block.as_bytes()) && !(block.starts_with(' ') && text.ends_with(' ')) {
            text.push_str(block);
        } else {
            block.chars().for_each(|it| push_collapsing(text, it));
        }
        rest = tail;
    }
    if let (Case::Folded, Some(pushed)) = (case, text.get_mut(from..)) {
        pushed.make_ascii_lowercase();
    }
}

/// Whether every white space is one space by itself.
fn keeps_its_spaces(block: &[u8]) -> bool {
    let other = block.iter().fold(false, |any, it| any | (9..=13).contains(it));
    let after = block.get(1..).unwrap_or_default();
    let two = block
        .iter()
        .zip(after)
        .fold(false, |any, (one, next)| any | (*one == b' ' && *next == b' '));
    !(other | two)
}

/// NFKC without what nobody sees.
fn kept(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|it| !is_ignorable(*it)).nfkc().filter(|it| !is_ignorable(*it))
}

/// Octets of the cluster that starts `rest` with the character `first`.
fn cluster_length(rest: &str, first: char) -> usize {
    let following = rest.char_indices().skip(1);
    for (at, character) in following {
        if starts_cluster(character) {
            return at.max(first.len_utf8());
        }
    }
    rest.len()
}

/// Whether no normalisation joins the character to what stands before it.
fn starts_cluster(character: char) -> bool {
    if character.is_ascii() {
        return true;
    }
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

/// Characters that show nothing: zero-width, soft hyphen, direction marks, variation selectors.
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
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
        fn mapping_changes_no_text(source in "\\PC*|[ a-zé\u{301}\u{200b}ß가ᅡﾞ]{0,40}") {
            let mapped = normalise_mapped(&source);
            prop_assert_eq!(&mapped.text, &normalise(&source));
            prop_assert!(mapped.offsets.is_sorted());
            prop_assert!(mapped.offsets.iter().all(|pair| source.is_char_boundary(pair.1)));
        }
    }
}
