//! What a file consists of: its symbols, its folds, its canonical form; and symbols of everywhere.

use gen_lsp_types as lsp;
use grammar::{
    layout::{Node, layout},
    tree::{Item, ItemKind, Span},
};
use serde_json::{Value, json};

use super::{
    forest::{Disk, Tree},
    position::{Encoding, Text},
    server::{Answer, Server},
};

/// Symbols that one search of the whole workspace gives.
const SYMBOLS_MAX: usize = 1_000;

pub(super) fn formatting<D: Disk>(
    server: &mut Server<D>,
    params: &lsp::DocumentFormattingParams,
) -> Answer {
    let encoding = server.encoding;
    let Some((tree, path)) = server.forest.find(&params.text_document.uri.0) else {
        return Ok(Value::Null);
    };
    let Some(file) = tree.file(&path) else { return Ok(Value::Null) };
    let Ok(formatted) = grammar::format(file.text.as_str()) else { return Ok(Value::Null) };
    Ok(Value::Array(difference(&file.text, &formatted, encoding).into_iter().collect()))
}

/// One edit of the lines that differ.
fn difference(text: &Text, new: &str, encoding: Encoding) -> Option<Value> {
    let old = text.as_str();
    if old == new {
        return None;
    }
    let same = |it: &(&str, &str)| it.0 == it.1;
    let before: usize = old
        .split_inclusive('\n')
        .zip(new.split_inclusive('\n'))
        .take_while(same)
        .map(|it| it.0.len())
        .sum();
    let (rest_old, rest_new) = (old.get(before..)?, new.get(before..)?);
    let lines_old = rest_old.split_inclusive('\n').rev();
    let after: usize = lines_old
        .zip(rest_new.split_inclusive('\n').rev())
        .take_while(same)
        .map(|it| it.0.len())
        .sum();
    let end_old = old.len().checked_sub(after)?;
    let range = lsp::Range {
        start: text.position(before, encoding),
        end: text.position(end_old, encoding),
    };
    let middle = new.get(before..new.len().checked_sub(after)?)?;
    Some(json!({"range": range, "newText": middle}))
}

pub(super) fn symbols<D: Disk>(
    server: &mut Server<D>,
    params: &lsp::DocumentSymbolParams,
) -> Answer {
    let encoding = server.encoding;
    let Some((tree, path)) = server.forest.find(&params.text_document.uri.0) else {
        return Ok(Value::Null);
    };
    let Some(file) = tree.file(&path) else { return Ok(Value::Null) };
    let symbols = tree.live().items(&path).map(|(start, item)| {
        let symbol = symbol(item);
        let detail = item.doc.as_deref().and_then(|it| it.lines().next()).unwrap_or(symbol.word);
        json!({
            "name": symbol.name,
            "detail": detail,
            "kind": symbol.kind,
            "range": file.text.range(moved(item.span, start), encoding),
            "selectionRange": file.text.range(moved(symbol.span, start), encoding),
        })
    });
    Ok(symbols.collect())
}

pub(super) fn everywhere<D: Disk>(
    server: &mut Server<D>,
    params: &lsp::WorkspaceSymbolParams,
) -> Answer {
    let encoding = server.encoding;
    let mut found = Vec::new();
    for tree in server.forest.trees() {
        found.extend(matching(tree, &params.query, encoding));
    }
    found.truncate(SYMBOLS_MAX);
    Ok(Value::Array(found))
}

fn matching(tree: &Tree, query: &str, encoding: Encoding) -> Vec<Value> {
    let mut found = Vec::new();
    for (path, file) in tree.files() {
        for (start, item) in tree.live().items(path) {
            let symbol = symbol(item);
            if is_subsequence(query, symbol.name) {
                let range = file.text.range(moved(symbol.span, start), encoding);
                found.push(json!({
                    "name": symbol.name,
                    "kind": symbol.kind,
                    "containerName": path,
                    "location": {"uri": file.uri, "range": range},
                }));
            }
        }
    }
    found
}

/// Whether the letters of a query stand in a name in their order.
fn is_subsequence(query: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|it| letters.any(|letter| letter == it))
}

