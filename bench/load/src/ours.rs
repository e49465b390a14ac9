//! `chancery run` with rules that let pass what is not for the vault.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{
    Server,
    sink::{free_address, wait_for},
};

pub(crate) struct Ours {
    program: PathBuf,
    child: Child,
    address: SocketAddr,
    /// Connects to it wait for ever.
    _silent: TcpListener,
    /// Removed after its processes have ended.
    folder: tempfile::TempDir,
}

const RULES: &str = r#"writ 1

organisation acme {
  domains       acme.example
  time zone     Europe/London
  postmaster    postmaster@acme.example
  help desk     help@acme.example
  retention     at most 365 days
  message size  at most 50 MiB
  on error      hold
}

terms vault-words {
  "project amber"  weight 1
  "board minutes"  weight 1
}

examination vault {
  look in     subject, body, attachment names, attachment text
  count       vault-words
  activates   at 1
  unreadable  counts as activated
}

policy vault {
  why   "It stays until somebody has looked."
  from  everyone
  to    everyone
  when  vault activates
  then  hold
}
"#;

/// Starts it; without a next hop it sends nothing on: as many deliveries as there may be at once wait
/// for one that says nothing.
///
/// # Errors
///
/// It does not start.
pub(crate) fn start(program: &Path, hop: Option<SocketAddr>) -> Result<Ours> {
    start_with(program, hop, "")
}

/// As [`start`], with more lines in `[limits]`.
///
/// # Errors
///
/// As [`start`].
pub(crate) fn start_with(program: &Path, hop: Option<SocketAddr>, limits: &str) -> Result<Ours> {
    let folder = tempfile::Builder::new().prefix("chancery-bench-").tempdir_in(".")?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    let rules = folder.path().join("rules");
    fs::create_dir(&rules)?;
    fs::write(rules.join("rules.writ"), format!("{RULES}\ndefault deliver\n"))?;
    let (smtp, portal) = (free_address()?, free_address()?);
    let silent = TcpListener::bind(("127.0.0.1", 0))?;
    let hop = hop.map_or_else(|| silent.local_addr(), Ok)?;
    let text = format!(
        "hostname = \"gateway.acme.example\"\ndata = \"data\"\nrules = \"rules\"\n\
         [smtp]\nlisten = \"{smtp}\"\nrelay-networks = [\"127.0.0.1/32\"]\n\
         [portal]\nlisten = \"{portal}\"\nurl = \"https://{portal}\"\n\
         [next-hop.internal]\naddress = \"{hop}\"\ntls = \"never\"\n\
         [next-hop.external]\naddress = \"{hop}\"\ntls = \"never\"\n\
         [dns]\nservers = []\n\
         [limits]\nfree-space-mib = 1\n{limits}"
    );
    let config = folder.path().join("chancery.toml");
    fs::write(&config, text)?;
    let child = spawn(program, folder.path())?;
    let program = program.to_owned();
    let ours = Ours { program, child, address: smtp, _silent: silent, folder };
    ours.ready()?;
    Ok(ours)
}

fn spawn(program: &Path, folder: &Path) -> Result<Child> {
    let log = fs::File::create(folder.join("log"))?;
    let mut command = Command::new(program);
    command.arg("run").arg("--config").arg(folder.join("chancery.toml"));
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().with_context(|| format!("cannot start {}", program.display()))
}

impl Ours {
    /// Ends it in order.
    ///
    /// # Errors
    ///
    /// It does not end well.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let status = self.child.wait()?;
        ensure!(status.success(), "it ends with {status}");
        Ok(())
    }

    /// Starts it over what it has.
    ///
    /// # Errors
    ///
    /// As [`start`].
    pub(crate) fn start_again(&mut self) -> Result<()> {
        self.child = spawn(&self.program, self.folder.path())?;
        self.ready()
    }

    /// Its database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("data/store/chancery.db")
    }

    fn ready(&self) -> Result<()> {
        wait_for(self.address).with_context(|| {
            fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
        })?;
        greeted(self.address)
    }
}

/// Waits for its greeting: until the rules are known, everybody is a stranger and has few places.
fn greeted(smtp: SocketAddr) -> Result<()> {
    let mut greeting = String::new();
    let mut stream = BufReader::new(TcpStream::connect(smtp)?);
    stream.read_line(&mut greeting)?;
    ensure!(greeting.starts_with("220"), "it greets with {greeting:?}");
    stream.get_mut().write_all(b"QUIT\r\n")?;
    Ok(())
}

impl Server for Ours {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn root(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
