//! The headers of an entry.

use flate2::Crc;

use super::{super::octets::Octets, LOCAL};
use crate::limits::MEMBER_NAME_OCTETS_MAX;

/// What one of the two headers of an entry says.
#[derive(Clone, Debug, Default)]
pub(super) struct Header<'a> {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) sum: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) name: &'a [u8],
    /// The name in UTF-8 that an extra field gives.
    pub(super) unicode_name: Option<&'a [u8]>,
    /// A comment in UTF-8 that an extra field gives.
    pub(super) unicode_comment: Option<&'a [u8]>,
    /// Whether sum and sizes are not known.
    pub(super) unsure: bool,
}

impl<'a> Header<'a> {
    /// Reads the fields that both headers have in common, from the flags to the lengths of name and
    /// extra field.
    pub(super) fn read(from: &mut Octets<'a>) -> Option<(Self, usize, usize)> {
        let (flags, method) = (from.u16()?, from.u16()?);
        from.take(4)?;
        let (sum, packed, size) = (from.u32()?, from.u32()?, from.u32()?);
        let (name, extra) = (from.u16()?, from.u16()?);
        let header = Self {
            flags,
            method,
            sum,
            packed: packed.into(),
            size: size.into(),
            ..Self::default()
        };
        Some((header, name.into(), extra.into()))
    }

    /// Takes from the extra field what is of account: the large sizes, and the offset that
    /// `offset` stands for; the name in Unicode.
    pub(super) fn extra(&mut self, extra: &'a [u8], mut offset: Option<&mut u64>) {
        let mut fields = Octets::new(extra);
        while let (Some(id), Some(length)) = (fields.u16(), fields.u16()) {
            let Some(body) = fields.take(length.into()) else { return };
            let mut body = Octets::new(body);
            match id {
                0x0001 => {
                    for number in [&mut self.size, &mut self.packed] {
                        if *number == u64::from(u32::MAX) {
                            *number = body.u64().unwrap_or(*number);
                        }
                    }
                    if let Some(offset) = offset.as_deref_mut()
                        && *offset == u64::from(u32::MAX)
                    {
                        *offset = body.u64().unwrap_or(*offset);
                    }
                }
                // A version and the sum of what it stands for are before it.
                0x6375 => {
                    body.take(5);
                    self.unicode_comment = Some(body.rest());
                }
                0x7075 => {
                    body.take(5);
                    self.unicode_name = Some(body.rest());
                }
                _ => {}
            }
        }
    }

    /// Whether a name is longer than any that is read.
    pub(super) fn is_too_long(&self) -> bool {
        let unicode = self.unicode_name.unwrap_or_default();
        MEMBER_NAME_OCTETS_MAX < self.name.len().max(unicode.len())
    }

    /// Whether size and sum are those of the octets.
    pub(super) fn tells(&self, octets: &[u8]) -> bool {
        let mut sum = Crc::new();
        sum.update(octets);
        let size = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        self.unsure || size == self.size && sum.sum() == self.sum
    }
}

/// A local header.
#[derive(Clone, Debug)]
pub(super) struct Local<'a> {
    pub(super) header: Header<'a>,
    /// Where the packed octets begin.
    pub(super) data_at: usize,
    version: u16,
}

impl<'a> Local<'a> {
    /// Reads the header at that place.
    pub(super) fn read(octets: &'a [u8], at: usize) -> Option<Self> {
        let mut from = Octets::new(octets.get(at..)?.strip_prefix(LOCAL)?);
        let version = from.u16()?;
        let (mut header, name, extra) = Header::read(&mut from)?;
        header.name = from.take(name)?;
        header.extra(from.take(extra)?, None);
        let data_at = octets.len().checked_sub(from.rest().len())?;
        Some(Self { header, data_at, version })
    }

    /// Whether it is a header and not four octets that look like the start of one.
    pub(super) fn is_likely(&self) -> bool {
        self.version & 0xff < 100 && self.header.method < 100 && !self.header.name.is_empty()
    }
}
