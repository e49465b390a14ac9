//! What records say, and what makes them void.

use std::net::IpAddr;

use super::*;

fn parsed(text: &str) -> Result<Record, RecordError> {
    assert!(Record::is_one(text.as_bytes()), "{text}");
    Record::parse(text.as_bytes())
}

#[test]
fn what_is_a_record() {
    for text in ["v=spf1", "V=SPF1 -all", "v=spf1 "] {
        assert!(Record::is_one(text.as_bytes()), "{text}");
    }
    for text in ["", "v=spf", "v=spf10", "v=spf1-all", " v=spf1", "spf2.0/pra"] {
        assert!(!Record::is_one(text.as_bytes()), "{text}");
    }
}

#[test]
fn directives_in_their_order() {
    let record =
        parsed("v=spf1  a/24//64 ~mx:b.example ip4:192.0.2.0/28 ?ip6:2001:db8::/32 -all x=y");
    let directives = record.unwrap().directives;
    let spec = Spec(vec![Piece::Literal("b.example".to_owned())]);
    let expected = [
        (Qualifier::Pass, Mechanism::Address(None, Cidr { v4: 24, v6: 64 })),
        (Qualifier::SoftFail, Mechanism::Mail(Some(spec), Cidr { v4: 32, v6: 128 })),
        (Qualifier::Pass, Mechanism::Ip4([192, 0, 2, 0].into(), 28)),
        (Qualifier::Neutral, Mechanism::Ip6("2001:db8::".parse().unwrap(), 32)),
        (Qualifier::Fail, Mechanism::All),
    ];
    let found: Vec<_> = directives.into_iter().map(|it| (it.qualifier, it.mechanism)).collect();
    assert_eq!(found, expected);
}

#[test]
fn one_mistake_voids_all() {
    for terms in [
        "all:x.example",
        "a:",
        "a:example",
        "a:1.2.3.4",
        "a:x.example.1",
        "a:x.-y",
        "a/33",
        "a/03",
        "a//129",
        "a/",
        "mx//",
        "ip4",
        "ip4:",
        "ip4:1.2.3",
        "ip4:1.2.3.4/33",
        "ip4:1.2.3.4/032",
        "ip6:::1/129",
        "ip6:x",
        "include",
        "include:",
        "exists:%{c}.x.example",
        "a:%{d0}.x.example",
        "a:%{x}.x.example",
        "a:%(d).x.example",
        "a:%",
        "a:%{d.x.example",
        "a:%{d!}.x.example",
        "redirect=",
        "redirect=a.example redirect=b.example",
        "exp=a.example exp=b.example",
        "-",
        "--all",
        "ptr/0",
        "ptr:",
        "moo",
        "=x",
        "1x=y",
        "x=%{",
        "a:x\u{e9}.example",
    ] {
        assert_eq!(parsed(&format!("v=spf1 {terms} -all")), Err(RecordError), "{terms}");
    }
    assert_eq!(Record::parse(b"v=spf1 a:\xff.example"), Err(RecordError));
    assert_eq!(Record::parse(b"v=spf1\tall"), Err(RecordError));
}

#[test]
fn macros_of_the_standard() {
    let v4: IpAddr = "192.0.2.3".parse().unwrap();
    let v6: IpAddr = "2001:db8::cb01".parse().unwrap();
    let expanded = |text: &str, peer| {
        let record = parsed(&format!("v=spf1 exists:{text}")).unwrap();
        let Some(Directive { mechanism: Mechanism::Exists(spec), .. }) = record.directives.first()
        else {
            panic!("{text}");
        };
        let with = Expanding {
            sender: "strong-bad@email.example.com",
            domain: "email.example.com",
            peer,
            helo: "mx.example.org",
            name: "unknown",
        };
        expand(spec, &with)
    };
    // RFC 7208 §7.4.
    for (text, expected) in [
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d2}", "example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l}", "strong-bad"),
        ("%{l-}", "strong.bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
        ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
        ("%{S}.x.example", "strong-bad%40email.example.com.x.example"),
        ("a%%b%_c%-d.x.example.", "a%b c%20d.x.example"),
    ] {
        assert_eq!(expanded(text, v4), expected, "{text}");
    }
    assert_eq!(
        expanded("%{ir}.%{v}._spf.%{d2}", v6),
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
    );
    let long = format!("{}a.x.example", "b.".repeat(200));
    let name = expanded(&long, v4);
    assert!(name.len() <= 253 && name.ends_with("b.a.x.example"), "{name}");
}
