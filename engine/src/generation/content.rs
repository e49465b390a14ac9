//! Texts that examinations find, and messages that conditions ask for.

use grammar::tree::{AuthenticationMethod, RequestSign, Scope};

use super::letter::{File, Letter};
use crate::{
    model::{
        Model,
        outcome::{Condition, What},
    },
    normal,
    outline::Outline,
    scan::{
        Scanner,
        examination::{Examination, Findable},
    },
};

/// Pieces of one examination that are tried.
const PIECES_MAX: usize = 48;

/// Times that a piece is written to reach a threshold.
const REPEATS_MAX: usize = 40;

/// Letters that are tried for every clause.
const LETTERS_MAX: usize = 64;

/// Something to write, and whether writing it twice counts twice.
#[derive(Clone, Debug)]
struct Piece {
    text: String,
    weight: u32,
}

/// What one examination finds.
#[derive(Clone, Debug)]
struct Finding {
    /// Activates it; absent where no text is known that does.
    reaching: Option<Letter>,
    /// Scores, and does not activate.
    below: Option<Letter>,
    /// Further letters that activate: by another place or another piece.
    others: Vec<Letter>,
}

/// Everything that messages of a tree may say.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    findings: Vec<Finding>,
    all: Vec<Letter>,
}

impl Contents {
    pub(super) fn new(model: &Model, outline: &Outline) -> Self {
        let scanner = Scanner::new(&model.examinations);
        let numbered = model.examinations.iter().enumerate();
        let findings: Vec<Finding> = numbered
            .map(|(number, it)| Writer { scanner: &scanner, number, examination: it }.find(outline))
            .collect();
        let mut all = Vec::new();
        for finding in &findings {
            all.extend(finding.reaching.iter().chain(&finding.below).cloned());
        }
        for set in [
            Letter { unreadable: true, ..Letter::default() },
            Letter { ambiguous: true, ..Letter::default() },
            Letter { over_limit: true, ..Letter::default() },
        ] {
            all.push(set);
        }
        let mut contents = Self { findings, all };
        contents.add_conditions(model);
        for request in &model.requests {
            contents.all.push(contents.meeting(&[], &request.signs, None));
        }
        let others: Vec<Letter> =
            contents.findings.iter().flat_map(|it| it.others.iter().cloned()).collect();
        contents.all.extend(others);
        contents.all.truncate(LETTERS_MAX);
        contents
    }

    fn add_conditions(&mut self, model: &Model) {
        let conditions = model.policies.iter().flat_map(|it| &it.when);
        for condition in conditions {
            let just = self.asked(&condition.what, true);
            let under = self.asked(&condition.what, false);
            self.all.extend(just.into_iter().chain(under));
        }
    }

    /// Letters worth trying with every clause.
    pub(super) fn all(&self) -> &[Letter] {
        &self.all
    }

    /// A letter that meets all conditions but the one left out, and shows the signs.
    pub(super) fn meeting(
        &self,
        when: &[Condition],
        signs: &[RequestSign],
        left_out: Option<usize>,
    ) -> Letter {
        let mut letter = Letter::default();
        for (at, condition) in when.iter().enumerate() {
            let wanted = condition.negated == (left_out == Some(at));
            if let Some(more) = self.asked(&condition.what, wanted) {
                letter = letter.with(&more);
            }
        }
        for sign in signs {
            match sign {
                RequestSign::SubjectContains(text) => letter.subject.push(text.value.clone()),
                RequestSign::HeaderIs { name, value } => {
                    letter.headers.push((name.value.clone(), value.value.clone()));
                }
                RequestSign::HeaderPresent { name } => {
                    letter.headers.push((name.value.clone(), "yes".to_owned()));
                }
            }
        }
        letter
    }

