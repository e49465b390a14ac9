//! The tree of one rule file: what the author wrote, checked for form only.
//!
//! # Invariants
//!
//! - Every value that a diagnostic may point at carries its [`Span`].
//! - Literals are parsed: an address, a network or a date in the tree is well-formed.
//! - Names are not resolved; that is the work of `engine::check`.

use crate::literal::{Address, Date, DomainPattern, Duration, Moment, Network, Size};

/// Which file of a rule tree a span is in; an index into the list handed to the parser.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FileId(pub u32);

/// A range of bytes of one file.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where the author wrote it.
    pub span: Span,
}

/// A name: lower-case words joined by hyphens, such as `payment-card`.
pub type Name = Spanned<String>;
/// A quoted string with its escapes resolved.
pub type Text = Spanned<String>;

/// A use of a name, perhaps of another file: `merger-words`, `std.iban`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reference {
    /// The part before the dot.
    pub qualifier: Option<Name>,
    /// The part after it, or all of it.
    pub name: Name,
}

/// One file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tree {
    /// Which file this is.
    pub file: FileId,
    /// The edition of the first line, `writ 1`; absent when the line is missing (a diagnostic says so).
    pub edition: Option<Spanned<u32>>,
    /// `use` lines.
    pub uses: Vec<Use>,
    /// The items that could be read, in order.
    pub items: Vec<Item>,
}

/// A `use` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Use {
    /// `use std` (the shipped library) or `use "file.writ" as name`.
    pub source: UseSource,
    /// The whole line.
    pub span: Span,
}

/// What a `use` line brings in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum UseSource {
    /// A shipped library by name.
    Library(Name),
    /// Another file of the tree under an alias.
    File {
        /// The path as written, relative to the folder of the tree.
        path: Text,
        /// What its names are qualified with.
        alias: Name,
    },
}

/// One item with its doc comment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// The `##` lines above it, without the marks.
    pub doc: Option<String>,
    /// From the keyword to the closing brace.
    pub span: Span,
    /// Some of its lines could not be read (a diagnostic says so): what seems absent may be among them.
    pub damaged: bool,
    /// What it is.
    pub kind: ItemKind,
}

/// Every kind of item.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "each variant is the struct of the same name")]
pub enum ItemKind {
    Organisation(Organisation),
    Addresses(Addresses),
    Domains(Domains),
    Networks(Networks),
    Group(Group),
    Attribute(Attribute),
    Terms(Terms),
    Pattern(Pattern),
    Examination(Examination),
    Definition(Definition),
    Default(Outcome),
    Policy(Policy),
    Request(Request),
    Bypass(Bypass),
    Test(Test),
    Assert(Assert),
}

/// `organisation NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Organisation {
    /// Its name.
    pub name: Name,
    /// Domains that are `internal`.
    pub domains: Vec<Spanned<DomainPattern>>,
    /// IANA name of the zone that dates are read in, such as `Europe/London`.
    pub time_zone: Option<Text>,
    /// Whom notices come from.
    pub postmaster: Option<Spanned<Address>>,
    /// Whom recipients may ask.
    pub help_desk: Option<Spanned<Address>>,
    /// `retention at most 365 days`.
    pub retention: Option<Spanned<Duration>>,
    /// `message size at most 35 MiB`, decoded.
    pub message_size: Option<Spanned<Size>>,
    /// `on error hold`.
    pub on_error: Option<Spanned<OnError>>,
    /// `relay networks NAME, CIDR, …`: peers whose header From may count as internal.
    pub relay_networks: Vec<Source>,
}

/// What happens when a decision cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum OnError {
    Hold,
    Bounce,
    Reject,
}

/// `addresses NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Addresses {
    pub name: Name,
    pub entries: Vec<Spanned<Address>>,
}

/// `domains NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Domains {
    pub name: Name,
    pub entries: Vec<Spanned<DomainPattern>>,
}

/// `networks NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Networks {
    pub name: Name,
    pub entries: Vec<Spanned<Network>>,
}

