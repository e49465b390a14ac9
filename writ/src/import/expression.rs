//! Regular expressions of an export, brought to what can be matched in linear time against normalised
//! text. Whatever is taken out only limited what matches, so that the result finds as much or more.

use super::change::Class;

/// An expression as the rules write it, without its slashes, and what became different.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Rewritten {
    pub(crate) text: String,
    pub(crate) notes: Vec<(Class, &'static str)>,
}

const LOOK_AROUND: &str = "look-around was taken out of the expression, since it cannot be matched in linear time: it finds more";
const BACKTRACKING: &str =
    "an atomic group or a possessive repetition became a plain one: the expression finds more";
const ANCHOR: &str = "`^`, `$` and their like were taken out, since lines are joined before the search: the expression finds more";
const CASE: &str = "`(?-i)` was taken out: small letters and capitals are the same";
const WHITE_SPACE: &str = "runs of white space became `\\s+`, since every run is one space";

/// Whether an expression asks for letters by themselves, and does not say that their case is none of
/// its business.
pub(crate) fn has_letter(expression: &str) -> bool {
    let mut escaped = false;
    let mut letters = expression.chars().filter(|it| {
        let was_escaped = escaped;
        escaped = *it == '\\' && !was_escaped;
        !was_escaped && it.is_alphabetic()
    });
    letters.next().is_some() && !expression.contains("(?i")
}

/// A piece of an expression.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Piece<'e> {
    Anchor,
    Atom(&'e str),
    Close,
    LookAround,
    Open(&'e str),
    Or,
    Repeat(&'e str),
}

/// Brings an expression to the form of the rules.
pub(crate) fn rewrite(expression: &str) -> Rewritten {
    let mut pieces = cut(expression);
    let mut done = Rewritten::default();
    without_look_around(&mut pieces, &mut done.notes);
    without_anchors(&mut pieces, &mut done.notes);
    let mut rest = pieces.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let (run, least) = white_run(rest);
        if run > 0 {
            done.text.push_str(if least > 0 { "\\s+" } else { "\\s*" });
            note(&mut done.notes, Class::Same, WHITE_SPACE);
            rest = rest.get(run..).unwrap_or_default();
            continue;
        }
        write(*first, &mut done);
        rest = after;
    }
    done
}

fn write(piece: Piece<'_>, done: &mut Rewritten) {
    match piece {
        Piece::Anchor | Piece::LookAround => {}
        Piece::Atom("/") => done.text.push_str("\\/"),
        Piece::Atom(text) if text.starts_with('[') => done.text.push_str(&class_of_the_rules(text)),
        Piece::Atom(text) => done.text.push_str(text),
        Piece::Close => done.text.push(')'),
        Piece::Open("(?>") => {
            done.text.push_str("(?:");
            note(&mut done.notes, Class::Stricter, BACKTRACKING);
        }
        Piece::Open(text) if text.starts_with("(?-i") => {
            note(&mut done.notes, Class::Stricter, CASE);
            done.text.push_str("(?:");
            if text.ends_with(')') {
                done.text.push(')');
            }
        }
        Piece::Open(text) => done.text.push_str(text),
        Piece::Or => done.text.push('|'),
        Piece::Repeat(text) => {
            let plain = possessive(text);
            done.text.push_str(plain.unwrap_or(text));
            if plain.is_some() {
                note(&mut done.notes, Class::Stricter, BACKTRACKING);
            }
        }
    }
}

/// A class where signs that other programs take for themselves are escaped: a hyphen beside `\d` and
/// its like, brackets, ampersands, tildes, slashes.
fn class_of_the_rules(text: &str) -> String {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let (open, inner) = match inner.strip_prefix('^') {
        Some(inner) => ("[^", inner),
        None => ("[", inner),
    };
    let (inner, close) = inner.strip_suffix(']').map_or((inner, ""), |it| (it, "]"));
    let mut out = open.to_owned();
    let mut rest = inner;
    let mut was_class = false;
    while let Some(first) = rest.chars().next() {
        let named =
            rest.strip_prefix("[:").and_then(|it| it.find(":]")).map(|it| it.saturating_add(4));
        let length = match first {
            '[' => named.unwrap_or(1),
            '\\' => escape(rest),
            other => other.len_utf8(),
        };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let before_class = first == '-' && starts_class(after);
        let is_sign = matches!(piece, "[" | "&" | "~" | "/" | "]");
        if is_sign || before_class || (piece == "-" && was_class) {
            out.push('\\');
        }
        out.push_str(piece);
        was_class = starts_class(piece) || named.is_some();
        rest = after;
    }
    out.push_str(close);
    out
}

/// Whether an escape of many characters stands at the start.
fn starts_class(text: &str) -> bool {
    ["\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "\\p", "\\P"].iter().any(|it| text.starts_with(it))
}

fn note(notes: &mut Vec<(Class, &'static str)>, class: Class, said: &'static str) {
    if !notes.contains(&(class, said)) {
        notes.push((class, said));
    }
}

/// The repetition without the `+` that forbids to give back.
fn possessive(text: &str) -> Option<&str> {
    text.strip_suffix('+').filter(|it| !it.is_empty())
}

/// Cuts an expression into pieces; joined they are the expression.
fn cut(expression: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => escape(rest),
            '[' => class(rest),
            '(' => open(rest),
            '*' | '+' | '?' => repeat(rest, 1),
            '{' => braces(rest).map_or(1, |it| repeat(rest, it)),
            other => other.len_utf8(),
        };
        let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        pieces.push(match first {
            '\\' if ["\\A", "\\z", "\\Z", "\\G"].contains(&text) => Piece::Anchor,
            '^' | '$' => Piece::Anchor,
            '(' if ["(?=", "(?!", "(?<=", "(?<!"].contains(&text) => Piece::LookAround,
            '(' => Piece::Open(text),
            ')' => Piece::Close,
            '|' => Piece::Or,
            '*' | '+' | '?' => Piece::Repeat(text),
            '{' if length > 1 => Piece::Repeat(text),
            _ => Piece::Atom(text),
        });
        rest = after;
    }
    pieces
}

/// Octets of an escape, with what stands in braces after it.
fn escape(rest: &str) -> usize {
    let mut characters = rest.chars();
    characters.next();
    let Some(letter) = characters.next() else { return 1 };
    let length = letter.len_utf8().saturating_add(1);
    let braced = rest.get(length..).is_some_and(|it| it.starts_with('{'));
    if braced && ['p', 'P', 'x', 'u'].contains(&letter) {
        return rest.find('}').map_or(length, |it| it.saturating_add(1));
    }
    length
}

/// Octets of a class in brackets.
fn class(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    let mut before = '\0';
    for (at, character) in rest.char_indices() {
        let is_first = at == 1 || (at == 2 && before == '^');
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' if depth == 0 || rest.get(at..).is_some_and(|it| it.starts_with("[:")) => {
                depth = depth.saturating_add(1);
            }
            // A bracket that comes first stands for itself.
            ']' if !is_first => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at.saturating_add(1);
                }
            }
            _ => {}
        }
        before = character;
    }
    rest.len()
}

