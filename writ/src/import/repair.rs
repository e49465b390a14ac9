//! Makes what was brought over check: rules that disagree get the line that says which wins, rules that
//! never decide are switched off, and each such change is noted.

use engine::{Library, Rules, SourceFile, code};
use grammar::{
    diagnostic::{Colour, Diagnostic, Severity, human},
    tree::Span,
};

use super::{
    change::{Changes, Class},
    clause::Clause,
    definition::Definitions,
};
use crate::loaded::with_libraries;

/// Rounds of checking and mending; every round settles up to a hundred pairs of rules.
const ROUNDS_MAX: usize = 100;

/// The clauses, one text, and where each is in it.
struct Sheet {
    text: String,
    begins: Vec<usize>,
}

/// Mends until the check has no error.
///
/// # Errors
///
/// The findings that nothing could be done about.
pub(crate) fn settle(
    others: &[SourceFile],
    clauses: &mut Vec<Clause>,
    definitions: &Definitions,
    changes: &mut Changes,
) -> Result<(), String> {
    for _ in 0..ROUNDS_MAX {
        let sheet = Sheet::new(clauses);
        let mut files =
            vec![SourceFile { path: "policies.writ".to_owned(), text: sheet.text.clone() }];
        files.extend(others.iter().cloned());
        let (findings, sources) = with_libraries(|libraries| {
            // The only one that what is imported names; reading the others takes time in every round.
            let named: Vec<Library<'_>> =
                libraries.iter().copied().filter(|it| it.name == "mimecast").collect();
            let (_, findings) = Rules::load(&files, &named);
            (findings, engine::rules::sources(&files, &named))
        });
        note_groups(&findings, &sheet, clauses, changes);
        let mut errors: Vec<&Diagnostic> =
            findings.iter().filter(|it| it.severity() == Severity::Error).collect();
        if errors.is_empty() {
            // What never decides need not be overridden.
            let idle: Vec<String> =
                clauses.iter().filter(|it| it.idle).map(|it| it.name.clone()).collect();
            clauses.iter_mut().for_each(|it| it.overrides.retain(|name| !idle.contains(name)));
            return Ok(());
        }
        // Those that never decide go first: they disagree with nobody then.
        if errors.iter().any(|it| it.code == code::NEVER_DECIDES) {
            errors.retain(|it| it.code == code::NEVER_DECIDES);
        }
        let mut gone = Vec::new();
        let mut mended = false;
        for error in &errors {
            let Some(one) = error.place().and_then(|it| sheet.clause_at(it)) else { continue };
            let mut hit = error.labels.iter().filter_map(|it| sheet.clause_at(it.span));
            match hit.find(|it| *it != one) {
                Some(other) if error.code == code::CONFLICT => {
                    mended |= decide(clauses, (one, other), definitions, changes);
                }
                _ if error.code == code::NEVER_DECIDES => {
                    mended |= switch_off(clauses, one, changes);
                }
                Some(_) | None => gone.push((one, error.message.clone())),
            }
        }
        for (at, why) in &gone {
            leave_out(clauses, *at, why, changes);
        }
        let before = clauses.len();
        let mut number = 0_usize;
        clauses.retain(|_| {
            let stays = !gone.iter().any(|it| it.0 == number);
            number = number.saturating_add(1);
            stays
        });
        if !mended && before == clauses.len() {
            return Err(errors
                .iter()
                .map(|it| human(it, &sources, Colour::Plain) + "\n")
                .collect());
        }
    }
    Err(format!(
        "{ROUNDS_MAX} rounds of a hundred did not settle which of two policies wins; bring the export over in parts\n"
    ))
}

impl Sheet {
    fn new(clauses: &[Clause]) -> Self {
        let items: Vec<String> = clauses.iter().map(Clause::item).collect();
        let mut sheet = Self { text: super::head(&items.concat()), begins: Vec::new() };
        for item in items {
            sheet.begins.push(sheet.text.len());
            sheet.text.push_str(&item);
        }
        sheet
    }

    fn clause_at(&self, span: Span) -> Option<usize> {
        let at = usize::try_from(span.start).unwrap_or(usize::MAX);
        let is_ours = span.file.0 == 0 && at < self.text.len();
        self.begins.partition_point(|it| *it <= at).checked_sub(1).filter(|_| is_ours)
    }
}

/// Says which of two wins: the one that protects more, then the stricter definition, then the first of
/// the export. This is an order of all clauses, so that no circle can come of it.
fn decide(
    clauses: &mut [Clause],
    (one, other): (usize, usize),
    definitions: &Definitions,
    changes: &mut Changes,
) -> bool {
    let key = |at: usize, clause: &Clause| {
        let definition = clause.then.definition();
        let strictness = definition.map_or(0, |it| definitions.strictness(it));
        (clause.then.rank(), strictness, std::cmp::Reverse(at))
    };
    let (Some(first), Some(second)) = (clauses.get(one), clauses.get(other)) else { return false };
    let (winner, loser, lost) = if key(one, first) > key(other, second) {
        (one, other, second)
    } else {
        (other, one, first)
    };
    let lost = lost.clone();
    let Some(won) = clauses.get_mut(winner).filter(|_| winner != loser) else { return false };
    let both = won.then.definition().zip(lost.then.definition());
    let is_open = both.is_some_and(|(mine, theirs)| !definitions.covers(mine, theirs));
    let class = if is_open { Class::Weaker } else { Class::Stricter };
    let why = if class == Class::Weaker {
        "neither definition is stricter in everything, so the first of the export wins: decide it"
    } else {
        "the one that protects more wins"
    };
    changes.add(
        class,
        &won.place,
        &won.called,
        format!("it disagrees with `{}`, and neither is more specific on both sides; {why}: `override {}`", crate::plain::plain_line(&lost.called), lost.name),
    );
    won.overrides.insert(lost.name)
}

fn switch_off(clauses: &mut [Clause], at: usize, changes: &mut Changes) -> bool {
    let Some(clause) = clauses.get_mut(at).filter(|it| !it.idle) else { return false };
    clause.idle = true;
    changes.add(
        Class::Same,
        &clause.place,
        &clause.called,
        "another rule outranks it for every message, so it never decides: it is written with `disabled`",
    );
    true
}

fn leave_out(clauses: &[Clause], at: usize, why: &str, changes: &mut Changes) {
    let Some(clause) = clauses.get(at) else { return };
    let class = if clause.protects() { Class::Weaker } else { Class::Stricter };
    changes.add(class, &clause.place, &clause.called, format!("this policy was left out: {why}"));
}

/// What is left to run time: people of two groups.
fn note_groups(findings: &[Diagnostic], sheet: &Sheet, clauses: &[Clause], changes: &mut Changes) {
    for finding in findings.iter().filter(|it| it.code == code::GROUPS_DISAGREE) {
        let mut hit = finding
            .labels
            .iter()
            .filter_map(|it| sheet.clause_at(it.span))
            .filter_map(|it| clauses.get(it));
        if let (Some(one), Some(other)) = (hit.next(), hit.next()) {
            changes.add(
                Class::Stricter,
                &one.place,
                &one.called,
                format!(
                    "for whoever is meant by it and by `{}`, the one that protects more wins",
                    crate::plain::plain_line(&other.called)
                ),
            );
        }
    }
}
