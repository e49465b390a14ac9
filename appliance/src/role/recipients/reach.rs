//! Whom mail for an address reaches in the end.

use std::collections::BTreeSet;

use anyhow::{bail, ensure};
use grammar::literal::{Address, Date};

use super::{Domains, Look, MEMBERS_MAX, NESTING_MAX, Recipients, line::Who};

/// One whom mail for another address would reach.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Reached {
    /// Who.
    pub(crate) address: Address,
    /// Whether it takes mail.
    pub(crate) takes: Takes,
}

/// Whether somebody takes mail.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Takes {
    /// No; the sender reads this.
    Nothing(String),
    /// Yes.
    Mail,
    /// Nothing is said of it.
    Unknown,
}

impl Recipients {
    /// Whom mail for an address reaches on a day, each once, and at least one: the address itself where
    /// it leads nowhere.
    pub(crate) fn reach(&self, address: &Address, day: Date) -> Vec<Reached> {
        let (mut reached, mut seen) = (Vec::new(), BTreeSet::new());
        let mut left = vec![address.clone()];
        while let Some(address) = left.pop() {
            if !seen.insert(address.clone()) {
                continue;
            }
            let takes = match self.look(&address, day) {
                Look::Closed(text) => Takes::Nothing(text.to_owned()),
                Look::There => Takes::Mail,
                Look::Unknown => Takes::Unknown,
                Look::Leads(to) => {
                    // The first comes out first.
                    left.extend(to.into_iter().rev());
                    continue;
                }
            };
            reached.push(Reached { address, takes });
        }
        if reached.is_empty() {
            // Whatever the lines say, mail is never for nobody.
            reached.push(Reached { address: address.clone(), takes: Takes::Unknown });
        }
        reached
    }

    /// Looks whether what a line leads to ends.
    ///
    /// # Errors
    ///
    /// It comes back to itself, by way of too many, or leads to too many.
    pub(super) fn check(&self, who: &Who) -> anyhow::Result<()> {
        match who {
            Who::Person(address) => {
                let mut way = Vec::new();
                let mut found = BTreeSet::new();
                self.walk(address, &mut way, &mut found, &mut 0)
            }
            Who::Domain(domain) => {
                let mut at = domain;
                for _ in 0..NESTING_MAX {
                    let Some(Domains::Leads(to)) = self.domains.get(at) else { return Ok(()) };
                    ensure!(to != domain, "the mail of `@{domain}` comes back to it");
                    at = to;
                }
                bail!("the mail of `@{domain}` goes by way of more than {NESTING_MAX} domains")
            }
        }
    }

    fn walk(
        &self,
        address: &Address,
        way: &mut Vec<Address>,
        found: &mut BTreeSet<Address>,
        steps: &mut usize,
    ) -> anyhow::Result<()> {
        let Some(to) = self.leads(address) else {
            found.insert(address.clone());
            ensure!(found.len() <= MEMBERS_MAX, "it leads to more than {MEMBERS_MAX} people");
            return Ok(());
        };
        if let Some(again) = way.iter().position(|it| it == address) {
            let around: Vec<String> = way.iter().skip(again).map(|it| format!("`{it}`")).collect();
            bail!("its mail goes round in a circle: {}", around.join(", "));
        }
        ensure!(way.len() < NESTING_MAX, "it leads by way of more than {NESTING_MAX} others");
        // Lists that name one another's lists could be walked for ever.
        *steps = steps.saturating_add(1);
        ensure!(*steps <= MEMBERS_MAX, "it leads by way of too many others");
        way.push(address.clone());
        for next in &to {
            self.walk(next, way, found, steps)?;
        }
        way.pop();
        Ok(())
    }
}
