//! Laws that hold for all rules and messages, whoever decides them.

use super::{
    super::scene::{CARD, PREAMBLE, file, load_files, message, with_body},
    MANY,
    clauses::{OUTCOMES, SELECTORS, condition, request},
    letter::Letter,
    random::Random,
    tree::{Item, Tree},
    world::{EXAMINATIONS, PEOPLE},
};
use crate::{
    Program, Rules,
    bundle::meaning,
    decision::{Decision, Disposition, Fate, Options, Verdict},
    facts::Facts,
    model::organisation::zone_named,
};

/// Trees that each law is tried on.
const TREES: u64 = if MANY { 1_000 } else { 30 };

/// Messages for each of them.
const LETTERS: u64 = 8;

/// A tree, its rules, and messages.
struct Case {
    tree: Tree,
    rules: Rules,
    program: Program,
    letters: Vec<Letter>,
    random: Random,
}

/// Tries a law on every case; at least one in ten must have been of use to it.
fn each(law: u64, mut holds: impl FnMut(&mut Case) -> bool) {
    let mut used = 0;
    for seed in 0..TREES {
        let seed = seed.wrapping_mul(31).wrapping_add(law << 32);
        let tree = Tree::random(&mut Random::part(seed, 0));
        let Some(rules) = tree.rules() else { continue };
        let letters = (1..=LETTERS).map(|it| Letter::random(&mut Random::part(seed, it)));
        let mut case = Case {
            program: rules.compile(),
            tree,
            rules,
            letters: letters.collect(),
            random: Random::part(seed, u64::MAX),
        };
        used += u64::from(holds(&mut case));
    }
    assert!(TREES <= used * 10, "of use in {used} of {TREES} cases");
}

impl Case {
    /// One item of a kind.
    fn one(&mut self, kind: &str) -> Option<usize> {
        let all = self.tree.all(kind);
        (!all.is_empty()).then(|| all[self.random.below(all.len())])
    }

    /// One of those that can change or go by themselves.
    fn one_clause(&mut self) -> Option<usize> {
        let kind = self.random.pick(&["policy", "policy", "bypass", "request"]);
        self.one(kind)
    }

    /// Compares the decisions before an edit with those after it.
    fn compare(&self, edited: &Tree, law: impl Fn(&Facts, &Verdict, &Verdict) -> bool) -> bool {
        let Some(rules) = edited.rules() else { return false };
        let program = rules.compile();
        for letter in &self.letters {
            let facts = letter.facts();
            let (before, after) = (self.program.decide(&facts), program.decide(&facts));
            for (one, other) in before.verdicts.iter().zip(&after.verdicts) {
                let text = || {
                    let (tree, edited) = (self.tree.text(), edited.text());
                    format!("{tree}\nedited: {edited}\n{}\n{one:#?}\n{other:#?}", letter.text())
                };
                assert!(law(&facts, one, other), "{}", text());
            }
        }
        true
    }
}

/// Whether the second protects at least as much.
fn protects_no_less(one: &Verdict, other: &Verdict) -> bool {
    // What is refused is not read at all.
    let refused = Disposition::Bounce <= other.disposition;
    let is_no_laxer = |it: &Options| other.options.as_ref().is_some_and(|is| is_no_laxer(it, is));
    one.disposition <= other.disposition
        && (refused || one.options.as_ref().is_none_or(is_no_laxer))
}

fn is_no_laxer(one: &Options, other: &Options) -> bool {
    let allowed = |it: &Options| [it.print, it.reply, it.reply_all, it.forward];
    allowed(one).iter().zip(allowed(other)).all(|it| it.1 <= *it.0)
        && other.expires_secs <= one.expires_secs
        && other.expires_days <= one.expires_days
        && other.extension_secs <= one.extension_secs
        && one.on_expiry <= other.on_expiry
        && one.read_receipt <= other.read_receipt
        && one.notice <= other.notice
        && one.internal <= other.internal
}

