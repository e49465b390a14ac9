//! What commands write, each form in its file.

pub(crate) mod changes;
pub(crate) mod coverage;
pub(crate) mod decision_json;
pub(crate) mod decision_text;
pub(crate) mod detected;
pub(crate) mod difference;
pub(crate) mod extract_json;
pub(crate) mod extract_text;
pub(crate) mod findings;
pub(crate) mod findings_json;
pub(crate) mod junit;
pub(crate) mod mutation;
pub(crate) mod replay;
pub(crate) mod sarif;
pub(crate) mod tests;
pub(crate) mod tests_json;
pub(crate) mod trace;
