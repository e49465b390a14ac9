//! `writ doc`.

use crate::scene::{SMALL, Scene, sample};

const DAY: [&str; 3] = ["doc", "--date", "2026-03-02"];

fn page(scene: &Scene, more: &[&str]) -> String {
    scene.writ(&[&DAY[..], more].concat()).ends(0).out
}

/// The words without the markup, a line for each element.
fn words(page: &str) -> String {
    let body = page.split("<body>").nth(1).unwrap();
    let text: String = body
        .split('<')
        .map(|it| it.split_once('>').map_or(it, |it| it.1))
        .collect::<Vec<_>>()
        .join("\u{1}");
    text.replace('\u{1}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn policies_are_sentences_with_their_place() {
    let words = words(&page(&sample(), &["rules"]));
    for sentence in [
        "When anyone inside writes to anyone outside, except anyone in partners, and payment-data activates, the message is secured with confidential.",
        "Also, dlp@acme.example is notified.",
        "until someone in board releases it",
        "PCI DSS: card and account numbers only leave protected.",
        "rules/sample.writ:",
        "based on confidential",
    ] {
        assert!(words.contains(sentence), "{sentence}\n{words}");
    }
}

#[test]
fn what_is_searched_for_is_shown_only_when_asked() {
    let scene = sample();
    assert!(!page(&scene, &["rules"]).contains("Project Nightjar"));
    assert!(page(&scene, &["--show-terms", "rules"]).contains("Project Nightjar"));
}

#[test]
fn the_page_is_whole_safe_and_the_same_each_time() {
    let text = format!(
        "{SMALL}## <script>alert(1)</script>\npolicy p {{\n  why \"</style><img src=x onerror=y>\u{202e}\"\n  then deliver\n}}\n"
    );
    let scene = Scene::new(&[("a.writ", &text)]);
    let one = page(&scene, &[]);
    assert_eq!(one, page(&scene, &[]));
    assert!(
        !one.contains("<script") && !one.contains("<img") && !one.contains('\u{202e}'),
        "{one}"
    );
    assert!(
        !one.contains("http://") && !one.contains("https://"),
        "it needs nothing from elsewhere"
    );
    for open in one.split("href=\"#").skip(1) {
        let anchor = open.split('"').next().unwrap();
        assert_eq!(one.matches(&format!("id=\"{anchor}\"")).count(), 1, "{anchor}");
    }
}

#[test]
fn it_is_written_to_a_file_or_into_a_folder() {
    let scene = sample();
    scene.writ(&[&DAY[..], &["-o", "book.html", "rules"]].concat()).ends(0);
    scene.write("site/x", b"");
    scene.writ(&[&DAY[..], &["-o", "site", "rules"]].concat()).ends(0);
    assert_eq!(scene.read("book.html"), scene.read("site/handbook.html"));
    scene.writ(&[&DAY[..], &["-o", "none/book.html", "rules"]].concat()).ends(2);
}

#[test]
fn rules_with_errors_have_no_handbook() {
    let scene = Scene::new(&[("a.writ", "writ 1\npolcy x {\n}\n")]);
    scene.writ(&["doc"]).ends(1);
}
