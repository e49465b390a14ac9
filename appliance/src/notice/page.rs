//! The frame of every HTML part: one column, system fonts, readable in the dark, no picture.

use maud::{DOCTYPE, Markup, html};

use super::House;

/// The whole part. `content` is what differs.
pub(super) fn page(house: &House<'_>, title: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { (title) }
            }
            body style="margin:0;padding:24px 16px;background:#f4f6f8;color:#15212e;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif" {
                div style="max-width:560px;margin:0 auto;background:#ffffff;border:1px solid #d7dde3;border-radius:10px;padding:28px" {
                    p style="margin:0 0 20px;font-size:14px;font-weight:600;color:#4a5866" { (house.name) }
                    h1 style="margin:0 0 16px;font-size:22px;line-height:1.3" { (title) }
                    (content)
                }
                p style="max-width:560px;margin:16px auto 0;font-size:13px;color:#4a5866" {
                    "This is an automatic message. Please do not reply to it."
                    @if !house.help_desk.is_empty() {
                        " Questions? Write to "
                        a href={ "mailto:" (house.help_desk) } style="color:#1a56b0" { (house.help_desk) }
                        "."
                    }
                }
            }
        }
    }
    .into_string()
}

/// Names and values, one a line.
pub(super) fn facts(rows: &[(&str, String)]) -> Markup {
    html! {
        table role="presentation" style="border-collapse:collapse;margin:0 0 20px" {
            @for (name, value) in rows {
                tr {
                    td style="padding:2px 16px 2px 0;color:#4a5866;vertical-align:top" { (name) }
                    td style="padding:2px 0;overflow-wrap:anywhere" { (value) }
                }
            }
        }
    }
}

/// One paragraph.
pub(super) fn paragraph(text: &str) -> Markup {
    html! { p style="margin:0 0 16px" { (text) } }
}

/// The one button.
pub(super) fn button(link: &str, words: &str) -> Markup {
    html! {
        p style="margin:0 0 24px" {
            a href=(link) style="display:inline-block;background:#16437e;color:#ffffff;padding:12px 22px;border-radius:6px;font-weight:600;text-decoration:none" {
                (words)
            }
        }
    }
}

/// A paragraph in small letters.
pub(super) fn aside(text: &str) -> Markup {
    html! { p style="margin:0 0 16px;font-size:14px;color:#4a5866" { (text) } }
}

/// The address behind the button, for those who must copy it.
pub(super) fn address(link: &str) -> Markup {
    html! {
        p style="margin:0;font-size:13px;color:#4a5866;overflow-wrap:anywhere" {
            "If the button does not work, copy this address into your browser: " (link)
        }
    }
}

/// The last lines of every plain part.
pub(super) fn footer(house: &House<'_>) -> String {
    let help = if house.help_desk.is_empty() {
        String::new()
    } else {
        format!("\nQuestions? Write to {}.", house.help_desk)
    };
    format!("--\n{}\nThis is an automatic message. Please do not reply to it.{help}\n", house.name)
}

/// Names and values as plain lines.
pub(super) fn plain_facts(rows: &[(&str, String)]) -> String {
    rows.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}
