//! Messages made from the rules: for every policy, request, bypass and assertion some that it
//! speaks of, and for each of its lines one that only this line keeps out.
//!
//! The same rules give the same messages. They are witnesses, not a proof: of a large set a few
//! members are tried, and text is made from the terms and from the `accepts` values of patterns, so
//! a pattern without any is not met.

mod content;
mod letter;
mod people;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use grammar::{
    literal::{Address, Moment, Network},
    tree::Compare,
};

use self::{
    content::Contents,
    letter::Letter,
    people::{People, Somebody},
};
use crate::{
    facts::{Directory, Facts},
    model::{
        Model, Numbered,
        clause::{Clause, Edge, Validity},
        outcome::Condition,
        selector::Side,
    },
    outline::Outline,
    testing::model::ResolvedAssert,
};

/// Messages that are made for one tree of rules.
pub(crate) const MESSAGES_MAX: usize = 4_096;

/// People of one side that are tried for each clause: who is meant, and who is not.
const PEOPLE_OF_SIDE_MAX: usize = 3;

/// A message, with what its author would write to get it.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    pub(crate) facts: Facts,
    letter: Letter,
}

/// What a message is made for: the lines of a clause or an assertion.
struct Target<'m> {
    from: &'m Side,
    to: &'m Side,
    compare: Compare,
    source: Option<&'m [Network]>,
    validity: Validity,
    when: &'m [Condition],
    signs: &'m [grammar::tree::RequestSign],
}

/// What all messages are made from.
struct Maker<'m> {
    model: &'m Model,
    people: People,
    contents: Contents,
    /// A moment at which as much as possible holds; ms since 1970 UTC.
    at_ms: i64,
    made: Vec<Generated>,
    seen: BTreeSet<String>,
    max: usize,
}

/// The messages of a tree, at most `max`.
pub(crate) fn messages(
    model: &Model,
    outline: &Outline,
    asserts: &[ResolvedAssert],
    max: usize,
) -> Vec<Generated> {
    let mut maker = Maker::new(model, outline, asserts, max);
    // Assertions first: they are the fewest, and were written to be tried.
    for assert in asserts {
        maker.make(&Target {
            from: &assert.from,
            to: &assert.to,
            compare: Compare::Envelope,
            source: assert.source.as_deref(),
            validity: Validity::Always,
            when: &assert.when,
            signs: &[],
        });
    }
    let count = model.policies.len().saturating_add(model.requests.len());
    let count = count.saturating_add(model.bypasses.len());
    for number in (0_u32..).take(count) {
        let Some(numbered) = model.numbered(number) else { continue };
        for target in targets(numbered) {
            maker.make(&target);
        }
    }
    maker.mix();
    maker.made
}

