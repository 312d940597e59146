//! One step of a sequence at a time, from a state that the file gives.

use super::levels::levels;
use super::read::load;
use super::spec::Spec;
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::{Level, State, Stream, Tensor as _, Train, plain, step_at};

/// The hidden state of each recurrent layer and, of an LSTM, its cell state.
pub type Memories<'a> = Vec<[&'a mut [f32]; 2]>;

/// The network and what of the file it must give.
pub struct Streamed<N: Stream + Train> {
    pub spec: Spec<N>,
    pub memories: fn(&mut State<N>) -> Memories<'_>,
    /// Whether the last step comes first.
    pub backwards: bool,
    /// The first row of the file's final states that is the first layer's.
    pub row: usize,
    /// The first of the network's values within a step of the file's sequence.
    pub column: usize,
}

impl<N: Stream + Train> Streamed<N> {
    /// Each step's output, and the states at the end.
    pub fn check(&self, case: &Case, compare: &mut Compare) -> Result<()> {
        let net = load::<N>(case, &["params"], &self.spec)?;
        let x = case.tensor(&["inputs", "x"])?;
        for level in levels() {
            for sample in 0..x.shape.first().copied().unwrap_or(0) {
                self.sample(case, compare, level, &net, sample)?;
            }
        }
        Ok(())
    }

    fn sample(
        &self,
        case: &Case,
        compare: &mut Compare,
        level: Level,
        net: &N,
        sample: usize,
    ) -> Result<()> {
        let x = steps(&case.tensor(&["inputs", "x"])?, sample)?;
        let mut state = State::<N>::new();
        for (which, key) in ["h0", "c0"].into_iter().enumerate() {
            if case.has(&["inputs", key]) {
                let given = case.tensor(&["inputs", key])?;
                self.set(&mut state, which, &given, sample)?;
            }
        }
        let mut order: Vec<usize> = (0..x.len()).collect();
        if self.backwards {
            order.reverse();
        }
        let wanted = sequence(case, sample)?;
        for (n, &t) in order.iter().enumerate() {
            let mut input = plain::zeroed::<N::Step>();
            copy(&x[t], input.values_mut(), "a step of `inputs.x`")?;
            let y = step_at(net, level, &mut state, &input);
            let y = y.values().iter().map(|&value| f64::from(value));
            // Only the last step's output is known of a layer that gives no sequence.
            let step = match wanted.len() {
                1 if n + 1 < order.len() => continue,
                1 => &wanted[0],
                _ => wanted.get(t).ok_or("`output` has too few steps")?,
            };
            let part = step.get(self.column..self.column + y.len());
            let part = part.ok_or("`output` has too few values")?;
            compare.values(&format!("step {t} of sample {sample}"), y, part)?;
        }
        self.end(case, compare, &mut state, sample)
    }

    fn set(&self, state: &mut State<N>, which: usize, given: &Tensor, sample: usize) -> Result<()> {
        for (i, memory) in (self.memories)(state).into_iter().enumerate() {
            let row = final_row(given, self.row + i, sample)?;
            copy(row, &mut *memory[which], "a state at the beginning")?;
        }
        Ok(())
    }

    fn end(
        &self,
        case: &Case,
        compare: &mut Compare,
        state: &mut State<N>,
        sample: usize,
    ) -> Result<()> {
        for (which, key) in ["h", "c"].into_iter().enumerate() {
            if !case.has(&["output", key]) {
                continue;
            }
            let wanted = case.tensor(&["output", key])?;
            for (i, memory) in (self.memories)(state).into_iter().enumerate() {
                let row = final_row(&wanted, self.row + i, sample)?;
                let ours = memory[which].iter().map(|&value| f64::from(value));
                compare.values(&format!("{key} of sample {sample}"), ours, row)?;
            }
        }
        Ok(())
    }
}

/// The steps of one sample; one step if there is no axis of steps.
fn steps(tensor: &Tensor, sample: usize) -> Result<Vec<Vec<f64>>> {
    let values = tensor.data.chunks(tensor.row().max(1)).nth(sample);
    let values = values.ok_or("too few samples")?;
    Ok(values.chunks(tensor.last()).map(<[f64]>::to_vec).collect())
}

fn sequence(case: &Case, sample: usize) -> Result<Vec<Vec<f64>>> {
    match case.has(&["output", "sequence"]) {
        true => steps(&case.tensor(&["output", "sequence"])?, sample),
        false => steps(&case.tensor(&["output"])?, sample),
    }
}

/// The state of one sample: Keras has one layer, PyTorch an axis of layers before that of samples.
fn final_row(tensor: &Tensor, row: usize, sample: usize) -> Result<&[f64]> {
    let (samples, units) = match tensor.shape[..] {
        [samples, units] => (samples, units),
        [_, samples, units] => (samples, units),
        _ => return Err(format!("a state of shape {:?}", tensor.shape)),
    };
    let rows = tensor.data.chunks(units.max(1));
    let mut rows = rows.skip(row * samples + sample);
    rows.next().ok_or_else(|| "too few states".into())
}

fn copy(from: &[f64], to: &mut [f32], what: &str) -> Result<()> {
    if from.len() != to.len() {
        return Err(format!(
            "{what} has {} values, ours {}",
            from.len(),
            to.len()
        ));
    }
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from as f32;
    }
    Ok(())
}
