//! Who wants to know how TLS to the servers of a domain goes.
//!
//! # Source
//!
//! RFC 8460 §3.

use grammar::literal::Address;
use hickory_resolver::proto::rr::{RData, RecordType};

use super::Lookup;

/// Addresses that one domain is told at.
const ADDRESSES_MAX: usize = 4;

/// The addresses that a domain, in lower case, wants reports at; none where it asks for none, or for
/// none by mail.
pub(super) async fn addresses(lookup: &Lookup, domain: &str) -> Vec<String> {
    let Ok(found) = lookup.ask(&format!("_smtp._tls.{domain}"), RecordType::TXT).await else {
        return Vec::new();
    };
    let text = |it: &RData| {
        let RData::TXT(it) = it else { return None };
        String::from_utf8(it.txt_data.concat()).ok()
    };
    read(&found.records.iter().filter_map(text).collect::<Vec<_>>())
}

/// The addresses of the one record among these texts; none where there are several.
fn read(texts: &[String]) -> Vec<String> {
    let is_one = |it: &&String| it.split(';').next().is_some_and(|it| it.trim() == "v=TLSRPTv1");
    let mut ours = texts.iter().filter(is_one);
    let (Some(record), None) = (ours.next(), ours.next()) else { return Vec::new() };
    let fields = record.split(';').skip(1).filter_map(|it| it.split_once('='));
    let Some((_, places)) = fields.into_iter().find(|(key, _)| key.trim() == "rua") else {
        return Vec::new();
    };
    places.split(',').filter_map(mailbox).take(ADDRESSES_MAX).collect()
}

/// The address of a `mailto:`; what else it says is not for these.
fn mailbox(place: &str) -> Option<String> {
    let (scheme, rest) = place.trim().split_once(':')?;
    let written = rest.split('?').next()?;
    // Nobody whose mail works needs octets that stand as `%` and two digits in it.
    let is_one = scheme.eq_ignore_ascii_case("mailto") && !written.contains('%');
    Address::parse(written).ok().filter(|_| is_one).map(|it| it.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_says_where_reports_go() {
        let read = |texts: &[&str]| {
            read(&texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).join(" ")
        };
        let cases: [(&[&str], &str); 10] = [
            (&["v=TLSRPTv1; rua=mailto:tls@shop.example"], "tls@shop.example"),
            (&["v=TLSRPTv1;rua=mailto:a@b.example,mailto:c@d.example;"], "a@b.example c@d.example"),
            (&["v=TLSRPTv1; rua=https://shop.example/tls, mailto:a@b.example"], "a@b.example"),
            (&["v=TLSRPTv1; rua=MAILTO:a@b.example?subject=x"], "a@b.example"),
            (&["v=TLSRPTv1; rua=mailto:a%40b.example"], ""),
            (&["v=TLSRPTv1; rua=mailto:nobody"], ""),
            (&["v=TLSRPTv1"], ""),
            (&["v=TLSRPTv12; rua=mailto:a@b.example"], ""),
            (&["v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@d.example"], ""),
            (&["v=spf1 -all", "v=TLSRPTv1; rua=mailto:a@b.example"], "a@b.example"),
        ];
        for (texts, expected) in cases {
            assert_eq!(read(texts), expected, "{texts:?}");
        }
        let many = ["mailto:a@b.example"; 9].join(",");
        assert_eq!(read(&[&format!("v=TLSRPTv1; rua={many}")]).split(' ').count(), ADDRESSES_MAX);
    }
}
