//! The shipped Writ, as text inside the programs, so that `use std` needs no file on disk.
#![forbid(unsafe_code)]

/// A shipped file: its path as diagnostics show it, and its text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Shipped {
    /// Such as `std/financial.writ`.
    pub path: &'static str,
    /// The whole file.
    pub text: &'static str,
}

/// The files of the library that `use std` names.
pub const STD: &[Shipped] = &[
    Shipped { path: "std/financial.writ", text: include_str!("../std/financial.writ") },
    Shipped { path: "std/health.writ", text: include_str!("../std/health.writ") },
];

/// The rules of the sample organisation: a tree of one file, to start from.
pub const ACME: Shipped = Shipped { path: "acme.writ", text: include_str!("../acme/acme.writ") };
