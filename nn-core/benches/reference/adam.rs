//! Adam with the formula and the constants of Keras, as one loop over flat slices.

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-7;

/// The step counter of an Adam optimiser; the moments belong to whoever owns the parameters.
pub struct Adam {
    learning_rate: f32,
    step: i32,
}

impl Adam {
    /// An optimiser that has not taken a step.
    pub fn new(learning_rate: f32) -> Self {
        Self {
            learning_rate,
            step: 0,
        }
    }

    /// Begins a step and returns its size: the bias corrections of both moments fold into the
    /// learning rate, so they cost nothing per parameter.
    pub fn begin_step(&mut self) -> f32 {
        self.step += 1;
        self.learning_rate * (1.0 - BETA_2.powi(self.step)).sqrt() / (1.0 - BETA_1.powi(self.step))
    }
}

/// Moves `parameters` by one step of size `step` against `gradients`.
///
/// The slices are cut to one length first: that removes the bounds checks and lets the square root and
/// the division vectorise.
pub fn update(
    parameters: &mut [f32],
    gradients: &[f32],
    first: &mut [f32],
    second: &mut [f32],
    step: f32,
) {
    let n = parameters.len();
    let (gradients, first, second) = (&gradients[..n], &mut first[..n], &mut second[..n]);
    for i in 0..n {
        let g = gradients[i];
        first[i] += (g - first[i]) * (1.0 - BETA_1);
        second[i] += (g * g - second[i]) * (1.0 - BETA_2);
        parameters[i] -= step * first[i] / (second[i].sqrt() + EPSILON);
    }
}
