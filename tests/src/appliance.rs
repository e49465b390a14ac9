//! The appliance under test: `chancery run` in a folder of its own.

mod inside;
mod setup;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::{client::Client, program::chancery, sink::Sink, wait::wait_for};
pub use setup::Setup;

/// How long a start may take; a machine that builds at the same time is slow.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long an end may take; the appliance itself gives its roles 20 s.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// An appliance. It is killed when it is dropped.
#[derive(Debug)]
pub struct Appliance {
    folder: tempfile::TempDir,
    child: Option<Child>,
    fail: Option<String>,
    starts: usize,
    sink: Sink,
    smtp: SocketAddr,
    portal: SocketAddr,
}

impl Appliance {
    /// Starts on what is in the folder; returns once every role waits for work.
    ///
    /// # Errors
    ///
    /// It ends or takes too long; the end of its log is shown.
    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log_path())?;
        let child = Command::new(chancery()?)
            .envs(self.fail.take().map(|it| ("CHANCERY_FAIL", it)))
            .args(["run", "--config"])
            .arg(self.config())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("cannot start the appliance")?;
        self.child = Some(child);
        self.starts = self.starts.saturating_add(1);
        let began = Instant::now();
        while self.log().matches("event=\"appliance.ready\"").count() < self.starts {
            let ended = self.child.as_mut().map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = ended {
                bail!("the appliance ended ({status}):\n{}", self.end_of_log());
            }
            if START_PATIENCE < began.elapsed() {
                bail!("the appliance was not ready in time:\n{}", self.end_of_log());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // The greeting comes once the rules are known.
        Client::connect(self.smtp).with_context(|| self.end_of_log())?;
        Ok(())
    }

    /// Asks it to end, without waiting.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn terminate(&self) -> anyhow::Result<()> {
        signal(self.pid()?, Signal::TERM)
    }

    /// `kill -9` of the master, without waiting; [`Appliance::kill`] waits.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn kill_master(&self) -> anyhow::Result<()> {
        signal(self.pid()?, Signal::KILL)
    }

    /// Asks it to end, and waits for that.
    ///
    /// # Errors
    ///
    /// It does not end in time.
    pub fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        let mut child = self.child.take().context("it does not run")?;
        signal(child.id(), Signal::TERM)?;
        wait_for("the end of the appliance", STOP_PATIENCE, || Ok(child.try_wait()?))
    }

    /// Kills the master, and waits until none of its processes is left.
    ///
    /// # Errors
    ///
    /// A process outlives it.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("it does not run")?;
        let roles = inside::children(child.id()).unwrap_or_default();
        child.kill()?;
        child.wait()?;
        wait_for("the end of its roles", Duration::from_secs(10), || {
            let alive = roles.iter().any(|it| Path::new(&format!("/proc/{it}")).exists());
            let heard = std::net::TcpStream::connect(self.smtp).is_ok();
            Ok((!alive && !heard).then_some(()))
        })
    }

    /// Makes it read its rules again.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn reload(&self) -> anyhow::Result<()> {
        signal(self.pid()?, Signal::HUP)
    }

    /// Writes one file of the rule tree; the appliance does not know until [`Appliance::reload`].
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn write_rules(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.path().join("rules").join(name), text)?)
    }

    /// Runs another command of `chancery` on this configuration: exit code, and what it printed
    /// on both outputs.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn command(&self, words: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
        let mut command = Command::new(chancery()?);
        let output = command.args(words).arg("--config").arg(self.config()).output()?;
        let both = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8(both)?))
    }

    /// The next hop of everybody.
    #[must_use]
    pub fn sink(&self) -> &Sink {
        &self.sink
    }

    /// Where it takes mail in.
    #[must_use]
    pub fn smtp(&self) -> SocketAddr {
        self.smtp
    }

    /// Where its portal is.
    #[must_use]
    pub fn portal_url(&self) -> String {
        format!("https://{}", self.portal)
    }

    /// The folder of everything: `chancery.toml`, `chancery.log`, `rules`, `data`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder that holds mail, accounts and keys.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.folder.path().join("chancery.toml")
    }

    /// The log of all starts.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Waits until the log holds `text`, at least `times` times.
    ///
    /// # Errors
    ///
    /// It does not in time.
    pub fn wait_for_log(&self, text: &str, times: usize) -> anyhow::Result<()> {
        let what = format!("`{text}` in the log");
        let found = wait_for(&what, Duration::from_secs(30), || {
            Ok((times <= self.log().matches(text).count()).then_some(()))
        });
        found.with_context(|| self.end_of_log())
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("chancery.log")
    }

    fn end_of_log(&self) -> String {
        let log = self.log();
        let last = log.lines().count().saturating_sub(30);
        log.lines().skip(last).collect::<Vec<_>>().join("\n")
    }

    fn pid(&self) -> anyhow::Result<u32> {
        Ok(self.child.as_ref().context("it does not run")?.id())
    }
}

impl Drop for Appliance {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // Its roles end with it.
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn signal(pid: u32, signal: Signal) -> anyhow::Result<()> {
    let pid = Pid::from_raw(i32::try_from(pid)?).context("a process has a number")?;
    Ok(kill_process(pid, signal)?)
}
