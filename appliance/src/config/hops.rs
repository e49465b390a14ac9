//! Where mail goes, as it is written and as it is run.

use std::{
    fs,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    path::Path,
};

use grammar::literal::{Domain, DomainPattern, Network};

use super::{
    check::Faults,
    file::{self, Dnssec, File},
    logins::{self, LoginFiles},
};
use crate::{
    protocol::{
        control::{ByNames, Exception, External},
        hop::{Hop, Server, TlsWish},
    },
    role::resolve::anchors,
};

/// What stands for the servers of each domain.
const BY_NAMES: &str = "mx";
/// Domains whose mail goes elsewhere.
const EXCEPTIONS_MAX: usize = 1_000;
/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 8;
/// Servers of one hop.
const SERVERS_MAX: usize = 32;
/// Octets of a file of keys or certificates.
const FILE_OCTETS_MAX: usize = 1024 * 1024;

/// All next hops.
#[derive(Debug)]
pub(super) struct Hops {
    /// Where our own mail goes.
    pub(super) internal: Hop,
    /// Where all other mail goes.
    pub(super) external: External,
    /// Authorities that are trusted beside those of the system, in PEM form.
    pub(super) authorities: Option<String>,
    /// What this gateway logs in with.
    pub(super) logins: Vec<LoginFiles>,
}

/// Reads and checks all next hops. `dns` are the name servers.
pub(super) fn check(
    file: &File,
    base: &Path,
    dns: &[SocketAddr],
    faults: &mut Faults,
) -> Option<Hops> {
    let hops = &file.next_hop;
    let logins = logins::check(file, base, faults);
    let internal = internal(file, &logins, faults);
    let external = match hops.external.address.as_str() {
        BY_NAMES => by_names(file, base, dns, &logins, faults).map(External::ByNames),
        _ => one(file, &hops.external.address, &logins, faults).map(External::Hop),
    };
    let key = "next-hop.authorities";
    let authorities = hops.authorities.as_deref().map(|it| read(&base.join(it)));
    let authorities = authorities.and_then(|it| faults.take(it, key));
    if let Some(text) = &authorities {
        let usable = vault::tls::Authorities::new(&[], Some(text));
        faults.take(usable.map_err(|it| it.to_string()), key);
    }
    Some(Hops { internal: internal?, external: external?, authorities, logins })
}

/// The mail servers of our own people.
fn internal(file: &File, logins: &[LoginFiles], faults: &mut Faults) -> Option<Hop> {
    let hop = &file.next_hop.internal;
    let written = (hop.login.as_deref(), hop.implicit_tls);
    let all = std::iter::once(&hop.address).chain(&hop.fallback);
    let found = fixed(all, hop.tls, written, logins);
    let found = faults.take(found, "next-hop.internal.address");
    if let Some(found) = &found {
        require_elsewhere(file, found, "next-hop.internal.address", faults);
        require_name(found, hop.tls, "next-hop.internal.tls", faults);
    }
    found
}

/// One place for all.
fn one(file: &File, address: &String, logins: &[LoginFiles], faults: &mut Faults) -> Option<Hop> {
    let hops = &file.next_hop;
    let external = &hops.external;
    let written = (external.login.as_deref(), external.implicit_tls);
    let all = std::iter::once(address).chain(&external.fallback);
    let hop = fixed(all, external.tls, written, logins);
    let hop = faults.take(hop, "next-hop.external.address");
    if let Some(hop) = &hop {
        require_elsewhere(file, hop, "next-hop.external.address", faults);
        require_name(hop, hops.external.tls, "next-hop.external.tls", faults);
    }
    let reason = "this is for `address = \"mx\"` in `[next-hop.external]`";
    faults.require(hops.domain.is_empty(), "next-hop.domain", reason);
    faults.require(hops.external.private.is_empty(), "next-hop.external.private", reason);
    hop
}

