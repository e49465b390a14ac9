//! The form of `chancery.toml`, as written. A key that is not known is an error with its place.

use std::{net::SocketAddr, path::PathBuf};

use serde::Deserialize;

use crate::protocol::{
    control::{LineEndings, ListenerKind, ListenerTls},
    hop::TlsWish,
};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct File {
    /// The name this host gives itself in SMTP.
    pub(crate) hostname: String,
    /// Where everything is kept.
    pub(crate) data: PathBuf,
    /// The folder of the rules, or a signed bundle of them.
    pub(crate) rules: PathBuf,
    /// Public keys that may sign a bundle.
    #[serde(default)]
    pub(crate) rules_keys: Vec<PathBuf>,
    /// How many of these must stand for a bundle.
    #[serde(default = "one")]
    pub(crate) rules_approvals: u8,
    /// Groups and attributes of people, as JSON.
    pub(crate) directory: Option<PathBuf>,
    /// Where the rows are, if not below `data`.
    pub(crate) store: Option<StoreTable>,
    /// Taking mail in.
    pub(crate) smtp: Smtp,
    /// Accounts that may send.
    pub(crate) submission: Option<Submission>,
    /// The recipients' portal.
    pub(crate) portal: Portal,
    /// Where mail goes.
    pub(crate) next_hop: NextHops,
    /// Where names are asked for.
    #[serde(default)]
    pub(crate) dns: Dns,
    /// The certificate; a self-signed one is made when absent.
    pub(crate) tls: Option<Tls>,
    /// Examination.
    #[serde(default)]
    pub(crate) examination: Examination,
    /// What is held.
    #[serde(default)]
    pub(crate) hold: Hold,
    /// Other rules beside those in force.
    pub(crate) shadow: Option<Shadow>,
    /// Bounds.
    #[serde(default)]
    pub(crate) limits: Limits,
}

/// `[store]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct StoreTable {
    /// The database of a server.
    pub(crate) url: String,
    /// The file with the password.
    pub(crate) password: Option<PathBuf>,
    /// Who vouches for the server, in PEM form.
    pub(crate) authority: Option<PathBuf>,
    /// What this node is called; the name of this host when absent.
    pub(crate) node: Option<String>,
    /// How long a node that says nothing more keeps what it delivers, seconds.
    #[serde(default = "lease_seconds")]
    pub(crate) lease_seconds: u16,
}

/// `[smtp]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Smtp {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// Peers that may relay.
    #[serde(default)]
    pub(crate) relay_networks: Vec<String>,
    /// What becomes of a bare CR or LF in what these peers send.
    #[serde(default)]
    pub(crate) line_ends: LineEndings,
    /// Proxies in front, which say who the peer is.
    #[serde(default)]
    pub(crate) proxy_networks: Vec<String>,
    /// How long strangers wait for the greeting, seconds.
    #[serde(default)]
    pub(crate) greeting_delay_seconds: u8,
    /// The mail server of our people is asked which recipients there are.
    #[serde(default)]
    pub(crate) ask_next_hop: bool,
    /// The recipients that there are in our domains, one a line.
    pub(crate) recipients: Option<PathBuf>,
    /// More listeners.
    #[serde(default)]
    pub(crate) listener: Vec<ListenerTable>,
}

/// `[[smtp.listener]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ListenerTable {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// What it is for.
    #[serde(default)]
    pub(crate) kind: ListenerKind,
    /// How TLS begins.
    #[serde(default)]
    pub(crate) tls: ListenerTls,
}

/// `[submission]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Submission {
    /// Who may log in, one a line.
    pub(crate) accounts: PathBuf,
}

/// `[portal]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Portal {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// How recipients reach it.
    pub(crate) url: String,
}

/// `[next-hop]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct NextHops {
    /// For our own domains.
    pub(crate) internal: Hop,
    /// For all others.
    pub(crate) external: External,
    /// For domains whose mail goes elsewhere than their names say.
    #[serde(default)]
    pub(crate) domain: Vec<DomainHop>,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub(crate) authorities: Option<PathBuf>,
    /// What this gateway logs in with.
    #[serde(default)]
    pub(crate) login: Vec<Login>,
}

/// `[[next-hop.login]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Login {
    /// What next hops call it.
    pub(crate) name: String,
    /// A user.
    pub(crate) user: Option<String>,
    /// The file with its password.
    pub(crate) password: Option<PathBuf>,
    /// A certificate that is shown, with its chain, in PEM form.
    pub(crate) certificate: Option<PathBuf>,
    /// The file with its key.
    pub(crate) key: Option<PathBuf>,
}

/// `[next-hop.external]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct External {
    /// As [`Hop`]; or `mx`, for the servers of each domain.
    pub(crate) address: String,
    /// Whether TLS is used.
    #[serde(default = "opportunistic")]
    pub(crate) tls: TlsWish,
    /// Where the servers of domains listen.
    #[serde(default = "smtp")]
    pub(crate) port: u16,
    /// Networks that are not of the internet, and that these servers may be in nevertheless.
    #[serde(default)]
    pub(crate) private: Vec<String>,
    /// As [`Hop::fallback`].
    #[serde(default)]
    pub(crate) fallback: Vec<String>,
    /// As [`Hop::implicit_tls`].
    pub(crate) implicit_tls: Option<bool>,
    /// As [`Hop::login`].
    pub(crate) login: Option<String>,
}

