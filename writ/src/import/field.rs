//! What the columns and keys of an export are called, and what they mean.

/// What a row is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    /// A content definition: what is looked for, and what happens then.
    Content,
    /// A secure messaging definition.
    Definition,
    /// A member of a group, or a group.
    Group,
    /// A policy of any type.
    Policy,
}

/// What a column means.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Field {
    Action,
    ActivationScore,
    Banner,
    BannerOn,
    BiDirectional,
    DateRange,
    Definition,
    DefinitionType,
    Enabled,
    End,
    EndEternal,
    Enforced,
    Expires,
    Extension,
    FromAddress,
    FromAttribute,
    FromAttributeValue,
    FromDomain,
    FromGroup,
    FromGroupId,
    FromKind,
    FromPart,
    FromValue,
    Group,
    GroupType,
    Id,
    Ignored,
    MatchList,
    Member,
    Narrative,
    Notify,
    Option,
    Override,
    Perpetual,
    PolicyType,
    Print,
    Receipt,
    Reply,
    ReplyAll,
    Routing,
    ScanAttachments,
    ScanBody,
    ScanHeaders,
    ScanNames,
    ScanSubject,
    SecureWith,
    SourceRanges,
    Start,
    StartEternal,
    ToAddress,
    ToAttribute,
    ToAttributeValue,
    ToDomain,
    ToGroup,
    ToGroupId,
    ToKind,
    ToValue,
}

