//! What could have stood in a place, in the author's words.
//!
//! No rule of the grammar is ever shown by its name: a keyword is shown as its word, or with those that
//! must follow it, and everything else by the table below. A test holds that no rule is forgotten.

use crate::statement::Rule;

/// Phrases for what a rule reads; words in backticks are also candidates for "did you mean".
pub(crate) fn phrases(rule: Rule) -> Vec<String> {
    if let Some((_, phrases)) = PHRASES.iter().find(|(rules, _)| rules.contains(&rule)) {
        return phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    }
    keyword(rule).map_or_else(Vec::new, |keyword| vec![format!("`{keyword}`")])
}

/// The word of a keyword's rule, which is named after it.
pub(crate) fn keyword(rule: Rule) -> Option<String> {
    format!("{rule:?}").strip_prefix("k_").map(str::to_owned)
}

/// Joins phrases as a person would: `a`, `b` or `c`.
pub(crate) fn either(phrases: &[String]) -> String {
    match phrases {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

const PEOPLE: &[&str] = &[
    "`everyone`",
    "`internal`",
    "`external`",
    "`domain`",
    "`anyone`",
    "`nobody`",
    "an address",
    "the name of a set or group",
];

const PHRASES: &[(&[Rule], &[&str])] = &[
    (&[Rule::EOI], &["the end of the line"]),
    // Keywords that never stand without the next one.
    (&[Rule::k_counts], &["`counts as activated`", "`counts as clear`"]),
    (&[Rule::k_over], &["`over verified tls`"]),
    (&[Rule::k_based], &["`based on`"]),
    (&[Rule::comma], &["`,`"]),
    (&[Rule::text, Rule::near_text], &["a text in quotes"]),
    (&[Rule::regex], &["a regular expression between slashes"]),
    (&[Rule::number], &["a whole number"]),
    (&[Rule::amount, Rule::unit, Rule::duration, Rule::size], &["a number with its unit"]),
    (&[Rule::name, Rule::reference, Rule::reference_list], &["a name"]),
    (&[Rule::rank, Rule::rank_word], &["a value"]),
    (&[Rule::address, Rule::any_address], &["an address"]),
    (&[Rule::wildcard], &["a pattern such as `*.acme.example`"]),
    (&[Rule::domain], &["a domain"]),
    (&[Rule::network, Rule::any_network], &["a network"]),
    (&[Rule::ip], &["an IP address"]),
    (&[Rule::date, Rule::moment], &["a date such as `2026-03-02`"]),
    (&[Rule::time], &["a time such as `09:30`"]),
    (&[Rule::zone], &["a time zone such as `Europe/London`"]),
    (&[Rule::loose, Rule::type_entry], &["a word"]),
    (&[Rule::null_sender], &["`<>`"]),
    (&[Rule::below], &["`<`"]),
    (&[Rule::side, Rule::selector_list, Rule::selector], PEOPLE),
    (&[Rule::exceptions], &["`except`"]),
    (&[Rule::one_domain], &["`domain`"]),
    (&[Rule::domains_named], &["`domains`"]),
    (&[Rule::group_named], &["`group`"]),
    (&[Rule::addresses_named], &["`addresses`"]),
    (&[Rule::with_attribute], &["`anyone`"]),
    (&[Rule::at_least], &["`at least`"]),
    (&[Rule::source_list, Rule::source_entry], &["a network", "the name of a `networks` set"]),
    (&[Rule::range], &["`from`", "`until`"]),
    (&[Rule::first_day], &["`from`"]),
    (&[Rule::last_day], &["`until`"]),
    (&[Rule::term_option], &["`weight`", "`whole word`", "`any case`", "`exact case`", "`within`"]),
    (&[Rule::weight_option], &["`weight`"]),
    (&[Rule::within_option], &["`within`"]),
    (&[Rule::near_option], &["`within`", "`whole word`"]),
    (
        &[Rule::scope],
        &["`subject`", "`body`", "`headers`", "`attachment names`", "`attachment text`"],
    ),
    (&[Rule::attachment_scope], &["`attachment names`", "`attachment text`"]),
    (&[Rule::findable], &["a text in quotes", "the name of a pattern or of terms"]),
    (&[Rule::count_option], &["`distinct`", "`up to`"]),
    (&[Rule::cap], &["`up to`"]),
    (&[Rule::inbox], &["`inbox`"]),
    (&[Rule::banner], &["a text in quotes", "`html`", "`none`"]),
    (
        &[Rule::outcome],
        &[
            "`deliver`",
            "`secure`",
            "`hold`",
            "`bounce`",
            "`reject`",
            "`take no action`",
            "`disable secure messaging`",
        ],
    ),
    (&[Rule::otherwise], &["`deliver`", "`secure`", "`hold`", "`bounce`", "`reject`"]),
    (
        &[Rule::spoken, Rule::expected],
        &["`deliver`", "`secure`", "`hold`", "`bounce`", "`reject`", "`take no action`"],
    ),
    (&[Rule::besides], &["`also`"]),
    (&[Rule::strip_tag], &["`strip tag`"]),
    (&[Rule::copy_option], &["an option such as `print denied`"]),
    (&[Rule::deliver, Rule::spoken_deliver], &["`deliver`"]),
    (&[Rule::verified_tls], &["`over verified tls`"]),
    (&[Rule::secure, Rule::spoken_secure], &["`secure`"]),
    (&[Rule::hold], &["`hold`"]),
    (&[Rule::bounce, Rule::spoken_bounce], &["`bounce`"]),
    (&[Rule::reject, Rule::spoken_reject], &["`reject`"]),
    (&[Rule::take_no_action], &["`take no action`"]),
    (&[Rule::disable], &["`disable secure messaging`"]),
    (&[Rule::effect], &["`notify`", "`banner`", "`add header`", "`copy to`", "`tag subject`"]),
    (&[Rule::notify], &["`notify`"]),
    (&[Rule::effect_banner], &["`banner`"]),
    (&[Rule::add_header], &["`add header`"]),
    (&[Rule::copy_to], &["`copy to`"]),
    (&[Rule::tag_subject], &["`tag subject`"]),
    (
        &[Rule::condition, Rule::question],
        &[
            "`not`",
            "the name of an examination",
            "`attachment`",
            "`message`",
            "`more`",
            "`language`",
            "`fingerprint`",
            "`spf`",
            "`dkim`",
            "`dmarc`",
            "`sender`",
        ],
    ),
    (&[Rule::about_attachment], &["`attachment`"]),
    (&[Rule::attachment_type], &["`type`"]),
    (&[Rule::attachment_name], &["`name`"]),
    (&[Rule::attachment_larger], &["`larger`"]),
    (&[Rule::about_message], &["`message`"]),
    (&[Rule::about_recipients], &["`more`"]),
    (&[Rule::about_language], &["`language`"]),
    (&[Rule::about_fingerprint], &["`fingerprint`"]),
    (&[Rule::about_authentication], &["`spf`", "`dkim`", "`dmarc`"]),
    (&[Rule::about_sender], &["`sender`"]),
    (&[Rule::about_examination], &["the name of an examination"]),
    (&[Rule::because], &["`because`"]),
    (&[Rule::found], &["`scores`", "`activates`", "`does not activate`"]),
    (&[Rule::does_not], &["`does not activate`"]),
];

#[cfg(test)]
mod tests {
    use super::{Rule, phrases};

    #[test]
    fn every_rule_that_can_be_expected_has_words() {
        for rule in Rule::all_rules() {
            let name = format!("{rule:?}");
            // A statement, an item's head and what is only used for looking ahead are never expected.
            let whole = ["_line", "_head", "_entry"].iter().any(|end| name.ends_with(end));
            let inner = [
                "WHITESPACE",
                "COMMENT",
                "quote_mark",
                "word_char",
                "word_rest",
                "reserved",
                "permission",
                "counts_as",
                "of_copy",
                "item",
            ];
            if (whole && name != "source_entry" && name != "type_entry")
                || inner.contains(&name.as_str())
            {
                continue;
            }
            let words = phrases(*rule);
            assert!(!words.is_empty(), "{name} has no words");
            assert!(words.iter().all(|word| !word.contains('_')), "{name} is shown as {words:?}");
        }
    }
}
