//! Cases of [`super::plan`].

use super::*;
use crate::protocol::{
    control::Organisation,
    exam::{Head, Receipt},
};

pub(in crate::role::spool) fn verdict(recipient: &str, disposition: Disposition) -> Verdict {
    let options = Options {
        print: false,
        reply: true,
        reply_all: false,
        forward: false,
        expires_secs: 60,
        gone_on_expiry: true,
        extension_secs: 0,
        receipt: Receipt::Always,
        subject_in_notice: false,
    };
    Verdict {
        recipient: recipient.to_owned(),
        internal: recipient.ends_with("@acme.example"),
        disposition,
        otherwise: (disposition == Disposition::VerifiedTls).then_some(Disposition::Hold),
        options: (disposition == Disposition::Secure).then_some(options),
        decided_by: vec!["some-policy".to_owned()],
        text: None,
        releasers: vec!["board".to_owned()],
        notify: Vec::new(),
        copy_to: Vec::new(),
        edits: None,
    }
}

pub(in crate::role::spool) fn decided(verdicts: Vec<Verdict>) -> (Envelope, Decided) {
    let envelope = Envelope {
        sender: Some("alice@acme.example".to_owned()),
        trusted: true,
        recipients: verdicts.iter().map(|it| it.recipient.clone()).collect(),
        ..Envelope::default()
    };
    let decided = Decided {
        digest: [0; 32],
        rules: [0; 32],
        verdicts,
        head: Head { to: vec!["BOB@shop.example".to_owned()], ..Head::default() },
        advice: Vec::new(),
        edits: Vec::new(),
        last: false,
        record: String::new(),
    };
    (envelope, decided)
}

pub(in crate::role::spool) fn ours() -> Organisation {
    Organisation {
        domains: vec!["acme.example".to_owned()],
        told: vec!["dlp@acme.example".to_owned()],
        deciders: vec!["default".to_owned(), "some-policy".to_owned()],
        releasers: vec!["board".to_owned()],
        ..Organisation::default()
    }
}

fn carried(planned: Planned) -> Plan {
    match planned {
        Planned::Carry(plan) => plan,
        refused @ Planned::Reject(_) => panic!("not carried out: {refused:?}"),
    }
}

#[test]
fn each_recipient_gets_its_outcome() {
    let (envelope, decided) = decided(vec![
        verdict("bob@shop.example", Disposition::Secure),
        verdict("carol@acme.example", Disposition::Deliver),
        verdict("dan@shop.example", Disposition::Hold),
        verdict("eve@shop.example", Disposition::Reject),
    ]);
    let plan = carried(plan(&envelope, &decided));
    let queue: Vec<_> =
        plan.deliveries.iter().map(|it| (it.recipient.as_str(), it.held_for.as_deref())).collect();
    assert_eq!(queue, [("carol@acme.example", None), ("dan@shop.example", Some("board"))]);
    assert_eq!(plan.copies.len(), 1);
    let [Told::Bounce(failed), Told::Confirmation(policies), Told::Held(held)] =
        plan.letters.as_slice()
    else {
        panic!("{:?}", plan.letters)
    };
    assert_eq!(held.as_slice(), ["dan@shop.example"]);
    assert_eq!(failed.first().unwrap().0, "eve@shop.example");
    assert_eq!(policies.as_slice(), ["some-policy"]);
}

#[test]
fn a_rejection_of_all_is_said_to_the_peer_and_of_some_is_not() {
    let (envelope, decided) = decided(vec![
        verdict("a@shop.example", Disposition::Reject),
        verdict("b@shop.example", Disposition::Reject),
    ]);
    assert_eq!(plan(&envelope, &decided), Planned::Reject(REFUSED_TEXT.to_owned()));
}

#[test]
fn the_null_sender_and_programs_are_told_nothing() {
    let (mut envelope, mut decided) =
        decided(vec![verdict("bob@shop.example", Disposition::Secure)]);
    decided.head.automatic = true;
    assert_eq!(carried(plan(&envelope, &decided)).letters, []);
    decided.head.automatic = false;
    envelope.sender = None;
    assert_eq!(carried(plan(&envelope, &decided)).letters, []);
    let plan = carried(undecided(&envelope, OnError::Bounce));
    // What cannot be returned is held, not dropped.
    assert_eq!(plan.letters, []);
    assert!(plan.deliveries.iter().all(|it| it.held_for.is_some()));
    assert_eq!(plan.deliveries.len(), 1);
}

#[test]
fn portal_mail_never_leaves_our_domains() {
    let (mut envelope, decided) = decided(vec![
        verdict("alice@acme.example", Disposition::Deliver),
        verdict("x@elsewhere.example", Disposition::Deliver),
    ]);
    envelope.account = Some("bob@shop.example".to_owned());
    assert_eq!(plan(&envelope, &decided), Planned::Reject(OUTSIDE_TEXT.to_owned()));
}

