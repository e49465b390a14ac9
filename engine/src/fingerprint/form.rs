//! The text form of a set, made by `writ fingerprint` and read with the rules.
//!
//! ```text
//! writ-fingerprints 1
//! documents
//! key 00112233445566778899aabbccddeeff
//! document 9f86d081884c7d659a2feaa0c55ad015 "contract.docx"
//! 0123456789abcdef 123456789abcdef0
//! ```
//!
//! A table says `table`, then `lengths 16 22`, then one digest a line. Hashes stand sorted, so that the
//! same set made twice is the same text.

use super::{Document, Holds, Key, Set, Table};

const TITLE: &str = "writ-fingerprints 1";

/// Hashes on one line of a document.
const HASHES_A_LINE: usize = 8;

/// Hashes of one set, of all its documents or values together.
pub(crate) const HASHES_MAX: usize = 4_000_000;

/// Why a text is no set.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {what}")]
pub(crate) struct FormError {
    /// 1-based.
    pub(crate) line: usize,
    /// What is there, or what is missing.
    pub(crate) what: &'static str,
}

impl Set {
    /// The text form.
    pub(crate) fn written(&self) -> String {
        let mut out = String::from(TITLE);
        out.push('\n');
        let kind = match self.holds {
            Holds::Documents(_) => "documents",
            Holds::Table(_) => "table",
        };
        out.push_str(&format!("{kind}\nkey {:032x}\n", u128::from_be_bytes(self.key.0)));
        match &self.holds {
            Holds::Documents(documents) => documents.iter().for_each(|it| it.write(&mut out)),
            Holds::Table(table) => {
                let lengths: Vec<String> = table.lengths.iter().map(ToString::to_string).collect();
                out.push_str(&format!("lengths {}\n", lengths.join(" ")));
                for digest in &table.digests {
                    out.push_str(&format!("{digest:032x}\n"));
                }
            }
        }
        out
    }

    /// Reads the text form.
    ///
    /// # Errors
    ///
    /// The first line that is not in its form.
    pub(crate) fn read(text: &str) -> Result<Self, FormError> {
        let mut lines = (1..).zip(text.lines());
        let mut next = |what| match lines.next() {
            Some((line, text)) => Ok((line, text.trim_end())),
            None => Err(FormError { line: text.lines().count().saturating_add(1), what }),
        };
        let (line, title) = next("the file is empty")?;
        if title != TITLE {
            return Err(FormError { line, what: "a set begins with `writ-fingerprints 1`" });
        }
        let (kind_line, kind) = next("`documents` or `table` is missing")?;
        let (line, key) = next("the line `key` is missing")?;
        let what = "`key` and 32 hexadecimal digits stand here";
        let key = key.strip_prefix("key ").and_then(hex128).ok_or(FormError { line, what })?;
        let key = Key(key.to_be_bytes());
        let holds = match kind {
            "documents" => Holds::Documents(read_documents(lines)?),
            "table" => Holds::Table(read_table(lines)?),
            _ => {
                let what = "this is neither `documents` nor `table`";
                return Err(FormError { line: kind_line, what });
            }
        };
        Ok(Self { key, holds })
    }
}

impl Document {
    fn write(&self, out: &mut String) {
        let name = self.name.replace(['"', '\n', '\r'], "_");
        out.push_str(&format!("document {:032x} \"{name}\"\n", self.digest));
        for line in self.grams.chunks(HASHES_A_LINE) {
            let hashes: Vec<String> = line.iter().map(|it| format!("{it:016x}")).collect();
            out.push_str(&hashes.join(" "));
            out.push('\n');
        }
    }
}

