//! From what is written to what can be run: paths made absolute, hosts looked up, values bounded.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use grammar::literal::{Address, Domain, Network};

use super::{
    database::{self, Database},
    fault::{self, Fault},
    file::{self, File},
    form::{self, Form},
    hops::{self, Hops},
    logins::LoginFiles,
};
use crate::{
    protocol::{
        control::{Bounds, External, Folders, Listener, ListenerKind, ListenerTls},
        hop::Hop,
    },
    role::{Recipients, login::Accounts},
};

/// Examiners at most.
const WORKERS_MAX: u8 = 32;
/// A message that nobody looked at for so long is forgotten, days.
const HOLD_DAYS_MAX: u16 = 365;
/// Addresses that are told what is held; a list of more people has an address of its own.
const TELL_MAX: usize = 20;
/// The longest time that nobody is told of what is held, minutes: a week.
const TELL_MINUTES_MAX: u16 = 10_080;
/// SMTP sessions at once, at most.
const SESSIONS_MAX: u32 = 20_000;
/// The longest that strangers wait for the greeting, seconds; RFC 5321 §4.5.3.2.1 gives it five
/// minutes, and senders are less patient.
const GREETING_DELAY_SECONDS_MAX: u8 = 60;
/// Listeners of SMTP beside the first.
const LISTENERS_MAX: usize = 6;
/// The longest time a peer may be kept waiting, seconds; RFC 5321 §4.5.3.2.6 gives it ten minutes.
const BUDGET_SECONDS_MAX: u16 = 300;
/// The longest an examiner may take, seconds: two tries are over before the queue tries again.
const LIMIT_SECONDS_MAX: u16 = 50;

/// A configuration that can be run.
#[derive(Debug)]
pub(crate) struct Config {
    /// The file's settings that need no change.
    pub(crate) file: File,
    /// Where things are on disk.
    pub(crate) folders: Folders,
    /// Where the rows are, if not below the data folder.
    pub(crate) database: Option<Database>,
    /// The folder of the rules, or a signed bundle of them.
    pub(crate) rules: PathBuf,
    /// Rules that run beside those in force, where they are there.
    pub(crate) shadow_rules: Option<PathBuf>,
    /// Public keys that may sign a bundle.
    pub(crate) rules_keys: Vec<PathBuf>,
    /// The highest counter of a bundle that was loaded.
    pub(crate) rules_counter: PathBuf,
    /// Where the rules are kept that are in force.
    pub(crate) rules_active: PathBuf,
    /// People's groups and attributes.
    pub(crate) directory: Option<PathBuf>,
    /// The accounts of submission.
    pub(crate) accounts: Option<PathBuf>,
    /// The recipients that there are.
    pub(crate) recipients: Option<PathBuf>,
    /// The chain and the key, where the operator gives them.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// Name servers.
    pub(crate) dns: Vec<SocketAddr>,
    /// Where our own mail goes.
    pub(crate) internal_hop: Hop,
    /// Where all other mail goes.
    pub(crate) external_hop: External,
    /// What this gateway logs in with at them.
    pub(crate) logins: Vec<LoginFiles>,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub(crate) authorities: Option<String>,
}

/// The configuration cannot be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read `{}`; `chancery init DIR` writes a commented one", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It has faults.
    #[error("`{}` cannot be run:\n\n{shown}", path.display())]
    Faults {
        /// The file.
        path: PathBuf,
        /// All that is wrong, as it is found.
        faults: Vec<Fault>,
        /// The same as text, with the lines it is about.
        shown: String,
    },
}

/// Values that cannot be used, so far: the key, and what to write or why.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(&'static str, String)>);

impl Faults {
    pub(super) fn require(&mut self, holds: bool, key: &'static str, reason: &str) {
        if !holds {
            self.0.push((key, reason.to_owned()));
        }
    }

    pub(super) fn within<T: Copy + PartialOrd + std::fmt::Display>(
        &mut self,
        value: T,
        bounds: std::ops::RangeInclusive<T>,
        key: &'static str,
    ) {
        let reason = format!("write a number from {} to {}", bounds.start(), bounds.end());
        self.require(bounds.contains(&value), key, &reason);
    }

