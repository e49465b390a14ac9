//! Certificates of an authority that one test trusts, made by `openssl`.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, ensure};
use tempfile::TempDir;

/// An authority.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
}

/// A certificate and its key, as files.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// In PEM form.
    pub certificate: PathBuf,
    /// In PEM form.
    pub key: PathBuf,
}

const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

impl Authority {
    /// A new one.
    ///
    /// # Errors
    ///
    /// `openssl` is missing, or fails.
    pub fn new() -> anyhow::Result<Self> {
        let authority = Self { folder: tempfile::tempdir()? };
        let (key, certificate) = (authority.path("ca.key"), authority.path("ca.pem"));
        let names = ["-subj", "/CN=authority", "-addext", "keyUsage=critical,keyCertSign"];
        let files = ["-keyout", &key, "-out", &certificate, "-days", "2"];
        openssl(&[&["req", "-x509"], &KEY[..], &names, &files].concat())?;
        Ok(authority)
    }

    /// What is trusted, in PEM form.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A certificate of a name.
    ///
    /// # Errors
    ///
    /// As [`Authority::new`].
    pub fn issue(&self, name: &str) -> anyhow::Result<Certificate> {
        self.issue_as(name, "DNS")
    }

    /// A certificate of an address.
    ///
    /// # Errors
    ///
    /// As [`Authority::new`].
    pub fn issue_for_address(&self, address: &str) -> anyhow::Result<Certificate> {
        self.issue_as(address, "IP")
    }

    fn issue_as(&self, name: &str, kind: &str) -> anyhow::Result<Certificate> {
        let [key, request, extensions, certificate] =
            ["key", "csr", "ext", "pem"].map(|it| self.path(&format!("{name}.{it}")));
        let subject = format!("/CN={name}");
        let files = ["-subj", &subject, "-keyout", &key, "-out", &request];
        openssl(&[&["req"], &KEY[..], &files].concat())?;
        let text = format!("subjectAltName={kind}:{name}\nbasicConstraints=critical,CA:FALSE\n");
        fs::write(&extensions, text)?;
        let (ca, ca_key) = (self.path("ca.pem"), self.path("ca.key"));
        openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ])?;
        Ok(Certificate { certificate: certificate.into(), key: key.into() })
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }
}

impl Certificate {
    /// The record of its key, as a domain publishes it: 3 1 1 (RFC 6698).
    ///
    /// # Errors
    ///
    /// As [`Authority::new`].
    pub fn key_record(&self) -> anyhow::Result<Vec<u8>> {
        let of = |it: &PathBuf| it.to_string_lossy().into_owned();
        let (key, public) = (of(&self.key), of(&self.key.with_extension("public")));
        openssl(&["pkey", "-in", &key, "-pubout", "-outform", "DER", "-out", &public])?;
        let digest = openssl(&["dgst", "-sha256", "-binary", &public])?;
        Ok([&[3, 1, 1], digest.as_slice()].concat())
    }
}

fn openssl(arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let done = Command::new("openssl").args(arguments).output();
    let done = done.context("cannot start openssl; install it: apt-get install openssl")?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(done.stdout)
}
