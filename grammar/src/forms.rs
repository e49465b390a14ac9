//! Which items and which lines there are: the first words of every statement, and the rule that reads it.
//!
//! The parser finds the rule of a line here; the formatter finds here where the value of a line begins.

use crate::statement::Rule;

/// A kind of statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Its first words.
    pub(crate) key: &'static str,
    /// What reads it.
    pub(crate) rule: Rule,
    /// How often a block may have it.
    pub(crate) times: Times,
}

/// How often a block may have a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Times {
    Many,
    Once,
}

/// What a block holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockForm {
    /// With its article, for messages: `a policy`.
    pub(crate) called: &'static str,
    /// Its lines.
    pub(crate) lines: Lines,
}

/// What the lines of a block are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lines {
    /// Entries of a set, all read by one rule.
    Entries(Rule),
    /// Properties, each with its first words.
    Properties(&'static [Form]),
}

const fn once(key: &'static str, rule: Rule) -> Form {
    Form { key, rule, times: Times::Once }
}

const fn many(key: &'static str, rule: Rule) -> Form {
    Form { key, rule, times: Times::Many }
}

/// Statements outside of any block.
pub(crate) const ITEMS: &[Form] = &[
    once("writ", Rule::edition_line),
    many("use", Rule::use_line),
    many("organisation", Rule::named_head),
    many("addresses", Rule::named_head),
    many("domains", Rule::named_head),
    many("networks", Rule::named_head),
    many("group", Rule::group_line),
    many("attribute", Rule::attribute_head),
    many("terms", Rule::named_head),
    many("pattern", Rule::named_head),
    many("examination", Rule::named_head),
    many("fingerprints", Rule::fingerprints_head),
    many("definition", Rule::definition_head),
    many("default", Rule::default_line),
    many("policy", Rule::named_head),
    many("request", Rule::named_head),
    many("bypass", Rule::named_head),
    many("test", Rule::test_head),
    many("assert", Rule::assert_head),
];

/// A kind of item, or the message of a test, with the first words of the lines of its block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ItemWords {
    /// The first word: `policy`.
    pub item: &'static str,
    /// The first words of each line, in the order of the canonical form; none for a set of entries.
    pub lines: Vec<&'static str>,
}

/// Every item of the language with its lines, for manuals.
#[must_use]
pub fn vocabulary() -> Vec<ItemWords> {
    let items = ITEMS.iter().map(|it| it.key).filter(|it| *it != "writ").chain(["message"]);
    let lines = |item| match block_form(item).map(|it| it.lines) {
        Some(Lines::Properties(forms)) => forms.iter().map(|it| it.key).collect(),
        Some(Lines::Entries(_)) | None => Vec::new(),
    };
    items.map(|item| ItemWords { item, lines: lines(item) }).collect()
}

/// Whether the word begins an item.
pub(crate) fn is_item(word: &str) -> bool {
    ITEMS.iter().any(|form| form.key == word)
}

/// Whether the word begins an item that cannot do without a block.
pub(crate) fn needs_block(word: &str) -> bool {
    is_item(word) && !matches!(word, "writ" | "use" | "group" | "attribute" | "default")
}

/// The block of an item, or of a message; none for items that have no block.
pub(crate) fn block_form(word: &str) -> Option<BlockForm> {
    let (called, lines) = match word {
        "organisation" => ("an organisation", Lines::Properties(ORGANISATION)),
        "addresses" => ("a set of addresses", Lines::Entries(Rule::address_entry)),
        "domains" => ("a set of domains", Lines::Entries(Rule::domain_entry)),
        "networks" => ("a set of networks", Lines::Entries(Rule::network_entry)),
        "attribute" => ("an attribute", Lines::Properties(ATTRIBUTE)),
        "terms" => ("a set of terms", Lines::Entries(Rule::term_entry)),
        "pattern" => ("a pattern", Lines::Properties(PATTERN)),
        "examination" => ("an examination", Lines::Properties(EXAMINATION)),
        "fingerprints" => ("fingerprints", Lines::Properties(FINGERPRINTS)),
        "definition" => ("a definition", Lines::Properties(DEFINITION)),
        "policy" => ("a policy", Lines::Properties(POLICY)),
        "request" => ("a request", Lines::Properties(REQUEST)),
        "bypass" => ("a bypass", Lines::Properties(BYPASS)),
        "test" => ("a test", Lines::Properties(TEST)),
        "message" => ("a message", Lines::Properties(MESSAGE)),
        "assert" => ("an assertion", Lines::Properties(ASSERT)),
        _ => return None,
    };
    Some(BlockForm { called, lines })
}

/// The kinds of block that have a line with this first word, for advice on a misplaced one.
pub(crate) fn blocks_with(word: &str) -> Vec<&'static str> {
    let words = [
        "organisation",
        "pattern",
        "examination",
        "fingerprints",
        "definition",
        "policy",
        "request",
        "bypass",
        "test",
        "message",
        "assert",
    ];
    let has = |form: &BlockForm| match form.lines {
        Lines::Entries(_) => false,
        Lines::Properties(forms) => {
            forms.iter().any(|form| form.key.split(' ').next() == Some(word))
        }
    };
    words.into_iter().filter_map(block_form).filter(has).map(|form| form.called).collect()
}

