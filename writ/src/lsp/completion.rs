//! What could be written next: keywords of the block, names of the kinds that can stand there.

use std::collections::BTreeMap;

use engine::live::{Declared, NameKind};
use gen_lsp_types as lsp;
use grammar::tree::UseSource;
use serde_json::{Value, json};

use super::{
    context::{self, Context},
    forest::{Disk, Tree},
    hover, keywords,
    position::Text,
    server::{Answer, Server},
};

/// Names that one answer offers; what is typed next narrows them.
const NAMES_MAX: usize = 2_000;

/// Kinds that can be people.
const PEOPLE: &[NameKind] = &[NameKind::Addresses, NameKind::Domains, NameKind::Group];

/// Words and names that can stand at a place.
#[derive(Debug, Default, Eq, PartialEq)]
struct Offer {
    words: Vec<&'static str>,
    kinds: Vec<NameKind>,
}

pub(super) fn answer<D: Disk>(server: &mut Server<D>, params: &lsp::CompletionParams) -> Answer {
    let encoding = server.encoding;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let Some(file) = here.tree.file(&here.path) else { return Ok(Value::Null) };
    let offset = here.span.range().start;
    let context = context::at(file.text.as_str(), offset);
    if context.is_prose {
        return Ok(json!([]));
    }
    let range = lsp::Range {
        start: file.text.position(context.word_start, encoding),
        end: file.text.position(offset, encoding),
    };
    let mut items = Vec::new();
    match context.key() {
        None => items.extend(beginnings(&context, &file.text, range)),
        Some(key) => {
            let offer = offer(context.block.as_deref().unwrap_or_default(), key, &context.before);
            items.extend(offer.words.iter().map(|it| word(it, None, range)));
            items.extend(names(here.tree, &here.path, &offer.kinds, range));
        }
    }
    Ok(Value::Array(items))
}

/// First words of a line: items, or lines of the block.
fn beginnings(context: &Context, text: &Text, range: lsp::Range) -> Vec<Value> {
    let begun: Vec<&str> = context.before.iter().map(String::as_str).collect();
    let Some(block) = context.block.as_deref() else { return outside(&begun, text, range) };
    let mut items = Vec::new();
    for key in grammar::vocabulary::lines(block) {
        let words: Vec<&str> = key.split(' ').collect();
        let Some(rest) = words.get(begun.len()..).filter(|_| words.starts_with(&begun)) else {
            continue;
        };
        items.push(word(&rest.join(" "), keywords::line(block, key), range));
    }
    items
}

/// Outside of any block: items, and the rest of the lines that have no block.
fn outside(begun: &[&str], text: &Text, range: lsp::Range) -> Vec<Value> {
    let has_edition = text.as_str().trim_start().starts_with("writ");
    match begun {
        [] => {
            let keys = grammar::vocabulary::items().filter(|it| *it != "writ" || !has_edition);
            keys.map(|it| word(if it == "writ" { "writ 1" } else { it }, keywords::item(it), range))
                .collect()
        }
        ["use"] => vec![word("std", Some("The shipped library."), range)],
        ["group" | "attribute", _] => vec![word("from directory", None, range)],
        ["assert"] => ["never", "always", "reachable"].map(|it| word(it, None, range)).to_vec(),
        ["definition", _] => vec![word("based on", None, range)],
        ["default", ..] => OUTCOMES.iter().map(|it| word(it, None, range)).collect(),
        _ => Vec::new(),
    }
}

/// The dispositions.
const OUTCOMES: &[&str] = &[
    "deliver",
    "deliver over verified tls otherwise",
    "secure with",
    "hold",
    "hold for",
    "hold for sender",
    "bounce",
    "reject",
    "take no action",
];

const SELECTORS: &[&str] = &[
    "everyone",
    "internal",
    "external",
    "nobody",
    "domain",
    "domains",
    "group",
    "addresses",
    "anyone with",
    "except",
];

const CONDITIONS: &[&str] = &[
    "not",
    "attachment type is",
    "attachment name matches",
    "attachment larger than",
    "message larger than",
    "more than",
    "spf passes",
    "spf fails",
    "dkim passes",
    "dkim fails",
    "dmarc passes",
    "dmarc fails",
    "sender uses tls",
];

