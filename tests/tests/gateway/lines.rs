//! What peers and stalls leave behind: nothing that stops the mail of others.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tests::{appliance::Setup, client::send, mail, python::python, wait::wait_for};

use crate::{ALICE, CAROL, PATIENCE, RULES};

/// Begins messages and breaks each connection by a reset, as a hostile peer would.
const RESET: &str = r"
import socket, struct, sys
for number in range(int(sys.argv[2])):
    peer = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    peer.settimeout(20)
    said = peer.makefile('rb')
    said.readline()
    for line in (b'HELO a.example', b'MAIL FROM:<a@acme.example>', b'RCPT TO:<carol@acme.example>'):
        peer.sendall(line + b'\r\n')
        said.readline()
    peer.sendall(b'DATA\r\n')
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    if number % 2:
        said.readline()
    peer.close()
    said.close()
";

#[test]
fn a_reset_after_data_gives_the_room_back() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    python(RESET, &[&appliance.smtp().port().to_string(), "60"])?;
    let incoming = appliance.data().join("bodies/incoming");
    wait_for("an empty incoming folder", PATIENCE, || {
        Ok(std::fs::read_dir(&incoming)?.next().is_none().then_some(()))
    })?;
    let content = mail::plain("after", ALICE, CAROL, "after the resets", "still here");
    let reply = send(appliance.smtp(), ALICE, &[CAROL], &content)?;
    anyhow::ensure!(reply.is("250"), "{reply:?}");
    appliance.sink().wait_for(CAROL, "still here", PATIENCE)?;
    Ok(())
}

/// Longer than anybody waits for `keyd`.
const STALL: Duration = Duration::from_secs(11);

#[test]
fn a_stall_of_keyd_is_over_when_it_is_over() -> anyhow::Result<()> {
    let appliance = Setup::new(RULES).start()?;
    let content = mail::plain("stall", ALICE, CAROL, "through the stall", "keys again");
    let keyd = appliance
        .pids("keyd")?
        .into_iter()
        .next()
        .and_then(|it| i32::try_from(it).ok().and_then(Pid::from_raw));
    let keyd = keyd.ok_or_else(|| anyhow::anyhow!("keyd does not run"))?;
    kill_process(keyd, Signal::STOP)?;
    let during = std::thread::scope(|scope| {
        let asked = scope.spawn(|| send(appliance.smtp(), ALICE, &[CAROL], &content));
        std::thread::sleep(STALL);
        kill_process(keyd, Signal::CONT)?;
        asked.join().map_err(|_panicked| anyhow::anyhow!("the sender panicked"))?
    })?;
    anyhow::ensure!(during.is("250") || during.is("4"), "{during:?}");
    wait_for("mail to be taken again", PATIENCE, || {
        let reply = send(appliance.smtp(), ALICE, &[CAROL], &content)?;
        Ok(reply.is("250").then_some(()))
    })?;
    appliance.sink().wait_for(CAROL, "keys again", PATIENCE)?;
    Ok(())
}
