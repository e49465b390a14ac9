//! What generated clauses name: a small organisation, its sets, examinations and definitions, so
//! that rules and messages meet often.

use super::{super::scene::file, random::Random, tree::Item};
use crate::{SourceFile, fingerprint};

/// A line of a block, without its indentation.
pub(in crate::tests) type Line = String;

/// Addresses that rules and messages speak of.
pub(super) const PEOPLE: &[&str] = &[
    "a@corp.example",
    "b@corp.example",
    "s@sub.corp.example",
    "c@x.example",
    "d@sub.y.example",
    "e@y.example",
    "f@z.example",
    "g@xn--bcher-kva.example",
];

const DOMAINS: &[&str] = &["x.example", "*.y.example", "y.example", "bücher.example"];

const NETWORKS: &[&str] = &["192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32", "10.0.0.0/8"];

const TERMS: &[&str] = &[
    "\"nightjar\" weight 4, whole word",
    "\"jar\"",
    "\"heads of terms\" near \"nightjar\" weight 3, within 3 words",
    "\"NIGHTJAR\" weight 2, exact case",
    "\"straße\" weight 2, any case",
    "\"draft\" near \"invoice\" within 1 words",
];

/// Every one finds more than one message can hold, so that no threshold is out of reach.
const BOUNDLESS: &[&str] = &["card", "account", "project", "card, distinct", "project, distinct"];

const FINDABLE: &[&str] = &["words", "card", "account", "project", "\"invoice\"", "\"draft\""];

/// Names of examinations.
pub(super) const EXAMINATIONS: &[&str] = &["e0", "e1", "e2", "e3"];

/// What a document of a fingerprint set holds.
pub(super) const PAPER: &str = "The party of the first part shall keep every drawing secret, and the \
                                party of the second part shall return every copy within thirty days \
                                of a written request.";

/// Names of definitions; each may be based on the one before it.
pub(super) const DEFINITIONS: &[&str] = &["d0", "d1", "d2", "d3"];

/// Everything but clauses.
pub(super) fn items(random: &mut Random) -> Vec<Item> {
    let mut items = vec![organisation(random)];
    let entries = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<Line>>();
    items.push(Item::block("addresses board", entries(random.several(PEOPLE))));
    items.push(Item::block("domains partners", entries(random.several(DOMAINS))));
    items.push(Item::block("networks offices", entries(random.several(NETWORKS))));
    items.push(Item::line("group fin from directory \"groups/fin\""));
    items.push(Item::line("group law from directory \"groups/law\""));
    let order = vec!["order none < staff < secret".to_owned()];
    items.push(Item::block("attribute clearance from directory \"clearance\"", order));
    items.push(Item::line("attribute site from directory \"site\""));
    items.push(Item::block("terms words", entries(random.several(TERMS))));
    items.extend(patterns(random));
    items.extend(EXAMINATIONS.iter().map(|it| examination(it, random)));
    items.extend(fingerprints(random));
    items.extend((0..DEFINITIONS.len()).map(|it| definition(it, random)));
    items
}

fn organisation(random: &mut Random) -> Item {
    let below = if random.one_in(2) { ", *.corp.example" } else { "" };
    let mut lines = vec![format!("domains corp.example{below}")];
    let zone = random.pick(&["Europe/London", "UTC", "Pacific/Auckland"]);
    lines.push(format!("time zone {zone}"));
    if random.one_in(2) {
        lines.push(format!("on error {}", random.pick(&["hold", "bounce", "reject"])));
    }
    if random.one_in(3) {
        lines.push(format!("retention at most {}", random.pick(&["10 days", "36 hours"])));
    }
    Item::block("organisation corp", lines)
}

fn patterns(random: &mut Random) -> Vec<Item> {
    let mut card = vec!["match /\\b(?:\\d[ -]?){12,18}\\d\\b/".to_owned()];
    if random.one_in(2) {
        card.push("check luhn".to_owned());
    }
    let account = vec![
        "match /\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}\\b/".to_owned(),
        "check iban".to_owned(),
        format!("weight {}", 1 + random.below(4)),
    ];
    let mut project = vec!["match /\\bprj-\\d{2,3}\\b/".to_owned()];
    if random.one_in(2) {
        project.push("near \"project\", \"file\" within 2 words".to_owned());
    }
    vec![
        Item::block("pattern card", card),
        Item::block("pattern account", account),
        Item::block("pattern project", project),
    ]
}

