//! A subject without what the rules found in it, for mail that goes out in clear (N-03).

use std::collections::BTreeSet;

use engine::{decision::ExaminationResult, facts::Content, normal::normalise};
use grammar::tree::Scope;

/// What stands in the place of a word.
const MASK: &str = "•••";
/// A find of so many letters is also found within a longer word.
const WITHIN_CHARS_MIN: usize = 3;

/// The subject with a mask for each word that is part of a find; none where nothing was found in it.
/// Rather a word too many: where the words of a find are not found again, all of it is masked.
pub(super) fn masked(content: &Content, examinations: &[ExaminationResult]) -> Option<String> {
    let hits = examinations.iter().flat_map(|it| &it.hits).filter(|it| it.scope == Scope::Subject);
    let found: Vec<&str> = hits.filter_map(|it| content.text.get(it.start..it.end)).collect();
    if found.is_empty() {
        return None;
    }
    let words: BTreeSet<String> =
        found.iter().flat_map(|it| runs(it)).filter(|it| is_word(it)).map(str::to_owned).collect();
    let mut masks = 0_usize;
    let shown: String = runs(&content.subject)
        .map(|run| {
            let is_found = is_word(run) && is_part(&normalise(run), &words);
            masks = masks.saturating_add(usize::from(is_found));
            if is_found { MASK } else { run }
        })
        .collect();
    Some(if masks == 0 { MASK.to_owned() } else { shown })
}

fn is_part(run: &str, words: &BTreeSet<String>) -> bool {
    words.contains(run)
        || words.iter().any(|it| WITHIN_CHARS_MIN <= it.chars().count() && run.contains(&**it))
}

fn is_word(run: &str) -> bool {
    run.chars().next().is_some_and(char::is_alphanumeric)
}

/// The text in pieces that are all letters and figures, or have none.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?.is_alphanumeric();
        let end = rest.find(|it: char| it.is_alphanumeric() != first).unwrap_or(rest.len());
        let (run, left) = rest.split_at(end);
        rest = left;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use engine::{Rules, SourceFile, facts::Facts};
    use grammar::literal::Address;

    use super::*;

    const RULES: &str = r#"writ 1
organisation acme {
  domains acme.example
  time zone UTC
  postmaster postmaster@acme.example
  help desk help@acme.example
  retention at most 30 days
  message size at most 1 MiB
  on error hold
}
terms words {
  "nightjar" weight 1
  "heads of terms" weight 1
}
pattern card {
  match /\b(?:\d[ -]?){12,18}\d\b/
  check luhn
  weight 1
}
examination all {
  look in subject, body
  count words
  count card
  activates at 100
  unreadable counts as clear
}
policy p {
  from everyone
  to everyone
  when all activates
  then hold
}
"#;

    fn shown(subject: &str, body: &str) -> Option<String> {
        let file = SourceFile { path: "all.writ".to_owned(), text: RULES.to_owned() };
        let (rules, findings) = Rules::load(&[file], &[]);
        let program = rules.unwrap_or_else(|| panic!("{findings:?}")).compile();
        let message = format!("From: a@acme.example\r\nSubject: {subject}\r\n\r\n{body}\r\n");
        let limits = examine::Limits::default();
        let facts = Facts {
            sender: Address::parse("a@acme.example").ok(),
            recipients: vec![Address::parse("b@shop.example").unwrap()],
            content: examine::extract_to_decide(message.as_bytes(), &limits, false).content,
            ..Facts::default()
        };
        let decision = program.decide(&facts);
        masked(&facts.content, &decision.examinations)
    }

    #[test]
    fn what_was_found_is_masked_and_nothing_else() {
        for (subject, expected) in [
            ("Lunch on Monday", None),
            ("Project Nightjar: lunch", Some("Project •••: lunch")),
            ("NIGHTJAR-project", Some("•••-project")),
            ("The heads of terms, of course", Some("The ••• ••• •••, ••• course")),
            ("Card 4012 8888 8888 1881 please", Some("Card ••• ••• ••• ••• please")),
            ("Card 4012-8888-8888-1881", Some("Card •••-•••-•••-•••")),
            ("Night\u{200b}jar", Some("•••")),
        ] {
            assert_eq!(shown(subject, "x").as_deref(), expected, "{subject}");
        }
        // What is found elsewhere is not told of here.
        assert_eq!(shown("Lunch", "nightjar"), None);
    }
}
