//! Tells those who may let mail go what waits for them, never what it says.

use maud::html;

use super::{House, Letter, date, page};

/// What the letter says.
#[derive(Clone, Debug)]
pub(crate) struct Waiting<'a> {
    /// The first of them.
    pub(crate) listed: &'a [Waits],
    /// How many there are.
    pub(crate) messages: usize,
}

/// A message that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waits {
    /// The message's id in this appliance.
    pub(crate) message: String,
    /// Its held deliveries, one a recipient.
    pub(crate) numbers: Vec<i64>,
    /// The envelope sender, as it is shown.
    pub(crate) sender: String,
    /// Who must let it go.
    pub(crate) holders: Vec<String>,
    /// Policies that hold it.
    pub(crate) held_by: Vec<String>,
    /// When it came, milliseconds since 1970 UTC.
    pub(crate) since_ms: i64,
    /// When it is returned if nobody decides, milliseconds since 1970 UTC.
    pub(crate) until_ms: i64,
}

/// Numbers of one message that are written out.
const NUMBERS_SHOWN: usize = 20;

/// Writes the letter.
pub(crate) fn waiting(house: &House<'_>, told: &Waiting<'_>) -> Letter {
    let title = match told.messages {
        1 => "A message waits to be released".to_owned(),
        count => format!("{count} messages wait to be released"),
    };
    let intro = format!(
        "The mail gateway of {} holds what is listed below until somebody decides. This is what is \
         new since the last mail like this one.",
        house.name
    );
    let number = told.listed.first().and_then(|it| it.numbers.first()).copied().unwrap_or(1);
    let how = format!(
        "On the gateway, `chancery hold list` shows all that waits, and `chancery hold show \
         {number}` one of them with its reasons. `chancery hold release {number}` lets it go, \
         `chancery hold return {number} --why \"…\"` returns it to its sender, and `chancery hold \
         discard {number}` throws it away."
    );
    let more = told.messages.saturating_sub(told.listed.len());
    let more = (0 < more).then(|| format!("And {more} more."));
    let rows: Vec<_> = told.listed.iter().map(|it| rows(house, it)).collect();
    let mut text = format!("{intro}\n\n");
    for rows in &rows {
        text.push_str(&page::plain_facts(rows));
        text.push('\n');
    }
    for line in more.iter().chain([&how]) {
        text.push_str(line);
        text.push_str("\n\n");
    }
    text.push_str(&page::footer(house));
    let content = html! {
        (page::paragraph(&intro))
        @for rows in &rows { (page::facts(rows)) }
        @for line in more.iter().chain([&how]) { (page::paragraph(line)) }
    };
    Letter { subject: title.clone(), text, html: page::page(house, &title, &content) }
}

fn rows(house: &House<'_>, waits: &Waits) -> [(&'static str, String); 8] {
    let mut numbers: Vec<String> =
        waits.numbers.iter().take(NUMBERS_SHOWN).map(i64::to_string).collect();
    if NUMBERS_SHOWN < waits.numbers.len() {
        numbers.push("…".to_owned());
    }
    [
        ("Number", numbers.join(", ")),
        ("Message", waits.message.clone()),
        ("Since", date::minute(waits.since_ms, house.time_zone)),
        ("From", waits.sender.clone()),
        ("Recipients", waits.numbers.len().to_string()),
        ("Waits for", waits.holders.join(", ")),
        ("Held by", waits.held_by.join(", ")),
        (
            "Returned",
            format!("{}, if nobody decides", date::minute(waits.until_ms, house.time_zone)),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_known_is_said_and_what_is_not_listed_is_counted() {
        let waits = Waits {
            message: "id".to_owned(),
            numbers: (17..47).collect(),
            sender: "a@b.example".to_owned(),
            holders: vec!["board".to_owned(), "legal".to_owned()],
            held_by: vec!["policy <one>".to_owned()],
            since_ms: 0,
            until_ms: 86_400_000,
        };
        let house = House { name: "Acme", help_desk: "", time_zone: "UTC" };
        let letter = waiting(&house, &Waiting { listed: &[waits], messages: 3 });
        assert_eq!(letter.subject, "3 messages wait to be released");
        for part in [
            "Number: 17, 18, ",
            ", 36, …\n",
            "Recipients: 30\n",
            "Waits for: board, legal\n",
            "Held by: policy <one>\n",
            "Returned: 2 January 1970, 00:00 UTC, if nobody decides\n",
            "And 2 more.",
            "`chancery hold show 17`",
        ] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert!(letter.html.contains("policy &lt;one&gt;"), "{}", letter.html);
    }
}
