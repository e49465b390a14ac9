//! Questions to the name servers.

use std::net::IpAddr;

use hickory_resolver::{
    TokioResolver,
    net::{DnsError, NetError},
    proto::rr::{Name, RData, RecordType},
};

/// The longest label, octets (RFC 1035 §2.3.4).
const LABEL_OCTETS_MAX: usize = 63;
/// The longest name, octets.
const NAME_OCTETS_MAX: usize = 253;

/// No name server gave an answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the name servers do not answer")]
pub(super) struct Unanswered;

/// Whether a text is a name that can be asked for: labels of 1 to 63 octets.
pub(super) fn is_name(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let fits = |label: &str| (1..=LABEL_OCTETS_MAX).contains(&label.len());
    text.len() <= NAME_OCTETS_MAX && text.split('.').all(fits)
}

/// The texts of a name, each put together of its pieces; none where the name has none.
///
/// # Errors
///
/// [`Unanswered`].
pub(super) async fn texts(dns: &TokioResolver, name: &str) -> Result<Vec<Vec<u8>>, Unanswered> {
    let found = ask(dns, name, RecordType::TXT).await?;
    let text =
        |data: RData| if let RData::TXT(text) = data { Some(text.txt_data.concat()) } else { None };
    Ok(found.into_iter().filter_map(text).collect())
}

/// The addresses of a name, of the version that `like` has.
///
/// # Errors
///
/// [`Unanswered`].
pub(super) async fn addresses(
    dns: &TokioResolver,
    name: &str,
    like: IpAddr,
) -> Result<Vec<IpAddr>, Unanswered> {
    let kind = if like.is_ipv4() { RecordType::A } else { RecordType::AAAA };
    Ok(ask(dns, name, kind).await?.iter().filter_map(RData::ip_addr).collect())
}

/// The mail servers of a name, the preferred first.
///
/// # Errors
///
/// [`Unanswered`].
pub(super) async fn mail_servers(
    dns: &TokioResolver,
    name: &str,
) -> Result<Vec<String>, Unanswered> {
    let server = |data: RData| {
        let RData::MX(server) = data else { return None };
        Some((server.preference, plain(&server.exchange)))
    };
    let found = ask(dns, name, RecordType::MX).await?;
    let mut servers: Vec<_> = found.into_iter().filter_map(server).collect();
    servers.sort();
    Ok(servers.into_iter().map(|(_, name)| name).collect())
}

/// The names of an address, unproved.
///
/// # Errors
///
/// [`Unanswered`].
pub(super) async fn pointers(dns: &TokioResolver, of: IpAddr) -> Result<Vec<String>, Unanswered> {
    let name = Name::from(of).to_ascii();
    let pointer = |data: RData| if let RData::PTR(name) = data { Some(plain(&name)) } else { None };
    Ok(ask(dns, &name, RecordType::PTR).await?.into_iter().filter_map(pointer).collect())
}

fn plain(name: &Name) -> String {
    let labels = name.iter().map(|it| String::from_utf8_lossy(it).to_ascii_lowercase());
    labels.collect::<Vec<_>>().join(".")
}

async fn ask(dns: &TokioResolver, name: &str, kind: RecordType) -> Result<Vec<RData>, Unanswered> {
    // What is no name has nothing.
    let labels = name.trim_end_matches('.').split('.').map(str::as_bytes);
    let Some(name) = Some(name).filter(|it| is_name(it)).and(Name::from_labels(labels).ok()) else {
        return Ok(Vec::new());
    };
    match dns.lookup(name, kind).await {
        Ok(found) => Ok(found.answers().iter().map(|it| it.data.clone()).collect()),
        Err(NetError::Dns(DnsError::NoRecordsFound(nothing))) => {
            use hickory_resolver::proto::op::ResponseCode;
            let is_answer =
                matches!(nothing.response_code, ResponseCode::NoError | ResponseCode::NXDomain);
            if is_answer { Ok(Vec::new()) } else { Err(Unanswered) }
        }
        Err(_) => Err(Unanswered),
    }
}
