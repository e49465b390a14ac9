//! The codes of files and items, and their pages of the manual.

use crate::diagnostic::{Code, Explained};

codes! {
    EDITION_MISSING = error 1, "the file does not begin with its edition",
        "The first line of every rule file says in which edition of the language it is written: `writ \
         1`. Only comments may stand before it. A later edition may change what a word means; this \
         line keeps the meaning of the files you have.",
        wrong "    default deliver",
        right "    writ 1\n    default deliver";
    EDITION_UNKNOWN = error 2, "this edition of the language is not known",
        "The first line names an edition that this program cannot read. There is one edition: `writ \
         1`. If the file was made for a newer program, use that program.",
        wrong "    writ 3\n    default deliver",
        right "    writ 1\n    default deliver";
    ITEM_UNKNOWN = error 3, "this begins no item",
        "Outside of braces a file has only items: `use`, `organisation`, `addresses`, `domains`, \
         `networks`, `group`, `attribute`, `terms`, `pattern`, `examination`, `fingerprints`, `definition`, \
         `default`, `policy`, `request`, `bypass`, `test` and `assert`. Everything else is a line \
         inside one of them.\n\nOften the line belongs to the block above, and that block was closed \
         too early.",
        wrong "    polcy cards {\n      then hold\n    }",
        right "    policy cards {\n      then hold\n    }";
    BRACE = error 7, "a brace is missing",
        "A block begins with `{` at the end of its first line and ends with `}` on a line of its own. \
         When an item begins while another is open, the closing brace of the first was forgotten.",
        wrong "    policy cards {\n      then hold\n    policy others {\n      then deliver\n    }",
        right "    policy cards {\n      then hold\n    }\n    policy others {\n      then deliver\n    }";
    LIMIT = error 12, "this is over a limit",
        "Files and statements have limits, and so has the number of findings that are shown, so that \
         no file can take the program's time or memory. Mend the findings that are shown, and check \
         again.";
    MISPLACED = error 13, "a line has a block of its own",
        "A property and its value stand on one line. Several conditions are joined with `and`; \
         several people have commas between them.",
        wrong "    policy cards {\n      when {\n        payment-data activates\n      }\n      then hold\n    }",
        right "    policy cards {\n      when payment-data activates\n      then hold\n    }";
    BRACE_EXTRA = error 15, "a brace closes nothing",
        "Every `}` closes a block that a `{` opened. One that closes nothing was left behind when a \
         block was moved or taken away, or the block before it was closed twice.",
        wrong "    policy cards {\n      then hold\n    }\n    }",
        right "    policy cards {\n      then hold\n    }";
    BLOCK_UNEXPECTED = error 16, "no block can stand here",
        "Only an item has a block, and a `message` inside a test. `default`, `use` and `group` say \
         all on one line.",
        wrong "    default {\n      deliver\n    }",
        right "    default deliver";
    COMMENT_FOREIGN = error 18, "a comment begins with `#`",
        "`#` begins a comment wherever it stands, up to the end of the line; `##` above an item is \
         its description. `//`, `/* … */`, `--` and `;` are comments of other languages.",
        wrong "    // who we are\n    default deliver",
        right "    # who we are\n    default deliver";
    LIST_LONG = error 57, "this list is too long for one line",
        "A list on one line has at most 1000 entries. A longer one belongs into a set of its own \
         (`addresses`, `domains`, `networks`, `terms`), one entry on each line; the policy then names \
         the set.";
    NUMBER_LARGE = error 58, "this number is too large",
        "Numbers go up to 4294967295. A larger one is a slip of the keyboard.",
        wrong "    examination e {\n      activates at 99999999999\n    }",
        right "    examination e {\n      activates at 99\n    }";
    EDITION_LATE = error 59, "the edition is not the first line",
        "The edition says how all of the file is to be read, so nothing but comments may stand before \
         it.",
        wrong "    default deliver\n    writ 1",
        right "    writ 1\n    default deliver";
    LINE_ENDS = error 61, "lines end with a carriage return alone",
        "Lines end with a line feed, as Unix and macOS write it, or with carriage return and line \
         feed, as Windows does. A carriage return alone shows as a new line in some editors and as \
         nothing in others, so that two people read two different files.";
    MERGE = error 66, "the file holds an unfinished merge",
        "Where two people changed the same lines, git writes both versions into the file, between \
         `<<<<<<<`, `=======` and `>>>>>>>`, and leaves it to you which one counts. Keep one, or make \
         one of both, and take the three marked lines away. Until then the second version is not \
         looked at.";
    COMMENT_HIDDEN = warning 103, "this comment has characters that nobody sees",
        "Marks of direction in a comment can make a line look as if it were inside the comment, or \
         outside of it, when it is not. Whoever reviews the file approves other rules than those that \
         count. Take the characters away.";
    SPACE_ODD = warning 104, "a space is not the usual one",
        "Word processors and web pages have spaces that do not break, or are wider or narrower. They \
         separate words like any other, but searching the file for two words with a space between \
         them will not find these.";
    SETTING = error 65, "a settings file is wrong",
        "The folder of a tree of rules is marked by a file `writ.toml`. Its one setting is the edition of the \
         language, `edition = 1`; the file may also be empty.";
}
