use super::read::{Target, rows_into};
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::activation::HeadKind;
use nn_core::loss::{Loss, Prediction};
use nn_core::nalgebra::SVector;

/// Value of each sample, mean, weighted mean, and the gradients of both.
pub fn loss<const C: usize, T: Target, L: Loss<SVector<f32, C>, T>>(
    case: &Case,
    compare: &mut Compare,
    loss: L,
) -> Result<()> {
    let outputs = case.tensor(&["inputs", "y_pred"])?;
    let samples = outputs.shape.first().copied().unwrap_or(0);
    let mut rows = vec![SVector::<f32, C>::zeros(); samples];
    rows_into(&outputs, 0, &mut rows)?;
    let targets = case.tensor(&["inputs", "y_true"])?;
    let targets = (0..samples)
        .map(|row| T::read(&targets, row))
        .collect::<Result<Vec<T>>>()?;
    for (row, target) in targets.iter().enumerate() {
        let wrong = loss.check(target);
        compare.holds(
            || format!("target {row} is refused: {wrong:?}"),
            wrong.is_none(),
        );
    }

    let share = loss.reduction().factor(samples);
    let (values, gradient) = run(&loss, &rows, &targets, &vec![share; samples]);
    if case.has(&["output", "per_sample"]) {
        let wanted = case.tensor(&["output", "per_sample"])?;
        compare.values("per_sample", values.iter().copied(), &wanted.data)?;
    }
    let sum: f64 = values.iter().sum();
    if case.has(&["output", "total"]) {
        compare.number("total", sum, case.number(&["output", "total"])?);
    } else {
        let mean = sum / samples as f64;
        compare.number("mean", mean, case.number(&["output", "mean"])?);
    }
    let wanted = case.tensor(&["grads", "y_pred"])?;
    compare.tensor("grads.y_pred", &gradient, &wanted)?;

    if case.has(&["inputs", "sample_weight"]) {
        let weights = case.tensor(&["inputs", "sample_weight"])?.f32s();
        let shares: Vec<f32> = weights.iter().map(|weight| weight * share).collect();
        let (values, gradient) = run(&loss, &rows, &targets, &shares);
        let weighted = values.iter().zip(&weights).map(|(v, &w)| v * f64::from(w));
        let mean = weighted.sum::<f64>() / samples as f64;
        compare.number(
            "mean_weighted",
            mean,
            case.number(&["output", "mean_weighted"])?,
        );
        let wanted = case.tensor(&["grads", "y_pred_weighted"])?;
        compare.tensor("grads.y_pred_weighted", &gradient, &wanted)?;
    }
    Ok(())
}

/// The loss of each sample, and the gradients one after the other, each times its share.
fn run<const C: usize, T, L: Loss<SVector<f32, C>, T>>(
    loss: &L,
    rows: &[SVector<f32, C>],
    targets: &[T],
    shares: &[f32],
) -> (Vec<f64>, Vec<f32>) {
    let mut values = Vec::new();
    let mut gradients = Vec::new();
    for ((row, target), &share) in rows.iter().zip(targets).zip(shares) {
        // A bare tensor: no activation is known, so the outputs are their own logits.
        let prediction = Prediction {
            output: row,
            logits: row,
            head: HeadKind::Linear,
        };
        let mut gradient = SVector::zeros();
        values.push(f64::from(loss.value(prediction, target)));
        loss.gradient(prediction, target, share, &mut gradient);
        gradients.extend_from_slice(gradient.as_slice());
    }
    (values, gradients)
}
