//! The roles as processes: started, joined, watched, started again.
//!
//! A role that ends is started again alone: it gets new lines to its peers, and they get the other
//! ends. Nothing is lost by that, since what was accepted is on disk and what was under way comes
//! back to its asker as an error.

mod equip;
mod program;
mod pulse;

use std::{
    collections::BTreeMap,
    net::TcpListener,
    os::fd::{AsFd, OwnedFd},
    process::ExitStatus,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{
    io::Interest,
    net::UnixDatagram,
    sync::{mpsc, oneshot},
    time::MissedTickBehavior,
};

use super::{
    bundle::Bundle,
    descriptors,
    dkim::dkim_keys,
    keyfile::Certificate,
    logins,
    peers::asks,
    state::{RoleState, State},
};
use pulse::Pulse;

use crate::{
    channel::{Packet, decode, encode, pair, receive, send, watched},
    config::Config,
    protocol::control::{Control, DkimKey, Login, Report, Role},
};

/// A role that ends sooner than this after its start waits before the next one.
const SETTLED: Duration = Duration::from_secs(5);
/// The longest wait before a start.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// The end of a process is known by then, if that is why a line was lost.
const REJOIN_WAIT: Duration = Duration::from_millis(250);
/// A role that has never been ready after this many starts never will be.
const STARTS_MAX: u32 = 3;

/// All roles.
#[derive(Debug)]
pub(super) struct Crew {
    config: Arc<Config>,
    certificate: Certificate,
    dkim: Vec<DkimKey>,
    /// What this gateway logs in with at next hops.
    logins: Vec<Login>,
    bundle: Bundle,
    /// Rules that run beside those in force.
    shadow: Option<Bundle>,
    /// The listeners of SMTP, in the order of the configuration.
    smtp: Vec<TcpListener>,
    portal: TcpListener,
    members: BTreeMap<Role, Member>,
    /// The number of the line that joins two roles now; the lesser role is named first.
    lines: BTreeMap<(Role, Role), u64>,
    happened: mpsc::UnboundedReceiver<(Role, u64, Happening)>,
    tell: mpsc::UnboundedSender<(Role, u64, Happening)>,
    stopping: bool,
    announced: bool,
    state: State,
    /// When the roles are asked whether they live.
    beat: tokio::time::Interval,
}

/// One process, or the wait for the next one.
#[derive(Debug)]
struct Member {
    control: Option<Arc<UnixDatagram>>,
    kill: Option<oneshot::Sender<()>>,
    /// Counts the processes that had this role, so that word of an earlier one is told apart.
    generation: u64,
    started_at: Instant,
    quick_ends: u32,
    ready: bool,
    ever_ready: bool,
    pid: Option<u32>,
    /// What its sandbox is, in words; empty until it is ready.
    sandbox: String,
    pulse: Pulse,
}

/// Something a process did.
#[derive(Debug)]
enum Happening {
    Ended(std::io::Result<ExitStatus>),
    /// Its line to this role, with this number, was lost a moment ago.
    Rejoin(Role, u64),
    Said(Report),
    StartAgain,
}

/// What the master should know.
#[derive(Debug)]
pub(super) enum Event {
    /// Every role waits for work, for the first time.
    AllReady,
    /// A role ends again and again before it is ready.
    CannotStart(Role),
    /// It was seen to.
    Handled,
}

impl Crew {
    /// Opens the listeners, starts every role and joins them.
    ///
    /// # Errors
    ///
    /// A listener or process cannot be had.
    pub(super) fn start(
        config: Arc<Config>,
        certificate: Certificate,
        bundle: Bundle,
        shadow: Option<Bundle>,
    ) -> anyhow::Result<Self> {
        descriptors::allow_open_files(&config)?;
        let smtp = config.listeners().map(|(address, _)| equip::listen(address, "smtp"));
        let smtp = smtp.collect::<Result<_, _>>()?;
        let portal = equip::listen(config.file.portal.listen, "portal.listen")?;
        let (tell, happened) = mpsc::unbounded_channel();
        let mut state = State::new(&config, &bundle);
        state.shadow(shadow.as_ref());
        let dkim = dkim_keys(&config.folders)?;
        let logins = logins::prepare(&config)?;
        let numbers = equip::examiners(&config);
        let mut crew = Self {
            config,
            certificate,
            dkim,
            logins,
            bundle,
            shadow,
            smtp,
            portal,
            members: BTreeMap::new(),
            lines: BTreeMap::new(),
            happened,
            tell,
            stopping: false,
            announced: false,
            state,
            beat: tokio::time::interval(pulse::EVERY),
        };
        // A master that was stopped for a while asks once, and waits as long as ever.
        crew.beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let fixed = [
            Role::Keyd,
            Role::Spool,
            Role::Deliver,
            Role::Front,
            Role::Portal,
            Role::Reader,
            Role::Resolve,
        ];
        let login = crew.config.accounts.is_some().then_some(Role::Login);
        for role in fixed.into_iter().chain(login).chain(numbers.map(Role::Exam)) {
            crew.spawn(role)?;
        }
        Ok(crew)
    }

    /// Waits for the next thing that a role does, and sees to it.
    pub(super) async fn event(&mut self) -> Event {
        let event = self.see_to_next().await;
        self.write_state();
        event
    }

    fn write_state(&mut self) {
        let roles = self.members.iter().map(|(role, it)| RoleState {
            role: role.to_string(),
            pid: it.pid.filter(|_| it.control.is_some()),
            ready: it.ready && !it.pulse.is_silent(),
            silent: it.pulse.is_silent(),
            starts: it.generation.saturating_add(1),
            sandbox: it.sandbox.clone(),
        });
        self.state.write(roles.collect());
    }

    async fn see_to_next(&mut self) -> Event {
        let happened = tokio::select! {
            happened = self.happened.recv() => happened,
            _ = self.beat.tick() => {
                self.feel();
                return Event::Handled;
            }
        };
        let Some((role, generation, happening)) = happened else { return Event::Handled };
        if self.members.get(&role).is_none_or(|it| it.generation != generation) {
            return Event::Handled;
        }
        match happening {
            Happening::Said(report) => self.said(role, report),
            Happening::Ended(status) => self.ended(role, &status),
            Happening::Rejoin(peer, lost) => {
                self.rejoin(role, peer, lost);
                Event::Handled
            }
            Happening::StartAgain => {
                if let Err(error) = self.spawn(role) {
                    tracing::error!(event = "role.start-failed", role = %role, "{error:#}");
                    self.start_later(role, WAIT_MAX);
                }
                Event::Handled
            }
        }
    }

    /// Hands the lists, as they are now, to those they concern.
    pub(super) fn change_lists(&self) {
        for role in self.members.keys() {
            self.hand_lists(*role);
        }
    }

    /// Ends `keyd`, so that it is started anew, if the master key is not the one it read.
    pub(super) fn change_keys(&mut self) {
        if !self.state.has_other_key(&self.config) {
            return;
        }
        tracing::info!(event = "keys.changed", "keyd is started anew");
        if let Some(member) = self.members.get_mut(&Role::Keyd) {
            // Dropping the sender ends the process; its end starts the next one.
            member.kill.take();
        }
    }

    /// Hands new rules to everybody.
    pub(super) fn change_rules(&mut self, bundle: Bundle) {
        self.bundle = bundle;
        self.state.rules(&self.bundle);
        for role in self.members.keys().copied().collect::<Vec<_>>() {
            self.hand_rules(role);
        }
    }

    /// What the rules in force are known by.
    pub(super) fn rules(&self) -> &[u8; 32] {
        &self.bundle.organisation().rules
    }

    /// There are rules that are not in force, for this reason.
    pub(super) fn refuse_rules(&mut self, why: &str) {
        self.state.refused(why);
        self.write_state();
    }

    /// Asks everyone to end; ends those who do not in time.
    pub(super) async fn stop(&mut self, patience: Duration) {
        self.stopping = true;
        let deadline = tokio::time::Instant::now() + patience;
        // Those who take work in end first, then who hands it on, then who does it.
        let rest: Vec<Role> = self.members.keys().copied().collect();
        for roles in [&[Role::Front, Role::Portal][..], &[Role::Spool], &rest] {
            for role in roles {
                self.tell(*role, &Control::Stop, Vec::new());
            }
            self.wait_for(roles, deadline).await;
        }
        for member in self.members.values_mut() {
            member.kill.take();
        }
    }

    async fn wait_for(&mut self, roles: &[Role], deadline: tokio::time::Instant) {
        let alive = |crew: &Self| {
            roles.iter().any(|it| crew.members.get(it).is_some_and(|it| it.control.is_some()))
        };
        while alive(self) {
            if tokio::time::timeout_at(deadline, self.event()).await.is_err() {
                return;
            }
        }
    }

    fn said(&mut self, role: Role, report: Report) -> Event {
        match report {
            Report::Ready { sandbox } => {
                tracing::info!(event = "role.ready", role = %role, sandbox);
                if let Some(member) = self.members.get_mut(&role) {
                    member.ready = true;
                    member.ever_ready = true;
                    member.sandbox = sandbox;
                }
                // At once, so that a role that hangs soon after its first answer is seen to hang,
                // and not taken for one that still puts in order what was left behind.
                self.ask(role);
                let all = self.members.values().all(|it| it.ready);
                if all && !self.announced {
                    self.announced = true;
                    return Event::AllReady;
                }
            }
            Report::Alive => {
                if let Some(member) = self.members.get_mut(&role) {
                    member.pulse.answered();
                }
            }
            Report::RulesTaken { digest } => {
                let digest = vault::digest::told(&digest);
                tracing::info!(event = "rules.taken", role = %role, digest);
            }
            Report::Counted(tally) => self.state.count(role, &tally),
            Report::LineLost { peer, line } => self.line_lost(role, peer, line),
        }
        Event::Handled
    }

    /// A role lost its line to another. Mostly the other has ended, and is being started again;
    /// after a moment, what is left is a line that broke between two that live.
    fn line_lost(&self, role: Role, peer: Role, line: u64) {
        if !asks(role, peer) {
            tracing::error!(event = "role.overreached", role = %role, peer = %peer);
            return;
        }
        let Some(generation) = self.members.get(&role).map(|it| it.generation) else { return };
        let tell = self.tell.clone();
        tokio::spawn(async move {
            tokio::time::sleep(REJOIN_WAIT).await;
            tell.send((role, generation, Happening::Rejoin(peer, line))).ok();
        });
    }

    /// Joins two living roles anew. One that works on something of the asker's is ended instead:
    /// the asker does not wait for it any more, so it must not go on.
    fn rejoin(&mut self, role: Role, peer: Role, lost: u64) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        let replaced = self.lines.get(&(role.min(peer), role.max(peer))) != Some(&lost);
        if replaced || member.control.is_none() || self.stopping {
            return;
        }
        if matches!(peer, Role::Deliver | Role::Exam(_) | Role::Reader | Role::Resolve) {
            tracing::error!(event = "role.stalled", role = %peer, "ended by the master");
            // Dropping the sender ends the process; its end starts the next one.
            member.kill.take();
            return;
        }
        tracing::warn!(event = "line.rejoined", role = %role, peer = %peer);
        if let Err(error) = self.join(role, peer) {
            tracing::error!(event = "line.not-rejoined", "{error:#}");
        }
    }

    fn join(&mut self, role: Role, peer: Role) -> anyhow::Result<()> {
        let (one, other) = pair()?;
        let line = self.lines.entry((role.min(peer), role.max(peer))).or_default();
        *line = line.wrapping_add(1);
        let line = *line;
        self.tell(role, &Control::Attach { peer, line }, vec![one]);
        self.tell(peer, &Control::Attach { peer: role, line }, vec![other]);
        Ok(())
    }

    fn ended(&mut self, role: Role, status: &std::io::Result<ExitStatus>) -> Event {
        let Some(member) = self.members.get_mut(&role) else { return Event::Handled };
        member.control = None;
        let was_ready = std::mem::take(&mut member.ready);
        if self.stopping {
            return Event::Handled;
        }
        // An examiner ends after a message with an archive or a document.
        let has_done_its_work = status.as_ref().is_ok_and(ExitStatus::success);
        if has_done_its_work && was_ready && matches!(role, Role::Exam(_)) {
            tracing::debug!(event = "role.renewed", role = %role);
            self.start_later(role, Duration::ZERO);
            return Event::Handled;
        }
        let status = status.as_ref().map_or_else(ToString::to_string, ToString::to_string);
        tracing::error!(event = "role.ended", role = %role, status);
        // One that was brought down by a message is wanted by the next, which did nothing.
        let by_a_message = was_ready && matches!(role, Role::Exam(_) | Role::Reader);
        let quick = member.started_at.elapsed() < SETTLED && !by_a_message;
        member.quick_ends = if quick { member.quick_ends.saturating_add(1) } else { 0 };
        if !member.ever_ready && STARTS_MAX <= member.quick_ends {
            return Event::CannotStart(role);
        }
        // The first start follows at once; the waits then double.
        let doublings = member.quick_ends.saturating_sub(2).min(8);
        let wait = Duration::from_millis(250).saturating_mul(2_u32.saturating_pow(doublings));
        let wait = if member.quick_ends < 2 { Duration::ZERO } else { wait.min(WAIT_MAX) };
        self.start_later(role, wait);
        Event::Handled
    }

    fn start_later(&self, role: Role, wait: Duration) {
        let Some(generation) = self.members.get(&role).map(|it| it.generation) else { return };
        let tell = self.tell.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            // The master is ending when nobody listens.
            tell.send((role, generation, Happening::StartAgain)).ok();
        });
    }

    fn spawn(&mut self, role: Role) -> anyhow::Result<()> {
        if role == Role::Keyd {
            self.state.key(&self.config);
        }
        let (ours, theirs) = pair()?;
        let mut command = program::of(role, theirs, !self.members.contains_key(&role));
        let child = command.kill_on_drop(true).spawn().context("cannot start a process")?;
        let control = Arc::new(watched(ours)?);
        let (kill, killed) = oneshot::channel();
        let before = self.members.get(&role);
        let generation = before.map_or(0, |it| it.generation.wrapping_add(1));
        let member = Member {
            control: Some(Arc::clone(&control)),
            kill: Some(kill),
            generation,
            started_at: Instant::now(),
            quick_ends: before.map_or(0, |it| it.quick_ends),
            ready: false,
            ever_ready: before.is_some_and(|it| it.ever_ready),
            pid: child.id(),
            sandbox: String::new(),
            pulse: Pulse::of(role),
        };
        self.members.insert(role, member);
        tokio::spawn(watch(role, generation, child, killed, self.tell.clone()));
        tokio::spawn(listen_to(role, generation, control, self.tell.clone()));
        self.introduce(role)
    }

    /// Sends an order. A role that does not read is as good as dead: its line is full only then.
    fn tell(&self, role: Role, order: &Control, descriptors: Vec<OwnedFd>) {
        let Some(control) = self.members.get(&role).and_then(|it| it.control.as_ref()) else {
            return;
        };
        let sent = encode(order).map_err(anyhow::Error::from).and_then(|payload| {
            let packet = Packet::new(0, payload, descriptors);
            Ok(send(control.as_fd(), &packet)?)
        });
        if let Err(error) = sent {
            tracing::error!(event = "role.not-told", role = %role, "{error:#}");
        }
    }
}

async fn watch(
    role: Role,
    generation: u64,
    mut child: tokio::process::Child,
    killed: oneshot::Receiver<()>,
    tell: mpsc::UnboundedSender<(Role, u64, Happening)>,
) {
    let status = tokio::select! {
        status = child.wait() => status,
        _ = killed => {
            child.start_kill().ok();
            child.wait().await
        }
    };
    tell.send((role, generation, Happening::Ended(status))).ok();
}

async fn listen_to(
    role: Role,
    generation: u64,
    control: Arc<UnixDatagram>,
    tell: mpsc::UnboundedSender<(Role, u64, Happening)>,
) {
    loop {
        let got = control.async_io(Interest::READABLE, || receive(control.as_fd())).await;
        let Ok(Some(packet)) = got else { return };
        let Ok(report) = decode(&packet.payload) else { return };
        if tell.send((role, generation, Happening::Said(report))).is_err() {
            return;
        }
    }
}
