//! The content of a delivered copy: opened, edited and dot-stuffed as it streams.

use std::{collections::VecDeque, fs::File, io::Read};

use vault::{key::DataKey, stream::Opener};
use wire::{
    edit::{Edit, EditError, Run, check, runs},
    smtp::stuff::Stuffer,
};

/// Octets read from the body at once.
const CHUNK_OCTETS: usize = 64 * 1024;

/// A copy on its way out.
#[derive(Debug)]
pub(crate) struct Content {
    body: File,
    opener: Option<Opener>,
    /// What is still to come, in order.
    runs: VecDeque<Part>,
    /// Clear octets that no run has taken yet, and where in the message they begin.
    clear: Vec<u8>,
    clear_at: u64,
    form: Option<Form>,
    octets: u64,
}

/// In what form the octets come.
#[derive(Debug)]
enum Form {
    /// As the message is.
    Plain,
    /// As the wire takes it, to the final dot.
    Wire(Stuffer),
}

impl Form {
    fn feed(&mut self, octets: &[u8], to: &mut Vec<u8>) {
        match self {
            Self::Plain => to.extend_from_slice(octets),
            Self::Wire(stuffer) => stuffer.feed(octets, to),
        }
    }

    fn finish(self, to: &mut Vec<u8>) {
        match self {
            Self::Plain => {}
            Self::Wire(stuffer) => stuffer.finish(to),
        }
    }
}

#[derive(Debug)]
enum Part {
    Insert(Vec<u8>),
    /// From and to, octets of the original.
    Original(u64, u64),
}

impl Content {
    /// The copy that `edits` make of the sealed `body` of `octets` clear octets, with `received`
    /// in front.
    ///
    /// # Errors
    ///
    /// The edits do not fit the message.
    pub(crate) fn new(
        body: File,
        key: &DataKey,
        thing: &str,
        octets: u64,
        edits: &[Edit],
        received: Vec<u8>,
    ) -> Result<Self, EditError> {
        check(edits, octets)?;
        let mut parts = VecDeque::from([Part::Insert(received)]);
        parts.extend(runs(edits, octets).map(|run| match run {
            Run::Insert(octets) => Part::Insert(octets.to_vec()),
            Run::Original(range) => Part::Original(range.start, range.end),
        }));
        let length = |part: &Part| match part {
            Part::Insert(octets) => u64::try_from(octets.len()).unwrap_or(u64::MAX),
            Part::Original(from, to) => to.saturating_sub(*from),
        };
        Ok(Self {
            octets: parts.iter().map(length).fold(0, u64::saturating_add),
            body,
            opener: Some(Opener::new(key, thing)),
            runs: parts,
            clear: Vec::new(),
            clear_at: 0,
            form: Some(Form::Wire(Stuffer::new())),
        })
    }

    /// The same copy as the message is: neither stuffed nor ended by a dot.
    pub(super) fn plain(mut self) -> Self {
        self.form = Some(Form::Plain);
        self
    }

    /// Octets of the copy, before dot-stuffing.
    pub(super) fn octets(&self) -> u64 {
        self.octets
    }

