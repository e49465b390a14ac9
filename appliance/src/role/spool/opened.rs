//! A recipient opened a copy: it is marked, and the sender told, in one transaction.

use anyhow::Context;
use store::{
    copy::{self, Copy, ReadReceipt},
    message::{self, MessageKind},
};

use super::{
    Spool,
    letter::{Draft, house},
    sealed::{self, Sealing, StoredEnvelope, StoredHead},
};
use crate::{
    audit, notice,
    role::{now_ms, thing},
};

impl Spool {
    /// Marks the copy as read. The first time only, the sender is told where the options say so.
    pub(super) async fn opened(&self, copy_id: &str) -> anyhow::Result<()> {
        let Some(found) = copy::by_id(&self.store, copy_id).await? else { return Ok(()) };
        if found.read_at_ms.is_some() {
            return Ok(());
        }
        let at_ms = now_ms();
        let receipt = self.receipt(&found, at_ms).await?;
        let receipt_id = receipt.as_ref().map(|it| it.message.id.clone());
        let also: Vec<_> = receipt.into_iter().collect();
        let told = [audit::opened(&found.message_id, copy_id)];
        let first = copy::mark_read(&self.store, copy_id, at_ms, &also, &told).await?;
        match receipt_id {
            Some(_) if first => self.due.notify_waiters(),
            // Somebody else was quicker: the letter that nobody sends is removed again.
            Some(id) => self.drop_body(id).await,
            None => {}
        }
        Ok(())
    }

    async fn receipt(&self, found: &Copy, at_ms: i64) -> anyhow::Result<Option<store::Commit>> {
        let wrapped = found.wrapped_key.as_ref().context("the message is gone")?;
        let key = self.keys.unwrap(wrapped, thing(&found.message_id)).await?;
        let sealing = Sealing::new(&found.message_id, key);
        let head: StoredHead = sealing.open(sealed::HEAD, &found.head)?;
        let wanted = match found.options.read_receipt {
            ReadReceipt::Always => true,
            ReadReceipt::Never => false,
            ReadReceipt::OnRequest => head.receipt_wanted(),
        };
        let row = message::find(&self.store, &found.message_id).await?;
        let row = row.context("a copy has its message")?;
        let stored: StoredEnvelope = sealing.open(sealed::ENVELOPE, &row.envelope)?;
        let (true, Some(to)) = (wanted, stored.envelope.sender) else { return Ok(None) };
        let reader = sealing.open_text(sealed::RECIPIENT, &found.recipient)?;
        let organisation = self.organisation()?;
        let letter = notice::receipt(
            &house(&organisation),
            &notice::Receipt {
                reader: &reader,
                subject: head.subject(),
                sent_ms: found.received_at_ms,
                read_ms: at_ms,
            },
        );
        let about = head.message_id().map(str::to_owned);
        let draft = Draft { kind: MessageKind::Receipt, to, letter, report_to: None, about };
        self.write(draft, at_ms).await.map(Some)
    }
}
