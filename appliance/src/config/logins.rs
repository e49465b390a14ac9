//! What this gateway logs in with at next hops, as it is written.

use std::{
    fs,
    path::{Path, PathBuf},
};

use vault::tls::{Identity, LocalSigner};

use super::{check::Faults, file::File};
use crate::protocol::hop::{Entry, TlsWish};

/// Logins at most.
const LOGINS_MAX: usize = 100;
/// Octets of a name: it is one of a file.
const NAME_OCTETS_MAX: usize = 40;
/// Octets of a user, and of a password: both stand in one line of SMTP, in base64.
const TEXT_OCTETS_MAX: usize = 250;

/// One login and where its secrets are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct LoginFiles {
    /// What next hops call it.
    pub(crate) name: String,
    /// A user and the file with its password.
    pub(crate) user: Option<(String, PathBuf)>,
    /// A certificate with its chain, and the file with its key.
    pub(crate) certificate: Option<(PathBuf, PathBuf)>,
}

/// Reads and checks all logins.
pub(super) fn check(file: &File, base: &Path, faults: &mut Faults) -> Vec<LoginFiles> {
    let written = &file.next_hop.login;
    let key = "next-hop.login";
    let reason = format!("write at most {LOGINS_MAX} of them");
    faults.require(written.len() <= LOGINS_MAX, key, &reason);
    let mut logins: Vec<LoginFiles> = Vec::new();
    for login in written {
        let Some(login) = faults.take(one(login, base), key) else { continue };
        let reason = format!("there are two logins `{}`", login.name);
        faults.require(logins.iter().all(|it| it.name != login.name), key, &reason);
        logins.push(login);
    }
    logins
}

fn one(login: &super::file::Login, base: &Path) -> Result<LoginFiles, String> {
    let name = login.name.clone();
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if name.is_empty() || NAME_OCTETS_MAX < name.len() || !name.chars().all(fits) {
        return Err(format!("`{name}`: write a name of lower-case letters, digits and hyphens"));
    }
    let both = |first: &str, second: &str| {
        format!("`{name}` has one of `{first}` and `{second}`; write both, or none")
    };
    let user = match (&login.user, &login.password) {
        (Some(user), Some(path)) => {
            let path = base.join(path);
            if user.is_empty() || TEXT_OCTETS_MAX < user.len() || user.contains(char::is_control) {
                return Err(format!("`{name}`: the user is no name"));
            }
            password(&path)?;
            Some((user.clone(), path))
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(both("user", "password")),
    };
    let certificate = match (&login.certificate, &login.key) {
        (Some(certificate), Some(key)) => {
            let (certificate, key) = (base.join(certificate), base.join(key));
            let read = |path: &Path| {
                fs::read_to_string(path).map_err(|it| format!("`{}`: {it}", path.display()))
            };
            let signer = LocalSigner::from_pem(&read(&key)?)
                .map_err(|it| format!("`{}`: {it}", key.display()))?;
            Identity::new(&read(&certificate)?, signer.signing_key())
                .map_err(|it| format!("`{}`: {it}", certificate.display()))?;
            Some((certificate, key))
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(both("certificate", "key")),
    };
    if user.is_none() && certificate.is_none() {
        return Err(format!(
            "`{name}` says nothing; write `user` and `password`, or `certificate` and `key`"
        ));
    }
    Ok(LoginFiles { name, user, certificate })
}

/// The password in a file: its only line.
///
/// # Errors
///
/// The file cannot be read, or holds something else.
pub(crate) fn password(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|it| format!("`{shown}`: {it}"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || TEXT_OCTETS_MAX < line.len() || line.contains(char::is_control) {
        return Err(format!("`{shown}`: write the password as its only line"));
    }
    Ok(line.to_owned())
}

/// How a hop is entered.
///
/// # Errors
///
/// There is no such login, or it would be told to a server that is not known.
pub(super) fn entry(
    logins: &[LoginFiles],
    (login, implicit_tls, port): (Option<&str>, Option<bool>, u16),
    tls: TlsWish,
) -> Result<Entry, String> {
    let is_implicit = implicit_tls.unwrap_or(port == SUBMISSIONS && tls != TlsWish::Never);
    if is_implicit && tls == TlsWish::Never {
        return Err("TLS comes first and is never used; write another `tls`".to_owned());
    }
    let Some(name) = login else { return Ok(Entry { is_implicit, login: None }) };
    let Some(found) = logins.iter().find(|it| it.name == name) else {
        return Err(format!("there is no `[[next-hop.login]]` with `name = \"{name}\"`"));
    };
    if found.user.is_some() && tls != TlsWish::Verified {
        return Err(
            "a password is told to a server that is known; write `tls = \"verified\"`, and \
                    a certificate of your own as `authorities` in `[next-hop]`"
                .to_owned(),
        );
    }
    if tls == TlsWish::Never || tls == TlsWish::Opportunistic {
        return Err("a certificate is shown under TLS; write `tls = \"required\"` or \
                    `\"verified\"`"
            .to_owned());
    }
    Ok(Entry { is_implicit, login: Some(name.to_owned()) })
}

/// Where TLS comes first (RFC 8314 §7.3).
const SUBMISSIONS: u16 = 465;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_only_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for (text, expected) in [
            ("tulip", Some("tulip")),
            ("tulip \n", Some("tulip ")),
            ("tulip\r\n", Some("tulip")),
            ("tu:lip é\n", Some("tu:lip é")),
            ("tulip\nrose\n", None),
            ("\n", None),
            ("", None),
            ("a\0b", None),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(password(&path).ok().as_deref(), expected, "{text:?}");
        }
        assert!(password(&folder.path().join("nowhere")).is_err());
    }

    #[test]
    fn a_secret_is_told_to_who_is_known_alone() {
        let path = || PathBuf::from("x");
        let login = |name: &str, user: bool| LoginFiles {
            name: name.into(),
            user: user.then(|| ("acme".to_owned(), path())),
            certificate: (!user).then(|| (path(), path())),
        };
        let logins = [login("word", true), login("card", false)];
        let entry = |name, tls| entry(&logins, (name, None, 25), tls);
        for tls in [TlsWish::Never, TlsWish::Opportunistic, TlsWish::Required] {
            assert!(entry(Some("word"), tls).is_err(), "{tls:?}");
        }
        assert!(entry(Some("word"), TlsWish::Verified).is_ok());
        assert!(entry(Some("card"), TlsWish::Opportunistic).is_err());
        assert!(entry(Some("card"), TlsWish::Required).is_ok());
        assert!(entry(Some("other"), TlsWish::Verified).is_err());
        assert_eq!(entry(None, TlsWish::Never), Ok(Entry::default()));
    }

    #[test]
    fn tls_comes_first_where_it_always_does() {
        let first = |said, port, tls| entry(&[], (None, said, port), tls).map(|it| it.is_implicit);
        assert_eq!(first(None, 465, TlsWish::Required), Ok(true));
        assert_eq!(first(None, 465, TlsWish::Never), Ok(false));
        assert_eq!(first(Some(false), 465, TlsWish::Verified), Ok(false));
        assert_eq!(first(Some(true), 2465, TlsWish::Opportunistic), Ok(true));
        assert_eq!(first(None, 25, TlsWish::Verified), Ok(false));
        assert!(first(Some(true), 25, TlsWish::Never).is_err());
    }
}
