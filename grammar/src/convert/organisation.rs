//! The organisation.

use super::people::sources_in;
use crate::{
    layout::Node,
    scribe::{Scribe, Statement},
    statement::{Parts, Rule},
    tree::{Name, OnError, Organisation, Spanned},
};

/// The block of an organisation.
pub(crate) fn organisation(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Organisation {
    let mut organisation = Organisation {
        name,
        domains: Vec::new(),
        time_zone: None,
        postmaster: None,
        help_desk: None,
        retention: None,
        message_size: None,
        on_error: None,
        relay_networks: Vec::new(),
    };
    scribe.block("organisation", body, &mut |scribe, line| {
        organisation_line(scribe, &mut organisation, line);
    });
    organisation
}

fn organisation_line(
    scribe: &mut Scribe<'_>,
    organisation: &mut Organisation,
    line: &Statement<'_>,
) {
    let parts = &line.parts;
    match line.rule {
        Rule::organisation_domains_line => organisation.domains.extend(scribe.domains(parts)),
        Rule::time_zone_line => organisation.time_zone = scribe.zone_in(parts),
        Rule::postmaster_line => organisation.postmaster = scribe.address_in(parts),
        Rule::help_desk_line => organisation.help_desk = scribe.address_in(parts),
        Rule::retention_line => organisation.retention = scribe.duration_in(parts),
        Rule::message_size_line => organisation.message_size = scribe.size_in(parts),
        Rule::on_error_line => organisation.on_error = on_error(scribe, parts),
        Rule::relay_networks_line => organisation.relay_networks.extend(sources_in(scribe, parts)),
        _ => {}
    }
}

fn on_error(scribe: &Scribe<'_>, parts: &Parts<'_>) -> Option<Spanned<OnError>> {
    let ways = [
        (Rule::k_hold, OnError::Hold),
        (Rule::k_bounce, OnError::Bounce),
        (Rule::k_reject, OnError::Reject),
    ];
    ways.into_iter().find_map(|(rule, way)| parts.first(rule).map(|part| scribe.at(part, way)))
}
