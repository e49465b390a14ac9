//! Conversations with the server as a value, over a disk in memory.

#![expect(
    clippy::needless_pass_by_value,
    clippy::string_slice,
    reason = "a test that cannot go on has failed, and reads better with values"
)]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use engine::SourceFile;
use grammar::literal::Date;
use serde_json::{Value, json};

use super::{forest::Disk, rpc::Incoming, server::Server};

const SAMPLE: &str = include_str!("../../../grammar/src/tests/sample.writ");
const TERMS: &str = include_str!("../../tests/sample/banking-terms.writ");

/// Files by path; a folder with a `writ.toml` is a tree.
#[derive(Debug, Default)]
struct Memory(BTreeMap<PathBuf, String>);

impl Disk for Memory {
    fn root_of(&self, file: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
        let mut above = file.ancestors().skip(1);
        let marked = above.find(|it| self.is_tree(it)).map(Path::to_owned);
        marked.or_else(|| folders.iter().find(|it| file.starts_with(it)).cloned())
    }

    fn is_tree(&self, folder: &Path) -> bool {
        self.0.contains_key(&folder.join("writ.toml"))
    }

    fn files(&self, root: &Path) -> Vec<SourceFile> {
        let below = self.0.iter().filter_map(|(path, text)| {
            let path = path.strip_prefix(root).ok()?.to_str()?.to_owned();
            path.ends_with(".writ").then(|| SourceFile { path, text: text.clone() })
        });
        below.collect()
    }

    fn text(&self, file: &Path) -> Option<String> {
        self.0.get(file).cloned()
    }
}

/// A client.
struct Client {
    server: Server<Memory>,
    /// Everything that came.
    heard: Vec<Value>,
    next: i64,
}

impl Client {
    fn silent(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|it| (PathBuf::from(it.0), it.1.to_owned())).collect();
        Self { server: Server::new(Memory(files)), heard: Vec::new(), next: 0 }
    }

    /// A client that has said its first words.
    fn new(files: &[(&str, &str)], folders: &[&str], encodings: Value) -> Self {
        let mut client = Self::silent(files);
        let folders: Vec<Value> =
            folders.iter().map(|it| json!({"uri": format!("file://{it}"), "name": it})).collect();
        let capabilities = json!({"general": {"positionEncodings": encodings}});
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders});
        client.ask("initialize", params);
        client.tell("initialized", json!({}));
        client
    }

    fn sample() -> Self {
        let files =
            [("/r/writ.toml", ""), ("/r/sample.writ", SAMPLE), ("/r/banking-terms.writ", TERMS)];
        let mut client = Self::new(&files, &["/r"], json!(["utf-16"]));
        client.open("/r/sample.writ", SAMPLE);
        client
    }

    fn step(&mut self, messages: &[Value]) -> Vec<Value> {
        let read = |it: &Value| Incoming::read(&serde_json::to_vec(it).unwrap());
        let batch: Vec<Incoming> = messages.iter().map(read).collect();
        let out = self.server.step(&batch, Some(Date::parse("2026-03-02").unwrap()));
        self.heard.extend(out.clone());
        out
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.step(&[json!({"jsonrpc": "2.0", "method": method, "params": params})]);
    }

    /// The whole answer.
    fn asked(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        let out =
            self.step(&[json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})]);
        out.into_iter().find(|it| it["id"] == id).unwrap()
    }

    #[track_caller]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.asked(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({"uri": format!("file://{path}"), "languageId": "writ", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    fn change(&mut self, path: &str, text: &str) {
        let document = json!({"uri": format!("file://{path}"), "version": 2});
        let params = json!({"textDocument": document, "contentChanges": [{"text": text}]});
        self.tell("textDocument/didChange", params);
    }

    /// Codes that the client shows for a file: those of the last time it was told.
    fn shown(&self, path: &str) -> Option<Vec<String>> {
        let uri = format!("file://{path}");
        let told = self.heard.iter().rev().find(|it| {
            it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri
        })?;
        let codes = told["params"]["diagnostics"].as_array().unwrap().iter();
        Some(codes.map(|it| it["code"].as_str().unwrap().to_owned()).collect())
    }
}

