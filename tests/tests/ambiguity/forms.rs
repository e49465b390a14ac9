//! The forms that the kinds are made of.

use crate::kinds::{MARKER, base64, multipart, payload};

/// Lines that say, or seem to say, that a body is base64. The first is right.
pub(crate) const ENCODINGS: [&str; 44] = [
    "Content-Transfer-Encoding: base64",
    "content-transfer-encoding:BASE64",
    "CONTENT-TRANSFER-ENCODING: bAsE64",
    "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit",
    "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable",
    "Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: \"base64\"",
    "Content-Transfer-Encoding: 'base64'",
    "Content-Transfer-Encoding: <base64>",
    "Content-Transfer-Encoding: base64;",
    "Content-Transfer-Encoding: base64; x=y",
    "Content-Transfer-Encoding: ;base64",
    "Content-Transfer-Encoding: base64,",
    "Content-Transfer-Encoding: base64, 7bit",
    "Content-Transfer-Encoding: 7bit, base64",
    "Content-Transfer-Encoding: 7bit base64",
    "Content-Transfer-Encoding: base64 7bit",
    "Content-Transfer-Encoding: (x) base64",
    "Content-Transfer-Encoding: (x)base64",
    "Content-Transfer-Encoding: (7bit) base64",
    "Content-Transfer-Encoding: base64 (x)",
    "Content-Transfer-Encoding: base64(x)",
    "Content-Transfer-Encoding: base64 (",
    "Content-Transfer-Encoding: base(x)64",
    "Content-Transfer-Encoding: base 64",
    "Content-Transfer-Encoding: base-64",
    "Content-Transfer-Encoding: x-base64",
    "Content-Transfer-Encoding: base64x",
    "Content-Transfer-Encoding: =?utf-8?q?base64?=",
    "Content-Transfer-Encoding : base64",
    "Content-Transfer-Encoding\t: base64",
    "Content-Transfer-Encoding:\n base64",
    "Content-Transfer-Encoding: \n\tbase64",
    "Content-Transfer-Encoding: base\n 64",
    "Content-Transfer-Encoding:\u{b}base64",
    "Content-Transfer-Encoding:\u{a0}base64",
    " Content-Transfer-Encoding: base64",
    "X-A: b\n \nContent-Transfer-Encoding: base64",
    "stray\nContent-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: base64\0",
    "Content-Transfer-Encoding: \0base64",
    "Content-\0Transfer-Encoding: base64",
    "Content-Transfer-Encoding = base64",
];

/// Parameters of a multipart whose delimiter is `--b`. The first is right.
pub(crate) const BOUNDARIES: [&str; 50] = [
    "boundary=b",
    "boundary=\"b\"",
    "BOUNDARY=b",
    "boundary=b ",
    "boundary=b;",
    "boundary=b;;",
    ";boundary=b",
    "boundary=\"b \"",
    "boundary=\" b\"",
    "boundary='b'",
    "boundary=<b>",
    "boundary=' b'; boundary=b",
    "boundary=x; boundary=b",
    "boundary=b; boundary=x",
    "boundary=b; BOUNDARY=x",
    "boundary=\"x\"; boundary*=us-ascii''b",
    "boundary*=us-ascii''b; boundary=x",
    "boundary*=b",
    "boundary*=us-ascii''b",
    "boundary*=us-ascii'en'%62",
    "boundary*0=b",
    "boundary*0*=us-ascii''b",
    "boundary*1=b",
    "boundary*0=; boundary*1=b",
    "boundary*0=b; boundary*1=",
    "boundary*00=b",
    "boundary=b\nContent-Type: text/plain",
    "boundary=b\nContent-Type: multipart/mixed; boundary=x",
    "boundary=(comment)b",
    "boundary=b(comment)",
    "boundary=b (comment)",
    "boundary(comment)=b",
    "(comment)boundary=b",
    "boundary=b junk",
    "boundary=\"b\" junk",
    "boundary=\"b\"junk",
    "boundary=\"b",
    "boundary=b\"",
    "boundary=\"\\b\"",
    "boundary =b",
    "boundary= b",
    "boundary = b",
    "\n boundary=b",
    "boundary=\n b",
    "boundary=b\0",
    "boundary=\"b\0\"",
    "boundary==b",
    "boundary=?b",
    "charset=x",
    "boundary=",
];

