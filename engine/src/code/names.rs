//! Names, files, and what must be there once.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    NAME_UNKNOWN = error 200, "nothing has this name",
        "A name is known in every file of the tree, whichever file declares it. Either the name is \
         misspelt, or what it names is not declared yet. What the shipped library declares is named \
         through the library, after a line `use std`: `std.iban`.";
    NAME_TWICE = error 201, "this name is taken",
        "In all files of a tree, items that can stand in the same place have different names: \
         policies, requests and bypasses; sets of people and groups; patterns and dictionaries. \
         Records and traces name them without their file.";
    NAME_KIND = error 202, "this names something else",
        "The name exists, but it is not of a kind that can stand here: a list of people cannot be \
         counted, and a dictionary cannot be a recipient. The finding shows where the name is \
         declared and what is wanted.";
    USE_UNKNOWN = error 203, "this `use` finds nothing",
        "`use \"file.writ\" as name` brings in another file of the same tree, by its path from the \
         folder of the tree. `use std` brings in a library that is shipped with the program.";
    LINE_MISSING = error 204, "a line is missing",
        "Some lines have no default, because a silent one would decide something important: `then` \
         says what happens, `activates at` when an examination activates, `unreadable counts as` what \
         an encrypted or damaged part means, and `valid` when a bypass ends.";
    ORGANISATION_MISSING = error 205, "the tree does not say who we are",
        "One file has an `organisation` block. Its `domains` are `internal`; without them no rule \
         could tell an internal from an external recipient.";
    ORGANISATION_TWICE = error 206, "there are two organisations",
        "A tree describes one organisation. Put all of its domains into one block.";
    DEFAULT_TWICE = error 207, "there are two defaults",
        "`default` says what happens where no routing policy applies. There can be only one in a \
         tree, whatever files they stand in.";
    LIBRARY_ITEM = error 208, "a library cannot hold this",
        "A library gives names to other trees: sets, dictionaries, patterns, examinations and \
         definitions. It decides nothing by itself, so it has no policies, requests, bypasses, \
         organisation or default.";
    FILE_UNREADABLE = error 209, "this file could not be read",
        "A rule file is UTF-8 text in a regular file. Some editors save as UTF-16 (\"Unicode\") or in \
         the encoding of one country: save it again as UTF-8. Rules without one of their files are \
         other rules, so nothing is decided until it can be read; the other files are checked all the \
         same.";
    FINGERPRINTS_FILE = error 214, "this set of fingerprints is not in the tree",
        "`fingerprints NAME from \"file\"` names a file of the tree, by its path from the folder of \
         the tree. Its name ends in `.fingerprints`; `writ fingerprint` makes it.";
    FINGERPRINTS_FORM = error 215, "this file is not a set of fingerprints",
        "A set is made by `writ fingerprint` and not by hand. The finding shows the first line that \
         is not in its form; often the file was cut short, or changed by an editor.";
    FINGERPRINTS_MEASURE = error 216, "this measure does not fit the set",
        "A set of documents is measured in percent of a document, a table in values. `at least 0` \
         would be met by every message, and more than there is by none.";
    LANGUAGE_UNKNOWN = error 217, "there is no such language",
        "A language is named in English, in small letters, such as `german`, or by its code of three \
         letters, such as `deu`. Only languages that can be told from a text are known.";
    USE_CYCLE = error 218, "these files use each other in a circle",
        "A file that uses another one builds upon it. In a circle none of them can be read first by a \
         person. Names of all files of the tree are known without `use`, so one of the lines can go.";
}
