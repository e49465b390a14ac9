//! HTML as a reader sees it, and cleaned for showing.

mod clean;
mod element;
mod entity;
mod flow;
mod lexer;
mod nested;
mod pictures;
mod sheet;
mod style;
mod text;
mod weight;

pub(crate) use clean::clean;
pub(crate) use entity::{decode_entities, escape};
pub(crate) use flow::differing;
pub(crate) use lexer::{Lexer, Token, attribute};
pub use pictures::with_picture_urls;
pub(crate) use text::{Page, page};
