//! The published cases of the standards, over a real name server.

use std::collections::BTreeMap;

use ::tests::dns::{Dns, Record, Zone};
use serde::Deserialize;

use super::*;
use crate::role::resolve::authenticator;

#[derive(Deserialize)]
struct SpfSet {
    description: String,
    zone: BTreeMap<String, Vec<Written>>,
    tests: Vec<SpfCase>,
}

#[derive(Deserialize)]
struct SpfCase {
    name: String,
    helo: String,
    peer: std::net::IpAddr,
    sender: String,
    results: Vec<String>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Written {
    Address { value: std::net::IpAddr },
    Alias { value: String },
    Mail { preference: u16, value: String },
    Pointer { value: String },
    Text { pieces: Vec<String> },
    Unanswered,
}

#[derive(Deserialize)]
struct ArcSet {
    description: String,
    texts: BTreeMap<String, String>,
    tests: Vec<ArcCase>,
}

#[derive(Deserialize)]
struct ArcCase {
    name: String,
    message: String,
    result: String,
}

fn record(written: Written) -> Record {
    match written {
        Written::Address { value } => Record::Address(value),
        Written::Alias { value } => Record::Alias(value),
        Written::Mail { preference, value } => Record::Mail(preference, value),
        Written::Pointer { value } => Record::Pointer(value),
        // The letters of the file stand for octets.
        Written::Text { pieces } => Record::Text(
            pieces
                .iter()
                .map(|it| it.chars().map(|it| u8::try_from(it).unwrap()).collect())
                .collect(),
        ),
        Written::Unanswered => Record::Unanswered,
    }
}

fn names(zone: Zone) -> MessageAuthenticator {
    let dns = Dns::start(zone).unwrap();
    authenticator(&[dns.address()]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spf_of_rfc_7208() {
    let sets: Vec<SpfSet> = serde_json::from_str(include_str!("cases/spf.json")).unwrap();
    let (mut tried, mut wrong) = (0, Vec::new());
    for set in sets {
        let mut zone = Zone::default();
        for (name, records) in set.zone {
            records.into_iter().for_each(|it| zone.add(&name, record(it)));
        }
        let names = names(zone);
        for case in set.tests {
            let sender = Some(case.sender).filter(|it| !it.is_empty());
            let claim = Claim { peer: case.peer, helo: case.helo, sender };
            let found = spf(&names, &claim).await;
            let outcome = found.outcome.word().to_owned();
            tried += 1;
            if !case.results.contains(&outcome) {
                wrong.push((format!("{}: {}", set.description, case.name), outcome, case.results));
            }
        }
    }
    assert_eq!(tried, 203);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arc_of_rfc_8617() {
    let sets: Vec<ArcSet> = serde_json::from_str(include_str!("cases/arc.json")).unwrap();
    let (mut tried, mut wrong) = (0, Vec::new());
    for set in sets {
        let mut zone = Zone::default();
        set.texts.iter().for_each(|(name, text)| zone.text(name, text));
        let names = names(zone);
        for case in set.tests {
            let message = case.message.replace('\n', "\r\n");
            let outcome = check(&names, &claim(), message.as_bytes()).await.arc;
            tried += 1;
            if outcome.word() != case.result {
                wrong.push((format!("{}: {}", set.description, case.name), outcome, case.result));
            }
        }
    }
    assert_eq!(tried, 171);
    wrong.retain(|it| !ARC_DIFFERENCES.contains(&it.0.as_str()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Chains that hold by the standard and are taken for broken: nothing is trusted that should not be.
/// RFC 6376 §3.5 reads a missing `c=` as `simple/simple`, and RFC 8617 §4.1.2 leaves what `h=` names to
/// the sealer; the library wants both.
const ARC_DIFFERENCES: &[&str] = &[
    "Arc Message Signature Fields: ams_fields_c_na",
    "Arc Message Signature Fields: ams_fields_h_empty",
];

fn claim() -> Claim {
    Claim { peer: [192, 0, 2, 1].into(), helo: "mail.example.com".to_owned(), sender: None }
}

/// A message with the keys that it was signed with, one a line in front.
fn signed(text: &str) -> (Zone, String) {
    let (keys, message) = text.split_once("\n\n").unwrap();
    let mut zone = Zone::default();
    for key in keys.lines() {
        let (name, text) = key.split_once(' ').unwrap();
        zone.text(name, text);
    }
    (zone, message.replace('\n', "\r\n"))
}

async fn dkim(zone: &Zone, message: &str) -> Vec<&'static str> {
    let found = check(&names(zone.clone()), &claim(), message.as_bytes()).await;
    found.dkim.iter().map(|it| it.outcome.word()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dkim_of_rfc_8463_and_6376() {
    let (zone, both) = signed(include_str!("cases/dkim/1.txt"));
    assert_eq!(dkim(&zone, &both).await, ["pass", "pass"]);
    assert_eq!(dkim(&zone, &both.replace("hungry", "angry")).await, ["fail", "fail"]);
    assert_eq!(dkim(&zone, &both.replace("dinner", "lunch")).await, ["fail", "fail"]);
    // A field that was signed as absent, or once, is there again.
    assert_eq!(dkim(&zone, &format!("From: eve@other.example\r\n{both}")).await, ["fail", "fail"]);
    assert_eq!(dkim(&zone, &format!("X-New: 1\r\n{both}")).await, ["pass", "pass"]);
    assert_eq!(dkim(&Zone::default(), &both).await, ["permerror", "permerror"]);
    let of_a_part = both.replace("q=dns/txt; s=brisbane", "q=dns/txt; l=3; s=brisbane");
    assert_eq!(dkim(&zone, &of_a_part).await, ["neutral", "pass"]);
    let (zone, simple) = signed(include_str!("cases/dkim/2.txt"));
    assert_eq!(dkim(&zone, &simple).await, ["pass"]);
    let mut silent = Zone::default();
    silent.add("newengland._domainkey.example.com", Record::Unanswered);
    assert_eq!(dkim(&silent, &simple).await, ["temperror"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_signatures_than_are_looked_at_are_none() {
    let (zone, both) = signed(include_str!("cases/dkim/1.txt"));
    let dns = Dns::start(zone).unwrap();
    let names = authenticator(&[dns.address()]).unwrap();
    let (signature, _) = both.split_once("From:").unwrap();
    let many = format!("{}{both}", signature.repeat(SIGNATURES_MAX));
    let found = check(&names, &claim(), many.as_bytes()).await;
    assert_eq!(found.facts(&[]).dkim, Some(false));
    assert!(dns.asked().iter().all(|it| !it.contains("_domainkey")), "{:?}", dns.asked());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forger_cannot_keep_the_authors_word_from_being_heard() {
    let (_, both) = signed(include_str!("cases/dkim/1.txt"));
    let broken = both.replace("hungry", "angry");
    let mut zone = dmarc_zone("v=DMARC1; p=reject");
    // The forger's own names are slow: sender, signature, and what both lead to.
    zone.add("slow.example", Record::Silent);
    zone.add("_dmarc.slow.example", Record::Silent);
    zone.text("evil.example", "v=spf1 include:slow.example -all");
    zone.add("s._domainkey.slow.example", Record::Silent);
    let first = broken.split_once("From:").unwrap().0;
    let with = |from: &str, to: &str| format!("{}{broken}", first.replace(from, to));
    for message in [
        broken.clone(),
        with("d=football.example.com", "d=slow.example").replace("s=brisbane", "s=s"),
        // Keys of the author under names that nobody can ask for.
        with("s=brisbane", &format!("s={}", "x".repeat(64))),
        with("d=football.example.com", &format!("d={}.football.example.com", "x".repeat(64))),
        with("s=brisbane", "s=a..b"),
    ] {
        let told = dmarc(zone.clone(), "x@evil.example", &message).await;
        assert_eq!(told.0, "fail", "{message}");
    }
    // The author's own name servers are another matter.
    let mut silent = Zone::default();
    silent.add("_dmarc.football.example.com", Record::Silent);
    assert_eq!(dmarc(silent, "x@evil.example", &broken).await.0, "temperror");
}

fn dmarc_zone(policy: &str) -> Zone {
    let (mut zone, _) = signed(include_str!("cases/dkim/1.txt"));
    zone.text("_dmarc.example.com", policy);
    zone.text("shop.example", "v=spf1 ip4:192.0.2.1 -all");
    zone.text("football.example.com", "v=spf1 ip4:192.0.2.1 -all");
    zone
}

async fn dmarc(zone: Zone, sender: &str, message: &str) -> (&'static str, String) {
    let claim = Claim { sender: Some(sender.to_owned()), ..claim() };
    let found = check(&names(zone), &claim, message.as_bytes()).await.dmarc;
    (found.outcome.word(), found.domain)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dmarc_by_alignment() {
    let (_, both) = signed(include_str!("cases/dkim/1.txt"));
    let broken = both.replace("hungry", "angry");
    let author = "football.example.com".to_owned();
    let strict = || dmarc_zone("v=DMARC1; p=reject; aspf=s; adkim=s");
    assert_eq!(dmarc(strict(), "x@shop.example", &both).await, ("pass", author.clone()));
    assert_eq!(dmarc(strict(), "x@football.example.com", &broken).await, ("pass", author.clone()));
    assert_eq!(dmarc(strict(), "x@shop.example", &broken).await, ("fail", author.clone()));
    assert_eq!(dmarc(Zone::default(), "x@shop.example", &broken).await, ("none", author));
    // Nobody can say whose record counts, so none does.
    for from in ["From: a@one.example, b@two.example", "From: nobody", "X-From: a@one.example"] {
        let message = format!("{from}\r\nSubject: x\r\n\r\ny\r\n");
        assert_eq!(dmarc(strict(), "x@shop.example", &message).await.0, "permerror", "{from}");
    }
    let second = format!("From: eve@bank.example\r\n{both}");
    assert_eq!(dmarc(strict(), "x@shop.example", &second).await.0, "permerror");
}