fn read_documents<'t>(
    lines: impl Iterator<Item = (usize, &'t str)>,
) -> Result<Vec<Document>, FormError> {
    let mut documents: Vec<Document> = Vec::new();
    let mut hashes = 0_usize;
    for (line, text) in lines {
        let wrong = |what| FormError { line, what };
        if let Some(rest) = text.strip_prefix("document ") {
            let what = "a digest of 32 hexadecimal digits and a name in quotes stand here";
            let (digest, name) = rest.split_once(' ').ok_or(wrong(what))?;
            let name = name.trim_end().strip_prefix('"').and_then(|it| it.strip_suffix('"'));
            let (digest, name) = hex128(digest).zip(name).ok_or(wrong(what))?;
            documents.push(Document { name: name.to_owned(), digest, grams: Vec::new() });
            continue;
        }
        let document = documents.last_mut().ok_or(wrong("the line `document` is missing"))?;
        for word in text.split_ascii_whitespace() {
            let hash = hex64(word).ok_or(wrong("a hash has 16 hexadecimal digits"))?;
            document.grams.push(hash);
            hashes = hashes.saturating_add(1);
        }
        if HASHES_MAX < hashes {
            return Err(wrong("the set has more than 4,000,000 hashes"));
        }
    }
    documents.iter_mut().for_each(|it| it.grams.sort_unstable());
    documents.iter_mut().for_each(|it| it.grams.dedup());
    Ok(documents)
}

fn read_table<'t>(mut lines: impl Iterator<Item = (usize, &'t str)>) -> Result<Table, FormError> {
    let what = "the line `lengths` is missing";
    let (line, lengths) = lines.next().ok_or(FormError { line: 4, what })?;
    let lengths = lengths.strip_prefix("lengths ").ok_or(FormError { line, what })?;
    let lengths: Option<Vec<usize>> =
        lengths.split_ascii_whitespace().map(|it| it.parse().ok()).collect();
    let what = "a length is a whole number";
    let mut table =
        Table { lengths: lengths.ok_or(FormError { line, what })?, digests: Vec::new() };
    for (line, text) in lines {
        let what = "a digest has 32 hexadecimal digits";
        table.digests.push(hex128(text.trim_end()).ok_or(FormError { line, what })?);
        if HASHES_MAX < table.digests.len() {
            return Err(FormError { line, what: "the set has more than 4,000,000 hashes" });
        }
    }
    table.lengths.sort_unstable();
    table.lengths.dedup();
    table.digests.sort_unstable();
    table.digests.dedup();
    Ok(table)
}

fn hex128(text: &str) -> Option<u128> {
    is_hex(text, 32).then(|| u128::from_str_radix(text, 16).ok())?
}

fn hex64(text: &str) -> Option<u64> {
    is_hex(text, 16).then(|| u64::from_str_radix(text, 16).ok())?
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::make;

    const KEY: Key = Key(*b"0123456789abcdef");

    #[test]
    fn what_is_written_is_read() {
        let text = "The contract between the parties named below is confidential. ".repeat(5);
        let documents = vec![("a \"b\".txt".to_owned(), text)];
        let written = make::documents(KEY, &documents).unwrap();
        assert!(written.contains("\"a _b_.txt\"") && !written.contains("contract"));
        assert_eq!(Set::read(&written).unwrap().written(), written);
        let values = ["GB82 WEST 1234 5698 7654 32", "4012888888881881"].map(str::to_owned);
        let (written, _) = make::table(KEY, &values).unwrap();
        assert!(written.contains("lengths 16 22") && !written.contains("4012"));
        assert_eq!(Set::read(&written).unwrap().written(), written);
    }

    #[test]
    fn what_is_no_set_is_told_with_its_line() {
        let key = "key 00112233445566778899aabbccddeeff";
        for (text, line) in [
            (String::new(), 1),
            ("writ 1\n".to_owned(), 1),
            ("writ-fingerprints 1\n".to_owned(), 2),
            (format!("writ-fingerprints 1\npictures\n{key}\n"), 2),
            ("writ-fingerprints 1\ntable\nkey x\n".to_owned(), 3),
            (format!("writ-fingerprints 1\ntable\n{key}\n"), 4),
            (format!("writ-fingerprints 1\ntable\n{key}\nlengths 5\nzz\n"), 5),
            (format!("writ-fingerprints 1\ndocuments\n{key}\n0123456789abcdef\n"), 4),
            (format!("writ-fingerprints 1\ndocuments\n{key}\ndocument 12 \"a\"\n"), 4),
        ] {
            assert_eq!(Set::read(&text).unwrap_err().line, line, "{text}");
        }
    }
}
