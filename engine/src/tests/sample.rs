//! The sample of the language manual: it checks, and its tests run.

use grammar::{
    diagnostic::Severity,
    tree::{AttachmentContent, Scope, TestMessage},
};

use super::scene::{add, file, said};
use crate::{Library, Rules, facts::Facts, testing};

const SAMPLE: &str = include_str!("sample.writ");

const BANKING: &str = "writ 1
terms all-terms {
  \"standing order\"  weight 2, whole word
  \"sort code\"       weight 1
}
";

const STD: &str = "writ 1
pattern iban {
  match    /\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}\\b/
  check    iban
  weight   4
  accepts  \"GB82 WEST 1234 5698 7654 32\"
}
";

/// Content of the block itself, and of the one file that the sample names.
fn loader(message: &TestMessage) -> Result<Facts, String> {
    let mut facts = Facts::default();
    if let Some(path) = &message.file {
        if path.value != "samples/nightjar.eml" {
            return Err(format!("there is no file `{}`", path.value));
        }
        facts.sender = grammar::literal::Address::parse("alice@acme.example").ok();
        facts.recipients.extend(grammar::literal::Address::parse("x@elsewhere.example"));
        add(&mut facts.content, Scope::Body, 1, "Draft heads of terms for Project Nightjar.");
    }
    if let Some(subject) = &message.subject {
        facts.content.subject.clone_from(&subject.value);
        add(&mut facts.content, Scope::Subject, 0, &subject.value);
    }
    if let Some(body) = &message.body {
        add(&mut facts.content, Scope::Body, 1, &body.value);
    }
    for attachment in &message.attachments {
        add(&mut facts.content, Scope::AttachmentNames, 2, &attachment.name.value);
        if let AttachmentContent::Text(text) = &attachment.content {
            add(&mut facts.content, Scope::AttachmentText, 2, &text.value);
        }
    }
    Ok(facts)
}

/// The sample, checked.
pub(super) fn rules() -> Rules {
    let files = [file("main.writ", SAMPLE), file("banking-terms.writ", BANKING)];
    let std = [file("std/iban.writ", STD)];
    let (rules, findings) = Rules::load(&files, &[Library { name: "std", files: &std }]);
    rules.unwrap_or_else(|| panic!("{}", said(&findings)))
}

#[test]
fn the_sample_checks_and_its_tests_pass() {
    let files = [file("main.writ", SAMPLE), file("banking-terms.writ", BANKING)];
    let std = [file("std/iban.writ", STD)];
    let (rules, findings) = Rules::load(&files, &[Library { name: "std", files: &std }]);
    let errors = findings.iter().filter(|it| it.severity() == Severity::Error);
    assert_eq!(errors.count(), 0, "{}", said(&findings));
    let rules = rules.unwrap();
    let reports = testing::run(&rules, &loader);
    assert_eq!(reports.len(), 5);
    for report in &reports {
        assert!(report.passed(), "{report:?}");
    }
}

#[test]
fn a_wrong_expectation_fails_in_words() {
    let wrong = SAMPLE
        .replace("carol@acme.example deliver because default", "carol@acme.example hold")
        .replace("scores 12", "scores 13");
    let files = [file("main.writ", &wrong), file("banking-terms.writ", BANKING)];
    let std = [file("std/iban.writ", STD)];
    let rules = Rules::load(&files, &[Library { name: "std", files: &std }]).0.unwrap();
    let failures: Vec<String> = testing::run(&rules, &loader)
        .into_iter()
        .flat_map(|it| it.failures)
        .map(|it| it.message)
        .collect();
    assert_eq!(
        failures,
        [
            "`carol@acme.example`: expected hold, got deliver because default",
            "`payment-data` scores 12, not 13",
        ]
    );
}

#[test]
fn an_expectation_may_leave_out_the_definition() {
    let bare = SAMPLE
        .replace("secure with confidential because cards-leave-secured", "secure")
        .replace("deliver because default", "secure");
    let files = [file("main.writ", &bare), file("banking-terms.writ", BANKING)];
    let std = [file("std/iban.writ", STD)];
    let rules = Rules::load(&files, &[Library { name: "std", files: &std }]).0.unwrap();
    let reports = testing::run(&rules, &loader);
    let failures: Vec<&str> =
        reports.iter().flat_map(|it| &it.failures).map(|it| it.message.as_str()).collect();
    assert_eq!(failures, ["`carol@acme.example`: expected secure, got deliver because default"]);
}

