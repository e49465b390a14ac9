//! The parts that pages are made of. Each is a pure function to markup.

pub(crate) mod avatar;
pub(crate) mod field;
pub(crate) mod foreign;
pub(crate) mod icon;
pub(crate) mod layout;
pub(crate) mod plain;
pub(crate) mod rules;
pub(crate) mod summary;
pub(crate) mod tag;
