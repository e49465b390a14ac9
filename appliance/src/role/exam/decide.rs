//! From bytes and an envelope to a decision that can be carried out.

use engine::{
    decision::{self, Effect},
    facts::Facts,
};
use examine::Limits;
use grammar::literal::Address;

use super::{InForce, directory, head};
use crate::protocol::{
    deliver::Edit,
    exam::{Decided, Disposition, ExamAnswer, Options, Receipt, Verdict},
    resolve::Authentication,
    spool::Envelope,
};

/// Decides a message; `None` when the envelope is not one of ours.
pub(super) fn decide(
    rules: &InForce,
    envelope: &Envelope,
    at_ms: i64,
    authentication: Option<&Authentication>,
    message: &[u8],
) -> Option<ExamAnswer> {
    let mut facts = facts(envelope, at_ms)?;
    let keeps_case = rules.program.asks_for_case();
    let extract = examine::extract_to_decide(message, &limits(rules), keeps_case);
    facts.content = extract.content;
    facts.authentication = authenticated(authentication, &facts);
    let people = facts.sender.iter().chain(&facts.recipients).chain(&facts.content.header_from);
    facts.directory = directory::of(&rules.directory, people);
    let decision = rules.program.decide(&facts);
    // What is checked is told in our name, so no stranger may say anything in our name.
    let is_stranger = envelope.peer.is_some() && !envelope.trusted;
    let host = is_stranger.then_some(rules.host.as_str());
    let copy = Copy { message, host };
    let mut edits = Vec::new();
    let verdicts = envelope
        .recipients
        .iter()
        .zip(&decision.verdicts)
        .map(|(recipient, verdict)| carry_over(recipient, verdict, &copy, &mut edits))
        .collect();
    Some(ExamAnswer::Decided(Box::new(Decided {
        digest: rules.digest,
        rules: rules.known_by,
        verdicts,
        head: head::head(&facts.content, &decision.examinations),
        record: super::record::record(&decision),
        advice: decision.advice,
        edits: edits.into_iter().map(|(_, edits)| edits).collect(),
        last: extract.opened,
    })))
}

/// Whether the envelope alone refuses its last recipient.
pub(super) fn at_rcpt(rules: &InForce, envelope: &Envelope, at_ms: i64) -> Option<ExamAnswer> {
    let mut facts = facts(envelope, at_ms)?;
    let people = facts.sender.iter().chain(&facts.recipients);
    facts.directory = directory::of(&rules.directory, people);
    let recipient = facts.recipients.last()?;
    Some(ExamAnswer::AtRcpt(rules.program.reject_at_rcpt(&facts, recipient)))
}

fn facts(envelope: &Envelope, at_ms: i64) -> Option<Facts> {
    let sender = match &envelope.sender {
        None => None,
        Some(sender) => Some(Address::parse(sender).ok()?),
    };
    let recipients = envelope.recipients.iter().map(|it| Address::parse(it).ok());
    Some(Facts {
        sender,
        recipients: recipients.collect::<Option<_>>()?,
        peer: envelope.peer,
        trusted: envelope.trusted,
        tls: envelope.tls,
        at_ms,
        ..Facts::default()
    })
}

/// What the checks mean for the authors that the rules see.
fn authenticated(found: Option<&Authentication>, facts: &Facts) -> engine::facts::Authentication {
    let authors = facts.content.header_from.iter().map(|it| it.domain().as_str());
    let authors: Vec<&str> = authors.collect();
    found.map(|it| it.facts(&authors)).unwrap_or_default()
}

/// The organisation says how large a message may be, the operator what else it may have.
fn limits(rules: &InForce) -> Limits {
    let bounds = &rules.bounds;
    let count = |it: u32| usize::try_from(it).unwrap_or(usize::MAX);
    Limits {
        parts: count(bounds.parts),
        depth: count(bounds.depth),
        header_octets: usize::try_from(bounds.header_octets).unwrap_or(usize::MAX),
        header_fields: count(bounds.header_fields),
        parameters: count(bounds.parameters),
        decoded_octets: rules.program.organisation().message_size_octets,
        unpacked_octets: bounds.unpacked_octets,
        members: count(bounds.members),
        ratio: u64::from(bounds.ratio),
    }
}

