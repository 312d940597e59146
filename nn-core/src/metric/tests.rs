use super::*;
use crate::golden::Case;
use nalgebra::SVector;
use std::string::ToString;
use std::vec::Vec;

fn close(case: &Case, path: &str, actual: f64) {
    let expected = case.number(&std::format!("/output/{path}")).unwrap();
    let error = (actual - expected).abs();
    assert!(
        error <= 1e-5 * expected.abs().max(1.0),
        "{path}: {actual} instead of {expected}"
    );
}

/// The result of a metric over `outputs` and `targets`.
fn over<M: Metric<Y, T>, Y: Tensor, T>(mut metric: M, outputs: &[Y], targets: &[T]) -> f64 {
    for (y, t) in outputs.iter().zip(targets) {
        metric.update(y, t);
    }
    metric.result()
}

fn vectors<const N: usize>(case: &Case, path: &str) -> Vec<SVector<f32, N>> {
    let values = case.tensor_f32(path);
    let rows = values.chunks_exact(N);
    rows.map(SVector::from_column_slice).collect()
}

fn labels(case: &Case, path: &str) -> Vec<u8> {
    case.tensor(path).iter().map(|&label| label as u8).collect()
}

fn flags(case: &Case, path: &str) -> Vec<bool> {
    case.tensor(path).iter().map(|&label| label > 0.5).collect()
}

#[test]
fn binary() {
    let case = Case::read("metric__binary_all");
    let scores = vectors::<1>(&case, "/inputs/y_score");
    let truth = flags(&case, "/inputs/y_true");
    close(
        &case,
        "accuracy",
        over(BinaryAccuracy::new(), &scores, &truth),
    );
    close(
        &case,
        "keras_binary_accuracy",
        over(BinaryAccuracy::new(), &scores, &truth),
    );
    close(&case, "precision", over(Precision::new(), &scores, &truth));
    close(&case, "recall", over(Recall::new(), &scores, &truth));
    close(&case, "f1", over(F1Score::new(), &scores, &truth));
    close(&case, "brier", over(BrierScore::new(), &scores, &truth));
    close(&case, "keras_auc_200", over(Auc::new(), &scores, &truth));

    let mut matrix = ConfusionMatrix::<2>::new();
    for (score, truth) in scores.iter().zip(&truth) {
        matrix.update(score, truth);
    }
    close(&case, "tn", matrix.count(0, 0) as f64);
    close(&case, "fp", matrix.count(0, 1) as f64);
    close(&case, "fn", matrix.count(1, 0) as f64);
    close(&case, "tp", matrix.count(1, 1) as f64);

    let scores = scores.iter().map(|score| score[0]);
    let mut samples: Vec<_> = scores.zip(truth).collect();
    close(&case, "roc_auc", roc_auc(&mut samples).unwrap());
    close(&case, "average_precision", average_precision(&mut samples));
}

#[test]
fn binary_without_positive_predictions() {
    let case = Case::read("metric__binary_degenerate");
    let mut counts = BinaryCounts::new();
    let truth = flags(&case, "/inputs/y_true");
    for (truth, predicted) in truth.into_iter().zip(flags(&case, "/inputs/y_pred")) {
        counts.record(truth, predicted);
    }
    close(&case, "accuracy", counts.accuracy());
    close(&case, "precision", counts.precision());
    close(&case, "recall", counts.recall());
    close(&case, "f1", counts.f1());
}

