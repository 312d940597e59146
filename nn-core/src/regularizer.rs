//! Penalties on large weights, and limits (Keras `regularizers` and `constraints`).

use crate::sum::sum;

/// The penalty `l1 * sum |w| + l2 * sum w²` (Keras `L1L2`; no factor ½), whose gradient is added to `grad`.
///
/// ```
/// let mut grad = [0.0, 0.0];
/// let penalty = nn_core::regularizer::l1_l2(&[3.0, -4.0], &mut grad, 0.0, 0.5);
/// assert_eq!(penalty, 12.5);
/// assert_eq!(grad, [3.0, -4.0]);
/// ```
#[inline(always)]
pub fn l1_l2(weights: &[f32], grad: &mut [f32], l1: f64, l2: f64) -> f32 {
    let (slope, twice_l2) = (l1 as f32, (2.0 * l2) as f32);
    for (g, &w) in grad.iter_mut().zip(weights) {
        // The slope of |w| at 0 is taken to be 0.
        let sign = if w == 0.0 { 0.0 } else { slope.copysign(w) };
        *g += sign + twice_l2 * w;
    }
    sum(weights, |w| l1 * w.abs() + l2 * w * w) as f32
}

/// [`l1_l2`], which leaves `grad` as it is unless the gradient is to be added.
#[inline(always)]
pub(crate) fn penalty(weights: &[f32], grad: &mut [f32], add: bool, l1: f64, l2: f64) -> f32 {
    l1_l2(weights, if add { grad } else { &mut [] }, l1, l2)
}

/// Scales the incoming weights of each output down to the Euclidean norm `max_value` (Keras `MaxNorm(max_value, axis=0)`).
///
/// `kernel` is in Keras's order `(…, outputs)`, as all layers here keep it.
pub fn max_norm(kernel: &mut [f32], outputs: usize, max_value: f64) {
    /// Keras's addend to each norm.
    const EPSILON: f64 = 1e-7;
    for output in 0..outputs.min(kernel.len()) {
        let incoming = kernel[output..].iter().step_by(outputs);
        let norm = libm::sqrt(incoming.map(|&w| f64::from(w) * f64::from(w)).sum());
        let wanted = if norm > max_value {
            max_value.max(0.0)
        } else {
            norm
        };
        let scale = (wanted / (EPSILON + norm)) as f32;
        for weight in kernel[output..].iter_mut().step_by(outputs) {
            *weight *= scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::{Case, assert_close};

    #[test]
    fn penalties_and_gradients_are_those_of_keras() {
        for name in [
            "regularizer__l1_0p01",
            "regularizer__l2_0p02",
            "regularizer__l1l2",
        ] {
            let case = Case::read(name);
            let weights = case.tensor_f32("/inputs/w");
            let mut grad = std::vec![0.0; weights.len()];
            let factor = |path| case.number(path).unwrap_or(0.0);
            let penalty = l1_l2(
                &weights,
                &mut grad,
                factor("/config/l1"),
                factor("/config/l2"),
            );
            assert_close(name, &[penalty], &[case.number("/output/penalty").unwrap()]);
            assert_close(name, &grad, &case.tensor("/grads/w"));
        }
    }

    #[test]
    fn max_norm_is_that_of_keras() {
        let case = Case::read("regularizer__max_norm_1");
        let mut weights = case.tensor_f32("/inputs/w");
        max_norm(&mut weights, 3, 1.0);
        assert_close("max_norm", &weights, &case.tensor("/output/w"));
    }

    #[test]
    fn zeros_and_nothing_at_all_are_no_problem() {
        let mut weights = [0.0; 4];
        max_norm(&mut weights, 2, 1.0);
        assert_eq!(weights, [0.0; 4]);
        max_norm(&mut weights, 0, 1.0);
        max_norm(&mut weights[..1], 9, 1.0);
        max_norm(&mut [], 3, f64::NAN);
        let mut grad = [1.0];
        assert_eq!(l1_l2(&[0.0], &mut grad, 1.0, 1.0), 0.0);
        assert_eq!(grad, [1.0]);
    }
}
