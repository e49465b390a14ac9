//! How plain values stand in octets, and the two macros that list the parts of the others.
//!
//! The macros take every field and every variant by name: a new one stops the build until it is
//! listed here, and [`super::FORMAT`] counts up.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use grammar::literal::Domain;

use super::Corrupt;
use crate::scan::{examination::Term, pattern::Pattern};

/// Octets of memory that a list is given before its first entry is read.
const ROOM_OCTETS_MAX: usize = 16 << 20;

/// Something that stands in octets.
pub(crate) trait Coded: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt>;
}

/// Where octets are put.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    octets: Vec<u8>,
    /// All texts, one behind the other; their lengths stand among the octets.
    texts: String,
    /// Number of each domain that was written.
    domains: BTreeMap<String, u64>,
    /// Numbers of shared values, by where they lie in memory; looked up, never listed.
    shared: BTreeMap<usize, u64>,
    shared_count: BTreeMap<&'static str, u64>,
}

/// Where octets are taken from.
#[derive(Debug)]
pub(crate) struct Reader<'o> {
    octets: &'o [u8],
    at: usize,
    /// Those that were not yet taken.
    texts: &'o str,
    pub(super) domains: Vec<Domain>,
    pub(super) terms: Vec<Arc<Term>>,
    pub(super) patterns: Vec<Arc<Pattern>>,
    pub(super) expressions: Vec<super::content::Expression>,
    /// Inside an alternative, which has none itself.
    pub(super) in_alternative: bool,
}

impl Writer {
    /// All of it behind what it begins with: the texts, and then the rest.
    pub(crate) fn into_octets(self, head: &[u8]) -> Vec<u8> {
        let mut whole = Self { octets: head.to_vec(), ..Self::default() };
        whole.count(self.texts.len());
        whole.octets.extend_from_slice(self.texts.as_bytes());
        whole.octets.extend_from_slice(&self.octets);
        whole.octets
    }

    pub(crate) fn octet(&mut self, octet: u8) {
        self.octets.push(octet);
    }

    pub(crate) fn number(&mut self, mut number: u64) {
        loop {
            let [low, ..] = (number & 0x7f).to_le_bytes();
            number >>= 7;
            if number == 0 {
                return self.octet(low);
            }
            self.octet(low | 0x80);
        }
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.number(u64::try_from(count).unwrap_or(u64::MAX));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.texts.push_str(text);
    }

    /// Octets as they are.
    pub(crate) fn run(&mut self, octets: &[u8]) {
        self.count(octets.len());
        self.octets.extend_from_slice(octets);
    }

    /// Writes what was written before as its number, and the rest in full behind a zero.
    pub(crate) fn domain(&mut self, domain: &Domain) {
        if let Some(number) = self.domains.get(domain.as_str()) {
            return self.number(*number);
        }
        let number = u64::try_from(self.domains.len()).unwrap_or(u64::MAX).saturating_add(1);
        self.domains.insert(domain.as_str().to_owned(), number);
        self.number(0);
        self.text(domain.as_str());
    }

    /// The same for a value that several hold together. Each kind is numbered by itself.
    pub(crate) fn shared<T>(
        &mut self,
        kind: &'static str,
        value: &Arc<T>,
        write: impl FnOnce(&mut Self),
    ) {
        let place = Arc::as_ptr(value).addr();
        if let Some(number) = self.shared.get(&place) {
            return self.number(*number);
        }
        self.number(0);
        write(self);
        let count = self.shared_count.entry(kind).or_default();
        *count = count.saturating_add(1);
        self.shared.insert(place, *count);
    }
}

impl<'o> Reader<'o> {
    /// Begins at a place with the texts.
    pub(crate) fn new(octets: &'o [u8], at: usize) -> Result<Self, Corrupt> {
        let mut reader = Self {
            octets,
            at,
            texts: "",
            domains: Vec::new(),
            terms: Vec::new(),
            patterns: Vec::new(),
            expressions: Vec::new(),
            in_alternative: false,
        };
        let length = reader.count()?;
        let end = reader.at.saturating_add(length);
        let texts = octets.get(reader.at..end).and_then(|it| std::str::from_utf8(it).ok());
        reader.texts = texts.ok_or(reader.damaged())?;
        reader.at = end;
        Ok(reader)
    }

    pub(crate) fn damaged(&self) -> Corrupt {
        Corrupt::Damaged { at: self.at }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.octets.len() && self.texts.is_empty()
    }

    pub(crate) fn octet(&mut self) -> Result<u8, Corrupt> {
        let octet = self.octets.get(self.at).copied().ok_or(self.damaged())?;
        self.at = self.at.saturating_add(1);
        Ok(octet)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Corrupt> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let octet = self.octet()?;
            let bits = u64::from(octet & 0x7f);
            let shifted = bits << shift;
            // One way to write each number, and none that does not fit.
            if shifted >> shift != bits || (octet == 0 && shift > 0) {
                return Err(self.damaged());
            }
            number |= shifted;
            if octet & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.damaged())
    }

    /// How many entries follow: each takes an octet at least, so more cannot be.
    pub(crate) fn count(&mut self) -> Result<usize, Corrupt> {
        let count = usize::try_from(self.number()?).ok();
        let left = self.octets.len().saturating_sub(self.at);
        count.filter(|it| *it <= left).ok_or(self.damaged())
    }

    pub(crate) fn text(&mut self) -> Result<&'o str, Corrupt> {
        let length = usize::try_from(self.number()?).ok();
        let parts = length.and_then(|it| self.texts.split_at_checked(it));
        let (text, rest) = parts.ok_or(self.damaged())?;
        self.texts = rest;
        Ok(text)
    }

    /// Octets as they are.
    pub(crate) fn run(&mut self) -> Result<&'o [u8], Corrupt> {
        let length = self.count()?;
        let end = self.at.saturating_add(length);
        let run = self.octets.get(self.at..end).ok_or(self.damaged())?;
        self.at = end;
        Ok(run)
    }

    /// A value written before, by number; nothing where it follows in full.
    pub(crate) fn known<T: Clone>(
        &mut self,
        known: impl FnOnce(&Self) -> &Vec<T>,
    ) -> Result<Option<T>, Corrupt> {
        let Some(place) = self.number()?.checked_sub(1) else { return Ok(None) };
        let found = usize::try_from(place).ok().and_then(|it| known(self).get(it).cloned());
        found.map(Some).ok_or(self.damaged())
    }
}

