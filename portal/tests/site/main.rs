//! The site from outside: requests in, pages out, as a browser without scripts makes them.
//!
//! The store is real and in memory, so is the cryptography; `world` stands where the appliance's
//! sockets are.

mod letters;
mod world;

#[cfg(test)]
mod access;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod download;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod forgery;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod links;
#[cfg(test)]
mod log;
#[cfg(test)]
mod login;
#[cfg(test)]
mod output;
#[cfg(test)]
mod reply;
#[cfg(test)]
mod sessions;