/// `group NAME from directory "path"`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and where it comes from")]
pub struct Group {
    pub name: Name,
    pub directory: Text,
}

/// `attribute NAME from directory "path" { order a < b < c }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Name,
    /// The directory's name of it.
    pub directory: Text,
    /// Its values from lowest to highest; empty when they have no order.
    pub order: Vec<Name>,
}

/// `terms NAME { … }`: a dictionary.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its entries")]
pub struct Terms {
    pub name: Name,
    pub entries: Vec<Term>,
}

/// One entry of a dictionary.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// What to find.
    pub text: Text,
    /// `near "other"`: the other text that must stand close by.
    pub near: Option<Text>,
    /// `within N words` of it; 10 when absent.
    pub within_words: Option<Spanned<u32>>,
    /// `weight N`; 1 when absent.
    pub weight: Option<Spanned<u32>>,
    /// `whole word`.
    pub whole_word: bool,
    /// `exact case`; the default and `any case` compare case-folded.
    pub exact_case: bool,
}

/// `pattern NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    /// Its name.
    pub name: Name,
    /// The regular expression as written between the slashes (`\/` is a slash); the span is that of the inside.
    pub regex: Option<Text>,
    /// `check luhn`, …; all must pass.
    pub checks: Vec<Name>,
    /// `weight N`; 1 when absent.
    pub weight: Option<Spanned<u32>>,
    /// `near "word", "word" within N words`.
    pub near: Vec<Text>,
    /// The distance of `near`; 10 when absent.
    pub within_words: Option<Spanned<u32>>,
    /// Values that must match, run as tests.
    pub accepts: Vec<Text>,
    /// Values that must not.
    pub rejects: Vec<Text>,
}

/// Where an examination looks.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Scope {
    Subject,
    Body,
    Headers,
    AttachmentNames,
    AttachmentText,
}

/// `examination NAME { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Examination {
    /// Its name.
    pub name: Name,
    /// `look in …`.
    pub look_in: Vec<Spanned<Scope>>,
    /// `count …`.
    pub counts: Vec<Count>,
    /// `require …`: every line must be satisfied.
    pub requires: Vec<Findable>,
    /// `veto …`: any one stops the examination.
    pub vetoes: Vec<Findable>,
    /// `less N for …`.
    pub less: Vec<(Spanned<u32>, Findable)>,
    /// `ignore "…"`: values never counted.
    pub ignores: Vec<Text>,
    /// `activates at N`.
    pub activates_at: Option<Spanned<u32>>,
    /// `unreadable counts as …` (mandatory line; checked by the engine).
    pub unreadable: Option<Spanned<CountsAs>>,
    /// `ambiguous counts as …`; activated when absent.
    pub ambiguous: Option<Spanned<CountsAs>>,
    /// `over limit counts as …`; the organisation's `on error` when absent.
    pub over_limit: Option<Spanned<CountsAs>>,
}

/// How a case that could not be told is routed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum CountsAs {
    Activated,
    Clear,
}

/// Something to find: a quoted text, or a reference to terms or a pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Findable {
    Text(Text),
    Named(Reference),
}

/// One `count` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Count {
    /// What is counted.
    pub what: Findable,
    /// `distinct`: a normalised value counts once.
    pub distinct: bool,
    /// `up to …`.
    pub cap: Option<Spanned<Cap>>,
    /// The whole line.
    pub span: Span,
}

/// The bound of a `count` line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Cap {
    Times(u32),
    Points(u32),
}

