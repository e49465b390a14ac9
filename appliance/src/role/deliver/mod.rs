//! `deliver`: speaks SMTP to next hops. It opens no file; bodies come as read-only descriptors, and
//! the key of each message from `keyd`.

mod connection;
mod content;
mod idle;
mod logins;
mod servers;
mod sign;

use std::{
    fs::File,
    io::{Seek, SeekFrom},
    os::fd::OwnedFd,
    sync::Arc,
};

use grammar::literal::{Address, Domain};
use tokio::time::timeout;
use vault::{key::WrappedKey, tls::Authorities};
use wire::smtp::{client, path::ReversePath, server::Body};

use super::{Keys, Losses, Master, Order, Reach};
use crate::{
    channel::{Answer, Handler, decode, encode, serve},
    fail,
    protocol::{
        control::{DkimKey, Role, Start},
        deliver::{JOB_PATIENCE, Job, Outcome, Outcomes, PROBE_PATIENCE, Question},
    },
};
pub(crate) use connection::Sent;
pub(crate) use content::Content;
pub(crate) use logins::Logins;
pub(crate) use servers::Sender;

/// Octets of a reply that go back; a job has many recipients, and each has a reply.
const REPLY_OCTETS_MAX: usize = 512;

/// Delivers until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: Start, control: OwnedFd) -> anyhow::Result<()> {
    let private = start.external_hop.by_names().map(|it| it.private.as_slice());
    let reach = Reach::new(private.unwrap_or_default());
    let authorities = crate::tls::authorities(&start)?;
    super::run_confined(&start.clone(), control, |master| work(start, authorities, reach, master))
}

async fn work(
    start: Start,
    authorities: Authorities,
    reach: Reach,
    master: Master,
) -> anyhow::Result<()> {
    let mut losses = Losses::new();
    let keys = Keys::new(&losses);
    let logins = Logins::new(&start.logins, &keys)?;
    let sender = Sender::new(Domain::parse(&start.hostname)?, authorities, reach, logins);
    let courier = Arc::new(Courier { keys: keys.clone(), dkim: start.dkim, sender });
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Keyd, line) => keys.attach(line),
            Order::Attach(Role::Spool, line) => {
                let courier = Arc::clone(&courier);
                tokio::spawn(serve(line.socket, courier));
            }
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::List(..) | Order::Rules(_) | Order::Shadow(_) => {}
            Order::Stop => return Ok(()),
        }
    }
}

#[derive(Debug)]
struct Courier {
    keys: Keys,
    dkim: Vec<DkimKey>,
    sender: Sender,
}

impl Handler for Courier {
    async fn handle(&self, payload: Vec<u8>, descriptors: Vec<OwnedFd>) -> Option<Answer> {
        let job = match decode::<Question>(&payload).ok()? {
            Question::Job(job) => *job,
            Question::Probe { hop, recipient } => {
                let probed = timeout(PROBE_PATIENCE, self.sender.probe(&hop, &recipient)).await;
                let outcome = match probed {
                    Ok(Ok(outcome)) => self::outcome(outcome, false),
                    Ok(Err(error)) => Outcome::Temporary { reply: cut(format!("{error:#}")) },
                    Err(_late) => Outcome::Temporary { reply: "it does not answer".to_owned() },
                };
                return Some(Answer { payload: encode(&outcome).ok()?, descriptors: Vec::new() });
            }
        };
        let body = File::from(descriptors.into_iter().next()?);
        let rows: Vec<i64> = job.recipients.iter().map(|(row, _)| *row).collect();
        let outcomes = match timeout(JOB_PATIENCE, self.deliver(job, body)).await {
            Ok(Ok(outcomes)) => outcomes,
            Ok(Err(error)) => {
                tracing::warn!(event = "deliver.failed", "{error:#}");
                temporary(&rows, &format!("{error:#}"))
            }
            Err(_late) => temporary(&rows, "the delivery took too long"),
        };
        Some(Answer { payload: encode(&outcomes).ok()?, descriptors: Vec::new() })
    }
}

/// Nobody was reached.
fn temporary(rows: &[i64], reply: &str) -> Outcomes {
    let outcome = |row: &i64| (*row, Outcome::Temporary { reply: cut(reply.to_owned()) });
    let outcomes = rows.iter().map(outcome).collect();
    Outcomes { outcomes, reached: false, sessions: Vec::new() }
}