#[test]
fn a_use_line_that_brings_in_nothing_is_the_only_fault() {
    let files = [file("main.writ", SAMPLE)];
    let std = [file("std/iban.writ", STD)];
    let (_, findings) = Rules::load(&files, &[Library { name: "std", files: &std }]);
    let errors = findings.iter().filter(|it| it.severity() == Severity::Error);
    let codes: Vec<String> = errors.map(|it| it.code.to_string()).collect();
    assert_eq!(codes, ["E0203"], "{}", said(&findings));
}

/// A bypass that a more specific shield outranks takes nothing away, so it excuses nothing.
#[test]
fn an_assertion_excuses_only_what_its_bypass_let_through() {
    let with_shield = |shield: &str| {
        let rules = format!(
            "writ 1
organisation acme {{
  domains   acme.example
  time zone Europe/London
}}
definition confidential {{
  description \"Confidential\"
}}
policy all-secured {{
  from internal
  to   external
  then secure with confidential
}}
policy plain-text {{
  from alice@acme.example
  to   bob@shop.example
  then deliver
  override all-secured
}}
bypass plain {{
  owner o@acme.example
  from  alice@acme.example
  valid until 2099-12-31
  then  disable secure messaging
}}
{shield}
test \"clear\" {{
  message {{
    from alice@acme.example
    to   bob@shop.example
  }}
  expect bob@shop.example deliver
}}
assert never \"nothing in clear but by the bypass\" {{
  from    internal
  to      external
  outcome deliver
  unless  bypass plain
}}
"
        );
        let rules = Rules::load(&[file("main.writ", &rules)], &[]);
        let rules = rules.0.unwrap_or_else(|| panic!("{}", said(&rules.1)));
        testing::run(&rules, &loader).pop().unwrap()
    };
    let shield = "bypass shield {
  owner o@acme.example
  from  alice@acme.example
  to    bob@shop.example
  valid until 2099-12-31
  then  take no action
}";
    let broken = with_shield(shield);
    assert_eq!(broken.kind, testing::TestKind::Assertion);
    let words = "broken for `bob@shop.example` by the message of test \"clear\"";
    assert_eq!(broken.failures[0].message, words);
}

#[test]
fn a_misspelt_library_is_told_though_nothing_uses_it() {
    let files =
        [file("main.writ", "writ 1\nuse sdt\norganisation acme {\n  domains acme.example\n}\n")];
    let std = [file("std/iban.writ", STD)];
    let (_, findings) = Rules::load(&files, &[Library { name: "std", files: &std }]);
    let unknown = findings.iter().find(|it| it.code == crate::code::USE_UNKNOWN).unwrap();
    assert_eq!(unknown.fix.as_ref().unwrap().title, "write `use std`");
}

#[test]
fn what_a_misspelt_library_would_bring_in_is_not_told_as_well() {
    let rules = "writ 1\nuse stdd\norganisation acme {\n  domains acme.example\n}\n\
                 examination e {\n  count std.iban\n  count stdd.iban\n  activates at 1\n  unreadable counts as clear\n}\n\
                 policy p {\n  when e activates\n  then hold\n}\n";
    let std = [file("std/iban.writ", STD)];
    let library = Library { name: "std", files: &std };
    let (_, findings) = Rules::load(&[file("main.writ", rules)], &[library]);
    let codes: Vec<_> = findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, [crate::code::USE_UNKNOWN], "{findings:?}");
}

/// Whoever is misspelt in `available to` may choose the definition, and what is based on it.
#[test]
fn a_definition_for_somebody_misspelt_is_not_called_unused() {
    let rules = "writ 1\norganisation acme {\n  domains acme.example\n}\n\
                 group finance from directory \"finance\"\n\
                 definition a {\n  print denied\n  available to finanse\n}\n\
                 definition b based on a {\n  reply denied\n}\n";
    let (_, findings) = Rules::load(&[file("main.writ", rules)], &[]);
    let codes: Vec<_> = findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, [crate::code::NAME_UNKNOWN], "{findings:?}");
}

#[test]
fn an_assertion_is_broken_by_the_message_of_a_test() {
    let without = SAMPLE.replace(
        "when       payment-data activates\n  then       secure with confidential",
        "when       merger-leak activates\n  then       hold",
    );
    assert_ne!(without, SAMPLE);
    let files = [file("main.writ", &without), file("banking-terms.writ", BANKING)];
    let std = [file("std/iban.writ", STD)];
    let rules = Rules::load(&files, &[Library { name: "std", files: &std }]).0.unwrap();
    let broken = testing::run(&rules, &loader).pop().unwrap();
    assert_eq!(broken.kind, testing::TestKind::Assertion);
    assert!(broken.failures[0].message.starts_with("broken for `bob@shop.example`"), "{broken:?}");
}
