//! The work-load: an organisation with many policies, and messages for it; the same in every run.
//!
//! 500 sets of 50 addresses in 3,000 domains. Policies are from and to addresses, sets, domains,
//! what is below a domain, internal, external, everyone; 30 % of them ask for a network. A routing
//! policy that would disagree with another one is made a content policy, whose condition (the
//! sender uses TLS) is given with the message, so that `writ check` finds nothing to complain of.

use std::{collections::BTreeMap, fmt::Write, net::Ipv4Addr};

/// Sets of addresses.
pub const SETS: usize = 500;
/// Addresses in the sets.
pub const ADDRESSES: usize = 25_000;
/// Domains of the addresses.
pub const DOMAINS: usize = 3_000;
/// The first of them are the organisation's.
pub const INTERNAL_DOMAINS: usize = 30;
/// Recipients that are decided.
pub const PAIRS: usize = 4_096;

/// One side of a policy.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Side {
    Everyone,
    Internal,
    External,
    /// Everything below `tldN.example`.
    Below(usize),
    Domain(usize),
    Set(usize),
    Address(usize),
}

/// What a policy says, least protective first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Says {
    Deliver,
    Secure(u8),
    Hold,
    Bounce,
}

/// A policy.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    pub from: Side,
    pub to: Side,
    /// `10.N.0.0/16`.
    pub network: Option<u8>,
    /// Holds only where the sender uses TLS.
    pub content: bool,
    pub says: Says,
}

/// A recipient to decide: numbers of addresses.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub from: usize,
    pub to: usize,
    pub peer: Ipv4Addr,
    pub tls: bool,
}

/// Everything.
#[derive(Debug)]
pub struct Workload {
    pub policies: Vec<Policy>,
    pub pairs: Vec<Pair>,
}

/// SplitMix64.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// The domain of an address.
pub fn domain_of(address: usize) -> usize {
    // Half of the addresses are the organisation's own.
    if address % 2 == 0 { address / 2 % INTERNAL_DOMAINS } else { address / 2 % DOMAINS }
}

pub fn set_of(address: usize) -> usize {
    address / (ADDRESSES / SETS)
}

pub fn is_internal(domain: usize) -> bool {
    domain < INTERNAL_DOMAINS
}

/// The domain that a domain stands in.
pub fn parent_of(domain: usize) -> usize {
    domain % 200
}

pub fn domain_name(domain: usize) -> String {
    if is_internal(domain) {
        format!("unit{domain}.acme.example")
    } else {
        format!("company{domain}.region{}.example", parent_of(domain))
    }
}

pub fn address_name(address: usize) -> String {
    format!("First.Last{address}@{}", domain_name(domain_of(address)))
}

impl Side {
    /// Whether it means an address.
    pub fn means(self, address: usize) -> bool {
        let domain = domain_of(address);
        match self {
            Self::Everyone => true,
            Self::Internal => is_internal(domain),
            Self::External => !is_internal(domain),
            Self::Below(parent) => !is_internal(domain) && parent_of(domain) == parent,
            Self::Domain(wanted) => domain == wanted,
            Self::Set(set) => set_of(address) == set,
            Self::Address(wanted) => address == wanted,
        }
    }

    pub fn rank(self) -> u8 {
        match self {
            Self::Everyone => 0,
            Self::Internal | Self::External => 1,
            Self::Below(_) => 2,
            Self::Domain(_) => 3,
            Self::Set(_) => 4,
            Self::Address(_) => 5,
        }
    }

    fn words(self) -> String {
        match self {
            Self::Everyone => "everyone".to_owned(),
            Self::Internal => "internal".to_owned(),
            Self::External => "external".to_owned(),
            Self::Below(parent) => format!("*.region{parent}.example"),
            Self::Domain(domain) => format!("domain {}", domain_name(domain)),
            Self::Set(set) => format!("set-{set}"),
            Self::Address(address) => address_name(address),
        }
    }

    fn roll(dice: &mut Dice, sender: bool) -> Self {
        match dice.roll(20) {
            0 if dice.roll(40) == 0 => Self::Everyone,
            0 | 1 if dice.roll(10) == 0 => {
                if sender {
                    Self::Internal
                } else {
                    Self::External
                }
            }
            0..=2 => Self::Below(dice.roll(200)),
            3..=6 => Self::Domain(dice.roll(DOMAINS)),
            7..=13 => Self::Set(dice.roll(SETS)),
            _ => Self::Address(dice.roll(ADDRESSES)),
        }
    }
}

impl Policy {
    /// At least as specific on both sides and more specific on one.
    pub fn beats(&self, other: &Self) -> bool {
        let (mine, theirs) =
            ((self.from.rank(), self.to.rank()), (other.from.rank(), other.to.rank()));
        theirs.0 <= mine.0 && theirs.1 <= mine.1 && mine != theirs
    }

    pub fn lets_in(&self, peer: Ipv4Addr) -> bool {
        self.network.is_none_or(|it| peer.octets()[..2] == [10, it])
    }

    /// Whether it applies.
    pub fn applies(&self, pair: &Pair) -> bool {
        self.from.means(pair.from)
            && self.to.means(pair.to)
            && self.lets_in(pair.peer)
            && (!self.content || pair.tls)
    }
}

