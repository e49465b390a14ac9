//! What a node holds while it is connected: its name, which no other process may use, and of all
//! nodes one the lead, which does what is to be done once.
//!
//! Both are locks of a connection of their own: they end when it does, and with it when the process
//! or its machine ends. A database in a file has one node, which leads.

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::pool::Pool;
use crate::{Store, StoreError};

/// The name of a node.
const NAME: &str = "select pg_try_advisory_lock(7164770, hashtext($1))";
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
}

impl Seat {
    /// A place that is not taken yet.
    #[must_use]
    pub fn of(store: &Store) -> Self {
        let options = match store.writer() {
            Pool::Postgres(pool) => Some(pool.connect_options()),
            Pool::Sqlite(_) => None,
        };
        Self { options, node: Arc::from(store.node()), held: None, leads: false }
    }

    /// Takes the place, or looks whether it is held still. Gives whether this node leads.
    ///
    /// # Errors
    ///
    /// [`StoreError::Taken`] when another process is the node of this name; otherwise as any read.
    /// This node does not lead then.
    pub async fn hold(&mut self) -> Result<bool, StoreError> {
        let Some(options) = &self.options else { return Ok(true) };
        if let Some(connection) = &mut self.held {
            match connection.ping().await {
                Ok(()) => {
                    self.leads = self.leads || lock(connection, LEAD, None).await?;
                    return Ok(self.leads);
                }
                Err(_broken) => {
                    self.held = None;
                    self.leads = false;
                }
            }
        }
        let connected = PgConnection::connect_with(options).await;
        let mut connection = connected.map_err(StoreError::at("seat"))?;
        if !lock(&mut connection, NAME, Some(&self.node)).await? {
            return Err(StoreError::Taken);
        }
        self.leads = lock(&mut connection, LEAD, None).await?;
        self.held = Some(connection);
        Ok(self.leads)
    }
}

async fn lock(
    connection: &mut PgConnection,
    statement: &'static str,
    name: Option<&str>,
) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar(statement);
    let query = if let Some(name) = name { query.bind(name) } else { query };
    query.fetch_one(connection).await.map_err(StoreError::at("seat"))
}
