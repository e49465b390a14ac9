//! Mail to the servers of its domain: by signed and unsigned names, with keys, certificates and
//! policies that fit or do not.

use std::{
    cell::Cell,
    net::{IpAddr, SocketAddr, TcpListener},
};

use anyhow::{Context, ensure};
use tests::{
    appliance::{Appliance, Setup},
    certificate::Authority,
    client::send,
    dns::{Dns, Record, Zone},
    mail,
    ports::free_port,
    python::python,
    secured::Server,
    wait::wait_until,
};

use crate::{ALICE, PATIENCE, RULES};

const TLSA: u16 = 52;
/// Where the server is that takes mail.
const MAIL: [u8; 4] = [127, 0, 0, 2];
/// Where nobody listens.
const NOBODY: [u8; 4] = [127, 0, 0, 3];
/// Where the server of policies is.
const WEB: [u8; 4] = [127, 0, 0, 5];

/// What is confidential goes to partners where they prove that they get it.
const PARTNERS: &str = "
domains partners {
  proved.example
  open.plain.example
}

policy partners {
  why   \"It goes where TLS is proved.\"
  from  internal
  to    partners
  then  deliver over verified tls otherwise secure with confidential
}
";

struct World {
    appliance: Appliance,
    server: Server,
    _dns: Dns,
    authority: Authority,
}

/// A zone in which a domain has this server, at this address.
fn add(zone: &mut Zone, domain: &str, server: &str, address: [u8; 4]) {
    zone.add(domain, Record::Mail(10, server.to_owned()));
    zone.add(server, Record::Address(address.into()));
}

fn start(keys: &str, change: impl Fn(&mut Zone, u16)) -> anyhow::Result<World> {
    let authority = Authority::new()?;
    let certificate = authority.issue("mx.safe.example")?;
    let port = free_port()?;
    let server = Server::mail(SocketAddr::new(IpAddr::from(MAIL), port), &certificate)?;
    let mut zone = Zone::default();
    zone.add("gateway.acme.example", Record::Address([127, 0, 0, 1].into()));
    // The preferred server is down, the next one has its key.
    add(&mut zone, "safe.example", "mx0.safe.example", NOBODY);
    zone.add("safe.example", Record::Mail(20, "mx.safe.example".to_owned()));
    zone.add("mx.safe.example", Record::Address(MAIL.into()));
    let key = Record::Other(TLSA, certificate.key_record()?);
    zone.add(&format!("_{port}._tcp.mx.safe.example"), key);
    // This one has another key.
    add(&mut zone, "wrong.example", "mx.wrong.example", MAIL);
    let key = Record::Other(TLSA, [&[3, 1, 1], [7; 32].as_slice()].concat());
    zone.add(&format!("_{port}._tcp.mx.wrong.example"), key);
    // Nothing is signed here.
    zone.add("plain.example", Record::Delegated("ns.plain.example".to_owned()));
    add(&mut zone, "plain.example", "mx.plain.example", MAIL);
    zone.add("refuses.example", Record::Mail(0, ".".to_owned()));
    add(&mut zone, "ours.example", "gateway.acme.example", [127, 0, 0, 1]);
    change(&mut zone, port);
    let trusted = zone.sign()?;
    let folder = authority.certificate().parent().context("a folder")?.to_owned();
    std::fs::write(folder.join("anchors"), trusted)?;
    let dns = Dns::start(zone)?;
    let anchors = folder.join("anchors").display().to_string();
    let authorities = authority.certificate().display().to_string();
    let setup = Setup {
        dns: Some(dns.address()),
        dns_keys: format!(
            "dnssec = \"validate\"\ntrust-anchors = \"{anchors}\"\ntls-reports = true"
        ),
        external_table: Some(format!(
            "address = \"mx\"\nport = {port}\n{keys}\n[next-hop]\nauthorities = \"{authorities}\""
        )),
        ..Setup::new(&format!("{RULES}{PARTNERS}"))
    };
    let appliance = setup.start()?;
    Ok(World { appliance, server, _dns: dns, authority })
}

const PRIVATE: &str = "private = [\"127.0.0.0/8\"]";

impl World {
    fn send(&self, to: &[&str]) -> anyhow::Result<()> {
        let content = mail::plain("one", ALICE, to.first().context("somebody")?, "One", "Hello.");
        let reply = send(self.appliance.smtp(), ALICE, to, &content)?;
        ensure!(reply.code == 250, "{reply:?}");
        Ok(())
    }

    /// Waits until the server has this line.
    fn wait_for(&self, line: &str) -> anyhow::Result<()> {
        let has = || self.server.came().iter().any(|it| it == line);
        wait_until(&format!("`{line}`"), PATIENCE, has)
            .with_context(|| format!("{:?}\n{}", self.server.came(), self.appliance.log()))
    }