    pub(super) fn take<T>(&mut self, result: Result<T, String>, key: &'static str) -> Option<T> {
        result.map_err(|reason| self.0.push((key, reason))).ok()
    }

    /// As faults of a file with this text.
    fn placed(self, text: &str) -> impl Iterator<Item = Fault> {
        self.0.into_iter().map(|(key, reason)| Fault {
            key: key.to_owned(),
            span: form::place(text, key),
            message: format!("`{key}` cannot be so"),
            reason,
            is_missing: false,
        })
    }
}

impl Config {
    /// Reads and checks `path`. Relative paths in it start at its own folder.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], which names the file, the key and what to write.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let base = path.canonicalize().ok().and_then(|it| it.parent().map(Path::to_owned));
        let base = base.unwrap_or_default();
        let mut form = Form::read(&text);
        let mut values = Faults::default();
        let config = form.file.take().and_then(|it| Self::check(it, &base, &mut values));
        // What is wrong with a value that nobody wrote was told before.
        values.0.retain(|(key, _)| form.says(key));
        let mut faults = form.faults;
        faults.extend(values.placed(&text));
        match config {
            Some(config) if faults.is_empty() => Ok(config),
            Some(_) | None => {
                let shown = fault::shown(&path.display().to_string(), &text, &faults);
                Err(ConfigError::Faults { path: path.to_owned(), faults, shown })
            }
        }
    }

    /// The listeners of SMTP: the one of the configuration's beginnings, then the others.
    pub(crate) fn listeners(&self) -> impl Iterator<Item = (SocketAddr, Listener)> {
        let first = Listener { kind: ListenerKind::Relay, tls: ListenerTls::Starttls };
        let smtp = &self.file.smtp;
        let others = smtp.listener.iter();
        let others = others.map(|it| (it.listen, Listener { kind: it.kind, tls: it.tls }));
        std::iter::once((smtp.listen, first)).chain(others)
    }

    /// Bounds of one message.
    pub(crate) fn bounds(&self) -> Bounds {
        let limits = &self.file.examination.limits;
        Bounds {
            parts: limits.parts,
            depth: limits.depth,
            header_octets: u64::from(limits.header_kib).saturating_mul(1 << 10),
            header_fields: limits.header_fields,
            parameters: limits.parameters,
            unpacked_octets: u64::from(limits.unpacked_mib).saturating_mul(1 << 20),
            members: limits.members,
            ratio: limits.ratio,
        }
    }

    fn check(file: File, base: &Path, faults: &mut Faults) -> Option<Self> {
        let data = base.join(&file.data);
        let rules = base.join(&file.rules);
        check_general(&file, &data, faults);
        check_rules(&file, &rules, faults);
        check_network(&file, faults);
        let database = database::check(&file, base, faults);
        let examination = &file.examination;
        faults.within(examination.workers, 1..=WORKERS_MAX, "examination.workers");
        let budget = examination.budget_seconds;
        faults.within(budget, 1..=BUDGET_SECONDS_MAX, "examination.budget-seconds");
        let limit = examination.limit_seconds;
        faults.within(limit, 1..=LIMIT_SECONDS_MAX, "examination.limit-seconds");
        check_limits(&examination.limits, faults);
        check_hold(&file.hold, faults);
        faults.within(file.limits.sessions, 1..=SESSIONS_MAX, "limits.sessions");
        let tls = file.tls.as_ref().map(|it| (base.join(&it.certificate), base.join(&it.key)));
        if let Some((certificate, key)) = &tls {
            faults.require(certificate.is_file(), "tls.certificate", "there is no such file");
            faults.require(key.is_file(), "tls.key", "there is no such file");
        }
        let dns = file.dns.servers.clone().unwrap_or_else(name_servers);
        let hops = hops::check(&file, base, &dns, faults);
        let accounts = file.submission.as_ref().map(|it| base.join(&it.accounts));
        let recipients = file.smtp.recipients.as_ref().map(|it| base.join(it));
        check_listeners(&file, accounts.as_deref(), recipients.as_deref(), faults);
        let Hops { internal, external, authorities, logins } = hops?;
        let shadow_rules = file.shadow.as_ref().map(|it| base.join(&it.rules));
        let percent = file.shadow.as_ref().map_or(0, |it| it.gate_percent);
        faults.within(percent, 0..=100, "shadow.gate-percent");
        let is_other = shadow_rules.as_ref() != Some(&rules);
        faults.require(
            is_other,
            "shadow.rules",
            "these are the rules in force; write another path",
        );
        Some(Self {
            database,
            shadow_rules,
            folders: Folders {
                store: data.join("store"),
                bodies: data.join("bodies"),
                keys: data.join("keys"),
            },
            rules,
            rules_keys: file.rules_keys.iter().map(|it| base.join(it)).collect(),
            rules_counter: data.join("rules.counter"),
            rules_active: data.join("rules.active"),
            directory: file.directory.as_ref().map(|it| base.join(it)),
            accounts,
            recipients,
            tls,
            dns,
            internal_hop: internal,
            external_hop: external,
            authorities,
            logins,
            file,
        })
    }
}

