//! Blocks compute what their parts say, and count, print and penalise like any layers.

use nn_core::prelude::*;
use nn_core::{layer, plain};

network! {
    /// One of everything.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Blocks {
        input 6;
        residual { dense 5 relu; dense 6; }
        concat { { dense 4; } { dense 3 tanh; } {} };
        skip: add { { head: dense 5; } { dense 9 relu; residual { dense 9 l2 0.5; } dense 5; } }
        multiply { { dense 5; } { dense 5 sigmoid; } }
        dense 2 softmax
    }
}

/// The blocks' arithmetic, written out over the same weights.
fn by_hand(net: &Blocks, x: &SVector<f32, 6>) -> SVector<f32, 2> {
    let body = &net.residual1.body;
    let x = x + nn_core::predict(&body.dense2, &nn_core::predict(&body.dense1, x));
    let concat = &net.concat1;
    let mut joined = SVector::<f32, 13>::zeros();
    joined
        .fixed_rows_mut::<4>(0)
        .copy_from(&concat.first.predict(&x));
    joined
        .fixed_rows_mut::<3>(4)
        .copy_from(&concat.second.first.predict(&x));
    joined.fixed_rows_mut::<6>(7).copy_from(&x);
    let branch = &net.skip.second;
    let wide = nn_core::predict(&branch.dense1, &joined);
    let wide = wide + branch.residual1.body.predict(&wide);
    let sum =
        nn_core::predict(&net.skip.first.head, &joined) + nn_core::predict(&branch.dense2, &wide);
    let product = &net.multiply1;
    let product = product
        .first
        .predict(&sum)
        .component_mul(&product.second.predict(&sum));
    nn_core::predict(&net.dense1, &product)
}

#[test]
fn blocks_are_the_sum_product_or_union_of_their_branches() {
    let mut rng = SmallRng::seed_from_u64(1);
    let net = Blocks::init(&mut rng);
    for _ in 0..10 {
        let x = SVector::from_fn(|_, _| rng.random_range(-2.0..2.0));
        let (ours, wanted) = (net.predict(&x), by_hand(&net, &x));
        assert!((ours - wanted).amax() < 1e-5, "{ours} instead of {wanted}");
    }
}

#[test]
fn parameters_are_counted_once_and_drawn_as_if_alone() {
    const RESIDUAL: usize = 6 * 5 + 5 + 5 * 6 + 6;
    const CONCAT: usize = 6 * 4 + 4 + 6 * 3 + 3;
    const ADD: usize = 13 * 5 + 5 + 13 * 9 + 9 + 9 * 9 + 9 + 9 * 5 + 5;
    const MULTIPLY: usize = 2 * (5 * 5 + 5);
    assert_eq!(
        Blocks::PARAMS,
        RESIDUAL + CONCAT + ADD + MULTIPLY + 5 * 2 + 2
    );
    assert_eq!(Blocks::PARAMS * 4, Blocks::WEIGHT_BYTES);
    let (mut total, mut paths) = (0, Vec::new());
    Blocks::summary().for_each(|path, row| {
        total += row.params;
        paths.push(path.to_string());
    });
    assert_eq!(total, Blocks::PARAMS);
    let inside = "skip.second.residual1.body.dense1";
    assert!(paths.iter().any(|path| path == inside), "{paths:?}");
    let net = Blocks::init(&mut SmallRng::seed_from_u64(1));
    let kernel = net.skip.second.residual1.body.dense1.kernel;
    assert!(kernel.amax() > 0.1 && kernel.amax() <= (6.0_f32 / 18.0).sqrt());
}

#[test]
fn a_regulariser_inside_a_block_counts() {
    let mut net = Blocks::zeros();
    let inside = &mut net.skip.second.residual1.body.dense1;
    inside.kernel[(2, 3)] = 2.0;
    let mut gradient = plain::zeroed_box::<<Blocks as Train>::Grad>();
    let penalty = net.regularize(&mut gradient, false);
    assert!((penalty - 0.5 * 4.0).abs() < 1e-6, "{penalty}");
    assert_eq!(plain::as_slice(&*gradient).iter().sum::<f32>(), 0.0);
    let penalty = net.regularize(&mut gradient, true);
    assert!((penalty - 0.5 * 4.0).abs() < 1e-6, "{penalty}");
    assert_eq!(plain::as_slice(&*gradient).iter().sum::<f32>(), 2.0);
}

network! { struct Rows { input 2x3; concat { { tanh; } {} } } }

