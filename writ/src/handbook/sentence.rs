//! Rules as sentences.

use grammar::tree::{
    AuthenticationMethod, Banner, Compare, Condition, ConditionKind, Effect, EffectKind, Findable,
    Outcome, OutcomeKind, Reference, Relation, Selector, SelectorKind, Side, Source, Spanned,
    Validity,
};
use maud::{Markup, html};

use super::book::Book;
use crate::plain::plain;

impl Book<'_> {
    /// A name, with a link to where the handbook tells of it.
    pub(super) fn name(&self, reference: &Reference, kinds: &[&str]) -> Markup {
        let qualifier = reference.qualifier.as_ref().map(|it| format!("{}.", it.value));
        let shown = plain(&format!("{}{}", qualifier.unwrap_or_default(), reference.name.value));
        match self.anchor_of(reference, kinds) {
            Some(anchor) => html! { a href={ "#" (anchor) } { (shown) } },
            None => html! { b { (shown) } },
        }
    }

    /// Whom a side means: `anyone inside, except …`.
    pub(super) fn side(&self, side: Option<&Side>) -> Markup {
        let Some(side) = side else { return html! { "anyone" } };
        let any = side.any_of.iter().map(|it| self.people(it)).collect();
        let except: Vec<Markup> = side.except.iter().map(|it| self.people(it)).collect();
        html! {
            (joined(any, "or"))
            @if !except.is_empty() { ", except " (joined(except, "and")) "," }
        }
    }

    /// A list of people.
    pub(super) fn everybody(&self, selectors: &[Selector]) -> Markup {
        joined(selectors.iter().map(|it| self.people(it)).collect(), "or")
    }

    fn people(&self, selector: &Selector) -> Markup {
        match &selector.kind {
            SelectorKind::Everyone => html! { "anyone" },
            SelectorKind::Internal => html! { "anyone inside" },
            SelectorKind::External => html! { "anyone outside" },
            SelectorKind::NullSender => html! { "a mail system (no sender address)" },
            SelectorKind::Domain(pattern) if pattern.wildcard => {
                html! { "anyone below " code { (pattern.domain.both()) } }
            }
            SelectorKind::Domain(pattern) => {
                html! { "anyone at " code { (pattern.domain.both()) } }
            }
            SelectorKind::Named { name, .. } => {
                html! { "anyone in " (self.name(name, &["set"])) }
            }
            SelectorKind::Attribute { attribute, relation, value } => html! {
                "anyone whose " b { (attribute.name.value) } " is "
                @match relation {
                    Relation::AtLeast => "at least ",
                    Relation::Is => "",
                }
                (plain(&value.value))
            },
            SelectorKind::Address(address) => html! { code { (plain(&address.to_string())) } },
        }
    }

    /// Where the message must come from: ` from the networks …`.
    pub(super) fn sources(&self, sources: &[Source]) -> Markup {
        let each = sources.iter().map(|it| match it {
            Source::Named(name) => self.name(name, &["networks"]),
            Source::Network(network) => html! { code { (network.value) } },
        });
        html! { @if !sources.is_empty() { ", from the network " (joined(each.collect(), "or")) "," } }
    }

    /// How the sender is read, when it is not the envelope's.
    pub(super) fn compare(compare: Option<&Spanned<Compare>>) -> Markup {
        let words = match compare.map(|it| it.value) {
            None | Some(Compare::Envelope) => "",
            Some(Compare::Header) => " (as the From line of the message says)",
            Some(Compare::Either) => " (by the envelope or by the From line)",
        };
        html! { (words) }
    }

    /// ` and payment-data activates`.
    pub(super) fn conditions(&self, when: &[Condition]) -> Markup {
        html! { @for it in when { " and " (self.condition(it)) } }
    }

    fn condition(&self, condition: &Condition) -> Markup {
        let not = if condition.negated { "not " } else { "" };
        let texts = |list: &[grammar::tree::Text]| {
            joined(list.iter().map(|it| html! { code { (plain(&it.value)) } }).collect(), "or")
        };
        match &condition.kind {
            ConditionKind::Activates(name) => {
                let verb = if condition.negated { " does not activate" } else { " activates" };
                html! { (self.name(name, &["examination"])) (verb) }
            }
            ConditionKind::AttachmentType(types) => {
                html! { "an attachment is " (not) "of type " (texts(types)) }
            }
            ConditionKind::AttachmentName(names) => {
                html! { "an attachment is " (not) "named like " (texts(names)) }
            }
            ConditionKind::AttachmentLarger(size) => {
                html! { "an attachment is " (not) "larger than " (size.value) }
            }
            ConditionKind::MessageLarger(size) => {
                html! { "the message is " (not) "larger than " (size.value) }
            }
            ConditionKind::RecipientsMoreThan(number) => {
                html! { "there are " (not) "more than " (number.value) " recipients" }
            }
            ConditionKind::LanguageIs(names) => {
                let names = names.iter().map(|it| html! { (plain(&it.value)) }).collect();
                html! { "the language is " (not) (joined(names, "or")) }
            }
            ConditionKind::Fingerprint(name) => {
                html! { "the content is " (not) "in the fingerprints " (self.name(name, &["set"])) }
            }
            ConditionKind::Authentication { method, passes } => {
                let method = match method {
                    AuthenticationMethod::Spf => "SPF",
                    AuthenticationMethod::Dkim => "DKIM",
                    AuthenticationMethod::Dmarc => "DMARC",
                };
                let verb = if *passes == condition.negated { "fails" } else { "passes" };
                html! { (method) " " (verb) }
            }
            ConditionKind::SenderUsesTls => {
                html! { "the sending server " @if condition.negated { "does not use" } @else { "uses" } " TLS" }
            }
        }
    }

    /// What happens: `the message is secured with confidential`.
    pub(super) fn outcome(&self, outcome: &Outcome) -> Markup {
        let words = |text: &str| html! { " with the words " q { (plain(text)) } };
        match &outcome.kind {
            OutcomeKind::Deliver => html! { "the message is " strong { "delivered" } " as it is" },
            OutcomeKind::VerifiedTls { otherwise } => html! {
                "the message is " strong { "delivered over verified TLS" }
                ", and where that cannot be verified, " (self.outcome(otherwise))
            },
            OutcomeKind::Secure(name) if name.name.value.is_empty() => {
                html! { "the message is " strong { "secured" } }
            }
            OutcomeKind::Secure(name) => html! {
                "the message is " strong { "secured" } " with " (self.name(name, &["definition"]))
            },
            OutcomeKind::Hold { releasers: None } => html! {
                "the message is " strong { "held" } " until the postmaster releases it"
            },
            OutcomeKind::Hold { releasers: Some(name) } if name.is_sender() => html! {
                "the message is " strong { "held" } " until its sender confirms it"
            },
            OutcomeKind::Hold { releasers: Some(name) } => html! {
                "the message is " strong { "held" } " until someone in "
                (self.name(name, &["set"])) " releases it"
            },
            OutcomeKind::Bounce(text) => html! {
                "the message is " strong { "returned to its sender" }
                @if !text.value.is_empty() { (words(&text.value)) }
            },
            OutcomeKind::Reject(text) => html! {
                "the message is " strong { "refused" } " as it arrives"
                @if !text.value.is_empty() { (words(&text.value)) }
            },
            OutcomeKind::TakeNoAction => html! {
                strong { "no action" } " is taken by routing policies"
            },
            OutcomeKind::DisableSecureMessaging => html! {
                "routing policies " strong { "do not secure" } " the message"
            },
        }
    }

    /// The same, where something is changed besides.
    pub(super) fn outcome_with(&self, outcome: &Outcome, effects: &[Effect]) -> Markup {
        if matches!(outcome.kind, OutcomeKind::Deliver) && effects.iter().any(changes) {
            return html! { "the message is " strong { "delivered" } };
        }
        self.outcome(outcome)
    }

    /// What happens besides.
    pub(super) fn effect(effect: &Effect) -> Markup {
        match &effect.kind {
            EffectKind::Notify(address) => {
                html! { code { (plain(&address.to_string())) } " is notified" }
            }
            EffectKind::Banner(Banner::None) => html! { "no banner is added" },
            EffectKind::Banner(Banner::Text(text) | Banner::Html(text)) => {
                html! { "the banner " q { (plain(text)) } " is added" }
            }
            EffectKind::AddHeader { name, value } => html! {
                "the header " code { (plain(&name.value)) ": " (plain(&value.value)) } " is added"
            },
            EffectKind::CopyTo(address) => {
                html! { "a copy goes to " code { (plain(&address.to_string())) } }
            }
            EffectKind::TagSubject(text) => {
                html! { q { (plain(&text.value)) } " is put before the subject" }
            }
        }
    }

    /// When something holds, with what its end means on the day of the handbook.
    pub(super) fn validity(&self, validity: Option<&Spanned<Validity>>) -> Markup {
        let Some(validity) = validity else { return html! { "always" } };
        match &validity.value {
            Validity::Always | Validity::Forever => html! { "always" },
            Validity::Disabled => html! { span.flag { "disabled" } },
            Validity::Range { from, until } => html! {
                @if let Some(from) = from { "from " (time(&from.value.to_string())) " " }
                @match until {
                    Some(until) => {
                        "until " (time(&until.value.to_string())) " "
                        @match self.days_until(until.value) {
                            Some(days) if days < 0 => span.flag { "ended" },
                            Some(days) if days <= 30 => span.flag { "ends in " (days) " days" },
                            Some(_) | None => "",
                        }
                    }
                    None => "without an end",
                }
            },
        }
    }

    /// What is looked for; a text only where texts are shown.
    pub(super) fn findable(&self, what: &Findable) -> Markup {
        match what {
            Findable::Named(name) => self.name(name, &["dictionary", "pattern"]),
            Findable::Text(text) if self.terms == super::book::Terms::Shown => {
                html! { q { (plain(&text.value)) } }
            }
            Findable::Text(_) => html! { "a certain text" },
        }
    }
}

/// Whether an effect changes the message itself.
fn changes(effect: &Effect) -> bool {
    match &effect.kind {
        EffectKind::AddHeader { .. }
        | EffectKind::Banner(Banner::Text(_) | Banner::Html(_))
        | EffectKind::TagSubject(_) => true,
        EffectKind::Banner(Banner::None) | EffectKind::CopyTo(_) | EffectKind::Notify(_) => false,
    }
}

fn time(day: &str) -> Markup {
    html! { time datetime=(day) { (day) } }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn joined(parts: Vec<Markup>, last: &str) -> Markup {
    let count = parts.len();
    html! {
        @for (at, part) in parts.into_iter().enumerate() {
            @if at > 0 && at.saturating_add(1) == count { " " (last) " " } @else if at > 0 { ", " }
            (part)
        }
    }
}
