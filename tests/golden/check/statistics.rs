use super::read::samples;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::data::{MinMaxScaler, StandardScaler, one_hot};
use nn_core::init::{Initializer, Shape};
use nn_core::nalgebra::SVector;
use nn_core::prelude::*;
use nn_core::regularizer::{l1_l2, max_norm};

/// Draws of a statistical check; the generator's seed is fixed, so a check that passes keeps passing.
const DRAWS: usize = 200_000;
/// The number of standard errors that a figure may be off: by chance, one in two million.
const SIGMAS: f64 = 5.0;

/// Mean, standard deviation and bounds; the share beyond one standard deviation if there are no bounds.
pub fn initializer(
    case: &Case,
    compare: &mut Compare,
    initializer: &impl Initializer,
    (shape, len): (Shape, usize),
) -> Result<()> {
    let mut rng = SmallRng::seed_from_u64(17);
    let mut draws = vec![0.0_f32; len * DRAWS.div_ceil(len.max(1))];
    for values in draws.chunks_exact_mut(len) {
        initializer.fill(&mut rng, values, shape);
    }
    let n = draws.len() as f64;
    let draws = || draws.iter().map(|&value| f64::from(value));
    let mean = draws().sum::<f64>() / n;
    let std = (draws().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let expected = |key: &str| case.number(&["output", "expected", key]);
    let (wanted_mean, wanted_std) = (expected("mean")?, expected("std")?);
    let mut figure = |what: &str, ours: f64, wanted: f64, error: f64| {
        let message = || format!("{what}: {ours} instead of {wanted} +- {error}");
        compare.holds(message, (ours - wanted).abs() <= SIGMAS * error);
    };
    figure("mean", mean, wanted_mean, wanted_std / n.sqrt());
    // The standard error of a normal sample; those of bounded ones are smaller.
    figure("std", std, wanted_std, wanted_std / (2.0 * n).sqrt());
    if !case.has(&["output", "expected", "low"]) {
        let beyond = draws()
            .filter(|x| (x - wanted_mean).abs() > wanted_std)
            .count();
        let share = 0.317_310_5;
        let error = (share * (1.0 - share) / n).sqrt();
        figure(
            "share beyond one standard deviation",
            beyond as f64 / n,
            share,
            error,
        );
        return Ok(());
    }
    let (low, high) = (expected("low")?, expected("high")?);
    let least = draws().fold(f64::INFINITY, f64::min);
    let most = draws().fold(f64::NEG_INFINITY, f64::max);
    // So many draws come close to both bounds, whatever the distribution between them, and never pass them.
    let (close, rounding) = (5e-3 * (high - low), 1e-6 * (high - low));
    compare.holds(
        || format!("draws reach {least}, not {low}"),
        least >= low - rounding && least <= low + close,
    );
    compare.holds(
        || format!("draws reach {most}, not {high}"),
        most <= high + rounding && most >= high - close,
    );
    Ok(())
}

/// `QᵀQ` of one draw, whose last axis is `columns` long.
pub fn orthogonal(
    case: &Case,
    compare: &mut Compare,
    initializer: &impl Initializer,
    (shape, len): (Shape, usize),
) -> Result<()> {
    let mut q = vec![0.0; len];
    initializer.fill(&mut SmallRng::seed_from_u64(19), &mut q, shape);
    let columns = shape.columns;
    let product = |i: usize, j: usize| -> f32 {
        let rows = q.chunks_exact(columns);
        rows.map(|row| row[i] * row[j]).sum()
    };
    let products = (0..columns).flat_map(|i| (0..columns).map(move |j| (i, j)));
    let products: Vec<f32> = products.map(|(i, j)| product(i, j)).collect();
    compare.tensor("qtq", &products, &case.tensor(&["output", "expected_qtq"])?)
}

/// Penalty and gradient.
pub fn penalty(case: &Case, compare: &mut Compare, l1: f64, l2: f64) -> Result<()> {
    let w = case.tensor(&["inputs", "w"])?.f32s();
    let mut grad = vec![0.0; w.len()];
    let penalty = l1_l2(&w, &mut grad, l1, l2);
    compare.number(
        "penalty",
        f64::from(penalty),
        case.number(&["output", "penalty"])?,
    );
    compare.tensor("grads.w", &grad, &case.tensor(&["grads", "w"])?)
}

/// The incoming weights of each output after the limit.
pub fn limit(case: &Case, compare: &mut Compare, max_value: f64) -> Result<()> {
    let tensor = case.tensor(&["inputs", "w"])?;
    let mut w = tensor.f32s();
    max_norm(&mut w, tensor.last(), max_value);
    compare.tensor("w", &w, &case.tensor(&["output", "w"])?)
}

/// Scaled samples and what was fitted.
pub fn scaler<const N: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let mut x: Vec<SVector<f32, N>> = samples(case, &["inputs", "x"], &[])?;
    let mut fitted = |name: &str, ours: &SVector<f32, N>| {
        let wanted = case.tensor(&["output", name])?;
        compare.tensor(name, ours.as_slice(), &wanted)
    };
    if case.has(&["output", "data_min"]) {
        let scaler = MinMaxScaler::fit(&x).map_err(|e| e.to_string())?;
        fitted("data_min", &scaler.min)?;
        fitted("data_max", &scaler.max)?;
        x.iter_mut().for_each(|x| scaler.transform(x));
        compare.tensor("scaled", &flat(&x), &case.tensor(&["output", "scaled"])?)?;
        x.iter_mut().for_each(|x| scaler.inverse(x));
    } else {
        let scaler = StandardScaler::fit(&x).map_err(|e| e.to_string())?;
        fitted("mean", &scaler.mean)?;
        fitted("scale", &scaler.std)?;
        x.iter_mut().for_each(|x| scaler.transform(x));
        compare.tensor("scaled", &flat(&x), &case.tensor(&["output", "scaled"])?)?;
        x.iter_mut().for_each(|x| scaler.inverse(x));
    }
    compare.tensor("scaled back", &flat(&x), &case.tensor(&["inputs", "x"])?)
}

/// Labels as vectors.
pub fn one_hot_labels<const C: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let labels = case.tensor(&["inputs", "labels"])?;
    let vectors = labels.data.iter().map(|&label| one_hot::<C>(label as u32));
    let vectors: Vec<SVector<f32, C>> = vectors.map(|v| v.unwrap_or(SVector::zeros())).collect();
    compare.tensor(
        "one_hot",
        &flat(&vectors),
        &case.tensor(&["output", "one_hot"])?,
    )
}

fn flat<const N: usize>(rows: &[SVector<f32, N>]) -> Vec<f32> {
    rows.iter().flatten().copied().collect()
}
