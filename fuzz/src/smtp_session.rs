//! A conversation of any lines: a stranger never gets mail for others accepted.
use std::sync::Arc;

use grammar::literal::{Address, Domain};
use wire::smtp::{
    data::Piece,
    line::LineReader,
    proxy,
    server::{Effect, Input, Peer, Place, RcptVerdict, Session, Settings, Verification},
};

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    // Any octets are a header of a proxy, or are not, or want a bounded number more.
    if let Ok(proxy::Progress::More(missing)) = proxy::look(octets) {
        assert!((1..=2_048).contains(&missing));
    }
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
            Effect::Skip(octets, _) => {
                // What a refused chunk holds is no command.
                let skipped = usize::try_from(octets).unwrap_or(usize::MAX).min(rest.len());
                rest = rest.get(skipped..).unwrap_or_default();
                (session, Effect::Read)
            }
            Effect::Chunk(chunk) => {
                let mut reader = session.chunk_receiver();
                reader.begin(chunk);
                let before = rest.len();
                let received = loop {
                    if reader.wants_octets() && rest.is_empty() {
                        return;
                    }
                    let (used, piece) = reader.feed(rest);
                    rest = rest.get(used..).unwrap_or_default();
                    if let Piece::End(received) = piece {
                        break received;
                    }
                };
                let used = u64::try_from(before.saturating_sub(rest.len())).unwrap_or(u64::MAX);
                assert_eq!(used, chunk.octets);
                session.step(Input::Received(received))
            }
            Effect::Read | Effect::Reply(_) | Effect::ReplyEach(_) | Effect::Continue(_) => {
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
