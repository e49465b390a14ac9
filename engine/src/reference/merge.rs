//! Merge, direction and effects: from what each clause adds to one verdict.

use std::collections::BTreeSet;

use grammar::{
    literal::Address,
    tree::{Banner, EffectKind, Internal, OnError},
};

use super::{Added, Evaluator, Say};
use crate::{
    decision::{Disposition, Effect, Options, Otherwise, Verdict},
    model::outcome::{Also, Outcome},
};

impl<'m> Evaluator<'m> {
    // 6., 7. and 8. Merge, direction, effects

    pub(super) fn verdict(&mut self, to: &Address) -> Verdict {
        let mut added = self.routing(to);
        added.extend(self.content(to));
        added.extend(self.requests(to));
        added.sort_by(|one, other| one.name.cmp(&other.name));
        let internal = self.is_internal(Some(to));
        let (top, levels) = self.merge(&added, internal);
        let deciders = added
            .iter()
            .zip(&levels)
            .filter(|(it, level)| it.decides && **level == top.disposition);
        let mut decided_by: Vec<String> = deciders.map(|it| it.0.name.clone()).collect();
        if decided_by.is_empty() {
            decided_by.push("default".to_owned());
        }
        Verdict {
            recipient: to.clone(),
            internal,
            disposition: top.disposition,
            definitions: top.definitions,
            options: top.options,
            decided_by,
            text: top.text,
            releasers: top.releasers,
            otherwise: (top.disposition == Disposition::VerifiedTls)
                .then(|| self.otherwise(&added, internal)),
            effects: self.effects(&added, internal),
            trace: Vec::new(),
        }
    }

    fn otherwise(&self, added: &[Added<'m>], internal: bool) -> Box<Otherwise> {
        let inner = added.iter().filter_map(|it| match it.outcome {
            Some(Say::Outcome(Outcome::VerifiedTls(inner))) => {
                Some(Added { outcome: Some(Say::Outcome(inner)), ..it.clone() })
            }
            Some(Say::Outcome(_) | Say::OnError) | None => None,
        });
        Box::new(self.merge(&inner.collect::<Vec<_>>(), internal).0)
    }

    fn merge(&self, added: &[Added<'m>], internal: bool) -> (Otherwise, Vec<Disposition>) {
        let merged = self.options(added);
        let inside = merged.as_ref().filter(|_| internal).map(|it| it.internal);
        let levels: Vec<Disposition> = added
            .iter()
            .map(|it| match it.outcome {
                None => Disposition::Deliver,
                Some(Say::OnError) => match self.model.organisation.on_error {
                    OnError::Hold => Disposition::Hold,
                    OnError::Bounce => Disposition::Bounce,
                    OnError::Reject => Disposition::Reject,
                },
                Some(Say::Outcome(Outcome::Secure(_))) => match (it.from_internal, inside) {
                    (false, _) | (true, Some(Internal::Inbox | Internal::InboxWithBanner)) => {
                        Disposition::Deliver
                    }
                    (true, None | Some(Internal::Portal)) => Disposition::Secure,
                    (true, Some(Internal::Refuse)) => Disposition::Bounce,
                },
                Some(Say::Outcome(outcome)) => outcome.protection(),
            })
            .collect();
        let disposition = levels.iter().copied().max().unwrap_or(Disposition::Deliver);
        let secured = merged.is_some() && matches!(inside, None | Some(Internal::Portal));
        let at_top = || added.iter().zip(&levels).filter(|it| *it.1 == disposition).map(|it| it.0);
        let releasers = at_top().filter_map(|it| match it.outcome {
            Some(Say::Outcome(Outcome::Hold(Some(name)))) => Some(name.clone()),
            Some(Say::Outcome(_) | Say::OnError) | None => None,
        });
        let definitions: BTreeSet<String> =
            self.securing(added).map(|it| it.name.clone()).collect();
        let top = Otherwise {
            disposition,
            definitions: definitions.into_iter().filter(|_| secured).collect(),
            options: merged.filter(|_| secured),
            text: at_top()
                .filter(|_| disposition >= Disposition::Bounce)
                .find_map(|it| self.text(it)),
            releasers: releasers.collect::<BTreeSet<String>>().into_iter().collect(),
        };
        (top, levels)
    }

    /// Definitions of everything that secures what an internal sender sends.
    fn securing<'s>(
        &'s self,
        added: &'s [Added<'m>],
    ) -> impl Iterator<Item = &'m crate::model::definition::Definition> + 's {
        added.iter().filter(|it| it.from_internal).filter_map(|it| match it.outcome {
            Some(Say::Outcome(Outcome::Secure(number))) => self.model.definitions.get(*number),
            Some(Say::Outcome(_) | Say::OnError) | None => None,
        })
    }