const EFFECTS: &[&str] = &["notify", "banner", "add header", "copy to", "tag subject"];

/// What a test may expect of a secured copy.
const COPY_OPTIONS: &[&str] = &[
    "print",
    "reply",
    "reply all",
    "forward",
    "expires after",
    "on expiry",
    "extension",
    "read receipt",
    "notice",
];

const COUNTS_AS: &[&str] = &["counts as activated", "counts as clear"];

/// What can stand after the words of a line that begins with `key`.
fn offer(block: &str, key: &str, before: &[String]) -> Offer {
    let last = before.last().map(String::as_str).unwrap_or_default();
    let said = |word: &str| before.iter().any(|it| it == word);
    let words = |words: &[&'static str]| Offer { words: words.to_vec(), kinds: Vec::new() };
    let kinds = |kinds: &[NameKind]| Offer { words: Vec::new(), kinds: kinds.to_vec() };
    match (block, key) {
        ("message", _) | (_, "why" | "owner" | "description" | "refusal" | "body" | "at") => {
            words(&[])
        }
        (_, "from" | "to" | "between" | "available to") => people(last),
        (_, "source" | "relay networks") => kinds(&[NameKind::Networks]),
        (_, "compare") => words(&["envelope", "header", "either"]),
        (_, "valid") if said("from") || said("until") => words(&["until"]),
        ("bypass", "valid") => words(&["until", "from", "forever"]),
        (_, "valid") => words(&["always", "from", "until"]),
        (_, "when") if last == "when" || last == "and" || last == "not" => {
            Offer { words: CONDITIONS.to_vec(), kinds: vec![NameKind::Examination] }
        }
        (_, "when") if said("activates") => words(&["and"]),
        (_, "when") => words(&["activates", "and"]),
        ("bypass", "then") => words(&["disable secure messaging", "take no action"]),
        (_, "then" | "outcome") => outcome(last),
        (_, "expect") => expectation(last, before),
        (_, "also") => words(EFFECTS),
        ("bypass", "override") | (_, "unless") => kinds(&[NameKind::Bypass]),
        (_, "override") => kinds(&[NameKind::Policy]),
        (_, "skips") => kinds(&[NameKind::Examination, NameKind::Policy]),
        (_, "count") if said(",") => words(&["distinct", "up to"]),
        (_, "count" | "require" | "veto") => kinds(&[NameKind::Pattern, NameKind::Terms]),
        (_, "less") if last == "for" => kinds(&[NameKind::Pattern, NameKind::Terms]),
        (_, "check") => {
            words(&engine::checksum::CHECKSUMS.iter().map(|it| it.name).collect::<Vec<_>>())
        }
        (_, "look in") => {
            words(&["subject", "body", "headers", "attachment names", "attachment text"])
        }
        (_, "unreadable" | "ambiguous" | "over limit") => words(COUNTS_AS),
        (_, "activates") => words(&["at"]),
        (_, "given") if last == "in" => kinds(&[NameKind::Group]),
        (_, "given") if last == "with" => kinds(&[NameKind::Attribute]),
        (_, "given") => words(&["in", "with"]),
        ("definition", "internal") => words(&["inbox", "inbox with banner", "portal", "refuse"]),
        (_, "print" | "reply" | "reply all" | "forward") => words(&["allowed", "denied"]),
        (_, "expires") => words(&["after", "never"]),
        (_, "on expiry") => words(&["gone", "read only"]),
        (_, "extension") => words(&["up to", "never"]),
        (_, "read receipt") => words(&["always", "never", "on request"]),
        (_, "notice") => words(&["hide subject", "show subject"]),
        (_, "banner") => words(&["none", "html"]),
        (_, "on error") => words(&["hold", "bounce", "reject"]),
        (_, "retention" | "message size") => words(&["at most"]),
        (_, "strip") => words(&["tag"]),
        ("request", "subject") => words(&["contains"]),
        _ => words(&[]),
    }
}

fn people(last: &str) -> Offer {
    let kinds = match last {
        "domains" => &[NameKind::Domains][..],
        "group" => &[NameKind::Group],
        "addresses" => &[NameKind::Addresses],
        "with" => &[NameKind::Attribute],
        "domain" => &[],
        _ => return Offer { words: SELECTORS.to_vec(), kinds: PEOPLE.to_vec() },
    };
    Offer { words: Vec::new(), kinds: kinds.to_vec() }
}

fn outcome(last: &str) -> Offer {
    match last {
        "with" => Offer { words: Vec::new(), kinds: vec![NameKind::Definition] },
        "for" => Offer { words: Vec::new(), kinds: vec![NameKind::Addresses, NameKind::Group] },
        _ => Offer { words: OUTCOMES.to_vec(), kinds: Vec::new() },
    }
}

fn expectation(last: &str, before: &[String]) -> Offer {
    let deciders = vec![NameKind::Policy, NameKind::Request, NameKind::Bypass];
    match last {
        "expect" => Offer { words: vec!["every recipient"], kinds: vec![NameKind::Examination] },
        "because" => Offer { words: vec!["default"], kinds: deciders },
        "," if before.iter().any(|it| it == "because") => {
            Offer { words: vec!["default"], kinds: deciders }
        }
        "with" | "for" => outcome(last),
        "also" => Offer { words: [EFFECTS, &["strip tag", "nothing"]].concat(), kinds: Vec::new() },
        _ => {
            let mut offer = outcome(last);
            offer.words.extend([
                "because",
                "with banner",
                "also",
                "scores",
                "activates",
                "does not activate",
            ]);
            offer.words.extend(COPY_OPTIONS);
            offer
        }
    }
}

fn word(text: &str, told: Option<&str>, range: lsp::Range) -> Value {
    let mut item = json!({
        "label": text,
        "kind": lsp::CompletionItemKind::Keyword,
        "sortText": format!("1{text}"),
        "textEdit": {"range": range, "newText": text},
    });
    if let (Some(told), Some(item)) = (told, item.as_object_mut()) {
        item.insert("documentation".to_owned(), json!({"kind": "markdown", "value": told}));
    }
    item
}

/// Names of the kinds, as this file can write them.
fn names(tree: &mut Tree, path: &str, kinds: &[NameKind], range: lsp::Range) -> Vec<Value> {
    if kinds.is_empty() {
        return Vec::new();
    }
    let uses: BTreeMap<String, UseSource> =
        tree.live().uses(path).map(|(alias, source)| (alias.to_owned(), source.clone())).collect();
    let wanted = |it: &&Declared| kinds.contains(&it.kind);
    let found: Vec<Declared> = tree.index().declared().iter().filter(wanted).cloned().collect();
    let mut items = Vec::new();
    for declared in found.iter().take(NAMES_MAX) {
        let Some(label) = written(declared, &uses) else { continue };
        items.push(json!({
            "label": label,
            "kind": item_kind(declared.kind),
            "detail": hover::plain(declared.kind),
            "documentation": {"kind": "markdown", "value": hover::name(tree, declared)},
            "sortText": format!("0{label}"),
            "textEdit": {"range": range, "newText": label},
        }));
    }
    items
}

/// How a file can name something; nothing where it would need a `use` line.
fn written(declared: &Declared, uses: &BTreeMap<String, UseSource>) -> Option<String> {
    let Some(library) = &declared.library else { return Some(declared.name.clone()) };
    let brings = |source: &UseSource| match source {
        UseSource::Library(name) => name.value == *library,
        UseSource::File { .. } => false,
    };
    let alias = uses.iter().find(|it| brings(it.1)).map(|it| it.0)?;
    Some(format!("{alias}.{}", declared.name))
}

fn item_kind(kind: NameKind) -> lsp::CompletionItemKind {
    use lsp::CompletionItemKind as Kind;
    match kind {
        NameKind::Addresses
        | NameKind::Domains
        | NameKind::Fingerprints
        | NameKind::Networks
        | NameKind::Terms => Kind::Value,
        NameKind::Attribute => Kind::Enum,
        NameKind::Bypass => Kind::Operator,
        NameKind::Definition => Kind::Struct,
        NameKind::Examination => Kind::Class,
        NameKind::Group => Kind::Variable,
        NameKind::Pattern => Kind::Constant,
        NameKind::Policy => Kind::Function,
        NameKind::Request => Kind::Event,
    }
}
