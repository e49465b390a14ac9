//! What the portal asks of the rest of the appliance, over the sockets.

use std::{sync::Arc, time::Duration};

use ::portal::{
    AccountLetter, AttachmentBody, AttachmentInfo, BoxFuture, Gateway, Mailbox, Reading,
    Submission, SubmitOutcome, Unavailable,
};
use store::{
    Store,
    body::{self, Bodies},
};
use vault::{
    key::{DataKey, WrappedKey},
    stream::Opener,
};

use crate::{
    channel::{Caller, Line, decode, encode, memory},
    protocol::{
        exam::{self, ExamAnswer, ExamQuestion},
        spool::{self, Envelope, Finish, SpoolAnswer, SpoolQuestion},
    },
    role::{
        Keys,
        body::{Begun, Body},
        spool::open_into_memory,
        thing,
    },
};

/// How long a reader may take over one message.
const READING_PATIENCE: Duration = Duration::from_secs(20);
/// Octets of one attachment.
const ATTACHMENT_OCTETS_MAX: u64 = 256 * 1024 * 1024;

/// The lines to the other roles.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) keys: Keys,
    pub(super) spool: Caller,
    pub(super) reader: Arc<Line>,
    pub(super) store: Store,
    pub(super) bodies: Bodies,
}

impl Gateway for Sockets {
    fn new_key(
        &self,
        context: String,
    ) -> BoxFuture<'_, Result<(DataKey, WrappedKey), Unavailable>> {
        Box::pin(async move { self.keys.new_key(context).await.map_err(Unavailable::new) })
    }

    fn open_key(
        &self,
        wrapped: WrappedKey,
        context: String,
    ) -> BoxFuture<'_, Result<DataKey, Unavailable>> {
        Box::pin(async move { self.keys.unwrap(&wrapped, context).await.map_err(Unavailable::new) })
    }

    fn address_hash(&self, address: String) -> BoxFuture<'_, Result<[u8; 32], Unavailable>> {
        Box::pin(async move {
            let hashes = self.keys.hash(vec![address]).await.map_err(Unavailable::new)?;
            hashes.into_iter().next().ok_or_else(|| Unavailable::new("no hash came"))
        })
    }

    fn reading(
        &self,
        message_id: String,
        key: DataKey,
    ) -> BoxFuture<'_, Result<Reading, Unavailable>> {
        Box::pin(async move {
            let asked = self.read(message_id, key, ExamQuestion::Read).await;
            match asked.map_err(|error| Unavailable::new(format!("{error:#}")))? {
                (ExamAnswer::Read(reading), _) => Ok(shown(*reading)),
                _ => Err(Unavailable::new("the reader refused")),
            }
        })
    }

    fn attachment(
        &self,
        message_id: String,
        key: DataKey,
        index: u32,
    ) -> BoxFuture<'_, Result<Option<AttachmentBody>, Unavailable>> {
        Box::pin(async move {
            let asked = self.read(message_id, key, ExamQuestion::Attachment { index }).await;
            match asked.map_err(|error| Unavailable::new(format!("{error:#}")))? {
                (ExamAnswer::Attachment(None), _) => Ok(None),
                (ExamAnswer::Attachment(Some(info)), Some(bytes)) => {
                    Ok(Some(AttachmentBody { name: info.name, kind: info.kind, bytes }))
                }
                _ => Err(Unavailable::new("the reader refused")),
            }
        })
    }

    fn submit(&self, submission: Submission) -> BoxFuture<'_, Result<SubmitOutcome, Unavailable>> {
        Box::pin(async move {
            self.hand_over(submission).await.map_err(|error| Unavailable::new(format!("{error:#}")))
        })
    }

    fn write(&self, to: String, letter: AccountLetter) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let letter = match letter {
                AccountLetter::Changed => spool::AccountLetter::Changed,
                AccountLetter::Reset { link } => spool::AccountLetter::Reset { link },
            };
            match self.spool.call(&SpoolQuestion::Write { to, letter }, Vec::new()).await {
                Ok((SpoolAnswer::Done, _)) => Ok(()),
                Ok(_) => Err(Unavailable::new("the spool could not write")),
                Err(error) => Err(Unavailable::new(error)),
            }
        })
    }

    fn sender_decides(
        &self,
        token: [u8; 32],
        goes: bool,
    ) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let question = SpoolQuestion::SenderDecides { token, goes };
            match self.spool.call(&question, Vec::new()).await {
                Ok((SpoolAnswer::Done, _)) => Ok(true),
                Ok((SpoolAnswer::Rejected { .. }, _)) => Ok(false),
                Ok(_) => Err(Unavailable::new("the spool could not take the decision")),
                Err(error) => Err(Unavailable::new(error)),
            }
        })
    }

    fn opened(&self, copy_id: String) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let question = SpoolQuestion::Opened { copy: copy_id };
            match self.spool.call(&question, Vec::new()).await {
                Ok((SpoolAnswer::Done, _)) => Ok(()),
                Ok(_) => Err(Unavailable::new("the spool could not mark the copy")),
                Err(error) => Err(Unavailable::new(error)),
            }
        })
    }
}