struct Symbol<'i> {
    name: &'i str,
    span: Span,
    kind: lsp::SymbolKind,
    /// The keyword.
    word: &'static str,
}

fn symbol(item: &Item) -> Symbol<'_> {
    use lsp::SymbolKind as Kind;
    let (name, kind, word) = match &item.kind {
        ItemKind::Organisation(it) => (&it.name, Kind::Namespace, "organisation"),
        ItemKind::Addresses(it) => (&it.name, Kind::Array, "addresses"),
        ItemKind::Domains(it) => (&it.name, Kind::Array, "domains"),
        ItemKind::Networks(it) => (&it.name, Kind::Array, "networks"),
        ItemKind::Fingerprints(it) => (&it.name, Kind::Array, "fingerprints"),
        ItemKind::Group(it) => (&it.name, Kind::Variable, "group"),
        ItemKind::Attribute(it) => (&it.name, Kind::Enum, "attribute"),
        ItemKind::Terms(it) => (&it.name, Kind::Array, "terms"),
        ItemKind::Pattern(it) => (&it.name, Kind::String, "pattern"),
        ItemKind::Examination(it) => (&it.name, Kind::Class, "examination"),
        ItemKind::Definition(it) => (&it.name, Kind::Struct, "definition"),
        ItemKind::Policy(it) => (&it.name, Kind::Function, "policy"),
        ItemKind::Request(it) => (&it.name, Kind::Event, "request"),
        ItemKind::Bypass(it) => (&it.name, Kind::Operator, "bypass"),
        ItemKind::Test(it) => (&it.title, Kind::Method, "test"),
        ItemKind::Assert(it) => (&it.title, Kind::Method, "assert"),
        ItemKind::Default(it) => {
            return Symbol {
                name: "default",
                span: it.span,
                kind: Kind::Constant,
                word: "default",
            };
        }
    };
    // A client refuses a symbol without a name; a text of a title may be empty.
    let shown = if name.value.is_empty() { word } else { &name.value };
    Symbol { name: shown, span: name.span, kind, word }
}

fn moved(span: Span, start: u32) -> Span {
    Span { start: span.start.saturating_add(start), end: span.end.saturating_add(start), ..span }
}

pub(super) fn folds<D: Disk>(server: &mut Server<D>, params: &lsp::FoldingRangeParams) -> Answer {
    let encoding = server.encoding;
    let Some((tree, path)) = server.forest.find(&params.text_document.uri.0) else {
        return Ok(Value::Null);
    };
    let Some(file) = tree.file(&path) else { return Ok(Value::Null) };
    let layout = layout(file.text.as_str());
    let mut folds = Vec::new();
    let mut nodes: Vec<&Node> = layout.nodes.iter().collect();
    while let Some(node) = nodes.pop() {
        let Node::Block(block) = node else { continue };
        nodes.extend(&block.body);
        let place = |piece: usize| {
            let start = layout.pieces.get(piece)?.start;
            Some(file.text.position(start, encoding).line)
        };
        let lines = block.head.and_then(|it| place(it.first)).zip(block.close.and_then(place));
        if let Some((first, last)) = lines.filter(|(first, last)| first < last) {
            folds.push((first, last.saturating_sub(1), None));
        }
    }
    folds.extend(comments(file.text.as_str()));
    folds.sort_unstable();
    let fold = |(first, last, kind): (u32, u32, Option<&str>)| {
        let mut fold = json!({"startLine": first, "endLine": last});
        if let (Some(kind), Some(fold)) = (kind, fold.as_object_mut()) {
            fold.insert("kind".to_owned(), kind.into());
        }
        fold
    };
    Ok(folds.into_iter().map(fold).collect())
}

/// Runs of lines that are comments.
fn comments(text: &str) -> Vec<(u32, u32, Option<&'static str>)> {
    let mut folds: Vec<(u32, u32, Option<&'static str>)> = Vec::new();
    let mut first = None;
    for (number, line) in (0_u32..).zip(text.lines().chain([""])) {
        if line.trim_start().starts_with('#') {
            first.get_or_insert(number);
        } else if let Some(first) = first.take() {
            let last = number.saturating_sub(1);
            if first < last {
                folds.push((first, last, Some("comment")));
            }
        }
    }
    folds
}
