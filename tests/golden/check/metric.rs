use super::read::samples;
use crate::case::{Case, Result};
use crate::compare::Compare;
use nn_core::metric::{
    Auc, Average, BinaryAccuracy, BinaryCounts, BrierScore, ConfusionMatrix, ExplainedVariance,
    LogLoss, MaxError, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError, Metric,
    Precision, R2Score, Recall, RootMeanSquaredError, SparseTopKCategoricalAccuracy,
    average_precision, median_absolute_error, roc_auc, roc_auc_ovr,
};
use nn_core::nalgebra::SVector;

type Vector<const N: usize> = SVector<f32, N>;

/// A metric after all samples.
fn of<Y: nn_core::Tensor, T, M: Metric<Y, T>>(mut metric: M, outputs: &[Y], targets: &[T]) -> f64 {
    for (output, target) in outputs.iter().zip(targets) {
        metric.update(output, target);
    }
    metric.result()
}

/// Two classes: the score of the second, or only what was predicted.
pub fn binary(case: &Case, compare: &mut Compare) -> Result<()> {
    let truth = case.tensor(&["inputs", "y_true"])?.data;
    let truth: Vec<bool> = truth.iter().map(|&label| label > 0.5).collect();
    let predicted = case.tensor(&["inputs", "y_pred"])?.data;
    let mut counts = BinaryCounts::new();
    for (truth, predicted) in truth.iter().zip(&predicted) {
        counts.record(*truth, *predicted > 0.5);
    }
    let scores: Vec<Vector<1>> = match case.has(&["inputs", "y_score"]) {
        true => samples(case, &["inputs", "y_score"], &[])?,
        false => Vec::new(),
    };
    let threshold = match case.has(&["config", "threshold"]) {
        true => case.number(&["config", "threshold"])?,
        false => 0.5,
    };
    let mut ranked: Vec<(f32, bool)> = scores.iter().zip(&truth).map(|(s, t)| (s[0], *t)).collect();
    for key in case.keys(&["output"]) {
        let ours = match key {
            "accuracy" => counts.accuracy(),
            "precision" => counts.precision(),
            "recall" => counts.recall(),
            "f1" => counts.f1(),
            "tn" => counts.true_negatives as f64,
            "fp" => counts.false_positives as f64,
            "fn" => counts.false_negatives as f64,
            "tp" => counts.true_positives as f64,
            "roc_auc" => roc_auc(&mut ranked).unwrap_or(f64::NAN),
            "average_precision" => average_precision(&mut ranked),
            "brier" => of(BrierScore::new(), &scores, &truth),
            "keras_auc_200" => of(Auc::new(), &scores, &truth),
            "keras_precision" => of(Precision::new().threshold(threshold), &scores, &truth),
            "keras_recall" => of(Recall::new().threshold(threshold), &scores, &truth),
            "keras_binary_accuracy" => {
                of(BinaryAccuracy::new().threshold(threshold), &scores, &truth)
            }
            _ => {
                compare.not_known(format!("no metric `{key}`"));
                continue;
            }
        };
        compare.number(key, ours, case.number(&["output", key])?);
    }
    Ok(())
}

/// `C` classes, by label.
pub fn multiclass<const C: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let labels = |key: &str| -> Result<Vec<u32>> {
        let tensor = case.tensor(&["inputs", key])?;
        Ok(tensor.data.iter().map(|&label| label as u32).collect())
    };
    let (truth, predicted) = (labels("y_true")?, labels("y_pred")?);
    let scores: Vec<Vector<C>> = samples(case, &["inputs", "y_score"], &[])?;
    let mut matrix = ConfusionMatrix::<C>::new();
    for (truth, predicted) in truth.iter().zip(&predicted) {
        matrix.record(*truth as usize, *predicted as usize);
    }
    for key in case.keys(&["output"]) {
        let ours = match key {
            "accuracy" => matrix.accuracy(),
            "balanced_accuracy" => matrix.balanced_accuracy(),
            "cohen_kappa" => matrix.cohen_kappa(),
            "mcc" => matrix.matthews_correlation(),
            "log_loss" => of(LogLoss::new(), &scores, &truth),
            "roc_auc_ovr_macro" => {
                let mut memory = vec![(0.0, false); scores.len()];
                roc_auc_ovr(&scores, &truth, &mut memory).unwrap_or(f64::NAN)
            }
            "matrix" => {
                let counts = matrix.counts().as_flattened().iter().map(|&n| n as f64);
                compare.values(
                    key,
                    Vec::from_iter(counts).into_iter(),
                    &case.tensor(&["output", key])?.data,
                )?;
                continue;
            }
            "macro" => {
                averaged(case, compare, key, &matrix, Average::Macro)?;
                continue;
            }
            "micro" => {
                averaged(case, compare, key, &matrix, Average::Micro)?;
                continue;
            }
            "weighted" => {
                averaged(case, compare, key, &matrix, Average::Weighted)?;
                continue;
            }
            "per_class" => {
                per_class(case, compare, &matrix)?;
                continue;
            }
            _ => match top_k(key, &scores, &truth) {
                Some(ours) => ours,
                None => {
                    compare.not_known(format!("no metric `{key}`"));
                    continue;
                }
            },
        };
        compare.number(key, ours, case.number(&["output", key])?);
    }
    Ok(())
}

