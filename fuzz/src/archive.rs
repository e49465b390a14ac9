//! Archives of all kinds, as a message has them.

use examine::Limits;

/// Runs the target on a file of any format.
pub(crate) fn run(file: &[u8]) {
    let header = b"Content-Type: a/b\nContent-Transfer-Encoding: binary\n\n";
    let message = [&header[..], file].concat();
    // Small, so that an input which unpacks to much takes no time from the others.
    let limits = Limits { unpacked_octets: 8 * 1024 * 1024, members: 200, ..Limits::default() };
    let extract = examine::extract(&message, &limits);
    for segment in &extract.content.segments {
        assert!(extract.content.text.get(segment.start..segment.end).is_some());
    }
    assert!(extract.parts.len() <= limits.parts + limits.members);
}

/// Runs it on a 7z, whose sums are made to be right: the header, behind two octets that tell where
/// it begins, and the packed octets before it.
pub(crate) fn run_seven_zip(input: &[u8]) {
    let Some((at, rest)) = input.split_first_chunk() else { return };
    let at = usize::from(u16::from_le_bytes(*at)).min(rest.len());
    let (packed, header) = rest.split_at(at);
    let mut place = Vec::new();
    place.extend(wide(packed.len()).to_le_bytes());
    place.extend(wide(header.len()).to_le_bytes());
    place.extend(sum(header).to_le_bytes());
    let start = b"7z\xbc\xaf\x27\x1c\0\x04";
    run(&[&start[..], &sum(&place).to_le_bytes(), &place, packed, header].concat());
}

/// Runs it on a tar, whose sums are made to be right.
pub(crate) fn run_tar(input: &[u8]) {
    let mut tar = input.to_vec();
    let (blocks, _) = tar.as_chunks_mut::<512>();
    for block in blocks {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|octet| u32::from(*octet)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    }
    run(&tar);
}

/// Runs it on a TNEF, behind the octets that every one begins with.
pub(crate) fn run_tnef(attributes: &[u8]) {
    run(&[b"\x78\x9f\x3e\x22\x01\x00", attributes].concat());
}

fn wide(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}

/// CRC-32, bit by bit.
pub(crate) fn sum(octets: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    let all = octets.iter().fold(u32::MAX, |sum, octet| (0..8).fold(sum ^ u32::from(*octet), step));
    !all
}
