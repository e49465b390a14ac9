//! A program written for nothing but this work-load: what could be reached.
//!
//! Selector keys are numbers, policies hang on pairs of them, addresses come as raw text: folded and
//! hashed on the way. A policy is a few octets; nothing is explained.

use std::{collections::HashMap, hash::BuildHasherDefault, net::Ipv4Addr};

use crate::workload::{
    ADDRESSES, DOMAINS, Pair, Policy, Says, Side, address_name, domain_name, domain_of,
    is_internal, parent_of, set_of,
};

/// FNV with a final multiplication, for keys that are numbers already.
#[derive(Clone, Copy, Default)]
pub struct Plain(u64);

impl std::hash::Hasher for Plain {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

type Map<K, V> = HashMap<K, V, BuildHasherDefault<Plain>>;

/// One answer: what happens, the definitions as bits, and who decided, as numbers of policies.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Answer {
    pub level: u8,
    pub definitions: u8,
    pub deciders: Vec<u32>,
}

/// Keys of an address on both sides; 0 where there is none.
#[derive(Clone, Copy, Default)]
struct Person {
    address: u32,
    set: u32,
}

#[derive(Clone, Copy, Default)]
struct Domain {
    key: u32,
    below: u32,
    internal: bool,
}

/// A policy under its pair.
#[derive(Clone, Copy)]
struct Posted {
    number: u32,
    network: u16,
    content: bool,
    ranks: (u8, u8),
    says: Says,
}

/// The program.
pub struct Ideal {
    people: Map<u64, (Person, Box<str>)>,
    domains: Map<u64, (Domain, Box<str>)>,
    pairs: Map<u64, (u32, u32)>,
    posted: Vec<Posted>,
    keys: HashMap<Side, u32>,
    /// Keys of `everyone`, `internal` and `external`; 0 where there is none.
    everyone: u32,
    general: [u32; 2],
    /// Of each key, bits of those that it stands with.
    with: [Vec<u64>; 2],
}

const ANY: u16 = u16::MAX;

fn fold_hash(text: &[u8]) -> u64 {
    let mut state = text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    let lower = |word: u64| {
        // ASCII letters to lower case, eight at a time.
        let heptets = word & 0x7f7f_7f7f_7f7f_7f7f;
        let above = heptets.wrapping_add(0x2525_2525_2525_2525);
        let from = heptets.wrapping_add(0x3f3f_3f3f_3f3f_3f3f);
        let upper = (from & !above) & !word & 0x8080_8080_8080_8080;
        word | (upper >> 2)
    };
    let mut add = |word: u64| {
        state = (state.rotate_left(5) ^ lower(word)).wrapping_mul(0x517c_c1b7_2722_0a95)
    };
    for chunk in &mut chunks {
        add(u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(word));
    }
    state
}

impl Ideal {
    /// Compiles the policies.
    pub fn new(policies: &[Policy]) -> Self {
        let mut keys: HashMap<Side, u32> = HashMap::new();
        let mut pairs: Vec<(u64, Posted)> = Vec::new();
        // 0 is nobody.
        let key = |keys: &mut HashMap<Side, u32>, side: Side| {
            let next = keys.len() as u32 + 1;
            *keys.entry(side).or_insert(next)
        };
        for (number, policy) in policies.iter().enumerate() {
            let pair = (u64::from(key(&mut keys, policy.from)) << 32)
                | u64::from(key(&mut keys, policy.to));
            let posted = Posted {
                number: number as u32,
                network: policy.network.map_or(ANY, u16::from),
                content: policy.content,
                ranks: (policy.from.rank(), policy.to.rank()),
                says: policy.says,
            };
            pairs.push((pair, posted));
        }
        pairs.sort_by_key(|it| (it.0, it.1.number));
        let mut ideal = Self {
            people: Map::default(),
            domains: Map::default(),
            pairs: Map::default(),
            posted: pairs.iter().map(|it| it.1).collect(),
            everyone: keys.get(&Side::Everyone).copied().unwrap_or_default(),
            general: [Side::External, Side::Internal]
                .map(|it| keys.get(&it).copied().unwrap_or_default()),
            with: [vec![0; keys.len() + 1], vec![0; keys.len() + 1]],
            keys,
        };
        for (at, (pair, _)) in pairs.iter().enumerate() {
            let run = ideal.pairs.entry(*pair).or_insert((at as u32, 0));
            run.1 += 1;
            let (from, to) = ((pair >> 32) as usize, *pair as u32 as usize);
            ideal.with[0][from] |= 1 << (to & 63);
            ideal.with[1][to] |= 1 << (from & 63);
        }
        ideal.name_people();
        ideal
    }

