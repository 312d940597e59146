use super::*;
use crate::activation::Relu;
use crate::golden::{Case, assert_close};
use crate::layer::{
    ConvSizes, ConvTranspose, NoBias, SeparableConv, SeparableSizes, TransposeSizes, Window,
};
use crate::level;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use std::boxed::Box;
use std::vec::Vec;

/// A tensor of a case, in Keras's order; PyTorch's are `NCHW` and `OIHW`.
fn tensor(case: &Case, path: &str) -> Vec<f64> {
    let (values, shape) = (case.tensor(path), case.shape(path).unwrap());
    let kernel = path.ends_with("weight");
    if !(kernel || case.shape("/params/weight").is_some() && shape.len() == 4) {
        return values;
    }
    let [a, b, h, w] = shape[..] else {
        panic!("{shape:?}")
    };
    let outer = if kernel { [1, b, a] } else { [a, 1, b] };
    let mut permuted = Vec::new();
    for n in 0..outer[0] {
        for pixel in 0..h * w {
            for i in 0..outer[1] {
                for j in 0..outer[2] {
                    let (a, b) = if kernel { (j, i) } else { (n, j) };
                    permuted.push(values[(a * shape[1] + b) * h * w + pixel]);
                }
            }
        }
    }
    permuted
}

/// The tensors of a case, one behind the other.
fn tensors(case: &Case, folder: &str, names: &[&str]) -> Vec<f64> {
    let paths = names.iter().map(|name| std::format!("{folder}/{name}"));
    paths
        .filter(|path| case.shape(path).is_some())
        .flat_map(|path| tensor(case, &path))
        .collect()
}

/// Forward and backward of a layer over the three samples of a case, at every level.
pub(crate) fn check_case<L: Train<Grad = L>>(name: &str) {
    const PARAMS: [&str; 5] = [
        "depthwise_kernel",
        "pointwise_kernel",
        "kernel",
        "weight",
        "bias",
    ];
    let case = Case::read(name);
    let fill = |to: &mut [f32], values: Vec<f64>| {
        assert_eq!(to.len(), values.len(), "{name}");
        to.iter_mut().zip(values).for_each(|(to, v)| *to = v as f32);
    };
    let mut layer: Box<L> = plain::zeroed_box();
    fill(
        as_mut_slice(&mut *layer),
        tensors(&case, "/params", &PARAMS),
    );
    let mut x: Box<[L::Input; 3]> = plain::zeroed_box();
    fill(as_mut_slice(&mut *x), tensor(&case, "/inputs/x"));
    for level in level::all() {
        let mut y: Box<[L::Output; 3]> = plain::zeroed_box();
        let mut dy: Box<[L::Output; 3]> = plain::zeroed_box();
        let mut dx: Box<[L::Input; 3]> = plain::zeroed_box();
        let mut grad: Box<L> = plain::zeroed_box();
        let mut tape: Box<L::Tape<3>> = plain::zeroed_box();
        fill(as_mut_slice(&mut *dy), tensor(&case, "/inputs/grad_output"));
        // Whatever was there before must not matter.
        as_mut_slice(&mut *y).fill(f32::NAN);
        as_mut_slice(&mut *dx).fill(f32::NAN);
        as_mut_slice(&mut *grad).fill(f32::NAN);
        let mut random = SmallRng::seed_from_u64(1);
        let mut context = Context {
            level,
            rows: 3,
            random: &mut random,
        };
        layer.forward_train(&mut context, &x, &mut y, &mut tape);
        let pass = Pass {
            x: &x,
            y: &y,
            dy: &mut dy,
            tape: &mut *tape,
            grad: &mut *grad,
            dx: Some(&mut dx),
        };
        layer.backward(&mut context, pass);
        assert_close(name, as_slice(&*y), &tensor(&case, "/output"));
        layer.forward_batch(level, &x, &mut y);
        assert_close(name, as_slice(&*y), &tensor(&case, "/output"));
        assert_close(name, as_slice(&*grad), &tensors(&case, "/grads", &PARAMS));
        assert_close(name, as_slice(&*dx), &tensor(&case, "/grads/input"));
    }
}

#[test]
fn one_dimensional_as_keras() {
    type Valid<A, B> =
        Conv<ConvSizes<Window<9, 1, 7, 1, 3, 1, 1, 1, 1, 1, 0, 0>, 2, 9, 3, 7, 3, 2>, A, B>;
    type Same = Conv<ConvSizes<Window<9, 1, 9, 1, 3, 1, 1, 1, 1, 1, 1, 0>, 2, 9, 3, 9, 3, 2>>;
    type SameStride2 =
        Conv<ConvSizes<Window<9, 1, 5, 1, 3, 1, 2, 1, 1, 1, 1, 0>, 2, 9, 3, 5, 3, 2>>;
    type Stride2 = Conv<ConvSizes<Window<9, 1, 4, 1, 3, 1, 2, 1, 1, 1, 0, 0>, 2, 9, 3, 4, 3, 2>>;
    type Causal = Conv<ConvSizes<Window<9, 1, 9, 1, 3, 1, 1, 1, 2, 1, 4, 0>, 2, 9, 3, 9, 3, 2>>;
    check_case::<Valid<Linear, WithBias>>("layer__conv1d_valid");
    check_case::<Valid<Relu, NoBias>>("layer__conv1d_nobias_relu");
    check_case::<Same>("layer__conv1d_same");
    check_case::<SameStride2>("layer__conv1d_same_stride2");
    check_case::<Stride2>("layer__conv1d_valid_stride2");
    check_case::<Causal>("layer__conv1d_causal_dilation2");
}

