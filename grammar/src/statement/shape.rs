//! Statements of one shape are read once: a tree has few shapes and many statements.
//!
//! # Invariants
//!
//! - The grammar asks of a word which keyword it is, and otherwise only what [`class`] tells: so two
//!   statements of one shape have the same parts at the same words. The tests hold both readings against
//!   one another.
//! - A statement whose words cannot be told apart by octets alone has no shape: it goes through the grammar.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::LazyLock,
};

use super::{Node, Reading, Rule, Stop, read};

/// Shapes that are kept; further statements go through the grammar.
const SHAPES_MAX: usize = 4_096;

/// Octets in a shape; longer statements go through the grammar.
const SHAPE_OCTETS_MAX: usize = 512;

/// Marks of a shape: what a token is.
const COMMA: u8 = 1;
const TEXT: u8 = 2;
const KEYWORD: u8 = 3;
const WORD: u8 = 64;
/// Whether it follows the token before it without a space.
const GLUED: u8 = 128;

/// What the grammar can ask of a word that is no keyword.
const DIGITS: u8 = 1;
const LETTERS: u8 = 2;
const AT_FIRST: u8 = 4;
const AT_LATER: u8 = 8;
const STARRED: u8 = 16;
const NETWORK: u8 = 32;

/// The words that the grammar names; of some it reads the singular too.
static KEYWORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let rules = Rule::all_rules().iter().map(|it| format!("{it:?}"));
    let words: Vec<String> =
        rules.filter_map(|it| Some(it.strip_prefix("k_")?.to_owned())).collect();
    let singular = words.iter().filter_map(|it| Some(it.strip_suffix('s')?.to_owned()));
    singular.chain(words.iter().cloned()).collect()
});

/// Readings of the statements so far, by their shapes.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    known: BTreeMap<Rule, BTreeMap<Vec<u8>, Rc<[Node]>>>,
    count: usize,
}

impl Shapes {
    /// As [`read`].
    ///
    /// # Errors
    ///
    /// As [`read`].
    pub(crate) fn read<'s>(&mut self, rule: Rule, statement: &'s str) -> Result<Reading<'s>, Stop> {
        let Some(Shape { key, places }) = Shape::of(statement) else {
            return read(rule, statement);
        };
        if let Some(nodes) = self.known.get(&rule).and_then(|it| it.get(&key)) {
            return Ok(Reading { text: statement, nodes: Rc::clone(nodes), places: Some(places) });
        }
        let reading = read(rule, statement)?;
        if self.count < SHAPES_MAX
            && let Some(nodes) = counted(&reading.nodes, &places)
        {
            self.known.entry(rule).or_default().insert(key, nodes);
            self.count = self.count.saturating_add(1);
        }
        Ok(reading)
    }
}

/// The nodes with the numbers of places instead of offsets; none if one is inside of a token.
fn counted(nodes: &[Node], places: &[usize]) -> Option<Rc<[Node]>> {
    let number = |offset: usize| places.binary_search(&offset).ok();
    let counted =
        nodes.iter().map(|it| Some(Node { start: number(it.start)?, end: number(it.end)?, ..*it }));
    counted.collect()
}

/// What a statement looks like.
struct Shape {
    /// What each token is.
    key: Vec<u8>,
    /// Where each token begins and ends.
    places: Vec<usize>,
}

impl Shape {
    fn of(statement: &str) -> Option<Self> {
        let octets = statement.as_bytes();
        let mut shape = Self { key: Vec::with_capacity(32), places: Vec::with_capacity(32) };
        let mut at = 0;
        while let Some(octet) = octets.get(at) {
            if matches!(octet, b' ' | b'\t' | b'\n' | b'\r') {
                at = at.saturating_add(1);
                continue;
            }
            let glued = if shape.places.last() == Some(&at) { GLUED } else { 0 };
            let end = match octet {
                b',' => {
                    shape.key.push(COMMA | glued);
                    at.saturating_add(1)
                }
                b'"' => {
                    shape.key.push(TEXT | glued);
                    text_end(octets, at)?
                }
                _ => shape.word(statement, at, glued)?,
            };
            shape.places.extend([at, end]);
            at = end;
            if shape.key.len() > SHAPE_OCTETS_MAX {
                return None;
            }
        }
        let whole = shape.places.first() == Some(&0) && shape.places.last() == Some(&octets.len());
        whole.then_some(shape)
    }

    /// Adds a word; where it ends.
    fn word(&mut self, statement: &str, start: usize, glued: u8) -> Option<usize> {
        let rest = statement.as_bytes().get(start..)?;
        let is_end = |it: &u8| matches!(it, b' ' | b'\t' | b'\n' | b'\r' | b',');
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let end = start.saturating_add(length);
        let word = statement.get(start..end)?;
        // Words in which a reading may stop, or that begin what is no word.
        let is_odd =
            |it: u8| !it.is_ascii_graphic() || matches!(it, b'"' | b'#' | b'<' | b'{' | b'}');
        if word.bytes().any(is_odd) || word.starts_with('/') {
            return None;
        }
        if word.bytes().all(|it| it.is_ascii_lowercase()) && KEYWORDS.contains(word) {
            self.key.push(KEYWORD | glued);
            self.key.extend(word.bytes());
            self.key.push(0);
        } else {
            self.key.push(WORD | class(word) | glued);
        }
        Some(end)
    }
}

