//! What an item declares.

use grammar::tree::{ItemKind, Name};

use super::NameKind;

/// The kind and name that an item declares.
pub(crate) fn declared(item: &ItemKind) -> Option<(NameKind, &Name)> {
    Some(match item {
        ItemKind::Addresses(it) => (NameKind::Addresses, &it.name),
        ItemKind::Attribute(it) => (NameKind::Attribute, &it.name),
        ItemKind::Bypass(it) => (NameKind::Bypass, &it.name),
        ItemKind::Definition(it) => (NameKind::Definition, &it.name),
        ItemKind::Domains(it) => (NameKind::Domains, &it.name),
        ItemKind::Examination(it) => (NameKind::Examination, &it.name),
        ItemKind::Fingerprints(it) => (NameKind::Fingerprints, &it.name),
        ItemKind::Group(it) => (NameKind::Group, &it.name),
        ItemKind::Networks(it) => (NameKind::Networks, &it.name),
        ItemKind::Pattern(it) => (NameKind::Pattern, &it.name),
        ItemKind::Policy(it) => (NameKind::Policy, &it.name),
        ItemKind::Request(it) => (NameKind::Request, &it.name),
        ItemKind::Terms(it) => (NameKind::Terms, &it.name),
        ItemKind::Assert(_)
        | ItemKind::Default(_)
        | ItemKind::Organisation(_)
        | ItemKind::Test(_) => return None,
    })
}