/// The form that a statement begins with: the one with most of its first words.
pub(crate) fn form_of<'f>(forms: &'f [Form], words: &[&str]) -> Option<&'f Form> {
    let matching = |form: &&Form| {
        let key: Vec<&str> = form.key.split(' ').collect();
        words.get(..key.len()) == Some(key.as_slice())
    };
    let whole = forms.iter().filter(matching).max_by_key(|form| form.key.split(' ').count());
    whole.or_else(|| forms.iter().find(|form| form.key.split(' ').next() == words.first().copied()))
}

const ORGANISATION: &[Form] = &[
    many("domains", Rule::organisation_domains_line),
    once("time zone", Rule::time_zone_line),
    once("postmaster", Rule::postmaster_line),
    once("help desk", Rule::help_desk_line),
    once("retention", Rule::retention_line),
    once("message size", Rule::message_size_line),
    once("on error", Rule::on_error_line),
    many("relay networks", Rule::relay_networks_line),
];

const ATTRIBUTE: &[Form] = &[once("order", Rule::order_line)];

const PATTERN: &[Form] = &[
    once("match", Rule::match_line),
    many("check", Rule::check_line),
    once("weight", Rule::weight_line),
    once("near", Rule::near_line),
    many("accepts", Rule::accepts_line),
    many("rejects", Rule::rejects_line),
];

const EXAMINATION: &[Form] = &[
    once("look in", Rule::look_in_line),
    many("count", Rule::count_line),
    many("require", Rule::require_line),
    many("veto", Rule::veto_line),
    many("less", Rule::less_line),
    many("ignore", Rule::ignore_line),
    once("activates", Rule::activates_line),
    once("unreadable", Rule::unreadable_line),
    once("ambiguous", Rule::ambiguous_line),
    once("over limit", Rule::over_limit_line),
];

const FINGERPRINTS: &[Form] = &[
    once("at least", Rule::at_least_line),
    once("unreadable", Rule::unreadable_line),
    once("ambiguous", Rule::ambiguous_line),
    once("over limit", Rule::over_limit_line),
];

const DEFINITION: &[Form] = &[
    once("description", Rule::description_line),
    once("internal", Rule::internal_line),
    once("print", Rule::print_line),
    once("reply", Rule::reply_line),
    once("reply all", Rule::reply_all_line),
    once("forward", Rule::forward_line),
    once("expires", Rule::expires_line),
    once("on expiry", Rule::on_expiry_line),
    once("extension", Rule::extension_line),
    once("read receipt", Rule::read_receipt_line),
    once("notice", Rule::notice_line),
    once("banner", Rule::banner_line),
    once("refusal", Rule::refusal_line),
    once("available to", Rule::available_to_line),
];

const POLICY: &[Form] = &[
    once("why", Rule::why_line),
    once("owner", Rule::owner_line),
    once("from", Rule::from_line),
    once("to", Rule::to_line),
    once("between", Rule::between_line),
    once("compare", Rule::compare_line),
    once("source", Rule::source_line),
    once("valid", Rule::valid_line),
    once("disabled", Rule::disabled_line),
    once("when", Rule::when_line),
    once("then", Rule::then_line),
    many("also", Rule::also_line),
    many("override", Rule::override_line),
];

const REQUEST: &[Form] = &[
    once("why", Rule::why_line),
    once("from", Rule::from_line),
    once("to", Rule::to_line),
    many("subject", Rule::subject_contains_line),
    many("header", Rule::header_sign_line),
    once("valid", Rule::valid_line),
    once("disabled", Rule::disabled_line),
    once("then", Rule::then_line),
    many("also", Rule::also_line),
    once("strip", Rule::strip_line),
];

const BYPASS: &[Form] = &[
    once("why", Rule::why_line),
    once("owner", Rule::owner_line),
    once("from", Rule::from_line),
    once("to", Rule::to_line),
    once("compare", Rule::compare_line),
    once("source", Rule::source_line),
    once("valid", Rule::valid_line),
    once("disabled", Rule::disabled_line),
    many("skips", Rule::skips_line),
    once("then", Rule::then_line),
    many("override", Rule::override_line),
];

const TEST: &[Form] = &[
    once("message", Rule::message_head),
    many("given", Rule::given_line),
    many("expect", Rule::expect_line),
];

const MESSAGE: &[Form] = &[
    once("from", Rule::message_from_line),
    once("to", Rule::message_to_line),
    once("source", Rule::peer_line),
    once("at", Rule::at_line),
    once("subject", Rule::subject_line),
    once("body", Rule::body_line),
    many("header", Rule::header_line),
    many("attach", Rule::attach_line),
];

const ASSERT: &[Form] = &[
    once("from", Rule::from_line),
    once("to", Rule::to_line),
    once("source", Rule::source_line),
    once("when", Rule::when_line),
    once("outcome", Rule::outcome_line),
    many("unless", Rule::unless_line),
];
