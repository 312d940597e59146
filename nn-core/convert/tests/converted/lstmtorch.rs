use nn_core::prelude::*;

network! {
    /// Converted from `lstm_torch.json` by nn-convert.
    #[weights("tests/converted/lstmtorch.safetensors")]
    pub struct LstmTorch {
        input 64x1;
        lstm 8 sequence;
        lstm 8 sequence; // lstm2
        lstm 8 sequence; // lstm2
        lstm 8 sequence; // lstm2
        each dense 1; // dense
    }
}
