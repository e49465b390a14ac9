//! Next hops that ask who this gateway is.

use std::{fs, time::Duration};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    certificate::Authority,
    client, mail,
    ports::free_port,
    postfix::Postfix,
    wait::wait_for,
};

use crate::{ALICE, BOB, RULES, submission::hash};

/// A provider checks a password for as long as a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(90);

/// A second gateway as the provider, with the ports where it takes mail of who logs in: with
/// STARTTLS, and with TLS first.
fn provider() -> anyhow::Result<(Appliance, [u16; 2])> {
    let mut provider = Setup::new(RULES).prepare()?;
    let ports = [free_port()?, free_port()?];
    let listeners = ["starttls", "implicit"].iter().zip(ports).map(|(tls, port)| {
        format!(
            "[[smtp.listener]]\nlisten = \"127.0.0.1:{port}\"\nkind = \"submission\"\n\
             tls = \"{tls}\"\n"
        )
    });
    let text = fs::read_to_string(provider.config())?;
    let listeners: String = listeners.collect();
    let text = format!("{text}{listeners}[submission]\naccounts = \"accounts.txt\"\n");
    fs::write(provider.config(), text)?;
    let accounts = format!("acme:{}:@acme.example\n", hash("tulip fields")?);
    fs::write(provider.folder().join("accounts.txt"), accounts)?;
    provider.start()?;
    Ok((provider, ports))
}

/// A gateway that hands over to a provider with a login.
fn before(external: &str, tables: &str) -> anyhow::Result<Appliance> {
    let setup = Setup { external_table: Some(external.to_owned()), ..Setup::new(RULES) };
    let appliance = setup.prepare()?;
    let text = fs::read_to_string(appliance.config())?;
    fs::write(appliance.config(), format!("{text}{tables}"))?;
    Ok(appliance)
}

/// What says that a delivery waits, and for what.
fn reply(appliance: &Appliance) -> anyhow::Result<String> {
    let mut said = String::new();
    let tried = wait_for("an attempt", PATIENCE, || {
        said = appliance.command(&["queue", "list"])?.1;
        Ok(Some(said.clone()).filter(|it| it.contains(" 5.7.") || it.contains(" 4.7.")))
    });
    tried.with_context(|| format!("{said}\n{}", appliance.log()))
}

#[test]
fn a_password_is_told_to_a_provider_that_is_known() -> anyhow::Result<()> {
    let (provider, ports) = provider()?;
    let authority = provider.data().join("authority.pem");
    for (port, implicit) in ports.into_iter().zip(["", "implicit-tls = true\n"]) {
        let external = format!(
            "address = \"localhost:{port}\"\ntls = \"verified\"\nlogin = \"provider\"\n{implicit}"
        );
        let tables = format!(
            "[next-hop]\nauthorities = \"{}\"\n[[next-hop.login]]\nname = \"provider\"\n\
             user = \"acme\"\npassword = \"provider.password\"\n",
            authority.display()
        );
        let mut appliance = before(&external, &tables)?;
        let secret = appliance.folder().join("provider.password");
        fs::write(&secret, "tulip fields\n")?;
        appliance.start()?;
        let text = format!("Through port {port}.");
        let content = mail::plain("one", ALICE, BOB, "One", &text);
        assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
        let came = provider.sink().wait_for(BOB, &text, PATIENCE)?;
        assert!(came.contains("with ESMTPSA"), "{}", came.summary());
        // Nobody but `keyd` has it, and no log.
        assert!(!appliance.log().contains("tulip") && !provider.log().contains("tulip"));
        appliance.stop()?;

        // A wrong one delays the mail; it is not returned.
        fs::write(&secret, "rose garden\n")?;
        appliance.start()?;
        let content = mail::plain("two", ALICE, BOB, "Two", "Later.");
        assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
        let said = reply(&appliance)?;
        assert!(said.contains("535"), "{said}");
        assert_eq!(appliance.count("select count(*) from delivery where state = 'failed'")?, 0);
    }
    Ok(())
}

#[test]
fn no_password_is_told_to_another() -> anyhow::Result<()> {
    let (provider, [port, _]) = provider()?;
    let external =
        format!("address = \"localhost:{port}\"\ntls = \"verified\"\nlogin = \"provider\"\n");
    let tables = "[[next-hop.login]]\nname = \"provider\"\nuser = \"acme\"\n\
                  password = \"provider.password\"\n";
    let mut appliance = before(&external, tables)?;
    fs::write(appliance.folder().join("provider.password"), "tulip fields\n")?;
    appliance.start()?;
    let content = mail::plain("one", ALICE, BOB, "One", "Nobody vouches for this provider.");
    assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    let said = reply(&appliance)?;
    assert!(said.contains("TLS"), "{said}");
    assert!(provider.sink().received().is_empty());
    appliance.stop()?;

    // Nor is it written so.
    let text = fs::read_to_string(appliance.config())?;
    fs::write(appliance.config(), text.replace("\"verified\"", "\"required\""))?;
    let (code, said) = appliance.command(&["check-config"])?;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("told to a server that is known"), "{said}");
    Ok(())
}

#[test]
fn a_certificate_is_shown_to_a_postfix_that_asks() -> anyhow::Result<()> {
    let authority = Authority::new()?;
    let postfix = Postfix::asking("shop.example", &authority)?;
    let external = format!("address = \"{}\"\ntls = \"required\"\n", postfix.address());
    let with = format!("{external}login = \"card\"\n");
    let tables = "[[next-hop.login]]\nname = \"card\"\ncertificate = \"card.pem\"\n\
                  key = \"card.key\"\n";
    let mut appliance = before(&with, tables)?;
    let card = authority.issue("gateway.acme.example")?;
    fs::copy(&card.certificate, appliance.folder().join("card.pem"))?;
    fs::copy(&card.key, appliance.folder().join("card.key"))?;
    appliance.start()?;
    let content = mail::plain("one", ALICE, BOB, "One", "With a card.");
    assert_eq!(client::send(appliance.smtp(), ALICE, &[BOB], &content)?.code, 250);
    let kept = wait_for("the mail", PATIENCE, || Ok(postfix.kept()?.pop()));
    let kept = kept.with_context(|| postfix.log())?;
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("Client CN \"gateway.acme.example\""), "{kept}");
    assert!(kept.contains("(verified OK)"), "{kept}");

    // Without one it is a stranger.
    let mut stranger = before(&external, "")?;
    stranger.start()?;
    let content = mail::plain("two", ALICE, BOB, "Two", "Without.");
    assert_eq!(client::send(stranger.smtp(), ALICE, &[BOB], &content)?.code, 250);
    stranger.sink().wait_for(ALICE, "Access denied", PATIENCE)?;
    assert_eq!(postfix.count()?, 1);
    Ok(())
}
