//! Servers whose certificates are checked otherwise than a browser does: by several names, or by
//! the keys that their domains publish.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use sha2::{Digest, Sha256, Sha512};

use super::{TlsError, pem};

/// Whose certificates are believed.
#[derive(Clone, Debug)]
pub struct Authorities(pub(super) Arc<RootCertStore>);

impl Authorities {
    /// Those of a list, of which some may not be usable, and those in a PEM text.
    ///
    /// # Errors
    ///
    /// [`TlsError::Pem`] when the text holds no certificate, [`TlsError::Settings`] when one of its
    /// certificates cannot be used.
    pub fn new(known: &[CertificateDer<'static>], text: Option<&str>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(known.iter().cloned());
        for certificate in text.map(pem::certificates).transpose()?.unwrap_or_default() {
            roots.add(certificate).map_err(TlsError::Settings)?;
        }
        Ok(Self(Arc::new(roots)))
    }
}

/// What a domain publishes of a key.
///
/// # Source
///
/// RFC 6698 §2.1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyRecord {
    /// Whose certificate it is about: 2 that of an authority, 3 that of the server.
    pub usage: u8,
    /// What of it: 0 all, 1 the key.
    pub selector: u8,
    /// In which form: 0 as it is, 1 SHA-256, 2 SHA-512.
    pub matching: u8,
    /// The octets.
    pub data: Vec<u8>,
}

impl KeyRecord {
    fn matches(&self, certificate: &CertificateDer<'_>) -> bool {
        let key;
        let selected: &[u8] = match self.selector {
            0 => certificate,
            1 => {
                let Ok(parsed) = ParsedCertificate::try_from(certificate) else { return false };
                key = parsed.subject_public_key_info();
                &key
            }
            _ => return false,
        };
        match self.matching {
            0 => self.data == selected,
            1 => self.data.as_slice() == Sha256::digest(selected).as_slice(),
            2 => self.data.as_slice() == Sha512::digest(selected).as_slice(),
            _ => false,
        }
    }

    /// The authorities that it means, out of those that the server shows, and its own.
    fn authorities(&self, shown: &[CertificateDer<'_>]) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        for certificate in shown.iter().filter(|it| self.matches(it)) {
            // What is no authority makes none.
            roots.add(certificate.clone().into_owned()).ok();
        }
        if (self.selector, self.matching) == (0, 0) {
            roots.add(CertificateDer::from(self.data.clone())).ok();
        }
        roots
    }
}

/// How a server is checked.
#[derive(Debug)]
enum Rule {
    /// By its names, with these authorities.
    Names(Authorities),
    /// By what its domain publishes.
    Keys(Vec<KeyRecord>),
}

