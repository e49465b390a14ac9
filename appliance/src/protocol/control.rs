//! Between the master and each role, over the role's standard input.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::hop::{Entry, Hop, TlsWish};
use crate::tally::Tally;

/// The processes of the appliance.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Role {
    /// Examines and decides for the spool, number 0 and up.
    Exam(u8),
    /// Speaks SMTP to next hops.
    Deliver,
    /// Speaks SMTP to peers.
    Front,
    /// Holds the keys.
    Keyd,
    /// Checks the passwords of submission.
    Login,
    /// Serves the recipients' portal.
    Portal,
    /// Examines messages for the portal's readers.
    Reader,
    /// Asks the domain name system, and by it whether mail comes from whom it says.
    Resolve,
    /// Owns the queue and the store.
    Spool,
}

/// From the master to a role.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Control {
    /// First of all: what the role works with. Its listeners, if it has any, go with it.
    Start(Box<Start>),
    /// A line to another role goes with it.
    Attach {
        peer: Role,
        /// Counts the lines between these two.
        line: u64,
    },
    /// A list of the operator's, as an open file that goes with it.
    List(List),
    /// Say that you live.
    Ping,
    /// The rules; a sealed memory file goes with it to examiners.
    Rules(Box<Organisation>),
    /// Other rules that run beside those in force, or that there are none.
    Shadow(Option<Box<Organisation>>),
    /// End when what is under way has ended.
    Stop,
}

/// Lists that an operator keeps beside the configuration.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum List {
    /// The accounts of submission.
    Accounts,
    /// The recipients that there are in our domains.
    Recipients,
}

/// What a listener is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ListenerKind {
    /// Mail servers: ours from the relay networks, all others to our own domains.
    #[default]
    Relay,
    /// As `Relay`, by LMTP: every recipient is answered by itself.
    Lmtp,
    /// People and programs with an account.
    Submission,
}

/// How TLS begins at a listener.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ListenerTls {
    /// With the connection.
    Implicit,
    /// When the peer asks for it.
    #[default]
    Starttls,
}

/// A listener of SMTP; its socket goes with the start, in the same order.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Listener {
    /// What it is for.
    pub(crate) kind: ListenerKind,
    /// How TLS begins.
    pub(crate) tls: ListenerTls,
}

/// What one network of strangers may send in a minute; 0 is without a bound.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Rates {
    /// Messages.
    pub(crate) messages: u32,
    /// Recipients.
    pub(crate) recipients: u32,
}

/// What becomes of a bare CR or LF in mail of the relay networks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LineEndings {
    /// It becomes CRLF.
    Fix,
    /// The message is refused.
    #[default]
    Refuse,
}

/// From a role to the master.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) enum Report {
    /// The sandbox is entered and work is awaited. What the sandbox is, in words.
    Ready {
        /// Such as `landlock 7, seccomp, uid 7803`.
        sandbox: String,
    },
    /// It was asked, and lives.
    Alive,
    /// What it counted since it told before.
    Counted(Box<Tally>),
    /// The rules with this digest are in use.
    RulesTaken {
        /// SHA-256 of the bundle.
        digest: [u8; 32],
    },
    /// The line to this role ended, or it did not answer in time. The master joins the two anew, or
    /// ends the one that stalled; what is said of a line that it has replaced says nothing.
    LineLost {
        peer: Role,
        /// As it was attached.
        line: u64,
    },
}