    /// A letter for which a condition holds, or one that just misses it.
    fn asked(&self, what: &What, holds: bool) -> Option<Letter> {
        let file = |file: File| Letter { files: vec![file], ..Letter::default() };
        match what {
            What::Activates(number) => {
                let finding = self.findings.get(*number)?;
                if holds { finding.reaching.clone() } else { finding.below.clone() }
            }
            What::AttachmentType(types) => {
                let kind = types.first().filter(|_| holds)?;
                Some(file(typed(kind)))
            }
            What::AttachmentName(globs) => {
                let name = globs.first().filter(|_| holds)?.replace('*', "a").replace('?', "b");
                Some(file(File { name, ..File::text("x") }))
            }
            What::AttachmentLarger(octets) => {
                let octets = if holds { octets.saturating_add(1) } else { *octets };
                let name = "large.bin".to_owned();
                Some(file(File { name, octets, ..File::text("x") }))
            }
            What::MessageLarger(octets) => {
                let octets = if holds { octets.saturating_add(1) } else { *octets };
                Some(Letter { octets, ..Letter::default() })
            }
            What::RecipientsMoreThan(number) => {
                let recipients = if holds { *number } else { number.saturating_sub(1) };
                Some(Letter { recipients, ..Letter::default() })
            }
            What::Authentication { method, passes } => {
                let mut letter = Letter::default();
                let result = Some(*passes == holds);
                match method {
                    AuthenticationMethod::Dkim => letter.authentication.dkim = result,
                    AuthenticationMethod::Dmarc => letter.authentication.dmarc = result,
                    AuthenticationMethod::Spf => letter.authentication.spf = result,
                }
                Some(letter)
            }
            What::SenderUsesTls => Some(Letter { tls: holds, ..Letter::default() }),
            What::LanguageIs(codes) => {
                let told = |it: &&(&str, &str)| codes.iter().any(|code| code == it.0) == holds;
                let (_, sentence) = SENTENCES.iter().find(told)?;
                Some(Letter { body: vec![(*sentence).to_owned()], ..Letter::default() })
            }
            // What was fingerprinted cannot be had back from its digest.
            What::Fingerprint(_) => None,
        }
    }
}

/// A sentence in each of some languages, by their codes (ISO 639-3).
const SENTENCES: &[(&str, &str)] = &[
    (
        "eng",
        "We would like to meet you on Thursday morning, and we hope that you have time for us.",
    ),
    ("deu", "Wir würden Sie gerne am Donnerstag treffen und hoffen, dass Sie Zeit für uns haben."),
    ("fra", "Nous aimerions vous rencontrer jeudi matin et nous espérons que vous aurez du temps."),
    (
        "spa",
        "Nos gustaría reunirnos con usted el jueves por la mañana y esperamos que tenga tiempo.",
    ),
    (
        "ita",
        "Vorremmo incontrarla giovedì mattina e speriamo che lei abbia un po' di tempo per noi.",
    ),
    ("nld", "Wij zouden u graag donderdagochtend ontmoeten en hopen dat u tijd voor ons heeft."),
    ("pol", "Chcielibyśmy spotkać się z panem w czwartek rano i mamy nadzieję, że ma pan czas."),
];

/// A file of a type, by its media type or its extension.
fn typed(kind: &str) -> File {
    if let Some(family) = kind.strip_suffix("/*") {
        return File {
            name: "file".to_owned(),
            kind: format!("{family}/x-any"),
            ..File::text("x")
        };
    }
    if kind.contains('/') {
        return File { name: "file".to_owned(), kind: kind.to_owned(), ..File::text("x") };
    }
    File { name: format!("file.{kind}"), ..File::text("x") }
}

/// Writes letters for one examination, and reads them with it.
struct Writer<'w> {
    scanner: &'w Scanner,
    number: usize,
    examination: &'w Examination,
}