    /// Waits until mail to this recipient was put off for this reason.
    fn wait_for_delay(&self, to: &str, why: &str) -> anyhow::Result<()> {
        let is_put_off = || {
            let listed = self.appliance.command(&["queue", "list"]);
            let lines = listed.map(|it| it.1).unwrap_or_default();
            lines.lines().any(|it| it.contains(to) && it.contains(why))
        };
        wait_until(&format!("`{why}` for {to}"), PATIENCE, is_put_off).with_context(|| {
            let listed = self.appliance.command(&["queue", "list"]).map(|it| it.1);
            format!("{listed:?}\n{}", self.appliance.log())
        })
    }

    /// Waits for the report that mail to this recipient failed with this status.
    fn wait_for_report(&self, to: &str, status: &str) -> anyhow::Result<()> {
        let report = self.appliance.sink().wait_for(ALICE, to, PATIENCE);
        let report = report.with_context(|| self.appliance.log())?;
        ensure!(report.contains(&format!("Status: {status}")), "{}", report.summary());
        Ok(())
    }
}

#[test]
fn mail_goes_to_the_servers_of_each_domain() -> anyhow::Result<()> {
    let world = start(PRIVATE, |_, _| {})?;
    // One message, two domains: each of them hears of its own people alone.
    world.send(&["bob@safe.example", "eve@safe.example", "dan@plain.example"])?;
    world.wait_for("tls mx.safe.example bob@safe.example,eve@safe.example")?;
    world.wait_for("tls mx.plain.example dan@plain.example")?;
    world.send(&["nobody@refuses.example"])?;
    world.wait_for_report("nobody@refuses.example", "5.1.10")?;
    world.send(&["nobody@nowhere.example"])?;
    world.wait_for_report("nobody@nowhere.example", "5.1.2")?;
    world.send(&["nobody@ours.example"])?;
    world.wait_for_report("nobody@ours.example", "5.4.6")?;
    assert_eq!(world.server.came().len(), 2);
    Ok(())
}

#[test]
fn a_server_with_another_key_than_it_should_have_gets_nothing() -> anyhow::Result<()> {
    let world = start(PRIVATE, |_, _| {})?;
    world.send(&["bob@wrong.example"])?;
    world.wait_for_delay("bob@wrong.example", "4.7.5")?;
    assert!(world.server.came().is_empty());
    // Its sender may rather have it delivered.
    let content = mail::plain("two", ALICE, "eve@wrong.example", "Two", "Hello.");
    let content = [b"TLS-Required: No\r\n", content.as_slice()].concat();
    send(world.appliance.smtp(), ALICE, &["eve@wrong.example"], &content)?;
    world.wait_for("tls mx.wrong.example eve@wrong.example")?;
    world.send(&["bob@safe.example"])?;
    world.wait_for("tls mx.safe.example bob@safe.example")?;
    assert_eq!(world.server.came().len(), 2);
    Ok(())
}

#[test]
fn a_stranger_leads_no_mail_inside() -> anyhow::Result<()> {
    let world = start("", |_, _| {})?;
    world.send(&["bob@plain.example"])?;
    world.wait_for_report("bob@plain.example", "5.4.4")?;
    assert!(world.server.came().is_empty());
    Ok(())
}

/// Hands a message over under TLS, with REQUIRETLS, to one recipient after the other.
const REQUIRED: &str = "
import smtplib, ssl, sys
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
for to in sys.argv[2:]:
    client = smtplib.SMTP('127.0.0.1', int(sys.argv[1]))
    client.ehlo()
    assert not client.has_extn('requiretls')
    assert client.mail('alice@acme.example', ['REQUIRETLS'])[0] == 555
    client.rset()
    client.starttls(context=context)
    client.ehlo()
    assert client.has_extn('requiretls')
    text = f'From: alice@acme.example\\r\\nTo: {to}\\r\\nSubject: x\\r\\n\\r\\nHello.\\r\\n'
    client.sendmail('alice@acme.example', [to], text, mail_options=['REQUIRETLS'])
    client.quit()
";

#[test]
fn what_requires_tls_goes_to_servers_that_are_known_or_comes_back() -> anyhow::Result<()> {
    let world = start(PRIVATE, |_, _| {})?;
    let port = world.appliance.smtp().port().to_string();
    python(REQUIRED, &[&port, "bob@safe.example", "dan@plain.example"])?;
    world.wait_for("tls mx.safe.example bob@safe.example required")?;
    world.wait_for_report("dan@plain.example", "5.7.30")?;
    assert_eq!(world.server.came().len(), 1);
    Ok(())
}

