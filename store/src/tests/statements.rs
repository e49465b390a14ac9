//! Every statement: that it is used, that it can be prepared, and how lists find their rows.

use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;

use crate::Store;
use crate::ask;

#[tokio::test]
async fn every_statement_can_be_prepared_and_is_used() {
    let store = Store::memory().await.unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: String = files(&root.join("src")).iter().map(|it| text(it)).collect();
    let statements = files(&root.join("sql"));
    assert!(statements.len() > 50);
    for path in statements {
        let name = name(&path);
        plan(&store, &path).await;
        let file = format!("sql/{name}.sql\")");
        assert!(sources.contains(&file), "`{name}` is not used");
        assert!(sources.contains(&format!("\"{name}\"")), "no error names `{name}`");
        assert!(text(&path).starts_with("-- "), "`{name}` does not say what its parameters are");
    }
}

#[tokio::test]
async fn every_list_is_bounded_and_walks_an_index() {
    let store = Store::memory().await.unwrap();
    insta::assert_snapshot!(plans_of_lists(&store, 'a'..='m').await, @r"
    audit/page
      SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)
    copy/inbox
      SEARCH copy USING INDEX copy_inbox (address_hash=? AND (delivered_at_ms,id)<(?,?))
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    copy/of_message
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
      SEARCH copy USING INDEX copy_by_message (message_id=?)
    copy/unread
      CO-ROUTINE unread
      SEARCH copy USING INDEX copy_unread (address_hash=? AND expires_at_ms>?)
      SCAN unread
    delivery/of_message
      SEARCH delivery USING INDEX delivery_by_message (message_id=? AND id>?)
    event/of_message
      SEARCH event USING INDEX event_by_message (message_id=? AND id>?)
    keys/accounts
      SEARCH account USING INDEX sqlite_autoindex_account_1 (id>?)
    keys/messages
      SEARCH message USING INDEX message_body (id>?)
    message/body_ids
      SEARCH message USING INDEX message_body (id>?)
      CORRELATED SCALAR SUBQUERY 1
      SEARCH body USING COVERING INDEX sqlite_autoindex_body_1 (message_id=?)
    message/forget
      SEARCH message USING COVERING INDEX sqlite_autoindex_message_1 (id=?)
      LIST SUBQUERY 1
      SEARCH message USING INDEX message_gone (received_at_ms<?)
      CREATE BLOOM FILTER
      SEARCH event USING COVERING INDEX event_by_message (message_id=?)
      SEARCH sent USING COVERING INDEX sent_by_message (message_id=?)
      SEARCH token USING COVERING INDEX token_by_message (message_id=?)
      SEARCH copy USING COVERING INDEX copy_by_message (message_id=?)
      SEARCH body USING COVERING INDEX sqlite_autoindex_body_1 (message_id=?)
      SEARCH delivery USING COVERING INDEX delivery_by_message (message_id=?)
    message/held
      SEARCH message USING INDEX message_held ((received_at_ms,id)>(?,?))
    message/newest
      SCAN message USING INDEX message_newest
    message/purge_candidates
      SEARCH message USING INDEX message_purge (purge_at_ms<?)
      CORRELATED SCALAR SUBQUERY 1
      SEARCH delivery USING INDEX delivery_by_message (message_id=?)
      CORRELATED SCALAR SUBQUERY 2
      SEARCH copy USING INDEX copy_by_message (message_id=?)
      CORRELATED SCALAR SUBQUERY 3
      SEARCH sent USING INDEX sent_by_message (message_id=?)
    ");
}

