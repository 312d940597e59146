//! 1-16-32-2 (relu, relu, softmax) trained one sample at a time with arrays and loops.
//!
//! At this size there is no product worth a library call: everything is known at compile time, fits the
//! first-level cache, and the inner loops run over contiguous outputs.

use super::adam::{self, Adam};
use super::data::Samples;
use super::glorot_uniform;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

/// Samples per step.
pub const BATCH: usize = 10;

/// Weights input-major (one row per input), and a bias per output.
#[derive(Clone)]
struct Dense<const IN: usize, const OUT: usize> {
    weights: [[f32; OUT]; IN],
    bias: [f32; OUT],
}

impl<const IN: usize, const OUT: usize> Dense<IN, OUT> {
    const ZERO: Self = Self {
        weights: [[0.0; OUT]; IN],
        bias: [0.0; OUT],
    };

    fn new(rng: &mut SmallRng) -> Self {
        let mut layer = Self::ZERO;
        glorot_uniform(layer.weights.as_flattened_mut(), IN, OUT, rng);
        layer
    }

    #[inline(always)]
    fn linear(&self, x: &[f32; IN]) -> [f32; OUT] {
        let mut y = self.bias;
        for (x, row) in x.iter().zip(&self.weights) {
            for (y, w) in y.iter_mut().zip(row) {
                *y += x * w;
            }
        }
        y
    }

    /// Adds the gradient of one sample, whose input was `x` and whose output has the gradient `dy`.
    #[inline(always)]
    fn add_gradient(&mut self, x: &[f32; IN], dy: &[f32; OUT]) {
        for (x, row) in x.iter().zip(&mut self.weights) {
            for (g, dy) in row.iter_mut().zip(dy) {
                *g += x * dy;
            }
        }
        for (g, dy) in self.bias.iter_mut().zip(dy) {
            *g += dy;
        }
    }

    /// The gradient at the input `x`, which came out of a relu.
    #[inline(always)]
    fn relu_gradient(&self, x: &[f32; IN], dy: &[f32; OUT]) -> [f32; IN] {
        std::array::from_fn(|i| {
            if x[i] > 0.0 {
                dot(&self.weights[i], dy)
            } else {
                0.0
            }
        })
    }

    fn update(&mut self, gradient: &Self, first: &mut Self, second: &mut Self, step: f32) {
        adam::update(
            self.weights.as_flattened_mut(),
            gradient.weights.as_flattened(),
            first.weights.as_flattened_mut(),
            second.weights.as_flattened_mut(),
            step,
        );
        adam::update(
            &mut self.bias,
            &gradient.bias,
            &mut first.bias,
            &mut second.bias,
            step,
        );
    }
}

/// A dot product over four partial sums: a single one could not be vectorised, since that would change
/// the order of a float addition.
#[inline(always)]
fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    let mut sums = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    for (a, b) in a4.iter().zip(b4) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

#[inline(always)]
fn relu<const N: usize>(x: [f32; N]) -> [f32; N] {
    x.map(|value| value.max(0.0))
}

/// Softmax of two values.
#[inline(always)]
fn softmax([a, b]: [f32; 2]) -> [f32; 2] {
    let largest = a.max(b);
    let (a, b) = ((a - largest).exp(), (b - largest).exp());
    [a / (a + b), b / (a + b)]
}

/// The network; its gradient and both moments have the same shape.
#[derive(Clone)]
struct Network {
    dense1: Dense<1, 16>,
    dense2: Dense<16, 32>,
    dense3: Dense<32, 2>,
}

impl Network {
    const ZERO: Self = Self {
        dense1: Dense::ZERO,
        dense2: Dense::ZERO,
        dense3: Dense::ZERO,
    };

    /// The loss of one sample; `gradient` grows by `scale` times its gradient.
    fn learn(&self, x: &[f32; 1], label: u8, scale: f32, gradient: &mut Self) -> f32 {
        let h1 = relu(self.dense1.linear(x));
        let h2 = relu(self.dense2.linear(&h1));
        let p = softmax(self.dense3.linear(&h2));

        // Softmax and cross-entropy together have the gradient `p - target`.
        let mut d3 = p.map(|p| p * scale);
        d3[usize::from(label)] -= scale;
        gradient.dense3.add_gradient(&h2, &d3);
        let d2 = self.dense3.relu_gradient(&h2, &d3);
        gradient.dense2.add_gradient(&h1, &d2);
        let d1 = self.dense2.relu_gradient(&h1, &d2);
        gradient.dense1.add_gradient(x, &d1);

        -p[usize::from(label)].max(f32::MIN_POSITIVE).ln()
    }
}

/// A network, its gradient and its optimiser.
pub struct Trainer {
    network: Network,
    first: Network,
    second: Network,
    adam: Adam,
    rng: SmallRng,
    order: Vec<u32>,
}

impl Trainer {
    /// Fresh weights and an optimiser of the tutorial's learning rate.
    pub fn new(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let network = Network {
            dense1: Dense::new(&mut rng),
            dense2: Dense::new(&mut rng),
            dense3: Dense::new(&mut rng),
        };
        Self {
            network,
            first: Network::ZERO,
            second: Network::ZERO,
            adam: Adam::new(1e-4),
            rng,
            order: Vec::new(),
        }
    }

    /// Trains on every sample once, in a new order, and returns the mean loss. Allocates only when the
    /// number of samples grows.
    pub fn epoch(&mut self, data: &Samples<1>) -> f32 {
        self.order.clear();
        self.order.extend(0..data.len() as u32);
        self.order.shuffle(&mut self.rng);
        let mut loss = 0.0;
        for batch in self.order.chunks(BATCH) {
            let mut gradient = Network::ZERO;
            let scale = 1.0 / batch.len() as f32;
            for &sample in batch {
                let sample = sample as usize;
                loss += self.network.learn(
                    &data.inputs[sample],
                    data.labels[sample],
                    scale,
                    &mut gradient,
                );
            }
            let step = self.adam.begin_step();
            self.network.dense1.update(
                &gradient.dense1,
                &mut self.first.dense1,
                &mut self.second.dense1,
                step,
            );
            self.network.dense2.update(
                &gradient.dense2,
                &mut self.first.dense2,
                &mut self.second.dense2,
                step,
            );
            self.network.dense3.update(
                &gradient.dense3,
                &mut self.first.dense3,
                &mut self.second.dense3,
                step,
            );
        }
        loss / data.len() as f32
    }

    /// The probability of each class.
    pub fn predict(&self, x: &[f32; 1]) -> [f32; 2] {
        let network = &self.network;
        softmax(network.dense3.linear(&relu(
            network.dense2.linear(&relu(network.dense1.linear(x))),
        )))
    }
}

#[test]
fn learns() {
    let data = super::data::side_effects(1, 2100);
    let mut trainer = Trainer::new(7);
    let first = trainer.epoch(&data);
    let last = (1..20).map(|_| trainer.epoch(&data)).last().unwrap();
    assert!(last < 0.45 && last < first - 0.15, "{first} -> {last}");
    let [without, with] = trainer.predict(&[0.9]);
    assert!(with > 0.7 && (without + with - 1.0).abs() < 1e-6);
}
