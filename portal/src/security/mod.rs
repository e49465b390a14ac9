//! Guards around the pages, and what signing in needs.

pub(crate) mod client;
pub(crate) mod guard;
pub(crate) mod hashing;
pub(crate) mod headers;
pub(crate) mod letters;
pub(crate) mod policy;
pub(crate) mod throttle;
