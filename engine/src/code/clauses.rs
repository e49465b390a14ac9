//! Policies, requests, bypasses, and how they meet.

use grammar::diagnostic::{Code, Explained};

use super::{Example, codes};

codes! {
    BETWEEN_SECURES = error 230, "`between` cannot secure",
        "`between A and B` applies in both directions, and securing acts in one: on what the \
         organisation sends out. Write `from` and `to`.";
    BETWEEN_BESIDE = error 229, "`between` stands alone",
        "`between A and B` says who sends and who receives, in both directions, so there is nothing \
         left for `from` and `to` to say. A policy has the one or the others; two policies say both.";
    OVERRIDE_BARE = error 231, "a content policy cannot override everything",
        "Content policies do not compete: every one whose condition holds adds its protection, and \
         the most protective wins. A bare `override` would take all of that away at once. `override \
         NAME` removes exactly the policy that it names.";
    OVERRIDE_KIND = error 232, "this cannot be overridden from here",
        "A routing policy overrides routing policies, a content policy content policies, and a \
         routing bypass routing bypasses. A more specific routing rule can never switch a content \
         policy off; a bypass that `skips` it can.";
    OVERRIDE_CYCLE = error 233, "these override each other in a circle",
        "Of a circle of overrides nobody wins. Take one of the `override` lines away.";
    OUTCOME_MISPLACED = error 241, "this outcome cannot stand here",
        "`disable secure messaging` belongs in a bypass, and a bypass can do only that or `take no \
         action`. A request of a sender can only raise protection.";
    BYPASS_BOTH = error 242, "a bypass does one thing",
        "`skips` names examinations or content policies that do not apply; `then` acts on the \
         routing. Write two bypasses, so that each has its own reason and its own end.";
    SKIPS_ROUTING = error 243, "`skips` is for content",
        "`skips` names an examination or a content policy. Against a routing policy that secures, a \
         bypass says `then disable secure messaging`. No bypass takes another outcome away: leave \
         people out of such a policy with `except`, or write a more specific policy for them.";
    VALIDITY_REVERSED = error 247, "this ends before it begins",
        "The day after `until` is before the day after `from`, so the item would never hold. Both \
         days are included.";
    BYPASS_ENDLESS = error 249, "this bypass never ends",
        "A bypass takes protection away, so it has a last day: `valid until 2099-06-30`. Where it \
         really shall never end, write `valid forever`, so that a reader sees that it was meant; \
         `valid always` is for policies.";
    ATTACHMENT_TYPE = error 252, "no attachment has this type",
        "A type is the ending of a file name without stars, such as `exe`; a declared type, such as \
         `\"application/pdf\"`; or a family of these, such as `\"image/*\"`. A condition that asks for \
         anything else would never hold, and nobody would notice. `attachment name matches \"*.exe\"` \
         compares names with stars.";
    HEADER_RESERVED = error 251, "this header is not for rules to add",
        "A message with two `From`, `Subject` or `Content-Type` lines is read in two ways, and \
         `Received` or `Authentication-Results` are the word of mail servers. A rule adds headers of \
         its own, such as `X-Classification`; `tag subject` changes the subject.";
    CONFLICT = error 430, "two rules disagree and neither outranks the other",
        "Of the routing rules that apply to a message, the most specific one wins: an address beats \
         an attribute, that beats a group or a set of addresses, that a domain, that `internal` and \
         `external`, that `everyone`; and it must be at least as specific on both sides. These two \
         are not comparable, and some message meets both. Say which one wins: `override NAME`.";
    NEVER_DECIDES = error 431, "this rule never decides",
        "Every message that meets this rule meets another one that outranks it, so it could as well \
         not be there; whoever reads it is misled. The finding shows a message that meets both. \
         Narrow the stronger rule, or remove this one.";
    BYPASS_OWNER = warning 300, "nobody answers for this bypass",
        "A bypass takes protection away. `owner` names the address of whoever is asked when it is \
         reviewed.";
    OVERRIDE_UNMET = warning 301, "this override never happens",
        "No message can meet both rules, so there is nothing to override. Perhaps another rule was \
         meant.";
    VALIDITY_PAST = warning 304, "this has ended",
        "The last day of the item is past. It does nothing any more: remove it, or prolong it.";
    VALIDITY_ENDING = warning 305, "this ends soon",
        "The last day of the item is within thirty days. Afterwards it does nothing.";
    NOT_PROTECTS = warning 311, "hiding content may lead here",
        "A policy with `not … activates` protects more than another one on the same message. An \
         examination that cannot read a part counts as not activated under `not`, so this policy then \
         applies as well.";
    REQUEST_IDLE = warning 314, "this request asks for nothing",
        "What a sender asks for can only raise protection, and `deliver` is the least of all \
         outcomes. Whoever types the tag gets no other treatment than everybody else. Where less \
         protection is wanted, write a bypass.";
    STRIP_IDLE = warning 315, "there is no tag to strip",
        "`strip tag` takes the text of `subject contains` off the subject. A request that is made by \
         a header has none.";
    SECURE_IDLE = warning 339, "securing has no effect in this direction",
        "`secure` acts on what internal senders send to external recipients. From outside it does \
         nothing at all, and for recipients inside it gives what the definition's line `internal` \
         says, which here is the plain inbox.";
    BYPASS_SOURCE = warning 340, "a bypass believes no sender from this network",
        "A sender's address is easy to forge, so a bypass believes an internal one only from the \
         organisation's `relay networks`, or from a peer that has logged on. None of the networks of \
         this `source` is among them.";
    BYPASS_WHY = warning 341, "this bypass gives no reason",
        "A bypass takes protection away. `why` says for what, so that whoever reviews it can tell \
         whether that still holds.";
    BYPASS_WIDE = warning 342, "this bypass is for everybody",
        "Neither side, nor a source, limits the bypass: it takes the protection from every message. \
         Perhaps a policy should go instead.";
    BYPASS_IDLE = warning 343, "there is nothing to bypass",
        "No policy asks what the bypass skips, or no routing policy for the same people secures. \
         `disable secure messaging` takes away `secure` alone: a hold, a refusal and verified TLS \
         stay. The bypass does nothing.";
    BYPASS_HEADER = warning 344, "this bypass trusts the From that is shown",
        "`compare header` and `compare either` read the From inside of the message, which any \
         internal computer can write as it likes. For taking protection away, the envelope is the \
         better witness.";
    BYPASS_FORGEABLE = warning 377, "anybody can write as this sender",
        "The bypass is for a sender outside of the organisation, and whoever connects can say to be \
         that sender. `source` names the networks that such mail may come from; without it, the \
         protection is gone for everybody who knows the address.";
    POLICIES_EQUAL = warning 352, "two policies are the same",
        "They differ in nothing but their names. One of them was probably meant to be changed after \
         it was copied.";
    CONDITION_TWICE = warning 353, "this is asked twice",
        "The line is the same with the condition once. Perhaps another one was meant.";
    CONDITION_CONTRADICTS = warning 354, "these two conditions exclude each other",
        "All conditions of a line must hold, and one of these holds where the other does not. Where \
         any one of several suffices, write several policies.";
    CONDITION_CERTAIN = warning 355, "the answer is the same for every message",
        "The condition holds for every message, or for none that the gateway takes. A policy that \
         always applies needs no `when`.";
    NAME_WITHOUT_STAR = warning 378, "this matches one name, not an ending",
        "`attachment name matches` compares the whole name. `\"exe\"` and `\".exe\"` match a file that is \
         called just that, and `\"*.exe\"` every file with this ending. Several names are several \
         texts: `\"*.exe\", \"*.scr\"`.";
    TOLD_EXTERNAL = warning 356, "this tells somebody outside",
        "A notification names the sender, the recipients and the subject; a copy is the whole \
         message. This address is not the organisation's, so it leaves in clear.";
    EFFECT_TWICE = warning 357, "this is done twice",
        "The same effect stands twice and happens once.";
    TAG_WEAK = warning 358, "people write this without meaning it",
        "The tag is a plain word, or very short, and is found inside of ordinary subjects. A tag in \
         brackets, such as `[secure]`, is typed on purpose only.";
    TAGS_OVERLAP = warning 359, "one tag contains the other",
        "Whoever types the longer tag asks for both. Both requests apply, and the more protective one \
         wins.";
    REQUEST_EXTERNAL = warning 360, "outsiders can ask for this",
        "A request is what the organisation's own people may ask for. From outside, anybody can write \
         the tag into a subject; securing does not act on what comes in, but a hold or a bounce does.";
}
