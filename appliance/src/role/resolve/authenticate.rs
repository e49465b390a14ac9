//! SPF, DKIM, DMARC and ARC of one message.

use std::time::Duration;

use mail_auth::{
    AuthenticatedMessage, DkimResult, DmarcResult, Error, MessageAuthenticator, SpfOutput,
    SpfResult, common::crypto::Algorithm, dkim::DkimError, dmarc::verify::DmarcParameters,
};

use tokio::time::timeout;

use super::{chain, names::is_name, spf::Check};
use crate::protocol::resolve::{
    Authentication, Claim, Dmarc, Outcome, SIGNATURES_MAX, Signature, Spf,
};

/// How long each check of SPF may take.
const SENDER_PATIENCE: Duration = Duration::from_secs(2);
/// How long all signatures together may take.
const SIGNATURES_PATIENCE: Duration = Duration::from_secs(4);
/// How long the author's domain may take to say what it wants.
const POLICY_PATIENCE: Duration = Duration::from_secs(4);
/// How long an ARC chain may take.
const CHAIN_PATIENCE: Duration = Duration::from_secs(2);

/// Checks a message. What cannot be found out is an outcome, too.
pub(super) async fn check(
    names: &MessageAuthenticator,
    claim: &Claim,
    message: &[u8],
) -> Authentication {
    // Who sends a mail chooses whose name servers are asked for SPF and for its signatures. Neither may
    // use up the time of what is asked of the author's domain, whose answer decides.
    let spf = spf(names, claim).await;
    let of_sender = for_dmarc(&spf);
    // A signature over a part of the body is none (RFC 6376 §8.2).
    let Some(parsed) = AuthenticatedMessage::parse_with_opts(message, None, true) else {
        return Authentication { spf, ..Authentication::default() };
    };
    let too_many = SIGNATURES_MAX < signatures(message);
    let mut dkim = Vec::new();
    let mut unread = usize::from(too_many);
    let mut is_late = false;
    if !too_many {
        match timeout(SIGNATURES_PATIENCE, names.verify_dkim(&parsed)).await {
            Ok(found) => dkim = found,
            Err(_late) => is_late = true,
        }
    }
    // A key under a name that nobody can ask for counts as none, not as one to wait for.
    dkim.retain(|it| {
        let is_askable = it.signature().is_none_or(|it| is_name(&key_name(&it.s, &it.d)));
        unread = unread.saturating_add(usize::from(!is_askable));
        is_askable
    });
    let identity = identity(claim);
    let of_author = DmarcParameters::new(&parsed, &dkim, identity, &of_sender);
    let dmarc = timeout(POLICY_PATIENCE, names.verify_dmarc(of_author)).await;
    let dmarc = dmarc.map_or(Dmarc { outcome: Outcome::TempError, ..Dmarc::default() }, |it| {
        Dmarc { outcome: of_dmarc(&it.result(), it.domain()), domain: told(it.domain()) }
    });
    let sound = !too_many && chain::is_well_formed(parsed.raw_parsed_headers());
    let arc = match sound {
        true => {
            timeout(CHAIN_PATIENCE, names.verify_arc(&parsed)).await.map(|it| of_arc(it.result()))
        }
        false => Ok(Outcome::Fail),
    };
    let mut signed: Vec<Signature> = dkim.iter().map(signature).collect();
    let one = |outcome| Signature { outcome, ..Signature::default() };
    signed.extend(std::iter::repeat_n(one(Outcome::PermError), unread));
    signed.extend(is_late.then(|| one(Outcome::TempError)));
    Authentication { spf, dkim: signed, dmarc, arc: arc.unwrap_or(Outcome::TempError) }
}

/// The peer's name first; a failure there ends it, and so does a missing sender (RFC 7208 §2.3).
async fn spf(names: &MessageAuthenticator, claim: &Claim) -> Spf {
    let dns = names.resolver();
    let of = async |sender: &str| {
        let check = Check::new(dns, claim.peer, &claim.helo, sender).run();
        timeout(SENDER_PATIENCE, check).await.unwrap_or(Outcome::TempError)
    };
    let by_helo = of(&claim.helo).await;
    match claim.sender.as_deref() {
        Some(sender) if by_helo != Outcome::Fail => {
            Spf { outcome: of(sender).await, domain: told(domain_of(sender)), by_helo: false }
        }
        Some(_) | None => Spf { outcome: by_helo, domain: told(&claim.helo), by_helo: true },
    }
}

