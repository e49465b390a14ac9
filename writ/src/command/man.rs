//! `writ man`: manual pages for `man`.

use std::{fs, io, path::PathBuf};

use clap::{Args, CommandFactory as _};
use clap_mangen::Man;

use super::{Arguments, EXIT_CODES};
use crate::{
    done::{Done, Stopped},
    file,
    plain::counted,
};

/// Write manual pages: `writ.1` and one for each command, such as `writ-check.1`.
///
/// Where `man` looks for them is said by `manpath`; a page that is there already is replaced.
#[derive(Args, Debug)]
#[command(name = "man", after_help = EXAMPLES)]
pub(crate) struct ManPages {
    /// The folder to write to; it is made where there is none.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  writ man -o ~/.local/share/man/man1
  writ man -o man && man -l man/writ-check.1";

impl ManPages {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let failed = |path: &PathBuf, source| Stopped::Write { path: path.clone(), source };
        fs::create_dir_all(&self.output).map_err(|source| failed(&self.output, source))?;
        let pages = pages().map_err(|source| failed(&self.output, source))?;
        for (name, text) in &pages {
            let path = self.output.join(name);
            let written = if path.exists() {
                file::replace(&path, text)
            } else {
                file::write_new(&path, text)
            };
            written.map_err(|source| failed(&path, source))?;
        }
        let (count, folder) = (counted(pages.len(), "page", "pages"), self.output.display());
        Ok(Done::fine(format!("wrote {count} to `{folder}`\n")))
    }
}

/// File names and texts.
fn pages() -> io::Result<Vec<(String, String)>> {
    let mut command = Arguments::command();
    command.build();
    let subs: Vec<clap::Command> =
        command.get_subcommands().filter(|it| !it.is_hide_set()).cloned().collect();
    let others: Vec<String> = subs.iter().map(|it| format!("writ-{}", it.get_name())).collect();
    let mut pages = vec![("writ.1".to_owned(), page(command, &others)?)];
    for sub in subs {
        let name = format!("writ-{}.1", sub.get_name());
        let about: Vec<String> = vec!["writ".to_owned(), "writ-help".to_owned()];
        pages.push((name, page(sub, &about)?));
    }
    Ok(pages)
}

/// One page: what clap knows of the command, then its examples, how it ends, files and neighbours.
fn page(command: clap::Command, see_also: &[String]) -> io::Result<String> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let is_whole = command.has_subcommands();
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let man = Man::new(command.name(name)).section("1").manual("Writ");
    let mut octets = Vec::new();
    man.render_title(&mut octets)?;
    man.render_name_section(&mut octets)?;
    man.render_synopsis_section(&mut octets)?;
    man.render_description_section(&mut octets)?;
    man.render_options_section(&mut octets)?;
    if is_whole {
        man.render_subcommands_section(&mut octets)?;
    }
    // What clap writes is text.
    let mut page = String::from_utf8_lossy(&octets).into_owned();
    let examples = examples.strip_prefix("Examples:").filter(|_| !is_whole).unwrap_or_default();
    for (title, text) in [("EXAMPLES", examples), ("EXIT STATUS", EXIT_CODES), ("FILES", FILES)] {
        if !text.trim().is_empty() {
            page.push_str(&format!(".SH {title}\n.nf\n{}\n.fi\n", escaped(text)));
        }
    }
    let others: Vec<String> =
        see_also.iter().map(|it| format!(".BR {} (1)", escaped(it))).collect();
    page.push_str(&format!(".SH \"SEE ALSO\"\n{}\n", others.join(",\n")));
    Ok(page)
}

/// What the commands read.
const FILES: &str = "  *.writ     rules, at any depth of the tree
  writ.toml  marks the folder of a tree; says the edition of the language";

/// Text that roff prints as it stands.
fn escaped(text: &str) -> String {
    let lines = text.trim_matches('\n').lines().map(|line| {
        let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
        if line.starts_with('.') { format!("\\&{line}") } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_page_with_what_a_reader_looks_for() {
        let pages = pages().unwrap();
        let command = Arguments::command();
        for sub in command.get_subcommands().filter(|it| !it.is_hide_set()) {
            let name = format!("writ-{}.1", sub.get_name());
            let page = &pages.iter().find(|it| it.0 == name).expect(&name).1;
            for section in
                ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "\"EXIT STATUS\"", "FILES"]
            {
                let section = section.trim_matches('"');
                assert!(
                    page.contains(&format!(".SH {section}\n"))
                        || page.contains(&format!(".SH \"{section}\"\n")),
                    "{name}: {section}\n{page}"
                );
            }
        }
        assert!(pages[0].1.contains("writ\\-check"), "{}", pages[0].1);
    }

    #[test]
    fn nothing_is_taken_for_a_request() {
        assert_eq!(escaped("\n.a -b 'c' \\d\n"), "\\&.a \\-b \\(aqc\\(aq \\ed");
    }
}
