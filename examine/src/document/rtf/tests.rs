//! What RTF shows and hides.

use wire::mime::Limits;

use super::*;
use crate::{
    archive::Opened,
    budget::Budget,
    remark::{CHARSET_UNKNOWN, DOCUMENT_ALTERNATIVES, DOCUMENT_DEEP, DOCUMENT_FIELDS},
};

fn opened(rtf: &[u8]) -> Opened {
    read(rtf, &mut Budget::new(&Limits::default()))
}

fn texts(rtf: &str) -> Vec<String> {
    opened(rtf.as_bytes()).texts
}

#[test]
fn labels_stand_in_their_lines() {
    for rtf in ["{\\rtf1{\\listtext 40}12}", "{\\rtf1{\\*\\pn\\pnlvlbody{\\pntxtb 40}}12}"] {
        assert!(texts(rtf).join("|").contains("4012"), "{rtf}: {:?}", texts(rtf));
    }
}

#[test]
fn text_as_word_shows_it() {
    for (rtf, shown) in [
        ("{\\rtf1 {\\b 40}12\\par next}", "4012\nnext\n"),
        ("{\\rtf1 40\r\n12}", "4012\n"),
        ("{\\rtf1\\ansi\\ansicpg1252 caf\\'e9}", "café\n"),
        ("{\\rtf1 \\u26085?\\u26412?}", "日本\n"),
        ("{\\rtf1\\uc2 \\u52\\'30\\'30\\u48 xx12}", "4012\n"),
        ("{\\rtf1 \\u-10179?\\u-8704?}", "😀\n"),
        ("{\\rtf1{\\fonttbl{\\f1\\fcharset128 x;}}\\f1\\'93\\'fa\\'96\\'7b}", "日本\n"),
        ("{\\rtf1 a{\\*\\unknown x}b}", "ab\n"),
        ("{\\rtf1 40{\\v xx}12}", "4012\n"),
        ("{\\rtf1 40{\\footnote note}12}", "note\n4012\n"),
        ("{\\rtf1 40{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt 12}}34}", "401234\n"),
        ("{\\rtf1 40{\\pict 00112233}12}", "4012\n"),
        ("{\\rt 4012", "4012\n"),
        ("{\\rtf1 40{\\*\\b 12}}", "4012\n"),
        ("{\\rtf1 40{\\upr{xx}{\\*\\ud 12}}}", "4012\n"),
        ("{\\rtf1 40{\\v\\par}12}", "4012\n"),
        ("{\\rtf1\\deff1{\\fonttbl{\\f1\\fcharset128 x;}}\\'93\\'fa}", "日\n"),
        ("{\\rtf1{\\fonttbl{\\f1\\fcharset128 x;}}\\dbch\\af1 \\'93\\'fa\\hich a}", "日a\n"),
        ("{\\rtf1 a}behind", "abehind\n"),
        ("\u{feff}\n{\\rtf1 a}", "a\n"),
        ("{\\rtf1 40{\\field{\\*\\fldinst SYMBOL 49 \\\\f x}{\\fldrslt no}}2}", "4012\n"),
    ] {
        let mut all = texts(rtf);
        assert_eq!(all.remove(0), shown, "{rtf}");
    }
}

#[test]
fn what_is_hidden_is_read() {
    for (rtf, words) in [
        ("{\\rtf1 a{\\*\\unknown secret}b}", "secret"),
        ("{\\rtf1 40{\\v xx}12}", "40xx12"),
        ("{\\rtf1 40{\\deleted xx}12}", "40xx12"),
        ("{\\rtf1{\\info{\\title secret}}a}", "secret"),
        ("{\\rtf1 a\\panose secret}", "secret"),
        ("{\\rtf1{\\*\\listtable\\levelstartat40{\\leveltext\\'04no.\\'00;}}a}", "no.40;"),
        ("{\\rtf1 {\\field{\\*\\fldinst HYPERLINK secret}{\\fldrslt 12}}}", "HYPERLINK secret"),
    ] {
        assert!(texts(rtf)[1].contains(words), "{rtf}: {:?}", texts(rtf));
    }
}

#[test]
fn the_page_that_it_was_made_from_is_read() {
    let rtf = "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}ze\\htmlrtf no\\htmlrtf0 bra{\\*\\htmltag84 &#45;mar}\
               {\\*\\htmltag84 <b>}ker{\\*\\htmltag72 </b></p>}}";
    assert!(texts(rtf).contains(&"zebra-marker".to_owned()), "{:?}", texts(rtf));
}

#[test]
fn what_programs_read_in_different_ways_is_told() {
    for (rtf, remark) in [
        ("{\\rtf1\\ansicpg37 a}", CHARSET_UNKNOWN),
        ("{\\rtf1\\u122\\b0 ?a}", DOCUMENT_ALTERNATIVES),
        ("{\\rtf1{\\field{\\*\\fldinst EQ a}}}", DOCUMENT_FIELDS),
    ] {
        assert_eq!(opened(rtf.as_bytes()).remarks, [remark], "{rtf}");
    }
}

#[test]
fn an_object_is_a_member() {
    let data = "0105000002000000" // version, embedded
        .to_owned()
        + "05000000" + "576f726400" // class "Word"
        + "0000000000000000" // no topic, no item
        + "03000000" + "616263";
    let opened = opened(format!("{{\\rtf1 a{{\\object{{\\*\\objdata {data}}}}}b}}").as_bytes());
    assert_eq!(opened.texts, ["ab\n"]);
    assert_eq!(opened.members.len(), 1);
    assert_eq!(opened.members[0].octets, b"abc");
}

#[test]
fn depth_is_bounded() {
    let deep = [&b"{\\rtf1 "[..], &b"{".repeat(1_000_000)].concat();
    assert_eq!(opened(&deep).remarks, [DOCUMENT_DEEP]);
}
