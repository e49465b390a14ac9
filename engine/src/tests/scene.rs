//! The only test code that knows the API: rules from text, messages from a few words.

use grammar::{
    diagnostic::{Diagnostic, Severity},
    literal::{Address, Date},
    tree::Scope,
};

use crate::{
    Program, Rules, SourceFile,
    decision::{Decision, Verdict},
    facts::{Content, Facts, Segment},
    normal, reference,
};

/// Rules of an organisation with the domain `corp.example`, and the definitions `d7` and `d30`.
pub(super) struct Scene {
    pub(super) rules: Rules,
    pub(super) program: Program,
}

/// What every scene begins with.
pub(super) const PREAMBLE: &str = "writ 1
organisation corp {
  domains   corp.example
  time zone Europe/London
}
definition d7 {
  print    denied
  expires  after 7 days
  internal inbox with banner
  banner   \"SEVEN\"
}
definition d30 {
  print    allowed
  expires  after 30 days
  internal portal
}
group     fin  from directory \"groups/fin\"
group     law  from directory \"groups/law\"
attribute clearance from directory \"clearance\" {
  order none < staff < secret
}
pattern card {
  match  /\\b(?:\\d[ -]?){12,18}\\d\\b/
  check  luhn
}
examination cards {
  count      card
  activates  at 1
  unreadable counts as clear
  ambiguous  counts as clear
}
";

pub(super) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}

/// Loads the preamble and what follows it.
pub(super) fn load(text: &str) -> (Option<Rules>, Vec<Diagnostic>) {
    load_files(&[file("rules.writ", &format!("{PREAMBLE}{text}"))])
}

pub(super) fn load_files(files: &[SourceFile]) -> (Option<Rules>, Vec<Diagnostic>) {
    Rules::load(files, &[])
}

/// Rules that must be without errors.
#[track_caller]
pub(super) fn scene(text: &str) -> Scene {
    let (rules, findings) = load(text);
    let Some(rules) = rules else { panic!("{}", said(&findings)) };
    let program = rules.compile();
    Scene { rules, program }
}

/// Findings on a line each.
pub(super) fn said(findings: &[Diagnostic]) -> String {
    let line = |it: &Diagnostic| format!("{}: {} {:?}", it.code, it.message, it.notes);
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The codes of errors in a text after the preamble.
pub(super) fn errors(text: &str) -> Vec<String> {
    let (_, findings) = load(text);
    let errors = findings.iter().filter(|it| it.severity() == Severity::Error);
    errors.map(|it| it.code.to_string()).collect()
}

pub(super) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// A message; `<>` for the null sender. It arrives on 2 March 2026 from 192.0.2.1.
pub(super) fn message(from: &str, to: &[&str]) -> Facts {
    Facts {
        sender: (from != "<>").then(|| address(from)),
        recipients: to.iter().map(|it| address(it)).collect(),
        peer: Some("192.0.2.1".parse().unwrap()),
        trusted: true,
        at_ms: at("2026-03-02"),
        ..Facts::default()
    }
}

/// Noon of a day in London, ms.
pub(super) fn at(day: &str) -> i64 {
    let zone = jiff::tz::db().get("Europe/London").unwrap();
    let noon = Date::parse(day).unwrap().civil().at(12, 0, 0, 0);
    zone.to_ambiguous_zoned(noon).compatible().unwrap().timestamp().as_millisecond()
}

/// Appends a segment.
pub(crate) fn add(content: &mut Content, scope: Scope, part: u32, text: &str) {
    let start = content.text.len();
    content.text.push_str(&normal::normalise(text));
    content.cased.push(normal::normalise_keeping_case(text));
    let end = content.text.len();
    content.segments.push(Segment { scope, start, end, part, alternative: None });
}

pub(super) fn with_body(mut facts: Facts, text: &str) -> Facts {
    add(&mut facts.content, Scope::Body, 1, text);
    facts
}

pub(super) fn with_subject(mut facts: Facts, text: &str) -> Facts {
    facts.content.subject = text.to_owned();
    add(&mut facts.content, Scope::Subject, 0, text);
    facts
}

pub(super) const CARD: &str = "pay with 4012 8888 8888 1881 please";

impl Scene {
    /// Decides with both evaluators, which must agree; the answer has the full trace.
    #[track_caller]
    pub(super) fn decide(&self, facts: &Facts) -> Decision {
        let explained = self.program.explain(facts);
        assert_eq!(bare(explained.clone()), bare(reference::decide(&self.rules, facts)));
        assert_eq!(bare(explained.clone()), bare(self.program.decide(facts)));
        self.check_rulings(facts, &explained);
        explained
    }

    /// The rulings say what the verdicts say.
    #[track_caller]
    fn check_rulings(&self, facts: &Facts, decision: &Decision) {
        let mut verdicts = decision.verdicts.iter();
        self.program.judge().rule(facts, |ruling| {
            let verdict = verdicts.next().unwrap();
            assert_eq!(ruling.recipient(), &verdict.recipient);
            assert_eq!(ruling.is_internal(), verdict.internal);
            assert_eq!(ruling.disposition(), verdict.disposition);
            assert_eq!(ruling.options(), verdict.options);
            let sorted = |mut names: Vec<&str>| {
                names.sort_unstable();
                names.dedup();
                names.into_iter().map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(sorted(ruling.decided_by().collect()), verdict.decided_by);
            assert_eq!(sorted(ruling.definitions().collect()), verdict.definitions);
        });
        assert!(verdicts.next().is_none());
    }

    /// The one verdict for a message, in short: what `check` of the vectors reads.
    #[track_caller]
    pub(super) fn verdict(&self, facts: &Facts) -> Verdict {
        self.decide(facts).verdicts.remove(0)
    }

    /// Disposition, definitions and deciders on a line.
    #[track_caller]
    pub(super) fn short(&self, facts: &Facts) -> String {
        short(&self.verdict(facts))
    }
}

pub(super) fn short(verdict: &Verdict) -> String {
    let mut words = verdict.disposition.as_str().to_owned();
    if !verdict.definitions.is_empty() {
        words.push_str(&format!(" {}", verdict.definitions.join("+")));
    }
    format!("{words} by {}", verdict.decided_by.join("+"))
}

/// A decision without its trace.
pub(super) fn bare(mut decision: Decision) -> Decision {
    decision.verdicts.iter_mut().for_each(|it| it.trace.clear());
    decision.examinations.iter_mut().for_each(|it| it.reasons.clear());
    decision
}