impl Courier {
    async fn deliver(&self, job: Job, body: File) -> anyhow::Result<Outcomes> {
        let thing = super::thing(&job.id);
        let key = match self.keys.unwrap(&WrappedKey(job.wrapped), thing.clone()).await {
            Ok(key) => key,
            Err(error) => {
                // Ours to mend, not the next hop's: without an outcome it is asked again at once.
                tracing::warn!(event = "deliver.no-key", "{error:#}");
                let (outcomes, sessions) = (Vec::new(), Vec::new());
                return Ok(Outcomes { outcomes, reached: true, sessions });
            }
        };
        fail::point("deliver.key")?;
        let edits: Vec<_> = job.edits.into_iter().map(wire::edit::Edit::from).collect();
        let mut fields = job.received;
        let signing = sign::keys_of(&self.dkim, job.author.as_deref().unwrap_or_default());
        if !signing.is_empty() {
            let mut body = body.try_clone()?;
            let copy =
                Content::new(body.try_clone()?, &key, &thing, job.octets, &edits, Vec::new())?;
            let copy = copy.plain();
            let signed = || sign::fields(&self.keys, &signing, copy);
            fields.splice(..0, tokio::task::block_in_place(signed)?);
            // Both are one open file, and it is read once more.
            body.seek(SeekFrom::Start(0))?;
        }
        let content = Content::new(body, &key, &thing, job.octets, &edits, fields)?;
        let envelope = client::Job {
            sender: match &job.sender {
                None => ReversePath::Null,
                Some(sender) => ReversePath::Mailbox(Address::parse(sender)?),
            },
            wish: job.wishes.mail(),
            recipients: job
                .recipients
                .iter()
                .map(|(_, it)| {
                    let wish = job.wishes.recipient(it);
                    Address::parse(it).map(|address| client::Recipient { address, wish })
                })
                .collect::<Result<_, _>>()?,
            body: if job.eight_bit { Body::EightBit } else { Body::SevenBit },
            utf8: job.utf8,
            octets: content.octets(),
        };
        let mut sessions = Vec::new();
        let sent = self.sender.send(&job.hop, envelope, content, &mut sessions).await;
        fail::point("deliver.taken")?;
        let Sent { outcomes, reports, reached, .. } = match sent {
            Ok(sent) => sent,
            Err(error) => {
                tracing::warn!(event = "deliver.failed", "{error:#}");
                let rows: Vec<i64> = job.recipients.iter().map(|(row, _)| *row).collect();
                return Ok(Outcomes { sessions, ..temporary(&rows, &format!("{error:#}")) });
            }
        };
        anyhow::ensure!(outcomes.len() == job.recipients.len(), "an outcome for each recipient");
        let rows = job.recipients.into_iter().map(|(row, _)| row);
        let outcomes = rows.zip(outcomes.into_iter().map(|it| outcome(it, reports))).collect();
        Ok(Outcomes { outcomes, reached, sessions })
    }
}

fn outcome(outcome: client::Outcome, reports: bool) -> Outcome {
    match outcome {
        client::Outcome::Delivered(reply) => {
            Outcome::Delivered { reply: cut(reply.to_string()), reports }
        }
        client::Outcome::Permanent(reply) => Outcome::Permanent { reply: cut(reply.to_string()) },
        client::Outcome::Temporary(reply) => Outcome::Temporary { reply: cut(reply.to_string()) },
    }
}

/// The text up to its limit; it serves logs and reports alone.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(REPLY_OCTETS_MAX));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_replies_of_a_talkative_hop_stay_small() {
        let lines: Vec<Vec<u8>> = vec![vec![b'x'; 2_000]; 64];
        let reply = client::Reply::new(550, lines.iter().map(Vec::as_slice));
        let Outcome::Permanent { reply } = outcome(client::Outcome::Permanent(reply), false) else {
            panic!("a refusal stays one");
        };
        assert_eq!(reply.len(), REPLY_OCTETS_MAX);
        assert!(reply.starts_with("550 xxx"), "{reply}");
        assert_eq!(cut(format!("{}\u{e9}", "x".repeat(511))).len(), 511);
    }
}
