//! The portal on a port of this machine, with an inbox to look at. Nothing is kept.
//!
//! `cargo run -p portal --example preview -- 8080` prints links to register with, and the
//! page of a message.

#[path = "../tests/site/letters.rs"]
mod letters;
#[path = "../tests/site/world.rs"]
#[expect(dead_code, reason = "the tests need more of it than the preview")]
mod world;

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use store::copy::OnExpiry;
use tokio::net::TcpListener;
use world::{DAY_MS, Kept, Letter, MARIAN, PASSWORD, Trouble, World};

/// Another recipient, who has no account yet.
const NEWCOMER: &str = "j.whitlock@harbourlegal.example";

#[tokio::main]
async fn main() -> Result<(), Trouble> {
    let port: u16 = std::env::args().nth(1).unwrap_or_else(|| "8080".to_owned()).parse()?;
    let base_url = format!("http://127.0.0.1:{port}");
    let mut world = World::with(&base_url, |_| {}).await?;
    let kept = seed(&world).await?;
    let newcomer =
        world.keep(Letter { to: NEWCOMER.to_owned(), ..letters::completion_statement() }).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "register  {base_url}/n/{}", newcomer.token)?;
    writeln!(out, "register  {base_url}/n/{}   ({MARIAN}; use: {PASSWORD})", kept.token)?;
    writeln!(out, "message   {base_url}/m/{}", kept.copy_id)?;
    out.flush()?;
    drop(out);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let router = std::mem::take(&mut world.router);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}

/// An inbox with a bit of everything; returns the first message.
async fn seed(world: &World) -> Result<Kept, Trouble> {
    let council = |name: &str| (name.to_owned(), "staff@northshire.example".to_owned());
    let rows = [
        ("Draft tenancy schedule – your comments", "Legal Services", 1, 20, false, true),
        ("Evidence received", "Housing Benefit Team", 2, 30, true, true),
        ("Re: Keys and meter readings", "Anna Kowalski", 20, 40, true, true),
        ("Site visit notes 11/2026", "Planning Enforcement", 26, 5, false, false),
        ("Occupational health report", "Dr Priya Raman", 24 * 4, 25, true, true),
        (
            "Premises licence PL/2291 – the committee’s decision notice and the conditions that go \
          with it",
            "Licensing",
            24 * 12,
            -1,
            true,
            true,
        ),
        ("Instructions received", "Anna Kowalski", 24 * 40, 50, true, true),
    ];
    for (subject, name, age_hours, stays_days, print, reply) in rows {
        let (name, address) = council(name);
        let text = "Thank you for the call this morning. I have marked the two clauses we spoke of, \
                    and one more that I found afterwards.\n\n> Could you look at clause 4?\n\nSee \
                    https://northshire.example/tenancy?id=7 for the form.\n";
        let mut letter = letters::plain(subject, &name, &address, text);
        letter.age_ms = age_hours * 3_600_000;
        letter.stays_ms = stays_days * DAY_MS;
        letter.options.print = print;
        letter.options.reply = reply;
        letter.options.on_expiry = OnExpiry::ReadOnly;
        world.keep(letter).await?;
    }
    let mut first = letters::completion_statement();
    first.stays_ms = 3 * DAY_MS + 3_600_000;
    world.keep(first).await
}
