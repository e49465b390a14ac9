//! Generated policies, bypasses and requests, and the default.

use super::{
    random::Random,
    tree::Item,
    world::{EXAMINATIONS, Line},
};

/// Wide ones stand here more than once, so that clauses meet.
pub(super) const SELECTORS: &[&str] = &[
    "everyone",
    "everyone",
    "everyone",
    "everyone",
    "internal",
    "internal",
    "internal",
    "external",
    "external",
    "external",
    "external",
    "domain corp.example",
    "domain x.example",
    "domain sub.y.example",
    "domain *.y.example",
    "*.y.example",
    "domain bücher.example",
    "domains partners",
    "partners",
    "group fin",
    "law",
    "addresses board",
    "board",
    "anyone with clearance is at least staff",
    "anyone with clearance is secret",
    "anyone with site is london",
    "a@corp.example",
    "A@Corp.example",
    "b@corp.example",
    "c@x.example",
];

pub(super) const OUTCOMES: &[&str] = &[
    "deliver",
    "take no action",
    "secure with d0",
    "secure with d0",
    "secure with d1",
    "secure with d1",
    "secure with d2",
    "secure with d2",
    "secure with d3",
    "secure with d3",
    "hold",
    "hold for board",
    "hold for fin",
    "bounce \"bounced\"",
    "bounce \"returned\"",
    "reject \"rejected\"",
    "deliver over verified tls otherwise secure with d2",
    "deliver over verified tls otherwise hold for law",
];

const EFFECTS: &[&str] = &[
    "notify o@corp.example",
    "notify o@corp.example, p@x.example",
    "banner \"B1\"",
    "banner \"B2\"",
    "banner html \"<i>B3</i>\"",
    "add header \"X-One\" \"1\"",
    "add header \"X-One\" \"2\"",
    "copy to o@corp.example",
    "tag subject \"[T]\"",
];

const FACTS: &[&str] = &[
    "attachment larger than 1 KB",
    "attachment type is pdf",
    "attachment type is image/*, application/zip",
    "attachment name matches \"*.exe\"",
    "attachment name matches \"a?b*.t*t\", \"rech*\"",
    "more than 1 recipients",
    "more than 2 recipients",
    "spf passes",
    "dkim fails",
    "dmarc passes",
    "sender uses tls",
    "message larger than 1 MB",
    "fingerprint known",
    "fingerprint papers",
    "language is english, german",
    "language is english",
];

const SOURCES: &[&str] = &["offices", "192.0.2.0/25", "10.0.0.0/8", "offices, 10.0.0.0/8", "::1"];

const VALIDITIES: &[&str] = &[
    "always",
    "from 2026-03-29",
    "from 2026-03-30",
    "until 2026-03-28",
    "until 2026-03-29",
    "from 2026-03-29 until 2026-03-29",
    "from 2026-03-28 until 2026-03-29",
];

const ENDING: &[&str] = &["forever", "until 2026-03-28", "from 2026-03-28 until 2026-03-29"];

/// Every clause and the default, in the order of kinds.
pub(super) fn items(random: &mut Random) -> Vec<Item> {
    // Content or routing, decided first: `override` names one of its own kind.
    let kinds: Vec<bool> = (0..1 + random.below(9)).map(|_| random.below(5) < 3).collect();
    let mut items: Vec<Item> =
        (0..kinds.len()).map(|number| policy(number, &kinds, random)).collect();
    let content: Vec<String> =
        (0..kinds.len()).filter(|it| kinds[*it]).map(|it| format!("p{it}")).collect();
    let bypasses = random.below(4);
    items.extend((0..bypasses).map(|number| bypass(number, bypasses, &content, random)));
    items.extend((0..random.below(3)).map(|number| request(number, random)));
    if random.one_in(3) {
        items.push(Item::line(format!("default {}", random.pick(OUTCOMES))));
    }
    items
}

fn selectors(random: &mut Random) -> String {
    let first = random.pick(SELECTORS);
    if random.one_in(3) { format!("{first}, {}", random.pick(SELECTORS)) } else { first.to_owned() }
}

fn side(random: &mut Random) -> String {
    let any_of = selectors(random);
    if random.one_in(5) { format!("{any_of} except {}", selectors(random)) } else { any_of }
}

fn sender(random: &mut Random) -> String {
    match random.below(12) {
        0 => "nobody".to_owned(),
        1 => format!("nobody, {}", side(random)),
        _ => side(random),
    }
}

