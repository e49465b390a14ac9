//! `writ detect`.

use serde_json::{Value, json};

use crate::scene::{Scene, sample};

const TEXT: &str = "Café\nPay to GB82 WEST 1234 5698 7654 32,\ncard 4012 8888 8888 1881.\n";

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn people_get_a_table_with_masked_values() {
    let scene = Scene::new(&[("a.txt", TEXT)]);
    let two = ["detect", "--detector", "iban", "--detector", "std.payment-card", "a.txt"];
    let out = scene.writ(&two).ends(0).out;
    assert_eq!(
        out,
        "std.iban                2:8  **** **** **** **** **54 32\n\
         std.payment-card        3:6  **** **** **** 1881\n2 values found\n"
    );
    let out = scene.writ(&[&two[..], &["--show-values"]].concat()).ends(0).out;
    assert!(out.contains("3:6  4012 8888 8888 1881\n"), "{out}");
    scene.writ(&[&two[..], &["--deny"]].concat()).ends(1);
    let none = scene.writ_with(&["detect", "--deny", "-"], b"nothing\n").ends(0).out;
    assert_eq!(none, "0 values found\n");
}

#[test]
fn programs_get_one_object_a_line() {
    let scene = Scene::new(&[]);
    let card = ["detect", "--detector", "payment-card", "--json", "-"];
    // An octet that is no character moves nothing: places are those of the file.
    let text = [b"\xff\n", TEXT.as_bytes()].concat();
    let found = lines(&scene.writ_with(&card, &text).ends(0).out);
    let start = text.windows(4).position(|it| it == b"4012").unwrap();
    let mut expected = json!({
        "detector": "std.payment-card", "start": start, "end": start + 19, "line": 4, "column": 6,
        "masked": "**** **** **** 1881",
    });
    assert_eq!(found, [expected.clone()]);
    expected["value"] = json!("4012 8888 8888 1881");
    let found =
        lines(&scene.writ_with(&[&card[..], &["--show-values"]].concat(), &text).ends(0).out);
    assert_eq!(found, [expected]);
}

#[test]
fn words_must_be_near_where_the_detector_says_so() {
    let scene = Scene::new(&[]);
    let nhs = ["detect", "--detector", "nhs-number", "-"];
    let found = |text: &str| scene.writ_with(&nhs, text.as_bytes()).ends(0).out;
    assert!(found("The patient is 943 476 5919.").ends_with("1 value found\n"));
    assert_eq!(found("The order is 943 476 5919."), "0 values found\n");
}

#[test]
fn the_patterns_of_a_tree_are_asked_too() {
    let scene = sample();
    let text = b"card 4012 8888 8888 1881";
    let found = scene
        .writ_with(&["detect", "--rules", "rules", "--detector", "payment-card", "-"], text)
        .ends(0)
        .out;
    assert!(found.contains("\npayment-card ") || found.starts_with("payment-card "), "{found}");
    assert!(found.contains("std.payment-card") && found.ends_with("2 values found\n"), "{found}");
    scene.write("broken/a.writ", b"writ 1\npatern x {\n}\n");
    let broken = scene.writ_with(&["detect", "--rules", "broken", "-"], text).ends(1);
    assert!(broken.err.contains("broken/a.writ:2:1"), "{}", broken.err);
}

#[test]
fn the_list_and_what_is_not_on_it() {
    let scene = Scene::new(&[]);
    let out = scene.writ(&["detect", "--list"]).ends(0).out;
    assert!(
        out.lines().any(|it| it.starts_with("std.uk-nino ") && it.contains("national insurance"))
    );
    let out = scene.writ(&["detect", "--list", "--detector", "uk-nino"]).ends(0).out;
    assert_eq!(out.lines().count(), 1);
    let run = scene.writ(&["detect", "--detector", "payment-cards", "-"]).ends(2);
    assert!(run.err.contains("did you mean `payment-card`?"), "{}", run.err);
    let run = scene.writ(&["detect", "--detector", "zzz", "-"]).ends(2);
    assert!(run.err.contains("`writ detect --list` shows them"), "{}", run.err);
    assert!(scene.writ(&["detect"]).ends(2).err.contains("<FILE>"));
    let run = scene.writ(&["detect", "nowhere.txt"]).ends(2);
    assert!(run.err.contains("cannot read `nowhere.txt`"), "{}", run.err);
}

/// Every case of the detectors, as `writ check` runs those of a tree.
#[test]
fn the_shipped_detectors_are_without_a_finding() {
    let mut files = vec![(
        "organisation.writ".to_owned(),
        "writ 1\n\norganisation acme {\n  domains acme.example\n}\n".to_owned(),
    )];
    // Dictionaries name detectors of other files, as only a library can.
    for shipped in rules::STD.iter().filter(|it| !it.path.starts_with("std/terms-")) {
        files.push((shipped.path.replace('/', "-"), shipped.text.to_owned()));
    }
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    let scene = Scene::new(&borrowed);
    let out = scene.writ(&["check", "--deny-lints"]).ends(0).out;
    assert!(out.ends_with("no errors\n"), "{out}");
    scene.writ(&["fmt", "--check"]).ends(0);
}
