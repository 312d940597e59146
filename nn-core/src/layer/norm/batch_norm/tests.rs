use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::NoBias;
use crate::plain::zeroed;
use crate::tensor::Tensor;
use fearless_simd::{Level, dispatch};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::vec::Vec;

/// The results of one training step on a batch.
pub(in crate::layer) struct Step<L: Train, const N: usize> {
    pub(in crate::layer) y: [L::Output; N],
    pub(in crate::layer) dx: [L::Input; N],
    pub(in crate::layer) grad: L::Grad,
}

/// Forward and backward of a batch of which `rows` count.
pub(in crate::layer) fn train<L: Train, const N: usize>(
    level: Level,
    layer: &mut L,
    x: &[L::Input; N],
    dy: &[L::Output; N],
    rows: usize,
) -> Step<L, N> {
    let (mut y, mut dx, mut grad) = (zeroed(), zeroed(), zeroed());
    let mut tape = zeroed::<L::Tape<N>>();
    let random = &mut SmallRng::seed_from_u64(1);
    // What must not be read.
    as_mut_slice(&mut dx).fill(f32::NAN);
    as_mut_slice(&mut grad).fill(f32::NAN);
    let mut dy = *dy;
    let mut context = Context {
        level,
        rows,
        random,
    };
    layer.forward_train(&mut context, x, &mut y, &mut tape);
    let pass = Pass {
        x,
        y: &y,
        dy: &mut dy,
        tape: &mut tape,
        grad: &mut grad,
        dx: Some(&mut dx),
    };
    layer.backward(&mut context, pass);
    Step { y, dx, grad }
}

/// The file's tensor as a `T`.
pub(in crate::layer) fn read<T: plain::Plain>(case: &Case, path: &str) -> T {
    let mut value = zeroed();
    as_mut_slice(&mut value).copy_from_slice(&case.tensor_f32(path));
    value
}

/// Reads the file's parameters under these names: gamma and beta if the layer has them, then the moving statistics.
fn load<const C: usize, const P: usize, M: Moments, G: Bias, B: Bias>(
    case: &Case,
    [gamma, beta, mean, variance]: [&str; 4],
) -> BatchNorm<C, P, M, G, B> {
    let path = |name| std::format!("/params/{name}");
    let mut layer = BatchNorm::default();
    if G::PRESENT {
        layer.gamma = read(case, &path(gamma));
    }
    if B::PRESENT {
        layer.beta = read(case, &path(beta));
    }
    layer.moving_mean = read(case, &path(mean));
    layer.moving_variance = read(case, &path(variance));
    layer
}

const KERAS: [&str; 4] = ["gamma", "beta", "moving_mean", "moving_variance"];
const TORCH: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];

/// Outputs, gradients and moving statistics of a training step, with and without rows that do not count behind the file's.
fn golden<
    const C: usize,
    const P: usize,
    const N: usize,
    const MORE: usize,
    M: Moments,
    G: Bias,
    B: Bias,
>(
    name: &str,
    names: [&str; 4],
) {
    let case = Case::read(name);
    for level in crate::level::all() {
        let (x, dy) = (
            read::<[SMatrix<f32, C, P>; N]>(&case, "/inputs/x"),
            read::<[SMatrix<f32, C, P>; N]>(&case, "/inputs/grad_output"),
        );
        let mut layer: BatchNorm<C, P, M, G, B> = load(&case, names);
        let step = train(level, &mut layer, &x, &dy, N);
        let compare = |layer: &BatchNorm<C, P, M, G, B>, grad: &BatchNormGrad<C, G, B>| {
            if G::PRESENT {
                let path = std::format!("/grads/{}", names[0]);
                assert_close(&path, as_slice(&grad.gamma), &case.tensor(&path));
            }
            if B::PRESENT {
                let path = std::format!("/grads/{}", names[1]);
                assert_close(&path, as_slice(&grad.beta), &case.tensor(&path));
            }
            for (name, values) in names[2..]
                .iter()
                .zip([&layer.moving_mean, &layer.moving_variance])
            {
                let path = std::format!("/state_after/{name}");
                assert_close(&path, as_slice(values), &case.tensor(&path));
            }
        };
        assert_close(name, as_slice(&step.y), &case.tensor("/output"));
        assert_close(name, as_slice(&step.dx), &case.tensor("/grads/input"));
        compare(&layer, &step.grad);

        let (mut more_x, mut more_dy) = ([SMatrix::zeros(); MORE], [SMatrix::zeros(); MORE]);
        more_x[..N].copy_from_slice(&x);
        more_dy[..N].copy_from_slice(&dy);
        let mut layer: BatchNorm<C, P, M, G, B> = load(&case, names);
        let step = train(level, &mut layer, &more_x, &more_dy, N);
        let (dx, none) = step.dx.split_at(N);
        let dx: Vec<f32> = dx.iter().flat_map(as_slice).copied().collect();
        assert_close(name, &dx, &case.tensor("/grads/input"));
        assert!(none.iter().flat_map(as_slice).all(|dx| *dx == 0.0));
        assert!(as_slice(&step.y).iter().all(|y| y.is_finite()));
        compare(&layer, &step.grad);
    }
}