/// The parts of a struct, in the order in which they stand. What is after `but` is not written.
macro_rules! record {
    ($kind:ident { $($field:ident),* $(,)? $(; but $($left_out:ident = $value:expr),+ $(,)?)? }) => {
        impl $crate::bundle::codec::Coded for $kind {
            fn write(&self, to: &mut $crate::bundle::codec::Writer) {
                let Self { $($field,)* $($($left_out: _,)+)? } = self;
                $($crate::bundle::codec::Coded::write($field, to);)*
            }

            fn read(
                from: &mut $crate::bundle::codec::Reader<'_>,
            ) -> Result<Self, $crate::bundle::Corrupt> {
                $(let $field = $crate::bundle::codec::Coded::read(from)?;)*
                Ok(Self { $($field,)* $($($left_out: $value,)+)? })
            }
        }
    };
}

/// The variants of an enum, each with the octet that it is.
macro_rules! choice {
    ($kind:ident {
        $($octet:literal => $variant:ident
            $(($($part:ident),+))? $({ $($field:ident),+ })?),* $(,)?
    }) => {
        impl $crate::bundle::codec::Coded for $kind {
            fn write(&self, to: &mut $crate::bundle::codec::Writer) {
                match self {
                    $(Self::$variant $(($($part),+))? $({ $($field),+ })? => {
                        to.octet($octet);
                        $($($crate::bundle::codec::Coded::write($part, to);)+)?
                        $($($crate::bundle::codec::Coded::write($field, to);)+)?
                    })*
                }
            }

            fn read(
                from: &mut $crate::bundle::codec::Reader<'_>,
            ) -> Result<Self, $crate::bundle::Corrupt> {
                match from.octet()? {
                    $($octet => {
                        $($(let $part = $crate::bundle::codec::Coded::read(from)?;)+)?
                        $($(let $field = $crate::bundle::codec::Coded::read(from)?;)+)?
                        Ok(Self::$variant $(($($part),+))? $({ $($field),+ })?)
                    })*
                    _ => Err(from.damaged()),
                }
            }
        }
    };
}

pub(crate) use {choice, record};

impl Coded for u64 {
    fn write(&self, to: &mut Writer) {
        to.number(*self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        from.number()
    }
}

/// Numbers that are written as the largest of them.
macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl Coded for $kind {
            fn write(&self, to: &mut Writer) {
                to.number(u64::try_from(*self).unwrap_or(u64::MAX));
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
                Self::try_from(from.number()?).ok().ok_or(from.damaged())
            }
        })*
    };
}

numbers!(u8, u16, u32, usize);

impl Coded for i64 {
    fn write(&self, to: &mut Writer) {
        self.cast_unsigned().to_le_bytes().into_iter().for_each(|it| to.octet(it));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let mut octets = [0; 8];
        for octet in &mut octets {
            *octet = from.octet()?;
        }
        Ok(Self::from_le_bytes(octets))
    }
}

impl Coded for bool {
    fn write(&self, to: &mut Writer) {
        to.octet(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        match from.octet()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(from.damaged()),
        }
    }
}

impl Coded for String {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        from.text().map(str::to_owned)
    }
}

impl Coded for Arc<str> {
    fn write(&self, to: &mut Writer) {
        to.text(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        from.text().map(Self::from)
    }
}

impl<T: Coded> Coded for Option<T> {
    fn write(&self, to: &mut Writer) {
        self.is_some().write(to);
        self.iter().for_each(|it| it.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if bool::read(from)? { T::read(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Coded> Coded for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.count(self.len());
        self.iter().for_each(|it| it.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let count = from.count()?;
        let room = ROOM_OCTETS_MAX.checked_div(size_of::<T>()).unwrap_or(count);
        let mut all = Self::with_capacity(count.min(room));
        for _ in 0..count {
            all.push(T::read(from)?);
        }
        all.shrink_to_fit();
        Ok(all)
    }
}

impl<T: Coded + Ord> Coded for BTreeSet<T> {
    fn write(&self, to: &mut Writer) {
        to.count(self.len());
        self.iter().for_each(|it| it.write(to));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Vec::read(from).map(|it| it.into_iter().collect())
    }
}

impl<K: Coded + Ord, V: Coded> Coded for BTreeMap<K, V> {
    fn write(&self, to: &mut Writer) {
        to.count(self.len());
        for (key, value) in self {
            key.write(to);
            value.write(to);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Vec::read(from).map(|it| it.into_iter().collect())
    }
}

impl<A: Coded, B: Coded> Coded for (A, B) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok((A::read(from)?, B::read(from)?))
    }
}