/// Where the key of a signature is asked for (RFC 6376 §3.6.2.1).
fn key_name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// A name as it is told on.
fn told(domain: &str) -> String {
    domain.trim_end_matches('.').to_ascii_lowercase()
}

/// The same for the library. DMARC knows the sender's domain alone (RFC 9989 §5.3.2).
fn for_dmarc(spf: &Spf) -> SpfOutput {
    let result = match spf.outcome {
        Outcome::Pass => SpfResult::Pass,
        Outcome::Fail => SpfResult::Fail,
        Outcome::SoftFail => SpfResult::SoftFail,
        Outcome::Neutral => SpfResult::Neutral,
        Outcome::TempError => SpfResult::TempError,
        Outcome::PermError => SpfResult::PermError,
        Outcome::None => SpfResult::None,
    };
    SpfOutput::new(spf.domain.clone()).with_result(result)
}

/// Whose record SPF asks for the author: the sender's, or the peer's name where there is none.
fn identity(claim: &Claim) -> &str {
    claim.sender.as_deref().map_or(claim.helo.as_str(), domain_of)
}

fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

/// Fields of the header that ask for a signature to be looked at; each costs a question.
fn signatures(message: &[u8]) -> usize {
    let lines = message.split(|it| *it == b'\n').take_while(|it| !it.trim_ascii().is_empty());
    let begins = |line: &[u8], name: &[u8]| {
        line.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    lines.filter(|it| begins(it, b"dkim-signature") || begins(it, b"arc-")).count()
}

fn signature(found: &mail_auth::DkimOutput<'_>) -> Signature {
    let signature = found.signature();
    Signature {
        outcome: match signature.map(|it| it.a) {
            // SHA-1 proves nothing any more (RFC 8301 §3.1).
            Some(Algorithm::RsaSha1) => Outcome::PermError,
            Some(_) | None => of_dkim(found.result()),
        },
        domain: signature.map(|it| it.d.to_ascii_lowercase()).unwrap_or_default(),
        selector: signature.map(|it| it.s.clone()).unwrap_or_default(),
    }
}

/// A signature that cannot be read, or whose text was changed, is a broken one.
fn of_dkim(result: &DkimResult) -> Outcome {
    match result {
        DkimResult::Pass => Outcome::Pass,
        DkimResult::Neutral(Error::Dkim(DkimError::FailedBodyHashMatch)) => Outcome::Fail,
        DkimResult::Neutral(_) => Outcome::Neutral,
        DkimResult::Fail(_) => Outcome::Fail,
        DkimResult::PermError(_) => Outcome::PermError,
        DkimResult::TempError(_) => Outcome::TempError,
        DkimResult::None => Outcome::None,
    }
}

/// A chain holds or does not (RFC 8617 §5.2).
fn of_arc(result: &DkimResult) -> Outcome {
    match result {
        DkimResult::Pass => Outcome::Pass,
        DkimResult::None => Outcome::None,
        DkimResult::TempError(_) => Outcome::TempError,
        DkimResult::Neutral(_) | DkimResult::Fail(_) | DkimResult::PermError(_) => Outcome::Fail,
    }
}

/// A message whose author's domain cannot be told fails: RFC 9989 leaves it alone, and a reader is
/// shown some name all the same.
fn of_dmarc(result: &DmarcResult, author: &str) -> Outcome {
    match result {
        DmarcResult::Pass => Outcome::Pass,
        DmarcResult::Fail(_) => Outcome::Fail,
        DmarcResult::TempError(_) => Outcome::TempError,
        DmarcResult::PermError(_) => Outcome::PermError,
        DmarcResult::None if author.is_empty() => Outcome::PermError,
        DmarcResult::None => Outcome::None,
    }
}

#[cfg(test)]
mod tests;
