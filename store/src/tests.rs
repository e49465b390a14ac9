//! The statements, all of them.
