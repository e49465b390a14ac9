//! Connections that wait for another message to the same server.
//!
//! # Invariants
//!
//! - What a connection was made with (name, address, what TLS must show) is what the next message
//!   asks for: it finds no other.
//! - One over which a server has said something unasked, or that it has closed, is used no more.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::connection::Connection;
use crate::protocol::hop::Server;

/// How long a connection waits for another message.
const IDLE_LIFE: Duration = Duration::from_secs(5);
/// Messages of one connection.
const MESSAGES_MAX: u32 = 100;
/// How long after it was made a connection is used.
const LIFE: Duration = Duration::from_secs(5 * 60);
/// Connections that wait, to all servers together.
const WAITING_MAX: usize = 64;

/// Those that wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Idle {
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Tells a connection from one that waited before it.
    next: u64,
    all: Vec<(u64, Server, Connection)>,
}

impl Idle {
    /// One to this server, if there is one that can be used.
    pub(super) async fn take(&self, server: &Server) -> Option<Connection> {
        loop {
            let mut connection = {
                let mut waiting = self.lock();
                let found = waiting.all.iter().rposition(|it| it.1 == *server)?;
                waiting.all.swap_remove(found).2
            };
            if connection.is_quiet().await {
                return Some(connection);
            }
        }
    }

    /// Keeps one for a while, then takes leave of its server.
    pub(super) fn keep(&self, server: &Server, connection: Connection) {
        let is_old = LIFE < connection.since().elapsed() || MESSAGES_MAX <= connection.messages();
        let number = {
            let mut waiting = self.lock();
            if is_old || WAITING_MAX <= waiting.all.len() {
                drop(waiting);
                tokio::spawn(connection.quit());
                return;
            }
            waiting.next = waiting.next.wrapping_add(1);
            let number = waiting.next;
            waiting.all.push((number, server.clone(), connection));
            number
        };
        let idle = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(IDLE_LIFE).await;
            let left = {
                let mut waiting = idle.lock();
                let found = waiting.all.iter().position(|it| it.0 == number);
                found.map(|it| waiting.all.swap_remove(it).2)
            };
            if let Some(connection) = left {
                connection.quit().await;
            }
        });
    }

    /// Nothing here is left half-changed by a panic.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