#[tokio::test]
async fn every_list_is_bounded_and_walks_an_index_from_n() {
    let store = Store::memory().await.unwrap();
    insta::assert_snapshot!(plans_of_lists(&store, 'n'..='z').await, @r"
    order/of_delivery
      SEARCH delivery_order USING INDEX order_by_delivery (delivery_id=?)
    order/open
      SEARCH o USING INDEX order_open (id>?)
      SEARCH d USING INTEGER PRIMARY KEY (rowid=?)
    queue/active
      SEARCH delivery USING INDEX delivery_active (route=? AND id>?)
    queue/destinations
      CO-ROUTINE found
      SETUP
      SCAN CONSTANT ROW
      SCALAR SUBQUERY 1
      SEARCH delivery USING COVERING INDEX delivery_destination (route=? AND destination>?)
      RECURSIVE STEP
      SCAN found
      CORRELATED SCALAR SUBQUERY 3
      SEARCH delivery USING COVERING INDEX delivery_destination (route=? AND destination>?)
      SCAN found
      CORRELATED SCALAR SUBQUERY 5
      SEARCH delivery USING COVERING INDEX delivery_destination (route=? AND destination=?)
    queue/due
      SEARCH delivery USING INDEX delivery_destination (route=? AND destination=? AND due_at_ms<?)
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    queue/due_last
      SEARCH delivery USING INDEX delivery_destination (route=? AND destination=? AND due_at_ms<?)
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    queue/due_of
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
      SEARCH delivery USING INDEX delivery_by_message (message_id=?)
    queue/examining
      SEARCH message USING INDEX message_examining (due_at_ms<?)
    queue/held
      SEARCH delivery USING INDEX delivery_held (id>?)
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    queue/queued
      SEARCH delivery USING INDEX delivery_due (route=?)
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    queue/under_way
      SEARCH delivery USING INDEX delivery_active (route=?)
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    sent/list
      SEARCH sent USING INDEX sent_by_account (account_id=? AND (created_at_ms,id)<(?,?))
      SEARCH message USING INDEX sqlite_autoindex_message_1 (id=?)
    session/trim
      SEARCH session USING COVERING INDEX sqlite_autoindex_session_1 (id_hash=?)
      LIST SUBQUERY 1
      SEARCH session USING INDEX session_by_account (account_id=?)
      CREATE BLOOM FILTER
    token/purge
      SEARCH token USING COVERING INDEX sqlite_autoindex_token_1 (hash=?)
      LIST SUBQUERY 1
      SEARCH token USING INDEX token_by_expiry (expires_at_ms<?)
      CREATE BLOOM FILTER
    ");
}

#[tokio::test]
async fn no_statement_sorts_or_reads_a_whole_table() {
    let store = Store::memory().await.unwrap();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")) {
        let steps = plan(&store, &path).await;
        assert!(!steps.contains("TEMP B-TREE"), "{}\n{steps}", name(&path));
        for step in steps.lines().map(str::trim) {
            let whole = step.starts_with("SCAN ") && !step.contains("INDEX");
            let derived = step
                .strip_prefix("SCAN ")
                .is_some_and(|it| steps.contains(&format!("CO-ROUTINE {it}")));
            let constant = step == "SCAN CONSTANT ROW";
            assert!(!whole || derived || constant, "{}\n{steps}", name(&path));
        }
    }
}

/// Every list of the areas that begin with these letters, with its steps.
async fn plans_of_lists(store: &Store, areas: RangeInclusive<char>) -> String {
    let mut plans = String::new();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sql")) {
        let statement = text(&path);
        let is_asked = name(&path).starts_with(|it| areas.contains(&it));
        if is_asked && statement.lines().any(|line| line.trim_start().starts_with("limit ")) {
            plans += &format!("{}\n{}\n", name(&path), plan(store, &path).await);
        }
    }
    plans
}

/// The steps of a statement, as the database means to take them.
async fn plan(store: &Store, path: &Path) -> String {
    let explain = AssertSqlSafe(format!("explain query plan {}", text(path)));
    let rows = ask::query_as::<(i64, i64, i64, String)>(explain).fetch_all(store.writer()).await;
    let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", name(path)));
    let steps = rows.iter().map(|(_id, _parent, _unused, detail)| format!("  {detail}"));
    steps.collect::<Vec<_>>().join("\n")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn name(path: &Path) -> String {
    let area = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
    format!("{area}/{}", path.file_stem().unwrap().to_str().unwrap())
}
