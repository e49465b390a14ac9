//! `keyd`: holds every key and does nothing else.
//!
//! One thread, no file and no network once it runs. Who asks is known from the line, which the
//! master joined; [`may`] says which question each may ask.

use std::{
    fs::File,
    io::Read,
    os::fd::{AsFd, OwnedFd},
    path::Path,
};

use anyhow::Context;
use rustix::event::{PollFd, PollFlags, poll};
use vault::{
    audit::Seal,
    bundle::SignKey as AuditKey,
    dkim::SignKey,
    key::{DataKey, IndexKey, KeyRing, WrappedKey},
    tls::LocalSigner,
};
use zeroize::Zeroizing;

use crate::{
    channel::{Packet, decode, encode, receive, send},
    fail,
    protocol::{
        control::{Control, DkimKey, Folders, Login, Report, Role, Start},
        keyd::{KeyAnswer, KeyQuestion, NEW_MAX},
    },
    role::master::{LoginPaths, audit_key_path, dkim_key_path, master_key_path, tls_key_path},
};

/// What addresses are hashed for.
pub(crate) const ADDRESS_PURPOSE: &str = "address";

/// Octets of a key file; an RSA key of 16384 bits has less.
const SECRET_OCTETS_MAX: usize = 32 * 1024;

struct Keyring {
    master: KeyRing,
    index: IndexKey,
    tls: LocalSigner,
    dkim: Vec<(DkimKey, SignKey)>,
    logins: Vec<Secrets>,
    audit: AuditKey,
    audit_id: String,
    /// The newest record that was confirmed, and its digest.
    confirmed: (i64, [u8; 32]),
}

/// The secrets of one login at a next hop.
struct Secrets {
    name: String,
    password: Option<Zeroizing<String>>,
    key: Option<LocalSigner>,
}

/// Reads the keys, enters the sandbox, answers until the master closes the line.
///
/// # Errors
///
/// A key cannot be read, the sandbox cannot be entered, the control line fails.
pub(super) fn run(start: &Start, control: &OwnedFd) -> anyhow::Result<()> {
    let mut keyring = read(start)?;
    crate::tls::rehearse()?;
    let sandbox = crate::sandbox::enter(&crate::sandbox::Rights::of(start))?;
    let ready = encode(&Report::Ready { sandbox })?;
    send(control.as_fd(), &Packet::new(0, ready, Vec::new()))?;
    let mut lines: Vec<(Role, OwnedFd)> = Vec::new();
    loop {
        for index in readable(control, &lines)? {
            match index.checked_sub(1) {
                None => {
                    let Some(packet) = receive(control.as_fd())? else { return Ok(()) };
                    match decode(&packet.payload)? {
                        Control::Attach { peer: role, .. } => {
                            lines.retain(|(other, _)| *other != role);
                            // Whoever asks and does not read its answers must not stop the others.
                            for line in &packet.descriptors {
                                rustix::io::ioctl_fionbio(line, true)?;
                            }
                            lines
                                .extend(packet.descriptors.into_iter().next().map(|it| (role, it)));
                        }
                        Control::Stop => return Ok(()),
                        Control::Ping => {
                            let alive = encode(&Report::Alive)?;
                            send(control.as_fd(), &Packet::new(0, alive, Vec::new()))?;
                        }
                        Control::List(_)
                        | Control::Rules(_)
                        | Control::Shadow(_)
                        | Control::Start(_) => {}
                    }
                    // The numbering of the lines may have changed.
                    break;
                }
                Some(line) => {
                    let Some((role, socket)) = lines.get(line) else { break };
                    if !answer_one(&mut keyring, *role, socket) {
                        lines.remove(line);
                        break;
                    }
                }
            }
        }
    }
}

