//! The literals inside a statement, and their refusals as findings.

use super::{Scribe, value::is_name};
use crate::{
    diagnostic::{
        ADDRESS, ADDRESS_OF_ALL, Code, DATE, DATE_ABSENT, DOMAIN, DOMAIN_BARE, DURATION,
        Diagnostic, Fix, HEADER_NAME, NETWORK, NETWORK_HOST, NETWORK_RANGE, REGEX_TEXT, SIZE,
        TEST_PEOPLE, TIME_ZONE, UNIT_MISSING,
    },
    literal::{
        self, Address, Date, DomainPattern, Duration, HeaderName, Moment, Network, Refusal,
        RegexText, Size, Zone,
    },
    statement::{Part, Parts, Rule},
    tree::{Span, Spanned, Text},
};

impl Scribe<'_> {
    /// A literal, or its refusal as a finding.
    pub(crate) fn literal<T, E: Refusal>(
        &mut self,
        part: Part<'_>,
        code: Code,
        parse: fn(&str) -> Result<T, E>,
    ) -> Option<Spanned<T>> {
        let span = self.span(part);
        let error = match parse(part.text().trim_end()) {
            Ok(value) => return Some(Spanned { value, span }),
            Err(error) => error,
        };
        let code = narrower(code, part.text().trim_end());
        let finding = Diagnostic::new(code, error.to_string()).primary(span, "");
        self.say(match error.offer() {
            Some(offer) if error.is_certain() => {
                finding.fix(Fix::automatic(format!("write `{offer}`"), span, offer))
            }
            Some(offer) => finding.fix(Fix::choose(format!("write `{offer}`"), span, offer)),
            None => finding,
        });
        None
    }

    pub(crate) fn address(&mut self, part: Part<'_>) -> Option<Spanned<Address>> {
        if let Some(domain) = starred(part.text().trim_end()) {
            self.refuse_star(part, domain);
            return None;
        }
        let written = part.text().trim_end();
        if self.block.is_some_and(|block| block.called == "a message") && is_name(written) {
            let message = format!(
                "`{written}` is no address: a message of a test has one sender, and addresses to go to"
            );
            let finding = Diagnostic::new(TEST_PEOPLE, message).primary(self.span(part), "");
            self.say(finding.note("write an address that it stands for"));
            return None;
        }
        let address = self.literal(part, ADDRESS, Address::parse)?;
        let is_of_test = self.block.is_some_and(|it| matches!(it.called, "a message" | "a test"));
        if address.value.domain().labels() == 1 && !is_of_test {
            let message = format!("the domain of `{}` is a single word", address.value);
            let finding = Diagnostic::new(DOMAIN_BARE, message);
            self.say(finding.primary(address.span, "is a part of it missing?"));
        }
        Some(address)
    }

    /// A star in an address is a letter like any other in mail, so as a pattern it would never match.
    fn refuse_star(&mut self, part: Part<'_>, domain: Option<DomainPattern>) {
        let (written, span) = (part.text().trim_end(), self.span(part));
        let message = format!("`{written}` is not an address: a star stands for nothing in one");
        let finding = Diagnostic::new(ADDRESS_OF_ALL, message).primary(span, "");
        self.say(match domain {
            // Where people are listed, a domain can stand in the place of the address.
            Some(domain) if part.rule() == Rule::address => {
                let offer = format!("domain {domain}");
                finding.fix(Fix::choose(format!("write `{offer}`"), span, offer))
            }
            Some(domain) => finding.fix(Fix::advice(format!(
                "where people are listed, `domain {domain}` is everybody there"
            ))),
            None => finding.note("a local part that really has a star stands in quotes"),
        });
    }

    /// Every address among the parts, of either rule.
    pub(crate) fn addresses(&mut self, parts: &Parts<'_>) -> Vec<Spanned<Address>> {
        parts
            .all(Rule::any_address)
            .chain(parts.all(Rule::address))
            .filter_map(|part| self.address(part))
            .collect()
    }

    pub(crate) fn address_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<Address>> {
        let part = parts.first(Rule::any_address).or_else(|| parts.first(Rule::address))?;
        self.address(part)
    }

    pub(crate) fn domains(&mut self, parts: &Parts<'_>) -> Vec<Spanned<DomainPattern>> {
        let domains: Vec<_> = parts
            .all(Rule::domain)
            .filter_map(|part| self.literal(part, DOMAIN, DomainPattern::parse))
            .collect();
        for domain in domains
            .iter()
            .filter(|domain| !domain.value.wildcard && domain.value.domain.labels() == 1)
        {
            let message = format!("`{}` is a domain of a single word", domain.value);
            self.say(
                Diagnostic::new(DOMAIN_BARE, message)
                    .primary(domain.span, "is a part of it missing?"),
            );
        }
        domains
    }

    pub(crate) fn network(&mut self, part: Part<'_>) -> Option<Spanned<Network>> {
        self.literal(part, NETWORK, Network::parse)
    }

    pub(crate) fn ip_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<std::net::IpAddr>> {
        parts.first(Rule::ip).and_then(|part| self.literal(part, NETWORK, literal::parse_ip))
    }

    pub(crate) fn date_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<Date>> {
        parts.first(Rule::date).and_then(|part| self.literal(part, DATE, Date::parse))
    }

    pub(crate) fn moment_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<Moment>> {
        parts.first(Rule::moment).and_then(|part| self.literal(part, DATE, Moment::parse))
    }

    pub(crate) fn duration_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<Duration>> {
        parts.first(Rule::duration).and_then(|part| self.literal(part, DURATION, Duration::parse))
    }

    pub(crate) fn size_in(&mut self, parts: &Parts<'_>) -> Option<Spanned<Size>> {
        parts.first(Rule::size).and_then(|part| self.literal(part, SIZE, Size::parse))
    }

    /// A time zone, bare or in quotes.
    pub(crate) fn zone_in(&mut self, parts: &Parts<'_>) -> Option<Text> {
        let bare = |text: &str| Zone::parse(text.trim_matches('"'));
        let part = parts.first(Rule::zone)?;
        let span = self.span(part);
        match bare(part.text()) {
            Ok(zone) => Some(Spanned { value: zone.as_str().to_owned(), span }),
            Err(_) => self
                .literal(part, TIME_ZONE, Zone::parse)
                .map(|zone| Spanned { value: zone.value.as_str().to_owned(), span }),
        }
    }

    /// The inside of a regular expression, and its place without the slashes.
    pub(crate) fn regex_in(&mut self, parts: &Parts<'_>) -> Option<Text> {
        let regex = self.literal(parts.first(Rule::regex)?, REGEX_TEXT, RegexText::parse)?;
        let span = Span {
            start: regex.span.start.saturating_add(1),
            end: regex.span.end.saturating_sub(1),
            ..regex.span
        };
        Some(Spanned { value: regex.value.as_str().to_owned(), span })
    }

    /// A text that must be the name of a header.
    pub(crate) fn header_name(&mut self, part: Part<'_>) -> Option<Text> {
        let text = self.text(part)?;
        match HeaderName::parse(&text.value) {
            Ok(_) => Some(text),
            Err(error) => {
                let finding =
                    Diagnostic::new(HEADER_NAME, error.to_string()).primary(text.span, "");
                let title = |offer: &str| format!("write `\"{offer}\"`");
                self.say(match error.offer() {
                    Some(offer) if error.is_certain() => {
                        finding.fix(Fix::automatic(title(offer), text.span, format!("\"{offer}\"")))
                    }
                    Some(offer) => {
                        finding.fix(Fix::choose(title(offer), text.span, format!("\"{offer}\"")))
                    }
                    None => finding,
                });
                None
            }
        }
    }
}