/// Lines that say, or seem to say, that a message has several parts. The first is right.
pub(crate) const TYPES: [&str; 34] = [
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: MULTIPART/Mixed; Boundary=b",
    "Content-Type: multipart / mixed; boundary=b",
    "Content-Type: multipart/ mixed; boundary=b",
    "Content-Type: multipart /mixed; boundary=b",
    "Content-Type: multipart/mixed boundary=b",
    "Content-Type: multipart/mixed, boundary=b",
    "Content-Type: multipart/mixed\tboundary=b",
    "Content-Type: multipart/mixed:boundary=b",
    "Content-Type: multipart/x-unheard-of; boundary=b",
    "Content-Type: multipart/; boundary=b",
    "Content-Type: multipart; boundary=b",
    "Content-Type: multipart\\mixed; boundary=b",
    "Content-Type: multipart/mixed/mixed; boundary=b",
    "Content-Type: x-multipart/mixed; boundary=b",
    "Content-Type: (x) multipart/mixed; boundary=b",
    "Content-Type: multipart(x)/mixed; boundary=b",
    "Content-Type: multipart/mixed(x); boundary=b",
    "Content-Type: \"multipart/mixed\"; boundary=b",
    "Content-Type: 'multipart/mixed'; boundary=b",
    "Content-Type: =?utf-8?q?multipart/mixed?=; boundary=b",
    "Content-Type : multipart/mixed; boundary=b",
    "Content-Type\t: multipart/mixed; boundary=b",
    "Content-Type:\n multipart/mixed; boundary=b",
    "Content-Type: multipart/mixed;\n\n boundary=b",
    "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b",
    "Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain",
    "Content-Type: text/plain, multipart/mixed; boundary=b",
    "Content-Type: text/plain; multipart/mixed; boundary=b",
    "Content-Type: ; boundary=b",
    "Content-Type: boundary=b",
    "ContentType: multipart/mixed; boundary=b",
    "X-A: b",
];

/// Bodies of a multipart whose boundary is `b`; PART is a base64 part, PAYLOAD its body alone,
/// QUOTED the marker in quoted-printable. The first is right.
pub(crate) const BODIES: [&str; 44] = [
    "--b\nPART--b--\n",
    "--b \nPART--b-- \n",
    "--b\t\nPART--b--\t\n",
    "--b\u{b}\nPART--b--\n",
    "--b\0\nPART--b--\n",
    "--b\nPART",
    "--b\nPART--b",
    "--b\nPART--b-",
    "PART--b\n\nx\n--b--\n",
    "--b\n\nx\n--b--\nPART",
    "--b\n\nx\n--b--\n--b\nPART--b--\n",
    "--b\n\nx\n--b--\n\n--b\nPART",
    "--b\n\nx\n--bb\nPART--b--\n",
    "--bb\nPART--b--\n",
    "--b--\nPART\n--b\nPART",
    "--b--\n--b\nPART--b--\n",
    "--b\nContent-Type: text/plain\n--b\nPART--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\nPART--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nPART--c--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\n\n--b\nPART--c--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nPART--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=bc\n\n--bc\nPART--bc--\n--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=\"b--\"\n\n--b--\nPART--b----\n--b--\n",
    "--b\nContent-Type: multipart/mixed\n\n--c\nPART--c--\n--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: base64\n\n--c\nPART--c--\n--b--\n",
    "--b\nContent-Type: multipart/mixed; boundary=c\nContent-Transfer-Encoding: quoted-printable\n\n--c\nPART--c--\n--b--\n",
    "--b\nContent-Type: message/rfc822\n\nPART--b--\n",
    "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nPART--b--\n",
    "--b\nContent-Type: message/global\n\nPART--b--\n",
    "--b\nContent-Type: multipart/digest; boundary=c\n\n--c\n\nPART--c--\n--b--\n",
    "--b\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable\n\nQUOTED\n--b--\n",
    "--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nPAYLOAD\n--b--\n",
    "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nPAYLOAD\n--b--\n",
    "--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPAYLOAD\n--b--\n",
    "\n\n--b\n\n\nx\n--b\nPART\n\n\n--b--\n\n",
    "x\n--b\nPART--b--\n",
    " --b\nPART --b--\n",
    ">--b\nPART>--b--\n",
    "- --b\nPART- --b--\n",
    "--B\nPART--B--\n",
    "-- b\nPART-- b--\n",
    "b\nPARTb--\n",
    "--b\n PART--b--\n",
    "--b\n\n--b\nPART\0\n--b--\n",
];