    fn text(&self, added: &Added<'m>) -> Option<String> {
        match added.outcome? {
            Say::OnError => Some("The message could not be examined.".to_owned()),
            Say::Outcome(Outcome::Bounce(text) | Outcome::Reject(text)) => Some(text.clone()),
            Say::Outcome(Outcome::Secure(number)) => {
                let definition = self.model.definitions.get(*number)?;
                (definition.internal == Internal::Refuse).then(|| definition.refusal.clone())
            }
            Say::Outcome(_) => None,
        }
    }

    fn options(&self, added: &[Added<'m>]) -> Option<Options> {
        let all: Vec<_> = self.securing(added).collect();
        let retention = self.model.organisation.retention_secs;
        let expires =
            all.iter().filter_map(|it| it.expires_secs).min().unwrap_or(retention).min(retention);
        Some(Options {
            print: all.iter().all(|it| it.print),
            reply: all.iter().all(|it| it.reply),
            reply_all: all.iter().all(|it| it.reply_all),
            forward: all.iter().all(|it| it.forward),
            expires_days: u32::try_from(expires.div_ceil(86_400)).unwrap_or(u32::MAX),
            expires_secs: expires,
            on_expiry: all.iter().map(|it| it.on_expiry).max()?,
            extension_secs: all.iter().map(|it| it.extension_secs).min()?,
            read_receipt: all.iter().map(|it| it.read_receipt).max()?,
            notice: all.iter().map(|it| it.notice).max()?,
            internal: all.iter().map(|it| it.internal).max()?,
        })
    }

    fn effects(&self, added: &[Added<'m>], internal: bool) -> Vec<Effect> {
        let merged = self.options(added).map(|it| it.internal);
        let carries = internal && merged == Some(Internal::InboxWithBanner);
        let mut all = BTreeSet::new();
        let mut banners = Vec::new();
        for one in added {
            let (mine, rest): (Vec<_>, Vec<_>) =
                one.effects.iter().cloned().partition(|it| matches!(it, Effect::Banner { .. }));
            all.extend(rest);
            banners.extend(mine);
            let of_definition = self.securing(std::slice::from_ref(one)).filter(|_| carries);
            banners.extend(of_definition.filter_map(|it| shown(&it.banner)));
        }
        all.extend(banners.into_iter().next());
        all.into_iter().collect()
    }

    // Scores
}

pub(super) fn effect(also: &Also) -> Option<Effect> {
    match &also.0 {
        EffectKind::AddHeader { name, value } => {
            Some(Effect::AddHeader { name: name.value.clone(), value: value.value.clone() })
        }
        EffectKind::Banner(it) => shown(it),
        EffectKind::CopyTo(address) => Some(Effect::CopyTo(address.clone())),
        EffectKind::Notify(address) => Some(Effect::Notify(address.clone())),
        EffectKind::TagSubject(tag) => Some(Effect::TagSubject(tag.value.clone())),
    }
}

fn shown(banner: &Banner) -> Option<Effect> {
    match banner {
        Banner::None => None,
        Banner::Text(text) => Some(Effect::Banner { text: text.clone(), html: false }),
        Banner::Html(text) => Some(Effect::Banner { text: text.clone(), html: true }),
    }
}