/// What a role works with. One type for all: a role reads what concerns it, and nothing here is
/// secret.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Start {
    /// Which role this is.
    pub(crate) role: Role,
    /// Lay out of the data folder.
    pub(crate) folders: Folders,
    /// Where the rows are, if not in a file. The password, if there is one, comes as a sealed memory
    /// file with the start of a role that enters it.
    pub(crate) database: Option<DatabaseServer>,
    /// The name this host gives itself in SMTP.
    pub(crate) hostname: String,
    /// Where the portal is reached, without a slash at the end.
    pub(crate) portal_url: String,
    /// Certificate chain in PEM form, for the roles that speak TLS.
    pub(crate) certificate_pem: String,
    /// Signature schemes of its key (RFC 8446 §4.2.3), which `keyd` signs with.
    pub(crate) tls_schemes: Vec<u16>,
    /// Peers that may relay and whose header From may count as internal.
    pub(crate) relay_networks: Vec<String>,
    /// Name servers; with none, nothing that needs them is checked.
    pub(crate) dns: Vec<SocketAddr>,
    /// The keys that sign outgoing mail; `keyd` has them.
    pub(crate) dkim: Vec<DkimKey>,
    /// The listeners of SMTP.
    pub(crate) listeners: Vec<Listener>,
    /// Peers that say who the peer is (PROXY protocol).
    pub(crate) proxy_networks: Vec<String>,
    /// How long strangers wait for the greeting, milliseconds.
    pub(crate) greeting_delay_ms: u64,
    /// What a network of strangers may send.
    pub(crate) rates: Rates,
    /// Our own mail server is asked whether there is a recipient.
    pub(crate) asks_next_hop: bool,
    /// What becomes of bare CR and LF of the relay networks.
    pub(crate) line_ends: LineEndings,
    /// Where mail for our domains goes.
    pub(crate) internal_hop: Hop,
    /// Where all other mail goes.
    pub(crate) external_hop: External,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub(crate) authorities: Option<String>,
    /// What this gateway logs in with at next hops; `keyd` has the secrets.
    pub(crate) logins: Vec<Login>,
    /// How long an examination may take before the reply, milliseconds.
    pub(crate) examination_budget_ms: u64,
    /// How long an examiner may take before it counts as stalled, milliseconds.
    pub(crate) examination_limit_ms: u64,
    /// Bounds of one message beside its size, which the rules give.
    pub(crate) examination_bounds: Bounds,
    /// How many examiners the rules in force have; one more, if there is one, has other rules.
    pub(crate) examiners: u8,
    /// Sessions at once.
    pub(crate) sessions_max: u32,
    /// Below this, nothing is accepted, octets.
    pub(crate) free_octets_min: u64,
    /// What is held.
    pub(crate) hold: Hold,
}

/// A database of a server.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct DatabaseServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Whose database it is.
    pub(crate) user: String,
    /// Its name.
    pub(crate) database: String,
    /// Who vouches for the server, in PEM form; without one there is no TLS.
    pub(crate) authority_pem: Option<String>,
    /// What this node is called.
    pub(crate) node: String,
    /// How long a node that says nothing more keeps what it delivers, milliseconds.
    pub(crate) lease_ms: u64,
}

/// Where mail for others than ours goes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum External {
    /// To one place.
    Hop(Hop),
    /// To the servers of its domains.
    ByNames(ByNames),
}

impl External {
    /// How servers are found by names, where they are.
    pub(crate) fn by_names(&self) -> Option<&ByNames> {
        match self {
            Self::Hop(_) => None,
            Self::ByNames(by_names) => Some(by_names),
        }
    }
}

/// How servers are found by names.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct ByNames {
    /// What is wanted of TLS, at least.
    pub(crate) tls: TlsWish,
    /// Domains whose mail goes elsewhere than their names say; the first that fits counts.
    pub(crate) exceptions: Vec<Exception>,
    /// Where they listen: 25.
    pub(crate) port: u16,
    /// Networks that are not of the internet, and that they may be in nevertheless.
    pub(crate) private: Vec<String>,
    /// Addresses of this gateway, beside those that its name has.
    pub(crate) own_addresses: Vec<IpAddr>,
    /// Answers are checked by their signatures.
    pub(crate) is_validating: bool,
    /// The keys that they are checked from, as `DNSKEY` records; those of the root when absent.
    pub(crate) anchors: Option<String>,
    /// Domains that ask for it are told how TLS to their servers goes.
    pub(crate) reports: bool,
}

/// A domain whose mail goes elsewhere than its names say.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Exception {
    /// The domain, or `*.` and a domain for all below it.
    pub(crate) domain: String,
    /// The name or the address of its server.
    pub(crate) server: String,
    /// Where that listens.
    pub(crate) port: u16,
    /// What is wanted of TLS.
    pub(crate) tls: TlsWish,
    /// How it is entered.
    pub(crate) entry: Entry,
}

/// What this gateway logs in with at a next hop, without its secrets.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Login {
    /// What the operator calls it: letters, digits and hyphens.
    pub(crate) name: String,
    /// The user whose password `keyd` has.
    pub(crate) user: Option<String>,
    /// The certificate whose key `keyd` has.
    pub(crate) certificate: Option<Shown>,
}

