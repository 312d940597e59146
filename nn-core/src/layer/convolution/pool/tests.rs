use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::{PoolSizes, Upsample, UpsampleSizes, Window, ZeroPad, ZeroPadSizes};
use crate::{Tensor, level};
use nalgebra::SMatrix;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::boxed::Box;
use std::vec::Vec;

/// Outputs in training, outputs at inference, and the inputs' gradient.
type Passes<L> = (
    Box<[<L as Layer>::Output; 3]>,
    Box<[<L as Layer>::Output; 3]>,
    Box<[<L as Layer>::Input; 3]>,
);

/// Forward and backward of a layer without parameters, over three samples at a SIMD level.
fn pass<L: Train<Grad = ()>>(level: crate::Level, x: &[f32], dy: &[f32]) -> Passes<L> {
    let mut layer: L = plain::zeroed();
    let mut xs: Box<[L::Input; 3]> = plain::zeroed_box();
    let mut dys: Box<[L::Output; 3]> = plain::zeroed_box();
    as_mut_slice(&mut *xs).copy_from_slice(x);
    as_mut_slice(&mut *dys).copy_from_slice(dy);
    let mut ys: Box<[L::Output; 3]> = plain::zeroed_box();
    let mut inferred: Box<[L::Output; 3]> = plain::zeroed_box();
    let mut dxs: Box<[L::Input; 3]> = plain::zeroed_box();
    // Whatever was there before must not matter.
    as_mut_slice(&mut *ys).fill(f32::NAN);
    as_mut_slice(&mut *inferred).fill(f32::NAN);
    as_mut_slice(&mut *dxs).fill(f32::NAN);
    let mut tape: Box<L::Tape<3>> = plain::zeroed_box();
    let mut random = SmallRng::seed_from_u64(1);
    let mut context = Context {
        level,
        rows: 3,
        random: &mut random,
    };
    layer.forward_train(&mut context, &xs, &mut ys, &mut tape);
    layer.forward_batch(level, &xs, &mut inferred);
    let pass = Pass {
        x: &xs,
        y: &ys,
        dy: &mut dys,
        tape: &mut *tape,
        grad: &mut (),
        dx: Some(&mut dxs),
    };
    layer.backward(&mut context, pass);
    (ys, inferred, dxs)
}

fn check_case<L: Train<Grad = ()>>(name: &str) {
    let case = Case::read(name);
    let (x, dy) = (
        case.tensor_f32("/inputs/x"),
        case.tensor_f32("/inputs/grad_output"),
    );
    for level in level::all() {
        let (y, inferred, dx) = pass::<L>(level, &x, &dy);
        assert_close(name, as_slice(&*y), &case.tensor("/output"));
        assert_close(name, as_slice(&*inferred), &case.tensor("/output"));
        assert_close(name, as_slice(&*dx), &case.tensor("/grads/input"));
    }
}

#[test]
fn pools_as_keras() {
    type Valid = Window<6, 5, 3, 2, 2, 2, 2, 2, 1, 1, 0, 0>;
    type Overlapping = Window<6, 5, 5, 3, 2, 3, 1, 1, 1, 1, 0, 0>;
    type Same = Window<6, 5, 3, 3, 3, 3, 2, 2, 1, 1, 0, 1>;
    type Steps = Window<9, 1, 4, 1, 2, 1, 2, 1, 1, 1, 0, 0>;
    type SameSteps = Window<9, 1, 5, 1, 3, 1, 2, 1, 1, 1, 1, 0>;
    check_case::<MaxPool<PoolSizes<Valid, 2, 30, 6>>>("layer__max_pool2d");
    check_case::<MaxPool<PoolSizes<Overlapping, 2, 30, 15>>>("layer__max_pool2d_k2x3_s1");
    check_case::<MaxPool<PoolSizes<Same, 2, 30, 9>>>("layer__max_pool2d_same_k3_s2");
    check_case::<MaxPool<PoolSizes<Steps, 2, 9, 4>>>("layer__max_pool1d");
    check_case::<MaxPool<PoolSizes<SameSteps, 2, 9, 5>>>("layer__max_pool1d_same_s2_k3");
    check_case::<AvgPool<PoolSizes<Valid, 2, 30, 6>>>("layer__avg_pool2d");
    check_case::<AvgPool<PoolSizes<Same, 2, 30, 9>>>("layer__avg_pool2d_same_k3_s2");
    check_case::<AvgPool<PoolSizes<Steps, 2, 9, 4>>>("layer__avg_pool1d");
    check_case::<AvgPool<PoolSizes<SameSteps, 2, 9, 5>>>("layer__avg_pool1d_same_s2_k3");
}

#[test]
fn global_pools_as_keras() {
    type Image = Window<6, 5, 1, 1, 6, 5, 1, 1, 1, 1, 0, 0>;
    type Steps = Window<9, 1, 1, 1, 9, 1, 1, 1, 1, 1, 0, 0>;
    check_case::<MaxPool<PoolSizes<Image, 2, 30, 1>>>("layer__global_max_pool2d");
    check_case::<MaxPool<PoolSizes<Steps, 2, 9, 1>>>("layer__global_max_pool1d");
    check_case::<AvgPool<PoolSizes<Image, 2, 30, 1>>>("layer__global_avg_pool2d");
    check_case::<AvgPool<PoolSizes<Steps, 2, 9, 1>>>("layer__global_avg_pool1d");
}

