use super::*;
use crate::activation::HeadKind;
use fearless_simd::Level;
use nalgebra::{SMatrix, SVector};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::string::String;
use std::vec::Vec;

const HEADS: [HeadKind; 3] = [HeadKind::Linear, HeadKind::Softmax, HeadKind::Sigmoid];
/// One that differences of `f32` losses resolve.
const STEP: f32 = 1.0 / 512.0;

fn apply<Y: Tensor>(head: HeadKind, logits: &Y) -> Y {
    let mut output = *logits;
    head.apply(Level::baseline(), output.values_mut(), Y::CHANNELS);
    output
}

/// Compares the gradient with central differences, before the output activation or after it as the loss says.
fn differences<Y: Tensor, T, L: Loss<Y, T>>(
    loss: &L,
    head: HeadKind,
    logits: &Y,
    target: &T,
) -> Result<(), String> {
    let before = loss.space(head) == Space::Logits;
    let at = |values: &Y, gradient: &mut Y| {
        let output = if before { apply(head, values) } else { *values };
        let prediction = Prediction {
            output: &output,
            logits: if before { values } else { logits },
            head,
        };
        let value = loss.gradient(prediction, target, 2.0, gradient);
        assert!(value == loss.value(prediction, target) || value.is_nan());
        value
    };
    let values = if before { *logits } else { apply(head, logits) };
    let (mut gradient, mut scratch) = (values, values);
    at(&values, &mut gradient);
    for index in 0..Y::LEN {
        let mut side = |step: f32| {
            let mut moved = values;
            moved.values_mut()[index] += step;
            at(&moved, &mut scratch)
        };
        let wanted = 2.0 * (side(STEP) - side(-STEP)) / (2.0 * STEP);
        let got = gradient.values()[index];
        if (got - wanted).abs() > 5e-3 * wanted.abs().max(1.0) {
            return Err(std::format!("{head:?}[{index}]: {got} instead of {wanted}"));
        }
    }
    Ok(())
}

/// Random values in a range, and a target made of them.
fn random<const C: usize>(rng: &mut SmallRng, low: f32, high: f32) -> SVector<f32, C> {
    SVector::from_fn(|_, _| rng.random_range(low..high))
}

fn distribution<const C: usize>(rng: &mut SmallRng) -> SVector<f32, C> {
    let weights = random::<C>(rng, 0.1, 1.0);
    weights / weights.sum()
}

macro_rules! check_differences {
    ($rng:ident, $logits:expr, $target:expr, $heads:expr; $($loss:expr),* $(,)?) => {$(
        for round in 0..20 {
            let (logits, target) = ($logits, $target);
            for head in $heads {
                let result = differences(&$loss, head, &logits, &target);
                assert_eq!(result, Ok(()), "{} {round}", stringify!($loss));
            }
        }
    )*};
}