/// Without the trace, which speaks of clauses that decide nothing too.
fn is_same(one: &Verdict, other: &Verdict) -> bool {
    let bare = |it: &Verdict| Verdict { trace: Vec::new(), ..it.clone() };
    bare(one) == bare(other)
}

/// Without the lines of the clauses, which move.
fn unplaced(mut decision: Decision) -> Decision {
    let lines = decision.verdicts.iter_mut().flat_map(|it| &mut it.trace);
    lines.for_each(|it| it.place = None);
    decision
}

#[test]
fn the_order_of_declarations_changes_nothing() {
    each(1, |case| {
        let mut shuffled = case.tree.clone();
        case.random.shuffle(&mut shuffled.items);
        let rules = shuffled.rules().expect("what was taken in another order");
        assert_eq!(meaning(&rules), meaning(&case.rules), "{}", case.tree.text());
        let program = rules.compile();
        for letter in &case.letters {
            let facts = letter.facts();
            let (one, other) = (case.program.explain(&facts), program.explain(&facts));
            assert_eq!(unplaced(one), unplaced(other), "{}\n{}", case.tree.text(), letter.text());
        }
        true
    });
}

#[test]
fn a_further_content_policy_only_raises_protection() {
    each(2, |case| {
        let random = &mut case.random;
        let to = format!("to {}", random.pick(SELECTORS));
        let when = format!("when {}", condition(random));
        let lines = vec![to, when, format!("then {}", random.pick(OUTCOMES))];
        let more = case.tree.with(Item::block("policy further", lines));
        case.compare(&more, |_, one, other| protects_no_less(one, other))
    });
}

#[test]
fn a_request_only_raises_protection() {
    each(3, |case| {
        let more = case.tree.with(request(9, &mut case.random));
        case.compare(&more, |_, one, other| protects_no_less(one, other))
    });
}

#[test]
fn removing_a_policy_concerns_only_whom_it_decided() {
    each(4, |case| {
        let Some(at) = case.one("policy") else { return false };
        let name = case.tree.items[at].name().to_owned();
        if case.tree.is_named(&name) {
            return false;
        }
        let overrides = case.tree.items[at].value("override").is_some();
        let routes = case.tree.items[at].value("when").is_none();
        let Some(rules) = case.tree.without(at).rules() else { return false };
        let program = rules.compile();
        for letter in &case.letters {
            let facts = letter.facts();
            let (before, after) = (case.program.explain(&facts), program.decide(&facts));
            for (one, other) in before.verdicts.iter().zip(&after.verdicts) {
                let fate = &one.trace.iter().find(|it| it.subject == name).unwrap().fate;
                let holds = match fate {
                    Fate::Failed { .. } => is_same(one, other),
                    // One that names another takes it out, even where it loses itself.
                    Fate::Outranked { .. } => overrides || is_same(one, other),
                    // A routing policy won its part, where the next one or the default follows.
                    Fate::LessProtective { .. } => {
                        overrides || routes || one.disposition == other.disposition
                    }
                    Fate::Ambiguous { .. } | Fate::Bypassed { .. } | Fate::Decided => true,
                };
                let (text, letter) = (case.tree.text(), letter.text());
                assert!(holds, "{name}\n{text}\n{letter}\n{one:#?}\n{other:#?}");
            }
        }
        true
    });
}

/// Edits that are none of: a bypass, `take no action`, a more specific or overriding routing policy, a
/// changed set, a narrowed or removed policy. What was decided because a question had no answer may fall
/// once that question is no longer asked.
#[test]
fn no_other_edit_lowers_protection() {
    each(5, |case| {
        let Some(edited) = harmless_edit(case) else { return false };
        case.compare(&edited, |_, one, other| is_on_error(one) || protects_no_less(one, other))
    });
}

/// Whether what decided is what the organisation says of a question without an answer.
fn is_on_error(verdict: &Verdict) -> bool {
    let says = |note: &String| note.contains("`on error`");
    verdict.trace.iter().any(|it| it.fate == Fate::Decided && it.note.as_ref().is_some_and(says))
}

