//! The index: from the two people of a decision to the clauses that may apply, without looking at
//! the others.
//!
//! Every distinct list of selectors is a key ([`super::keys`]); a clause stands once under its pair of
//! keys, with all that is needed to tell whether it applies and what it beats. Of the pairs of keys
//! of two people most have no clause: two words of bits per pair tell so for nearly all of them.

mod stored;

use std::collections::BTreeMap;

use grammar::{
    literal::{Address, Network},
    tree::Compare,
};

use super::{
    keys::{End, Entries, Keys},
    networks::Intervals,
    person::Person,
    sender::Sender,
    table::{SEED, Table, hash, hash_pair},
};
use crate::model::{
    Model, Numbered,
    clause::{Clause, Direction, Kind, Validity},
    outcome::Outcome,
    rank::{Rank, Ranks},
    selector::Selector,
    set::SetId,
};

/// Pairs of keys beyond which looking at every clause is cheaper than looking up every pair.
const PAIRS_FOR_EACH_CLAUSE: usize = 4;

/// Keys of one person beyond which doubles are taken out.
const KEYS_PLAIN_MAX: usize = 8;

/// The compiled index.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    keys: Keys,
    from: Vec<FromKey>,
    /// Of each key of the To side, the keys of the From side that it stands with: bit
    /// `number % 64`.
    to: Vec<u64>,
    /// Where the run of each pair begins in `postings`.
    pairs: Table,
    postings: Vec<Posting>,
    /// The pair of each posting.
    pair_of: Vec<(u32, u32)>,
    /// The distinct lists of networks.
    sources: Vec<Intervals>,
    /// What each policy says: the model has them far apart.
    says: Vec<Outcome>,
}

/// A key of the From side.
#[derive(Clone, Copy, Debug)]
struct FromKey {
    reading: Reading,
    /// As of [`Index::to`].
    stands_with: u64,
}

/// A clause in one direction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    /// Number of the clause in [`Model::clauses`].
    pub(super) clause: u32,
    pub(super) direction: u32,
    /// In [`Index::sources`]; [`ANY_PEER`] where none is asked for.
    source: u32,
    pub(super) specific: Specific,
    pub(super) traits: Traits,
    /// Of its run.
    is_last: bool,
}

const ANY_PEER: u32 = u32::MAX;

/// [`Ranks`] in two small numbers of the same order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Specific {
    from: u16,
    to: u16,
}

/// What there is to a clause besides its lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    pub(super) kind: Kind,
    /// A policy with `when`.
    pub(super) is_content: bool,
    /// Its validity has an end or a beginning.
    pub(super) asks_time: bool,
    /// It reads the header, or its From has exceptions.
    pub(super) asks_sender: bool,
    /// Its To has exceptions.
    pub(super) asks_recipient: bool,
    pub(super) overrides_all: bool,
    /// It overrides others by name.
    pub(super) overrides_named: bool,
}

/// Which addresses a list of selectors on the From side is held against.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Reading {
    envelope: bool,
    header: bool,
    bypass: bool,
}

/// The keys that mean the sender of a message, and what each stands with.
#[derive(Clone, Debug, Default)]
pub(super) struct SenderKeys(Vec<(u32, u64)>);

/// What is filled for one recipient after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    keys: Vec<(u32, u64)>,
    pub(super) postings: Vec<Posting>,
}

/// The keys of one side while they are made, by their lists.
struct Known<'m> {
    table: Table,
    lists: Vec<(&'m [Selector], Reading)>,
}

/// A posting with its pair of keys.
type Paired = (u32, u32, Posting);

