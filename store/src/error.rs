//! What goes wrong in the store, sorted by what to do about it.

use std::io;

use sqlx::postgres::PgDatabaseError;

/// A statement or a transaction failed. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes for too long. To be tried again.
    #[error("statement `{statement}` waited too long for the database")]
    Busy {
        /// Its file below `sql/`, without the ending.
        statement: &'static str,
    },
    /// The disk is full. To be tried again when somebody has made room.
    #[error("the disk is full")]
    Full,
    /// A newer version of the program made this database. An operator must install it again.
    #[error("the database was made by a newer version")]
    Newer,
    /// A server has the database, and what was asked for is done with its own means.
    #[error("a server has the database; copy it by the means of that server, such as `pg_dump`")]
    Shared,
    /// The row is no longer in the state it was seen in: somebody else was faster. What was to
    /// be done must be thought over.
    #[error("statement `{statement}` found the row in another state")]
    Stale {
        /// Its file below `sql/`, without the ending.
        statement: &'static str,
    },
    /// Anything else: a fault of ours, or a broken database.
    #[error("statement `{statement}` failed")]
    Statement {
        /// Its file below `sql/`, without the ending.
        statement: &'static str,
        /// What the database says.
        #[source]
        source: sqlx::Error,
    },
    /// Another process is the node of this name. An operator must give one of them another.
    #[error("another process is the node of this name; give each its own")]
    Taken,
}

/// Result codes of `SQLite`, without what extends them: <https://sqlite.org/rescode.html>.
const SQLITE_BUSY: i64 = 5;
const SQLITE_LOCKED: i64 = 6;
const SQLITE_FULL: i64 = 13;

/// Codes of `PostgreSQL`: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
const POSTGRES_DEADLOCK: &str = "40P01";
const POSTGRES_FULL: &str = "53100";
const POSTGRES_LOCKED: &str = "55P03";

impl StoreError {
    /// Makes an error of the statement with this name.
    pub(crate) fn at(statement: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| {
            if matches!(source, sqlx::Error::PoolTimedOut) {
                return Self::Busy { statement };
            }
            if let Some(code) = postgres_code(&source) {
                return match code.as_str() {
                    POSTGRES_FULL => Self::Full,
                    POSTGRES_DEADLOCK | POSTGRES_LOCKED => Self::Busy { statement },
                    _ => Self::Statement { statement, source },
                };
            }
            match primary_code(&source) {
                Some(SQLITE_FULL) => Self::Full,
                Some(SQLITE_BUSY | SQLITE_LOCKED) => Self::Busy { statement },
                Some(_) | None => Self::Statement { statement, source },
            }
        }
    }

    /// The same, for another who waited for the same transaction.
    pub(crate) fn same(&self) -> Self {
        match self {
            Self::Busy { statement } => Self::Busy { statement },
            Self::Full => Self::Full,
            Self::Newer => Self::Newer,
            Self::Shared => Self::Shared,
            Self::Taken => Self::Taken,
            Self::Stale { statement } => Self::Stale { statement },
            Self::Statement { statement, source } => {
                let source = sqlx::Error::Protocol(source.to_string());
                Self::Statement { statement, source }
            }
        }
    }

    /// Fails unless exactly one row was changed.
    pub(crate) fn unless_one(statement: &'static str, rows: u64) -> Result<(), Self> {
        if rows == 1 { Ok(()) } else { Err(Self::Stale { statement }) }
    }
}

fn postgres_code(error: &sqlx::Error) -> Option<String> {
    let error = error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?;
    Some(error.code().to_owned())
}

fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i64>().ok().map(|code| code & 0xff)
}

/// A body was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The disk is full. To be tried again when somebody has made room.
    #[error("the disk is full")]
    Full,
    /// What is given cannot be the id of a message. A fault of ours.
    #[error("this is not the id of a message")]
    Id,
    /// The file or its folder cannot be used.
    #[error("the body could not be {what}")]
    Io {
        /// What was to be done: written, read, published, removed, listed.
        what: &'static str,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// There is no such body.
    #[error("there is no such body")]
    Missing,
    /// It could not be looked for.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BodyError {
    /// Makes an error of what was to be done.
    pub(crate) fn at(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let kind = source.kind();
            if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                Self::Full
            } else if kind == io::ErrorKind::NotFound {
                Self::Missing
            } else {
                Self::Io { what, source }
            }
        }
    }
}
