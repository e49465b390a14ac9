//! Loads one bundle and says what the process then has in memory; run by `check`.

use bench::memory::resident_octets;

fn main() -> anyhow::Result<()> {
    let before = resident_octets();
    let path = std::env::args().nth(1).ok_or_else(|| anyhow::anyhow!("a bundle is wanted"))?;
    let program = engine::bundle::decode(&std::fs::read(path)?)?;
    let after = resident_octets();
    println!(
        "resident {:.1} MB ({:.1} MB before loading; must <= 64, target 25)",
        after as f64 / 1e6,
        before as f64 / 1e6
    );
    drop(program);
    Ok(())
}
