//! What nothing names.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    EXAMINATION_UNUSED = warning 306, "no policy asks this examination",
        "The examination is declared and no `when` names it, so what it finds changes nothing.";
    DEFINITION_UNUSED = warning 307, "nothing secures with this definition",
        "No policy or request names the definition, no other definition is based on it, and nobody \
         may choose it.";
    SET_UNUSED = warning 330, "nothing names this set",
        "No rule, examination or other item names the set, so it changes nothing.";
    DIRECTORY_UNUSED = warning 331, "nothing names this group",
        "No rule names the group, so what the directory says of it changes nothing.";
    FINDABLE_UNUSED = warning 332, "no examination looks for this",
        "The dictionary or pattern is declared, and no examination counts, requires or forbids it.";
    FINGERPRINTS_UNUSED = warning 333, "no policy asks these fingerprints",
        "The set is declared and no `when` names it, so what it finds changes nothing.";
    USE_UNUSED = warning 334, "nothing comes through this `use`",
        "No name of this file begins with the prefix that the line brings in. Names of other files of \
         the tree need no `use`; those of a library always do.";
    USE_TWICE = warning 335, "this is used twice",
        "Two `use` lines of one file bring in the same thing. One is enough, and one prefix is easier \
         to read.";
}
