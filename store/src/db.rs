//! The database: one connection that writes, several that read.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, PgPool, SqliteConnection};

use crate::group::Group;
use crate::pool::{Pool, Transaction};
use crate::postgres::Pools;
use crate::queue::LEASE_MS;
use crate::{Server, StoreError, ask, postgres, schema};

/// Connections that only read. A page reads for well under a millisecond; more would wait for
/// the processor instead.
const READERS: u32 = 4;

/// How long a write waits for that of another process.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Time between two tries to open a database that another process is making.
const OPEN_PAUSE: Duration = Duration::from_millis(20);

/// How long the log beside the database grows before it is moved into the database, in pages of
/// 4 KiB: 32 MiB. Each move waits for the disk twice.
const CHECKPOINT_PAGES: &str = "8192";

/// Pages that a connection keeps in memory, in KiB (negative, as `SQLite` has it).
const CACHE_KIB: &str = "-16384";

/// Only the user of the gateway may read the database.
const FILE_MODE: u32 = 0o600;

/// The database.
///
/// Several processes may have it open. Each has one connection that writes, so that writers
/// queue in memory rather than try again and again, and a few that read, which a write never
/// stops. A write takes the lock before it reads anything (`begin immediate`): it never finds
/// out halfway that another process was faster. What the queue writes at the same time shares a
/// transaction.
#[derive(Clone, Debug)]
pub struct Store {
    group: Group,
    node: Arc<str>,
    lease_ms: i64,
    /// How far the clock of the server is ahead of this machine's, in ms.
    ahead_ms: Arc<AtomicI64>,
    writer: Pool,
    readers: Pool,
    /// Where long bodies are, if not in files.
    shelf: Option<PgPool>,
}