#[test]
fn gradients_are_those_of_the_values() {
    let mut rng = SmallRng::seed_from_u64(1);
    let linear = [HeadKind::Linear];
    let squashed = [HeadKind::Softmax, HeadKind::Sigmoid];
    // Errors stay away from the kinks at 0, 0.4 and 1.
    check_differences!(rng, random::<11>(&mut rng, 0.05, 0.35), random::<11>(&mut rng, -2.0, -1.0), linear;
        MeanSquaredError, MeanAbsoluteError, MeanAbsolutePercentageError, LogCosh, Huber, Huber.delta(0.4),
        SmoothL1Loss, SmoothL1Loss.beta(0.5), SumSquaredError, SumSquaredError.half(), CosineSimilarity,
    );
    check_differences!(rng, random::<11>(&mut rng, 0.05, 0.35), random::<11>(&mut rng, -0.2, 0.0), linear;
        MeanSquaredError, LogCosh, Huber, Huber.delta(0.6), SmoothL1Loss.beta(0.6), CosineSimilarity,
    );
    check_differences!(rng, random::<9>(&mut rng, 0.2, 2.0), random::<9>(&mut rng, 0.2, 3.0), linear;
        MeanSquaredLogarithmicError, Poisson,
    );
    check_differences!(rng, random::<9>(&mut rng, -0.9, 0.9), [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], linear;
        Hinge, SquaredHinge,
    );
    check_differences!(rng, SVector::from([0.9, 0.1, -0.3_f32]) + random(&mut rng, -0.1, 0.1), [0.0, 1.0, 0.0], linear;
        CategoricalHinge,
    );
    check_differences!(rng, random::<5>(&mut rng, -1.0, 1.0), distribution::<5>(&mut rng), squashed;
        CategoricalCrossentropy, CategoricalCrossentropy.label_smoothing(0.1), CategoricalCrossentropy.literal(),
        CategoricalFocalCrossentropy, CategoricalFocalCrossentropy.gamma(1.5).label_smoothing(0.2), KlDivergence,
        BinaryCrossentropy, BinaryCrossentropy.label_smoothing(0.2), BinaryCrossentropy.literal(),
        BinaryFocalCrossentropy, BinaryFocalCrossentropy.gamma(0.7).alpha(0.4).apply_class_balancing(true),
        BinaryFocalCrossentropy.literal().label_smoothing(0.1),
    );
    check_differences!(rng, random::<5>(&mut rng, -3.0, 3.0), distribution::<5>(&mut rng), linear;
        CategoricalCrossentropy.from_logits(true), CategoricalFocalCrossentropy.from_logits(true),
        BinaryCrossentropy.from_logits(true), BinaryFocalCrossentropy.from_logits(true).gamma(3.0),
    );
    check_differences!(rng, random::<5>(&mut rng, -1.0, 1.0), rng.random_range(0..5_u8), squashed;
        SparseCategoricalCrossentropy, SparseCategoricalCrossentropy.literal(), NllLoss,
    );
    check_differences!(rng, random::<5>(&mut rng, -3.0, 3.0), rng.random_range(0..5_usize), linear;
        CrossEntropyLoss, NllLoss,
    );
    check_differences!(rng, random::<5>(&mut rng, 0.2, 0.8), rng.random_range(0..5_u32), linear;
        SparseCategoricalCrossentropy,
    );
}

#[test]
fn a_sequence_is_the_mean_of_its_steps() {
    let mut rng = SmallRng::seed_from_u64(2);
    let logits = SMatrix::<f32, 3, 4>::from_fn(|_, _| rng.random_range(-2.0..2.0));
    let labels = [0_u8, 2, 1, 1];
    let one_hot = SMatrix::<f32, 3, 4>::from_fn(|class, step| {
        f32::from(u8::from(usize::from(labels[step]) == class))
    });
    for head in HEADS {
        differences(
            &SparseCategoricalCrossentropy.from_logits(true),
            head,
            &logits,
            &labels,
        )
        .unwrap();
        differences(
            &CategoricalCrossentropy.from_logits(true),
            head,
            &logits,
            &one_hot,
        )
        .unwrap();
        differences(&CosineSimilarity, head, &logits, &one_hot).unwrap();
        differences(&KlDivergence, HeadKind::Softmax, &logits, &one_hot).unwrap();
        let output = apply(head, &logits);
        let prediction = Prediction {
            output: &output,
            logits: &logits,
            head,
        };
        let steps = logits.column_iter().zip(labels).map(|(z, label)| {
            let z = z.into_owned();
            let output = apply(head, &z);
            let prediction = Prediction {
                output: &output,
                logits: &z,
                head,
            };
            CrossEntropyLoss.value(prediction, &label)
        });
        let mean = steps.sum::<f32>() / 4.0;
        let (sparse, dense) = (
            CrossEntropyLoss.value(prediction, &labels),
            CategoricalCrossentropy.from_logits(true),
        );
        assert!((sparse - mean).abs() < 1e-6);
        assert!((dense.value(prediction, &one_hot) - mean).abs() < 1e-6);
    }
}