/// A meaning, and the headings that have it, in small letters and digits alone.
type Aliases = &'static [(Field, &'static [&'static str])];

/// Columns that say nothing about what happens to mail.
const IGNORED: &[&str] = &[
    "comment",
    "comments",
    "created",
    "createdby",
    "createtime",
    "folder",
    "folderpath",
    "lastmodified",
    "lastupdated",
    "modified",
    "modifiedby",
    "preview",
    "showlocation",
    "updated",
];

const POLICY: Aliases = &[
    (Field::Id, &["id", "policyid"]),
    (Field::PolicyType, &["policytype", "type"]),
    (Field::Narrative, &["policynarrative", "narrative", "description", "name", "policyname"]),
    (Field::Option, &["option", "selectoption", "action", "policyaction"]),
    (
        Field::Definition,
        &[
            "definition",
            "selectsecuremessaging",
            "securemessagingdefinition",
            "securemessaging",
            "selectcontentdefinition",
            "contentdefinition",
            "contentexaminationdefinition",
            "definitionid",
        ],
    ),
    (Field::FromPart, &["addressesbasedon", "frompart", "basedon"]),
    (
        Field::FromKind,
        &["appliesfrom", "emailsfrom", "fromtype", "from", "senderscope", "emailsfromappliesfrom"],
    ),
    (Field::FromValue, &["fromvalue", "fromspecifically", "specificallyfrom"]),
    (Field::FromAddress, &["fromemailaddress", "fromaddress"]),
    (Field::FromDomain, &["fromemaildomain", "fromdomain"]),
    (Field::FromGroup, &["fromgroup", "fromprofilegroup", "fromgroupname", "fromaddressgroup"]),
    (Field::FromGroupId, &["fromgroupid"]),
    (Field::FromAttribute, &["fromattributename", "fromwhereattribute", "fromattribute"]),
    (Field::FromAttributeValue, &["fromattributevalue", "fromisequalto"]),
    (
        Field::ToKind,
        &["appliesto", "emailsto", "totype", "to", "recipientscope", "emailstoappliesto"],
    ),
    (Field::ToValue, &["tovalue", "tospecifically", "specificallyto"]),
    (Field::ToAddress, &["toemailaddress", "toaddress"]),
    (Field::ToDomain, &["toemaildomain", "todomain"]),
    (Field::ToGroup, &["togroup", "toprofilegroup", "togroupname", "toaddressgroup"]),
    (Field::ToGroupId, &["togroupid"]),
    (Field::ToAttribute, &["toattributename", "towhereattribute", "toattribute"]),
    (Field::ToAttributeValue, &["toattributevalue", "toisequalto"]),
    (Field::Enabled, &["enabled", "enabledisable", "status"]),
    (Field::Perpetual, &["setpolicyasperpetual", "perpetual", "alwayson", "eternal"]),
    (Field::DateRange, &["daterange", "validity"]),
    (Field::Start, &["startdate", "fromdate", "start", "validfrom", "daterangefrom"]),
    (Field::End, &["enddate", "todate", "end", "validto", "validuntil", "daterangeto"]),
    (Field::StartEternal, &["frometernal"]),
    (Field::EndEternal, &["toeternal"]),
    (Field::Override, &["policyoverride", "override"]),
    (Field::BiDirectional, &["bidirectional"]),
    (
        Field::SourceRanges,
        &["sourceipranges", "sourceiprangesnnnnx", "sourceips", "conditionssourceips", "sourceip"],
    ),
    (Field::Enforced, &["enforced"]),
    (Field::Ignored, &["fromattributeid", "toattributeid", "securemessagingdefinitionname"]),
];

const DEFINITION: Aliases = &[
    (Field::Id, &["id", "definitionid"]),
    (Field::Narrative, &["description", "name", "definition", "definitionname"]),
    (
        Field::Print,
        &["allowexternalrecipienttoprint", "allowrecipientstoprint", "allowprint", "print"],
    ),
    (
        Field::Reply,
        &["allowexternalrecipienttoreply", "allowrecipientstoreply", "allowreply", "reply"],
    ),
    (
        Field::ReplyAll,
        &[
            "allowexternalrecipienttoreplyall",
            "allowrecipientstoreplyall",
            "allowreplyall",
            "replyall",
        ],
    ),
    (
        Field::Expires,
        &[
            "expiresecuremessagesforexternalrecipientsafter",
            "expiresecuremessagesafter",
            "expireafter",
            "expiresafter",
            "expiry",
            "expiryperiod",
            "expires",
        ],
    ),
    (
        Field::Extension,
        &[
            "allowsendertoextendmessageexpirationbyamaximumof",
            "allowsendertoextend",
            "extendby",
            "maximumextension",
            "extension",
        ],
    ),
    (
        Field::Receipt,
        &["sendreadreceipt", "sendreadreceiptwhenrecipientreadsmessage", "readreceipt", "receipt"],
    ),
    (
        Field::BannerOn,
        &["customizeinternalnotificationbanner", "customiseinternalnotificationbanner"],
    ),
    (Field::Banner, &["banner", "bannertext", "internalnotificationbanner"]),
    (Field::Routing, &["routing", "routingmethod", "recipients", "deliverto"]),
];

const CONTENT: Aliases = &[
    (Field::Id, &["id", "definitionid"]),
    (
        Field::Narrative,
        &[
            "description",
            "definitionnarrative",
            "narrative",
            "name",
            "definition",
            "definitionname",
        ],
    ),
    (Field::DefinitionType, &["definitiontype", "type"]),
    (Field::ActivationScore, &["activationscore", "score"]),
    (
        Field::MatchList,
        &["wordphrasematchlist", "matchlist", "wordphraselist", "words", "phrases", "entries"],
    ),
    (
        Field::ScanSubject,
        &["scansubject", "checksubject", "scansubjectline", "checksubjectline", "subject"],
    ),
    (
        Field::ScanBody,
        &["scanbody", "checkbody", "scanmessagebody", "checkmessagebody", "messagebody", "body"],
    ),
    (
        Field::ScanHeaders,
        &["scanheaders", "checkheaders", "scanmessageheaders", "checkmessageheaders", "headers"],
    ),
    (
        Field::ScanAttachments,
        &["scanattachments", "checkattachments", "scanattachmenttext", "attachments"],
    ),
    (
        Field::ScanNames,
        &[
            "scanattachmentnames",
            "checkattachmentnames",
            "scanattachmentfilenames",
            "attachmentnames",
        ],
    ),
    (Field::Action, &["policyaction", "action"]),
    (Field::SecureWith, &["securemessagingoverride", "securedelivery", "securemessaging"]),
    (Field::Notify, &["notify", "notifygroup", "administratornotification", "notifyaddress"]),
];

const GROUP: Aliases = &[
    (Field::Id, &["id", "groupid", "profilegroupid"]),
    (
        Field::Group,
        &["group", "groupname", "addressgroup", "profilegroup", "name", "path", "grouppath"],
    ),
    (Field::GroupType, &["grouptype", "type", "source"]),
    (
        Field::Member,
        &[
            "member",
            "members",
            "memberaddress",
            "emailaddress",
            "email",
            "address",
            "domain",
            "memberdomain",
            "membersemailaddress",
            "membersdomain",
        ],
    ),
];

/// Headings of one side, which stand once for the senders and once for the recipients.
const OF_EITHER_SIDE: &[(&str, Field, Field)] = &[
    ("specifically", Field::FromValue, Field::ToValue),
    ("profilegroup", Field::FromGroup, Field::ToGroup),
    ("addressgroup", Field::FromGroup, Field::ToGroup),
    ("emaildomain", Field::FromDomain, Field::ToDomain),
    ("emailaddress", Field::FromAddress, Field::ToAddress),
    ("whereattribute", Field::FromAttribute, Field::ToAttribute),
    ("isequalto", Field::FromAttributeValue, Field::ToAttributeValue),
];

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Self; 4] = [Self::Content, Self::Definition, Self::Group, Self::Policy];

    fn aliases(self) -> Aliases {
        match self {
            Self::Content => CONTENT,
            Self::Definition => DEFINITION,
            Self::Group => GROUP,
            Self::Policy => POLICY,
        }
    }

    /// What rows with these headings are about.
    pub(crate) fn of_headings<'h>(
        headings: &(impl Iterator<Item = &'h str> + Clone),
    ) -> Option<Self> {
        let has = |kind: Self, fields: &[Field]| {
            headings
                .clone()
                .any(|it| of_header(kind, it, false).is_some_and(|it| fields.contains(&it)))
        };
        if has(Self::Content, &[Field::ActivationScore, Field::MatchList]) {
            return Some(Self::Content);
        }
        if has(Self::Definition, &[Field::Print, Field::Reply, Field::Expires]) {
            return Some(Self::Definition);
        }
        if has(Self::Policy, &[Field::FromKind, Field::ToKind]) {
            return Some(Self::Policy);
        }
        let is_group = has(Self::Group, &[Field::Group])
            && has(Self::Group, &[Field::Member, Field::GroupType]);
        is_group.then_some(Self::Group)
    }
}