/// Checks certificates by a rule.
#[derive(Debug)]
pub(super) struct Checked {
    rule: Rule,
    names: Vec<ServerName<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Checked {
    /// A valid certificate of one of these names.
    pub(super) fn named(
        authorities: &Authorities,
        names: &[String],
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Self { rule: Rule::Names(authorities.clone()), names: server_names(names), provider }
    }

    /// One of these keys. Where the key is that of an authority, its certificate is of one of
    /// these names.
    pub(super) fn keyed(
        keys: &[KeyRecord],
        names: &[String],
        provider: Arc<CryptoProvider>,
    ) -> Self {
        Self { rule: Rule::Keys(keys.to_vec()), names: server_names(names), provider }
    }

    fn is_signed_and_named(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        roots: &RootCertStore,
        now: UnixTime,
    ) -> Result<(), Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, roots, others, now, algorithms)?;
        let mut failed = Error::InvalidCertificate(CertificateError::NotValidForName);
        for name in &self.names {
            match verify_server_name(&parsed, name) {
                Ok(()) => return Ok(()),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    fn is_known(
        &self,
        keys: &[KeyRecord],
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let mut failed = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for key in keys {
            match key.usage {
                // Neither the name nor the time counts (RFC 7672 §3.1.1).
                3 if key.matches(certificate) => return Ok(()),
                2 => {
                    let roots = key.authorities(others);
                    if roots.is_empty() {
                        continue;
                    }
                    match self.is_signed_and_named(certificate, others, &roots, now) {
                        Ok(()) => return Ok(()),
                        Err(error) => failed = error,
                    }
                }
                _ => {}
            }
        }
        Err(failed)
    }
}

impl ServerCertVerifier for Checked {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.rule {
            Rule::Names(authorities) => {
                self.is_signed_and_named(end_entity, intermediates, &authorities.0, now)?;
            }
            Rule::Keys(keys) => self.is_known(keys, end_entity, intermediates, now)?,
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What is no name names nobody.
fn server_names(names: &[String]) -> Vec<ServerName<'static>> {
    names.iter().filter_map(|it| ServerName::try_from(it.clone()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Authority, pem};
    use super::*;

    const NOW_MS: i64 = 1_767_225_600_000;
    const DAY_SECONDS: u64 = 86_400;

    struct Shown {
        authority: Authority,
        certificate: CertificateDer<'static>,
        chain: Vec<CertificateDer<'static>>,
    }

    fn shown(name: &str) -> Shown {
        let authority = Authority::generate(NOW_MS).unwrap();
        let issued = authority.issue(&[name.to_owned()], NOW_MS).unwrap();
        let mut chain = pem::certificates(&issued.chain_pem).unwrap();
        let certificate = chain.remove(0);
        Shown { authority, certificate, chain }
    }

    fn record(usage: u8, selector: u8, matching: u8, of: &CertificateDer<'_>) -> KeyRecord {
        let selected = match selector {
            0 => of.to_vec(),
            _ => ParsedCertificate::try_from(of).unwrap().subject_public_key_info().to_vec(),
        };
        let data = match matching {
            0 => selected,
            1 => Sha256::digest(&selected).to_vec(),
            _ => Sha512::digest(&selected).to_vec(),
        };
        KeyRecord { usage, selector, matching, data }
    }

    fn is_taken(rule: &Checked, shown: &Shown, days: u64) -> bool {
        let now = u64::try_from(NOW_MS / 1000).unwrap() + days * DAY_SECONDS;
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        let name = ServerName::try_from("other.example").unwrap();
        rule.verify_server_cert(&shown.certificate, &shown.chain, &name, &[], now).is_ok()
    }

    fn keyed(keys: &[KeyRecord], names: &[&str]) -> Checked {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        Checked::keyed(keys, &names, pem::provider())
    }

    #[test]
    fn a_key_of_the_server_counts_whatever_its_name_and_time() {
        let (one, other) = (shown("mx.shop.example"), shown("mx.shop.example"));
        for (selector, matching) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
            let key = record(3, selector, matching, &one.certificate);
            for (days, names) in [(0, vec!["mx.shop.example"]), (9_999, vec![])] {
                let keys = [key.clone()];
                assert!(is_taken(&keyed(&keys, &names), &one, days), "{selector} {matching}");
                assert!(!is_taken(&keyed(&keys, &names), &other, days), "{selector} {matching}");
            }
        }
        let wrong = record(3, 1, 1, &other.certificate);
        let right = record(3, 1, 1, &one.certificate);
        assert!(is_taken(&keyed(&[wrong, right], &[]), &one, 0));
    }

    #[test]
    fn a_key_of_an_authority_counts_with_name_and_time() {
        let (one, other) = (shown("mx.shop.example"), shown("mx.shop.example"));
        let authority = one.chain.first().unwrap();
        for (selector, matching) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
            let keys = [record(2, selector, matching, authority)];
            let named = ["shop.example", "mx.shop.example"];
            assert!(is_taken(&keyed(&keys, &named), &one, 0), "{selector} {matching}");
            assert!(!is_taken(&keyed(&keys, &["shop.example"]), &one, 0), "another name");
            assert!(!is_taken(&keyed(&keys, &named), &one, 9_999), "too late");
            assert!(!is_taken(&keyed(&keys, &named), &other, 0), "another authority");
        }
        // An authority that is not shown must be published as a whole.
        let alone = Shown { chain: Vec::new(), ..shown("mx.shop.example") };
        let whole = pem::certificates(alone.authority.certificate_pem()).unwrap().remove(0);
        let named = ["mx.shop.example"];
        assert!(is_taken(&keyed(&[record(2, 0, 0, &whole)], &named), &alone, 0));
        assert!(!is_taken(&keyed(&[record(2, 1, 1, &whole)], &named), &alone, 0));
    }

    #[test]
    fn what_cannot_be_used_is_no_key() {
        let one = shown("mx.shop.example");
        for (usage, selector, matching) in [(0, 0, 1), (1, 1, 1), (4, 1, 1), (3, 2, 1), (3, 1, 3)] {
            let mut key = record(3, 1, 1, &one.certificate);
            (key.usage, key.selector, key.matching) = (usage, selector, matching);
            assert!(!is_taken(&keyed(&[key], &["mx.shop.example"]), &one, 0), "{usage}");
        }
        assert!(!is_taken(&keyed(&[], &["mx.shop.example"]), &one, 0));
    }

    #[test]
    fn a_name_is_proved_by_an_authority_that_is_believed() {
        let (one, other) = (shown("mx.shop.example"), shown("mx.shop.example"));
        let believed = Authorities::new(&[], Some(one.authority.certificate_pem())).unwrap();
        let named = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            Checked::named(&believed, &names, pem::provider())
        };
        assert!(is_taken(&named(&["x.example", "mx.shop.example"]), &one, 0));
        assert!(!is_taken(&named(&["x.example"]), &one, 0));
        assert!(!is_taken(&named(&[]), &one, 0));
        assert!(!is_taken(&named(&["mx.shop.example"]), &one, 9_999));
        assert!(!is_taken(&named(&["mx.shop.example"]), &other, 0));
    }
}