fn read(start: &Start) -> anyhow::Result<Keyring> {
    let master = key_ring(&start.folders)?;
    let path = tls_key_path(&start.folders);
    let pem = read_secret(&path)?;
    let pem = std::str::from_utf8(&pem);
    let pem = pem.with_context(|| format!("`{}` is not in PEM form", path.display()))?;
    let tls = LocalSigner::from_pem(pem)
        .with_context(|| format!("`{}` holds no private key that can sign", path.display()))?;
    let dkim = start.dkim.iter().map(|key| {
        let path = dkim_key_path(&start.folders, &key.domain, &key.selector);
        let pem = read_secret(&path)?;
        let read = std::str::from_utf8(&pem).ok().and_then(|it| SignKey::from_pem(it).ok());
        let read = read.with_context(|| format!("`{}` cannot sign mail", path.display()))?;
        Ok((key.clone(), read))
    });
    let dkim = dkim.collect::<anyhow::Result<_>>()?;
    let logins = start.logins.iter().map(|it| secrets(start, it)).collect::<anyhow::Result<_>>()?;
    let audit = audit_key(&start.folders)?;
    let audit_id = audit.public()?.id().to_string();
    Ok(Keyring {
        index: master.index_key(),
        master,
        tls,
        dkim,
        logins,
        audit,
        audit_id,
        confirmed: (0, [0; 32]),
    })
}

/// The secrets of a login.
///
/// # Errors
///
/// One of those that it has cannot be read.
fn secrets(start: &Start, login: &Login) -> anyhow::Result<Secrets> {
    let text = |path: &Path| -> anyhow::Result<Zeroizing<String>> {
        let octets = read_secret(path)?;
        let text = std::str::from_utf8(&octets);
        let text = text.with_context(|| format!("`{}` is not text", path.display()))?;
        Ok(Zeroizing::new(text.to_owned()))
    };
    let LoginPaths { password, key } = LoginPaths::of(&start.folders, &login.name);
    let signer = |path: &Path| {
        LocalSigner::from_pem(&text(path)?)
            .with_context(|| format!("`{}` holds no private key that can sign", path.display()))
    };
    Ok(Secrets {
        name: login.name.clone(),
        password: login.user.as_ref().map(|_| text(&password)).transpose()?,
        key: login.certificate.as_ref().map(|_| signer(&key)).transpose()?,
    })
}

/// The master keys.
///
/// # Errors
///
/// They cannot be read.
pub(crate) fn key_ring(folders: &Folders) -> anyhow::Result<KeyRing> {
    let path = master_key_path(folders);
    let octets = read_secret(&path)?;
    KeyRing::from_bytes(&octets)
        .with_context(|| format!("`{}` is not a master key of 32 octets", path.display()))
}

/// The key that confirms the audit log.
///
/// # Errors
///
/// It cannot be read.
pub(crate) fn audit_key(folders: &Folders) -> anyhow::Result<AuditKey> {
    let path = audit_key_path(folders);
    let pem = read_secret(&path)?;
    let pem = std::str::from_utf8(&pem);
    let pem = pem.with_context(|| format!("`{}` is not in PEM form", path.display()))?;
    AuditKey::from_pem(pem).with_context(|| format!("`{}` cannot sign", path.display()))
}

/// Reads a file into memory that is overwritten when it is dropped. There is room for all of it from
/// the beginning, so that nothing is copied to where it would stay.
fn read_secret(path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(SECRET_OCTETS_MAX.saturating_add(1)));
    let room = u64::try_from(octets.capacity()).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|it| it.take(room).read_to_end(&mut octets));
    read.with_context(|| format!("cannot read `{}`", path.display()))?;
    let fits = octets.len() <= SECRET_OCTETS_MAX;
    anyhow::ensure!(fits, "`{}` is too long to be a key", path.display());
    Ok(octets)
}