impl Store {
    /// Opens the database at `path`; creates it and brings its schema up to date if need be.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] when a newer version of the program made it; otherwise as any write.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        // Made here, so that nobody else may read it; the log beside it is made likewise.
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(FILE_MODE)
            .open(path)
            .map_err(|error| StoreError::at("open")(sqlx::Error::Io(error)))?;
        let options = options().filename(path);
        let writer = connect(one_connection(), options.clone()).await?;
        schema::migrate(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS);
        let readers = connect(readers, options.pragma("query_only", "on")).await?;
        Ok(Self::of(Pool::Sqlite(writer), Pool::Sqlite(readers)))
    }

    /// Opens a database of a server; brings its schema up to date if need be.
    ///
    /// # Errors
    ///
    /// As [`Store::open`].
    pub async fn connect(server: &Server) -> Result<Self, StoreError> {
        let Pools { writer, readers, shelf } = postgres::connect(server).await?;
        let store = Self::of(Pool::Postgres(writer), Pool::Postgres(readers));
        Ok(Self { shelf: Some(shelf), ..store })
    }

    /// The same, used by the node of this name: of several that share the queue each has its own, and
    /// has it again when it starts anew. What it takes is believed to be its own for `lease_ms`.
    #[must_use]
    pub fn named(self, node: &str, lease_ms: i64) -> Self {
        Self { node: Arc::from(node), lease_ms, ahead_ms: Arc::default(), ..self }
    }

    /// Whether other nodes may share it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.writer, Pool::Postgres(_))
    }

    /// How long this node keeps what it takes without a word, in milliseconds.
    #[must_use]
    pub fn lease_ms(&self) -> i64 {
        self.lease_ms
    }

    /// The time by the clock that all nodes share, where it is `now_ms` by this machine's. Leases are by
    /// that clock, so that nodes whose clocks differ agree on when one ends.
    pub(crate) fn shared_ms(&self, now_ms: i64) -> i64 {
        now_ms.saturating_add(self.ahead_ms.load(Ordering::Relaxed))
    }

    /// How far the shared clock is ahead; [`Seat`](crate::Seat) keeps it true.
    pub(crate) fn ahead_ms(&self) -> &Arc<AtomicI64> {
        &self.ahead_ms
    }

    fn of(writer: Pool, readers: Pool) -> Self {
        Self {
            group: Group::start(writer.clone()),
            node: Arc::from(""),
            lease_ms: LEASE_MS,
            ahead_ms: Arc::default(),
            writer,
            readers,
            shelf: None,
        }
    }

    /// A database that is gone with the last clone of this value. For tests.
    ///
    /// # Errors
    ///
    /// As any write.
    pub async fn memory() -> Result<Self, StoreError> {
        #[cfg(test)]
        if let Some(url) = crate::tests::postgres::fresh().await {
            return Self::connect(&Server::of_url(&url)).await;
        }
        let writer = connect(one_connection(), options().in_memory(true)).await?;
        schema::migrate(&writer).await?;
        Ok(Self::of(Pool::Sqlite(writer.clone()), Pool::Sqlite(writer)))
    }

    /// Moves all that was written into the main file and empties the log beside it.
    ///
    /// What was overwritten, a destroyed key above all, is on no page of either file afterwards.
    /// Does nothing while another process reads.
    ///
    /// # Errors
    ///
    /// As any write.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        if matches!(self.writer, Pool::Postgres(_)) {
            // The server does it by itself.
            return Ok(());
        }
        ask::query("pragma wal_checkpoint(truncate)")
            .execute(&self.writer)
            .await
            .map_err(StoreError::at("checkpoint"))?;
        Ok(())
    }

    /// Writes a copy to `path`, as all of it stands at one moment. Whoever writes meanwhile is not
    /// kept waiting. The copy has no page of what was deleted.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`]; [`StoreError::Statement`] when there is a file of that name that is
    /// not empty; [`StoreError::Shared`] where a server has it, which copies it by its own means.
    pub async fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        if self.is_shared() {
            return Err(StoreError::Shared);
        }
        // Made here, so that nobody else may read it.
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(FILE_MODE)
            .open(path)
            .map_err(|error| StoreError::at("copy")(sqlx::Error::Io(error)))?;
        let unnamed = || sqlx::Error::Configuration("a path that is not UTF-8".into());
        let path = path.to_str().ok_or_else(unnamed).map_err(StoreError::at("copy"))?;
        ask::query("vacuum into $1")
            .bind(path)
            .execute(&self.writer)
            .await
            .map_err(StoreError::at("copy"))?;
        Ok(())
    }

    /// Closes all connections, the writing one last, so that the log is emptied.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Who takes deliveries through this value.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    pub(crate) fn shelf(&self) -> Option<&PgPool> {
        self.shelf.as_ref()
    }

    pub(crate) fn readers(&self) -> &Pool {
        &self.readers
    }

    pub(crate) fn writer(&self) -> &Pool {
        &self.writer
    }

    /// The way to write together with others.
    pub(crate) fn group(&self) -> &Group {
        &self.group
    }

    /// Starts a transaction that writes. Dropped before its commit, it leaves nothing.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        self.writer.begin().await.map_err(StoreError::at("begin"))
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_WAIT)
        .foreign_keys(true)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("cache_size", CACHE_KIB)
        .pragma("secure_delete", "on")
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("temp_store", "memory")
}

/// Connects. Where another process is making the database too, the change to a log beside it does
/// not wait by itself: `SQLite` refuses at once, lest both wait for one another.
async fn connect(
    pool: SqlitePoolOptions,
    options: SqliteConnectOptions,
) -> Result<SqlitePool, StoreError> {
    let began = Instant::now();
    loop {
        let connected = pool.clone().connect_with(options.clone()).await;
        match connected.map_err(StoreError::at("open")) {
            Err(StoreError::Busy { .. }) if began.elapsed() < BUSY_WAIT => {
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            connected => return connected,
        }
    }
}

/// A connection that stays: a database in memory would be gone with it.
fn one_connection() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _meta| Box::pin(is_usable(connection)))
}

/// Whether a connection that was given back may be used again.
///
/// When the disk is full `SQLite` ends the transaction by itself. The rollback that follows then
/// fails, and the library goes on counting that transaction: no other could ever begin. Such a
/// connection is closed, and the next write opens another.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // The answer comes after all that was asked before, the rollback above all.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}
