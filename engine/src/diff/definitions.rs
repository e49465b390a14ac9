//! Definitions of secure messaging, option by option, with what they inherit.

use grammar::tree::{self, Banner, Internal, Notice, OnExpiry, ReadReceipt, Span};

use super::{Edit, List, Place, Told, Version, strength::shows_banner};
use crate::{
    model::{definition::Definition, selector::Selector},
    wording,
};

/// Seconds of a day.
const DAY_SECS: u64 = 86_400;

/// An option that differs: what it says, and what that does.
type Differs = (&'static str, String, String, Told);

impl List<'_> {
    /// Every definition of both trees.
    pub(super) fn add_definitions(&mut self) {
        let (before, after) = (self.old.model(), self.new.model());
        let first = self.edits.len();
        for old in &before.definitions {
            let Some(new) = after.definitions.iter().find(|it| it.name == old.name) else {
                self.add_gone_definition(old);
                continue;
            };
            for (line, was, is, told) in options(old, new) {
                let places = (place(self.old, old, line), place(self.new, new, line));
                let change = format!("`{line} {was}` is now `{line} {is}`");
                self.add(&format!("definition {}", new.name), change, told, places);
            }
            self.choosers(old, new);
        }
        self.merge_inherited(first);
    }

    /// One line that several definitions have, from one that they are based on, is one edit.
    fn merge_inherited(&mut self, first: usize) {
        let mut merged: Vec<Edit> = Vec::new();
        for edit in self.edits.split_off(first.min(self.edits.len())) {
            let same = |it: &&mut Edit| {
                (&it.change, &it.reason, &it.old, &it.new)
                    == (&edit.change, &edit.reason, &edit.old, &edit.new)
            };
            match merged.iter_mut().find(same) {
                Some(one) => {
                    let name = edit.subject.rsplit(' ').next().unwrap_or_default();
                    one.subject = format!("{}, {name}", one.subject);
                }
                None => merged.push(edit),
            }
        }
        self.edits.append(&mut merged);
    }

    fn add_gone_definition(&mut self, old: &Definition) {
        let told = if old.available_to.is_empty() {
            Told::neutral("what secured with it says something else, which is told there")
        } else {
            Told::lowers("those who could choose to secure with it cannot any more")
        };
        let places = (place(self.old, old, ""), None);
        self.add(&format!("definition {}", old.name), "removed", told, places);
    }

    fn choosers(&mut self, old: &Definition, new: &Definition) {
        let words = |version: Version<'_>, it: &Definition| {
            let names = it.available_to.iter().map(|it| wording::selector(version.model(), it));
            names.collect::<Vec<_>>()
        };
        let (had, has) = (words(self.old, old), words(self.new, new));
        if had == has {
            return;
        }
        let everyone = new.available_to.contains(&Selector::Everyone);
        let told = if everyone || had.iter().all(|it| has.contains(it)) {
            Told::raises("more people may choose to secure with it")
        } else {
            Told::may_lower("some may no longer choose to secure with it")
        };
        let line = "available to";
        let shown = |names: Vec<String>| {
            if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
        };
        let change = format!("`{line} {}` is now `{line} {}`", shown(had), shown(has));
        let places = (place(self.old, old, line), place(self.new, new, line));
        self.add(&format!("definition {}", new.name), change, told, places);
    }
}

/// Every option that differs.
fn options(old: &Definition, new: &Definition) -> Vec<Differs> {
    let mut found = Vec::new();
    for (line, was, is, what) in [
        ("print", old.print, new.print, "print it"),
        ("reply", old.reply, new.reply, "reply"),
        ("reply all", old.reply_all, new.reply_all, "reply to all"),
        ("forward", old.forward, new.forward, "forward it"),
    ] {
        let told = if is {
            Told::lowers(format!("recipients may now {what}"))
        } else {
            Told::raises(format!("recipients may no longer {what}"))
        };
        let words = |allowed| if allowed { "allowed" } else { "denied" }.to_owned();
        if was != is {
            found.push((line, words(was), words(is), told));
        }
    }
    found.extend(times(old, new));
    found.extend(orders(old, new));
    found.extend(texts(old, new));
    found
}

fn times(old: &Definition, new: &Definition) -> Vec<Differs> {
    let mut found = Vec::new();
    let told = |longer: bool, lowers: &str| {
        if longer { Told::lowers(lowers) } else { Told::raises("it ends sooner") }
    };
    if old.expires_secs != new.expires_secs {
        let secs = |it: &Definition| it.expires_secs.unwrap_or(u64::MAX);
        let words = |it: &Definition| {
            it.expires_secs
                .map_or_else(|| "never".to_owned(), |it| format!("after {}", duration(it)))
        };
        let told = told(secs(old) < secs(new), "messages can be read for longer");
        found.push(("expires", words(old), words(new), told));
    }
    if old.extension_secs != new.extension_secs {
        let words = |it: &Definition| match it.extension_secs {
            0 => "never".to_owned(),
            secs => format!("up to {}", duration(secs)),
        };
        let longer = old.extension_secs < new.extension_secs;
        let told = told(longer, "senders may let messages be read for longer");
        found.push(("extension", words(old), words(new), told));
    }
    found
}

