//! Secure messaging definitions.

use grammar::literal::QuotedText;

use super::{
    change::{Changes, Class},
    field::{Field, plain},
    naming::{Names, Space},
    record::Record,
    value::{Days, days, yes},
};
use crate::plain::plain_line;

/// A definition.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    called: String,
    id: Option<String>,
    print: bool,
    reply: bool,
    reply_all: bool,
    expires: Days,
    extension: Days,
    receipt: Receipt,
    internal: Internal,
    banner: Option<Banner>,
    /// The shipped library has it.
    is_shipped: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Receipt {
    Always,
    Never,
    OnRequest,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Internal {
    Inbox,
    InboxWithBanner,
    Portal,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Banner {
    Html(String),
    Text(String),
}

/// All definitions that policies can name.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    all: Vec<Definition>,
}

/// What the source shows above internal copies where nothing else is said.
const STANDARD_BANNER: &str =
    "This message was sent securely to recipients outside of the organisation.";

/// Days until a copy expires where the export does not say it.
const EXPIRES_DAYS: u32 = 30;

impl Definitions {
    /// Brings a definition over.
    pub(crate) fn add(&mut self, record: &Record, names: &mut Names, changes: &mut Changes) {
        let called = record.called();
        let mut note = |class, said: &str| changes.add(class, &record.place, &called, said);
        let print = allowed(record, Field::Print, "print", &mut note);
        let reply = allowed(record, Field::Reply, "reply", &mut note);
        let mut reply_all = allowed(record, Field::ReplyAll, "reply all", &mut note);
        if reply_all && !reply {
            note(Class::Stricter, "who may not reply cannot reply to all: reply all is denied");
            reply_all = false;
        }
        let expires = record.get(Field::Expires).and_then(days).unwrap_or_else(|| {
            note(
                Class::Weaker,
                &format!(
                    "the export says no expiry that is understood: {EXPIRES_DAYS} days were written; put yours"
                ),
            );
            Days::Number(EXPIRES_DAYS)
        });
        let extension = match record.get(Field::Extension).map(days) {
            Some(Some(days)) => days,
            None => Days::Never,
            Some(None) => {
                note(Class::Stricter, "the extension is not understood: never");
                Days::Never
            }
        };
        let receipt = match yes(record.get(Field::Receipt)) {
            Some(true) => Receipt::Always,
            Some(false) => Receipt::Never,
            None => {
                let said = "the export does not say whether a read receipt is sent: always";
                note(Class::Stricter, said);
                Receipt::Always
            }
        };
        let (internal, banner) = internal(record, &mut note);
        let name = names.give(Space::Definitions, &called);
        let id = record.get(Field::Id).map(str::to_owned);
        note(Class::Stricter, AVAILABLE);
        self.all.push(Definition {
            name,
            called,
            id,
            print,
            reply,
            reply_all,
            expires,
            extension,
            receipt,
            internal,
            banner,
            is_shipped: false,
        });
    }

    /// The definition that a policy or content definition names.
    pub(crate) fn find(
        &mut self,
        called: &str,
        (place, user): (&str, &str),
        names: &mut Names,
        changes: &mut Changes,
    ) -> String {
        let wanted = plain(called);
        let named =
            |it: &&Definition| it.id.as_deref() == Some(called) || plain(&it.called) == wanted;
        if let Some(found) = self.all.iter().find(named) {
            return found.name.clone();
        }
        let shipped = match wanted.as_str() {
            "externalrecipients" => {
                Some(("mimecast.external-recipients", Internal::InboxWithBanner))
            }
            "allrecipients" => Some(("mimecast.all-recipients", Internal::Portal)),
            _ => None,
        };
        let mut definition = Definition {
            name: String::new(),
            called: called.to_owned(),
            id: None,
            print: shipped.is_some(),
            reply: shipped.is_some(),
            reply_all: false,
            expires: Days::Number(EXPIRES_DAYS),
            extension: if shipped.is_some() { Days::Number(EXPIRES_DAYS) } else { Days::Never },
            receipt: if shipped.is_some() { Receipt::OnRequest } else { Receipt::Always },
            internal: Internal::Portal,
            banner: None,
            is_shipped: shipped.is_some(),
        };
        if let Some((name, internal)) = shipped {
            definition.name = name.to_owned();
            definition.internal = internal;
            changes.add(
                Class::Same,
                place,
                user,
                format!(
                    "the definition `{}` is not in the export; the shipped `{name}` is used",
                    plain_line(called)
                ),
            );
        } else {
            definition.name = names.give(Space::Definitions, called);
            changes.add(Class::Weaker, place, user, format!("the definition `{}` is not in the export; `{}` was written with print and reply denied, {EXPIRES_DAYS} days: put yours", plain_line(called), definition.name));
        }
        let name = definition.name.clone();
        self.all.push(definition);
        name
    }

    /// The items.
    pub(crate) fn items(&self) -> Vec<String> {
        self.all.iter().filter(|it| !it.is_shipped).map(Definition::item).collect()
    }

    /// How strict a definition is: one that is at least as strict in everything has no smaller number.
    pub(crate) fn strictness(&self, name: &str) -> u64 {
        self.all.iter().find(|it| it.name == name).map_or(0, Definition::strictness)
    }

    /// Whether one is at least as strict as the other in everything.
    pub(crate) fn covers(&self, one: &str, other: &str) -> bool {
        let of = |name: &str| self.all.iter().find(|it| it.name == name).map(Definition::scales);
        match (of(one), of(other)) {
            (Some(one), Some(other)) => one.iter().zip(&other).all(|(one, other)| one >= other),
            (Some(_) | None, _) => false,
        }
    }
}

/// The folder of a definition says who has it.
const AVAILABLE: &str = "nobody may choose it when sending until you say who, with `available to`: the folder that said it is not in an export";

/// Whether an option is granted; denied where nothing is said.
fn allowed(record: &Record, field: Field, what: &str, note: &mut impl FnMut(Class, &str)) -> bool {
    match (record.get(field), yes(record.get(field))) {
        (_, Some(is)) => return is,
        (None, None) => {
            let said = format!("the export does not say whether {what} is allowed: denied");
            note(Class::Stricter, &said);
        }
        (Some(said), None) => {
            let said = format!("`{}` is neither yes nor no: {what} is denied", plain_line(said));
            note(Class::Stricter, &said);
        }
    }
    false
}

fn in_days(days: u32) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
}

