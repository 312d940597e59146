use nn_core::prelude::*;

network! {
    /// Converted from `aidax.json` by nn-convert.
    #[weights("tests/converted/aidax.safetensors")]
    pub struct Aidax {
        input 64x1;
        each dense 1 no_bias; // in_gain
        residual { // skip
            lstm 6 sequence; // layer 0
            each dense 1; // layer 1
        }
        each dense 1 no_bias; // out_gain
    }
}
