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

/// A library: what `use NAME` brings in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Library {
    /// What `use` calls it.
    pub name: &'static str,
    /// Its files.
    pub files: &'static [Shipped],
}

/// Every library: the standard one, and those that behave as other products do.
pub const LIBRARIES: &[Library] = &[
    Library { name: "std", files: STD },
    Library {
        name: "mailgate",
        files: &[Shipped {
            path: "presets/mailgate.writ",
            text: include_str!("../presets/mailgate.writ"),
        }],
    },
    Library {
        name: "mimecast",
        files: &[Shipped {
            path: "presets/mimecast.writ",
            text: include_str!("../presets/mimecast.writ"),
        }],
    },
    Library {
        name: "cjsm",
        files: &[Shipped { path: "presets/cjsm.writ", text: include_str!("../presets/cjsm.writ") }],
    },
];

/// Trees to start from that behave as another product does, by the name of its library.
pub const STARTERS: &[(&str, Shipped)] = &[
    (
        "mailgate",
        Shipped { path: "rules.writ", text: include_str!("../starters/mailgate/rules.writ") },
    ),
    (
        "mimecast",
        Shipped { path: "rules.writ", text: include_str!("../starters/mimecast/rules.writ") },
    ),
    ("cjsm", Shipped { path: "rules.writ", text: include_str!("../starters/cjsm/rules.writ") }),
];

/// The files of the library that `use std` names.
pub const STD: &[Shipped] = &[
    Shipped { path: "std/asia.writ", text: include_str!("../std/asia.writ") },
    Shipped { path: "std/europe-east.writ", text: include_str!("../std/europe-east.writ") },
    Shipped { path: "std/europe-north.writ", text: include_str!("../std/europe-north.writ") },
    Shipped { path: "std/europe-south.writ", text: include_str!("../std/europe-south.writ") },
    Shipped { path: "std/europe-west.writ", text: include_str!("../std/europe-west.writ") },
    Shipped { path: "std/financial.writ", text: include_str!("../std/financial.writ") },
    Shipped { path: "std/health.writ", text: include_str!("../std/health.writ") },
    Shipped { path: "std/network.writ", text: include_str!("../std/network.writ") },
    Shipped { path: "std/north-america.writ", text: include_str!("../std/north-america.writ") },
    Shipped { path: "std/secrets.writ", text: include_str!("../std/secrets.writ") },
    Shipped { path: "std/securities.writ", text: include_str!("../std/securities.writ") },
    Shipped { path: "std/south-america.writ", text: include_str!("../std/south-america.writ") },
    Shipped {
        path: "std/southern-hemisphere.writ",
        text: include_str!("../std/southern-hemisphere.writ"),
    },
    Shipped { path: "std/terms-finance.writ", text: include_str!("../std/terms-finance.writ") },
    Shipped { path: "std/terms-health.writ", text: include_str!("../std/terms-health.writ") },
    Shipped { path: "std/terms-hr.writ", text: include_str!("../std/terms-hr.writ") },
    Shipped { path: "std/terms-legal.writ", text: include_str!("../std/terms-legal.writ") },
    Shipped { path: "std/travel.writ", text: include_str!("../std/travel.writ") },
    Shipped { path: "std/united-kingdom.writ", text: include_str!("../std/united-kingdom.writ") },
    Shipped { path: "std/vat.writ", text: include_str!("../std/vat.writ") },
];

/// The rules of the sample organisation: a tree of one file, to start from.
pub const ACME: Shipped = Shipped { path: "acme.writ", text: include_str!("../acme/acme.writ") };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_library_is_listed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("std");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| format!("std/{}", it.unwrap().file_name().to_string_lossy()))
            // What tries the library is no part of it.
            .filter(|it| it.ends_with(".writ") && !it.starts_with("std/tests-"))
            .collect();
        there.sort();
        let listed: Vec<&str> = STD.iter().map(|it| it.path).collect();
        assert_eq!(listed, there);
    }
}
