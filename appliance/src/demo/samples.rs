//! Three messages as the organisation's mail server would hand them over.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    net::SocketAddr,
};

use anyhow::Context;
use grammar::literal::{Address, Domain};
use vault::{key::DataKey, stream::seal_all, tls::Authorities};
use wire::{
    compose::{Attachment, Date, Mail, Mailbox, MessageId},
    smtp::{
        client::{Job, Outcome},
        dsn::MailWish,
        path::ReversePath,
        server::Body,
    },
};

use crate::{
    protocol::hop::{Hop, HopTls, Server},
    role::{self, Reach, deliver},
};

/// Who gets the notice whose link is shown.
pub(super) const RECIPIENT: &str = "bob@shop.example";

/// A message with its envelope.
#[derive(Debug)]
pub(super) struct Sample {
    sender: Address,
    /// To whom it goes.
    pub(super) recipients: Vec<Address>,
    octets: Vec<u8>,
}

/// The samples: one that the sender asks to be secured, one that its content secures, one that is
/// held.
///
/// # Errors
///
/// An address of this file is none, which is a fault of this program.
pub(super) fn all() -> anyhow::Result<Vec<Sample>> {
    let offer = Attachment {
        name: "offer.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        content: b"12 chairs at 49.00 each\n".to_vec(),
    };
    Ok(vec![
        sample(
            "[secure] Our offer",
            "Dear Bob,\n\nour offer is attached. It is for you alone.\n\nAlice\n",
            &["carol@acme.example", RECIPIENT],
            vec![offer],
        )?,
        sample(
            "Refund for order 1042",
            "Dear Ben,\n\nwe refund to the card 4012 8888 8888 1881.\n\nAlice\n",
            &["ben@customer.example"],
            Vec::new(),
        )?,
        sample(
            "Project Nightjar",
            "Off the record: the announcement is on Monday.\n",
            &["press@paper.example", "dora@acme.example"],
            Vec::new(),
        )?,
    ])
}

fn sample(
    subject: &str,
    text: &str,
    to: &[&str],
    attachments: Vec<Attachment>,
) -> anyhow::Result<Sample> {
    let sender = Address::parse("alice@acme.example")?;
    let recipients = to.iter().map(|it| Address::parse(it)).collect::<Result<Vec<_>, _>>()?;
    let id = format!("{}@acme.example", vault::token::random_id());
    let id = MessageId::parse(&id).context("a message id")?;
    let from = Mailbox::new("Alice Ames", sender.clone());
    let mut mail = Mail::new(from, Date::utc(role::now_ms()), id);
    mail.to = recipients.iter().cloned().map(Mailbox::bare).collect();
    mail.subject = subject.to_owned();
    mail.text = text.to_owned();
    mail.attachments = attachments;
    Ok(Sample { sender, recipients, octets: mail.write(1) })
}

/// Sends one, as any mail server would.
///
/// # Errors
///
/// The appliance cannot be reached, or does not take it for every recipient.
pub(super) async fn send(address: SocketAddr, sample: &Sample) -> anyhow::Result<()> {
    let key = DataKey::random();
    let mut body: File = tempfile::tempfile()?;
    body.write_all(&seal_all(&key, "sample", &sample.octets)?)?;
    body.seek(SeekFrom::Start(0))?;
    let octets = u64::try_from(sample.octets.len())?;
    let content = deliver::Content::new(body, &key, "sample", octets, &[], Vec::new())?;
    let job = Job {
        sender: ReversePath::Mailbox(sample.sender.clone()),
        recipients: sample.recipients.iter().cloned().map(Into::into).collect(),
        wish: MailWish::default(),
        utf8: false,
        body: Body::EightBit,
        octets,
    };
    let server = Server::at(address, HopTls::Opportunistic);
    let hop = Hop { servers: vec![server], strangers: false };
    let sender = deliver::Sender::new(
        Domain::parse("mail.acme.example")?,
        Authorities::new(&[], None)?,
        Reach::new(&[]),
        deliver::Logins::default(),
    );
    let deliver::Sent { outcomes, .. } = sender.send(&hop, job, content).await?;
    let taken = outcomes.iter().all(|it| matches!(it, Outcome::Delivered(_)));
    anyhow::ensure!(taken, "the appliance did not take a sample: {outcomes:?}");
    Ok(())
}