#[test]
fn after_softmax_and_sigmoid_the_logits_count() {
    let mut rng = SmallRng::seed_from_u64(3);
    for size in [1.0, 30.0, 1e4] {
        let z = random::<6>(&mut rng, -size, size);
        let plain = Prediction::of_output(&z);
        for head in [HeadKind::Softmax, HeadKind::Sigmoid] {
            let output = apply(head, &z);
            let prediction = Prediction {
                output: &output,
                logits: &z,
                head,
            };
            let target = SVector::<f32, 6>::from([0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
            same(
                prediction,
                plain,
                &SparseCategoricalCrossentropy,
                &CrossEntropyLoss,
                &3_u8,
            );
            same(
                prediction,
                plain,
                &CategoricalCrossentropy,
                &CategoricalCrossentropy.from_logits(true),
                &target,
            );
            same(
                prediction,
                plain,
                &BinaryCrossentropy,
                &BceWithLogitsLoss,
                &target,
            );
            let sparse = SparseCategoricalCrossentropy.value(prediction, &3_u8);
            assert!(sparse.is_finite());
            let literal = SparseCategoricalCrossentropy.literal();
            assert_eq!(
                literal.value(prediction, &3_u8),
                SparseCategoricalCrossentropy.value(Prediction::of_output(&output), &3_u8)
            );
        }
    }
}

/// Two ways to the same value and gradient.
fn same<T, L: Loss<SVector<f32, 6>, T>>(
    a: Prediction<'_, SVector<f32, 6>>,
    b: Prediction<'_, SVector<f32, 6>>,
    loss_a: &L,
    loss_b: &L,
    target: &T,
) {
    let (mut gradient_a, mut gradient_b) = (SVector::zeros(), SVector::zeros());
    let value_a = loss_a.gradient(a, target, 1.0, &mut gradient_a);
    let value_b = loss_b.gradient(b, target, 1.0, &mut gradient_b);
    assert!(
        (value_a - value_b).abs() <= 1e-5 * value_b.abs().max(1.0),
        "{value_a} {value_b}"
    );
    assert!(
        (gradient_a - gradient_b).amax() < 1e-6,
        "{gradient_a} {gradient_b}"
    );
}

#[test]
fn odd_numbers_do_not_panic() {
    let odd = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        0.0,
        -0.0,
        1.0,
        1e-40,
        f32::MAX,
        f32::MIN,
        -1e4,
    ];
    let mut seen = Vec::new();
    for (a, b) in odd.iter().flat_map(|a| odd.map(|b| (*a, b))) {
        let logits = SVector::from([a, b, 0.5]);
        for (target, head) in [[a, b, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
            .iter()
            .flat_map(|t| HEADS.map(|head| (*t, head)))
        {
            let output = apply(head, &logits);
            let prediction = Prediction {
                output: &output,
                logits: &logits,
                head,
            };
            let gradient = &mut SVector::zeros();
            macro_rules! all {
                ($target:expr; $($loss:expr),*) => {$(
                    let _ = Loss::<SVector<f32, 3>, _>::check(&$loss, $target);
                    let _ = $loss.correct(prediction, $target);
                    seen.push(($loss.gradient(prediction, $target, 1.0, gradient), stringify!($loss), logits));
                )*};
            }
            all!(&target; MeanSquaredError, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredLogarithmicError,
                LogCosh, Poisson, Huber, SmoothL1Loss, Hinge, SquaredHinge, CategoricalHinge, CosineSimilarity, KlDivergence,
                SumSquaredError, BinaryCrossentropy, BceWithLogitsLoss, BinaryFocalCrossentropy, CategoricalCrossentropy,
                CategoricalCrossentropy.from_logits(true), CategoricalFocalCrossentropy,
                CategoricalFocalCrossentropy.from_logits(true));
            all!(&1_u8; SparseCategoricalCrossentropy, CrossEntropyLoss, NllLoss);
            all!(&200_usize; SparseCategoricalCrossentropy, CrossEntropyLoss, NllLoss);
        }
    }
    // A prediction that is no number has no loss that is one, except where the other outputs decide.
    for (value, loss, logits) in seen {
        let chosen = [
            "NllLoss",
            "CategoricalHinge",
            "SparseCategoricalCrossentropy",
        ]
        .contains(&loss);
        assert!(
            value.is_nan() || chosen || !logits[0].is_nan(),
            "{loss} of {logits}: {value}"
        );
    }
}

#[test]
fn targets_are_checked() {
    type Y = SVector<f32, 3>;
    let check = |label: u16| Loss::<Y, u16>::check(&SparseCategoricalCrossentropy, &label);
    assert_eq!(check(2), None);
    assert_eq!(
        check(3),
        Some(BadTarget::Label {
            label: 3,
            classes: 3
        })
    );
    let nan = [0.0, f32::NAN, 0.0];
    let wrong = Loss::<Y, [f32; 3]>::check(&MeanSquaredError, &nan);
    assert!(matches!(wrong, Some(BadTarget::NonFinite { index: 1, .. })));
    let wrong = Loss::<Y, [f32; 3]>::check(&CategoricalCrossentropy, &[0.0, 0.0, 2.0]);
    assert_eq!(
        wrong,
        Some(BadTarget::Probability {
            index: 2,
            value: 2.0
        })
    );
}

/// The figures of Keras's documentation.
#[test]
fn focal_losses_are_keras_s() {
    let close = |got: f32, wanted: f32| assert!((got - wanted).abs() < 1e-3, "{got} {wanted}");
    let sparse = |y: [f32; 3], t: [f32; 3]| {
        CategoricalFocalCrossentropy.value(Prediction::of_output(&SVector::from(y)), &t)
    };
    assert!((sparse([0.05, 0.9, 0.05], [0.0, 1.0, 0.0]) - 2.634_012_9e-4).abs() < 1e-8);
    assert!((sparse([0.1, 0.85, 0.05], [0.0, 0.0, 1.0]) - 0.675_912_1).abs() < 1e-6);
    let logits = SVector::from([-18.6, 0.51, 2.94, -12.8]);
    let (prediction, target) = (Prediction::of_output(&logits), [0.0, 1.0, 0.0, 0.0]);
    let focal = BinaryFocalCrossentropy.from_logits(true);
    close(focal.value(prediction, &target), 0.691);
    close(
        focal.apply_class_balancing(true).value(prediction, &target),
        0.51,
    );
}

#[test]
fn many_outputs_are_summed_in_blocks() {
    let mut rng = SmallRng::seed_from_u64(4);
    let z = random::<333>(&mut rng, -9.0, 9.0);
    let t = random::<333>(&mut rng, 0.0, 1.0);
    let p = apply(HeadKind::Sigmoid, &z);
    let wanted = z.iter().zip(&t).map(|(&z, &t)| {
        let (z, t) = (f64::from(z), f64::from(t));
        (1.0 + (-z).exp()).ln() * t + (1.0 + z.exp()).ln() * (1.0 - t)
    });
    let wanted = wanted.sum::<f64>() / 333.0;
    let mut gradient = z;
    let prediction = Prediction {
        output: &p,
        logits: &z,
        head: HeadKind::Sigmoid,
    };
    let got = BinaryCrossentropy.gradient(prediction, &t, 333.0, &mut gradient);
    assert!((f64::from(got) - wanted).abs() < 1e-6);
    assert!((gradient - (p - t)).amax() < 1e-6);
    let got = BceWithLogitsLoss.value(Prediction::of_output(&z), &t);
    assert!((f64::from(got) - wanted).abs() < 1e-6);
}

#[test]
fn classes_are_known() {
    type Y = SVector<f32, 3>;
    let one_hot = [0.0, 0.0, 1.0];
    assert_eq!(
        Loss::<Y, _>::class(&SparseCategoricalCrossentropy, &2_u16),
        Some(2)
    );
    assert_eq!(
        Loss::<Y, _>::class(&CategoricalCrossentropy, &one_hot),
        Some(2)
    );
    assert_eq!(Loss::<Y, _>::class(&CategoricalHinge, &one_hot), Some(2));
    assert_eq!(Loss::<Y, _>::class(&MeanSquaredError, &one_hot), None);
    assert_eq!(
        Loss::<SVector<f32, 1>, _>::class(&BinaryCrossentropy, &true),
        Some(1)
    );
    assert_eq!(
        Loss::<SVector<f32, 1>, _>::class(&Hinge, &-1.0_f32),
        Some(0)
    );
    let steps = [1_u8, 0];
    assert_eq!(
        Loss::<SMatrix<f32, 3, 2>, _>::class(&SparseCategoricalCrossentropy, &steps),
        None
    );
}

#[test]
fn single_outputs_take_single_numbers() {
    let output = SVector::from([0.25_f32]);
    let prediction = Prediction::of_output(&output);
    let loss = -(0.25_f32.ln());
    assert!((BinaryCrossentropy.value(prediction, &true) - loss).abs() < 1e-6);
    assert!((BinaryCrossentropy.value(prediction, &1_u8) - loss).abs() < 1e-6);
    assert!((BinaryCrossentropy.value(prediction, &1.0_f32) - loss).abs() < 1e-6);
    assert_eq!(BinaryCrossentropy.correct(prediction, &true), Some(0.0));
    assert_eq!(BceWithLogitsLoss.correct(prediction, &true), Some(1.0));
    assert_eq!(MeanSquaredError.correct(prediction, &1.0_f32), None);
}
