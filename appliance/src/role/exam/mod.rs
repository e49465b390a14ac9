//! An examiner: reads hostile mail, decides, cleans. It has no file, no network and no key; what
//! it works on comes as memory files, and what it says is checked by who asked.
//!
//! One thread, one message at a time. After one in which an archive or a document was opened it ends,
//! and the master starts another; so it does if a message brings it down, which is then held.

mod decide;
mod directory;
#[cfg(feature = "faults")]
mod fault;
mod head;
mod mask;
mod read;
mod record;
mod rehearse;

use std::os::fd::{AsFd, OwnedFd};

use engine::Program;
use rustix::event::{PollFd, PollFlags, poll};

use super::master::Packed;
use crate::{
    channel::{Packet, decode, encode, memory, receive, send},
    fail,
    protocol::{
        control::{Bounds, Control, Organisation, Report, Start},
        exam::{ExamAnswer, ExamQuestion},
    },
};

/// Octets of a message that can be handed over; far above any limit on what is accepted.
const MESSAGE_OCTETS_MAX: u64 = 512 * 1024 * 1024;
/// Octets of all rules and of the directory.
const RULES_OCTETS_MAX: u64 = 64 * 1024 * 1024;

/// The rules in use.
pub(super) struct InForce {
    program: Program,
    directory: engine::facts::Directory,
    digest: [u8; 32],
    known_by: [u8; 32],
    bounds: Bounds,
    /// The name of this host.
    host: String,
}

/// Works until the master closes the line.
///
/// # Errors
///
/// The sandbox cannot be entered, a line fails, the rules do not compile.
pub(super) fn run(start: &Start, control: &OwnedFd) -> anyhow::Result<()> {
    rehearse::rehearse()?;
    let sandbox = crate::sandbox::enter(&crate::sandbox::Rights::of(start))?;
    report(control, &Report::Ready { sandbox })?;
    let mut line: Option<OwnedFd> = None;
    let mut rules: Option<InForce> = None;
    loop {
        let (orders, questions) = wait(control, line.as_ref())?;
        if orders {
            let Some(packet) = receive(control.as_fd())? else { return Ok(()) };
            match decode(&packet.payload)? {
                Control::Attach { .. } => line = packet.descriptors.into_iter().next(),
                Control::Rules(organisation) => {
                    let in_force = take_rules(packet.descriptors, &organisation, start)?;
                    report(control, &Report::RulesTaken { digest: in_force.digest })?;
                    rules = Some(in_force);
                }
                Control::List(_) | Control::Ping | Control::Shadow(_) => {}
                Control::Stop => return Ok(()),
                Control::Start(_) => anyhow::bail!("started twice"),
            }
        } else if questions {
            match line.as_ref().map_or(Next::NoLine, |it| answer_one(it, rules.as_ref())) {
                Next::Question => {}
                Next::NoLine => line = None,
                Next::End => return Ok(()),
            }
        }
    }
}

fn report(control: &OwnedFd, report: &Report) -> anyhow::Result<()> {
    let packet = Packet::new(0, encode(report)?, Vec::new());
    Ok(send(control.as_fd(), &packet)?)
}

/// Orders come before questions, so that a question is answered under the newest rules.
fn wait(control: &OwnedFd, line: Option<&OwnedFd>) -> anyhow::Result<(bool, bool)> {
    let mut polled = vec![PollFd::new(control, PollFlags::IN)];
    polled.extend(line.map(|it| PollFd::new(it, PollFlags::IN)));
    match poll(&mut polled, None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let mut ready = polled.iter().map(|it| !it.revents().is_empty());
    Ok((ready.next().unwrap_or(false), ready.next().unwrap_or(false)))
}

fn take_rules(
    descriptors: Vec<OwnedFd>,
    organisation: &Organisation,
    start: &Start,
) -> anyhow::Result<InForce> {
    let descriptor = descriptors.into_iter().next().ok_or_else(|| anyhow::anyhow!("no rules"))?;
    let octets = memory::read(descriptor, RULES_OCTETS_MAX)?;
    let digest = vault::digest::sha256(&octets);
    anyhow::ensure!(digest == organisation.digest, "the rules are not those that were announced");
    let packed: Packed = postcard::from_bytes(&octets)?;
    let program = engine::bundle::decode(&packed.program)?;
    let directory = engine::directory::parse(&packed.directory)?;
    Ok(InForce {
        program,
        directory,
        digest,
        known_by: packed.known_by,
        bounds: start.examination_bounds,
        host: start.hostname.clone(),
    })
}

/// What comes after an answer.
enum Next {
    /// More questions.
    Question,
    /// The line has ended.
    NoLine,
    /// Nothing.
    End,
}

/// Answers one question.
fn answer_one(line: &OwnedFd, rules: Option<&InForce>) -> Next {
    let Ok(Some(packet)) = receive(line.as_fd()) else { return Next::NoLine };
    let Ok(question) = decode::<ExamQuestion>(&packet.payload) else { return Next::NoLine };
    let message = packet.descriptors.into_iter().next();
    let message = message.and_then(|it| memory::read(it, MESSAGE_OCTETS_MAX).ok());
    fail::point("exam.asked").ok();
    #[cfg(feature = "faults")]
    let fault = match (&question, message.as_deref()) {
        (ExamQuestion::Decide { .. }, Some(message)) => fault::asked_for(message),
        _ => String::new(),
    };
    #[cfg(feature = "faults")]
    fault::provoke(&fault);
    #[cfg_attr(not(feature = "faults"), expect(unused_mut, reason = "faults change it"))]
    let (mut answer, descriptors) = answer(question, message.as_deref(), rules);
    #[cfg(feature = "faults")]
    {
        fault::lie(&fault, &mut answer);
        if let Some(sent) = fault::send_falsely(&fault, line, packet.id, &answer) {
            return if sent { Next::Question } else { Next::NoLine };
        }
    }
    let Ok(payload) = encode(&answer) else { return Next::NoLine };
    fail::point("exam.decided").ok();
    let is_last = matches!(&answer, ExamAnswer::Decided(it) if it.last);
    match send(line.as_fd(), &Packet::new(packet.id, payload, descriptors)) {
        Ok(()) if is_last => Next::End,
        Ok(()) => Next::Question,
        Err(_) => Next::NoLine,
    }
}

fn answer(
    question: ExamQuestion,
    message: Option<&[u8]>,
    rules: Option<&InForce>,
) -> (ExamAnswer, Vec<OwnedFd>) {
    let answer = match (question, message, rules) {
        (ExamQuestion::AtRcpt { envelope, at_ms }, _, Some(rules)) => {
            decide::at_rcpt(rules, &envelope, at_ms)
        }
        (ExamQuestion::Decide { envelope, at_ms, authentication }, Some(message), Some(rules)) => {
            decide::decide(rules, &envelope, at_ms, authentication.as_ref(), message)
        }
        (ExamQuestion::Read, Some(message), _) => Some(read::read(message)),
        (ExamQuestion::Attachment { index }, Some(message), _) => {
            return read::attachment(message, index).unwrap_or((ExamAnswer::Refused, Vec::new()));
        }
        (ExamQuestion::AtRcpt { .. } | ExamQuestion::Decide { .. }, _, None) => {
            Some(ExamAnswer::NoRules)
        }
        (
            ExamQuestion::Attachment { .. } | ExamQuestion::Decide { .. } | ExamQuestion::Read,
            None,
            _,
        ) => None,
    };
    (answer.unwrap_or(ExamAnswer::Refused), Vec::new())
}
