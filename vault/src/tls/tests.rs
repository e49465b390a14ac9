//! TLS: whole handshakes in memory, the key on one side of a callback.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, ServerConfig, ServerConnection};

use super::*;

#[test]
fn a_client_that_knows_the_authority_connects_by_every_name() {
    let authority = Authority::generate(now_ms()).unwrap();
    let server = local_server(&authority, &["portal.shop.example", "127.0.0.1"]);
    let client = client_config(Trust::Roots(authority.certificate_pem()), &[]).unwrap();
    for name in ["portal.shop.example", "127.0.0.1"] {
        assert_eq!(handshake(&client, &server, name), Ok(ProtocolVersion::TLSv1_3));
    }
}

#[test]
fn a_client_refuses_another_name_another_authority_and_another_time() {
    let authority = Authority::generate(now_ms()).unwrap();
    let server = local_server(&authority, &["portal.shop.example"]);
    let client = client_config(Trust::Roots(authority.certificate_pem()), &[]).unwrap();
    assert!(handshake(&client, &server, "other.shop.example").is_err());

    let other = Authority::generate(now_ms()).unwrap();
    let stranger = client_config(Trust::Roots(other.certificate_pem()), &[]).unwrap();
    assert!(handshake(&stranger, &server, "portal.shop.example").is_err());

    let past = now_ms() - 400 * 24 * 60 * 60 * 1000;
    let issued = authority.issue(&["portal.shop.example".to_owned()], past).unwrap();
    let key = LocalSigner::from_pem(&issued.key_pem).unwrap().signing_key();
    let expired = server_config(&issued.chain_pem, key, &[]).unwrap();
    assert!(handshake(&client, &expired, "portal.shop.example").is_err());

    let anyone = client_config(Trust::Anyone, &[]).unwrap();
    assert!(handshake(&anyone, &expired, "other.shop.example").is_ok());
}

