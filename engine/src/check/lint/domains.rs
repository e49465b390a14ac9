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
        let mut seen: BTreeMap<String, (String, Span)> = BTreeMap::new();
        for (domain, span) in self.written_domains() {
            let shown = domain.unicode();
            if shown.split('.').any(|it| !it.is_single_script()) {
                let message = format!("`{}` mixes letters of several alphabets", domain.both());
                self.note_at(code::MIXED_SCRIPT, span, message);
            }
            let look: String = skeleton(&shown).collect();
            match seen.get(&look) {
                Some((other, _)) if *other == shown => {}
                Some((other, first)) => self.report(self.note_both(
                    code::LOOKALIKE_DOMAIN,
                    (span, ""),
                    (*first, "the other one"),
                    format!("`{}` looks like `{other}`", domain.both()),
                )),
                None => drop(seen.insert(look, (shown, span))),
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
