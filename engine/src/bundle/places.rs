//! Where each clause stands, in octets: the only part that moves when a declaration does.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Corrupt,
    codec::{Coded, Reader, Writer},
};
use crate::model::{Model, source::Line};

/// Writes the paths, sorted, and for each clause the number of its path and its line.
pub(super) fn write(model: &Model, to: &mut Writer) {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for place in model.clauses().filter_map(|it| it.place.as_ref()) {
        numbers.insert(&place.path, 0);
    }
    to.count(numbers.len());
    for (number, (path, slot)) in numbers.iter_mut().enumerate() {
        to.text(path);
        *slot = number;
    }
    for clause in model.clauses() {
        let known = clause.place.as_ref();
        let place = known.and_then(|it| Some((*numbers.get(it.path.as_ref())?, it.number)));
        place.write(to);
    }
}

/// Reads what [`write`] wrote.
pub(super) fn read(model: &mut Model, from: &mut Reader<'_>) -> Result<(), Corrupt> {
    let mut paths: Vec<Arc<str>> = Vec::new();
    for _ in 0..from.count()? {
        paths.push(Arc::from(from.text()?));
    }
    for clause in model.clauses_mut() {
        let Some((path, number)) = <Option<(usize, u32)>>::read(from)? else { continue };
        let path = paths.get(path).cloned().ok_or(from.damaged())?;
        clause.place = Some(Line { path, number });
    }
    Ok(())
}
