use nn_core::prelude::*;

network! {
    /// Converted from `scaled.keras` by nn-convert.
    #[weights("tests/converted/scaled.safetensors")]
    pub struct Scaled {
        input 6x5x2;
        batch_norm; // rescaling
        conv2d 3 2x2 hard_silu stride 2;
        multiply {
            {
                global_avg_pool; // global_average_pooling2d
                reshape 1x1x3; // global_average_pooling2d
                conv2d 3 1x1 sigmoid; // conv2d_1
                upsample 3x2; // multiply
            }
            {}
        }
        flatten;
        dense 3 softplus;
    }
}
