//! Telling the service manager how it goes.
//!
//! # Source
//!
//! `sd_notify(3)`: datagrams to the socket that `NOTIFY_SOCKET` names.

use std::{
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixDatagram},
    },
    time::Duration,
};

use tokio::time::{Interval, MissedTickBehavior, interval};

/// Between two signs of life where nobody asks for any: long, for then nobody listens.
const IDLE: Duration = Duration::from_secs(24 * 60 * 60);
/// No more often than this.
const HEARTBEAT_MIN: Duration = Duration::from_millis(100);

/// The manager, if there is one.
#[derive(Debug)]
pub(super) struct Service {
    to: Option<(UnixDatagram, SocketAddr)>,
    /// How long it waits for a sign of life.
    watchdog: Option<Duration>,
}

impl Service {
    /// The one that started this process. The roles never learn of it: their environment is empty.
    pub(super) fn of_environment() -> Self {
        let variable = |name| std::env::var(name).ok();
        let micros = variable("WATCHDOG_USEC").and_then(|it| it.parse().ok());
        let watchdog = micros.map(Duration::from_micros);
        Self { to: variable("NOTIFY_SOCKET").and_then(|it| socket(&it)), watchdog }
    }

    /// Ticks twice in the time that the manager waits for a sign of life.
    pub(super) fn heartbeat(&self) -> Interval {
        let wait = self.watchdog.map_or(IDLE, |it| it.div_f64(2.0).max(HEARTBEAT_MIN));
        let mut ticks = interval(wait);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    }

    /// Tells it something, such as `READY=1`. Whether it listens is its own matter.
    pub(super) fn tell(&self, state: &str) {
        if let Some((socket, to)) = &self.to {
            socket.send_to_addr(state.as_bytes(), to).ok();
        }
    }
}

/// A path, or a name without one after an `@`.
fn socket(name: &str) -> Option<(UnixDatagram, SocketAddr)> {
    let address = match name.strip_prefix('@') {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(name),
    };
    Some((UnixDatagram::unbound().ok()?, address.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manager_hears_what_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        let service = Service { to: socket(path.to_str().unwrap()), watchdog: None };
        service.tell("READY=1");
        let mut heard = [0; 16];
        let octets = manager.recv(&mut heard).unwrap();
        assert_eq!(heard.get(..octets), Some(b"READY=1".as_slice()));
        drop((manager, folder));
        service.tell("STOPPING=1");
    }
}
