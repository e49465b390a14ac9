//! Everything that a run of decisions needs, made before: rules, messages, and both programs.

use std::hint::black_box;

use anyhow::{Context, ensure};
use engine::{Program, Rules, SourceFile, decision::Disposition, facts::Facts};
use grammar::literal::Address;

use crate::{
    ideal::{Answer, Ideal, naive},
    workload::{Workload, address_name},
};

/// Pairs whose answer is held against that of the slow program.
const COMPARED: usize = 500;

/// Everything that the runs need, made before.
pub struct Scene {
    pub workload: Workload,
    program: Program,
    ideal: Ideal,
    people: Vec<People>,
    raw: Vec<(String, String)>,
}

/// The addresses of a pair, as facts have them.
struct People {
    sender: Option<Address>,
    recipients: Vec<Address>,
}

impl Scene {
    /// With that many policies.
    pub fn new(size: usize) -> anyhow::Result<Self> {
        let workload = Workload::new(size);
        let files = [SourceFile { path: "rules.writ".to_owned(), text: workload.writ() }];
        let (rules, findings) = Rules::load(&files, &[]);
        let said: Vec<String> = findings.iter().map(|it| it.message.clone()).take(3).collect();
        let program = rules.with_context(|| format!("the rules have errors: {said:?}"))?.compile();
        let raw: Vec<(String, String)> =
            workload.pairs.iter().map(|it| (address_name(it.from), address_name(it.to))).collect();
        let people = raw.iter().map(|(from, to)| {
            let (sender, recipient) = (Address::parse(from)?, Address::parse(to)?);
            Ok(People { sender: Some(sender), recipients: vec![recipient] })
        });
        let people = people.collect::<anyhow::Result<_>>()?;
        Ok(Self { ideal: Ideal::new(&workload.policies), workload, program, people, raw })
    }

    /// Hands out the facts of every pair, one after the other, in the same place: a server has just
    /// put together those that it decides by.
    fn each<'s>(&'s mut self, mut tell: impl FnMut(&'s Program, &Facts)) {
        let Self { program, people, workload, .. } = self;
        let mut facts = Facts::default();
        for (people, pair) in people.iter_mut().zip(&workload.pairs) {
            let mut swap = |facts: &mut Facts| {
                std::mem::swap(&mut facts.sender, &mut people.sender);
                std::mem::swap(&mut facts.recipients, &mut people.recipients);
            };
            swap(&mut facts);
            (facts.peer, facts.tls) = (Some(pair.peer.into()), pair.tls);
            tell(program, &facts);
            swap(&mut facts);
        }
    }

    /// Ours, every pair once.
    #[inline(never)]
    pub fn ours(&mut self) {
        let mut judge = None;
        self.each(|program, facts| {
            judge.get_or_insert_with(|| program.judge()).rule(facts, |ruling| {
                black_box((ruling.disposition(), ruling.decided_by().count()));
            });
        });
    }

    /// The ideal program, every pair once.
    #[inline(never)]
    pub fn ideal(&self) {
        let mut answer = Answer::default();
        for ((from, to), pair) in self.raw.iter().zip(&self.workload.pairs) {
            self.ideal.decide(from, to, pair.peer, pair.tls, &mut answer);
            black_box(&answer);
        }
    }

    /// Ours with the addresses read from text, as a server does once a session and once a recipient.
    pub fn raw(&self) {
        let mut judge = self.program.judge();
        for ((from, to), pair) in self.raw.iter().zip(&self.workload.pairs) {
            let facts = Facts {
                sender: Address::parse(from).ok(),
                recipients: Address::parse(to).into_iter().collect(),
                peer: Some(pair.peer.into()),
                tls: pair.tls,
                ..Facts::default()
            };
            judge.rule(&facts, |ruling| {
                black_box((ruling.disposition(), ruling.decided_by().count()));
            });
        }
    }

    /// Ours with texts, effects and the trace of the candidates.
    pub fn verdicts(&mut self) {
        self.each(|program, facts| {
            black_box(program.decide(facts));
        });
    }

    /// Every answer of ours against the ideal program's, and of many against the slow one's.
    pub fn compare(&mut self) -> anyhow::Result<()> {
        let mut all = Vec::new();
        self.each(|program, facts| {
            program.judge().rule(facts, |ruling| all.push(answer(&ruling)));
        });
        let mut ideal = Answer::default();
        for (at, (pair, ours)) in self.workload.pairs.iter().zip(&all).enumerate() {
            let (from, to) = &self.raw[at];
            self.ideal.decide(from, to, pair.peer, pair.tls, &mut ideal);
            ideal.deciders.sort_unstable();
            ensure!(*ours == ideal, "{from} -> {to}: ours {ours:?}, ideal {ideal:?}");
            if at < COMPARED {
                let slow = naive(&self.workload.policies, pair);
                ensure!(slow == ideal, "{from} -> {to}: slow {slow:?}, ideal {ideal:?}");
            }
        }
        Ok(())
    }
}

fn answer(ruling: &engine::program::Ruling<'_>) -> Answer {
    let level = match ruling.disposition() {
        Disposition::Deliver => 0,
        Disposition::Secure => 1,
        Disposition::Hold => 2,
        Disposition::Bounce => 3,
        Disposition::Reject | Disposition::VerifiedTls => u8::MAX,
    };
    let number = |name: &str| name[1..].parse::<u32>().ok();
    let definitions = ruling.definitions().filter_map(number).fold(0, |all, it| all | (1 << it));
    let mut deciders: Vec<u32> =
        ruling.decided_by().filter(|it| *it != "default").filter_map(number).collect();
    deciders.sort_unstable();
    Answer { level, definitions, deciders }
}
