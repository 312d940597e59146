use super::levels::levels;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::layer::Train;
use nn_core::optim::{Optimizer, Schedule, step};
use nn_core::plain::{self, as_mut_slice, as_slice};

/// The parameter after each step, under given gradients.
///
/// `L` is a layer with one tensor of the parameter's shape, so that what works on whole tensors (`clipnorm`) does.
pub fn optimizer<L: Train, O: Optimizer + Copy>(
    case: &Case,
    compare: &mut Compare,
    optimizer: O,
) -> Result<()> {
    let start = case.tensor(&["inputs", "param0"])?.f32s();
    let gradients = case.tensor(&["inputs", "gradients"])?.f32s();
    let trajectory = case.tensor(&["output", "trajectory"])?;
    let len = plain::len::<L::Grad>();
    if start.len() != len || plain::len::<L>() != len {
        return Err(format!(
            "`inputs.param0` has {} values, not {len}",
            start.len()
        ));
    }
    for level in levels() {
        let mut optimizer = optimizer;
        let mut layer = plain::zeroed_box::<L>();
        let mut grad = plain::zeroed_box::<L::Grad>();
        let mut state = plain::zeroed_box::<O::State<L::Grad>>();
        as_mut_slice(&mut *layer).copy_from_slice(&start);
        let mut path = Vec::new();
        for (i, gradient) in (0..).zip(gradients.chunks_exact(len)) {
            as_mut_slice(&mut *grad).copy_from_slice(gradient);
            step(
                level,
                &mut *layer,
                &mut grad,
                &mut *state,
                i,
                &mut optimizer,
            )
            .map_err(|error| error.to_string())?;
            path.extend_from_slice(as_slice(&*layer));
        }
        compare.tensor("trajectory", &path, &trajectory)?;
    }
    Ok(())
}

/// The learning rate at each step.
pub fn schedule(case: &Case, compare: &mut Compare, schedule: Schedule) -> Result<()> {
    let steps = case.tensor(&["inputs", "step"])?;
    let rates = case.tensor(&["output", "learning_rate"])?;
    let ours = steps.data.iter().map(|&step| schedule.at(step as u64));
    compare.values("learning_rate", ours, &rates.data)
}
