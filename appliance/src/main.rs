//! `chancery`: the mail gateway and the recipients' portal, one program with confined roles.
#![forbid(unsafe_code)]

mod audit;
mod backup;
mod channel;
mod command;
mod config;
mod demo;
mod fail;
mod log;
mod notice;
mod protocol;
mod role;
mod sandbox;
mod tally;
mod tls;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    log::start();
    log::tell_of_panics();
    let arguments = command::Arguments::parse();
    let is_service = arguments.is_service();
    match command::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            // Diagnostics of rules come with their own layout; everything else is one line.
            if is_service {
                tracing::error!(event = "chancery.failed", "{error:#}");
            } else {
                command::complain(&format!("chancery: {error:#}\n"));
            }
            ExitCode::FAILURE
        }
    }
}
