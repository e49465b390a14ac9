//! The codes of texts and names, and their pages of the manual.

use crate::diagnostic::{Code, Explained};

codes! {
    TEXT_UNCLOSED = error 8, "a text is not closed",
        "A text stands between two straight quotes, `\"like this\"`, on one line. A quote inside it \
         is written `\\\"`.",
        wrong "    policy cards {\n      why \"card numbers\n      then hold\n    }",
        right "    policy cards {\n      why \"card numbers\"\n      then hold\n    }";
    TEXT_ESCAPE = error 9, "this escape means nothing",
        "Inside a text a backslash begins an escape: `\\\"` is a quote, `\\\\` a backslash, `\\n` a \
         line break, `\\t` a tab, and `\\u{20AC}` the character with that number. A regular \
         expression is not a text: it stands between slashes and needs no doubled backslashes.",
        wrong "    terms t {\n      \"C:\\files\"\n    }",
        right "    terms t {\n      \"C:\\\\files\"\n    }";
    NAME = error 10, "this cannot be a name",
        "A name begins with a letter from `a` to `z` and goes on with letters, digits and hyphens: \
         `cards-leave-secured`. It has no capitals, underscores or spaces, so that nobody needs to \
         ask how it was written.",
        wrong "    policy Cards_Leave {\n      then hold\n    }",
        right "    policy cards-leave {\n      then hold\n    }";
    TEXT_QUOTES = error 14, "these quotes are not straight",
        "A text stands between straight double quotes. Word processors write curly quotes, and other \
         languages single or pointed ones; they are other characters.",
        wrong "    policy cards {\n      why 'card numbers'\n      then hold\n    }",
        right "    policy cards {\n      why \"card numbers\"\n      then hold\n    }";
    TEXT_LINES = error 17, "a text goes over several lines",
        "A text ends on the line on which it begins. Write it on one line, however long; a line break \
         inside a text is written `\\n`.",
        wrong "    policy cards {\n      why \"card numbers\n        only leave protected\"\n      then hold\n    }",
        right "    policy cards {\n      why \"card numbers only leave protected\"\n      then hold\n    }";
    TEXT_NUL = error 29, "this text has the character zero",
        "The character U+0000 ends a text in many programs and cannot stand in a mail. What follows \
         it would be compared by some and ignored by others.",
        wrong "    terms t {\n      \"a\\u{0}b\"\n    }",
        right "    terms t {\n      \"ab\"\n    }";
    NAME_QUOTED = error 38, "a name stands without quotes",
        "Names of policies, sets and definitions stand without quotes; texts that people read stand \
         between them. Only a test and an assertion have a title in quotes.",
        wrong "    policy \"cards\" {\n      then hold\n    }",
        right "    policy cards {\n      then hold\n    }";
    NAME_WORDS = error 39, "a name is one word",
        "The words of a name are joined with hyphens.",
        wrong "    policy cards leave {\n      then hold\n    }",
        right "    policy cards-leave {\n      then hold\n    }";
    NAME_RESERVED = error 40, "this word is one of the language",
        "Words that mean people or join lists, such as `everyone`, `internal` or `except`, cannot be \
         names: a line with them would have two meanings. No policy, bypass or request is called \
         `default`, which is what decides where none of them does.",
        wrong "    addresses internal {\n    }",
        right "    addresses internal-people {\n    }";
    NAME_IS_DOMAIN = error 41, "this is a domain, not a name",
        "A domain among people has the word `domain` before it; without, it would be a name of \
         another file. Everything below a domain is written `*.supplier.example`, without that word.",
        wrong "    policy cards {\n      to shop.supplier.example\n      then hold\n    }",
        right "    policy cards {\n      to domain shop.supplier.example\n      then hold\n    }";
    LOOK_ALIKE = error 42, "this word has letters of another alphabet",
        "A Cyrillic or Greek letter looks like a Latin one and is another. Two names that look the \
         same would be two different things.",
        wrong "    policy cаrds {\n      then hold\n    }",
        right "    policy cards {\n      then hold\n    }";
    WORD_INVISIBLE = error 43, "this word has characters that nobody sees",
        "A space without width, a soft hyphen, a mark of direction or a control character came into a \
         word, often by copying it from a page or a PDF. The word looks right and is another one. \
         Take them away.";
    DASH = error 44, "a dash stands where a hyphen belongs",
        "Word processors turn hyphens into dashes. Names and dates have hyphens.",
        wrong "    policy cards–leave {\n      then hold\n    }",
        right "    policy cards-leave {\n      then hold\n    }";
    TEXT_BARE = error 49, "a text has no quotes",
        "What people read or what is searched for is a text, and stands between quotes.",
        wrong "    policy cards {\n      why card numbers\n      then hold\n    }",
        right "    policy cards {\n      why \"card numbers\"\n      then hold\n    }";
    TEXT_INVISIBLE = warning 102, "this text has characters that nobody sees",
        "Marks of direction, spaces without width and other characters that show nothing came into \
         the text, often by copying it from a page. Whoever reviews the file sees another text than \
         the one that counts. Take them away, or write them so that they are seen: `\\u{200B}`.";
}
