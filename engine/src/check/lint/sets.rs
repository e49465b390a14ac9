//! Sets and what is in them: entries that stand twice or are covered, sets that are the same.

use std::{collections::BTreeMap, fmt::Display, hash::Hasher as _, sync::Arc};

use grammar::{
    literal::{DomainPattern, Network},
    tree::{Name, Source, Spanned, Term, Terms},
};

use siphasher::sip::SipHasher13;

use super::{
    super::{Checker, memory::Task},
    doubles,
};
use crate::{code, facts::Directory, normal};

/// Entries of a set up to which each is compared with each other one; a larger one is a list that a
/// program wrote.
const COMPARED_MAX: usize = 5_000;

impl Checker<'_> {
    pub(super) fn lint_sets(&self) {
        let items = &self.items;
        for set in &items.addresses {
            self.once(Task::Lints, set.name.span, || self.lint_doubles(&set.entries));
        }
        for set in &items.domains {
            self.once(Task::Lints, set.name.span, || {
                self.lint_doubles(&set.entries);
                self.lint_covered_domains(&set.entries);
            });
        }
        for organisation in &items.organisations {
            self.lint_covered_domains(&organisation.domains);
            self.lint_wide(&self.written_networks(&organisation.relay_networks));
        }
        for set in &items.networks {
            self.once(Task::Lints, set.name.span, || {
                self.lint_doubles(&set.entries);
                self.lint_covered_networks(&set.entries);
                self.lint_wide(&set.entries);
            });
        }
        for source in items.policies.iter().map(|it| &it.source) {
            self.lint_wide(&self.written_networks(source));
        }
        self.lint_equal_sets();
        self.lint_directory_twice();
        self.refuse_double_ranks();
    }

    fn written_networks(&self, sources: &[Source]) -> Vec<Spanned<Network>> {
        let network = |it: &Source| match it {
            Source::Network(it) => Some(it.clone()),
            Source::Named(_) => None,
        };
        sources.iter().filter_map(network).collect()
    }

    fn lint_doubles<T: Ord + Display>(&self, entries: &[Spanned<T>]) {
        for (first, _, again) in doubles(entries, |it| Some(&it.value)) {
            let Some(before) = entries.get(first) else { continue };
            let words = before.value.to_string().to_lowercase();
            let finding = self.note_both(
                code::ENTRY_TWICE,
                (again.span, "again here"),
                (before.span, "first here"),
                format!("`{words}` stands twice in this set"),
            );
            self.report(finding.fix(self.without_lines("take the second away", again.span)));
        }
    }

    fn lint_covered_domains(&self, entries: &[Spanned<DomainPattern>]) {
        let wide: BTreeMap<&str, &Spanned<DomainPattern>> = entries
            .iter()
            .filter(|it| it.value.wildcard)
            .map(|it| (it.value.domain.as_str(), it))
            .collect();
        for entry in entries.iter().filter(|_| !wide.is_empty()) {
            let name = entry.value.domain.as_str();
            let above =
                name.match_indices('.').filter_map(|(at, _)| name.get(at.saturating_add(1)..));
            let Some(cover) = above.filter_map(|it| wide.get(it)).next() else { continue };
            let finding = self.note_both(
                code::DOMAIN_COVERED,
                (entry.span, ""),
                (cover.span, "it is below this one"),
                format!("`{}` adds nothing to `{}`", entry.value, cover.value),
            );
            self.report(finding.fix(self.without_lines("take it away", entry.span)));
        }
    }

    fn lint_covered_networks(&self, entries: &[Spanned<Network>]) {
        // Sorted by its first address and by size, what covers a network stands before it.
        let mut sorted: Vec<&Spanned<Network>> = entries.iter().collect();
        sorted.sort_by_key(|it| (it.value.first(), it.value.prefix()));
        let mut open: Vec<&Spanned<Network>> = Vec::new();
        for entry in sorted {
            while open.last().is_some_and(|it| !it.value.contains(entry.value.first())) {
                open.pop();
            }
            if let Some(cover) = open.last().filter(|it| it.value != entry.value) {
                let finding = self.note_both(
                    code::NETWORK_COVERED,
                    (entry.span, ""),
                    (cover.span, "it is within this one"),
                    format!("`{}` adds nothing to `{}`", entry.value, cover.value),
                );
                self.report(finding.fix(self.without_lines("take it away", entry.span)));
            }
            open.push(entry);
        }
    }

    fn lint_wide(&self, networks: &[Spanned<Network>]) {
        for network in networks.iter().filter(|it| it.value.prefix() == 0) {
            let message = format!("`{}` is every address there is", network.value);
            self.note_at(code::NETWORK_WIDE, network.span, message);
        }
    }

    /// Terms of a dictionary that stand twice.
    pub(super) fn lint_double_terms(&self, set: &Terms) {
        let key = |it: &&Term| {
            let near = it.near.as_ref().map(|it| normal::normalise(&it.value));
            let exact = it.exact_case.then(|| it.text.value.clone());
            Some((normal::normalise(&it.text.value), near, exact, it.whole_word))
        };
        for (first, _, term) in doubles(set.entries.iter(), key) {
            let Some(before) = set.entries.get(first) else { continue };
            let finding = self.note_both(
                code::TERM_TWICE,
                (term.text.span, "again here"),
                (before.text.span, "first here"),
                format!("\"{}\" stands twice in `{}`", term.text.value, set.name.value),
            );
            self.report(finding.fix(self.without_lines("take the second away", term.text.span)));
        }
    }

    fn lint_equal_sets(&self) {
        let items = &self.items;
        self.lint_equal(items.addresses.iter().map(|it| (&it.name, it.entries.as_slice())));
        self.lint_equal(items.domains.iter().map(|it| (&it.name, it.entries.as_slice())));
        self.lint_equal(items.networks.iter().map(|it| (&it.name, it.entries.as_slice())));
    }

    fn lint_equal<'t, T: Clone + Display + Ord + Send + Sync + 'static>(
        &self,
        sets: impl Iterator<Item = (&'t Name, &'t [Spanned<T>])>,
    ) {
        let filled = sets.filter(|it| !it.1.is_empty());
        let sorted = |(name, entries): (&'t Name, &'t [Spanned<T>])| {
            (name, self.once(Task::Sorted, name.span, || members(entries)))
        };
        let all: Vec<_> = filled.map(sorted).collect();
        for (first, _, (name, _)) in doubles(&all, |it| Some(&it.1)) {
            let Some((before, _)) = all.get(first) else { continue };
            self.report(self.note_both(
                code::SETS_EQUAL,
                (name.span, ""),
                (before.span, "the other one"),
                format!("`{}` has the same members as `{}`", name.value, before.value),
            ));
        }
    }

    fn lint_directory_twice(&self) {
        let groups = self.items.groups.iter().map(|it| ("group", &it.name, &it.directory));
        let attributes =
            self.items.attributes.iter().map(|it| ("attribute", &it.name, &it.directory));
        let all: Vec<_> = groups.chain(attributes).collect();
        for (first, _, (kind, name, path)) in
            doubles(all.iter().copied(), |it| Some((it.0, Directory::group(&it.2.value))))
        {
            let Some((_, before, _)) = all.get(first) else { continue };
            self.report(self.note_both(
                code::DIRECTORY_TWICE,
                (name.span, ""),
                (before.span, "the other one"),
                format!(
                    "`{}` and `{}` are one {kind}, \"{}\"",
                    name.value, before.value, path.value
                ),
            ));
        }
    }

    fn refuse_double_ranks(&self) {
        for attribute in &self.items.attributes {
            for (first, _, rank) in
                doubles(attribute.order.iter(), |it| Some(Directory::value(&it.value)))
            {
                let Some(before) = attribute.order.get(first) else { continue };
                self.report(self.note_both(
                    code::ORDER_TWICE,
                    (rank.span, "again here"),
                    (before.span, "first here"),
                    format!("`{}` stands twice in the order", rank.value),
                ));
            }
        }
    }
}

/// What a set holds, in order, and how many entries that are; the digest tells most sets apart at once.
fn members<T: Clone + Display + Ord>(entries: &[Spanned<T>]) -> (usize, u64, Arc<[T]>) {
    let mut members: Vec<&T> = entries.iter().take(COMPARED_MAX).map(|it| &it.value).collect();
    members.sort_unstable();
    members.dedup();
    let mut digest = SipHasher13::new();
    members.first().iter().for_each(|it| digest.write(it.to_string().as_bytes()));
    members.last().iter().for_each(|it| digest.write(it.to_string().as_bytes()));
    (entries.len(), digest.finish(), members.into_iter().cloned().collect())
}
