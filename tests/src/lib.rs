//! What the black-box tests share: the real programs started in a folder of their own, a next hop
//! that keeps what it gets, clients, and a byte search.
//!
//! Nothing here knows a crate of ours: everything is seen through ports, files and processes.
#![forbid(unsafe_code)]

pub mod appliance;
pub mod browser;
pub mod certificate;
pub mod client;
pub mod dns;
pub mod mail;
pub mod ports;
pub mod postfix;
pub mod postgres;
pub mod program;
pub mod python;
pub mod search;
pub mod secured;
pub mod sink;
pub mod textmate;
pub mod wait;
