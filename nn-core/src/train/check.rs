//! Everything that can be wrong, found before the first weight changes.

use super::fit::Fit;
use crate::dataset::Dataset;
use crate::error::{Error, Result, Set};
use crate::layer::{Layer, row};
use crate::level::dispatch;
use crate::loss::Loss;
use crate::option::Range;
use crate::tensor::Tensor;
use fearless_simd::Level;

/// The first `inputs` samples, as many as the data set says that it has, can be used with `N`. `x` is room for one input.
pub(super) fn samples<N: Layer, D: Dataset<N::Input> + ?Sized, L: Loss<N::Output, D::Target>>(
    level: Level,
    set: Set,
    (data, inputs): (&D, usize),
    loss: &L,
    x: &mut N::Input,
) -> Result<()> {
    loss.check_options()?;
    let others = data.targets_len();
    if inputs != others {
        return Err(Error::Lengths { inputs, others });
    }
    if inputs == 0 {
        return Err(Error::Empty { set });
    }
    for sample in 0..inputs {
        match data.target(sample).map(|target| loss.check(target)) {
            Some(None) => {}
            Some(Some(wrong)) => return Err(Error::target(set, sample, wrong)),
            // A data set that says it has more targets than it has.
            None => {
                let others = sample;
                return Err(Error::Lengths { inputs, others });
            }
        }
    }
    match first_not_finite(level, data, inputs, x) {
        None => {}
        Some(sample) => return Err(not_finite(set, data, sample, x)),
    }
    match N::INDICES {
        Some(rows) => indices(rows, set, (data, inputs), x),
        None => Ok(()),
    }
}

/// Inputs that are indices are below the number of `rows`.
fn indices<X: Tensor, D: Dataset<X> + ?Sized>(
    rows: usize,
    set: Set,
    (data, inputs): (&D, usize),
    x: &mut X,
) -> Result<()> {
    for sample in 0..inputs {
        data.read(sample, x);
        let mut values = x.values().iter().copied().enumerate();
        if let Some((index, value)) = values.find(|(_, value)| row(*value, rows).is_none()) {
            return Err(Error::Index {
                set,
                sample,
                index,
                value,
                rows,
            });
        }
    }
    Ok(())
}

/// The first sample with a value that is not finite.
fn first_not_finite<X: Tensor, D: Dataset<X> + ?Sized>(
    level: Level,
    data: &D,
    inputs: usize,
    x: &mut X,
) -> Option<usize> {
    for sample in 0..inputs {
        let finite = if let Some(values) = data.peek(sample) {
            all_finite(level, values)
        } else {
            data.read(sample, x);
            all_finite(level, x.values())
        };
        if !finite {
            return Some(sample);
        }
    }
    None
}

/// Whether no value is infinite or not a number. No early end: this runs in vectors.
fn all_finite(level: Level, values: &[f32]) -> bool {
    dispatch!(level, _ => every_exponent_in_range(values))
}

#[inline(always)]
fn every_exponent_in_range(values: &[f32]) -> bool {
    /// All of these bits are set in infinities and in what is not a number.
    const EXPONENT: u32 = 0x7f80_0000;
    let mut largest = 0;
    for value in values {
        largest = largest.max(value.to_bits() & EXPONENT);
    }
    largest < EXPONENT
}

fn not_finite<X: Tensor, D: Dataset<X> + ?Sized>(
    set: Set,
    data: &D,
    sample: usize,
    x: &mut X,
) -> Error {
    data.read(sample, x);
    let mut values = x.values().iter().copied().enumerate();
    let found = values.find(|(_, value)| !value.is_finite());
    let (index, value) = found.unwrap_or((0, f32::NAN));
    Error::NonFinite {
        set,
        sample,
        index,
        value,
    }
}

/// A data set is as long as it was when it was checked; else a target or an input may be another's.
pub(super) fn same_length<X: Tensor, D: Dataset<X> + ?Sized>(
    data: &D,
    before: usize,
) -> Result<()> {
    match data.len() {
        now if now == before => Ok(()),
        now => Err(Error::Changed { before, now }),
    }
}

/// The number of `samples` that are trained on: Keras's `floor(samples * (1 - fraction))`, in doubles as there: 1 of 10 with 0.8.
pub(super) fn split(samples: usize, fraction: Option<f64>) -> Result<usize> {
    let Some(fraction) = fraction else {
        return Ok(samples);
    };
    let train = libm::floor(samples as f64 * (1.0 - fraction));
    if train >= 1.0 && train < samples as f64 {
        Ok(train as usize)
    } else {
        Err(Error::Split { fraction, samples })
    }
}

/// The learning rate of the first step.
pub(super) fn learning_rate(value: f64) -> Result<()> {
    if Range::AtLeast0.contains(value) {
        Ok(())
    } else {
        Err(Error::LearningRate { value })
    }
}

/// The options whose meaning depends on the number of samples.
pub(super) fn options<N, V, C, A, M>(
    fit: &Fit<'_, N, V, C, A, M>,
    samples: usize,
    train: usize,
) -> Result<()> {
    if let Some(weights) = fit.sample_weight {
        if weights.len() != samples {
            let weights = weights.len();
            return Err(Error::Weights { samples, weights });
        }
        if let Some((sample, value)) = bad_weight(weights) {
            return Err(Error::Weight { sample, value });
        }
    }
    if let Some((class, value)) = fit.class_weight.and_then(bad_weight) {
        return Err(Error::ClassWeight { class, value });
    }
    if let Some(len) = fit.shuffle.room()
        && (len < train || u32::try_from(train).is_err())
    {
        let (name, needed) = ("shuffle_with", train);
        return Err(Error::Buffer { name, len, needed });
    }
    let needed = fit.epochs.saturating_sub(fit.initial_epoch);
    match &fit.record {
        Some(buffer) if buffer.len() < needed => {
            let (name, len) = ("record", buffer.len());
            Err(Error::Buffer { name, len, needed })
        }
        _ => Ok(()),
    }
}

fn bad_weight(weights: &[f32]) -> Option<(usize, f32)> {
    let mut weights = weights.iter().copied().enumerate();
    weights.find(|(_, weight)| !(weight.is_finite() && *weight >= 0.0))
}

/// One weight for the class of each training sample.
pub(super) fn class_weights<X: Tensor, Y: Tensor, D: Dataset<X> + ?Sized, L: Loss<Y, D::Target>>(
    weights: Option<&[f32]>,
    data: &D,
    train: usize,
    loss: &L,
) -> Result<()> {
    let Some(weights) = weights.map(<[f32]>::len) else {
        return Ok(());
    };
    for target in (0..train).filter_map(|sample| data.target(sample)) {
        match loss.class(target) {
            None => return Err(Error::NoClasses),
            Some(class) if class >= weights => {
                return Err(Error::ClassWeights { class, weights });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
