//! What waits for its sender: the mail that asks, and what the sender decides by its link.
//!
//! # Invariants
//!
//! - Only who has the link decides, and of that message alone.
//! - Looking at a link decides nothing.
//! - What the sender lets go is decided once more, as whatever anybody lets go.

use grammar::tree::SENDER;
use store::{
    Commit, NewToken,
    audit::NewRecord,
    message::MessageKind,
    order::{self, NewOrder, OrderWhat},
    queue::{self, DeliveryState},
    token::{self, TokenPurpose},
};
use vault::token::{Token, TokenHash};

use super::{
    Spool,
    carry::Arrived,
    letter::{Draft, house},
    plan::waits_for_sender,
    review::DAY_MS,
};
use crate::{audit, notice, protocol::exam::Head, role::now_ms};

/// Deliveries looked at at once.
const PAGE_ROWS: u32 = 200;
/// Orders about one delivery that are looked at.
const ORDERS_MAX: u32 = 200;
/// Who gave the order, in the log of the message.
const BY_LINK: &str = "its sender, by the link";

/// What a sender is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// Whether it is to go to these.
    pub(super) recipients: &'a [String],
    /// By which policies.
    pub(super) policies: &'a [String],
}

impl Spool {
    /// Adds the link to `commit`, and gives the mail that asks; none where there is nobody to ask.
    pub(super) async fn ask(
        &self,
        arrived: &Arrived,
        head: &Head,
        asked: &Asked<'_>,
        commit: &mut Commit,
    ) -> anyhow::Result<Option<Commit>> {
        let Some(sender) = arrived.envelope.sender.clone() else { return Ok(None) };
        let hashes = self.stock.hashes(std::slice::from_ref(&sender)).await?;
        let [address_hash] = hashes.as_slice() else {
            anyhow::bail!("keyd answered with other hashes than were asked for");
        };
        let life_ms = i64::from(self.start.hold.days).saturating_mul(DAY_MS);
        let token = Token::random();
        commit.tokens.push(NewToken {
            hash: token.hash(),
            purpose: TokenPurpose::Sender,
            copy_id: None,
            message_id: Some(arrived.id.clone()),
            address_hash: *address_hash,
            expires_at_ms: arrived.at_ms.saturating_add(life_ms),
        });
        let organisation = self.organisation()?;
        let portal_url = &self.start.portal_url;
        let letter = notice::ask(
            &house(&organisation),
            &notice::Ask {
                subject: &head.subject,
                recipients: asked.recipients,
                policies: asked.policies,
                sent_ms: arrived.at_ms,
                days: self.start.hold.days,
                link: &format!("{portal_url}/s/{}", token.text().as_str()),
                portal_url,
            },
        );
        let about = head.message_id.clone();
        let kind = MessageKind::Confirmation;
        let draft = Draft { kind, to: sender, letter, report_to: None, about };
        self.write(draft, arrived.at_ms).await.map(Some)
    }

    /// What the sender with this link decided: whether what waits for it goes. Gives whether there is
    /// such a link.
    ///
    /// # Errors
    ///
    /// As any write; nothing is decided then.
    pub(super) async fn sender_decides(
        &self,
        hash: [u8; 32],
        decision: OrderWhat,
    ) -> anyhow::Result<bool> {
        let now_ms = now_ms();
        let found = token::find(&self.store, &TokenHash(hash), TokenPurpose::Sender).await?;
        let found = found.filter(|it| it.spent_at_ms.is_none() && now_ms < it.expires_at_ms);
        let Some(message) = found.and_then(|it| it.message_id) else { return Ok(false) };
        let order = |delivery_id| NewOrder {
            delivery_id,
            what: decision,
            releases_for: SENDER,
            ordered_by: BY_LINK,
            reason: None,
            unexamined: false,
            at_ms: now_ms,
        };
        let orders: Vec<_> = self.undecided(&message).await?.into_iter().map(order).collect();
        let told: Vec<NewRecord> = orders.iter().map(|it| audit::ordered(&message, it)).collect();
        order::give_all(&self.store, &orders, &told).await?;
        let count = orders.len();
        tracing::info!(event = "sender.decided", id = message, ?decision, deliveries = count);
        Ok(true)
    }

    /// What waits for the sender, who has not decided it.
    async fn undecided(&self, message: &str) -> anyhow::Result<Vec<i64>> {
        let (mut undecided, mut after) = (Vec::new(), 0);
        loop {
            let page = queue::of_message(&self.store, message, after, PAGE_ROWS).await?;
            let Some(last) = page.last() else { return Ok(undecided) };
            after = last.id;
            for delivery in page {
                let hold_for = delivery.hold_for.as_deref().unwrap_or_default();
                if delivery.state != DeliveryState::Held || !waits_for_sender(hold_for) {
                    continue;
                }
                // The first word counts, and whoever else ends the wait has ended it.
                let before = order::of_delivery(&self.store, delivery.id, ORDERS_MAX).await?;
                let is_decided = before.iter().any(|it| {
                    let by_sender = it.releases_for == SENDER;
                    it.outcome.is_none() && (by_sender || it.what != OrderWhat::Release)
                });
                if !is_decided {
                    undecided.push(delivery.id);
                }
            }
        }
    }
}
