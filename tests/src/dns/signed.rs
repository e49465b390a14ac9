//! Signed names: everything a server knows is one zone, the root, with one key.
//!
//! # Source
//!
//! RFC 4034 (records), RFC 4035 §3.1.3 (denials), RFC 8080 (Ed25519).

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{RRSIG, Record, Zone, data_of, write_name, written};

const SOA: u16 = 6;
const DS: u16 = 43;
const NSEC: u16 = 47;
const DNSKEY: u16 = 48;
/// A key of the zone that others trust, for DNSSEC, of Ed25519.
const KEY_HEAD: [u8; 4] = [1, 1, 3, 15];

impl Zone {
    /// Signs all names but those that are delegated. Gives the key as others are told it.
    ///
    /// # Errors
    ///
    /// `openssl` is missing, or fails.
    pub fn sign(&mut self) -> anyhow::Result<String> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("key.der");
        openssl(&["genpkey", "-algorithm", "ed25519", "-outform", "DER"], &path, Some(&path))?;
        let public =
            openssl(&["pkey", "-inform", "DER", "-pubout", "-outform", "DER", "-in"], &path, None)?;
        let public = public.last_chunk::<32>().context("a public key")?;
        let key = [&KEY_HEAD, public.as_slice()].concat();
        let soa = [
            &write_name("ns").context("a name")?,
            &write_name("root").context("a name")?,
            [0, 0, 0, 1].repeat(5).as_slice(),
        ]
        .concat();
        self.add("", Record::Other(SOA, soa));
        self.add("", Record::Other(DNSKEY, key.clone()));
        self.chain()?;
        let names: Vec<String> = self.0.keys().cloned().collect();
        for name in names {
            for (kind, set) in self.sets(&name) {
                let cut = self.cut(&name);
                let is_ours = match cut {
                    None => true,
                    // At the cut itself, what says so.
                    Some(cut) => cut == name && kind == NSEC,
                };
                if is_ours {
                    let signature = sign(&path, &key, &name, kind, set)?;
                    self.add(&name, Record::Other(RRSIG, signature));
                }
            }
        }
        self.1 = true;
        Ok(format!(". 3600 IN DNSKEY 257 3 15 {}\n", STANDARD.encode(public)))
    }

    /// Forges a name: what it has is no longer what was signed.
    pub fn forge(&mut self, name: &str, record: Record) {
        let Some(kind) = data_of(&record).map(|it| it.0) else { return };
        if let Some(records) = self.0.get_mut(&super::folded(name)) {
            records.retain(|it| data_of(it).is_none_or(|it| it.0 != kind));
            records.push(record);
        }
    }

    /// What says that a name has nothing of this kind, with its signatures.
    pub(super) fn denial(&self, name: &str, kind: u16) -> Vec<Vec<u8>> {
        let cut = self.cut(name);
        if !self.1 || cut.is_some_and(|it| it != name || kind != DS) {
            return Vec::new();
        }
        let mut said = Vec::new();
        for (owner, records) in &self.0 {
            for (its_kind, data) in records.iter().filter_map(data_of) {
                let of = |kind: u16| its_kind == RRSIG && data.starts_with(&kind.to_be_bytes());
                let is_end = owner.is_empty() && (its_kind == SOA || of(SOA));
                if is_end || its_kind == NSEC || of(NSEC) {
                    said.extend(written(owner, its_kind, &data));
                }
            }
        }
        said
    }

    /// Where others begin to answer, at or above a name.
    fn cut<'n>(&self, name: &'n str) -> Option<&'n str> {
        let mut at = name;
        loop {
            let records = self.0.get(at).map(Vec::as_slice).unwrap_or_default();
            if records.iter().any(|it| matches!(it, Record::Delegated(_))) {
                return Some(at);
            }
            at = at.split_once('.')?.1;
        }
    }

    /// Says of each name which one is next, and what it has.
    fn chain(&mut self) -> anyhow::Result<()> {
        let is_ours = |name: &&String| self.cut(name).is_none_or(|it| it == name.as_str());
        let mut names: Vec<String> = self.0.keys().filter(is_ours).cloned().collect();
        names.sort_by_key(|it| it.rsplit('.').map(str::to_owned).collect::<Vec<_>>());
        for (at, name) in names.iter().enumerate() {
            let next = names.get(at + 1).map_or("", String::as_str);
            let mut kinds: Vec<u16> = self.sets(name).into_iter().map(|it| it.0).collect();
            kinds.extend([RRSIG, NSEC]);
            let mut bits = [0_u8; 32];
            for kind in kinds {
                let kind = usize::from(kind);
                if let Some(octet) = bits.get_mut(kind / 8) {
                    *octet |= 0x80 >> (kind % 8);
                }
            }
            let data = [&write_name(next).context("a name")?, &[0, 32][..], &bits].concat();
            self.add(name, Record::Other(NSEC, data));
        }
        Ok(())
    }

    /// The records of a name, by kind.
    fn sets(&self, name: &str) -> Vec<(u16, Vec<Vec<u8>>)> {
        let mut sets: Vec<(u16, Vec<Vec<u8>>)> = Vec::new();
        let records = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        for (kind, data) in records.iter().filter_map(data_of) {
            match sets.iter_mut().find(|it| it.0 == kind) {
                Some(set) => set.1.push(data),
                None => sets.push((kind, vec![data])),
            }
        }
        sets
    }
}

/// The signature of all records of one kind.
fn sign(
    path: &Path,
    key: &[u8],
    name: &str,
    kind: u16,
    mut set: Vec<Vec<u8>>,
) -> anyhow::Result<Vec<u8>> {
    let labels = name.split('.').filter(|it| !it.is_empty()).count();
    let mut head = kind.to_be_bytes().to_vec();
    head.extend([15, u8::try_from(labels)?, 0, 0, 0x0e, 0x10]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    head.extend(u32::try_from(now + 86_400)?.to_be_bytes());
    head.extend(u32::try_from(now - 3_600)?.to_be_bytes());
    head.extend(tag(key).to_be_bytes());
    head.push(0);
    set.sort();
    let mut text = head.clone();
    for data in set {
        text.extend(written(name, kind, &data).context("a record")?);
    }
    let file = path.with_extension("text");
    std::fs::write(&file, text)?;
    let file = file.to_string_lossy();
    let of = ["pkeyutl", "-sign", "-rawin", "-in", &file, "-keyform", "DER", "-inkey"];
    head.extend(openssl(&of, path, None)?);
    Ok(head)
}

/// Which key it is (RFC 4034 appendix B).
fn tag(key: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for (at, octet) in key.iter().enumerate() {
        let octet = u32::from(*octet);
        sum += if at % 2 == 0 { octet << 8 } else { octet };
    }
    sum += (sum >> 16) & 0xffff;
    u16::try_from(sum & 0xffff).unwrap_or_default()
}

/// What `openssl` prints, or writes to `out`; otherwise the path is its last argument.
fn openssl(arguments: &[&str], path: &Path, out: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new("openssl");
    command.args(arguments);
    match out {
        Some(out) => command.arg("-out").arg(out),
        None => command.arg(path),
    };
    let done = command.output().context("openssl")?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(done.stdout)
}
