//! What a process has in memory.

/// Octets of this process that are in memory; 0 where the kernel does not say.
#[must_use]
pub fn resident_octets() -> u64 {
    of("VmRSS:")
}

/// The most that there ever were.
#[must_use]
pub fn peak_octets() -> u64 {
    of("VmHWM:")
}

fn of(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix(name));
    let kilobytes = line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}
