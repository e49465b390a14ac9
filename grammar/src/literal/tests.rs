//! Literals: what is read, what is refused and what is offered.

use proptest::prelude::*;

use super::{
    Address, Date, Domain, DomainPattern, Duration, HeaderName, Moment, Network, QuotedText,
    Refusal, RegexText, Size, Zone, parse_ip,
};

/// What is offered instead of a refused text; empty when nothing is.
fn offer<T: std::fmt::Debug, E: Refusal>(result: Result<T, E>) -> String {
    result.unwrap_err().offer().unwrap_or("").to_owned()
}

#[test]
fn addresses_compare_folded_and_show_what_was_written() {
    let written = Address::parse("Alice.Smith@ACME.example").unwrap();
    assert_eq!(written, Address::parse("alice.smith@acme.EXAMPLE").unwrap());
    assert_eq!(written.to_string(), "Alice.Smith@acme.example");
    assert_eq!((written.local(), written.local_folded()), ("Alice.Smith", "alice.smith"));
    assert_eq!(Address::parse("\"a\"@b.example").unwrap().to_string(), "a@b.example");
    assert_eq!(
        Address::parse(r#""a \"b\""@c.example"#).unwrap().to_string(),
        r#""a \"b\""@c.example"#
    );
    assert_eq!(
        Address::parse("m\u{FC}ller@m\u{FC}nchen.example").unwrap().domain().as_str(),
        "xn--mnchen-3ya.example"
    );
}

#[test]
fn two_spellings_of_a_letter_are_one_address() {
    assert_eq!(
        Address::parse("m\u{FC}ller@b.example").unwrap(),
        Address::parse("mu\u{308}ller@b.example").unwrap()
    );
}

#[test]
fn addresses_have_limits() {
    let local = |octets: usize| Address::parse(&format!("{}@b.example", "a".repeat(octets)));
    assert!(local(128).is_ok() && local(129).is_err());
    let label = format!("{}.", "a".repeat(62));
    assert!(Address::parse(&format!("a@{}example", label.repeat(3))).is_ok());
    assert!(Address::parse(&format!("a@{}example", label.repeat(4))).is_err());
}

#[test]
fn addresses_cannot_carry_line_breaks() {
    for text in [
        "a\r\nRCPT TO:<b@c.example>@d.example",
        "\"a\r\n\"@b.example",
        "\"a\0\"@b.example",
        "a@b.example\r\n",
        "a@b.example\n",
    ] {
        assert!(Address::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_domain_is_below_another_at_a_dot_only() {
    let domain = |text: &str| Domain::parse(text).unwrap();
    assert!(domain("a.b.example").is_below(&domain("b.example")));
    assert!(!domain("b.example").is_below(&domain("b.example")));
    assert!(!domain("ab.example").is_below(&domain("b.example")));
    let pattern = DomainPattern::parse("*.B.example").unwrap();
    assert!(pattern.matches(&domain("x.y.b.example")) && !pattern.matches(&domain("b.example")));
    assert!(DomainPattern::parse("b.example").unwrap().matches(&domain("b.example")));
    assert_eq!(pattern.to_string(), "*.b.example");
}

#[test]
fn international_domains_have_two_forms() {
    let domain = Domain::parse("M\u{DC}NCHEN.example").unwrap();
    assert_eq!(domain, Domain::parse("xn--mnchen-3ya.example").unwrap());
    assert_eq!(domain.unicode(), "m\u{FC}nchen.example");
    assert_eq!(domain.both(), "m\u{FC}nchen.example (xn--mnchen-3ya.example)");
    assert_eq!(Domain::parse("a.example").unwrap().both(), "a.example");
}

#[test]
fn networks_contain_what_their_bits_say() {
    let network = |text: &str| Network::parse(text).unwrap();
    let has = |text: &str, ip: &str| network(text).contains(ip.parse().unwrap());
    assert!(has("192.0.2.0/24", "192.0.2.255") && !has("192.0.2.0/24", "192.0.3.0"));
    assert!(has("192.0.2.0/24", "::ffff:192.0.2.7"));
    assert!(has("0.0.0.0/0", "255.255.255.255") && !has("0.0.0.0/0", "::1"));
    assert!(has("::/0", "ffff::") && !has("::/0", "192.0.2.1"));
    assert!(
        has("2001:db8:40::/48", "2001:db8:40:ffff::1") && !has("2001:db8:40::/48", "2001:db8:41::")
    );
    assert_eq!(network("::ffff:192.0.2.0/120").to_string(), "192.0.2.0/24");
    assert_eq!(network("192.0.2.1").to_string(), "192.0.2.1/32");
    assert_eq!(network("2001:db8::1").prefix(), 128);
    assert_eq!(parse_ip("::ffff:192.0.2.1").unwrap().to_string(), "192.0.2.1");
}

#[test]
fn refused_networks_offer_what_was_meant() {
    for (text, offered) in [
        ("192.0.2.17/24", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("10.1/16", "10.1.0.0/16"),
        ("192.0.02.1", "192.0.2.1"),
        ("192.0.2.0/255.0.255.0", ""),
        ("192.0.2.0/+24", ""),
        ("192.0.2.0/33", ""),
        ("192.0.2.256", ""),
        ("", ""),
    ] {
        assert_eq!(offer(Network::parse(text)), offered, "{text}");
    }
}

#[test]
fn dates_are_days_that_exist() {
    assert_eq!(Date::parse("2024-02-29").unwrap().to_string(), "2024-02-29");
    for text in [
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-1-2",
        "2026-01-02 ",
        "+026-01-02",
        "20260102",
    ] {
        assert!(Date::parse(text).is_err(), "{text}");
    }
    for (text, offered) in [
        ("31.12.2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("03/04/2026", ""),
        ("2026/3/4", "2026-03-04"),
    ] {
        assert_eq!(offer(Date::parse(text)), offered, "{text}");
    }
    assert!(Date::parse("2026-03-02").unwrap() < Date::parse("2026-10-01").unwrap());
}

#[test]
fn moments_have_a_time_or_none() {
    assert_eq!(Moment::parse("2026-03-02 09:30").unwrap().to_string(), "2026-03-02 09:30");
    assert_eq!(Moment::parse("2026-03-02").unwrap().civil().to_string(), "2026-03-02T00:00:00");
    for (text, offered) in [
        ("2026-03-02 24:00", ""),
        ("2026-03-02 9:30", "2026-03-02 09:30"),
        ("2026-03-02T09:30:00Z", "2026-03-02 09:30"),
        ("31.12.2026 10:00", "2026-12-31 10:00"),
    ] {
        assert_eq!(offer(Moment::parse(text)), offered, "{text}");
    }
}

#[test]
fn durations_are_what_an_analyst_expects() {
    for (text, secs) in [
        ("1 second", 1),
        ("90 minutes", 5_400),
        ("30 days", 2_592_000),
        ("6 months", 15_552_000),
        ("1 year", 31_536_000),
    ] {
        assert_eq!(Duration::parse(text).unwrap().secs(), secs, "{text}");
    }
    assert_eq!(Duration::parse("2 weeks").unwrap().to_string(), "14 days");
    assert_eq!(
        (Duration::parse("36 hours").unwrap().days(), Duration::parse("12 hours").unwrap().days()),
        (1, 0)
    );
    for (text, offered) in [
        ("30d", "30 days"),
        ("30days", "30 days"),
        ("1 Day", "1 day"),
        ("1.5 days", "36 hours"),
        ("30", ""),
        ("0 days", ""),
        ("101 years", ""),
        ("99999999999999999999 days", ""),
        ("days", ""),
        ("-1 days", ""),
    ] {
        assert_eq!(offer(Duration::parse(text)), offered, "{text}");
    }
}

#[test]
fn sizes_tell_thousands_from_powers_of_two() {
    for (text, octets) in
        [("35 MiB", 36_700_160), ("10 MB", 10_000_000), ("500 KB", 500_000), ("1 octet", 1)]
    {
        assert_eq!(Size::parse(text).unwrap().octets(), octets, "{text}");
    }
    for (text, offered) in [
        ("35mb", "35 MB"),
        ("10 M", "10 MB"),
        ("10MB", "10 MB"),
        ("1.5 MB", "1500 KB"),
        ("10", ""),
        ("99999999999 GB", ""),
    ] {
        assert_eq!(offer(Size::parse(text)), offered, "{text}");
    }
}

#[test]
fn texts_have_five_escapes() {
    assert_eq!(
        QuotedText::parse(r#""a\"b\\c\n\t\u{20AC}""#).unwrap().into_string(),
        "a\"b\\c\n\t\u{20AC}"
    );
    for (text, offered) in [
        (r#""\d""#, r#""\\d""#),
        (r#""C:\x\n""#, r#""C:\\x\n""#),
        (r#""\u{D800}""#, r#""\\u{D800}""#),
        ("a", ""),
    ] {
        assert_eq!(offer(QuotedText::parse(text)), offered, "{text}");
    }
}

#[test]
fn regular_expressions_keep_their_text() {
    assert_eq!(RegexText::parse(r"/a\/[b]\d/").unwrap().as_str(), r"a\/[b]\d");
    for (text, offered) in [
        ("/a/i", "/(?i)a/"),
        ("/a/b/", r"/a\/b/"),
        ("/a/g", ""),
        ("//", ""),
        ("/a", ""),
        ("a", "/a/"),
    ] {
        assert_eq!(offer(RegexText::parse(text)), offered, "{text}");
    }
}

#[test]
fn header_names_and_zones() {
    assert!(HeaderName::parse("X-Secure-Message").is_ok());
    for (text, offered) in [("X-A:", "X-A"), ("X A", "X-A"), ("X-\u{DC}", ""), ("", ""), (":", "")]
    {
        assert_eq!(offer(HeaderName::parse(text)), offered, "{text}");
    }
    assert_eq!(Zone::parse("Europe/London").unwrap().as_str(), "Europe/London");
    for (text, offered) in
        [("london", "Europe/London"), ("Europe/Lodnon", "Europe/London"), ("BST-1", "")]
    {
        assert_eq!(offer(Zone::parse(text)), offered, "{text}");
    }
}

proptest! {
    #[test]
    fn an_address_shown_is_the_address(local in "[ -~\u{E0}-\u{FF}]{1,40}", label in "[a-z\u{E0}-\u{F6}]{1,10}") {
        if let Ok(domain) = Domain::parse(&format!("{label}.example")) {
            let address = Address::from_parts(&local, domain).unwrap();
            let read = Address::parse(&address.to_string()).unwrap();
            prop_assert_eq!(read.local(), address.local());
            prop_assert_eq!(read, address);
        }
    }

    #[test]
    fn offers_are_well_formed(text in "[a-z0-9./: @<>*-]{0,24}") {
        let offered = |offer: Option<&str>, good: fn(&str) -> bool| offer.is_none_or(good);
        let refused = [
            Address::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| Address::parse(o).is_ok())),
            DomainPattern::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| DomainPattern::parse(o).is_ok())),
            Network::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| Network::parse(o).is_ok())),
            Moment::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| Moment::parse(o).is_ok())),
            Duration::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| Duration::parse(o).is_ok())),
            Size::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| Size::parse(o).is_ok())),
            HeaderName::parse(&text).err().is_none_or(|e| offered(e.offer(), |o| HeaderName::parse(o).is_ok())),
        ];
        prop_assert!(refused.iter().all(|good| *good), "{refused:?}");
    }

    #[test]
    fn a_network_has_its_ends_and_nothing_outside(bits in any::<u32>(), prefix in 0_u8..=32, other in any::<u32>()) {
        let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
        let first = std::net::Ipv4Addr::from_bits(bits & mask);
        let network = Network::parse(&format!("{first}/{prefix}")).unwrap();
        prop_assert!(network.contains(network.first()) && network.contains(network.last()));
        prop_assert_eq!(network.contains(std::net::Ipv4Addr::from_bits(other).into()), other & mask == bits & mask);
    }

    #[test]
    fn a_quoted_text_is_the_text(text in any::<String>()) {
        prop_assert_eq!(QuotedText::parse(&QuotedText::quote(&text)).unwrap().into_string(), text);
    }
}