/// Octets of an opening bracket with what says its kind; flags that stand alone with their `)`.
fn open(rest: &str) -> usize {
    for kind in ["(?<=", "(?<!", "(?=", "(?!", "(?>", "(?:"] {
        if rest.starts_with(kind) {
            return kind.len();
        }
    }
    let Some(inner) = rest.strip_prefix("(?") else { return 1 };
    let flags: usize =
        inner.chars().take_while(|it| it.is_ascii_alphabetic() || *it == '-').count();
    match inner.get(flags..).and_then(|it| it.chars().next()) {
        Some(':' | ')') => flags.saturating_add(3),
        _ => inner.find('>').map_or(2, |it| it.saturating_add(3)),
    }
}

/// Octets of `{m,n}`, where it is one.
fn braces(rest: &str) -> Option<usize> {
    let end = rest.find('}')?;
    let inner = rest.get(1..end)?;
    let is_count = inner.starts_with(|it: char| it.is_ascii_digit())
        && inner.chars().all(|it| it.is_ascii_digit() || it == ',');
    is_count.then(|| end.saturating_add(1))
}

/// Octets of a repetition of this length, with the sign that makes it lazy or possessive.
fn repeat(rest: &str, length: usize) -> usize {
    let follows = rest.get(length..).is_some_and(|it| it.starts_with(['?', '+']));
    length.saturating_add(usize::from(follows))
}

fn without_look_around(pieces: &mut Vec<Piece<'_>>, notes: &mut Vec<(Class, &'static str)>) {
    let mut kept = Vec::new();
    let mut depth = 0_usize;
    let mut just_closed = false;
    for piece in pieces.iter().copied() {
        let was_closed = std::mem::take(&mut just_closed);
        match piece {
            Piece::Open(text) if depth > 0 && !text.ends_with(')') => {
                depth = depth.saturating_add(1);
            }
            Piece::LookAround => {
                note(notes, Class::Stricter, LOOK_AROUND);
                depth = depth.saturating_add(1);
            }
            Piece::Close if depth > 0 => {
                depth = depth.saturating_sub(1);
                just_closed = depth == 0;
            }
            Piece::Repeat(_) if was_closed => {}
            other if depth == 0 => kept.push(other),
            Piece::Anchor
            | Piece::Atom(_)
            | Piece::Close
            | Piece::Open(_)
            | Piece::Or
            | Piece::Repeat(_) => {}
        }
    }
    *pieces = kept;
}

