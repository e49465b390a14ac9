//! A small certificate authority, for a machine that has no certificate of its own yet.

use std::fmt;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use zeroize::Zeroizing;

use super::TlsError;

/// The one name of every such authority; they differ in their keys.
const NAME: &str = "Chancery local authority";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Ten years: as long as a machine may stand before its clients are given another authority.
const AUTHORITY_DAYS: u32 = 3650;

/// The longest that browsers accept was 398 days; one day is kept for the clocks to differ.
const CERTIFICATE_DAYS: u32 = 397;

/// Certificates are valid from this long before they are made, as clocks differ.
const BACKDATED: Duration = Duration::from_secs(60 * 60);

/// The last time a certificate is made for: the form of its dates ends with the year 9999.
const NOW_MS_MAX: u64 = 250_000_000_000_000;

/// An authority whose certificate is given to clients.
pub struct Authority {
    certificate: String,
    key: KeyPair,
}

/// A certificate and its key.
pub struct Issued {
    /// The certificate and that of its authority, in PEM form.
    pub chain_pem: String,
    /// The private key, in PEM form. Overwritten when dropped.
    pub key_pem: Zeroizing<String>,
}

impl Authority {
    /// A new authority, valid from `now_ms` (milliseconds since 1970 UTC) for ten years.
    ///
    /// # Errors
    ///
    /// [`TlsError::Time`] when `now_ms` is out of range, [`TlsError::Issue`] when the library
    /// fails.
    pub fn generate(now_ms: i64) -> Result<Self, TlsError> {
        let key = KeyPair::generate().map_err(TlsError::Issue)?;
        let mut params = authority_params();
        set_validity(&mut params, now_ms, AUTHORITY_DAYS)?;
        let certificate = params.self_signed(&key).map_err(TlsError::Issue)?.pem();
        Ok(Self { certificate, key })
    }

    /// The authority that was kept.
    ///
    /// # Errors
    ///
    /// [`TlsError::Issue`] when `key_pem` holds no private key.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, TlsError> {
        let key = KeyPair::from_pem(key_pem).map_err(TlsError::Issue)?;
        Ok(Self { certificate: certificate_pem.to_owned(), key })
    }

    /// What clients are given to trust, in PEM form.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate
    }

    /// The private key, to be kept, in PEM form.
    #[must_use]
    pub fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.key.serialize_pem())
    }

    /// A certificate for a server known by `names`, each a host name or an address, valid from
    /// `now_ms` (milliseconds since 1970 UTC) for 397 days.
    ///
    /// # Errors
    ///
    /// [`TlsError::Issue`] when a name cannot stand in a certificate, [`TlsError::Time`] when
    /// `now_ms` is out of range.
    pub fn issue(&self, names: &[String], now_ms: i64) -> Result<Issued, TlsError> {
        let key = KeyPair::generate().map_err(TlsError::Issue)?;
        let mut params = CertificateParams::new(names).map_err(TlsError::Issue)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, names.first().map_or("", |it| it));
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, now_ms, CERTIFICATE_DAYS)?;
        let authority = authority_params();
        let issuer = Issuer::from_params(&authority, &self.key);
        let certificate = params.signed_by(&key, &issuer).map_err(TlsError::Issue)?;
        Ok(Issued {
            chain_pem: certificate.pem() + &self.certificate,
            key_pem: Zeroizing::new(key.serialize_pem()),
        })
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn set_validity(params: &mut CertificateParams, now_ms: i64, days: u32) -> Result<(), TlsError> {
    let now_ms = u64::try_from(now_ms).map_err(|_negative| TlsError::Time)?;
    if NOW_MS_MAX < now_ms {
        return Err(TlsError::Time);
    }
    let now = date_time_ymd(1970, 1, 1) + Duration::from_millis(now_ms);
    params.not_before = now - BACKDATED;
    params.not_after = now + DAY * days - BACKDATED;
    Ok(())
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("chain_pem", &self.chain_pem).finish_non_exhaustive()
    }
}
