//! Replies: what goes out, what is refused, and that the text survives.

use axum::http::StatusCode;
use portal::SubmitOutcome;

use crate::browser::{Browser, signed_in};
use crate::letters;
use crate::world::{BASE_URL, MARIAN, World};

const ANNA: &str = "anna.kowalski@northshire.example";

#[tokio::test]
async fn a_reply_is_a_mail_from_the_account_in_the_thread() {
    let (world, mut browser, kept) = signed_in().await;
    let fields = [
        ("to", "Anna <anna.kowalski@northshire.example>"),
        ("cc", "legal@northshire.example; anna.kowalski@northshire.example"),
        ("subject", "Re: Größe\r\nBcc: pat@gmail.example"),
        ("body", "Thank you.\r\n.\r\nFrom here"),
        ("quote", "1"),
    ];
    let page = browser.reply(&kept.copy_id, &fields, &[("notes.txt", b"two pages")]).await;
    assert_eq!(page.location(), "/sent?done=1");
    let submissions = world.neighbours.submissions();
    let [submission] = submissions.as_slice() else { panic!("one submission") };
    assert_eq!(submission.sender, MARIAN);
    assert_eq!(submission.recipients, [ANNA, "legal@northshire.example"]);
    assert_eq!(submission.in_reply_to_copy.as_deref(), Some(kept.copy_id.as_str()));
    let message = String::from_utf8(submission.message.clone()).unwrap();
    let (header, body) = message.split_once("\r\n\r\n").unwrap();
    let header = header.replace("\r\n ", " ");
    for line in [
        "From: Marian Osei <m.osei@harbourlegal.example>",
        "To: anna.kowalski@northshire.example",
        "Cc: legal@northshire.example",
        "In-Reply-To: <completion.1@northshire.example>",
        "References: <first@northshire.example> <completion.1@northshire.example>",
        "Date: Sat, 21 Nov 2026 09:41:12 +0000",
    ] {
        assert!(header.lines().any(|it| it == line), "{line}\n{header}");
    }
    assert!(!header.lines().any(|it| it.starts_with("Bcc")), "{header}");
    assert!(!message.replace("\r\n", "").contains(['\r', '\n']));
    assert!(body.contains("Thank you.") && body.contains("> Dear Ms Osei,"));
    assert!(body.contains("notes.txt"));
    assert!(message.contains("\r\nSensitivity: Company-Confidential\r\n"));
}

#[tokio::test]
async fn s_33_only_the_organisation_can_be_written_to() {
    let (world, mut browser, kept) = signed_in().await;
    let all = browser.get(&format!("/m/{}/reply?all=1", kept.copy_id)).await;
    assert!(all.text.contains("value=\"anna.kowalski@northshire.example\""));
    assert!(all.text.contains("value=\"legal@northshire.example\""));
    assert!(
        all.text.contains("Not among the recipients")
            && all.text.contains("j.whitlock@harbourlegal.example")
    );
    for (to, fault) in [
        (
            "pat@gmail.example",
            "You can only write to addresses at northshire.example. Remove pat@gmail.example.",
        ),
        ("anna@northshire.example.evil.example", "Remove"),
        ("anna@sub.northshire.example", "Remove"),
        ("\"x@northshire.example\"@evil.example", "Remove"),
        ("pat@", "is not a complete address"),
        ("", "Enter at least one recipient"),
    ] {
        let fields = [("to", to), ("subject", "x"), ("body", "Keep this text")];
        let page = browser.reply(&kept.copy_id, &fields, &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        assert!(page.text.contains(fault), "{to}");
        assert!(page.text.contains("Keep this text"), "{to}");
    }
    assert_eq!(world.neighbours.submissions().len(), 0);
}

#[tokio::test]
async fn s_33_without_leave_to_answer_all_only_the_author_is_proposed() {
    let world = World::new().await.unwrap();
    let mut letter = letters::completion_statement();
    letter.options.reply_all = false;
    let kept = world.keep(letter).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.register(&kept).await;
    let page = browser.get(&format!("/m/{}/reply?all=1", kept.copy_id)).await;
    assert!(page.text.contains(ANNA) && !page.text.contains("legal@northshire.example"));
}

#[tokio::test]
async fn s_22_a_message_that_is_too_large_says_both_figures_and_keeps_the_text() {
    let max: u64 = 1024 * 1024;
    let world = World::with(BASE_URL, |it| it.limits.message_octets_max = max).await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.register(&kept).await;
    let fields = [("to", ANNA), ("subject", "Re: x"), ("body", "Keep this text")];
    let half = vec![b'x'; 600 * 1024];
    let fits = browser.reply(&kept.copy_id, &fields, &[("a.txt", &half)]).await;
    assert_eq!(fits.location(), "/sent?done=1");
    let page = browser.reply(&kept.copy_id, &fields, &[("a.txt", &half), ("b.txt", &half)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text.contains("come to 1.1 MB; the limit is 1 MB in all"), "{}", page.text);
    assert!(page.text.contains("Keep this text") && page.text.contains("<title>Error: "));
    let huge = vec![b'x'; 9 * 1024 * 1024];
    let page = browser.reply(&kept.copy_id, &fields, &[("a.txt", &huge)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text.contains("Too large"));
    assert_eq!(world.neighbours.submissions().len(), 1);
}

#[tokio::test]
async fn what_the_spool_refuses_comes_back_with_the_reason_and_the_text() {
    let (world, mut browser, kept) = signed_in().await;
    let fields = [("to", ANNA), ("subject", "Re: x"), ("body", "Keep this text")];
    let reason = "messages to this address are suspended".to_owned();
    world.neighbours.set_refusal(Some(SubmitOutcome::Refused { reason }));
    let page = browser.reply(&kept.copy_id, &fields, &[("a.txt", b"x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("messages to this address are suspended"));
    assert!(
        page.text.contains("Keep this text") && page.text.contains("Files have to be chosen again")
    );
    world.neighbours.set_refusal(Some(SubmitOutcome::TooLarge));
    let page = browser.reply(&kept.copy_id, &fields, &[]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text.contains("Keep this text"));
}

#[tokio::test]
async fn an_empty_reply_and_one_with_too_much_in_it_are_refused() {
    let world = World::with(BASE_URL, |it| {
        it.limits.text_chars_max = 20;
        it.limits.attachments_max = 1;
        it.limits.recipients_max = 1;
    });
    let world = world.await.unwrap();
    let kept = world.keep(letters::completion_statement()).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.register(&kept).await;
    let long = "ü".repeat(21);
    for (to, body, files, fault) in [
        (ANNA, "  ", &[][..], "Write a message or attach a file"),
        (ANNA, long.as_str(), &[], "up to 20 characters"),
        (ANNA, "x", &[("a", b"1".as_slice()), ("b", b"2")], "up to 1 attachments"),
        ("a@northshire.example, b@northshire.example", "x", &[], "up to 1 recipients"),
    ] {
        let page = browser.reply(&kept.copy_id, &[("to", to), ("body", body)], files).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}");
        assert!(page.text.contains(fault), "{fault}");
    }
    assert_eq!(world.neighbours.submissions().len(), 0);
}
