//! The merge: what all contributions of one recipient come to. The most protective wins;
//! definitions merge to the strictest, option by option; effects are the union.

use std::collections::BTreeSet;

use grammar::tree::{Banner, EffectKind, Internal, OnError};

use crate::{
    decision::{Disposition, Effect, Options, Otherwise},
    model::{
        Model,
        definition::Definition,
        outcome::{Also, Outcome},
    },
    seeded,
};

/// What a sender reads when a message could not be examined and `on error` refuses it.
pub(crate) const ON_ERROR_TEXT: &str = "The message could not be examined.";

/// One clause's share in the decision for one recipient.
#[derive(Clone, Debug)]
pub(crate) struct Contribution<'m> {
    /// Of the clause; `default` for the default.
    pub(crate) name: &'m str,
    pub(crate) share: Share<'m>,
    /// The address that matched its From is internal; `secure` acts only then.
    pub(crate) from_internal: bool,
    pub(crate) effects: Vec<Effect>,
}

/// What a clause says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Share<'m> {
    /// No protection: a bypass took it, or the clause is one.
    Nothing,
    /// It could not be told; the organisation's `on error` holds.
    OnError,
    Says(&'m Outcome),
}

/// What all contributions come to.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub(crate) disposition: Disposition,
    pub(crate) definitions: Vec<String>,
    pub(crate) options: Option<Options>,
    pub(crate) text: Option<String>,
    pub(crate) releasers: Vec<String>,
    pub(crate) otherwise: Option<Box<Otherwise>>,
    pub(crate) effects: Vec<Effect>,
    /// Numbers of contributions whose text or banner stands behind another's.
    pub(crate) unused_texts: Vec<usize>,
}

/// Merges the contributions, sorted by name, for an internal or external recipient.
pub(crate) fn merge(model: &Model, shares: &[Contribution<'_>], internal: bool) -> Merged {
    let definitions: Vec<(usize, &Definition)> = shares
        .iter()
        .enumerate()
        .filter_map(|(at, it)| Some((at, secured_with(model, it)?)))
        .collect();
    let options = strictest(model, definitions.iter().map(|it| it.1));
    let secured =
        options.as_ref().map_or(Disposition::Deliver, |it| secured_level(it.internal, internal));
    let levels: Vec<Disposition> =
        shares.iter().map(|it| level(model, it.share, it.from_internal, secured)).collect();
    let disposition = levels.iter().copied().max().unwrap_or(Disposition::Deliver);
    let texts = texts(shares, &levels, disposition, &definitions);
    let mut unused_texts: Vec<usize> = texts.iter().skip(1).map(|it| it.0).collect();
    let (effects, unused_banners) =
        effects(shares, internal, options.as_ref(), &definitions, secured);
    unused_texts.extend(unused_banners);
    unused_texts.sort_unstable();
    unused_texts.dedup();
    let kept = secured == Disposition::Secure;
    Merged {
        disposition,
        definitions: if kept { names(&definitions) } else { Vec::new() },
        options: options.filter(|_| kept),
        text: texts.into_iter().next().map(|it| it.1),
        releasers: releasers(shares, disposition),
        otherwise: (disposition == Disposition::VerifiedTls)
            .then(|| otherwise(model, shares, internal)),
        effects,
        unused_texts,
    }
}

/// The definition that a contribution secures with, where securing acts.
fn secured_with<'m>(model: &'m Model, it: &Contribution<'m>) -> Option<&'m Definition> {
    match it.share {
        Share::Says(Outcome::Secure(definition)) if it.from_internal => {
            model.definitions.get(*definition)
        }
        Share::Nothing | Share::OnError | Share::Says(_) => None,
    }
}

/// What securing comes to for a recipient: the definition's `internal` line inside.
pub(crate) fn secured_level(inside: Internal, internal: bool) -> Disposition {
    match (internal, inside) {
        (false, _) | (true, Internal::Portal) => Disposition::Secure,
        (true, Internal::Inbox | Internal::InboxWithBanner) => Disposition::Deliver,
        (true, Internal::Refuse) => Disposition::Bounce,
    }
}

/// How much a share protects, where securing comes to `secured`.
pub(crate) fn level(
    model: &Model,
    share: Share<'_>,
    from_internal: bool,
    secured: Disposition,
) -> Disposition {
    match share {
        Share::Nothing => Disposition::Deliver,
        Share::OnError => match model.organisation.on_error {
            OnError::Hold => Disposition::Hold,
            OnError::Bounce => Disposition::Bounce,
            OnError::Reject => Disposition::Reject,
        },
        Share::Says(outcome) => match outcome {
            Outcome::Deliver | Outcome::TakeNoAction => Disposition::Deliver,
            Outcome::VerifiedTls(_) => Disposition::VerifiedTls,
            Outcome::Secure(_) if from_internal => secured,
            Outcome::Secure(_) => Disposition::Deliver,
            Outcome::Hold(_) if seeded::HOLD_LOSES_TO_SECURE && secured == Disposition::Secure => {
                Disposition::Deliver
            }
            Outcome::Hold(_) => Disposition::Hold,
            Outcome::Bounce(_) => Disposition::Bounce,
            Outcome::Reject(_) => Disposition::Reject,
        },
    }
}

/// Merges definitions option by option; nothing of none.
fn strictest<'m>(
    model: &Model,
    definitions: impl Iterator<Item = &'m Definition>,
) -> Option<Options> {
    let retention = model.organisation.retention_secs;
    definitions.map(|it| options_of(it, retention)).reduce(stricter)
}