/// Document and position of `mark` in a text, `by` characters on.
fn at(path: &str, text: &str, mark: &str, by: usize) -> Value {
    let offset = text.find(mark).unwrap_or_else(|| panic!("{mark} is not there")) + by;
    let line = text[..offset].matches('\n').count();
    let start = text[..offset].rfind('\n').map_or(0, |it| it + 1);
    let character = text[start..offset].encode_utf16().count();
    json!({"textDocument": {"uri": format!("file://{path}")}, "position": {"line": line, "character": character}})
}

fn with(mut params: Value, more: &Value) -> Value {
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

fn labels(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|it| it["label"].as_str().unwrap()).collect()
}

/// A text with the edits for a file made, last first.
fn applied(text: &str, edits: &Value) -> String {
    let mut text = super::position::Text::new(text.to_owned());
    let mut edits = edits.as_array().unwrap().clone();
    edits.sort_by_key(|it| {
        (it["range"]["start"]["line"].as_u64(), it["range"]["start"]["character"].as_u64())
    });
    for edit in edits.iter().rev() {
        let range = serde_json::from_value(edit["range"].clone()).unwrap();
        text.replace(range, edit["newText"].as_str().unwrap(), super::position::Encoding::Utf16);
    }
    text.as_str().to_owned()
}

#[test]
fn findings_of_all_files_are_told_and_taken_back() {
    let mut client = Client::sample();
    assert_eq!(client.shown("/r/sample.writ"), Some(vec![]));
    // The other file is not open, and an edit here breaks it nowhere; then one breaks it.
    client.change(
        "/r/sample.writ",
        &SAMPLE.replace("then       hold for board", "then       hold for bord"),
    );
    assert_eq!(client.shown("/r/sample.writ").unwrap().len(), 1);
    client.change("/r/sample.writ", SAMPLE);
    assert_eq!(client.shown("/r/sample.writ"), Some(vec![]));
    client.open("/r/banking-terms.writ", "writ 1\nterms all-terms {\n  \"sort code\" wight 3\n}\n");
    assert_eq!(client.shown("/r/banking-terms.writ").unwrap().len(), 1);
    client.tell(
        "textDocument/didClose",
        json!({"textDocument": {"uri": "file:///r/banking-terms.writ"}}),
    );
    assert_eq!(client.shown("/r/banking-terms.writ"), Some(vec![]));
}

#[test]
fn an_edit_elsewhere_that_breaks_a_file_is_told_there() {
    let mut client = Client::sample();
    client.open("/r/banking-terms.writ", "writ 1\nterms other {\n  \"sort code\"\n}\n");
    assert!(!client.shown("/r/sample.writ").unwrap().is_empty());
    client.change("/r/banking-terms.writ", TERMS);
    assert_eq!(client.shown("/r/sample.writ"), Some(vec![]));
}

#[test]
fn a_name_is_gone_to_found_and_renamed_everywhere() {
    let mut client = Client::sample();
    let here = at("/r/sample.writ", SAMPLE, "secure with deal-room", 14);
    let definition = client.ask("textDocument/definition", here.clone());
    let line = SAMPLE[..SAMPLE.find("definition deal-room").unwrap()].matches('\n').count();
    assert_eq!(definition[0]["range"]["start"]["line"], line);
    let context = json!({"context": {"includeDeclaration": true}});
    let found = client.ask("textDocument/references", with(here.clone(), &context));
    assert_eq!(found.as_array().unwrap().len(), SAMPLE.matches("deal-room").count());
    let edit = client.ask("textDocument/rename", with(here, &json!({"newName": "data-room"})));
    let renamed = applied(SAMPLE, &edit["changes"]["file:///r/sample.writ"]);
    assert_eq!(renamed, SAMPLE.replace("deal-room", "data-room"));
    // A name of another file, through its alias.
    let here = at("/r/sample.writ", SAMPLE, "banking.all-terms", 10);
    let edit = client.ask("textDocument/rename", with(here, &json!({"newName": "terms-of-banks"})));
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2, "{edit}");
}

