//! Files of old Macintoshes in `AppleSingle`: their content beside what the system knew of them.
//!
//! # Source
//!
//! RFC 1740 appendix A.

use crate::{
    archive::{Member, Opened},
    budget::Budget,
    remark::DOCUMENT_DAMAGED,
};

/// Reads the content; none where it is no such file. What is kept apart from its content, in
/// `AppleDouble`, holds nothing of it.
pub(super) fn read(octets: &[u8], budget: &mut Budget) -> Option<Opened> {
    const START: &[u8] = b"\0\x05\x16\0";
    const COUNT_PLACE: usize = 24;
    const CONTENT: u32 = 1;
    octets.starts_with(START).then_some(())?;
    let entries = octets.get(COUNT_PLACE + 2..)?.as_chunks::<12>().0;
    let count = octets.get(COUNT_PLACE..)?.first_chunk().map(|it| u16::from_be_bytes(*it))?;
    let mut opened = Opened::default();
    // A second content is none for programs.
    let content = entries.iter().take(count.into()).find_map(|entry| {
        let number = |at: usize| {
            let four = entry.get(at..).and_then(|it| it.first_chunk::<4>());
            four.map(|it| u32::from_be_bytes(*it))
        };
        (number(0)? == CONTENT).then_some(())?;
        Some((usize::try_from(number(4)?).ok()?, usize::try_from(number(8)?).ok()?))
    });
    match content.and_then(|(start, length)| octets.get(start..start.checked_add(length)?)) {
        Some(content) => {
            let copy = budget.copy(content);
            opened.members.push(Member::unpacked(String::new(), copy));
        }
        None => opened.remarks.push(DOCUMENT_DAMAGED),
    }
    Some(opened)
}

#[cfg(test)]
mod tests {
    use wire::mime::Limits;

    use super::*;

    #[test]
    fn the_content_is_a_file() {
        let read = |entry: &[u8]| {
            let head = [&b"\0\x05\x16\0\0\x02\0\0"[..], &[0; 16], &[0, 1]].concat();
            let octets = [&head[..], entry, b"zebra"].concat();
            read(&octets, &mut Budget::new(&Limits::default())).unwrap()
        };
        let found = read(b"\0\0\0\x01\0\0\0\x26\0\0\0\x05");
        assert_eq!(found.members.iter().map(|it| &it.octets[..]).collect::<Vec<_>>(), [b"zebra"]);
        assert_eq!(read(b"\0\0\0\x01\0\0\0\x26\xff\xff\xff\xff").remarks, [DOCUMENT_DAMAGED]);
        assert_eq!(read(b"\0\0\0\x02\0\0\0\x26\0\0\0\x05").remarks, [DOCUMENT_DAMAGED]);
    }
}
