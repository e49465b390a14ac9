//! `chancery demo`: the whole product on this machine, on real input.
//!
//! It writes a configuration and the sample rules, starts `chancery run` on them as a process of
//! its own, sends three messages through its SMTP port and shows what came of them. The next hop is
//! built in and keeps what it receives as `.eml`.

mod next_hop;
mod samples;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep, timeout},
};

use crate::{
    command::{Listed, list, print},
    config::{CONFIGURATION, Config, write_rules},
};
use next_hop::NextHop;

/// How long the start may take: keys and certificates are made the first time.
const START_PATIENCE: Duration = Duration::from_secs(60);
/// How long the three messages and the notice may take.
const WORK_PATIENCE: Duration = Duration::from_secs(60);
/// Messages looked at for the table; the samples are the newest.
const MESSAGES_SHOWN: u32 = 50;
/// How long the appliance gets to end.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// How the demonstration is run.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// End after the table, instead of staying up
    #[arg(long)]
    once: bool,
    /// Where to take mail in, on 127.0.0.1
    #[arg(long, default_value_t = 2525, value_parser = clap::value_parser!(u16).range(1..))]
    smtp_port: u16,
    /// Where to serve the portal, on 127.0.0.1
    #[arg(long, default_value_t = 8443, value_parser = clap::value_parser!(u16).range(1..))]
    portal_port: u16,
    /// Keep everything here; without it a new folder is used, and removed at the end
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
///
/// A port is in use, a file cannot be written, or the appliance does not start.
pub(crate) async fn run(options: Options) -> anyhow::Result<ExitCode> {
    are_free(&options)?;
    let made = if options.data.is_none() { Some(tempfile::tempdir()?) } else { None };
    let folder = match (&options.data, &made) {
        (Some(folder), _) => folder.clone(),
        (None, Some(made)) => made.path().to_owned(),
        (None, None) => bail!("there is no folder"),
    };
    claim(&folder)?;
    let mail = folder.join("next-hop");
    fs::create_dir_all(&mail).with_context(|| format!("cannot make `{}`", mail.display()))?;
    // The roles have users of their own when this is run by root, and must reach their folders.
    fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let hop = NextHop::start(mail.clone()).await?;
    let config = configure(&folder, &options, hop.address())?;
    let mut appliance = start(&config, &folder)?;
    let shown = show(&options, &config, &folder, &mail, &mut appliance).await;
    if let (Ok(()), false) = (&shown, options.once) {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            ended = appliance.wait() => tracing::error!(event = "demo.ended", "{ended:?}"),
        }
    }
    stop(appliance).await;
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// What marks a folder as that of a demonstration.
const MARK: &str = "demonstration";

/// A folder of somebody else, such as that of an appliance in use, is left alone.
fn claim(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mark = folder.join(MARK);
    let empty = fs::read_dir(folder)?.next().is_none();
    anyhow::ensure!(
        empty || mark.exists(),
        "`{}` is not empty, and not the folder of an earlier demonstration; name another with --data",
        folder.display()
    );
    Ok(fs::write(mark, "This folder belongs to `chancery demo`, which writes its files anew.\n")?)
}

/// Whoever listens already would be taken for the appliance.
fn are_free(options: &Options) -> anyhow::Result<()> {
    anyhow::ensure!(
        options.smtp_port != options.portal_port,
        "--smtp-port and --portal-port are the same port"
    );
    for (port, option) in
        [(options.smtp_port, "--smtp-port"), (options.portal_port, "--portal-port")]
    {
        std::net::TcpListener::bind(("127.0.0.1", port)).with_context(|| {
            format!("port {port} of 127.0.0.1 cannot be used; choose another with {option}")
        })?;
    }
    Ok(())
}

/// The commented configuration with the ports of the demonstration, and the sample rules unless
/// an earlier demonstration left its own.
fn configure(folder: &Path, options: &Options, hop: SocketAddr) -> anyhow::Result<PathBuf> {
    if !folder.join("rules").exists() {
        write_rules(folder).with_context(|| format!("cannot write to `{}`", folder.display()))?;
    }
    let text = CONFIGURATION
        .replace("127.0.0.1:2525", &format!("127.0.0.1:{}", options.smtp_port))
        .replace("127.0.0.1:8443", &format!("127.0.0.1:{}", options.portal_port))
        .replace("127.0.0.1:2526", &hop.to_string());
    let path = folder.join("chancery.toml");
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(path)
}

/// Starts `chancery run`; its log goes to a file.
fn start(config: &Path, folder: &Path) -> anyhow::Result<Child> {
    let path = folder.join("chancery.log");
    let log =
        fs::File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
    Command::new("/proc/self/exe")
        .arg0("chancery")
        .args(["run", "--end-with-parent", "--config"])
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(log))
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the appliance")
}

