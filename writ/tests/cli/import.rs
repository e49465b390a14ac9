//! `writ import`.

use crate::scene::{Run, Scene};

const POLICIES: &[u8] = include_bytes!("../exports/policies-utf16.csv");
const DEFINITIONS: &[u8] = include_bytes!("../exports/definitions.csv");
const GROUPS: &[u8] = include_bytes!("../exports/groups.csv");
const CONTENT: &[u8] = include_bytes!("../exports/content.json");
const DRUGS: &[u8] = include_bytes!("../exports/drug.txt");
const JSON: &str = include_str!("../exports/policies.json");

/// Everything that an account has, as a spreadsheet, an interface and an editor save it.
fn account() -> Scene {
    let scene = Scene::new(&[("policies.json", JSON)]);
    scene.write("policies.csv", POLICIES);
    scene.write("definitions.csv", DEFINITIONS);
    scene.write("groups.csv", GROUPS);
    scene.write("content.json", CONTENT);
    scene.write("drug.txt", DRUGS);
    scene
}

const ALL: [&str; 5] =
    ["policies.csv", "definitions.csv", "groups.csv", "content.json", "drug.txt"];

fn import(scene: &Scene, exports: &[&str], more: &[&str]) -> Run {
    let fixed = ["-o", "rules", "--domain", "acme.example", "--time-zone", "Europe/London"];
    scene.writ(&[&["import"], exports, &fixed, more].concat())
}

/// That rules are clean, in their form, and tested.
#[track_caller]
fn is_whole(scene: &Scene) -> String {
    scene.writ(&["check", "rules"]).ends(0);
    scene.writ(&["fmt", "--check", "rules"]).ends(0);
    scene.writ(&["test", "rules"]).ends(0).out
}

#[test]
fn an_account_comes_over_with_every_change_told() {
    let scene = account();
    let run = import(&scene, &ALL, &["--date-order", "day-first"]).ends(1);
    let tests = is_whole(&scene);
    assert!(tests.contains(" 0 failed"), "{tests}");
    for said in [
        "Protects less, or may",
        "`Cost centre`",
        "there is nothing like `Header Display Name`",
        "policies of the type `Blocked Senders` are not brought over",
        "the group `Contractors` is not in the export",
        "the definition `Gone Definition` is not in the export",
        "a back-reference cannot be matched in linear time",
        "look-around was taken out",
        "the digest of a document was left out",
        "who may not reply cannot reply to all",
        "`Nested Group`",
    ] {
        let said = said.trim_matches('`');
        assert!(run.out.contains(said), "{said}\n{}", run.out);
        // There each is a sentence.
        let document = scene.read("rules/IMPORT.md").replace('\\', "").to_lowercase();
        assert!(document.contains(&said.to_lowercase()), "{said}\n{document}");
    }
    // Lines of the table count as an editor counts them.
    assert!(run.out.contains("policies.csv:7  Spoof name"), "{}", run.out);
    let accepted = import(&scene, &ALL, &["--accept-changes", "--force"]).ends(0);
    assert!(accepted.out.contains("Protects less"), "{}", accepted.out);
}

#[test]
fn policies_mean_what_they_meant() {
    let scene = account();
    import(&scene, &ALL, &["--date-order", "day-first"]).ends(1);
    let policies = scene.read("rules/policies.writ");
    for item in [
        "policy finance-to-law-firm-in-clear {
  why     \"Finance to law firm in clear\"
  from    finance
  to      domain lawfirm.example
  compare either
  source  192.0.2.0/24
  valid   from 2026-02-01 until 2099-12-31
  then    take no action
  override
}",
        "policy cleared-people {
  why  \"Cleared people\"
  from anyone with clearance is secret
  to   external
  then secure with board-never-expire
}",
        "policy old-pilot {
  why   \"Old pilot\"
  from  everyone
  to    everyone
  valid from 2019-01-01 until 2019-12-31
  disabled
  then  secure with mimecast.external-recipients
}",
        "bypass payroll-run {
  why   \"Payroll run\"
  from  payroll@acme.example
  to    partners, partners-domains
  valid from 2026-01-01 until 2099-06-29
  then  disable secure messaging
}",
        "policy confidential {
  why  \"Confidential\"
  from internal
  to   everyone
  when confidential-in-subject activates
  then secure with mimecast.external-recipients
}",
    ] {
        assert!(policies.contains(item), "{item}\n---\n{policies}");
    }
    let content = scene.read("rules/content.writ");
    for line in [
        "match  /6(767|334)(\\d{12,15}|[\\d\\- ]{16,19})\\b/",
        "  check  luhn\n",
        "  look in    subject, body, attachment text\n",
        "  require    \"payment\"\n",
        "  less       3 for \"Tax exemption\"\n",
        ", up to 8 points\n",
        "  count      drug-names\n",
    ] {
        assert!(content.contains(line), "{line}\n---\n{content}");
    }
}

