//! What the library says of a value, in an operator's words.

use grammar::suggest::closest;

/// What it says of types, and what is written for them.
const KINDS: [(&str, &str); 12] = [
    ("a string", "a text in quotes"),
    ("a borrowed string", "a text in quotes"),
    ("path string", "a path in quotes"),
    ("socket address", "an address and a port in quotes, such as `\"127.0.0.1:25\"`"),
    ("a boolean", "`true` or `false`"),
    ("a sequence", "a list, such as `[\"one\", \"two\"]`"),
    ("u8", "a number from 0 to 255"),
    ("u16", "a number from 0 to 65535"),
    ("u32", "a number from 0 to 4294967295"),
    ("string or table", "one of its words in quotes"),
    ("wanted string or table", "one of its words in quotes"),
    ("map", "a table"),
];

/// A sentence, and what to write. `key` is where it is said, `written` what stands there.
pub(super) fn of(said: &str, key: &str, written: &str) -> (String, String) {
    let (what, expected) = said.split_once(", expected ").unwrap_or((said, ""));
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    if let Some(word) = quoted(what, "unknown field ") {
        let message = match key.rsplit_once('.') {
            Some((table, _)) => format!("`[{table}]` has no key `{word}`"),
            None => format!("there is no key `{word}`"),
        };
        return (message, one_of(word, &known));
    }
    if let Some(word) = quoted(what, "unknown variant ") {
        return (format!("`{key}` cannot be `{word}`"), one_of(word, &known));
    }
    if let Some(name) = quoted(what, "missing field ") {
        return (format!("`{key}` has no `{name}`"), format!("write `{name} = …` below it"));
    }
    let shown = written.lines().next().unwrap_or_default();
    let message = match shown {
        "" => format!("`{key}` cannot be used"),
        _ => format!("`{key}` cannot be {shown}"),
    };
    let kind = KINDS.iter().find(|(said, _)| *said == expected).map(|(_, ours)| *ours);
    let reason = match kind {
        Some(kind) => format!("write {kind}"),
        None if expected.starts_with("struct ") => format!("write it as a table: `[{key}]`"),
        None if said.contains("socket address") => {
            "write an address and a port, such as `\"127.0.0.1:25\"`".to_owned()
        }
        None => said.to_owned(),
    };
    (message, reason)
}

/// The word in backticks behind `before`.
fn quoted<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.strip_prefix('`')?.strip_suffix('`')
}

fn one_of(word: &str, known: &[&str]) -> String {
    if let Some(close) = closest(word, known.iter().copied()) {
        return meant(close);
    }
    let listed: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
    format!("there are {}", listed.join(", "))
}

/// What is said of a word that is close to `name`.
pub(super) fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_heard_and_not_quoted() {
        let said = "unknown field `sesions`, expected one of `sessions`, `free-space-mib`";
        assert_eq!(
            of(said, "limits.sesions", "sesions"),
            ("`[limits]` has no key `sesions`".into(), "did you mean `sessions`?".into())
        );
        let said = "unknown variant `maybe`, expected `always` or `never`";
        assert_eq!(
            of(said, "next-hop.internal.tls", "\"maybe\""),
            (
                "`next-hop.internal.tls` cannot be `maybe`".into(),
                "there are `always`, `never`".into()
            )
        );
        assert_eq!(
            of("invalid type: string \"many\", expected u16", "limits.sessions", "\"many\""),
            (
                "`limits.sessions` cannot be \"many\"".into(),
                "write a number from 0 to 65535".into()
            )
        );
    }
}