fn duration(secs: u64) -> String {
    if secs.is_multiple_of(DAY_SECS) {
        let days = secs.checked_div(DAY_SECS).unwrap_or(0);
        return format!("{days} {}", if days == 1 { "day" } else { "days" });
    }
    let hours = secs.div_ceil(3_600);
    format!("{hours} {}", if hours == 1 { "hour" } else { "hours" })
}

/// Options whose values have an order.
fn orders(old: &Definition, new: &Definition) -> Vec<Differs> {
    let internal = |it: &Definition| match it.internal {
        Internal::Inbox => "inbox",
        Internal::InboxWithBanner => "inbox with banner",
        Internal::Portal => "portal",
        Internal::Refuse => "refuse",
    };
    let expiry = |it: &Definition| match it.on_expiry {
        OnExpiry::Gone => "gone",
        OnExpiry::ReadOnly => "read only",
    };
    let receipt = |it: &Definition| match it.read_receipt {
        ReadReceipt::Always => "always",
        ReadReceipt::Never => "never",
        ReadReceipt::OnRequest => "on request",
    };
    let notice = |it: &Definition| match it.notice {
        Notice::HideSubject => "hide subject",
        Notice::ShowSubject => "show subject",
    };
    let all = [
        (
            "internal",
            internal(old),
            internal(new),
            new.internal < old.internal,
            "colleagues get the message with less protection",
        ),
        (
            "on expiry",
            expiry(old),
            expiry(new),
            new.on_expiry < old.on_expiry,
            "messages stay readable after they expire",
        ),
        (
            "read receipt",
            receipt(old),
            receipt(new),
            new.read_receipt < old.read_receipt,
            "senders are told less of who read",
        ),
        (
            "notice",
            notice(old),
            notice(new),
            new.notice < old.notice,
            "the subject travels in the open, in the notice",
        ),
    ];
    let differ = all.into_iter().filter(|it| it.1 != it.2);
    let found = differ.map(|(line, was, is, lower, why)| {
        let told = if lower { Told::lowers(why) } else { Told::raises("it is stricter") };
        (line, was.to_owned(), is.to_owned(), told)
    });
    found.collect()
}

/// Banner, and what is only wording.
fn texts(old: &Definition, new: &Definition) -> Vec<Differs> {
    let mut found = Vec::new();
    let banner = |it: &Definition| match &it.banner {
        Banner::None => "none".to_owned(),
        Banner::Text(text) => format!("\"{text}\""),
        Banner::Html(text) => format!("html \"{text}\""),
    };
    if old.banner != new.banner {
        let told = match (shows_banner(old), new.banner == Banner::None) {
            (true, true) => Told::lowers("internal copies no longer carry a banner"),
            (false, true) => Told::neutral("no copy carried it"),
            (_, false) => Told::neutral("only the words of the banner differ"),
        };
        found.push(("banner", banner(old), banner(new), told));
    }
    let wording = || Told::neutral("only the wording differs");
    if old.refusal != new.refusal {
        let words = |it: &Definition| format!("\"{}\"", it.refusal);
        found.push(("refusal", words(old), words(new), wording()));
    }
    if old.description != new.description {
        let words = |it: &Definition| match &it.description {
            None => "\"\"".to_owned(),
            Some(text) => format!("\"{text}\""),
        };
        found.push(("description", words(old), words(new), wording()));
    }
    found
}

/// Where a line of a definition stands, or of what it is based on; else its name.
fn place(version: Version<'_>, definition: &Definition, line: &str) -> Option<Place> {
    let outline = version.outline();
    let mut written = outline.definition(&definition.name)?;
    let own = written.name.span;
    for _ in 0..BASES_MAX {
        if let Some(span) = span(written, line) {
            return version.place(span);
        }
        let base = written.based_on.as_ref().and_then(|it| outline.definition(&it.name.value));
        let Some(base) = base else { break };
        written = base;
    }
    version.place(own)
}

/// Definitions below each other that are looked through for a line.
const BASES_MAX: usize = 32;

fn span(written: &tree::Definition, line: &str) -> Option<Span> {
    match line {
        "print" => written.print.as_ref().map(|it| it.span),
        "reply" => written.reply.as_ref().map(|it| it.span),
        "reply all" => written.reply_all.as_ref().map(|it| it.span),
        "forward" => written.forward.as_ref().map(|it| it.span),
        "expires" => written.expires.as_ref().map(|it| it.span),
        "extension" => written.extension.as_ref().map(|it| it.span),
        "internal" => written.internal.as_ref().map(|it| it.span),
        "on expiry" => written.on_expiry.as_ref().map(|it| it.span),
        "read receipt" => written.read_receipt.as_ref().map(|it| it.span),
        "notice" => written.notice.as_ref().map(|it| it.span),
        "banner" => written.banner.as_ref().map(|it| it.span),
        "refusal" => written.refusal.as_ref().map(|it| it.span),
        "description" => written.description.as_ref().map(|it| it.span),
        "available to" => written.available_to.first().map(|it| it.span),
        _ => Some(written.name.span),
    }
}
