//! What each item and each line of a block is for, in a sentence or two.

/// An item, or the block of a message.
const ITEMS: &[(&str, &str)] = &[
    ("writ", "The edition of the language; the first line of every file: `writ 1`."),
    (
        "use",
        "Brings in names: `use std` the shipped library, `use \"file.writ\" as alias` another file of the tree.",
    ),
    (
        "organisation",
        "Who we are. Its `domains` are `internal`; every other domain is `external`. One in a tree.",
    ),
    ("addresses", "A set of addresses, to be named in `from`, `to`, `except`, `hold for`."),
    ("domains", "A set of domains. `*.x.example` is everything below `x.example`, never itself."),
    ("networks", "A set of networks, to be named in `source`: `192.0.2.0/24`, `2001:db8::/32`."),
    ("group", "A group of the directory: `group finance from directory \"groups/finance\"`."),
    (
        "attribute",
        "An attribute of the directory. An `order` line, lowest first, allows `is at least`.",
    ),
    (
        "terms",
        "A dictionary: texts to find, each with options such as `weight 4, whole word` and `near \"…\"`.",
    ),
    ("pattern", "A regular expression with its checks, and values that it must accept and reject."),
    (
        "examination",
        "What is looked for in a message, how it is counted, and from which score on it activates.",
    ),
    (
        "fingerprints",
        "Documents or values that were fingerprinted into a file: what `fingerprint NAME` in a `when` asks.",
    ),
    (
        "definition",
        "How secured messages behave: print, reply, forward, expiry, banner. `based on` takes over another one.",
    ),
    ("default", "What happens to mail that no routing policy applies to; `deliver` when absent."),
    (
        "policy",
        "What happens to mail from some people to others. With `when` it is a content policy: those accumulate. Without, a routing policy: the most specific one wins.",
    ),
    (
        "request",
        "What a sender may ask for, by a tag in the subject or a header. It can only raise protection.",
    ),
    ("bypass", "An exception with an owner and an end: it takes protection away."),
    ("test", "A message and what must happen to it."),
    ("message", "The message of a test, written out or from a file."),
    (
        "assert",
        "What must `never` or `always` happen, or must be `reachable`, over all test messages.",
    ),
];