impl Sockets {
    /// Opens the body and asks the reader about it.
    async fn read(
        &self,
        message_id: String,
        key: DataKey,
        question: ExamQuestion,
    ) -> anyhow::Result<(ExamAnswer, Option<Vec<u8>>)> {
        let body = body::find(&self.store, &self.bodies, &message_id).await?;
        let opener = Opener::new(&key, &thing(&message_id));
        let reader = Arc::clone(&self.reader);
        tokio::task::spawn_blocking(move || {
            let message = open_into_memory(body.into_reader(), opener)?;
            let (payload, descriptors) =
                reader.call(encode(&question)?, vec![message], READING_PATIENCE)?;
            let bytes = descriptors.into_iter().next();
            let bytes = bytes.map(|it| memory::read(it, ATTACHMENT_OCTETS_MAX)).transpose()?;
            Ok((decode(&payload)?, bytes))
        })
        .await?
    }

    /// Mail written in the portal goes the way of all mail.
    async fn hand_over(&self, submission: Submission) -> anyhow::Result<SubmitOutcome> {
        let Begun::Body(mut body) = Body::begin(&self.spool).await? else {
            anyhow::bail!("there is no room for the message now");
        };
        body.write(&submission.message).await?;
        let complete = body.finish().await?;
        let envelope = Envelope {
            sender: Some(submission.sender.clone()),
            recipients: submission.recipients,
            account: Some(submission.sender),
            protocol: "HTTPS".to_owned(),
            tls: true,
            ..Envelope::default()
        };
        let finish = Finish {
            id: complete.id,
            short: complete.short,
            envelope,
            octets: complete.octets,
            eight_bit: complete.eight_bit,
            sent_by: Some(submission.account_id),
        };
        let question = SpoolQuestion::Finish(Box::new(finish));
        match self.spool.call(&question, Vec::new()).await? {
            (SpoolAnswer::Accepted { .. }, _) => Ok(SubmitOutcome::Accepted),
            (SpoolAnswer::Rejected { text }, _) => Ok(SubmitOutcome::Refused { reason: text }),
            (
                SpoolAnswer::TryLater { .. }
                | SpoolAnswer::Begun { .. }
                | SpoolAnswer::Done
                | SpoolAnswer::Room,
                _,
            ) => anyhow::bail!("the message cannot be taken now"),
        }
    }
}

fn shown(reading: exam::Reading) -> Reading {
    let mailbox = |it: exam::Mailbox| Mailbox { name: it.name, address: it.address };
    Reading {
        subject: reading.head.subject,
        from: mailbox(reading.from),
        to: reading.to.into_iter().map(mailbox).collect(),
        cc: reading.cc.into_iter().map(mailbox).collect(),
        date_ms: reading.head.date_ms,
        message_id: reading.head.message_id,
        references: reading.references,
        text: reading.text,
        html: reading.html,
        remote_pictures_dropped: reading.remote_pictures,
        attachments: reading
            .attachments
            .into_iter()
            .map(|it| AttachmentInfo {
                index: it.index,
                name: it.name,
                kind: it.kind,
                octets: it.octets,
            })
            .collect(),
    }
}
