//! Free ports of this machine.

use std::{
    net::TcpListener,
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::bail;

/// Ports from here on are tried; below those that the system gives to outgoing connections, which
/// could take one between our look and its use.
const FIRST: u16 = 20_000;
/// How many are tried.
const COUNT: u16 = 12_000;

static TRIED: AtomicU16 = AtomicU16::new(0);

/// A port of 127.0.0.1 that nobody listens on, another one each time.
///
/// # Errors
///
/// None is left.
pub fn free_port() -> anyhow::Result<u16> {
    // Two test programs at once start in different places.
    let start = u16::try_from(std::process::id() % u32::from(COUNT))?;
    for _ in 0..COUNT {
        let tried = TRIED.fetch_add(1, Ordering::Relaxed);
        let port = FIRST.saturating_add(start.wrapping_add(tried) % COUNT);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port of 127.0.0.1 is free")
}