fn by_names(
    file: &File,
    base: &Path,
    dns: &[SocketAddr],
    logins: &[LoginFiles],
    faults: &mut Faults,
) -> Option<ByNames> {
    let external = &file.next_hop.external;
    let is_for_one = external.login.is_some() || external.implicit_tls.is_some();
    let reason = "`login` and `implicit-tls` are for a server of yours, and `mx` stands for those of \
                  strangers; a `[[next-hop.domain]]` may have them";
    faults.require(!is_for_one, "next-hop.external", reason);
    let reason = "with `address = \"mx\"` each domain says which its other servers are";
    faults.require(external.fallback.is_empty(), "next-hop.external.fallback", reason);
    let reason = "servers of domains are found by names; write `servers` in `[dns]`";
    faults.require(!dns.is_empty(), "next-hop.external.address", reason);
    let reason = "servers of others are strangers: write `opportunistic`, `required` or `verified`";
    faults.require(external.tls != TlsWish::Never, "next-hop.external.tls", reason);
    faults.require(external.port != 0, "next-hop.external.port", "write 25");
    let key = "next-hop.external.private";
    for written in &external.private {
        let parsed = Network::parse(written).map_err(|error| format!("`{written}`: {error}"));
        faults.take(parsed, key);
    }
    let exceptions = &file.next_hop.domain;
    let reason = format!("write at most {EXCEPTIONS_MAX} of them");
    faults.require(exceptions.len() <= EXCEPTIONS_MAX, "next-hop.domain", &reason);
    let read_one = |it| faults.take(exception(it, logins), "next-hop.domain");
    let exceptions: Vec<Exception> = exceptions.iter().filter_map(read_one).collect();
    let is_us = |it: &Exception| it.server.eq_ignore_ascii_case(&file.hostname);
    let reason = "this is where Chancery itself listens: mail would loop";
    faults.require(!exceptions.iter().any(is_us), "next-hop.domain", reason);
    let text = file.dns.trust_anchors.as_deref().map(|it| read(&base.join(it)));
    let key = "dns.trust-anchors";
    let anchors_text = text.and_then(|it| faults.take(it, key));
    if let Some(text) = &anchors_text {
        faults.take(anchors(text).map_err(|it| format!("{it:#}")), key);
    }
    let listeners = file.smtp.listener.iter().map(|it| it.listen).chain([file.smtp.listen]);
    let own = listeners.map(|it| it.ip()).filter(|it| !it.is_unspecified() && !it.is_loopback());
    Some(ByNames {
        tls: external.tls,
        exceptions,
        port: external.port,
        private: external.private.clone(),
        own_addresses: own.collect(),
        is_validating: file.dns.dnssec == Dnssec::Validate,
        anchors: anchors_text,
    })
}

fn exception(written: &file::DomainHop, logins: &[LoginFiles]) -> Result<Exception, String> {
    let domain = DomainPattern::parse(&written.domain).map_err(|it| it.to_string())?;
    let (server, port) = match written.address.parse::<SocketAddr>() {
        Ok(address) => (address.ip().to_string(), address.port()),
        Err(_) => match written.address.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => {
                let port = port.parse().map_err(|_none| format!("`{port}` is no port"))?;
                (host.to_owned(), port)
            }
            Some(_) | None => (written.address.clone(), 25),
        },
    };
    let is_address = server.parse::<IpAddr>().is_ok();
    if !is_address {
        Domain::parse(&server).map_err(|it| it.to_string())?;
    } else if written.tls == TlsWish::Verified {
        return Err(format!("`{server}` has no name that a certificate could be for"));
    }
    if port == 0 {
        return Err("0 is no port".to_owned());
    }
    let said = (written.login.as_deref(), written.implicit_tls, port);
    let entry = logins::entry(logins, said, written.tls)?;
    Ok(Exception { domain: domain.to_string(), server, port, tls: written.tls, entry })
}

/// Mail that is sent to where this gateway listens comes back for ever.
fn require_elsewhere(file: &File, hop: &Hop, key: &'static str, faults: &mut Faults) {
    let mut listeners = file.smtp.listener.iter().map(|it| it.listen).chain([file.smtp.listen]);
    let own = listeners.any(|own| hop.servers.iter().any(|it| it.address == own));
    faults.require(!own, key, "this is where Chancery itself listens: mail would loop");
}

/// A certificate is for a name.
fn require_name(hop: &Hop, tls: TlsWish, key: &'static str, faults: &mut Faults) {
    let named = hop.servers.iter().all(|it| it.name.is_some());
    let reason = "a certificate is for a name; write a name as the address";
    faults.require(named || tls != TlsWish::Verified, key, reason);
}

/// The servers at these addresses, in their order. `deliver` has no name service inside its sandbox,
/// so names are looked up here; where there are name servers, `resolve` follows them later.
fn fixed<'t>(
    written: impl Iterator<Item = &'t String>,
    tls: TlsWish,
    (login, implicit_tls): (Option<&str>, Option<bool>),
    logins: &[LoginFiles],
) -> Result<Hop, String> {
    let mut servers = Vec::new();
    for written in written {
        let found: Vec<SocketAddr> = match written.to_socket_addrs() {
            Ok(found) => found.take(ADDRESSES_MAX).collect(),
            Err(error) => {
                return Err(format!(
                    "`{written}` cannot be looked up ({error}); write `host:port`"
                ));
            }
        };
        let Some(port) = found.first().map(SocketAddr::port) else {
            return Err(format!("`{written}` has no address"));
        };
        let entry = logins::entry(logins, (login, implicit_tls, port), tls)?;
        let host = written.rsplit_once(':').map_or(written.as_str(), |it| it.0);
        let name = Domain::parse(host).ok().map(|it| it.as_str().to_owned());
        servers.extend(found.into_iter().map(|address| Server {
            name: name.clone(),
            address,
            tls: tls.of(name.as_deref()),
            entry: entry.clone(),
        }));
        if SERVERS_MAX < servers.len() {
            return Err(format!("write at most {SERVERS_MAX} of them"));
        }
    }
    Ok(Hop { servers, strangers: false })
}

