//! Faults that are put in on purpose, each by a feature that nothing turns on by default: with any one
//! of them the laws must fail, or they would not see such a fault of our own making.
//!
//! `cargo xtask laws` builds the tests with each and requires that they fail.

#[cfg(all(
    not(debug_assertions),
    any(feature = "seeded-bug-until", feature = "seeded-bug-except", feature = "seeded-bug-hold",)
))]
compile_error!("a seeded bug must not be in a release");

/// `valid until` ends before its day.
pub(crate) const UNTIL_EXCLUDES_ITS_DAY: bool = cfg!(feature = "seeded-bug-until");

/// `to … except` is not looked at where a clause was found by its key.
pub(crate) const EXCEPT_IS_FORGOTTEN: bool = cfg!(feature = "seeded-bug-except");

/// A hold counts less than a secure message that stands beside it.
pub(crate) const HOLD_LOSES_TO_SECURE: bool = cfg!(feature = "seeded-bug-hold");
