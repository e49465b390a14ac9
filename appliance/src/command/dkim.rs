//! `chancery dkim`: the keys that sign outgoing mail.

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use grammar::literal::Domain;
use vault::dkim::SignKey;

use super::{ConfigFile, kept, order::operator, print};
use crate::{
    audit,
    config::Config,
    role::master::{dkim_key_path, dkim_keys, read_dkim_key, write_dkim_key},
};

/// Octets of one text of a record (RFC 1035 §3.3).
const TEXT_OCTETS_MAX: usize = 255;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key and print the record to publish; it signs from the next start on
    New {
        /// The domain that signs; it also signs for those below it that have no key
        domain: String,
        /// The key's name under the domain; a new key needs a new name
        #[arg(long, default_value = "chancery")]
        selector: String,
        /// How it signs; every receiver knows RSA
        #[arg(long, value_enum, default_value_t = Algorithm::Rsa)]
        algorithm: Algorithm,
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Print the record of each key
    List {
        #[command(flatten)]
        file: ConfigFile,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Algorithm {
    /// Short records; receivers that are behind do not know it, so keep one of RSA beside it
    Ed25519,
    /// 2048 bits
    Rsa,
}

/// Does what the command says.
///
/// # Errors
///
/// The configuration cannot be loaded, there is such a key already, the key folder or the audit log
/// cannot be read or written.
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::New { domain, selector, algorithm, file } => {
            let config = Config::load(&file.config)?;
            let domain = Domain::parse(&domain).with_context(|| {
                format!("`{domain}` is no domain; write one such as acme.example")
            })?;
            let label = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
            anyhow::ensure!(
                (1..=63).contains(&selector.len()) && selector.bytes().all(label),
                "`{selector}` cannot be a selector; write letters, digits and hyphens"
            );
            let key = SignKey::generate(match algorithm {
                Algorithm::Ed25519 => vault::dkim::Algorithm::Ed25519,
                Algorithm::Rsa => vault::dkim::Algorithm::Rsa,
            })?;
            let domain = domain.as_str();
            let path = write_dkim_key(&config.folders, domain, &selector, &key)?;
            let name = format!("{selector}._domainkey.{domain}");
            kept::record(&config, audit::key_made("dkim", &name, &operator())).await?;
            print(&format!(
                "; Publish this record, and restart chancery once it can be seen: receivers take a\n\
                 ; signature whose key they do not find for a broken one.\n\
                 {}; The key is in {}. Remove the file to sign no more with it.\n",
                record(domain, &selector, &key)?,
                path.display()
            ))
        }
        Command::List { file } => {
            let folders = Config::load(&file.config)?.folders;
            let keys = dkim_keys(&folders)?;
            if keys.is_empty() {
                return print(
                    "No key: mail goes out unsigned. `chancery dkim new DOMAIN` makes one.\n",
                );
            }
            let mut text = String::new();
            for key in keys {
                let path = dkim_key_path(&folders, &key.domain, &key.selector);
                text.push_str(&record(&key.domain, &key.selector, &read_dkim_key(&path)?)?);
            }
            print(&text)
        }
    }
}

/// The record as a zone file has it.
fn record(domain: &str, selector: &str, key: &SignKey) -> anyhow::Result<String> {
    let record = key.record()?;
    // A record is ASCII, so a piece ends where an octet does.
    let pieces = record.as_bytes().chunks(TEXT_OCTETS_MAX);
    let quoted: Vec<String> =
        pieces.map(|it| format!("\"{}\"", String::from_utf8_lossy(it))).collect();
    Ok(format!("{selector}._domainkey.{domain}. IN TXT ( {} )\n", quoted.join("\n    ")))
}
