//! The pages, one folder each: a handler (parse, permit, fetch, render), a view, its words.

pub(crate) mod attachment;
pub(crate) mod delete;
pub(crate) mod forgot;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod inbox;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod picture;
pub(crate) mod print;
pub(crate) mod refusal;
pub(crate) mod register;
pub(crate) mod reply;
pub(crate) mod reset;
pub(crate) mod sender;
pub(crate) mod sent;