/// `definition NAME [based on NAME] { … }`; an absent option is inherited, then the documented default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: Name,
    /// `based on`.
    pub based_on: Option<Reference>,
    /// Free text.
    pub description: Option<Text>,
    /// What internal recipients get.
    pub internal: Option<Spanned<Internal>>,
    /// `print`, allowed or denied.
    pub print: Option<Spanned<bool>>,
    /// `reply`.
    pub reply: Option<Spanned<bool>>,
    /// `reply all`.
    pub reply_all: Option<Spanned<bool>>,
    /// `forward`.
    pub forward: Option<Spanned<bool>>,
    /// `expires after D | never`.
    pub expires: Option<Spanned<Limit>>,
    /// `on expiry gone | read only`.
    pub on_expiry: Option<Spanned<OnExpiry>>,
    /// `extension up to D | never`.
    pub extension: Option<Spanned<Limit>>,
    /// `read receipt always | never | on request`.
    pub read_receipt: Option<Spanned<ReadReceipt>>,
    /// `notice hide subject | show subject`.
    pub notice: Option<Spanned<Notice>>,
    /// `banner "text" | html "text" | none`.
    pub banner: Option<Spanned<Banner>>,
    /// `refusal "text"`: what an internal sender reads under `internal refuse`.
    pub refusal: Option<Text>,
    /// `available to …`: who may choose it when sending.
    pub available_to: Vec<Selector>,
}

/// What internal recipients of a secured message get.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum Internal {
    Inbox,
    InboxWithBanner,
    Portal,
    Refuse,
}

/// A length of time, or `never`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Limit {
    After(Duration),
    Never,
}

/// What happens to a copy that expired.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum OnExpiry {
    ReadOnly,
    Gone,
}

/// When a read receipt is sent.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least first")]
pub enum ReadReceipt {
    Never,
    OnRequest,
    Always,
}

/// Whether the notice shows the subject.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "the words of the language, least protective first")]
pub enum Notice {
    ShowSubject,
    HideSubject,
}

/// The banner of an internal copy.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Banner {
    None,
    Text(String),
    Html(String),
}

/// Who a message is from or to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Side {
    /// Any one of these.
    pub any_of: Vec<Selector>,
    /// `except …`: none of these.
    pub except: Vec<Selector>,
    /// The whole list.
    pub span: Span,
}

/// One way to name people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Selector {
    /// Which way.
    pub kind: SelectorKind,
    /// Where it stands.
    pub span: Span,
}

/// The ways to name people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SelectorKind {
    /// `everyone`.
    Everyone,
    /// `internal`.
    Internal,
    /// `external`.
    External,
    /// `nobody`: the null sender `<>`.
    NullSender,
    /// `domain x` (exactly that domain) or a pattern `*.x`.
    Domain(DomainPattern),
    /// `domains NAME`, `group NAME` with the keyword, or a bare name of any set.
    Named {
        /// What the keyword in front demands, if one was written.
        kind: Option<SetKind>,
        /// The name.
        name: Reference,
    },
    /// `anyone with ATTRIBUTE is VALUE` or `is at least VALUE`.
    Attribute {
        /// The attribute.
        attribute: Reference,
        /// `is` or `is at least`.
        relation: Relation,
        /// The value.
        value: Name,
    },
    /// One address.
    Address(Address),
}

/// The keyword in front of a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum SetKind {
    Addresses,
    Domains,
    Group,
}

/// How an attribute is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Relation {
    AtLeast,
    Is,
}

/// Which From is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Compare {
    Envelope,
    Header,
    Either,
}

/// One entry of `source`: a set by name, or a network.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Source {
    Named(Reference),
    Network(Spanned<Network>),
}

/// `valid …` or `disabled`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Validity {
    /// `valid always` or `valid forever`.
    Always,
    /// `valid from D until D`, half-open allowed; both days included.
    Range {
        /// The first day.
        from: Option<Spanned<Date>>,
        /// The last day.
        until: Option<Spanned<Date>>,
    },
    /// The line `disabled`.
    Disabled,
}

/// A disposition.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// Which.
    pub kind: OutcomeKind,
    /// Where it stands.
    pub span: Span,
}

