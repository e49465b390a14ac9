//! Errors beside the examples of the codes: other ways to make the same mistake, and rules that need
//! several files.

use grammar::{
    diagnostic::{Diagnostic, Severity},
    literal::Date,
};

use super::scene::{PREAMBLE, errors, file, load, load_files, said, scene};
use crate::{Library, Rules, SourceFile};

/// A text after the preamble, and the codes that it must give, lints included.
const CASES: &[(&str, &[&str])] = &[
    ("policy p {\n  to partner\n  then hold\n}", &["E0200"]),
    ("policy p {\n  when card activates\n  then hold\n}", &["E0202"]),
    ("addresses a {\n  x@y.example\n}\naddresses a {\n  x@y.example\n}", &["E0201"]),
    ("use \"other.writ\" as other", &["E0203"]),
    ("use standard", &["E0203"]),
    ("policy p {\n  from internal\n}", &["E0204"]),
    ("examination e {\n  count card\n  unreadable counts as clear\n}", &["E0204"]),
    ("examination e {\n  count card\n  activates at 1\n}", &["E0204"]),
    ("bypass b {\n  owner o@y.example\n  then take no action\n}", &["E0204"]),
    ("bypass b {\n  owner o@y.example\n  valid until 2099-01-01\n}", &["E0204"]),
    ("request r {\n  subject contains \"x\"\n}", &["E0204"]),
    ("request r {\n  then hold\n}", &["E0204"]),
    ("pattern q {\n  weight 2\n}", &["E0204"]),
    ("organisation again {\n  domains x.example\n}", &["E0206"]),
    ("default hold\ndefault deliver", &["E0207"]),
    ("policy p {\n  from anyone with rank is chief\n  then hold\n}", &["E0210"]),
    ("policy p {\n  from anyone with clearance is topmost\n  then hold\n}", &["E0211"]),
    (
        "attribute free from directory \"free\"\npolicy p {\n  from anyone with free is at least x\n  then hold\n}",
        &["E0212"],
    ),
    ("policy p {\n  then hold for borad\n}", &["E0213"]),
    ("policy p {\n  from externall\n  to everybody\n  then hold\n}", &["E0200", "E0200"]),
    ("policy p {\n  when attachment type is \"*/*\"\n  then hold\n}", &["E0252"]),
    ("policy p {\n  when attachment type is images\n  then hold\n}", &["E0252"]),
    ("test \"x\" {\n  expect b@y.example hold\n}", &["E0204"]),
    ("bypass b {\n  owner o@y.example\n  valid always\n  then take no action\n}", &["E0249"]),
    // A policy whose name cannot be read may be the one that is meant.
    (
        "policy m\u{fc}ller {\n  then hold\n}\ntest \"x\" {\n  message {\n    from a@y.example\n    to b@y.example\n  }\n  expect b@y.example hold because m\n}",
        &["E0010"],
    ),
    // What a base says wrongly is said once.
    (
        "definition a {\n  available to legl\n}\ndefinition b based on a {\n  print denied\n}",
        &["E0200"],
    ),
    ("policy p {\n  between internal and external\n  from board\n  then hold\n}", &["E0229"]),
    ("policy p {\n  between internal and external\n  then secure with d7\n}", &["E0230"]),
    ("policy p {\n  when cards activates\n  then hold\n  override\n}", &["E0231"]),
    (
        "policy p {\n  then hold\n  override q\n}\npolicy q {\n  when cards activates\n  then deliver\n}",
        &["E0232"],
    ),
    (
        "policy p {\n  then hold\n  override q\n}\npolicy q {\n  then deliver\n  override p\n}",
        &["E0233", "E0233"],
    ),
    (
        "definition a based on b {\n  print denied\n}\ndefinition b based on a {\n  print denied\n}",
        &["E0234", "E0234"],
    ),
    ("definition x {\n  reply denied\n  reply all allowed\n  available to internal\n}", &["E0235"]),
    (
        "examination e {\n  count card, up to 3 times\n  activates at 4\n  unreadable counts as clear\n}",
        &["E0236"],
    ),
    ("pattern q {\n  match /a(?=b)/\n}", &["E0237"]),
    ("pattern q {\n  match /(a)\\1/\n}", &["E0237"]),
    ("pattern q {\n  match /a*/\n}", &["E0259"]),
    ("pattern q {\n  match /(?:\\w{1,500}){1,500}/\n}", &["E0237"]),
    ("pattern q {\n  match /[a-/\n}", &["E0237"]),
    ("pattern q {\n  match /ab/\n  accepts \"ac\"\n}", &["E0238"]),
    ("pattern q {\n  match /ab/\n  rejects \"xabx\"\n}", &["E0239"]),
    ("pattern q {\n  match /ab/\n  check luhm\n}", &["E0240"]),
    ("policy p {\n  then disable secure messaging\n}", &["E0241"]),
    ("bypass b {\n  owner o@y.example\n  valid forever\n  then hold\n}", &["E0241"]),
    (
        "bypass b {\n  owner o@y.example\n  valid forever\n  skips cards\n  then take no action\n}",
        &["E0242"],
    ),
    (
        "policy p {\n  then hold\n}\nbypass b {\n  owner o@y.example\n  valid forever\n  skips p\n}",
        &["E0243"],
    ),
    ("policy p {\n  then secur with d7\n}", &["E0005"]),
    ("policy p {\n  valid from 2026-02-02 until 2026-02-01\n  then hold\n}", &["E0247"]),
    ("terms t {\n  \"\\u{ad}\"\n}", &["E0248"]),
    (
        "bypass b {\n  owner o@y.example\n  valid from 2026-01-01\n  then take no action\n}",
        &["E0249"],
    ),
    (
        "policy p {\n  from internal\n  then hold\n}\npolicy q {\n  to external\n  then take no action\n}",
        &["E0430"],
    ),
    ("terms t {\n  \"a\" weight 0\n}", &["E0250"]),
    ("pattern q {\n  match /ab/\n  weight 0\n}", &["E0250"]),
    (
        "examination e {\n  count card, up to 0 times\n  count \"x\", up to 0 points\n  less 0 for \"y\"\n  activates at 0\n  unreadable counts as clear\n}",
        &["E0250", "E0250", "E0250", "E0250"],
    ),
    ("policy p {\n  then hold\n  also add header \"From\" \"a@b.example\"\n}", &["E0251"]),
    ("policy p {\n  then hold\n  also add header \"subject\" \"a\"\n}", &["E0251"]),
    (
        "request r {\n  subject contains \"x\"\n  then hold\n  also add header \"Content-Type\" \"a\"\n}",
        &["E0251"],
    ),
    ("policy p {\n  then hold\n  also add header \"X-From\" \"a\"\n}", &[]),
    ("request r {\n  subject contains \"\"\n  then hold\n}", &["E0248"]),
    ("request r {\n  subject contains \" \\u{200B}\"\n  then hold\n}", &["E0248"]),
    ("test \"t\" {\n  message {\n    from a@corp.example\n    to b@x.example\n  }\n}", &["E0204"]),
    (
        "test \"t\" {\n  message {\n    from a@corp.example\n    to b@x.example\n  }\n  expect evry recipient hold\n}",
        &["E0005"],
    ),
    (
        "policy p {\n  then hold\n  override\n}\npolicy q {\n  from a@b.example\n  then deliver\n}",
        &["E0431"],
    ),
    (
        "policy p {\n  then hold\n  override\n}\npolicy q {\n  from a@b.example\n  disabled\n  then deliver\n}",
        &[],
    ),
];

