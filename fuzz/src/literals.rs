//! Literals: what one says of itself is read as the same again.

use std::fmt::{Debug, Display};

use grammar::literal::{
    Address, Date, Domain, DomainPattern, Duration, HeaderName, Moment, Network, QuotedText,
    RegexText, Size, Zone, parse_ip,
};

/// Runs the target on one input.
pub(crate) fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    says_itself(text, |it| Address::parse(it).ok());
    says_itself(text, |it| Date::parse(it).ok());
    says_itself(text, |it| Domain::parse(it).ok());
    says_itself(text, |it| DomainPattern::parse(it).ok());
    says_itself(text, |it| Duration::parse(it).ok());
    says_itself(text, |it| Moment::parse(it).ok());
    says_itself(text, |it| Network::parse(it).ok());
    says_itself(text, |it| Size::parse(it).ok());
    says_itself(text, |it| parse_ip(it).ok());
    let _names = (HeaderName::parse(text), Zone::parse(text), RegexText::parse(text));
    let quoted = QuotedText::quote(text);
    if let Ok(read) = QuotedText::parse(&quoted) {
        assert_eq!(read.into_string(), text);
    }
}

fn says_itself<T: Debug + Display + PartialEq>(text: &str, parse: impl Fn(&str) -> Option<T>) {
    if let Some(read) = parse(text) {
        let said = read.to_string();
        assert_eq!(parse(&said).as_ref(), Some(&read), "{text:?} says {said:?}");
    }
}
