//! Formulas of sheets: which of them give a text that stands nowhere in the file as it is shown.

/// Whether the result of a formula can be anything else than a sum, a count or the like of what
/// stands in the sheet, or a word of its own.
pub(crate) fn makes_text(formula: &str) -> bool {
    const COUNTING: [&str; 20] = [
        "ABS",
        "AND",
        "AVERAGE",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "IFERROR",
        "MAX",
        "MEDIAN",
        "MIN",
        "NOW",
        "OR",
        "ROUND",
        "SUBTOTAL",
        "SUM",
        "SUMIF",
        "SUMPRODUCT",
        "TODAY",
    ];
    /// Figures of a number that may be one of somebody.
    const FIGURES_MAX: usize = 6;
    if formula.contains('&') {
        return true;
    }
    let counts = |name: &str| COUNTING.iter().any(|it| it.eq_ignore_ascii_case(name));
    if functions(formula).any(|it| !counts(it)) {
        return true;
    }
    let mut words = formula.split(|it| !is_word(it));
    words.any(|it| FIGURES_MAX < it.len() && it.bytes().all(|it| it.is_ascii_digit()))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

/// The names that stand before brackets.
fn functions(formula: &str) -> impl Iterator<Item = &str> {
    let before = formula.match_indices('(').map(|it| formula.get(..it.0).unwrap_or_default());
    let names = before.map(|it| {
        let it = it.trim_end();
        let start = it.char_indices().rev().take_while(|it| is_word(it.1)).last();
        start.and_then(|at| it.get(at.0..)).unwrap_or_default()
    });
    names.filter(|it| !it.is_empty())
}

/// Functions that give nothing but texts.
const TEXTUAL: [&str; 17] = [
    "CHAR",
    "CLEAN",
    "CONCAT",
    "CONCATENATE",
    "LEFT",
    "LOWER",
    "MID",
    "PROPER",
    "REPLACE",
    "REPT",
    "RIGHT",
    "SUBSTITUTE",
    "TEXT",
    "TEXTJOIN",
    "TRIM",
    "UNICHAR",
    "UPPER",
];

/// Whether the result can be nothing but a text: it puts texts together, or is that of a function
/// that does.
pub(crate) fn gives_text(formula: &str) -> bool {
    let formula = bare(formula);
    if operands(formula).nth(1).is_some() {
        return true;
    }
    let name = formula.split_once('(').map(|halves| halves.0.trim());
    let is_textual = |name: &str| TEXTUAL.iter().any(|it| it.eq_ignore_ascii_case(name));
    name.is_some_and(is_textual) && encloses(formula)
}

/// Whether a result that is kept beside a formula is not what the formula gives: words that it puts
/// together are not in it, in their order.
pub(crate) fn is_stale(formula: &str, result: &str) -> bool {
    let formula = bare(formula);
    let mut words = Vec::new();
    if is_constant(formula) {
        if functions(formula).any(|it| it.eq_ignore_ascii_case("HYPERLINK")) {
            return false;
        }
        words.extend(constants(formula));
    } else {
        words.extend(operands(formula).filter_map(literal));
    }
    let mut rest = result;
    for word in words.iter().map(|it| it.trim()).filter(|it| !it.is_empty()) {
        match rest.split_once(word) {
            Some((_, behind)) => rest = behind,
            None => return true,
        }
    }
    false
}

/// The formula without what tells that it is one.
fn bare(formula: &str) -> &str {
    let formula = formula.trim();
    let formula = formula.strip_prefix("of:").unwrap_or(formula);
    formula.trim_start_matches(['=', '+', '@', ' '])
}

/// Whether it is made of words and functions alone, without a cell.
fn is_constant(formula: &str) -> bool {
    let outside = formula.split('"').step_by(2);
    formula.contains('"') && outside.flat_map(names).all(|(_, is_function)| is_function)
}

/// Names in a formula that begin with a letter, with whether a bracket follows.
fn names(outside: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = outside;
    std::iter::from_fn(move || {
        let start = rest.find(|it: char| it.is_alphabetic() || it == '[')?;
        let behind = rest.get(start..)?;
        let length = behind.find(|it| !is_word(it)).unwrap_or(behind.len());
        let (name, behind) = behind.split_at(length.max(1));
        rest = behind;
        Some((name, behind.trim_start().starts_with('(')))
    })
}

/// The words of a formula without cells, those that it gives by number among them.
fn constants(formula: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, piece) in formula.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(piece.to_owned());
            continue;
        }
        let upper = piece.to_ascii_uppercase();
        for behind in upper.split("CHAR(").skip(1) {
            let number = behind.split_once(')').and_then(|it| it.0.trim().parse().ok());
            words.extend(number.and_then(char::from_u32).map(String::from));
        }
    }
    words
}

