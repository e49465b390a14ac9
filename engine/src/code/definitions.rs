//! Definitions of secure messaging.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    DEFINITION_CYCLE = error 234, "these definitions are based on each other in a circle",
        "`based on` takes over every option that a definition does not set itself. In a circle there \
         is no first one to take from.";
    REPLY_ALL = error 235, "`reply all` needs `reply`",
        "Whoever may not answer the sender cannot answer everybody. Allow `reply`, or deny `reply \
         all`.";
    RETENTION_SHORTER = warning 309, "the retention ends first",
        "Nothing is kept for longer than the organisation's retention, so a copy expires then, \
         whatever the definition says.";
    DESCRIPTION_DIFFERS = warning 345, "the description says something else than the settings",
        "People choose a definition by its description. This one names a number of days, or something \
         that is allowed or denied, and the settings say otherwise.";
    EXTENSION_LONG = warning 346, "the extension ends after the retention",
        "Nothing is kept for longer than the organisation's retention, so a copy cannot be extended \
         for that long, whatever the definition says.";
    EXTENSION_IDLE = warning 347, "there is nothing to extend",
        "A copy that never expires is kept until the retention ends, and that end cannot be moved.";
    TEXT_IDLE = warning 348, "nobody sees this text",
        "A banner is shown under `internal inbox with banner` alone, a refusal under `internal \
         refuse` alone. Here the line `internal` says something else.";
    OPTION_INHERITED = warning 349, "this option is inherited already",
        "The definition is based on one that says the same. Without the line it follows when that one \
         changes; with it, it stays behind.";
    DEFINITIONS_EQUAL = warning 350, "two definitions are the same",
        "They differ in nothing but their names and descriptions. Whoever changes one of them will \
         forget the other.";
    AVAILABLE_EXTERNAL = warning 351, "nobody outside can choose a definition",
        "`available to` says who may choose the definition when sending through the organisation. \
         Somebody external never does.";
}
