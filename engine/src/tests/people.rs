//! Generated rules and messages over a small world, so that they meet often.

use grammar::tree::Scope;
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::scene::{add, address, at, file, message};
use crate::{
    SourceFile,
    facts::{Alternative, Attachment, Facts},
    fingerprint,
};

/// Sets and examinations that generated clauses name, after the preamble.
pub(super) const WORLD: &str = "
fingerprints known from \"known.fingerprints\" {
  at least   2 values
  unreadable counts as clear
}
fingerprints papers from \"papers.fingerprints\" {
  at least   40 percent
  unreadable counts as activated
  over limit counts as clear
}
addresses board {
  a@corp.example
  c@x.example
}
domains partners {
  x.example
  *.y.example
}
networks offices {
  192.0.2.0/24
  2001:db8::/32
}
terms words {
  \"nightjar\"        weight 4, whole word
  \"jar\"
  \"heads of terms\"  near \"nightjar\" within 3 words, weight 8
  \"NIGHTJAR\"        weight 2, exact case
}
examination wordy {
  look in    subject, body
  count      words, up to 2 times
  count      \"invoice\", distinct
  less 1 for \"draft\"
  activates  at 4
  unreadable counts as activated
}
examination strict {
  look in    body, attachment text
  count      card, distinct, up to 3 points
  count      words
  require    \"invoice\"
  veto       \"veto\"
  ignore     \"4111 1111 1111 1111\"
  activates  at 2
  unreadable counts as clear
  ambiguous  counts as clear
  over limit counts as activated
}
";

/// Wide ones stand here more than once, so that rules meet.
const SELECTORS: &[&str] = &[
    "everyone",
    "everyone",
    "everyone",
    "internal",
    "internal",
    "external",
    "external",
    "domain corp.example",
    "domain x.example",
    "domain sub.y.example",
    "domain *.y.example",
    "domains partners",
    "group fin",
    "group law",
    "anyone with clearance is at least staff",
    "anyone with clearance is secret",
    "board",
    "a@corp.example",
    "b@corp.example",
    "c@x.example",
];

const OUTCOMES: &[&str] = &[
    "deliver",
    "take no action",
    "secure with d7",
    "secure with d7",
    "secure with d30",
    "secure with d30",
    "secure with d1",
    "secure with d1",
    "hold",
    "hold for board",
    "hold for fin",
    "bounce \"bounced\"",
    "reject \"rejected\"",
    "deliver over verified tls otherwise secure with d7",
    "deliver over verified tls otherwise hold for law",
];

const EFFECTS: &[&str] = &[
    "notify o@corp.example",
    "banner \"B1\"",
    "banner \"B2\"",
    "add header \"X-One\" \"1\"",
    "copy to o@corp.example",
    "tag subject \"[T]\"",
];

const CONDITIONS: &[&str] = &[
    "cards activates",
    "wordy activates",
    "strict activates",
    "not wordy activates",
    "not strict activates",
    "attachment larger than 1 KB",
    "attachment type is pdf",
    "not attachment name matches \"*.exe\"",
    "more than 1 recipients",
    "spf passes",
    "not dkim passes",
    "sender uses tls",
    "message larger than 1 MB",
    "fingerprint known",
    "not fingerprint known",
    "fingerprint papers",
    "not fingerprint papers",
    "language is english, german",
    "not language is english",
];

/// The sets that [`WORLD`] names, with what some of the texts hold.
pub(super) fn set_files() -> Vec<SourceFile> {
    let key = fingerprint::Key([7; 16]);
    let values = ["4012888888881881", "NX-551-204"].map(str::to_owned);
    let (known, _) = fingerprint::table(key, &values).unwrap();
    let papers = fingerprint::documents(key, &[("paper".to_owned(), PAPER.to_owned())]).unwrap();
    vec![file("known.fingerprints", &known), file("papers.fingerprints", &papers)]
}

const PAPER: &str = "The party of the first part shall keep every drawing secret, and the party of the \
                     second part shall return every copy within thirty days of a written request.";

const TEXTS: &[&str] = &[
    PAPER,
    "4012888888881881, nx 551 204 and the party of the first part shall keep every drawing secret",
    "nothing",
    "an invoice for 4012 8888 8888 1881",
    "4012-8888-8888-1881 and 4012 8888 8888 1881 and 5555 5555 5555 4444",
    "draft heads of terms, NIGHTJAR",
    "heads of terms for one two three four five nightjar nightjars",
    "invoice veto 4012 8888 8888 1881",
    "4111 1111 1111 1111 invoice jar jar",
    "Nightjar nightjar NIGHTJAR",
];

