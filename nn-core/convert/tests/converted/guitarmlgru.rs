use nn_core::prelude::*;

network! {
    /// Converted from `guitarml_gru.json` by nn-convert.
    #[weights("tests/converted/guitarmlgru.safetensors")]
    pub struct GuitarmlGru {
        input 64x2;
        add { // skip
            {
                gru 4 sequence; // rec
                gru 4 sequence; // rec
                each dense 1; // lin
            }
            {
                each dense 1 no_bias; // skip
            }
        }
    }
}
