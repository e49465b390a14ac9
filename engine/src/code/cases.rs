//! Tests and assertions.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    EXPECT_STRANGER = error 257, "the message has no such recipient",
        "A test expects something for an address that its message is not sent to. The line would \
         never be compared with anything.";
    EXPECT_CONTRADICTS = error 258, "two lines expect different things",
        "There is one decision for each recipient, so no rules could meet both lines.";
    TEST_DEFAULT = warning 362, "this test expects what happens without any rule",
        "Every line expects what `default` gives, so the test passes with all policies removed. Where \
         that is what shall be shown, say so: `because default`.";
    TEST_TITLE_TWICE = warning 363, "two tests have one title",
        "When one of them fails, nobody knows which. A title says what is shown.";
    GIVEN_IDLE = warning 364, "this is supposed of somebody who has no part",
        "The address is neither the sender nor a recipient of the message, so what is supposed of it \
         changes nothing. Often it is misspelt.";
    SAMPLE_ABSENT = warning 386, "a test names a file that cannot be read",
        "The path is read from the folder of the tree, with `/`, and cannot leave it. Without the file \
         the test fails, because its message cannot be made.";
    ASSERT_WIDE = warning 365, "this assertion speaks of every message",
        "It names neither who, nor where from, nor a condition. `never` and `always` then hold the \
         whole gateway to one outcome; `reachable` is true almost by itself.";
}
