//! What every handler has at hand.

use std::fmt;
use std::sync::Arc;

use store::Store;
use tokio::sync::Semaphore;

use crate::gateway::Gateway;
use crate::security::hashing::HashingPool;
use crate::security::letters::Letters;
use crate::security::throttle::Throttle;
use crate::settings::Settings;

/// The state of a running portal; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) hashing: Arc<HashingPool>,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) uploads: Arc<Semaphore>,
    pub(crate) letters: Arc<Letters>,
}

impl App {
    /// Puts a portal together.
    #[must_use]
    pub fn new(store: Store, gateway: Arc<dyn Gateway>, settings: Settings) -> Self {
        let limits = settings.limits;
        Self {
            store,
            gateway,
            hashing: Arc::new(HashingPool::new(limits.hashings_max, limits.hashing_wait_max)),
            throttle: Arc::new(Throttle::new(
                limits.logins_per_account_per_minute,
                limits.logins_per_client_per_minute,
            )),
            uploads: Arc::new(Semaphore::new(limits.uploads_max.max(1))),
            letters: Arc::default(),
            settings: Arc::new(settings),
        }
    }

    /// The same portal under new settings: what was counted against floods stays counted.
    ///
    /// The limits of hashings, uploads and attempts stay those it was made with.
    #[must_use]
    pub fn renewed(&self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self.clone() }
    }

    /// The time in ms since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.settings.now_ms()
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("settings", &self.settings).finish_non_exhaustive()
    }
}
