//! An edit as an editor has it, from `didChange` to `publishDiagnostics`, beside `writ check` of the same tree:
//! `lsp PATH-OF-WRIT`. Both are taken by the clock on the wall, since another process does the work.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use bench::workload::Workload;

/// Policies.
const POLICIES: usize = 1_000;
/// Runs of which the median counts.
const RUNS: usize = 21;
/// How many times faster than a cold check an edit must be answered.
const RATIO_MIN: f64 = 20.0;

fn main() -> anyhow::Result<()> {
    let writ = std::env::args().nth(1).context("say where `writ` is")?;
    let writ = std::fs::canonicalize(writ)?.display().to_string();
    let folder = std::env::temp_dir().join(format!("bench-lsp-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let text = Workload::new(POLICIES).writ();
    std::fs::write(folder.join("writ.toml"), "")?;
    std::fs::write(folder.join("rules.writ"), &text)?;
    let measured = measure(&writ, &folder, &text);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(writ: &str, folder: &Path, text: &str) -> anyhow::Result<()> {
    let cold = median((0..RUNS).map(|_| check(writ, folder)).collect::<Result<_, _>>()?);
    println!("{POLICIES} policies; `writ check` takes {:.2} ms", cold * 1e3);
    let mut editor = Editor::start(writ, folder)?;
    let uri = format!("file://{}/rules.writ", folder.display());
    editor.open(&uri, text)?;
    let line = text.lines().position(|it| it.starts_with("policy p00500 ")).context("no policy")?;
    for (what, insert) in [
        ("a comment", "# a word\n"),
        (
            "a new policy",
            "policy new-one {\n  why \"New.\"\n  from first.last2@unit1.acme.example\n  to domain new.example\n  then hold\n}\n",
        ),
        ("an unfinished line", "policy new-one {\n  to dom\n"),
    ] {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            times.push(editor.change(&uri, (line, line), insert)?);
            editor.change(&uri, (line, line + insert.lines().count()), "")?;
        }
        let edit = median(times);
        let ratio = cold / edit;
        println!(
            "{what:20} {:7.2} ms   {ratio:6.1} times faster (must be {RATIO_MIN})",
            edit * 1e3
        );
    }
    editor.end()
}

fn check(writ: &str, folder: &Path) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let output = Command::new(writ).arg("check").current_dir(folder).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Ok(began.elapsed())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64()
}

/// The editor's end of a conversation.
struct Editor {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    version: u32,
}

impl Editor {
    fn start(writ: &str, folder: &Path) -> anyhow::Result<Self> {
        let mut child =
            Command::new(writ).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take().context("no input")?;
        let from = BufReader::new(child.stdout.take().context("no output")?);
        let mut editor = Self { child, to, from, version: 1 };
        let root = format!("file://{}", folder.display());
        editor.say(&format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"processId":null,"rootUri":null,"capabilities":{{"general":{{"positionEncodings":["utf-8"]}}}},"workspaceFolders":[{{"uri":"{root}","name":"bench"}}]}}}}"#
        ))?;
        editor.hear("\"id\":1")?;
        editor.say(r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#)?;
        Ok(editor)
    }

    fn open(&mut self, uri: &str, text: &str) -> anyhow::Result<()> {
        let text = written(text);
        self.say(&format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{{"uri":"{uri}","languageId":"writ","version":1,"text":"{text}"}}}}}}"#
        ))?;
        self.hear("publishDiagnostics")
    }

    /// Puts a text in the place of some lines; how long it takes until the findings are there.
    fn change(&mut self, uri: &str, lines: (usize, usize), text: &str) -> anyhow::Result<Duration> {
        self.version += 1;
        let (first, end, version, text) = (lines.0, lines.1, self.version, written(text));
        let message = format!(
            r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{uri}","version":{version}}},"contentChanges":[{{"range":{{"start":{{"line":{first},"character":0}},"end":{{"line":{end},"character":0}}}},"text":"{text}"}}]}}}}"#
        );
        let began = Instant::now();
        self.say(&message)?;
        self.hear(&format!("\"version\":{version}"))?;
        Ok(began.elapsed())
    }

    fn end(mut self) -> anyhow::Result<()> {
        self.say(r#"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#)?;
        self.hear("\"id\":2")?;
        self.say(r#"{"jsonrpc":"2.0","method":"exit"}"#)?;
        ensure!(self.child.wait()?.success(), "the server did not end in order");
        Ok(())
    }

    fn say(&mut self, message: &str) -> anyhow::Result<()> {
        write!(self.to, "Content-Length: {}\r\n\r\n{message}", message.len())?;
        Ok(self.to.flush()?)
    }

    /// Reads messages up to one that holds a text.
    fn hear(&mut self, wanted: &str) -> anyhow::Result<()> {
        loop {
            let mut length = 0;
            loop {
                let mut line = String::new();
                ensure!(self.from.read_line(&mut line)? > 0, "the server went away");
                if let Some(octets) = line.strip_prefix("Content-Length: ") {
                    length = octets.trim().parse()?;
                }
                if line == "\r\n" {
                    break;
                }
            }
            let mut message = vec![0; length];
            self.from.read_exact(&mut message)?;
            if String::from_utf8_lossy(&message).contains(wanted) {
                return Ok(());
            }
        }
    }
}

/// A text inside of JSON quotes.
fn written(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
