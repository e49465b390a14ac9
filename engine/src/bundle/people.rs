//! Who the rules speak of, in octets: literals, selectors, sets, the organisation.

use std::{net::IpAddr, sync::Arc};

use grammar::{
    literal::{Address, Date, Domain, DomainPattern, Network},
    tree::{FileId, OnError, Span},
};

use super::{
    Corrupt,
    codec::{Coded, Reader, Writer, choice, record},
};
use crate::model::{
    organisation::{Organisation, zone_named},
    selector::{Selector, Side},
    set::{Attribute, Group, Set, SetId, Sets},
};

/// Where nothing was written: what was decoded has no text.
pub(super) const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

impl Coded for Domain {
    fn write(&self, to: &mut Writer) {
        to.domain(self);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if let Some(known) = from.known(|it| &it.domains)? {
            return Ok(known);
        }
        let text = from.text()?;
        // What is not in its own form would compare unequal to itself.
        let domain = Self::parse(text).ok().filter(|it| it.as_str() == text);
        let domain = domain.ok_or(from.damaged())?;
        from.domains.push(domain.clone());
        Ok(domain)
    }
}

impl Coded for Address {
    fn write(&self, to: &mut Writer) {
        to.domain(self.domain());
        to.text(self.local());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let domain = Domain::read(from)?;
        let local = from.text()?;
        Self::from_parts(local, domain).ok().ok_or(from.damaged())
    }
}

record! { DomainPattern { wildcard, domain } }

impl Coded for Network {
    fn write(&self, to: &mut Writer) {
        match self.first() {
            IpAddr::V4(first) => {
                to.octet(4);
                first.octets().into_iter().for_each(|it| to.octet(it));
            }
            IpAddr::V6(first) => {
                to.octet(6);
                first.octets().into_iter().for_each(|it| to.octet(it));
            }
        }
        to.octet(self.prefix());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let first = match from.octet()? {
            4 => IpAddr::from(octets::<4>(from)?),
            6 => IpAddr::from(octets::<16>(from)?),
            _ => return Err(from.damaged()),
        };
        let prefix = from.octet()?;
        Self::from_parts(first, prefix).ok_or(from.damaged())
    }
}

fn octets<const N: usize>(from: &mut Reader<'_>) -> Result<[u8; N], Corrupt> {
    let mut octets = [0; N];
    for octet in &mut octets {
        *octet = from.octet()?;
    }
    Ok(octets)
}

impl Coded for Date {
    fn write(&self, to: &mut Writer) {
        let date = self.civil();
        let [low, high] = date.year().to_le_bytes();
        for octet in [low, high, date.month().cast_unsigned(), date.day().cast_unsigned()] {
            to.octet(octet);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let [low, high, month, day] = octets::<4>(from)?;
        let year = i16::from_le_bytes([low, high]);
        let date = jiff::civil::Date::new(year, month.cast_signed(), day.cast_signed());
        date.map(Self::from).ok().ok_or(from.damaged())
    }
}

impl Coded for SetId {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        usize::read(from).map(Self)
    }
}

choice! {
    Selector {
        0 => Everyone,
        1 => Internal,
        2 => External,
        3 => Null,
        4 => Domain(pattern),
        5 => DomainSet(set),
        6 => AddressSet(set),
        7 => Group(group),
        8 => Attribute { attribute, at_least, value },
        9 => Address(address),
    }
}

record! { Side { any_of, except } }

impl<T: Coded> Coded for Set<T> {
    fn write(&self, to: &mut Writer) {
        let Self { name, members } = self;
        name.write(to);
        members.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self { name: Coded::read(from)?, members: Arc::new(Coded::read(from)?) })
    }
}

record! { Group { name, directory; but span = NOWHERE } }
record! { Attribute { name, directory, order } }
record! { Sets { addresses, domains, networks, groups, attributes } }

choice! { OnError { 0 => Hold, 1 => Bounce, 2 => Reject } }

impl Coded for Organisation {
    fn write(&self, to: &mut Writer) {
        let Self {
            name,
            domains,
            time_zone,
            zone: _,
            postmaster,
            help_desk,
            retention_secs,
            message_size_octets,
            on_error,
            relay_networks,
        } = self;
        name.write(to);
        domains.write(to);
        time_zone.write(to);
        postmaster.write(to);
        help_desk.write(to);
        retention_secs.write(to);
        message_size_octets.write(to);
        on_error.write(to);
        relay_networks.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (name, domains) = (Coded::read(from)?, Coded::read(from)?);
        let time_zone = String::read(from)?;
        let zone = zone_named(&time_zone).ok_or(from.damaged())?;
        Ok(Self {
            name,
            domains,
            time_zone,
            zone,
            postmaster: Coded::read(from)?,
            help_desk: Coded::read(from)?,
            retention_secs: Coded::read(from)?,
            message_size_octets: Coded::read(from)?,
            on_error: Coded::read(from)?,
            relay_networks: Coded::read(from)?,
        })
    }
}