/// The dispositions.
///
/// An `expect` or `outcome` line may leave out details, and then speaks of any: `secure` has a reference
/// with an empty name, `bounce` and `reject` an empty text, `deliver over verified tls` a `deliver` in `otherwise`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum OutcomeKind {
    /// `deliver`.
    Deliver,
    /// `deliver over verified tls otherwise …`.
    VerifiedTls {
        /// What happens where the domain does not prove it.
        otherwise: Box<Outcome>,
    },
    /// `secure with DEFINITION`.
    Secure(Reference),
    /// `hold` or `hold for GROUP`.
    Hold {
        /// Who may release it; the organisation's postmaster when absent.
        releasers: Option<Reference>,
    },
    /// `bounce "text"`.
    Bounce(Text),
    /// `reject "text"`.
    Reject(Text),
    /// `take no action`.
    TakeNoAction,
    /// `disable secure messaging` (bypasses only).
    DisableSecureMessaging,
}

/// An effect, `also …`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Effect {
    /// Which.
    pub kind: EffectKind,
    /// Where it stands.
    pub span: Span,
}

/// The effects.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum EffectKind {
    Notify(Address),
    Banner(Banner),
    AddHeader { name: Text, value: Text },
    CopyTo(Address),
    TagSubject(Text),
}

/// One condition of `when`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Condition {
    /// `not …`.
    pub negated: bool,
    /// What is asked.
    pub kind: ConditionKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition may ask.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ConditionKind {
    /// `EXAMINATION activates`.
    Activates(Reference),
    /// `attachment type is pdf, docx`.
    AttachmentType(Vec<Text>),
    /// `attachment name matches "*.exe"`, a glob.
    AttachmentName(Vec<Text>),
    AttachmentLarger(Spanned<Size>),
    MessageLarger(Spanned<Size>),
    RecipientsMoreThan(Spanned<u32>),
    LanguageIs(Vec<Name>),
    Fingerprint(Reference),
    Authentication {
        method: AuthenticationMethod,
        passes: bool,
    },
    SenderUsesTls,
}

/// A way a message is authenticated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AuthenticationMethod {
    Spf,
    Dkim,
    Dmarc,
}

/// `override` or `override NAME`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Override {
    /// Beats every candidate of its kind that is not an override.
    All(Span),
    /// Beats exactly the named one.
    Named(Reference),
}

/// `policy NAME { … }`; routing without `when`, content with it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who answers for it.
    pub owner: Option<Spanned<Address>>,
    /// The sender side; everyone when absent.
    pub from: Option<Side>,
    /// The recipient side; everyone when absent.
    pub to: Option<Side>,
    /// `between A and B` instead of from and to.
    pub between: Option<(Side, Side)>,
    /// Which From is read; envelope when absent.
    pub compare: Option<Spanned<Compare>>,
    /// Peers; any when empty.
    pub source: Vec<Source>,
    /// When it holds; always when absent.
    pub validity: Option<Spanned<Validity>>,
    /// The conditions, joined by `and`.
    pub when: Vec<Condition>,
    /// `then …` (mandatory; checked by the engine).
    pub then: Option<Outcome>,
    /// `also …`.
    pub also: Vec<Effect>,
    /// `override …`.
    pub overrides: Vec<Override>,
}

/// `request NAME { … }`: what a sender may ask for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who may ask; internal when absent.
    pub from: Option<Side>,
    /// Which recipients it concerns; everyone when absent.
    pub to: Option<Side>,
    /// What asks: `subject contains "…"` or `header "X-…" is "…"`; any one suffices.
    pub signs: Vec<RequestSign>,
    /// When it holds.
    pub validity: Option<Spanned<Validity>>,
    /// `then …`.
    pub then: Option<Outcome>,
    /// `also …`.
    pub also: Vec<Effect>,
    /// `strip tag`: take the sign off the subject.
    pub strip_tag: bool,
}

/// How a sender asks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum RequestSign {
    SubjectContains(Text),
    HeaderIs { name: Text, value: Text },
    HeaderPresent { name: Text },
}

