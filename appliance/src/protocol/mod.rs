//! What the processes say to each other. These types are sent, so they are not used inside a role
//! beyond its edge, and only this folder and `channel` know their form.

pub(crate) mod control;
pub(crate) mod deliver;
pub(crate) mod exam;
pub(crate) mod hop;
pub(crate) mod keyd;
pub(crate) mod login;
pub(crate) mod resolve;
pub(crate) mod route;
pub(crate) mod spool;
pub(crate) mod tls_report;
pub(crate) mod wishes;