fn without_anchors(pieces: &mut Vec<Piece<'_>>, notes: &mut Vec<(Class, &'static str)>) {
    let mut was_anchor = false;
    pieces.retain(|piece| {
        let is_anchor = *piece == Piece::Anchor;
        if is_anchor {
            note(notes, Class::Stricter, ANCHOR);
        }
        let goes = is_anchor || (was_anchor && matches!(piece, Piece::Repeat(_)));
        was_anchor = is_anchor;
        !goes
    });
}

/// How many pieces at the start are white space that would not match one space as it stands, and how
/// many characters of it there must be at least.
fn white_run(pieces: &[Piece<'_>]) -> (usize, usize) {
    let (mut taken, mut least, mut atoms, mut odd) = (0_usize, 0_usize, 0_usize, false);
    while let Some(Piece::Atom(text)) = pieces.get(taken) {
        if !is_white(text) {
            break;
        }
        let repeat = match pieces.get(taken.saturating_add(1)) {
            Some(Piece::Repeat(it)) => Some(*it),
            _ => None,
        };
        let minimum = repeat.map_or(1, minimum);
        atoms = atoms.saturating_add(1);
        least = least.saturating_add(minimum);
        odd |= minimum > 1 || ![" ", "\\s"].contains(text);
        taken = taken.saturating_add(if repeat.is_some() { 2 } else { 1 });
    }
    if atoms > 1 || odd { (taken, least) } else { (0, 0) }
}

fn is_white(atom: &str) -> bool {
    let inner = atom.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let Some(inner) = inner else {
        return [" ", "\\s", "\\n", "\\r", "\\t", "\\v", "\\f", "\\h"].contains(&atom);
    };
    let left = ["\\s", "\\n", "\\r", "\\t", "\\v", "\\f", "\\h", " "]
        .iter()
        .fold(inner.to_owned(), |text, it| text.replace(it, ""));
    // With a space in it the class matches one.
    left.is_empty() && !inner.contains([' ', 's'])
}

/// How often a repetition asks for its atom at least.
fn minimum(repeat: &str) -> usize {
    match repeat.chars().next() {
        Some('*' | '?') => 0,
        Some('{') => {
            let digits = repeat.chars().skip(1).take_while(char::is_ascii_digit);
            digits.collect::<String>().parse().unwrap_or(0)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, notes: &[&str]) {
        let done = rewrite(before);
        assert_eq!(done.text, after, "{before}");
        assert_eq!(done.notes.iter().map(|it| it.1).collect::<Vec<_>>(), notes, "{before}");
    }

    #[test]
    fn what_can_stay_stays() {
        for same in
            [r"\b4[0-9]{12}(?:[0-9]{3})?\b", r"(?i)ab{2}|c", r"[^\w.]", r"(?P<n>x)\p{L}{2}", "é+?"]
        {
            check(same, same, &[]);
        }
        check("a/b[/x]", r"a\/b[\/x]", &[]);
        check(r"a\/b", r"a\/b", &[]);
        check(r"[\d- ][\w-.][a-\d]", r"[\d\- ][\w\-.][a\-\d]", &[]);
        check("[]a][[&&a][[:alpha:]-z]", r"[\]a][\[\&\&a][[:alpha:]\-z]", &[]);
    }

    #[test]
    fn what_only_limits_is_taken_out() {
        check(
            r"6(?<=\b6)(767|334)(?!\n\t)(\d{12,15}|[\d- ]{16,19})\b",
            r"6(767|334)(\d{12,15}|[\d\- ]{16,19})\b",
            &[LOOK_AROUND],
        );
        check(r"(?!(a|b)(?=c))x", "x", &[LOOK_AROUND]);
        check(r"(?>ab)c++d*+", "(?:ab)c+d*", &[BACKTRACKING]);
        check(r"^\d+$", r"\d+", &[ANCHOR]);
        check(r"(^|\s)x\Z", r"(|\s)x", &[ANCHOR]);
        check("(?-i)AB", "(?:)AB", &[CASE]);
    }

    #[test]
    fn white_space_is_one_space() {
        check(r"a\r\nb", r"a\s+b", &[WHITE_SPACE]);
        check(r"a\s{2,}b", r"a\s+b", &[WHITE_SPACE]);
        check("a  b", r"a\s+b", &[WHITE_SPACE]);
        check(r"a\t*b", r"a\s*b", &[WHITE_SPACE]);
        check(r"a\s+b c", r"a\s+b c", &[]);
        check(r"a[\r\n]+b", r"a\s+b", &[WHITE_SPACE]);
        check(r"a[ \t]b", r"a[ \t]b", &[]);
    }

    #[test]
    fn nothing_is_too_broken() {
        for text in ["(", "[", "(?", "(?<", "\\", "{", "((((", "[[:", "(?=(", "a{2", "*", "]"] {
            rewrite(text);
        }
    }
}
