//! `smtp-sink`, the next hop of both.

use std::{
    net::{SocketAddr, TcpListener},
    os::unix::fs::MetadataExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

/// A next hop that ends once it has its messages.
#[derive(Debug)]
pub(crate) struct Sink {
    child: Child,
    address: SocketAddr,
}

impl Sink {
    /// Starts one for so many messages.
    ///
    /// # Errors
    ///
    /// There is no `smtp-sink`.
    pub(crate) fn start(messages: usize) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new("smtp-sink");
        command.args(["-M", &messages.to_string(), "-m", "1000"]);
        if std::fs::metadata("/proc/self")?.uid() == 0 {
            // It refuses to run as root.
            command.args(["-u", "nobody"]);
        }
        command.args([&address.to_string(), "1024"]);
        let child = command.stdout(Stdio::null()).spawn();
        let child = child.context("cannot start `smtp-sink`: apt-get install postfix")?;
        Ok(Self { child, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the last message; how long it took since `began`.
    ///
    /// # Errors
    ///
    /// It does not come.
    pub(crate) fn full(mut self, began: Instant) -> Result<Duration> {
        while self.child.try_wait()?.is_none() {
            ensure!(began.elapsed() < PATIENCE, "the sink did not get all messages");
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(began.elapsed())
    }
}

const PATIENCE: Duration = Duration::from_secs(300);

impl Drop for Sink {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// An address that nobody has now.
///
/// # Errors
///
/// The system has none.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// Waits until somebody listens.
///
/// # Errors
///
/// Nobody does.
pub(crate) fn wait_for(address: SocketAddr) -> Result<()> {
    let began = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        ensure!(began.elapsed() < Duration::from_secs(60), "nobody listens at {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