fn check_hold(hold: &file::Hold, faults: &mut Faults) {
    faults.within(hold.days, 1..=HOLD_DAYS_MAX, "hold.days");
    faults.within(hold.tell_every_minutes, 1..=TELL_MINUTES_MAX, "hold.tell-every-minutes");
    let few = hold.tell.len() <= TELL_MAX;
    faults.require(few, "hold.tell", &format!("write at most {TELL_MAX} addresses"));
    for written in &hold.tell {
        let parsed = Address::parse(written);
        faults.take(parsed.map_err(|error| format!("`{written}`: {error}")), "hold.tell");
    }
}

/// A message within these is examined in the time and memory that an examiner has.
fn check_limits(limits: &file::MessageLimits, faults: &mut Faults) {
    faults.within(limits.parts, 100..=20_000, "examination.limits.parts");
    faults.within(limits.depth, 5..=99, "examination.limits.depth");
    faults.within(limits.header_kib, 16..=4_096, "examination.limits.header-kib");
    faults.within(limits.header_fields, 500..=100_000, "examination.limits.header-fields");
    faults.within(limits.parameters, 16..=2_000, "examination.limits.parameters");
    faults.within(limits.unpacked_mib, 1..=1_024, "examination.limits.unpacked-mib");
    faults.within(limits.members, 10..=100_000, "examination.limits.members");
    faults.within(limits.ratio, 10..=10_000, "examination.limits.ratio");
}

fn check_rules(file: &File, rules: &Path, faults: &mut Faults) {
    let wanted = usize::from(file.rules_approvals);
    let reason = "write a number from 1 to the number of `rules-keys`";
    let can_be = wanted == 1 || (1..=file.rules_keys.len()).contains(&wanted);
    faults.require(can_be, "rules-approvals", reason);
    let reason = format!("there is no folder or bundle `{}`", rules.display());
    faults.require(rules.exists(), "rules", &reason);
    if rules.is_file() {
        let reason = "this is a bundle; write the public keys that may sign it, such as \
                      `rules-keys = [\"rules.key.pub\"]`";
        faults.require(!file.rules_keys.is_empty(), "rules-keys", reason);
    } else {
        let reason = "`rules` is a folder, which nobody signs; remove this line, or write the \
                      bundle that `writ build` makes as `rules`";
        faults.require(file.rules_keys.is_empty() || !rules.exists(), "rules-keys", reason);
    }
}

fn check_general(file: &File, data: &Path, faults: &mut Faults) {
    let hostname_fits = Domain::parse(&file.hostname).is_ok();
    faults.require(hostname_fits, "hostname", "write a host name such as `gateway.acme.example`");
    let usable = data.is_dir() || !data.exists();
    faults.require(usable, "data", "this is a file; write the path of a folder");
    let url = file.portal.url.trim_end_matches('/');
    faults.require(
        url.starts_with("https://") && !url.contains(['?', '#', ' ']),
        "portal.url",
        "write the address that recipients use, such as `https://secure.acme.example`",
    );
}

