//! Statements with their values, asked of either database.
//!
//! The statements are the same for both; what differs is how a value is handed over and how a row
//! is read, and that is here alone.

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite};

use crate::pool::On;
use crate::postgres::answered;

/// A value of a statement. What is absent has its kind, too: `PostgreSQL` asks for it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Blob(Option<Vec<u8>>),
    Bool(Option<bool>),
    Integer(Option<i64>),
    Text(Option<String>),
}

/// What a statement can be given.
pub(crate) trait Bind {
    /// As it is handed over.
    fn value(&self) -> Value;
    /// Its absence.
    fn absent() -> Value;
}

/// A statement and its values so far.
#[derive(Debug)]
pub(crate) struct Query {
    text: SqlStr,
    values: Vec<Value>,
    kept: bool,
}

/// How many rows a statement changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Done(u64);

/// A statement that gives rows.
#[derive(Debug)]
pub(crate) struct QueryAs<T>(Query, std::marker::PhantomData<fn() -> T>);

/// A statement that gives rows of one column.
#[derive(Debug)]
pub(crate) struct QueryScalar<T>(QueryAs<(T,)>);

/// What can be read from a row of either database.
pub(crate) trait Row:
    Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>
{
}

impl<T> Row for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>
{}

/// A statement that gives no rows.
pub(crate) fn query(text: impl SqlSafeStr) -> Query {
    Query { text: text.into_sql_str(), values: Vec::new(), kept: true }
}

/// A statement that gives rows.
pub(crate) fn query_as<T: Row>(text: impl SqlSafeStr) -> QueryAs<T> {
    QueryAs(query(text), std::marker::PhantomData)
}

/// A statement that gives rows of one column.
pub(crate) fn query_scalar<T>(text: impl SqlSafeStr) -> QueryScalar<T>
where
    (T,): Row,
{
    QueryScalar(query_as(text))
}

impl Done {
    pub(crate) fn rows_affected(self) -> u64 {
        self.0
    }
}

impl Query {
    /// A statement with its values.
    pub(crate) fn with(text: impl SqlSafeStr, values: Vec<Value>) -> Self {
        Self { values, ..query(text) }
    }

    /// Whether it stays prepared.
    pub(crate) fn kept(self, kept: bool) -> Self {
        Self { kept, ..self }
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.value());
        self
    }

    pub(crate) async fn execute<'a>(self, on: impl Into<On<'a>>) -> Result<Done, sqlx::Error> {
        let Self { text, values, kept } = self;
        let rows = match on.into() {
            On::Sqlite(pool) => {
                let query = sqlx::query_with(text, for_sqlite(values)?).persistent(kept);
                query.execute(pool).await?.rows_affected()
            }
            On::SqliteIn(inner) => {
                let query = sqlx::query_with(text, for_sqlite(values)?).persistent(kept);
                query.execute(inner).await?.rows_affected()
            }
            On::Postgres(pool) => {
                let query = sqlx::query_with(text, for_postgres(values)?).persistent(kept);
                answered(query.execute(pool)).await?.rows_affected()
            }
            On::PostgresIn(inner) => {
                let query = sqlx::query_with(text, for_postgres(values)?).persistent(kept);
                answered(query.execute(inner)).await?.rows_affected()
            }
        };
        Ok(Done(rows))
    }
}

impl<T: Row> QueryAs<T> {
    /// Binds the next value.
    pub(crate) fn bind(self, value: impl Bind) -> Self {
        Self(self.0.bind(value), self.1)
    }

    pub(crate) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> Result<Vec<T>, sqlx::Error> {
        let Query { text, values, .. } = self.0;
        match on.into() {
            On::Sqlite(pool) => of_sqlite(text, values)?.fetch_all(pool).await,
            On::SqliteIn(inner) => of_sqlite(text, values)?.fetch_all(inner).await,
            On::Postgres(pool) => answered(of_postgres(text, values)?.fetch_all(pool)).await,
            On::PostgresIn(inner) => answered(of_postgres(text, values)?.fetch_all(inner)).await,
        }
    }