/// A certificate that this gateway shows.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Shown {
    /// It and its chain, in PEM form.
    pub(crate) chain_pem: String,
    /// Signature schemes of its key (RFC 8446 §4.2.3).
    pub(crate) schemes: Vec<u16>,
}

/// A key that signs outgoing mail, without its secret.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct DkimKey {
    /// Who signs; in lower case.
    pub(crate) domain: String,
    /// Its name under the domain.
    pub(crate) selector: String,
    /// It is one of RSA, and of Ed25519 otherwise.
    pub(crate) is_rsa: bool,
}

/// Bounds of one message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Bounds {
    /// Parts.
    pub(crate) parts: u32,
    /// Parts within parts.
    pub(crate) depth: u32,
    /// Octets of one header.
    pub(crate) header_octets: u64,
    /// Header fields of all parts.
    pub(crate) header_fields: u32,
    /// Parameters of a field.
    pub(crate) parameters: u32,
    /// Octets that all archives unpack to.
    pub(crate) unpacked_octets: u64,
    /// Files in all archives.
    pub(crate) members: u32,
    /// Unpacked octets for each packed one.
    pub(crate) ratio: u32,
}

/// What happens to messages that are held.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Hold {
    /// After so many days they are returned.
    pub(crate) days: u16,
    /// Whether the sender is told that a message waits.
    pub(crate) tells_sender: bool,
    /// Addresses that are told what is newly held.
    pub(crate) tell: Vec<String>,
    /// The shortest time between two such mails, milliseconds.
    pub(crate) tell_every_ms: u64,
}

/// Where things are on disk.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Folders {
    /// The database and its journal.
    pub(crate) store: PathBuf,
    /// Sealed bodies.
    pub(crate) bodies: PathBuf,
    /// Keys.
    pub(crate) keys: PathBuf,
}

/// What the rules say of the organisation.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Organisation {
    /// SHA-256 of what the examiners are handed: the compiled rules and the directory.
    pub(crate) digest: [u8; 32],
    /// What the rules are known by, as `writ decide` tells it of the same rules.
    pub(crate) rules: [u8; 32],
    /// The counter of a signed bundle.
    pub(crate) counter: Option<u64>,
    /// The keys that stand for it.
    pub(crate) signers: Vec<String>,
    /// Its name.
    pub(crate) name: String,
    /// Domains that are ours, as written: `acme.example`, `*.acme.example`.
    pub(crate) domains: Vec<String>,
    /// Whom notices come from.
    pub(crate) postmaster: String,
    /// Whom recipients may ask.
    pub(crate) help_desk: String,
    /// How long anything is kept at most, seconds.
    pub(crate) retention_secs: u64,
    /// Decoded octets of one message.
    pub(crate) message_octets_max: u64,
    /// Relay networks that the rules name.
    pub(crate) relay_networks: Vec<String>,
    /// Addresses that rules send copies and notifications to; an examiner may name no others.
    pub(crate) told: Vec<String>,
    /// Names of all that can decide, sorted; an examiner may name no others.
    pub(crate) deciders: Vec<String>,
    /// Names of those that rules hold messages for, sorted; an examiner may name no others.
    pub(crate) releasers: Vec<String>,
    /// Some recipients are refused before the message comes.
    pub(crate) rejects_at_rcpt: bool,
    /// What happens to a message that cannot be decided.
    pub(crate) on_error: OnError,
    /// IANA name of the zone that dates are shown in.
    pub(crate) time_zone: String,
}

/// What happens to a message that cannot be decided.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) enum OnError {
    /// Bounce it.
    Bounce,
    /// Hold it.
    #[default]
    Hold,
    /// Refuse it.
    Reject,
}

impl Role {
    /// The word that starts this role, `chancery role WORD`, and that names it in the log.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Exam(_) => "exam",
            Self::Deliver => "deliver",
            Self::Front => "front",
            Self::Keyd => "keyd",
            Self::Login => "login",
            Self::Portal => "portal",
            Self::Reader => "reader",
            Self::Resolve => "resolve",
            Self::Spool => "spool",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exam(number) => write!(f, "exam-{number}"),
            Self::Deliver
            | Self::Front
            | Self::Keyd
            | Self::Login
            | Self::Portal
            | Self::Reader
            | Self::Resolve
            | Self::Spool => f.write_str(self.word()),
        }
    }
}