#[test]
fn an_exception_goes_where_the_operator_says() -> anyhow::Result<()> {
    let port = free_port()?;
    let authority = Authority::new()?;
    let server = Server::mail(
        SocketAddr::new(IpAddr::from(MAIL), port),
        &authority.issue("smtp.partner.example")?,
    )?;
    let exceptions = format!(
        "{PRIVATE}\n[[next-hop.domain]]\ndomain = \"partner.example\"\n\
         address = \"smtp.partner.example:{port}\"\ntls = \"required\"\n\
         [[next-hop.domain]]\ndomain = \"strict.example\"\n\
         address = \"smtp.partner.example:{port}\"\ntls = \"verified\""
    );
    let world = start(&exceptions, |zone, _| {
        zone.add("smtp.partner.example", Record::Address(MAIL.into()));
    })?;
    world.send(&["bob@partner.example"])?;
    wait_until("mail at the exception", PATIENCE, || !server.came().is_empty())
        .with_context(|| world.appliance.log())?;
    assert_eq!(server.came(), ["tls smtp.partner.example bob@partner.example"]);
    // Its authority is not one of ours.
    world.send(&["bob@strict.example"])?;
    world.wait_for_delay("bob@strict.example", "4.7.5")?;
    assert_eq!(server.came().len(), 1);
    Ok(())
}

#[test]
fn a_policy_says_which_servers_a_domain_has() -> anyhow::Result<()> {
    let web = SocketAddr::new(IpAddr::from(WEB), 443);
    // Policies come from this port alone, which not everybody may listen on.
    drop(TcpListener::bind(web).with_context(|| format!("cannot listen on {web}; be root"))?);
    let world = start(PRIVATE, |zone, _| {
        for domain in ["kept.plain.example", "broken.plain.example"] {
            zone.text(&format!("_mta-sts.{domain}"), "v=STSv1; id=1;");
            zone.add(&format!("mta-sts.{domain}"), Record::Address(WEB.into()));
        }
        add(zone, "kept.plain.example", "mx.kept.plain.example", MAIL);
        add(zone, "broken.plain.example", "other.plain.example", MAIL);
    })?;
    let text = "version: STSv1\nmode: enforce\nmx: *.plain.example\nmax_age: 86400\n";
    let shows = world.authority.issue("mta-sts.kept.plain.example")?;
    let serving = Server::policy(web, &shows, &text.replace("*.plain", "mx.kept.plain"))?;
    // The server shows the certificate of another name, which was good enough without a policy.
    world.send(&["bob@kept.plain.example"])?;
    world.wait_for_delay("bob@kept.plain.example", "4.7.5")?;
    drop(serving);
    let shows = world.authority.issue("mta-sts.broken.plain.example")?;
    let _serving = Server::policy(web, &shows, &text.replace("*.plain", "mx.kept.plain"))?;
    world.send(&["bob@broken.plain.example"])?;
    world.wait_for_delay("bob@broken.plain.example", "MTA-STS")?;
    assert!(world.server.came().is_empty());
    Ok(())
}

#[test]
fn what_needs_proved_tls_goes_so_or_is_kept_for_the_portal() -> anyhow::Result<()> {
    let world = start(PRIVATE, |zone, _| {
        zone.add("proved.example", Record::Mail(10, "mx.safe.example".to_owned()));
        add(zone, "open.plain.example", "mx.plain.example", MAIL);
    })?;
    world.send(&["bob@proved.example", "dan@open.plain.example"])?;
    world.wait_for("tls mx.safe.example bob@proved.example")?;
    // Only a notice goes where nothing is proved.
    world.wait_for("tls mx.plain.example dan@open.plain.example")?;
    assert_eq!(world.appliance.count("select count(*) from copy")?, 1);
    let sent = "select count(*) from delivery d join message m on m.id = d.message_id \
                where m.kind = 'mail'";
    assert_eq!(world.appliance.count(sent)?, 1);
    assert_eq!(world.server.came().len(), 2);
    Ok(())
}

/// What the reports on standard input say, a line each.
const REPORTS: &str = "
import email, email.policy, gzip, json, sys
for text in json.loads(sys.argv[1]):
    mail = email.message_from_string(text, policy=email.policy.default)
    assert mail['TLS-Required'] == 'No' and mail.get_content_type() == 'multipart/report', mail
    part = list(mail.iter_attachments())[-1]
    assert part.get_content_type() == 'application/tlsrpt+gzip', part
    report = json.loads(gzip.decompress(part.get_content()))
    assert report['date-range']['start-datetime'] <= report['date-range']['end-datetime']
    for told in report['policies']:
        policy, count = told['policy'], told['summary']
        print(mail['TLS-Report-Domain'], policy['policy-type'], policy['policy-domain'],
            count['total-successful-session-count'], count['total-failure-session-count'],
            *[it['result-type'] + '@' + it['receiving-mx-hostname'] for it in told.get('failure-details', [])])
