//! The codes of this crate's diagnostics and their pages of the manual.
//!
//! A number is never given to another meaning. `grammar` has the numbers below 200.

use grammar::diagnostic::{Code, Explained};

/// A name that nothing has.
pub const NAME_UNKNOWN: Code = Code::error(200);
/// Two items of one name.
pub const NAME_TWICE: Code = Code::error(201);
/// A name of something else than what is wanted.
pub const NAME_KIND: Code = Code::error(202);
/// `use` of a file or library that is not there.
pub const USE_UNKNOWN: Code = Code::error(203);
/// A line that must be there.
pub const LINE_MISSING: Code = Code::error(204);
/// No `organisation`.
pub const ORGANISATION_MISSING: Code = Code::error(205);
/// More than one `organisation`.
pub const ORGANISATION_TWICE: Code = Code::error(206);
/// More than one `default`.
pub const DEFAULT_TWICE: Code = Code::error(207);
/// An item that a library may not hold.
pub const LIBRARY_ITEM: Code = Code::error(208);
/// A file of the tree that could not be read; the shell tells it, which reads files.
pub const FILE_UNREADABLE: Code = Code::error(209);
/// An attribute that is not declared.
pub const ATTRIBUTE_UNDECLARED: Code = Code::error(210);
/// A value that the attribute does not have.
pub const ATTRIBUTE_VALUE: Code = Code::error(211);
/// `is at least` on an attribute without order.
pub const ATTRIBUTE_ORDER: Code = Code::error(212);
/// `hold for` something that is not declared.
pub const HOLD_UNKNOWN: Code = Code::error(213);
/// `between` on a policy that secures.
pub const BETWEEN_SECURES: Code = Code::error(230);
/// `override` without a name on a content policy.
pub const OVERRIDE_BARE: Code = Code::error(231);
/// `override` of something of another kind.
pub const OVERRIDE_KIND: Code = Code::error(232);
/// Clauses that override each other in a circle.
pub const OVERRIDE_CYCLE: Code = Code::error(233);
/// Definitions based on each other in a circle.
pub const DEFINITION_CYCLE: Code = Code::error(234);
/// `reply all allowed` without `reply allowed`.
pub const REPLY_ALL: Code = Code::error(235);
/// `activates at` more than any message can score.
pub const THRESHOLD_UNREACHABLE: Code = Code::error(236);
/// A regular expression outside the language.
pub const REGEX_REFUSED: Code = Code::error(237);
/// `accepts` that does not match.
pub const ACCEPTS_FAILS: Code = Code::error(238);
/// `rejects` that matches.
pub const REJECTS_FAILS: Code = Code::error(239);
/// `check` that does not exist.
pub const CHECK_UNKNOWN: Code = Code::error(240);
/// An outcome that cannot stand in this item.
pub const OUTCOME_MISPLACED: Code = Code::error(241);
/// A bypass with `skips` and `then`.
pub const BYPASS_BOTH: Code = Code::error(242);
/// `skips` of a routing policy.
pub const SKIPS_ROUTING: Code = Code::error(243);
/// A condition that this program cannot answer.
pub const CONDITION_UNANSWERED: Code = Code::error(244);
/// A validity that ends before it begins.
pub const VALIDITY_REVERSED: Code = Code::error(247);
/// A text to find that is empty once normalised.
pub const TERM_EMPTY: Code = Code::error(248);
/// A bypass that never ends and does not say so.
pub const BYPASS_ENDLESS: Code = Code::error(249);
/// A number of zero where it makes the line do nothing, or always.
pub const ZERO: Code = Code::error(250);
/// A rule adds a header that is not its own.
pub const HEADER_RESERVED: Code = Code::error(251);
/// Two clauses that disagree and neither outranks the other.
pub const CONFLICT: Code = Code::error(430);