#[test]
fn two_dimensional_as_keras() {
    type Valid<A, B> =
        Conv<ConvSizes<Window<6, 5, 4, 3, 3, 3, 1, 1, 1, 1, 0, 0>, 2, 30, 3, 12, 9, 2>, A, B>;
    type Same = Conv<ConvSizes<Window<6, 5, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1>, 2, 30, 3, 30, 9, 2>>;
    // Where an axis needs an odd number of rows of padding, the larger part is behind the image.
    type SameStride2 =
        Conv<ConvSizes<Window<6, 5, 3, 3, 3, 3, 2, 2, 1, 1, 0, 1>, 2, 30, 3, 9, 9, 2>>;
    type Oblong = Conv<ConvSizes<Window<6, 5, 3, 5, 2, 3, 2, 1, 1, 1, 0, 1>, 2, 30, 3, 15, 6, 2>>;
    type SameDilation2 =
        Conv<ConvSizes<Window<6, 5, 6, 5, 2, 2, 1, 1, 2, 2, 1, 1>, 2, 30, 3, 30, 4, 2>>;
    type Dilation2 = Conv<ConvSizes<Window<6, 5, 2, 1, 3, 3, 1, 1, 2, 2, 0, 0>, 2, 30, 3, 2, 9, 2>>;
    type Stride2 = Conv<ConvSizes<Window<6, 5, 2, 2, 3, 3, 2, 2, 1, 1, 0, 0>, 2, 30, 3, 4, 9, 2>>;
    type Pixels = Conv<ConvSizes<Window<6, 5, 6, 5, 1, 1, 1, 1, 1, 1, 0, 0>, 2, 30, 3, 30, 1, 2>>;
    check_case::<Valid<Linear, WithBias>>("layer__conv2d_valid");
    check_case::<Valid<Relu, WithBias>>("layer__conv2d_relu");
    check_case::<Valid<Linear, NoBias>>("layer__conv2d_nobias");
    check_case::<Same>("layer__conv2d_same");
    check_case::<SameStride2>("layer__conv2d_same_stride2");
    check_case::<Oblong>("layer__conv2d_same_stride2x1_k2x3");
    check_case::<SameDilation2>("layer__conv2d_same_dilation2");
    check_case::<Dilation2>("layer__conv2d_dilation2");
    check_case::<Stride2>("layer__conv2d_valid_stride2");
    check_case::<Pixels>("layer__conv2d_k1");
}

#[test]
fn groups_and_depthwise_as_keras_and_pytorch() {
    type Groups2 = Conv<ConvSizes<Window<6, 5, 4, 3, 3, 3, 1, 1, 1, 1, 0, 0>, 4, 30, 6, 12, 9, 2>>;
    type Valid = Conv<ConvSizes<Window<6, 5, 4, 3, 3, 3, 1, 1, 1, 1, 0, 0>, 2, 30, 2, 12, 9, 1>>;
    type Multiplied =
        Conv<ConvSizes<Window<6, 5, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1>, 2, 30, 4, 30, 9, 1>>;
    type Stride2 = Conv<ConvSizes<Window<6, 6, 3, 3, 3, 3, 2, 2, 1, 1, 0, 0>, 2, 36, 2, 9, 9, 1>>;
    type Torch = Conv<ConvSizes<Window<6, 5, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1>, 4, 30, 4, 30, 9, 1>>;
    check_case::<Groups2>("layer__conv2d_groups2");
    check_case::<Groups2>("layer__torch_conv2d_groups2");
    check_case::<Valid>("layer__depthwise_conv2d_valid");
    check_case::<Multiplied>("layer__depthwise_conv2d_same_mult2");
    check_case::<Stride2>("layer__depthwise_conv2d_same_stride2");
    check_case::<Torch>("layer__torch_conv2d_depthwise");
}

#[test]
fn padding_and_dilation_as_pytorch() {
    type Padded = Conv<ConvSizes<Window<6, 5, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1>, 2, 30, 3, 9, 9, 2>>;
    type Dilated = Conv<
        ConvSizes<Window<6, 5, 4, 3, 2, 2, 1, 1, 2, 2, 0, 0>, 2, 30, 3, 12, 4, 2>,
        Linear,
        NoBias,
    >;
    check_case::<Padded>("layer__torch_conv2d_pad1_stride2");
    check_case::<Dilated>("layer__torch_conv2d_dilation2_nobias");
}

#[test]
fn transposed_and_separable_as_keras() {
    type Transposed = ConvTranspose<
        TransposeSizes<Window<12, 10, 6, 5, 3, 3, 2, 2, 1, 1, 0, 0>, 2, 30, 3, 120, 9>,
    >;
    type Separable = SeparableConv<
        SeparableSizes<Window<6, 5, 6, 5, 3, 3, 1, 1, 1, 1, 1, 1>, 2, 30, 3, 30, 9, 2>,
    >;
    check_case::<Transposed>("layer__conv2d_transpose");
    check_case::<Separable>("layer__separable_conv2d");
}
