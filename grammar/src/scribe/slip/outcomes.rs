//! Dispositions as other systems call them, and texts without quotes or between slashes.

use super::{Slip, Spot};
use crate::{
    diagnostic::{DISPOSITION, REGEX_MISPLACED, TEXT_BARE},
    layout::{PieceKind, pieces},
    literal::QuotedText,
    statement::Rule,
};

/// What other systems call an outcome, and what it is here.
const DISPOSITIONS: &[(&str, &[&str])] = &[
    ("deliver", &["accept", "allow", "allowed", "ok", "pass", "permit", "relay", "send", "none"]),
    ("hold", &["quarantine", "park", "review", "moderate", "queue"]),
    ("reject", &["block", "blocked", "deny", "discard", "drop", "delete", "refuse", "stop"]),
    ("bounce", &["return"]),
    ("secure", &["encrypt", "encrypted", "protect", "portal"]),
];

/// The outcome that other systems call so.
pub(crate) fn outcome_called(word: &str) -> Option<&'static str> {
    DISPOSITIONS.iter().find(|it| it.1.contains(&word)).map(|it| it.0)
}

/// A disposition by another name.
pub(super) fn disposition(spot: &Spot<'_>) -> Option<Slip> {
    let lower = spot.token.to_ascii_lowercase();
    let at_outcome = [Rule::outcome, Rule::spoken, Rule::otherwise, Rule::expected, Rule::deliver]
        .iter()
        .any(|rule| spot.expects(*rule))
        || spot.expects(Rule::hold);
    let ours = outcome_called(&lower)?;
    if !at_outcome || ours == spot.token {
        return None;
    }
    if ours == "deliver" && spot.block.is_some_and(|it| it.called == "a bypass") {
        return Some(of_a_bypass(spot));
    }
    let message = format!("`{}` is called `{ours}` here", spot.token);
    let slip = Slip::new(DISPOSITION, message, spot.place()).note(match ours {
        "deliver" => "`deliver` lets a message go as it is",
        "hold" => "`hold` keeps a message until somebody releases it; `hold for NAME` says who may",
        "secure" => "`secure with NAME` keeps it encrypted, as the definition of that name says",
        _ => "`reject` refuses a message while the sender's server waits, `bounce` returns it; both say why, in quotes",
    });
    if ours == "secure"
        && !spot.after().trim_start().starts_with("with")
        && !spot.reads(&spot.with(spot.place(), ours))
    {
        return Some(slip);
    }
    let wants_text = matches!(ours, "reject" | "bounce") && spot.after().trim().is_empty();
    let text = if wants_text && !spot.reads(&spot.with(spot.place(), ours)) {
        format!("{ours} \"This message is not accepted.\"")
    } else {
        ours.to_owned()
    };
    Some(slip.perhaps(format!("write `{text}`"), spot.place(), &text))
}

/// A bypass takes away what policies say, and decides nothing itself.
fn of_a_bypass(spot: &Spot<'_>) -> Slip {
    let message = format!("`{}` is no outcome of a bypass", spot.token);
    let text = "disable secure messaging";
    Slip::new(DISPOSITION, message, spot.place())
        .note("`disable secure messaging` takes away what routing policies protect")
        .note("`take no action` keeps other bypasses away; `skips NAME` is for content policies")
        .perhaps(format!("write `{text}`"), spot.place(), text)
}

/// A regular expression where a text is compared as it stands.
pub(super) fn regex_for_text(spot: &Spot<'_>) -> Option<Slip> {
    if spot.kind != Some(PieceKind::Regex) {
        return None;
    }
    let inside = spot.token.trim_matches('/');
    let slip = Slip::new(
        REGEX_MISPLACED,
        "a regular expression stands only on the line `match` of a pattern",
        spot.place(),
    );
    if spot.rule == Rule::when_line {
        let slip = slip.note("the name of an attachment is compared with a text in which `*` stands for any letters and `?` for one");
        return Some(match as_glob(inside) {
            Some(glob) => {
                let quoted = QuotedText::quote(&glob);
                slip.perhaps(format!("write `{quoted}`"), spot.place(), &quoted)
            }
            None => slip,
        });
    }
    let is_plain = !inside.is_empty()
        && inside.chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_' | '@'));
    if is_plain {
        let quoted = QuotedText::quote(inside);
        return Some(slip.perhaps(format!("write `{quoted}`"), spot.place(), &quoted));
    }
    Some(slip.note("declare a pattern, and count or require it by its name"))
}