/// The stricter of two, option by option.
#[expect(clippy::needless_pass_by_value, reason = "the form of what `reduce` calls")]
pub(crate) fn stricter(one: Options, other: Options) -> Options {
    Options {
        print: one.print && other.print,
        reply: one.reply && other.reply,
        reply_all: one.reply_all && other.reply_all,
        forward: one.forward && other.forward,
        expires_days: one.expires_days.min(other.expires_days),
        expires_secs: one.expires_secs.min(other.expires_secs),
        on_expiry: one.on_expiry.max(other.on_expiry),
        extension_secs: one.extension_secs.min(other.extension_secs),
        read_receipt: one.read_receipt.max(other.read_receipt),
        notice: one.notice.max(other.notice),
        internal: one.internal.max(other.internal),
    }
}

/// The options of one definition, the retention applied.
pub(crate) fn options_of(definition: &Definition, retention_secs: u64) -> Options {
    let expires_secs = definition.expires_secs.unwrap_or(u64::MAX).min(retention_secs);
    Options {
        print: definition.print,
        reply: definition.reply,
        reply_all: definition.reply_all,
        forward: definition.forward,
        expires_days: u32::try_from(expires_secs.div_ceil(86_400)).unwrap_or(u32::MAX),
        expires_secs,
        on_expiry: definition.on_expiry,
        extension_secs: definition.extension_secs,
        read_receipt: definition.read_receipt,
        notice: definition.notice,
        internal: definition.internal,
    }
}

