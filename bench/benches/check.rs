//! Reading, checking, compiling and loading rules under criterion.

use bench::workload::Workload;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use engine::{Rules, SourceFile, bundle};

fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for size in [100, 1_000, 10_000] {
        let text = Workload::new(size).writ();
        let files = [SourceFile { path: "rules.writ".to_owned(), text }];
        let (Some(rules), _) = Rules::load(&files, &[]) else {
            panic!("the rules of the work-load have errors")
        };
        let octets = bundle::encode(&rules);
        group.bench_function(BenchmarkId::new("parse", size), |it| {
            it.iter(|| grammar::parse(grammar::tree::FileId(0), &files[0].text));
        });
        group.bench_function(BenchmarkId::new("check", size), |it| {
            it.iter(|| Rules::load(&files, &[]));
        });
        group.bench_function(BenchmarkId::new("compile", size), |it| it.iter(|| rules.compile()));
        group.bench_function(BenchmarkId::new("load", size), |it| {
            it.iter(|| bundle::decode(&octets));
        });
    }
    group.finish();
}

criterion_group!(benches, check);
criterion_main!(benches);
