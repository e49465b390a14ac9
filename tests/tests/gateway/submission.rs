//! Listeners for people and programs that log in, and lists beside the configuration.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    process::{Command, Stdio},
};

use anyhow::Context;
use tests::{
    appliance::{Appliance, Setup},
    client::{Client, send},
    mail,
    ports::free_port,
    program::chancery,
    python::python,
};

use crate::{ALICE, BOB, CAROL, PATIENCE, RULES};

/// Sends a message over the listener `port`; prints what became of it.
const SUBMIT: &str = "
import smtplib, ssl, sys
port, tls, user, password, sender, recipient, author = sys.argv[1:]
context = ssl._create_unverified_context()
if tls == 'implicit':
    client = smtplib.SMTP_SSL('127.0.0.1', int(port), context=context)
else:
    client = smtplib.SMTP('127.0.0.1', int(port))
    client.ehlo('laptop.acme.example')
    assert not client.has_extn('auth')
    client.starttls(context=context)
with client:
    client.ehlo('laptop.acme.example')
    try:
        if user:
            client.login(user, password)
        head = author + 'Subject: Submitted\\r\\n\\r\\n'
        print(client.sendmail(sender, [recipient], head + tls + '\\r\\n'))
    except smtplib.SMTPRecipientsRefused as error:
        print(*[it[0] for it in error.recipients.values()])
    except smtplib.SMTPResponseException as error:
        print(error.smtp_code, error.smtp_error.decode())
";

/// What `chancery password` makes of a password.
pub(crate) fn hash(password: &str) -> anyhow::Result<String> {
    let mut child = Command::new(chancery()?)
        .arg("password")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("it has an input")?;
    stdin.write_all(format!("{password}\n").as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    anyhow::ensure!(output.status.success());
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[test]
fn a_password_that_is_typed_is_not_shown() -> anyhow::Result<()> {
    const TYPE: &str = "
import os, pty, sys
def run(lines):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], ['chancery', 'password'])
    shown = b''
    for line in lines:
        while not shown.endswith(b': '):
            shown += os.read(terminal, 1000)
        os.write(terminal, line + b'\\n')
        shown += os.read(terminal, 1000)
    try:
        while True:
            more = os.read(terminal, 1000)
            if not more:
                break
            shown += more
    except OSError:
        pass
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), repr(shown))
run([b'tulip fields', b'tulip fields'])
run([b'tulip fields', b'tulip field'])
";
    let program = chancery()?;
    let shown = python(TYPE, &[&program.display().to_string()])?;
    let lines: Vec<&str> = shown.lines().collect();
    let [same, other] = lines.as_slice() else { anyhow::bail!("two runs: {shown}") };
    assert!(same.starts_with("0 ") && same.contains("$argon2id$"), "{shown}");
    assert!(same.contains("Password: ") && same.contains("The same again: "), "{shown}");
    assert!(other.starts_with("1 ") && other.contains("these are two passwords"), "{shown}");
    assert!(!shown.contains("tulip"), "{shown}");
    Ok(())
}

/// Adds lines to the table `[smtp]` and tables behind it.
fn configure(appliance: &Appliance, smtp: &str, tables: &str) -> anyhow::Result<()> {
    let text = fs::read_to_string(appliance.config())?;
    let text = text.replacen("[smtp]\n", &format!("[smtp]\n{smtp}"), 1);
    Ok(fs::write(appliance.config(), format!("{text}{tables}"))?)
}

/// An appliance with both kinds of submission, and their ports.
fn submitting() -> anyhow::Result<(Appliance, [String; 2])> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let ports = [free_port()?, free_port()?];
    let tables = ["starttls", "implicit"].iter().zip(ports).map(|(tls, port)| {
        format!("[[smtp.listener]]\nlisten = \"127.0.0.1:{port}\"\nkind = \"submission\"\ntls = \"{tls}\"\n")
    });
    let submission = "[submission]\naccounts = \"accounts.txt\"\n".to_owned();
    configure(&appliance, "", &tables.chain([submission]).collect::<String>())?;
    let accounts = format!("# People\nalice:{}:{ALICE}\n", hash("tulip")?);
    fs::write(appliance.folder().join("accounts.txt"), accounts)?;
    appliance.start()?;
    appliance.wait_for_log("event=\"accounts.taken\"", 1)?;
    Ok((appliance, ports.map(|it| it.to_string())))
}

