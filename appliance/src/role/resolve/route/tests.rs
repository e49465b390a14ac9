//! Routes over a real name server, with and without signatures.

use ::tests::dns::{Dns, Record, Zone};
use vault::tls::{Authorities, Trust, client_config};

use super::*;
use crate::role::resolve::anchors;

const TLSA: u16 = 52;

fn address(last: u8) -> Record {
    Record::Address([192, 0, 2, last].into())
}

fn routes(zone: Zone, key: Option<&str>) -> (Routes, Dns) {
    let dns = Dns::start(zone).unwrap();
    let trusted = key.map(|it| Arc::new(anchors(it).unwrap()));
    let lookup = Arc::new(Lookup::new(&[dns.address()], key.is_some(), trusted).unwrap());
    let own = Own::new("Gateway.acme.example", vec![[192, 0, 2, 99].into()]);
    let reach = Reach::new(&["192.0.2.0/24".to_owned(), "2001:db8::/32".to_owned()]);
    let tls =
        client_config(Trust::Authorities(&Authorities::new(&[], None).unwrap()), &[]).unwrap();
    let policies = Policies::new(Arc::clone(&lookup), tls, 1, reach.clone());
    (Routes { lookup, policies, reach, own, port: 25, reports: true }, dns)
}

async fn find(routes: &Routes, domain: &str) -> Route {
    routes.find(&Destination::Domain(domain.to_owned())).await.route
}

