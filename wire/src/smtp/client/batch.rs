//! One message on its way: the commands still to send, the replies still due, what became of each
//! recipient.
//!
//! # Standards
//!
//! RFC 6531 §3.1: a message that needs `SMTPUTF8` goes where it is offered only; domains are sent as
//! A-labels everywhere, so a domain never needs it.
//!
//! RFC 8689 §4.2: a message that requires TLS goes where that is understood only.
//!
//! RFC 2920 §3.1: `MAIL`, the `RCPT`s and `DATA` go out together where the server pipelines; if
//! `DATA` is then accepted although no recipient was, an empty message ends it.

use std::collections::VecDeque;

use grammar::literal::Address;

use super::{
    effect::lost,
    offer::{Offer, Size},
    reply::Reply,
};
use crate::smtp::{
    dsn::{MailWish, RcptWish},
    limits::PIPELINE_COMMANDS_MAX,
    path::{ReversePath, mailbox_text},
    server::Body,
};

/// A message to send.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Where failures are reported.
    pub sender: ReversePath,
    /// What its sender wants to be told of it; handed on where the server takes it.
    pub wish: MailWish,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// What octets the content has; [`crate::smtp::stuff::is_eight_bit`] finds out.
    pub body: Body,
    /// Its headers have letters beyond ASCII, which only `SMTPUTF8` allows.
    pub utf8: bool,
    /// Octets of the content.
    pub octets: u64,
}

/// One recipient of a message to send.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recipient {
    /// Who.
    pub address: Address,
    /// What the sender wants to be told of it.
    pub wish: RcptWish,
}

impl From<Address> for Recipient {
    fn from(address: Address) -> Self {
        Self { address, wish: RcptWish::default() }
    }
}

/// What became of one recipient.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The server took the message.
    Delivered(Reply),
    /// The server will never take it.
    Permanent(Reply),
    /// It is worth another try.
    Temporary(Reply),
}

impl Outcome {
    /// Sorts a reply that should have been 2xx.
    pub(super) fn of(reply: Reply) -> Self {
        match reply.code() / 100 {
            2 => Self::Delivered(reply),
            5 => Self::Permanent(reply),
            // 4xx, and replies that make no sense where they stand.
            _ => Self::Temporary(reply),
        }
    }

    /// Sorts a refusal; a success counts as nonsense.
    fn of_refusal(reply: Reply) -> Self {
        if reply.is_permanent() { Self::Permanent(reply) } else { Self::Temporary(reply) }
    }
}

/// A message on its way.
#[derive(Debug)]
pub(super) struct Batch {
    /// What became of each, and the command that names it.
    recipients: Vec<(Option<Outcome>, String)>,
    accepted: Vec<usize>,
    unsent: VecDeque<Step>,
    due: VecDeque<Step>,
    window: usize,
    sender_refused: bool,
    purpose: Purpose,
}

/// What the envelope is said for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Purpose {
    /// To know who would be taken; no content follows.
    Ask,
    Deliver,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Step {
    Data,
    Mail(String),
    Rcpt(usize),
    Reset,
}

/// What a reply leads to.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Turn {
    /// All is answered; the message may be sent.
    Content,
    /// `DATA` was accepted for nobody: send an empty message and ignore its reply.
    EmptyContent,
    /// All is answered and there is nothing to send.
    Over,
    /// Read the next reply.
    Read,
    /// Send these commands and read a reply.
    Send(Vec<u8>),
    /// The server is out of step; the connection is of no more use.
    Lost(Reply),
}

impl Batch {
    /// Prepares a message. `dirty`: an earlier transaction may be open.
    pub(super) fn new(job: &Job, offer: Offer, dirty: bool) -> Self {
        Self::prepare(job, offer, dirty, Purpose::Deliver)
    }

    /// As [`Batch::new`], without content.
    pub(super) fn probe(job: &Job, offer: Offer, dirty: bool) -> Self {
        Self::prepare(job, offer, dirty, Purpose::Ask)
    }

    fn prepare(job: &Job, offer: Offer, dirty: bool, purpose: Purpose) -> Self {
        let mut batch = Self {
            recipients: Vec::new(),
            accepted: Vec::new(),
            unsent: VecDeque::new(),
            due: VecDeque::new(),
            window: if offer.pipelining { PIPELINE_COMMANDS_MAX } else { 1 },
            sender_refused: false,
            purpose,
        };
        for recipient in &job.recipients {
            let entry = match mailbox_text(&recipient.address, offer.utf8) {
                Some(text) => (None, rcpt(&text, &recipient.wish, offer)),
                None => (Some(Outcome::Permanent(not_ascii())), String::new()),
            };
            batch.recipients.push(entry);
        }
        match mail(job, offer) {
            Ok(line) => batch.plan(line, dirty),
            Err(reply) => batch.settle(&Outcome::Permanent(reply)),
        }
        batch
    }

    fn plan(&mut self, mail: String, dirty: bool) {
        if dirty {
            self.unsent.push_back(Step::Reset);
        }
        self.unsent.push_back(Step::Mail(mail));
        let open = self.recipients.iter().enumerate().filter(|(_, (outcome, _))| outcome.is_none());
        self.unsent.extend(open.map(|(index, _)| Step::Rcpt(index)));
        if self.purpose == Purpose::Deliver {
            self.unsent.push_back(Step::Data);
        }
    }

