//! Connections to either database, and transactions on them.

use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};

use crate::ask;
use crate::postgres::answered;

/// Whoever writes to a shared database holds this lock from the beginning of the transaction to
/// its end, as with a database in a file. So the audit log has one end, and no two transactions
/// wait for one another.
const LOCK: &str = "select pg_advisory_xact_lock(7164770226)";

/// Connections to one of the databases.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

/// A transaction on one of the databases. Dropped before its commit, it leaves nothing.
#[derive(Debug)]
pub(crate) enum Transaction {
    Postgres(sqlx::Transaction<'static, Postgres>),
    Sqlite(sqlx::Transaction<'static, Sqlite>),
}

/// Where a statement is asked.
pub(crate) enum On<'a> {
    Postgres(&'a PgPool),
    PostgresIn(&'a mut PgConnection),
    Sqlite(&'a SqlitePool),
    SqliteIn(&'a mut SqliteConnection),
}

impl Pool {
    /// Starts a transaction that writes. It has the lock before it reads anything.
    pub(crate) async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        Ok(match self {
            Self::Postgres(pool) => {
                let mut transaction = Transaction::Postgres(answered(pool.begin()).await?);
                ask::query(LOCK).execute(&mut transaction).await?;
                transaction
            }
            Self::Sqlite(pool) => Transaction::Sqlite(pool.begin_with("begin immediate").await?),
        })
    }

    /// Closes all of them.
    pub(crate) async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// Ends it; all of it is on the disk then.
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(inner) => answered(inner.commit()).await,
            Self::Sqlite(inner) => inner.commit().await,
        }
    }
}

impl<'a> From<&'a Pool> for On<'a> {
    fn from(pool: &'a Pool) -> Self {
        match pool {
            Pool::Postgres(pool) => Self::Postgres(pool),
            Pool::Sqlite(pool) => Self::Sqlite(pool),
        }
    }
}

impl<'a> From<&'a mut Transaction> for On<'a> {
    fn from(transaction: &'a mut Transaction) -> Self {
        match transaction {
            Transaction::Postgres(inner) => Self::PostgresIn(inner),
            Transaction::Sqlite(inner) => Self::SqliteIn(inner),
        }
    }
}
