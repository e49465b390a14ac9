//! The trace line that every server puts in front of a message.
//!
//! # Standards
//!
//! RFC 5321 §4.4, RFC 3848 (protocol names).

use std::net::IpAddr;

use grammar::literal::{Address, Domain};

use super::{date::Date, header};
use crate::smtp::server::PeerName;

/// What a trace line tells.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    /// The name the peer gave itself.
    pub peer_name: &'a PeerName,
    /// Its address.
    pub peer_ip: IpAddr,
    /// The name that the DNS gives to that address, confirmed in both directions.
    pub peer_host: Option<&'a Domain>,
    /// Our name.
    pub by: &'a Domain,
    /// The protocol, from [`crate::smtp::server::Session::protocol`].
    pub protocol: &'a str,
    /// Version and cipher of TLS, such as `TLSv1.3 TLS13_AES_256_GCM_SHA384`.
    pub tls: Option<&'a str>,
    /// Our name for the message.
    pub id: &'a str,
    /// The recipient. Only if there is one alone, so that none learns of another.
    pub recipient: Option<&'a Address>,
    /// When the message came.
    pub date: Date,
}

impl Trace<'_> {
    /// Writes the line, folded, with its CRLF.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let ip = match self.peer_ip {
            IpAddr::V4(ip) => format!("[{ip}]"),
            IpAddr::V6(ip) => format!("[IPv6:{ip}]"),
        };
        let peer = match self.peer_host {
            Some(host) => format!("({host} {ip})"),
            None => format!("({ip})"),
        };
        let mut words = vec![format!("from {}", self.peer_name), peer];
        words.push(format!("by {}", self.by));
        words.push(format!("with {}", atom(self.protocol)));
        if let Some(tls) = self.tls {
            let parts: Vec<String> = tls.split(' ').map(atom).collect();
            words.push(format!("({})", parts.join(" ")));
        }
        words.push(format!("id {}", atom(self.id)));
        if let Some(recipient) = self.recipient {
            words.push(format!("for <{recipient}>"));
        }
        if let Some(last) = words.last_mut() {
            last.push(';');
        }
        words.push(self.date.to_string());
        let mut out = Vec::new();
        header::words(&mut out, "Received", words);
        out
    }
}

/// Keeps what an atom may have, short enough for a line.
fn atom(text: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "-._+".contains(*letter);
    text.chars().filter(is_plain).take(60).collect()
}
