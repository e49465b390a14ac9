//! The form of the file: every fault of it, not the first alone.
//!
//! The library stops at a fault. So each is told and taken out, what is missing is filled in with
//! something of its kind, and the rest is read again, until all of it could be read. What was taken
//! out or filled in is not judged a second time by its value.

use std::{borrow::Cow, ops::Range};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue, Deserializer, Error},
};

use super::{fault::Fault, file::File, words};

/// Faults of the form that are told.
const FAULTS_MAX: usize = 100;
/// What stands for a text that is missing: it can be an address, a name and a path.
const FILLER: &str = "127.0.0.1:1";

/// What must be there: a table, and its keys that are texts. The empty name is the file itself; of
/// a table that may be left out, when it is there.
const REQUIRED: [(&str, bool, &[&str]); 9] = [
    ("", true, &["hostname", "data", "rules"]),
    ("smtp", true, &["listen"]),
    ("portal", true, &["listen", "url"]),
    ("next-hop", true, &[]),
    ("next-hop.internal", true, &["address"]),
    ("next-hop.external", true, &["address"]),
    ("submission", false, &["accounts"]),
    ("tls", false, &["certificate", "key"]),
    ("store", false, &["url"]),
];

type Table<'t> = DeTable<'t>;
type Value<'t> = Spanned<DeValue<'t>>;

/// What was read.
pub(super) struct Form {
    /// The file, as far as it can be read.
    pub(super) file: Option<File>,
    /// What is wrong with its form.
    pub(super) faults: Vec<Fault>,
    /// Keys that say nothing of what was written: taken out, or filled in.
    unsaid: Vec<String>,
}

impl Form {
    /// Reads the text of a configuration.
    pub(super) fn read(text: &str) -> Self {
        let (sound, broken) = without_broken_lines(text);
        let is_sound = broken.is_empty();
        let mut form = Self { file: None, faults: broken, unsaid: Vec::new() };
        let (table, _none) = DeTable::parse_recoverable(&sound);
        let whole = table.span();
        let mut table = table.into_inner();
        // What a broken line was meant to hold is not missing.
        let missing = fill(&mut table, &mut form.unsaid);
        form.faults.extend(missing.into_iter().filter(|_| is_sound));
        form.correct(text, whole, table);
        form.drop_meant();
        form
    }

    /// Reads until all of it could be read.
    fn correct(&mut self, text: &str, whole: Range<usize>, mut table: Table<'_>) {
        for _ in 0..FAULTS_MAX {
            let read = Deserializer::from(Spanned::new(whole.clone(), table.clone()));
            let error = match File::deserialize(read) {
                Ok(file) => {
                    self.file = Some(file);
                    break;
                }
                Err(error) => error,
            };
            let span = error.span();
            let taken = span.as_ref().and_then(|it| take_out(&mut table, it, ""));
            let found = taken.is_some();
            self.say(text, &error, taken.as_deref().unwrap_or_default());
            if !found {
                break;
            }
            self.unsaid.extend(taken);
            fill(&mut table, &mut self.unsaid);
        }
    }

    /// What was written with a slip is not missing as well.
    fn drop_meant(&mut self) {
        let parts = |key: &str| match key.rsplit_once('.') {
            Some((table, name)) => (table.to_owned(), words::meant(name)),
            None => (String::new(), words::meant(key)),
        };
        let said: Vec<(String, String)> =
            self.faults.iter().map(|it| (parts(&it.key).0, it.reason.clone())).collect();
        self.faults.retain(|it| !it.is_missing || !said.contains(&parts(&it.key)));
    }

    /// Whether what stands under this key was read as it was written.
    pub(super) fn says(&self, key: &str) -> bool {
        let below =
            |it: &String| key.strip_prefix(it.as_str()).is_some_and(|it| it.starts_with('.'));
        !self.unsaid.iter().any(|it| it == key || below(it))
    }

    fn say(&mut self, text: &str, error: &Error, key: &str) {
        let written = error.span().and_then(|it| text.get(it)).unwrap_or_default();
        let (message, reason) = words::of(error.message(), key, written);
        let (key, span) = (key.to_owned(), error.span());
        self.faults.push(Fault { key, span, message, reason, is_missing: false });
    }
}