/// What `&` puts together in no bracket: one operand, where it stands nowhere or where the whole is
/// compared.
fn operands(formula: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut is_quoted, mut compares) = (0_usize, false, false);
    let mut places = Vec::new();
    for (at, octet) in formula.bytes().enumerate() {
        match octet {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'&' if depth == 0 => places.push(at),
            b'=' | b'<' | b'>' if depth == 0 => compares = true,
            _ => {}
        }
    }
    if compares {
        places.clear();
    }
    let starts = std::iter::once(0).chain(places.clone().into_iter().map(|it| it + 1));
    let ends = places.into_iter().chain([formula.len()]);
    starts.zip(ends).filter_map(|(start, end)| formula.get(start..end)).map(str::trim)
}

/// What stands in the quotes that are the whole operand.
fn literal(operand: &str) -> Option<String> {
    let inside = operand.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('"')).then(|| inside.to_owned())
}

/// Whether the first bracket is closed by the last character.
fn encloses(formula: &str) -> bool {
    let (mut depth, mut is_quoted) = (0_usize, false);
    for (at, octet) in formula.bytes().enumerate() {
        match octet {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'(' => depth += 1,
            b')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1 == formula.len();
                }
            }
            _ => {}
        }
    }
    false
}

/// Octets of a field that are looked at; a sheet program takes 8,192 characters of a formula.
const FIELD_OCTETS_MAX: usize = 32 * 1024;

/// Whether a table of fields with commas, semicolons or tabs between them holds a formula that
/// makes a text. Sheet programs compute such fields when they open the file.
pub(crate) fn stands_in_fields(table: &str) -> bool {
    let octets = table.as_bytes();
    let (mut at, mut is_first) = (0, true);
    while let Some(octet) = octets.get(at) {
        match octet {
            b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' => is_first = true,
            b' ' => {}
            b'"' if is_first => {
                let (field, end) = quoted(table, at + 1);
                if is_formula(&field) {
                    return true;
                }
                (at, is_first) = (end, false);
                continue;
            }
            b'=' | b'+' | b'@' if is_first => {
                let (field, end) = plain(table, at);
                if is_formula(field) {
                    return true;
                }
                (at, is_first) = (end, false);
                continue;
            }
            _ => is_first = false,
        }
        at += 1;
    }
    false
}

/// A field in quotes, those in it undone, and where it ends.
fn quoted(table: &str, start: usize) -> (String, usize) {
    let octets = table.as_bytes();
    let mut end = start;
    loop {
        match (octets.get(end), octets.get(end + 1)) {
            (Some(b'"'), Some(b'"')) => end += 2,
            (Some(b'"') | None, _) => break,
            (Some(_), _) => end += 1,
        }
    }
    let field = table.get(start..end).unwrap_or_default();
    let is_candidate = field.len() <= FIELD_OCTETS_MAX;
    (if is_candidate { field.replace("\"\"", "\"") } else { String::new() }, end + 1)
}

/// A field without quotes around it, and where it ends: no sign between two quotes ends it.
fn plain(table: &str, start: usize) -> (&str, usize) {
    let rest = table.as_bytes().get(start..).unwrap_or_default();
    let mut is_quoted = false;
    let end = rest.iter().take(FIELD_OCTETS_MAX).position(|octet| {
        is_quoted ^= *octet == b'"';
        matches!(octet, b'\r' | b'\n') || !is_quoted && matches!(octet, b',' | b';' | b'\t')
    });
    let end = start + end.unwrap_or(rest.len().min(FIELD_OCTETS_MAX)).max(1);
    (table.get(start..end).unwrap_or_default(), end)
}

