//! The schema, brought up to date when the database is opened.
//!
//! The number of migrations done is kept in `user_version`. Reading it, migrating and writing it
//! are one transaction, so two processes that start together do not meet.

use sqlx::SqlitePool;

use crate::StoreError;

/// The migrations, in order. One that was released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_schema.sql"),
    include_str!("../migrations/0002_orders.sql"),
    include_str!("../migrations/0003_audit.sql"),
    include_str!("../migrations/0004_owners.sql"),
];

/// Sets `user_version` to the number of migrations; a test keeps the two together.
const SET_VERSION: &str = "pragma user_version = 4";

pub(crate) async fn migrate(writer: &SqlitePool) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(writer)
        .await
        .map_err(StoreError::at("migrate"))?;
    // To look is not to write: there may be no room to.
    if usize::try_from(version).is_ok_and(|it| it == MIGRATIONS.len()) {
        return Ok(());
    }
    let failed = StoreError::at("migrate");
    let mut transaction = writer.begin_with("begin immediate").await.map_err(failed)?;
    let done: i64 = sqlx::query_scalar("pragma user_version")
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::at("migrate"))?;
    let done = usize::try_from(done).map_err(|_negative| StoreError::Newer)?;
    let missing = MIGRATIONS.get(done..).ok_or(StoreError::Newer)?;
    for migration in missing {
        sqlx::raw_sql(*migration)
            .execute(&mut *transaction)
            .await
            .map_err(StoreError::at("migrate"))?;
    }
    sqlx::query(SET_VERSION).execute(&mut *transaction).await.map_err(StoreError::at("migrate"))?;
    transaction.commit().await.map_err(StoreError::at("migrate"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn the_version_counts_the_migrations() {
        assert_eq!(SET_VERSION, format!("pragma user_version = {}", MIGRATIONS.len()));
    }

    #[test]
    fn many_may_make_the_same_database() {
        for _ in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("db");
            let open = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(async { Store::open(&path).await.map(drop) })
            };
            let opened: Vec<_> = std::thread::scope(|scope| {
                let all: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
                all.into_iter().map(|it| it.join().unwrap()).collect()
            });
            assert!(opened.iter().all(Result::is_ok), "{opened:?}");
        }
    }

    #[tokio::test]
    async fn a_database_is_migrated_once_and_a_newer_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let (one, two) = tokio::join!(Store::open(&path), Store::open(&path));
        let (one, two) = (one.unwrap(), two.unwrap());
        two.close().await;
        crate::ask::query("pragma user_version = 99").execute(one.writer()).await.unwrap();
        one.close().await;
        assert!(matches!(Store::open(&path).await, Err(StoreError::Newer)));
    }
}
