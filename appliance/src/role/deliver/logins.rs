//! What this gateway logs in with at next hops. The secrets are in `keyd`, which signs handshakes
//! and tells a password for the moment in which it is said.

use std::sync::Arc;

use vault::tls::{Identity, RemoteKey, SignatureError};
use wire::smtp::credentials::Credentials;

use crate::{
    protocol::control::{Login, Shown},
    role::Keys,
};

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Logins {
    keys: Option<Keys>,
    all: Vec<Known>,
}

/// One of them.
#[derive(Debug)]
struct Known {
    name: String,
    user: Option<String>,
    identity: Option<Identity>,
}

impl Logins {
    /// Those that a start names.
    ///
    /// # Errors
    ///
    /// A certificate cannot be read.
    pub(super) fn new(logins: &[Login], keys: &Keys) -> anyhow::Result<Self> {
        let known = |login: &Login| {
            let identity = login.certificate.as_ref().map(|it| identity(&login.name, it, keys));
            let (name, user) = (login.name.clone(), login.user.clone());
            anyhow::Ok(Known { name, user, identity: identity.transpose()? })
        };
        let all = logins.iter().map(known).collect::<Result<_, _>>()?;
        Ok(Self { keys: Some(keys.clone()), all })
    }

    /// Who this gateway shows itself to be.
    pub(super) fn identity(&self, login: &str) -> Option<&Identity> {
        self.find(login)?.identity.as_ref()
    }

    /// The user and the password; none where the login has none.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked.
    pub(super) async fn credentials(&self, login: &str) -> anyhow::Result<Option<Credentials>> {
        let user = self.find(login).and_then(|it| it.user.clone());
        let (Some(user), Some(keys)) = (user, &self.keys) else { return Ok(None) };
        Ok(Some(Credentials::new(user, keys.password(login).await?)))
    }

    fn find(&self, login: &str) -> Option<&Known> {
        self.all.iter().find(|it| it.name == login)
    }
}

fn identity(name: &str, shown: &Shown, keys: &Keys) -> anyhow::Result<Identity> {
    let (name, keys) = (name.to_owned(), keys.clone());
    let sign = move |scheme: u16, message: &[u8]| {
        // The handshake cannot wait asynchronously; the other tasks move to another thread.
        let signed = tokio::task::block_in_place(|| keys.sign_login(&name, scheme, message));
        signed.map_err(|error| {
            tracing::error!(event = "tls.not-signed", login = name, "{error}");
            SignatureError::Unavailable
        })
    };
    let key = RemoteKey::new(&shown.schemes, Arc::new(sign));
    Ok(Identity::new(&shown.chain_pem, Arc::new(key))?)
}