/// Whether a field of a table is a formula that makes a text.
fn is_formula(field: &str) -> bool {
    let field = field.trim();
    let Some(formula) = field.strip_prefix(['=', '+', '@']) else { return false };
    let has_word = formula.contains('"');
    if has_word && functions(formula).any(|it| it.starts_with(char::is_alphabetic)) {
        let is_only = |it: &str| {
            matches!(it.to_ascii_uppercase().as_str(), "HYPERLINK" | "IMAGE" | "IF" | "COUNTIF")
        };
        if !functions(formula).all(is_only) {
            return true;
        }
    }
    // A telephone number or the name of an account may stand before `&`, too.
    let mut operands = formula.split('&').map(str::trim);
    let is_operand = |it: &str| it.ends_with(['"', ')']) || it.starts_with('"') || is_cell(it);
    formula.contains('&') && operands.all(is_operand)
}

/// Whether a word is the place of a cell, such as `$A1`.
fn is_cell(word: &str) -> bool {
    const LETTERS_MAX: usize = 3;
    let word = word.trim_start_matches(['=', '+', '@']).replace('$', "");
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let figures = word.get(letters..).unwrap_or_default();
    (1..=LETTERS_MAX).contains(&letters)
        && !figures.is_empty()
        && figures.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_that_give_more_than_numbers() {
        for formula in ["A1&B1", "CHAR(65)", "SUM(A1)+CHAR (65)", "4012888888881800+81"] {
            assert!(makes_text(formula), "{formula}");
        }
        for formula in ["", "\"a\"", "A1+1", "SUM(A1:B2)/2", "IF(A1>0,(B1),0)", "sum(A1)"] {
            assert!(!makes_text(formula), "{formula}");
        }
        for formula in ["A1&B1", "\"a\"&B1", "of:=CONCATENATE([.A1];\"x\")", "upper(A1)"] {
            assert!(gives_text(formula), "{formula}");
        }
        for formula in ["VLOOKUP(A1&B1,C:D,2)", "A1&B1=C1", "\"a&b\"", "LEN(UPPER(A1))+1", "A1"] {
            assert!(!gives_text(formula), "{formula}");
        }
    }

    #[test]
    fn results_that_are_not_those_of_their_formulas() {
        for (formula, result) in [
            ("CONCATENATE(\"zeb\",\"ra\")", "harmless"),
            ("CHAR(122)&\"ebra\"", "ebra"),
            ("A1&\"ra\"", "harmless"),
            ("of:=\"zeb\"&[.A1]", "harmless"),
        ] {
            assert!(is_stale(formula, result), "{formula}");
        }
        for (formula, result) in [
            ("CONCATENATE(\"zeb\",\"ra\")", "zebra"),
            ("\"a\"&CHAR(10)&\"b\"", "a\nb"),
            ("A1&\" kg\"", "5 kg"),
            ("IF(A1=\"x\",\"a\",\"b\")", "b"),
            ("HYPERLINK(\"http://x.example\",\"here\")", "here"),
            ("A1&B1", "anything"),
            ("VLOOKUP(\"x\",A1:B2,2)", "anything"),
        ] {
            assert!(!is_stale(formula, result), "{formula}");
        }
    }

    #[test]
    fn tables_with_formulas_that_make_text() {
        for table in [
            "a,b\r\n\"=\"\"zeb\"\"&\"\"ra\"\"\",x\r\n",
            "a;=CONCATENATE(\"zeb\";\"ra\")",
            "zeb,ra,=A1&B1",
            "a\t@UPPER(\"zebra\")",
            "a\n =CHAR(122)&$B$1",
        ] {
            assert!(stands_in_fields(table), "{table}");
        }
        for table in [
            "name,phone\nAnna,+44 20 7946 0958\nSmith & Sons,+41 (0)44 \"x\"",
            "=\"00123\",x",
            "@anna & @bert, hello",
            "=SUM(A1:A3),=A1+B1,+1&1",
            "=HYPERLINK(\"http://x.example\",\"here\")",
            "a=b&c,\"text with = and & in it\"",
            "",
        ] {
            assert!(!stands_in_fields(table), "{table}");
        }
    }
}
