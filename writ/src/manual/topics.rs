//! Topics of the manual: what somebody may ask for, and the text that answers.

use super::{
    GROUPS, Group, PAGES, Page,
    sections::{Section, sections},
};

/// Pages or sections that answer a topic, with the page of each.
pub(crate) type Found = Vec<(&'static Page, &'static str)>;

/// What the manual says about a topic: the page of that name, the section of a page (`policy from`),
/// or every section with such a heading.
pub(crate) fn find(topic: &str) -> Found {
    let wanted = simple(topic);
    if let Some(page) = PAGES.iter().find(|it| it.name == wanted) {
        return vec![(page, page.text)];
    }
    if let Some((first, rest)) = wanted.split_once(' ') {
        let of_item = |it: &&'static Page| it.name == first || !in_page(it, first).is_empty();
        let found: Found = PAGES.iter().filter(of_item).flat_map(|it| in_page(it, rest)).collect();
        if !found.is_empty() {
            return found;
        }
    }
    PAGES.iter().flat_map(|it| in_page(it, &wanted)).collect()
}

/// Pages that are named for words which none is called by.
const SPEAKING_MAX: usize = 3;

/// The pages that speak of something most, by name.
pub(crate) fn speaking_of(words: &str) -> Vec<&'static str> {
    let wanted = simple(words);
    let times = |page: &Page| simple(page.text).matches(&wanted).count();
    let mut pages: Vec<(usize, &str)> = PAGES
        .iter()
        .filter(|page| page.name != "grammar" && !wanted.is_empty())
        .map(|page| (times(page), page.name))
        .filter(|it| it.0 > 0)
        .collect();
    pages.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    pages.iter().take(SPEAKING_MAX).map(|it| it.1).collect()
}

/// The sections of a page with exactly this name; else those whose name begins with it.
fn in_page(page: &'static Page, wanted: &str) -> Found {
    let all = sections(page.text);
    let with = |fits: &dyn Fn(&str) -> bool| -> Found {
        let found = all.iter().filter(|it| names(it).any(|name| fits(&name)));
        found.map(|it| (page, it.text)).collect()
    };
    let exact = with(&|name| name == wanted);
    if exact.is_empty() {
        return with(&|name| name.strip_prefix(wanted).is_some_and(|it| it.starts_with(' ')));
    }
    exact
}

/// What a section can be asked for by: its heading, and each phrase of it in back-quotes.
fn names<'s>(section: &'s Section<'static>) -> impl Iterator<Item = String> + 's {
    section.quoted().map(simple).chain([simple(section.heading)])
}

/// Small letters, single spaces, no marks.
fn simple(words: &str) -> String {
    let plain = words.replace(['`', '…', '"', '?'], " ").to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every topic: names of pages, phrases of headings.
pub(crate) fn all() -> Vec<String> {
    let mut topics: Vec<String> = PAGES.iter().map(|it| it.name.to_owned()).collect();
    for page in PAGES {
        for section in sections(page.text).iter().filter(|it| it.level > 1) {
            topics.extend(section.quoted().map(simple));
        }
    }
    topics.sort();
    topics.dedup();
    topics
}

/// The list of pages for `writ help`, by group, each with its title.
pub(crate) fn listed() -> String {
    let mut out = String::new();
    for group in GROUPS {
        out.push_str(&format!("{}:\n", group.title()));
        for page in PAGES.iter().filter(|it| it.group == group) {
            out.push_str(&format!("  {:<14}{}\n", page.name, title(page)));
        }
        if group == Group::Item {
            out.push_str(
                "  ITEM LINE     a line of an item, such as `policy from` or `activates at`\n",
            );
        }
        out.push('\n');
    }
    out
}

/// What the page is about: the sentence under its heading.
fn title(page: &Page) -> String {
    let sentence = page.text.lines().skip(1).find(|it| !it.trim().is_empty()).unwrap_or_default();
    sentence.trim_end_matches('.').replace("**", "")
}