#[test]
fn who_logs_in_sends_to_anyone_from_addresses_of_its_own() -> anyhow::Result<()> {
    let (appliance, ports) = submitting()?;
    for (port, tls) in ports.iter().zip(["starttls", "implicit"]) {
        let written_by = |user: &str, password: &str, sender: &str, author: &str| {
            let words = [port, tls, user, password, sender, BOB, author];
            python(SUBMIT, &words).map(|it| it.trim().to_owned())
        };
        let from_alice = format!("From: Alice <{ALICE}>\r\n");
        let submit = |user: &str, password: &str, sender: &str| {
            written_by(user, password, sender, &from_alice)
        };
        assert_eq!(submit("alice", "tulip", ALICE)?, "{}");
        let received = appliance.sink().wait_for(BOB, &format!("\r\n\r\n{tls}\r\n"), PATIENCE)?;
        assert!(
            received.contains("with ESMTPSA "),
            "{}",
            String::from_utf8_lossy(&received.content)
        );
        assert!(submit("alice", "tulip", CAROL)?.starts_with("553 5.7.1"));
        for author in [
            format!("From: The chair <{CAROL}>\r\n"),
            format!("From: {ALICE}, {CAROL}\r\n"),
            format!("{from_alice}Sender: {CAROL}\r\n"),
            String::new(),
        ] {
            let said = written_by("alice", "tulip", ALICE, &author)?;
            assert!(said.starts_with("550 5.7.1"), "{author}: {said}");
        }
        assert!(submit("", "", ALICE)?.starts_with("530 5.7.0"));
        assert!(submit("alice", "rose", ALICE)?.starts_with("535 5.7.8"));
        assert!(submit("nobody", "tulip", ALICE)?.starts_with("535 5.7.8"));
    }
    assert_eq!(appliance.sink().received().len(), 2);
    // No password is asked for where servers hand over, and none taken in clear.
    let mut relay = Client::connect(appliance.smtp())?;
    relay.say("EHLO laptop.acme.example")?;
    assert!(relay.say("AUTH PLAIN AGFsaWNlAHR1bGlw")?.is("502 5.5.1"));
    let address: SocketAddr = format!("127.0.0.1:{}", ports[0]).parse()?;
    let mut clear = Client::connect(address)?;
    clear.say("EHLO laptop.acme.example")?;
    assert!(clear.say("AUTH PLAIN AGFsaWNlAHR1bGlw")?.is("538 5.7.11"));
    assert!(clear.say(&format!("MAIL FROM:<{ALICE}>"))?.is("530 5.7.0"));
    let log = appliance.log();
    assert!(!log.contains("tulip") && !log.contains("argon2id"));
    Ok(())
}

#[test]
fn accounts_change_without_a_new_start_and_guessing_ends() -> anyhow::Result<()> {
    let (appliance, [port, _]) = submitting()?;
    let submit = |user: &str, password: &str| {
        let sent = python(
            SUBMIT,
            &[&port, "starttls", user, password, ALICE, BOB, "From: alice@acme.example\r\n"],
        );
        sent.map(|it| it.trim().to_owned())
    };
    let accounts = format!("alice:{}:@acme.example\n", hash("rose")?);
    fs::write(appliance.folder().join("accounts.txt"), accounts)?;
    appliance.reload()?;
    appliance.wait_for_log("event=\"accounts.taken\"", 2)?;
    assert!(submit("alice", "tulip")?.starts_with("535 5.7.8"));
    assert_eq!(submit("alice", "rose")?, "{}");
    // A list that cannot be read changes nothing.
    fs::write(appliance.folder().join("accounts.txt"), "alice\n")?;
    appliance.reload()?;
    appliance.wait_for_log("event=\"accounts.refused\"", 1)?;
    assert_eq!(submit("alice", "rose")?, "{}");
    // smtplib tries each password by two mechanisms.
    let answers: Vec<String> =
        (0..8).map(|_| submit("alice", "guess")).collect::<Result<_, _>>()?;
    assert!(answers.iter().any(|it| it.starts_with("454 4.7.0")), "{answers:?}");
    assert!(submit("alice", "rose")?.starts_with("454 4.7.0"), "even the right one waits");
    Ok(())
}