#[test]
fn multiclass() {
    let case = Case::read("metric__multiclass_precision_recall_f1");
    let scores = vectors::<4>(&case, "/inputs/y_score");
    let truth = labels(&case, "/inputs/y_true");
    for (name, average) in [
        ("macro", Average::Macro),
        ("micro", Average::Micro),
        ("weighted", Average::Weighted),
    ] {
        let metric = SparsePrecision::<4>::new().average(average);
        close(
            &case,
            &std::format!("{name}/precision"),
            over(metric, &scores, &truth),
        );
        let metric = SparseRecall::<4>::new().average(average);
        close(
            &case,
            &std::format!("{name}/recall"),
            over(metric, &scores, &truth),
        );
        let metric = SparseF1Score::<4>::new().average(average);
        close(
            &case,
            &std::format!("{name}/f1"),
            over(metric, &scores, &truth),
        );
    }

    let mut matrix = ConfusionMatrix::<4>::new();
    for (truth, predicted) in truth.iter().zip(labels(&case, "/inputs/y_pred")) {
        matrix.record(usize::from(*truth), usize::from(predicted));
    }
    for class in 0..4 {
        let counts = matrix.class(class);
        let path = |figure| std::format!("per_class/{figure}/data/{class}");
        close(&case, &path("precision"), counts.precision());
        close(&case, &path("recall"), counts.recall());
        close(&case, &path("f1"), counts.f1());
        close(&case, &path("support"), matrix.support(class) as f64);
    }

    let case = Case::read("metric__multiclass_confusion_matrix");
    let counts: Vec<f64> = matrix
        .counts()
        .iter()
        .flatten()
        .map(|&n| n as f64)
        .collect();
    assert_eq!(counts, case.tensor("/output/matrix"));
    close(&case, "cohen_kappa", matrix.cohen_kappa());
    close(&case, "mcc", matrix.matthews_correlation());

    let case = Case::read("metric__multiclass_accuracy");
    close(&case, "accuracy", matrix.accuracy());
    close(
        &case,
        "accuracy",
        over(SparseCategoricalAccuracy::new(), &scores, &truth),
    );
    close(&case, "balanced_accuracy", matrix.balanced_accuracy());
    let one_hot: Vec<_> = truth
        .iter()
        .map(|&label| {
            SVector::<f32, 4>::from_fn(|i, _| f32::from(u8::from(i == usize::from(label))))
        })
        .collect();
    close(
        &case,
        "accuracy",
        over(CategoricalAccuracy::new(), &scores, &one_hot),
    );

    let case = Case::read("metric__multiclass_top_k");
    close(
        &case,
        "top_1",
        over(SparseTopKCategoricalAccuracy::<1>::new(), &scores, &truth),
    );
    close(
        &case,
        "top_2",
        over(SparseTopKCategoricalAccuracy::<2>::new(), &scores, &truth),
    );
    close(
        &case,
        "top_3",
        over(TopKCategoricalAccuracy::<3>::new(), &scores, &one_hot),
    );

    let case = Case::read("metric__multiclass_log_loss_auc");
    close(&case, "log_loss", over(LogLoss::new(), &scores, &truth));
    let mut memory = std::vec![(0.0, false); scores.len()];
    let auc = roc_auc_ovr(&scores, &truth, &mut memory);
    close(&case, "roc_auc_ovr_macro", auc.unwrap());
}

#[test]
fn regression() {
    let case = Case::read("metric__regression");
    let truth = case.tensor_f32("/inputs/y_true");
    let outputs = vectors::<1>(&case, "/inputs/y_pred");
    close(
        &case,
        "mae",
        over(MeanAbsoluteError::new(), &outputs, &truth),
    );
    close(
        &case,
        "mse",
        over(MeanSquaredError::new(), &outputs, &truth),
    );
    close(
        &case,
        "rmse",
        over(RootMeanSquaredError::new(), &outputs, &truth),
    );
    close(&case, "r2", over(R2Score::<1>::new(), &outputs, &truth));
    let percent = over(MeanAbsolutePercentageError::new(), &outputs, &truth);
    close(&case, "mape_fraction", percent / 100.0);
    close(&case, "max_error", over(MaxError::new(), &outputs, &truth));
    let explained = over(ExplainedVariance::<1>::new(), &outputs, &truth);
    close(&case, "explained_variance", explained);
    let errors = outputs.iter().zip(&truth).map(|(y, t)| y[0] - t);
    let mut errors: Vec<f32> = errors.collect();
    close(&case, "median_ae", median_absolute_error(&mut errors));

    let case = Case::read("metric__regression_multioutput");
    let truth = vectors::<2>(&case, "/inputs/y_true");
    let outputs = vectors::<2>(&case, "/inputs/y_pred");
    close(
        &case,
        "mae",
        over(MeanAbsoluteError::new(), &outputs, &truth),
    );
    close(
        &case,
        "mse",
        over(MeanSquaredError::new(), &outputs, &truth),
    );
    close(&case, "r2", over(R2Score::new(), &outputs, &truth));
}

