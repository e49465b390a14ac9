//! One entry of a directory, whatever form it was read from.

use grammar::literal::Address;

use crate::facts::Directory;

/// Names, in small letters, under which directories keep addresses.
const MAIL: [&str; 5] = ["mail", "email", "e-mail", "address", "proxyaddresses"];
/// Names, in small letters, under which they keep groups.
const GROUPS: [&str; 3] = ["memberof", "groups", "group"];

/// What a name of an entry is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Means {
    Attribute,
    Groups,
    Mail,
}

pub(super) fn means(name: &str) -> Means {
    let name = name.trim().to_ascii_lowercase();
    if MAIL.contains(&name.as_str()) {
        Means::Mail
    } else if GROUPS.contains(&name.as_str()) {
        Means::Groups
    } else {
        Means::Attribute
    }
}

/// An entry as it is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) addresses: Vec<Address>,
    groups: Vec<String>,
    /// Attribute and value; one may have several.
    attributes: Vec<(String, String)>,
}

impl Entry {
    /// Adds a value of a name; one that is empty says nothing.
    ///
    /// # Errors
    ///
    /// It should be an address and is none.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), String> {
        let (name, value) = (name.trim(), value.trim());
        if value.is_empty() {
            return Ok(());
        }
        match means(name) {
            Means::Mail => self.add_address(value)?,
            Means::Groups => self.groups.push(value.to_owned()),
            Means::Attribute => self.attributes.push((name.to_owned(), value.to_owned())),
        }
        Ok(())
    }

    fn add_address(&mut self, value: &str) -> Result<(), String> {
        // Exchange writes `SMTP:` before an address, and other schemes for what is no mail.
        let address = match value.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => rest,
            Some(_) => return Ok(()),
            None => value,
        };
        let parsed = Address::parse(address)
            .map_err(|error| format!("`{address}` is no address: {error}"))?;
        if !self.addresses.contains(&parsed) {
            self.addresses.push(parsed);
        }
        Ok(())
    }

    /// Puts what it says into the directory. An entry without an address is no person.
    pub(super) fn put(&self, directory: &mut Directory) {
        for address in &self.addresses {
            for group in &self.groups {
                directory.add_group(address, group);
            }
            for (name, value) in &self.attributes {
                directory.set_attribute(address, name, value);
            }
        }
    }
}
