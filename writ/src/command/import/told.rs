//! What an import tells: on the terminal, in `IMPORT.md`, in front of a file of dictionaries.

use std::path::Path;

use crate::{
    import::{
        Imported,
        change::{Change, Class},
        naming::Space,
    },
    plain::{counted, plain_line},
};

/// Places of one sentence that the terminal shows; `IMPORT.md` has them all.
const PLACES_MAX: usize = 8;

/// Sentences of one heading that the terminal shows.
const SENTENCES_MAX: usize = 60;

/// One sentence, and everything that it is said of.
struct Sentence<'c> {
    said: &'c str,
    of: Vec<&'c Change>,
}

/// For the terminal.
pub(super) fn printed(imported: &Imported, output: &Path, wrote: usize) -> String {
    let mut out = format!("{}\n", brought(imported));
    let output = output.display();
    out.push_str(&format!("wrote {} to `{output}`\n", counted(wrote, "file", "files")));
    for class in Class::ALL {
        let sentences = sentences(imported, class);
        if sentences.is_empty() {
            continue;
        }
        let count = imported.changes.of(class).len();
        out.push_str(&format!("\n{} ({count}):\n", class.heading()));
        for sentence in sentences.iter().take(SENTENCES_MAX) {
            out.push_str(&format!("  {}\n", plain_line(sentence.said)));
            for change in sentence.of.iter().take(PLACES_MAX) {
                out.push_str(&format!(
                    "    {}  {}\n",
                    plain_line(&change.place),
                    plain_line(&change.subject)
                ));
            }
            let more = sentence.of.len().saturating_sub(PLACES_MAX);
            if more > 0 {
                out.push_str(&format!("    and {more} more\n"));
            }
        }
        let more = sentences.len().saturating_sub(SENTENCES_MAX);
        if more > 0 {
            out.push_str(&format!(
                "  and {} more, in IMPORT.md\n",
                counted(more, "sentence", "sentences")
            ));
        }
    }
    let counts = imported.counts;
    if counts.lints > 0 {
        let lints = counted(counts.lints, "lint", "lints");
        out.push_str(&format!("\n`writ check {output}` has {lints} on the rules\n"));
    }
    if !imported.changes.of(Class::Weaker).is_empty() {
        out.push_str("\nDecide what is under \"Protects less, or may\"; then `--accept-changes` ends with exit code 0.\n");
    }
    out
}

/// How much there is, in a sentence.
fn brought(imported: &Imported) -> String {
    let counts = imported.counts;
    let parts = [
        (counts.policies, "policy", "policies"),
        (counts.bypasses, "bypass", "bypasses"),
        (counts.definitions, "definition", "definitions"),
        (counts.examinations, "examination", "examinations"),
        (counts.people, "set or group", "sets and groups"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|it| it.0 > 0).map(|it| counted(it.0, it.1, it.2)).collect();
    let tests = match counts.tests {
        0 => String::new(),
        tests => format!("; {}", counted(tests, "test passes", "tests pass")),
    };
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    format!("brought over: {parts}{tests}")
}

fn sentences(imported: &Imported, class: Class) -> Vec<Sentence<'_>> {
    let mut sentences: Vec<Sentence<'_>> = Vec::new();
    for change in imported.changes.of(class) {
        match sentences.iter_mut().find(|it| it.said == change.said) {
            Some(sentence) => sentence.of.push(change),
            None => sentences.push(Sentence { said: &change.said, of: vec![change] }),
        }
    }
    sentences
}

/// `IMPORT.md`.
pub(super) fn document<'f>(imported: &Imported, files: impl Iterator<Item = &'f str>) -> String {
    let from: Vec<String> = files.map(|it| format!("`{}`", inline(it))).collect();
    let mut out = format!(
        "# What was brought over\n\nFrom {}.\n{}.\n",
        from.join(", "),
        capital(&brought(imported))
    );
    for class in Class::ALL {
        let sentences = sentences(imported, class);
        let count = imported.changes.of(class).len();
        out.push_str(&format!("\n## {} ({count})\n\n{}\n", class.heading(), meaning(class)));
        for sentence in &sentences {
            out.push_str(&format!("\n- {}.\n", capital(&inline_code(sentence.said))));
            for change in &sentence.of {
                out.push_str(&format!(
                    "  - {}: {}\n",
                    inline(&change.place),
                    inline(&change.subject)
                ));
            }
        }
    }
    out.push_str(ALWAYS);
    out.push_str("\n## Names\n\n| in the export | here | what |\n|---|---|---|\n");
    for (space, called, name) in imported.names.given() {
        out.push_str(&format!("| {} | `{name}` | {} |\n", inline(called), Space::title(*space)));
    }
    out
}

/// In front of a file of dictionaries.
pub(super) fn comments(imported: &Imported) -> String {
    let mut out = String::new();
    for class in Class::ALL {
        let sentences = sentences(imported, class);
        if !sentences.is_empty() {
            out.push_str(&format!("# {}:\n", class.heading()));
        }
        for sentence in sentences {
            out.push_str(&format!("#   {}\n", plain_line(sentence.said)));
            for change in sentence.of {
                out.push_str(&format!(
                    "#     {}  {}\n",
                    plain_line(&change.place),
                    plain_line(&change.subject)
                ));
            }
        }
    }
    out
}

fn meaning(class: Class) -> &'static str {
    match class {
        Class::Weaker => "Decide each of these.",
        Class::Stricter => {
            "Nothing gets through that did not before; more may be secured, held or refused."
        }
        Class::Same => "Nothing becomes different for mail.",
    }
}

/// What is different for every import.
const ALWAYS: &str = "
## Always different

- A routing policy wins by being at least as specific on both sides and more specific on one; where the other product has a tie, the check asks you to say which one wins.
- Content policies add up: every one whose examination activates adds its protection, and the most protective outcome is done.
- A bypass believes an internal sender only from the organisation's own mail servers, or from who has authenticated.
- The sender of bounces, which has no address, is neither internal nor external; `everyone` includes it.
- Text is compared without regard to case, width and line breaks, and the two forms of one text, plain and HTML, count once.
- A line of a dictionary counts every time that it is found; its highest score is that of the whole message.
";

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// Text of a stranger in Markdown, where it is only text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for character in plain_line(text).chars() {
        if "\\`*_{}[]<>()#+!|&~".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// The same where what stands in back-quotes is code.
fn inline_code(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return inline(text);
    }
    let mut out = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        if !number.is_multiple_of(2) {
            out.push_str(&format!("`{}`", plain_line(piece)));
        } else {
            out.push_str(&inline(piece));
        }
    }
    out
}
