//! `writ extract`.

use crate::scene::Scene;

const MESSAGE: &str = "From: Alice <alice@acme.example>\nSubject: =?utf-8?Q?caf=C3=A9?=\nMIME-Version: 1.0\n\
    Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n\
    <p>ＮＩＧＨＴ<b>jar</b></p>\n--b\nContent-Type: application/pkcs7-mime; name=smime.p7m\n\
    Content-Transfer-Encoding: base64\n\n!!!!\n--b\nContent-Disposition: attachment; filename=a.txt\n\n\
    \u{1b}[2Jtext\n";

#[test]
fn parts_names_and_texts_are_shown() {
    let scene = Scene::new(&[("m.eml", MESSAGE)]);
    let out = scene.writ(&["extract", "m.eml"]).ends(0).out;
    for words in [
        "subject  café",
        "from     alice@acme.example",
        "  | ＮＩＧＨＴjar",
        "\"smime.p7m\"",
        "\"a.txt\"",
        "text/html",
        "unreadable: ",
        "ambiguous: ",
        "multipart without closing boundary",
    ] {
        assert!(out.contains(words), "{words} in\n{out}");
    }
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn json_has_the_text_that_terms_are_found_in() {
    let scene = Scene::new(&[]);
    let out = scene.writ_with(&["extract", "--json", "-"], MESSAGE.as_bytes()).ends(0).out;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["subject"], "café");
    let segments = json["segments"].as_array().unwrap();
    let body: Vec<&str> = segments
        .iter()
        .filter(|it| it["scope"] == "body")
        .map(|it| it["text"].as_str().unwrap().trim())
        .collect();
    assert!(body.contains(&"nightjar"), "{body:?}");
    let names: Vec<_> =
        json["parts"].as_array().unwrap().iter().map(|it| it["name"].as_str()).collect();
    assert!(names.contains(&Some("smime.p7m")) && names.contains(&Some("a.txt")), "{names:?}");
    assert!(!json["unreadable"].as_array().unwrap().is_empty());
    assert!(!json["ambiguous"].as_array().unwrap().is_empty());
}

#[test]
fn anything_is_a_message() {
    let scene = Scene::new(&[("empty", "")]);
    scene.writ(&["extract", "empty"]).ends(0);
    let octets: Vec<u8> = (0..=u8::MAX).cycle().take(70_000).collect();
    scene.writ_with(&["extract", "-"], &octets).ends(0);
    scene.writ_with(&["extract", "--json", "-"], &octets).ends(0);
    let run = scene.writ(&["extract", "nowhere.eml"]).ends(2);
    assert_eq!(run.err, "error: cannot read `nowhere.eml`: there is no such file or folder\n");
    let run = scene.writ(&["extract", "."]).ends(2);
    assert!(run.err.contains("this is a folder"), "{}", run.err);
}
