//! What the scanner remarks: places where readers disagree, and limits.

/// A remark on a part.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "`words` says what each means")]
pub enum Flag {
    BareCarriageReturn,
    BlankContinuation,
    BoundaryMissing,
    BoundaryOdd,
    BoundaryPrefix,
    BoundaryReused,
    ConflictingParameter,
    DelimiterAfterClose,
    DepthOverLimit,
    DuplicateField,
    DuplicateParameter,
    EncodedMultipart,
    EncodingDamaged,
    EncodingPaddingInside,
    EncodingUnknown,
    EpilogueText,
    ExternalBody,
    FieldsOverLimit,
    HeaderCut,
    HeaderNameOdd,
    HeaderNul,
    HeaderOctetsOverLimit,
    HeaderSpaceBeforeColon,
    HeaderStrayLine,
    LeadingBlankLine,
    LeadingContinuation,
    MixedLineEnds,
    NamesDiffer,
    ParameterMalformed,
    ParametersOverLimit,
    PartialMessage,
    PartsOverLimit,
    PreambleText,
    Truncated,
    TypeMalformed,
    Uuencoded,
    VersionMissing,
}

/// What follows from a flag.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// Two readers can see two different messages.
    Ambiguous,
    /// Worth showing, nothing follows.
    Note,
    /// Something was left out because of a limit.
    OverLimit,
    /// Something cannot be read at all.
    Unreadable,
}

impl Flag {
    /// What follows from it.
    #[must_use]
    pub fn class(self) -> Class {
        self.describe().0
    }

    /// The flag in a few words, for the trace.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.describe().1
    }

    fn describe(self) -> (Class, &'static str) {
        use Class::{Ambiguous, Note, OverLimit, Unreadable};
        match self {
            Self::BareCarriageReturn => (Ambiguous, "bare carriage return"),
            Self::BlankContinuation => (Ambiguous, "blank line inside a header"),
            Self::BoundaryMissing => (Ambiguous, "multipart without boundary"),
            Self::BoundaryOdd => (Ambiguous, "odd boundary"),
            Self::BoundaryPrefix => (Ambiguous, "line that begins like a boundary"),
            Self::BoundaryReused => (Ambiguous, "boundary used twice"),
            Self::ConflictingParameter => (Ambiguous, "conflicting parameters"),
            Self::DelimiterAfterClose => (Ambiguous, "part after the closing boundary"),
            Self::DepthOverLimit => (OverLimit, "parts nested too deep"),
            Self::DuplicateField => (Ambiguous, "duplicate header"),
            Self::DuplicateParameter => (Ambiguous, "duplicate parameter"),
            Self::EncodedMultipart => (Ambiguous, "multipart with a transfer encoding"),
            Self::EncodingDamaged => (Ambiguous, "damaged transfer encoding"),
            Self::EncodingPaddingInside => (Ambiguous, "padding inside base64"),
            Self::EncodingUnknown => (Ambiguous, "unknown transfer encoding"),
            Self::EpilogueText => (Ambiguous, "text after the last part"),
            Self::ExternalBody => (Unreadable, "body kept elsewhere"),
            Self::FieldsOverLimit => (OverLimit, "too many header fields"),
            Self::HeaderCut => (Ambiguous, "boundary inside a header"),
            Self::HeaderNameOdd => (Ambiguous, "odd header name"),
            Self::HeaderNul => (Ambiguous, "nul octet in a header"),
            Self::HeaderOctetsOverLimit => (OverLimit, "header too long"),
            Self::HeaderSpaceBeforeColon => (Ambiguous, "space before a header's colon"),
            Self::HeaderStrayLine => (Ambiguous, "stray line in a header"),
            Self::LeadingBlankLine => (Ambiguous, "message begins with an empty line"),
            Self::LeadingContinuation => (Ambiguous, "header begins with a space"),
            Self::MixedLineEnds => (Ambiguous, "mixed line ends"),
            Self::NamesDiffer => (Ambiguous, "two different file names"),
            Self::ParameterMalformed => (Ambiguous, "malformed parameter"),
            Self::ParametersOverLimit => (OverLimit, "too many parameters"),
            Self::PartialMessage => (Unreadable, "fragment of a message"),
            Self::PartsOverLimit => (OverLimit, "too many parts"),
            Self::PreambleText => (Ambiguous, "text before the first part"),
            Self::Truncated => (Ambiguous, "multipart without closing boundary"),
            Self::TypeMalformed => (Ambiguous, "malformed content type"),
            Self::Uuencoded => (Note, "uuencoded file in the text"),
            Self::VersionMissing => (Note, "no MIME-Version"),
        }
    }
}

/// Adds `flag` unless it is there.
pub(super) fn note(flags: &mut Vec<Flag>, flag: Flag) {
    if !flags.contains(&flag) {
        flags.push(flag);
    }
}