#[test]
fn an_export_of_the_interface_comes_over_without_loss() {
    let scene = account();
    let run = import(&scene, &["policies.json"], &["--relay-network", "192.0.2.0/24"]).ends(0);
    assert!(!run.out.contains("Protects less"), "{}", run.out);
    let tests = is_whole(&scene);
    assert!(tests.contains("2 passed, 0 failed"), "{tests}");
    let policies = scene.read("rules/policies.writ");
    assert!(policies.contains("  valid  until 2099-06-30\n"), "{policies}");
    assert!(policies.contains("  source 192.0.2.0/28, 198.51.100.7/32\n"), "{policies}");
    assert!(policies.contains("  to      banks\n  compare either\n"), "{policies}");
}

#[test]
fn a_dictionary_goes_into_a_tree_that_is_there() {
    let scene = account();
    scene.writ(&["init", "rules"]).ends(0);
    let arguments = ["import", "drug.txt", "-o", "rules/drug.writ", "--activates-at", "5"];
    scene.writ(&arguments).ends(1);
    scene.writ(&["check", "rules"]).ends(0);
    scene.writ(&["fmt", "--check", "rules"]).ends(0);
    let text = scene.read("rules/drug.writ");
    assert!(text.contains("# Protects less, or may:\n"), "{text}");
    assert!(text.contains("drug.txt:5  what is this"), "{text}");
    assert!(text.contains("  \"black tar\" weight 5\n"), "{text}");
    assert!(text.contains("  activates  at 5\n"), "{text}");
    let again = scene.writ(&arguments).ends(2);
    assert!(again.err.contains("already there"), "{}", again.err);
    let run = scene.writ(&["import", "groups.csv", "-o", "more.writ"]).ends(2);
    assert!(run.err.contains("give a folder"), "{}", run.err);
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let scene = account();
    scene.write("rules/policies.writ", b"# mine\n");
    let run = import(&scene, &ALL, &[]).ends(2);
    assert!(run.err.contains("`rules/policies.writ` is already there"), "{}", run.err);
    assert_eq!(scene.read("rules/policies.writ"), "# mine\n");
    assert!(!scene.path("rules/IMPORT.md").exists());
    // What stays in the folder must go together with what comes.
    scene.write("rules/own.writ", b"writ 1\n\norganisation other {\n  domains other.example\n}\n");
    let run = import(&scene, &ALL, &["--force"]).ends(2);
    assert!(run.err.contains("do not go together"), "{}", run.err);
    assert_eq!(scene.read("rules/policies.writ"), "# mine\n");
    std::fs::remove_file(scene.path("rules/own.writ")).unwrap();
    import(&scene, &ALL, &["--force"]).ends(1);
    assert!(scene.read("rules/policies.writ").contains("policy everything-to-partners"));
    let left: Vec<_> = std::fs::read_dir(scene.path("rules")).unwrap().collect();
    assert_eq!(left.len(), 8, "{left:?}");
}

