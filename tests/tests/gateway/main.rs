//! Black-box tests of the gateway: real programs, real clients, files on a real disk.
#![forbid(unsafe_code)]

mod audit;
mod authentication;
mod backup;
mod bundle;
mod configuration;
mod crash;
mod decisions;
mod digest;
mod disk;
mod examiners;
mod faults;
mod held;
mod inbound;
mod keys;
mod lines;
mod lists;
mod lmtp;
mod malformed;
mod metrics;
mod neighbours;
mod nodes;
mod orders;
mod outbound;
mod relay;
mod reload;
mod routes;
mod sealing;
mod secured;
mod shadow;
mod signing;
mod silence;
mod smarthost;
mod smuggling;
mod strangers;
mod strictness;
mod submission;
mod turns;

use std::time::Duration;

/// The rules of most tests: one word a decision.
const RULES: &str = include_str!("../../rules/gateway.writ");
/// How long anything that follows from a message may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A sender of ours.
const ALICE: &str = "alice@acme.example";
/// A recipient of ours.
const CAROL: &str = "carol@acme.example";
/// A recipient elsewhere.
const BOB: &str = "bob@shop.example";
/// Another one.
const PRESS: &str = "press@paper.example";