/// A bypass without owner.
pub const BYPASS_OWNER: Code = Code::warning(300);
/// `override` of a clause that it never meets.
pub const OVERRIDE_UNMET: Code = Code::warning(301);
/// A clause that another always outranks.
pub const SHADOWED: Code = Code::warning(302);
/// A set without members.
pub const SET_EMPTY: Code = Code::warning(303);
/// A validity that has ended.
pub const VALIDITY_PAST: Code = Code::warning(304);
/// A validity that ends soon.
pub const VALIDITY_ENDING: Code = Code::warning(305);
/// An examination that no policy asks.
pub const EXAMINATION_UNUSED: Code = Code::warning(306);
/// A definition that nothing secures with.
pub const DEFINITION_UNUSED: Code = Code::warning(307);
/// A definition that expires after the retention ends.
pub const RETENTION_SHORTER: Code = Code::warning(309);
/// Two clauses of different groups that disagree.
pub const GROUPS_DISAGREE: Code = Code::warning(310);
/// `not` in a policy that protects more than another.
pub const NOT_PROTECTS: Code = Code::warning(311);
/// A group without members.
pub const GROUP_DEAD: Code = Code::warning(313);
/// A request that asks for no protection.
pub const REQUEST_IDLE: Code = Code::warning(314);
/// `strip tag` where no tag is named.
pub const STRIP_IDLE: Code = Code::warning(315);

/// Findings that a file can cause by its absence.
pub const OF_ABSENT_FILES: [Code; 7] = [
    NAME_UNKNOWN,
    USE_UNKNOWN,
    ORGANISATION_MISSING,
    ATTRIBUTE_UNDECLARED,
    HOLD_UNKNOWN,
    EXAMINATION_UNUSED,
    DEFINITION_UNUSED,
];

const fn page(code: Code, title: &'static str, explanation: &'static str) -> Explained {
    Explained { code, title, explanation }
}