/// What a heading means in rows of a kind. Headings that stand for either side are the recipients' once
/// the kind of recipients was said.
pub(crate) fn of_header(kind: Kind, heading: &str, is_after_to: bool) -> Option<Field> {
    let plain = plain(heading);
    let known = kind.aliases().iter().find(|it| it.1.contains(&plain.as_str())).map(|it| it.0);
    if known.is_some() {
        return known;
    }
    let either = OF_EITHER_SIDE.iter().find(|it| kind == Kind::Policy && it.0 == plain);
    if let Some((_, from, to)) = either {
        return Some(if is_after_to { *to } else { *from });
    }
    IGNORED.contains(&plain.as_str()).then_some(Field::Ignored)
}

/// The heading of rows of these kinds that one is probably misspelt from.
pub(crate) fn closest_header(kinds: &[Kind], heading: &str) -> Option<&'static str> {
    let known = kinds.iter().flat_map(|it| it.aliases()).flat_map(|it| it.1.iter().copied());
    grammar::suggest::closest(&plain(heading), known)
}

/// Small letters and digits alone.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_heading_has_one_meaning() {
        for kind in [Kind::Content, Kind::Definition, Kind::Group, Kind::Policy] {
            let mut seen = BTreeSet::new();
            for heading in kind.aliases().iter().flat_map(|it| it.1) {
                assert!(seen.insert(heading), "{kind:?}: {heading}");
                assert_eq!(plain(heading), **heading);
            }
        }
    }

    #[test]
    fn headings_tell_what_rows_are_about() {
        let kind = |it: &[&str]| Kind::of_headings(&it.iter().copied());
        assert_eq!(kind(&["Policy Narrative", "Applies From"]), Some(Kind::Policy));
        assert_eq!(
            kind(&["Description", "Allow External Recipient to Print"]),
            Some(Kind::Definition)
        );
        assert_eq!(kind(&["Description", "Activation Score"]), Some(Kind::Content));
        assert_eq!(kind(&["GROUP", "Member"]), Some(Kind::Group));
        assert_eq!(kind(&["Surname", "Salary"]), None);
    }
}
