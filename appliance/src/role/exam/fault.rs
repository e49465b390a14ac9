//! Faults on demand, for the tests of the confinement and of what examiners are believed. Only in
//! programs built with the feature `faults`, which no release has.

use std::{
    fs::File,
    io::{IoSlice, Write},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
};

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::{
    channel::{Packet, encode, memory, send},
    protocol::{
        deliver::Edit,
        exam::{Decided, ExamAnswer},
    },
};

/// Nobody that the rules of a test name.
const NOBODY: &str = "mallory@elsewhere.example";
/// Packets of a flood; more than a socket holds.
const FLOOD: u64 = 2_000;

/// What the message's `X-Chancery-Fault` field asks for; empty without one.
pub(super) fn asked_for(message: &[u8]) -> String {
    let head = String::from_utf8_lossy(message.get(..4096).unwrap_or(message)).into_owned();
    let wanted = head.lines().find_map(|it| it.strip_prefix("X-Chancery-Fault: "));
    wanted.map(|it| it.trim().to_owned()).unwrap_or_default()
}

/// Does what an examiner would that a hostile message has taken over.
pub(super) fn provoke(fault: &str) {
    match fault {
        "abort" => std::process::abort(),
        "stall" => loop {
            std::thread::park();
        },
        "open" => {
            let opened = File::open("/etc/passwd");
            tracing::error!(event = "fault.open", opened = opened.is_ok());
        }
        "socket" => {
            let connected = std::net::TcpStream::connect("127.0.0.1:9");
            tracing::error!(event = "fault.socket", connected = connected.is_ok());
        }
        _ => {}
    }
}

/// Turns an answer into a lie.
pub(super) fn lie(fault: &str, answer: &mut ExamAnswer) {
    let ExamAnswer::Decided(decided) = answer else { return };
    let Decided { verdicts, edits, .. } = decided.as_mut();
    let Some(verdict) = verdicts.first_mut() else { return };
    match fault {
        "foreign-recipient" => NOBODY.clone_into(&mut verdict.recipient),
        "one-of-ours" => verdict.internal = !verdict.internal,
        "unknown-policy" => verdict.decided_by = vec!["no-such-policy".to_owned()],
        "unknown-releasers" => verdict.releasers.push(NOBODY.to_owned()),
        "copy-to-a-stranger" => verdict.copy_to.push(NOBODY.to_owned()),
        "notify-a-stranger" => verdict.notify.push(NOBODY.to_owned()),
        "unknown-edits" => verdict.edits = Some(7),
        "edits-beyond-the-end" => {
            edits.push(vec![Edit { at: 1 << 40, remove: 1, insert: Vec::new() }]);
            verdict.edits = Some(0);
        }
        "one-recipient-less" => drop(verdicts.pop()),
        "one-recipient-more" => {
            let mut more = verdict.clone();
            NOBODY.clone_into(&mut more.recipient);
            verdicts.push(more);
        }
        "other-answer" => *answer = ExamAnswer::AtRcpt(None),
        _ => {}
    }
}

/// Sends an answer as no honest examiner does; `None` where the fault is none of these, and otherwise
/// whether it could be sent.
pub(super) fn send_falsely(
    fault: &str,
    line: &OwnedFd,
    id: u64,
    answer: &ExamAnswer,
) -> Option<bool> {
    let payload = encode(answer).ok()?;
    let half = payload.len().checked_div(2)?;
    let sent = match fault {
        "truncated" => {
            let (half, _) = payload.split_at_checked(half)?;
            send(line.as_fd(), &Packet::new(id, half.to_vec(), Vec::new()))
        }
        "unsealed-memory" => {
            let mut open = memory::create().ok()?;
            open.write_all(&payload).ok()?;
            in_memory(line, id, &[open.into()])
        }
        "truncated-memory" => {
            let (half, _) = payload.split_at_checked(half)?;
            in_memory(line, id, &[memory::sealed(half).ok()?])
        }
        "descriptor" => {
            let beside = vec![memory::sealed(b"beside").ok()?];
            send(line.as_fd(), &Packet::new(id, payload, beside))
        }
        "descriptors" => {
            let memory = memory::sealed(&payload).ok()?;
            let many: Vec<OwnedFd> =
                (0..100).map(|_| memory.try_clone()).collect::<Result<_, _>>().ok()?;
            in_memory(line, id, &many)
        }
        "other-question" => {
            send(line.as_fd(), &Packet::new(id.wrapping_add(1), payload, Vec::new()))
        }
        "flood" => (0..FLOOD).try_for_each(|it| {
            let packet = Packet::new(id.wrapping_add(it), payload.clone(), Vec::new());
            send(line.as_fd(), &packet)
        }),
        _ => return None,
    };
    Some(sent.is_ok())
}

/// An answer in the first of some memory files.
fn in_memory(line: &OwnedFd, id: u64, memory: &[OwnedFd]) -> std::io::Result<()> {
    let header = [&[1][..], &id.to_be_bytes()].concat();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(100))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors: Vec<_> = memory.iter().map(AsFd::as_fd).collect();
    ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(line, &[IoSlice::new(&header)], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}
