//! The server as a value: messages in, messages out.
//!
//! A batch is what has come by the time the last one was answered. A request that a later message of
//! the batch takes back is not worked on, and findings are told once, after the last edit of the batch.

use gen_lsp_types as lsp;
use grammar::literal::Date;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    actions, completion,
    forest::{Disk, Forest},
    hover, navigation, outline,
    position::Encoding,
    publish,
    rpc::{self, Incoming, Refusal},
    uri,
};

/// How far the conversation is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    Before,
    Running,
    ShutDown,
    Over,
}

/// The state of a conversation.
#[derive(Debug)]
pub(crate) struct Server<D> {
    pub(super) forest: Forest<D>,
    pub(super) encoding: Encoding,
    /// The day, for what lapses; the shell knows it.
    pub(super) today: Option<Date>,
    phase: Phase,
    orderly: bool,
}

/// A result, or why there is none.
pub(super) type Answer = Result<Value, Refusal>;

impl<D: Disk> Server<D> {
    /// Before the first message.
    pub(crate) fn new(disk: D) -> Self {
        Self {
            forest: Forest::new(disk),
            encoding: Encoding::Utf16,
            today: None,
            phase: Phase::Before,
            orderly: false,
        }
    }

    /// Whether the client said `exit`.
    pub(crate) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Whether it said `shutdown` before.
    pub(crate) fn ended_in_order(&self) -> bool {
        self.orderly
    }

    /// Answers what has come. `today` is the day in the author's zone.
    pub(crate) fn step(&mut self, batch: &[Incoming], today: Option<Date>) -> Vec<Value> {
        self.today = today;
        let mut out = Vec::new();
        for (at, message) in batch.iter().enumerate() {
            let later = batch.iter().skip(at);
            match message {
                Incoming::Malformed(answer) => out.push(answer.clone()),
                Incoming::Response => {}
                Incoming::Notification { method, params } => {
                    out.extend(self.told(method, params.clone()));
                }
                Incoming::Request { id, method, params } => {
                    let taken_back = later.filter_map(Incoming::takes_back).any(|it| it == id);
                    let answer = if taken_back {
                        Err(Refusal::cancelled())
                    } else {
                        self.asked(method, params.clone())
                    };
                    out.push(match answer {
                        Ok(result) => rpc::answer(id, &result),
                        Err(refusal) => refusal.answer(id),
                    });
                }
            }
        }
        if self.phase == Phase::Running {
            out.extend(self.news());
        }
        out
    }

    /// Findings that the client does not know.
    fn news(&mut self) -> Vec<Value> {
        let (today, encoding) = (self.today, self.encoding);
        let stale = self.forest.trees().filter(|it| it.is_stale());
        stale.flat_map(|it| publish::news(it, today, encoding)).collect()
    }

