//! What a decision does besides its outcome, against what an `expect` line says: effects, and the
//! options of a secured copy.

use grammar::{
    literal::Duration,
    tree::{CopyOption, Limit, Notice, OnExpiry, ReadReceipt},
};

use super::expectation::words;
use crate::decision::{Effect, Options, Verdict};

/// What `expect WHO also …` means.
#[derive(Clone, Debug)]
pub(crate) enum SpokenBesides {
    /// All of these.
    Effects(Vec<Effect>),
    /// No banner.
    NoBanner,
    /// No effect at all.
    Nothing,
    /// The tag of a request is taken off, whatever it is.
    StripTag,
}

/// What of an `also` does not hold.
pub(super) fn why_not_besides(verdict: &Verdict, besides: &SpokenBesides) -> Option<String> {
    let is_banner = |it: &Effect| matches!(it, Effect::Banner { .. });
    let wanted = match besides {
        SpokenBesides::Effects(wanted) => {
            let missing = wanted.iter().find(|it| !verdict.effects.iter().any(|is| same(is, it)));
            effect_words(missing?)
        }
        SpokenBesides::NoBanner if verdict.effects.iter().any(is_banner) => "banner none".into(),
        SpokenBesides::Nothing if !verdict.effects.is_empty() => "nothing".into(),
        SpokenBesides::StripTag
            if !verdict.effects.iter().any(|it| matches!(it, Effect::StripTag(_))) =>
        {
            "strip tag".into()
        }
        SpokenBesides::NoBanner | SpokenBesides::Nothing | SpokenBesides::StripTag => return None,
    };
    let is: Vec<String> = verdict.effects.iter().map(effect_words).collect();
    let is = if is.is_empty() { "nothing".to_owned() } else { is.join(", ") };
    Some(format!("`{}`: expected also {wanted}, got {is}", verdict.recipient))
}

/// What of an option does not hold.
///
/// Of a copy over verified TLS the options are those of what happens where that cannot be had.
pub(super) fn why_not_option(verdict: &Verdict, option: CopyOption) -> Option<String> {
    let who = &verdict.recipient;
    let wanted = option_words(option);
    let otherwise = || verdict.otherwise.as_ref().and_then(|it| it.options.as_ref());
    let Some(options) = verdict.options.as_ref().or_else(otherwise) else {
        let (is, by) = (words(verdict), verdict.decided_by.join(", "));
        return Some(format!(
            "`{who}`: expected {wanted}, but nothing is secured: got {is} because {by}"
        ));
    };
    let is = option_of(options, option);
    (is != option).then(|| format!("`{who}`: expected {wanted}, got {}", option_words(is)))
}

/// Whether an effect is the one that was written; names of header fields have no case.
fn same(is: &Effect, wanted: &Effect) -> bool {
    match (is, wanted) {
        (
            Effect::AddHeader { name, value },
            Effect::AddHeader { name: wanted, value: wanted_value },
        ) => name.eq_ignore_ascii_case(wanted) && value == wanted_value,
        _ => is == wanted,
    }
}

/// An effect in the words of the language.
pub(crate) fn effect_words(effect: &Effect) -> String {
    match effect {
        Effect::AddHeader { name, value } => format!("add header \"{name}\" \"{value}\""),
        Effect::Banner { text, html: false } => format!("banner \"{text}\""),
        Effect::Banner { text, html: true } => format!("banner html \"{text}\""),
        Effect::CopyTo(address) => format!("copy to {address}"),
        Effect::Notify(address) => format!("notify {address}"),
        Effect::StripTag(_) => "strip tag".to_owned(),
        Effect::TagSubject(text) => format!("tag subject \"{text}\""),
    }
}

/// What the options say where a line says `asked`.
fn option_of(options: &Options, asked: CopyOption) -> CopyOption {
    let limit = |secs: u64| Duration::from_secs(secs).map_or(Limit::Never, Limit::After);
    match asked {
        CopyOption::Expires(_) => CopyOption::Expires(limit(options.expires_secs)),
        CopyOption::Extension(_) => CopyOption::Extension(limit(options.extension_secs)),
        CopyOption::Forward(_) => CopyOption::Forward(options.forward),
        CopyOption::Notice(_) => CopyOption::Notice(options.notice),
        CopyOption::OnExpiry(_) => CopyOption::OnExpiry(options.on_expiry),
        CopyOption::Print(_) => CopyOption::Print(options.print),
        CopyOption::ReadReceipt(_) => CopyOption::ReadReceipt(options.read_receipt),
        CopyOption::Reply(_) => CopyOption::Reply(options.reply),
        CopyOption::ReplyAll(_) => CopyOption::ReplyAll(options.reply_all),
    }
}

/// An option in the words of a definition.
pub(crate) fn option_words(option: CopyOption) -> String {
    let may = |word: &str, allowed: bool| {
        format!("{word} {}", if allowed { "allowed" } else { "denied" })
    };
    match option {
        CopyOption::Expires(Limit::After(time)) => format!("expires after {time}"),
        CopyOption::Expires(Limit::Never) => "expires never".to_owned(),
        CopyOption::Extension(Limit::After(time)) => format!("extension up to {time}"),
        CopyOption::Extension(Limit::Never) => "extension never".to_owned(),
        CopyOption::Forward(allowed) => may("forward", allowed),
        CopyOption::Notice(Notice::HideSubject) => "notice hide subject".to_owned(),
        CopyOption::Notice(Notice::ShowSubject) => "notice show subject".to_owned(),
        CopyOption::OnExpiry(OnExpiry::Gone) => "on expiry gone".to_owned(),
        CopyOption::OnExpiry(OnExpiry::ReadOnly) => "on expiry read only".to_owned(),
        CopyOption::Print(allowed) => may("print", allowed),
        CopyOption::ReadReceipt(ReadReceipt::Always) => "read receipt always".to_owned(),
        CopyOption::ReadReceipt(ReadReceipt::Never) => "read receipt never".to_owned(),
        CopyOption::ReadReceipt(ReadReceipt::OnRequest) => "read receipt on request".to_owned(),
        CopyOption::Reply(allowed) => may("reply", allowed),
        CopyOption::ReplyAll(allowed) => may("reply all", allowed),
    }
}
