//! The page on which a sender lets a message go, or stops it.

use maud::{Markup, html};

use super::text;
use crate::component::field::csrf;
use crate::component::layout::{self, Frame, Mood};
use crate::component::summary::done;
use crate::settings::Settings;
use crate::when::Calendar;

/// What is shown of a message.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) csrf: &'a str,
    /// The text of the link's token.
    pub(super) link: &'a str,
    pub(super) subject: &'a str,
    pub(super) written_at_ms: i64,
    pub(super) rows: &'a [Row],
    /// Not all are listed.
    pub(super) more: bool,
    /// What was just decided, in words.
    pub(super) decision: Option<&'static str>,
}

/// A recipient.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) recipient: String,
    pub(super) state: State,
}

/// What became of the message for a recipient.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Asked,
    Held,
    NotSent,
    Sent,
    UnderWay,
}

impl State {
    fn words(self) -> &'static str {
        match self {
            Self::Asked => text::ASKED,
            Self::Held => text::HELD,
            Self::NotSent => text::NOT_SENT,
            Self::Sent => text::WAS_SENT,
            Self::UnderWay => text::UNDER_WAY,
        }
    }
}

/// Draws it.
pub(super) fn page(settings: &Settings, calendar: &Calendar, it: &Asked<'_>) -> Markup {
    let waits = it.rows.iter().any(|row| row.state == State::Asked);
    let asks = it.decision.is_none() && (waits || it.more);
    let title = if asks { text::TITLE } else { text::DECIDED_TITLE };
    let content = html! {
        main.card.one #main {
            h1 { (title) }
            @if let Some(words) = it.decision { (done(words)) }
            div.prose {
                @if asks {
                    p { (text::LEDE) }
                } @else if it.decision.is_none() {
                    p { (text::DECIDED) }
                }
                dl.kv {
                    dt { "Subject" } dd { (it.subject) }
                    dt { "Written" } dd { (calendar.moment(it.written_at_ms)) }
                    dt { "To" }
                    dd {
                        ul.plain {
                            @for row in it.rows { (recipient(row, it.decision.is_some())) }
                            @if it.more { li.muted { (text::MORE) } }
                        }
                    }
                }
                @if asks { p.muted { (text::STOP_HINT) } }
            }
            @if asks {
                form method="post" action={ "/s/" (it.link) } {
                    (csrf(it.csrf))
                    div.bar {
                        button.btn.primary type="submit" name="decision" value="send" { (text::SEND) }
                        button.btn type="submit" name="decision" value="stop" { (text::STOP) }
                    }
                }
            }
        }
    };
    layout::page(&Frame { settings, title, mood: Mood::Plain, person: None }, &content)
}

/// Just after a decision, what waited for it is not told of: it is under way, one way or the other.
fn recipient(row: &Row, is_decided: bool) -> Markup {
    let is_told = !(is_decided && row.state == State::Asked);
    html! {
        li {
            (row.recipient)
            @if is_told { span.muted { " · " (row.state.words()) } }
        }
    }
}

/// The one page of every link that does not work.
pub(super) fn dead(settings: &Settings) -> Markup {
    let content = html! {
        main.card.one #main {
            h1 { (text::DEAD_TITLE) }
            div.prose {
                p { (text::DEAD) }
                p.muted { "Help desk: " (settings.help_desk) }
            }
        }
    };
    let frame = Frame { settings, title: text::DEAD_TITLE, mood: Mood::Plain, person: None };
    layout::page(&frame, &content)
}