const PEOPLE: &[&str] = &[
    "a@corp.example",
    "b@corp.example",
    "c@x.example",
    "d@sub.y.example",
    "e@y.example",
    "f@z.example",
];

fn side() -> impl Strategy<Value = String> {
    let list = || vec(select(SELECTORS), 1..=2).prop_map(|it| it.join(", "));
    (list(), option::weighted(0.15, list())).prop_map(|(any_of, except)| match except {
        Some(except) => format!("{any_of} except {except}"),
        None => any_of,
    })
}

fn line(
    key: &'static str,
    value: impl Strategy<Value = String>,
    chance: f64,
) -> impl Strategy<Value = String> {
    option::weighted(chance, value)
        .prop_map(move |it| it.map(|it| format!("  {key} {it}\n")).unwrap_or_default())
}

fn common() -> impl Strategy<Value = String> {
    let from = prop_oneof![6 => side(), 1 => Just("nobody".to_owned())];
    let sources = select(&["offices", "192.0.2.0/25", "10.0.0.0/8", "offices, 10.0.0.0/8"][..]);
    let days =
        select(&["from 2026-03-02", "until 2026-03-01", "from 2026-03-01 until 2026-03-02"][..]);
    let compares = select(&["envelope", "header", "either"][..]);
    (
        line("from", from, 0.7),
        line("to", side(), 0.6),
        line("compare", compares.prop_map(str::to_owned), 0.2),
        line("source", sources.prop_map(str::to_owned), 0.1),
        line("valid", days.prop_map(str::to_owned), 0.1),
    )
        .prop_map(|(from, to, compare, source, valid)| {
            format!("{from}{to}{compare}{source}{valid}")
        })
}

fn effects() -> impl Strategy<Value = String> {
    vec(select(EFFECTS), 0..=2)
        .prop_map(|it| it.iter().map(|it| format!("  also {it}\n")).collect::<Vec<_>>().concat())
}

/// One policy, without its name; routing ones may override everything.
fn policy() -> impl Strategy<Value = String> {
    let when = option::of(vec(select(CONDITIONS), 1..=2));
    (common(), when, select(OUTCOMES), effects(), any::<bool>(), 0_u8..10).prop_map(
        |(common, when, then, effects, disabled, overrides)| {
            let when_line = when
                .as_ref()
                .map(|it| format!("  when {}\n", it.join(" and ")))
                .unwrap_or_default();
            let overriding = if when.is_none() && overrides == 0 { "  override\n" } else { "" };
            let disabled = if disabled && overrides == 1 && !common.contains("valid") {
                "  disabled\n"
            } else {
                ""
            };
            format!("{{\n{common}{disabled}{when_line}  then {then}\n{effects}{overriding}}}\n")
        },
    )
}

fn bypass() -> impl Strategy<Value = String> {
    let acts = &[
        "then disable secure messaging",
        "then take no action",
        "skips cards",
        "skips wordy, strict",
    ][..];
    (common(), select(acts)).prop_map(|(common, act)| {
        let ends = if common.contains("until") { "" } else { "  valid forever\n" };
        let lines: Vec<&str> =
            common.lines().filter(|it| ends.is_empty() || !it.contains("valid")).collect();
        format!("{{\n  owner o@corp.example\n{}\n{ends}  {act}\n}}\n", lines.join("\n"))
    })
}

fn request() -> impl Strategy<Value = String> {
    let signs =
        &["subject contains \"[s]\"", "header \"X-Secure\" is \"yes\"", "header \"X-Secure\""][..];
    (
        line("from", side(), 0.3),
        line("to", side(), 0.3),
        select(signs),
        select(OUTCOMES),
        any::<bool>(),
    )
        .prop_map(|(from, to, sign, then, strip)| {
            let strip = if strip { "  strip tag\n" } else { "" };
            format!("{{\n{from}{to}  {sign}\n  then {then}\n{strip}}}\n")
        })
}