#[test]
fn what_is_no_export_is_told_with_its_place() {
    for (file, octets, said) in [
        (
            "a.csv",
            &b"Policy Narrative,Applies From\nx,\"Everyone\ny,Internal\n"[..],
            "is opened and not closed",
        ),
        (
            "a.csv",
            b"Policy Narrative,Applies From\nx\n",
            "line 2: this row has 1 fields, and the first row has 2",
        ),
        ("a.csv", b"Surname,Salary\nx,1\n", "`Surname`, `Salary` are not those of policies"),
        ("a.csv", b"Policy Narrative,Applies From\ncaf\xE9,Everyone\n", "line 2, column 4"),
        ("a.csv", b"", "the table is empty"),
        ("a.json", b"{\"policies\": [{\"id\": 1, \"id\": 2}]}", "`id` stands twice"),
        (
            "a.json",
            b"{\"policies\": [",
            "line 1, column 14: this is not JSON: the file ends in the middle",
        ),
        ("a.json", b"[{\"x\": 1}]", "it cannot be told what [1] is"),
        ("a.json", b"[]", "there is no policy, definition, group or dictionary"),
        ("a.txt", b"1 a\0b", "line 1, column 4"),
    ] {
        let scene = Scene::new(&[]);
        scene.write(file, octets);
        let run = import(&scene, &[file], &[]).ends(2);
        assert!(run.err.contains(said), "{said}\n{}", run.err);
        assert!(!scene.path("rules").exists(), "{said}");
    }
    let scene = account();
    let run = scene.writ(&["import", "groups.csv", "-o", "rules"]).ends(2);
    assert!(run.err.contains("--domain"), "{}", run.err);
    let run = import(&scene, &["absent.csv"], &[]).ends(2);
    assert!(run.err.contains("absent.csv"), "{}", run.err);
}

#[test]
fn what_takes_protection_away_is_left_out_where_it_is_not_understood() {
    let scene = Scene::new(&[
        (
            "policies.csv",
            "Policy Type,Policy Narrative,Option,Definition,Applies From,Applies To,Specifically,End Date,Excluded Recipients\n\
             Secure Messaging Bypass,Limited,Disable Secure Messaging,,Internal Address,Email Domain,a.example,2099-01-01,boss@a.example\n\
             Secure Messaging Bypass,Plain,Disable Secure Messaging,,Internal Address,Email Domain,b.example,,\n\
             Secure Messaging,Spared,Take No Action,,Internal Address,Email Domain,c.example,,boss@c.example\n\
             Secure Messaging,Kept,,External Recipients,Internal Address,Address Groups,Wild,,boss@d.example\n\
             Secure Messaging,Clear,Take No Action,,Internal Address,Email Domain,e.example,,\n\
             Secure Messaging Bypas,Misspelt,Disable Secure Messaging,,Internal Address,Email Domain,f.example,,\n",
        ),
        ("groups.csv", "Group,Member\nWild,*@wild.example\nWild,a*b@wild.example\n"),
    ]);
    let run = import(&scene, &["policies.csv", "groups.csv"], &[]).ends(1);
    is_whole(&scene);
    let policies = scene.read("rules/policies.writ");
    for (called, is_there) in [
        ("Limited", false),
        ("Plain", true),
        ("Spared", false),
        ("Kept", true),
        ("Clear", true),
        ("Misspelt", false),
    ] {
        assert_eq!(policies.contains(called), is_there, "{called}\n{policies}");
    }
    assert!(run.out.contains("there is no type `Secure Messaging Bypas`"), "{}", run.out);
    let why = "left out: it takes protection away, and `Excluded Recipients` may limit it";
    let (_, told) = run.out.split_once(why).unwrap();
    let both = ["    policies.csv:2  Limited", "    policies.csv:4  Spared"];
    assert_eq!(told.lines().skip(1).take(2).collect::<Vec<_>>(), both, "{}", run.out);
    // Only what takes protection away must end.
    let (_, told) = run.out.split_once("no last day: it never ends\n").unwrap();
    let told: Vec<&str> = told.lines().take_while(|it| it.starts_with("    ")).collect();
    assert_eq!(told, ["    policies.csv:3  Plain"], "{}", run.out);
    assert!(scene.read("rules/people.writ").contains("domains wild {\n  wild.example\n}"));
    assert!(
        run.out.contains("`a*b@wild.example` is neither an address nor a domain"),
        "{}",
        run.out
    );
    let ignored = ["--ignore-column", "Excluded Recipients", "--force"];
    import(&scene, &["policies.csv", "groups.csv"], &ignored);
    assert!(scene.read("rules/policies.writ").contains("Limited"));
}

