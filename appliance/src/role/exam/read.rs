//! What the portal shows of a message: parsed and cleaned here, where nothing can be reached.

use std::os::fd::OwnedFd;

use examine::{Limits, Person};

use crate::{
    channel::memory,
    protocol::exam::{AttachmentInfo, ExamAnswer, Head, Mailbox, Reading},
};

/// The message as a person reads it.
pub(super) fn read(message: &[u8]) -> ExamAnswer {
    let read = examine::reading(message, &Limits::default());
    let addresses = |people: &[Person]| people.iter().map(|it| it.address.clone()).collect();
    let from = read.from.first().map(mailbox).unwrap_or_default();
    let attachments: Vec<AttachmentInfo> = read
        .attachments
        .into_iter()
        .filter_map(|it| {
            let index = u32::try_from(it.index).ok()?;
            Some(AttachmentInfo { index, name: it.name, kind: it.kind, octets: it.octets })
        })
        .collect();
    let head = Head {
        subject: read.subject,
        from_name: from.name.clone(),
        from: from.address.clone(),
        to: addresses(&read.to),
        cc: addresses(&read.cc),
        date_ms: super::head::date_ms(&read.date),
        attachments: attachments.iter().map(|it| it.name.clone()).collect(),
        message_id: Some(read.message_id).filter(|it| !it.is_empty()),
        ..Head::default()
    };
    ExamAnswer::Read(Box::new(Reading {
        head,
        from,
        to: read.to.iter().map(mailbox).collect(),
        cc: read.cc.iter().map(mailbox).collect(),
        references: read.references,
        text: Some(read.text).filter(|it| !it.is_empty()),
        html: read.html,
        remote_pictures: read.remote_pictures_dropped,
        attachments,
    }))
}

/// One attachment, decoded; `None` when there is no memory for it.
pub(super) fn attachment(message: &[u8], index: u32) -> Option<(ExamAnswer, Vec<OwnedFd>)> {
    let wanted = usize::try_from(index).ok()?;
    let Some(found) = examine::attachment(message, wanted) else {
        return Some((ExamAnswer::Attachment(None), Vec::new()));
    };
    let octets = u64::try_from(found.bytes.len()).ok()?;
    let memory = memory::sealed(&found.bytes).ok()?;
    let info = AttachmentInfo { index, name: found.name, kind: found.kind, octets };
    Some((ExamAnswer::Attachment(Some(info)), vec![memory]))
}

fn mailbox(person: &Person) -> Mailbox {
    Mailbox { name: person.display.clone(), address: person.address.clone() }
}
