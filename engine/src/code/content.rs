//! What is looked for: terms, patterns, examinations.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    THRESHOLD_UNREACHABLE = error 236, "no message can reach this score",
        "The `count` lines of the examination, with their weights and their `up to`, add up to less \
         than `activates at`. The examination would never activate.";
    REGEX_REFUSED = error 237, "this regular expression is outside the language",
        "Expressions are matched in time that grows with the text alone, so that no message can stall \
         the gateway. Look-around and back-references are not possible then, and very large \
         expressions are refused. Use `\\b` for the edge of a word, `check` for arithmetic, `near` \
         for context, and `rejects` to prove what must not match.\n\n\
         The text is normalised before: case is ignored, white space and line breaks are one space.";
    ACCEPTS_FAILS = error 238, "the pattern does not find what it must accept",
        "`accepts` is a test that runs with every check. The expression, or one of the `check` lines, \
         does not let this value through.";
    REJECTS_FAILS = error 239, "the pattern finds what it must reject",
        "`rejects` is a test that runs with every check. The pattern matches somewhere in this value.";
    CHECK_UNKNOWN = error 240, "there is no such check",
        "`check` names the arithmetic that a matched value must pass, such as `luhn` for payment \
         cards.";
    TERM_EMPTY = error 248, "there is nothing to find in this text",
        "Text is compared without regard to case, width and invisible characters. After that nothing \
         is left of this one.";
    ZERO = error 250, "a zero here means nothing",
        "A weight of zero and `up to 0` count nothing, so what is found never matters; `activates at \
         0` activates on every message. To take something out of an examination, remove its line; to \
         act on every message, write a policy without `when`.";
    REGEX_EMPTY = error 259, "this pattern matches the empty text",
        "An expression that needs no character is found in every message, between any two letters. \
         Say what must be there at least.";
    REGEX_UNMATCHABLE = error 260, "this pattern can never match",
        "Text is normalised before it is searched: white space and line breaks are one space, case is \
         folded, dashes, digits and apostrophes of every script are those of the keyboard, characters \
         that show nothing are gone. An expression that demands one of those finds nothing.";
    TERM_LONG = error 261, "this text is too long to look for",
        "Nobody types a text of that length again letter by letter. Look for a sentence of it, or \
         make a set of fingerprints of the whole with `writ fingerprint`.";
    REQUIRE_VETOED = error 262, "this is required and forbidden",
        "`require` says that it must be there, `veto` that it must not. The examination could never \
         activate.";
    PATTERN_UNTESTED = warning 366, "nothing shows that this pattern works",
        "`accepts` gives a value that must be found, `rejects` one that must not. They run with every \
         check, and tell a reader what the expression is for.";
    PATTERNS_EQUAL = warning 367, "two patterns find the same",
        "Their expressions and checks are the same. What an examination counts of both counts twice.";
    TERM_SHORT = warning 368, "this stands inside of many words",
        "A text of one or two letters is found within ordinary words: `id` in `provide`. `whole word` \
         finds it by itself alone.";
    NEAR_ITSELF = warning 369, "this is always near itself",
        "The text and what it must be near are the same, or one contains the other, so the condition \
         is met wherever the text stands.";
    WITHIN_IDLE = warning 370, "this distance is from nothing",
        "`within N words` is the distance of `near`. There is no `near` in this line.";
    IGNORE_IDLE = warning 371, "this would not be counted anyway",
        "`ignore` takes values out of what is counted. Nothing that the examination counts finds this \
         text.";
    COUNT_TWICE = warning 372, "this is counted twice",
        "Two lines of the examination count the same, so each occurrence adds to the score twice.";
    CAP_SMALL = warning 373, "the first hit goes over this bound",
        "Each hit weighs more than the bound lets through, so the weight is never counted in full, \
         and a second hit adds nothing.";
    LESS_VETOES = warning 374, "this takes away all there can be",
        "The points that are taken away are as many as the examination can score, or more. Write \
         `veto`, so that a reader sees it.";
    REGEX_COSTLY = warning 380, "this regular expression takes much",
        "A repetition is compiled as often as it may occur, and `\\w`, `\\d`, `.` and negated classes \
         hold the letters of every script: `\\w{1,64}` becomes a large program, which costs memory in \
         each examiner and time on each message. Repeat less, or write the letters that are meant: \
         `[a-z0-9]`.";
    TERM_STAR = warning 381, "a star in a text is a star",
        "Terms are looked for as they stand. A `*` is a star in the message, and a `?` between letters a \
         question mark. For words of one stem, declare a pattern: `match /\\bsever[a-z]*/`.";
    REGEX_ANCHORED = warning 382, "this is found only at the start or the end of a text",
        "`^` and `$` are the ends of the whole body, subject, header field or name that is searched, and \
         not of a line or a word: line breaks are spaces there. A value that `accepts` gives stands \
         alone, so it is found; in a message, other words stand around it. Write `\\b` for the edge of a \
         word.";
    SCOPE_TWICE = warning 375, "this place is named twice",
        "A place is looked into once, however often the line names it.";
}
