//! Definitions of secure messaging, with what they inherit.

use std::collections::BTreeMap;

use grammar::{
    diagnostic::Diagnostic,
    tree::{self, ItemKind, Limit, Span},
};

use super::{
    Checker,
    names::{Entry, NameKind, span_of},
};
use crate::{code, model::definition::Definition};

impl Checker<'_> {
    /// Every definition, in the order of their numbers.
    pub(super) fn definitions(&self) -> Vec<Definition> {
        let entries = self.names.of_kind(NameKind::Definition);
        let mut chains: BTreeMap<Span, Vec<&tree::Definition>> = BTreeMap::new();
        for entry in &entries {
            if let ItemKind::Definition(written) = entry.item {
                chains.insert(written.name.span, self.chain(written));
            }
        }
        entries.iter().filter_map(|it| self.definition(it, &chains)).collect()
    }

    /// A definition and what it is based on, itself first; reports a circle.
    fn chain<'a>(&'a self, written: &'a tree::Definition) -> Vec<&'a tree::Definition> {
        let mut chain = vec![written];
        let mut current = written;
        while let Some(base) = &current.based_on {
            let found = if chain.len() == 1 {
                self.resolve(base, &[NameKind::Definition])
            } else {
                // Reported where that definition is checked itself.
                self.names.find(base, &[NameKind::Definition]).ok()
            };
            let Some(ItemKind::Definition(next)) = found.map(|it| it.item) else { break };
            if chain.iter().any(|it| it.name.span == next.name.span) {
                if next.name.span == written.name.span {
                    let message = format!("`{}` is based on itself", written.name.value);
                    self.report(
                        Diagnostic::new(code::DEFINITION_CYCLE, message)
                            .primary(span_of(base), "")
                            .note("of those that are based on each other, one must stand alone"),
                    );
                }
                break;
            }
            chain.push(next);
            current = next;
        }
        chain
    }

    fn definition(
        &self,
        entry: &Entry<'_>,
        chains: &BTreeMap<Span, Vec<&tree::Definition>>,
    ) -> Option<Definition> {
        let ItemKind::Definition(written) = entry.item else { return None };
        let mut definition = Definition::plain(&entry.label);
        for layer in chains.get(&written.name.span)?.iter().rev() {
            self.put(&mut definition, layer);
        }
        if definition.reply_all && !definition.reply {
            let message = format!("`{}` allows reply all and denies reply", written.name.value);
            let here = written
                .reply_all
                .as_ref()
                .map(|it| it.span)
                .or(written.reply.as_ref().map(|it| it.span));
            let place = here.unwrap_or(written.name.span);
            self.report(
                Diagnostic::new(code::REPLY_ALL, message)
                    .primary(place, "")
                    .note("write `reply all denied`, or `reply allowed`"),
            );
        }
        Some(definition)
    }

    /// Puts the options that a layer sets over those below it.
    fn put(&self, definition: &mut Definition, layer: &tree::Definition) {
        set(&mut definition.internal, layer.internal.as_ref().map(|it| it.value));
        set(&mut definition.print, layer.print.as_ref().map(|it| it.value));
        set(&mut definition.reply, layer.reply.as_ref().map(|it| it.value));
        set(&mut definition.reply_all, layer.reply_all.as_ref().map(|it| it.value));
        set(&mut definition.forward, layer.forward.as_ref().map(|it| it.value));
        set(&mut definition.on_expiry, layer.on_expiry.as_ref().map(|it| it.value));
        set(&mut definition.read_receipt, layer.read_receipt.as_ref().map(|it| it.value));
        set(&mut definition.notice, layer.notice.as_ref().map(|it| it.value));
        set(&mut definition.banner, layer.banner.as_ref().map(|it| it.value.clone()));
        set(&mut definition.refusal, layer.refusal.as_ref().map(|it| it.value.clone()));
        set(&mut definition.expires_secs, layer.expires.as_ref().map(|it| secs(it.value)));
        set(
            &mut definition.extension_secs,
            layer.extension.as_ref().map(|it| secs(it.value).unwrap_or(0)),
        );
        if let Some(description) = &layer.description {
            definition.description = Some(description.value.clone());
        }
        if !layer.available_to.is_empty() {
            definition.available_to = self.selectors(&layer.available_to);
        }
    }
}

fn set<T>(option: &mut T, written: Option<T>) {
    if let Some(written) = written {
        *option = written;
    }
}

fn secs(limit: Limit) -> Option<u64> {
    match limit {
        Limit::After(duration) => Some(duration.secs()),
        Limit::Never => None,
    }
}