fn examination(name: &str, random: &mut Random) -> Item {
    let mut lines = Vec::new();
    if random.one_in(2) {
        let all = ["subject", "body", "headers", "attachment names", "attachment text"];
        lines.push(format!("look in {}", random.several(&all).join(", ")));
    }
    lines.push(format!("count {}", random.pick(BOUNDLESS)));
    for _ in 0..random.below(3) {
        let distinct = if random.one_in(3) { ", distinct" } else { "" };
        let cap = random.pick(&["", "", ", up to 2 times", ", up to 3 points"]);
        lines.push(format!("count {}{distinct}{cap}", random.pick(FINDABLE)));
    }
    let mut rarely = |times: usize, line: &str, random: &mut Random| {
        if random.one_in(times) {
            lines.push(format!("{line} {}", random.pick(FINDABLE)));
        }
    };
    rarely(5, "require", random);
    rarely(6, "veto", random);
    rarely(5, "less 1 for", random);
    rarely(9, "less 3 for", random);
    if random.one_in(4) {
        lines.push("ignore \"4111 1111 1111 1111\", \"PRJ 12\"".to_owned());
    }
    lines.push(format!("activates at {}", 1 + random.below(5)));
    let counts_as = ["activated", "clear"];
    lines.push(format!("unreadable counts as {}", random.pick(&counts_as)));
    for line in ["ambiguous", "over limit"] {
        if random.one_in(2) {
            lines.push(format!("{line} counts as {}", random.pick(&counts_as)));
        }
    }
    Item::block(format!("examination {name}"), lines)
}

fn fingerprints(random: &mut Random) -> Vec<Item> {
    let mut set = |name: &str, enough: &[&str]| {
        let counts_as = ["activated", "clear"];
        let mut lines = vec![format!("at least {}", random.pick(enough))];
        lines.push(format!("unreadable counts as {}", random.pick(&counts_as)));
        for line in ["ambiguous", "over limit"] {
            if random.one_in(2) {
                lines.push(format!("{line} counts as {}", random.pick(&counts_as)));
            }
        }
        Item::block(format!("fingerprints {name} from \"{name}.fingerprints\""), lines)
    };
    vec![set("known", &["1 values", "2 values"]), set("papers", &["40 percent", "90 percent"])]
}

/// The files of the fingerprint sets.
pub(super) fn set_files() -> Vec<SourceFile> {
    let key = fingerprint::Key([7; 16]);
    let values = ["4012888888881881", "NX-551-204"].map(str::to_owned);
    let (known, _) = fingerprint::table(key, &values).unwrap();
    let papers = fingerprint::documents(key, &[("paper".to_owned(), PAPER.to_owned())]).unwrap();
    vec![file("known.fingerprints", &known), file("papers.fingerprints", &papers)]
}

const OPTIONS: &[&[&str]] = &[
    &["internal inbox", "internal inbox with banner", "internal portal", "internal refuse"],
    &["print allowed", "print denied"],
    &["forward allowed", "forward denied"],
    &["expires never", "expires after 1 day", "expires after 12 hours", "expires after 400 days"],
    &["on expiry gone", "on expiry read only"],
    &["extension never", "extension up to 14 days", "extension up to 2 days"],
    &["read receipt always", "read receipt never", "read receipt on request"],
    &["notice hide subject", "notice show subject"],
    &["banner none", "banner \"ONE\"", "banner \"TWO\"", "banner html \"<b>TWO</b>\""],
    &["refusal \"no\"", "refusal \"not here\""],
    &["available to internal", "available to group fin, board"],
];

fn definition(number: usize, random: &mut Random) -> Item {
    let name = DEFINITIONS[number];
    let mut lines: Vec<Line> = Vec::new();
    for option in OPTIONS {
        if random.one_in(2) {
            lines.push(random.pick(option).to_owned());
        }
    }
    // Replying to all without replying is refused.
    if random.one_in(2) {
        let replies = ["allowed|allowed", "allowed|denied", "denied|denied"];
        let (reply, all) = random.pick(&replies).split_once('|').unwrap();
        lines.push(format!("reply {reply}"));
        lines.push(format!("reply all {all}"));
    }
    let base = number.checked_sub(1).filter(|_| random.one_in(2)).map(|it| DEFINITIONS[it]);
    let based = base.map(|it| format!(" based on {it}")).unwrap_or_default();
    Item::block(format!("definition {name}{based}"), lines)
}
