//! Backward against finite differences, over networks that the build step declares at random: layer x activation x loss,
//! parameters and inputs. And what must hold of inference for the same networks.

#[path = "golden/step.rs"]
mod step;

use nn_core::Level;
use nn_core::layer::{Layer, ParameterInfo, Visitor};
use nn_core::loss::Loss;
use nn_core::nalgebra::SVector;
use nn_core::plain::{self, as_mut_slice, as_slice};
use nn_core::prelude::*;
use step::{from_loss, losses, outputs};

/// Rows of the batch, one of them without a sample.
const BATCH: usize = 3;
const SAMPLES: usize = 2;

/// One of the networks.
struct Declared {
    name: &'static str,
    gradients: fn() -> Found,
    inference: Option<fn() -> Vec<String>>,
}

/// Written for the machine: one line for each case.
#[allow(clippy::all, dead_code, non_snake_case)]
mod generated {
    use crate::{Declared, Kind, gradients, inference};
    use nn_core::prelude::*;

    include!(concat!(env!("OUT_DIR"), "/gradients.rs"));
}

/// The targets that a loss takes.
#[derive(Clone, Copy)]
enum Kind {
    Real,
    Positive,
    Sign,
    Binary,
    OneHot,
    Distribution,
}

/// Inputs drawn at random: indices for a network that looks them up.
fn draw<N: Train>(rng: &mut SmallRng, x: &mut [f32]) {
    for value in x {
        *value = match N::INDICES {
            Some(rows) => rng.random_range(0..rows) as f32,
            None => rng.random_range(-1.5..1.5),
        };
    }
}

/// A target drawn at random.
trait Drawn {
    fn draw(rng: &mut SmallRng, kind: Kind, outputs: usize) -> Self;
}

impl Drawn for u32 {
    fn draw(rng: &mut SmallRng, _: Kind, outputs: usize) -> Self {
        Self::try_from(rng.random_range(0..outputs)).unwrap()
    }
}

impl<const N: usize> Drawn for SVector<f32, N> {
    fn draw(rng: &mut SmallRng, kind: Kind, _: usize) -> Self {
        let mut target = Self::zeros();
        for value in target.iter_mut() {
            *value = match kind {
                Kind::Real => rng.random_range(-1.5..1.5),
                Kind::Positive | Kind::Distribution => rng.random_range(0.3..2.0),
                Kind::Sign => f32::from(rng.random_range(0_u8..2)) * 2.0 - 1.0,
                Kind::Binary => f32::from(rng.random_range(0_u8..2)),
                Kind::OneHot => 0.0,
            };
        }
        match kind {
            Kind::OneHot => target[rng.random_range(0..N)] = 1.0,
            Kind::Distribution => target /= target.sum(),
            _ => {}
        }
        target
    }
}

/// The result of checking one network.
struct Found {
    wrong: Vec<String>,
    /// Derivatives compared.
    compared: usize,
    /// Derivatives at a kink, where there is nothing to compare.
    kinks: usize,
    /// The largest derivative seen.
    largest: f64,
}

#[test]
fn gradients_agree_with_finite_differences() {
    let (mut wrong, mut compared, mut kinks) = (Vec::new(), 0, 0);
    for declared in generated::DECLARED {
        let found = (declared.gradients)();
        wrong.extend(
            found
                .wrong
                .iter()
                .map(|w| format!("{}: {w}", declared.name)),
        );
        if found.largest < 0.01 {
            wrong.push(format!(
                "{}: no derivative above {:e}, so nothing is checked; change the seed",
                declared.name, found.largest
            ));
        }
        compared += found.compared;
        kinks += found.kinks;
    }
    println!("{compared} derivatives agree, {kinks} are at kinks");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(kinks * 20 < compared, "{kinks} kinks, {compared} compared");
}

#[test]
fn every_layer_word_is_in_a_network_that_is_checked() {
    let found = |word: &&&str| {
        let mut names = generated::DECLARED.iter().map(|declared| declared.name);
        names.any(|name| {
            name.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|w| w == **word)
        })
    };
    let missing: Vec<_> = generated::WORDS
        .iter()
        .filter(|word| !found(word))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A network with weights large enough to leave the linear part of every activation; statistics are as they are at first.
