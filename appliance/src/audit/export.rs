//! The audit log as a file: a line of JSON for each record, between a first line that says what it
//! is and a last one that is signed, so that a file that was cut short is known.

use serde::{Deserialize, Serialize};
use store::audit::Record;
use vault::{
    audit::Seal,
    bundle::{PublicKey, SignKey},
    digest::hex,
};

use super::{Fault, Sealed, Seen, Verifier};

/// What the first line says.
const FORM: &str = "chancery audit, form 1";

#[derive(Deserialize, Serialize)]
struct Head {
    form: String,
}

#[derive(Deserialize, Serialize)]
struct Line {
    sequence: i64,
    at_ms: i64,
    kind: String,
    fields: String,
    previous: String,
    digest: String,
}

#[derive(Deserialize, Serialize)]
struct Tail {
    end: i64,
    signature: String,
}

/// The file does not hold what was exported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExportError {
    /// A record is not as it was.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// This is no such file.
    #[error("line {0} of the file is not of an exported audit log")]
    Form(usize),
    /// The last line is missing or not signed for this file.
    #[error(
        "the end of the file is not signed for what stands before it, up to record {0}: it was cut off"
    )]
    End(i64),
}

/// The first line.
pub(crate) fn head() -> String {
    as_line(&Head { form: FORM.to_owned() })
}

/// The line of a record.
pub(crate) fn line(record: &Record) -> String {
    as_line(&Line {
        sequence: record.sequence,
        at_ms: record.at_ms,
        kind: record.kind.clone(),
        fields: record.fields.clone(),
        previous: hex(&record.previous),
        digest: hex(&record.digest),
    })
}

/// The last line.
pub(crate) fn tail(key: &SignKey, last: &Seen) -> String {
    let signature = Seal::Export.sign(key, last.sequence, &last.digest);
    as_line(&Tail { end: last.sequence, signature: hex(&signature) })
}

fn as_line(value: &impl Serialize) -> String {
    // These types always have a form in JSON.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// The reader of an exported file, line by line.
#[derive(Debug)]
pub(crate) struct Export<'k> {
    keys: &'k [PublicKey],
    verifier: Verifier<'k>,
    lines: usize,
    is_ended: bool,
}

impl<'k> Export<'k> {
    /// Nothing is read yet.
    pub(crate) fn new(keys: &'k [PublicKey], seen: Vec<Seen>) -> Self {
        Self { keys, verifier: Verifier::new(keys, seen), lines: 0, is_ended: false }
    }

    /// Takes the next line.
    ///
    /// # Errors
    ///
    /// [`ExportError`].
    pub(crate) fn take(&mut self, text: &str) -> Result<(), ExportError> {
        self.lines = self.lines.saturating_add(1);
        let at = self.lines;
        let form = || ExportError::Form(at);
        if self.lines == 1 {
            let head: Head = serde_json::from_str(text).map_err(|_form| form())?;
            return if head.form == FORM { Ok(()) } else { Err(form()) };
        }
        if self.is_ended {
            return Err(form());
        }
        if let Ok(tail) = serde_json::from_str::<Tail>(text) {
            return self.end(&tail);
        }
        let line: Line = serde_json::from_str(text).map_err(|_form| form())?;
        let record = Record {
            sequence: line.sequence,
            at_ms: line.at_ms,
            kind: line.kind,
            fields: line.fields,
            previous: digest(&line.previous).ok_or_else(form)?,
            digest: digest(&line.digest).ok_or_else(form)?,
        };
        Ok(self.verifier.take(&record)?)
    }

    fn end(&mut self, tail: &Tail) -> Result<(), ExportError> {
        let last = self.verifier.last();
        let signature = octets(&tail.signature).unwrap_or_default();
        let signed = |key| Seal::Export.verifies(key, last.sequence, &last.digest, &signature);
        if tail.end != last.sequence || !self.keys.iter().any(signed) {
            return Err(ExportError::End(last.sequence));
        }
        self.is_ended = true;
        Ok(())
    }

    /// There are no more lines. Every record of the file is confirmed then.
    ///
    /// # Errors
    ///
    /// [`ExportError::End`] where the signed line is missing.
    pub(crate) fn finish(self) -> Result<Sealed, ExportError> {
        if !self.is_ended {
            return Err(ExportError::End(self.verifier.last().sequence));
        }
        let sealed = self.verifier.finish()?;
        Ok(Sealed { confirmed: sealed.records, ..sealed })
    }
}

/// A digest from its hexadecimal digits.
pub(crate) fn digest(text: &str) -> Option<[u8; 32]> {
    octets(text)?.try_into().ok()
}

/// Octets from their hexadecimal digits.
pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|it| it.to_digit(16)).collect();
    let digits = digits?;
    let mut pairs = digits.chunks_exact(2);
    let octets = pairs.by_ref().map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    let octets: Option<Vec<u8>> = octets.collect();
    octets.filter(|_| pairs.remainder().is_empty())
}

#[cfg(test)]
mod tests {
    use vault::audit::{ORIGIN, Record as Chained};

    use super::*;

    fn file(key: &SignKey, records: i64) -> Vec<String> {
        let mut lines = vec![head()];
        let mut previous = ORIGIN;
        for sequence in 1..=records {
            let chained =
                Chained { sequence, at_ms: 1, kind: "a", fields: "{}", previous: &previous };
            let digest = chained.digest();
            lines.push(line(&Record {
                sequence,
                at_ms: 1,
                kind: "a".to_owned(),
                fields: "{}".to_owned(),
                previous,
                digest,
            }));
            previous = digest;
        }
        lines.push(tail(key, &Seen { sequence: records, digest: previous }));
        lines
    }

    fn read(lines: &[String], keys: &[PublicKey]) -> Result<Sealed, ExportError> {
        let mut export = Export::new(keys, Vec::new());
        for line in lines {
            export.take(line.trim_end())?;
        }
        export.finish()
    }

    #[test]
    fn a_file_is_what_was_exported_or_is_refused() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        let whole = file(&key, 4);
        assert_eq!(read(&whole, &keys).unwrap(), Sealed { records: 4, confirmed: 4 });
        for cut in 1..5 {
            let text = read(&whole[..cut], &keys).unwrap_err().to_string();
            assert!(text.contains("it was cut off"), "{text}");
        }
        // The last record removed, the signed line kept.
        let mut without = whole.clone();
        without.remove(4);
        assert!(matches!(read(&without, &keys), Err(ExportError::End(3))));
        let mut changed = whole.clone();
        changed[2] = changed[2].replace("\"at_ms\":1", "\"at_ms\":2");
        assert_eq!(read(&changed, &keys).unwrap_err().to_string(), "record 2 was changed");
        let mut more = whole.clone();
        more.push(whole[1].clone());
        assert!(matches!(read(&more, &keys), Err(ExportError::Form(7))));
        let other = [SignKey::generate().unwrap().public().unwrap()];
        assert!(matches!(read(&whole, &other), Err(ExportError::End(4))));
        assert!(matches!(read(&[], &keys), Err(ExportError::End(0))));
    }

    #[test]
    fn digits_are_pairs() {
        assert_eq!(octets("00ffA1"), Some(vec![0, 255, 161]));
        for wrong in ["0", "0g", "é0", "000"] {
            assert_eq!(octets(wrong), None, "{wrong}");
        }
        assert_eq!(digest("00"), None);
    }
}