#[test]
fn who_has_no_account_any_more_sends_no_more() -> anyhow::Result<()> {
    const SEND: &str = "
import os, signal, smtplib, ssl, sys, time
port, accounts, master, sender, recipient = sys.argv[1:]
client = smtplib.SMTP_SSL('127.0.0.1', int(port), context=ssl._create_unverified_context())
client.login('alice', 'tulip')
mail = f'From: {sender}\\r\\nSubject: Submitted\\r\\n\\r\\nHello.\\r\\n'
client.sendmail(sender, [recipient], mail)
print('sent')
with open(accounts) as file:
    lines = [it for it in file if not it.startswith('alice:')]
with open(accounts, 'w') as file:
    file.writelines(lines)
os.kill(int(master), signal.SIGHUP)
for _ in range(200):
    try:
        client.sendmail(sender, [recipient], mail)
    except smtplib.SMTPResponseException as error:
        print(error.smtp_code, error.smtp_error.decode())
        break
    time.sleep(0.1)
";
    let (appliance, [_, port]) = submitting()?;
    let accounts = appliance.folder().join("accounts.txt").display().to_string();
    let (_, status) = appliance.command(&["status", "--form", "json"])?;
    let status: serde_json::Value = serde_json::from_str(&status)?;
    let master = status.get("pid").context("a process")?.to_string();
    let said = python(SEND, &[&port, &accounts, &master, ALICE, BOB])?;
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.first(), Some(&"sent"), "{said}");
    let refused =
        lines.get(1).is_some_and(|it| it.starts_with("550 5.7.1 The account has changed"));
    assert!(refused, "{said}");
    Ok(())
}

#[test]
fn the_next_hop_says_which_recipients_there_are() -> anyhow::Result<()> {
    // A stranger, whose mail is for our own people.
    let setup = Setup { relay_networks: vec!["192.0.2.1/32".to_owned()], ..Setup::new(RULES) };
    let mut appliance = setup.prepare()?;
    configure(&appliance, "ask-next-hop = true\n", "")?;
    appliance.sink().refuse("nobody@acme.example", "550 5.1.1 Nobody");
    appliance.sink().refuse("later@acme.example", "450 4.2.0 Later");
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mx.shop.example")?;
    client.say(&format!("MAIL FROM:<{BOB}>"))?;
    for _ in 0..2 {
        for (to, reply) in [
            (CAROL, "250"),
            ("nobody@acme.example", "550 5.1.1"),
            ("NOBODY@acme.example", "550 5.1.1"),
            ("later@acme.example", "250"),
            ("nobody@shop.example", "550 5.7.1"),
        ] {
            let said = client.say(&format!("RCPT TO:<{to}>"))?;
            assert!(said.is(reply), "{to}: {said:?}");
        }
    }
    assert!(appliance.sink().received().is_empty());
    // Each was asked about once, but for the one about whom nobody knew; over one connection.
    assert_eq!(appliance.sink().connections(), 1);
    Ok(())
}

#[test]
fn recipients_that_are_not_listed_are_refused() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    configure(&appliance, "recipients = \"recipients.txt\"\n", "")?;
    fs::write(appliance.folder().join("recipients.txt"), format!("# People\n{CAROL}\n"))?;
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.say(&format!("MAIL FROM:<{ALICE}>"))?;
    for (to, reply) in [
        (CAROL, "250"),
        ("Carol@ACME.example", "250"),
        ("carol+news@acme.example", "250"),
        ("nobody+carol@acme.example", "550 5.1.1"),
        ("postmaster@acme.example", "250"),
        (BOB, "250"),
        ("nobody@acme.example", "550 5.1.1"),
    ] {
        let said = client.say(&format!("RCPT TO:<{to}>"))?;
        assert!(said.is(reply), "{to}: {said:?}");
    }
    Ok(())
}

#[test]
fn line_ends_of_our_own_server_are_mended_where_that_is_wanted() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    configure(&appliance, "line-ends = \"fix\"\n", "")?;
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    client.envelope(ALICE, &[BOB])?;
    client.send(b"Subject: Mended\n\nline one\n.\nMAIL FROM:<eve@acme.example>\rend\r\n.\r\n")?;
    let reply = client.reply()?;
    assert_eq!(reply.code, 250, "{reply:?}");
    let received = appliance.sink().wait_for(BOB, "Subject: Mended", PATIENCE)?;
    let mended = "\r\nline one\r\n.\r\nMAIL FROM:<eve@acme.example>\r\nend\r\n";
    assert!(received.contains(mended), "{:?}", String::from_utf8_lossy(&received.content));
    assert_eq!(appliance.sink().received().len(), 1);
    // Strangers are refused all the same.
    let content = mail::plain("bare", "eve@other.example", CAROL, "Bare", "a\nb");
    let mut stranger = Client::connect_from([127, 0, 0, 2].into(), appliance.smtp())?;
    stranger.say("EHLO other.example")?;
    let reply = stranger.message("eve@other.example", &[CAROL], &content)?;
    assert!(reply.is("550 5.6.0"), "{reply:?}");
    send(appliance.smtp(), ALICE, &[BOB], &mail::plain("after", ALICE, BOB, "After", "x"))?;
    Ok(())
}
