//! The decision by addresses: ours, an ideal program, and the peers.

fn main() {}
