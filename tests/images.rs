//! Images and sequences in the DSL: the shapes that windows give, the same with literals and with `const` sizes.

use nn_core::prelude::*;

network! {
    /// The network of the handwritten digits.
    struct Digits {
        input 28x28x1;
        conv2d 8 5x5 relu;
        max_pool 2x2;
        conv2d 16 5 relu;
        max_pool 2;
        flatten;
        dense 10 softmax;
    }
}

const SIDE: usize = 28;
const KERNEL: usize = 5;
const FILTERS: usize = 8;
const TWO: usize = 2;

network! {
    struct ConstDigits {
        input SIDE x SIDE x 1;
        conv2d FILTERS KERNEL x KERNEL relu;
        max_pool TWO x TWO;
        conv2d { 2 * FILTERS } KERNEL relu;
        max_pool TWO;
        flatten;
        dense 10 softmax;
        output 10;
    }
}

#[test]
fn a_network_of_const_sizes_is_the_one_of_literals() {
    assert_eq!(
        Digits::PARAMS,
        8 * 25 + 8 + 25 * 8 * 16 + 16 + 256 * 10 + 10
    );
    assert_eq!(ConstDigits::PARAMS, Digits::PARAMS);
    assert_eq!(ConstDigits::MACS, Digits::MACS);
    let digits = Digits::boxed(&mut SmallRng::seed_from_u64(1));
    let twin: &ConstDigits = nn_core::plain::view(&*digits);
    let x = SMatrix::from_fn(|_, pixel| (pixel as f32).sin());
    assert_eq!(digits.predict(&x), twin.predict(&x));
}

/// One network after another, each layer with sizes of both kinds, and the shape that comes out.
macro_rules! shapes {
    ($($name:ident: { $($layer:tt)* } gives [$($output:tt)*];)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::consts::*;
            use nn_core::prelude::*;

            network! { pub struct Net { $($layer)* output $($output)*; } }

            #[test]
            fn compiles_and_gives_its_shape() {
                let mut net = Net::boxed(&mut SmallRng::seed_from_u64(1));
                assert_eq!(net.predict(&Input::<Net>::zeros()).len(), Net::OUTPUT);
                let x = Input::<Net>::repeat(0.5);
                let y = net.predict(&x);
                let data = [(x, y)];
                let mut trainer = Trainer::<Net, _, _, 1>::boxed(Sgd::new(0.1), MeanSquaredError);
                let loss = trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap().loss();
                assert!(loss < 1e-9, "{loss}");
            }
        }
    )*};
}

mod consts {
    #![allow(unused)]
    pub const N: usize = 7;
    pub const K: usize = 3;
    pub const S: usize = 2;
    pub const D: usize = 2;
    pub const P: usize = 1;
    pub const C: usize = 4;
}