";

#[test]
fn domains_that_ask_are_told_how_tls_to_their_servers_went() -> anyhow::Result<()> {
    let web = SocketAddr::new(IpAddr::from([127, 0, 0, 7]), 443);
    let mut world = start(PRIVATE, |zone, _| {
        for domain in ["safe.example", "wrong.example", "tested.plain.example"] {
            zone.text(&format!("_smtp._tls.{domain}"), "v=TLSRPTv1; rua=mailto:tls@acme.example");
        }
        zone.text("_mta-sts.tested.plain.example", "v=STSv1; id=1;");
        zone.add("mta-sts.tested.plain.example", Record::Address([127, 0, 0, 7].into()));
        add(zone, "tested.plain.example", "mx.tested.plain.example", MAIL);
    })?;
    let shows = world.authority.issue("mta-sts.tested.plain.example")?;
    let text = "version: STSv1\nmode: testing\nmx: mx.tested.plain.example\nmax_age: 86400\n";
    let _serving = Server::policy(web, &shows, text).context("it needs port 443; be root")?;
    world.send(&["bob@safe.example"])?;
    world.wait_for("tls mx.safe.example bob@safe.example")?;
    world.send(&["bob@wrong.example"])?;
    world.wait_for_delay("bob@wrong.example", "4.7.5")?;
    // Its certificate is that of another server, which its domain wants to hear of, not to suffer from.
    world.send(&["bob@tested.plain.example"])?;
    world.wait_for("tls mx.tested.plain.example bob@tested.plain.example")?;
    world.send(&["dan@plain.example"])?;
    world.wait_for("tls mx.plain.example dan@plain.example")?;
    // What was counted is told of after the day, or after an ordered end.
    world.appliance.stop()?;
    world.appliance.start()?;
    let reports = || world.appliance.sink().for_recipient("tls@acme.example");
    wait_until("three reports", PATIENCE, || reports().len() == 3)
        .with_context(|| world.appliance.log())?;
    let texts: Vec<String> =
        reports().iter().map(|it| String::from_utf8_lossy(&it.content).into_owned()).collect();
    let told = python(REPORTS, &[&serde_json::to_string(&texts)?])?;
    let mut told: Vec<&str> = told.lines().map(str::trim).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "safe.example tlsa mx.safe.example 1 0",
            "tested.plain.example sts tested.plain.example 0 1 \
             certificate-host-mismatch@mx.tested.plain.example",
            "wrong.example tlsa mx.wrong.example 0 1 certificate-not-trusted@mx.wrong.example",
        ]
    );
    Ok(())
}

#[test]
fn a_domain_that_is_slow_or_dead_keeps_up_its_own_mail_alone() -> anyhow::Result<()> {
    let slow = [127, 0, 0, 6];
    let port = Cell::new(0);
    let world = start(PRIVATE, |zone, at| {
        port.set(at);
        zone.add("slow.example", Record::Delegated("ns.slow.example".to_owned()));
        add(zone, "slow.example", "mx.slow.example", slow);
        zone.add("dead.example", Record::Delegated("ns.dead.example".to_owned()));
        add(zone, "dead.example", "mx.dead.example", NOBODY);
    })?;
    // It takes connections and says nothing.
    let _silent = TcpListener::bind(SocketAddr::new(IpAddr::from(slow), port.get()))?;
    for number in 0..30 {
        world.send(&[&format!("slow{number}@slow.example")])?;
    }
    let active = "select count(*) from delivery where state = 'active'";
    let is_full = || world.appliance.count(active).is_ok_and(|it| it == 5);
    wait_until("its part of the places taken", PATIENCE, is_full)
        .with_context(|| world.appliance.log())?;
    world.send(&["bob@safe.example"])?;
    world.wait_for("tls mx.safe.example bob@safe.example")?;
    // Those behind the ones that reached nobody are not tried.
    for number in 0..12 {
        world.send(&[&format!("dead{number}@dead.example")])?;
    }
    world.wait_for_delay("@dead.example", "did not answer a moment ago")?;
    world.wait_for_delay("@dead.example", "cannot be reached")?;
    world.send(&["eve@safe.example"])?;
    world.wait_for("tls mx.safe.example eve@safe.example")?;
    assert_eq!(world.appliance.count(active)?, 5);
    Ok(())
}