/// The codes of this crate, errors by number, then lints by number.
pub const CODES: &[Explained] = &[
    page(
        NAME_UNKNOWN,
        "nothing has this name",
        "Policies, bypasses, requests, examinations, definitions, sets of people and groups are known in the whole \
         tree. Dictionaries, patterns, networks and attributes are known in their own file; those of another one are \
         named through the alias of its `use` line, such as `banking.all-terms` after `use \"banking-terms.writ\" as banking`, and what a shipped \
         library declares through the library's name, such as `std.iban` after `use std`.",
    ),
    page(
        NAME_TWICE,
        "this name is taken",
        "Within one file, items that can stand in the same place have different names: policies, requests and \
         bypasses; sets of people and groups; patterns and dictionaries. Policies, bypasses, requests, examinations, \
         definitions, sets of people and groups have names that are unique in the whole tree, because records and \
         traces name them without their file.",
    ),
    page(
        NAME_KIND,
        "this names something else",
        "The name exists, but it is not of a kind that can stand here: a list of people cannot be counted, and a \
         dictionary cannot be a recipient. The finding shows where the name is declared and what is wanted.",
    ),
    page(
        USE_UNKNOWN,
        "this `use` finds nothing",
        "`use \"file.writ\" as name` brings in another file of the same tree, by its path from the folder of the \
         tree. `use std` brings in a library that is shipped with the program.",
    ),
    page(
        LINE_MISSING,
        "a line is missing",
        "Some lines have no default, because a silent one would decide something important: `then` says what \
         happens, `activates at` when an examination activates, `unreadable counts as` what an encrypted or damaged \
         part means, and `valid` when a bypass ends.",
    ),
    page(
        ORGANISATION_MISSING,
        "the tree does not say who we are",
        "One file has an `organisation` block. Its `domains` are `internal`; without them no rule could tell an \
         internal from an external recipient.",
    ),
    page(
        ORGANISATION_TWICE,
        "there are two organisations",
        "A tree describes one organisation. Put all of its domains into one block.",
    ),
    page(
        DEFAULT_TWICE,
        "there are two defaults",
        "`default` says what happens where no routing policy applies. There can be only one in a tree, whatever \
         files they stand in.",
    ),
    page(
        LIBRARY_ITEM,
        "a library cannot hold this",
        "A library gives names to other trees: sets, dictionaries, patterns, examinations and definitions. It \
         decides nothing by itself, so it has no policies, requests, bypasses, organisation or default.",
    ),
    page(
        FILE_UNREADABLE,
        "this file could not be read",
        "A rule file is UTF-8 text in a regular file. Some editors save as UTF-16 (\"Unicode\") or in the encoding of \
         one country: save it again as UTF-8. Rules without one of their files are other rules, so nothing is \
         decided until it can be read; the other files are checked all the same.",
    ),
    page(
        ATTRIBUTE_UNDECLARED,
        "this attribute is not declared",
        "An attribute of the directory is declared before it is used: \
         `attribute clearance from directory \"clearance\"`. Otherwise a misspelt one would silently match nobody.",
    ),
    page(
        ATTRIBUTE_VALUE,
        "the attribute has no such value",
        "The declaration lists the values of the attribute in its `order` line. A value outside of it would match \
         nobody.",
    ),
    page(
        ATTRIBUTE_ORDER,
        "the values of this attribute have no order",
        "`is at least` needs to know which value is higher. Give the attribute an `order` line, lowest first: \
         `order none < staff < secret`.",
    ),
    page(
        HOLD_UNKNOWN,
        "nobody could release this",
        "`hold for NAME` names who may release the message: an `addresses` set or a `group`. `hold` alone leaves it \
         to the postmaster.",
    ),
    page(
        BETWEEN_SECURES,
        "`between` cannot secure",
        "`between A and B` applies in both directions, and securing acts in one: on what the organisation sends out. \
         Write `from` and `to`.",
    ),
    page(
        OVERRIDE_BARE,
        "a content policy cannot override everything",
        "Content policies do not compete: every one whose condition holds adds its protection, and the most \
         protective wins. A bare `override` would take all of that away at once. `override NAME` removes exactly \
         the policy that it names.",
    ),
    page(
        OVERRIDE_KIND,
        "this cannot be overridden from here",
        "A routing policy overrides routing policies, a content policy content policies, and a routing bypass \
         routing bypasses. A more specific routing rule can never switch a content policy off; a bypass that \
         `skips` it can.",
    ),
    page(
        OVERRIDE_CYCLE,
        "these override each other in a circle",
        "Of a circle of overrides nobody wins. Take one of the `override` lines away.",
    ),
    page(
        DEFINITION_CYCLE,
        "these definitions are based on each other in a circle",
        "`based on` takes over every option that a definition does not set itself. In a circle there is no first \
         one to take from.",
    ),
    page(
        REPLY_ALL,
        "`reply all` needs `reply`",
        "Whoever may not answer the sender cannot answer everybody. Allow `reply`, or deny `reply all`.",
    ),
    page(
        THRESHOLD_UNREACHABLE,
        "no message can reach this score",
        "The `count` lines of the examination, with their weights and their `up to`, add up to less than \
         `activates at`. The examination would never activate.",
    ),
    page(
        REGEX_REFUSED,
        "this regular expression is outside the language",
        "Expressions are matched in time that grows with the text alone, so that no message can stall the gateway. \
         Look-around and back-references are not possible then, and very large expressions are refused. \
         Use `\\b` for the edge of a word, `check` for arithmetic, `near` for context, and `rejects` to prove what \
         must not match.\n\n\
         The text is normalised before: case is ignored, white space and line breaks are one space.",
    ),
    page(
        ACCEPTS_FAILS,
        "the pattern does not find what it must accept",
        "`accepts` is a test that runs with every check. The expression, or one of the `check` lines, does not let \
         this value through.",
    ),
    page(
        REJECTS_FAILS,
        "the pattern finds what it must reject",
        "`rejects` is a test that runs with every check. The pattern matches somewhere in this value.",
    ),
    page(
        CHECK_UNKNOWN,
        "there is no such check",
        "`check` names the arithmetic that a matched value must pass, such as `luhn` for payment cards.",
    ),
    page(
        OUTCOME_MISPLACED,
        "this outcome cannot stand here",
        "`disable secure messaging` belongs in a bypass, and a bypass can do only that or `take no action`. \
         A request of a sender can only raise protection.",
    ),
    page(
        BYPASS_BOTH,
        "a bypass does one thing",
        "`skips` names examinations or content policies that do not apply; `then` acts on the routing. Write two \
         bypasses, so that each has its own reason and its own end.",
    ),
    page(
        SKIPS_ROUTING,
        "`skips` is for content",
        "`skips` names an examination or a content policy. A routing policy is answered by a bypass with \
         `then disable secure messaging`, or by a more specific policy.",
    ),
    page(
        CONDITION_UNANSWERED,
        "this condition cannot be answered",
        "The words are part of the language, but this program has nothing to answer them with. A rule that is \
         silently never true would be worse than this refusal.",
    ),
    page(
        VALIDITY_REVERSED,
        "this ends before it begins",
        "The day after `until` is before the day after `from`, so the item would never hold. Both days are included.",
    ),
    page(
        TERM_EMPTY,
        "there is nothing to find in this text",
        "Text is compared without regard to case, width and invisible characters. After that nothing is left of \
         this one.",
    ),
    page(
        BYPASS_ENDLESS,
        "this bypass never ends",
        "A bypass takes protection away, so it has a last day: `valid until 2099-06-30`. Where it really shall never \
         end, write `valid forever`, so that a reader sees that it was meant.",
    ),
    page(
        ZERO,
        "a zero here means nothing",
        "A weight of zero and `up to 0` count nothing, so what is found never matters; `activates at 0` activates on \
         every message. To take something out of an examination, remove its line; to act on every message, write a \
         policy without `when`.",
    ),
    page(
        HEADER_RESERVED,
        "this header is not for rules to add",
        "A message with two `From`, `Subject` or `Content-Type` lines is read in two ways, and `Received` or \
         `Authentication-Results` are the word of mail servers. A rule adds headers of its own, such as \
         `X-Classification`; `tag subject` changes the subject.",
    ),
    page(
        CONFLICT,
        "two rules disagree and neither outranks the other",
        "Of the routing rules that apply to a message, the most specific one wins: an address beats an attribute, \
         that beats a group or a set of addresses, that a domain, that `internal` and `external`, that `everyone`; \
         and it must be at least as specific on both sides. These two are not comparable, and some message meets \
         both. Say which one wins: `override NAME`.",
    ),
    page(
        BYPASS_OWNER,
        "nobody answers for this bypass",
        "A bypass takes protection away. `owner` names the address of whoever is asked when it is reviewed.",
    ),
    page(
        OVERRIDE_UNMET,
        "this override never happens",
        "No message can meet both rules, so there is nothing to override. Perhaps another rule was meant.",
    ),
    page(
        SHADOWED,
        "this rule never decides",
        "Every message that meets this rule meets another one that outranks it.",
    ),
    page(
        SET_EMPTY,
        "this set is empty",
        "A set without members matches nobody, and a rule that names it never applies.",
    ),
    page(
        VALIDITY_PAST,
        "this has ended",
        "The last day of the item is past. It does nothing any more: remove it, or prolong it.",
    ),
    page(
        VALIDITY_ENDING,
        "this ends soon",
        "The last day of the item is within thirty days. Afterwards it does nothing.",
    ),
    page(
        EXAMINATION_UNUSED,
        "no policy asks this examination",
        "The examination is declared and no `when` names it, so what it finds changes nothing.",
    ),
    page(
        DEFINITION_UNUSED,
        "nothing secures with this definition",
        "No policy or request names the definition, no other definition is based on it, and nobody may choose it.",
    ),
    page(
        RETENTION_SHORTER,
        "the retention ends first",
        "Nothing is kept for longer than the organisation's retention, so a copy expires then, whatever the \
         definition says.",
    ),
    page(
        GROUPS_DISAGREE,
        "two groups may disagree about one person",
        "Whether somebody is in both groups is known only when a message comes. Where somebody is, the more \
         protective outcome wins and the trace says `ambiguous`. Write `override NAME` to say which one wins.",
    ),
    page(
        NOT_PROTECTS,
        "hiding content may lead here",
        "A policy with `not … activates` protects more than another one on the same message. An examination that \
         cannot read a part counts as not activated under `not`, so this policy then applies as well.",
    ),
    page(
        GROUP_DEAD,
        "this group has no members",
        "The directory has nobody in the group, or does not know it. A rule that names it never applies.",
    ),
    page(
        REQUEST_IDLE,
        "this request asks for nothing",
        "What a sender asks for can only raise protection, and `deliver` is the least of all outcomes. Whoever types \
         the tag gets no other treatment than everybody else. Where less protection is wanted, write a bypass.",
    ),
    page(
        STRIP_IDLE,
        "there is no tag to strip",
        "`strip tag` takes the text of `subject contains` off the subject. A request that is made by a header has \
         none.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once_and_above_those_of_the_grammar() {
        for (at, page) in CODES.iter().enumerate() {
            assert!(200 <= page.code.number(), "{}", page.code);
            assert!(
                CODES[at + 1..].iter().all(|it| it.code.number() != page.code.number()),
                "{}",
                page.code
            );
            assert!(!page.explanation.is_empty() && !page.title.ends_with('.'), "{}", page.code);
        }
    }
}
