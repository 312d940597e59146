use nn_core::prelude::*;

network! {
    /// Converted from `reference_lstm_standard.nam` by nn-convert.
    #[weights("tests/converted/namstandard.safetensors")]
    pub struct NamStandard {
        input 64x1;
        lstm 16 sequence; // layer 0
        lstm 16 sequence; // layer 1
        each dense 1; // head
    }
}

impl NamStandard {
    /// The state before the first step, which `step` begins with: the file has one, and `predict` begins with zeros.
    #[must_use]
    pub fn start() -> State<Self> {
        let mut state = State::<Self>::new();
        let layers = state.layers_mut();
        layers.lstm1.hidden.copy_from_slice(&[
            0.098518334, -0.027943317, -0.11863154, 0.12130669, 0.05211006, -0.028575148,
            0.110270336, 0.2145724, 0.19074802, -0.16435954, -0.21917382, 0.048509687,
            -0.1042698, -0.069514826, 0.20376281, 0.13024126,
        ]);
        layers.lstm1.cell.copy_from_slice(&[
            0.19597133, -0.049554743, -0.2292353, 0.31705266, 0.102854125, -0.054849666,
            0.19697016, 0.5359989, 0.38558516, -0.37434325, -0.37707347, 0.09182217,
            -0.18287939, -0.13373834, 0.45818067, 0.31074822,
        ]);
        layers.lstm2.hidden.copy_from_slice(&[
            -0.08606319, 0.035014067, -0.12287452, -0.009043074, 0.08298322, 0.03570125,
            -0.013776292, 0.053561524, 0.07056256, -0.15960559, -0.05704046, 0.086039394,
            -0.0819607, 0.070532195, 0.09836543, -0.09290578,
        ]);
        layers.lstm2.cell.copy_from_slice(&[
            -0.165068, 0.06926234, -0.30416617, -0.020193862, 0.20461956, 0.07637283,
            -0.03008413, 0.12074551, 0.13781677, -0.2714949, -0.11194307, 0.15057147,
            -0.16656137, 0.15459153, 0.16667897, -0.20522061,
        ]);
        state
    }
}
