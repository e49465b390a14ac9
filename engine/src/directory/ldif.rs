//! The LDIF form.
//!
//! # Standards
//!
//! RFC 2849: folded lines, comments, base64 values. Values from a URL are refused: a directory file
//! names no other file. Change records are entries of their attributes.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use grammar::literal::Address;

use super::{DirectoryError, entry::Entry};
use crate::facts::Directory;

/// Whether a text without white space before it is LDIF.
pub(super) fn is_ldif(text: &str) -> bool {
    let line = text.lines().find(|it| !it.starts_with('#')).unwrap_or_default();
    line.starts_with("dn:") || line.starts_with("version:")
}

/// A group and its members, by their distinguished names.
struct Members {
    group: String,
    members: Vec<String>,
}

pub(super) fn parse(text: &str) -> Result<Directory, DirectoryError> {
    let mut directory = Directory::default();
    let mut people: BTreeMap<String, Vec<Address>> = BTreeMap::new();
    let mut groups: Vec<Members> = Vec::new();
    let (mut entry, mut members) = (Entry::default(), Vec::new());
    let mut name = String::new();
    for (number, line) in unfolded(text).into_iter().chain([(0, String::new())]) {
        if line.is_empty() {
            entry.put(&mut directory);
            people.entry(Directory::group(&name)).or_default().append(&mut entry.addresses);
            if !members.is_empty() {
                groups.push(Members { group: name.clone(), members: std::mem::take(&mut members) });
            }
            (entry, name) = (Entry::default(), String::new());
            continue;
        }
        let (attribute, value) = split(&line).map_err(|what| DirectoryError::line(number, what))?;
        match attribute.to_ascii_lowercase().as_str() {
            "dn" => name = value,
            "member" | "uniquemember" => members.push(Directory::group(&value)),
            "version" | "objectclass" | "changetype" => {}
            _ => {
                entry.add(&attribute, &value).map_err(|what| DirectoryError::line(number, what))?;
            }
        }
    }
    for Members { group, members } in groups {
        for address in members.iter().filter_map(|it| people.get(it)).flatten() {
            directory.add_group(address, &group);
        }
    }
    Ok(directory)
}

/// Lines with the number of their first, folded ones joined, comments left out.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut in_comment = false;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end_matches('\r');
        if let Some(rest) = line.strip_prefix(' ') {
            if let Some(last) = lines.last_mut().filter(|_| !in_comment) {
                last.1.push_str(rest);
            }
            continue;
        }
        in_comment = line.starts_with('#');
        if !in_comment {
            lines.push((number, line.to_owned()));
        }
    }
    lines
}

fn split(line: &str) -> Result<(String, String), String> {
    let (name, value) = line.split_once(':').ok_or("there is no `:` in this line")?;
    // Options such as `;lang-en` say how, not what.
    let name = name.split(';').next().unwrap_or(name).to_owned();
    if let Some(encoded) = value.strip_prefix(':') {
        let wrong = "this value is not text in base64";
        let octets = STANDARD.decode(encoded.trim()).map_err(|_encoding| wrong)?;
        // Photographs and certificates are no text, and no rule asks for them.
        return Ok((name, String::from_utf8(octets).unwrap_or_default()));
    }
    if value.starts_with('<') {
        return Err("this value stands in another file".to_owned());
    }
    Ok((name, value.trim().to_owned()))
}
