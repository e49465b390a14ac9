//! The properties of a message or file, as MAPI has them.

use super::{super::octets::Octets, CODE_PAGE};

/// A property whose value is no number, or that number which tells a charset.
#[derive(Debug)]
pub(super) struct Property<'a> {
    pub(super) id: u16,
    pub(super) value: Value<'a>,
    /// Whether the value is an object of some interface.
    pub(super) is_object: bool,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value<'a> {
    /// Text in the charset of the message.
    Narrow(&'a [u8]),
    Octets(&'a [u8]),
    Wide(String),
}

/// The bit of a type that has several values.
const SEVERAL: u16 = 0x1000;

/// Reads a list of properties; none where it makes no sense.
pub(super) fn properties<'a>(from: &mut Octets<'a>) -> Option<Vec<Property<'a>>> {
    let count = from.u32()?;
    let mut found = Vec::new();
    for _ in 0..count {
        let (kind, id) = (from.u16()?, from.u16()?);
        if id >= 0x8000 {
            from.take(16)?;
            if from.u32()? == 0 {
                from.take(4)?;
            } else {
                let length = from.u32()?;
                padded(from, length)?;
            }
        }
        let octets = match kind & !SEVERAL {
            0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => Some(4),
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
            0x0048 => Some(16),
            0x000d | 0x001e | 0x001f | 0x0102 => None,
            _ => return None,
        };
        let values = match octets {
            Some(_) if kind & SEVERAL == 0 => 1,
            Some(_) | None => from.u32()?,
        };
        for _ in 0..values {
            match octets {
                Some(octets) => {
                    let number = from.take(octets)?;
                    if id == CODE_PAGE {
                        let value = Value::Octets(number);
                        found.push(Property { id, value, is_object: false });
                    }
                }
                None => {
                    let length = from.u32()?;
                    let value = padded(from, length)?;
                    let is_object = kind & !SEVERAL == 0x000d;
                    found.push(Property { id, value: self::value(kind, value), is_object });
                }
            }
        }
    }
    Some(found)
}

fn value(kind: u16, octets: &[u8]) -> Value<'_> {
    match kind & !SEVERAL {
        0x001e => Value::Narrow(octets),
        0x001f => {
            let (pairs, _) = octets.as_chunks();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            Value::Wide(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned())
        }
        _ => Value::Octets(octets),
    }
}

/// Octets of that number, filled up to four.
fn padded<'a>(from: &mut Octets<'a>, length: u32) -> Option<&'a [u8]> {
    let length = usize::try_from(length).ok()?;
    let value = from.take(length)?;
    from.take(length.next_multiple_of(4) - length)?;
    Some(value)
}
