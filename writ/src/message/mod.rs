//! Messages to facts, as the gateway makes them.

mod compose;
pub(crate) mod document;
mod stored;

pub(crate) use self::stored::envelope;

use std::net::IpAddr;

use engine::{
    Organisation,
    facts::{Content, Directory, Facts},
};
use examine::Limits;
use grammar::{literal::Moment, tree::TestMessage};

use crate::tree::Tree;

/// What the bytes of a message say. The organisation says how large a message may be, the rest are
/// the shipped limits.
pub(crate) fn content(message: &[u8], organisation: &Organisation) -> Content {
    examine::extract(message, &limits(organisation)).content
}

fn limits(organisation: &Organisation) -> Limits {
    Limits { decoded_octets: organisation.message_size_octets, ..Limits::default() }
}

/// Whether a peer is one of the organisation's relays.
pub(crate) fn relays(organisation: &Organisation, peer: IpAddr) -> bool {
    organisation.relay_networks.iter().any(|it| it.contains(peer))
}

/// When something written in the organisation's time zone is, milliseconds since 1970 UTC; a time that
/// the clocks skip is read as they stood before.
pub(crate) fn arrival_ms(organisation: &Organisation, at: Moment) -> Option<i64> {
    let zoned = organisation.zone.to_ambiguous_zoned(at.civil()).compatible().ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// Makes the facts of the messages of tests.
#[derive(Debug)]
pub(crate) struct Scene<'t> {
    /// Whose files a message may name.
    pub(crate) tree: &'t Tree,
    /// Whose mail it is.
    pub(crate) organisation: &'t Organisation,
    /// When a message arrives that does not say it, milliseconds since 1970 UTC.
    pub(crate) at_ms: i64,
    /// Groups and attributes of people; `given` lines add to them.
    pub(crate) directory: Directory,
}

impl Scene<'_> {
    /// The facts of the message of a test: its bytes are written or read, then examined. What its
    /// block says of the envelope is put in by who runs the test.
    ///
    /// # Errors
    ///
    /// A sentence: a file is not there, or two lines contradict each other.
    pub(crate) fn facts(&self, message: &TestMessage) -> Result<Facts, String> {
        let Some(file) = &message.file else {
            let octets = compose::write(self, message)?;
            let content = content(&octets, self.organisation);
            let directory = self.directory.clone();
            return Ok(Facts { at_ms: self.at_ms, content, directory, ..Facts::default() });
        };
        let octets = stored::read(self, message, &file.value)?;
        let content = content(&octets, self.organisation);
        let (sender, recipients) = envelope(&octets, self.organisation);
        let directory = self.directory.clone();
        Ok(Facts { sender, recipients, at_ms: self.at_ms, content, directory, ..Facts::default() })
    }
}
