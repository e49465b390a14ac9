//! Who is there, who leads elsewhere, and who takes no mail.

use super::*;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn on(day: &str) -> Date {
    Date::parse(day).unwrap()
}

fn reached(recipients: &Recipients, to: &str, day: &str) -> Vec<String> {
    let reached = recipients.reach(&address(to), on(day));
    let shown = |it: Reached| match it.takes {
        Takes::Mail | Takes::Unknown => it.address.to_string(),
        Takes::Nothing(text) => format!("{}: {text}", it.address),
    };
    reached.into_iter().map(shown).collect()
}

const FILE: &str = "\
# People
Alice@acme.example\r
bob@acme.example
@open.acme.example

# Lists and other names
team@acme.example: alice@acme.example, bob@acme.example ,ann@partner.example,
all@acme.example: team@acme.example, carol@acme.example, bob@acme.example
\"a: b\"@acme.example : alice@acme.example
@acme.old.example: @acme.example
@acme.older.example: @acme.old.example
# Who takes none
carol@acme.example suspended from 2026-12-01 until 2026-12-14 \"Carol is away, write to Bob\"
dave@acme.example deleted until 2026-12-31
erin@acme.example suspended
erin@east.acme.example
@east.acme.example suspended from 2026-12-10
";

#[test]
fn who_is_there() {
    let recipients = Recipients::parse(FILE).unwrap();
    assert_eq!(recipients.count(), 13);
    let look = |it, day| recipients.look(&address(it), on(day));
    for (address, is_there) in [
        ("alice@ACME.example", true),
        ("zoe@acme.example", false),
        ("alice+news@acme.example", true),
        ("ALICE+a+b@acme.example", true),
        ("zoe+news@acme.example", false),
        ("+alice@acme.example", false),
        ("alice+news@other.example", false),
        ("x@open.acme.example", true),
        ("x@y.open.acme.example", false),
        ("Postmaster@acme.example", true),
    ] {
        let expected = if is_there { Look::There } else { Look::Unknown };
        assert_eq!(look(address, "2026-12-01"), expected, "{address}");
    }
}

#[test]
fn who_takes_no_mail_and_when() {
    let recipients = Recipients::parse(FILE).unwrap();
    let look = |it, day| recipients.look(&address(it), on(day));
    assert_eq!(look("carol@acme.example", "2026-11-30"), Look::There);
    for day in ["2026-12-01", "2026-12-14"] {
        assert_eq!(look("carol@acme.example", day), Look::Closed("Carol is away, write to Bob"));
    }
    assert_eq!(look("carol@acme.example", "2026-12-15"), Look::There);
    assert!(matches!(look("carol+x@acme.example", "2026-12-05"), Look::Closed(_)));
    assert!(matches!(look("dave@acme.example", "2026-12-31"), Look::Closed(_)));
    assert_eq!(look("dave@acme.example", "2027-01-01"), Look::Unknown);
    assert!(matches!(look("erin@acme.example", "2031-01-01"), Look::Closed(_)));
    // A domain that is closed is closed for all who are in it, and open before for who is listed.
    assert_eq!(look("erin@east.acme.example", "2026-12-09"), Look::There);
    for it in ["erin@east.acme.example", "zoe@east.acme.example"] {
        assert!(matches!(look(it, "2026-12-10"), Look::Closed(_)), "{it}");
    }
    assert_eq!(look("postmaster@east.acme.example", "2026-12-10"), Look::There);
}

#[test]
fn lists_lead_to_each_once() {
    let recipients = Recipients::parse(FILE).unwrap();
    let people = ["alice@acme.example", "bob@acme.example", "ann@partner.example"];
    assert_eq!(reached(&recipients, "team@acme.example", "2026-01-01"), people);
    assert_eq!(
        reached(&recipients, "All@acme.example", "2026-12-02"),
        [&people[..], &["carol@acme.example: Carol is away, write to Bob"]].concat()
    );
    assert_eq!(reached(&recipients, "team@acme.older.example", "2026-01-01"), people);
    assert_eq!(reached(&recipients, "\"a: b\"@acme.example", "2026-01-01"), people[..1]);
    for alone in ["alice@acme.example", "zoe@acme.example", "x@elsewhere.example"] {
        assert_eq!(reached(&recipients, alone, "2026-01-01"), [alone]);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, told) in [
        ("alice", "line 1: `alice` is neither an address nor `@` and a domain"),
        ("@", "line 1: `@` is neither"),
        ("\n<a@b.example>", "line 2: `<a@b.example>` is neither"),
        ("a@b.example c@d.example", "line 1: behind the name stands `:`, `suspended` or `deleted`"),
        ("a@b.example:", "line 1: write behind the colon where its mail goes"),
        ("a@b.example: @c.example", "line 1: `@c.example` is no address"),
        ("@b.example: c@d.example", "line 1: the mail of a domain goes to one other"),
        ("a@b.example\nA@B.example", "line 2: there is a line for it already"),
        ("a@b.example suspended until", "line 1: write a day behind `until`"),
        ("a@b.example suspended until 2026-02-30", "line 1: there is no 2026-02-30"),
        ("a@b.example suspended since 2026-02-01", "line 1: `since` is neither"),
        (
            "a@b.example suspended from 2026-02-02 until 2026-02-01",
            "line 1: it ends before it begins",
        ),
        ("a@b.example deleted \"gone", "line 1: the text for senders has no `\"` at its end"),
        ("a@b.example: a@b.example", "line 1: its mail goes round in a circle: `a@b.example`"),
        (
            "a@b.example: c@b.example\nc@b.example: d@d.example\n@d.example: @e.example\n\
             d@e.example: a@b.example",
            "line 1: its mail goes round in a circle: `a@b.example`, `c@b.example`, \
             `d@d.example`, `d@e.example`",
        ),
        ("a@b.example: a+x@b.example", "line 1: its mail goes round in a circle: `a+x@b.example`"),
        (
            "@a.example: @b.example\n@b.example: @a.example",
            "line 1: the mail of `@a.example` comes",
        ),
    ] {
        let error = format!("{:#}", Recipients::parse(text).unwrap_err());
        assert!(error.starts_with(told), "{text:?}: {error}");
    }
}

#[test]
fn lists_of_lists_do_not_take_for_ever() {
    let mut text = String::new();
    for level in 0..15 {
        let next = level + 1;
        text.push_str(&format!("a{level}@x.example: a{next}@x.example, b{next}@x.example\n"));
        text.push_str(&format!("b{level}@x.example: a{next}@x.example, b{next}@x.example\n"));
    }
    let error = format!("{:#}", Recipients::parse(&text).unwrap_err());
    assert_eq!(error, "line 1: it leads by way of too many others");
    let many: Vec<String> = (0..=MEMBERS_MAX).map(|it| format!("m{it}@x.example")).collect();
    let (first, last) = many.split_at(MEMBERS_MAX / 2);
    let text = format!(
        "all@x.example: one@x.example, two@x.example\none@x.example: {}\ntwo@x.example: {}\n",
        first.join(","),
        last.join(",")
    );
    let error = format!("{:#}", Recipients::parse(&text).unwrap_err());
    assert_eq!(error, "line 1: it leads to more than 1000 people");
}