    fn asked(&mut self, method: &str, params: Value) -> Answer {
        match (self.phase, method) {
            (Phase::Before, "initialize") => self.initialize(read(params)?),
            (Phase::Before, _) => Err(Refusal::uninitialized()),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (Phase::Running, "initialize") => Err(Refusal::order("`initialize` comes once")),
            (Phase::Running, _) => self.answer(method, params),
            (Phase::ShutDown | Phase::Over, _) => Err(Refusal::order("the server is shut down")),
        }
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            "textDocument/completion" => completion::answer(self, &read(params)?),
            "textDocument/hover" => hover::answer(self, &read(params)?),
            "textDocument/definition" => navigation::definition(self, &read(params)?),
            "textDocument/references" => navigation::references(self, &read(params)?),
            "textDocument/prepareRename" => navigation::prepare_rename(self, &read(params)?),
            "textDocument/rename" => navigation::rename(self, &read(params)?),
            "textDocument/formatting" => outline::formatting(self, &read(params)?),
            "textDocument/codeAction" => actions::answer(self, &read(params)?),
            "textDocument/documentSymbol" => outline::symbols(self, &read(params)?),
            "textDocument/foldingRange" => outline::folds(self, &read(params)?),
            "workspace/symbol" => outline::everywhere(self, &read(params)?),
            _ => Err(Refusal::method(method)),
        }
    }

    fn initialize(&mut self, params: lsp::InitializeParams) -> Answer {
        self.phase = Phase::Running;
        let general = params.capabilities.general.as_ref();
        let encodings = general.and_then(|it| it.position_encodings.as_deref());
        self.encoding = Encoding::negotiated(encodings);
        let folders = serde_json::to_value(&params.workspace_folders_initialize_params);
        let named = folders.ok().and_then(|it| it.get("workspaceFolders").cloned());
        let folders: Vec<lsp::WorkspaceFolder> =
            named.and_then(|it| read(it).ok()).unwrap_or_default();
        let mut uris: Vec<String> = folders.into_iter().map(|it| it.uri.0).collect();
        #[expect(deprecated, reason = "clients that know no folders name one root")]
        if uris.is_empty() {
            uris.extend(params.root_uri.map(|it| it.0));
        }
        for folder in uris.iter().filter_map(|it| uri::path(it)) {
            self.forest.add_folder(folder);
        }
        Ok(json!({
            "capabilities": {
                "positionEncoding": self.encoding.kind(),
                "textDocumentSync": {"openClose": true, "change": 2, "save": false},
                "completionProvider": {"triggerCharacters": [" ", "."], "resolveProvider": false},
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "renameProvider": {"prepareProvider": true},
                "documentFormattingProvider": true,
                "codeActionProvider": {"codeActionKinds": ["quickfix", "source.fixAll"]},
                "documentSymbolProvider": true,
                "workspaceSymbolProvider": true,
                "foldingRangeProvider": true,
                "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
            },
            "serverInfo": {"name": "writ", "version": env!("CARGO_PKG_VERSION")},
        }))
    }

    /// Takes in what the client tells. What cannot be understood has no answer in the protocol and is
    /// left out.
    fn told(&mut self, method: &str, params: Value) -> Vec<Value> {
        if method == "exit" {
            self.orderly = self.phase == Phase::ShutDown;
            self.phase = Phase::Over;
        }
        if self.phase != Phase::Running {
            return Vec::new();
        }
        let gone = match method {
            "textDocument/didOpen" => {
                if let Ok(it) = read::<lsp::DidOpenTextDocumentParams>(params) {
                    let document = it.text_document;
                    self.forest.open(&document.uri.0, document.text, Some(document.version));
                }
                Vec::new()
            }
            "textDocument/didChange" => {
                if let Ok(it) = read(params) {
                    self.change(it);
                }
                Vec::new()
            }
            "textDocument/didClose" => {
                let closed = read::<lsp::DidCloseTextDocumentParams>(params).ok();
                closed
                    .and_then(|it| self.forest.close(&it.text_document.uri.0))
                    .into_iter()
                    .collect()
            }
            "workspace/didChangeWatchedFiles" => {
                let touched = read::<lsp::DidChangeWatchedFilesParams>(params).ok();
                let events = touched.into_iter().flat_map(|it| it.changes);
                events.filter_map(|it| self.forest.touched(&it.uri.0)).collect()
            }
            "workspace/didChangeWorkspaceFolders" => {
                read(params).map(|it| self.change_folders(&it)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        gone.iter().map(|it| publish::nothing(it)).collect()
    }

    fn change(&mut self, params: lsp::DidChangeTextDocumentParams) {
        let encoding = self.encoding;
        let uri = params.text_document.text_document_identifier.uri.0;
        let Some((tree, path)) = self.forest.find(&uri) else { return };
        tree.edit(&path, Some(params.text_document.version), |text| {
            for change in params.content_changes {
                match change {
                    lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(it) => {
                        text.replace(it.range, &it.text, encoding);
                    }
                    lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(
                        it,
                    ) => *text = super::position::Text::new(it.text),
                }
            }
        });
    }

    fn change_folders(&mut self, params: &lsp::DidChangeWorkspaceFoldersParams) -> Vec<String> {
        let path = |it: &lsp::WorkspaceFolder| uri::path(&it.uri.0);
        let mut gone = Vec::new();
        for folder in params.event.removed.iter().filter_map(path) {
            gone.extend(self.forest.remove_folder(&folder));
        }
        for folder in params.event.added.iter().filter_map(path) {
            self.forest.add_folder(folder);
        }
        gone
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    serde_json::from_value(params).map_err(|it| Refusal::parameters(&it))
}