#[test]
fn a_name_that_is_taken_reserved_or_shipped_is_refused() {
    let mut client = Client::sample();
    let here = at("/r/sample.writ", SAMPLE, "secure with deal-room", 14);
    for (place, new, words) in [
        (here.clone(), "confidential", "is taken"),
        (here.clone(), "Deal Room", ""),
        (here.clone(), "", ""),
        (here, "x }\npolicy y {", ""),
        (at("/r/sample.writ", SAMPLE, "addresses board", 12), "internal", ""),
        (at("/r/sample.writ", SAMPLE, "count      std.iban", 16), "mine", "library"),
        (at("/r/sample.writ", SAMPLE, "organisation acme", 3), "mine", "no name"),
    ] {
        let answer = client.asked("textDocument/rename", with(place, &json!({"newName": new})));
        let message =
            answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{new}: {answer}"));
        assert!(message.contains(words), "{new}: {message}");
    }
}

#[test]
fn what_can_stand_there_is_offered() {
    let mut client = Client::sample();
    let text = "writ 1\nuse std\nuse \"banking-terms.writ\" as banking\n\npolicy p {\n  \n  from group \n  then secure with \n  when not \n}\nexamination e {\n  count \n}\ndefinition d {\n  read \n}\n\n";
    client.change("/r/sample.writ", &format!("{SAMPLE}\n"));
    client.open("/r/new.writ", text);
    for (mark, by, offered, not) in [
        ("policy p {\n  ", 13, vec!["from", "valid", "then"], vec!["policy", "look in"]),
        ("from group ", 11, vec!["finance"], vec!["board", "everyone"]),
        ("secure with ", 12, vec!["confidential", "deal-room", "d"], vec!["deliver"]),
        ("when not ", 9, vec!["payment-data", "merger-leak", "sender uses tls"], vec!["finance"]),
        ("  count ", 8, vec!["std.iban", "all-terms"], vec!["iban"]),
        ("  read ", 7, vec!["receipt"], vec!["read receipt"]),
        ("}\n\n", 2, vec!["policy", "bypass", "use"], vec!["from"]),
    ] {
        let items = client.ask("textDocument/completion", at("/r/new.writ", text, mark, by));
        let labels = labels(&items);
        for label in offered {
            assert!(labels.contains(&label), "{mark}: {label} is not in {labels:?}");
        }
        for label in not {
            assert!(!labels.contains(&label), "{mark}: {label} is in {labels:?}");
        }
    }
    let items = client.ask("textDocument/completion", at("/r/new.writ", text, "  count ", 8));
    let iban = items.as_array().unwrap().iter().find(|it| it["label"] == "std.iban").unwrap();
    assert!(iban["documentation"]["value"].as_str().unwrap().len() > 30, "{iban}");
}

#[test]
fn what_stands_under_the_cursor_is_explained() {
    let mut client = Client::sample();
    let text = SAMPLE
        .replace("2099-06-30", "2026-03-12")
        .replace("lawfirm.example\n", "münchen.example\n")
        .replace("then       hold for board", "then       hold for bord");
    client.change("/r/sample.writ", &text);
    for (mark, by, words) in [
        ("192.0.2.0/24", 3, "covers 256 addresses: `192.0.2.0` to `192.0.2.255`"),
        ("2001:db8:40::/48", 3, "2^80 addresses"),
        ("valid      until 2026-03-12", 20, "the last day: 10 days from today"),
        ("münchen.example", 4, "xn--mnchen-3ya.example"),
        ("unreadable counts as", 2, "Mandatory"),
        ("read receipt always", 7, "on request"),
        ("policy cards-leave", 2, "the most specific one wins"),
        ("when       payment-data", 14, "examination payment-data {"),
        ("count      std.iban", 16, "of the library `std`"),
        ("hold for bord", 10, "nobody could release this"),
    ] {
        let hover = client.ask("textDocument/hover", at("/r/sample.writ", &text, mark, by));
        let value = hover["contents"]["value"].as_str().unwrap_or_default();
        assert!(value.contains(words), "{mark}: {value}");
    }
}

