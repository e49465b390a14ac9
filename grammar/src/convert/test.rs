//! Tests and assertions.

use super::{
    condition::conditions_in,
    definition::{limit, permission, read_receipt},
    outcome::{effects_in, outcome_in},
    people::{side_in, sources_in},
};
use crate::{
    layout::Node,
    scribe::{Scribe, Statement},
    statement::{Parts, Rule},
    tree::{
        Assert, AssertKind, AttachmentContent, Besides, CopyOption, Expect, ExpectKind, Given,
        Notice, OnExpiry, Span, Spanned, Test, TestAttachment, TestMessage, Text,
    },
};

/// The block of a test.
pub(crate) fn test(scribe: &mut Scribe<'_>, title: Text, body: &[Node]) -> Test {
    let mut test = Test { title, message: None, given: Vec::new(), expects: Vec::new() };
    let (loose, body) = scribe.loose_message(body);
    if !loose.is_empty() {
        test.message = Some(message_of(scribe, &loose, None, test.title.span));
    }
    scribe.block("test", &body, &mut |scribe, line| match line.rule {
        Rule::message_head => test.message = Some(message(scribe, line)),
        Rule::given_line => test.given.extend(given(scribe, &line.parts)),
        Rule::expect_line => {
            test.expects
                .extend(expect(scribe, &line.parts).map(|kind| Expect { kind, span: line.span }));
        }
        _ => {}
    });
    test
}

fn message(scribe: &mut Scribe<'_>, head: &Statement<'_>) -> TestMessage {
    let file = scribe.text_in(&head.parts);
    message_of(scribe, head.body.unwrap_or(&[]), file, head.span)
}

fn message_of(
    scribe: &mut Scribe<'_>,
    body: &[Node],
    file: Option<Text>,
    span: Span,
) -> TestMessage {
    let mut message = TestMessage {
        file,
        from: None,
        header_from: None,
        to: Vec::new(),
        source: None,
        at: None,
        subject: None,
        body: None,
        headers: Vec::new(),
        attachments: Vec::new(),
        span,
    };
    scribe.block("message", body, &mut |scribe, line| {
        message.span = message.span.to(line.span);
        message_line(scribe, &mut message, line);
    });
    message
}

fn message_line(scribe: &mut Scribe<'_>, message: &mut TestMessage, line: &Statement<'_>) {
    let parts = &line.parts;
    match line.rule {
        Rule::message_from_line => message.from = sender(scribe, parts),
        Rule::message_to_line => message.to = scribe.addresses(parts),
        Rule::peer_line => message.source = scribe.ip_in(parts),
        Rule::at_line => message.at = scribe.moment_in(parts),
        Rule::subject_line => message.subject = scribe.text_in(parts),
        Rule::body_line => message.body = scribe.text_in(parts),
        Rule::header_line if parts.has(Rule::k_from) => {
            message.header_from = scribe.address_in(parts);
        }
        Rule::header_line => message.headers.extend(header(scribe, parts)),
        Rule::attach_line => message.attachments.extend(attachment(scribe, parts)),
        _ => {}
    }
}

fn sender(
    scribe: &mut Scribe<'_>,
    parts: &Parts<'_>,
) -> Option<Spanned<Option<crate::literal::Address>>> {
    if let Some(nobody) = parts.first(Rule::k_nobody).or_else(|| parts.first(Rule::null_sender)) {
        return Some(scribe.at(nobody, None));
    }
    scribe
        .address_in(parts)
        .map(|address| Spanned { value: Some(address.value), span: address.span })
}

