//! Passwords, kept as what takes time and memory to try.
//!
//! # Standards
//!
//! Argon2id version 19 (RFC 9106) with 19 MiB, two passes and one lane, the minimum of the OWASP
//! Password Storage Cheat Sheet, kept as a PHC string.
//!
//! # Current limitations
//!
//! A password is hashed as the octets that were sent, not brought to a Unicode normal form: the
//! same browser sends the same octets each time, and normalisation would have to stay the same
//! for ever.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use crate::random;

/// The longest password, in characters. A longer one is refused, never cut.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Memory that one hash takes, in KiB.
const MEMORY_KIB: u32 = 19_456;

const PASSES: u32 = 2;

const LANES: u32 = 1;

/// RFC 9106, section 3.1: 128 bits are sufficient.
const SALT_OCTETS: usize = 16;

/// The hash of no password, for [`verify_nobody`]. Nobody knows a password that gives it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password was not hashed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PasswordError {
    /// There is nothing to hash.
    #[error("the password is empty")]
    Empty,
    /// There is not enough memory.
    #[error("the password could not be hashed")]
    Memory,
    /// More than [`PASSWORD_CHARS_MAX`].
    #[error("the password is too long")]
    TooLong,
}

/// Hashes a new password, into a PHC string.
///
/// Takes about 19 MiB and some tens of milliseconds: callers do it in a bounded pool.
///
/// # Errors
///
/// [`PasswordError`] when the password is empty or longer than [`PASSWORD_CHARS_MAX`].
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.is_empty() {
        return Err(PasswordError::Empty);
    }
    if too_long(password) {
        return Err(PasswordError::TooLong);
    }
    let salt = random::octets::<SALT_OCTETS>();
    let hashed: Result<PasswordHash, _> =
        hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    hashed.map(|it| it.to_string()).map_err(|_opaque| PasswordError::Memory)
}

/// Whether `password` is the one that gave `phc`. Costs what [`hash`] costs, whatever is given.
#[must_use]
pub fn verify(phc: &str, password: &str) -> bool {
    let Ok(kept) = PasswordHash::new(phc) else { return verify_nobody(password) };
    if too_long(password) {
        return verify_nobody("");
    }
    hasher().is_ok_and(|it| it.verify_password(password.as_bytes(), &kept).is_ok())
}

/// Costs what [`verify`] costs and is never true: for an address that has no account.
#[must_use]
pub fn verify_nobody(password: &str) -> bool {
    let password = if too_long(password) { "" } else { password };
    let Ok(kept) = PasswordHash::new(NOBODY) else { return false };
    hasher().is_ok_and(|it| it.verify_password(password.as_bytes(), &kept).is_ok())
}

/// Whether `phc` was made with less than is asked today, and should be made anew at the next
/// login.
#[must_use]
pub fn is_outdated(phc: &str) -> bool {
    let Ok(kept) = PasswordHash::new(phc) else { return true };
    let Ok(params) = Params::try_from(&kept) else { return true };
    kept.algorithm != Algorithm::Argon2id.ident()
        || params.m_cost() < MEMORY_KIB
        || params.t_cost() < PASSES
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|_never| PasswordError::Memory)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn too_long(password: &str) -> bool {
    password.chars().nth(PASSWORD_CHARS_MAX).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verify_accepts_the_vector_of_the_reference_implementation() {
        let phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$\
                   CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify(phc, "password"));
        assert!(!verify(phc, "Password"));
        assert!(!is_outdated(phc));
    }

    #[test]
    fn a_password_verifies_and_no_other_does() {
        let phc = hash("correct horse").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify(&phc, "correct horse"));
        assert!(!verify(&phc, "correct horse "));
        assert!(!verify(&phc, ""));
        assert_ne!(phc, hash("correct horse").unwrap());
        assert!(!is_outdated(&phc));
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_is_cut() {
        let longest = "é".repeat(PASSWORD_CHARS_MAX);
        let phc = hash(&longest).unwrap();
        assert!(verify(&phc, &longest));
        let longer = format!("{longest}é");
        assert!(!verify(&phc, &longer));
        assert_eq!(hash(&longer), Err(PasswordError::TooLong));
        assert_eq!(hash(""), Err(PasswordError::Empty));
    }

    #[test]
    fn nobody_has_no_password_and_costs_what_somebody_costs() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!is_outdated(NOBODY));
        assert!(!verify_nobody("password"));
        assert!(!verify_nobody(""));
        assert!(!verify("", ""));
        assert!(!verify("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", "password"));
    }

    #[test]
    fn hashes_made_with_less_are_outdated() {
        let phc = hash("password").unwrap();
        assert!(is_outdated(&phc.replace("m=19456", "m=9728")));
        assert!(is_outdated(&phc.replace("t=2", "t=1")));
        assert!(is_outdated(&phc.replace("argon2id", "argon2i")));
        assert!(is_outdated("5f4dcc3b5aa765d61d8327deb882cf99"));
    }
}
