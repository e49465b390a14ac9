//! What an appliance is started with.

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, path::Path};

use super::Appliance;
use crate::{ports::free_port, sink::Sink};

/// The configuration of a test. The defaults are those of `chancery init`, but for the free space,
/// since nobody knows how full the disk of a test machine is.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The text of the only rule file.
    pub rules: String,
    /// Who may send to anyone.
    pub relay_networks: Vec<String>,
    /// Examiners.
    pub workers: u8,
    /// How long the peer waits for a decision, seconds.
    pub budget_seconds: u16,
    /// How long an examination may take, seconds.
    pub limit_seconds: u16,
    /// Where mail to others goes; to the sink of the appliance when there is none.
    pub external: Option<SocketAddr>,
    /// What stands below `[next-hop.external]` instead of an address.
    pub external_table: Option<String>,
    /// More below `[dns]`.
    pub dns_keys: String,
    /// What stands below `[store]`; the rows are in a file when there is nothing.
    pub store: Option<String>,
    /// The name server; nothing is checked by names when there is none.
    pub dns: Option<SocketAddr>,
    /// With less free space nothing is taken, mebibytes.
    pub free_space_mib: u32,
    /// The named point that fails at the first start, as `NAME=WHAT@TIME`.
    pub fail: Option<String>,
}

impl Setup {
    /// The defaults with these rules.
    #[must_use]
    pub fn new(rules: &str) -> Self {
        Self {
            rules: rules.to_owned(),
            relay_networks: vec!["127.0.0.1/32".to_owned()],
            workers: 2,
            budget_seconds: 10,
            limit_seconds: 30,
            external: None,
            external_table: None,
            dns_keys: String::new(),
            store: None,
            dns: None,
            free_space_mib: 1,
            fail: None,
        }
    }

    /// Starts an appliance in a new folder, with a next hop of its own.
    ///
    /// # Errors
    ///
    /// As [`Appliance::start`].
    pub fn start(&self) -> anyhow::Result<Appliance> {
        let mut appliance = self.prepare()?;
        appliance.start()?;
        Ok(appliance)
    }

    /// Writes everything and starts the next hop, but not the appliance.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn prepare(&self) -> anyhow::Result<Appliance> {
        let folder = tempfile::Builder::new().prefix("chancery-test-").tempdir()?;
        // The roles have users of their own and must reach their folders.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        fs::create_dir(folder.path().join("rules"))?;
        fs::write(folder.path().join("rules/rules.writ"), &self.rules)?;
        let appliance = Appliance {
            folder,
            child: None,
            fail: self.fail.clone(),
            starts: 0,
            sink: Sink::start()?,
            smtp: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
            portal: SocketAddr::from(([127, 0, 0, 1], free_port()?)),
        };
        self.write(&appliance.config(), &appliance)?;
        Ok(appliance)
    }

    fn write(&self, path: &Path, appliance: &Appliance) -> anyhow::Result<()> {
        let (smtp, portal, hop) = (appliance.smtp, appliance.portal, appliance.sink.address());
        let external = self.external.unwrap_or(hop);
        let external = format!("address = \"{external}\"\ntls = \"opportunistic\"");
        let external = self.external_table.as_ref().unwrap_or(&external);
        let networks: Vec<String> =
            self.relay_networks.iter().map(|it| format!("\"{it}\"")).collect();
        let servers = self.dns.map(|it| format!("\"{it}\"")).unwrap_or_default();
        let store = self.store.as_ref().map(|it| format!("[store]\n{it}\n")).unwrap_or_default();
        let Self { workers, budget_seconds, limit_seconds, free_space_mib, dns_keys, .. } = self;
        let text = format!(
            "hostname = \"gateway.acme.example\"\ndata = \"data\"\nrules = \"rules\"\n\
             {store}[smtp]\nlisten = \"{smtp}\"\nrelay-networks = [{}]\n\
             [portal]\nlisten = \"{portal}\"\nurl = \"https://{portal}\"\n\
             [next-hop.internal]\naddress = \"{hop}\"\ntls = \"never\"\n\
             [next-hop.external]\n{external}\n\
             [dns]\nservers = [{servers}]\n{dns_keys}\n\
             [examination]\nworkers = {workers}\nbudget-seconds = {budget_seconds}\n\
             limit-seconds = {limit_seconds}\n\
             [limits]\nfree-space-mib = {free_space_mib}\n",
            networks.join(", ")
        );
        Ok(fs::write(path, text)?)
    }
}