#[test]
fn channels_are_joined_step_by_step() {
    let x = SMatrix::<f32, 3, 2>::new(0.1, 0.4, 0.2, 0.5, 0.3, 0.6);
    let y: SMatrix<f32, 6, 2> = Rows::zeros().predict(&x);
    for step in 0..2 {
        for feature in 0..3 {
            let value = x[(feature, step)];
            assert!((y[(feature, step)] - value.tanh()).abs() < 1e-6);
            assert_eq!(y[(feature + 3, step)], value);
        }
    }
}

const WIDTH: usize = 5;

network! { struct Sizes { input 4; concat { { dense WIDTH; } { dense { WIDTH + 1 } relu; } { Own; } } dense 3; residual { Own3; } output 3; } }
type Own = layer::Dense<4, 2>;
type Own3 = layer::Dense<3, 3>;

#[test]
fn sizes_that_only_the_compiler_knows_add_up() {
    let net = Sizes::init(&mut SmallRng::seed_from_u64(1));
    assert_eq!(net.dense1.kernel.ncols(), WIDTH + WIDTH + 1 + 2);
}

#[test]
fn a_network_with_blocks_learns() -> nn_core::Result<()> {
    // The sign of a product, of which a sum of functions of one input each knows nothing.
    let mut rng = SmallRng::seed_from_u64(3);
    let data: Vec<(SVector<f32, 6>, u8)> = (0..400)
        .map(|_| {
            let x = SVector::from_fn(|_, _| rng.random_range(-1.0..1.0));
            (x, u8::from(x[0] * x[1] > 0.0))
        })
        .collect();
    let mut net = Blocks::init(&mut rng);
    let loss = SparseCategoricalCrossentropy;
    let mut trainer = Trainer::<Blocks, _, _, 20>::boxed(Adam::new(1e-2), loss);
    let history = trainer.fit(&mut net, &data, Fit::epochs(60).shuffle(&mut rng))?;
    let right = data.iter().filter(|(x, label)| {
        let y = net.predict(x);
        (y[1] > y[0]) == (*label == 1)
    });
    let right = right.count();
    assert!(right > 370, "{right} of 400, loss {}", history.loss());
    Ok(())
}

network! {
    /// Too many values between its layers for a variable each.
    struct Long {
        input 6x5;
        dropout 0.5;
        tanh;
        flatten;
        dense 40 relu;
        dense 7;
        dropout 0.1;
        dense 50 sigmoid;
        residual { dense 90 relu; dense WIDTH; dense 50; }
        dense 3;
    }
}

#[test]
fn outputs_that_share_memory_do_not_disturb_each_other() {
    let mut rng = SmallRng::seed_from_u64(4);
    let net = Long::init(&mut rng);
    let x = SMatrix::<f32, 5, 6>::from_fn(|_, _| rng.random_range(-1.0..1.0));
    let y =
        SVector::<f32, 30>::from_column_slice(nn_core::predict(&net.activation1, &x).as_slice());
    let y = nn_core::predict(&net.dense2, &nn_core::predict(&net.dense1, &y));
    let y = nn_core::predict(&net.dense3, &y);
    let body = &net.residual1.body;
    let inner = nn_core::predict(&body.dense2, &nn_core::predict(&body.dense1, &y));
    let y = y + nn_core::predict(&body.dense3, &inner);
    let wanted = nn_core::predict(&net.dense4, &y);
    assert!((net.predict(&x) - wanted).amax() < 1e-6);
    let mut batch = [SVector::zeros(); 21];
    net.predict_batch(&[x; 21], &mut batch).unwrap();
    assert!(batch.iter().all(|y| (y - wanted).amax() < 1e-5));
    // The residual's input and output, and inside it the two neighbours that are largest; then the network's output.
    assert_eq!(Long::INFERENCE_RAM, (50 + 50 + 90 + WIDTH + 3) * 4);
}

network! {
    struct Streamed {
        input 12x3;
        residual { lstm 3 sequence; }
        concat { { each dense 2 tanh; } { conv1d 4 3 relu pad causal; } {} }
        multiply { { gru 5 sequence; } { each dense 5 sigmoid; } }
    }
}

#[test]
fn blocks_are_streamed_step_by_step() {
    let mut rng = SmallRng::seed_from_u64(5);
    let net = Streamed::init(&mut rng);
    let x = SMatrix::<f32, 3, 12>::from_fn(|_, _| rng.random_range(-1.0..1.0));
    let whole: SMatrix<f32, 5, 12> = net.predict(&x);
    let mut state = State::<Streamed>::new();
    for (step, wanted) in x.column_iter().zip(whole.column_iter()) {
        let y = net.step(&mut state, &step.into());
        assert!((y - wanted).amax() < 1e-5, "{y} instead of {wanted}");
    }
}
