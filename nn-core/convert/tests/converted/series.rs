use nn_core::prelude::*;

network! {
    /// Converted from `lstm.keras` by nn-convert.
    #[weights("tests/converted/series.safetensors")]
    pub struct Series {
        input 7x1;
        lstm 8;
        dense 1; // dense_4
    }
}
