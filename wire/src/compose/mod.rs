//! Writes mail: messages, delivery reports, trace lines.