fn error_codes(findings: &[Diagnostic]) -> Vec<String> {
    let errors = findings.iter().filter(|it| it.severity() == Severity::Error);
    errors.map(|it| it.code.to_string()).collect()
}

fn codes(findings: &[Diagnostic]) -> Vec<String> {
    let mut codes: Vec<String> = findings.iter().map(|it| it.code.to_string()).collect();
    codes.sort();
    codes
}

#[test]
fn every_case_gives_its_errors() {
    for (text, expected) in CASES {
        let (rules, findings) = load(text);
        assert_eq!(errors(text), *expected, "{text}\n{}", said(&findings));
        assert_eq!(rules.is_none(), !expected.is_empty(), "{text}");
    }
}

#[test]
fn no_organisation() {
    let (rules, findings) = load_files(&[file("a.writ", "writ 1\ndefault deliver\n")]);
    assert!(rules.is_none());
    assert_eq!(error_codes(&findings), ["E0205"]);
}

#[test]
fn a_library_by_itself_needs_no_organisation() {
    let text = "writ 1\npattern q {\n  match /ab/\n  accepts \"ab\"\n}\n";
    let (rules, findings) = load_files(&[file("a.writ", text)]);
    assert!(rules.is_some(), "{}", said(&findings));
}

#[test]
fn an_unknown_time_zone() {
    let text = PREAMBLE.replace("Europe/London", "Europe/Londno");
    let (rules, findings) = load_files(&[file("a.writ", &text)]);
    assert!(rules.is_none());
    let zones: Vec<&Diagnostic> =
        findings.iter().filter(|it| it.message.contains("Londno")).collect();
    assert_eq!(zones.len(), 1, "{}", said(&findings));
    assert!(zones[0].fix.as_ref().unwrap().title.contains("Europe/London"));
}

#[test]
fn deliver_is_no_answer_to_an_error() {
    let text = PREAMBLE.replace("time zone Europe/London", "on error deliver");
    let (rules, findings) = load_files(&[file("a.writ", &text)]);
    assert!(rules.is_none(), "{}", said(&findings));
}