/// `\.exe$` as `*.exe`, where the expression is as simple as that.
fn as_glob(regex: &str) -> Option<String> {
    let (open_start, regex) = match regex.strip_prefix('^') {
        Some(rest) => (false, rest),
        None => (true, regex),
    };
    let (open_end, regex) = match regex.strip_suffix('$') {
        Some(rest) => (false, rest),
        None => (true, regex),
    };
    let simple = regex.replace(".*", "*").replace("\\.", ".");
    let is_simple =
        simple.chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_' | '*' | '.'));
    let has_dots = regex.replace(".*", "").replace("\\.", "").contains('.');
    if !is_simple || has_dots || simple.is_empty() {
        return None;
    }
    let start = if open_start && !simple.starts_with('*') { "*" } else { "" };
    let end = if open_end && !simple.ends_with('*') { "*" } else { "" };
    Some(format!("{start}{simple}{end}"))
}

/// A text without quotes.
pub(super) fn unquoted_text(spot: &Spot<'_>) -> Option<Slip> {
    let wants_text = matches!(spot.expected, [Rule::text])
        || (spot.expects(Rule::text) && !spot.expects(Rule::reference));
    if !wants_text || spot.token.is_empty() || spot.token == "," {
        return None;
    }
    let rest = spot.text.get(spot.at..)?.trim_end();
    // The text ends before the first words with which the line can be read on, or with the line.
    let ends = pieces(rest).into_iter().filter(|it| it.kind == PieceKind::Space);
    let ends = ends.map(|it| it.start).take(TEXT_WORDS_MAX).chain([rest.len()]);
    let (place, quoted) = ends
        .flat_map(|end| {
            let written = rest.get(..end).unwrap_or("");
            let bare = written.trim_end_matches(',');
            // The comma separates entries, or stands where none does.
            [bare, written]
                .map(|it| (spot.at..spot.at.saturating_add(it.len()), QuotedText::quote(bare)))
        })
        .find(|(place, quoted)| {
            let end = place.start.saturating_add(quoted.len()).saturating_add(1);
            spot.reads_beyond(&spot.with(place.clone(), quoted), end)
        })?;
    if quoted.contains("\\\"") {
        return None;
    }
    let slip = Slip::new(TEXT_BARE, "this text has no quotes", place.clone());
    if spot.rule == Rule::term_entry && quoted.contains(',') {
        return Some(slip.note("each text to look for stands on a line of its own, in quotes"));
    }
    Some(slip.perhaps(format!("write `{quoted}`"), place, &quoted))
}

/// `count patient record`: what is looked for is a name of one word, or a text.
pub(super) fn text_to_find(spot: &Spot<'_>) -> Option<Slip> {
    let finds = [Rule::count_line, Rule::less_line, Rule::require_line, Rule::veto_line];
    let before = spot.before();
    let first = before.split_whitespace().next_back()?;
    let start = before.len().checked_sub(first.len())?;
    let is_first = matches!(before.get(..start)?.trim(), "count" | "require" | "veto")
        || before.get(..start)?.ends_with(" for ");
    if !finds.contains(&spot.rule) || !is_first || spot.kind != Some(PieceKind::Word) {
        return None;
    }
    let rest = spot.text.get(start..)?;
    let written = rest.split(',').next()?.trim_end();
    let place = start..start.checked_add(written.len())?;
    let quoted = QuotedText::quote(written);
    if written.contains('"') || !spot.reads(&spot.with(place.clone(), &quoted)) {
        return None;
    }
    let slip = Slip::new(TEXT_BARE, "this text has no quotes", place.clone());
    let slip = slip.note("a pattern, or a dictionary of terms, is named with one word");
    Some(slip.perhaps(format!("write `{quoted}`"), place, &quoted))
}

/// Words of a text without quotes after which the line is tried to be read on.
const TEXT_WORDS_MAX: usize = 16;
