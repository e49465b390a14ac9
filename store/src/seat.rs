//! What a node holds while it is connected: its name, which no other process may use, and of all
//! nodes one the lead, which does what is to be done once.
//!
//! Both are locks of a connection of their own: they end when it does, and with it when the process
//! or its machine ends. A database in a file has one node, which leads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::pool::Pool;
use crate::postgres::answered;
use crate::{Store, StoreError};

/// The name of a node.
const NAME: &str = "select pg_try_advisory_lock(7164770, hashtext($1))";
/// Names that are held, of any node.
const TAKEN: &str = "select count(*) from pg_locks where locktype = 'advisory' \
    and classid = 7164770 and objsubid = 2 and granted \
    and database = (select oid from pg_database where datname = current_database())";
/// The clock of the server, in ms since 1970 UTC.
const CLOCK: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
/// The lead.
const LEAD: &str = "select pg_try_advisory_lock(7164770228)";

/// The place of this node among all.
#[derive(Debug)]
pub struct Seat {
    /// None where there is one node.
    options: Option<Arc<PgConnectOptions>>,
    node: Arc<str>,
    held: Option<PgConnection>,
    leads: bool,
    ahead_ms: Arc<AtomicI64>,
}

impl Seat {
    /// A place that is not taken yet.
    #[must_use]
    pub fn of(store: &Store) -> Self {
        let options = match store.writer() {
            Pool::Postgres(pool) => Some(pool.connect_options()),
            Pool::Sqlite(_) => None,
        };
        let (node, ahead_ms) = (Arc::from(store.node()), Arc::clone(store.ahead_ms()));
        Self { options, node, held: None, leads: false, ahead_ms }
    }

    /// Takes the place, or looks whether it is held still; reads the clock of the server. Gives whether
    /// this node leads. `now_ms` is the clock of this machine, in ms since 1970 UTC.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] when another process is the node of this name; otherwise as any read.
    /// This node does not lead then.
    pub async fn hold(&mut self, now_ms: fn() -> i64) -> Result<bool, StoreError> {
        let Some(options) = &self.options else { return Ok(true) };
        if let Some(connection) = &mut self.held {
            match ahead(connection, now_ms).await {
                Ok(ahead_ms) => {
                    self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
                    self.leads = self.leads || lock(connection, LEAD, None).await?;
                    return Ok(self.leads);
                }
                Err(_broken) => {
                    self.held = None;
                    self.leads = false;
                }
            }
        }
        let connected = answered(PgConnection::connect_with(options)).await;
        let mut connection = connected.map_err(StoreError::at("seat"))?;
        if !lock(&mut connection, NAME, Some(&self.node)).await? {
            return Err(StoreError::Taken);
        }
        let ahead_ms = ahead(&mut connection, now_ms).await?;
        self.ahead_ms.store(ahead_ms, Ordering::Relaxed);
        self.leads = lock(&mut connection, LEAD, None).await?;
        self.held = Some(connection);
        Ok(self.leads)
    }
}

/// How many nodes are connected now, this one among them; none with a database in a file.
///
/// # Errors
///
/// As any read.
pub async fn taken(store: &Store) -> Result<u64, StoreError> {
    let Pool::Postgres(pool) = store.readers() else { return Ok(0) };
    let count: i64 = answered(sqlx::query_scalar(TAKEN).fetch_one(pool))
        .await
        .map_err(StoreError::at("seat"))?;
    Ok(count.unsigned_abs())
}

/// How far the clock of the server is ahead, in ms.
async fn ahead(connection: &mut PgConnection, now_ms: fn() -> i64) -> Result<i64, StoreError> {
    let asked_ms = now_ms();
    let there: i64 = answered(sqlx::query_scalar(CLOCK).fetch_one(connection))
        .await
        .map_err(StoreError::at("seat"))?;
    let answered_ms = now_ms();
    // It was read between the two.
    let here = asked_ms.saturating_add(answered_ms.saturating_sub(asked_ms).div_euclid(2));
    Ok(there.saturating_sub(here))
}

async fn lock(
    connection: &mut PgConnection,
    statement: &'static str,
    name: Option<&str>,
) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar(statement);
    let query = if let Some(name) = name { query.bind(name) } else { query };
    answered(query.fetch_one(connection)).await.map_err(StoreError::at("seat"))
}