fn drawn<N: Train>(rng: &mut SmallRng) -> (Box<N>, [N::Input; BATCH]) {
    let mut net = plain::zeroed_box::<N>();
    net.init(rng);
    let mut draw_trained = Each(|value: &mut f32, _| *value = rng.random_range(-0.9..0.9));
    net.visit(&mut plain::zeroed_box(), &mut draw_trained);
    let mut x = plain::zeroed::<[N::Input; BATCH]>();
    draw::<N>(rng, as_mut_slice(&mut x));
    (net, x)
}

/// The loss of a batch and the penalty of the regularisers, for one set of data.
struct Objective<T, F> {
    targets: Vec<T>,
    loss: F,
}

impl<T, F> Objective<T, F> {
    fn at<N: Train>(&self, net: &mut N, x: &[N::Input; BATCH]) -> f64
    where
        F: Loss<N::Output, T>,
    {
        let values = losses(Level::baseline(), net, x, &self.targets, &self.loss);
        let factor = f64::from(self.loss.reduction().factor(SAMPLES));
        let penalty = net.regularize(&mut plain::zeroed_box::<N::Grad>(), false);
        values.iter().sum::<f64>() * factor + f64::from(penalty)
    }
}

/// Sees each trained value and its gradient.
struct Each<F>(F);

impl<F: FnMut(&mut f32, f32)> Visitor for Each<F> {
    fn tensor(&mut self, _: ParameterInfo, parameter: &mut [f32], gradient: &mut [f32]) {
        for (value, gradient) in parameter.iter_mut().zip(gradient) {
            (self.0)(value, *gradient);
        }
    }
}

/// Puts `value` in place of trained value `i`.
fn put<N: Train>(net: &mut N, grad: &mut N::Grad, i: usize, value: f32) {
    let mut at = 0;
    let mut put = Each(|parameter: &mut f32, _| {
        if at == i {
            *parameter = value;
        }
        at += 1;
    });
    net.visit(grad, &mut put);
}

fn gradients<N: Train, T: Drawn, F: Loss<N::Output, T>>(loss: F, kind: Kind) -> Found {
    let mut rng = SmallRng::seed_from_u64(11);
    let (mut net, mut x) = drawn::<N>(&mut rng);
    let outputs = <N::Output as nn_core::Tensor>::LEN;
    let draw = |_| T::draw(&mut rng, kind, outputs);
    let objective = Objective {
        targets: (0..SAMPLES).map(draw).collect(),
        loss,
    };
    let Objective { targets, loss } = &objective;
    let mut step = from_loss(Level::baseline(), &mut *net, &x, targets, loss);
    net.regularize(&mut step.grad, true);
    let size = objective.at(&mut *net, &x);
    let mut found = Found {
        wrong: Vec::new(),
        compared: 0,
        kinks: 0,
        largest: 0.0,
    };
    let mut trained = Vec::new();
    let mut collect = Each(|value: &mut f32, gradient| trained.push((*value, gradient)));
    net.visit(&mut step.grad, &mut collect);
    assert_eq!(trained.len(), plain::len::<N::Grad>());
    for (i, (before, gradient)) in trained.into_iter().enumerate() {
        let slope = slope(size, |change| {
            let after = before + change;
            put(&mut *net, &mut step.grad, i, after);
            let value = objective.at(&mut *net, &x);
            put(&mut *net, &mut step.grad, i, before);
            (f64::from(after) - f64::from(before), value)
        });
        found.compare(&format!("parameter {i}"), f64::from(gradient), slope);
    }
    if N::INDICES.is_some() {
        return found;
    }
    for (i, &gradient) in as_slice(&*step.dx).iter().enumerate() {
        let slope = slope(size, |change| {
            let before = as_slice(&x)[i];
            as_mut_slice(&mut x)[i] = before + change;
            let actual = f64::from(as_slice(&x)[i]) - f64::from(before);
            let value = objective.at(&mut *net, &x);
            as_mut_slice(&mut x)[i] = before;
            (actual, value)
        });
        found.compare(&format!("input {i}"), f64::from(gradient), slope);
    }
    found
}

/// The rest that Richardson's extrapolation leaves of the curvature, relative to the slope.
const CURVATURE: f64 = 2e-3;

/// The error of a difference quotient over `step`: the objective is computed in `f32`, each step of it off by a few parts
/// in 10^7 of `size`.
fn noise(size: f64, step: f32) -> f64 {
    1.5e-6 * size.abs().max(1.0) / f64::from(step)
}

/// A slope and how exact it is.
struct Slope {
    value: f64,
    tolerance: f64,
}

