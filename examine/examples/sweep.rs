//! Runs everything over a folder of messages: `cargo run --example sweep -- FOLDER…`.
//!
//! Prints counts, the slowest message, and every failure; exit code 1 where there is one.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for developers that reads files and a clock"
)]

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use engine::decision::Effect;
use examine::{Limits, attachment, edits::for_delivery, extract, reading};

#[derive(Debug, Default)]
struct Counts {
    files: usize,
    octets: u64,
    parts: usize,
    failures: usize,
    flags: BTreeMap<String, usize>,
    ambiguous: usize,
    unreadable: usize,
    over_limit: usize,
    total: Duration,
    slowest: Option<(Duration, PathBuf)>,
}

fn main() -> ExitCode {
    let mut counts = Counts::default();
    for folder in std::env::args().skip(1) {
        for path in messages(Path::new(&folder)) {
            sweep(&path, &mut counts);
        }
    }
    println!("{} files, {} octets, {} parts", counts.files, counts.octets, counts.parts);
    println!(
        "{} ambiguous, {} unreadable, {} over a limit",
        counts.ambiguous, counts.unreadable, counts.over_limit
    );
    println!("total {:?}, slowest {:?}", counts.total, counts.slowest);
    for (flag, count) in &counts.flags {
        println!("{count:6} {flag}");
    }
    println!("{} failures", counts.failures);
    ExitCode::from(u8::from(counts.failures > 0))
}

fn messages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if matches!(kind, Some("eml" | "msg" | "txt" | "raw")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sweep(path: &Path, counts: &mut Counts) {
    let Ok(message) = std::fs::read(path) else { return };
    counts.files += 1;
    counts.octets += u64::try_from(message.len()).unwrap_or(0);
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| examine_all(&message)));
    let took = start.elapsed();
    counts.total += took;
    if counts.slowest.as_ref().is_none_or(|slowest| slowest.0 < took) {
        counts.slowest = Some((took, path.to_owned()));
    }
    let failure = match outcome {
        Ok(Ok(extracted)) => {
            counts.parts += extracted.parts.len();
            counts.ambiguous += usize::from(!extracted.content.ambiguous.is_empty());
            counts.unreadable += usize::from(!extracted.content.unreadable.is_empty());
            counts.over_limit += usize::from(!extracted.content.over_limit.is_empty());
            for flag in extracted.parts.iter().flat_map(|part| &part.flags) {
                *counts.flags.entry(flag.clone()).or_default() += 1;
            }
            return;
        }
        Ok(Err(failure)) => failure,
        Err(_) => "panic".to_owned(),
    };
    counts.failures += 1;
    println!("FAILED {}: {failure}", path.display());
}

fn examine_all(message: &[u8]) -> Result<examine::Extract, String> {
    let limits = Limits::default();
    let extracted = extract(message, &limits);
    for segment in &extracted.content.segments {
        let text = extracted.content.text.get(segment.start..segment.end);
        text.ok_or_else(|| format!("segment {segment:?} is outside of the text"))?;
    }
    let view = reading(message, &limits);
    // Each attachment is a scan of its own, as each download is.
    for file in view.attachments.iter().take(20) {
        attachment(message, file.index).ok_or_else(|| format!("no attachment {}", file.index))?;
    }
    let effects = [
        Effect::Banner { text: "SWEEP-BANNER — do not forward".to_owned(), html: false },
        Effect::TagSubject("[swept]".to_owned()),
        Effect::AddHeader { name: "X-Swept".to_owned(), value: "yes".to_owned() },
    ];
    let edits = for_delivery(message, &effects, Some("mx.acme.example"))
        .map_err(|error| error.to_string())?;
    let edited = wire::edit::apply(message, &edits).map_err(|error| error.to_string())?;
    let again = reading(&edited, &limits);
    if !again.text.contains("SWEEP-BANNER") {
        return Err("the banner is not shown".to_owned());
    }
    if !again.subject.contains("[swept]") {
        return Err(format!("the tag is not shown: {:?}", again.subject));
    }
    let new: Vec<String> = classes(&extract(&edited, &limits).content)
        .into_iter()
        .filter(|class| !classes(&extracted.content).contains(class))
        .collect();
    if !new.is_empty() {
        return Err(format!("new remarks after edits: {new:?}"));
    }
    Ok(extracted)
}

/// The remarks without their places.
fn classes(content: &engine::facts::Content) -> Vec<String> {
    let remarks = content.ambiguous.iter().chain(&content.unreadable).chain(&content.over_limit);
    remarks.map(|remark| remark.split(" (part").next().unwrap_or_default().to_owned()).collect()
}