    pub(crate) async fn fetch_optional<'a>(
        self,
        on: impl Into<On<'a>>,
    ) -> Result<Option<T>, sqlx::Error> {
        let Query { text, values, .. } = self.0;
        match on.into() {
            On::Sqlite(pool) => of_sqlite(text, values)?.fetch_optional(pool).await,
            On::SqliteIn(inner) => of_sqlite(text, values)?.fetch_optional(inner).await,
            On::Postgres(pool) => answered(of_postgres(text, values)?.fetch_optional(pool)).await,
            On::PostgresIn(inner) => {
                answered(of_postgres(text, values)?.fetch_optional(inner)).await
            }
        }
    }
}

impl<T> QueryScalar<T>
where
    (T,): Row,
{
    /// Binds the next value.
    pub(crate) fn bind(self, value: impl Bind) -> Self {
        Self(self.0.bind(value))
    }

    pub(crate) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> Result<Vec<T>, sqlx::Error> {
        Ok(self.0.fetch_all(on).await?.into_iter().map(|(it,)| it).collect())
    }

    pub(crate) async fn fetch_optional<'a>(
        self,
        on: impl Into<On<'a>>,
    ) -> Result<Option<T>, sqlx::Error> {
        Ok(self.0.fetch_optional(on).await?.map(|(it,)| it))
    }

    pub(crate) async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> Result<T, sqlx::Error> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

fn of_sqlite<T: Row>(
    text: SqlStr,
    values: Vec<Value>,
) -> Result<sqlx::query::QueryAs<'static, Sqlite, T, SqliteArguments>, sqlx::Error> {
    Ok(sqlx::query_as_with(text, for_sqlite(values)?))
}

fn of_postgres<T: Row>(
    text: SqlStr,
    values: Vec<Value>,
) -> Result<sqlx::query::QueryAs<'static, Postgres, T, PgArguments>, sqlx::Error> {
    Ok(sqlx::query_as_with(text, for_postgres(values)?))
}

fn for_sqlite(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    let mut all = SqliteArguments::default();
    for value in values {
        match value {
            Value::Blob(it) => all.add(it),
            Value::Bool(it) => all.add(it),
            Value::Integer(it) => all.add(it),
            Value::Text(it) => all.add(it),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

fn for_postgres(values: Vec<Value>) -> Result<PgArguments, sqlx::Error> {
    let mut all = PgArguments::default();
    for value in values {
        match value {
            Value::Blob(it) => all.add(it),
            Value::Bool(it) => all.add(it),
            Value::Integer(it) => all.add(it),
            Value::Text(it) => all.add(it),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(all)
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Value {
        T::value(self)
    }

    fn absent() -> Value {
        T::absent()
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or_else(T::absent, T::value)
    }

    fn absent() -> Value {
        T::absent()
    }
}

macro_rules! bind {
    ($($type:ty => $kind:ident, $make:expr;)+) => {$(
        impl Bind for $type {
            fn value(&self) -> Value {
                let make: fn(&$type) -> _ = $make;
                Value::$kind(Some(make(self)))
            }

            fn absent() -> Value {
                Value::$kind(None)
            }
        }
    )+};
}

bind! {
    str => Text, str::to_owned;
    String => Text, String::clone;
    [u8] => Blob, <[u8]>::to_vec;
    Vec<u8> => Blob, Vec::clone;
    bool => Bool, |it| *it;
    i64 => Integer, |it| *it;
    u32 => Integer, |it| i64::from(*it);
}

/// How the values of a type without fields are written. They are read by the same names.
macro_rules! texts {
    ($type:ty { $($variant:ident = $text:literal),+ $(,)? }) => {
        impl crate::ask::Bind for $type {
            fn value(&self) -> crate::ask::Value {
                let text = match self { $(Self::$variant => $text),+ };
                crate::ask::Value::Text(Some(text.to_owned()))
            }

            fn absent() -> crate::ask::Value {
                crate::ask::Value::Text(None)
            }
        }
    };
}

pub(crate) use texts;