/// The text with blanks for the lines that are no TOML, and a fault for each: the library reads no
/// further after some of them.
fn without_broken_lines(text: &str) -> (String, Vec<Fault>) {
    let (mut text, mut faults) = (text.to_owned(), Vec::new());
    while faults.len() < FAULTS_MAX {
        let (_table, errors) = DeTable::parse_recoverable(&text);
        let Some(error) = errors.first() else { break };
        let span = error.span();
        let at = span.as_ref().map_or(0, |it| it.start);
        faults.push(Fault {
            key: String::new(),
            span,
            message: "this is not TOML".to_owned(),
            reason: error.message().to_owned(),
            is_missing: false,
        });
        let start =
            text.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it.saturating_add(1));
        let rest = text.get(start..).unwrap_or_default();
        let end = start.saturating_add(rest.find('\n').unwrap_or(rest.len()));
        let blanks = " ".repeat(end.saturating_sub(start));
        if text.get(start..end).is_none_or(|it| it.trim().is_empty()) {
            break;
        }
        text.replace_range(start..end, &blanks);
    }
    (text, faults)
}

/// Fills in what is missing; gives a fault for each.
fn fill(table: &mut Table<'_>, unsaid: &mut Vec<String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, is_required, keys) in REQUIRED {
        let mut missing = |key: String, span: Option<Range<usize>>, is_table: bool| {
            let is_below =
                key.rsplit_once('.').is_some_and(|it| unsaid.iter().any(|key| key == it.0));
            if !is_below && !unsaid.contains(&key) {
                let kind = if is_table { "table" } else { "key" };
                let message = format!("the {kind} `{key}` is missing");
                let reason = match key.rsplit_once('.') {
                    _ if is_table => format!("write `[{key}]` and what belongs below it"),
                    Some((table, name)) => format!("write `{name} = …` below `[{table}]`"),
                    None => format!("write `{key} = …` above all tables"),
                };
                // The filler of a table is not a place in the file.
                let span = span.filter(|it| !it.is_empty());
                let key = key.clone();
                faults.push(Fault { key, span, message, reason, is_missing: true });
            }
            unsaid.push(key);
        };
        if is_required && !path.is_empty() && find(table, path).is_none() {
            missing(path.to_owned(), None, true);
            put(table, path, DeValue::Table(DeTable::new()));
        }
        for key in keys {
            let whole = if path.is_empty() { (*key).to_owned() } else { format!("{path}.{key}") };
            let (above, is_there) = match find(table, path) {
                Some(above) => (above.span(), find(table, &whole).is_some()),
                None if path.is_empty() => (0..0, find(table, &whole).is_some()),
                None => continue,
            };
            // What is no table is told as that.
            if !is_there && (path.is_empty() || is_table(table, path)) {
                missing(whole.clone(), Some(above), false);
                put(table, &whole, DeValue::String(Cow::Borrowed(FILLER)));
            }
        }
    }
    faults
}

fn is_table(table: &Table<'_>, path: &str) -> bool {
    find(table, path).is_some_and(|it| it.get_ref().is_table())
}

/// The value under a key with its tables.
fn find<'f, 't>(table: &'f Table<'t>, path: &str) -> Option<&'f Value<'t>> {
    match path.split_once('.') {
        None => table.get(path),
        Some((name, rest)) => find(table.get(name)?.get_ref().as_table()?, rest),
    }
}

/// Where a key stands; where it does not, the nearest table above it that does.
pub(super) fn place(text: &str, key: &str) -> Option<Range<usize>> {
    let (table, _errors) = DeTable::parse_recoverable(text);
    let mut path = key;
    loop {
        if let Some(found) = find(table.get_ref(), path) {
            return Some(found.span());
        }
        path = path.rsplit_once('.')?.0;
    }
}

fn put<'t>(table: &mut Table<'t>, path: &str, value: DeValue<'t>) {
    match path.split_once('.') {
        None => {
            let key: DeString<'t> = Cow::Owned(path.to_owned());
            table.insert(Spanned::new(0..0, key), Spanned::new(0..0, value));
        }
        Some((name, rest)) => {
            if let Some(DeValue::Table(below)) = table.get_mut(name).map(Spanned::get_mut) {
                put(below, rest, value);
            }
        }
    }
}

/// Takes out the entry or the element whose key or value stands there; gives its key.
fn take_out(table: &mut Table<'_>, span: &Range<usize>, path: &str) -> Option<String> {
    let join = |key: &str| match path {
        "" => key.to_owned(),
        _ => format!("{path}.{key}"),
    };
    let here = table.iter().find(|(key, value)| key.span() == *span || is_at(value, span));
    if let Some(name) = here.map(|(key, _)| key.get_ref().clone()) {
        table.remove(name.as_ref());
        return Some(join(&name));
    }
    table.iter_mut().find_map(|(key, value)| {
        let path = join(key.get_ref());
        if let DeValue::Array(elements) = value.get_mut() {
            return elements.iter_mut().find_map(|it| below(it, span, &path));
        }
        below(value, span, &path)
    })
}

