//! Domains that deceive: look-alikes and mixed alphabets.
//!
//! # Standards
//!
//! Unicode Technical Standard 39: skeletons (section 4), mixed scripts (section 5).

use std::{collections::BTreeMap, sync::Arc};

use grammar::{
    literal::Domain,
    tree::{Name, Selector, SelectorKind, Side, Span},
};
use unicode_security::{MixedScript as _, skeleton};

use super::super::{Checker, memory::Task};
use crate::code;

/// The domains of an item and where it writes them, in order.
pub(in crate::check) type Written = Arc<[(Domain, Span)]>;

impl Checker<'_> {
    pub(super) fn lint_domains(&self) {
        let written = self.written_domains();
        let suspicious = self.memory.borrow().looks.suspicious();
        if suspicious.is_empty() {
            return;
        }
        let mut first: BTreeMap<&str, (&Domain, Span)> = BTreeMap::new();
        for (domain, span) in written.iter().flat_map(|it| it.iter()) {
            let Some(look) = suspicious.get(domain) else { continue };
            if look.is_mixed {
                let message = format!("`{}` mixes letters of several alphabets", domain.both());
                self.note_at(code::MIXED_SCRIPT, *span, message);
            }
            let (other, first) = *first.entry(&look.skeleton).or_insert((domain, *span));
            if other != domain {
                self.report(self.note_both(
                    code::LOOKALIKE_DOMAIN,
                    (*span, ""),
                    (first, "the other one"),
                    format!("`{}` looks like `{}`", domain.both(), other.unicode()),
                ));
            }
        }
    }

    /// The domains of every item, those of the organisation first; how they look is taken down.
    fn written_domains(&self) -> Vec<Written> {
        let items = &self.items;
        let mut all: Vec<Written> = Vec::new();
        for it in &items.organisations {
            let domains = it.domains.iter().map(|it| (&it.value.domain, it.span));
            all.push(self.domains_of(&it.name, domains));
        }
        for it in &items.domains {
            let domains = it.entries.iter().map(|it| (&it.value.domain, it.span));
            all.push(self.domains_of(&it.name, domains));
        }
        for it in &items.addresses {
            let domains = it.entries.iter().map(|it| (it.value.domain(), it.span));
            all.push(self.domains_of(&it.name, domains));
        }
        for it in &items.policies {
            let between = it.between.iter().flat_map(|it| [&it.0, &it.1]);
            let sides = it.from.iter().chain(&it.to).chain(between);
            all.push(self.domains_of(&it.name, of_sides(sides)));
        }
        for it in &items.requests {
            all.push(self.domains_of(&it.name, of_sides(it.from.iter().chain(&it.to))));
        }
        for it in &items.bypasses {
            all.push(self.domains_of(&it.name, of_sides(it.from.iter().chain(&it.to))));
        }
        all
    }

    fn domains_of<'w>(
        &self,
        item: &Name,
        domains: impl Iterator<Item = (&'w Domain, Span)>,
    ) -> Written {
        self.once(Task::Domains, item.span, || {
            let written: Written = domains.map(|it| (it.0.clone(), it.1)).collect();
            self.memory.borrow_mut().looks.add(&written);
            written
        })
    }
}

fn of_sides<'w>(sides: impl Iterator<Item = &'w Side>) -> impl Iterator<Item = (&'w Domain, Span)> {
    sides.flat_map(|it| it.any_of.iter().chain(&it.except)).filter_map(of_selector)
}

/// How all domains of a tree look to a reader.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Looks {
    /// Each domain with how often it is written.
    domains: BTreeMap<Domain, (Look, usize)>,
    /// How many domains look like this.
    alike: BTreeMap<Arc<str>, usize>,
    /// How many domains are mixed.
    mixed: usize,
    /// How many domains are more than the first of their look.
    doubled: usize,
}

/// How one domain looks.
#[derive(Clone, Debug)]
struct Look {
    is_mixed: bool,
    skeleton: Arc<str>,
}

impl Looks {
    fn add(&mut self, written: &[(Domain, Span)]) {
        for (domain, _) in written {
            if let Some((_, times)) = self.domains.get_mut(domain) {
                *times = times.saturating_add(1);
                continue;
            }
            let look = Look::of(domain);
            let alike = self.alike.entry(Arc::clone(&look.skeleton)).or_insert(0);
            self.mixed = self.mixed.saturating_add(usize::from(look.is_mixed));
            self.doubled = self.doubled.saturating_add(usize::from(*alike > 0));
            *alike = alike.saturating_add(1);
            self.domains.insert(domain.clone(), (look, 1));
        }
    }

    /// Takes back what was added.
    pub(in crate::check) fn take(&mut self, written: &[(Domain, Span)]) {
        for (domain, _) in written {
            let Some((_, times)) = self.domains.get_mut(domain) else { continue };
            *times = times.saturating_sub(1);
            if *times > 0 {
                continue;
            }
            let Some((look, _)) = self.domains.remove(domain) else { continue };
            self.mixed = self.mixed.saturating_sub(usize::from(look.is_mixed));
            let Some(alike) = self.alike.get_mut(&look.skeleton) else { continue };
            *alike = alike.saturating_sub(1);
            if *alike > 0 {
                self.doubled = self.doubled.saturating_sub(1);
            } else {
                self.alike.remove(&look.skeleton);
            }
        }
    }

    /// Domains that may deceive, and how they look.
    fn suspicious(&self) -> BTreeMap<Domain, Look> {
        if self.mixed == 0 && self.doubled == 0 {
            return BTreeMap::new();
        }
        let is_alike = |it: &Look| self.alike.get(&it.skeleton).is_some_and(|it| *it > 1);
        let all = self.domains.iter().filter(|it| it.1.0.is_mixed || is_alike(&it.1.0));
        all.map(|(domain, (look, _))| (domain.clone(), look.clone())).collect()
    }
}

impl Look {
    fn of(domain: &Domain) -> Self {
        let shown = domain.unicode();
        Self {
            is_mixed: shown.split('.').any(|it| !it.is_single_script()),
            skeleton: skeleton(&shown).collect::<String>().into(),
        }
    }
}

fn of_selector(selector: &Selector) -> Option<(&Domain, Span)> {
    match &selector.kind {
        SelectorKind::Address(address) => Some((address.domain(), selector.span)),
        SelectorKind::Domain(pattern) => Some((&pattern.domain, selector.span)),
        SelectorKind::Attribute { .. }
        | SelectorKind::Everyone
        | SelectorKind::External
        | SelectorKind::Internal
        | SelectorKind::Named { .. }
        | SelectorKind::NullSender => None,
    }
}
