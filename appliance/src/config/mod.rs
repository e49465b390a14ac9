//! The configuration file: what an operator decides that is not a rule.

mod check;
mod file;
mod template;

pub(crate) use check::{Config, ConfigError};
pub(crate) use file::File;
pub(crate) use template::write as write_template;