/// Where a text ends that begins at an octet; none if it is not closed, or something clings to it.
fn text_end(octets: &[u8], start: usize) -> Option<usize> {
    let mut at = start.saturating_add(1);
    loop {
        match octets.get(at)? {
            b'\n' => return None,
            b'\\' if octets.get(at.saturating_add(1)) == Some(&b'\n') => return None,
            b'\\' => at = at.saturating_add(2),
            b'"' => break,
            _ => at = at.saturating_add(1),
        }
    }
    let end = at.saturating_add(1);
    let clings =
        octets.get(end).is_some_and(|it| !matches!(it, b' ' | b'\t' | b'\n' | b'\r' | b','));
    (!clings).then_some(end)
}

/// All that the grammar asks of a word that is no keyword.
fn class(word: &str) -> u8 {
    let of = |is: bool, mark: u8| if is { mark } else { 0 };
    let hex = word.trim_start_matches(|it: char| it.is_ascii_hexdigit());
    let at = word.find('@');
    of(word.bytes().all(|it| it.is_ascii_digit()), DIGITS)
        | of(word.bytes().all(|it| it.is_ascii_alphabetic()), LETTERS)
        | of(at == Some(0), AT_FIRST)
        | of(at.is_some_and(|it| it > 0), AT_LATER)
        | of(word.starts_with(['*', '.']), STARRED)
        | of(word.starts_with(|it: char| it.is_ascii_digit()) || hex.starts_with(':'), NETWORK)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Shape, Shapes};
    use crate::statement::{Reading, Rule, Stop, read};

    /// Words of every class and at the edges between them.
    const WORDS: &[&str] = &[
        "\"a text\"",
        "\"\\\" \u{201D}\"",
        "\"\"",
        "\"",
        "7",
        "7a",
        "x",
        "cards",
        "a-b",
        "lib.name",
        "MB",
        "5MB",
        "time",
        "times",
        "and",
        "except",
        "internal",
        "is",
        "at",
        "banner",
        "until",
        "@x",
        "a@b.example",
        "a@b@c",
        "\"q\"@b.example",
        "*.a.example",
        ".docx",
        "10.0.0.0/8",
        "::1",
        "fe80::1",
        "fg::1",
        "10:00",
        "<>",
        "low<high",
        "<",
        "/re/",
        "\u{FC}",
        "a,b",
        "x\"y\"",
        "\"y\"x",
        "a#b",
        "{",
        "",
    ];

    type Nodes = Result<Vec<(Rule, usize, usize, usize)>, Stop>;

    fn nodes(reading: Result<Reading<'_>, Stop>) -> Nodes {
        let reading = reading?;
        let node =
            |it: &super::Node| (it.rule, reading.offset(it.start), reading.offset(it.end), it.next);
        Ok(reading.nodes.iter().map(node).collect())
    }

    /// One statement of each rule and shape in the sample files.
    fn statements() -> Vec<(Rule, String)> {
        let rules: Vec<Rule> = Rule::all_rules()
            .iter()
            .filter(|it| {
                ["_line", "_head", "_entry"].iter().any(|end| format!("{it:?}").ends_with(end))
            })
            .copied()
            .collect();
        let text =
            include_str!("../tests/sample.writ").to_owned() + include_str!("../tests/more.writ");
        let lines = text.lines().map(|it| it.trim().trim_end_matches('{').trim_end());
        let mut seen = BTreeSet::new();
        let mut statements = Vec::new();
        for line in lines.filter(|it| !it.is_empty()) {
            let Some(shape) = Shape::of(line) else { continue };
            for rule in &rules {
                if read(*rule, line).is_ok() && seen.insert((*rule, shape.key.clone())) {
                    statements.push((*rule, line.to_owned()));
                }
            }
        }
        statements
    }

    #[test]
    fn a_shape_has_the_parts_that_the_grammar_reads() {
        let statements = statements();
        assert!(statements.len() > 150, "{}", statements.len());
        let mut shapes = Shapes::default();
        for (rule, statement) in &statements {
            assert_eq!(nodes(shapes.read(*rule, statement)), nodes(read(*rule, statement)));
        }
        let known = shapes.count;
        assert!(known > 140, "{known}");
        let mut hits = 0;
        for (rule, statement) in &statements {
            let places = Shape::of(statement).unwrap().places;
            for place in places.chunks(2) {
                for word in WORDS {
                    let before = statement.get(..place[0]).unwrap();
                    let after = statement.get(place[1]..).unwrap();
                    let changed = format!("{before}{word}{after}");
                    let read_whole = nodes(read(*rule, &changed));
                    let before = shapes.count;
                    assert_eq!(nodes(shapes.read(*rule, &changed)), read_whole, "{changed}");
                    if shapes.count > before {
                        assert_eq!(nodes(shapes.read(*rule, &changed)), read_whole, "{changed}");
                    }
                    hits += usize::from(shapes.count == before && read_whole.is_ok());
                }
            }
        }
        assert!(hits > 1_000, "{hits}");
    }

    #[test]
    fn a_part_ends_where_its_words_end_however_many_spaces_there_are() {
        let mut shapes = Shapes::default();
        for statement in
            ["to a@b.example, c", "to  a@b.example,\n   c", "to a ,b", "to abc   ,  def", "to a,b"]
        {
            let found = nodes(shapes.read(Rule::to_line, statement));
            assert_eq!(found, nodes(read(Rule::to_line, statement)), "{statement}");
        }
    }

    #[test]
    fn what_octets_cannot_tell_apart_has_no_shape() {
        for odd in [
            "match /a b/",
            "to \u{FC}",
            "to a # b",
            "order low<high",
            "why \"a",
            "to \"a\"@b.example",
        ] {
            assert!(Shape::of(odd).is_none(), "{odd}");
        }
        assert!(Shape::of("why \"\u{201E}quoted\u{201C} # { / <\"").is_some());
    }
}
