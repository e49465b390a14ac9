//! `writ lsp`.

use clap::Args;

use crate::{
    done::{Done, Exit, Stopped},
    lsp::{self, Ended},
    progress,
};

/// The language server, which an editor starts and talks with over standard input and output.
///
/// It tells the findings of every file of a tree while it is edited, completes, explains what is under
/// the cursor, goes to declarations and uses, renames, formats and fixes. How to set up Visual Studio Code,
/// Neovim, Helix and Emacs is told in the folder `editors`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Lsp {
    /// Taken for the editors that give it; there is no other way to talk.
    #[arg(long, hide = true)]
    stdio: bool,
}

const EXAMPLES: &str = "\
Examples:
  writ lsp             what an editor runs; it does nothing by itself in a terminal
  :lua vim.lsp.start({ name = 'writ', cmd = { 'writ', 'lsp' } })   in Neovim";

impl Lsp {
    pub(super) fn run(self) -> Result<Done, Stopped> {
        let Self { stdio: _ } = self;
        progress::waits(
            "writ lsp: waiting for an editor, which talks with it over standard input; Ctrl-C ends it",
        );
        let exit = match lsp::run()? {
            Ended::InOrder => Exit::Fine,
            Ended::Otherwise => Exit::Findings,
        };
        Ok(Done { text: String::new(), exit })
    }
}