/// `bypass NAME { … }`; a content bypass has `skips`, a routing bypass `then`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bypass {
    /// Its name.
    pub name: Name,
    /// The reason.
    pub why: Option<Text>,
    /// Who answers for it.
    pub owner: Option<Spanned<Address>>,
    /// The sender side.
    pub from: Option<Side>,
    /// The recipient side.
    pub to: Option<Side>,
    /// Which From is read.
    pub compare: Option<Spanned<Compare>>,
    /// Peers; any when empty.
    pub source: Vec<Source>,
    /// When it holds; mandatory (checked by the engine).
    pub validity: Option<Spanned<Validity>>,
    /// `skips NAME, …`: content policies or examinations.
    pub skips: Vec<Reference>,
    /// `then take no action | disable secure messaging`.
    pub then: Option<Outcome>,
    /// `override …`.
    pub overrides: Vec<Override>,
}

/// `test "…" { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Test {
    /// What it says.
    pub title: Text,
    /// The message.
    pub message: Option<TestMessage>,
    /// `given ADDRESS in GROUP` and `given ADDRESS with ATTRIBUTE VALUE`.
    pub given: Vec<Given>,
    /// The expectations.
    pub expects: Vec<Expect>,
}

/// The message of a test.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TestMessage {
    /// `message file "…"`, relative to the folder of the tree; the other lines then override.
    pub file: Option<Text>,
    /// Envelope sender; `None` inside for the null sender. From the file's headers when absent.
    pub from: Option<Spanned<Option<Address>>>,
    /// Header From, when it differs.
    pub header_from: Option<Spanned<Address>>,
    /// Envelope recipients.
    pub to: Vec<Spanned<Address>>,
    /// The peer's address.
    pub source: Option<Spanned<std::net::IpAddr>>,
    /// When it arrives; the organisation's zone.
    pub at: Option<Spanned<Moment>>,
    /// The subject.
    pub subject: Option<Text>,
    /// The plain body.
    pub body: Option<Text>,
    /// `header "Name" "value"`.
    pub headers: Vec<(Text, Text)>,
    /// `attach "name" with text "…"` or `attach "name" from "path"`.
    pub attachments: Vec<TestAttachment>,
    /// The whole block.
    pub span: Span,
}

/// An attachment of a test message.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "a name and its content")]
pub struct TestAttachment {
    pub name: Text,
    pub content: AttachmentContent,
}

/// Where an attachment's bytes come from.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum AttachmentContent {
    Text(Text),
    File(Text),
}

/// A fact a test supposes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the two forms")]
pub enum Given {
    InGroup { address: Spanned<Address>, group: Reference },
    WithAttribute { address: Spanned<Address>, attribute: Reference, value: Name },
}

/// One `expect` line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// The whole line.
    pub span: Span,
}

/// The forms of `expect`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ExpectKind {
    /// `expect WHO OUTCOME [with banner] [because NAME, …]`.
    Outcome {
        /// `None` for `every recipient`.
        recipient: Option<Spanned<Address>>,
        /// What must happen.
        outcome: Outcome,
        /// `with banner`: the copy must carry the banner.
        with_banner: bool,
        /// Which policies must have decided; `default` is a name here.
        because: Vec<Reference>,
    },
    /// `expect EXAMINATION scores N`.
    Scores {
        /// The examination.
        examination: Reference,
        /// Its score.
        score: Spanned<u32>,
    },
    /// `expect EXAMINATION activates` or `does not activate`.
    Activates {
        /// The examination.
        examination: Reference,
        /// Whether.
        activates: bool,
    },
}

/// `assert never | always | reachable "…" { … }`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assert {
    /// Which.
    pub kind: AssertKind,
    /// What it says.
    pub title: Text,
    /// The sender side.
    pub from: Option<Side>,
    /// The recipient side.
    pub to: Option<Side>,
    /// Peers.
    pub source: Vec<Source>,
    /// Conditions.
    pub when: Vec<Condition>,
    /// The outcome spoken of, without details where none are written.
    pub outcome: Option<Outcome>,
    /// `unless bypass NAME, …`.
    pub unless: Vec<Reference>,
}

/// The kinds of assertion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AssertKind {
    Always,
    Never,
    Reachable,
}

impl Span {
    /// The range of bytes in the text of the file.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        offset(self.start)..offset(self.end)
    }

    /// The smallest span over both; both must be in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
