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
        "sample.writ:",
        "A message from alice@acme.example to ",
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

#[test]
fn what_nobody_wrote_is_told_as_a_default() {
    let text = format!(
        "{SMALL}networks office {{\n  198.51.100.0/24\n}}\nterms words {{\n  \"Nightjar\"\n}}\n\
         definition d {{\n  print denied\n}}\npolicy p {{\n  why \"x\"\n  from internal\n  to external\n  \
         source office\n  then secure with d\n}}\npolicy q {{\n  why \"x\"\n  from external\n  to internal\n  \
         then deliver\n  also banner \"CAREFUL\"\n}}\n"
    );
    let page = page(&Scene::new(&[("a.writ", &text)]), &[]);
    let words = words(&page);
    for said in [
        "da.writ:12deniedallowedby default",
        "after 365 days, then goneby default",
        "Largest message35 MiB, decodedby default",
        "Our mail serversno network is named",
        "the message is delivered. Also, the banner",
        "office (networks)",
        "words (dictionary)",
    ] {
        assert!(words.contains(said), "{said}\n{words}");
    }
}

#[test]
fn the_page_is_the_same_from_every_folder() {
    let scene = sample();
    let here = page(&scene, &["rules"]);
    let there = crate::scene::run(&scene.path("rules"), &DAY, b"").ends(0).out;
    assert_eq!(here, there);
}