impl Index {
    /// Builds the index of a model.
    pub(super) fn new(model: &Model) -> Self {
        let (mut index, sources) = Self::of_model(model);
        let mut entries = Entries::new(model);
        let room = model.clauses().map(|it| it.directions.len()).sum();
        let (mut from, mut to) = (Known::with_room(room), Known::with_room(room));
        let mut all: Vec<Paired> = Vec::new();
        for (number, clause) in (0_u32..).zip(model.clauses()) {
            if clause.validity == Validity::Disabled {
                continue;
            }
            let source = clause.source.as_deref().and_then(|it| sources.get(it));
            let source = source.copied().unwrap_or(ANY_PEER);
            let reading = reading(clause);
            for (direction, sides) in (0_u32..).zip(clause.directions.iter()) {
                let (sender, is_new) = from.key(&sides.from.any_of, reading);
                if is_new {
                    index.from.push(FromKey { reading, stands_with: 0 });
                    let selectors = sides.from.any_of.iter();
                    selectors.for_each(|it| entries.enter(End::From, it, sender, model));
                }
                let (recipient, is_new) = to.key(&sides.to.any_of, RECIPIENT);
                if is_new {
                    let selectors = sides.to.any_of.iter();
                    selectors.for_each(|it| entries.enter(End::To, it, recipient, model));
                }
                let traits = Traits::of(clause, is_content(model, number), sides);
                let specific = Specific::of(sides.ranks);
                let posting =
                    Posting { clause: number, direction, source, specific, traits, is_last: true };
                all.push((sender, recipient, posting));
            }
        }
        index.to = vec![0; to.lists.len()];
        index.keys = entries.finish();
        index.post(&all);
        index
    }

    /// What policies say and the distinct lists of networks, without any key; and the numbers of
    /// these lists.
    fn of_model(model: &Model) -> (Self, BTreeMap<&[Network], u32>) {
        let says = model.policies.iter().map(|it| it.then.clone()).collect();
        let lists = model.clauses().filter(|it| it.validity != Validity::Disabled);
        let lists = lists.filter_map(|it| it.source.as_deref());
        let (mut sources, mut numbers) = (Vec::new(), BTreeMap::new());
        for networks in lists {
            numbers.entry(networks).or_insert_with(|| {
                sources.push(Intervals::new(networks));
                last(sources.len())
            });
        }
        (Self { says, sources, ..Self::default() }, numbers)
    }

    /// Enters the postings, those of one pair behind each other.
    fn post(&mut self, all: &[Paired]) {
        // Their pairs are sorted with where they stand: they come in the order of their clauses, and
        // those of a pair keep it.
        let pair = |it: &Paired| (u64::from(it.0) << 32) | u64::from(it.1);
        let mut order: Vec<(u64, u32)> = all.iter().map(pair).zip(0..).collect();
        order.sort_unstable();
        self.pairs = Table::with_room(all.len());
        self.postings.reserve_exact(all.len());
        self.pair_of.reserve_exact(all.len());
        let mut open = None;
        for (_, at) in order {
            let Some((from, to, posting)) = usize::try_from(at).ok().and_then(|it| all.get(it))
            else {
                continue;
            };
            if open != Some((from, to)) {
                open = Some((from, to));
                let start = last(self.postings.len().saturating_add(1));
                self.pairs.enter(hash_pair(*from, *to), start);
            } else if let Some(before) = self.postings.last_mut() {
                before.is_last = false;
            }
            if let Some(key) = usize::try_from(*from).ok().and_then(|it| self.from.get_mut(it)) {
                key.stands_with |= bit(*to);
            }
            if let Some(key) = usize::try_from(*to).ok().and_then(|it| self.to.get_mut(it)) {
                *key |= bit(*from);
            }
            self.postings.push(*posting);
            self.pair_of.push((*from, *to));
        }
    }

    /// Whether an address is the organisation's.
    pub(super) fn is_internal(&self, address: &Address) -> bool {
        self.keys.of_address(End::To, Some(address), &mut |_| {})
    }

    /// The keys of the sender, from its envelope address and its header addresses; says of each
    /// address whether it is internal.
    pub(super) fn sender(&self, model: &Model, sender: &mut Sender<'_>, keys: &mut SenderKeys) {
        let keys = &mut keys.0;
        keys.clear();
        let trusted = sender.trusted;
        self.add_sender(model, &mut sender.envelope, (false, trusted), keys);
        for header in &mut sender.headers {
            self.add_sender(model, header, (true, trusted), keys);
        }
        if sender.has_unread {
            let readers = (0_u32..).zip(&self.from);
            let readers = readers.filter(|it| it.1.reading.header && !it.1.reading.bypass);
            keys.extend(readers.map(|it| (it.0, it.1.stands_with)));
        }
        without_doubles(keys);
    }

