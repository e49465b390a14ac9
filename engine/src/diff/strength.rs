//! Whether one outcome protects at least as much as another, whatever the message.
//!
//! The order of the merge is not enough: securing acts only on what internal senders send, a bypass
//! takes it off, and each definition has its own options.

use grammar::tree::{Banner, EffectKind, Internal};

use super::List;
use crate::model::{
    Model,
    clause::Policy,
    definition::Definition,
    outcome::{Also, Outcome},
};

/// An outcome in its version.
pub(super) type Says<'m> = (&'m Model, &'m Outcome);

impl<'m> List<'m> {
    /// A definition as it is after the change; as it was where it is gone.
    fn definition(&self, (model, number): (&'m Model, usize)) -> Option<&'m Definition> {
        let is = model.definitions.get(number)?;
        let after = self.new.model().definitions.iter().find(|it| it.name == is.name);
        after.or(Some(is))
    }

    /// Whether the first protects at least as much as the second, for every message.
    pub(super) fn is_as_strong(&self, strong: Says<'m>, weak: Says<'m>) -> bool {
        match (strong.1, weak.1) {
            (_, Outcome::Deliver | Outcome::TakeNoAction)
            | (Outcome::Reject(_), _)
            | (
                Outcome::Bounce(_),
                Outcome::VerifiedTls(_)
                | Outcome::Secure(_)
                | Outcome::Hold(_)
                | Outcome::Bounce(_),
            )
            | (Outcome::Hold(_), Outcome::VerifiedTls(_)) => true,
            (Outcome::Hold(mine), Outcome::Hold(theirs)) => mine == theirs,
            (Outcome::VerifiedTls(mine), Outcome::VerifiedTls(theirs)) => {
                self.is_as_strong((strong.0, mine), (weak.0, theirs))
            }
            (Outcome::Secure(mine), Outcome::Secure(theirs)) => {
                let both =
                    self.definition((strong.0, *mine)).zip(self.definition((weak.0, *theirs)));
                both.is_some_and(|(mine, theirs)| is_as_strict(mine, theirs))
            }
            (
                Outcome::Bounce(_)
                | Outcome::Deliver
                | Outcome::Hold(_)
                | Outcome::Secure(_)
                | Outcome::TakeNoAction
                | Outcome::VerifiedTls(_),
                _,
            ) => false,
        }
    }

    /// The same for what two policies say and do besides.
    pub(super) fn does_as_much(
        &self,
        strong: (&'m Model, &'m Policy),
        weak: (&'m Model, &'m Policy),
    ) -> bool {
        self.is_as_strong((strong.0, &strong.1.then), (weak.0, &weak.1.then))
            && effects_cover(&strong.1.also, &weak.1.also)
    }
}

/// Whether every option is at least as strict.
pub(super) fn is_as_strict(strict: &Definition, lax: &Definition) -> bool {
    let allows = |it: &Definition| [it.print, it.reply, it.reply_all, it.forward];
    let expires = |it: &Definition| it.expires_secs.unwrap_or(u64::MAX);
    allows(strict).iter().zip(allows(lax)).all(|it| *it.0 <= it.1)
        && expires(strict) <= expires(lax)
        && strict.extension_secs <= lax.extension_secs
        && lax.on_expiry <= strict.on_expiry
        && lax.read_receipt <= strict.read_receipt
        && lax.notice <= strict.notice
        && lax.internal <= strict.internal
        && (!shows_banner(lax) || shows_banner(strict) || Internal::Portal <= strict.internal)
}

/// Whether an internal copy carries a banner.
pub(super) fn shows_banner(definition: &Definition) -> bool {
    definition.internal == Internal::InboxWithBanner && definition.banner != Banner::None
}

/// Whether everybody who was told is told, and a banner is there where one was.
fn effects_cover(more: &[Also], less: &[Also]) -> bool {
    let is_banner = |it: &Also| matches!(&it.0, EffectKind::Banner(it) if *it != Banner::None);
    less.iter().all(|wanted| match &wanted.0 {
        EffectKind::Banner(_) => !is_banner(wanted) || more.iter().any(is_banner),
        EffectKind::AddHeader { name, value } => more.iter().any(|it| match &it.0 {
            EffectKind::AddHeader { name: has, value: is } => {
                has.value == name.value && is.value == value.value
            }
            EffectKind::Banner(_)
            | EffectKind::CopyTo(_)
            | EffectKind::Notify(_)
            | EffectKind::TagSubject(_) => false,
        }),
        EffectKind::TagSubject(tag) => more.iter().any(|it| match &it.0 {
            EffectKind::TagSubject(has) => has.value == tag.value,
            EffectKind::AddHeader { .. }
            | EffectKind::Banner(_)
            | EffectKind::CopyTo(_)
            | EffectKind::Notify(_) => false,
        }),
        EffectKind::CopyTo(_) | EffectKind::Notify(_) => more.contains(wanted),
    })
}

/// Whether a further mailbox gets the message.
pub(super) fn copies(also: &[Also]) -> bool {
    also.iter().any(|it| matches!(it.0, EffectKind::CopyTo(_)))
}

/// Whether the first effects send a copy to a mailbox that the second do not.
pub(super) fn copies_further(also: &[Also], others: &[Also]) -> bool {
    let same = |it: &Also| others.iter().any(|other| other.0 == it.0);
    also.iter().any(|it| matches!(it.0, EffectKind::CopyTo(_)) && !same(it))
}

/// Whether a policy does nothing to a message.
pub(super) fn is_idle(policy: &Policy) -> bool {
    matches!(policy.then, Outcome::Deliver | Outcome::TakeNoAction) && policy.also.is_empty()
}

/// What is done to a message, to be read after "is".
pub(super) fn done((model, outcome): Says<'_>) -> String {
    match outcome {
        Outcome::Deliver => "delivered".to_owned(),
        Outcome::TakeNoAction => "left alone".to_owned(),
        Outcome::VerifiedTls(otherwise) => {
            format!("sent over verified TLS or else {}", done((model, otherwise)))
        }
        Outcome::Secure(number) => {
            let name = model.definitions.get(*number).map_or("", |it| it.name.as_str());
            format!("secured with `{name}`")
        }
        Outcome::Hold(None) => "held".to_owned(),
        Outcome::Hold(Some(who)) => format!("held for `{who}`"),
        Outcome::Bounce(_) => "bounced".to_owned(),
        Outcome::Reject(_) => "rejected".to_owned(),
    }
}
