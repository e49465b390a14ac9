//! Guards around the pages, and what signing in needs.

pub(crate) mod hashing;
pub(crate) mod throttle;