type OfKeras<const M: i64, const OF: u64> = KerasMoments<Ratio<M, OF>>;

#[test]
fn training_is_that_of_keras() {
    golden::<5, 1, 6, 8, KerasMoments, WithBias, WithBias>("layer__batch_norm_2d_train", KERAS);
    golden::<2, 12, 3, 4, OfKeras<8, 10>, WithBias, WithBias>("layer__batch_norm_4d_train", KERAS);
    type Small = KerasMoments<Ratio<9, 10>, Ratio<1, 100_000>>;
    golden::<5, 1, 6, 7, Small, WithBias, WithBias>("layer__batch_norm_2d_train_mom0p9", KERAS);
    golden::<5, 1, 6, 16, KerasMoments, NoBias, NoBias>(
        "layer__batch_norm_noscale_nocenter_train",
        KERAS,
    );
}

#[test]
fn training_is_that_of_pytorch() {
    golden::<5, 1, 6, 9, TorchMoments, WithBias, WithBias>(
        "layer__torch_batch_norm1d_train",
        TORCH,
    );
}

fn inference<const C: usize, const P: usize, const N: usize>(name: &str) {
    let case = Case::read(name);
    let layer: BatchNorm<C, P> = load(&case, KERAS);
    let x = read::<[SMatrix<f32, C, P>; N]>(&case, "/inputs/x");
    for level in crate::level::all() {
        let mut y = zeroed();
        layer.forward_batch(level, &x, &mut y);
        assert_close(name, as_slice(&y), &case.tensor("/output"));
        let mut result = zeroed();
        dispatch!(level, simd => layer.step(simd, &mut (), &x[0].column(0).into(), &mut result));
        assert_close(name, as_slice(&result), &case.tensor("/output")[..C]);
    }
}

#[test]
fn inference_is_that_of_keras() {
    inference::<5, 1, 6>("layer__batch_norm_2d_inference");
    inference::<2, 12, 3>("layer__batch_norm_4d_inference");
}

/// The sum of the outputs in training, each times its own weight.
fn score<L: Train + Clone, const N: usize>(
    layer: &L,
    x: &[L::Input; N],
    weights: &[L::Output; N],
    rows: usize,
) -> f64 {
    let y = train(crate::level::best(), &mut layer.clone(), x, weights, rows).y;
    let terms = as_slice(&y).iter().zip(as_slice(weights));
    terms.map(|(y, w)| f64::from(*y) * f64::from(*w)).sum()
}

/// Gradients of inputs and parameters of a training step with `rows` samples against difference quotients.
pub(in crate::layer) fn differences<L: Train + Clone, const N: usize>(rows: usize) {
    let mut random = SmallRng::seed_from_u64(5);
    let mut layer = zeroed::<L>();
    let (mut x, mut weights) = (zeroed::<[L::Input; N]>(), zeroed::<[L::Output; N]>());
    as_mut_slice(&mut layer).fill_with(|| random.random_range(0.2..1.0));
    for x in &mut x[..rows] {
        as_mut_slice(x).fill_with(|| random.random_range(-1.0..1.0));
    }
    for weights in &mut weights[..rows] {
        as_mut_slice(weights).fill_with(|| random.random_range(-1.0..1.0));
    }
    let step = train(crate::level::best(), &mut layer.clone(), &x, &weights, rows);
    // Richardson: what two steps leave of the curvature cancels.
    let close = |at: &dyn Fn(f32) -> f64, gradient: f32| {
        let slope = |step: f32| (at(step) - at(-step)) / f64::from(2.0 * step);
        let slope = (4.0 * slope(1e-2) - slope(2e-2)) / 3.0;
        let difference = (slope - f64::from(gradient)).abs();
        assert!(
            difference < 2e-3 * slope.abs().max(1.0),
            "{slope} and {gradient}"
        );
    };
    for (i, dx) in as_slice(&step.dx).iter().enumerate() {
        if i >= rows * L::Input::LEN {
            assert_eq!(*dx, 0.0);
            continue;
        }
        let at = |change| {
            let mut x = x;
            as_mut_slice(&mut x)[i] += change;
            score(&layer, &x, &weights, rows)
        };
        close(&at, *dx);
    }
    // Of a layer whose gradient is shorter, what is trained comes first.
    for (i, gradient) in as_slice(&step.grad).iter().enumerate() {
        let at = |change| {
            let mut layer = layer.clone();
            as_mut_slice(&mut layer)[i] += change;
            score(&layer, &x, &weights, rows)
        };
        close(&at, *gradient);
    }
}

#[test]
fn gradients_through_the_statistics_agree_with_difference_quotients() {
    differences::<BatchNorm<3, 1>, 6>(6);
    differences::<BatchNorm<3, 1>, 6>(4);
    differences::<BatchNorm<2, 5>, 3>(2);
    differences::<BatchNorm<17, 2>, 3>(3);
    differences::<BatchNorm<20, 3, TorchMoments>, 2>(2);
    differences::<BatchNorm<2, 4, KerasMoments, NoBias>, 2>(2);
    differences::<BatchNorm<2, 4, KerasMoments, WithBias, NoBias>, 2>(2);
}