#[test]
fn a_repair_that_changes_the_meaning_is_not_certain() {
    let zone = |text: &str| {
        let error = Zone::parse(text).unwrap_err();
        (error.offer().map(str::to_owned), error.is_certain())
    };
    for text in ["GMT+1", "BST", "CEST", "UTC+2"] {
        assert_eq!(zone(text), (None, false), "{text}");
    }
    assert_eq!(zone("London"), (Some("Europe/London".to_owned()), true));
    assert_eq!(zone("europe/LONDON"), (Some("Europe/London".to_owned()), true));
    assert_eq!(zone("Europe/Lodnon"), (Some("Europe/London".to_owned()), false));
    assert!(!zone("eastern").1, "of two countries");
    let domain = |text: &str| DomainPattern::parse(text).unwrap_err();
    assert_eq!(domain("mail.*.nhs.example").offer(), None);
    assert!(!domain("*nhs.example").is_certain() && !domain("bob@nhs.example").is_certain());
    assert!(domain("nhs.example.").is_certain());
    assert!(!Moment::parse("2026-03-02T09:30-05:00").unwrap_err().is_certain());
    assert!(!HeaderName::parse("Subject: secret").unwrap_err().is_certain());
    assert!(!Size::parse("10 m").unwrap_err().is_certain());
    assert_eq!(Size::parse("1.5 mb").unwrap_err().offer(), None);
    assert_eq!(Duration::parse("1.5 hrs").unwrap_err().offer(), None);
}

#[test]
fn mail_may_have_addresses_with_a_star() {
    assert_eq!(Address::parse("*@x.example").unwrap().local(), "*");
}
