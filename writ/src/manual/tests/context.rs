//! The tree around an example: an organisation and what examples speak of by name, so that a page
//! shows only what it is about.

/// What an example may name without declaring it.
const CONTEXT: &str = include_str!("context.writ");

/// Lines that a block cannot do without, put in where the example does not show them.
const NEEDED: &[(&str, &[&str])] = &[
    ("organisation", &["domains acme.example"]),
    ("pattern", &["match /\\d{8}/"]),
    ("examination", &["count \"invoice\"", "activates at 1", "unreadable counts as clear"]),
    ("policy", &["then hold"]),
    ("request", &["subject contains \"[ask]\"", "then secure with confidential"]),
    ("bypass", &["owner security@acme.example", "valid until 2099-06-30", "then take no action"]),
    (
        "test",
        &[
            "message {\n from alice@acme.example\n to bob@shop.example\n}",
            "expect every recipient deliver",
        ],
    ),
    ("message", &["from alice@acme.example", "to bob@shop.example"]),
];

/// A whole file around an example: the lines of a block, or items.
pub(super) fn around(code: &str, block: Option<&str>) -> String {
    let indented: String = code.split_inclusive('\n').map(|it| format!("  {it}")).collect();
    let code = if block.is_some() { indented.as_str() } else { code };
    let items = match block {
        Some("message") => {
            format!(
                "test \"it\" {{\nmessage {{\n{}}}\nexpect every recipient deliver\n}}\n",
                with_needed(code, "message")
            )
        }
        Some("test") => format!("test \"it\" {{\n{}}}\n", with_needed(code, "test")),
        Some("assert") => format!("assert never \"it\" {{\n{code}}}\n"),
        Some(block) => format!("{block} example {{\n{}}}\n", with_needed(code, block)),
        None => code.to_owned(),
    };
    let own = names(&items);
    let uses: String = lines(&items, true);
    let items = lines(&items, false);
    let std = if uses.contains("use std") { "" } else { "use std\n" };
    let mut out = format!("writ 1\n{std}{uses}{items}");
    for item in items_of(CONTEXT) {
        if !names(item).iter().any(|name| own.contains(name)) {
            out.push_str(item);
        }
    }
    out
}

fn lines(text: &str, uses: bool) -> String {
    text.split_inclusive('\n').filter(|it| it.starts_with("use ") == uses).collect()
}

fn with_needed(code: &str, block: &str) -> String {
    let mut code = code.to_owned();
    let needed = NEEDED.iter().find(|it| it.0 == block).map_or(&[][..], |it| it.1);
    for line in needed {
        let key = line.split(' ').next().unwrap();
        let has = |it: &str| code.lines().any(|line| line.trim_start().starts_with(it));
        let is_answered =
            has(key) || key == "then" && has("skips") || key == "valid" && has("disabled");
        let is_answered = is_answered || key == "subject" && has("header");
        if !is_answered {
            code.push_str(&format!("  {line}\n"));
        }
    }
    code
}

/// What a text declares: names; the organisation and the default by their kind.
fn names(text: &str) -> Vec<&str> {
    let heads = text.lines().filter(|it| it.starts_with(|first: char| first.is_ascii_lowercase()));
    let declared = heads.filter_map(|it| {
        let mut words = it.split_whitespace();
        match words.next()? {
            only @ ("organisation" | "default") => Some(only),
            "use" | "test" | "assert" => None,
            _ => words.next(),
        }
    });
    declared.collect()
}

/// The items of the context, each as its text.
fn items_of(text: &'static str) -> Vec<&'static str> {
    text.split_inclusive("\n\n").filter(|it| !it.starts_with("writ")).collect()
}
