use nn_core::prelude::*;

network! {
    /// Converted from `scaled.keras` by nn-convert.
    #[weights("tests/converted/scaled.safetensors")]
    pub struct Scaled {
        input 6x5x2;
        batch_norm; // rescaling
        conv2d 3 2x2 hard_silu stride 2;
        flatten;
        dense 3 softplus;
    }
}