#[test]
fn a_matrix_prints_as_a_table() {
    let mut matrix = ConfusionMatrix::<3>::new();
    for _ in 0..120 {
        matrix.record(2, 1);
    }
    matrix.record(0, 0);
    matrix.record(7, 0);
    assert_eq!(
        matrix.to_string(),
        "truth \\ predicted    0    1    2
                0    1    0    0
                1    0    0    0
                2    0  120    0
1 samples of other classes are left out
"
    );
    assert_eq!(matrix.total(), 121);
}

#[test]
fn tuples_of_metrics_work_as_one() {
    let mut metrics = (SparseCategoricalAccuracy::new(), LogLoss::new());
    Metrics::update(&mut metrics, &SVector::from([0.25_f32, 0.75]), &1_u16);
    let mut seen = Vec::new();
    Metrics::<SVector<f32, 2>, u16>::each(&metrics, &mut |name, value| seen.push((name, value)));
    assert_eq!(seen[0], ("sparse_categorical_accuracy", 1.0));
    assert_eq!(seen[1].0, "log_loss");
    assert!((seen[1].1 + 0.75_f64.ln()).abs() < 1e-7);
    Metrics::<SVector<f32, 2>, u16>::reset(&mut metrics);
    assert_eq!(metrics.0.result(), 0.0);
}

#[test]
fn odd_samples_do_not_panic() {
    let values = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.0, 2.0, 1e38];
    let (mut auc, mut r2) = (Auc::new(), R2Score::<1>::new());
    for value in values {
        auc.record(true, value);
        r2.update(&SVector::from([value]), &value);
    }
    let _ = (auc.result(), r2.result());
    let mut samples = values.map(|value| (value, value > 0.0));
    // What is not a number ranks first although it is not positive: 6.5 of the 9 pairs are in order.
    assert_eq!(roc_auc(&mut samples), Some(6.5 / 9.0));
    let mut errors = values;
    assert!(median_absolute_error(&mut errors).is_infinite());
    assert_eq!(median_absolute_error(&mut []), 0.0);
    assert_eq!(roc_auc(&mut []), None);
    let wrong = over(
        SparseCategoricalAccuracy::new(),
        &[SVector::from([f32::NAN; 2])],
        &[0_u8],
    );
    assert_eq!(wrong, 0.0);
    assert_eq!(ConfusionMatrix::<3>::new().matthews_correlation(), 0.0);
}

/// Three classes, of which nothing is known.
fn undecided() -> SVector<f32, 3> {
    SVector::from([f32::NAN; 3])
}

#[test]
fn outputs_that_are_not_numbers_are_wrong_everywhere() {
    let labels = [0_u8, 0, 1, 2];
    let mut matrix = ConfusionMatrix::<3>::new();
    let mut accuracy = SparseCategoricalAccuracy::new();
    let mut top = SparseTopKCategoricalAccuracy::<3>::new();
    let mut f1 = (
        SparsePrecision::<3>::new(),
        SparseRecall::<3>::new(),
        SparseF1Score::<3>::new(),
    );
    for label in &labels {
        matrix.update(&undecided(), label);
        accuracy.update(&undecided(), label);
        top.update(&undecided(), label);
        Metrics::update(&mut f1, &undecided(), label);
    }
    assert_eq!(matrix.counts(), &[[0; 3]; 3]);
    assert_eq!(
        (matrix.undecided(), matrix.total(), matrix.outside()),
        (4, 4, 0)
    );
    assert_eq!([0, 1, 2].map(|class| matrix.support(class)), [2, 1, 1]);
    assert_eq!(
        (accuracy.result(), top.result(), matrix.accuracy()),
        (0.0, 0.0, 0.0)
    );
    Metrics::<SVector<f32, 3>, u8>::each(&f1, &mut |name, result| {
        assert_eq!(result, 0.0, "{name}");
    });

    // One of them is enough, wherever it is: numpy's `argmax` finds it too.
    let half = SVector::from([f32::NAN, 0.25, 0.75]);
    matrix.update(&half, &2_u8);
    accuracy.update(&half, &2_u8);
    assert_eq!((matrix.undecided(), accuracy.result()), (5, 0.0));
}

