//! Words that do nothing, or something that nobody can mean: a weight of zero, a sign that every
//! message shows, a header that the gateway or the sender's program writes.

use grammar::{
    diagnostic::{Code, Diagnostic, Fix},
    tree::{self, Cap, Effect, EffectKind, OutcomeKind, RequestSign, Spanned},
};

use super::Checker;
use crate::code;

/// Headers, in small letters, that say who, when, what and by which way. A rule that added one would
/// forge it, or make the message readable in two ways.
const RESERVED_HEADERS: [&str; 16] = [
    "authentication-results",
    "bcc",
    "cc",
    "date",
    "delivered-to",
    "dkim-signature",
    "from",
    "in-reply-to",
    "message-id",
    "mime-version",
    "received",
    "references",
    "reply-to",
    "return-path",
    "sender",
    "to",
];

/// Beginnings of further such headers.
const RESERVED_FAMILIES: [&str; 3] = ["arc-", "content-", "resent-"];

impl Checker<'_> {
    /// Reports everything of this kind.
    pub(super) fn refuse_idle(&self) {
        self.refuse_zeros();
        self.refuse_idle_requests();
        let policies = self.items.policies.iter().flat_map(|it| &it.also);
        let requests = self.items.requests.iter().flat_map(|it| &it.also);
        policies.chain(requests).for_each(|it| self.refuse_reserved_header(it));
    }

    fn refuse_zeros(&self) {
        let items = &self.items;
        let terms = items.terms.iter().flat_map(|it| &it.entries).map(|it| &it.weight);
        let patterns = items.patterns.iter().map(|it| &it.weight);
        for weight in terms.chain(patterns).flatten().filter(|it| it.value == 0) {
            self.zero(weight, "a weight of 0 adds nothing, however often this is found");
        }
        for examination in &items.examinations {
            let threshold = examination.activates_at.as_ref();
            if let Some(threshold) = threshold.filter(|it| it.value == 0) {
                self.zero(threshold, "every message scores 0, so this always activates");
            }
            for (points, _) in examination.less.iter().filter(|it| it.0.value == 0) {
                self.zero(points, "0 points less change nothing");
            }
            for cap in examination.counts.iter().filter_map(|it| it.cap.as_ref()) {
                match cap.value {
                    Cap::Times(0) => self.zero(cap, "up to 0 times counts nothing"),
                    Cap::Points(0) => self.zero(cap, "up to 0 points counts nothing"),
                    Cap::Points(_) | Cap::Times(_) => {}
                }
            }
        }
    }

    fn zero<T>(&self, number: &Spanned<T>, why: &str) {
        self.report(Diagnostic::new(code::ZERO, why).primary(number.span, ""));
    }

    fn refuse_idle_requests(&self) {
        for request in &self.items.requests {
            for sign in &request.signs {
                if let RequestSign::SubjectContains(text) = sign {
                    self.needle(text);
                }
            }
            let say = |code: Code, message: String, span| {
                self.report(Diagnostic::new(code, message).primary(span, ""));
            };
            let name = &request.name.value;
            if let Some(then) = &request.then
                && protects_nothing(&then.kind)
            {
                let message = format!(
                    "`{name}` asks for what happens anyway: a request can only raise protection"
                );
                say(code::REQUEST_IDLE, message, then.span);
            }
            let has_tag =
                request.signs.iter().any(|it| matches!(it, RequestSign::SubjectContains(_)));
            if request.strip_tag && !has_tag && !request.signs.is_empty() {
                let message = format!(
                    "`{name}` strips a tag and knows none: only `subject contains` names one"
                );
                say(code::STRIP_IDLE, message, request.name.span);
            }
        }
    }

    fn refuse_reserved_header(&self, effect: &Effect) {
        let EffectKind::AddHeader { name, .. } = &effect.kind else { return };
        let written = name.value.to_ascii_lowercase();
        let is_subject = written == "subject";
        let is_reserved = is_subject
            || RESERVED_HEADERS.contains(&written.as_str())
            || RESERVED_FAMILIES.iter().any(|it| written.starts_with(it));
        if !is_reserved {
            return;
        }
        let message = format!("a rule cannot add a second `{}`", name.value);
        let finding = Diagnostic::new(code::HEADER_RESERVED, message).primary(name.span, "");
        let advice = if is_subject {
            "`also tag subject \"…\"` puts words before the subject".to_owned()
        } else {
            format!("a name of your own is free, such as `X-{}`", name.value)
        };
        self.report(finding.fix(Fix::advice(advice)));
    }

    /// Reports a test without a message, which cannot be run, and one that expects nothing, which could
    /// not fail.
    pub(super) fn require_expectation(&self, test: &tree::Test) {
        if test.message.is_none() {
            let message = format!("the test \"{}\" has no message", test.title.value);
            let finding = Diagnostic::new(code::LINE_MISSING, message).primary(test.title.span, "");
            let advice = "add `message { … }` with `from` and `to`, or `message file \"…\"`";
            self.report(finding.fix(Fix::advice(advice)));
        }
        if let Some(message) = test.message.as_ref().filter(|it| it.file.is_none()) {
            for (line, is_there) in
                [("from", message.from.is_some()), ("to", !message.to.is_empty())]
            {
                if !is_there {
                    let message =
                        format!("the message of \"{}\" has no line `{line}`", test.title.value);
                    let finding =
                        Diagnostic::new(code::LINE_MISSING, message).primary(test.title.span, "");
                    self.report(finding.fix(Fix::advice(format!("add the line `{line} ADDRESS`"))));
                }
            }
        }
        if test.expects.is_empty() {
            let message = format!("the test \"{}\" expects nothing", test.title.value);
            let finding = Diagnostic::new(code::LINE_MISSING, message).primary(test.title.span, "");
            self.report(finding.fix(Fix::advice("add the line `expect …`")));
        }
    }
}

fn protects_nothing(kind: &OutcomeKind) -> bool {
    match kind {
        OutcomeKind::Deliver | OutcomeKind::TakeNoAction => true,
        OutcomeKind::Bounce(_)
        | OutcomeKind::DisableSecureMessaging
        | OutcomeKind::Hold { .. }
        | OutcomeKind::Reject(_)
        | OutcomeKind::Secure(_)
        | OutcomeKind::VerifiedTls { .. } => false,
    }
}