/// Ends of lines.
pub(crate) const LINE_ENDS: [(&str, &str); 8] = [
    ("LF", "\n"),
    ("CRLF", "\r\n"),
    ("CR", "\r"),
    ("CRCRLF", "\r\r\n"),
    ("LFCR", "\n\r"),
    ("CRLF and a space", "\r\n "),
    ("NUL before LF", "\0\n"),
    ("form feed and LF", "\u{c}\n"),
];

/// A name, header lines and a body that some reader decodes to the marker.
pub(crate) fn payloads() -> Vec<(&'static str, &'static str, String)> {
    const BASE64: &str = "Content-Transfer-Encoding: base64";
    const QUOTED: &str = "Content-Transfer-Encoding: quoted-printable";
    let plain = payload();
    let each = |of: &dyn Fn(char) -> String| plain.chars().map(of).collect::<String>();
    let lines = |width: usize, end: &str| {
        let chars: Vec<char> = plain.chars().collect();
        let lines: Vec<String> = chars.chunks(width).map(|it| it.iter().collect()).collect();
        lines.join(end)
    };
    let quoted = |hyphen: &str| MARKER.replace('-', hyphen);
    vec![
        ("base64", BASE64, plain.clone()),
        ("base64, a letter a line", BASE64, each(&|it| format!("{it}\n"))),
        ("base64 with marks", BASE64, each(&|it| format!("{it}!"))),
        ("base64 with spaces", BASE64, each(&|it| format!("{it} "))),
        ("base64 with NULs", BASE64, each(&|it| format!("{it}\0"))),
        ("base64 with octets beyond ASCII", BASE64, each(&|it| format!("{it}\u{ff}"))),
        ("base64 with hyphens", BASE64, each(&|it| format!("{it}-"))),
        ("base64 behind padding", BASE64, format!("aGk={plain}")),
        ("base64 behind two paddings", BASE64, format!("aA=={plain}")),
        ("base64 behind nothing but padding", BASE64, format!("====\n{plain}")),
        ("base64 in padded lines", BASE64, format!("aGk=\naGk=\n{plain}")),
        ("base64 without its padding", BASE64, plain.trim_end_matches('=').to_owned()),
        ("base64 with too much padding", BASE64, format!("{plain}====")),
        ("base64 before text", BASE64, format!("{plain}\n--\nfooter of a list")),
        ("base64 behind text", BASE64, format!("Some words:\n\n{plain}")),
        ("base64 behind empty lines", BASE64, format!("\n\n\n{plain}")),
        ("base64 in short lines", BASE64, lines(3, "\n")),
        ("base64 in indented lines", BASE64, lines(8, "\n    ")),
        ("base64 in quoted lines", BASE64, lines(8, "\n> ")),
        ("base64 of an odd length", BASE64, format!("{plain}A")),
        ("base64 with a letter before", BASE64, format!("A{plain}")),
        ("base64 with soft line ends", BASE64, lines(8, "=\n")),
        ("base64 percent-encoded padding", BASE64, plain.replace('=', "%3D")),
        ("base64 twice", BASE64, base64(payload().as_bytes())),
        ("quoted-printable", QUOTED, quoted("=2D")),
        ("quoted-printable in small letters", QUOTED, quoted("=2d")),
        ("quoted-printable with soft line ends", QUOTED, quoted("=2D=\n")),
        ("quoted-printable with soft line ends and spaces", QUOTED, quoted("=2D= \t\n")),
        ("quoted-printable with a mark that is none", QUOTED, format!("=ZZ {}", quoted("=2D"))),
        ("quoted-printable cut at its end", QUOTED, format!("{} =", quoted("=2D"))),
        ("quoted-printable with one digit", QUOTED, format!("=2 {}", quoted("=2D"))),
        ("quoted-printable with underscores", QUOTED, quoted("=2D").replace(' ', "_")),
        ("quoted-printable of every octet", QUOTED, {
            MARKER.bytes().map(|it| format!("={it:02X}")).collect()
        }),
        (
            "uuencode as an encoding",
            "Content-Transfer-Encoding: x-uuencode",
            uuencoded("begin 644 a.txt"),
        ),
        ("uuencode as uue", "Content-Transfer-Encoding: uue", uuencoded("begin 644 a.txt")),
        ("uuencode in text", "Content-Transfer-Encoding: 7bit", uuencoded("begin 644 a.txt")),
        (
            "uuencode without a name",
            "Content-Transfer-Encoding: x-uuencode",
            uuencoded("begin 644"),
        ),
        (
            "uuencode with a long mode",
            "Content-Transfer-Encoding: 7bit",
            uuencoded("begin 100644 a.txt"),
        ),
        (
            "begin-base64",
            "Content-Transfer-Encoding: 7bit",
            format!("begin-base64 644 a.txt\n{plain}\n====\n"),
        ),
    ]
}