fn check_network(file: &File, faults: &mut Faults) {
    let same = file.portal.listen == file.smtp.listen;
    faults.require(!same, "portal.listen", "SMTP listens there; choose another port");
    let delay = file.smtp.greeting_delay_seconds;
    faults.within(delay, 0..=GREETING_DELAY_SECONDS_MAX, "smtp.greeting-delay-seconds");
    for written in &file.smtp.proxy_networks {
        let key = "smtp.proxy-networks";
        let parsed = Network::parse(written).map_err(|error| format!("`{written}`: {error}"));
        let everybody = faults.take(parsed, key).is_some_and(|it| it.prefix() == 0);
        let reason = format!("`{written}` is everybody, who could then be anybody");
        faults.require(!everybody, key, &reason);
    }
    for written in &file.smtp.relay_networks {
        let key = "smtp.relay-networks";
        let parsed = Network::parse(written).map_err(|error| format!("`{written}`: {error}"));
        let everybody = faults.take(parsed, key).is_some_and(|it| it.prefix() == 0);
        let reason = format!("`{written}` is everybody: this would be an open relay");
        faults.require(!everybody, key, &reason);
    }
}

/// The name servers of this machine, in their order.
fn name_servers() -> Vec<SocketAddr> {
    let text = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let address = |line: &str| {
        let mut words = line.split_whitespace();
        let is_server = words.next() == Some("nameserver");
        let address = words.next().filter(|_| is_server)?.parse().ok()?;
        Some(SocketAddr::new(address, 53))
    };
    text.lines().filter_map(address).collect()
}

