//! A bundle, verified before anything in it is believed.

use std::{collections::BTreeMap, ops::Range};

use super::{
    BUNDLE_OCTETS_MAX, FORM, KeyId, MAGIC, PublicKey, SECTIONS_MAX, SIGNATURE_OCTETS, signed_octets,
};
use crate::digest::{DIGEST_OCTETS, sha256};

/// A bundle whose form was read; only [`Bundle::verified`] gives one that was also signed.
#[derive(Clone, Debug)]
pub struct Bundle<'b> {
    octets: &'b [u8],
    counter: u64,
    signer: KeyId,
    sections: BTreeMap<&'b str, Range<usize>>,
}

/// Why a bundle is not taken. Whatever was in use stays in use.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refused {
    /// It does not begin as bundles do.
    #[error("this is not a rule bundle")]
    NoBundle,
    /// A later program made it.
    #[error(
        "the bundle is in form {0}, which a newer version of this program reads; it reads form {FORM}"
    )]
    Newer(u16),
    /// Cut short, made longer, or with lengths that cannot be.
    #[error("the bundle is damaged: it was cut short, or something was added or changed")]
    Damaged,
    /// Nobody's key, or one that is not trusted here.
    #[error(
        "the bundle was signed by key {signer}, which is not trusted here (trusted: {trusted})"
    )]
    UnknownKey {
        /// Who claims to have signed.
        signer: KeyId,
        /// Who may, as a list for people.
        trusted: String,
    },
    /// The key did not sign these octets.
    #[error("the signature does not fit: the bundle was changed after it was signed")]
    Signature,
    /// A bundle with a higher counter was in use already.
    #[error(
        "the bundle has counter {counter}, but {least} is already in use; an older bundle is not taken"
    )]
    Older {
        /// Of the bundle.
        counter: u64,
        /// What it would have to be at least.
        least: u64,
    },
}

impl<'b> Bundle<'b> {
    /// Reads a bundle that one of `trusted` has signed and whose counter is `least` or more.
    ///
    /// # Errors
    ///
    /// [`Refused`]; nothing of the bundle has been given out then.
    pub fn verified(octets: &'b [u8], trusted: &[PublicKey], least: u64) -> Result<Self, Refused> {
        let bundle = Self::unverified(octets)?;
        let Some(key) = trusted.iter().find(|it| it.id() == bundle.signer) else {
            let trusted: Vec<String> = trusted.iter().map(|it| it.id().to_string()).collect();
            let trusted = if trusted.is_empty() { "none".to_owned() } else { trusted.join(", ") };
            return Err(Refused::UnknownKey { signer: bundle.signer, trusted });
        };
        let end = octets.len().saturating_sub(SIGNATURE_OCTETS);
        let (signed, signature) = octets.split_at_checked(end).ok_or(Refused::Damaged)?;
        if !key.verifies(&signed_octets(signed), signature) {
            return Err(Refused::Signature);
        }
        if bundle.counter < least {
            return Err(Refused::Older { counter: bundle.counter, least });
        }
        Ok(bundle)
    }

    /// Reads the form of a bundle and believes what it says of itself: to look at, not to use.
    ///
    /// # Errors
    ///
    /// [`Refused::NoBundle`], [`Refused::Newer`], [`Refused::Damaged`].
    pub fn unverified(octets: &'b [u8]) -> Result<Self, Refused> {
        let mut reader = Reader { octets, at: 0 };
        if reader.take(MAGIC.len()).is_none_or(|it| it != MAGIC) {
            return Err(Refused::NoBundle);
        }
        let form = reader.number::<2>().map(u16::from_be_bytes).ok_or(Refused::Damaged)?;
        if form != FORM {
            return Err(Refused::Newer(form));
        }
        if BUNDLE_OCTETS_MAX < octets.len() {
            return Err(Refused::Damaged);
        }
        reader.body().ok_or(Refused::Damaged)
    }

    /// The counter: of two bundles, the one with the higher is the later.
    #[must_use]
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// Which key signed.
    #[must_use]
    pub fn signer(&self) -> KeyId {
        self.signer
    }

    /// Names and octets of the sections, by name.
    pub fn sections(&self) -> impl Iterator<Item = (&'b str, &'b [u8])> {
        let of = |(name, range): (&&'b str, &Range<usize>)| {
            self.octets.get(range.clone()).map(|it| (*name, it))
        };
        self.sections.iter().filter_map(of)
    }

    /// The octets of one section.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&'b [u8]> {
        self.octets.get(self.sections.get(name)?.clone())
    }

    /// SHA-256 of the whole bundle: what it is known by.
    #[must_use]
    pub fn digest(&self) -> [u8; DIGEST_OCTETS] {
        sha256(self.octets)
    }
}

/// Octets that are read from the front.
struct Reader<'b> {
    octets: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.octets.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// What follows the form's number, to the last octet.
    fn body(mut self) -> Option<Bundle<'b>> {
        let counter = u64::from_be_bytes(self.number()?);
        let number = usize::from(u16::from_be_bytes(self.number()?));
        if SECTIONS_MAX < number {
            return None;
        }
        let mut lengths: Vec<(&'b str, usize)> = Vec::new();
        for _section in 0..number {
            let [name_octets] = self.number::<1>()?;
            let name = std::str::from_utf8(self.take(usize::from(name_octets))?).ok()?;
            if lengths.last().is_some_and(|before| name <= before.0) {
                return None;
            }
            let length = usize::try_from(u64::from_be_bytes(self.number()?)).ok()?;
            lengths.push((name, length));
        }
        let mut sections = BTreeMap::new();
        for (name, length) in lengths {
            let start = self.at;
            self.take(length)?;
            sections.insert(name, start..self.at);
        }
        let signer = KeyId(self.number()?);
        let _signature: [u8; SIGNATURE_OCTETS] = self.number()?;
        (self.at == self.octets.len()).then_some(Bundle {
            octets: self.octets,
            counter,
            signer,
            sections,
        })
    }
}
