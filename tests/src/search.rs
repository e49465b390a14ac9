//! A search for words in files, in every form that a program may have left them in.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A word and the forms it is looked for in, with what each is called.
#[derive(Debug)]
pub struct Forms {
    forms: Vec<(String, Vec<u8>)>,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Forms {
    /// The forms of all `words`: as they are, in small and capital letters, hexadecimal, percent
    /// and quoted-printable, UTF-16 of both orders, and base64 at each of its three positions.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        let mut forms = Vec::new();
        for word in words {
            let mut add = |name: &str, octets: Vec<u8>| {
                if 4 <= octets.len() {
                    forms.push((format!("`{word}` {name}"), octets));
                }
            };
            add("as it is", word.as_bytes().to_vec());
            add("in small letters", word.to_lowercase().into_bytes());
            add("in capital letters", word.to_uppercase().into_bytes());
            add("in hexadecimal", hex(word.as_bytes()).into_bytes());
            add("quoted-printable", escaped(word, '=').into_bytes());
            add("percent-encoded", escaped(word, '%').into_bytes());
            let units: Vec<u16> = word.encode_utf16().collect();
            add("in UTF-16LE", units.iter().flat_map(|it| it.to_le_bytes()).collect());
            add("in UTF-16BE", units.iter().flat_map(|it| it.to_be_bytes()).collect());
            for position in 0..3 {
                add(&format!("in base64 at {position}"), base64(word.as_bytes(), position));
            }
        }
        Self { forms }
    }

    /// Every form found in `octets`.
    #[must_use]
    pub fn found_in(&self, octets: &[u8]) -> Vec<&str> {
        let found = self.forms.iter().filter(|(_, form)| holds(octets, form));
        found.map(|(name, _)| name.as_str()).collect()
    }

    /// Every form found in a file below `folder`, or in its name.
    ///
    /// # Errors
    ///
    /// A file cannot be read, unless it was removed meanwhile.
    pub fn found_below(&self, folder: &Path) -> anyhow::Result<Vec<String>> {
        let mut all = Vec::new();
        for path in files(folder)? {
            let name = path.display().to_string();
            let octets = match fs::read(&path) {
                Ok(octets) => octets,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            let found = self.found_in(&octets).into_iter().chain(self.found_in(name.as_bytes()));
            all.extend(found.map(|it| format!("{name}: {it}")));
        }
        Ok(all)
    }
}

/// Every file below `folder`.
///
/// # Errors
///
/// A folder cannot be read.
pub fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn holds(octets: &[u8], form: &[u8]) -> bool {
    let Some(first) = form.first() else { return false };
    let mut rest = octets;
    while let Some(at) = rest.iter().position(|it| it == first) {
        let from = rest.get(at..).unwrap_or_default();
        if from.starts_with(form) {
            return true;
        }
        rest = from.get(1..).unwrap_or_default();
    }
    false
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn escaped(word: &str, mark: char) -> String {
    word.bytes()
        .map(|octet| match octet {
            b'!'..=b'~' if octet != b'@' => char::from(octet).to_string(),
            _ => format!("{mark}{octet:02X}"),
        })
        .collect()
}

/// The characters of base64 that depend on `octets` alone when `position` octets stand before it.
fn base64(octets: &[u8], position: usize) -> Vec<u8> {
    let mut padded = vec![0; position];
    padded.extend_from_slice(octets);
    let bit = |at: usize| {
        let octet = padded.get(at / 8).copied().unwrap_or_default();
        usize::from(octet >> (7 - at % 8) & 1)
    };
    let first = (position * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    (first..last)
        .filter_map(|group| {
            let index = (0..6).fold(0, |index, at| index << 1 | bit(group * 6 + at));
            ALPHABET.get(index).copied()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_found() {
        let forms = Forms::of(&["Zebra-Grün@x"]);
        let utf16: Vec<u8> = "Zebra-Grün@x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let written: [&[u8]; 7] = [
            "..Zebra-Grün@x..".as_bytes(),
            "zebra-grün@x".as_bytes(),
            b"Zebra-Gr=C3=BCn=40x",
            b"Zebra-Gr%C3%BCn%40x",
            &utf16,
            // base64 of `aZebra-Grün@xa` and `aaZebra-Grün@xa`.
            b"YVplYnJhLUdyw7xuQHhh",
            b"YWFaZWJyYS1HcsO8bkB4YQ==",
        ];
        for text in written {
            assert!(!forms.found_in(text).is_empty(), "{}", String::from_utf8_lossy(text));
        }
        assert!(forms.found_in(b"Zebra-Gr?n@x and others").is_empty());
    }
}
