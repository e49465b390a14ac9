//! A conversation of any lines: a stranger never gets mail for others accepted.
use std::sync::Arc;

use grammar::literal::{Address, Domain};
use wire::smtp::{
    line::LineReader,
    server::{Effect, Input, Peer, Place, RcptVerdict, Session, Settings, Verification},
};

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let (Ok(host), Ok(postmaster)) =
        (Domain::parse("mx.example"), Address::parse("postmaster@mx.example"))
    else {
        return;
    };
    let mut session = Session::new(Arc::new(Settings::new(host, postmaster)), Peer::stranger());
    let mut lines = LineReader::default();
    let mut rest = octets;
    let mut effect = Effect::Read;
    loop {
        (session, effect) = match effect {
            Effect::Read | Effect::Reply(_) => {
                let (used, line) = lines.feed(rest);
                rest = rest.get(used..).unwrap_or_default();
                let Some(line) = line else { return };
                session.step(Input::Line(line))
            }
            Effect::Judge(rcpt) => {
                let ours = rcpt.recipient.domain().as_str() == "mx.example";
                let place = if ours { Place::Ours } else { Place::Elsewhere };
                session.step(Input::Judged(RcptVerdict::Accept(place)))
            }
            Effect::Verify(_) => session.step(Input::Verified(Verification::Denied)),
            Effect::Store(envelope) => {
                let ours = |it: &Address| it.domain().as_str() == "mx.example";
                assert!(envelope.recipients().iter().all(ours));
                session.step(Input::Stored)
            }
            Effect::Close(_) | Effect::Receive(_) | Effect::StartTls(_) => return,
        };
    }
}