/// The route in short: names with the last octets of their addresses and how they are known, or the
/// beginning of the reply.
async fn short(routes: &Routes, domain: &str) -> String {
    let hosts = match find(routes, domain).await {
        Route::Servers(hosts) => hosts,
        Route::Never { reply } | Route::Later { reply } => {
            return reply.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        }
    };
    let one = |host: &Host| {
        let last = |it: &IpAddr| it.to_string().rsplit(['.', ':']).next().unwrap().to_owned();
        let addresses: Vec<String> = host.addresses.iter().map(last).collect();
        let known = match &host.proof {
            Proof::Unsaid => "",
            Proof::Encrypted => " encrypted",
            Proof::Certificate => " certificate",
            Proof::Tested => " tested",
            Proof::Keys { .. } => " keys",
        };
        format!("{} {}{known}", host.name, addresses.join(","))
    };
    hosts.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn world() -> Zone {
    let mut zone = Zone::default();
    zone.add("gateway.acme.example", address(98));
    zone.add("two.example", Record::Mail(20, "mx2.two.example".into()));
    zone.add("two.example", Record::Mail(10, "MX1.two.example".into()));
    zone.add("mx1.two.example", address(1));
    zone.add("mx1.two.example", Record::Address("2001:db8::1".parse().unwrap()));
    zone.add("mx2.two.example", address(2));
    zone.add("itself.example", address(3));
    zone.add("www.example", Record::Alias("itself.example".into()));
    zone.add("alias.example", Record::Alias("two.example".into()));
    zone.add("refuses.example", Record::Mail(0, ".".into()));
    zone.text("empty.example", "no servers here");
    zone.add("lost.example", Record::Mail(10, "nowhere.example".into()));
    zone.add("half.example", Record::Mail(10, "nowhere.example".into()));
    zone.add("half.example", Record::Mail(20, "mx2.two.example".into()));
    zone.add("silent.example", Record::Unanswered);
    zone.add("deaf.example", Record::Mail(10, "silent.example".into()));
    zone.add("spare.example", Record::Mail(10, "silent.example".into()));
    zone.add("spare.example", Record::Mail(20, "mx2.two.example".into()));
    zone.add("ours.example", Record::Mail(10, "Gateway.ACME.example".into()));
    zone.add("behind.example", Record::Mail(10, "mx1.two.example".into()));
    zone.add("behind.example", Record::Mail(20, "other.example".into()));
    zone.add("behind.example", Record::Mail(20, "mx2.two.example".into()));
    zone.add("other.example", address(99));
    zone.add("named.example", Record::Mail(10, "same.example".into()));
    zone.add("same.example", address(98));
    zone.add("aliased.example", Record::Mail(10, "www.example".into()));
    zone.add("inside.example", Record::Address([10, 0, 0, 1].into()));
    zone.add("loop.example", Record::Alias("pool.example".into()));
    zone.add("pool.example", Record::Alias("loop.example".into()));
    zone
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_found_by_their_names() {
    let (routes, _dns) = routes(world(), None);
    let cases = [
        ("two.example", "mx1.two.example 1,1; mx2.two.example 2"),
        ("TWO.example", "mx1.two.example 1,1; mx2.two.example 2"),
        ("itself.example", "itself.example 3"),
        ("www.example", "www.example 3"),
        ("alias.example", "mx1.two.example 1,1; mx2.two.example 2"),
        ("aliased.example", "www.example 3"),
        ("half.example", "mx2.two.example 2"),
        ("spare.example", "mx2.two.example 2"),
        ("behind.example", "mx1.two.example 1,1"),
        ("refuses.example", "556 5.1.10"),
        ("empty.example", "550 5.1.2"),
        ("nobody.example", "550 5.1.2"),
        ("lost.example", "550 5.4.4"),
        ("ours.example", "554 5.4.6"),
        ("named.example", "554 5.4.6"),
        ("silent.example", "451 4.4.3"),
        ("deaf.example", "451 4.4.3"),
        ("loop.example", "550 5.1.2"),
        ("inside.example", "550 5.4.4"),
        ("[192.0.2.1]", "550 5.1.2"),
        ("no good", "550 5.1.2"),
    ];
    for (domain, expected) in cases {
        assert_eq!(short(&routes, domain).await, expected, "{domain}");
    }
}

/// Signed names: a domain with keys and one without, one with another's servers, and one that is
/// not signed.
fn signed_world() -> Zone {
    let mut zone = Zone::default();
    let key = |usage, selector, matching, length| {
        Record::Other(TLSA, [vec![usage, selector, matching], vec![7; length]].concat())
    };
    zone.add("gateway.acme.example", address(98));
    zone.add("safe.example", Record::Mail(10, "mx.safe.example".into()));
    zone.add("mx.safe.example", address(1));
    zone.add("_25._tcp.mx.safe.example", key(3, 1, 1, 32));
    zone.add("_25._tcp.mx.safe.example", key(2, 0, 2, 64));
    zone.add("_25._tcp.mx.safe.example", key(1, 1, 1, 32));
    zone.add("keyless.example", Record::Mail(10, "mx.keyless.example".into()));
    zone.add("mx.keyless.example", address(2));
    zone.add("odd.example", Record::Mail(10, "mx.odd.example".into()));
    zone.add("mx.odd.example", address(3));
    zone.add("_25._tcp.mx.odd.example", key(1, 1, 1, 32));
    zone.add("_25._tcp.mx.odd.example", key(3, 1, 1, 31));
    zone.add("aliased.example", Record::Mail(10, "www.example".into()));
    zone.add("www.example", Record::Alias("mx.safe.example".into()));
    zone.add("alone.example", address(4));
    zone.add("_25._tcp.alone.example", key(3, 1, 1, 32));
    zone.add("plain.example", Record::Delegated("ns.plain.example".into()));
    zone.add("plain.example", Record::Mail(10, "mx.plain.example".into()));
    zone.add("mx.plain.example", address(5));
    zone.add("_25._tcp.mx.plain.example", key(3, 1, 1, 32));
    zone.add("hosted.example", Record::Mail(10, "mx.plain.example".into()));
    zone.add("lent.plain.example", Record::Mail(10, "mx.safe.example".into()));
    zone.add("hidden.example", Record::Mail(10, "mx.hidden.example".into()));
    zone.add("mx.hidden.example", address(6));
    zone.add("_25._tcp.mx.hidden.example", Record::Unanswered);
    zone.add("forged.example", Record::Mail(10, "mx.forged.example".into()));
    zone.add("mx.forged.example", address(7));
    zone.add("_25._tcp.mx.forged.example", key(3, 1, 1, 32));
    zone.add("taken.example", Record::Mail(10, "mx.safe.example".into()));
    zone.add("moved.example", Record::Mail(10, "mx.moved.example".into()));
    zone.add("moved.example", Record::Mail(20, "mx.keyless.example".into()));
    zone.add("mx.moved.example", address(8));
    zone
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_names_tell_the_keys_of_servers() {
    let mut zone = signed_world();
    let trusted = zone.sign().unwrap();
    let other = vec![3, 1, 1];
    zone.forge("_25._tcp.mx.forged.example", Record::Other(TLSA, [other, vec![8; 32]].concat()));
    zone.forge("taken.example", Record::Mail(10, "mx.plain.example".into()));
    zone.forge("mx.moved.example", address(66));
    let (routes, _dns) = routes(zone, Some(&trusted));
    let cases = [
        ("safe.example", "mx.safe.example 1 keys"),
        ("keyless.example", "mx.keyless.example 2"),
        ("odd.example", "mx.odd.example 3 encrypted"),
        ("aliased.example", "www.example 1 keys"),
        ("alone.example", "alone.example 4 keys"),
        // Not signed, on one side or the other.
        ("plain.example", "mx.plain.example 5"),
        ("hosted.example", "mx.plain.example 5"),
        ("lent.plain.example", "mx.safe.example 1"),
        // Forged or kept from us: put off, and never taken for nothing.
        ("hidden.example", "451 4.4.3"),
        ("forged.example", "451 4.7.0"),
        ("taken.example", "451 4.7.0"),
        ("moved.example", "mx.keyless.example 2"),
        ("nobody.example", "550 5.1.2"),
        ("nobody.plain.example", "550 5.1.2"),
    ];
    for (domain, expected) in cases {
        assert_eq!(short(&routes, domain).await, expected, "{domain}");
    }
    let Route::Servers(hosts) = find(&routes, "aliased.example").await else { panic!() };
    let Some(Host { proof: Proof::Keys { records, names }, .. }) = hosts.first() else { panic!() };
    assert_eq!(names.as_slice(), ["aliased.example", "mx.safe.example", "www.example"]);
    let kinds: Vec<_> = records.iter().map(|it| (it.usage, it.selector, it.matching)).collect();
    assert!(kinds.contains(&(3, 1, 1)) && kinds.contains(&(2, 0, 2)) && kinds.len() == 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_validation_nothing_is_known_of_keys() {
    let mut zone = signed_world();
    zone.sign().unwrap();
    let (routes, _dns) = routes(zone, None);
    assert_eq!(short(&routes, "safe.example").await, "mx.safe.example 1");
}