/// Waits; 0 is the control line, `n + 1` the line `n`.
fn readable(control: &OwnedFd, lines: &[(Role, OwnedFd)]) -> anyhow::Result<Vec<usize>> {
    let sockets = std::iter::once(control).chain(lines.iter().map(|(_, socket)| socket));
    let mut polled: Vec<PollFd<'_>> =
        sockets.map(|socket| PollFd::new(socket, PollFlags::IN)).collect();
    match poll(&mut polled, None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let ready = polled.iter().enumerate().filter(|(_, it)| !it.revents().is_empty());
    Ok(ready.map(|(index, _)| index).collect())
}

/// Answers one question; `false` when the line has ended or asked what it may not.
fn answer_one(keyring: &mut Keyring, role: Role, socket: &OwnedFd) -> bool {
    let packet = match receive(socket.as_fd()) {
        Ok(Some(packet)) => packet,
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return true,
        Ok(None) | Err(_) => return false,
    };
    let Ok(question) = decode::<KeyQuestion>(&packet.payload) else { return false };
    fail::point("keyd.asked").ok();
    if !may(role, &question) {
        tracing::error!(event = "keyd.refused", asker = %role, "asked for what it may not have");
        return false;
    }
    let Ok(payload) = encode(&answer(keyring, question)) else { return false };
    send(socket.as_fd(), &Packet::new(packet.id, payload, Vec::new())).is_ok()
}

/// Who may ask what.
fn may(role: Role, question: &KeyQuestion) -> bool {
    match question {
        KeyQuestion::Sign { .. } => matches!(role, Role::Front | Role::Portal),
        KeyQuestion::Confirm { .. } => role == Role::Spool,
        KeyQuestion::Password { .. }
        | KeyQuestion::SignLogin { .. }
        | KeyQuestion::SignMail { .. } => role == Role::Deliver,
        KeyQuestion::Hash { .. } => matches!(role, Role::Portal | Role::Spool),
        KeyQuestion::New { contexts } => match role {
            Role::Spool => contexts.iter().all(|it| it.starts_with("message:")),
            Role::Portal => contexts.iter().all(|it| it.starts_with("account:")),
            Role::Exam(_)
            | Role::Deliver
            | Role::Front
            | Role::Keyd
            | Role::Login
            | Role::Reader
            | Role::Resolve => false,
        },
        KeyQuestion::Unwrap { context, .. } => match role {
            Role::Deliver => context.starts_with("message:"),
            Role::Portal | Role::Spool => {
                context.starts_with("message:") || context.starts_with("account:")
            }
            Role::Exam(_)
            | Role::Front
            | Role::Keyd
            | Role::Login
            | Role::Reader
            | Role::Resolve => false,
        },
    }
}

fn answer(keyring: &mut Keyring, question: KeyQuestion) -> KeyAnswer {
    match question {
        KeyQuestion::New { contexts } => {
            let made = contexts.iter().take(NEW_MAX).map(|context| {
                let key = DataKey::random();
                (*key.expose(), keyring.master.wrap(&key, context).0)
            });
            KeyAnswer::Made(made.collect())
        }
        KeyQuestion::Unwrap { context, wrapped } => {
            let wrapped = WrappedKey(wrapped);
            match keyring.master.unwrap(&wrapped, &context) {
                Ok(key) => KeyAnswer::Key(*key.expose()),
                Err(_) => KeyAnswer::Refused,
            }
        }
        KeyQuestion::Hash { addresses } => {
            let hash = |it: &String| keyring.index.hash(ADDRESS_PURPOSE, it.as_bytes());
            KeyAnswer::Hashes(addresses.iter().map(hash).collect())
        }
        KeyQuestion::SignMail { domain, selector, text } => {
            let keys = keyring.dkim.iter();
            let mut keys = keys.filter(|(it, _)| it.domain == domain && it.selector == selector);
            let signed = keys.next().and_then(|(_, key)| key.sign(&text).ok());
            signed.map_or(KeyAnswer::Refused, KeyAnswer::Signature)
        }
        KeyQuestion::Password { login } => {
            let found = keyring.logins.iter().find(|it| it.name == login);
            let password = found.and_then(|it| it.password.as_ref());
            password.map_or(KeyAnswer::Refused, |it| KeyAnswer::Password(it.to_string()))
        }
        KeyQuestion::SignLogin { login, scheme, message } => {
            let found = keyring.logins.iter().find(|it| it.name == login);
            let key = found.and_then(|it| it.key.as_ref());
            let signed = key.and_then(|it| it.sign(scheme, &message).ok());
            signed.map_or(KeyAnswer::Refused, KeyAnswer::Signature)
        }
        KeyQuestion::Sign { scheme, message } => match keyring.tls.sign(scheme, &message) {
            Ok(signature) => KeyAnswer::Signature(signature),
            Err(_) => KeyAnswer::Refused,
        },
        // Who can have an earlier end confirmed could take records away.
        KeyQuestion::Confirm { sequence, digest } => {
            let (newest, known) = keyring.confirmed;
            if sequence < newest || (sequence == newest && digest != known) {
                return KeyAnswer::Refused;
            }
            keyring.confirmed = (sequence, digest);
            let signature = Seal::Checkpoint.sign(&keyring.audit, sequence, &digest).to_vec();
            KeyAnswer::Confirmed { key: keyring.audit_id.clone(), signature }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_faces_the_network_gets_no_key() {
        let unwrap = KeyQuestion::Unwrap { context: "message:1".into(), wrapped: Vec::new() };
        let new = KeyQuestion::New { contexts: vec!["message:1".into()] };
        assert!(!may(Role::Front, &unwrap) && !may(Role::Front, &new));
        assert!(may(Role::Front, &KeyQuestion::Sign { scheme: 0, message: Vec::new() }));
        let password = KeyQuestion::Password { login: "provider".into() };
        for role in [Role::Front, Role::Portal, Role::Spool, Role::Login] {
            assert!(!may(role, &password), "{role}");
        }
        assert!(may(Role::Deliver, &password));
    }

    #[test]
    fn a_secret_is_read_whole_and_never_moved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for octets in [0, 32, SECRET_OCTETS_MAX] {
            std::fs::write(&path, vec![7; octets]).unwrap();
            let secret = read_secret(&path).unwrap();
            assert_eq!((secret.len(), secret.capacity()), (octets, SECRET_OCTETS_MAX + 1));
        }
        std::fs::write(&path, vec![7; SECRET_OCTETS_MAX + 1]).unwrap();
        assert!(read_secret(&path).is_err());
    }

    #[test]
    fn an_examiner_gets_nothing() {
        let questions = [
            KeyQuestion::New { contexts: vec!["message:1".into()] },
            KeyQuestion::Unwrap { context: "message:1".into(), wrapped: Vec::new() },
            KeyQuestion::Hash { addresses: Vec::new() },
            KeyQuestion::Sign { scheme: 0, message: Vec::new() },
            KeyQuestion::Confirm { sequence: 1, digest: [0; 32] },
            KeyQuestion::Password { login: String::new() },
            KeyQuestion::SignLogin { login: String::new(), scheme: 0, message: Vec::new() },
            KeyQuestion::SignMail {
                domain: String::new(),
                selector: String::new(),
                text: Vec::new(),
            },
        ];
        for question in questions {
            for role in [Role::Exam(0), Role::Reader, Role::Resolve] {
                assert!(!may(role, &question), "{role}");
            }
        }
    }

    #[test]
    fn a_new_key_is_for_what_the_role_makes() {
        let account = KeyQuestion::New { contexts: vec!["account:1".into()] };
        let message = KeyQuestion::New { contexts: vec!["message:1".into()] };
        assert!(may(Role::Portal, &account) && !may(Role::Portal, &message));
        assert!(may(Role::Spool, &message) && !may(Role::Spool, &account));
        let both = KeyQuestion::New { contexts: vec!["message:1".into(), "account:1".into()] };
        assert!(!may(Role::Spool, &both) && !may(Role::Portal, &both));
    }
}