#[test]
fn every_fix_is_offered_and_the_certain_ones_together() {
    let mut client = Client::sample();
    let text = "writ 1\n\norganisation acme {\n  domains acme.example\n}\npolicy p {\n  why “x”\n  from internal,\n  then hold\n}\n";
    client.open("/r2/a.writ", text);
    assert!(!client.shown("/r2/a.writ").unwrap().is_empty());
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": "file:///r2/a.writ"}, "range": whole, "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", params);
    let all = actions.as_array().unwrap().iter().find(|it| it["kind"] == "source.fixAll").unwrap();
    let fixed = applied(text, &all["edit"]["changes"]["file:///r2/a.writ"]);
    assert!(fixed.contains("why \"x\"") && !fixed.contains("internal,"), "{fixed}");
    assert!(actions.as_array().unwrap().iter().any(|it| it["kind"] == "quickfix"));
}

#[test]
fn a_file_has_its_symbols_its_folds_and_its_form() {
    let mut client = Client::sample();
    let document = json!({"textDocument": {"uri": "file:///r/sample.writ"}});
    let symbols = client.ask("textDocument/documentSymbol", document.clone());
    let names: Vec<&str> =
        symbols.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"cards-leave-secured")
            && names.contains(&"the sample that started incident 1042")
    );
    let folds = client.ask("textDocument/foldingRange", document.clone());
    assert!(folds.as_array().unwrap().len() >= names.len() - 2, "{folds}");
    let messy = SAMPLE.replace("  from       internal", "      from internal");
    client.change("/r/sample.writ", &messy);
    let options = json!({"options": {"tabSize": 2, "insertSpaces": true}});
    let edits = client.ask("textDocument/formatting", with(document, &options));
    assert_eq!(applied(&messy, &edits), grammar::format(&messy).unwrap());
    let found = client.ask("workspace/symbol", json!({"query": "CrdSec"}));
    assert_eq!(found[0]["name"], "cards-leave-secured");
}

#[test]
fn edits_in_either_encoding_keep_the_text_in_step() {
    for (encodings, columns) in [(json!(["utf-16"]), 5), (json!(["utf-8", "utf-16"]), 7)] {
        let mut client = Client::new(&[], &[], encodings);
        client.open("/a.writ", "writ 1\n# ä😀\nx");
        let range =
            json!({"start": {"line": 1, "character": columns}, "end": {"line": 2, "character": 1}});
        // Behind the two characters: five units of UTF-16, eight octets less one.
        let range = if columns == 7 {
            json!({"start": {"line": 1, "character": 8}, "end": range["end"]})
        } else {
            range
        };
        let params = json!({"textDocument": {"uri": "file:///a.writ", "version": 2}, "contentChanges": [{"range": range, "text": "\ndefault deliver\n"}]});
        client.tell("textDocument/didChange", params);
        let found = client.ask("workspace/symbol", json!({"query": "default"}));
        assert_eq!(found[0]["location"]["range"]["start"]["line"], 2, "{found}");
    }
}

#[test]
fn a_request_that_is_taken_back_is_not_worked_on() {
    let mut client = Client::sample();
    let ask = |id: i64| {
        let place = at("/r/sample.writ", SAMPLE, "policy", 1);
        json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": place})
    };
    let cancel = json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 71}});
    let out = client.step(&[ask(70), ask(71), cancel]);
    assert!(out.iter().any(|it| it["id"] == 70 && it.get("result").is_some()), "{out:?}");
    assert!(out.iter().any(|it| it["id"] == 71 && it["error"]["code"] == -32800), "{out:?}");
}

