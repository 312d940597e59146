use nn_core::prelude::*;

network! {
    /// Converted from `gru_torch.json` by nn-convert.
    #[weights("tests/converted/grutorch.safetensors")]
    pub struct GruTorch {
        input 64x1;
        gru 8 sequence;
        gru 8 sequence; // gru2
        gru 8 sequence; // gru2
        gru 8 sequence; // gru2
        each dense 1; // dense
    }
}
