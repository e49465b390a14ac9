//! Policies, requests and bypasses.

use grammar::{
    literal::Address,
    tree::{
        Bypass, Effect, Item, Outcome, OutcomeKind, Override, Policy, Request, RequestSign,
        Spanned, Text, Validity,
    },
};
use maud::{Markup, html};

use super::{book::Book, sentence::joined};
use crate::plain::plain;

/// What every rule has.
struct Facts<'a> {
    item: &'a Item,
    why: Option<&'a Text>,
    owner: Option<&'a Spanned<Address>>,
    validity: Option<&'a Spanned<Validity>>,
}

impl Book<'_> {
    pub(super) fn routing(&self) -> Markup {
        let policies = self.policies(false);
        html! {
            section #routing {
                h2 { "Routing policies" }
                p { "These decide by who writes to whom. One of them wins for each recipient: one marked as overriding first, otherwise the most specific one on both sides. An address is more specific than a group, a group than a domain, a domain than inside and outside." }
                @if policies.is_empty() { p.empty { "There are none." } }
                @for (item, policy) in policies { (self.policy(item, policy)) }
            }
        }
    }

    pub(super) fn content(&self) -> Markup {
        let policies = self.policies(true);
        html! {
            section #content {
                h2 { "Content policies" }
                p { "These decide by what a message holds. They add up: every one whose condition is met adds its protection, and the most protective outcome happens. No routing policy can switch one off." }
                @if policies.is_empty() { p.empty { "There are none." } }
                @for (item, policy) in policies { (self.policy(item, policy)) }
            }
        }
    }

    fn policy(&self, item: &Item, policy: &Policy) -> Markup {
        let anchor = format!("policy-{}", policy.name.value);
        html! {
            article.rule.(policy.then.as_ref().map_or("", tint)) id=(anchor) aria-labelledby={ (anchor) "-title" } {
                h3 id={ (anchor) "-title" } { (policy.name.value) }
                p.sentence {
                    "When "
                    @match &policy.between {
                        Some((one, other)) => { (self.side(Some(one))) " and " (self.side(Some(other))) " write to each other" }
                        None => { (self.side(policy.from.as_ref())) (Self::compare(policy.compare.as_ref())) " writes to " (self.side(policy.to.as_ref())) }
                    }
                    (self.sources(&policy.source))
                    (self.conditions(&policy.when))
                    @if policy.source.is_empty() && !self.ends_with_comma(policy) { "," }
                    " "
                    @if let Some(then) = &policy.then { (self.outcome_with(then, &policy.also)) }
                    "."
                    (also(&policy.also))
                }
                (self.overrides(&policy.overrides))
                (self.facts(&Facts { item, why: policy.why.as_ref(), owner: policy.owner.as_ref(), validity: policy.validity.as_ref() }))
            }
        }
    }

    /// Whether the words before the outcome end with the comma of an exception.
    fn ends_with_comma(&self, policy: &Policy) -> bool {
        let last = policy.between.as_ref().map(|it| &it.1).or(policy.to.as_ref());
        policy.when.is_empty() && last.is_some_and(|it| !it.except.is_empty())
    }

    fn overrides(&self, overrides: &[Override]) -> Markup {
        let named: Vec<Markup> = overrides
            .iter()
            .filter_map(|it| match it {
                Override::Named(name) => Some(self.name(name, &["policy", "bypass"])),
                Override::All(_) => None,
            })
            .collect();
        let all = overrides.iter().any(|it| matches!(it, Override::All(_)));
        html! {
            @if all { p.note { "It overrides every other rule of its kind that is not marked so." } }
            @if !named.is_empty() { p.note { "It overrides " (joined(named, "and")) "." } }
        }
    }

    fn facts(&self, facts: &Facts<'_>) -> Markup {
        html! {
            dl.facts {
                @if let Some(doc) = &facts.item.doc { div { dt { "Comment" } dd { (plain(doc)) } } }
                div { dt { "Why" } dd { @match facts.why { Some(why) => (plain(&why.value)), None => span.flag { "no reason given" } } } }
                @if let Some(owner) = facts.owner { div { dt { "Owner" } dd { code { (plain(&owner.value.to_string())) } } } }
                div { dt { "Valid" } dd { (self.validity(facts.validity)) } }
                div { dt { "Written in" } dd { code { (self.place(facts.item.span)) } } }
            }
        }
    }

    pub(super) fn exceptions(&self) -> Markup {
        let bypasses = self.bypasses();
        html! {
            section #bypasses {
                h2 { "Bypasses" }
                p { "A bypass takes protection away. Each is listed with what it opens, who answers for it and when it ends." }
                @if bypasses.is_empty() { p.empty { "There are none: no protection is taken away from any mail." } }
                @for (item, bypass) in bypasses { (self.bypass(item, bypass)) }
            }
        }
    }

    fn bypass(&self, item: &Item, bypass: &Bypass) -> Markup {
        let anchor = format!("bypass-{}", bypass.name.value);
        let skips = bypass.skips.iter().map(|it| self.name(it, &["examination", "policy"]));
        let skips: Vec<Markup> = skips.collect();
        let not_applied = if skips.len() == 1 { "is not applied" } else { "are not applied" };
        html! {
            article.rule.open id=(anchor) aria-labelledby={ (anchor) "-title" } {
                h3 id={ (anchor) "-title" } { (bypass.name.value) }
                p.sentence {
                    "When " (self.side(bypass.from.as_ref())) (Self::compare(bypass.compare.as_ref()))
                    " writes to " (self.side(bypass.to.as_ref())) (self.sources(&bypass.source))
                    @if bypass.source.is_empty() && bypass.to.as_ref().is_none_or(|it| it.except.is_empty()) { "," }
                    " "
                    @if !skips.is_empty() { (joined(skips, "and")) " " strong { (not_applied) } }
                    @if let Some(then) = &bypass.then { (self.outcome(then)) }
                    "."
                }
                (self.overrides(&bypass.overrides))
                @if bypass.owner.is_none() { p.note { span.flag { "nobody answers for this bypass" } } }
                (self.facts(&Facts { item, why: bypass.why.as_ref(), owner: bypass.owner.as_ref(), validity: bypass.validity.as_ref() }))
            }
        }
    }

    pub(super) fn asked(&self) -> Markup {
        let requests = self.requests();
        html! {
            section #requests {
                h2 { "What senders may ask for" }
                p { "A sender can only ask for more protection than a message would get anyway, never for less." }
                @if requests.is_empty() { p.empty { "Nothing." } }
                @for (item, request) in requests { (self.request(item, request)) }
            }
        }
    }

    fn request(&self, item: &Item, request: &Request) -> Markup {
        let anchor = format!("request-{}", request.name.value);
        let signs = request.signs.iter().map(|it| match it {
            RequestSign::SubjectContains(text) => html! { "the subject contains " q { (plain(&text.value)) } },
            RequestSign::HeaderIs { name, value } => html! { "the header " code { (plain(&name.value)) } " is " q { (plain(&value.value)) } },
            RequestSign::HeaderPresent { name } => html! { "the header " code { (plain(&name.value)) } " is there" },
        });
        html! {
            article.rule.(request.then.as_ref().map_or("", tint)) id=(anchor) aria-labelledby={ (anchor) "-title" } {
                h3 id={ (anchor) "-title" } { (request.name.value) }
                p.sentence {
                    "When "
                    @match &request.from { Some(from) => (self.side(Some(from))), None => "anyone inside" }
                    " writes to " (self.side(request.to.as_ref())) " and " (joined(signs.collect(), "or")) ", "
                    @if let Some(then) = &request.then { (self.outcome_with(then, &request.also)) }
                    "."
                    @if request.strip_tag { " The tag is taken off the subject." }
                    (also(&request.also))
                }
                (self.facts(&Facts { item, why: request.why.as_ref(), owner: None, validity: request.validity.as_ref() }))
            }
        }
    }
}

fn also(effects: &[Effect]) -> Markup {
    let effects: Vec<Markup> = effects.iter().map(Book::effect).collect();
    html! { @if !effects.is_empty() { " Also, " (joined(effects, "and")) "." } }
}

/// The colour of an outcome; its words say the same.
fn tint(outcome: &Outcome) -> &'static str {
    match &outcome.kind {
        OutcomeKind::Deliver | OutcomeKind::TakeNoAction | OutcomeKind::DisableSecureMessaging => {
            "clear"
        }
        OutcomeKind::VerifiedTls { .. } | OutcomeKind::Secure(_) => "secure",
        OutcomeKind::Hold { .. } => "hold",
        OutcomeKind::Bounce(_) | OutcomeKind::Reject(_) => "stop",
    }
}
