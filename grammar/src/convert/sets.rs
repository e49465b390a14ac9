//! Sets of addresses, domains and networks, and attributes.

use crate::{
    layout::Node,
    scribe::Scribe,
    statement::Rule,
    tree::{Addresses, Attribute, Domains, Name, Networks, Text},
};

/// The block of a set of addresses.
pub(crate) fn addresses(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Addresses {
    let mut entries = Vec::new();
    scribe.block("addresses", body, &mut |scribe, line| {
        entries.extend(scribe.addresses(&line.parts));
    });
    Addresses { name, entries }
}

/// The block of a set of domains.
pub(crate) fn domains(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Domains {
    let mut entries = Vec::new();
    scribe.block("domains", body, &mut |scribe, line| entries.extend(scribe.domains(&line.parts)));
    Domains { name, entries }
}

/// The block of a set of networks.
pub(crate) fn networks(scribe: &mut Scribe<'_>, name: Name, body: &[Node]) -> Networks {
    let mut entries = Vec::new();
    scribe.block("networks", body, &mut |scribe, line| {
        entries.extend(line.parts.all(Rule::any_network).filter_map(|part| scribe.network(part)));
    });
    Networks { name, entries }
}

/// The block of an attribute; the order of its values.
pub(crate) fn attribute(
    scribe: &mut Scribe<'_>,
    name: Name,
    directory: Text,
    body: &[Node],
) -> Attribute {
    let mut order = Vec::new();
    scribe.block("attribute", body, &mut |scribe, line| {
        order = line.parts.all(Rule::rank).filter_map(|part| scribe.value(part)).collect();
    });
    Attribute { name, directory, order }
}
