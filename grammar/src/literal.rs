//! Values that a person could get wrong: each has a parser, a type and words for what is wrong.
//!
//! Every `parse` takes the text as the author wrote it, without surrounding space.
//! Every error says in the author's words what is there, and `offer` says what to write instead
//! where that can be known. The mail side reads its addresses and networks with the same functions.

mod address;
mod date;
mod domain;
mod duration;
mod header_name;
mod network;
mod range;
mod refusal;
mod regex;
mod size;
mod text;
mod whole;
mod written_date;
mod zone;

#[cfg(test)]
mod tests;

pub use self::{
    address::{Address, AddressError},
    date::{Date, DateError, Moment, MomentError, Time},
    domain::{Domain, DomainError, DomainPattern},
    duration::{Duration, DurationError},
    header_name::{HeaderName, HeaderNameError},
    network::{IpError, Network, NetworkError, parse_ip},
    refusal::Refusal,
    regex::{RegexText, RegexTextError},
    size::{Size, SizeError},
    text::{QuotedText, QuotedTextError},
    zone::{Zone, ZoneError},
};