    /// Adds the keys of one address, of the header or the envelope. An internal one counts for a
    /// bypass only where the peer is trusted.
    fn add_sender(
        &self,
        model: &Model,
        person: &mut Person<'_>,
        (in_header, trusted): (bool, bool),
        keys: &mut Vec<(u32, u64)>,
    ) {
        let reading =
            |number: u32| usize::try_from(number).ok().and_then(|it| self.from.get(it)).copied();
        let before = keys.len();
        let mut tell = |number: u32| {
            let key = reading(number)
                .filter(|it| if in_header { it.reading.header } else { it.reading.envelope });
            keys.extend(key.map(|it| (number, it.stands_with)));
        };
        person.internal = self.keys.of_address(End::From, person.address, &mut tell);
        self.keys.of_directory(End::From, model, person, &mut tell);
        if person.internal && !trusted {
            let of_bypass = |it: &(u32, u64)| reading(it.0).is_some_and(|it| it.reading.bypass);
            if keys.iter().skip(before).any(of_bypass) {
                let added = keys.split_off(before);
                keys.extend(added.into_iter().filter(|it| !of_bypass(it)));
            }
        }
    }

    /// Puts the postings of clauses whose two lists mean the sender and the recipient into the
    /// scratch, sorted by clause; one may be there twice. Whether the recipient is internal.
    pub(super) fn postings(
        &self,
        model: &Model,
        sender: &SenderKeys,
        recipient: &mut Person<'_>,
        scratch: &mut Scratch,
    ) {
        let Scratch { keys, postings } = scratch;
        keys.clear();
        postings.clear();
        let mut tell = |number: u32| {
            let key = usize::try_from(number).ok().and_then(|it| self.to.get(it));
            keys.extend(key.map(|it| (number, *it)));
        };
        recipient.internal = self.keys.of_address(End::To, recipient.address, &mut tell);
        self.keys.of_directory(End::To, model, recipient, &mut tell);
        without_doubles(keys);
        let pairs = sender.0.len().saturating_mul(keys.len());
        if self.postings.len().saturating_mul(PAIRS_FOR_EACH_CLAUSE) < pairs {
            let all = self.postings.iter().zip(&self.pair_of);
            let meant = all.filter(|it| holds(&sender.0, it.1.0) && holds(keys, it.1.1));
            postings.extend(meant.map(|it| *it.0));
        } else {
            for (from, stands_with_to) in &sender.0 {
                for (to, stands_with_from) in keys.iter() {
                    if stands_with_to & bit(*to) != 0 && stands_with_from & bit(*from) != 0 {
                        self.add_run(*from, *to, postings);
                    }
                }
            }
        }
        if postings.len() > 1 {
            postings.sort_unstable_by_key(|it| (it.clause, it.direction));
        }
    }

    /// Adds the postings of a pair.
    fn add_run(&self, from: u32, to: u32, postings: &mut Vec<Posting>) {
        let start = self.pairs.find(hash_pair(from, to), |start| {
            let start = usize::try_from(start).ok()?;
            (self.pair_of.get(start) == Some(&(from, to))).then_some(start)
        });
        let run = start.and_then(|it| self.postings.get(it..));
        for posting in run.unwrap_or_default() {
            postings.push(*posting);
            if posting.is_last {
                break;
            }
        }
    }

    /// What the policy of this number says.
    pub(super) fn says(&self, policy: u32) -> Option<&Outcome> {
        usize::try_from(policy).ok().and_then(|it| self.says.get(it))
    }

    /// Whether the clause lets the peer in.
    pub(super) fn source_matches(&self, posting: &Posting, peer: Option<std::net::IpAddr>) -> bool {
        if posting.source == ANY_PEER {
            return true;
        }
        let source = usize::try_from(posting.source).ok().and_then(|it| self.sources.get(it));
        source.zip(peer).is_some_and(|(source, peer)| source.contains(peer))
    }
}

/// The number of the last of so many.
fn last(count: usize) -> u32 {
    count.checked_sub(1).and_then(|it| u32::try_from(it).ok()).unwrap_or(u32::MAX)
}

fn bit(key: u32) -> u64 {
    1 << (key & 63)
}

