//! A role's end of the line to the master.

use std::{
    fs::File,
    io,
    os::fd::{AsFd, OwnedFd},
    sync::Arc,
};

use tokio::{io::Interest, net::UnixDatagram, sync::mpsc};

use crate::{
    channel::{End, Packet, decode, encode, receive, send, watched},
    protocol::control::{Control, List, Organisation, Report, Role},
    tally,
};

/// The master, as a role sees it.
#[derive(Clone, Debug)]
pub(crate) struct Master {
    line: Arc<UnixDatagram>,
}

/// Lines that were lost, on their way to the master.
#[derive(Debug)]
pub(crate) struct Losses {
    tell: mpsc::UnboundedSender<(Role, u64)>,
    told: mpsc::UnboundedReceiver<(Role, u64)>,
}

impl Losses {
    /// None yet.
    pub(crate) fn new() -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        Self { tell, told }
    }

    /// What a line to `role` calls with its number when it is lost.
    pub(crate) fn of(&self, role: Role) -> impl Fn(u64) + Send + Sync + 'static {
        let tell = self.tell.clone();
        // Nobody listens any more when the role is ending.
        move |line| {
            tell.send((role, line)).ok();
        }
    }

    /// The next one: to whom, and its number.
    pub(crate) async fn next(&mut self) -> (Role, u64) {
        match self.told.recv().await {
            Some(lost) => lost,
            // This value holds a sender of its own, so there is always a next one.
            None => std::future::pending().await,
        }
    }
}

/// What the master wants.
#[derive(Debug)]
pub(crate) enum Order {
    /// A line to another role.
    Attach(Role, End),
    /// A list of the operator's, new or changed.
    List(List, File),
    /// The rules changed.
    Rules(Box<Organisation>),
    /// Other rules run beside those in force, or none.
    Shadow(Option<Box<Organisation>>),
    /// End.
    Stop,
}

impl Master {
    /// Watches the control line.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(crate) fn new(control: OwnedFd) -> io::Result<Self> {
        Ok(Self { line: Arc::new(watched(control)?) })
    }

    /// Tells that the sandbox is entered.
    ///
    /// # Errors
    ///
    /// The master is gone.
    pub(crate) async fn ready(&self, sandbox: String) -> anyhow::Result<()> {
        self.report(&Report::Ready { sandbox }).await
    }

    /// Tells the master something.
    ///
    /// # Errors
    ///
    /// The master is gone.
    pub(crate) async fn report(&self, report: &Report) -> anyhow::Result<()> {
        let packet = Packet::new(0, encode(report)?, Vec::new());
        self.line.async_io(Interest::WRITABLE, || send(self.line.as_fd(), &packet)).await?;
        Ok(())
    }

    /// Tells the master what was counted, for ever.
    pub(crate) async fn tell_tally(self) -> anyhow::Result<()> {
        loop {
            tokio::time::sleep(tally::TELL_WAIT).await;
            self.tell_rest().await?;
        }
    }

    /// Tells the master what was counted and not told yet.
    ///
    /// # Errors
    ///
    /// The master is gone.
    pub(crate) async fn tell_rest(&self) -> anyhow::Result<()> {
        match tally::take() {
            Some(tally) => self.report(&Report::Counted(Box::new(tally))).await,
            None => Ok(()),
        }
    }

    /// The next order; losses that come meanwhile are reported. A closed line is [`Order::Stop`]:
    /// without a master nothing is confined or restarted, so nothing goes on.
    ///
    /// # Errors
    ///
    /// The line fails or says something that is no order.
    pub(crate) async fn order(&self, losses: &mut Losses) -> anyhow::Result<Order> {
        loop {
            if let Some(order) = self.next(losses).await? {
                return Ok(order);
            }
            self.report(&Report::Alive).await?;
        }
    }

    /// The next order, or none where the master asks for a sign of life.
    async fn next(&self, losses: &mut Losses) -> anyhow::Result<Option<Order>> {
        let got = loop {
            tokio::select! {
                got = self.line.async_io(Interest::READABLE, || receive(self.line.as_fd())) => {
                    break got?;
                }
                (peer, line) = losses.next() => {
                    self.report(&Report::LineLost { peer, line }).await?;
                }
            }
        };
        let Some(packet) = got else { return Ok(Some(Order::Stop)) };
        Ok(Some(match decode(&packet.payload)? {
            Control::Attach { peer, line } => {
                let socket = packet.descriptors.into_iter().next();
                let socket = socket.ok_or_else(|| anyhow::anyhow!("no line given"))?;
                Order::Attach(peer, End { number: line, socket })
            }
            Control::List(list) => {
                let file = packet.descriptors.into_iter().next();
                let file = file.ok_or_else(|| anyhow::anyhow!("no file given"))?;
                Order::List(list, File::from(file))
            }
            Control::Ping => return Ok(None),
            Control::Rules(organisation) => Order::Rules(organisation),
            Control::Shadow(rules) => Order::Shadow(rules),
            Control::Stop => Order::Stop,
            Control::Start(_) => anyhow::bail!("started twice"),
        }))
    }
}