fn read(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|it| it.to_string())?;
    if FILE_OCTETS_MAX < text.len() { Err("the file is too long".to_owned()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, check::ConfigError};

    const GOOD: &str = r#"
        hostname = "gateway.acme.example"
        data = "data"
        rules = "rules"
        [smtp]
        listen = "192.0.2.7:25"
        [portal]
        listen = "127.0.0.1:8443"
        url = "https://127.0.0.1:8443"
        [next-hop.internal]
        address = "127.0.0.1:2526"
        tls = "never"
        [next-hop.external]
        address = "mx"
        private = ["10.1.0.0/16"]
        [[next-hop.domain]]
        domain = "*.partner.example"
        address = "smtp.partner.example"
        tls = "verified"
        [[next-hop.domain]]
        domain = "lab.example"
        address = "[2001:db8::1]:2525"
        tls = "encrypted"
        [dns]
        servers = ["127.0.0.1:53"]
        dnssec = "validate"
    "#;

    fn load(text: &str) -> Result<Config, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chancery.toml");
        fs::write(&path, text).unwrap();
        fs::write(folder.path().join("no.pem"), "nothing").unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        Config::load(&path).map_err(|error| match error {
            ConfigError::Faults { faults, .. } => faults.into_iter().map(|it| it.key).collect(),
            other @ ConfigError::Read { .. } => panic!("{other}"),
        })
    }

    #[test]
    fn mail_may_go_to_the_servers_of_each_domain() {
        let config = load(GOOD).unwrap();
        let by_names = config.external_hop.by_names().unwrap();
        assert_eq!(by_names.port, 25);
        assert!(by_names.is_validating && by_names.anchors.is_none());
        assert_eq!(by_names.own_addresses, [IpAddr::from([192, 0, 2, 7])]);
        let exceptions: Vec<_> =
            by_names.exceptions.iter().map(|it| (it.server.as_str(), it.port, it.tls)).collect();
        let expected = [
            ("smtp.partner.example", 25, TlsWish::Verified),
            ("2001:db8::1", 2525, TlsWish::Required),
        ];
        assert_eq!(exceptions, expected);
    }

    #[test]
    fn each_wrong_hop_names_its_key() {
        let external = "address = \"mx\"\n";
        let wrong = [
            ("servers = [\"127.0.0.1:53\"]", "servers = []", "next-hop.external.address"),
            (external, "address = \"mx\"\ntls = \"never\"\n", "next-hop.external.tls"),
            (external, "address = \"mx\"\nport = 0\n", "next-hop.external.port"),
            ("10.1.0.0/16", "10.1.0.0/8", "next-hop.external.private"),
            ("*.partner.example", "*", "next-hop.domain"),
            ("smtp.partner.example\"", "smtp partner\"", "next-hop.domain"),
            ("smtp.partner.example\"", "smtp.partner.example:0\"", "next-hop.domain"),
            ("\"encrypted\"", "\"verified\"", "next-hop.domain"),
            ("smtp.partner.example\"", "Gateway.acme.example\"", "next-hop.domain"),
            ("tls = \"never\"", "tls = \"verified\"", "next-hop.internal.tls"),
            ("\"validate\"", "\"validate\"\ntrust-anchors = \"no.pem\"", "dns.trust-anchors"),
            ("\"validate\"", "\"validate\"\ntrust-anchors = \"nowhere\"", "dns.trust-anchors"),
            ("[dns]", "[next-hop]\nauthorities = \"no.pem\"\n[dns]", "next-hop.authorities"),
        ];
        for (from, to, expected) in wrong {
            assert!(GOOD.contains(from), "{from}");
            assert_eq!(load(&GOOD.replacen(from, to, 1)).unwrap_err(), [expected], "{to}");
        }
        let fixed = GOOD.replacen("\"mx\"", "\"127.0.0.1:2527\"", 1);
        assert_eq!(load(&fixed).unwrap_err(), ["next-hop.domain", "next-hop.external.private"]);
    }
}