/// Which addresses each kind of side may share with another.
fn meet(one: Side, other: Side, members: &BTreeMap<Side, Vec<usize>>) -> bool {
    let (narrow, wide) = if one.rank() < other.rank() { (other, one) } else { (one, other) };
    match narrow {
        Side::Address(address) => wide.means(address),
        Side::Set(_) => members[&narrow].iter().any(|it| wide.means(*it)),
        Side::Domain(domain) => match wide {
            Side::Domain(other) => other == domain,
            Side::Below(parent) => !is_internal(domain) && parent_of(domain) == parent,
            Side::Internal => is_internal(domain),
            Side::External => !is_internal(domain),
            _ => true,
        },
        Side::Below(parent) => match wide {
            Side::Below(other) => parent == other,
            Side::Internal => false,
            _ => true,
        },
        _ => one == other || one == Side::Everyone || other == Side::Everyone,
    }
}

impl Workload {
    /// With that many policies.
    pub fn new(count: usize) -> Self {
        let mut dice = Dice(2_026);
        let mut members: BTreeMap<Side, Vec<usize>> = BTreeMap::new();
        for address in 0..ADDRESSES {
            members.entry(Side::Set(set_of(address))).or_default().push(address);
        }
        let mut policies: Vec<Policy> = Vec::new();
        while policies.len() < count {
            let mut policy = Policy {
                from: Side::roll(&mut dice, true),
                to: Side::roll(&mut dice, false),
                network: (dice.roll(10) < 3).then(|| dice.roll(8) as u8),
                content: dice.roll(10) < 3,
                says: match dice.roll(10) {
                    0..=1 => Says::Deliver,
                    2..=5 => Says::Secure(dice.roll(8) as u8),
                    6..=8 => Says::Hold,
                    _ => Says::Bounce,
                },
            };
            let disagrees = |it: &Policy| {
                !it.content
                    && !it.beats(&policy)
                    && !policy.beats(it)
                    && it.network.is_none_or(|one| policy.network.is_none_or(|it| it == one))
                    && meet(it.from, policy.from, &members)
                    && meet(it.to, policy.to, &members)
            };
            // Whoever says the same still shares the place of the winner; one is enough.
            policy.content = policy.content || policies.iter().any(disagrees);
            policies.push(policy);
        }
        let pairs = (0..PAIRS).map(|_| Self::pair(&policies, &mut dice)).collect();
        Self { policies, pairs }
    }

    /// Half of the pairs are of somebody whom some policy means.
    fn pair(policies: &[Policy], dice: &mut Dice) -> Pair {
        let mut pair = Pair {
            from: dice.roll(ADDRESSES / 2) * 2,
            to: dice.roll(ADDRESSES),
            peer: Ipv4Addr::new(10, dice.roll(8) as u8, dice.roll(256) as u8, 1),
            tls: dice.roll(2) == 0,
        };
        if dice.roll(2) == 0 {
            let policy = policies[dice.roll(policies.len())];
            let mut find = |side: Side, plain: usize| {
                let tried = (0..2_000).map(|_| dice.roll(ADDRESSES)).find(|it| side.means(*it));
                match side {
                    Side::Address(address) => address,
                    Side::Set(set) => set * (ADDRESSES / SETS) + plain % (ADDRESSES / SETS),
                    _ => tried.unwrap_or(plain),
                }
            };
            pair.from = find(policy.from, pair.from);
            pair.to = find(policy.to, pair.to);
        }
        pair
    }

    /// The rules, as an analyst would write them.
    pub fn writ(&self) -> String {
        let mut text = String::from("writ 1\norganisation acme {\n  domains ");
        let own: Vec<String> = (0..INTERNAL_DOMAINS).map(domain_name).collect();
        let _ = writeln!(text, " {}\n  on error hold\n}}", own.join(", "));
        for definition in 0..8 {
            let _ = writeln!(
                text,
                "definition d{definition} {{\n  internal portal\n  expires  after {} days\n}}",
                definition + 1
            );
        }
        for set in 0..SETS {
            let _ = writeln!(text, "addresses set-{set} {{");
            let each = ADDRESSES / SETS;
            for address in set * each..(set + 1) * each {
                let _ = writeln!(text, "  {}", address_name(address));
            }
            text.push_str("}\n");
        }
        for (number, policy) in self.policies.iter().enumerate() {
            let _ = writeln!(text, "policy p{number:05} {{");
            let _ = writeln!(text, "  why   \"Agreed with the security office, number {number}.\"");
            let _ = writeln!(text, "  from  {}", policy.from.words());
            let _ = writeln!(text, "  to    {}", policy.to.words());
            if let Some(network) = policy.network {
                let _ = writeln!(text, "  source 10.{network}.0.0/16");
            }
            if policy.content {
                text.push_str("  when  sender uses tls\n");
            }
            let says = match policy.says {
                Says::Deliver => "deliver".to_owned(),
                Says::Secure(definition) => format!("secure with d{definition}"),
                Says::Hold => "hold".to_owned(),
                Says::Bounce => "bounce \"This may not leave.\"".to_owned(),
            };
            let _ = writeln!(text, "  then  {says}\n}}");
        }
        text
    }
}
