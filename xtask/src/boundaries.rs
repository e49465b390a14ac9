//! Which crate may know which: the edges of ARCHITECTURE.md, checked.

use std::{collections::BTreeSet, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

/// Each of our crates with those of ours it may name. A new edge is an architectural decision.
const EDGES: &[(&str, &[&str])] = &[
    // `tests` for its own tests alone: they ask the same name server.
    (
        "appliance",
        &["engine", "examine", "grammar", "portal", "rules", "store", "tests", "vault", "wire"],
    ),
    ("engine", &["grammar"]),
    ("examine", &["engine", "grammar", "wire"]),
    ("fuzz", &["engine", "examine", "grammar", "vault", "wire"]),
    ("grammar", &[]),
    ("portal", &["store", "vault", "wire"]),
    ("rules", &[]),
    ("store", &["vault"]),
    ("tests", &["examine"]),
    ("vault", &[]),
    ("wire", &["grammar"]),
    ("writ", &["engine", "examine", "grammar", "rules", "vault", "wire"]),
    ("xtask", &[]),
];

/// Libraries that one crate alone may name, with that crate.
const DOORS: &[(&str, &[&str])] = &[
    ("vault", &["aead-stream", "aes-gcm", "argon2", "aws-lc-rs", "hkdf", "hmac", "rcgen", "sha2"]),
    ("store", &["sqlx"]),
    ("appliance", &["hickory-resolver", "mail-auth"]),
];

/// Crates without I/O, clock, randomness or threads.
const PURE: &[&str] = &["engine", "examine", "grammar", "wire"];

/// What a pure crate may not depend on.
const IMPURE: &[&str] = &["tokio", "rustix", "libc", "getrandom", "rand", "tracing", "landlock"];

/// Fails on the first edge that is not allowed.
///
/// # Errors
///
/// An edge that [`EDGES`], [`DOORS`] or [`PURE`] forbid; `cargo metadata` fails.
pub(crate) fn check() -> anyhow::Result<()> {
    let output =
        Command::new("cargo").args(["metadata", "--no-deps", "--format-version=1"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
    let ours: BTreeSet<&str> = packages.iter().filter_map(name).collect();
    for package in packages {
        let name = name(package).context("a package has a name")?;
        let allowed = EDGES.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
        let allowed = allowed.with_context(|| format!("`{name}` is not on the map"))?;
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        for dependency in dependencies.into_iter().flatten() {
            let to = self::name(dependency).context("a dependency has a name")?;
            let normal = dependency.get("kind").is_none_or(Value::is_null);
            ensure!(!ours.contains(to) || allowed.contains(&to), "`{name}` may not know `{to}`");
            ensure!(!normal || may_use(name, to), "`{name}` may not use the library `{to}`");
        }
    }
    crate::step::say("  boundaries hold");
    Ok(())
}

fn may_use(from: &str, library: &str) -> bool {
    let door = DOORS.iter().find(|(_, libraries)| libraries.contains(&library));
    let pure = PURE.contains(&from) && IMPURE.contains(&library);
    door.is_none_or(|(owner, _)| *owner == from) && !pure
}

fn name(value: &Value) -> Option<&str> {
    value.get("name").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_keeps_to_the_map() {
        check().unwrap();
    }

    #[test]
    fn doors_and_purity_are_kept() {
        assert!(may_use("vault", "aes-gcm") && !may_use("portal", "aes-gcm"));
        assert!(may_use("store", "sqlx") && !may_use("appliance", "sqlx"));
        assert!(may_use("appliance", "tokio") && !may_use("wire", "tokio"));
    }
}
