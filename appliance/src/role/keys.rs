//! Asking `keyd`.

use std::{sync::Arc, time::Duration};

use grammar::literal::Address;
use vault::key::{DataKey, WrappedKey};

use crate::{
    channel::{CallError, End, Line, decode, encode},
    protocol::{
        control::Role,
        keyd::{KeyAnswer, KeyQuestion},
    },
    role::Losses,
};

/// `keyd` answers within a millisecond; this covers its restart.
const PATIENCE: Duration = Duration::from_secs(10);

/// The line to `keyd`, for many at once.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    line: Arc<Line>,
}

/// `keyd` did not give what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    /// It could not be asked.
    #[error("keyd could not be asked")]
    Call(#[from] CallError),
    /// It refused.
    #[error("keyd refused")]
    Refused,
}

impl Keys {
    /// A line to `keyd` that is not connected yet; its loss is reported through `losses`.
    pub(crate) fn new(losses: &Losses) -> Self {
        Self { line: Arc::new(Line::new(losses.of(Role::Keyd))) }
    }

    /// Connects to a `keyd`.
    pub(crate) fn attach(&self, end: End) {
        self.line.attach(end);
    }

    /// New data keys, each for the thing that `contexts` names in its place.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked, or refuses; so it does more than [`NEW_MAX`] at once.
    pub(crate) async fn new_keys(
        &self,
        contexts: Vec<String>,
    ) -> Result<Vec<(DataKey, WrappedKey)>, KeysError> {
        let expected = contexts.len();
        match self.ask(KeyQuestion::New { contexts }).await? {
            KeyAnswer::Made(made) if made.len() == expected => {
                let made = made.into_iter();
                Ok(made.map(|(key, it)| (DataKey::from_bytes(key), WrappedKey(it))).collect())
            }
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Signature(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// A new data key for one thing.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked, or refuses.
    pub(crate) async fn new_key(
        &self,
        context: String,
    ) -> Result<(DataKey, WrappedKey), KeysError> {
        self.new_keys(vec![context]).await?.pop().ok_or(KeysError::Refused)
    }

    /// The data key in a wrapping.
    ///
    /// # Errors
    ///
    /// [`KeysError::Refused`] when it was made for another thing.
    pub(crate) async fn unwrap(
        &self,
        wrapped: &WrappedKey,
        context: String,
    ) -> Result<DataKey, KeysError> {
        let wrapped = wrapped.0.clone();
        match self.ask(KeyQuestion::Unwrap { context, wrapped }).await? {
            KeyAnswer::Key(key) => Ok(DataKey::from_bytes(key)),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Signature(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// Keyed hashes of addresses as they are compared, in order. The empty text stands for the null
    /// sender.
    ///
    /// # Errors
    ///
    /// [`KeysError`].
    pub(crate) async fn hash(&self, addresses: Vec<String>) -> Result<Vec<[u8; 32]>, KeysError> {
        let expected = addresses.len();
        let addresses = addresses.iter().map(|it| folded(it)).collect();
        match self.ask(KeyQuestion::Hash { addresses }).await? {
            KeyAnswer::Hashes(hashes) if hashes.len() == expected => Ok(hashes),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Signature(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// A signature for an outgoing mail, over the canonical text of its signed fields. It blocks.
    ///
    /// # Errors
    ///
    /// [`KeysError`].
    pub(crate) fn sign_mail(
        &self,
        domain: &str,
        selector: &str,
        text: Vec<u8>,
    ) -> Result<Vec<u8>, KeysError> {
        let (domain, selector) = (domain.to_owned(), selector.to_owned());
        match self.ask_blocking(&KeyQuestion::SignMail { domain, selector, text })? {
            KeyAnswer::Signature(signature) => Ok(signature),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// A signature for a TLS handshake. It blocks, for the handshake cannot wait otherwise.
    ///
    /// # Errors
    ///
    /// [`KeysError`].
    pub(crate) fn sign(&self, scheme: u16, message: &[u8]) -> Result<Vec<u8>, KeysError> {
        match self.ask_blocking(&KeyQuestion::Sign { scheme, message: message.to_vec() })? {
            KeyAnswer::Signature(signature) => Ok(signature),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// A signature for a handshake with a next hop, made with the key of a login. It blocks, for the
    /// handshake cannot wait otherwise.
    ///
    /// # Errors
    ///
    /// [`KeysError`].
    pub(crate) fn sign_login(
        &self,
        login: &str,
        scheme: u16,
        message: &[u8],
    ) -> Result<Vec<u8>, KeysError> {
        let (login, message) = (login.to_owned(), message.to_vec());
        match self.ask_blocking(&KeyQuestion::SignLogin { login, scheme, message })? {
            KeyAnswer::Signature(signature) => Ok(signature),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// The password of a login at a next hop.
    ///
    /// # Errors
    ///
    /// [`KeysError::Refused`] when it has none.
    pub(crate) async fn password(&self, login: &str) -> Result<String, KeysError> {
        match self.ask(KeyQuestion::Password { login: login.to_owned() }).await? {
            KeyAnswer::Password(password) => Ok(password),
            KeyAnswer::Confirmed { .. }
            | KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Signature(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    /// The key and the signature that confirm the audit log up to a record.
    ///
    /// # Errors
    ///
    /// [`KeysError::Refused`] when a later one was confirmed before.
    pub(crate) async fn confirm(
        &self,
        sequence: i64,
        digest: [u8; 32],
    ) -> Result<(String, Vec<u8>), KeysError> {
        match self.ask(KeyQuestion::Confirm { sequence, digest }).await? {
            KeyAnswer::Confirmed { key, signature } => Ok((key, signature)),
            KeyAnswer::Hashes(_)
            | KeyAnswer::Key(_)
            | KeyAnswer::Made(_)
            | KeyAnswer::Password(_)
            | KeyAnswer::Signature(_)
            | KeyAnswer::Refused => Err(KeysError::Refused),
        }
    }

    async fn ask(&self, question: KeyQuestion) -> Result<KeyAnswer, KeysError> {
        let keys = self.clone();
        let asked = tokio::task::spawn_blocking(move || keys.ask_blocking(&question)).await;
        asked.map_err(|_panicked| KeysError::Call(CallError::Gone))?
    }

    fn ask_blocking(&self, question: &KeyQuestion) -> Result<KeyAnswer, KeysError> {
        let (payload, _) = self.line.call(encode(question)?, Vec::new(), PATIENCE)?;
        Ok(decode(&payload)?)
    }
}

/// An address as it is compared: whoever writes it in other letters is the same person.
pub(crate) fn folded(address: &str) -> String {
    match Address::parse(address) {
        Ok(parsed) => format!("{}@{}", parsed.local_folded(), parsed.domain()),
        Err(_) => address.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_make_another_person() {
        assert_eq!(folded("Bob@SHOP.example"), folded("bob@shop.example"));
        assert_ne!(folded("bob@shop.example"), folded("rob@shop.example"));
        assert_eq!(folded(""), "");
    }
}