/// What all kinds of clauses share, validity aside.
fn common(random: &mut Random) -> Vec<Line> {
    let mut lines = Vec::new();
    if random.one_in(2) {
        lines.push(format!("from {}", sender(random)));
    }
    if random.one_in(2) {
        lines.push(format!("to {}", side(random)));
    }
    lines
}

fn circumstances(random: &mut Random) -> Vec<Line> {
    let mut lines = Vec::new();
    if random.one_in(4) {
        lines.push(format!("compare {}", random.pick(&["envelope", "header", "either"])));
    }
    if random.one_in(7) {
        lines.push(format!("source {}", random.pick(SOURCES)));
    }
    lines
}

fn also(random: &mut Random) -> Vec<Line> {
    let effects = random.below(6).saturating_sub(3);
    (0..effects).map(|_| format!("also {}", random.pick(EFFECTS))).collect()
}

/// A condition; under `not` less often than not.
pub(super) fn condition(random: &mut Random) -> String {
    let asked = if random.one_in(3) {
        random.pick(FACTS).to_owned()
    } else {
        format!("{} activates", random.pick(EXAMINATIONS))
    };
    if random.one_in(4) { format!("not {asked}") } else { asked }
}

fn policy(number: usize, kinds: &[bool], random: &mut Random) -> Item {
    let is_content = kinds[number];
    let then = random.pick(OUTCOMES);
    let mut lines = if random.one_in(8) && !then.contains("secure") {
        vec![format!("between {} and {}", side(random), side(random))]
    } else {
        common(random)
    };
    lines.extend(circumstances(random));
    match random.below(14) {
        0 | 1 => lines.push(format!("valid {}", random.pick(VALIDITIES))),
        2 => lines.push("disabled".to_owned()),
        _ => {}
    }
    if is_content {
        let conditions: Vec<String> = (0..1 + random.below(2)).map(|_| condition(random)).collect();
        lines.push(format!("when {}", conditions.join(" and ")));
    }
    lines.push(format!("then {then}"));
    lines.extend(also(random));
    // Whoever names only later ones closes no circle.
    let later: Vec<usize> =
        (number + 1..kinds.len()).filter(|it| kinds[*it] == is_content).collect();
    if !is_content && random.one_in(10) {
        lines.push("override".to_owned());
    } else if !later.is_empty() && random.one_in(6) {
        lines.push(format!("override p{}", later[random.below(later.len())]));
    }
    Item::block(format!("policy p{number}"), lines)
}

fn bypass(number: usize, all: usize, content: &[String], random: &mut Random) -> Item {
    let mut lines = vec!["owner o@corp.example".to_owned()];
    lines.extend(common(random));
    lines.extend(circumstances(random));
    lines.push(format!("valid {}", random.pick(ENDING)));
    let skips = |random: &mut Random| random.pick(EXAMINATIONS).to_owned();
    match random.below(5) {
        0 | 1 => lines.push("then disable secure messaging".to_owned()),
        2 => lines.push("then take no action".to_owned()),
        3 if !content.is_empty() => {
            let policy = &content[random.below(content.len())];
            lines.push(format!("skips {policy}, {}", skips(random)));
        }
        _ => lines.push(format!("skips {}", skips(random))),
    }
    let routes = lines.iter().any(|it| it.starts_with("then "));
    if routes && random.one_in(8) {
        lines.push("override".to_owned());
    } else if routes && number + 1 < all && random.one_in(4) {
        lines.push(format!("override b{}", number + 1));
    }
    Item::block(format!("bypass b{number}"), lines)
}

pub(super) fn request(number: usize, random: &mut Random) -> Item {
    let mut lines = common(random);
    if random.one_in(6) {
        lines.push(format!("valid {}", random.pick(VALIDITIES)));
    }
    let signs = [
        "subject contains \"[s]\"",
        "subject contains \"ＨＥＬＬＯ\"",
        "header \"X-Secure\" is \"yes\"",
        "header \"X-Secure\"",
    ];
    lines.extend(random.several(&signs).into_iter().map(str::to_owned));
    lines.push(format!("then {}", random.pick(OUTCOMES)));
    lines.extend(also(random));
    if random.one_in(2) {
        lines.push("strip tag".to_owned());
    }
    Item::block(format!("request r{number}"), lines)
}
