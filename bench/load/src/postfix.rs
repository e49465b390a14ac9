//! Postfix in a folder of its own, as in its defaults but for the number of deliveries at once.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::{
    Server,
    sink::{free_address, wait_for},
};

pub(crate) struct Postfix {
    folder: tempfile::TempDir,
    address: SocketAddr,
    root: u32,
}

/// Starts it; without a next hop nothing leaves its queue.
///
/// # Errors
///
/// There is no Postfix, or it does not start.
pub(crate) fn start(hop: Option<SocketAddr>) -> Result<Postfix> {
    let folder = tempfile::Builder::new().prefix("postfix-bench-").tempdir_in(".")?;
    let path = folder.path().canonicalize()?;
    open(&path)?;
    let address = free_address()?;
    let (config, queue, data) = (path.join("config"), path.join("queue"), path.join("data"));
    for folder in [&config, &queue, &data] {
        fs::create_dir(folder)?;
        open(folder)?;
    }
    let relay = hop.map_or_else(String::new, |it| {
        format!("relayhost = [{}]:{}\ntransport_maps =\n", it.ip(), it.port())
    });
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {}\ndata_directory = {}\n\
         myhostname = mail.acme.example\nmydestination =\nmynetworks = 127.0.0.0/8\n\
         inet_interfaces = all\ninet_protocols = ipv4\nsmtputf8_enable = no\n\
         smtpd_peername_lookup = no\nsmtp_dns_support_level = disabled\n\
         in_flow_delay = 0\ndefault_destination_concurrency_limit = 50\n\
         initial_destination_concurrency = 50\nmessage_size_limit = 60000000\n\
         smtpd_client_connection_count_limit = 0\nmaillog_file = {}\n\
         maillog_file_prefixes = /\n{relay}",
        queue.display(),
        data.display(),
        path.join("log").display(),
    );
    fs::write(config.join("main.cf"), main)?;
    fs::write(config.join("master.cf"), master(address, hop.is_some()))?;
    Command::new("chown").arg("postfix").arg(&data).status()?;
    let started = postfix(&config, "start")?;
    ensure!(started, "Postfix does not start; see {}", path.join("log").display());
    wait_for(address)?;
    let pid =
        fs::read_to_string(queue.join("pid/master.pid")).context("the number of its master")?;
    Ok(Postfix { folder, address, root: pid.trim().parse()? })
}

fn postfix(config: &std::path::Path, word: &str) -> Result<bool> {
    let mut command = Command::new("postfix");
    let command = command.arg("-c").arg(config).arg(word).stderr(Stdio::null());
    Ok(command.status().context("cannot start `postfix`: apt-get install postfix")?.success())
}

fn open(path: &PathBuf) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

fn master(address: SocketAddr, sends: bool) -> String {
    let mut text = format!(
        "{address} inet n - n - 100 smtpd\n\
         cleanup unix n - n - 0 cleanup\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n\
         proxymap unix - - n - - proxymap\nanvil unix - - n - 1 anvil\n\
         error unix - - n - - error\nretry unix - - n - - error\n\
         smtp unix - - n - 100 smtp\nrelay unix - - n - 100 smtp\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    );
    if sends {
        text.push_str("qmgr unix n - n 300 1 qmgr\n");
    }
    text
}

impl Server for Postfix {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn root(&self) -> u32 {
        self.root
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        postfix(&self.folder.path().join("config"), "stop").ok();
    }
}
