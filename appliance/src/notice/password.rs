//! What the owner of an account reads of its password: how to choose a new one, and that one was
//! chosen. No password is ever in a mail.

use maud::html;

use super::{House, Letter, date, page};

/// The link to a new password, which is good until then, milliseconds since 1970 UTC.
pub(crate) fn reset(house: &House<'_>, link: &str, portal_url: &str, until_ms: i64) -> Letter {
    let title = "Secure Messaging Password Notification";
    let until = date::minute(until_ms, house.time_zone);
    let intro = format!(
        "Somebody asked for a new password for your account with the secure site of {}. If that was \
         you, choose one by the link. It works once, until {until}.",
        house.name
    );
    let other = "If it was not you, do nothing: your password stays as it is.";
    let genuine = genuine(portal_url);
    let text = format!(
        "{title}\n\n{intro}\n\nChoose a new password:\n{link}\n\n{other}\n\n{genuine}\n\n{}",
        page::footer(house)
    );
    let content = html! {
        (page::paragraph(&intro))
        (page::button(link, "Choose a new password"))
        (page::paragraph(other))
        (page::aside(&genuine))
        (page::address(link))
    };
    Letter { subject: title.to_owned(), text, html: page::page(house, title, &content) }
}

/// A new password was chosen at that time, milliseconds since 1970 UTC.
pub(crate) fn changed(house: &House<'_>, at_ms: i64, portal_url: &str) -> Letter {
    let title = "Your password was changed";
    let at = date::minute(at_ms, house.time_zone);
    let intro = format!(
        "The password of your account with the secure site of {} was changed on {at}. You are logged \
         out everywhere.",
        house.name
    );
    let other = format!(
        "If it was not you, somebody reads your mail: tell the help desk, and choose another password \
         at {portal_url}/forgot."
    );
    let text = format!("{title}\n\n{intro}\n\n{other}\n\n{}", page::footer(house));
    let content = html! { (page::paragraph(&intro)) (page::paragraph(&other)) };
    Letter { subject: title.to_owned(), text, html: page::page(house, title, &content) }
}

fn genuine(portal_url: &str) -> String {
    format!(
        "Is this genuine? The link always begins with {portal_url}/ and we never send a password by \
         email. You can also open that address yourself and ask for a link there."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_say_what_to_do() {
        let house = House { name: "Acme", help_desk: "help@acme.example", time_zone: "UTC" };
        let url = "https://portal.example";
        let letter = reset(&house, "https://portal.example/reset/TOKEN", url, 0);
        for part in [&letter.text, &letter.html] {
            for words in ["/reset/TOKEN", "1 January 1970, 00:00 UTC", "do nothing", "help@"] {
                assert!(part.contains(words), "{words}: {part}");
            }
        }
        let letter = changed(&house, 0, url);
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("https://portal.example/forgot"), "{part}");
        }
    }
}
