//! A name server for one test, asked over TCP.

mod signed;

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What a name has.
#[derive(Clone, Debug)]
pub enum Record {
    /// An address.
    Address(IpAddr),
    /// Another name of it.
    Alias(String),
    /// A server for its mail, with its preference.
    Mail(u16, String),
    /// The name of an address.
    Pointer(String),
    /// Texts, each of up to 255 octets, that are read as one.
    Text(Vec<Vec<u8>>),
    /// Others answer for it and what is below it, whose names are not signed.
    Delegated(String),
    /// A record of another kind, in the form of an answer.
    Other(u16, Vec<u8>),
    /// Its server never answers.
    Silent,
    /// It is told that nobody answers for the name.
    Unanswered,
}

/// The names that a server knows.
#[derive(Clone, Debug, Default)]
pub struct Zone(BTreeMap<String, Vec<Record>>, bool);

impl Zone {
    /// Adds a record.
    pub fn add(&mut self, name: &str, record: Record) {
        self.0.entry(folded(name)).or_default().push(record);
    }

    /// Adds a text, in pieces as long as they may be.
    pub fn text(&mut self, name: &str, text: &str) {
        let pieces = text.as_bytes().chunks(255).map(<[u8]>::to_vec).collect();
        self.add(name, Record::Text(pieces));
    }

    /// Whether something lies at or below a name: it then exists (RFC 8020).
    fn exists(&self, name: &str) -> bool {
        let below = format!(".{name}");
        self.0.keys().any(|it| it == name || it.ends_with(&below))
    }
}

/// A running server. It ends with the test.
#[derive(Debug)]
pub struct Dns {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Dns {
    /// Starts a server on a free port.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn start(zone: Zone) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (zone, names) = (Arc::new(zone), Arc::clone(&asked));
        std::thread::spawn(move || {
            for peer in listener.incoming().map_while(Result::ok) {
                let (zone, names) = (Arc::clone(&zone), Arc::clone(&names));
                std::thread::spawn(move || serve(peer, &zone, &names));
            }
        });
        Ok(Self { address, asked })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The names that were asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers one peer until it goes; a question that is none ends it, too.
fn serve(mut peer: TcpStream, zone: &Zone, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    peer.set_read_timeout(Some(Duration::from_secs(60)))?;
    loop {
        let mut length = [0; 2];
        peer.read_exact(&mut length)?;
        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
        peer.read_exact(&mut question)?;
        let Some(answer) = answer(&question, zone, asked) else { return Ok(()) };
        if answer.is_empty() {
            continue;
        }
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?.to_be_bytes();
        peer.write_all(&[&length, answer.as_slice()].concat())?;
    }
}

const A: u16 = 1;
const NS: u16 = 2;
const CNAME: u16 = 5;
const PTR: u16 = 12;
const MX: u16 = 15;
const TXT: u16 = 16;
const AAAA: u16 = 28;
const RRSIG: u16 = 46;
/// Octets before the question.
const HEADER: usize = 12;

/// The answer to a question (RFC 1035 §4); empty where none is to come.
fn answer(question: &[u8], zone: &Zone, asked: &Mutex<Vec<String>>) -> Option<Vec<u8>> {
    let (name, end) = read_name(question)?;
    let kind = u16::from_be_bytes(question.get(end..end + 2)?.try_into().ok()?);
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(name.clone());
    let mut found = Vec::new();
    let mut name = name;
    let mut unanswered = false;
    // A name behind a name; a ring of them ends.
    for _ in 0..8 {
        let records = zone.0.get(&name).map(Vec::as_slice).unwrap_or_default();
        if records.iter().any(|it| matches!(it, Record::Silent)) {
            return Some(Vec::new());
        }
        unanswered |= records.iter().any(|it| matches!(it, Record::Unanswered));
        found.extend(records.iter().filter_map(|it| write_record(&name, kind, it)));
        let alias = records
            .iter()
            .find_map(|it| if let Record::Alias(other) = it { Some(folded(other)) } else { None });
        match alias.filter(|_| kind != CNAME) {
            Some(other) => name = other,
            None => break,
        }
    }
    let code: u8 = match () {
        () if unanswered => 2,
        () if found.is_empty() && !zone.exists(&name) => 3,
        () => 0,
    };
    let denied = if found.is_empty() && code != 2 { zone.denial(&name, kind) } else { Vec::new() };
    let count = u16::try_from(found.len()).ok()?.to_be_bytes();
    let denials = u16::try_from(denied.len()).ok()?.to_be_bytes();
    let mut answer = question.get(..2)?.to_vec();
    answer.extend([0x85, 0x80 | code, 0, 1, count[0], count[1], denials[0], denials[1], 0, 0]);
    answer.extend(question.get(HEADER..end + 4)?);
    answer.extend(found.concat());
    answer.extend(denied.concat());
    Some(answer)
}

/// The name of the question, and where it ends.
fn read_name(question: &[u8]) -> Option<(String, usize)> {
    let mut at = HEADER;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            return Some((folded(&labels.join(".")), at));
        }
        let label = question.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += length;
    }
}

/// A record in the form of an answer; none if another kind was asked for. Signatures go with what
/// they sign.
fn write_record(name: &str, kind: u16, record: &Record) -> Option<Vec<u8>> {
    let (its_kind, data) = data_of(record)?;
    let signs =
        its_kind == RRSIG && [kind, CNAME].iter().any(|it| data.starts_with(&it.to_be_bytes()));
    if its_kind != kind && its_kind != CNAME && !signs {
        return None;
    }
    written(name, its_kind, &data)
}

/// The kind of a record and its octets; none for what is no record.
fn data_of(record: &Record) -> Option<(u16, Vec<u8>)> {
    Some(match record {
        Record::Address(IpAddr::V4(address)) => (A, address.octets().to_vec()),
        Record::Address(IpAddr::V6(address)) => (AAAA, Ipv6Addr::octets(address).to_vec()),
        Record::Alias(other) => (CNAME, write_name(other)?),
        Record::Delegated(server) => (NS, write_name(server)?),
        Record::Mail(preference, host) => {
            (MX, [preference.to_be_bytes().to_vec(), write_name(host)?].concat())
        }
        Record::Other(kind, data) => (*kind, data.clone()),
        Record::Pointer(other) => (PTR, write_name(other)?),
        Record::Text(pieces) => {
            let mut data = Vec::new();
            for piece in pieces {
                data.push(u8::try_from(piece.len()).ok()?);
                data.extend(piece);
            }
            (TXT, data)
        }
        Record::Silent | Record::Unanswered => return None,
    })
}

fn written(name: &str, kind: u16, data: &[u8]) -> Option<Vec<u8>> {
    let mut written = write_name(name)?;
    written.extend(kind.to_be_bytes());
    // Class IN, an hour.
    written.extend([0, 1, 0, 0, 0x0e, 0x10]);
    written.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
    written.extend(data);
    Some(written)
}

fn write_name(name: &str) -> Option<Vec<u8>> {
    let mut written = Vec::new();
    for label in name.trim_end_matches('.').split('.').filter(|it| !it.is_empty()) {
        written.push(u8::try_from(label.len()).ok().filter(|it| *it < 64)?);
        written.extend(label.as_bytes());
    }
    written.push(0);
    Some(written)
}

fn folded(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
