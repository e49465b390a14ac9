//! A real Postfix, in a folder of its own.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use anyhow::{Context, ensure};

use crate::{certificate::Authority, ports::free_port, wait::wait_until};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a missing one is installed with.
const INSTALL: &str =
    "cannot start postfix; install it: apt-get install --no-install-recommends postfix";

/// Its services: as in the file that Postfix ships, without those that this does not need.
const SERVICES: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
relay unix - - n - - smtp
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
";

/// One that is running; it is stopped when this is dropped.
#[derive(Debug)]
pub struct Postfix {
    folder: tempfile::TempDir,
    address: SocketAddr,
}

impl Postfix {
    /// One that hands everything to a next hop, over TLS if that is offered.
    ///
    /// # Errors
    ///
    /// There is no Postfix, this is not root, or it does not start.
    pub fn before(hop: SocketAddr) -> anyhow::Result<Self> {
        let hop = format!("[{}]:{}", hop.ip(), hop.port());
        Self::start(&format!("relayhost = {hop}\nsmtp_tls_security_level = may\n"), |_| Ok(()))
    }

    /// One that hands everything over by LMTP.
    ///
    /// # Errors
    ///
    /// As [`Postfix::before`].
    pub fn before_by_lmtp(hop: SocketAddr) -> anyhow::Result<Self> {
        let hop = format!("lmtp:inet:{}:{}", hop.ip(), hop.port());
        Self::start(&format!("default_transport = {hop}\nlmtp_tls_security_level = may\n"), |_| {
            Ok(())
        })
    }

    /// One that keeps what comes for a domain, whoever it is for but for `nobody@`. It offers TLS.
    ///
    /// # Errors
    ///
    /// As [`Postfix::before`].
    pub fn behind(domain: &str) -> anyhow::Result<Self> {
        let settings = format!(
            "virtual_mailbox_domains = {domain}\nvirtual_mailbox_base = ./mail\n\
             virtual_mailbox_maps = static:all/\n\
             virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\n\
             smtpd_recipient_restrictions = check_recipient_access inline:{{ \
             {{ nobody@{domain} = 550 5.1.1 Nobody has this name }} }}, permit_mynetworks, reject\n\
             smtpd_tls_security_level = may\nsmtpd_tls_cert_file = ./tls.pem\n\
             smtpd_tls_key_file = ./tls.key\n"
        );
        Self::start(&settings, |folder| {
            let mail = folder.join("mail");
            fs::create_dir(&mail)?;
            fs::set_permissions(&mail, fs::Permissions::from_mode(0o777))?;
            let authority = Authority::new()?;
            let shown = authority.issue(&format!("mx.{domain}"))?;
            fs::copy(shown.certificate, folder.join("tls.pem"))?;
            fs::copy(shown.key, folder.join("tls.key"))?;
            Ok(())
        })
    }

    /// One that keeps everything for a domain, and takes it only from who shows a certificate of an
    /// authority, over TLS.
    ///
    /// # Errors
    ///
    /// As [`Postfix::before`].
    pub fn asking(domain: &str, authority: &Authority) -> anyhow::Result<Self> {
        let settings = format!(
            "virtual_mailbox_domains = {domain}\nvirtual_mailbox_base = ./mail\n\
             virtual_mailbox_maps = static:all/\n\
             virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\n\
             smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = ./tls.pem\n\
             smtpd_tls_key_file = ./tls.key\nsmtpd_tls_CAfile = ./ca.pem\n\
             smtpd_tls_ask_ccert = yes\nsmtpd_tls_received_header = yes\n\
             smtpd_recipient_restrictions = permit_tls_all_clientcerts, reject\n"
        );
        Self::start(&settings, |folder| {
            let mail = folder.join("mail");
            fs::create_dir(&mail)?;
            fs::set_permissions(&mail, fs::Permissions::from_mode(0o777))?;
            let shown = authority.issue(&format!("mx.{domain}"))?;
            fs::copy(shown.certificate, folder.join("tls.pem"))?;
            fs::copy(shown.key, folder.join("tls.key"))?;
            fs::copy(authority.certificate(), folder.join("ca.pem"))?;
            Ok(())
        })
    }

    /// Where it takes mail in.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mails that it has kept.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub fn kept(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        self.files()?.into_iter().map(|it| Ok(fs::read(it)?)).collect()
    }

    /// How many they are.
    ///
    /// # Errors
    ///
    /// Their folder cannot be read.
    pub fn count(&self) -> anyhow::Result<usize> {
        Ok(self.files()?.len())
    }

    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let folder = self.folder.path().join("mail/all/new");
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect()
    }

    /// What it says of itself.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn start(
        settings: &str,
        prepare: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("postfix-test-").tempdir()?;
        let path = folder.path().canonicalize()?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let inside = |name: &str| -> anyhow::Result<PathBuf> {
            let path = path.join(name);
            fs::create_dir(&path)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
            Ok(path)
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        let (config, queue, data) = (inside("config")?, inside("queue")?, inside("data")?);
        prepare(&path)?;
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {}\ndata_directory = {}\n\
             myhostname = mail.acme.example\nmydestination =\nmynetworks = 127.0.0.0/8\n\
             inet_interfaces = loopback-only\ninet_protocols = ipv4\n\
             smtpd_peername_lookup = no\nsmtp_dns_support_level = disabled\n\
             smtpd_client_connection_count_limit = 0\nmaillog_file = {}\n\
             maillog_file_prefixes = /\n{}",
            queue.display(),
            data.display(),
            path.join("log").display(),
            settings.replace("./", &format!("{}/", path.display())),
        );
        fs::write(config.join("main.cf"), main)?;
        fs::write(config.join("master.cf"), format!("{address} inet n - n - - smtpd\n{SERVICES}"))?;
        Command::new("chown").arg("postfix").arg(&data).status()?;
        let postfix = Self { folder, address };
        let started = postfix.run("start")?;
        let shown = || format!("{}\n{}", String::from_utf8_lossy(&started.stderr), postfix.log());
        ensure!(started.status.success(), "Postfix does not start: {}", shown());
        wait_until("Postfix", PATIENCE, || TcpStream::connect(address).is_ok())?;
        Ok(postfix)
    }

    fn run(&self, word: &str) -> anyhow::Result<Output> {
        let config = self.folder.path().canonicalize()?.join("config");
        Command::new("postfix").arg("-c").arg(config).arg(word).output().context(INSTALL)
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.run("stop").ok();
    }
}