#[test]
fn a_secured_copy_without_options_is_held_and_verified_tls_is_marked() {
    let mut broken = verdict("a@shop.example", Disposition::Secure);
    broken.options = None;
    let (envelope, decided) =
        decided(vec![broken, verdict("b@shop.example", Disposition::VerifiedTls)]);
    let plan = carried(plan(&envelope, &decided));
    assert!(plan.copies.is_empty());
    let [held, verified] = plan.deliveries.as_slice() else { panic!("{plan:?}") };
    assert!(held.held_for.is_some() && !held.verified);
    assert!(verified.held_for.is_none() && verified.verified);
}

#[test]
fn a_bcc_is_told_apart_whatever_the_case() {
    let (envelope, decided) = decided(vec![
        verdict("bob@shop.example", Disposition::Secure),
        verdict("hidden@shop.example", Disposition::Secure),
    ]);
    let confirmation = confirmation(&envelope, &decided, 0, Vec::new(), Vec::new());
    assert_eq!(confirmation.bcc, ["hidden@shop.example"]);
}

#[test]
fn a_stranger_s_sender_is_told_of_failures_alone() {
    let (mut envelope, decided) = decided(vec![verdict("bob@shop.example", Disposition::Secure)]);
    envelope.trusted = false;
    assert_eq!(carried(plan(&envelope, &decided)).letters, []);
}

#[test]
fn one_address_is_notified_once_for_one_outcome() {
    let mut one = verdict("bob@shop.example", Disposition::Secure);
    one.notify = vec!["dlp@acme.example".to_owned()];
    let mut other = one.clone();
    other.recipient = "dan@shop.example".to_owned();
    let told = notifications(&[one, other]);
    let [Told::Notification { recipients, .. }] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(recipients.len(), 2);
}

#[test]
fn what_is_let_go_is_what_it_would_be_if_nobody_held_it() {
    let board: BTreeSet<String> = ["board".to_owned()].into();
    let nobody = BTreeSet::from([POSTMASTER.to_owned()]);
    let held = verdict("bob@shop.example", Disposition::Hold);
    assert_eq!(released(&held, &board, true), Next::Deliver);
    assert_eq!(released(&held, &nobody, true), Next::Wait(vec!["board".to_owned()]));
    let unnamed = Verdict { releasers: Vec::new(), ..held.clone() };
    assert_eq!(released(&unnamed, &board, true), Next::Wait(vec![POSTMASTER.to_owned()]));
    assert_eq!(released(&unnamed, &nobody, true), Next::Deliver);
    let secured = verdict("bob@shop.example", Disposition::Secure);
    let both = Verdict { options: secured.options.clone(), ..held };
    assert!(matches!(released(&both, &board, true), Next::Keep(_)));
    assert!(matches!(released(&secured, &BTreeSet::new(), true), Next::Keep(_)));
    for disposition in [Disposition::Bounce, Disposition::Reject] {
        let returned = verdict("bob@shop.example", disposition);
        assert!(matches!(released(&returned, &board, true), Next::Return(_)), "{disposition:?}");
    }
    let broken = Verdict { options: None, ..secured };
    assert_eq!(released(&broken, &board, true), Next::Wait(vec![POSTMASTER.to_owned()]));
}

#[test]
fn a_sender_is_asked_where_it_can_be() {
    let mut verdict = verdict("bob@shop.example", Disposition::Hold);
    verdict.releasers = vec!["board".to_owned(), "sender".to_owned()];
    let (ours, decided) = decided(vec![verdict.clone()]);
    let asked = carried(plan(&ours, &decided));
    assert_eq!(asked.deliveries[0].held_for.as_deref(), Some("board,sender"));
    let [Told::Ask { recipients, policies }] = asked.letters.as_slice() else {
        panic!("{:?}", asked.letters)
    };
    assert_eq!(recipients, &["bob@shop.example"]);
    assert_eq!(policies, &verdict.decided_by);
    // Nobody asks a stranger, or a program; the postmaster decides for it.
    let stranger = Envelope { trusted: false, ..ours.clone() };
    let (_, mut by_program) = tests::decided(vec![verdict.clone()]);
    by_program.head.automatic = true;
    for (envelope, decided) in [(&stranger, &decided), (&ours, &by_program)] {
        let plan = carried(plan(envelope, decided));
        assert_eq!(plan.deliveries[0].held_for.as_deref(), Some(",board"));
        assert_eq!(plan.letters, []);
    }
    let both = BTreeSet::from(["board".to_owned(), POSTMASTER.to_owned()]);
    assert_eq!(released(&verdict, &both, false), Next::Deliver);
    let waits = Next::Wait(vec!["board".to_owned(), "sender".to_owned()]);
    assert_eq!(released(&verdict, &both, true), waits);
}
