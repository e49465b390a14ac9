//! HTML as a reader sees it, and cleaned for showing.

mod clean;
mod element;
mod entity;
mod flow;
mod joints;
mod lexer;
mod nested;
mod page;
mod pictures;
mod sheet;
mod style;
mod text;
mod weight;

pub(crate) use clean::clean;
pub(crate) use entity::{decode_entities, escape};
pub(crate) use flow::differing;
pub(crate) use lexer::{Lexer, Token, attribute};
pub(crate) use page::{Page, page};
pub use pictures::with_picture_urls;
