//! Sets and what is in them.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    SET_EMPTY = warning 303, "this set is empty",
        "A set without members matches nobody, and a rule that names it never applies.";
    ENTRY_TWICE = warning 320, "this entry stands twice",
        "A set is the same with the entry once. Often another one was meant.";
    TERM_TWICE = warning 321, "this term stands twice",
        "Terms are compared without regard to case and white space, so these two are one. Each \
         occurrence counts twice, once for each line.";
    DOMAIN_COVERED = warning 322, "another entry covers this domain",
        "`*.acme.example` means every domain below `acme.example`, at any depth. An entry below it \
         adds nothing.";
    NETWORK_COVERED = warning 323, "another network covers this one",
        "Every address of this network is in the other one, too. Perhaps the length after the slash \
         is not the one that was meant.";
    SETS_EQUAL = warning 324, "two sets have the same members",
        "Whoever changes one of them will forget the other. Keep one, and name it in both places.";
    NETWORK_WIDE = warning 325, "this network is the whole Internet",
        "A length of 0 after the slash means every address. As a `source` it restricts nothing; among \
         `relay networks` it would let anybody send as the organisation.";
    LOOKALIKE_DOMAIN = warning 326, "these two domains look the same",
        "The domains are different and look alike on most screens: a letter of another alphabet, or \
         `l` and `1`, stand in for each other. One of them may be an attempt to deceive, copied out \
         of a mail.";
    MIXED_SCRIPT = warning 327, "this domain mixes alphabets",
        "A name with letters of several alphabets, such as a Cyrillic `a` between Latin letters, is \
         hardly ever genuine. The finding shows the form that goes over the wire.";
    DIRECTORY_TWICE = warning 328, "two names mean one thing of the directory",
        "Both items come from the same entry of the directory. Keep one name, so that a reader sees \
         that two rules speak of the same people.";
}
