//! Faults on demand, for the tests of the confinement. Only in programs built with the feature
//! `faults`, which no release has.

/// Does what the message's `X-Chancery-Fault` field says, as an examiner that a hostile message
/// has taken over would.
pub(super) fn provoke(message: &[u8]) {
    let head = String::from_utf8_lossy(message.get(..4096).unwrap_or(message)).into_owned();
    let wanted = head.lines().find_map(|it| it.strip_prefix("X-Chancery-Fault: "));
    match wanted.map(str::trim) {
        Some("abort") => std::process::abort(),
        Some("stall") => loop {
            std::thread::park();
        },
        Some("open") => {
            let opened = std::fs::File::open("/etc/passwd");
            tracing::error!(event = "fault.open", opened = opened.is_ok());
        }
        Some("socket") => {
            let connected = std::net::TcpStream::connect("127.0.0.1:9");
            tracing::error!(event = "fault.socket", connected = connected.is_ok());
        }
        Some(_) | None => {}
    }
}
