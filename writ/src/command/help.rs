//! `writ help`: the usage, or the manual page of an error code.

use clap::{Args, CommandFactory as _};
use grammar::diagnostic::Explained;

use super::Arguments;
use crate::done::{Done, Stopped};

/// Explain an error code, or show how a command is used.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Help {
    /// A code such as E0430 or W0302, `codes` for a list of all, or the name of a command.
    topic: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  writ help           all commands
  writ help E0430     the manual page of an error
  writ help codes     every code with its title
  writ help decide    how `writ decide` is used";

/// Columns of a paragraph.
const COLUMNS: usize = 90;

impl Help {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let mut command = Arguments::command();
        command.build();
        let Some(topic) = self.topic else {
            return Ok(Done::fine(command.render_long_help().to_string()));
        };
        if let Some(sub) = command.find_subcommand_mut(&topic) {
            return Ok(Done::fine(sub.render_long_help().to_string()));
        }
        if topic == "codes" {
            return Ok(Done::fine(list()));
        }
        let wanted = topic.to_ascii_uppercase();
        let found = all().find(|it| it.code.to_string() == wanted);
        found.map(|it| Done::fine(page(it))).ok_or_else(|| unknown(&topic))
    }
}

/// Every code of the language, those of the parser first.
fn all() -> impl Iterator<Item = &'static Explained> {
    grammar::diagnostic::CODES.iter().chain(engine::code::CODES)
}

fn page(explained: &Explained) -> String {
    let mut out = format!("{}: {}\n", explained.code, explained.title);
    for paragraph in explained.explanation.split("\n\n") {
        out.push('\n');
        out.push_str(&wrapped(paragraph));
    }
    out
}

fn list() -> String {
    all().map(|it| format!("{}  {}\n", it.code, it.title)).collect()
}

fn unknown(topic: &str) -> Stopped {
    let codes: Vec<String> = all().map(|it| it.code.to_string()).collect();
    let command = Arguments::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let wanted = topic.to_ascii_uppercase();
    let begun = codes.iter().find(|it| it.starts_with(&wanted)).map(String::as_str);
    let close = || grammar::suggest::closest(topic, codes.iter().map(String::as_str).chain(names));
    let hint = begun.or_else(close).map_or_else(
        || "`writ help codes` lists every code".to_owned(),
        |it| format!("did you mean `{it}`?"),
    );
    Stopped::Unknown(format!("there is no page `{topic}`; {hint}"))
}

/// Breaks a paragraph between words.
fn wrapped(paragraph: &str) -> String {
    let mut out = String::new();
    let mut column = 0_usize;
    for word in paragraph.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && COLUMNS < column.saturating_add(length).saturating_add(1) {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column = column.saturating_add(1);
        }
        out.push_str(word);
        column = column.saturating_add(length);
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_and_none_is_given_twice() {
        let codes: Vec<String> = all().map(|it| it.code.to_string()).collect();
        for (at, explained) in all().enumerate() {
            let text = page(explained);
            assert!(text.lines().all(|it| it.chars().count() <= COLUMNS + 20), "{text}");
            assert!(!codes[at + 1..].contains(&codes[at]), "{}", codes[at]);
        }
    }
}