/// Doubles come from lists that mean a person in several ways. Few are harmless; many, times those of
/// the other side, are not.
fn without_doubles(keys: &mut Vec<(u32, u64)>) {
    if keys.len() > KEYS_PLAIN_MAX {
        keys.sort_unstable();
        keys.dedup();
    }
}

/// Whether a key is among these. Few are in any order, many are sorted.
fn holds(keys: &[(u32, u64)], key: u32) -> bool {
    if keys.len() > KEYS_PLAIN_MAX {
        return keys.binary_search_by_key(&key, |it| it.0).is_ok();
    }
    keys.iter().any(|it| it.0 == key)
}

impl<'m> Known<'m> {
    fn with_room(lists: usize) -> Self {
        Self { table: Table::with_room(lists), lists: Vec::new() }
    }

    /// The key of a list of selectors, and whether it is new.
    fn key(&mut self, selectors: &'m [Selector], reading: Reading) -> (u32, bool) {
        let hash = list_hash(selectors);
        let list = (selectors, reading);
        let is = |number: u32| {
            let known = usize::try_from(number).ok().and_then(|it| self.lists.get(it));
            (known == Some(&list)).then_some(number)
        };
        if let Some(known) = self.table.find(hash, is) {
            return (known, false);
        }
        self.lists.push(list);
        let next = last(self.lists.len());
        self.table.enter(hash, next);
        (next, true)
    }
}

/// The hash of a list of selectors: by what most lists differ in.
pub(crate) fn list_hash(selectors: &[Selector]) -> u64 {
    selectors.iter().fold(SEED, with_selector)
}

fn with_selector(state: u64, selector: &Selector) -> u64 {
    let number = |it: &SetId| u64::try_from(it.0).unwrap_or(u64::MAX);
    match selector {
        Selector::Everyone => state.wrapping_add(1),
        Selector::Internal => state.wrapping_add(2),
        Selector::External => state.wrapping_add(3),
        Selector::Null => state.wrapping_add(4),
        Selector::DomainSet(it) | Selector::AddressSet(it) | Selector::Group(it) => {
            hash(state.wrapping_add(number(it)), "")
        }
        Selector::Attribute { value, .. } => hash(state, value),
        Selector::Domain(pattern) => hash(state, pattern.domain.as_str()),
        Selector::Address(it) => hash(hash(state, it.domain().as_str()), it.local_folded()),
    }
}

fn is_content(model: &Model, clause: u32) -> bool {
    match model.numbered(clause) {
        Some(Numbered::Policy(_, policy)) => policy.is_content(),
        Some(Numbered::Bypass(_) | Numbered::Request(_)) | None => false,
    }
}

const RECIPIENT: Reading = Reading { envelope: true, header: false, bypass: false };

fn reading(clause: &Clause) -> Reading {
    let (envelope, header) = match clause.compare {
        Compare::Envelope => (true, false),
        Compare::Header => (false, true),
        Compare::Either => (true, true),
    };
    Reading { envelope, header, bypass: clause.kind == Kind::Bypass }
}

impl Traits {
    pub(super) fn of(clause: &Clause, is_content: bool, direction: &Direction) -> Self {
        Self {
            kind: clause.kind,
            is_content,
            asks_time: clause.validity != Validity::Always,
            asks_sender: clause.compare != Compare::Envelope || !direction.from.except.is_empty(),
            asks_recipient: !direction.to.except.is_empty(),
            overrides_all: clause.overrides_all,
            overrides_named: !clause.overrides.is_empty(),
        }
    }
}

impl Specific {
    pub(super) fn of(ranks: Ranks) -> Self {
        Self { from: small(ranks.from), to: small(ranks.to) }
    }

    /// As [`Ranks::beats`].
    pub(super) fn beats(self, other: Self) -> bool {
        other.from <= self.from && other.to <= self.to && self != other
    }
}

/// A rank as a number; no domain has as many labels as there are below a set.
fn small(rank: Rank) -> u16 {
    match rank {
        Rank::Everyone => 0,
        Rank::InternalOrExternal => 1,
        Rank::Domain(labels) => {
            u16::try_from(labels.saturating_add(2)).unwrap_or(u16::MAX).min(u16::MAX - 3)
        }
        Rank::Set => u16::MAX - 2,
        Rank::Attribute => u16::MAX - 1,
        Rank::Address => u16::MAX,
    }
}
