//! Tar, as far as a backup needs it: plain files, written and read in one pass.
//!
//! # Source
//!
//! POSIX.1-2024, pax, "ustar Interchange Format"; a size beyond 8 GiB is written in base 256, as GNU
//! tar does and every reader knows.

use std::io::{self, Read};

/// Octets of a block.
const BLOCK: usize = 512;
const NAME: usize = 100;
const PREFIX: usize = 155;
const SIZE: usize = 12;
/// The first size that eleven octal digits do not hold.
const OCTAL_SIZES: u64 = 1 << 33;

/// What stands at the end.
pub(super) const END: [u8; BLOCK * 2] = [0; BLOCK * 2];

/// The head of a file.
///
/// # Errors
///
/// The name is too long for this form.
pub(super) fn head(name: &str, octets: u64, at_secs: u64) -> io::Result<Vec<u8>> {
    let long = || io::Error::new(io::ErrorKind::InvalidFilename, "too long a name for a tar file");
    let (prefix, name) = split(name).ok_or_else(long)?;
    let before = [
        field(name.as_bytes(), NAME),
        field(b"0000600", 8),
        field(b"0000000", 8),
        field(b"0000000", 8),
        size(octets),
        field(format!("{at_secs:011o}").as_bytes(), 12),
    ]
    .concat();
    let after = [
        b"0".to_vec(),
        field(b"", 100),
        b"ustar\x0000".to_vec(),
        field(b"", 64),
        field(b"0000000", 8),
        field(b"0000000", 8),
        field(prefix.as_bytes(), PREFIX + 12),
    ]
    .concat();
    let check = field(format!("{:06o}", checksum(&before, &after)).as_bytes(), 7);
    Ok([before, check, b" ".to_vec(), after].concat())
}

/// Zeros from the end of a file to that of its block.
pub(super) fn padding(octets: u64) -> Vec<u8> {
    vec![0; usize::try_from(rest(octets)).unwrap_or(0)]
}

/// Reads the next head: the file's name and size; nothing at the end.
///
/// # Errors
///
/// It is no head of a plain file, or the stream fails or ends in it.
pub(super) fn next(from: &mut impl Read) -> io::Result<Option<(String, u64)>> {
    let mut block = [0; BLOCK];
    from.read_exact(&mut block)?;
    if block.iter().all(|it| *it == 0) {
        return Ok(None);
    }
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "this is no tar file of a backup");
    let mut rest = block.as_slice();
    let mut take = |octets: usize| {
        let taken = rest.split_off(..octets);
        taken.ok_or_else(wrong)
    };
    let before = take(148)?;
    let check = take(8)?;
    let after = take(BLOCK - 156)?;
    if octal(check) != Some(checksum(before, after)) {
        return Err(wrong());
    }
    let name = text(before.get(..NAME).ok_or_else(wrong)?).ok_or_else(wrong)?;
    let size = before.get(NAME + 24..NAME + 24 + SIZE).ok_or_else(wrong)?;
    let octets = read_size(size).ok_or_else(wrong)?;
    let kind = after.first().ok_or_else(wrong)?;
    let prefix = after.get(189..189 + PREFIX).and_then(text).ok_or_else(wrong)?;
    if !matches!(kind, b'0' | 0) {
        return Err(wrong());
    }
    let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
    Ok(Some((name, octets)))
}

/// Skips the zeros behind a file.
///
/// # Errors
///
/// The stream fails or ends in them.
pub(super) fn skip_padding(from: &mut impl Read, octets: u64) -> io::Result<()> {
    let mut zeros = padding(octets);
    from.read_exact(&mut zeros)
}

fn rest(octets: u64) -> u64 {
    let block = 512;
    octets.next_multiple_of(block).saturating_sub(octets)
}

/// A long name in its two parts.
fn split(name: &str) -> Option<(&str, &str)> {
    if name.len() <= NAME {
        return Some(("", name));
    }
    let mut places = name.match_indices('/').map(|(at, _)| name.split_at(at));
    places.find_map(|(prefix, rest)| {
        let name = rest.strip_prefix('/')?;
        (prefix.len() <= PREFIX && name.len() <= NAME).then_some((prefix, name))
    })
}

fn field(text: &[u8], width: usize) -> Vec<u8> {
    let mut field = text.to_vec();
    field.resize(width, 0);
    field
}

fn size(octets: u64) -> Vec<u8> {
    if octets < OCTAL_SIZES {
        return field(format!("{octets:011o}").as_bytes(), SIZE);
    }
    [&[0x80, 0, 0, 0], octets.to_be_bytes().as_slice()].concat()
}

fn read_size(field: &[u8]) -> Option<u64> {
    match field.split_first_chunk::<4>() {
        Some(([0x80, 0, 0, 0], rest)) => Some(u64::from_be_bytes(rest.try_into().ok()?)),
        Some(_) | None => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = text(field)?;
    u64::from_str_radix(digits.trim(), 8).ok()
}

fn text(field: &[u8]) -> Option<String> {
    let until = field.iter().position(|it| *it == 0).unwrap_or(field.len());
    String::from_utf8(field.get(..until)?.to_vec()).ok()
}

/// The sum of all octets, those of the sum itself taken as spaces.
fn checksum(before: &[u8], after: &[u8]) -> u64 {
    let spaces = 8 * u64::from(b' ');
    let octets = before.iter().chain(after);
    octets.fold(spaces, |sum, octet| sum.saturating_add(u64::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let long = format!("config/rules/{}/{}.writ", "a".repeat(90), "b".repeat(90));
        for name in ["manifest.jsonl", long.as_str()] {
            for octets in [0, 1, 512, OCTAL_SIZES - 1, OCTAL_SIZES, u64::MAX] {
                let head = head(name, octets, 1_700_000_000).unwrap();
                assert_eq!(head.len(), BLOCK);
                let read = next(&mut head.as_slice()).unwrap().unwrap();
                assert_eq!(read, (name.to_owned(), octets));
            }
        }
        assert!(head(&"a".repeat(101), 0, 0).is_err());
        assert!(head(&format!("{}/{}", "a".repeat(156), "b"), 0, 0).is_err());
        assert!(next(&mut END.as_slice()).unwrap().is_none());
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let good = head("store/chancery.db", 5, 0).unwrap();
        for at in [0, 110, 130, 150, 156, 200, 400] {
            let mut wrong = good.clone();
            wrong[at] ^= 1;
            assert!(next(&mut wrong.as_slice()).is_err(), "{at}");
        }
        assert!(next(&mut &good[..511]).is_err());
        assert_eq!(padding(512).len(), 0);
        assert_eq!(padding(1).len(), 511);
    }

    #[test]
    fn other_programs_read_it() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let octets: Vec<u8> =
            [head("data/a", 3, 0).unwrap(), b"one".to_vec(), padding(3), END.to_vec()].concat();
        io::Write::write_all(&mut file, &octets).unwrap();
        let listed =
            std::process::Command::new("tar").arg("-tvf").arg(file.path()).output().unwrap();
        let text = String::from_utf8(listed.stdout).unwrap();
        assert!(
            listed.status.success() && text.contains(" 3 ") && text.contains("data/a"),
            "{text}"
        );
    }
}
