//! The configuration file: what an operator decides that is not a rule.

mod check;
mod file;
mod template;

pub(crate) use check::Config;
pub(crate) use template::{CONFIGURATION, write as write_template, write_rules};
