//! Embedded objects of OLE: the file inside of them.
//!
//! # Source
//!
//! [MS-OLEDS] sections 2.2 (OLE 1.0) and 2.3.6 (`Ole10Native`).

use crate::{
    archive::{Member, Octets},
    budget::Budget,
    charset,
    remark::UNREAD_FILE,
};

/// The file in an object of OLE 1.0, as RTF holds them. What is not one stays as it is, unread.
pub(super) fn object(octets: &[u8], budget: &mut Budget) -> Member {
    let Some((class, data)) = embedded(octets) else {
        let unpacked = budget.copy(octets);
        let mut member = Member::unpacked(String::new(), unpacked);
        member.remarks.push(UNREAD_FILE);
        return member;
    };
    match package(data) {
        Some((name, file)) if class.eq_ignore_ascii_case("package") => {
            Member::unpacked(name, budget.copy(file))
        }
        Some(_) | None => Member::unpacked(String::new(), budget.copy(data)),
    }
}

/// The class and the data of an embedded object.
fn embedded(octets: &[u8]) -> Option<(String, &[u8])> {
    let mut fields = Octets::new(octets);
    let (_version, format) = (fields.u32()?, fields.u32()?);
    const EMBEDDED: u32 = 2;
    if format != EMBEDDED {
        return None;
    }
    let class = counted(&mut fields)?;
    let (_topic, _item) = (counted(&mut fields)?, counted(&mut fields)?);
    let count = usize::try_from(fields.u32()?).ok()?;
    let rest = fields.rest();
    let data = rest.get(..count.min(rest.len()))?;
    Some((String::from_utf8_lossy(class).trim_end_matches('\0').to_owned(), data))
}

fn counted<'a>(fields: &mut Octets<'a>) -> Option<&'a [u8]> {
    let count = usize::try_from(fields.u32()?).ok()?;
    fields.take(count)
}

/// The name and the content of a file that the packager of Windows wrapped.
pub(super) fn package(octets: &[u8]) -> Option<(String, &[u8])> {
    let mut fields = Octets::new(octets);
    const SIGN: u16 = 2;
    if fields.u16()? != SIGN {
        return None;
    }
    let label = fields.until_zero()?;
    let _path = fields.until_zero()?;
    let (_kind, count) = (fields.u32()?, usize::try_from(fields.u32()?).ok()?);
    let _temporary = fields.take(count)?;
    let count = usize::try_from(fields.u32()?).ok()?;
    let data = fields.take(count)?;
    Some((charset::decode(label, None).text.into_owned(), data))
}

/// The file of a stream `Ole10Native`, which begins with its own length.
pub(super) fn native(octets: &[u8]) -> Option<(String, &[u8])> {
    let mut fields = Octets::new(octets);
    let _length = fields.u32()?;
    package(fields.rest())
}
