//! Looks for Hyperscan, the peer of the content scan; without it the benchmark says so.

use std::path::Path;

const FOLDERS: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
];

fn main() {
    println!("cargo::rustc-check-cfg=cfg(hyperscan)");
    println!("cargo::rerun-if-changed=build.rs");
    if FOLDERS.iter().any(|it| Path::new(it).join("libhs.so").exists()) {
        println!("cargo::rustc-cfg=hyperscan");
    }
}