#[test]
fn the_key_may_be_elsewhere_in_both_versions() {
    let authority = Authority::generate(now_ms()).unwrap();
    let issued = authority.issue(&["portal.shop.example".to_owned()], now_ms()).unwrap();
    let local = Arc::new(LocalSigner::from_pem(&issued.key_pem).unwrap());
    let signed = Arc::new(AtomicUsize::new(0));
    let (schemes, counter) = (local.schemes(), Arc::clone(&signed));
    let remote = RemoteKey::new(
        &schemes,
        Arc::new(move |scheme, message: &[u8]| {
            counter.fetch_add(1, Ordering::Relaxed);
            local.sign(scheme, message)
        }),
    );
    let server = server_config(&issued.chain_pem, Arc::new(remote), &[]).unwrap();
    for (version, expected) in
        [(&TLS13, ProtocolVersion::TLSv1_3), (&TLS12, ProtocolVersion::TLSv1_2)]
    {
        let roots = client_config(Trust::Anyone, &[]).unwrap();
        let mut client = ClientConfig::builder_with_provider(Arc::clone(roots.crypto_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        client.dangerous().set_certificate_verifier(any_certificate(&roots));
        assert_eq!(handshake(&Arc::new(client), &server, "portal.shop.example"), Ok(expected));
    }
    assert_eq!(signed.load(Ordering::Relaxed), 2);
}

#[test]
fn a_handshake_fails_when_the_holder_of_the_key_is_gone_or_lies() {
    let authority = Authority::generate(now_ms()).unwrap();
    let issued = authority.issue(&["portal.shop.example".to_owned()], now_ms()).unwrap();
    let schemes = LocalSigner::from_pem(&issued.key_pem).unwrap().schemes();
    let client = client_config(Trust::Anyone, &[]).unwrap();
    for answer in [Err(SignatureError::Unavailable), Ok(vec![0; 70])] {
        let answer = Mutex::new(answer);
        let remote =
            RemoteKey::new(&schemes, Arc::new(move |_, _: &[u8]| answer.lock().unwrap().clone()));
        let server = server_config(&issued.chain_pem, Arc::new(remote), &[]).unwrap();
        assert!(handshake(&client, &server, "portal.shop.example").is_err());
    }
}

#[test]
fn a_signer_signs_only_as_its_key_can() {
    let authority = Authority::generate(now_ms()).unwrap();
    let signer = LocalSigner::from_pem(&authority.key_pem()).unwrap();
    // ECDSA with P-256 and SHA-256, RFC 8446, section 4.2.3.
    assert_eq!(signer.schemes(), [0x0403]);
    assert!(signer.sign(0x0403, b"message").is_ok());
    assert_eq!(signer.sign(0x0807, b"message"), Err(SignatureError::Scheme(0x0807)));
    assert_eq!(signer.sign(0xffff, b"message"), Err(SignatureError::Scheme(0xffff)));
    assert_eq!(signer.sign(0x0403, &[0; 9000]), Err(SignatureError::Message));
}

#[test]
fn a_key_that_does_not_fit_its_certificate_is_refused() {
    let authority = Authority::generate(now_ms()).unwrap();
    let issued = authority.issue(&["portal.shop.example".to_owned()], now_ms()).unwrap();
    let other = LocalSigner::from_pem(&authority.key_pem()).unwrap().signing_key();
    let refused = server_config(&issued.chain_pem, Arc::clone(&other), &[]);
    assert!(matches!(refused, Err(TlsError::Settings(_))));
    assert!(matches!(server_config("", other, &[]), Err(TlsError::Pem { .. })));
    assert!(matches!(LocalSigner::from_pem("nothing"), Err(TlsError::Pem { .. })));
    assert!(matches!(client_config(Trust::Roots("nothing"), &[]), Err(TlsError::Pem { .. })));
}

#[test]
fn an_authority_that_was_kept_issues_as_before() {
    let first = Authority::generate(now_ms()).unwrap();
    let kept = Authority::from_pem(first.certificate_pem(), &first.key_pem()).unwrap();
    let server = local_server(&kept, &["portal.shop.example"]);
    let client = client_config(Trust::Roots(first.certificate_pem()), &[]).unwrap();
    assert!(handshake(&client, &server, "portal.shop.example").is_ok());
}

#[test]
fn times_and_names_out_of_range_are_refused() {
    assert!(matches!(Authority::generate(-1), Err(TlsError::Time)));
    assert!(matches!(Authority::generate(i64::MAX), Err(TlsError::Time)));
    let authority = Authority::generate(i64::try_from(250_000_000_000_000_u64).unwrap()).unwrap();
    assert!(matches!(authority.issue(&["é".to_owned()], now_ms()), Err(TlsError::Issue(_))));
}

#[test]
fn protocols_are_agreed_on() {
    let authority = Authority::generate(now_ms()).unwrap();
    let issued = authority.issue(&["portal.shop.example".to_owned()], now_ms()).unwrap();
    let key = LocalSigner::from_pem(&issued.key_pem).unwrap().signing_key();
    let server = server_config(&issued.chain_pem, key, &["h2", "http/1.1"]).unwrap();
    let client = client_config(Trust::Anyone, &["http/1.1"]).unwrap();
    assert!(handshake(&client, &server, "portal.shop.example").is_ok());
    let other = client_config(Trust::Anyone, &["imap"]).unwrap();
    assert!(handshake(&other, &server, "portal.shop.example").is_err());
}

#[test]
fn private_keys_are_not_shown() {
    let authority = Authority::generate(now_ms()).unwrap();
    let issued = authority.issue(&["portal.shop.example".to_owned()], now_ms()).unwrap();
    let signer = LocalSigner::from_pem(&issued.key_pem).unwrap();
    let remote = RemoteKey::new(&[0x0403], Arc::new(|_, _: &[u8]| Ok(Vec::new())));
    let shown = format!("{authority:?} {issued:?} {signer:?} {remote:?}");
    assert!(!shown.contains("PRIVATE"), "{shown}");
}

fn local_server(authority: &Authority, names: &[&str]) -> Arc<ServerConfig> {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let issued = authority.issue(&names, now_ms()).unwrap();
    let key = LocalSigner::from_pem(&issued.key_pem).unwrap().signing_key();
    server_config(&issued.chain_pem, key, &[]).unwrap()
}

fn any_certificate(config: &ClientConfig) -> Arc<dyn rustls::client::danger::ServerCertVerifier> {
    Arc::new(client::AnyCertificate(Arc::clone(config.crypto_provider())))
}

/// Passes octets both ways until both sides are done.
fn handshake(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
    name: &str,
) -> Result<ProtocolVersion, rustls::Error> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::clone(client), name)?;
    let mut server = ServerConnection::new(Arc::clone(server))?;
    for _ in 0..10 {
        let mut octets = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut octets).unwrap();
        }
        let mut rest = octets.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).unwrap();
            server.process_new_packets()?;
        }
        let mut octets = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut octets).unwrap();
        }
        let mut rest = octets.as_slice();
        while !rest.is_empty() {
            client.read_tls(&mut rest).unwrap();
            client.process_new_packets()?;
        }
    }
    assert!(!client.is_handshaking() && !server.is_handshaking());
    Ok(client.protocol_version().unwrap())
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
