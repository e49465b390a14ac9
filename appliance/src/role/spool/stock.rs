//! Names and keys of messages to come, and hashes of addresses that came before: `keyd` is asked
//! for many at once rather than for each message.

use std::{
    collections::BTreeMap,
    sync::{
        PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::Mutex;
use vault::{
    key::{DataKey, WrappedKey},
    token::ordered_id,
};

use crate::{
    protocol::keyd::NEW_MAX,
    role::{
        Keys,
        keys::{KeysError, folded},
        now_ms, thing,
    },
};

/// How long a key may wait for its message, so that none stands in memory while no mail comes.
const KEY_LIFE: Duration = Duration::from_secs(5);
/// Addresses whose hashes are remembered.
const HASHES_MAX: usize = 10_000;

/// A message that has a name and a key, and nothing else yet.
#[derive(Debug)]
pub(super) struct Blank {
    pub(super) id: String,
    pub(super) key: DataKey,
    pub(super) wrapped: WrappedKey,
}

/// What was got from `keyd` ahead.
#[derive(Debug)]
pub(super) struct Stock {
    keys: Keys,
    /// Which `keyd` this is, in the order in which they came: the next may have another master key.
    keyd: AtomicU64,
    blanks: Mutex<Blanks>,
    hashes: std::sync::Mutex<BTreeMap<String, [u8; 32]>>,
}

#[derive(Debug)]
struct Blanks {
    keyd: u64,
    made: Instant,
    ready: Vec<Blank>,
}

impl Stock {
    /// Nothing yet.
    pub(super) fn new(keys: Keys) -> Self {
        let blanks = Mutex::new(Blanks { keyd: 0, made: Instant::now(), ready: Vec::new() });
        Self { keys, keyd: AtomicU64::new(0), blanks, hashes: std::sync::Mutex::default() }
    }

    /// There is another `keyd`: what the one before made is not used any more.
    pub(super) fn renew(&self) {
        self.keyd.fetch_add(1, Ordering::SeqCst);
    }

    /// A new message.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked, or refuses.
    pub(super) async fn blank(&self) -> Result<Blank, KeysError> {
        let mut blanks = self.blanks.lock().await;
        let keyd = self.keyd.load(Ordering::SeqCst);
        if keyd != blanks.keyd || KEY_LIFE < blanks.made.elapsed() {
            blanks.ready.clear();
        }
        if let Some(blank) = blanks.ready.pop() {
            return Ok(blank);
        }
        (blanks.keyd, blanks.made) = (keyd, Instant::now());
        let ids: Vec<String> = (0..NEW_MAX).map(|_| ordered_id(now_ms())).collect();
        let keys = self.keys.new_keys(ids.iter().map(|it| thing(it)).collect()).await?;
        let new = ids.into_iter().zip(keys);
        blanks.ready.extend(new.map(|(id, (key, wrapped))| Blank { id, key, wrapped }));
        blanks.ready.pop().ok_or(KeysError::Refused)
    }

    /// The keyed hashes of addresses, in order.
    ///
    /// # Errors
    ///
    /// `keyd` cannot be asked, or refuses.
    pub(super) async fn hashes(&self, addresses: &[String]) -> Result<Vec<[u8; 32]>, KeysError> {
        let addresses: Vec<String> = addresses.iter().map(|it| folded(it)).collect();
        let known: Option<Vec<[u8; 32]>> = {
            let known = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
            addresses.iter().map(|it| known.get(it).copied()).collect()
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let hashes = self.keys.hash(addresses.clone()).await?;
        let mut known = self.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        if HASHES_MAX < known.len().saturating_add(addresses.len()) {
            known.clear();
        }
        known.extend(addresses.into_iter().zip(hashes.iter().copied()).take(HASHES_MAX));
        Ok(hashes)
    }
}
