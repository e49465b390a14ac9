//! Between `resolve`, `deliver` and `spool`: how TLS to the servers of a domain goes, for domains that
//! ask to be told.
//!
//! # Source
//!
//! RFC 8460.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::route::Route;

/// Where mail goes, and who wants to be told how it gets there.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Found {
    /// Where it goes.
    pub(crate) route: Route,
    /// The domain asks to be told.
    pub(crate) asked: Option<Asked>,
}

/// What a domain asks for, and what was found on the way to its servers.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Asked {
    /// Addresses that the reports go to.
    pub(crate) to: Vec<String>,
    /// Its policy of MTA-STS, if it has one.
    pub(crate) policy: Option<StsPolicy>,
    /// What went wrong before any server was talked to, with the server where it is about one.
    pub(crate) failures: Vec<(TlsFailure, Option<String>)>,
}

/// A policy of MTA-STS as it is reported.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct StsPolicy {
    /// Its lines.
    pub(crate) lines: Vec<String>,
    /// The servers that it names.
    pub(crate) servers: Vec<String>,
}

/// A connection that was made for a job.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Session {
    /// Which server of the hop.
    pub(crate) server: usize,
    /// What is wrong with its TLS, if anything.
    pub(crate) failure: Option<TlsFailure>,
}

/// What is wrong with the TLS of a server (RFC 8460 §4.3).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TlsFailure {
    /// It is not offered.
    StarttlsNotSupported,
    /// Its certificate is for another name.
    CertificateHostMismatch,
    /// Its certificate has ended, or does not hold yet.
    CertificateExpired,
    /// Nobody who is trusted vouches for its certificate.
    CertificateNotTrusted,
    /// Anything else.
    ValidationFailure,
    /// The signatures of its names are wrong.
    DnssecInvalid,
    /// The policy of its domain cannot be fetched.
    StsPolicyFetchError,
    /// The policy of its domain is none.
    StsPolicyInvalid,
    /// The web server of the policy has no certificate that holds.
    StsWebpkiInvalid,
}

impl TlsFailure {
    /// What a handshake ended with.
    pub(crate) fn of(error: &std::io::Error) -> Self {
        use rustls::{CertificateError as Bad, Error};
        let Some(Error::InvalidCertificate(bad)) =
            error.get_ref().and_then(|it| it.downcast_ref::<Error>())
        else {
            return Self::ValidationFailure;
        };
        if matches!(bad, Bad::NotValidForName | Bad::NotValidForNameContext { .. }) {
            Self::CertificateHostMismatch
        } else if matches!(bad, Bad::Expired | Bad::ExpiredContext { .. })
            || matches!(bad, Bad::NotValidYet | Bad::NotValidYetContext { .. })
        {
            Self::CertificateExpired
        } else if matches!(bad, Bad::UnknownIssuer | Bad::Revoked) {
            Self::CertificateNotTrusted
        } else {
            Self::ValidationFailure
        }
    }
}

/// A session that failed, as it is counted.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Failed {
    /// What is wrong.
    pub(crate) kind: TlsFailure,
    /// The name of the server.
    pub(crate) server: Option<String>,
    /// Its address.
    pub(crate) address: Option<IpAddr>,
}