impl Writer<'_> {
    fn find(&self, outline: &Outline) -> Finding {
        let examination = self.examination;
        let mut scopes: Vec<Scope> = [Scope::Body, Scope::Subject]
            .into_iter()
            .filter(|it| examination.look_in.contains(it))
            .collect();
        scopes.extend(
            examination
                .look_in
                .iter()
                .filter(|it| !scopes.contains(it))
                .copied()
                .collect::<Vec<_>>(),
        );
        let Some(scope) = scopes.first().copied() else {
            return Finding { reaching: None, below: None, others: Vec::new() };
        };
        let pieces = self.pieces(outline);
        let required: Vec<String> = examination
            .requires
            .iter()
            .filter_map(|it| pieces_of(it, outline).into_iter().next())
            .map(|it| it.text)
            .collect();
        let (reaching, below) = self.climb(scope, &required, &pieces);
        let mut others = Vec::new();
        for scope in scopes.iter().skip(1) {
            others.extend(self.climb(*scope, &required, &pieces).0);
        }
        for piece in &pieces {
            others.extend(self.climb(scope, &required, std::slice::from_ref(piece)).0);
        }
        let against = examination.vetoes.iter().chain(examination.less.iter().map(|it| &it.1));
        for what in against {
            let Some(piece) = pieces_of(what, outline).into_iter().next() else { continue };
            let Some(mut letter) = reaching.clone() else { continue };
            letter.write(scope, &piece.text);
            others.push(letter);
        }
        if !required.is_empty() {
            others.extend(self.climb_blindly(scope, &pieces));
        }
        Finding { reaching, below, others }
    }

    /// What it counts, the heaviest first.
    fn pieces(&self, outline: &Outline) -> Vec<Piece> {
        let counts = self.examination.counts.iter();
        let mut pieces: Vec<Piece> =
            counts.flat_map(|it| pieces_of(&it.what, outline)).take(PIECES_MAX).collect();
        pieces.sort_by_key(|it| std::cmp::Reverse(it.weight));
        pieces
    }

    /// Writes piece after piece until it activates: the letter that does, and the last that scored
    /// and did not.
    fn climb(
        &self,
        scope: Scope,
        required: &[String],
        pieces: &[Piece],
    ) -> (Option<Letter>, Option<Letter>) {
        let mut letter = Letter::default();
        required.iter().for_each(|it| letter.write(scope, it));
        let mut below = None;
        for _ in 0..REPEATS_MAX {
            for piece in pieces {
                letter.write(scope, &piece.text);
                match self.score(&letter) {
                    Some((true, _)) => return (Some(letter), below),
                    Some((false, score)) if score > 0 => below = Some(letter.clone()),
                    Some(_) => {}
                    None => return (None, None),
                }
            }
            if self.repeating_is_vain(pieces) {
                break;
            }
        }
        (None, below)
    }

    /// A letter that would activate but for what is required.
    fn climb_blindly(&self, scope: Scope, pieces: &[Piece]) -> Option<Letter> {
        let mut letter = Letter::default();
        pieces.iter().for_each(|it| letter.write(scope, &it.text));
        self.score(&letter).is_some_and(|it| !it.0).then_some(letter)
    }

    fn repeating_is_vain(&self, pieces: &[Piece]) -> bool {
        pieces.is_empty() || self.examination.counts.iter().all(|it| it.distinct)
    }

    /// Whether it activates, and the score.
    fn score(&self, letter: &Letter) -> Option<(bool, u32)> {
        let content = letter.content();
        let examined = self.scanner.open(&content).examine(self.number)?;
        Some((examined.result.activated, examined.result.score))
    }
}

/// Texts that a line finds: its terms, and values that its patterns accept.
fn pieces_of(what: &Findable, outline: &Outline) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for term in &what.terms {
        let near = term.near.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
        pieces.push(Piece { text: format!("{}{near}", term.label), weight: term.weight });
    }
    for pattern in &what.patterns {
        let near = pattern.near.first().map(|it| format!("{it} ")).unwrap_or_default();
        let written = outline.patterns(&pattern.label).flat_map(|it| &it.accepts);
        let found = written
            .filter(|it| !pattern.occurrences(&normal::normalise(&it.value)).ranges.is_empty());
        pieces.extend(
            found.map(|it| Piece { text: format!("{near}{}", it.value), weight: pattern.weight }),
        );
    }
    pieces
}
