use nn_core::prelude::*;

network! {
    /// Converted from `reference_lstm.nam` by nn-convert.
    #[weights("tests/converted/nam.safetensors")]
    pub struct Nam {
        input 64x1;
        lstm 8 sequence; // layer 0
        each dense 1; // head
    }
}

impl Nam {
    /// The state before the first step, which `step` begins with: the file has one, and `predict` begins with zeros.
    #[must_use]
    pub fn start() -> State<Self> {
        let mut state = State::<Self>::new();
        let layers = state.layers_mut();
        layers.lstm1.hidden.copy_from_slice(&[
            0.007545296, 0.22770013, 0.15685633, -0.06421733, 0.19305687, -0.32695773,
            0.06347244, 0.32878804,
        ]);
        layers.lstm1.cell.copy_from_slice(&[
            0.016701527, 0.49196553, 0.37665698, -0.12848483, 0.40265748, -0.781374,
            0.15750103, 0.81660813,
        ]);
        state
    }
}