/// The marker as uuencode has it, behind this first line.
fn uuencoded(begin: &str) -> String {
    let text = format!("the {MARKER} is here");
    let length = u32::try_from(text.len()).unwrap_or_default();
    let letter =
        |bits: u32| char::from_u32(32 + (bits & 63)).filter(|it| *it != ' ').unwrap_or('`');
    let mut line = String::from(letter(length));
    for chunk in text.as_bytes().chunks(3) {
        let bits =
            chunk.iter().chain([&0, &0]).take(3).fold(0, |bits, it| bits << 8 | u32::from(*it));
        line.extend([18, 12, 6, 0].map(|shift| letter(bits >> shift)));
    }
    format!("{begin}\n{line}\n`\nend\n")
}

/// A name, a type with its charset, and a base64 body.
pub(crate) fn charsets() -> Vec<(&'static str, &'static str, String)> {
    let wide = |octets: fn(u16) -> [u8; 2], mark: &[u8]| {
        let units: Vec<u8> = MARKER.encode_utf16().flat_map(octets).collect();
        base64(&[mark, &units].concat())
    };
    let utf_7 = || {
        base64(format!("+{}-", "AHo-ebra+AC0-marker+AC0-7731").replace("+AHo", "AHo").as_bytes())
    };
    let full_width: String =
        MARKER.chars().map(|it| char::from_u32(u32::from(it) + 0xfee0).unwrap_or(it)).collect();
    vec![
        (
            "UTF-16 with its mark",
            "Content-Type: text/plain; charset=utf-16",
            wide(u16::to_le_bytes, b"\xff\xfe"),
        ),
        (
            "UTF-16 without one",
            "Content-Type: text/plain; charset=utf-16",
            wide(u16::to_be_bytes, b""),
        ),
        ("UTF-16LE", "Content-Type: text/plain; charset=utf-16le", wide(u16::to_le_bytes, b"")),
        ("UTF-16BE", "Content-Type: text/plain; charset=UTF-16BE", wide(u16::to_be_bytes, b"")),
        (
            "UTF-16 called UTF-8",
            "Content-Type: text/plain; charset=utf-8",
            wide(u16::to_le_bytes, b"\xff\xfe"),
        ),
        ("UTF-16 called nothing", "Content-Type: text/plain", wide(u16::to_le_bytes, b"\xff\xfe")),
        ("UTF-7", "Content-Type: text/plain; charset=utf-7", utf_7()),
        ("UTF-7 by an older name", "Content-Type: text/plain; charset=unicode-1-1-utf-7", utf_7()),
        ("a charset that is none", "Content-Type: text/plain; charset=x-none", payload()),
        ("two charsets", "Content-Type: text/plain; charset=utf-8; charset=utf-16", payload()),
        ("a charset in quotes", "Content-Type: text/plain; charset=\"utf-8\"", payload()),
        ("a charset in single quotes", "Content-Type: text/plain; charset='utf-8'", payload()),
        (
            "a charset as RFC 2231 has it",
            "Content-Type: text/plain; charset*=us-ascii''utf-8",
            payload(),
        ),
        (
            "full-width letters",
            "Content-Type: text/plain; charset=utf-8",
            base64(full_width.as_bytes()),
        ),
        ("ISO-2022-JP in ASCII", "Content-Type: text/plain; charset=iso-2022-jp", payload()),
        ("HZ", "Content-Type: text/plain; charset=hz-gb-2312", payload()),
    ]
}

