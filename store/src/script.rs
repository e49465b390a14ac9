//! Several statements as one, so that the thread of the database is woken once for all of them.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Transaction, Type};

use crate::StoreError;

/// Statements of a script that is prepared once and kept: most messages are of a few shapes.
const KEPT_STATEMENTS_MAX: usize = 12;

/// Statements that write, in their order. The text is made of those in `sql/` alone.
#[derive(Debug, Default)]
pub(crate) struct Script {
    text: String,
    values: SqliteArguments,
    /// The only statement, or what all of them are called.
    name: Option<&'static str>,
    failed: Option<sqlx::Error>,
    statements: usize,
}

/// The values of a statement that was added, in the order of its numbers.
pub(crate) struct Values<'s>(&'s mut Script);

impl Script {
    /// Adds a statement. Its `$1` is the first value that is bound to what this returns.
    pub(crate) fn add(&mut self, name: &'static str, statement: &'static str) -> Values<'_> {
        let before = self.values.len();
        for line in statement.lines().filter(|it| !it.starts_with("--")) {
            renumber(line, before, &mut self.text);
            self.text.push('\n');
        }
        self.text.push_str(";\n");
        self.statements = self.statements.saturating_add(1);
        self.name = Some(if self.name.is_none() { name } else { "commit" });
        Values(self)
    }

    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// As any write. Some of it may have been written then: the transaction must end.
    pub(crate) async fn run(
        self,
        transaction: &mut Transaction<'static, Sqlite>,
    ) -> Result<(), StoreError> {
        let Some(name) = self.name else { return Ok(()) };
        if let Some(failed) = self.failed {
            return Err(StoreError::at(name)(failed));
        }
        // Made above of the statements of this crate. A long one is not kept prepared: it is alone.
        let query = sqlx::query_with(AssertSqlSafe(self.text), self.values);
        let query = query.persistent(self.statements <= KEPT_STATEMENTS_MAX);
        query.execute(&mut **transaction).await.map_err(StoreError::at(name))?;
        Ok(())
    }
}

impl Values<'_> {
    /// Binds the next value.
    pub(crate) fn bind<'v, T: Encode<'v, Sqlite> + Type<Sqlite>>(self, value: T) -> Self {
        if let Err(error) = self.0.values.add(value) {
            self.0.failed.get_or_insert(sqlx::Error::Encode(error));
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
        for (at_ms, name) in [(1, "one"), (2, "two")] {
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
        let rows: Vec<(i64, String)> = sqlx::query_as("select at_ms, name from event order by id")
            .fetch_all(store.readers())
            .await
            .unwrap();
        assert_eq!(rows, [(1, "one".to_owned()), (2, "two".to_owned())]);
    }
}
