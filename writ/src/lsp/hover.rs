//! What stands under the cursor, explained.

use engine::live::{Declared, NameKind};
use gen_lsp_types as lsp;
use grammar::{
    diagnostic::Explained,
    literal::{Address, Date, Domain, DomainPattern, Network},
};
use serde_json::{Value, json};

use super::{
    context::{self, Context},
    forest::{Disk, Tree},
    keywords,
    server::{Answer, Server},
};

/// Lines of an item that are shown.
const LINES_SHOWN_MAX: usize = 14;

pub(super) fn answer<D: Disk>(server: &mut Server<D>, params: &lsp::HoverParams) -> Answer {
    let today = server.today;
    let Some(here) = server.here(&params.text_document_position_params) else {
        return Ok(Value::Null);
    };
    let Some(file) = here.tree.file(&here.path) else { return Ok(Value::Null) };
    let offset = here.span.range().start;
    let context = context::at(file.text.as_str(), offset);
    let mut sections = Vec::new();
    let declared: Vec<Declared> = here.tree.index().at(here.span).into_iter().cloned().collect();
    sections.extend(declared.iter().map(|it| name(here.tree, it)));
    if sections.is_empty() && !context.is_prose {
        sections.extend(literal(&context, today).or_else(|| keyword(&context)));
    }
    let findings = here.tree.findings(today);
    let under = findings.iter().filter(|it| {
        it.labels.iter().any(|label| {
            label.primary
                && label.span.file == here.span.file
                && label.span.start <= here.span.start
                && here.span.start <= label.span.end
        })
    });
    sections.extend(under.filter_map(|it| page(it.code)));
    if sections.is_empty() {
        return Ok(Value::Null);
    }
    Ok(json!({"contents": {"kind": "markdown", "value": sections.join("\n\n---\n\n")}}))
}

/// What a name means: its kind, its comment, its item.
pub(super) fn name(tree: &Tree, declared: &Declared) -> String {
    let home = match &declared.library {
        Some(library) => format!("of the library `{library}`"),
        None => format!("in `{}`", declared.path),
    };
    let mut out = format!("**{}** · {} {home}", declared.name, plain(declared.kind));
    if let Some(doc) = &declared.doc {
        out.push_str(&format!("\n\n{doc}"));
    }
    if let Some((_, file)) = tree.file_of(declared.item) {
        let text = file.text.as_str().get(declared.item.range()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(..LINES_SHOWN_MAX).unwrap_or(&lines).join("\n");
        let more = if LINES_SHOWN_MAX < lines.len() { "\n  …" } else { "" };
        out.push_str(&format!("\n\n```writ\n{shown}{more}\n```"));
    }
    out
}

/// The kind without its article.
pub(super) fn plain(kind: NameKind) -> &'static str {
    let words = kind.words();
    words.strip_prefix("an ").or_else(|| words.strip_prefix("a ")).unwrap_or(words)
}

fn keyword(context: &Context) -> Option<String> {
    let word = context.word.as_str();
    let block = context.block.as_deref();
    let told = |key: &str, text: &str| format!("**{key}**\n\n{text}");
    if context.before.is_empty()
        && block.is_none_or(|it| it == "test")
        && let Some(text) = keywords::item(word)
    {
        return Some(told(word, text));
    }
    let block = block?;
    let mut words: Vec<&str> = context.before.iter().map(String::as_str).collect();
    words.push(word);
    // `read receipt` is one key, whichever of its words the cursor is on.
    let keys = grammar::vocabulary::lines(block);
    let of_line = |key: &&&str| {
        let key: Vec<&str> = key.split(' ').collect();
        let common = key.len().min(words.len());
        words.len() <= key.len() && key.get(..common) == words.get(..common)
    };
    let key = keys.iter().filter(of_line).min_by_key(|it| it.len())?;
    keywords::line(block, key).map(|it| told(key, it))
}

fn literal(context: &Context, today: Option<Date>) -> Option<String> {
    let word = context.word.as_str();
    if word.contains('/') && word.starts_with(|it: char| it.is_ascii_hexdigit() || it == ':') {
        let network = Network::parse(word).ok()?;
        return Some(covers(&network));
    }
    if let (Ok(date), true) = (Date::parse(word), word.starts_with(|it: char| it.is_ascii_digit()))
    {
        return today.and_then(|it| days(date, it, &context.before));
    }
    if word.contains('@') {
        let address = Address::parse(word).ok()?;
        return both(address.domain());
    }
    if word.contains('.') && !word.contains('"') {
        let pattern = DomainPattern::parse(word).ok()?;
        let below = if pattern.wildcard {
            format!("every domain below `{}`, never itself", pattern.domain.as_str())
        } else {
            "exactly this domain, nothing below it".to_owned()
        };
        let forms = both(&pattern.domain).map(|it| format!("\n\n{it}")).unwrap_or_default();
        return Some(below + &forms);
    }
    None
}

/// Both forms of a domain with letters beyond ASCII.
fn both(domain: &Domain) -> Option<String> {
    let (ascii, unicode) = (domain.as_str(), domain.unicode());
    (ascii != unicode).then(|| format!("`{unicode}` is `{ascii}` on the wire"))
}

fn covers(network: &Network) -> String {
    let bits: u32 = if network.first().is_ipv4() { 32 } else { 128 };
    let free = bits.saturating_sub(u32::from(network.prefix()));
    let count = match 1_u64.checked_shl(free).filter(|_| free < 63) {
        Some(1) => "1 address".to_owned(),
        Some(count) => format!("{count} addresses"),
        None => format!("2^{free} addresses"),
    };
    format!("`{network}` covers {count}: `{}` to `{}`", network.first(), network.last())
}

fn days(date: Date, today: Date, before: &[String]) -> Option<String> {
    let left = today.civil().until(date.civil()).ok()?.get_days();
    let day = |it: i32| if it == 1 { "1 day".to_owned() } else { format!("{it} days") };
    let is_last = before.last().is_some_and(|it| it == "until");
    Some(match (left, is_last) {
        (0, true) => "today is the last day".to_owned(),
        (0, false) => "today".to_owned(),
        (1.., true) => format!("the last day: {} from today", day(left)),
        (1.., false) => format!("{} from today", day(left)),
        (_, true) => format!("lapsed: the last day was {} ago", day(left.saturating_neg())),
        (_, false) => format!("{} ago", day(left.saturating_neg())),
    })
}

/// The manual page of a code.
fn page(code: grammar::diagnostic::Code) -> Option<String> {
    let mut all = grammar::diagnostic::CODES.iter().chain(engine::code::CODES);
    let Explained { title, explanation, .. } = all.find(|it| it.code == code)?;
    Some(format!("**{code}** · {title}\n\n{explanation}"))
}
