use nn_core::prelude::*;

network! {
    /// Converted from `image.keras` by nn-convert.
    #[weights("tests/converted/image.safetensors")]
    pub struct Image {
        input 12x10x3;
        zero_pad top 1 bottom 2 right 1; // zero_padding2d
        conv2d 4 3x3 relu6 stride 2x1 pad same;
        depthwise_conv2d 3x3 pad same dilation 2 multiplier 2 no_bias;
        batch_norm momentum 0.9 epsilon 0.0001; // batch_normalization
        silu; // activation
        separable_conv2d 6 3x2 elu multiplier 2;
        max_pool 2x2 stride 1x1 pad same; // max_pooling2d
        conv2d 8 3x3 pad same groups 2 no_bias; // conv2d_1
        leaky_relu 0.1; // leaky_re_lu
        batch_norm no_scale; // batch_normalization_1
        avg_pool 2x3 pad same; // average_pooling2d
        upsample 2x1; // up_sampling2d
        conv2d_transpose 4 3x3 stride 2 pad same;
        prelu; // p_re_lu
        global_avg_pool; // global_average_pooling2d
        reshape 1x1x4; // global_average_pooling2d
        flatten;
        dropout 0.25;
        dense 5 gelu;
        reshape 5x1;
        flatten; // reshape_1
        dense 3 no_bias; // dense_1
        softmax;
    }
}