    fn name_people(&mut self) {
        let known =
            |keys: &HashMap<Side, u32>, side: Side| keys.get(&side).copied().unwrap_or_default();
        for domain in 0..DOMAINS {
            let entry = Domain {
                key: known(&self.keys, Side::Domain(domain)),
                below: if is_internal(domain) {
                    0
                } else {
                    known(&self.keys, Side::Below(parent_of(domain)))
                },
                internal: is_internal(domain),
            };
            let name = domain_name(domain);
            self.domains.insert(fold_hash(name.as_bytes()), (entry, name.into()));
        }
        for address in 0..ADDRESSES {
            let person = Person {
                address: known(&self.keys, Side::Address(address)),
                set: known(&self.keys, Side::Set(set_of(address))),
            };
            let name = address_name(address);
            self.people.insert(fold_hash(name.as_bytes()), (person, name.into()));
        }
    }

    /// The keys of an address from its raw text, most specific first, and whether it is internal.
    fn keys(&self, text: &str, into: &mut [u32; 6]) -> (usize, bool) {
        let at = text.rfind('@').unwrap_or_default();
        let domain =
            known(self.domains.get(&fold_hash(&text.as_bytes()[at + 1..])), &text[at + 1..]);
        let person = known(self.people.get(&fold_hash(text.as_bytes())), text);
        let general = self.general[usize::from(domain.internal)];
        let mut count = 0;
        for key in [person.address, person.set, domain.key, domain.below, general, self.everyone] {
            if key != 0 {
                into[count] = key;
                count += 1;
            }
        }
        (count, domain.internal)
    }

    /// Decides.
    pub fn decide(&self, from: &str, to: &str, peer: Ipv4Addr, tls: bool, answer: &mut Answer) {
        let (mut senders, mut recipients) = ([0; 6], [0; 6]);
        let (sender_count, from_internal) = self.keys(from, &mut senders);
        let (recipient_count, _) = self.keys(to, &mut recipients);
        let network = peer.octets()[1];
        answer.deciders.clear();
        (answer.level, answer.definitions) = (0, 0);
        let mut winner: Option<Posted> = None;
        let mut content = [0_u32; 64];
        let mut contents = 0;
        for from in &senders[..sender_count] {
            let with = self.with[0][*from as usize];
            for to in &recipients[..recipient_count] {
                if with & (1 << (to & 63)) == 0
                    || self.with[1][*to as usize] & (1 << (from & 63)) == 0
                {
                    continue;
                }
                let pair = (u64::from(*from) << 32) | u64::from(*to);
                let Some((start, count)) = self.pairs.get(&pair) else { continue };
                let run = *start..start + count;
                for at in run {
                    let posted = self.posted[at as usize];
                    if posted.network != ANY && posted.network != u16::from(network) {
                        continue;
                    }
                    if !posted.content {
                        let beats = |it: Posted| {
                            posted.ranks.0 >= it.ranks.0 && posted.ranks.1 >= it.ranks.1
                        };
                        if winner.is_none_or(beats) {
                            winner = Some(posted);
                        }
                    } else if tls && contents < content.len() {
                        content[contents] = at;
                        contents += 1;
                    }
                }
            }
        }
        let content = content[..contents].iter().map(|at| self.posted[*at as usize]);
        for posted in winner.into_iter().chain(content) {
            let level = level(posted.says, from_internal);
            if level > answer.level {
                answer.level = level;
                answer.deciders.clear();
            }
            if level == answer.level {
                answer.deciders.push(posted.number);
            }
            if let Says::Secure(definition) = posted.says
                && from_internal
            {
                answer.definitions |= 1 << definition;
            }
        }
    }
}

/// What is known of a name: two names of one hash are not one.
fn known<T: Copy + Default>(found: Option<&(T, Box<str>)>, name: &str) -> T {
    found.filter(|it| it.1.eq_ignore_ascii_case(name)).map(|it| it.0).unwrap_or_default()
}

/// How much an outcome protects; securing acts on what internal senders send.
pub fn level(says: Says, from_internal: bool) -> u8 {
    match says {
        Says::Deliver => 0,
        Says::Secure(_) if from_internal => 1,
        Says::Secure(_) => 0,
        Says::Hold => 2,
        Says::Bounce => 3,
    }
}

/// Every policy, one after the other: the slow and obvious answer.
pub fn naive(policies: &[Policy], pair: &Pair) -> Answer {
    let applying: Vec<usize> =
        (0..policies.len()).filter(|it| policies[*it].applies(pair)).collect();
    of_applying(policies, &applying, pair)
}

/// What the policies that apply come to; peers tell which these are.
pub fn of_applying(policies: &[Policy], applying: &[usize], pair: &Pair) -> Answer {
    let internal = is_internal(domain_of(pair.from));
    let unbeaten = |it: &&usize| {
        policies[**it].content
            || !applying
                .iter()
                .any(|other| !policies[*other].content && policies[*other].beats(&policies[**it]))
    };
    let count: Vec<usize> = applying.iter().filter(unbeaten).copied().collect();
    let top = count.iter().map(|it| level(policies[*it].says, internal)).max().unwrap_or_default();
    let mut answer = Answer { level: top, ..Answer::default() };
    for number in count {
        if level(policies[number].says, internal) == top {
            answer.deciders.push(number as u32);
        }
        if let Says::Secure(definition) = policies[number].says
            && internal
        {
            answer.definitions |= 1 << definition;
        }
    }
    answer
}