async fn stop(mut appliance: Child) {
    if let Some(pid) = appliance.id().and_then(|it| i32::try_from(it).ok()) {
        let pid = rustix::process::Pid::from_raw(pid);
        let signal = rustix::process::Signal::TERM;
        pid.map(|it| rustix::process::kill_process(it, signal));
    }
    timeout(STOP_PATIENCE, appliance.wait()).await.ok();
}

/// Waits for the appliance, sends the samples, prints what came of them.
async fn show(
    options: &Options,
    config: &Path,
    folder: &Path,
    mail: &Path,
    appliance: &mut Child,
) -> anyhow::Result<()> {
    let address = SocketAddr::from(([127, 0, 0, 1], options.smtp_port));
    print("Starting the appliance: keys, rules, one confined process a role …\n")?;
    if let Err(error) = wait_for_greeting(address, appliance).await {
        let log = fs::read_to_string(folder.join("chancery.log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(12).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        bail!("{error:#}; the end of its log:\n{}", last.join("\n"));
    }
    let samples = samples::all()?;
    print(&format!("Sending {} messages to 127.0.0.1:{} …\n\n", samples.len(), options.smtp_port))?;
    for sample in &samples {
        samples::send(address, sample).await?;
    }
    let config = Config::load(config)?;
    let expected: usize = samples.iter().map(|it| it.recipients.len()).sum();
    let listed = wait_for_decisions(&config, expected).await?;
    print(&crate::command::table(&listed))?;
    let link = wait_for_link(mail, &config.file.portal.url).await?;
    print(&format!("\nThe notice to {} holds this link:\n  {link}\n", samples::RECIPIENT))?;
    if !options.once {
        print(&explanation(options, folder, mail))?;
    }
    Ok(())
}

fn explanation(options: &Options, folder: &Path, mail: &Path) -> String {
    format!(
        "\nOpen it in a browser (the certificate is self-signed; its authority is {}).\n\
         What the next hop receives is kept in {}.\n\
         The log is {}.\n\n\
         Send more, from another shell:\n  \
         swaks --server 127.0.0.1:{} --from alice@acme.example --to bob@shop.example \\\n        \
         --header 'Subject: [secure] hello' --body 'For your eyes only.'\n\n\
         Ctrl-C ends the demonstration.\n",
        folder.join("data/authority.pem").display(),
        mail.display(),
        folder.join("chancery.log").display(),
        options.smtp_port
    )
}

/// The greeting comes once the rules are known; connecting works a little earlier.
async fn wait_for_greeting(address: SocketAddr, appliance: &mut Child) -> anyhow::Result<()> {
    let deadline = Instant::now() + START_PATIENCE;
    while Instant::now() < deadline {
        if let Some(status) = appliance.try_wait()? {
            bail!("the appliance ended ({status})");
        }
        let greeted = async {
            let mut stream = TcpStream::connect(address).await?;
            let mut greeting = [0; 3];
            stream.read_exact(&mut greeting).await?;
            std::io::Result::Ok(&greeting == b"220")
        };
        if matches!(timeout(Duration::from_secs(15), greeted).await, Ok(Ok(true))) {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    bail!("the appliance did not greet within {} s", START_PATIENCE.as_secs())
}

async fn wait_for_decisions(config: &Config, expected: usize) -> anyhow::Result<Vec<Listed>> {
    let deadline = Instant::now() + WORK_PATIENCE;
    loop {
        let listed = list(config, MESSAGES_SHOWN).await?;
        if expected <= listed.len() || deadline <= Instant::now() {
            // An earlier demonstration in the same folder left its own.
            let first = listed.len().saturating_sub(expected);
            return Ok(listed.into_iter().skip(first).collect());
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// The link in the newest notice to the recipient that the next hop received; others get notices too.
async fn wait_for_link(mail: &Path, portal_url: &str) -> anyhow::Result<String> {
    let prefix = format!("{}/n/", portal_url.trim_end_matches('/'));
    let deadline = Instant::now() + WORK_PATIENCE;
    while Instant::now() < deadline {
        let mut files: Vec<PathBuf> =
            fs::read_dir(mail)?.filter_map(|it| it.ok().map(|it| it.path())).collect();
        files.sort();
        for file in files.iter().rev().filter(|it| it.extension().is_some_and(|it| it == "eml")) {
            let octets = fs::read(file)?;
            let to = format!("To: {}\r\n", samples::RECIPIENT);
            if !octets.windows(to.len()).any(|it| it == to.as_bytes()) {
                continue;
            }
            let text = examine::reading(&octets, &examine::Limits::default()).text;
            let link = text.split_whitespace().find(|it| it.starts_with(&prefix));
            if let Some(link) = link {
                return Ok(link.to_owned());
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
    bail!("no notice arrived within {} s", WORK_PATIENCE.as_secs())
}
