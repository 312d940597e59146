use nn_core::prelude::*;

network! {
    /// Converted from `blocks.keras` by nn-convert.
    #[weights("tests/converted/blocks.safetensors")]
    pub struct Blocks {
        input 8x8x2;
        conv2d 6 3x3 pad same; // conv2d_2
        add {
            {
                conv2d 8 1x1 stride 2; // conv2d_3
            }
            {
                batch_norm; // batch_normalization_3
                relu; // re_lu_1
                conv2d 8 3x3 stride 2 pad same; // conv2d_4
                conv2d 8 3x3 relu pad same; // conv2d_5
            }
        }
        concat { // concatenate
            {
                max_pool 2x2; // max_pooling2d_1
                conv2d 8 1x1 silu; // conv2d_6
                upsample 2x2; // up_sampling2d_1
            }
            {}
        }
        multiply {
            {}
            {
                conv2d 16 1x1 sigmoid; // conv2d_7
            }
        }
        global_avg_pool; // global_average_pooling2d_1
        dense 6; // dense_8
        residual { // add_1
            dense 4; // dense_6
            batch_norm; // batch_normalization_2
            dense 6 tanh; // dense_7
        }
        add { // add_2
            {}
            {
                dense 6; // dense_9
            }
            {
                dense 6 relu; // dense_10
            }
        }
        dense 3 softmax; // dense_11
    }
}
