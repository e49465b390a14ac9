//! A database of a `PostgreSQL` server: its connections and its schema.

use std::time::Duration;

use sqlx::postgres::PgPoolOptions;
use sqlx::{PgConnection, PgPool};

use crate::{Server, StoreError, shelf};

/// Connections that only read, for each process.
const READERS: u32 = 4;

/// How long a write waits for a connection, or for that of another process.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// The migrations, in order. One that was released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/postgres/0001_schema.sql"),
    include_str!("../migrations/postgres/0002_owners.sql"),
    include_str!("../migrations/postgres/0003_bodies.sql"),
];

/// What holds for each connection. A machine that is gone holds its locks no longer than its
/// lease: the server asks a silent connection whether it is there.
const SETTINGS: [(&str, &str); 6] = [
    ("lock_timeout", "10s"),
    ("statement_timeout", "25s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
];

/// How long a server may take over one statement. It gives up by itself before; this is for one that
/// cannot be reached any more, which a connection alone notices after a quarter of an hour.
const ANSWER_PATIENCE: Duration = Duration::from_secs(30);

/// Waits for an answer of the server.
///
/// # Errors
///
/// What was asked fails, or there is no answer in time: what became of it is not known then.
pub(crate) async fn answered<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let silent = |_elapsed| {
        let what = "the database server does not answer";
        sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, what))
    };
    tokio::time::timeout(ANSWER_PATIENCE, asked).await.map_err(silent)?
}

/// Held while the schema is brought up to date.
const LOCK: &str = "select pg_advisory_xact_lock(7164770227)";

/// Connections of one process: one that writes, several that read, and those for long bodies.
pub(crate) struct Pools {
    pub(crate) writer: PgPool,
    pub(crate) readers: PgPool,
    pub(crate) shelf: PgPool,
}

/// Connects.
pub(crate) async fn connect(server: &Server) -> Result<Pools, StoreError> {
    let options = server.options.clone().application_name("chancery").options(SETTINGS);
    let pool =
        |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(BUSY_WAIT);
    // What was answered for is on the disk of the server, whatever its configuration says.
    let writing = options.clone().options([("synchronous_commit", "on")]);
    let shelf = shelf::pool(writing.clone());
    let writer = pool(1).connect_with(writing).await.map_err(StoreError::at("open"))?;
    migrate(&writer).await?;
    let reading = options.options([("default_transaction_read_only", "on")]);
    let readers = pool(READERS).connect_with(reading).await.map_err(StoreError::at("open"))?;
    Ok(Pools { writer, readers, shelf })
}

async fn migrate(writer: &PgPool) -> Result<(), StoreError> {
    let mut transaction = writer.begin().await.map_err(StoreError::at("migrate"))?;
    sqlx::query(LOCK).execute(&mut *transaction).await.map_err(StoreError::at("migrate"))?;
    let done = version(&mut transaction).await.map_err(StoreError::at("migrate"))?;
    let done = usize::try_from(done).map_err(|_negative| StoreError::Newer)?;
    for (number, migration) in (1_i64..).zip(MIGRATIONS).skip(done) {
        let written = sqlx::raw_sql(*migration).execute(&mut *transaction).await;
        written.map_err(StoreError::at("migrate"))?;
        let noted = sqlx::query("insert into migration (number) values ($1)").bind(number);
        noted.execute(&mut *transaction).await.map_err(StoreError::at("migrate"))?;
    }
    if MIGRATIONS.len() < done {
        return Err(StoreError::Newer);
    }
    transaction.commit().await.map_err(StoreError::at("migrate"))
}

/// How many migrations were done.
async fn version(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let there: bool = sqlx::query_scalar("select to_regclass('migration') is not null")
        .fetch_one(&mut *connection)
        .await?;
    if !there {
        let table = "create table migration (number bigint not null primary key)";
        sqlx::query(table).execute(&mut *connection).await?;
    }
    sqlx::query_scalar("select count(*) from migration").fetch_one(connection).await
}
