//! The codes of lines, and their pages of the manual.

use crate::diagnostic::{Code, Explained};

codes! {
    LINE_UNKNOWN = error 4, "this block has no such line",
        "Each line of a block begins with the property it sets, and each kind of block has its own \
         properties. The note of the finding lists those of this block.",
        wrong "    policy cards {\n      form internal\n      then hold\n    }",
        right "    policy cards {\n      from internal\n      then hold\n    }";
    LINE_MALFORMED = error 5, "this line cannot go on like that",
        "The first words of the line were understood, and then something came that cannot stand \
         there. The finding marks the place and lists what can.\n\nOne property stands on one line; a \
         line goes on after a comma at its end.",
        wrong "    policy cards {\n      then secure wth confidential\n    }",
        right "    policy cards {\n      then secure with confidential\n    }";
    LINE_TWICE = error 6, "this can be said only once",
        "Two lines of the block set the same property. The language does not let the later one win \
         silently: keep the one that is meant. Several people stand on one line, with commas.",
        wrong "    policy cards {\n      from internal\n      from partners\n      then hold\n    }",
        right "    policy cards {\n      from internal, partners\n      then hold\n    }";
    COMMA = error 11, "nothing follows this comma",
        "A line that ends with a comma goes on in the next one. Here the next line begins something \
         else: take the comma away, or write what is missing.",
        wrong "    policy cards {\n      to partners,\n      then hold\n    }",
        right "    policy cards {\n      to partners\n      then hold\n    }";
    PUNCTUATION = error 19, "no mark stands after a property",
        "A property and its value have only a space between them, neither `:` nor `=`.",
        wrong "    policy cards {\n      from: internal\n      then hold\n    }",
        right "    policy cards {\n      from internal\n      then hold\n    }";
    SEMICOLON = error 30, "a semicolon separates nothing",
        "A line ends where it ends, without a mark. Entries of a list have commas between them.",
        wrong "    policy cards {\n      from internal;\n      then hold\n    }",
        right "    policy cards {\n      from internal\n      then hold\n    }";
    NO_OR = error 31, "conditions and people are not joined like that",
        "All conditions of a line `when` must hold; they are joined with `and`. Where any one of \
         several suffices, write several policies: content policies add up, and the most protective \
         wins. A list of people has commas between them and means any one of them.",
        wrong "    policy cards {\n      from finance or board\n      then hold\n    }",
        right "    policy cards {\n      from finance, board\n      then hold\n    }";
    NEGATION = error 32, "this is not how something is left out",
        "A condition is turned round by `not` in front of it. People are left out by `except` after \
         the list.",
        wrong "    policy cards {\n      when payment-data does not activate\n      then hold\n    }",
        right "    policy cards {\n      when not payment-data activates\n      then hold\n    }";
    NO_IF = error 33, "there is no `if`",
        "A policy says on the line `when` what must be there, and on the line `then` what happens. \
         What happens otherwise is another policy, or `default`.",
        wrong "    policy cards {\n      if payment-data activates\n      then hold\n    }",
        right "    policy cards {\n      when payment-data activates\n      then hold\n    }";
    NO_PRIORITY = error 34, "there are no priorities",
        "The order of policies and of files decides nothing. Of two policies the one that names \
         people more exactly wins: an address before a group, a group before a domain, a domain \
         before `internal` or `external`. Where neither is more exact, say which wins: `override` and \
         the name of the other.",
        wrong "    policy cards {\n      priority 10\n      then hold\n    }",
        right "    policy cards {\n      then hold\n      override others\n    }";
    DISPOSITION = error 35, "this outcome has another name",
        "What happens to a message is one of `deliver`, `deliver over verified tls otherwise …`, \
         `secure with NAME`, `hold`, `hold for NAME`, `bounce \"text\"`, `reject \"text\"` and `take \
         no action`.",
        wrong "    policy cards {\n      then quarantine\n    }",
        right "    policy cards {\n      then hold\n    }";
    PERMISSION = error 36, "this is not `allowed` or `denied`",
        "What a recipient may do is `allowed` or `denied`; a receipt or an expiry is `always` or \
         `never`. `yes` and `no` read differently beside different properties.",
        wrong "    definition d {\n      print no\n    }",
        right "    definition d {\n      print denied\n    }";
    WORDS_JOINED = error 37, "this is written as two words",
        "Properties of two words have a space between them, not a hyphen: `reply all`, `time zone`, \
         `look in`, `on error`.",
        wrong "    definition d {\n      reply-all denied\n    }",
        right "    definition d {\n      reply all denied\n    }";
    LINE_BROKEN = error 45, "a line is broken without a comma",
        "A line ends where it ends: only a comma at its end lets it go on in the next. Conditions \
         joined with `and` stand on one line, however long it is.",
        wrong "    policy cards {\n      when payment-data activates\n        and health-data activates\n      then hold\n    }",
        right "    policy cards {\n      when payment-data activates and health-data activates\n      then hold\n    }";
    WORD_MISSING = error 46, "a word is missing",
        "Between the property and its value stands a small word that says how it is meant: `at most`, \
         `after`, `up to`, `with`. The finding says which.",
        wrong "    definition d {\n      expires 30 days\n    }",
        right "    definition d {\n      expires after 30 days\n    }";
    COMMA_MISSING = error 47, "a comma is missing",
        "Entries of a list have commas between them: people, networks, texts, and what is counted or \
         looked in.",
        wrong "    policy cards {\n      to alice@acme.example bob@acme.example\n      then hold\n    }",
        right "    policy cards {\n      to alice@acme.example, bob@acme.example\n      then hold\n    }";
    OWN_LINE = error 48, "two properties stand on one line",
        "Each property has a line of its own, so that a change of one is a change of one line.",
        wrong "    policy cards {\n      from internal to external\n      then hold\n    }",
        right "    policy cards {\n      from internal\n      to external\n      then hold\n    }";
    VALID_RANGE = error 56, "a validity is not written like that",
        "A policy is valid `from` a day `until` a day, both included, or only one of them, or \
         `always`. A bypass may be valid `forever`.",
        wrong "    policy cards {\n      valid from 2026-01-01 to 2026-12-31\n      then hold\n    }",
        right "    policy cards {\n      valid from 2026-01-01 until 2026-12-31\n      then hold\n    }";
    TEST_PEOPLE = error 60, "a message of a test has addresses",
        "A test writes one message, with the addresses that stand on its envelope. A set or a class \
         of people is not on any envelope: write one address of it.",
        wrong "    test \"t\" {\n      message {\n        from internal\n      }\n    }",
        right "    test \"t\" {\n      message {\n        from alice@acme.example\n      }\n    }";
    WORD_OTHER = error 64, "another word belongs here",
        "The line is clear but for a small word that the language says otherwise.",
        wrong "    definition d {\n      expires in 30 days\n    }",
        right "    definition d {\n      expires after 30 days\n    }";
}