/// Messages whose header block begins or ends in an odd way.
pub(crate) fn headers() -> Vec<(&'static str, String)> {
    let right = format!("Content-Transfer-Encoding: base64\n\n{}\n", payload());
    vec![
        ("behind a line of an mbox", format!("From a@x.example Fri Nov  6 10:00:00 2026\n{right}")),
        ("behind a quoted line of an mbox", format!(">From a@x.example\n{right}")),
        ("behind a mark of UTF-8", format!("\u{ef}\u{bb}\u{bf}{right}")),
        ("behind an empty line", format!("\n{right}")),
        ("behind two empty lines", format!("\n\n{right}")),
        ("behind a line of spaces", format!("   \n{right}")),
        ("behind a folded line", format!(" x\n{right}")),
        ("behind NUL", format!("\0{right}")),
        ("behind a line without a colon", format!("no colon\n{right}")),
        ("behind a name of nothing", format!(": x\n{right}")),
        ("behind a name with spaces", format!("X Y: z\n{right}")),
        ("behind a name beyond ASCII", format!("X-\u{e9}: z\n{right}")),
        ("with a line of spaces at its end", right.replace("\n\n", "\n \n")),
        ("with a line of spaces before its end", right.replace("\n\n", "\n \n\n")),
        ("with NUL at its end", right.replace("\n\n", "\n\0\n")),
        ("with a tab at its end", right.replace("\n\n", "\n\t\n\n")),
        ("without its end", right.replace("\n\n", "\n")),
        ("of many lines", format!("{}{right}", "X-A: b\n".repeat(2_000))),
        ("with a long line", format!("X-A: {}\n{right}", "b".repeat(20_000))),
        ("with a long folded line", format!("X-A: {}\n{right}", "b\n ".repeat(2_000))),
        ("with two From", format!("From: a@x.example\nFrom: b@x.example\n{right}")),
        ("with another version of MIME", format!("MIME-Version: 2.0\n{right}")),
        ("with a version of MIME that is none", format!("MIME-Version: x\n{right}")),
        ("with a boundary line", format!("--b\n{right}")),
    ]
}