impl Found {
    fn compare(&mut self, what: &str, gradient: f64, slope: Option<Slope>) {
        let Some(Slope { value, tolerance }) = slope else {
            self.kinks += 1;
            return;
        };
        self.compared += 1;
        self.largest = self.largest.max(value.abs());
        let difference = (gradient - value).abs();
        if difference.is_nan() || difference > tolerance {
            self.wrong.push(format!(
                "{what}: {gradient:e}, but the slope is {value:e} +- {tolerance:e}"
            ));
        }
    }
}

/// The slope of `at`, which maps a change to the change as rounded and the value there; `size` is the value without a
/// change. `None` at a kink: there, slopes to the left and right stay apart, or the one in the middle does not settle,
/// however close one looks.
fn slope(size: f64, mut at: impl FnMut(f32) -> (f64, f64)) -> Option<Slope> {
    let mut sides = |step: f32| {
        let ((right, above), (left, below)) = (at(step), at(-step));
        let gap = (above - size) / right - (below - size) / left;
        ((above - below) / (right - left), gap.abs())
    };
    for step in [1.0 / 32.0, 1.0 / 128.0, 1.0 / 512.0] {
        let ((wide, wide_gap), (narrow, narrow_gap)) = (sides(step), sides(step / 2.0));
        let tolerance = CURVATURE * narrow.abs() + noise(size, step);
        let settled = (wide - narrow).abs() <= 2.0 * tolerance;
        if settled && narrow_gap <= 0.7 * wide_gap + tolerance {
            return Some(Slope {
                value: narrow + (narrow - wide) / 3.0,
                tolerance,
            });
        }
    }
    None
}

#[test]
fn inference_agrees_with_training_and_with_itself() {
    let wrong: Vec<String> = generated::DECLARED
        .iter()
        .flat_map(|declared| {
            let wrong = declared
                .inference
                .map(|check| check())
                .unwrap_or_default()
                .into_iter();
            wrong.map(|w| format!("{}: {w}", declared.name))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

type Predict<N> = fn(&N, &<N as Layer>::Input) -> <N as Layer>::Output;
type PredictBatch<N> =
    fn(&N, &[<N as Layer>::Input], &mut [<N as Layer>::Output]) -> nn_core::Result<()>;

/// One sample at a time, many at once, and the forward pass of training (but for dropout) are the same function.
fn inference<N: Train>(
    dropout: bool,
    predict: Predict<N>,
    predict_batch: PredictBatch<N>,
) -> Vec<String> {
    let mut rng = SmallRng::seed_from_u64(13);
    let (mut net, few) = drawn::<N>(&mut rng);
    let mut x = vec![plain::zeroed::<N::Input>(); 37];
    for sample in &mut x {
        draw::<N>(&mut rng, as_mut_slice(sample));
    }
    let single: Vec<N::Output> = x.iter().map(|x| predict(&net, x)).collect();
    let mut wrong = Vec::new();
    for len in [0, 1, 2, 3, 5, 8, 15, 16, 17, 32, 37] {
        let mut batch = vec![plain::zeroed::<N::Output>(); len];
        if let Err(error) = predict_batch(&net, &x[..len], &mut batch) {
            wrong.push(format!("a batch of {len}: {error}"));
        }
        wrong.extend(differ(&format!("a batch of {len}"), &batch, &single[..len]));
    }
    if predict_batch(&net, &x, &mut [plain::zeroed(); 1]).is_ok() {
        wrong.push("room for 1 of 37 outputs is enough".into());
    }
    if !dropout {
        let y = outputs(Level::baseline(), &mut *net, &few);
        let single = few.each_ref().map(|x| predict(&net, x));
        wrong.extend(differ("training", &y[..], &single));
    }
    wrong
}

/// Sums in another order round differently.
const ROUNDING: f32 = 2e-5;

fn differ<T: nn_core::Tensor>(what: &str, ours: &[T], wanted: &[T]) -> Option<String> {
    let values =
        |list: &[T]| -> Vec<f32> { list.iter().flat_map(|y| y.values().to_vec()).collect() };
    let (ours, wanted) = (values(ours), values(wanted));
    let mut pairs = ours.iter().zip(&wanted);
    let found = pairs.find(|(a, b)| {
        let difference = (*a - *b).abs();
        difference.is_nan() || difference > ROUNDING * b.abs().max(1.0)
    })?;
    Some(format!("{what}: {} instead of {}", found.0, found.1))
}
