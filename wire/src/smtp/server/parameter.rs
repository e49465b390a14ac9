//! The parameters of `MAIL` and `RCPT`.
//!
//! # Standards
//!
//! RFC 5321 §4.1.2 (esmtp-param), RFC 1870 §3 (SIZE), RFC 6152 §2 (BODY), RFC 4954 §5 (AUTH),
//! RFC 3461 §4 (RET, ENVID, NOTIFY, ORCPT), RFC 6531 §3.4 (SMTPUTF8), RFC 8689 §2 (REQUIRETLS).

use super::transaction::Body;
use crate::smtp::{
    dsn::{EnvelopeId, MailWish, Notify, OriginalRecipient, RcptWish, Returned, xtext},
    path::ReversePath,
};

/// The parameters of `MAIL`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct MailParameters {
    pub(super) size_octets: Option<u64>,
    pub(super) body: Body,
    pub(super) wish: MailWish,
    pub(super) utf8: bool,
}

/// Why parameters are refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ParameterError {
    /// The keyword is known; its value is malformed, or it is given twice.
    Malformed,
    /// The keyword is not known.
    Unknown,
}

/// Parses what follows the path of `MAIL`.
pub(super) fn of_mail(rest: &str) -> Result<MailParameters, ParameterError> {
    let (mut size, mut body, mut auth) = (None, None, None);
    let (mut wish, mut utf8, mut tls) = (MailWish::default(), None, None);
    for (keyword, value) in split(rest)? {
        match keyword.to_ascii_uppercase().as_str() {
            "SIZE" => once(&mut size, size_octets(value)?)?,
            "BODY" => once(&mut body, body_of(value)?)?,
            "AUTH" => once(&mut auth, submitter(value)?)?,
            "SMTPUTF8" if value.is_empty() => once(&mut utf8, ())?,
            "SMTPUTF8" => return Err(ParameterError::Malformed),
            "REQUIRETLS" if value.is_empty() => once(&mut tls, ())?,
            "REQUIRETLS" => return Err(ParameterError::Malformed),
            "RET" => once(&mut wish.returned, read(Returned::parse(value))?)?,
            "ENVID" => once(&mut wish.envelope_id, read(EnvelopeId::parse(value))?)?,
            _ => return Err(ParameterError::Unknown),
        }
    }
    wish.requires_tls = tls.is_some();
    let body = body.unwrap_or(Body::SevenBit);
    Ok(MailParameters { size_octets: size, body, wish, utf8: utf8.is_some() })
}

/// Parses what follows the path of `RCPT`.
pub(super) fn of_rcpt(rest: &str) -> Result<RcptWish, ParameterError> {
    let mut wish = RcptWish::default();
    for (keyword, value) in split(rest)? {
        match keyword.to_ascii_uppercase().as_str() {
            "NOTIFY" => once(&mut wish.notify, read(Notify::parse(value))?)?,
            "ORCPT" => once(&mut wish.original, read(OriginalRecipient::parse(value))?)?,
            _ => return Err(ParameterError::Unknown),
        }
    }
    Ok(wish)
}

fn read<T>(value: Option<T>) -> Result<T, ParameterError> {
    value.ok_or(ParameterError::Malformed)
}

/// Splits ` KEYWORD=value KEYWORD …`; the value is empty when there is none.
fn split(rest: &str) -> Result<Vec<(&str, &str)>, ParameterError> {
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Err(ParameterError::Malformed);
    }
    let mut parameters = Vec::new();
    for word in rest.split(' ').filter(|word| !word.is_empty()) {
        let (keyword, value) = word.split_once('=').unwrap_or((word, ""));
        let is_keyword = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
        if keyword.is_empty() || keyword.starts_with('-') || !keyword.bytes().all(is_keyword) {
            return Err(ParameterError::Malformed);
        }
        parameters.push((keyword, value));
    }
    Ok(parameters)
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), ParameterError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(ParameterError::Malformed),
    }
}

/// Up to 20 digits; what does not fit in 64 bits is over any limit all the same.
fn size_octets(value: &str) -> Result<u64, ParameterError> {
    let is_number = (1..=20).contains(&value.len()) && value.bytes().all(|d| d.is_ascii_digit());
    if is_number { Ok(value.parse().unwrap_or(u64::MAX)) } else { Err(ParameterError::Malformed) }
}