/// Messages inside of messages, and parts that stand for others.
pub(crate) fn wrappings() -> Vec<(&'static str, String)> {
    let inner = format!("Subject: x\nContent-Transfer-Encoding: base64\n\n{}\n", payload());
    let wrapped =
        |kind: &str, body: &str| multipart("boundary=b", &format!("--b\n{kind}\n\n{body}--b--\n"));
    let encoded = base64(inner.as_bytes());
    vec![
        ("in a message", wrapped("Content-Type: message/rfc822", &inner)),
        ("in a message in base64", {
            wrapped(
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
                &format!("{encoded}\n"),
            )
        }),
        ("in a message called text", wrapped("Content-Type: text/rfc822", &inner)),
        ("in a message of news", wrapped("Content-Type: message/news", &inner)),
        ("in a message as a file", {
            wrapped(
                "Content-Type: application/octet-stream; name=a.eml\nContent-Transfer-Encoding: base64",
                &format!("{encoded}\n"),
            )
        }),
        (
            "in a fragment",
            wrapped("Content-Type: message/partial; id=x; number=1; total=1", &inner),
        ),
        (
            "behind a body kept elsewhere",
            wrapped("Content-Type: message/external-body; access-type=x", &inner),
        ),
        ("in a report", wrapped("Content-Type: text/rfc822-headers", &inner)),
        ("in a delivery status", wrapped("Content-Type: message/delivery-status", &inner)),
        ("in an alternative", {
            multipart(
                "boundary=b",
                &format!(
                    "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nx\n--c\n{inner}--c--\n--b--\n"
                ),
            )
        }),
        ("in a signed message", {
            multipart(
                "boundary=b",
                &format!(
                    "--b\nContent-Type: multipart/signed; boundary=c\n\n--c\n{inner}--c--\n--b--\n"
                ),
            )
        }),
        ("in an Apple file", {
            multipart(
                "boundary=b",
                &format!(
                    "--b\nContent-Type: multipart/appledouble; boundary=c\n\n--c\n{inner}--c--\n--b--\n"
                ),
            )
        }),
        ("ten deep", deep(&inner, 10)),
        ("sixty deep", deep(&inner, 60)),
    ]
}

/// A message in so many multiparts.
fn deep(inner: &str, depth: usize) -> String {
    (0..depth).fold(inner.to_owned(), |message, number| {
        let boundary = format!("b{number}");
        format!("Content-Type: multipart/mixed; boundary={boundary}\n\n--{boundary}\n{message}--{boundary}--\n")
    })
}

/// Headers of a part whose file name is the marker.
pub(crate) fn names() -> Vec<String> {
    let word = format!("=?utf-8?B?{}?=", base64(MARKER.as_bytes()));
    let quoted = format!("=?utf-8?Q?{}?=", MARKER.replace('-', "=2D"));
    let percent = MARKER.replace('-', "%2D");
    let (first, second) = percent.split_at(6);
    let disposition = |it: String| format!("Content-Disposition: attachment; {it}");
    let kind = |it: String| format!("Content-Type: application/x-y; {it}");
    let mut names = Vec::new();
    for form in [
        format!("filename=\"{word}\""),
        format!("filename={word}"),
        format!("filename=\"{quoted}\""),
        format!("filename=\"a {word} b\""),
        format!("filename*=utf-8''{percent}"),
        format!("filename*=''{percent}"),
        format!("filename*=utf-8'en'{percent}"),
        format!("filename*=\"utf-8''{percent}\""),
        format!("filename*0*=utf-8''{first}; filename*1*={second}"),
        format!("filename*1*={second}; filename*0*=utf-8''{first}"),
        format!("filename=x.txt; filename*=utf-8''{percent}"),
        format!("filename*=utf-8''{percent}; filename=x.txt"),
        format!("filename=x.txt; filename=\"{word}\""),
        format!("filename=\"{word}\"; filename=x.txt"),
        format!("FILENAME=\"{word}\""),
        format!("filename =\"{word}\""),
        format!("filename=\n \"{word}\""),
    ] {
        names.push(kind(form.replace("filename", "name").replace("FILENAME", "NAME")));
        names.push(disposition(form));
    }
    names.push(format!("Content-Disposition: inline; filename=\"{word}\""));
    names.push(format!("Content-Disposition: filename=\"{word}\""));
    names.push(format!("Content-Disposition: attachment filename=\"{word}\""));
    names.push(format!(
        "Content-Type: text/plain; name=x.txt\nContent-Disposition: attachment; filename=\"{word}\""
    ));
    names.push(format!("Content-Disposition: attachment; filename=x.txt\nContent-Disposition: attachment; filename=\"{word}\""));
    names
}