/// A message that copies are made of.
struct Copy<'a> {
    message: &'a [u8],
    /// In whose name nobody else may say that it was checked.
    host: Option<&'a str>,
}

/// Lists of edits already made, by the effects they carry out.
type Made = Vec<(Vec<Effect>, Vec<Edit>)>;

fn carry_over(
    recipient: &str,
    verdict: &decision::Verdict,
    copy: &Copy<'_>,
    made: &mut Made,
) -> Verdict {
    // Whether a domain proves TLS is found out by others.
    let instead = verdict.otherwise.as_deref();
    let options = instead.map_or(verdict.options.as_ref(), |it| it.options.as_ref());
    let text = instead.map_or(&verdict.text, |it| &it.text);
    let releasers = instead.map_or(&verdict.releasers, |it| &it.releasers);
    let mut carried = Verdict {
        recipient: recipient.to_owned(),
        internal: verdict.internal,
        disposition: disposition_of(verdict.disposition),
        otherwise: instead.map(|it| disposition_of(it.disposition)),
        options: options.map(options_of),
        decided_by: verdict.decided_by.clone(),
        text: text.clone(),
        releasers: releasers.clone(),
        notify: Vec::new(),
        copy_to: Vec::new(),
        edits: None,
    };
    let mut changes = Vec::new();
    for effect in &verdict.effects {
        match effect {
            Effect::Notify(address) => carried.notify.push(address.to_string()),
            Effect::CopyTo(address) => carried.copy_to.push(address.to_string()),
            Effect::AddHeader { .. }
            | Effect::Banner { .. }
            | Effect::StripTag(_)
            | Effect::TagSubject(_) => changes.push(effect.clone()),
        }
    }
    if !changes.is_empty() || copy.host.is_some() {
        match edits(changes, copy, made) {
            Some(index) => carried.edits = Some(index),
            // A copy that should be changed and cannot be is not let out unchanged.
            None => {
                let worst = carried.otherwise.take().unwrap_or(carried.disposition);
                carried.disposition = worst.max(Disposition::Hold);
            }
        }
    }
    carried
}

/// The index of the edits that carry out `changes`.
fn edits(changes: Vec<Effect>, copy: &Copy<'_>, made: &mut Made) -> Option<u32> {
    let known = made.iter().position(|(effects, _)| *effects == changes);
    let index = match known {
        Some(index) => index,
        None => {
            let edits = examine::edits::for_delivery(copy.message, &changes, copy.host).ok()?;
            let edits = edits
                .into_iter()
                .map(|it| Edit { at: it.at, remove: it.remove, insert: it.insert })
                .collect();
            made.push((changes, edits));
            made.len().checked_sub(1)?
        }
    };
    u32::try_from(index).ok()
}

fn disposition_of(disposition: decision::Disposition) -> Disposition {
    match disposition {
        decision::Disposition::Deliver => Disposition::Deliver,
        decision::Disposition::VerifiedTls => Disposition::VerifiedTls,
        decision::Disposition::Secure => Disposition::Secure,
        decision::Disposition::Hold => Disposition::Hold,
        decision::Disposition::Bounce => Disposition::Bounce,
        decision::Disposition::Reject => Disposition::Reject,
    }
}

fn options_of(options: &decision::Options) -> Options {
    use grammar::tree::{Notice, OnExpiry, ReadReceipt};
    Options {
        print: options.print,
        reply: options.reply,
        reply_all: options.reply_all,
        forward: options.forward,
        expires_secs: options.expires_secs,
        gone_on_expiry: options.on_expiry == OnExpiry::Gone,
        extension_secs: options.extension_secs,
        receipt: match options.read_receipt {
            ReadReceipt::Always => Receipt::Always,
            ReadReceipt::Never => Receipt::Never,
            ReadReceipt::OnRequest => Receipt::OnRequest,
        },
        subject_in_notice: options.notice == Notice::ShowSubject,
    }
}