fn internal(record: &Record, note: &mut impl FnMut(Class, &str)) -> (Internal, Option<Banner>) {
    let internal = match record.word(Field::Routing).as_str() {
        "allrecipients" | "all" | "portal" => Internal::Portal,
        _ => Internal::InboxWithBanner,
    };
    let text = record.get(Field::Banner);
    let is_own = yes(record.get(Field::BannerOn)).unwrap_or(text.is_some());
    match text.filter(|_| is_own) {
        None if is_own => {
            note(
                Class::Same,
                "the text of its own banner is not in the export; the standard text was written",
            );
            (internal, Some(Banner::Text(STANDARD_BANNER.to_owned())))
        }
        None => (internal, Some(Banner::Text(STANDARD_BANNER.to_owned()))),
        // The construct of the source that takes the banner away.
        Some(text) if text.contains("mc-sm-hide") => {
            let bare = if internal == Internal::Portal { internal } else { Internal::Inbox };
            (bare, None)
        }
        Some(text) => {
            if text.contains("%%") || text.contains("<mc") {
                note(
                    Class::Same,
                    "tags of the source in the banner are shown as they are written: put words in their place",
                );
            }
            let is_html = text.contains('<') && text.contains('>');
            let banner =
                if is_html { Banner::Html(text.to_owned()) } else { Banner::Text(text.to_owned()) };
            (internal, Some(banner))
        }
    }
}

impl Definition {
    fn item(&self) -> String {
        let allowed = |it: bool| if it { "allowed" } else { "denied" };
        let mut out = format!("definition {} {{\n", self.name);
        let mut line = |text: String| {
            out.push_str("  ");
            out.push_str(&text);
            out.push('\n');
        };
        line(format!("description {}", QuotedText::quote(&plain_line(&self.called))));
        line(match self.internal {
            Internal::Inbox => "internal inbox".to_owned(),
            Internal::InboxWithBanner => "internal inbox with banner".to_owned(),
            Internal::Portal => "internal portal".to_owned(),
        });
        line(format!("print {}", allowed(self.print)));
        line(format!("reply {}", allowed(self.reply)));
        line(format!("reply all {}", allowed(self.reply_all)));
        line("forward denied".to_owned());
        line(match self.expires {
            Days::Never => "expires never".to_owned(),
            Days::Number(days) => format!("expires after {}", in_days(days)),
        });
        line("on expiry read only".to_owned());
        line(match self.extension {
            Days::Never => "extension never".to_owned(),
            Days::Number(days) => format!("extension up to {}", in_days(days)),
        });
        line(match self.receipt {
            Receipt::Always => "read receipt always".to_owned(),
            Receipt::Never => "read receipt never".to_owned(),
            Receipt::OnRequest => "read receipt on request".to_owned(),
        });
        match self.banner.as_ref().filter(|_| self.internal == Internal::InboxWithBanner) {
            None => {}
            Some(Banner::Html(text)) => line(format!("banner html {}", QuotedText::quote(text))),
            Some(Banner::Text(text)) => line(format!("banner {}", QuotedText::quote(text))),
        }
        out.push_str("}\n");
        out
    }

    /// Every option as a number that grows with strictness.
    fn scales(&self) -> [u64; 7] {
        let denied = |it: bool| u64::from(!it);
        let days = |it: Days| match it {
            Days::Never => 0,
            Days::Number(days) => u64::from(100_000_u32.saturating_sub(days)),
        };
        // An extension that is never granted is the strictest, an expiry that never comes the loosest.
        let extension = match self.extension {
            Days::Never => 100_000,
            number @ Days::Number(_) => days(number),
        };
        let receipt = match self.receipt {
            Receipt::Never => 0,
            Receipt::OnRequest => 1,
            Receipt::Always => 2,
        };
        let internal = match self.internal {
            Internal::Inbox => 0,
            Internal::InboxWithBanner => 1,
            Internal::Portal => 2,
        };
        [
            denied(self.print),
            denied(self.reply),
            denied(self.reply_all),
            days(self.expires),
            extension,
            receipt,
            internal,
        ]
    }

    fn strictness(&self) -> u64 {
        self.scales().iter().sum()
    }
}
