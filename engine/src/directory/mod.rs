//! Directory files: who is in each group, and what each attribute says of whom.
//!
//! Four forms, told apart by how the text begins:
//!
//! - **JSON object** `{"groups": {"groups/finance": ["alice@acme.example"]}, "attributes":
//!   {"clearance": {"bob@acme.example": "secret"}}}`.
//! - **JSON array** of entries, as directory tools export them: `[{"mail": "alice@acme.example",
//!   "memberOf": ["groups/finance"], "clearance": "secret"}]`.
//! - **CSV** with a header row: a column `mail`, a column `memberOf` or `groups` (several with `;`
//!   between), and a column for each attribute. Somebody may have several rows.
//! - **LDIF** (RFC 2849): entries with `mail` and `memberOf`, and groups with `member`.
//!
//! Rules name a group, an attribute and its values as the file does; case, and spaces more than one or
//! round the signs of a distinguished name, do not count. Who stands in several entries has what each
//! says, and an attribute may have several values.
//!
//! # Current limitations
//!
//! Values that are objects are left out. The members of a group that is in another group are not those
//! of the other one.

mod csv;
mod entry;
mod json;
mod ldif;

use crate::facts::Directory;

/// People of one directory.
pub const PEOPLE_MAX: usize = 1_000_000;

/// Groups of one person.
pub const GROUPS_OF_ONE_MAX: usize = 10_000;

/// Why a text is no directory file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct DirectoryError {
    /// `line 3`, or `entry 3` of a list of JSON.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl DirectoryError {
    fn line(line: u64, what: impl Into<String>) -> Self {
        Self { place: format!("line {line}"), what: what.into() }
    }

    fn entry(number: usize, what: impl Into<String>) -> Self {
        Self { place: format!("entry {number}"), what: what.into() }
    }
}

/// Reads a directory file in whichever form it is.
///
/// # Errors
///
/// [`DirectoryError`]: where it is not in its form, names something that is no address, or goes over
/// [`PEOPLE_MAX`] or [`GROUPS_OF_ONE_MAX`].
pub fn parse(text: &str) -> Result<Directory, DirectoryError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let begins = text.trim_start();
    let directory = if begins.starts_with(['{', '[']) {
        json::parse(text)?
    } else if ldif::is_ldif(begins) {
        ldif::parse(text)?
    } else {
        csv::parse(text)?
    };
    let over = |what: String| DirectoryError { place: "the file".to_owned(), what };
    if PEOPLE_MAX < directory.groups.len().max(directory.attributes.len()) {
        return Err(over(format!("it has more than {PEOPLE_MAX} people")));
    }
    if let Some((who, _)) = directory.groups.iter().find(|it| GROUPS_OF_ONE_MAX < it.1.len()) {
        return Err(over(format!("`{who}` is in more than {GROUPS_OF_ONE_MAX} groups")));
    }
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use grammar::literal::Address;

    fn expected() -> Directory {
        let mut directory = Directory::default();
        let alice = Address::parse("alice@acme.example").unwrap();
        directory.add_group(&alice, "CN=finance,DC=acme");
        directory.add_group(&alice, "staff");
        let bob = Address::parse("bob@acme.example").unwrap();
        directory.set_attribute(&bob, "clearance", "secret");
        directory.set_attribute(&bob, "clearance", "2");
        directory
    }

    fn check(text: &str) {
        assert_eq!(parse(text), Ok(expected()), "{text}");
    }

    #[test]
    fn every_form_says_the_same() {
        check(
            r#"{"groups": {"CN=finance,DC=acme": ["Alice@ACME.example"], "staff": ["alice@acme.example"]},
                "attributes": {"clearance": {"bob@acme.example": ["secret", 2]}}}"#,
        );
        check(
            r#"[{"mail": "alice@acme.example", "memberOf": ["CN=finance,DC=acme", "STAFF "], "n": {"a": "b"}},
                {"cn": "printer"},
                {"mail": ["bob@acme.example"], "Clearance": [" Secret", 2]}]"#,
        );
        check(
            "\u{FEFF}mail,memberOf,clearance\r\nalice@acme.example,\"cn=Finance, dc=acme; staff\",\r\nbob@acme.example,,secret\r\nbob@acme.example,,2\r\n",
        );
        check(
            "clearance;Groups;E-Mail\n;staff;alice@acme.example\nSECRET;;bob@acme.example\n2;;bob@acme.example\n;\"CN=finance,DC=acme\";alice@acme.example\n",
        );
        check(
            "version: 1\n\n# people\ndn: cn=alice,dc=acme\nmail: alice@acme.example\nmemberOf: CN=finance,\n DC=acme\n\n\
             dn: cn=bob,dc=acme\nmail:: Ym9iQGFjbWUuZXhhbXBsZQ==\nclearance: secret\nCLEARANCE: 2\n\n\
             dn: staff\nobjectClass: groupOfNames\nmember: CN=Alice, DC = acme\n",
        );
    }

    #[test]
    fn names_of_groups_are_one_whatever_their_case_and_spaces() {
        for (name, form) in [
            ("CN=Finance,  OU=x , DC = Acme", "cn=finance,ou=x,dc=acme"),
            ("cn=Ann  Other+sn=Other,dc=acme", "cn=ann other+sn=other,dc=acme"),
            (" Groups/Finance  Team, London ", "groups/finance team, london"),
        ] {
            assert_eq!(Directory::group(name), form);
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, place, words) in [
            (r#"{"group": {}}"#, "line 1", "`group`"),
            ("{\"groups\": {\"a\":\n [\"alice\"]}}", "the file", "`alice`"),
            ("{", "line 1", "EOF"),
            (r#"[{"mail": "alice"}]"#, "entry 1", "`alice`"),
            ("[1]", "entry 1", "object"),
            ("name,group\na,b\n", "line 1", "`mail`"),
            ("mail,groups\nalice@acme.example,a\nnobody,a\n", "line 3", "`nobody`"),
            ("mail,groups\nalice@acme.example\n", "line 2", "fields"),
            ("dn: a\nmail alice@acme.example\n", "line 2", "`:`"),
            ("dn: a\nmail:: %%%\n", "line 2", "base64"),
            ("dn: a\nmail:< file:///etc/passwd\n", "line 2", "another file"),
            ("dn: a\nmail: nobody\n", "line 2", "`nobody`"),
            ("", "line 1", "`mail`"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.place, place, "{text}: {error}");
            assert!(error.what.contains(words), "{text}: {error}");
        }
    }
}
