//! Messages of the tests, and a look into those that came out.

use crate::python::python;

/// A plain message.
#[must_use]
pub fn plain(id: &str, from: &str, to: &str, subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n\
         Date: Mon, 02 Mar 2026 09:30:00 +0000\r\nMessage-ID: <{id}@tests.example>\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

/// The first value of a header field, unfolded; empty when there is none.
#[must_use]
pub fn header(content: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(content).replace("\r\n\t", " ").replace("\r\n ", " ");
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let found = head.lines().filter_map(|it| it.split_once(':'));
    let mut values = found.filter(|(it, _)| it.eq_ignore_ascii_case(name));
    values.next().map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// The texts of a message as Python reads them, decoded: every text part, one after the other.
///
/// # Errors
///
/// Python cannot read it.
pub fn text(content: &[u8]) -> anyhow::Result<String> {
    const READ: &str = "
import email, email.policy, sys
message = email.message_from_bytes(bytes.fromhex(sys.argv[1]), policy=email.policy.default)
for part in message.walk():
    if part.get_content_maintype() == 'text':
        print(part.get_content())
";
    let digits: String = content.iter().map(|octet| format!("{octet:02x}")).collect();
    python(READ, &[&digits])
}