/// A line of a block; an empty block stands for every block that has the line.
const LINES: &[(&str, &str, &str)] = &[
    ("", "why", "The reason, for whoever reads the rule in a year."),
    ("", "owner", "The address of whoever answers for it."),
    (
        "",
        "from",
        "The sender side: `everyone`, `internal`, `external`, `nobody` (the null sender), `domain x`, a set, `group NAME`, `anyone with ATTRIBUTE is VALUE`, addresses; then `except …`. Everyone when absent.",
    ),
    ("", "to", "The recipient side, in the same words as `from`. Everyone when absent."),
    ("policy", "between", "`between A and B` applies in both directions; not for what secures."),
    ("", "compare", "Which From is read: `envelope` (when absent), `header`, or `either`."),
    ("", "source", "The networks that the message comes from; any when absent."),
    ("message", "source", "The peer's address."),
    ("message", "from", "The envelope sender; `nobody` for the null sender."),
    ("message", "to", "The envelope recipients."),
    (
        "",
        "valid",
        "`valid from 2026-01-01 until 2026-12-31`, both days included; `always`; for a bypass `forever`.",
    ),
    ("", "disabled", "It does nothing until the line is removed."),
    (
        "",
        "when",
        "Conditions joined by `and`; `not` before one negates it: `EXAMINATION activates`, `attachment type is pdf`, `message larger than 10 MiB`, `more than 20 recipients`, `spf fails`, `sender uses tls`.",
    ),
    (
        "",
        "then",
        "What happens: `deliver`, `deliver over verified tls otherwise …`, `secure with DEFINITION`, `hold for GROUP`, `bounce \"text\"`, `reject \"text\"`, `take no action`.",
    ),
    (
        "bypass",
        "then",
        "`disable secure messaging`, or `take no action`, which shields from a less specific bypass.",
    ),
    (
        "",
        "also",
        "An effect beside the outcome: `notify ADDRESS`, `banner \"text\"`, `add header \"Name\" \"value\"`, `copy to ADDRESS`, `tag subject \"text\"`.",
    ),
    (
        "",
        "override",
        "Alone: beats every rule of its kind that is not an override. `override NAME`: beats exactly that one.",
    ),
    ("bypass", "skips", "The examinations or content policies that do not apply."),
    ("request", "subject", "`subject contains \"[secure]\"`: the tag that asks."),
    ("message", "subject", "The subject."),
    ("request", "header", "`header \"X-Name\" is \"value\"`: the header that asks."),
    (
        "message",
        "header",
        "`header \"Name\" \"value\"`, or `header from ADDRESS` where it differs from the envelope.",
    ),
    ("request", "strip", "`strip tag` takes the tag off the subject."),
    ("organisation", "domains", "The domains that are `internal`."),
    (
        "organisation",
        "time zone",
        "The zone that dates are read in, such as `Europe/London`; UTC when absent.",
    ),
    (
        "organisation",
        "postmaster",
        "Whom notices come from, and who releases what is held for nobody else.",
    ),
    ("organisation", "help desk", "Whom recipients may ask."),
    ("organisation", "retention", "`at most 365 days`: nothing is kept for longer."),
    ("organisation", "message size", "`at most 35 MiB`, decoded, all attachments included."),
    (
        "organisation",
        "on error",
        "`hold`, `bounce` or `reject` when no decision can be made; never deliver.",
    ),
    ("organisation", "relay networks", "Networks whose header From may count as internal."),
    ("attribute", "order", "The values from lowest to highest: `none < staff < secret`."),
    (
        "pattern",
        "match",
        "The expression between slashes. Case is ignored; white space is one space; no look-around, no back-references.",
    ),
    ("pattern", "check", "The arithmetic that what is found must pass, such as `luhn`."),
    ("pattern", "weight", "Points for each value found; 1 when absent."),
    (
        "pattern",
        "near",
        "Words of which one must stand close by: `near \"card\", \"visa\" within 8 words`.",
    ),
    ("pattern", "accepts", "Values that must be found; run with every check."),
    ("pattern", "rejects", "Values that must not be found; run with every check."),
    (
        "examination",
        "look in",
        "`subject`, `body`, `headers`, `attachment names`, `attachment text`; everywhere when absent.",
    ),
    (
        "examination",
        "count",
        "What adds to the score: a text, `terms` or a pattern; `distinct` counts a value once; `up to 5 times` or `up to 10 points` caps it.",
    ),
    ("examination", "require", "Must be there for the examination to activate."),
    ("examination", "veto", "Stops the examination when it is there."),
    ("examination", "less", "`less 5 for \"draft\"`: points taken off."),
    ("examination", "ignore", "Values that never count."),
    ("examination", "activates", "`activates at 8`: from this score on."),
    (
        "examination",
        "unreadable",
        "`unreadable counts as activated` or `as clear`: what encrypted or damaged parts mean. Mandatory.",
    ),
    (
        "examination",
        "ambiguous",
        "What parts mean that can be read in two ways; `activated` when absent.",
    ),
    (
        "examination",
        "over limit",
        "What parts mean that are too big, deep or slow to read; the organisation's `on error` when absent.",
    ),
    (
        "fingerprints",
        "at least",
        "`at least 60 percent` of a document, or `at least 2 values` of a table.",
    ),
    ("fingerprints", "unreadable", "What encrypted or damaged parts mean. Mandatory."),
    (
        "fingerprints",
        "ambiguous",
        "What parts mean that can be read in two ways; `activated` when absent.",
    ),
    (
        "fingerprints",
        "over limit",
        "What parts mean that are too big, deep or slow to read; the organisation's `on error` when absent.",
    ),
    ("definition", "description", "What users see it called."),
    (
        "definition",
        "internal",
        "What internal recipients get: `inbox`, `inbox with banner`, `portal`, or `refuse`.",
    ),
    ("definition", "print", "`allowed` or `denied`."),
    ("definition", "reply", "`allowed` or `denied`."),
    ("definition", "reply all", "`allowed` or `denied`; needs `reply`."),
    ("definition", "forward", "`allowed` or `denied`."),
    (
        "definition",
        "expires",
        "`after 30 days`, or `never`, which the organisation's retention caps.",
    ),
    ("definition", "on expiry", "`gone` or `read only`."),
    ("definition", "extension", "`up to 14 days`, or `never`."),
    ("definition", "read receipt", "`always`, `never` or `on request`."),
    ("definition", "notice", "`hide subject` or `show subject`."),
    ("definition", "banner", "`\"text\"`, `html \"…\"` or `none`."),
    ("definition", "refusal", "What an internal sender reads under `internal refuse`."),
    ("definition", "available to", "Who may choose it when sending."),
    ("test", "message", "The message: `message { … }`, or `message file \"samples/a.eml\"`."),
    (
        "test",
        "given",
        "`given alice@acme.example in finance`, or `with clearance secret`: what the directory says in this test.",
    ),
    (
        "test",
        "expect",
        "`expect bob@x.example secure with confidential because cards`, `expect bob@x.example print denied`, `expect bob@x.example also notify dlp@acme.example`, `expect payment-data scores 12`, `expect payment-data activates`.",
    ),
    ("message", "at", "When it arrives: `2026-03-02 09:30`, in the organisation's zone."),
    ("message", "body", "The plain body."),
    (
        "message",
        "attach",
        "`attach \"list.xlsx\" with text \"…\"`, `from \"path\"` or `of 12 MiB`.",
    ),
    ("assert", "outcome", "The outcome that is spoken of."),
    ("assert", "unless", "`unless bypass NAME`: what the assertion leaves out."),
];

/// What an item is for.
pub(super) fn item(key: &str) -> Option<&'static str> {
    ITEMS.iter().find(|it| it.0 == key).map(|it| it.1)
}

/// What a line of a block is for.
pub(super) fn line(block: &str, key: &str) -> Option<&'static str> {
    let of = |wanted: &str| LINES.iter().find(|it| it.0 == wanted && it.1 == key).map(|it| it.2);
    of(block).or_else(|| of(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_of_the_language_is_explained() {
        for item_key in grammar::vocabulary::items().chain(["message"]) {
            assert!(item(item_key).is_some(), "{item_key}");
            for key in grammar::vocabulary::lines(item_key) {
                assert!(line(item_key, key).is_some(), "{item_key} {key}");
            }
        }
        for (block, key, _) in LINES.iter().filter(|it| !it.0.is_empty()) {
            assert!(grammar::vocabulary::lines(block).contains(key), "{block} {key}");
        }
    }
}
