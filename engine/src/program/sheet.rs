//! What comes together for one recipient: numbers of clauses and how each fared, no words.

use crate::{
    decision::Disposition,
    merge::{Share, level, secured_level},
    model::{Model, outcome::Outcome},
};

/// What comes together for one recipient; filled again for the next.
#[derive(Clone, Debug)]
pub(super) struct Sheet<'m> {
    pub(super) shares: Vec<Sharing<'m>>,
    /// Candidates that have no share.
    pub(super) fates: Vec<(u32, Fared)>,
    pub(super) notes: Vec<(u32, &'static str)>,
    /// What all shares come to.
    pub(super) disposition: Disposition,
    /// What securing comes to.
    pub(super) secured: Disposition,
}

/// A share and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sharing<'m> {
    /// Number of the clause; absent for the default.
    pub(super) number: Option<u32>,
    /// Whether it may be named as what decided: not where a bypass took its protection.
    pub(super) decides: bool,
    pub(super) share: Share<'m>,
    /// The address that matched its From is internal; `secure` acts only then.
    pub(super) from_internal: bool,
    pub(super) level: Disposition,
}

/// How a candidate without a share fared; numbers are those of clauses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fared {
    Ambiguous {
        with: u32,
    },
    Bypassed {
        by: u32,
    },
    /// The condition of this number does not hold.
    ConditionFailed(usize),
    /// A content bypass that took something away.
    Decided,
    /// Less protective than the routing winner; absent for the default.
    LessProtective {
        than: Option<u32>,
    },
    NotAsked,
    Outranked {
        by: u32,
    },
    SkipsNothing,
}

impl Default for Sheet<'_> {
    fn default() -> Self {
        Self {
            shares: Vec::new(),
            fates: Vec::new(),
            notes: Vec::new(),
            disposition: Disposition::Deliver,
            secured: Disposition::Deliver,
        }
    }
}

impl<'m> Sheet<'m> {
    pub(super) fn clear(&mut self) {
        self.shares.clear();
        self.fates.clear();
        self.notes.clear();
    }

    /// Adds a share that may decide.
    pub(super) fn share(&mut self, number: Option<u32>, share: Share<'m>, from_internal: bool) {
        let level = Disposition::Deliver;
        self.shares.push(Sharing { number, decides: true, share, from_internal, level });
    }

    /// Adds what is left of a clause whose protection a bypass took: its effects.
    pub(super) fn share_effects_only(&mut self, number: Option<u32>, from_internal: bool) {
        let (share, level) = (Share::Nothing, Disposition::Deliver);
        self.shares.push(Sharing { number, decides: false, share, from_internal, level });
    }

    /// Gives each share its level, and all of them what they come to.
    pub(super) fn settle(&mut self, model: &Model, internal: bool) {
        let definitions = self.shares.iter().filter_map(Sharing::secures_with);
        let options = definitions.filter_map(|it| Some(model.definitions.get(it)?.internal)).max();
        self.secured = options.map_or(Disposition::Deliver, |it| secured_level(it, internal));
        self.disposition = Disposition::Deliver;
        for it in &mut self.shares {
            it.level = level(model, it.share, it.from_internal, self.secured);
            self.disposition = self.disposition.max(it.level);
        }
    }
}

impl Sharing<'_> {
    /// The definition that it secures with, where securing acts.
    pub(super) fn secures_with(&self) -> Option<usize> {
        match self.share {
            Share::Says(Outcome::Secure(definition)) if self.from_internal => Some(*definition),
            Share::Nothing | Share::OnError | Share::Says(_) => None,
        }
    }
}