#[test]
fn upsampling_padding_and_reshaping_as_keras() {
    check_case::<Upsample<UpsampleSizes<6, 5, 2, 2, 2, 30, 120>>>("layer__upsampling2d_nearest");
    check_case::<ZeroPad<ZeroPadSizes<6, 5, 1, 2, 0, 1, 2, 30, 54>>>("layer__zero_padding2d");
    type Steps = crate::layer::Reshape<SMatrix<f32, 2, 30>, SMatrix<f32, 12, 5>>;
    check_case::<Steps>("layer__reshape");
}

/// Values that are no multiple of each other; some of them equal.
fn values(count: usize) -> Vec<f32> {
    (0..count)
        .map(|i| ((i * 7919 % 1009) as f32 - 500.0) / 64.0)
        .collect()
}

/// The outputs and the gradient by the definition, without a vector.
fn naive<W: Geometry>(channels: usize, x: &[f32], dy: &[f32], max: bool) -> (Vec<f32>, Vec<f32>) {
    let mut y = Vec::new();
    let mut dx = std::vec![0.0; x.len()];
    let meet = |o: usize, k: usize, stride: usize, before: usize, size: usize| {
        (o * stride + k).checked_sub(before).filter(|i| *i < size)
    };
    for sample in 0..3 {
        for o in 0..W::OUTPUT_HEIGHT * W::OUTPUT_WIDTH {
            for c in 0..channels {
                let inside: Vec<usize> = (0..W::KERNEL_HEIGHT * W::KERNEL_WIDTH)
                    .filter_map(|k| {
                        let row = meet(
                            o / W::OUTPUT_WIDTH,
                            k / W::KERNEL_WIDTH,
                            W::STRIDE_DOWN,
                            W::PADDING_TOP,
                            W::INPUT_HEIGHT,
                        )?;
                        let column = meet(
                            o % W::OUTPUT_WIDTH,
                            k % W::KERNEL_WIDTH,
                            W::STRIDE_RIGHT,
                            W::PADDING_LEFT,
                            W::INPUT_WIDTH,
                        )?;
                        Some(
                            ((sample * W::INPUT_HEIGHT + row) * W::INPUT_WIDTH + column) * channels
                                + c,
                        )
                    })
                    .collect();
                let g = dy[y.len()];
                if max {
                    let best = inside
                        .iter()
                        .copied()
                        .reduce(|a, b| if x[b] > x[a] { b } else { a });
                    y.push(x[best.unwrap()]);
                    dx[best.unwrap()] += g;
                } else {
                    let count = inside.len() as f32;
                    y.push(inside.iter().map(|&i| x[i]).sum::<f32>() / count);
                    inside.iter().for_each(|&i| dx[i] += g / count);
                }
            }
        }
    }
    (y, dx)
}

fn check_naive<W: Geometry, const C: usize, const P: usize, const Q: usize>() {
    let (x, dy) = (values(3 * C * P), values(3 * C * Q));
    let wide = |values: Vec<f32>| -> Vec<f64> { values.into_iter().map(f64::from).collect() };
    for level in level::all() {
        let (y, inferred, dx) = pass::<MaxPool<PoolSizes<W, C, P, Q>>>(level, &x, &dy);
        let (expected_y, expected_dx) = naive::<W>(C, &x, &dy, true);
        assert_eq!(as_slice(&*y), expected_y);
        assert_eq!(as_slice(&*inferred), expected_y);
        assert_close("max dx", as_slice(&*dx), &wide(expected_dx));
        let (y, _, dx) = pass::<AvgPool<PoolSizes<W, C, P, Q>>>(level, &x, &dy);
        let (expected_y, expected_dx) = naive::<W>(C, &x, &dy, false);
        assert_close("avg", as_slice(&*y), &wide(expected_y));
        assert_close("avg dx", as_slice(&*dx), &wide(expected_dx));
    }
}

/// Every width of vector and what is left over, overlapping and with gaps, with padding on every side.
#[test]
fn pools_of_any_number_of_channels_are_as_defined() {
    type Overlapping = Window<5, 4, 5, 4, 3, 3, 1, 1, 1, 1, 1, 1>;
    type Gaps = Window<5, 4, 2, 2, 2, 1, 3, 3, 1, 1, 0, 0>;
    type Padded = Window<5, 4, 3, 3, 4, 2, 2, 2, 1, 1, 3, 1>;
    check_naive::<Overlapping, 1, 20, 20>();
    check_naive::<Overlapping, 3, 20, 20>();
    check_naive::<Overlapping, 45, 20, 20>();
    check_naive::<Gaps, 7, 20, 4>();
    check_naive::<Gaps, 16, 20, 4>();
    check_naive::<Padded, 8, 20, 9>();
    check_naive::<Padded, 21, 20, 9>();
}

#[test]
fn nan_is_not_lost_in_a_maximum() {
    type Pool = MaxPool<PoolSizes<Window<4, 1, 2, 1, 2, 1, 2, 1, 1, 1, 0, 0>, 1, 4, 2>>;
    for x in [[f32::NAN, 1.0, 2.0, 3.0], [1.0, f32::NAN, 2.0, 3.0]] {
        for level in level::all() {
            let (y, inferred, _) = pass::<Pool>(level, &x.repeat(3), &[1.0; 6]);
            for y in y.iter().chain(&*inferred) {
                assert!(y[0].is_nan() && y[1] == 3.0, "{y}");
            }
        }
    }
}

#[test]
fn what_is_below_everything_is_still_a_maximum() {
    type Pool = MaxPool<PoolSizes<Window<2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 0, 0>, 1, 2, 1>>;
    for level in level::all() {
        let (y, _, dx) = pass::<Pool>(level, &[f32::NEG_INFINITY; 6], &[1.0; 3]);
        assert!(y.iter().all(|y| y[0] == f32::NEG_INFINITY));
        assert!(dx.iter().all(|dx| dx.values() == [1.0, 0.0]));
    }
}
