//! Every seed, and every input that once broke a law, on its target.

use std::{fs, path::Path};

#[test]
fn no_seed_breaks_a_law() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (name, run) in fuzz::TARGETS {
        let mut count = 0;
        for entry in fs::read_dir(seeds.join(name)).unwrap_or_else(|it| panic!("{name}: {it}")) {
            run(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(0 < count, "{name} has no seed");
    }
    let folders = fs::read_dir(&seeds).unwrap().count();
    assert_eq!(folders, fuzz::TARGETS.len(), "a folder of seeds belongs to no target");
}

#[test]
fn shipped_rules_break_no_law() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules");
    let mut folders = vec![rules];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "writ") {
                let octets = fs::read(&path).unwrap();
                for name in ["layout", "rules"] {
                    fuzz::target(name).unwrap()(&octets);
                }
                count += 1;
            }
        }
    }
    assert!(30 < count, "{count}");
}
