//! The configuration file: what an operator decides that is not a rule.

mod check;
mod database;
mod fault;
mod file;
mod form;
mod hops;
mod logins;
mod template;
mod words;

pub(crate) use check::Config;
pub(crate) use logins::password;
pub(crate) use template::{CONFIGURATION, write as write_template, write_rules};
