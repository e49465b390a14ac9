//! The decision by addresses under criterion, for watching it from one change to the next.

use bench::{scene::Scene, workload::PAIRS};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn decide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decide");
    group.throughput(Throughput::Elements(PAIRS as u64));
    for size in [10, 1_000, 10_000] {
        let Ok(mut scene) = Scene::new(size) else {
            panic!("the rules of the work-load have errors")
        };
        group.bench_function(BenchmarkId::new("ours", size), |it| it.iter(|| scene.ours()));
        group.bench_function(BenchmarkId::new("ideal", size), |it| it.iter(|| scene.ideal()));
        group.bench_function(BenchmarkId::new("verdicts", size), |it| it.iter(|| scene.verdicts()));
    }
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