fn names(definitions: &[(usize, &Definition)]) -> Vec<String> {
    let names: BTreeSet<&str> = definitions.iter().map(|it| it.1.name.as_str()).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Every text that could stand in the bounce or reject, by name of the clause.
fn texts(
    shares: &[Contribution<'_>],
    levels: &[Disposition],
    disposition: Disposition,
    definitions: &[(usize, &Definition)],
) -> Vec<(usize, String)> {
    if disposition < Disposition::Bounce {
        return Vec::new();
    }
    let refuses =
        |at: usize| definitions.iter().find(|it| it.0 == at && it.1.internal == Internal::Refuse);
    let mut texts: Vec<(usize, String)> = Vec::new();
    for (at, share) in shares.iter().enumerate().filter(|it| levels.get(it.0) == Some(&disposition))
    {
        let text = match share.share {
            Share::OnError => Some(ON_ERROR_TEXT.to_owned()),
            Share::Says(Outcome::Bounce(text) | Outcome::Reject(text)) => Some(text.clone()),
            Share::Says(Outcome::Secure(_)) => refuses(at).map(|it| it.1.refusal.clone()),
            Share::Nothing | Share::Says(_) => None,
        };
        texts.extend(text.map(|it| (at, it)));
    }
    let first = texts.first().map(|it| it.1.clone());
    let mut seen = 0_usize;
    texts.retain(|it| {
        seen = seen.saturating_add(1);
        seen == 1 || Some(&it.1) != first.as_ref()
    });
    texts
}

fn releasers(shares: &[Contribution<'_>], disposition: Disposition) -> Vec<String> {
    if disposition != Disposition::Hold {
        return Vec::new();
    }
    let named: BTreeSet<&str> = shares
        .iter()
        .filter_map(|it| match it.share {
            Share::Says(Outcome::Hold(releasers)) => releasers.as_deref(),
            Share::Nothing | Share::OnError | Share::Says(_) => None,
        })
        .collect();
    named.into_iter().map(str::to_owned).collect()
}

/// The union of effects; of several banners the first by name of the clause.
fn effects(
    shares: &[Contribution<'_>],
    internal: bool,
    options: Option<&Options>,
    definitions: &[(usize, &Definition)],
    secured: Disposition,
) -> (Vec<Effect>, Vec<usize>) {
    let mut all: BTreeSet<Effect> = BTreeSet::new();
    let mut banners: Vec<(usize, Effect)> = Vec::new();
    for (at, share) in shares.iter().enumerate() {
        for effect in &share.effects {
            match effect {
                Effect::Banner { .. } => banners.push((at, effect.clone())),
                Effect::AddHeader { .. }
                | Effect::CopyTo(_)
                | Effect::Notify(_)
                | Effect::StripTag(_)
                | Effect::TagSubject(_) => drop(all.insert(effect.clone())),
            }
        }
    }
    let with_banner = options.is_some_and(|it| it.internal == Internal::InboxWithBanner);
    if internal && with_banner && secured == Disposition::Deliver {
        let of_definitions =
            definitions.iter().filter_map(|it| Some((it.0, banner(&it.1.banner)?)));
        banners.extend(of_definitions);
        banners.sort_by_key(|it| it.0);
    }
    let first = banners.first().map(|it| it.1.clone());
    let unused = banners.iter().filter(|it| Some(&it.1) != first.as_ref()).map(|it| it.0).collect();
    all.extend(first);
    (all.into_iter().collect(), unused)
}

fn banner(banner: &Banner) -> Option<Effect> {
    match banner {
        Banner::None => None,
        Banner::Text(text) => Some(Effect::Banner { text: text.clone(), html: false }),
        Banner::Html(text) => Some(Effect::Banner { text: text.clone(), html: true }),
    }
}

/// The effects of `also` lines.
pub(crate) fn effects_of(also: &[Also]) -> Vec<Effect> {
    let effect = |it: &Also| match &it.0 {
        EffectKind::AddHeader { name, value } => {
            Some(Effect::AddHeader { name: name.value.clone(), value: value.value.clone() })
        }
        EffectKind::Banner(text) => banner(text),
        EffectKind::CopyTo(address) => Some(Effect::CopyTo(address.clone())),
        EffectKind::Notify(address) => Some(Effect::Notify(address.clone())),
        EffectKind::TagSubject(tag) => Some(Effect::TagSubject(tag.value.clone())),
    };
    also.iter().filter_map(effect).collect()
}

/// The merge of what contributions say for domains that do not prove verified TLS.
fn otherwise(model: &Model, shares: &[Contribution<'_>], internal: bool) -> Box<Otherwise> {
    let alternatives: Vec<Contribution<'_>> = shares
        .iter()
        .filter_map(|it| match it.share {
            Share::Says(Outcome::VerifiedTls(otherwise)) => Some(Contribution {
                share: Share::Says(otherwise.as_ref()),
                effects: Vec::new(),
                ..it.clone()
            }),
            Share::Nothing | Share::OnError | Share::Says(_) => None,
        })
        .collect();
    let merged = merge(model, &alternatives, internal);
    Box::new(Otherwise {
        disposition: merged.disposition,
        definitions: merged.definitions,
        options: merged.options,
        text: merged.text,
        releasers: merged.releasers,
    })
}
