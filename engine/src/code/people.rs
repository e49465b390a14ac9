//! Who a rule speaks of.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    ATTRIBUTE_UNDECLARED = error 210, "this attribute is not declared",
        "An attribute of the directory is declared before it is used: `attribute clearance from \
         directory \"clearance\"`. Otherwise a misspelt one would silently match nobody.";
    ATTRIBUTE_VALUE = error 211, "the attribute has no such value",
        "The declaration lists the values of the attribute in its `order` line. A value outside of it \
         would match nobody.";
    ATTRIBUTE_ORDER = error 212, "the values of this attribute have no order",
        "`is at least` needs to know which value is higher. Give the attribute an `order` line, \
         lowest first: `order none < staff < secret`.";
    HOLD_UNKNOWN = error 213, "nobody could release this",
        "`hold for NAME` names who may release the message: an `addresses` set or a `group`. `hold` \
         alone leaves it to the postmaster.";
    ORDER_TWICE = error 255, "this value stands twice in the order",
        "An order goes from the lowest value to the highest. A value with two places would be higher \
         than itself.";
    HOLD_NOBODY = error 256, "nobody is in this set to release a message",
        "What is held for a set is released by somebody in it. This set is empty, so the messages \
         would stay until they expire.";
    GROUPS_DISAGREE = warning 310, "two groups may disagree about one person",
        "Whether somebody is in both groups is known only when a message comes. Where somebody is, \
         the more protective outcome wins and the trace says `ambiguous`. Write `override NAME` to \
         say which one wins.";
    GROUP_DEAD = warning 313, "this group has no members",
        "The directory has nobody in the group, or does not know it. A rule that names it never \
         applies.";
    VALUE_DEAD = warning 376, "nobody has this value",
        "The rule names people by the value of an attribute, and the directory has nobody with it. \
         Compare the rule with the values in the directory: case and spaces do not count, everything \
         else does.";
    RECIPIENT_NULL = warning 318, "no message goes to nobody",
        "`nobody` is the empty sender of bounces, `<>`. A recipient always has an address, so the \
         item never applies.";
    SIDE_NOBODY = warning 319, "this means nobody",
        "Everybody whom the line names is taken away again by its `except`. The item never applies.";
    SELECTOR_COVERED = warning 336, "another entry of this list covers it",
        "The list means the same without the entry: everybody whom it names is named by another entry \
         already.";
    MIXED_SPECIFICITY = warning 337, "this list counts by its least specific entry",
        "An address outranks a group, a group a domain, a domain `internal`; but a list counts by the \
         least specific of its entries. The address in this list gives the rule no weight; in a rule \
         of its own it would.";
    EXCEPT_IDLE = warning 338, "this exception excepts nobody",
        "Nobody whom `except` names is named before it, so the exception changes nothing.";
    POSTMASTER_EXTERNAL = warning 361, "the postmaster is not one of us",
        "Notices come from the postmaster. An address outside of the organisation's domains fails the \
         checks of whoever receives them, and its answers go elsewhere.";
}
