//! The verifier: takes records one after the other, and names the first that is not as it was.
//!
//! It reads nothing and asks nobody: records, public keys and what somebody saw earlier are given
//! to it. What it finds good up to a checkpoint, whoever has not the private key cannot have made.

use serde::Deserialize;
use store::audit::Record;
use vault::{
    audit::{ORIGIN, Record as Chained, Seal},
    bundle::PublicKey,
};

use super::CHECKPOINT;

/// A number and the digest of the record that had it, as somebody saw them earlier.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    /// The number.
    pub(crate) sequence: i64,
    /// The digest.
    pub(crate) digest: [u8; 32],
}

/// Up to where a signature confirms the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Sealed {
    /// Records in all.
    pub(crate) records: i64,
    /// The newest record that a checkpoint confirms; 0 where there is none.
    pub(crate) confirmed: i64,
}

/// The first thing that is not as it was written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum Fault {
    /// There is a gap.
    #[error("record {first} is missing: after {before} comes {found}")]
    Missing {
        /// The first that is missing.
        first: i64,
        /// The one before the gap.
        before: i64,
        /// The one after it.
        found: i64,
    },
    /// A number comes twice, or after a greater one.
    #[error("record {found} stands after record {before}: it was moved or put in")]
    Order {
        /// Its number.
        found: i64,
        /// The one before it.
        before: i64,
    },
    /// Its contents are not those of its digest.
    #[error("record {0} was changed")]
    Changed(i64),
    /// It does not hold the digest of the one before it.
    #[error("record {0} does not follow the one before it: it, or the one before, was exchanged")]
    Unchained(i64),
    /// A checkpoint is not signed by a key that is known, or not for what stands here.
    #[error(
        "the checkpoint in record {at} does not confirm what stands before it: records from {from} \
         on were rewritten, or another key signed"
    )]
    Unconfirmed {
        /// The checkpoint.
        at: i64,
        /// The first record that no good checkpoint confirms.
        from: i64,
    },
    /// Somebody saw more than there is.
    #[error("the end was cut off: record {last} is the last, and record {seen} was seen earlier")]
    Cut {
        /// The last one.
        last: i64,
        /// The one that was seen.
        seen: i64,
    },
    /// Somebody saw something else.
    #[error("record {0} is another than the one that was seen earlier")]
    Other(i64),
}

/// The fields of a checkpoint.
#[derive(Deserialize)]
struct Checkpoint {
    of: i64,
    signature: String,
}

/// The verifier of one log.
#[derive(Debug)]
pub(crate) struct Verifier<'k> {
    keys: &'k [PublicKey],
    seen: Vec<Seen>,
    last: i64,
    digest: [u8; 32],
    confirmed: i64,
    /// Digests since the last good checkpoint, which the next one may be over.
    open: Vec<[u8; 32]>,
}

impl<'k> Verifier<'k> {
    /// Nothing is taken yet. A checkpoint counts when one of `keys` has signed it.
    pub(crate) fn new(keys: &'k [PublicKey], seen: Vec<Seen>) -> Self {
        Self { keys, seen, last: 0, digest: ORIGIN, confirmed: 0, open: Vec::new() }
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// [`Fault`]: what is wrong with it.
    pub(crate) fn take(&mut self, record: &Record) -> Result<(), Fault> {
        let (found, before) = (record.sequence, self.last);
        if found <= before {
            return Err(Fault::Order { found, before });
        }
        let first = before.saturating_add(1);
        if found != first {
            return Err(Fault::Missing { first, before, found });
        }
        let chained = Chained {
            sequence: found,
            at_ms: record.at_ms,
            kind: &record.kind,
            fields: &record.fields,
            previous: &record.previous,
        };
        if chained.digest() != record.digest {
            return Err(Fault::Changed(found));
        }
        if record.previous != self.digest {
            return Err(Fault::Unchained(found));
        }
        if self.seen.iter().any(|it| it.sequence == found && it.digest != record.digest) {
            return Err(Fault::Other(found));
        }
        self.last = found;
        self.digest = record.digest;
        self.open.push(record.digest);
        if record.kind == CHECKPOINT { self.confirm(record) } else { Ok(()) }
    }

    fn confirm(&mut self, record: &Record) -> Result<(), Fault> {
        let (at, from) = (record.sequence, self.confirmed.saturating_add(1));
        let failed = || Fault::Unconfirmed { at, from };
        let told: Checkpoint = serde_json::from_str(&record.fields).map_err(|_form| failed())?;
        let signature = super::export::octets(&told.signature).ok_or_else(failed)?;
        let behind = told.of.checked_sub(from).and_then(|it| usize::try_from(it).ok());
        let digest = behind.and_then(|it| self.open.get(it)).ok_or_else(failed)?;
        let signed = |key| Seal::Checkpoint.verifies(key, told.of, digest, &signature);
        if !self.keys.iter().any(signed) {
            return Err(failed());
        }
        let confirmed = behind.map_or(0, |it| it.saturating_add(1));
        self.open.drain(..confirmed.min(self.open.len()));
        self.confirmed = told.of;
        Ok(())
    }

    /// The newest record that was taken.
    pub(crate) fn last(&self) -> Seen {
        Seen { sequence: self.last, digest: self.digest }
    }

    /// There are no more.
    ///
    /// # Errors
    ///
    /// [`Fault::Cut`] where more was seen earlier.
    pub(crate) fn finish(self) -> Result<Sealed, Fault> {
        let last = self.last;
        match self.seen.iter().map(|it| it.sequence).max() {
            Some(seen) if last < seen => Err(Fault::Cut { last, seen }),
            Some(_) | None => Ok(Sealed { records: last, confirmed: self.confirmed }),
        }
    }
}

#[cfg(test)]
mod tests {
    use vault::bundle::SignKey;

