use nn_core::prelude::*;

network! {
    /// Converted from `mlp.keras` by nn-convert.
    #[weights("tests/converted/mlp.safetensors")]
    pub struct Mlp {
        input 8;
        dense 6 relu;
        dense 6 relu; // dense_1
        dense 4 softmax; // dense_2
    }
}
