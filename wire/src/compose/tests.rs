//! What was written, read by another reader.
