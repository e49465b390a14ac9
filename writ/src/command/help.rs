//! `writ help`: the manual in a terminal: commands, topics of the language, pages of codes.

use clap::{Args, CommandFactory as _};
use grammar::{diagnostic::Explained, suggest::closest, vocabulary};

use super::Arguments;
use crate::{
    done::{Done, Stopped},
    manual,
};

/// Explain a word of the language, an error code or a command.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Help {
    /// A topic such as `policy`, `policy from` or `specificity`; a code such as E0430, or `codes`
    /// for a list of all; the name of a command. `word TOPIC` where a command has the same name.
    topic: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  writ help               commands and topics
  writ help policy        the page of an item
  writ help activates at  a line of an item
  writ help specificity   what rules mean
  writ help std           the standard library
  writ help E0430         the page of an error
  writ help codes         every code with its title
  writ help decide        how `writ decide` is used
  writ help word test     the item, where a command has its name";

/// What asks for the language alone.
const WORD: &str = "word";

impl Help {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let mut command = Arguments::command();
        command.build();
        let topic = self.topic.join(" ");
        if topic.is_empty() {
            let usage = command.render_long_help();
            return Ok(Done::fine(format!("{usage}\n{}{MORE}", manual::listed())));
        }
        if let Some(word) = topic.strip_prefix(WORD).filter(|it| it.starts_with(' ')) {
            return language(word.trim()).ok_or_else(|| unknown(word.trim()));
        }
        if let Some(sub) = command.find_subcommand_mut(&topic) {
            let mut usage = sub.render_long_help().to_string();
            if !manual::find(&topic).is_empty() {
                usage.push_str(&format!(
                    "\n`{topic}` is a word of the language, too: `writ help {WORD} {topic}`\n"
                ));
            }
            return Ok(Done::fine(usage));
        }
        if topic == "codes" {
            return Ok(Done::fine(list()));
        }
        let wanted = topic.to_ascii_uppercase();
        let code = all().find(|it| it.code.to_string() == wanted).map(|it| Done::fine(page(it)));
        code.or_else(|| language(&topic)).ok_or_else(|| unknown(&topic))
    }
}

const MORE: &str = "`writ help codes` lists every code.\n";

/// What the manual says of a topic; each section under the name of its page where there are several.
fn language(topic: &str) -> Option<Done> {
    let found = manual::find(topic);
    let several = found.len() > 1;
    let shown: Vec<String> = found
        .iter()
        .map(|(page, text)| {
            let text = manual::render(text);
            if several { format!("[{}]\n{text}", page.name) } else { text }
        })
        .collect();
    (!shown.is_empty()).then(|| Done::fine(shown.join("\n")))
}

/// Every code of the language, those of the parser first.
fn all() -> impl Iterator<Item = &'static Explained> {
    grammar::diagnostic::CODES.iter().chain(engine::code::CODES)
}

fn page(explained: &Explained) -> String {
    let explanation = manual::render(explained.explanation);
    let example = engine::code::example(explained.code).map(|(wrong, right)| {
        format!("\nWrong:\n\n{}\nRight:\n\n{}", indented(wrong), indented(right))
    });
    let example = example.unwrap_or_default();
    format!("{}: {}\n\n{explanation}{example}", explained.code, explained.title)
}

/// Characters of an example's line that are shown.
const EXAMPLE_COLUMNS: usize = 80;

/// Rules as they stand in a file, away from the margin; other files are named above theirs.
fn indented(rules: &str) -> String {
    let named = |line: &str| match line.strip_prefix("=== ") {
        Some("alone") => String::new(),
        Some(file) => format!("    # {file}:\n"),
        None => {
            let shown: String = line.chars().take(EXAMPLE_COLUMNS).collect();
            let more = if shown.len() < line.len() { " …" } else { "" };
            format!("    {shown}{more}\n")
        }
    };
    rules.lines().map(named).collect()
}

/// Every code with its title, errors before lints, by number.
fn list() -> String {
    let mut lines: Vec<String> = all().map(|it| format!("{}  {}\n", it.code, it.title)).collect();
    lines.sort();
    lines.concat()
}

/// Whatever can be asked for: commands, codes, topics of the language.
pub(super) fn topics() -> Vec<String> {
    let command = Arguments::command();
    let commands = command.get_subcommands().map(|it| it.get_name().to_owned());
    let codes = all().map(|it| it.code.to_string());
    commands.chain(["codes".to_owned()]).chain(codes).chain(manual::all()).collect()
}

fn unknown(topic: &str) -> Stopped {
    if let Some(ours) = vocabulary::outcome_called(&topic.to_lowercase()) {
        let said = format!("`{topic}` is called `{ours}` here: `writ help {ours}`");
        return Stopped::Unknown(said);
    }
    let topics = topics();
    let wanted = topic.to_ascii_uppercase();
    let is_code = wanted.starts_with(['E', 'W']) && wanted.contains(|it: char| it.is_ascii_digit());
    let mut begun = topics.iter().filter(|it| is_code && it.starts_with(&wanted));
    let close = || closest(topic, topics.iter().map(String::as_str));
    let pages = manual::speaking_of(topic);
    let hint = match begun.next().map(String::as_str).or_else(close) {
        Some(it) => format!("did you mean `{it}`?"),
        None if pages.is_empty() => {
            "`writ help` lists the topics, `writ help codes` every code".to_owned()
        }
        None => {
            let pages: Vec<String> = pages.iter().map(|it| format!("`writ help {it}`")).collect();
            format!("it is spoken of in {}", pages.join(", "))
        }
    };
    Stopped::Unknown(format!("there is no page `{topic}`; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_and_none_is_given_twice() {
        let codes: Vec<String> = all().map(|it| it.code.to_string()).collect();
        for (at, explained) in all().enumerate() {
            let text = page(explained);
            assert!(text.lines().all(|it| it.chars().count() <= 110), "{text}");
            assert!(!codes[at + 1..].contains(&codes[at]), "{}", codes[at]);
        }
    }
}
