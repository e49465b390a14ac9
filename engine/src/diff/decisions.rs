//! Which decisions a change of rules changes, message by message.

use crate::{
    Rules,
    decision::{Disposition, Effect, Options, Otherwise, Verdict},
    facts::Facts,
    generation::{self, MESSAGES_MAX},
    program::Program,
    testing::Suite,
};

/// A message that both versions decide.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What is known of it.
    pub facts: Facts,
    /// As lines of a test that a tree could take up; absent for the message of a test.
    pub block: Option<String>,
    /// The test that it is of.
    pub test: Option<String>,
}

/// Compares what two versions say of one recipient: worse, better, or only in another way.
#[must_use]
pub fn compare(old: &Verdict, new: &Verdict) -> Option<super::Direction> {
    let (up, down) = (protects_no_less(new, old), protects_no_less(old, new));
    match (up, down) {
        (true, true) if is_same(old, new) => None,
        (true, true) => Some(super::Direction::Neutral),
        (true, false) => Some(super::Direction::Raises),
        (false, true) => Some(super::Direction::Lowers),
        (false, false) if old.disposition < new.disposition => Some(super::Direction::MayLower),
        (false, false) => Some(super::Direction::Lowers),
    }
}

/// Messages made from the rules, the same for the same rules.
#[must_use]
pub fn generated(rules: &Rules) -> Vec<Sample> {
    let made = generation::messages(&rules.model, &rules.outline, &rules.asserts, MESSAGES_MAX);
    let sample = |it: generation::Generated| Sample {
        block: Some(it.block(&rules.model)),
        facts: it.facts,
        test: None,
    };
    made.into_iter().map(sample).collect()
}

/// The messages of the tests; and the titles of those that could not be read, with why.
#[must_use]
pub fn of_tests(suite: &Suite<'_>) -> (Vec<Sample>, Vec<(String, String)>) {
    let tests = suite.rules.tests.iter().zip(&suite.messages);
    let mut unread = Vec::new();
    let mut samples = Vec::new();
    for (test, facts) in tests {
        match facts {
            Ok(facts) => samples.push(Sample {
                facts: facts.clone(),
                block: None,
                test: Some(test.title.clone()),
            }),
            Err(why) => unread.push((test.title.clone(), why.clone())),
        }
    }
    (samples, unread)
}

/// What is known of a message, for an organisation: peers in its relay networks are trusted.
#[must_use]
pub fn known_by(program: &Program, facts: &Facts) -> Facts {
    let networks = &program.organisation().relay_networks;
    let relays = |it: std::net::IpAddr| networks.iter().any(|net| net.contains(it.to_canonical()));
    Facts { trusted: facts.peer.map_or(facts.trusted, relays), ..facts.clone() }
}

/// Whether the first protects at least as much as the second.
pub(crate) fn protects_no_less(one: &Verdict, other: &Verdict) -> bool {
    let refused = Disposition::Bounce <= one.disposition;
    let released = |it: &Verdict| it.disposition == Disposition::Hold;
    other.disposition <= one.disposition
        && (refused || options_no_laxer(one.options.as_ref(), other.options.as_ref()))
        && (!released(one)
            || !released(other)
            || other.releasers.iter().all(|it| one.releasers.contains(it)))
        && otherwise_no_less(one, other)
        && effects_no_less(one, other, refused)
}

fn options_no_laxer(strict: Option<&Options>, lax: Option<&Options>) -> bool {
    let Some(lax) = lax else { return true };
    let Some(strict) = strict else { return false };
    let allowed = |it: &Options| [it.print, it.reply, it.reply_all, it.forward];
    allowed(strict).iter().zip(allowed(lax)).all(|it| *it.0 <= it.1)
        && strict.expires_secs <= lax.expires_secs
        && strict.extension_secs <= lax.extension_secs
        && lax.on_expiry <= strict.on_expiry
        && lax.read_receipt <= strict.read_receipt
        && lax.notice <= strict.notice
        && lax.internal <= strict.internal
}

fn otherwise_no_less(one: &Verdict, other: &Verdict) -> bool {
    let both = one.otherwise.as_deref().zip(other.otherwise.as_deref());
    both.is_none_or(|(one, other): (&Otherwise, &Otherwise)| {
        let refused = Disposition::Bounce <= one.disposition;
        other.disposition <= one.disposition
            && (refused || options_no_laxer(one.options.as_ref(), other.options.as_ref()))
    })
}

fn effects_no_less(one: &Verdict, other: &Verdict, refused: bool) -> bool {
    let has_banner = |it: &Verdict| it.effects.iter().any(|it| matches!(it, Effect::Banner { .. }));
    // What is not delivered as it is needs no banner.
    let banner = refused
        || Disposition::VerifiedTls < one.disposition
        || !has_banner(other)
        || has_banner(one);
    let told = other.effects.iter().all(|it| match it {
        Effect::Notify(_) => one.effects.contains(it),
        Effect::AddHeader { .. }
        | Effect::Banner { .. }
        | Effect::CopyTo(_)
        | Effect::StripTag(_)
        | Effect::TagSubject(_) => true,
    });
    let copied = one.effects.iter().all(|it| match it {
        Effect::CopyTo(_) => other.effects.contains(it),
        Effect::AddHeader { .. }
        | Effect::Banner { .. }
        | Effect::Notify(_)
        | Effect::StripTag(_)
        | Effect::TagSubject(_) => true,
    });
    banner && told && copied
}

/// The same decision for the same reasons; what the trace tells may differ.
fn is_same(one: &Verdict, other: &Verdict) -> bool {
    let bare = |it: &Verdict| Verdict { trace: Vec::new(), ..it.clone() };
    bare(one) == bare(other)
}