/// `top_3` and `keras_sparse_top_3`.
fn top_k<const C: usize>(key: &str, scores: &[Vector<C>], truth: &[u32]) -> Option<f64> {
    let (_, k) = key.split_once("top_")?;
    macro_rules! k {
        ($($k:literal)*) => {
            match k {
                $(stringify!($k) => Some(of(SparseTopKCategoricalAccuracy::<$k>::new(), scores, truth)),)*
                _ => None,
            }
        };
    }
    k!(1 2 3 4 5 6 7 8 9 10)
}

fn averaged<const C: usize>(
    case: &Case,
    compare: &mut Compare,
    key: &str,
    matrix: &ConfusionMatrix<C>,
    average: Average,
) -> Result<()> {
    let ours = [
        ("precision", matrix.precision(average)),
        ("recall", matrix.recall(average)),
        ("f1", matrix.f1(average)),
    ];
    for (name, ours) in ours {
        compare.number(
            &format!("{key}.{name}"),
            ours,
            case.number(&["output", key, name])?,
        );
    }
    Ok(())
}

fn per_class<const C: usize>(
    case: &Case,
    compare: &mut Compare,
    matrix: &ConfusionMatrix<C>,
) -> Result<()> {
    let classes = (0..C).map(|class| (matrix.class(class), matrix.support(class)));
    let classes: Vec<(BinaryCounts, u64)> = classes.collect();
    type Figure = fn(&(BinaryCounts, u64)) -> f64;
    let figures: [(&str, Figure); 4] = [
        ("precision", |(counts, _)| counts.precision()),
        ("recall", |(counts, _)| counts.recall()),
        ("f1", |(counts, _)| counts.f1()),
        ("support", |(_, support)| *support as f64),
    ];
    for (name, figure) in figures {
        let wanted = case.tensor(&["output", "per_class", name])?;
        compare.values(name, classes.iter().map(figure), &wanted.data)?;
    }
    Ok(())
}

/// `N` numbers a sample.
pub fn regression<const N: usize>(case: &Case, compare: &mut Compare) -> Result<()> {
    let truth: Vec<Vector<N>> = samples(case, &["inputs", "y_true"], &[])?;
    let outputs: Vec<Vector<N>> = samples(case, &["inputs", "y_pred"], &[])?;
    let errors = outputs.iter().zip(&truth).map(|(y, t)| y - t);
    let mut errors: Vec<f32> = errors.flat_map(|e| e.as_slice().to_vec()).collect();
    for key in case.keys(&["output"]) {
        let ours = match key {
            "mae" => of(MeanAbsoluteError::new(), &outputs, &truth),
            "mse" => of(MeanSquaredError::new(), &outputs, &truth),
            "rmse" => of(RootMeanSquaredError::new(), &outputs, &truth),
            "r2" => of(R2Score::<N>::new(), &outputs, &truth),
            // Keras gives percent.
            "mape_fraction" => of(MeanAbsolutePercentageError::new(), &outputs, &truth) / 100.0,
            "max_error" => of(MaxError::new(), &outputs, &truth),
            "explained_variance" => of(ExplainedVariance::<N>::new(), &outputs, &truth),
            "median_ae" => median_absolute_error(&mut errors),
            _ => {
                compare.not_known(format!("no metric `{key}`"));
                continue;
            }
        };
        compare.number(key, ours, case.number(&["output", key])?);
    }
    Ok(())
}
