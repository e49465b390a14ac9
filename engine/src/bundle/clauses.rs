//! Policies, requests, bypasses and definitions in octets.

use std::sync::Arc;

use grammar::tree::{
    AuthenticationMethod, Banner, Compare, EffectKind, Internal, Notice, OnExpiry, ReadReceipt,
    RequestSign, Text,
};

use super::{
    Corrupt,
    codec::{Coded, Reader, Writer, choice, record},
    people::NOWHERE,
};
use crate::model::{
    clause::{Bypass, BypassAct, Clause, Direction, Edge, Kind, Policy, Request, Validity},
    definition::Definition,
    outcome::{Also, Condition, Outcome, What},
    rank::{Rank, Ranks},
};

// The place is in a section of its own.
record! {
    Clause {
        name, kind, directions, compare, source, validity, overrides_all, overrides;
        but span = NOWHERE, place = None,
    }
}

choice! { Kind { 0 => Bypass, 1 => Policy, 2 => Request } }
choice! { Compare { 0 => Envelope, 1 => Header, 2 => Either } }
record! { Direction { from, to, ranks } }

impl Coded for Arc<Vec<Direction>> {
    fn write(&self, to: &mut Writer) {
        self.as_ref().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Vec::read(from).map(Self::new)
    }
}

record! { Ranks { from, to } }

choice! {
    Rank {
        0 => Everyone,
        1 => InternalOrExternal,
        2 => Domain(labels),
        3 => Set,
        4 => Attribute,
        5 => Address,
    }
}

choice! { Validity { 0 => Always, 1 => Disabled, 2 => Range { from, until } } }

// `from` is what the macro calls the reader as well.
impl Coded for Edge {
    fn write(&self, to: &mut Writer) {
        let Self { date, at_ms } = self;
        date.write(to);
        at_ms.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self { date: Coded::read(from)?, at_ms: Coded::read(from)? })
    }
}

record! { Policy { clause, when, then, also } }
record! { Request { clause, signs, then, also, strip_tag } }
record! { Bypass { clause, does } }

choice! {
    BypassAct {
        0 => DisableSecureMessaging,
        1 => Skips { examinations, policies },
        2 => TakeNoAction,
    }
}

choice! {
    Outcome {
        0 => Deliver,
        1 => VerifiedTls(alternative),
        2 => Secure(definition),
        3 => Hold(releasers),
        4 => Bounce(text),
        5 => Reject(text),
        6 => TakeNoAction,
    }
}

/// The alternative to verified TLS. It has none itself, so that no octets nest.
impl Coded for Box<Outcome> {
    fn write(&self, to: &mut Writer) {
        self.as_ref().write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        if from.in_alternative {
            return Err(from.damaged());
        }
        from.in_alternative = true;
        let alternative = Outcome::read(from)?;
        from.in_alternative = false;
        Ok(Self::new(alternative))
    }
}

record! { Condition { negated, what, words } }

choice! {
    What {
        0 => Activates(examination),
        1 => AttachmentType(types),
        2 => AttachmentName(globs),
        3 => AttachmentLarger(octets),
        4 => MessageLarger(octets),
        5 => RecipientsMoreThan(number),
        6 => Authentication { method, passes },
        7 => SenderUsesTls,
        8 => Fingerprint(fingerprints),
        9 => LanguageIs(codes),
    }
}

choice! { AuthenticationMethod { 0 => Spf, 1 => Dkim, 2 => Dmarc } }

impl Coded for Also {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        EffectKind::read(from).map(Self)
    }
}

impl Coded for Text {
    fn write(&self, to: &mut Writer) {
        self.value.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self { value: Coded::read(from)?, span: NOWHERE })
    }
}

choice! {
    EffectKind {
        0 => Notify(address),
        1 => Banner(banner),
        2 => AddHeader { name, value },
        3 => CopyTo(address),
        4 => TagSubject(tag),
    }
}

choice! {
    RequestSign {
        0 => SubjectContains(text),
        1 => HeaderIs { name, value },
        2 => HeaderPresent { name },
    }
}

record! {
    Definition {
        name, description, internal, print, reply, reply_all, forward, expires_secs, on_expiry,
        extension_secs, read_receipt, notice, banner, refusal, available_to,
    }
}

choice! { Internal { 0 => Inbox, 1 => InboxWithBanner, 2 => Portal, 3 => Refuse } }
choice! { OnExpiry { 0 => ReadOnly, 1 => Gone } }
choice! { ReadReceipt { 0 => Never, 1 => OnRequest, 2 => Always } }
choice! { Notice { 0 => ShowSubject, 1 => HideSubject } }
choice! { Banner { 0 => None, 1 => Text(text), 2 => Html(text) } }
