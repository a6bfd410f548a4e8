//! Benchmarks of an epoch of model_3 in `fit` and in a plain tch loop, and of the time that live figures take.
//! `cargo bench -p support`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput, criterion_group};
use protocol::variables;
use support::prelude::*;

const EPOCHS: usize = 100;

fn data() -> Result<Split> {
    train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)
}

fn model_3() -> Result<Model> {
    seq().add(linear(2, 10)).add(relu()).add(linear(10, 10)).add(relu()).add(linear(10, 1)).build()
}

/// Runs an epoch of the course's loop, written with tch alone: loss, step, test pass, both accuracies.
fn plain(model: &Model, sets: &[Tensor; 4]) -> Result<f64> {
    let [x_train, y_train, x_test, y_test] = sets;
    let mut optimizer = nn::Sgd::default().build(model.var_store(), 0.1)?;
    let accuracy = |logits: &Tensor, y: &Tensor| {
        let labels = logits.sigmoid().round();
        labels.eq_tensor(y).sum(Kind::Int64).int64_value(&[]) as f64 / y.numel() as f64 * 100.0
    };
    let bce = |logits: &Tensor, y: &Tensor| {
        logits.binary_cross_entropy_with_logits::<Tensor>(y, None, None, Reduction::Mean)
    };
    let mut sum = 0.0;
    for _ in 0..EPOCHS {
        let logits = model.forward(x_train)?.squeeze();
        let loss = bce(&logits, y_train);
        sum += loss.double_value(&[]) + accuracy(&logits, y_train);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        let logits = tch::no_grad(|| model.forward(x_test))?.squeeze();
        sum += bce(&logits, y_test).double_value(&[]) + accuracy(&logits, y_test);
    }
    Ok(sum)
}

fn epochs(c: &mut Criterion) {
    let data = data().expect("circles");
    let mut group = c.benchmark_group("100 epochs of model_3");
    group.throughput(Throughput::Elements(EPOCHS as u64)).sample_size(20);
    tch::manual_seed(42);
    let model = model_3().expect("model_3");
    let config = TrainConfig { epochs: EPOCHS, log_every: 0, ..Default::default() };
    group.bench_function("fit", |b| b.iter(|| fit(&model, &data, config).expect("trains")));
    let cpu = Device::Cpu;
    let sets = [
        data.train.x_tensor(cpu).expect("x"),
        data.train.y_tensor(cpu).expect("y"),
        data.test.x_tensor(cpu).expect("x"),
        data.test.y_tensor(cpu).expect("y"),
    ];
    group.bench_function("plain tch", |b| b.iter(|| plain(&model, &sets).expect("trains")));
    group.finish();
}

/// The environment variable that selects the mode of a process of this benchmark.
const WATCH: &str = "BENCH_WATCH";
/// The number of epochs, large enough that figures are drawn during the training.
const LONG: usize = 20_000;

/// Trains in its own process, as in the kernel, and shows the figures after or during the training. Both end with the
/// same figures, so the difference is the cost of live figures. Prints nanoseconds to stderr.
fn watched_or_not(watched: bool) -> Result<()> {
    let data = data()?;
    tch::manual_seed(42);
    let model = model_3()?;
    let config = TrainConfig { epochs: LONG, log_every: 1000, ..Default::default() };
    let start = Instant::now();
    let history = if watched {
        fit(&model, &data, config.with(LivePlots::new().curves().boundary(&data)))?
    } else {
        fit(&model, &data, config)?
    };
    if !watched {
        plot_loss_curves(&history).show()?;
        plot_decision_boundary(&model, &data).show()?;
    }
    eprintln!("{}", start.elapsed().as_nanos());
    Ok(())
}

/// Runs a process of this benchmark, and returns how long it trains.
fn process(watch: &str, unwatched: &str) -> Duration {
    let output = Command::new(std::env::current_exe().expect("this benchmark"))
        .envs([(WATCH, watch), (variables::LIVE, "1"), (variables::UNWATCHED, unwatched)])
        .env_remove(variables::STOP_FILE)
        .stdin(Stdio::null())
        .output()
        .expect("a process");
    let nanoseconds = String::from_utf8_lossy(&output.stderr).trim().parse().expect("nanoseconds");
    Duration::from_nanos(nanoseconds)
}

fn watching(c: &mut Criterion) {
    let mut group = c.benchmark_group("20,000 epochs of model_3");
    group.throughput(Throughput::Elements(LONG as u64)).sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, watch, unwatched) in [
        ("fit, figures after it", "nothing", "1"),
        ("fit, progress watched", "nothing", "0"),
        ("fit, progress, curves and boundary watched", "all", "0"),
    ] {
        group.bench_function(name, |b| b.iter_custom(|n| (0..n).map(|_| process(watch, unwatched)).sum()));
    }
    group.finish();
}

fn generation(c: &mut Criterion) {
    c.bench_function("make_circles(1000)", |b| {
        b.iter(|| make_circles(1000).noise(0.03).build().expect("circles"))
    });
    c.bench_function("make_blobs(1000)", |b| b.iter(|| make_blobs(1000).centers(4).build().expect("blobs")));
}

criterion_group!(benches, epochs, watching, generation);

fn main() {
    match std::env::var(WATCH).as_deref() {
        Ok("all") => watched_or_not(true).expect("trains"),
        Ok(_) => watched_or_not(false).expect("trains"),
        Err(_) => {
            benches();
            Criterion::default().configure_from_args().final_summary();
        }
    }
}