    /// Starts, or goes on once all replies that were due have come.
    pub(super) fn next(&mut self) -> Turn {
        let nobody_left = self.recipients.iter().all(|(outcome, _)| outcome.is_some());
        let only_data_left = matches!(self.unsent.front(), Some(Step::Data));
        if self.sender_refused || nobody_left || (only_data_left && self.accepted.is_empty()) {
            return Turn::Over;
        }
        let mut commands = Vec::new();
        for _ in 0..self.window {
            let Some(step) = self.unsent.pop_front() else { break };
            self.write(&step, &mut commands);
            self.due.push_back(step);
        }
        if commands.is_empty() { Turn::Over } else { Turn::Send(commands) }
    }

    fn write(&self, step: &Step, out: &mut Vec<u8>) {
        let line = match step {
            Step::Data => "DATA".to_owned(),
            Step::Mail(line) => line.clone(),
            Step::Rcpt(index) => {
                self.recipients.get(*index).map(|(_, line)| line.clone()).unwrap_or_default()
            }
            Step::Reset => "RSET".to_owned(),
        };
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    /// Takes the reply to the oldest command without one.
    pub(super) fn reply(&mut self, reply: Reply) -> Turn {
        match self.due.pop_front() {
            Some(Step::Reset) if !reply.is_success() => return Turn::Lost(reply),
            Some(Step::Reset) => {}
            Some(Step::Mail(_)) => {
                if !reply.is_success() {
                    self.sender_refused = true;
                    self.settle(&Outcome::of_refusal(reply));
                }
            }
            Some(Step::Rcpt(index)) => self.rcpt(index, reply),
            Some(Step::Data) if reply.code() == 354 => {
                return if self.accepted.is_empty() { Turn::EmptyContent } else { Turn::Content };
            }
            Some(Step::Data) => {
                self.settle(&Outcome::of_refusal(reply));
                return Turn::Over;
            }
            None => return Turn::Lost(reply),
        }
        if self.due.is_empty() { self.next() } else { Turn::Read }
    }

    fn rcpt(&mut self, index: usize, reply: Reply) {
        let Some((outcome, _)) = self.recipients.get_mut(index) else { return };
        if outcome.is_some() {
            // `MAIL` was refused: this is only its echo.
            return;
        }
        if reply.is_success() {
            self.accepted.push(index);
            if self.purpose == Purpose::Ask {
                *outcome = Some(Outcome::Delivered(reply));
            }
            return;
        }
        // 552 means "too many recipients" here, which passes (RFC 5321 §4.5.3.1.10).
        let passes = reply.code() == 552;
        *outcome =
            Some(if passes { Outcome::Temporary(reply) } else { Outcome::of_refusal(reply) });
    }

    /// Gives this outcome to everyone who has none yet.
    pub(super) fn settle(&mut self, outcome: &Outcome) {
        for (slot, _) in &mut self.recipients {
            slot.get_or_insert_with(|| outcome.clone());
        }
    }

    /// One outcome for each recipient, in the order of the job.
    pub(super) fn outcomes(self) -> Vec<Outcome> {
        let unsettled = || Outcome::Temporary(lost());
        self.recipients.into_iter().map(|(outcome, _)| outcome.unwrap_or_else(unsettled)).collect()
    }
}

/// Writes the `MAIL` command, or says why the server cannot take the message at all.
fn mail(job: &Job, offer: Offer) -> Result<String, Reply> {
    let sender = match &job.sender {
        ReversePath::Mailbox(address) => mailbox_text(address, offer.utf8).ok_or_else(not_ascii)?,
        ReversePath::Null => String::new(),
    };
    if job.utf8 && !offer.utf8 {
        return Err(Reply::ours(550, "5.6.9 The next server does not take headers in UTF-8"));
    }
    if job.wish.requires_tls && !offer.require_tls {
        return Err(Reply::ours(550, "5.7.30 The next server does not support REQUIRETLS"));
    }
    let mut line = format!("MAIL FROM:<{sender}>");
    let is_beyond_ascii = |it: &Recipient| !it.address.local().is_ascii();
    if job.utf8 || !sender.is_ascii() || offer.utf8 && job.recipients.iter().any(is_beyond_ascii) {
        line.push_str(" SMTPUTF8");
    }
    match offer.size {
        Size::AtMost(octets_max) if octets_max < job.octets => {
            return Err(Reply::ours(552, "5.3.4 Message is larger than the next server takes"));
        }
        Size::AtMost(_) | Size::Unlimited => line.push_str(&format!(" SIZE={}", job.octets)),
        Size::Absent => {}
    }
    match (job.body, offer.eight_bit) {
        (Body::EightBit, true) => line.push_str(" BODY=8BITMIME"),
        (Body::EightBit, false) => {
            return Err(Reply::ours(554, "5.6.3 The next server does not take 8-bit content"));
        }
        (Body::SevenBit, _) => {}
    }
    let MailWish { returned, envelope_id, requires_tls } = &job.wish;
    if *requires_tls {
        line.push_str(" REQUIRETLS");
    }
    if offer.dsn {
        line.extend(returned.map(|it| format!(" RET={it}")));
        line.extend(envelope_id.as_ref().map(|it| format!(" ENVID={it}")));
    }
    Ok(line)
}

/// Writes the `RCPT` command.
fn rcpt(address: &str, wish: &RcptWish, offer: Offer) -> String {
    let mut line = format!("RCPT TO:<{address}>");
    if offer.dsn {
        let RcptWish { notify, original } = wish;
        line.extend(notify.map(|it| format!(" NOTIFY={it}")));
        line.extend(original.as_ref().map(|it| format!(" ORCPT={it}")));
    }
    line
}

fn not_ascii() -> Reply {
    Reply::ours(553, "5.6.7 Address cannot be written without SMTPUTF8")
}
