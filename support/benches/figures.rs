//! A train and test boundary of model_3: from the model to SVG, and on to PNG. `cargo bench -p support`.

use criterion::{Criterion, criterion_group, criterion_main};
use support::models::course;
use support::prelude::*;

fn boundary(c: &mut Criterion) {
    let circles = make_circles(1000).noise(0.03).build().expect("circles");
    let data = train_test_split(&circles, 0.2, 42).expect("a split");
    tch::manual_seed(42);
    let model = Model::new(course::circle_v2).expect("model_3");
    let config = TrainConfig { epochs: 1000, log_every: 0, ..Default::default() };
    fit(&model, &data, &config).expect("trains");
    c.bench_function("boundary of model_3 as SVG", |b| {
        b.iter(|| plot_decision_boundary(&model, &data).expect("a figure"))
    });
    c.bench_function("boundary of model_3 as SVG and PNG", |b| {
        b.iter(|| plot_decision_boundary(&model, &data).and_then(|figure| figure.png()).expect("a figure"))
    });
}

criterion_group!(benches, boundary);
criterion_main!(benches);