/// The code of the particular mistake, where a kind of literal has several that are mended otherwise.
fn narrower(code: Code, written: &str) -> Code {
    let is_ip = |text: &str| literal::parse_ip(text.trim()).is_ok();
    match code {
        NETWORK
            if written
                .split_once(['-', '–'])
                .is_some_and(|(from, to)| is_ip(from) && is_ip(to)) =>
        {
            NETWORK_RANGE
        }
        NETWORK if is_host_of_network(written) => NETWORK_HOST,
        DATE if is_date_shaped(written) => DATE_ABSENT,
        DURATION | SIZE if written.bytes().all(|octet| octet.is_ascii_digit()) => UNIT_MISSING,
        other => other,
    }
}

fn is_host_of_network(written: &str) -> bool {
    let Some((address, bits)) = written.split_once('/') else { return false };
    let Ok(bits) = bits.parse::<u8>() else { return false };
    let bits_max = match literal::parse_ip(address) {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits <= bits_max
}

fn is_date_shaped(written: &str) -> bool {
    let shape = |octet: u8| if octet.is_ascii_digit() { b'9' } else { octet };
    written.get(..10).is_some_and(|day| day.bytes().map(shape).eq(*b"9999-99-99"))
        && written.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether an address is written with a star outside of quotes; then, the domain whose every address
/// was meant, where that is clear.
fn starred(written: &str) -> Option<Option<DomainPattern>> {
    let (local, domain) = written.rsplit_once('@')?;
    let is_quoted = local.starts_with('"');
    let has_star = local.contains('*') && !is_quoted;
    has_star
        .then(|| DomainPattern::parse(domain).ok().filter(|_| local.chars().all(|it| it == '*')))
}
