//! Definitions of secure messaging.

use super::{outcome::banner_in, people::selectors_in};
use crate::{
    layout::Node,
    scribe::{Scribe, Statement},
    statement::{Parts, Rule},
    tree::{Definition, Internal, Limit, Name, Notice, OnExpiry, ReadReceipt, Reference, Spanned},
};

/// The block of a definition.
pub(crate) fn definition(
    scribe: &mut Scribe<'_>,
    name: Name,
    based_on: Option<Reference>,
    body: &[Node],
) -> Definition {
    let mut definition = Definition {
        name,
        based_on,
        description: None,
        internal: None,
        print: None,
        reply: None,
        reply_all: None,
        forward: None,
        expires: None,
        on_expiry: None,
        extension: None,
        read_receipt: None,
        notice: None,
        banner: None,
        refusal: None,
        available_to: Vec::new(),
    };
    scribe.block("definition", body, &mut |scribe, line| {
        definition_line(scribe, &mut definition, line);
    });
    definition
}

fn definition_line(scribe: &mut Scribe<'_>, definition: &mut Definition, line: &Statement<'_>) {
    let parts = &line.parts;
    let end = line.span;
    match line.rule {
        Rule::description_line => definition.description = scribe.text_in(parts),
        Rule::internal_line => definition.internal = internal(scribe, parts),
        Rule::print_line => definition.print = permission(scribe, parts),
        Rule::reply_line => definition.reply = permission(scribe, parts),
        Rule::reply_all_line => definition.reply_all = permission(scribe, parts),
        Rule::forward_line => definition.forward = permission(scribe, parts),
        Rule::expires_line => definition.expires = limit(scribe, parts),
        Rule::on_expiry_line => {
            let value = if parts.has(Rule::k_gone) { OnExpiry::Gone } else { OnExpiry::ReadOnly };
            definition.on_expiry = Some(Spanned { value, span: end });
        }
        Rule::extension_line => definition.extension = limit(scribe, parts),
        Rule::read_receipt_line => {
            definition.read_receipt = Some(Spanned { value: read_receipt(parts), span: end });
        }
        Rule::notice_line => {
            let value =
                if parts.has(Rule::k_hide) { Notice::HideSubject } else { Notice::ShowSubject };
            definition.notice = Some(Spanned { value, span: end });
        }
        Rule::banner_line => definition.banner = banner_in(scribe, parts),
        Rule::refusal_line => definition.refusal = scribe.text_in(parts),
        Rule::available_to_line => definition.available_to = selectors_in(scribe, parts),
        _ => {}
    }
}

fn internal(scribe: &Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<Internal>> {
    if let Some(part) = parts.first(Rule::inbox) {
        let banner = Parts::of(part).has(Rule::k_banner);
        return Some(
            scribe.at(part, if banner { Internal::InboxWithBanner } else { Internal::Inbox }),
        );
    }
    let portal = parts.first(Rule::k_portal).map(|part| scribe.at(part, Internal::Portal));
    portal.or_else(|| parts.first(Rule::k_refuse).map(|part| scribe.at(part, Internal::Refuse)))
}

/// When a receipt is sent.
pub(super) fn read_receipt(parts: &Parts<'_>) -> ReadReceipt {
    if parts.has(Rule::k_always) {
        ReadReceipt::Always
    } else if parts.has(Rule::k_never) {
        ReadReceipt::Never
    } else {
        ReadReceipt::OnRequest
    }
}

/// Whether something is allowed.
pub(super) fn permission(scribe: &Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<bool>> {
    let allowed = parts.first(Rule::k_allowed).map(|part| scribe.at(part, true));
    allowed.or_else(|| parts.first(Rule::k_denied).map(|part| scribe.at(part, false)))
}

/// A length of time, or `never`.
pub(super) fn limit(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<Limit>> {
    if let Some(never) = parts.first(Rule::k_never) {
        return Some(scribe.at(never, Limit::Never));
    }
    scribe
        .duration_in(parts)
        .map(|duration| Spanned { value: Limit::After(duration.value), span: duration.span })
}