/// One a direction.
fn targets(numbered: Numbered<'_>) -> Vec<Target<'_>> {
    let clause = numbered.clause();
    let (when, signs): (&[Condition], &[_]) = match numbered {
        Numbered::Bypass(_) => (&[], &[]),
        Numbered::Policy(_, policy) => (&policy.when, &[]),
        Numbered::Request(request) => (&[], &request.signs),
    };
    let target = |it| Target::of(clause, it, when, signs);
    clause.directions.iter().map(target).collect()
}

impl<'m> Target<'m> {
    fn of(
        clause: &'m Clause,
        direction: &'m crate::model::clause::Direction,
        when: &'m [Condition],
        signs: &'m [grammar::tree::RequestSign],
    ) -> Self {
        Self {
            from: &direction.from,
            to: &direction.to,
            compare: clause.compare,
            source: clause.source.as_deref(),
            // What is switched off is tried as if it were on.
            validity: clause.validity,
            when,
            signs,
        }
    }
}

/// One message before it is made.
#[derive(Clone)]
struct Sketch {
    from: Somebody,
    /// Where it differs from the envelope.
    header_from: Option<Somebody>,
    to: Vec<Somebody>,
    peer: Option<IpAddr>,
    at_ms: i64,
    letter: Letter,
}

impl<'m> Maker<'m> {
    fn new(model: &'m Model, outline: &Outline, asserts: &[ResolvedAssert], max: usize) -> Self {
        let sides: Vec<&Side> = asserts.iter().flat_map(|it| [&it.from, &it.to]).collect();
        Self {
            model,
            people: People::new(model, &sides),
            contents: Contents::new(model, outline),
            at_ms: common_moment(model),
            made: Vec::new(),
            seen: BTreeSet::new(),
            max,
        }
    }

    /// A message that meets the target, then others that differ from it in one respect.
    fn make(&mut self, target: &Target<'_>) {
        let from = self.people.meant(self.model, target.from, PEOPLE_OF_SIDE_MAX);
        let to = self.people.meant(self.model, target.to, PEOPLE_OF_SIDE_MAX);
        let to: Vec<Somebody> = to.into_iter().filter(|it| it.address.is_some()).collect();
        let Some(sender) = from.first() else { return };
        // Nobody writes to themselves where somebody else can be found.
        let other = to.iter().find(|it| it.address != sender.address);
        let Some(recipient) = other.or(to.first()) else { return };
        let letter = self.contents.meeting(target.when, target.signs, None);
        let base = Sketch {
            from: sender.clone(),
            header_from: None,
            to: vec![recipient.clone()],
            peer: target.source.and_then(|it| it.first()).map(host),
            at_ms: self.moment(target.validity),
            letter,
        };
        self.add(&base);
        self.vary_people(&base, target, &from, &to);
        self.vary_place_and_time(&base, target);
        self.vary_content(&base, target);
    }

    fn vary_people(
        &mut self,
        base: &Sketch,
        target: &Target<'_>,
        from: &[Somebody],
        to: &[Somebody],
    ) {
        for other in to.iter().skip(1).chain(&self.people.not_meant(self.model, target.to)) {
            self.add(&Sketch { to: vec![other.clone()], ..base.clone() });
        }
        for other in from.iter().skip(1).chain(&self.people.not_meant(self.model, target.from)) {
            self.add(&Sketch { from: other.clone(), ..base.clone() });
        }
        let mut beside = base.to.clone();
        beside.extend(self.people.plain());
        self.add(&Sketch { to: beside, ..base.clone() });
        // Somebody else in the header: who the envelope says it is, and who the header says.
        for stranger in self.people.plain() {
            self.add(&Sketch { header_from: Some(stranger.clone()), ..base.clone() });
            if target.compare != Compare::Envelope {
                let header_from = Some(base.from.clone());
                self.add(&Sketch { from: stranger, header_from, ..base.clone() });
            }
        }
    }

    fn vary_place_and_time(&mut self, base: &Sketch, target: &Target<'_>) {
        let networks = target.source.unwrap_or_default();
        for network in networks.iter().skip(1).take(PEOPLE_OF_SIDE_MAX) {
            self.add(&Sketch { peer: Some(host(network)), ..base.clone() });
        }
        self.add(&Sketch { peer: stranger(networks), ..base.clone() });
        self.add(&Sketch { peer: None, ..base.clone() });
        if let Validity::Range { from, until } = target.validity {
            let edges = [from, until].into_iter().flatten();
            for at_ms in edges.flat_map(|it| [it.at_ms.saturating_sub(1), it.at_ms]) {
                self.add(&Sketch { at_ms, ..base.clone() });
            }
        }
    }

    fn vary_content(&mut self, base: &Sketch, target: &Target<'_>) {
        for left_out in 0..target.when.len() {
            let letter = self.contents.meeting(target.when, target.signs, Some(left_out));
            self.add(&Sketch { letter, ..base.clone() });
        }
        for sign in target.signs {
            let one = std::slice::from_ref(sign);
            let letter = self.contents.meeting(target.when, one, None);
            self.add(&Sketch { letter, ..base.clone() });
        }
        self.add(&Sketch { letter: Letter::default(), ..base.clone() });
        for letter in self.contents.all().to_vec() {
            self.add(&Sketch { letter, ..base.clone() });
        }
    }

    /// Everybody to everybody, as far as there is room, each with another content.
    fn mix(&mut self) {
        let people = self.people.all().to_vec();
        let mut letters = self.contents.all().to_vec();
        letters.push(Letter::default());
        let mut next = 0_usize;
        let moments = moments(self.model);
        for from in &people {
            for to in people.iter().filter(|it| it.address.is_some()) {
                if self.made.len() >= self.max {
                    return;
                }
                next = next.saturating_add(1);
                let letter = letters.get(next.checked_rem(letters.len()).unwrap_or(0));
                let moment = moments.get(next.checked_rem(moments.len()).unwrap_or(0));
                self.add(&Sketch {
                    from: from.clone(),
                    header_from: None,
                    to: vec![to.clone()],
                    peer: None,
                    at_ms: moment.copied().unwrap_or(self.at_ms),
                    letter: letter.cloned().unwrap_or_default(),
                });
            }
        }
    }

    /// A moment at which the validity holds, the common one if it does.
    fn moment(&self, validity: Validity) -> i64 {
        if validity.holds_at(self.at_ms) {
            return self.at_ms;
        }
        match validity {
            Validity::Always | Validity::Disabled => self.at_ms,
            Validity::Range { from, until } => {
                let first = from.map(|it| it.at_ms);
                first.or(until.map(|it| it.at_ms.saturating_sub(1))).unwrap_or(self.at_ms)
            }
        }
    }

    fn add(&mut self, sketch: &Sketch) {
        if self.made.len() >= self.max {
            return;
        }
        let made = self.finish(sketch);
        if self.seen.insert(made.key()) {
            self.made.push(made);
        }
    }

    fn finish(&self, sketch: &Sketch) -> Generated {
        let organisation = &self.model.organisation;
        let mut directory = Directory::default();
        let people = sketch.to.iter().chain([&sketch.from]).chain(&sketch.header_from);
        people.for_each(|it| it.enter(&mut directory));
        let mut recipients: Vec<Address> = Vec::new();
        for address in sketch.to.iter().filter_map(|it| it.address.clone()) {
            if !recipients.contains(&address) {
                recipients.push(address);
            }
        }
        sketch.letter.crowd(&mut recipients);
        let author = sketch.header_from.as_ref().unwrap_or(&sketch.from);
        let mut content = sketch.letter.content();
        // Who bounces something writes as the postmaster.
        content.header_from =
            vec![author.address.clone().unwrap_or_else(|| organisation.postmaster.clone())];
        let in_relay = |peer: IpAddr| {
            organisation.relay_networks.iter().any(|it| it.contains(peer.to_canonical()))
        };
        let facts = Facts {
            sender: sketch.from.address.clone(),
            recipients,
            peer: sketch.peer,
            trusted: sketch.peer.is_none_or(in_relay),
            tls: sketch.letter.tls,
            at_ms: sketch.at_ms,
            content,
            directory,
            authentication: sketch.letter.authentication,
        };
        Generated { facts, letter: sketch.letter.clone() }
    }
}

impl Generated {
    fn key(&self) -> String {
        let facts = &self.facts;
        format!(
            "{:?} {:?} {:?} {} {:?} {:?} {:?}",
            facts.sender,
            facts.content.header_from,
            facts.recipients,
            facts.at_ms,
            facts.peer,
            self.letter,
            facts.directory
        )
    }

    /// The same of somebody else at the sender's domain, where the sender is the one who gets it; a
    /// colleague may mean something else to the rules, so who offers it asks them again.
    pub(crate) fn by_another(&self) -> Option<Self> {
        let sender = self.facts.sender.as_ref()?;
        let another = Address::from_parts("eve", sender.domain().clone()).ok()?;
        if self.facts.recipients.first() != Some(sender) || another == *sender {
            return None;
        }
        let mut facts = self.facts.clone();
        for it in facts.content.header_from.iter_mut().filter(|it| *it == sender) {
            it.clone_from(&another);
        }
        facts.sender = Some(another);
        Some(Self { facts, letter: self.letter.clone() })
    }

    /// The `message` block and the `given` lines that make this message, and what no block can say.
    pub(crate) fn block(&self, model: &Model) -> String {
        let facts = &self.facts;
        let mut lines = vec!["message {".to_owned()];
        let from = facts.sender.as_ref().map_or_else(|| "<>".to_owned(), ToString::to_string);
        lines.push(format!("  from    {from}"));
        let header = facts.content.header_from.first().filter(|it| {
            facts.sender.as_ref() != Some(it)
                && (facts.sender.is_some() || **it != model.organisation.postmaster)
        });
        lines.extend(header.map(|it| format!("  header from {it}")));
        let to: Vec<String> = facts.recipients.iter().map(ToString::to_string).collect();
        lines.push(format!("  to      {}", to.join(", ")));
        lines.extend(facts.peer.map(|it| format!("  source  {it}")));
        lines.extend(moment_words(model, facts.at_ms).map(|it| format!("  at      {it}")));
        lines.extend(self.letter.lines());
        lines.push("}".to_owned());
        lines.extend(given(model, &facts.directory));
        lines.extend(self.letter.unwritable());
        lines.join("\n")
    }
}

fn given(model: &Model, directory: &Directory) -> Vec<String> {
    let mut lines = Vec::new();
    for (person, groups) in &directory.groups {
        for group in model.sets.groups.iter().filter(|it| groups.contains(&it.directory)) {
            lines.push(format!("given {person} in {}", group.name));
        }
    }
    for (person, values) in &directory.attributes {
        for attribute in &model.sets.attributes {
            let values = values.get(&attribute.directory).into_iter().flatten();
            lines.extend(values.map(|it| format!("given {person} with {} {it}", attribute.name)));
        }
    }
    lines
}

/// As an `at` line writes it, in the organisation's zone; minutes are its grain.
fn moment_words(model: &Model, at_ms: i64) -> Option<String> {
    let at = jiff::Timestamp::from_millisecond(at_ms).ok()?;
    let civil = at.to_zoned(model.organisation.zone.clone()).datetime();
    let words = civil.strftime("%Y-%m-%d %H:%M").to_string();
    Moment::parse(&words).is_ok().then_some(words)
}

/// The moments at which something begins or ends.
fn moments(model: &Model) -> Vec<i64> {
    let mut found = BTreeSet::new();
    for clause in model.clauses() {
        if let Validity::Range { from, until } = clause.validity {
            found.extend(from.map(|it: Edge| it.at_ms));
            found.extend(until.map(|it: Edge| it.at_ms.saturating_sub(1)));
        }
    }
    found.insert(MOMENT_DEFAULT_MS);
    found.into_iter().collect()
}

/// The first moment at which the most clauses hold.
fn common_moment(model: &Model) -> i64 {
    let held = |at: i64| model.clauses().filter(|it| it.validity.holds_at(at)).count();
    let mut best = (held(MOMENT_DEFAULT_MS), MOMENT_DEFAULT_MS);
    for moment in moments(model) {
        if best.0 < held(moment) {
            best = (held(moment), moment);
        }
    }
    best.1
}

/// Noon of 2 March 2026 in UTC, a working day: when messages arrive for which no rule has a date.
const MOMENT_DEFAULT_MS: i64 = 1_772_452_800_000;

/// An address of a network that looks like a host.
fn host(network: &Network) -> IpAddr {
    let next = match network.first() {
        IpAddr::V4(first) => IpAddr::V4(first.to_bits().saturating_add(1).into()),
        IpAddr::V6(first) => IpAddr::V6(first.to_bits().saturating_add(1).into()),
    };
    if network.contains(next) { next } else { network.first() }
}

/// A peer that none of the networks holds, of those that documents use.
fn stranger(networks: &[Network]) -> Option<IpAddr> {
    let known = [[203, 0, 113, 9], [198, 51, 100, 9], [192, 0, 2, 9], [100, 64, 0, 9]];
    let mut peers = known.into_iter().map(IpAddr::from);
    peers.find(|peer| !networks.iter().any(|it| it.contains(*peer)))
}

/// Directory names to values, as a person has them.
type Attributes = BTreeMap<String, String>;
