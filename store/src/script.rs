//! Several statements as one, so that the thread of the database is woken once for all of them.
//!
//! Where the database takes one statement at a time, they are written one by one.

use sqlx::AssertSqlSafe;

use crate::StoreError;
use crate::ask::{Bind, Query, Value};
use crate::pool::Transaction;

/// Statements of a script that is prepared once and kept: most messages are of a few shapes.
const KEPT_STATEMENTS_MAX: usize = 12;

/// Statements that write, in their order. The text is made of those in `sql/` alone.
#[derive(Debug, Default)]
pub(crate) struct Script(Vec<Statement>);

#[derive(Debug)]
struct Statement {
    name: &'static str,
    text: &'static str,
    values: Vec<Value>,
}

/// The values of a statement that was added, in the order of its numbers.
pub(crate) struct Values<'s>(Option<&'s mut Vec<Value>>);

impl Script {
    /// Adds a statement. Its `$1` is the first value that is bound to what this returns.
    pub(crate) fn add(&mut self, name: &'static str, text: &'static str) -> Values<'_> {
        self.0.push(Statement { name, text, values: Vec::new() });
        Values(self.0.last_mut().map(|it| &mut it.values))
    }

    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// As any write. Some of it may have been written then: the transaction must end.
    pub(crate) async fn run(self, transaction: &mut Transaction) -> Result<(), StoreError> {
        // The only statement, or what all of them are called.
        let name = match self.0.as_slice() {
            [] => return Ok(()),
            [alone] => alone.name,
            _ => "commit",
        };
        let written = match transaction {
            Transaction::Postgres(_) => self.one_by_one(transaction).await,
            Transaction::Sqlite(_) => self.joined().execute(transaction).await.map(|_done| ()),
        };
        written.map_err(StoreError::at(name))
    }

    /// For a database that prepares one statement at a time.
    async fn one_by_one(self, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
        for Statement { text, values, .. } in self.0 {
            Query::with(text, values).execute(&mut *transaction).await?;
        }
        Ok(())
    }

    /// All of it as one statement. A long one is not kept prepared: it is alone.
    fn joined(self) -> Query {
        let kept = self.0.len() <= KEPT_STATEMENTS_MAX;
        let mut all = String::new();
        let mut bound = Vec::new();
        for Statement { text, values, .. } in self.0 {
            for line in text.lines().filter(|it| !it.starts_with("--")) {
                renumber(line, bound.len(), &mut all);
                all.push('\n');
            }
            all.push_str(";\n");
            bound.extend(values);
        }
        // Made of the statements of this crate.
        Query::with(AssertSqlSafe(all), bound).kept(kept)
    }
}

impl Values<'_> {
    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        if let Some(values) = &mut self.0 {
            values.push(value.value());
        }
        self
    }
}

/// Copies a line, each number behind a `$` made larger by `more`.
fn renumber(line: &str, more: usize, text: &mut String) {
    let mut pieces = line.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default().saturating_add(more);
        text.push('$');
        text.push_str(&number.to_string());
        text.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn numbers_go_on() {
        let mut text = String::new();
        renumber("values ($1, $12, $1) where x = $2", 10, &mut text);
        assert_eq!(text, "values ($11, $22, $11) where x = $12");
    }

    #[tokio::test]
    async fn each_statement_has_its_values() {
        let store = Store::memory().await.unwrap();
        let mut script = Script::default();
        let insert = include_str!("../sql/event/insert.sql");
        for (at_ms, name) in [(1_i64, "one"), (2, "two")] {
            script
                .add("event/insert", insert)
                .bind(at_ms)
                .bind(None::<String>)
                .bind(name)
                .bind(None::<Vec<u8>>);
        }
        let mut transaction = store.begin().await.unwrap();
        script.run(&mut transaction).await.unwrap();
        transaction.commit().await.unwrap();
        let rows: Vec<(i64, String)> =
            crate::ask::query_as("select at_ms, name from event order by id")
                .fetch_all(store.readers())
                .await
                .unwrap();
        assert_eq!(rows, [(1, "one".to_owned()), (2, "two".to_owned())]);
    }
}
