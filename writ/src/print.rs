//! The only place that writes to the terminal.

use std::{
    error::Error,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use grammar::diagnostic::Colour;

use crate::{
    done::{Done, Exit, Stopped},
    plain::{plain, reason},
};

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub(crate) enum ColourChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColourChoice {
    /// Whether standard output gets colours.
    pub(crate) fn resolve(self) -> Colour {
        let wanted = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
                !refused && io::stdout().is_terminal()
            }
        };
        if wanted { Colour::Ansi } else { Colour::Plain }
    }
}

/// Writes what a command says.
pub(crate) fn done(done: &Done) -> ExitCode {
    let mut out = io::stdout().lock();
    let written = out.write_all(done.text.as_bytes()).and_then(|()| out.flush());
    match written {
        // Who stopped reading, as `writ explain … | head` does, has what they wanted.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            stopped(&Stopped::Write { path: "standard output".into(), source: error })
        }
        Ok(()) | Err(_) => ExitCode::from(done.exit.number()),
    }
}

/// Writes why a command could not do its work, with all causes.
pub(crate) fn stopped(stopped: &Stopped) -> ExitCode {
    let mut text = match stopped.exit() {
        // The findings come first, and say what they are.
        Exit::Findings => stopped.to_string(),
        // A finding in a settings file begins with its own code.
        Exit::Fine | Exit::Gate | Exit::Undecided | Exit::Usage
            if stopped.to_string().starts_with("error[") =>
        {
            stopped.to_string().trim_end().to_owned()
        }
        Exit::Fine | Exit::Gate | Exit::Undecided | Exit::Usage => format!("error: {stopped}"),
    };
    let mut cause = stopped.source();
    while let Some(error) = cause {
        let words = match error.downcast_ref::<io::Error>() {
            Some(system) => reason(system),
            None => error.to_string(),
        };
        text.push_str(&format!(": {words}"));
        cause = error.source();
    }
    // Nobody is left to be told when even this fails.
    let _ = writeln!(io::stderr().lock(), "{}", plain(&text));
    ExitCode::from(stopped.exit().number())
}
