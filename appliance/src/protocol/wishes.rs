//! What a sender wants to be told of a message (RFC 3461) and how it travels (RFC 8689), as it is stored and handed on.

use serde::{Deserialize, Serialize};
use wire::smtp::{
    dsn::{EnvelopeId, MailWish, Notify, OriginalRecipient, RcptWish, Returned},
    server,
};

use crate::role::folded;

/// The parameters of one envelope, encoded as they came.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Wishes {
    /// `RET`.
    returned: Option<String>,
    /// `ENVID`.
    envelope_id: Option<String>,
    /// The recipients that have any.
    recipients: Vec<Wished>,
    /// `REQUIRETLS`.
    #[serde(default)]
    requires_tls: bool,
}

/// The parameters of one recipient.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Wished {
    address: String,
    /// `NOTIFY`.
    notify: Option<String>,
    /// `ORCPT`.
    original: Option<String>,
}

impl Wishes {
    /// Those of an envelope that came by SMTP.
    pub(crate) fn of(envelope: &server::Envelope) -> Self {
        let recipients = envelope.recipients().iter().zip(envelope.wishes());
        let wished = recipients.filter(|(_, wish)| **wish != RcptWish::default());
        Self {
            returned: envelope.wish().returned.map(|it| it.to_string()),
            envelope_id: envelope.wish().envelope_id.as_ref().map(ToString::to_string),
            recipients: wished
                .map(|(address, wish)| Wished {
                    address: address.to_string(),
                    notify: wish.notify.map(|it| it.to_string()),
                    original: wish.original.as_ref().map(ToString::to_string),
                })
                .collect(),
            requires_tls: envelope.wish().requires_tls,
        }
    }

    /// Wishes of `to`, whom mail for `from` goes to, the same as those for `from`. Where these are
    /// several, they do not tell of success; whether somebody wants to be told of it is returned.
    pub(crate) fn pass_on(&mut self, from: &str, to: &[String]) -> bool {
        let from = folded(from);
        let Some(wished) = self.recipients.iter().find(|it| folded(&it.address) == from).cloned()
        else {
            return false;
        };
        let wish = wished.notify.as_deref().and_then(Notify::parse);
        let is_list = 1 < to.len();
        let notify = if is_list { wish.map(without_success) } else { wish };
        for address in to {
            let address = folded(address);
            if self.recipients.iter().all(|it| folded(&it.address) != address) {
                let notify = notify.map(|it| it.to_string());
                let original = wished.original.clone();
                self.recipients.push(Wished { address, notify, original });
            }
        }
        is_list && Notify::of_success(wish)
    }

    /// Whether the message goes over TLS to servers that are known, or not at all.
    pub(crate) fn requires_tls(&self) -> bool {
        self.requires_tls
    }

    /// What is wished for the message.
    pub(crate) fn mail(&self) -> MailWish {
        MailWish {
            returned: self.returned.as_deref().and_then(Returned::parse),
            envelope_id: self.envelope_id.as_deref().and_then(EnvelopeId::parse),
            requires_tls: self.requires_tls,
        }
    }

    /// What is wished for a recipient.
    pub(crate) fn recipient(&self, address: &str) -> RcptWish {
        let address = folded(address);
        let wished = self.recipients.iter().find(|it| folded(&it.address) == address);
        wished.map_or_else(RcptWish::default, |it| RcptWish {
            notify: it.notify.as_deref().and_then(Notify::parse),
            original: it.original.as_deref().and_then(OriginalRecipient::parse),
        })
    }

    #[cfg(test)]
    pub(crate) fn of_recipients(wished: &[(&str, &str, &str)]) -> Self {
        let recipients = wished.iter().map(|(address, notify, original)| Wished {
            address: (*address).to_owned(),
            notify: Some((*notify).to_owned()),
            original: Some((*original).to_owned()),
        });
        Self { recipients: recipients.collect(), ..Self::default() }
    }
}

/// The same but for success; never where nothing else was wished.
fn without_success(notify: Notify) -> Notify {
    match notify {
        Notify::Never | Notify::On { failure: false, delay: false, .. } => Notify::Never,
        Notify::On { failure, delay, .. } => Notify::On { success: false, failure, delay },
    }
}