#[test]
fn a_buffer_without_a_file_and_a_file_outside_stand_alone() {
    let mut client = Client::sample();
    let document = json!({"uri": "untitled:Untitled-1", "languageId": "writ", "version": 1, "text": "writ 1\npolcy x {\n}\n"});
    client.tell("textDocument/didOpen", json!({"textDocument": document}));
    let told = client.heard.iter().any(|it| {
        it["params"]["uri"] == "untitled:Untitled-1"
            && it["params"]["diagnostics"][0]["code"].is_string()
    });
    assert!(told, "{:?}", client.heard.last());
    client.open("/elsewhere/b.writ", "writ 1\n");
    assert_eq!(client.shown("/elsewhere/b.writ"), Some(vec![]));
    assert_eq!(client.shown("/r/sample.writ"), Some(vec![]));
}

#[test]
fn several_folders_are_several_trees() {
    let broken = "writ 1\npolcy x {\n}\n";
    let files =
        [("/a/writ.toml", ""), ("/a/a.writ", broken), ("/b/writ.toml", ""), ("/b/b.writ", broken)];
    let mut client = Client::new(&files, &["/a"], json!([]));
    assert!(!client.shown("/a/a.writ").unwrap().is_empty());
    assert_eq!(client.shown("/b/b.writ"), None);
    let folder = |it: &str| json!([{"uri": format!("file://{it}"), "name": it}]);
    let event = json!({"event": {"added": folder("/b"), "removed": folder("/a")}});
    client.tell("workspace/didChangeWorkspaceFolders", event);
    assert!(!client.shown("/b/b.writ").unwrap().is_empty());
    assert_eq!(client.shown("/a/a.writ"), Some(vec![]));
}

#[test]
fn the_order_of_the_conversation_is_kept() {
    let mut client = Client::silent(&[]);
    assert_eq!(client.asked("textDocument/hover", json!({}))["error"]["code"], -32002);
    client.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": {}}));
    assert_eq!(client.asked("initialize", json!({"capabilities": {}}))["error"]["code"], -32600);
    assert_eq!(client.asked("no/such", json!({}))["error"]["code"], -32601);
    assert_eq!(client.asked("textDocument/hover", json!({"x": 1}))["error"]["code"], -32602);
    client.ask("shutdown", Value::Null);
    assert_eq!(client.asked("textDocument/hover", json!({}))["error"]["code"], -32600);
    client.tell("exit", Value::Null);
    assert!(client.server.is_over() && client.server.ended_in_order());
}

#[test]
fn what_is_no_message_is_refused_and_the_conversation_goes_on() {
    let mut client = Client::sample();
    for (body, code) in [
        ("{", -32700),
        ("\u{0}", -32700),
        ("[]", -32600),
        ("1", -32600),
        ("{\"id\": 1}", -32600),
        ("{\"id\": {}, \"method\": \"x\"}", -32600),
    ] {
        let out = client.server.step(&[Incoming::read(body.as_bytes())], None);
        assert_eq!(out[0]["error"]["code"], code, "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(client.server.step(&[Incoming::read(deep.as_bytes())], None).len(), 1);
    for method in ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/x"]
    {
        client.tell(method, json!({"textDocument": 5}));
    }
    let far = json!({"textDocument": {"uri": "file:///r/sample.writ"}, "position": {"line": 4_000_000_000_u32, "character": 4_000_000_000_u32}});
    for method in ["hover", "definition", "completion", "prepareRename"] {
        client.asked(&format!("textDocument/{method}"), far.clone());
    }
    let unknown = at("/r/none.writ", SAMPLE, "policy", 0);
    assert_eq!(client.ask("textDocument/hover", unknown), Value::Null);
}