fn check_listeners(
    file: &File,
    accounts: Option<&Path>,
    recipients: Option<&Path>,
    faults: &mut Faults,
) {
    let key = "smtp.listener";
    let mut addresses: Vec<SocketAddr> = file.smtp.listener.iter().map(|it| it.listen).collect();
    addresses.extend([file.smtp.listen, file.portal.listen]);
    let count = addresses.len();
    addresses.sort_unstable();
    addresses.dedup();
    let distinct = addresses.len() == count || file.smtp.listener.is_empty();
    faults.require(distinct, key, "two of all the addresses are the same; choose another port");
    let few = file.smtp.listener.len() <= LISTENERS_MAX;
    faults.require(few, key, &format!("write at most {LISTENERS_MAX} of them"));
    let mut lmtp = file.smtp.listener.iter().filter(|it| it.kind == ListenerKind::Lmtp);
    let reason = "at port 25 everybody expects SMTP (RFC 2033 §5); choose another, such as 24";
    faults.require(lmtp.all(|it| it.listen.port() != 25), key, reason);
    let submits = file.smtp.listener.iter().any(|it| it.kind == ListenerKind::Submission);
    let reason = "nobody could log in; write `[submission]` with `accounts`";
    faults.require(!submits || accounts.is_some(), key, reason);
    if let Some(path) = accounts {
        let read = fs::File::open(path).map_err(anyhow::Error::from).and_then(Accounts::read);
        faults.take(read.map_err(|error| format!("{error:#}")), "submission.accounts");
    }
    if let Some(path) = recipients {
        let read = fs::File::open(path).map_err(anyhow::Error::from).and_then(Recipients::read);
        faults.take(read.map_err(|error| format!("{error:#}")), "smtp.recipients");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        hostname = "gateway.acme.example"
        data = "data"
        rules = "rules"
        [smtp]
        listen = "127.0.0.1:2525"
        relay-networks = ["127.0.0.0/8"]
        [portal]
        listen = "127.0.0.1:8443"
        url = "https://127.0.0.1:8443"
        [next-hop.internal]
        address = "127.0.0.1:2526"
        tls = "never"
        [next-hop.external]
        address = "127.0.0.1:2527"
    "#;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chancery.toml");
        fs::write(&path, text).unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        Config::load(&path)
    }

    #[test]
    fn a_message_may_have_what_the_tool_lets_it_have() {
        let folder = tempfile::tempdir().unwrap();
        crate::config::write_template(folder.path()).unwrap();
        let bounds = Config::load(&folder.path().join("chancery.toml")).unwrap().bounds();
        let shipped = examine::Limits::default();
        let octets = |it: usize| u64::try_from(it).unwrap();
        let counts = [bounds.parts, bounds.depth, bounds.header_fields, bounds.parameters];
        let shipped_counts =
            [shipped.parts, shipped.depth, shipped.header_fields, shipped.parameters];
        assert_eq!(counts.map(u64::from), shipped_counts.map(octets));
        assert_eq!(bounds.header_octets, octets(shipped.header_octets));
        assert_eq!(bounds.unpacked_octets, shipped.unpacked_octets);
        assert_eq!(u64::from(bounds.members), octets(shipped.members));
        assert_eq!(u64::from(bounds.ratio), shipped.ratio);
    }

    #[test]
    fn paths_start_at_the_file() {
        let config = load(GOOD).unwrap();
        assert!(config.folders.store.is_absolute());
        assert!(config.folders.store.ends_with("data/store"));
        assert_eq!(config.file.examination.budget_seconds, 10);
    }

    #[test]
    fn each_wrong_value_names_its_key() {
        let wrong = [
            ("\"gateway.acme.example\"", "\"no good\"", "hostname"),
            ("https://", "http://", "portal.url"),
            ("127.0.0.0/8", "127.0.0.1/8", "smtp.relay-networks"),
            ("127.0.0.1:2527", "nowhere", "next-hop.external.address"),
            (
                "[portal]",
                "[examination]\nlimit-seconds = 51\n[portal]",
                "examination.limit-seconds",
            ),
            ("127.0.0.0/8", "0.0.0.0/0", "smtp.relay-networks"),
            ("127.0.0.1:8443\"\n", "127.0.0.1:2525\"\n", "portal.listen"),
            (
                "relay-networks",
                "proxy-networks = [\"::/0\"]\nrelay-networks",
                "smtp.proxy-networks",
            ),
            (
                "relay-networks",
                "greeting-delay-seconds = 61\nrelay-networks",
                "smtp.greeting-delay-seconds",
            ),
            ("127.0.0.1:2527", "127.0.0.1:2525", "next-hop.external.address"),
            (
                "[portal]",
                "[[smtp.listener]]\nlisten = \"127.0.0.1:2525\"\n[portal]",
                "smtp.listener",
            ),
            (
                "[portal]",
                "[[smtp.listener]]\nlisten = \"127.0.0.1:465\"\nkind = \"submission\"\n[portal]",
                "smtp.listener",
            ),
            ("[portal]", "[submission]\naccounts = \"nowhere\"\n[portal]", "submission.accounts"),
            ("relay-networks", "recipients = \"nowhere\"\nrelay-networks", "smtp.recipients"),
            ("data = \"data\"", "data = \"chancery.toml\"", "data"),
            ("rules = \"rules\"", "rules = \"rulez\"", "rules"),
            ("rules = \"rules\"", "rules-approvals = 2\nrules = \"rules\"", "rules-approvals"),
            ("[portal]", "[store]\nurl = \"postgres://a:b@c/d\"\n[portal]", "store.url"),
            (
                "[portal]",
                "[store]\nurl = \"postgres://a@192.0.2.7/d\"\n[portal]",
                "store.authority",
            ),
            (
                "[portal]",
                "[store]\nurl = \"postgres://a@127.0.0.1/d\"\npassword = \"nowhere\"\n[portal]",
                "store.password",
            ),
            (
                "[portal]",
                "[store]\nurl = \"postgres://a@127.0.0.1/d\"\nlease-seconds = 9\n[portal]",
                "store.lease-seconds",
            ),
            ("[portal]", "[limits]\nsessions = 0\n[portal]", "limits.sessions"),
            ("[portal]", "[shadow]\nrules = \"rules\"\n[portal]", "shadow.rules"),
            ("[portal]", "[hold]\ntell = [\"nobody\"]\n[portal]", "hold.tell"),
            ("[portal]", "[hold]\ntell-every-minutes = 0\n[portal]", "hold.tell-every-minutes"),
        ];
        for (from, to, expected) in wrong {
            assert!(GOOD.contains(from), "{from}");
            assert_eq!(faults(&GOOD.replacen(from, to, 1)), [expected]);
        }
    }

    #[test]
    fn all_wrong_values_are_told_at_once() {
        let text = GOOD.replace("\"gateway.acme.example\"", "\"no good\"");
        let text = text.replace("127.0.0.1:2527", "nowhere").replace("https://", "http://");
        assert_eq!(faults(&text), ["hostname", "portal.url", "next-hop.external.address"]);
    }

    fn faults(text: &str) -> Vec<String> {
        match load(text).unwrap_err() {
            ConfigError::Faults { faults, .. } => faults.into_iter().map(|it| it.key).collect(),
            other @ ConfigError::Read { .. } => panic!("{other}"),
        }
    }
}
