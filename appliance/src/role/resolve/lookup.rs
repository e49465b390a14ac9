//! Questions to the name servers whose answers must be true, as far as signatures tell.
//!
//! # Source
//!
//! RFC 4035 §4.3 and §5: what is secure, insecure and bogus.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::{
    TokioResolver,
    config::{ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{
        dnssec::Proof,
        op::ResponseCode,
        rr::{Name, RData, Record, RecordType},
    },
};

use super::names::is_name;

/// What asks.
pub(super) struct Lookup {
    dns: TokioResolver,
    /// Answers are checked by their signatures.
    is_validating: bool,
}

/// What a name has of one kind.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Answer {
    /// The records, those of other kinds left out.
    pub(super) records: Vec<RData>,
    /// The name that has them: the one that was asked for, or the last of those it stands for.
    pub(super) owner: String,
    /// The name exists, whatever it has.
    pub(super) exists: bool,
    /// All of it was proved by signatures.
    pub(super) is_secure: bool,
}

/// There is no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Failure {
    /// There is one whose signatures are missing or wrong.
    #[error("the signatures of its names are wrong")]
    Bogus,
    /// No name server gives one.
    #[error("the name servers do not answer")]
    Unanswered,
}

impl Lookup {
    /// Asks these name servers, and checks the answers if `is_validating`.
    ///
    /// # Errors
    ///
    /// The resolver cannot be made.
    pub(super) fn new(
        servers: &[SocketAddr],
        is_validating: bool,
        anchors: Option<std::sync::Arc<hickory_resolver::proto::dnssec::TrustAnchors>>,
    ) -> anyhow::Result<Self> {
        let (config, mut options): (ResolverConfig, ResolverOpts) = super::asking(servers);
        options.validate = is_validating;
        // The names in between are part of what is proved.
        options.preserve_intermediates = true;
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let mut builder = builder.with_options(options);
        if let Some(anchors) = anchors.filter(|_| is_validating) {
            builder = builder.with_trust_anchor(anchors);
        }
        Ok(Self { dns: builder.build()?, is_validating })
    }

    /// What a name has of one kind. What is no name has nothing.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub(super) async fn ask(&self, name: &str, kind: RecordType) -> Result<Answer, Failure> {
        let labels = name.trim_end_matches('.').split('.').map(str::as_bytes);
        let Some(asked) = Some(name).filter(|it| is_name(it)).and(Name::from_labels(labels).ok())
        else {
            return Ok(Answer::default());
        };
        match self.dns.lookup(asked.clone(), kind).await {
            Ok(found) => self.answer(&asked, found.answers(), kind),
            Err(NetError::Dns(DnsError::NoRecordsFound(nothing))) => {
                nothing_of(&asked, nothing.response_code)
            }
            // So many rounds of hashing that nobody wants to check it: as good as not signed.
            Err(NetError::Dns(DnsError::Nsec { proof: Proof::Insecure, response, .. })) => {
                nothing_of(&asked, response.response_code)
            }
            Err(NetError::Dns(DnsError::Nsec { .. } | DnsError::DnssecBogus)) => {
                Err(Failure::Bogus)
            }
            Err(_) => Err(Failure::Unanswered),
        }
    }

    /// The addresses of a name, with what was proved of them: those of version 4 first, as more
    /// servers know who is behind those. A question without an answer counts only if the other one
    /// has none either, unless its answer was forged.
    ///
    /// # Errors
    ///
    /// [`Failure`].
    pub(super) async fn addresses(&self, name: &str) -> Result<(Vec<IpAddr>, Answer), Failure> {
        let (four, six) =
            tokio::join!(self.ask(name, RecordType::A), self.ask(name, RecordType::AAAA));
        let both = match (four, six) {
            (Err(Failure::Bogus), _) | (_, Err(Failure::Bogus)) => return Err(Failure::Bogus),
            (Err(failure), Err(_)) => return Err(failure),
            (Ok(one), Err(failure)) | (Err(failure), Ok(one)) => {
                if one.records.is_empty() {
                    return Err(failure);
                }
                one
            }
            (Ok(four), Ok(six)) => four.and(six),
        };
        let addresses = both.records.iter().filter_map(RData::ip_addr).collect();
        Ok((addresses, both))
    }

    fn answer(&self, asked: &Name, found: &[Record], kind: RecordType) -> Result<Answer, Failure> {
        let counts = |it: &&Record| [kind, RecordType::CNAME].contains(&it.record_type());
        let mut is_secure = self.is_validating;
        for record in found.iter().filter(counts).filter(|_| self.is_validating) {
            match record.proof {
                Proof::Secure => {}
                Proof::Insecure => is_secure = false,
                Proof::Bogus | Proof::Indeterminate => return Err(Failure::Bogus),
            }
        }
        let of_kind = || found.iter().filter(|it| it.record_type() == kind);
        let owner = of_kind().next().map_or(asked, |it| &it.name);
        let records: Vec<RData> = of_kind().map(|it| it.data.clone()).collect();
        Ok(Answer {
            is_secure: is_secure && !records.is_empty(),
            owner: plain(owner),
            exists: true,
            records,
        })
    }
}

impl Answer {
    /// Both together, as secure as the weaker of those that hold something.
    fn and(mut self, other: Self) -> Self {
        if other.records.is_empty() {
            return Self { exists: self.exists || other.exists, ..self };
        }
        if self.records.is_empty() {
            return Self { exists: true, ..other };
        }
        self.is_secure &= other.is_secure && self.owner == other.owner;
        self.records.extend(other.records);
        self
    }
}

fn nothing_of(asked: &Name, code: ResponseCode) -> Result<Answer, Failure> {
    if !matches!(code, ResponseCode::NoError | ResponseCode::NXDomain) {
        return Err(Failure::Unanswered);
    }
    let exists = code == ResponseCode::NoError;
    Ok(Answer { owner: plain(asked), exists, ..Answer::default() })
}

/// A name as text, in lower case, without a dot at the end.
pub(super) fn plain(name: &Name) -> String {
    let labels = name.iter().map(|it| String::from_utf8_lossy(it).to_ascii_lowercase());
    labels.collect::<Vec<_>>().join(".")
}
