//! `writ keygen`, `build`, `verify`, `inspect`.

use crate::scene::{SMALL, Scene, sample};

const BUILD: [&str; 8] = ["build", "--key", "k", "--counter", "42", "-o", "rules.bundle", "rules"];

fn built() -> Scene {
    let scene = sample();
    scene.writ(&["keygen", "k"]).ends(0);
    scene.writ(&BUILD).ends(0);
    scene
}

#[test]
fn a_bundle_is_built_the_same_twice_and_verified() {
    let scene = built();
    let first = std::fs::read(scene.path("rules.bundle")).unwrap();
    let run = scene.writ(&BUILD).ends(0);
    assert!(run.out.contains("counter 42, signed by key "), "{}", run.out);
    assert_eq!(std::fs::read(scene.path("rules.bundle")).unwrap(), first);
    let run = scene.writ(&["verify", "--key", "k.pub", "--rules", "rules", "rules.bundle"]).ends(0);
    assert!(run.out.starts_with("rules.bundle: good\n"), "{}", run.out);
    assert!(run.out.contains("made from these sources"), "{}", run.out);
}

#[test]
fn a_bundle_in_the_place_of_a_newer_one_is_told() {
    let scene = built();
    let older = BUILD.map(|it| if it == "42" { "41" } else { it });
    let run = scene.writ(&older).ends(0);
    let told = "warning: the bundle that was there had counter 42: a gateway that has loaded it refuses this one\n";
    assert!(run.out.ends_with(told), "{}", run.out);
    let run = scene.writ(&BUILD).ends(0);
    assert!(!run.out.contains("warning"), "{}", run.out);
    let wrong = BUILD.map(|it| if it == "42" { "abc" } else { it });
    let run = scene.writ(&wrong).ends(2);
    assert!(run.err.contains("write a whole number, such as `42`"), "{}", run.err);
}

#[test]
fn a_refusal_says_why_and_ends_with_1() {
    let scene = built();
    scene.writ(&["keygen", "other"]).ends(0);
    let old = scene.writ(&["verify", "--key", "k.pub", "--counter", "43", "rules.bundle"]).ends(1);
    assert_eq!(
        old.out,
        "rules.bundle: refused: the bundle has counter 42, but 43 is already in use; an older \
         bundle is not taken\n"
    );
    let unknown = scene.writ(&["verify", "--key", "other.pub", "rules.bundle"]).ends(1);
    assert!(unknown.out.contains("which is not trusted here (trusted: "), "{}", unknown.out);
    let text = scene.read("rules/sample.writ").replace("at 8", "at 7");
    scene.write("rules/sample.writ", text.as_bytes());
    let other =
        scene.writ(&["verify", "--key", "k.pub", "--rules", "rules", "rules.bundle"]).ends(1);
    assert!(
        other.out.contains("from other sources: `sample.writ` is not the same"),
        "{}",
        other.out
    );
    let private = scene.writ(&["verify", "--key", "k", "rules.bundle"]).ends(2);
    assert!(private.err.contains("this is the private key"), "{}", private.err);
    let none = scene.writ(&["verify", "--key", "k.pub", "rules/sample.writ"]).ends(1);
    assert!(none.out.contains("this is not a rule bundle"), "{}", none.out);
}

#[test]
fn nothing_is_signed_while_a_test_fails() {
    let scene = Scene::new(&[("rules/a.writ", SMALL), ("rules/writ.toml", "edition = 1\n")]);
    scene.writ(&["keygen", "k"]).ends(0);
    let wrong = "\ntest \"this cannot be\" {\n  message {\n    from a@acme.example\n    to b@x.example\n  \
                 }\n  expect b@x.example hold\n}\n";
    scene.write("rules/a.writ", format!("{SMALL}{wrong}").as_bytes());
    let run = scene.writ(&BUILD).ends(1);
    assert!(run.err.contains("1 of 1 tests failed; nothing was built"), "{}", run.err);
    assert!(run.err.contains("this cannot be"), "{}", run.err);
    assert!(!scene.path("rules.bundle").exists());
    scene.write("rules/a.writ", b"writ 1\norganisation {\n");
    scene.writ(&BUILD).ends(1);
    assert!(!scene.path("rules.bundle").exists());
}

#[test]
fn inspect_tells_what_is_in_it_and_gives_the_sources_back() {
    let scene = built();
    let run = scene.writ(&["inspect", "rules.bundle"]).ends(0);
    for words in ["rules of acme, counter 42", "not verified", "cards-leave-secured", "program"] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    let json = scene.writ(&["inspect", "--json", "--sources", "was", "rules.bundle"]).ends(0);
    let shown: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(shown["counter"], 42);
    assert_eq!(scene.read("was/sample.writ"), scene.read("rules/sample.writ"));
    let again = scene.writ(&["inspect", "--sources", "was", "rules.bundle"]).ends(2);
    assert!(again.err.contains("already there"), "{}", again.err);
}

#[test]
fn a_key_is_not_overwritten_and_is_its_owners_alone() {
    let scene = Scene::new(&[]);
    scene.writ(&["keygen", "k"]).ends(0);
    let before = scene.read("k");
    scene.writ(&["keygen", "k"]).ends(2);
    std::fs::remove_file(scene.path("k.pub")).unwrap();
    scene.writ(&["keygen", "k"]).ends(2);
    assert_eq!(scene.read("k"), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(scene.path("k")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
