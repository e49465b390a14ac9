//! A full disk: nothing is accepted that cannot be kept, and nothing accepted is lost.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use tests::{
    appliance::Setup,
    client::{Client, Reply},
    mail,
    wait::wait_until,
};

use crate::{ALICE, CAROL, PATIENCE, RULES};

/// A small disk in memory; it is taken away when this is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf, mib: u32, files: u32) -> anyhow::Result<Self> {
        fs::create_dir_all(&at)?;
        let size = format!("size={mib}m,nr_inodes={files},mode=711");
        let mut mount = Command::new("mount");
        let output = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at).output()?;
        ensure!(
            output.status.success(),
            "this test needs a disk that it can fill, so it mounts one, so it must be run as \
             root: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, in case a process of the appliance still ends.
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

/// How many files a mounted disk may have from now on.
fn allow_files(at: &Path, files: u32) -> anyhow::Result<()> {
    let options = format!("remount,nr_inodes={files}");
    let status = Command::new("mount").args(["-o", &options]).arg(at).status()?;
    ensure!(status.success(), "the disk cannot be mounted anew");
    Ok(())
}

/// Sends message `number` of 40 KB.
fn message(client: &mut Client, number: usize) -> anyhow::Result<Reply> {
    let body = "forty kilobytes of this\r\n".repeat(1_600);
    let id = format!("full-{number}");
    client.message(ALICE, &[CAROL], &mail::plain(&id, ALICE, CAROL, &id, &body))
}

#[test]
fn a_full_disk_is_452_and_loses_nothing() -> anyhow::Result<()> {
    let setup = Setup { free_space_mib: 0, ..Setup::new(RULES) };
    let mut appliance = setup.prepare()?;
    let disk = SmallDisk::mount(appliance.data(), 24, 100_000)?;
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let mut accepted = Vec::new();
    ensure!(message(&mut client, 0)?.code == 250, "a disk with room");
    accepted.push(0);
    // Somebody else fills the disk, but for a little.
    let filler = appliance.data().join("filler");
    fill(&filler, 400 * 1024)?;
    let mut refused = 0;
    for number in 1..60 {
        let reply = message(&mut client, number)?;
        match reply.code {
            250 => accepted.push(number),
            452 => refused += 1,
            _ => anyhow::bail!("{number}: {reply:?}"),
        }
    }
    assert!(0 < refused, "the disk never was full");
    // Once there is room all is as before, without a restart.
    fs::remove_file(&filler)?;
    for number in 60..63 {
        let reply = message(&mut client, number)?;
        ensure!(reply.code == 250, "with room again: {reply:?}\n{}", appliance.log());
        accepted.push(number);
    }
    wait_until("every accepted message", PATIENCE, || {
        accepted.iter().all(|it| appliance.sink().holds(&format!("<full-{it}@")))
    })
    .with_context(|| appliance.log())?;
    let received = appliance.sink().received();
    for number in 0..63 {
        let times = received.iter().filter(|it| it.contains(&format!("<full-{number}@"))).count();
        let expected = usize::from(accepted.contains(&number));
        assert_eq!(times, expected, "message {number}");
    }
    assert!(received.iter().all(|it| 40_000 < it.content.len()), "each of them whole");
    // What was refused leaves no body behind.
    let queued = "select count(*) from message where state <> 'decided'";
    assert_eq!(appliance.count(queued)?, 0);
    appliance.stop()?;
    drop(disk);
    Ok(())
}

#[test]
fn with_too_little_free_space_mail_is_refused_before_its_content() -> anyhow::Result<()> {
    let setup = Setup { free_space_mib: 12, ..Setup::new(RULES) };
    let mut appliance = setup.prepare()?;
    let disk = SmallDisk::mount(appliance.data(), 24, 100_000)?;
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    ensure!(message(&mut client, 0)?.code == 250, "a disk with room");
    let filler = appliance.data().join("filler");
    fill(&filler, 11 * 1024 * 1024)?;
    let reply = client.envelope(ALICE, &[CAROL])?;
    assert!(reply.is("452 4.3.1"), "at DATA: {reply:?}");
    fs::remove_file(&filler)?;
    let reply = message(&mut client, 1)?;
    assert_eq!(reply.code, 250, "{reply:?}");
    wait_until("both", PATIENCE, || appliance.sink().received().len() == 2)?;
    appliance.stop()?;
    drop(disk);
    Ok(())
}

/// Writes a file until only `left` octets are free.
fn fill(path: &Path, left: u64) -> anyhow::Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    let free = rustix::fs::statvfs(folder)?;
    let free = free.f_bavail.saturating_mul(free.f_frsize);
    let octets = usize::try_from(free.saturating_sub(left))?;
    Ok(fs::write(path, vec![b'x'; octets])?)
}

#[test]
fn a_disk_that_can_have_few_more_files_is_full() -> anyhow::Result<()> {
    let mut appliance = Setup::new(RULES).prepare()?;
    let _disk = SmallDisk::mount(appliance.data(), 600, 900)?;
    appliance.start()?;
    let mut client = Client::connect(appliance.smtp())?;
    client.say("EHLO mail.acme.example")?;
    let reply = message(&mut client, 0)?;
    ensure!(reply.code == 452, "there is room for files: {reply:?}");
    client.say("RSET")?;
    allow_files(&appliance.data(), 9_000)?;
    let reply = message(&mut client, 1)?;
    ensure!(reply.code == 250, "there is no room: {reply:?}\n{}", appliance.log());
    Ok(())
}