#[test]
fn a_single_output_that_is_not_a_number_is_on_the_wrong_side() {
    let nan = SVector::from([f32::NAN]);
    let mut matrix = ConfusionMatrix::<2>::new();
    let mut precision = Precision::new();
    let mut curve = Auc::new();
    for target in [0.0_f32, 0.0, 1.0] {
        matrix.update(&nan, &SVector::from([target]));
        precision.update(&nan, &SVector::from([target]));
        curve.update(&nan, &SVector::from([target]));
    }
    assert_eq!((matrix.accuracy(), matrix.undecided()), (0.0, 3));
    assert_eq!(
        (
            precision.counts.accuracy(),
            precision.counts.false_positives
        ),
        (0.0, 2)
    );
    assert_eq!(curve.result(), 0.0);
    assert_eq!(
        roc_auc(&mut [(f32::NAN, true), (f32::NAN, false), (0.5, true)]),
        Some(0.0)
    );
}

/// As scikit-learn has it with a fourth class that is predicted only: `cohen_kappa_score([0,0,1,1,2], [0,3,1,1,2])`, and
/// `matthews_corrcoef` of the same.
#[test]
fn samples_of_no_class_count_as_a_class_of_their_own() {
    let mut matrix = ConfusionMatrix::<3>::new();
    for (truth, predicted) in [(0, 0), (1, 1), (1, 1), (2, 2)] {
        matrix.record(truth, predicted);
    }
    matrix.record_undecided(0);
    let kappa = (0.8 - 7.0 / 25.0) / (1.0 - 7.0 / 25.0);
    assert!((matrix.cohen_kappa() - kappa).abs() < 1e-15);
    let matthews = (4.0 * 5.0 - 7.0) / ((25.0 - 9.0) * (25.0 - 7.0_f64)).sqrt();
    assert!((matrix.matthews_correlation() - matthews).abs() < 1e-15);
    assert_eq!(matrix.balanced_accuracy(), 2.5 / 3.0);
    assert!(
        matrix
            .to_string()
            .contains("1 samples were taken for no class")
    );
}

#[test]
fn every_figure_of_nothing_is_zero() {
    let matrix = ConfusionMatrix::<3>::new();
    let figures = [
        matrix.accuracy(),
        matrix.balanced_accuracy(),
        matrix.cohen_kappa(),
        matrix.matthews_correlation(),
        matrix.precision(Average::Weighted),
        matrix.recall(Average::Micro),
        matrix.f1(Average::Macro),
    ];
    assert_eq!(figures, [0.0; 7]);
}

#[test]
fn counts_saturate() {
    let mut counts = BinaryCounts {
        true_positives: u64::MAX,
        true_negatives: 1,
        false_positives: u64::MAX,
        false_negatives: 0,
    };
    counts.record(true, true);
    assert_eq!(
        (counts.accuracy(), counts.precision(), counts.recall()),
        (0.5, 0.5, 1.0)
    );
}

#[test]
fn a_metric_that_is_lent_is_filled() {
    let mut matrix = ConfusionMatrix::<3>::new();
    let mut metrics = (&mut matrix, SparseCategoricalAccuracy::new());
    Metrics::<SVector<f32, 3>, u8>::reset(&mut metrics);
    Metrics::update(&mut metrics, &SVector::from([0.1, 0.7, 0.2]), &1_u8);
    assert_eq!(metrics.1.result(), 1.0);
    assert_eq!((matrix.total(), matrix.count(1, 1)), (1, 1));
}
