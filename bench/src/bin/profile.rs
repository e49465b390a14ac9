//! One piece of work over and over, for a profiler: `profile parse|load|index FILE…`.

use engine::{Rules, SourceFile, bundle};

fn main() -> anyhow::Result<()> {
    let what = std::env::args().nth(1).unwrap_or_default();
    let size: usize = std::env::args().nth(2).unwrap_or_default().parse()?;
    let text = bench::workload::Workload::new(size).writ();
    match what.as_str() {
        "parse" => drop(parse(&text)),
        "check" => drop(check(text)),
        _ => {
            let octets = bundle::encode(&check(text).ok_or_else(|| anyhow::anyhow!("errors"))?);
            (0..20).try_for_each(|_| load(&octets))?;
        }
    }
    Ok(())
}

#[inline(never)]
fn parse(text: &str) -> usize {
    grammar::parse(grammar::tree::FileId(0), text).1.len()
}

#[inline(never)]
fn check(text: String) -> Option<Rules> {
    Rules::load(&[SourceFile { path: "rules.writ".to_owned(), text }], &[]).0
}

#[inline(never)]
fn load(octets: &[u8]) -> anyhow::Result<()> {
    std::hint::black_box(bundle::decode(octets)?);
    Ok(())
}