fn harmless_edit(case: &mut Case) -> Option<Tree> {
    let tree = case.tree.clone();
    match case.random.below(6) {
        // A policy says more.
        0 => {
            let at = case.one("policy")?;
            Some(tree.changed(at, |it| it.set("then reject \"no\"".to_owned())))
        }
        // A bypass goes; not one that shields from another, nor one that takes another out.
        1 => {
            let at = case.one("bypass")?;
            let item = &tree.items[at];
            let shields = item.has("then take no action")
                || item.has("override")
                || item.value("override").is_some()
                || tree.is_named(item.name());
            (!shields).then(|| tree.without(at))
        }
        // A content policy asks less.
        2 => {
            let at = case.one("policy")?;
            let item = &tree.items[at];
            let when = item.value("when")?.split(" and ").next()?.to_owned();
            let asked = item.value("override").is_none();
            asked.then(|| tree.changed(at, |it| it.set(format!("when {when}"))))
        }
        // A content policy concerns more people, networks and days.
        3 => {
            let at = case.one("policy")?;
            let item = &tree.items[at];
            let widened = item.value("when").is_some() && item.value("override").is_none();
            let keyword = case.random.pick(&["to", "source", "valid", "disabled"]);
            widened.then(|| tree.changed(at, |it| it.clear(keyword)))
        }
        // An examination finds more, and nobody asks whether it does not.
        4 => {
            let name = case.random.pick(EXAMINATIONS);
            let at = tree.items.iter().position(|it| it.head == format!("examination {name}"))?;
            let keyword = case.random.pick(&["require", "veto", "less", "activates"]);
            let negated = tree.text().contains(&format!("not {name} activates"));
            (!negated).then(|| {
                tree.changed(at, |it| match keyword {
                    "activates" => it.set("activates at 1".to_owned()),
                    _ => it.clear(keyword),
                })
            })
        }
        // A definition allows less.
        _ => {
            let at = case.one("definition")?;
            let line =
                case.random.pick(&["print denied", "expires after 12 hours", "internal refuse"]);
            Some(tree.changed(at, |it| it.set(line.to_owned())))
        }
    }
}

/// `source`, `valid` and `except` take a clause out or leave it as it was; they make it no more
/// specific.
#[test]
fn a_narrowing_line_takes_a_clause_out_or_does_nothing() {
    each(6, |case| {
        let Some(at) = case.one_clause() else { return false };
        if case.tree.items[at].has("disabled") {
            return false;
        }
        let out = case.tree.without(at);
        if case.tree.is_named(case.tree.items[at].name()) {
            return false;
        }
        let Some(out) = out.rules() else { return false };
        let out = out.compile();
        let letter = case.letters[0].clone();
        let facts = letter.facts();
        let Some((narrowed, concerns)) = narrow(case, at, &facts) else { return false };
        let Some(rules) = narrowed.rules() else { return false };
        let program = rules.compile();
        let (whole, without) = (case.program.decide(&facts), out.decide(&facts));
        for (number, verdict) in program.decide(&facts).verdicts.iter().enumerate() {
            let excluded = concerns(verdict);
            let expected = if excluded { &without } else { &whole }.verdicts.get(number).unwrap();
            let (text, letter) = (narrowed.text(), letter.text());
            assert!(
                is_same(verdict, expected),
                "excluded: {excluded}\n{text}\n{letter}\n{verdict:#?}\n{expected:#?}"
            );
        }
        true
    });
}

/// Whom a narrowed clause leaves out.
type Excludes = Box<dyn Fn(&Verdict) -> bool>;