/// Items that can stand in any order, each a whole text.
pub(super) fn items() -> impl Strategy<Value = Vec<String>> {
    let named = option::weighted(0.15, (0_usize..8, 0_usize..8));
    (
        vec(policy(), 0..8),
        vec(bypass(), 0..4),
        vec(request(), 0..3),
        named,
        option::of(select(OUTCOMES)),
    )
        .prop_map(|(policies, bypasses, requests, named, default)| {
            let mut items: Vec<String> = Vec::new();
            for (number, body) in policies.iter().enumerate() {
                items.push(format!("policy p{number} {body}"));
            }
            // One policy names another of its kind.
            if let Some((one, other)) = named
                && let (Some(mine), Some(theirs)) = (policies.get(one), policies.get(other))
                && one != other
                && mine.contains("  when ") == theirs.contains("  when ")
            {
                items[one] = items[one].replace("}\n", &format!("  override p{other}\n}}\n"));
            }
            items.extend(
                bypasses
                    .iter()
                    .enumerate()
                    .map(|(number, body)| format!("bypass b{number} {body}")),
            );
            items.extend(
                requests
                    .iter()
                    .enumerate()
                    .map(|(number, body)| format!("request r{number} {body}")),
            );
            items.extend(default.map(|it| format!("default {it}\n")));
            items
        })
}

fn texts() -> impl Strategy<Value = Vec<(Scope, &'static str, Option<Alternative>)>> {
    let scopes = &[Scope::Subject, Scope::Body, Scope::AttachmentText, Scope::Headers][..];
    let branch = option::weighted(0.4, (0_u32..2, 0_u32..2))
        .prop_map(|it| it.map(|(group, branch)| Alternative { group, branch }));
    vec((select(scopes), select(TEXTS), branch), 0..5)
}

/// A message of somebody to somebody.
pub(super) fn messages() -> impl Strategy<Value = Facts> {
    let sender = select(&["a@corp.example", "b@corp.example", "c@x.example", "<>"][..]);
    let recipients = vec(select(PEOPLE), 1..=3);
    let headers = vec(select(PEOPLE), 0..=2);
    let peers =
        select(&["192.0.2.1", "192.0.2.200", "10.9.9.9", "::ffff:192.0.2.1", "2001:db8::9"][..]);
    let days = select(&["2026-03-01", "2026-03-02", "2026-03-03"][..]);
    let flags = vec(any::<bool>(), 8);
    let groups = vec((select(PEOPLE), select(&["groups/fin", "groups/law"][..])), 0..4);
    let clearances =
        vec((select(PEOPLE), select(&["none", "staff", "secret", "unheard"][..])), 0..4);
    (
        sender,
        recipients,
        headers,
        option::of(peers),
        days,
        flags,
        groups,
        clearances,
        texts(),
        0_u8..4,
    )
        .prop_map(
            |(sender, to, headers, peer, day, flags, groups, clearances, texts, rare)| {
                let mut facts = message(sender, &to);
                facts.content.header_from = headers.iter().map(|it| address(it)).collect();
                facts.peer = peer.map(|it| it.parse().unwrap());
                facts.at_ms = at(day);
                facts.trusted = flags[0];
                facts.tls = flags[1];
                facts.authentication.spf = flags[2].then_some(flags[3]);
                facts.authentication.dkim = flags[3].then_some(flags[2]);
                for (scope, text, alternative) in texts {
                    add(&mut facts.content, scope, 1, text);
                    facts.content.segments.last_mut().unwrap().alternative = alternative;
                }
                facts.content.subject = if flags[4] { "[S] hello" } else { "hello" }.to_owned();
                if flags[5] {
                    facts.content.headers.push(("x-secure".to_owned(), " Yes ".to_owned()));
                }
                if flags[6] {
                    let (name, kind) = ("a.EXE".to_owned(), "application/pdf".to_owned());
                    let octets = 2_000;
                    let attachment = Attachment { name, kind, octets, ..Attachment::default() };
                    facts.content.attachments.push(attachment);
                }
                let why = || vec!["part 2".to_owned()];
                match rare {
                    0 if flags[7] => facts.content.unreadable = why(),
                    1 if flags[7] => facts.content.over_limit = why(),
                    2 if flags[7] => facts.content.ambiguous = why(),
                    _ => {}
                }
                for (who, group) in groups {
                    facts.directory.add_group(&address(who), group);
                }
                for (who, value) in clearances {
                    facts.directory.set_attribute(&address(who), "clearance", value);
                }
                facts
            },
        )
}
