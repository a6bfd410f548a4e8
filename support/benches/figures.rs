//! Benchmarks of figures, from the model to the bytes sent to a notebook. `cargo bench -p support --bench figures`.

use criterion::{Criterion, criterion_group, criterion_main};
use support::prelude::*;

/// Returns model_3 after 1,000 epochs, with its data and history.
fn trained() -> (Model, Split, History) {
    let circles = make_circles(1000).noise(0.03).build().expect("circles");
    let data = train_test_split(&circles, 0.2, 42).expect("a split");
    tch::manual_seed(42);
    let model = seq()
        .add(linear(2, 10))
        .add(relu())
        .add(linear(10, 10))
        .add(relu())
        .add(linear(10, 1))
        .build()
        .expect("model_3");
    let config = TrainConfig { epochs: 1000, log_every: 0, ..Default::default() };
    let history = fit(&model, &data, config.with(RecordSnapshots::evenly(60))).expect("trains");
    (model, data, history)
}

fn figures(c: &mut Criterion) {
    let (model, data, history) = trained();
    fn both(plot: impl Into<Result<Figure>>) -> Vec<u8> {
        plot.into().and_then(|figure| figure.png()).expect("a figure")
    }

    c.bench_function("boundary of model_3 as SVG", |b| {
        b.iter(|| plot_decision_boundary(&model, &data).draw())
    });
    c.bench_function("boundary of model_3 as SVG and PNG", |b| {
        b.iter(|| both(plot_decision_boundary(&model, &data)))
    });
    c.bench_function("probability of model_3 as SVG and PNG", |b| {
        b.iter(|| both(plot_decision_boundary(&model, &data).shade(Shade::Probability)))
    });
    c.bench_function("neurons of model_3 as SVG and PNG", |b| {
        b.iter(|| both(plot_neurons(&model, &data.train)))
    });
    c.bench_function("loss curves as SVG and PNG", |b| b.iter(|| both(plot_loss_curves(&history))));

    let mut movies = c.benchmark_group("movie of 60 frames");
    movies.sample_size(10);
    let movie =
        || replay(&model, &history, |model| plot_decision_boundary(model, &data)).draw().expect("a movie");
    movies.bench_function("as HTML", |b| b.iter(|| movie().html()));
    movies.bench_function("as GIF", |b| b.iter(|| movie().gif()));
}

criterion_group!(benches, figures);
criterion_main!(benches);
