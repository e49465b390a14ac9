//! The audit log: records in a chain, written in the transaction that they tell of.
//!
//! # Invariants
//!
//! - A record is chained inside the transaction that writes it, which holds the lock of the
//!   database from its beginning; so whoever writes, in whichever process, the chain has one end.
//! - Nothing here changes or removes a record, and the schema refuses a statement that would.

use sqlx::FromRow;
use vault::audit::{ORIGIN, Record as Chained};

use crate::ask;
use crate::column::HashColumn;
use crate::page::bounded;
use crate::pool::Transaction;
use crate::script::Script;
use crate::{Store, StoreError};

/// Something to be recorded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRecord {
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub kind: &'static str,
    /// What there is to say: a JSON object.
    pub fields: String,
}

/// A record.
#[derive(Clone, Debug, Eq, FromRow, PartialEq)]
pub struct Record {
    /// Counts from 1.
    pub sequence: i64,
    /// In ms since 1970 UTC.
    pub at_ms: i64,
    /// A dotted name.
    pub kind: String,
    /// What there is to say: a JSON object.
    pub fields: String,
    /// The digest of the record before it.
    #[sqlx(try_from = "HashColumn")]
    pub previous: [u8; 32],
    /// Its own digest.
    #[sqlx(try_from = "HashColumn")]
    pub digest: [u8; 32],
}

/// Records something that nothing else in the store tells of.
///
/// # Errors
///
/// As any write.
pub async fn append(store: &Store, records: &[NewRecord]) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    write(&mut transaction, records).await?;
    transaction.commit().await.map_err(StoreError::at("audit/insert"))
}

/// The newest record.
///
/// # Errors
///
/// As any read.
pub async fn last(store: &Store) -> Result<Option<Record>, StoreError> {
    ask::query_as(include_str!("../sql/audit/last.sql"))
        .fetch_optional(store.readers())
        .await
        .map_err(StoreError::at("audit/last"))
}

/// Records in the order of their numbers, starting after the number `after` (or after 0).
///
/// # Errors
///
/// As any read.
pub async fn page(store: &Store, after: i64, rows: u32) -> Result<Vec<Record>, StoreError> {
    ask::query_as(include_str!("../sql/audit/page.sql"))
        .bind(after)
        .bind(bounded(rows))
        .fetch_all(store.readers())
        .await
        .map_err(StoreError::at("audit/page"))
}

/// Adds records to the end of the chain, in a transaction that the caller commits.
pub(crate) async fn write(
    transaction: &mut Transaction,
    records: &[NewRecord],
) -> Result<(), StoreError> {
    write_with(transaction, Script::default(), records, &mut End::default()).await
}

/// Where the chain ends, for one transaction: it is looked up once.
#[derive(Debug, Default)]
pub(crate) struct End(Option<(i64, [u8; 32])>);

impl End {
    async fn get(&mut self, transaction: &mut Transaction) -> Result<(i64, [u8; 32]), StoreError> {
        if let Some(known) = self.0 {
            return Ok(known);
        }
        let last: Option<Record> = ask::query_as(include_str!("../sql/audit/last.sql"))
            .fetch_optional(&mut *transaction)
            .await
            .map_err(StoreError::at("audit/last"))?;
        Ok(*self.0.insert(last.map_or((0, ORIGIN), |it| (it.sequence, it.digest))))
    }
}

/// Writes a script, and records at the end of the chain, in a transaction that the caller commits.
pub(crate) async fn write_with(
    transaction: &mut Transaction,
    mut script: Script,
    records: &[NewRecord],
    end: &mut End,
) -> Result<(), StoreError> {
    if records.is_empty() {
        return script.run(transaction).await;
    }
    let (mut sequence, mut previous) = end.get(transaction).await?;
    for NewRecord { at_ms, kind, fields } in records {
        sequence = i64::saturating_add(sequence, 1);
        let record = Chained { sequence, at_ms: *at_ms, kind, fields, previous: &previous };
        let digest = record.digest();
        script
            .add("audit/insert", include_str!("../sql/audit/insert.sql"))
            .bind(sequence)
            .bind(at_ms)
            .bind(*kind)
            .bind(fields)
            .bind(previous.as_slice())
            .bind(digest.as_slice());
        previous = digest;
    }
    *end = End(Some((sequence, previous)));
    script.run(transaction).await
}