fn body_of(value: &str) -> Result<Body, ParameterError> {
    match value.to_ascii_uppercase().as_str() {
        "7BIT" => Ok(Body::SevenBit),
        "8BITMIME" => Ok(Body::EightBit),
        _ => Err(ParameterError::Malformed),
    }
}

/// Checks `AUTH=`. Its claim is not used: peers that may make it are trusted anyway, and the claim
/// of any other peer counts as `<>` (RFC 4954 §5).
fn submitter(value: &str) -> Result<(), ParameterError> {
    let decoded = xtext(value).ok_or(ParameterError::Malformed)?;
    if decoded == "<>" {
        return Ok(());
    }
    match ReversePath::parse(&format!("<{decoded}>")) {
        Ok((ReversePath::Mailbox(_), "")) => Ok(()),
        Ok(_) | Err(_) => Err(ParameterError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rest: &str, expected: Result<(Option<u64>, Body), ParameterError>) {
        assert_eq!(of_mail(rest).map(|found| (found.size_octets, found.body)), expected, "{rest}");
    }

    #[test]
    fn parameters_of_mail() {
        check("", Ok((None, Body::SevenBit)));
        check(" size=12 body=8bitmime", Ok((Some(12), Body::EightBit)));
        check("  BODY=7BIT", Ok((None, Body::SevenBit)));
        check(" AUTH=<>", Ok((None, Body::SevenBit)));
        check(" AUTH=e+3Dmc2@example.com", Ok((None, Body::SevenBit)));
        check(" SIZE=99999999999999999999", Ok((Some(u64::MAX), Body::SevenBit)));
    }

    #[test]
    fn malformed_and_unknown_parameters() {
        for rest in [
            "SIZE=1",
            " SIZE",
            " SIZE=",
            " SIZE=-1",
            " SIZE=1 SIZE=1",
            " SIZE=999999999999999999999",
            " BODY",
            " BODY=BINARYMIME",
            " BODY=7BIT BODY=7BIT",
            " =1",
            " -A=1",
            " AUTH=",
            " AUTH=a",
            " AUTH=+3",
            " AUTH=+3d",
            " AUTH=+0Aa@b.example",
            " S\u{e9}=1",
        ] {
            check(rest, Err(ParameterError::Malformed));
        }
        for rest in [" RET", " RET=ALL", " RET=HDRS RET=HDRS", " ENVID=", " ENVID=a+0Db"] {
            check(rest, Err(ParameterError::Malformed));
        }
        for rest in [" SMTPUTF8=1", " SMTPUTF8 SMTPUTF8"] {
            check(rest, Err(ParameterError::Malformed));
        }
        assert!(of_mail(" smtputf8").unwrap().utf8);
        for rest in [" REQUIRETLS=1", " REQUIRETLS REQUIRETLS"] {
            assert_eq!(of_mail(rest), Err(ParameterError::Malformed), "{rest}");
        }
        assert!(of_mail(" requiretls").unwrap().wish.requires_tls);
        assert!(!of_mail("").unwrap().wish.requires_tls);
        for rest in [" UTF8SMTP", " NOTIFY=NEVER", " SIZE=1 X=2"] {
            check(rest, Err(ParameterError::Unknown));
        }
        for rest in ["x", " NOTIFY", " NOTIFY=NO", " ORCPT=a", " NOTIFY=NEVER NOTIFY=NEVER"] {
            assert_eq!(of_rcpt(rest), Err(ParameterError::Malformed), "{rest}");
        }
        assert_eq!(of_rcpt(" RET=HDRS"), Err(ParameterError::Unknown));
        assert_eq!(of_rcpt(""), Ok(RcptWish::default()));
        let wish = of_rcpt(" orcpt=rfc822;a@b.example notify=delay").unwrap();
        assert_eq!(wish.notify.map(|it| it.to_string()).as_deref(), Some("DELAY"));
        assert_eq!(wish.original.map(|it| it.decoded()).as_deref(), Some("a@b.example"));
        let wish = of_mail(" RET=full ENVID=x+2By").unwrap().wish;
        assert_eq!(wish.returned, Some(Returned::Full));
        assert_eq!(wish.envelope_id.map(|it| it.decoded()).as_deref(), Some("x+y"));
    }
}
