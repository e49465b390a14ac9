//! What tests expect besides an outcome: effects, options of the copy, what happens without TLS.

use grammar::tree::{Scope, TestMessage};

use super::scene::{add, errors, scene};
use crate::{facts::Facts, testing};

const RULES: &str = "
default deliver
policy carded {
  from internal
  to   external
  when cards activates
  then secure with d7
  also notify dlp@corp.example
  also add header \"X-Class\" \"Card\"
}
policy partners {
  from internal
  to   domain partner.example
  then deliver over verified tls otherwise secure with d30
}
request sealed {
  from    internal
  subject contains \"[seal]\"
  then    secure with d7
  strip   tag
}
";

fn loader(message: &TestMessage) -> Result<Facts, String> {
    let mut facts = Facts::default();
    let subject = message.subject.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    add(&mut facts.content, Scope::Subject, 0, &subject);
    facts.content.subject = subject;
    let body = message.body.as_ref().map(|it| it.value.clone()).unwrap_or_default();
    add(&mut facts.content, Scope::Body, 1, &body);
    Ok(facts)
}

fn test(expects: &str) -> String {
    format!(
        "{RULES}test \"t\" {{
  message {{
    from    a@corp.example
    to      b@x.example, c@partner.example, d@corp.example
    at      2026-03-02
    subject \"[seal] offer\"
    body    \"4012 8888 8888 1881\"
  }}
{expects}
}}"
    )
}

/// What the lines come to.
#[track_caller]
fn failures(expects: &str) -> Vec<String> {
    let reports = testing::run(&scene(&test(expects)).rules, &loader);
    reports.into_iter().flat_map(|it| it.failures).map(|it| it.message).collect()
}

#[test]
fn effects_and_options_are_compared_with_what_the_recipient_gets() {
    let right = "
  expect b@x.example also notify dlp@corp.example
  expect b@x.example also add header \"x-class\" \"Card\"
  expect b@x.example also strip tag
  expect b@x.example print denied
  expect b@x.example reply allowed
  expect b@x.example reply all denied
  expect b@x.example forward denied
  expect b@x.example expires after 7 days
  expect b@x.example on expiry gone
  expect b@x.example extension never
  expect b@x.example read receipt never
  expect b@x.example notice hide subject
  expect d@corp.example also banner \"SEVEN\"";
    assert_eq!(failures(right), Vec::<String>::new());
}

#[test]
fn what_does_not_hold_is_told_with_what_is_so() {
    let wrong = [
        (
            "b@x.example also notify sec@corp.example",
            "`b@x.example`: expected also notify sec@corp.example, got add header \"X-Class\" \"Card\", notify dlp@corp.example, strip tag",
        ),
        (
            "d@corp.example also banner none",
            "`d@corp.example`: expected also banner none, got banner \"SEVEN\", strip tag",
        ),
        (
            "d@corp.example also nothing",
            "`d@corp.example`: expected also nothing, got banner \"SEVEN\", strip tag",
        ),
        ("b@x.example print allowed", "`b@x.example`: expected print allowed, got print denied"),
        (
            "b@x.example expires after 8 days",
            "`b@x.example`: expected expires after 8 days, got expires after 7 days",
        ),
        (
            "b@x.example extension up to 2 weeks",
            "`b@x.example`: expected extension up to 14 days, got extension never",
        ),
        (
            "d@corp.example print denied",
            "`d@corp.example`: expected print denied, but nothing is secured: got deliver because sealed",
        ),
        ("e@x.example print denied", "`e@x.example` is no recipient of the message"),
    ];
    for (line, told) in wrong {
        let (rules, _) = super::scene::load(&test(&format!("  expect {line}")));
        let Some(rules) = rules else {
            assert!(told.contains("is no recipient"), "{line}");
            continue;
        };
        let reports = testing::run(&rules, &loader);
        let failures: Vec<_> = reports.iter().flat_map(|it| &it.failures).collect();
        assert_eq!(failures.first().map(|it| it.message.as_str()), Some(told), "{line}");
    }
}

#[test]
fn what_happens_without_tls_can_be_expected() {
    let plain =
        test("  expect c@partner.example deliver over verified tls otherwise secure with d30")
            .replace("[seal] offer", "offer")
            .replace("4012 8888 8888 1881", "")
            + "test \"options\" {
  message {
    from a@corp.example
    to   c@partner.example
    at   2026-03-02
  }
  expect c@partner.example deliver over verified tls
  expect c@partner.example print allowed
  expect c@partner.example also nothing
}";
    let reports = testing::run(&scene(&plain).rules, &loader);
    assert!(reports.iter().all(testing::TestReport::passed), "{reports:?}");
    let bounces = plain.replacen("otherwise secure with d30\n}", "otherwise bounce \"No.\"\n}", 1);
    let reports = testing::run(&scene(&bounces).rules, &loader);
    let failed: Vec<_> = reports.iter().flat_map(|it| &it.failures).map(|it| &it.message).collect();
    assert_eq!(
        failed.len(),
        2,
        "the rule says otherwise, and no copy has options then: {failed:?}"
    );
}

#[test]
fn lines_that_no_decision_meets_together_are_refused() {
    let together = |one: &str, other: &str| {
        let lines = format!("  expect b@x.example {one}\n  expect b@x.example {other}");
        errors(&test(&lines)).contains(&"E0258".to_owned())
    };
    assert!(together("print denied", "print allowed"));
    assert!(together("expires after 7 days", "expires after 8 days"));
    assert!(together("also nothing", "also notify dlp@corp.example"));
    assert!(together("also banner \"A\"", "also banner none"));
    assert!(together("also strip tag", "also nothing"));
    assert!(!together("print denied", "reply allowed"));
    assert!(!together("expires after 7 days", "expires after 1 week"));
    assert!(!together("also notify a@corp.example", "also notify b@corp.example"));
    assert!(!together("also nothing", "also banner none"));
    assert!(!together("also banner \"A\"", "also strip tag"));
}
