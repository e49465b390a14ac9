//! `writ lsp`: a whole conversation with the real program.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::scene::{SAMPLE, sample};

/// A running server.
struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i64,
}

impl Editor {
    fn new() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_writ"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { input: child.stdin.take(), child, output, next: 0 }
    }

    fn send(&mut self, message: &Value) {
        let body = serde_json::to_vec(message).unwrap();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        input.write_all(&body).unwrap();
        input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server went away");
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
        }
    }

    /// The next findings of a file.
    fn findings(&mut self, uri: &str) -> Vec<Value> {
        loop {
            let message = self.receive();
            if message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn ends(mut self) -> i32 {
        drop(self.input.take());
        self.child.wait().unwrap().code().unwrap()
    }
}

#[test]
fn an_editor_opens_breaks_mends_asks_and_leaves() {
    let scene = sample();
    let root = scene.path("rules").canonicalize().unwrap();
    let uri = format!("file://{}/sample.writ", root.display());
    let mut editor = Editor::new();
    let folder = json!([{"uri": format!("file://{}", root.display()), "name": "rules"}]);
    let params =
        json!({"processId": null, "rootUri": null, "capabilities": {}, "workspaceFolders": folder});
    let told = editor.ask("initialize", &params);
    assert_eq!(told["capabilities"]["positionEncoding"], "utf-16");
    editor.tell("initialized", &json!({}));
    assert_eq!(editor.findings(&uri), Vec::<Value>::new());
    let document = json!({"uri": uri, "languageId": "writ", "version": 1, "text": SAMPLE});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    assert_eq!(editor.findings(&uri), Vec::<Value>::new());
    let line = SAMPLE.lines().position(|it| it.contains("hold for board")).unwrap();
    let column = SAMPLE.lines().nth(line).unwrap().find("board").unwrap();
    let range = json!({"start": {"line": line, "character": column}, "end": {"line": line, "character": column + 5}});
    let edit = |version: i32, range: &Value, text: &str| json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": range, "text": text}]});
    editor.tell("textDocument/didChange", &edit(2, &range, "bord"));
    let found = editor.findings(&uri);
    assert!(found.iter().any(|it| it["range"]["start"]["line"] == line), "{found:?}");
    let shorter = json!({"start": range["start"], "end": {"line": line, "character": column + 4}});
    editor.tell("textDocument/didChange", &edit(3, &shorter, "board"));
    assert_eq!(editor.findings(&uri), Vec::<Value>::new());
    let place = json!({"textDocument": {"uri": uri}, "position": range["start"]});
    let declared = editor.ask("textDocument/definition", &place);
    let set = SAMPLE.lines().position(|it| it.starts_with("addresses board")).unwrap();
    assert_eq!(declared[0]["range"]["start"]["line"], set);
    editor.ask("shutdown", &Value::Null);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.ends(), 0);
}

#[test]
fn what_is_no_message_ends_the_program_with_a_sentence() {
    let scene = sample();
    let run = scene.writ_with(&["lsp"], b"hello\r\n\r\n").ends(2);
    assert!(run.err.contains("a header line without a colon"), "{}", run.err);
    assert_eq!(scene.writ_with(&["lsp"], b"").ends(1).out, "");
}
