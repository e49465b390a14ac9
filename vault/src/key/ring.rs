//! The master key in use, those that were in use before it, and the key of addresses, which stays.
//!
//! # Form
//!
//! 32 octets: a master key, from which the key of addresses is derived. Or 64 and more: the master
//! key, the key of addresses, and the former master keys, the latest of them first. So all of it is
//! replaced by one file that takes the place of another.

use std::fmt;

use zeroize::Zeroizing;

use super::{DataKey, IndexKey, KEY_OCTETS, MasterKey, OpenError, WrappedKey};
use crate::digest::hex;

/// Former master keys at most.
const FORMER_MAX: usize = 8;

/// The keys that data keys are wrapped by, and the key that addresses are hashed with.
pub struct KeyRing {
    current: MasterKey,
    index: IndexKey,
    former: Vec<MasterKey>,
}

impl KeyRing {
    /// A ring with one fresh key.
    #[must_use]
    pub fn generate() -> Self {
        let current = MasterKey::generate();
        Self { index: current.index_key(), current, former: Vec::new() }
    }

    /// The ring with these octets.
    ///
    /// # Errors
    ///
    /// [`OpenError::Format`] when they are none of a ring.
    pub fn from_bytes(octets: &[u8]) -> Result<Self, OpenError> {
        let (keys, rest) = octets.as_chunks::<KEY_OCTETS>();
        let mut keys = keys.iter().map(|it| Zeroizing::new(*it));
        let current = keys.next().filter(|_| rest.is_empty()).ok_or(OpenError::Format)?;
        let current = MasterKey::from_bytes(*current);
        let index = keys.next().map_or_else(|| current.index_key(), IndexKey::new);
        let former: Vec<MasterKey> = keys.map(|it| MasterKey::from_bytes(*it)).collect();
        if FORMER_MAX < former.len() {
            return Err(OpenError::Format);
        }
        Ok(Self { current, index, former })
    }

    /// The ring, to be kept. Overwritten when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let room = self.former.len().saturating_add(2).saturating_mul(KEY_OCTETS);
        let mut octets = Zeroizing::new(Vec::with_capacity(room));
        octets.extend_from_slice(self.current.to_bytes().as_slice());
        octets.extend_from_slice(self.index.expose());
        for key in &self.former {
            octets.extend_from_slice(key.to_bytes().as_slice());
        }
        octets
    }

    /// The ring with a fresh key in front, which wraps from then on; the one before it still opens.
    #[must_use]
    pub fn rotated(self) -> Self {
        let Self { current, index, mut former } = self;
        former.insert(0, current);
        former.truncate(FORMER_MAX);
        Self { current: MasterKey::generate(), index, former }
    }

    /// The ring without former keys: what they wrapped is opened by nobody any more.
    #[must_use]
    pub fn retired(self) -> Self {
        Self { former: Vec::new(), ..self }
    }

    /// Wraps `key` for `context` by the key in use.
    #[must_use]
    pub fn wrap(&self, key: &DataKey, context: &str) -> WrappedKey {
        self.current.wrap(key, context)
    }

    /// Unwraps a key that any of the keys has wrapped for `context`.
    ///
    /// # Errors
    ///
    /// As [`MasterKey::unwrap`].
    pub fn unwrap(&self, wrapped: &WrappedKey, context: &str) -> Result<DataKey, OpenError> {
        let mut keys = std::iter::once(&self.current).chain(&self.former);
        let opened = keys.find_map(|key| match key.unwrap(wrapped, context) {
            Err(OpenError::OtherMaster) => None,
            other @ (Ok(_) | Err(OpenError::Format | OpenError::Seal)) => Some(other),
        });
        opened.unwrap_or(Err(OpenError::OtherMaster))
    }

    /// The same data key wrapped by the key in use; nothing where it is already.
    ///
    /// # Errors
    ///
    /// As [`MasterKey::unwrap`].
    pub fn rewrapped(
        &self,
        wrapped: &WrappedKey,
        context: &str,
    ) -> Result<Option<WrappedKey>, OpenError> {
        if wrapped.key_id() == Some(self.current.id()) {
            return Ok(None);
        }
        Ok(Some(self.wrap(&self.unwrap(wrapped, context)?, context)))
    }

    /// The key that hashes addresses.
    #[must_use]
    pub fn index_key(&self) -> IndexKey {
        self.index.clone()
    }

    /// What the keys are called, the one in use first.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let keys = std::iter::once(&self.current).chain(&self.former);
        keys.map(|it| hex(&it.id())).collect()
    }

    /// What the key in use is called.
    #[must_use]
    pub fn name(&self) -> String {
        hex(&self.current.id())
    }

    /// Whether there are former keys.
    #[must_use]
    pub fn has_former(&self) -> bool {
        !self.former.is_empty()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} and {} former)", self.name(), self.former.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THING: &str = "message:one";

    #[test]
    fn a_new_key_wraps_and_the_former_still_opens() {
        let key = DataKey::random();
        let first = KeyRing::generate();
        let old = first.wrap(&key, THING);
        let (name, address) = (first.name(), first.index_key().hash("address", b"a"));
        let ring = KeyRing::from_bytes(&first.to_bytes()).unwrap().rotated();
        assert_eq!(ring.names(), [ring.name(), name]);
        assert_ne!(ring.names()[0], ring.names()[1]);
        assert_eq!(ring.unwrap(&old, THING).unwrap().expose(), key.expose());
        let new = ring.rewrapped(&old, THING).unwrap().unwrap();
        assert_eq!(ring.rewrapped(&new, THING).unwrap(), None);
        assert_eq!(new.key_name(), Some(ring.name()));
        assert_eq!(first.unwrap(&new, THING).unwrap_err(), OpenError::OtherMaster);
        assert_eq!(ring.rewrapped(&old, "message:two").unwrap_err(), OpenError::Seal);

        // Kept and read again, and without the former.
        let ring = KeyRing::from_bytes(&ring.to_bytes()).unwrap();
        assert!(ring.has_former() && ring.unwrap(&old, THING).is_ok());
        let ring = KeyRing::from_bytes(&ring.retired().to_bytes()).unwrap();
        assert_eq!(ring.unwrap(&old, THING).unwrap_err(), OpenError::OtherMaster);
        assert_eq!(ring.unwrap(&new, THING).unwrap().expose(), key.expose());
        // Addresses are found as ever.
        assert_eq!(ring.index_key().hash("address", b"a"), address);
    }

    #[test]
    fn a_file_of_one_key_is_a_ring() {
        let master = MasterKey::generate();
        let ring = KeyRing::from_bytes(master.to_bytes().as_slice()).unwrap();
        assert_eq!(ring.index_key().hash("a", b"b"), master.index_key().hash("a", b"b"));
        let wrapped = master.wrap(&DataKey::random(), THING);
        assert!(ring.unwrap(&wrapped, THING).is_ok());
        for length in [0, 31, 33, 63, 95, 32 * 11] {
            assert!(KeyRing::from_bytes(&vec![1; length]).is_err(), "{length}");
        }
    }
}
