//! Signatures of outgoing mail: the text is made here, where the mail is, and signed by `keyd`,
//! where the key is.
//!
//! # Source
//!
//! RFC 6376.

use mail_auth::{
    Error,
    common::{
        crypto::{Algorithm, CryptoError, Sha256, SigningKey},
        headers::{HeaderWriter, Writable},
    },
    dkim::{DkimSigner, Done},
};

use super::Content;
use crate::{protocol::control::DkimKey, role::Keys};

/// The fields that are signed, where they are there. Those that a reader is shown, and those that
/// change how the body is read, are signed once more than they are there, so that no second one can
/// be put in (RFC 6376 §8.15).
const FIELDS: &[&str] = &[
    "From",
    "From",
    "To",
    "To",
    "Cc",
    "Cc",
    "Subject",
    "Subject",
    "Date",
    "Date",
    "Reply-To",
    "Reply-To",
    "Message-ID",
    "Message-ID",
    "MIME-Version",
    "MIME-Version",
    "Content-Type",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Transfer-Encoding",
    "In-Reply-To",
    "References",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// The keys that sign for a domain: its own, or else those of the nearest one above it.
pub(super) fn keys_of<'k>(keys: &'k [DkimKey], author: &str) -> Vec<&'k DkimKey> {
    let author = author.to_ascii_lowercase();
    let above = |domain: &str| author.strip_suffix(domain).is_some_and(|it| it.ends_with('.'));
    let fits = keys.iter().filter(|it| it.domain == author || above(&it.domain));
    let nearest = fits.clone().map(|it| it.domain.len()).max();
    fits.filter(|it| Some(it.domain.len()) == nearest).collect()
}

/// The fields that go in front of the mail, one for each key. It reads the whole mail, so it blocks.
///
/// # Errors
///
/// The body cannot be read, or `keyd` does not sign: the mail must then wait.
pub(super) fn fields(
    keys: &Keys,
    with: &[&DkimKey],
    mut content: Content,
) -> anyhow::Result<Vec<u8>> {
    let signers: Vec<_> = with.iter().map(|key| signer(keys, key)).collect();
    let mut streams: Vec<_> = signers.iter().map(DkimSigner::sign_streaming).collect();
    while let Some(octets) = content.next()? {
        streams.iter_mut().for_each(|it| it.write(&octets));
    }
    let mut fields = Vec::new();
    for stream in streams {
        match stream.finish() {
            Ok(signature) => signature.write_header(&mut fields),
            // A mail without any field to sign has no author to sign for.
            Err(Error::NoHeadersFound) => {}
            Err(error) => anyhow::bail!("the mail cannot be signed: {error}"),
        }
    }
    Ok(fields)
}

type Signer<'k> = DkimSigner<RemoteKey<'k>, Done>;

fn signer<'k>(keys: &'k Keys, key: &'k DkimKey) -> Signer<'k> {
    DkimSigner::from_key(RemoteKey { keys, key })
        .domain(&key.domain)
        .selector(&key.selector)
        .headers(FIELDS.iter().copied())
}

/// A key that `keyd` has.
struct RemoteKey<'k> {
    keys: &'k Keys,
    key: &'k DkimKey,
}

impl SigningKey for RemoteKey<'_> {
    type Hasher = Sha256;

    fn sign(&self, input: impl Writable) -> mail_auth::Result<Vec<u8>> {
        let mut text = Vec::new();
        input.write(&mut text);
        let signed = self.keys.sign_mail(&self.key.domain, &self.key.selector, text);
        signed.map_err(|error| Error::Crypto(CryptoError::Library(error.to_string())))
    }

    fn algorithm(&self) -> Algorithm {
        if self.key.is_rsa { Algorithm::RsaSha256 } else { Algorithm::Ed25519Sha256 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(domain: &str, selector: &str) -> DkimKey {
        DkimKey { domain: domain.to_owned(), selector: selector.to_owned(), is_rsa: false }
    }

    #[test]
    fn the_nearest_domain_signs() {
        let keys = [
            key("acme.example", "s1"),
            key("acme.example", "s2"),
            key("news.acme.example", "s3"),
            key("other.example", "s4"),
        ];
        let of = |author| -> Vec<&str> {
            keys_of(&keys, author).into_iter().map(|it| it.selector.as_str()).collect()
        };
        assert_eq!(of("acme.example"), ["s1", "s2"]);
        assert_eq!(of("Sales.ACME.example"), ["s1", "s2"]);
        assert_eq!(of("a.news.acme.example"), ["s3"]);
        assert!(of("myacme.example").is_empty());
        assert!(of("example").is_empty());
    }
}
