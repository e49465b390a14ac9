//! A start over a queue that is long: `load backlog CHANCERY [ROWS]`.
//!
//! The rows are put into the database of a gateway that is stopped: copies of a delivery that waits for
//! a next hop, due later. Then it is started again: how long that takes, what `spool` holds, and whether
//! a message that comes now goes by all of them.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::{
    Server,
    hop::Hop,
    load::{Load, Sender},
    ours, tree,
};

/// Copies a delivery with its message so many times, each to one of a thousand destinations.
const FILL: &str = "
import sqlite3, sys, time
rows, later = int(sys.argv[2]), int(time.time() * 1000) + 10 ** 8
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('pragma foreign_keys = off')
def copy(table, of, changes):
    columns = [it[1] for it in db.execute(f'pragma table_info({table})')]
    columns = [it for it in columns if not (it == 'id' and table == 'delivery')]
    values = ', '.join(changes.get(it, it) for it in columns)
    db.execute(f'''with recursive n (i) as (select 1 union all select i + 1 from n where i < {rows})
        insert into {table} ({', '.join(columns)}) select {values} from n, (select * from {table} where {of} limit 1)''')
db.execute('begin immediate')
copy('message', '1', {'id': \"printf('%026d', i)\"})
copy('delivery', '1', {'message_id': \"printf('%026d', i)\", 'state': \"'queued'\", 'due_at_ms': str(later),
    'destination': 'i % 1000', 'done_at_ms': 'null'})
db.execute('commit')
print(db.execute(\"select count(*) from delivery where state = 'queued'\").fetchone()[0])
";

/// What `spool` may hold, KiB, however long the queue is.
const SPOOL_KIB_MAX: u64 = 128 * 1024;
/// How long a message may take to go by.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts over so many rows.
///
/// # Errors
///
/// It does not start, a message does not go by, or `spool` holds too much.
pub(crate) fn run(program: &Path, rows: usize) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let hop = runtime.block_on(Hop::start())?;
    let mut server = ours::start(program, Some(hop.address()))?;
    let one = Load { sessions: 1, per_connection: 1, octets: 4096, messages: 20 };
    let mut sender = Sender::new(server.address(), one.octets);
    runtime.block_on(sender.send(one, None))?;
    arrived(&hop, one.messages)?;
    server.stop()?;
    let filled = Command::new("python3")
        .args(["-c", FILL])
        .arg(server.database())
        .arg(rows.to_string())
        .output()
        .context("python3 is missing: apt-get install python3")?;
    ensure!(filled.status.success(), "{}", String::from_utf8_lossy(&filled.stderr));
    let queued = String::from_utf8_lossy(&filled.stdout).trim().to_owned();
    let began = Instant::now();
    server.start_again()?;
    let started = began.elapsed();
    let began = Instant::now();
    runtime.block_on(sender.send(one, None))?;
    arrived(&hop, 2 * one.messages)?;
    let went_by = began.elapsed();
    let spool = tree::weights(server.root())?.get("spool").map_or(0, |it| it.kib);
    println!(
        "{queued} deliveries queued: it greets after {:.2} s; {} messages go by in {:.2} s; spool \
         holds {spool} KiB",
        started.as_secs_f64(),
        one.messages,
        went_by.as_secs_f64()
    );
    ensure!(spool < SPOOL_KIB_MAX, "spool holds more than {SPOOL_KIB_MAX} KiB");
    Ok(())
}

fn arrived(hop: &Hop, messages: usize) -> Result<()> {
    let began = Instant::now();
    while hop.ledger().len() < messages {
        ensure!(began.elapsed() < PATIENCE, "{} of {messages} arrived", hop.ledger().len());
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