#[test]
fn hostile_texts_are_only_texts() {
    let scene = Scene::new(&[(
        "policies.csv",
        "Policy Type,Policy Narrative,Option,Definition,Applies From,Applies To,Specifically\n\
         Secure Messaging,\"a\"\" }\ndefault deliver # \u{202e}\",,\"d\"\"}\npolicy x {\",Everyone,Email Domain,\"b.example\n}\npolicy y { to everyone\"\n\
         Secure Messaging,\"](https://x.example) | <script>\",,External Recipients,Internal Address,Email Domain,b.example\n",
    )]);
    import(&scene, &["policies.csv"], &[]).ends(1);
    is_whole(&scene);
    let policies = scene.read("rules/policies.writ");
    assert!(!policies.contains("policy x {") && !policies.contains('\u{202e}'), "{policies}");
    let document = scene.read("rules/IMPORT.md");
    assert!(document.contains("\\]\\(https://x.example\\) \\| \\<script\\>"), "{document}");
}

#[test]
fn ties_are_settled_for_protection() {
    let scene = Scene::new(&[
        (
            "definitions.csv",
            "Description,Allow External Recipient to Print,Allow External Recipient to Reply,Allow External Recipient to Reply All,Expiry,Send Read Receipt\n\
             Loose,Yes,Yes,Yes,30 days,No\nStrict,No,No,No,7 days,Yes\n",
        ),
        (
            "policies.csv",
            "Policy Type,Policy Narrative,Option,Definition,Applies From,From Specifically,Applies To,To Specifically,Override\n\
             Secure Messaging,Chair,Take No Action,,Individual Email Address,chair@acme.example,Everyone,,\n\
             Secure Messaging,Shop,,Loose,Internal Address,,Email Domain,shop.example,\n\
             Secure Messaging,Cfo,,Strict,Individual Email Address,cfo@acme.example,External Address,,\n\
             Secure Messaging,Bank override,,Strict,Internal Address,,Email Domain,bank.example,Yes\n\
             Secure Messaging,Chair override,Take No Action,,Individual Email Address,chair@acme.example,Everyone,,Yes\n\
             Secure Messaging,Bank teller,Take No Action,,Internal Address,,Individual Email Address,teller@bank.example,No\n",
        ),
    ]);
    let run = import(&scene, &["policies.csv", "definitions.csv"], &[]).ends(0);
    let policies = scene.read("rules/policies.writ");
    let tests = is_whole(&scene);
    for lines in [
        // Strict is stricter in everything.
        "policy cfo {\n  why      \"Cfo\"\n  from     cfo@acme.example\n  to       external\n  then     secure with strict\n  override shop\n}",
        "  then     secure with strict\n  override\n  override chair-override\n}",
        // Bank override beats whatever is not one.
        "  to   teller@bank.example\n  # Another rule outranks it for every message, so it never decides.\n  disabled\n",
    ] {
        assert!(policies.contains(lines), "{lines}\n---\n{policies}");
    }
    assert!(run.out.contains("it never decides"), "{}", run.out);
    assert!(tests.contains(" 0 failed"), "{tests}");
}

#[test]
fn the_example_of_the_manual_is_what_it_prints() {
    let manual = include_str!("../../../docs/import.md");
    let scene = Scene::new(&[]);
    let mut exports = Vec::new();
    for block in manual.split("```").skip(1).step_by(2) {
        let (head, text) = block.split_once('\n').unwrap();
        if let Some((_, file)) = head.split_once(' ') {
            scene.write(file, text.as_bytes());
            exports.push(file);
        }
    }
    assert_eq!(exports, ["policies.csv", "definitions.csv", "groups.csv", "content.json"]);
    let run = import(&scene, &exports, &["--relay-network", "192.0.2.0/24"]).ends(1);
    is_whole(&scene);
    let (before, rest) = manual.split_once("<!-- begin example -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end example -->").unwrap();
    let command = "writ import policies.csv definitions.csv groups.csv content.json -o rules \\\n  --domain acme.example --time-zone Europe/London --relay-network 192.0.2.0/24";
    let example = format!(
        "```text\n$ {command}\n{}```\n\nThe policies that came out:\n\n```text\n{}```\n",
        run.out,
        scene.read("rules/policies.writ")
    );
    let wanted = format!("{before}<!-- begin example -->\n{example}<!-- end example -->{after}");
    if std::env::var_os("CHANCERY_MANUAL_WRITE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/import.md");
        std::fs::write(path, wanted).unwrap();
    } else {
        assert_eq!(manual, wanted, "run it with CHANCERY_MANUAL_WRITE=1");
    }
}