fn below(value: &mut Value<'_>, span: &Range<usize>, path: &str) -> Option<String> {
    if let DeValue::Table(table) = value.get_mut() { take_out(table, span, path) } else { None }
}

/// Whether a value, an element of it, or a table of its elements without a key stands there.
fn is_at(value: &Value<'_>, span: &Range<usize>) -> bool {
    let is_element = |it: &Value<'_>| it.span() == *span;
    value.span() == *span || value.get_ref().as_array().is_some_and(|it| it.iter().any(is_element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::fault::shown;

    const GOOD: &str = r#"hostname = "a.example"
data = "data"
rules = "rules"
[smtp]
listen = "127.0.0.1:25"
[portal]
listen = "127.0.0.1:8443"
url = "https://a.example"
[next-hop.internal]
address = "127.0.0.1:26"
[next-hop.external]
address = "127.0.0.1:27"
[submission]
accounts = "accounts"
[tls]
certificate = "chain.pem"
key = "key.pem"
[store]
url = "postgres://a@127.0.0.1/a"
"#;

    /// First sentences of the faults, in the order in which they are shown.
    fn told(text: &str) -> Vec<String> {
        let shown = shown("chancery.toml", text, &Form::read(text).faults);
        let first = shown.lines().filter_map(|it| it.strip_prefix("error: "));
        first.map(str::to_owned).collect()
    }

    #[test]
    fn a_fault_is_shown_where_it_stands() {
        let text = GOOD.replacen("url =", "ulr =", 1).replace("[tls]", "[tls]\nkeys = 1");
        let expected = "error: `[portal]` has no key `ulr`
  --> chancery.toml:8:1
   |
 8 | ulr = \"https://a.example\"
   | ^^^ did you mean `url`?

error: `[tls]` has no key `keys`
  --> chancery.toml:16:1
   |
16 | keys = 1
   | ^^^^ did you mean `key`?
";
        assert_eq!(shown("chancery.toml", &text, &Form::read(&text).faults), expected);
    }

    #[test]
    fn all_faults_of_a_file_are_told_at_once() {
        let text = r#"
            hostname = 5
            extra = true
            data = "data"
            [smtp]
            listen = "nowhere"
            line-ends = "mend"
            [[smtp.listener]]
            kind = "submision"
            [portal]
            listen = "127.0.0.1:8443"
            [next-hop.internal]
            address = "127.0.0.1:25"
            [dns]
            servers = ["127.0.0.1:53", "127.0.0.1"]
            [examination]
            workers = 300
            limits = 1
            [sumbission]
            accounts = "a"
        "#;
        let expected = [
            "`hostname` cannot be 5",
            "there is no key `extra`",
            "`smtp.listen` cannot be \"nowhere\"",
            "`smtp.line-ends` cannot be `mend`",
            "`smtp.listener` has no `listen`",
            "`smtp.listener.kind` cannot be `submision`",
            "the key `portal.url` is missing",
            "`dns.servers` cannot be \"127.0.0.1\"",
            "`examination.workers` cannot be 300",
            "`examination.limits` cannot be 1",
            "there is no key `sumbission`",
            "the key `rules` is missing",
            "the table `next-hop.external` is missing",
        ];
        assert_eq!(told(text), expected);
    }

    #[test]
    fn every_key_that_must_be_there_is_missed_by_name() {
        assert!(told(GOOD).is_empty() && Form::read(GOOD).file.is_some());
        let lines: Vec<&str> = GOOD.lines().collect();
        let (mut table, mut seen) = (String::new(), 0);
        for (at, line) in lines.iter().enumerate() {
            if let Some(name) = line.strip_prefix('[') {
                table = format!("{}.", name.trim_end_matches(']'));
                continue;
            }
            let without: Vec<&str> =
                lines.iter().enumerate().filter(|it| it.0 != at).map(|it| *it.1).collect();
            let name = line.split(' ').next().unwrap();
            let expected = format!("the key `{table}{name}` is missing");
            assert_eq!(told(&without.join("\n")), [expected]);
            seen += 1;
        }
        let listed: usize = REQUIRED.iter().map(|it| it.2.len()).sum();
        assert_eq!(seen, listed);
    }

    #[test]
    fn a_line_that_is_no_toml_hides_no_other_fault() {
        let text = GOOD.replace("data =", "data").replace("key =", "kye =");
        let told = told(&text);
        assert_eq!(told.first().map(String::as_str), Some("this is not TOML"));
        assert!(told.contains(&"`[tls]` has no key `kye`".to_owned()), "{told:?}");
        assert_eq!(told.len(), 2, "{told:?}");
    }
}
