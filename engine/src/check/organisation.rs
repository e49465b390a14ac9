//! `organisation NAME { … }`: exactly one in a tree; defaults for what it does not say.

use grammar::{
    diagnostic::{Diagnostic, Fix},
    literal::Address,
    tree::{self, OnError, Text},
};
use jiff::tz::TimeZone;

use super::Checker;
use crate::{
    Organisation, code,
    model::organisation::{MESSAGE_OCTETS_DEFAULT, RETENTION_DAYS_DEFAULT, zone_named},
};

impl Checker<'_> {
    /// The organisation of the tree; reports where there is none, or a second one.
    pub(super) fn organisation(&self) -> Option<Organisation> {
        let mut all = self.items.organisations.clone();
        all.sort_by_key(|it| self.sources.order(it.name.span));
        let Some((first, others)) = all.split_first() else {
            if self.decides_nothing() {
                return nobody();
            }
            self.report_missing();
            return None;
        };
        for other in others {
            let finding = Diagnostic::new(code::ORGANISATION_TWICE, "there are two organisations");
            self.report(
                finding
                    .primary(other.name.span, "")
                    .secondary(first.name.span, "the other one is here"),
            );
        }
        self.fill(first)
    }

    /// Whether the tree only gives names to others, as a library does that is checked by itself.
    pub(super) fn decides_nothing(&self) -> bool {
        let items = &self.items;
        items.policies.is_empty()
            && items.requests.is_empty()
            && items.bypasses.is_empty()
            && items.defaults.is_empty()
            && items.tests.is_empty()
            && items.asserts.is_empty()
    }

    fn report_missing(&self) {
        let start = self.sources.first();
        let finding = Diagnostic::new(code::ORGANISATION_MISSING, "no file has an `organisation`")
            .primary(start, "")
            .fix(Fix::advice("write `organisation NAME { domains … }` with your domains"));
        self.report(finding);
    }

    fn fill(&self, written: &tree::Organisation) -> Option<Organisation> {
        let Some(first) = written.domains.first() else {
            self.report(missing_line("organisation", &written.name, "domains"));
            return None;
        };
        let zone = zone(written.time_zone.as_ref());
        let postmaster = written.postmaster.as_ref().map(|it| it.value.clone());
        let postmaster = postmaster
            .or_else(|| Address::from_parts("postmaster", first.value.domain.clone()).ok())?;
        let help_desk =
            written.help_desk.as_ref().map_or_else(|| postmaster.clone(), |it| it.value.clone());
        let retention = written.retention.as_ref().map_or_else(
            || u64::from(RETENTION_DAYS_DEFAULT).saturating_mul(86_400),
            |it| it.value.secs(),
        );
        Some(Organisation {
            name: written.name.value.clone(),
            domains: written.domains.iter().map(|it| it.value.clone()).collect(),
            time_zone: written
                .time_zone
                .as_ref()
                .map_or_else(|| "UTC".to_owned(), |it| it.value.clone()),
            zone,
            postmaster,
            help_desk,
            retention_secs: retention,
            message_size_octets: written
                .message_size
                .as_ref()
                .map_or(MESSAGE_OCTETS_DEFAULT, |it| it.value.octets()),
            on_error: written.on_error.as_ref().map_or(OnError::Hold, |it| it.value),
            relay_networks: self.networks(&written.relay_networks),
        })
    }
}

/// The organisation of a tree that decides nothing: no domain is internal.
fn nobody() -> Option<Organisation> {
    let postmaster = Address::parse("postmaster@localhost").ok()?;
    Some(Organisation {
        name: String::new(),
        domains: Vec::new(),
        time_zone: "UTC".to_owned(),
        zone: TimeZone::UTC,
        help_desk: postmaster.clone(),
        postmaster,
        retention_secs: u64::from(RETENTION_DAYS_DEFAULT).saturating_mul(86_400),
        message_size_octets: MESSAGE_OCTETS_DEFAULT,
        on_error: OnError::Hold,
        relay_networks: Vec::new(),
    })
}

/// The zone by its name, which the parser has vouched for.
fn zone(written: Option<&Text>) -> TimeZone {
    let known = written.and_then(|it| zone_named(&it.value));
    known.unwrap_or(TimeZone::UTC)
}

/// A mandatory line is not there.
pub(super) fn missing_line(item: &str, name: &tree::Name, line: &str) -> Diagnostic {
    let message = format!("{item} `{}` has no line `{line}`", name.value);
    Diagnostic::new(code::LINE_MISSING, message)
        .primary(name.span, "")
        .fix(Fix::advice(format!("add the line `{line} …`")))
}
