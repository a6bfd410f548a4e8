//! An epoch of model_3, as `fit` runs it and as a plain tch loop does. `cargo bench -p support`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::models::course;
use support::prelude::*;

const EPOCHS: usize = 100;

fn data() -> Result<Split> {
    train_test_split(&make_circles(1000).noise(0.03).random_state(42).build()?, 0.2, 42)
}

/// The course's loop, written with tch alone: loss, step, test pass, both accuracies.
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
        let logits = model.forward(x_train).squeeze();
        let loss = bce(&logits, y_train);
        sum += loss.double_value(&[]) + accuracy(&logits, y_train);
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        tch::no_grad(|| {
            let logits = model.forward(x_test).squeeze();
            sum += bce(&logits, y_test).double_value(&[]) + accuracy(&logits, y_test);
        });
    }
    Ok(sum)
}

fn epochs(c: &mut Criterion) {
    let data = data().expect("circles");
    let mut group = c.benchmark_group("100 epochs of model_3");
    group.throughput(Throughput::Elements(EPOCHS as u64)).sample_size(20);
    tch::manual_seed(42);
    let model = Model::new(course::circle_v2).expect("model_3");
    let config = TrainConfig { epochs: EPOCHS, log_every: 0, ..Default::default() };
    group.bench_function("fit", |b| b.iter(|| fit(&model, &data, &config).expect("trains")));
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

fn generation(c: &mut Criterion) {
    c.bench_function("make_circles(1000)", |b| {
        b.iter(|| make_circles(1000).noise(0.03).build().expect("circles"))
    });
    c.bench_function("make_blobs(1000)", |b| b.iter(|| make_blobs(1000).centers(4).build().expect("blobs")));
}

criterion_group!(benches, epochs, generation);
criterion_main!(benches);