#[test]
fn one_row_or_none_gives_no_nan() {
    type Layer = BatchNorm<3, 1, TorchMoments>;
    for rows in [0, 1] {
        let mut layer = Layer::default();
        layer.init(&mut SmallRng::seed_from_u64(1));
        layer.beta = SVector::from([1.0, 2.0, 3.0]);
        let x = [SVector::from([4.0, 5.0, 6.0]), SVector::zeros()];
        let step = train(
            crate::level::best(),
            &mut layer,
            &x,
            &[SVector::repeat(1.0); 2],
            rows,
        );
        if rows == 1 {
            assert_eq!(step.y[0], layer.beta);
        }
        assert!(as_slice(&step.dx).iter().all(|dx| *dx == 0.0));
        assert!(as_slice(&step.y).iter().all(|y| y.is_finite()));
        assert!(as_slice(&step.grad).iter().all(|y| y.is_finite()));
        assert!(as_slice(&layer).iter().all(|y| y.is_finite()));
    }
}

#[test]
fn a_batch_that_overflows_leaves_the_moving_statistics_alone() {
    let mut layer = BatchNorm::<2, 1>::default();
    layer.init(&mut SmallRng::seed_from_u64(1));
    let x = [
        SVector::from([f32::INFINITY, 1.0]),
        SVector::from([0.0, 3.0]),
    ];
    let _ = train(crate::level::best(), &mut layer, &x, &x, 2);
    assert_eq!((layer.moving_mean[0], layer.moving_variance[0]), (0.0, 1.0));
    assert!((layer.moving_mean[1] - 0.02).abs() < 1e-6);
}

/// The variance of values far from zero is that of their distances, not a difference of squares.
#[test]
fn values_far_from_zero_keep_their_digits() {
    let mut layer = BatchNorm::<3, 1>::default();
    layer.init(&mut SmallRng::seed_from_u64(1));
    let x: [SVector<f32, 3>; 64] =
        core::array::from_fn(|i| SVector::repeat(10_000.0 + (i % 2) as f32));
    let step = train(crate::level::best(), &mut layer, &x, &x, 64);
    let expected = 0.5 / (0.25_f32 + 1e-3).sqrt();
    for (i, y) in step.y.iter().enumerate() {
        let sign = if i % 2 == 0 { -1.0 } else { 1.0 };
        assert!((y[0] - sign * expected).abs() < 1e-5, "{y}");
    }
}

mod declared {
    use crate::prelude::*;
    // The file does not say that its momentum is 0.9.
    network! { pub(super) struct Binary { input 8; dense 5; batch_norm momentum 0.9; relu; dense 1 sigmoid; } }
}
use declared::Binary;

/// A network with the weights under `path`, which are all of it in memory order.
fn binary(case: &Case, path: &str) -> Vec<f64> {
    let names = [
        "layer0.kernel",
        "layer0.bias",
        "layer1.gamma",
        "layer1.beta",
        "layer1.moving_mean",
        "layer1.moving_variance",
        "layer3.kernel",
        "layer3.bias",
    ];
    let tensors = names
        .iter()
        .map(|name| case.tensor(&std::format!("{path}/{name}")));
    tensors.flatten().collect()
}

/// Losses, weights, moving statistics and predictions of a short training, whatever path the optimiser takes to the parameters.
#[test]
fn a_network_trains_as_that_of_keras() {
    use crate::loss::BinaryCrossentropy;
    use crate::optim::Adam;
    use crate::train::Trainer;
    let case = Case::read("e2e__binary_bn_adam");
    let x: [SVector<f32, 8>; 24] = read(&case, "/inputs/x");
    let t: [SVector<f32, 1>; 24] = read(&case, "/inputs/y");
    let data: Vec<_> = x.into_iter().zip(t).collect();
    for level in crate::level::all() {
        let mut net = Binary::zeros();
        for (weight, value) in as_mut_slice(&mut net)
            .iter_mut()
            .zip(binary(&case, "/params"))
        {
            *weight = value as f32;
        }
        let predictions =
            |net: &Binary| -> Vec<f32> { x.iter().map(|x| net.predict(x)[0]).collect() };
        let wanted = case.tensor("/output/initial_prediction");
        assert_close("initial", &predictions(&net), &wanted);
        let mut trainer = Trainer::<Binary, _, _, 8>::new(Adam::new(0.01), BinaryCrossentropy);
        trainer.level(level);
        let batches = data.chunks(8).chain(data.chunks(8));
        let losses: Vec<f32> = batches
            .map(|batch| trainer.train_on_batch(&mut net, batch).unwrap().loss)
            .collect();
        assert_close("losses", &losses, &case.tensor("/output/loss_per_step"));
        let weights = binary(&case, "/output/final_weights");
        assert_close("weights", as_slice(&net), &weights);
        let wanted = case.tensor("/output/final_prediction");
        assert_close("final", &predictions(&net), &wanted);
    }
}