    /// The next octets for the wire; `None` after the final dot. It reads a file, so it blocks.
    ///
    /// # Errors
    ///
    /// The body was changed, is cut short or cannot be read: the final dot must then not be sent.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let mut wire = Vec::with_capacity(CHUNK_OCTETS);
        let Some(form) = self.form.as_mut() else { return Ok(None) };
        loop {
            match self.runs.front_mut() {
                Some(Part::Insert(octets)) => {
                    form.feed(octets, &mut wire);
                    self.runs.pop_front();
                }
                Some(Part::Original(from, to)) if from == to => {
                    self.runs.pop_front();
                }
                Some(Part::Original(from, to)) => {
                    let skip = usize::try_from(from.saturating_sub(self.clear_at))?;
                    let wanted = usize::try_from(to.saturating_sub(*from))?;
                    let there = self.clear.get(skip..).unwrap_or_default();
                    let taken = there.get(..wanted.min(there.len())).unwrap_or_default();
                    form.feed(taken, &mut wire);
                    *from = from.saturating_add(u64::try_from(taken.len())?);
                    if from < to {
                        break;
                    }
                }
                // Read to the end, so that the seal of the whole is checked before the dot.
                None if self.opener.is_none() => {
                    if let Some(form) = self.form.take() {
                        form.finish(&mut wire);
                    }
                    return Ok(Some(wire));
                }
                None => break,
            }
        }
        self.read()?;
        Ok(Some(wire))
    }

    /// Replaces the clear octets, all of which are used up, by the next ones.
    fn read(&mut self) -> anyhow::Result<()> {
        let Some(mut opener) = self.opener.take() else {
            anyhow::bail!("the body is shorter than its message");
        };
        self.clear_at = self.clear_at.saturating_add(u64::try_from(self.clear.len())?);
        self.clear.clear();
        let mut sealed = vec![0; CHUNK_OCTETS];
        let read = self.body.read(&mut sealed)?;
        if read == 0 {
            opener.finish(&mut self.clear)?;
        } else {
            opener.open(sealed.get(..read).unwrap_or_default(), &mut self.clear)?;
            self.opener = Some(opener);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use vault::stream::seal_all;

    use super::*;

    fn sealed(key: &DataKey, message: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&seal_all(key, "message:x", message).unwrap()).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        file
    }

    fn wire(message: &[u8], edits: &[Edit], received: &[u8]) -> anyhow::Result<Vec<u8>> {
        let key = DataKey::random();
        let octets = u64::try_from(message.len())?;
        let body = sealed(&key, message);
        let mut content = Content::new(body, &key, "message:x", octets, edits, received.to_vec())?;
        let mut sent = Vec::new();
        while let Some(octets) = content.next()? {
            sent.extend(octets);
        }
        Ok(sent)
    }

    #[test]
    fn the_copy_is_edited_stuffed_and_ended() {
        let edits = vec![
            Edit { at: 2, remove: 1, insert: b"BCD".to_vec() },
            Edit { at: 5, remove: 0, insert: b"\r\n.x".to_vec() },
        ];
        let sent = wire(b".abcde\r\n", &edits, b"R: 1\r\n").unwrap();
        assert_eq!(sent, b"R: 1\r\n..aBCDcd\r\n..xe\r\n.\r\n");
    }

    #[test]
    fn a_large_copy_is_whole() {
        let message: Vec<u8> =
            (0..300_000_u32).flat_map(|it| format!("{it}\r\n").into_bytes()).collect();
        let at = u64::try_from(message.len() / 2).unwrap();
        let edits = vec![Edit { at, remove: 100_000, insert: b"*".to_vec() }];
        let sent = wire(&message, &edits, b"").unwrap();
        let mut expected = wire::edit::apply(&message, &edits).unwrap();
        expected.extend(b".\r\n");
        assert!(sent == expected);
    }

    #[test]
    fn the_plain_form_is_the_edited_message() {
        let key = DataKey::random();
        let message = b".a\r\n..\r\nb";
        let edits = vec![Edit { at: 1, remove: 1, insert: b"AB".to_vec() }];
        let body = sealed(&key, message);
        let content = Content::new(body, &key, "message:x", 9, &edits, Vec::new()).unwrap();
        let mut content = content.plain();
        let mut sent = Vec::new();
        while let Some(octets) = content.next().unwrap() {
            sent.extend(octets);
        }
        assert_eq!(sent, b".AB\r\n..\r\nb");
    }

    #[test]
    fn a_body_cut_short_never_ends_with_a_dot() {
        let key = DataKey::random();
        let body = sealed(&key, &[b'a'; 200_000]);
        let length = body.metadata().unwrap().len();
        body.set_len(length - 20).unwrap();
        let mut content = Content::new(body, &key, "message:x", 200_000, &[], Vec::new()).unwrap();
        let failed = std::iter::from_fn(|| Some(content.next())).take(100).find(Result::is_err);
        assert!(failed.is_some());
    }
}