/// A table of policies, and a definition for them.
fn table(rows: &str) -> Scene {
    let scene = Scene::new(&[("policies.csv", rows)]);
    scene.write("definitions.csv", b"Description,Allow External Recipient to Print\nconf,No\n");
    scene
}

#[test]
fn a_day_that_is_none_is_told_with_its_row_and_column() {
    let scene = table(
        "Policy Type,Policy Narrative,Select Option,Applies From,Applies To,End Date\n\
         Secure Messaging,Keep,conf,Internal Addresses,External Addresses,2099-02-30\n\
         Secure Messaging Bypass,Payroll,Disable Secure Messaging,Internal Addresses,External Addresses,2099-02-30\n",
    );
    let out = import(&scene, &["policies.csv", "definitions.csv"], &[]).ends(1).out;
    for said in [
        "in the column `End Date`, there is no 2099-02-30: that month has 28 days; without it the policy holds for longer\n    policies.csv:2  Keep",
        "this policy was left out: in the column `End Date`, there is no 2099-02-30: that month has 28 days\n    policies.csv:3  Payroll",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    assert!(!scene.read("rules/policies.writ").contains("2099"));
}

#[test]
fn a_misspelt_column_is_told_what_it_may_be() {
    let scene = table(
        "Policy Type,Policy Narrative,Select Option,Applies From,Applies To,End Dat\n\
         Secure Messaging,Keep,conf,Internal Addresses,External Addresses,2099-02-20\n",
    );
    let out = import(&scene, &["policies.csv", "definitions.csv"], &[]).ends(1).out;
    assert!(out.contains("was left out; it may be `enddate`, in whatever spaces"), "{out}");
    let scene = table("Policy Narative,Aplies From,Aplies To\nKeep,Internal,External\n");
    let refused = import(&scene, &["policies.csv"], &[]).ends(2).err;
    assert!(
        refused.contains("`Aplies From` may be `appliesfrom`, `Aplies To` may be"),
        "{refused}"
    );
}

#[test]
fn what_is_switched_off_is_told_and_no_tests_are_not_counted() {
    let scene = table(
        "Policy Type,Policy Narrative,Select Option,Applies From,Applies To,End Date,Enabled\n\
         Secure Messaging Bypass,Payroll,Disable Secure Messaging,Internal Addresses,External Addresses,2099-02-20,Disabled\n",
    );
    let out = import(&scene, &["policies.csv"], &[]).ends(0).out;
    assert!(out.starts_with("brought over: 1 bypass\n"), "{out}");
    assert!(
        out.contains("it is switched off in the export: it is written with `disabled`"),
        "{out}"
    );
}

/// A bypass of content that no policy is about: its message is delivered either way.
#[test]
fn a_test_that_passes_without_its_bypass_is_not_written() {
    let bypass = "Content Examination Bypass,Skip,Confidential in subject,Internal Addresses,External Addresses";
    for (policy, is_shown) in [
        (
            "Content Examination,Words,Confidential in subject,Internal Addresses,External Addresses\n",
            true,
        ),
        ("", false),
    ] {
        let rows = format!(
            "Policy Type,Policy Narrative,Definition,Applies From,Applies To\n{policy}{bypass}\n"
        );
        let scene = account();
        scene.write("policies.csv", rows.as_bytes());
        let exports = ["policies.csv", "content.json", "definitions.csv"];
        let out = import(&scene, &exports, &["--accept-changes"]).ends(0).out;
        let shown = out.contains("no message was found that shows what it does: write a test for it\n    policies.csv:2  Skip");
        assert_eq!(shown, !is_shown, "{out}");
        if is_shown {
            let tests = scene.read("rules/tests.writ");
            assert!(tests.contains("test \"skip: Skip\""), "{tests}");
        }
    }
}