/// `[[next-hop.domain]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct DomainHop {
    /// The domain, or `*.` and a domain.
    pub(crate) domain: String,
    /// `host` or `host:port`; the host is looked up for each mail.
    pub(crate) address: String,
    /// Whether TLS is used.
    #[serde(default = "opportunistic")]
    pub(crate) tls: TlsWish,
    /// As [`Hop::implicit_tls`].
    pub(crate) implicit_tls: Option<bool>,
    /// As [`Hop::login`].
    pub(crate) login: Option<String>,
}

/// One next hop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Hop {
    /// `host:port`; a host name is looked up when the program starts.
    pub(crate) address: String,
    /// Whether TLS is used.
    #[serde(default = "opportunistic")]
    pub(crate) tls: TlsWish,
    /// Others, each as `address`, for when it does not answer.
    #[serde(default)]
    pub(crate) fallback: Vec<String>,
    /// Whether TLS comes before the greeting; at port 465 it does if nothing is said.
    pub(crate) implicit_tls: Option<bool>,
    /// The login that is used.
    pub(crate) login: Option<String>,
}

/// `[dns]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Dns {
    /// Name servers; those of the system when absent, and no checks when empty.
    pub(crate) servers: Option<Vec<SocketAddr>>,
    /// Whether answers about mail servers are checked by their signatures.
    pub(crate) dnssec: Dnssec,
    /// The keys that they are checked from; those of the root when absent.
    pub(crate) trust_anchors: Option<PathBuf>,
    /// Whether domains that ask for it are told how TLS to their servers goes.
    pub(crate) tls_reports: bool,
}

/// Whether answers are checked by their signatures.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Dnssec {
    /// They are not.
    #[default]
    Off,
    /// They are.
    Validate,
}

/// `[tls]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Tls {
    /// The chain in PEM form.
    pub(crate) certificate: PathBuf,
    /// The private key in PEM form.
    pub(crate) key: PathBuf,
}

/// `[examination]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Examination {
    /// Processes that examine.
    pub(crate) workers: u8,
    /// How long the peer waits for the decision, seconds.
    pub(crate) budget_seconds: u16,
    /// How long an examiner may take before it counts as stalled, seconds.
    pub(crate) limit_seconds: u16,
    /// Bounds of one message.
    pub(crate) limits: MessageLimits,
}

/// `[examination.limits]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct MessageLimits {
    /// Parts.
    pub(crate) parts: u32,
    /// Parts within parts.
    pub(crate) depth: u32,
    /// One header, kibibytes.
    pub(crate) header_kib: u32,
    /// Header fields of all parts.
    pub(crate) header_fields: u32,
    /// Parameters of a field.
    pub(crate) parameters: u32,
    /// What all archives unpack to, mebibytes.
    pub(crate) unpacked_mib: u32,
    /// Files in all archives.
    pub(crate) members: u32,
    /// Unpacked octets for each packed one.
    pub(crate) ratio: u32,
}

/// `[hold]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Hold {
    /// After so many days a held message is returned.
    pub(crate) days: u16,
    /// Whether the sender is told that a message waits.
    pub(crate) tell_sender: bool,
    /// Addresses that are told what is newly held.
    pub(crate) tell: Vec<String>,
    /// The shortest time between two such mails, minutes.
    pub(crate) tell_every_minutes: u16,
}

/// `[shadow]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Shadow {
    /// The folder of these rules, or a signed bundle of them; it need not be there.
    pub(crate) rules: PathBuf,
    /// Rules come into force after they decided so many messages there; 0 lets all through.
    #[serde(default)]
    pub(crate) gate_messages: u32,
    /// For so many of a hundred recipients the outcome may be another.
    #[serde(default = "gate_percent")]
    pub(crate) gate_percent: u8,
}

/// `[limits]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Limits {
    /// SMTP sessions at once.
    pub(crate) sessions: u32,
    /// Messages a minute from one network of strangers; 0 is without a bound.
    pub(crate) messages_per_minute: u32,
    /// Recipients a minute from one network of strangers; 0 is without a bound.
    pub(crate) recipients_per_minute: u32,
    /// Below this nothing is accepted, mebibytes.
    pub(crate) free_space_mib: u32,
}

impl Default for Examination {
    fn default() -> Self {
        Self { workers: 2, budget_seconds: 10, limit_seconds: 30, limits: MessageLimits::default() }
    }
}

impl Default for MessageLimits {
    fn default() -> Self {
        Self {
            parts: 2_000,
            depth: 50,
            header_kib: 512,
            header_fields: 20_000,
            parameters: 256,
            unpacked_mib: 128,
            members: 10_000,
            ratio: 250,
        }
    }
}

impl Default for Hold {
    fn default() -> Self {
        Self { days: 14, tell_sender: true, tell: Vec::new(), tell_every_minutes: 60 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 1000,
            messages_per_minute: 300,
            recipients_per_minute: 3000,
            free_space_mib: 256,
        }
    }
}

fn gate_percent() -> u8 {
    5
}

fn lease_seconds() -> u16 {
    120
}

fn one() -> u8 {
    1
}

fn opportunistic() -> TlsWish {
    TlsWish::Opportunistic
}

fn smtp() -> u16 {
    25
}
