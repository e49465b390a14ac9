//! Archives and compressed files: what is in them, as members that the walk goes on with.
//!
//! Each reader is a function from octets and [`Budget`] to [`Opened`]. It never fails: what it
//! cannot read it says in remarks, on the member or on the whole.

mod decoder;
mod gzip;
mod inflate;
mod octets;
mod rar;
mod seven;
mod streams;
mod tar;
mod tnef;
mod zip;

use memchr::memmem;

use self::{
    gzip::Gzip,
    streams::{Bzip2, Xz, Zstd},
};
pub(crate) use self::{
    inflate::Inflate,
    octets::Octets,
    zip::{has_end_outside as has_zip_end_outside, places_of_zips},
};
use crate::{
    budget::{Budget, Stop, Unpacked},
    charset,
    remark::{ARCHIVE_DAMAGED, ARCHIVE_OVER_LIMIT, Remark},
};

/// A thing found inside of another: a file of an archive, an object in a document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Member {
    /// The name that most programs show, with its folders; empty without one.
    pub(crate) name: String,
    /// Others that some program could show.
    pub(crate) other_names: Vec<String>,
    /// Its octets, unpacked; the start of them or nothing, where a remark says why.
    pub(crate) octets: Vec<u8>,
    /// What its container says of it.
    pub(crate) remarks: Vec<Remark>,
}

impl Member {
    /// A member that was unpacked, or not.
    pub(crate) fn unpacked(name: String, unpacked: Unpacked) -> Self {
        let remarks = unpacked.stop.map(remark).into_iter().collect();
        Self { name, octets: unpacked.octets, remarks, ..Self::default() }
    }
}

/// The remark that tells why unpacking stopped.
pub(crate) fn remark(stop: Stop) -> Remark {
    match stop {
        Stop::Damaged => ARCHIVE_DAMAGED,
        Stop::OverLimit => ARCHIVE_OVER_LIMIT,
    }
}

/// An archive, opened.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Opened {
    pub(crate) members: Vec<Member>,
    /// Texts of its own, which programs show beside the members, such as a comment.
    pub(crate) texts: Vec<String>,
    /// What is to be said of the whole.
    pub(crate) remarks: Vec<Remark>,
}

/// A format with a reader here.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Format {
    Bzip2,
    Gzip,
    Rar,
    SevenZip,
    Tar,
    Tnef,
    Xz,
    Zip,
    Zstd,
}

/// First octets of the formats.
const STARTS: [(&[u8], Format); 10] = [
    (b"BZh", Format::Bzip2),
    (b"PK\x03\x04", Format::Zip),
    (b"PK\x05\x06", Format::Zip),
    (b"PK\x07\x08", Format::Zip),
    (rar::START, Format::Rar),
    (tnef::START, Format::Tnef),
    (seven::START, Format::SevenZip),
    (b"\x1f\x8b", Format::Gzip),
    (b"\x28\xb5\x2f\xfd", Format::Zstd),
    (b"\xfd7zXZ\0", Format::Xz),
];

/// The formats that octets can be opened as.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Formats {
    /// That of their first octets.
    pub(crate) first: Option<Format>,
    /// Those that programs find elsewhere in them.
    pub(crate) others: Vec<Format>,
}

/// The formats that the octets can be opened as.
pub(crate) fn formats(octets: &[u8]) -> Formats {
    let first = STARTS.iter().find(|known| octets.starts_with(known.0)).map(|known| known.1);
    let skipped = matches!(octets, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]).then_some(Format::Zstd);
    let first = first.or(skipped).or_else(|| tar::is_tar(octets).then_some(Format::Tar));
    let mut others = Vec::new();
    if first != Some(Format::Zip) && zip::has_end(octets) {
        others.push(Format::Zip);
    }
    if first.is_none() {
        for (start, format) in [(rar::START, Format::Rar), (seven::START, Format::SevenZip)] {
            others.extend(memmem::find(octets, start).map(|_| format));
        }
    }
    Formats { first, others }
}

/// Opens `octets` as that format; `name` is the name of the whole, which single compressed files
/// take theirs from.
pub(crate) fn open(format: Format, octets: &[u8], name: &str, budget: &mut Budget) -> Opened {
    match format {
        Format::Bzip2 => streams::open::<Bzip2<'_>>(octets, name, budget),
        Format::Gzip => streams::open::<Gzip<'_>>(octets, name, budget),
        Format::Rar => rar::open(octets, budget),
        Format::SevenZip => seven::open(octets, budget),
        Format::Tar => tar::open(octets, budget),
        Format::Tnef => tnef::open(octets, budget),
        Format::Xz => streams::open::<Xz<'_>>(octets, name, budget),
        Format::Zip => zip::open(octets, budget),
        Format::Zstd => streams::open::<Zstd<'_>>(octets, name, budget),
    }
}

/// The name of what is in a single compressed file, without the last ending of its own.
fn name_inside(name: &str, endings: &[(&str, &str)]) -> String {
    let lower = name.to_ascii_lowercase();
    let found = endings.iter().find(|(ending, _)| lower.ends_with(ending));
    found.map_or_else(
        || name.to_owned(),
        |(ending, instead)| {
            let kept = name.get(..name.len().saturating_sub(ending.len())).unwrap_or_default();
            format!("{kept}{instead}")
        },
    )
}

/// A name in no declared charset, as archives of all times have them: UTF-8 where it is that.
fn named_in_old_charset(octets: &[u8]) -> String {
    charset::decode(octets, None).text.into_owned()
}
