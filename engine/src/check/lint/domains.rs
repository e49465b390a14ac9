//! Domains that deceive: look-alikes and mixed alphabets.
//!
//! # Standards
//!
//! Unicode Technical Standard 39: skeletons (section 4), mixed scripts (section 5).

use std::collections::BTreeMap;

use grammar::{
    literal::Domain,
    tree::{Selector, SelectorKind, Side, Span},
};
use unicode_security::{MixedScript as _, skeleton};

use super::super::Checker;
use crate::code;

impl Checker<'_> {
    pub(super) fn lint_domains(&self) {
        // The same domain stands in many addresses.
        let mut looks: BTreeMap<&Domain, Look> = BTreeMap::new();
        let mut first: BTreeMap<String, (&Domain, Span)> = BTreeMap::new();
        for (domain, span) in self.written_domains() {
            let look = looks.entry(domain).or_insert_with(|| Look::of(domain));
            if look.is_mixed {
                let message = format!("`{}` mixes letters of several alphabets", domain.both());
                self.note_at(code::MIXED_SCRIPT, span, message);
            }
            if look.is_first {
                continue;
            }
            match first.get(&look.skeleton) {
                Some((other, first)) => self.report(self.note_both(
                    code::LOOKALIKE_DOMAIN,
                    (span, ""),
                    (*first, "the other one"),
                    format!("`{}` looks like `{}`", domain.both(), other.unicode()),
                )),
                None => {
                    look.is_first = true;
                    first.insert(look.skeleton.clone(), (domain, span));
                }
            }
        }
    }

    /// Every domain of the rules, those of the organisation first.
    fn written_domains(&self) -> Vec<(&Domain, Span)> {
        let items = &self.items;
        let mut all: Vec<(&Domain, Span)> = Vec::new();
        for organisation in &items.organisations {
            all.extend(organisation.domains.iter().map(|it| (&it.value.domain, it.span)));
        }
        for set in &items.domains {
            all.extend(set.entries.iter().map(|it| (&it.value.domain, it.span)));
        }
        for set in &items.addresses {
            all.extend(set.entries.iter().map(|it| (it.value.domain(), it.span)));
        }
        for side in self.sides() {
            all.extend(side.any_of.iter().chain(&side.except).filter_map(of_selector));
        }
        all
    }

    /// Every side that is written in a policy, a request or a bypass.
    pub(super) fn sides(&self) -> Vec<&Side> {
        let items = &self.items;
        let policies = items.policies.iter().flat_map(|it| [&it.from, &it.to]);
        let requests = items.requests.iter().flat_map(|it| [&it.from, &it.to]);
        let bypasses = items.bypasses.iter().flat_map(|it| [&it.from, &it.to]);
        let between = items.policies.iter().filter_map(|it| it.between.as_ref());
        let between = between.flat_map(|it| [&it.0, &it.1]);
        policies.chain(requests).chain(bypasses).flatten().chain(between).collect()
    }
}

/// How a domain looks to a reader.
struct Look {
    is_mixed: bool,
    skeleton: String,
    /// No other one looked like it before.
    is_first: bool,
}

impl Look {
    fn of(domain: &Domain) -> Self {
        let shown = domain.unicode();
        Self {
            is_mixed: shown.split('.').any(|it| !it.is_single_script()),
            skeleton: skeleton(&shown).collect(),
            is_first: false,
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
