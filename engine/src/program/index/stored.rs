//! The index in octets: a bundle brings it along, so that to load one costs no building.
//!
//! Networks and outcomes are taken from the model, which has them. What is read is as good as who signed
//! the bundle, as the model is; here is only seen to it that no look-up runs in circles.

use super::{FromKey, Index, Posting, Reading, Specific, Traits};
use crate::{
    bundle::{
        Corrupt,
        codec::{Coded, Reader, Writer, record},
    },
    model::Model,
};

record! { FromKey { reading, stands_with } }
record! { Reading { envelope, header, bypass } }
record! { Posting { clause, direction, source, specific, traits, is_last } }
record! { Specific { from, to } }
record! {
    Traits {
        kind, is_content, asks_time, asks_sender, asks_recipient, overrides_all, overrides_named,
    }
}

impl Index {
    /// Writes what [`Index::read`] reads.
    pub(in crate::program) fn write(&self, to: &mut Writer) {
        let Self { keys, from, to: of_to, pairs, postings, pair_of, sources: _, says: _ } = self;
        keys.write(to);
        from.write(to);
        of_to.write(to);
        pairs.write(to);
        postings.write(to);
        pair_of.write(to);
    }

    /// The index of a model, as it was written.
    ///
    /// # Errors
    ///
    /// [`Corrupt`] where [`Index::write`] cannot have written it.
    pub(in crate::program) fn read(model: &Model, from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        Ok(Self {
            keys: Coded::read(from)?,
            from: Coded::read(from)?,
            to: Coded::read(from)?,
            pairs: Coded::read(from)?,
            postings: Coded::read(from)?,
            pair_of: Coded::read(from)?,
            ..Self::of_model(model).0
        })
    }
}