shapes! {
    same_stride: { input 7x6x2; conv2d 4 3 relu stride 2 pad same; } gives [4x3x4];
    same_stride_const: { input N x 6 x 2; conv2d C K relu stride S pad same; } gives [4x3x4];
    padded: { input 7x6x2; conv2d 4 3x2 stride 2x1 pad 1x0 no_bias; } gives [4x5x4];
    padded_const: { input N x 6 x 2; conv2d C K x 2 stride S x 1 pad P x 0 no_bias; } gives [4x5x4];
    dilated: { input 7x7x2; conv2d 4 3 dilation 2; } gives [3x3x4];
    dilated_const: { input N x N x 2; conv2d C K dilation D; } gives [3x3x4];
    grouped: { input 5x5x4; conv2d 6 3 groups 2 init he_normal; } gives [3x3x6];
    grouped_const: { input 5 x 5 x C; conv2d 6 K groups S; } gives [3x3x6];
    depthwise: { input 5x5x4; depthwise_conv2d 3 relu multiplier 2 pad same; } gives [5x5x8];
    depthwise_const: { input 5 x 5 x C; depthwise_conv2d K multiplier S pad same; } gives [5x5x8];
    separable: { input 5x5x4; separable_conv2d 6 3 tanh pad same; } gives [5x5x6];
    separable_const: { input 5 x 5 x C; separable_conv2d 6 K multiplier S; } gives [3x3x6];
    transposed: { input 7x6x2; conv2d_transpose 4 3 stride 2; } gives [15x13x4];
    transposed_const: { input N x 6 x 2; conv2d_transpose C K stride S; } gives [15x13x4];
    transposed_same: { input 7x6x2; conv2d_transpose 4 3 relu stride 2 pad same; } gives [14x12x4];
    transposed_same_const: { input N x 6 x 2; conv2d_transpose C K stride S pad same; } gives [14x12x4];
    transposed_padded: { input 7x6x2; conv2d_transpose 4 4 stride 2 pad 1; } gives [14x12x4];
    transposed_padded_const: { input N x 6 x 2; conv2d_transpose C 4 stride S pad P; } gives [14x12x4];
    output_padding: { input 7x6x2; conv2d_transpose 4 3 stride 2 pad 1 output_padding 1; } gives [14x12x4];
    output_padding_const: { input N x 6 x 2; conv2d_transpose C K stride S pad P output_padding P; } gives [14x12x4];
    output_padding_same: { input 7x6x2; conv2d_transpose 4 3 stride 2 pad same output_padding 0; } gives [13x11x4];
    output_padding_same_const: { input N x 6 x 2; conv2d_transpose C K stride S pad same output_padding 0; } gives [13x11x4];
    long_stride: { input 3x2; conv1d_transpose 4 2 stride 3; } gives [9x4];
    causal: { input 9x2; conv1d 4 3 pad causal dilation 2; } gives [9x4];
    causal_const: { input 9x2; conv1d C K pad causal dilation D stride S; } gives [5x4];
    depthwise_steps: { input 9x2; depthwise_conv1d 3; separable_conv1d 4 3 pad same; } gives [7x4];
    pools: { input 7x6x2; max_pool 2; avg_pool 2 stride 1 pad same; } gives [3x3x2];
    pools_const: { input N x 6 x 2; max_pool S; avg_pool S stride P pad same; } gives [3x3x2];
    padded_pools: { input 7x6x2; max_pool 3x2 stride 2 pad 1; } gives [4x4x2];
    padded_pools_const: { input N x 6 x 2; max_pool K x S stride S pad P; } gives [4x4x2];
    pools_of_steps: { input 9x2; max_pool 2; avg_pool 3 stride 1; } gives [2x2];
    pools_of_steps_const: { input 9 x 2; max_pool S; avg_pool K stride 1; } gives [2x2];
    global: { input 7x6x2; global_max_pool; dense 3; } gives [3];
    global_const: { input N x 6 x C; global_avg_pool; dense C; } gives [4];
    global_of_steps: { input 9x2; global_avg_pool; } gives [2];
    upsampled: { input 2x3x2; upsample 2x3; } gives [4x9x2];
    upsampled_const: { input S x K x 2; upsample S x K; } gives [4x9x2];
    upsampled_steps: { input 3x2; upsample 2; } gives [6x2];
    zero_padded: { input 2x3x2; zero_pad 1x2; } gives [4x7x2];
    zero_padded_sides: { input 2x3x2; zero_pad top 1 bottom 2 right 1; } gives [5x4x2];
    zero_padded_const: { input S x K x 2; zero_pad left P bottom S; } gives [4x4x2];
    zero_padded_steps: { input 3x2; zero_pad before 2; zero_pad 1; } gives [7x2];
    reshaped: { input 12; reshape 2x3x2; conv2d 4 2; reshape 4x2; } gives [4x2];
    reshaped_const: { input { 2 * K * S }; reshape 2 x K x S; flatten; reshape K x 4; } gives [3x4];
    deep_const: { input 28 x 28 x 1; conv2d C K relu; max_pool S; conv2d C K relu; max_pool S; conv2d C K; global_avg_pool; } gives [4];
}