#[test]
fn a_library_decides_nothing() {
    let library = [file("lib.writ", "writ 1\npolicy p {\n  then hold\n}\n")];
    let text = PREAMBLE.replace("writ 1\n", "writ 1\nuse lib\n");
    let (rules, findings) =
        Rules::load(&[file("a.writ", &text)], &[Library { name: "lib", files: &library }]);
    assert!(rules.is_none());
    assert_eq!(error_codes(&findings), ["E0208"]);
}

#[test]
fn lapsed_and_lapsing() {
    let scene = scene("policy p {\n  valid until 2026-03-01\n  then hold\n}");
    let at = |day: &str| codes(&scene.rules.check_at(Date::parse(day).unwrap()));
    assert_eq!(at("2026-03-02"), ["W0304"]);
    assert_eq!(at("2026-03-01"), ["W0305"]);
    assert_eq!(at("2026-01-30"), ["W0305"]);
    assert_eq!(at("2026-01-29"), [""; 0]);
}

#[test]
fn a_misspelt_name_is_offered() {
    let (_, findings) = load("policy p {\n  when crads activates\n  then hold\n}");
    let finding = findings.iter().find(|it| it.code.to_string() == "E0200").unwrap();
    assert_eq!(finding.fix.as_ref().unwrap().title, "write `cards`");
}

#[test]
fn every_name_of_the_tree_is_known_in_every_file() {
    let main = format!(
        "{PREAMBLE}examination e {{\n  count jargon\n  activates at 1\n  unreadable counts as clear\n}}\n\
         policy p {{\n  from ranked\n  source offices\n  when e activates\n  then hold\n}}\n"
    );
    let other = file(
        "words.writ",
        "writ 1\nterms jargon {\n  \"nightjar\"\n}\nnetworks offices {\n  192.0.2.0/24\n}\n\
         addresses ranked {\n  a@corp.example\n}\n",
    );
    let (rules, findings) = load_files(&[file("a.writ", &main), other.clone()]);
    assert!(rules.is_some(), "{}", said(&findings));
    // The alias of a `use` line says which file is meant, and nothing of another one.
    let used = main.replace("writ 1\n", "writ 1\nuse \"words.writ\" as words\n");
    let right = used.replace("count jargon", "count words.jargon");
    assert!(load_files(&[file("a.writ", &right), other.clone()]).0.is_some());
    let wrong = used.replace("count jargon", "count words.card");
    let (_, findings) = load_files(&[file("a.writ", &wrong), other.clone()]);
    assert_eq!(error_codes(&findings), ["E0200"]);
    let again = file("more.writ", "writ 1\nterms jargon {\n  \"owl\"\n}\n");
    let (_, findings) = load_files(&[file("a.writ", &main), other, again]);
    assert_eq!(error_codes(&findings), ["E0201"]);
}

#[test]
fn names_of_a_library_need_its_prefix_and_it_knows_none_of_ours() {
    let library = [file("lib.writ", "writ 1\nterms jargon {\n  \"nightjar\"\n}\n")];
    let load = |library: &[SourceFile], what: &str, more: &str| {
        let text = format!(
            "{PREAMBLE}examination e {{\n  count {what}\n  activates at 1\n  unreadable counts as clear\n}}\n{more}"
        );
        let text = text.replace("writ 1\n", "writ 1\nuse lib\n");
        let libraries = [Library { name: "lib", files: library }];
        error_codes(&Rules::load(&[file("a.writ", &text)], &libraries).1)
    };
    assert_eq!(load(&library, "lib.jargon", ""), [""; 0]);
    assert_eq!(load(&library, "jargon", ""), ["E0200"]);
    let asks_us = "writ 1\nexamination x {\n  count card\n  activates at 1\n  unreadable counts as clear\n}\n\
                   terms jargon {\n  \"nightjar\"\n}\n";
    assert_eq!(
        load(
            &[file("lib.writ", asks_us)],
            "lib.jargon",
            "policy p {\n  when lib.x activates\n  then hold\n}\n"
        ),
        ["E0200"]
    );
}

#[test]
fn one_mistake_is_one_finding() {
    // A name that is misspelt where it is used must not seem unused where it is declared.
    let text = "terms jargon {\n  \"nightjar\"\n}\nexamination e {\n  count jargn\n  activates at 1\n  \
                unreadable counts as clear\n}\npolicy p {\n  from internal\n  when e activates\n  then hold\n}\n\
                policy q {\n  to external\n  when cards activates\n  then secure with d7\n}\n\
                policy r {\n  from fin, law, anyone with clearance is secret\n  when cards activates\n  then secure with d30\n}\n";
    let (_, findings) = load(text);
    assert_eq!(codes(&findings), ["E0200", "W0366"], "{}", said(&findings));
}
