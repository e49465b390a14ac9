//! `writ init`.

use crate::scene::Scene;

#[test]
fn the_starter_tree_is_clean_in_its_form_and_tested() {
    for arguments in [
        &["init", "new/rules"][..],
        &["init", "new/rules", "--organisation-name", "x", "--domain", "mail.northwind.example"],
        &[
            "init",
            "new/rules",
            "--organisation-name",
            "long-name-2",
            "--domain",
            "b\u{fc}cher.example",
        ],
        &["init", "new/rules", "--preset", "mailgate"],
        &["init", "new/rules", "--preset", "mimecast", "--domain", "northwind.example"],
        &["init", "new/rules", "--preset", "cjsm", "--domain", "b\u{fc}cher.example"],
    ] {
        let scene = Scene::new(&[]);
        scene.writ(arguments).ends(0);
        scene.writ(&["check", "--deny-lints", "new/rules"]).ends(0);
        scene.writ(&["fmt", "--check", "new/rules"]).ends(0);
        let tested = scene.writ(&["test", "new/rules"]).ends(0);
        assert!(tested.out.contains(" 0 failed"), "{}", tested.out);
        for (path, command) in [
            ("new/rules/.github/workflows/writ.yml", "run: writ "),
            ("new/rules/.gitlab-ci.yml", "- writ "),
            ("new/rules/.pre-commit-config.yaml", "entry: writ "),
        ] {
            let text = scene.read(path);
            for step in ["check", "fmt --check", "test"] {
                assert!(text.contains(&format!("{command}{step}")), "{path}: {step}");
            }
        }
    }
}

#[test]
fn the_tree_is_the_organisation_s_own() {
    let scene = Scene::new(&[]);
    scene
        .writ(&["init", "r", "--organisation-name", "northwind", "--domain", "northwind.example"])
        .ends(0);
    let rules = scene.read("r/northwind.writ");
    assert!(rules.contains("\norganisation northwind {\n"), "{rules}");
    assert!(rules.contains(" northwind.example, *.northwind.example\n"), "{rules}");
    assert!(!rules.contains("acme"), "{rules}");
    assert!(scene.read("r/README.md").contains("`northwind.writ`"));
}

#[test]
fn what_cannot_be_a_name_or_a_domain_is_refused() {
    let scene = Scene::new(&[]);
    for arguments in [
        ["--organisation-name", "North Wind"],
        ["--organisation-name", "../x"],
        ["--organisation-name", "a {\n}\ndefault deliver #"],
        ["--domain", "north wind"],
        ["--domain", "*.northwind.example"],
        ["--domain", "shop.example"],
        ["--domain", "nodot"],
    ] {
        scene.writ(&["init", "r", arguments[0], arguments[1]]).ends(2);
        assert!(!scene.path("r").exists(), "{arguments:?}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let scene = Scene::new(&[("rules/writ.toml", "# mine\n")]);
    let run = scene.writ(&["init", "rules"]).ends(2);
    assert!(run.err.contains("`rules/writ.toml` is already there"), "{}", run.err);
    assert_eq!(scene.read("rules/writ.toml"), "# mine\n");
    assert!(!scene.path("rules/acme.writ").exists());
    let scene = Scene::new(&[("notes.txt", "mine\n")]);
    let run = scene.writ(&["init", "notes.txt"]).ends(2);
    assert_eq!(run.err, "error: `notes.txt` is a file; name a folder\n");
}

#[test]
fn a_repository_with_a_readme_becomes_a_tree() {
    let scene = Scene::new(&[("my rules/README.md", "# Ours\n")]);
    let out = scene.writ(&["init", "my rules"]).ends(0).out;
    assert!(out.contains("left as they were: README.md\n"), "{out}");
    assert!(out.ends_with(
        "next: read `my rules/acme.writ`, then `writ check 'my rules'` and `writ test 'my rules'`\n"
    ), "{out}");
    assert_eq!(scene.read("my rules/README.md"), "# Ours\n");
    let here = Scene::new(&[]);
    let out = here.writ(&["init"]).ends(0).out;
    assert!(
        out.ends_with("next: read `README.md`, then `writ check .` and `writ test .`\n"),
        "{out}"
    );
    assert!(here.read(".gitattributes").contains("*.writ     text eol=lf\n"));
    here.writ(&["check", "--deny-lints"]).ends(0);
}

#[test]
fn a_preset_is_the_organisation_s_own_too() {
    for (preset, line) in
        [("mailgate", "package"), ("mimecast", "external-recipients"), ("cjsm", "member-mail")]
    {
        let scene = Scene::new(&[]);
        let organisation = ["--organisation-name", "northwind", "--domain", "northwind.example"];
        scene.writ(&[&["init", "r", "--preset", preset][..], &organisation].concat()).ends(0);
        let rules = scene.read("r/northwind.writ");
        assert!(rules.contains(&format!("\nuse {preset}\n")), "{rules}");
        assert!(rules.contains(&format!("secure with {preset}.{line}")), "{rules}");
        assert!(rules.contains(" northwind.example, *.northwind.example\n"), "{rules}");
        assert!(!rules.contains("acme"), "{rules}");
    }
    let scene = Scene::new(&[]);
    let run = scene.writ(&["init", "r", "--preset", "mailgat"]).ends(2);
    assert!(run.err.contains("mailgate"), "{}", run.err);
    assert!(!scene.path("r").exists());
}
