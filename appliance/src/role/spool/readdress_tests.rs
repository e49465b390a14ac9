//! Lists and other names, from an envelope to another.

use super::*;
use crate::protocol::wishes::Wishes;

const FILE: &str = "\
alice@acme.example
bob@acme.example
team@acme.example: alice@acme.example, bob@acme.example, ann@partner.example
al@acme.example: alice@acme.example
gone@acme.example deleted
old@acme.example: gone@acme.example
";

fn organisation() -> Organisation {
    Organisation {
        domains: vec!["acme.example".to_owned()],
        time_zone: "Europe/London".to_owned(),
        ..Organisation::default()
    }
}

fn of(recipients: &[&str], envelope: Envelope) -> (Envelope, Result<Readdressed, Unaddressed>) {
    let known = Recipients::parse(FILE).unwrap();
    let recipients = recipients.iter().map(ToString::to_string).collect();
    let mut envelope = Envelope { recipients, ..envelope };
    let told = readdress(&mut envelope, &known, &organisation(), 1_790_000_000_000);
    (envelope, told)
}

#[test]
fn a_list_is_its_members_and_nobody_is_there_twice() {
    let to = ["BOB@acme.example", "team@acme.example", "al@acme.example", "x@elsewhere.example"];
    let (envelope, told) = of(&to, Envelope::default());
    assert_eq!(
        envelope.recipients,
        ["BOB@acme.example", "alice@acme.example", "ann@partner.example", "x@elsewhere.example"]
    );
    assert_eq!(envelope.members, ["alice@acme.example", "ann@partner.example"]);
    let told = told.unwrap();
    assert_eq!(told.led, [("team@acme.example".to_owned(), 3), ("al@acme.example".to_owned(), 1)]);
    assert_eq!((told.closed, told.lists), (Vec::new(), Vec::new()));
}

#[test]
fn who_takes_no_mail_is_told() {
    let (envelope, told) = of(&["old@acme.example", "bob@acme.example"], Envelope::default());
    assert_eq!(envelope.recipients, ["bob@acme.example"]);
    let closed = told.unwrap().closed;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].0, "gone@acme.example");
    let (_, told) = of(&["old@acme.example"], Envelope::default());
    assert!(told.unwrap_err().0.starts_with("The mailbox is no longer in use."));
}

#[test]
fn the_portal_writes_to_nobody_outside() {
    let written = Envelope { account: Some("r@else.example".to_owned()), ..Envelope::default() };
    let (envelope, told) = of(&["team@acme.example"], written);
    assert_eq!(envelope.recipients, ["alice@acme.example", "bob@acme.example"]);
    assert_eq!(told.unwrap().closed, [("ann@partner.example".to_owned(), OUTSIDE_TEXT.to_owned())]);
}

#[test]
fn lists_with_too_many_members_are_refused() {
    let mut text = String::new();
    for list in 0..3 {
        let members: Vec<String> =
            (0..400).map(|it| format!("m{list}-{it}@acme.example")).collect();
        text.push_str(&format!("list{list}@acme.example: {}\n", members.join(", ")));
    }
    let known = Recipients::parse(&text).unwrap();
    let recipients = (0..3).map(|it| format!("list{it}@acme.example")).collect();
    let mut envelope = Envelope { recipients, ..Envelope::default() };
    let told = readdress(&mut envelope, &known, &organisation(), 0);
    let text = "The lists that it is for have more than 1000 members: send to fewer";
    assert_eq!(told, Err(Unaddressed(text.to_owned())));
}

#[test]
fn a_wish_goes_on_to_the_members() {
    use wire::smtp::dsn::Notify;
    let notify = |success| Some(Notify::On { success, failure: true, delay: false });
    let wishes = Wishes::of_recipients(&[
        ("team@acme.example", "SUCCESS,FAILURE", "rfc822;Team@acme.example"),
        ("al@acme.example", "SUCCESS,FAILURE", "rfc822;al@acme.example"),
    ]);
    let envelope = Envelope { wishes, ..Envelope::default() };
    let (of_list, told) = of(&["team@acme.example"], envelope.clone());
    assert_eq!(told.unwrap().lists, ["team@acme.example"]);
    // That the list took it is told of the list.
    let wish = of_list.wishes.recipient("ann@partner.example");
    assert_eq!(wish.notify, notify(false));
    assert_eq!(wish.original.unwrap().to_string(), "rfc822;Team@acme.example");
    assert_eq!(of_list.wishes.recipient("team@acme.example").notify, notify(true));
    // Another name of one person is that person.
    let (of_name, told) = of(&["al@acme.example"], envelope);
    assert_eq!(told.unwrap().lists, Vec::<String>::new());
    assert_eq!(of_name.wishes.recipient("alice@acme.example").notify, notify(true));
}