fn narrow(case: &mut Case, at: usize, facts: &Facts) -> Option<(Tree, Excludes)> {
    let item = &case.tree.items[at];
    let set = |line: String| case.tree.changed(at, |it| it.set(line));
    match case.random.below(3) {
        0 if item.value("between").is_none() => {
            let who = case.random.pick(PEOPLE);
            let line = match item.value("to") {
                None => format!("to everyone except {who}"),
                Some(to) if to.contains(" except ") => format!("to {to}, {who}"),
                Some(to) => format!("to {to} except {who}"),
            };
            let who = super::super::scene::address(who);
            Some((set(line), Box::new(move |it| it.recipient == who)))
        }
        1 if item.value("source").is_none() && !item.is("request") => {
            let peer = facts.peer?.to_canonical();
            let inside = case.random.one_in(2);
            let all = if peer.is_ipv4() { 32 } else { 128 };
            let network =
                if inside { format!("{peer}/{all}") } else { "198.51.100.0/24".to_owned() };
            Some((set(format!("source {network}")), Box::new(move |_| !inside)))
        }
        _ => {
            // What it said of days before must not matter.
            let always = matches!(item.value("valid"), None | Some("always" | "forever"));
            let zone = zone_named(&case.rules.organisation().time_zone)?;
            let moment = jiff::Timestamp::from_millisecond(facts.at_ms).ok()?;
            let today = moment.to_zoned(zone).date();
            let (before, after) = (today.yesterday().ok()?, today.tomorrow().ok()?);
            let (days, outside) = match case.random.below(5) {
                0 => (format!("from {today} until {today}"), false),
                1 => (format!("until {today}"), false),
                2 => (format!("until {after}"), false),
                3 => (format!("until {before}"), true),
                _ => (format!("from {after} until {after}"), true),
            };
            always.then(|| {
                let excludes: Excludes = Box::new(move |_| outside);
                (set(format!("valid {days}")), excludes)
            })
        }
    }
}

#[test]
fn a_disabled_policy_is_as_good_as_removed() {
    each(7, |case| {
        let Some(at) = case.one("policy") else { return false };
        if case.tree.is_named(case.tree.items[at].name()) {
            return false;
        }
        let out = case.tree.without(at);
        let disabled = case.tree.changed(at, |it| {
            it.clear("valid");
            it.set("disabled".to_owned());
        });
        let Some((out, disabled)) = out.rules().zip(disabled.rules()) else { return false };
        let (out, disabled) = (out.compile(), disabled.compile());
        for letter in &case.letters {
            let facts = letter.facts();
            let (one, other) = (out.decide(&facts), disabled.decide(&facts));
            for (one, other) in one.verdicts.iter().zip(&other.verdicts) {
                assert!(is_same(one, other), "{}\n{}", case.tree.text(), letter.text());
            }
        }
        true
    });
}

#[test]
fn a_reject_at_rcpt_stays_a_reject() {
    let mut at_rcpt = 0;
    each(8, |case| {
        let Some(at) = case.one("policy") else { return false };
        let rejecting = case.tree.changed(at, |it| {
            it.clear("when");
            it.set("then reject \"no\"".to_owned());
        });
        let Some(rules) = rejecting.rules() else { return false };
        let program = rules.compile();
        for letter in &case.letters {
            let facts = letter.facts();
            for verdict in program.decide(&facts).verdicts {
                if let Some(text) = program.reject_at_rcpt(&facts, &verdict.recipient) {
                    assert_eq!(verdict.disposition, Disposition::Reject, "{}", letter.text());
                    assert!(!text.is_empty() && program.rejects_at_rcpt());
                    at_rcpt += 1;
                }
            }
        }
        true
    });
    assert!(0 < at_rcpt);
}

#[test]
fn the_order_of_files_changes_nothing() {
    let main = file(
        "a.writ",
        &format!("{PREAMBLE}policy p {{\n  when cards activates\n  then secure with d7\n}}\n"),
    );
    let more = file(
        "b.writ",
        "writ 1\nuse \"a.writ\" as a\npolicy q {\n  when a.cards activates\n  then secure with a.d30\n}\n",
    );
    let facts = with_body(message("a@corp.example", &["b@x.example"]), CARD);
    let decide =
        |files: &[crate::SourceFile]| load_files(files).0.unwrap().compile().explain(&facts);
    let one = decide(&[main.clone(), more.clone()]);
    assert_eq!(one, decide(&[more, main]));
    assert_eq!(one.verdicts[0].decided_by, ["p", "q"]);
}
