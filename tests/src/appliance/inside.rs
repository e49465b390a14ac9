//! A look inside: processes and rows. Tests that claim what is on disk need it.

use std::{fs, time::Duration};

use anyhow::Context;
use rustix::process::Signal;

use super::{Appliance, signal};
use crate::{python::python, wait::wait_for};

/// The roles that are there once, as `chancery role WORD` names them; examiners are `exam`.
pub(super) const ROLES: &[&str] =
    &["front", "spool", "exam", "deliver", "keyd", "portal", "reader"];

impl Appliance {
    /// The roles of the appliance.
    #[must_use]
    pub fn roles() -> &'static [&'static str] {
        ROLES
    }

    /// The processes of a role.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn pids(&self, role: &str) -> anyhow::Result<Vec<u32>> {
        let wanted = format!("role\0{role}\0");
        let is = |pid: &u32| {
            let words = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words.ends_with(&wanted)
        };
        Ok(children(self.pid()?)?.into_iter().filter(is).collect())
    }

    /// `kill -9` of one process of a role, as soon as there is one. Returns its number.
    ///
    /// # Errors
    ///
    /// There is none for too long.
    pub fn kill_role(&self, role: &str) -> anyhow::Result<u32> {
        let pid = wait_for(&format!("a process of {role}"), Duration::from_secs(20), || {
            Ok(self.pids(role)?.into_iter().next())
        })?;
        signal(pid, Signal::KILL)?;
        Ok(pid)
    }

    /// Changes rows behind the back of the appliance, such as to make them older.
    ///
    /// # Errors
    ///
    /// The statement is wrong.
    pub fn change(&self, sql: &str) -> anyhow::Result<()> {
        const CHANGE: &str = "
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute(sys.argv[2])
db.commit()
";
        let path = self.data().join("store/chancery.db");
        python(CHANGE, &[&path.to_string_lossy(), sql]).map(|_| ())
    }

    /// Rows of the database, as lists of values. The appliance must run, since who opens the
    /// database last removes its journal.
    ///
    /// # Errors
    ///
    /// The statement is wrong.
    pub fn rows(&self, sql: &str) -> anyhow::Result<Vec<Vec<serde_json::Value>>> {
        const READ: &str = "
import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, timeout=20)
print(json.dumps(db.execute(sys.argv[2]).fetchall()))
";
        let path = self.data().join("store/chancery.db");
        let path = path.to_str().context("a path in UTF-8")?;
        Ok(serde_json::from_str(&python(READ, &[path, sql])?)?)
    }

    /// How many rows a `select count(*)` counts.
    ///
    /// # Errors
    ///
    /// As [`Appliance::rows`].
    pub fn count(&self, sql: &str) -> anyhow::Result<u64> {
        let rows = self.rows(sql)?;
        let value = rows.first().and_then(|it| it.first()).and_then(serde_json::Value::as_u64);
        value.context("a count")
    }

    /// What was decided for each recipient of the newest 500 messages, as `chancery messages`
    /// shows it: subject, recipient, decision, policies.
    ///
    /// # Errors
    ///
    /// The command fails.
    pub fn decisions(&self) -> anyhow::Result<Vec<[String; 4]>> {
        let (code, printed) = self.command(&["messages", "--last", "500"])?;
        anyhow::ensure!(code == Some(0), "{printed}");
        let cells = printed.lines().skip(1).map(|line| {
            let mut cells = line.split("  ").map(str::trim).filter(|it| !it.is_empty());
            std::array::from_fn(|_| cells.next().unwrap_or_default().to_owned())
        });
        Ok(cells.collect())
    }
}

/// The processes that `parent` started.
pub(super) fn children(parent: u32) -> anyhow::Result<Vec<u32>> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let listed = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    Ok(listed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}
