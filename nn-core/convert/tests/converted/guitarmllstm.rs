use nn_core::prelude::*;

network! {
    /// Converted from `guitarml_lstm.json` by nn-convert.
    #[weights("tests/converted/guitarmllstm.safetensors")]
    pub struct GuitarmlLstm {
        input 64x1;
        residual { // skip
            lstm 5 sequence; // rec
            each dense 1; // lin
        }
    }
}
