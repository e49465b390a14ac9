//! Transcripts of the client.
