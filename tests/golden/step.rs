//! Forward and backward of one batch through the public `Layer` trait.
#![allow(dead_code, reason = "no test that shares this file needs all of it")]

use nn_core::activation::Head;
use nn_core::layer::{Context, Pass, Train};
use nn_core::loss::{Loss, Prediction, Space};
use nn_core::rand::SeedableRng;
use nn_core::rand::rngs::SmallRng;
use nn_core::{Level, plain};

/// The result.
pub struct Step<L: Train, const B: usize> {
    pub y: Box<[L::Output; B]>,
    pub grad: Box<L::Grad>,
    pub dx: Box<[L::Input; B]>,
}

/// A place to start from: the training outputs of the first `rows` rows and what backward needs.
fn run<L: Train, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
    rows: usize,
    upstream: impl FnOnce(&[L::Output; B], &[L::Output; B], &mut [L::Output; B]) -> Space,
) -> Step<L, B> {
    let mut step = Step {
        y: plain::zeroed_box(),
        grad: plain::zeroed_box(),
        dx: plain::zeroed_box(),
    };
    let mut tape = plain::zeroed_box::<L::Tape<B>>();
    let mut dy = plain::zeroed_box::<[L::Output; B]>();
    let mut random = SmallRng::seed_from_u64(1);
    let mut context = Context {
        level,
        rows,
        random: &mut random,
    };
    net.forward_train(&mut context, x, &mut step.y, &mut tape);
    let logits = L::logits(x, &step.y, &tape);
    let space = upstream(&step.y, logits, &mut dy);
    let pass = Pass {
        x,
        y: &step.y,
        dy: &mut dy,
        tape: &mut *tape,
        grad: &mut *step.grad,
        dx: Some(&mut *step.dx),
    };
    match space {
        Space::Output => net.backward(&mut context, pass),
        Space::Logits => net.backward_logits(&mut context, pass),
    }
    step
}

/// Gradients for the upstream gradient `dy`.
#[allow(
    dead_code,
    reason = "one of the tests that share this file has losses only"
)]
pub fn from_upstream<L: Train, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
    dy: &[L::Output; B],
) -> Step<L, B> {
    run(level, net, x, B, |_, _, upstream| {
        *upstream = *dy;
        Space::Output
    })
}

/// Gradients of the mean loss over the samples for which there are targets.
pub fn from_loss<L: Train, T, F: Loss<L::Output, T>, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
    targets: &[T],
    loss: &F,
) -> Step<L, B> {
    let rows = targets.len().min(B);
    run(level, net, x, rows, |y, logits, upstream| {
        let head = <L::Head as Head>::KIND;
        for row in 0..rows {
            let prediction = Prediction {
                output: &y[row],
                logits: &logits[row],
                head,
            };
            let scale = loss.reduction().factor(rows);
            loss.gradient(prediction, &targets[row], scale, &mut upstream[row]);
        }
        loss.space(head)
    })
}

/// The outputs of the forward pass of training, and the loss of each sample for which there is a target.
pub fn losses<L: Train, T, F: Loss<L::Output, T>, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
    targets: &[T],
    loss: &F,
) -> Vec<f64> {
    let mut y = plain::zeroed_box::<[L::Output; B]>();
    let mut tape = plain::zeroed_box::<L::Tape<B>>();
    let rows = targets.len().min(B);
    forward_train(level, net, x, rows, &mut y, &mut tape);
    let logits = L::logits(x, &y, &tape);
    let head = <L::Head as Head>::KIND;
    let predictions = y.iter().zip(logits).zip(targets);
    let value = |((output, logits), target)| {
        let prediction = Prediction {
            output,
            logits,
            head,
        };
        f64::from(loss.value(prediction, target))
    };
    predictions.map(value).collect()
}

/// The outputs of the forward pass of training.
pub fn outputs<L: Train, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
) -> Box<[L::Output; B]> {
    let mut y = plain::zeroed_box();
    forward_train(level, net, x, B, &mut y, &mut plain::zeroed_box());
    y
}

fn forward_train<L: Train, const B: usize>(
    level: Level,
    net: &mut L,
    x: &[L::Input; B],
    rows: usize,
    y: &mut [L::Output; B],
    tape: &mut L::Tape<B>,
) {
    // The same numbers each time, so that dropout drops the same values.
    let mut random = SmallRng::seed_from_u64(1);
    let mut context = Context {
        level,
        rows,
        random: &mut random,
    };
    net.forward_train(&mut context, x, y, tape);
}
