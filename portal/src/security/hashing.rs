//! Password hashing, off the async threads and a few at a time.
//!
//! One hashing takes 19 MiB and tens of milliseconds; without a bound, a flood of logins would be a
//! flood of memory.

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Hashes and verifies passwords, at most so many at a time.
#[derive(Debug)]
pub(crate) struct HashingPool {
    permits: Semaphore,
    wait_max: Duration,
}

/// No turn came, or the hashing itself failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HashingError {
    /// The queue did not move for as long as a login may wait.
    #[error("too many passwords are being hashed")]
    Busy,
    /// The hashing failed.
    #[error("hashing a password failed: {0}")]
    Failed(String),
}

impl HashingPool {
    /// A pool for `at_once` hashings.
    pub(crate) fn new(at_once: usize, wait_max: Duration) -> Self {
        Self { permits: Semaphore::new(at_once.max(1)), wait_max }
    }

    /// Hashes a new password into its PHC string.
    pub(crate) async fn hash(&self, password: String) -> Result<String, HashingError> {
        self.run(move || vault::password::hash(&password))
            .await?
            .map_err(|error| HashingError::Failed(error.to_string()))
    }

    /// Whether the password is the account's; without an account, as slow and false.
    pub(crate) async fn verify(
        &self,
        phc: Option<String>,
        password: String,
    ) -> Result<bool, HashingError> {
        self.run(move || match phc {
            Some(phc) => vault::password::verify(&phc, &password),
            None => vault::password::verify_nobody(&password),
        })
        .await
    }

    /// Waits for a turn and runs the work on a blocking thread.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let turn = tokio::time::timeout(self.wait_max, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = turn else { return Err(HashingError::Busy) };
        spawn_blocking(work).await.map_err(|error| HashingError::Failed(error.to_string()))
    }
}
