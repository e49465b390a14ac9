//! `chancery audit`: the log that shows whether somebody changed it.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Subcommand;
use store::{PAGE_ROWS_MAX, audit as chain};
use vault::bundle::PublicKey;

use super::{
    ConfigFile,
    kept::Kept,
    print::{print, table},
};
use crate::{
    audit::{self, Export, Sealed, Seen, Verifier},
    config::Config,
    notice::date,
    role::{ADDRESS_PURPOSE, folded, keyd::audit_key, master::audit_public_path, spool::SEEN},
};

/// Octets of a line of an exported file; a record of a message with thousands of recipients has
/// less.
const LINE_OCTETS_MAX: u64 = 4 << 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the newest records
    List {
        /// How many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
        last: u32,
        /// Only those that tell of this message id or this address
        #[arg(long, value_name = "TEXT")]
        about: Option<String>,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Verify that no record was changed, removed, moved or put in; the code is 1 if one was
    Verify {
        /// An exported file; without it, the log of this machine
        export: Option<PathBuf>,
        /// A public key that may have signed, as it was kept elsewhere; may be given again
        #[arg(long = "key", value_name = "FILE")]
        keys: Vec<PathBuf>,
        /// A checkpoint that was seen earlier, as the log tells it: NUMBER:DIGEST
        #[arg(long, value_name = "CHECKPOINT", value_parser = seen)]
        seen: Option<Seen>,
        /// The configuration file
        #[arg(long, default_value = "chancery.toml")]
        config: PathBuf,
    },
    /// Write the log to a file that can be verified anywhere
    Export {
        /// The file, which must not be there yet
        export: PathBuf,
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// Does what was asked.
///
/// # Errors
///
/// The store, a key or a file cannot be read or written.
pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::List { last, about, file } => {
            let kept = Kept::open(&Config::load(&file.config)?).await?;
            print(&list(&kept, last, about.as_deref()).await?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { export: Some(export), keys, seen, .. } => {
            anyhow::ensure!(
                !keys.is_empty(),
                "give the public key with --key, as it was kept elsewhere: a file vouches for nothing"
            );
            let keys = read_keys(&keys)?;
            tell(verify_file(&export, &keys, seen.into_iter().collect())?)
        }
        Command::Verify { export: None, keys, seen, config } => {
            let config = Config::load(&config)?;
            let own = vec![audit_public_path(&config.folders)];
            let keys = read_keys(if keys.is_empty() { &own } else { &keys })?;
            let seen = [seen, witness(&config)?].into_iter().flatten().collect();
            let kept = Kept::open(&config).await?;
            tell(verify_store(&kept, &keys, seen).await?.map_err(|it| it.to_string()))
        }
        Command::Export { export, file } => {
            let config = Config::load(&file.config)?;
            let last = write_file(&config, &export).await?;
            let (number, path) = (last.sequence, export.display());
            print(&format!("Wrote {number} records to {path}.\n"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn tell(verified: Result<Sealed, String>) -> anyhow::Result<ExitCode> {
    match verified {
        Ok(Sealed { records, confirmed }) => {
            let open = records.saturating_sub(confirmed);
            let rest = match open {
                0 => String::new(),
                _ => format!("; {open} came after the last checkpoint's and are chained only"),
            };
            print(&format!("{records} records, {confirmed} confirmed by signature{rest}.\n"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            print(&format!("The log is not as it was written: {fault}.\n"))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A checkpoint as it is told: `NUMBER:DIGEST`.
fn seen(text: &str) -> Result<Seen, String> {
    let parsed = text.trim().split_once(':').and_then(|(sequence, digest)| {
        Some(Seen { sequence: sequence.parse().ok()?, digest: audit::digest(digest)? })
    });
    parsed.ok_or_else(|| "write it as NUMBER:DIGEST, with 64 hexadecimal digits".to_owned())
}

/// The checkpoint that the spool wrote down beside the database.
fn witness(config: &Config) -> anyhow::Result<Option<Seen>> {
    let path = config.folders.store.join(SEEN);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let seen = seen(&text).map_err(anyhow::Error::msg);
            Ok(Some(seen.with_context(|| format!("`{}` was changed", path.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

fn read_keys(paths: &[PathBuf]) -> anyhow::Result<Vec<PublicKey>> {
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read `{}`", path.display()))?;
        PublicKey::from_pem(&text).with_context(|| format!("`{}` is no key", path.display()))
    };
    paths.iter().map(read).collect()
}

async fn verify_store(
    kept: &Kept,
    keys: &[PublicKey],
    seen: Vec<Seen>,
) -> anyhow::Result<Result<Sealed, audit::Fault>> {
    let mut verifier = Verifier::new(keys, seen);
    loop {
        let page = chain::page(&kept.store, verifier.last().sequence, PAGE_ROWS_MAX).await?;
        if page.is_empty() {
            return Ok(verifier.finish());
        }
        for record in page {
            if let Err(fault) = verifier.take(&record) {
                return Ok(Err(fault));
            }
        }
    }
}

fn verify_file(
    path: &Path,
    keys: &[PublicKey],
    seen: Vec<Seen>,
) -> anyhow::Result<Result<Sealed, String>> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut reader = BufReader::new(file);
    let mut export = Export::new(keys, seen);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LINE_OCTETS_MAX).read_until(b'\n', &mut line)? == 0 {
            return Ok(export.finish().map_err(|it| it.to_string()));
        }
        let text = String::from_utf8_lossy(&line);
        if let Err(error) = export.take(text.trim_end()) {
            return Ok(Err(error.to_string()));
        }
    }
}

async fn write_file(config: &Config, path: &Path) -> anyhow::Result<Seen> {
    let kept = Kept::open(config).await?;
    let key = audit_key(&config.folders)?;
    let public = [key.public()?];
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    let file = file.with_context(|| format!("cannot write `{}`", path.display()))?;
    let mut writer = BufWriter::new(file);
    writer.write_all(audit::head().as_bytes())?;
    // What is signed has been verified: a broken log leaves no signed file.
    let mut verifier = Verifier::new(&public, Vec::new());
    loop {
        let page = chain::page(&kept.store, verifier.last().sequence, PAGE_ROWS_MAX).await?;
        if page.is_empty() {
            break;
        }
        for record in page {
            verifier.take(&record).context("the log is not as it was written")?;
            writer.write_all(audit::line(&record).as_bytes())?;
        }
    }
    let last = verifier.last();
    writer.write_all(audit::tail(&key, &last).as_bytes())?;
    writer.into_inner()?.sync_all()?;
    Ok(last)
}

async fn list(kept: &Kept, last: u32, about: Option<&str>) -> anyhow::Result<String> {
    let wanted = about.map(|text| {
        let hash = kept.master.index_key().hash(ADDRESS_PURPOSE, folded(text).as_bytes());
        [text.to_owned(), audit::address(&hash)]
    });
    let mut rows = std::collections::VecDeque::new();
    let mut after = match (chain::last(&kept.store).await?, &wanted) {
        (Some(newest), None) => newest.sequence.saturating_sub(i64::from(last)),
        (Some(_) | None, _) => 0,
    };
    loop {
        let page = chain::page(&kept.store, after, PAGE_ROWS_MAX).await?;
        let Some(newest) = page.last() else { break };
        after = newest.sequence;
        for record in page {
            let is_wanted =
                wanted.as_ref().is_none_or(|it| it.iter().any(|it| record.fields.contains(it)));
            if is_wanted {
                let time = date::minute(record.at_ms, "UTC");
                rows.push_back([record.sequence.to_string(), time, record.kind, record.fields]);
            }
            if usize::try_from(last).is_ok_and(|it| it < rows.len()) {
                rows.pop_front();
            }
        }
    }
    if rows.is_empty() {
        return Ok("There is no such record.\n".to_owned());
    }
    Ok(table(["NUMBER", "TIME", "WHAT", "FIELDS"], rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_as_the_log_tells_it() {
        let digits = "0a".repeat(32);
        let expected = Seen { sequence: 12, digest: [10; 32] };
        assert_eq!(seen(&format!("12:{digits}")), Ok(expected));
        assert_eq!(seen(&format!("00000000000000000012:{digits}\n")), Ok(expected));
        for wrong in ["", "12", "12:0a", &format!("x:{digits}")] {
            assert!(seen(wrong).is_err(), "{wrong}");
        }
    }
}
