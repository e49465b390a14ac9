//! From a name to what it means, to where it is used, and to another name.

use std::collections::BTreeMap;

use engine::live::Declared;
use gen_lsp_types as lsp;
use grammar::{
    diagnostic::Severity,
    tree::{FileId, Span},
};
use serde_json::{Value, json};

use super::{
    forest::{Disk, Tree},
    position::Encoding,
    rpc::Refusal,
    server::{Answer, Server},
};

/// The place in a tree that a request speaks of.
pub(super) struct Here<'f> {
    pub(super) tree: &'f mut Tree,
    pub(super) path: String,
    pub(super) span: Span,
}

impl<D: Disk> Server<D> {
    /// The file and offset of a request; nothing for a file that no tree has.
    pub(super) fn here(&mut self, at: &lsp::TextDocumentPositionParams) -> Option<Here<'_>> {
        let encoding = self.encoding;
        let (tree, path) = self.forest.find(&at.text_document.uri.0)?;
        let offset = tree.file(&path)?.text.offset(at.position, encoding);
        let offset = u32::try_from(offset).ok()?;
        let span = Span { file: tree.number_of(&path)?, start: offset, end: offset };
        Some(Here { tree, path, span })
    }
}

pub(super) fn definition<D: Disk>(
    server: &mut Server<D>,
    params: &lsp::DefinitionParams,
) -> Answer {
    let encoding = server.encoding;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let found: Vec<Span> = here.tree.index().at(here.span).iter().map(|it| it.span).collect();
    Ok(locations(here.tree, &found, encoding))
}

pub(super) fn references<D: Disk>(server: &mut Server<D>, params: &lsp::ReferenceParams) -> Answer {
    let encoding = server.encoding;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let index = here.tree.index();
    let mut found = Vec::new();
    for declared in index.at(here.span) {
        found.extend(index.uses_of(declared));
        found.extend(params.context.include_declaration.then_some(declared.span));
    }
    found.sort_unstable();
    found.dedup();
    Ok(locations(here.tree, &found, encoding))
}

fn locations(tree: &Tree, spans: &[Span], encoding: Encoding) -> Value {
    let location = |span: &Span| {
        let (_, file) = tree.file_of(*span)?;
        Some(json!({"uri": file.uri, "range": file.text.range(*span, encoding)}))
    };
    spans.iter().filter_map(location).collect()
}

pub(super) fn prepare_rename<D: Disk>(
    server: &mut Server<D>,
    params: &lsp::PrepareRenameParams,
) -> Answer {
    let encoding = server.encoding;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let target = target(&here.tree.index().at(here.span))?;
    let places = places(here.tree, &target);
    let at = places.iter().find(|it| {
        it.file == here.span.file && it.start <= here.span.start && here.span.start <= it.end
    });
    let (Some(at), Some(file)) = (at, here.tree.file(&here.path)) else { return Ok(Value::Null) };
    Ok(json!({"range": file.text.range(*at, encoding), "placeholder": target.name}))
}

pub(super) fn rename<D: Disk>(server: &mut Server<D>, params: &lsp::RenameParams) -> Answer {
    let encoding = server.encoding;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Err(Refusal::failed("this file is not open".to_owned()));
    };
    let target = target(&here.tree.index().at(here.span))?;
    let places = places(here.tree, &target);
    let new = params.new_name.trim();
    is_name(new)?;
    would_clash(here.tree, &places, &target.name, new)?;
    let mut changes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for place in places {
        if let Some((_, file)) = here.tree.file_of(place) {
            let edit = json!({"range": file.text.range(place, encoding), "newText": new});
            changes.entry(file.uri.clone()).or_default().push(edit);
        }
    }
    Ok(json!({ "changes": changes }))
}

/// The one name of the tree's own that is meant.
fn target(found: &[&Declared]) -> Result<Declared, Refusal> {
    match found {
        [] => Err(Refusal::failed("there is no name of the rules here".to_owned())),
        [one] => match &one.library {
            None => Ok((*one).clone()),
            Some(library) => Err(Refusal::failed(format!(
                "`{}` is a name of the library `{library}`, which is shipped as it is",
                one.name
            ))),
        },
        [_, ..] => Err(Refusal::failed(
            "this means an examination and a policy of one name; rename where they are declared"
                .to_owned(),
        )),
    }
}

/// The declaration and every use.
fn places(tree: &mut Tree, target: &Declared) -> Vec<Span> {
    let mut places = tree.index().uses_of(target);
    places.push(target.span);
    places.sort_unstable();
    places.dedup();
    places
}

/// A name as the language has it: what the parser takes where one is declared.
fn is_name(new: &str) -> Result<(), Refusal> {
    let (tree, findings) = grammar::parse(FileId(0), &format!("writ 1\nterms {new} {{\n}}\n"));
    let error = findings.iter().find(|it| it.severity() == Severity::Error);
    match error {
        Some(error) => Err(Refusal::failed(error.message.clone())),
        None if tree.items.len() == 1 && !new.is_empty() => Ok(()),
        None => Err(Refusal::failed(format!("`{new}` is no name"))),
    }
}

/// Renames in a copy and checks it: any finding that was not there before is a clash.
fn would_clash(tree: &mut Tree, places: &[Span], old: &str, new: &str) -> Result<(), Refusal> {
    let mut copy = tree.live().clone();
    let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for place in places {
        by_file.entry(place.file).or_default().push(*place);
    }
    for spans in by_file.values() {
        let Some((path, file)) = spans.first().and_then(|it| tree.file_of(*it)) else { continue };
        let mut text = file.text.as_str().to_owned();
        for span in spans.iter().rev() {
            if text.get(span.range()) != Some(old) {
                return Err(Refusal::failed(format!("`{old}` is written in another way here")));
            }
            text.replace_range(span.range(), new);
        }
        copy.set(path, &text);
    }
    let mut before: Vec<_> = tree.findings(None).iter().map(|it| it.code).collect();
    let after = copy.check().findings;
    let clash = after.iter().find(|it| match before.iter().position(|code| *code == it.code) {
        Some(at) => {
            before.swap_remove(at);
            false
        }
        None => true,
    });
    clash.map_or(Ok(()), |it| Err(Refusal::failed(format!("after that: {}", it.message))))
}