    use super::*;

    const RECORDS: i64 = 9;

    fn record(previous: &Record, kind: &str, fields: &str) -> Record {
        let mut made = Record {
            sequence: previous.sequence + 1,
            at_ms: 7,
            kind: kind.to_owned(),
            fields: fields.to_owned(),
            previous: previous.digest,
            digest: ORIGIN,
        };
        redo(&mut made);
        made
    }

    fn redo(record: &mut Record) {
        record.digest = Chained {
            sequence: record.sequence,
            at_ms: record.at_ms,
            kind: &record.kind,
            fields: &record.fields,
            previous: &record.previous,
        }
        .digest();
    }

    /// Nine records; the fifth is a checkpoint of the fourth, the ninth one of the seventh.
    fn log(key: &SignKey) -> Vec<Record> {
        let mut log: Vec<Record> = Vec::new();
        let mut last = Record {
            sequence: 0,
            at_ms: 0,
            kind: String::new(),
            fields: String::new(),
            previous: ORIGIN,
            digest: ORIGIN,
        };
        for sequence in 1..=RECORDS {
            let of = match sequence {
                5 => Some(4),
                9 => Some(7),
                _ => None,
            };
            last = match of {
                None => record(&last, "thing.happened", &format!("{{\"n\":{sequence}}}")),
                Some(of) => {
                    let digest = log[usize::try_from(of).unwrap() - 1].digest;
                    let signature = Seal::Checkpoint.sign(key, of, &digest);
                    let told = super::super::checkpoint(of, "k", &signature);
                    record(&last, CHECKPOINT, &told.fields)
                }
            };
            log.push(last.clone());
        }
        log
    }

    fn verify(log: &[Record], keys: &[PublicKey], seen: Option<Seen>) -> Result<Sealed, Fault> {
        let mut verifier = Verifier::new(keys, seen.into_iter().collect());
        for record in log {
            verifier.take(record)?;
        }
        verifier.finish()
    }

    #[test]
    fn what_was_written_is_confirmed_up_to_the_last_checkpoint() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        let log = log(&key);
        assert_eq!(verify(&log, &keys, None), Ok(Sealed { records: 9, confirmed: 7 }));
        assert_eq!(verify(&log[..4], &keys, None), Ok(Sealed { records: 4, confirmed: 0 }));
        assert_eq!(verify(&[], &keys, None), Ok(Sealed { records: 0, confirmed: 0 }));
        let other = [SignKey::generate().unwrap().public().unwrap()];
        assert_eq!(verify(&log, &other, None), Err(Fault::Unconfirmed { at: 5, from: 1 }));
    }

    #[test]
    fn the_first_record_that_was_changed_is_named() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        for at in 0..9_usize {
            let sequence = i64::try_from(at).unwrap() + 1;
            let mut changed = log(&key);
            changed[at].fields += " ";
            assert_eq!(verify(&changed, &keys, None), Err(Fault::Changed(sequence)));
            // With its digest made anew, the next one does not follow.
            redo(&mut changed[at]);
            let found = verify(&changed, &keys, None).map(|_sealed| ());
            let follows =
                if sequence == RECORDS { Ok(()) } else { Err(Fault::Unchained(sequence + 1)) };
            assert_eq!(found, follows);
        }
    }

    #[test]
    fn a_chain_that_was_made_anew_is_not_confirmed() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        for at in [0, 3, 5, 6] {
            let mut changed = log(&key);
            changed[at].fields = "{}".to_owned();
            for next in at..9 {
                changed[next].previous = if next == 0 { ORIGIN } else { changed[next - 1].digest };
                redo(&mut changed[next]);
            }
            let expected = if at < 4 { (5, 1) } else { (9, 5) };
            let (at, from) = expected;
            assert_eq!(verify(&changed, &keys, None), Err(Fault::Unconfirmed { at, from }));
        }
    }

    #[test]
    fn what_is_removed_moved_or_put_in_is_named() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        let mut removed = log(&key);
        removed.remove(2);
        let expected = Fault::Missing { first: 3, before: 2, found: 4 };
        assert_eq!(verify(&removed, &keys, None), Err(expected));
        let mut moved = log(&key);
        moved.swap(1, 2);
        let expected = Fault::Missing { first: 2, before: 1, found: 3 };
        assert_eq!(verify(&moved, &keys, None), Err(expected));
        let mut twice = log(&key);
        twice.insert(3, twice[2].clone());
        assert_eq!(verify(&twice, &keys, None), Err(Fault::Order { found: 3, before: 3 }));
        let mut numbered = log(&key);
        // Removed, and the rest numbered anew.
        numbered.remove(2);
        for (at, it) in numbered.iter_mut().enumerate() {
            it.sequence = i64::try_from(at).unwrap() + 1;
        }
        assert_eq!(verify(&numbered, &keys, None), Err(Fault::Changed(3)));
    }

    #[test]
    fn an_end_that_was_cut_off_is_known_by_what_was_seen() {
        let key = SignKey::generate().unwrap();
        let keys = [key.public().unwrap()];
        let log = log(&key);
        let seen = Seen { sequence: 9, digest: log[8].digest };
        assert!(verify(&log, &keys, Some(seen)).is_ok());
        for last in 0..9 {
            let at = usize::try_from(last).unwrap();
            let found = verify(&log[..at], &keys, Some(seen));
            assert_eq!(found, Err(Fault::Cut { last, seen: 9 }));
        }
        let other = Seen { sequence: 6, digest: [1; 32] };
        assert_eq!(verify(&log, &keys, Some(other)), Err(Fault::Other(6)));
    }
}
