//! Edits over whole messages.
