//! Numbers that become part of a type: from a `const`, in braces and as a literal they are the same number, to the last bit.
//!
//! The right values are the formulas of Keras and PyTorch in double precision.

use nn_core::prelude::*;
use nn_core::{Bits, Ratio, Scalar};

const BETA: f32 = 5.0;
const ALPHA: f64 = 3.0;
const SLOPE: f32 = 2.5;
const LARGE: f64 = 123_456_789.0;

/// The output of a network of one activation for `x`.
macro_rules! activation {
    ($x:expr, $($words:tt)*) => {{
        network! { struct One { input 1; $($words)*; } }
        f64::from(One::zeros().predict(&SVector::<f32, 1>::new($x as f32))[0])
    }};
}

/// Compares in units that an `f32` has near the right value, of which a few are the activation's own.
#[track_caller]
fn close(given: f64, right: f64) {
    let tolerance = 4.0 * f64::from(f32::EPSILON) * right.abs().max(1e-30);
    assert!(
        (given - right).abs() <= tolerance,
        "{given} instead of {right}"
    );
}

#[test]
fn slopes_and_scales_of_activations() {
    close(activation!(0.3, softplus BETA), 0.340_282_659_686_8);
    close(activation!(0.3, softplus 5), 0.340_282_659_686_8);
    close(activation!(-1, elu ALPHA), 3.0 * (-1_f64).exp_m1());
    close(
        activation!(-1, elu { ALPHA + 4.0 }),
        7.0 * (-1_f64).exp_m1(),
    );
    close(activation!(-1, celu ALPHA), 3.0 * (-1.0 / 3.0_f64).exp_m1());
    close(activation!(-1, leaky_relu { 5.0 / 2.0 }), -2.5);
    close(activation!(-1, leaky_relu SLOPE), -2.5);
    close(activation!(-2, leaky_relu LARGE), -2.0 * 123_456_792.0);
    close(activation!(-1, leaky_relu { 1e-25 }), -1e-25);
    close(activation!(-1, leaky_relu 1e-25), -1e-25);
    close(
        activation!(0, squareplus { 2.0 * SLOPE as f64 }),
        5_f64.sqrt() / 2.0,
    );
    close(
        activation!(1, squareplus LARGE),
        (1.0 + (1.0 + 123_456_792.0_f64).sqrt()) / 2.0,
    );
    close(activation!(5, soft_shrink ALPHA), 2.0);
    close(activation!(-5, soft_shrink SLOPE), -2.5);
    assert_eq!(activation!(2.75, hard_shrink ALPHA), 0.0);
    assert_eq!(activation!(3.25, hard_shrink ALPHA), 3.25);
    assert_eq!(activation!(2.5, hard_shrink SLOPE), 0.0);
}

type Moved = nn_core::activation::Threshold<
    Bits<{ (SLOPE as f64).to_bits() }>,
    Bits<{ (-ALPHA).to_bits() }>,
>;

#[test]
fn the_two_numbers_of_a_threshold() {
    network! { struct One { input 1; activation Moved; } }
    let one = One::zeros();
    assert_eq!(one.predict(&SVector::<f32, 1>::new(2.25))[0], -3.0);
    assert_eq!(one.predict(&SVector::<f32, 1>::new(2.75))[0], 2.75);
}

const EPSILON: f64 = 5.0;
const TINY: f64 = 1e-30;
const THIRD: f32 = 1.0 / 3.0;

#[test]
fn epsilons_of_normalisations() {
    network! { struct Large { input 1; batch_norm epsilon EPSILON; } }
    let mut large = Large::init(&mut SmallRng::seed_from_u64(1));
    large.batch_norm1.moving_variance[0] = 4.0;
    close(large.predict(&SVector::<f32, 1>::new(3.0))[0].into(), 1.0);

    network! { struct Tiny { input 1; batch_norm epsilon TINY; } }
    let mut tiny = Tiny::init(&mut SmallRng::seed_from_u64(1));
    tiny.batch_norm1.moving_variance[0] = 0.0;
    close(tiny.predict(&SVector::<f32, 1>::new(3e-15))[0].into(), 3.0);

    // Mean 0, variance 4.
    network! { struct Layer { input 2; layer_norm epsilon EPSILON; } }
    let layer = Layer::init(&mut SmallRng::seed_from_u64(1));
    let y = layer.predict(&SVector::<f32, 2>::new(2.0, -2.0));
    close(y[0].into(), 2.0 / 3.0);
}

/// One step with a learning rate of 0 on two inputs of mean 3 and variance 1; what becomes of a moving mean of 0.
macro_rules! moving_mean {
    ($($words:tt)*) => {{
        network! { struct Moving { input 1; batch_norm $($words)*; dense 1; } }
        let mut net = Moving::init(&mut SmallRng::seed_from_u64(1));
        let mut trainer = Trainer::<Moving, _, _, 2>::new(Sgd::new(1e-30), MeanSquaredError);
        let data = [2.0, 4.0].map(|x| (SVector::<f32, 1>::new(x), SVector::<f32, 1>::new(0.0)));
        trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap();
        f64::from(net.batch_norm1.moving_mean[0])
    }};
}

#[test]
fn momentum_of_normalisations() {
    close(moving_mean!(momentum THIRD), 3.0 * (1.0 - f64::from(THIRD)));
    close(moving_mean!(momentum { 1.0 / 3.0 }), 2.0);
    close(moving_mean!(torch momentum THIRD), 3.0 * f64::from(THIRD));
    close(moving_mean!(momentum 0.25), 2.25);
}

#[test]
fn rates_of_dropout() {
    network! { struct Dropping { input 64; dropout THIRD; dense 1; } }
    // The type says it, and rustc compares: the rate is the constant's own.
    let _: &nn_core::layer::Dropout<SVector<f32, 64>, Bits<{ (THIRD as f64).to_bits() }>> =
        &Dropping::zeros().dropout1;
    assert_eq!(Bits::<{ (THIRD as f64).to_bits() }>::VALUE as f32, THIRD);
    assert_eq!(Ratio::<25, 100>::VALUE as f32, 0.25);
}

/// A constant in small letters may be a variable to the macro, and is the constant all the same, in blocks too.
#[test]
#[allow(non_upper_case_globals)]
fn constants_in_small_letters() {
    const units: usize = 3;
    const rate: f64 = 0.5;
    network! {
        #[derive(Clone, Debug, PartialEq)]
        struct Small {
            input 4x2;
            lstm units sequence;
            residual { each dense { units } no_bias; dropout rate; }
            conv1d { 2 * units } 2 pad causal;
            flatten;
            dense units softmax l2 rate;
            output units;
        }
    }
    assert_eq!(Small::OUTPUT, 3);
    let (lstm, each, conv) = ((2 + 3 + 1) * 12, 3 * 3, (2 * 3 + 1) * 6);
    assert_eq!(Small::PARAMS, lstm + each + conv + (4 * 6 + 1) * 3);
    let net = Small::init(&mut SmallRng::seed_from_u64(1));
    let _: &nn_core::layer::Dense<24, 3, nn_core::activation::Softmax> = &net.dense1;
    let y = net.predict(&SMatrix::from_element(0.5));
    assert!((y.sum() - 1.0).abs() < 1e-6);
}
