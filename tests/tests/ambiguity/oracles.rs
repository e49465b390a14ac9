//! Other people's readers of mail: whether they would show the marker.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, ensure};

use crate::kinds::{Case, MARKER};

const PYTHON: &str = include_str!("oracle.py");

/// Asks Python's mail package, one process for all.
pub(crate) fn python(cases: &[Case]) -> anyhow::Result<Vec<bool>> {
    let mut child = Command::new("python3")
        .args(["-c", PYTHON, MARKER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start python3; install it: apt-get install python3")?;
    let mut input = child.stdin.take().context("it has a standard input")?;
    let output = thread::scope(|scope| {
        let writer = scope.spawn(move || {
            cases.iter().try_for_each(|case| {
                writeln!(input, "{}", case.message.len())?;
                input.write_all(&case.message)
            })
        });
        let output = child.wait_with_output();
        writer.join().map_err(|_panic| anyhow::anyhow!("writing panicked"))??;
        anyhow::Ok(output?)
    })?;
    ensure!(output.status.success(), "python3 ended with {}", output.status);
    Ok(String::from_utf8(output.stdout)?.lines().map(|it| it == "1").collect())
}

/// Asks the crate `mail-parser`.
pub(crate) fn mail_parser(cases: &[Case]) -> Vec<bool> {
    cases.iter().map(|case| shows(&case.message)).collect()
}

fn shows(message: &[u8]) -> bool {
    use mail_parser::{MessageParser, MimeHeaders, PartType};
    let parser = MessageParser::default();
    let mut messages: Vec<_> = parser.parse(message).into_iter().collect();
    while let Some(message) = messages.pop() {
        for part in &message.parts {
            let named = part.attachment_name().is_some_and(|it| it.contains(MARKER));
            let text = match &part.body {
                PartType::Text(text) | PartType::Html(text) => text.contains(MARKER),
                PartType::Binary(octets) | PartType::InlineBinary(octets) => {
                    String::from_utf8_lossy(octets).contains(MARKER)
                }
                PartType::Message(nested) => {
                    messages.push(nested.clone());
                    false
                }
                PartType::Multipart(_) => false,
            };
            if named || text {
                return true;
            }
        }
    }
    false
}

/// Asks munpack, a process for each.
pub(crate) fn munpack(cases: &[Case]) -> anyhow::Result<Vec<bool>> {
    let folder = tempfile::tempdir()?;
    let mut seen = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let into = folder.path().join(number.to_string());
        fs::create_dir(&into)?;
        let file = folder.path().join("message");
        fs::write(&file, &case.message)?;
        // It ends with an error where it finds nothing to unpack.
        Command::new("munpack")
            .args(["-t", "-q", "-f", "-C"])
            .args([&into, &file])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("cannot start munpack; install it: apt-get install mpack")?;
        let mut shown = false;
        for entry in fs::read_dir(&into)? {
            let entry = entry?;
            let octets = fs::read(entry.path()).unwrap_or_default();
            shown |= entry.file_name().to_string_lossy().contains(MARKER)
                || octets.windows(MARKER.len()).any(|it| it == MARKER.as_bytes());
        }
        seen.push(shown);
    }
    Ok(seen)
}
