use nn_core::prelude::*;

network! {
    /// Converted from `cnn.keras` by nn-convert.
    #[weights("tests/converted/cnn.safetensors")]
    pub struct Cnn {
        input 12x12x1;
        conv2d 4 3x3 relu;
        max_pool 2x2; // max_pooling2d
        conv2d 6 3x3 relu; // conv2d_1
        max_pool 2x2; // max_pooling2d_1
        flatten;
        dense 3 softmax; // dense_3
    }
}
