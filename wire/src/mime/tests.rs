//! Tests of the scanner as a whole.
