//! `login`: checks the passwords of submission, and does nothing else. It has the hashes of the
//! accounts, no key, no file and no network.
//!
//! It is a role of its own because a check takes time and memory by design: `keyd`, which signs
//! every handshake, must not be kept up by it, and `front`, which reads what anybody sends, must
//! not have what is checked against.

mod accounts;
mod throttle;

use std::{
    os::fd::OwnedFd,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use tokio::sync::{Semaphore, watch};
use vault::password;
use zeroize::Zeroizing;

use self::throttle::Throttle;
pub(crate) use accounts::Accounts;

use super::{Losses, Master, Order};
use crate::{
    channel::{Answer, Handler, decode, encode, serve},
    protocol::{
        control::{List, Role, Start},
        login::{LoginAnswer, LoginQuestion},
    },
};

/// Passwords that are checked at once; each takes 19 MiB.
const CHECKS_MAX: usize = 2;
/// Passwords that wait to be checked, and are checked.
const WAITING_MAX: usize = 32;

/// Checks passwords until the master says stop.
///
/// # Errors
///
/// The role cannot start or loses its master.
pub(super) fn run(start: &Start, control: OwnedFd) -> anyhow::Result<()> {
    super::run_confined(start, control, work)
}

async fn work(master: Master) -> anyhow::Result<()> {
    let mut losses = Losses::new();
    let desk = Arc::new(Desk {
        accounts: watch::channel(Arc::default()).0,
        throttle: Mutex::default(),
        waiting: Semaphore::new(WAITING_MAX),
        checks: Semaphore::new(CHECKS_MAX),
    });
    loop {
        match master.order(&mut losses).await? {
            Order::Attach(Role::Front, line) => {
                tokio::spawn(serve(line.socket, Arc::clone(&desk)));
            }
            Order::Attach(role, _) => anyhow::bail!("joined to {role}"),
            Order::List(List::Accounts, file) => match Accounts::read(file) {
                Ok(accounts) => {
                    tracing::info!(event = "accounts.taken", count = accounts.count());
                    desk.accounts.send_replace(Arc::new(accounts));
                }
                Err(error) => tracing::error!(event = "accounts.refused", "{error:#}"),
            },
            Order::List(List::Recipients, _) | Order::Rules(_) | Order::Shadow(_) => {}
            Order::Stop => return Ok(()),
        }
    }
}

#[derive(Debug)]
struct Desk {
    accounts: watch::Sender<Arc<Accounts>>,
    throttle: Mutex<Throttle>,
    waiting: Semaphore,
    checks: Semaphore,
}

impl Handler for Desk {
    async fn handle(&self, payload: Vec<u8>, _: Vec<OwnedFd>) -> Option<Answer> {
        let payload = Zeroizing::new(payload);
        let (user, password, peer) = match decode(&payload).ok()? {
            LoginQuestion::Credentials { user, password, peer } => (user, password, peer),
            LoginQuestion::Still(pass) => {
                let account = self.accounts.borrow().get(&pass.user).map(|it| it.pass(&pass.user));
                let still = account.as_ref() == Some(&pass);
                let answer = if still { LoginAnswer::Still } else { LoginAnswer::Denied };
                return Some(Answer { payload: encode(&answer).ok()?, descriptors: Vec::new() });
            }
        };
        let password = Zeroizing::new(password);
        // It counts before it is checked, so that tries side by side count, too.
        let may_try = self.throttled(|it| it.begin(&user, peer, Instant::now()));
        let answer = if may_try {
            let answer = self.check(&user, password).await;
            if !matches!(answer, LoginAnswer::Denied) {
                self.throttled(|it| it.forgive(&user, peer));
            }
            answer
        } else {
            tracing::warn!(event = "login.throttled", "too many wrong passwords");
            LoginAnswer::Unavailable
        };
        Some(Answer { payload: encode(&answer).ok()?, descriptors: Vec::new() })
    }
}

impl Desk {
    async fn check(&self, user: &str, password: Zeroizing<String>) -> LoginAnswer {
        let (Ok(_place), Ok(_turn)) = (self.waiting.try_acquire(), self.checks.acquire().await)
        else {
            return LoginAnswer::Unavailable;
        };
        let accounts = Arc::clone(&self.accounts.borrow());
        let account = accounts.get(user).cloned();
        let checked = tokio::task::spawn_blocking(move || {
            let is_right = match &account {
                Some(account) => password::verify(&account.hash, &password),
                // Whether there is such an account is not told by the time it takes.
                None => password::verify_nobody(&password),
            };
            account.filter(|_| is_right)
        });
        match checked.await {
            Ok(Some(account)) => {
                LoginAnswer::Granted { pass: account.pass(user), senders: account.senders }
            }
            Ok(None) => LoginAnswer::Denied,
            Err(_) => LoginAnswer::Unavailable,
        }
    }

    fn throttled<T>(&self, act: impl FnOnce(&mut Throttle) -> T) -> T {
        act(&mut self.throttle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
