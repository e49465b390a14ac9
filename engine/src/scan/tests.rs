//! Cases of the scan: scores by the book.