fn header(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<(Text, Text)> {
    let mut texts = parts.all(Rule::text);
    scribe.header_name(texts.next()?).zip(scribe.text(texts.next()?))
}

fn attachment(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<TestAttachment> {
    let mut texts = parts.all(Rule::text);
    let name = scribe.text(texts.next()?)?;
    let content = if parts.has(Rule::k_of) {
        AttachmentContent::Size(scribe.size_in(parts)?)
    } else if parts.has(Rule::k_from) {
        AttachmentContent::File(scribe.text(texts.next()?)?)
    } else {
        AttachmentContent::Text(scribe.text(texts.next()?)?)
    };
    Some(TestAttachment { name, content })
}

fn given(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<Given> {
    let address = scribe.address_in(parts)?;
    let reference = scribe.reference_in(parts)?;
    match parts.first(Rule::rank) {
        None => Some(Given::InGroup { address, group: reference }),
        Some(rank) => {
            Some(Given::WithAttribute { address, attribute: reference, value: scribe.value(rank)? })
        }
    }
}

fn expect(scribe: &mut Scribe<'_>, parts: &Parts<'_>) -> Option<ExpectKind> {
    if let Some(found) = parts.inside(Rule::found) {
        let examination = scribe.reference_in(parts)?;
        return Some(match found.has(Rule::number) {
            true => ExpectKind::Scores { examination, score: scribe.number_in(&found)? },
            false => ExpectKind::Activates { examination, activates: found.has(Rule::k_activates) },
        });
    }
    let recipient = match parts.first(Rule::address) {
        Some(address) => Some(scribe.address(address)?),
        None => None,
    };
    if let Some(inside) = parts.inside(Rule::besides) {
        return Some(ExpectKind::Besides { recipient, besides: besides(scribe, &inside) });
    }
    if let Some(inside) = parts.inside(Rule::copy_option) {
        return Some(ExpectKind::Option { recipient, option: copy_option(scribe, &inside)? });
    }
    let expected = parts.inside(Rule::expected)?;
    let outcome = outcome_in(scribe, &expected)?;
    let list =
        expected.inside(Rule::because).and_then(|because| because.inside(Rule::reference_list));
    let because = list.map_or_else(Vec::new, |list| scribe.references(&list));
    Some(ExpectKind::Outcome {
        recipient,
        outcome,
        with_banner: expected.has(Rule::k_banner),
        because,
    })
}

fn besides(scribe: &mut Scribe<'_>, inside: &Parts<'_>) -> Besides {
    if inside.has(Rule::k_nothing) {
        Besides::Nothing
    } else if inside.has(Rule::strip_tag) {
        Besides::StripTag
    } else {
        Besides::Effects(effects_in(scribe, inside))
    }
}

fn copy_option(scribe: &mut Scribe<'_>, inside: &Parts<'_>) -> Option<CopyOption> {
    let first = inside.head()?.rule();
    Some(match first {
        Rule::k_print => CopyOption::Print(permission(scribe, inside)?.value),
        Rule::k_reply if inside.has(Rule::k_all) => {
            CopyOption::ReplyAll(permission(scribe, inside)?.value)
        }
        Rule::k_reply => CopyOption::Reply(permission(scribe, inside)?.value),
        Rule::k_forward => CopyOption::Forward(permission(scribe, inside)?.value),
        Rule::k_expires => CopyOption::Expires(limit(scribe, inside)?.value),
        Rule::k_on if inside.has(Rule::k_gone) => CopyOption::OnExpiry(OnExpiry::Gone),
        Rule::k_on => CopyOption::OnExpiry(OnExpiry::ReadOnly),
        Rule::k_extension => CopyOption::Extension(limit(scribe, inside)?.value),
        Rule::k_notice if inside.has(Rule::k_hide) => CopyOption::Notice(Notice::HideSubject),
        Rule::k_notice => CopyOption::Notice(Notice::ShowSubject),
        Rule::k_read => CopyOption::ReadReceipt(read_receipt(inside)),
        _ => return None,
    })
}

/// The block of an assertion.
pub(crate) fn assert(
    scribe: &mut Scribe<'_>,
    kind: AssertKind,
    title: Text,
    body: &[Node],
) -> Assert {
    let mut assert = Assert {
        kind,
        title,
        from: None,
        to: None,
        source: Vec::new(),
        when: Vec::new(),
        outcome: None,
        unless: Vec::new(),
    };
    scribe.block("assert", body, &mut |scribe, line| {
        let parts = &line.parts;
        match line.rule {
            Rule::from_line => assert.from = side_in(scribe, parts),
            Rule::to_line => assert.to = side_in(scribe, parts),
            Rule::source_line => assert.source = sources_in(scribe, parts),
            Rule::when_line => assert.when = conditions_in(scribe, parts),
            Rule::outcome_line => assert.outcome = outcome_in(scribe, parts),
            Rule::unless_line => {
                let list = parts.inside(Rule::reference_list);
                assert.unless.extend(list.map_or_else(Vec::new, |list| scribe.references(&list)));
            }
            _ => {}
        }
    });
    assert
}
