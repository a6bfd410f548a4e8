//! A training loop written by hand with an optimizer of tch: the five steps that `fit` runs in each epoch.
//!
//! ```sh
//! cargo run -p support --example training_by_hand
//! ```

use support::prelude::*;

fn main() -> Result<()> {
    let data = train_test_split(&make_moons(1000).noise(0.1).random_state(42).build()?, 0.2, 42)?;
    // `x: [n, 2] f32` and `y: [n] f32`, the types that binary cross entropy takes.
    let (x_train, y_train) = (data.train.x_tensor(Device::Cpu)?, data.train.y_tensor(Device::Cpu)?);
    let (x_test, y_test) = (data.test.x_tensor(Device::Cpu)?, data.test.y_tensor(Device::Cpu)?);

    tch::manual_seed(42);
    let model = seq().add(linear(2, 10)).add(relu()).add(linear(10, 1)).build()?;
    let mut optimizer = nn::Adam::default().build(model.var_store(), 0.05)?;

    for epoch in 0..100 {
        let logits = model.forward(&x_train)?.squeeze_dim(-1); // 1. forward: [n, 1] becomes [n]
        let loss = bce_with_logits(&logits, &y_train); // 2. loss
        optimizer.zero_grad(); // 3. the gradients of the epoch before are set to 0
        loss.backward(); // 4. backward
        optimizer.step(); // 5. step

        if epoch % 20 == 19 {
            // Without a graph for gradients, which a test does not need.
            let logits = tch::no_grad(|| model.forward(&x_test))?.squeeze_dim(-1);
            let test_accuracy = accuracy(&y_test, &logits.sigmoid().round())?;
            let (loss, percent) = (loss.double_value(&[]), 100.0 * test_accuracy);
            println!("epoch {:3}: loss {loss:.4}, {percent:.1} % of the test points right", epoch + 1);
        }
    }
    Ok(())
}

fn bce_with_logits(logits: &Tensor, labels: &Tensor) -> Tensor {
    logits.binary_cross_entropy_with_logits::<Tensor>(labels, None, None, Reduction::Mean)
}
