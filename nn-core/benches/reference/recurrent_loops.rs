//! One step of an LSTM or GRU with a dense output, as somebody writes it who puts the weights into arrays: rows of all gates, so
//! that the loops over them are vectorised, and the standard library's `exp` and `tanh`.

use super::glorot_uniform;
use rand::SeedableRng;
use rand::rngs::SmallRng;

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// `G` values for one input and `U` hidden ones, then `U -> 1`.
struct Weights<const U: usize, const G: usize> {
    input: [f32; G],
    recurrent: [[f32; G]; U],
    bias: [f32; G],
    output: [f32; U],
}

impl<const U: usize, const G: usize> Weights<U, G> {
    fn new(seed: u64) -> Self {
        let rng = &mut SmallRng::seed_from_u64(seed);
        let mut weights = Self {
            input: [0.0; G],
            recurrent: [[0.0; G]; U],
            bias: [0.0; G],
            output: [0.0; U],
        };
        glorot_uniform(&mut weights.input, 1, G, rng);
        glorot_uniform(weights.recurrent.as_flattened_mut(), U, G, rng);
        glorot_uniform(&mut weights.output, U, 1, rng);
        weights
    }

    /// `sums += hidden R`.
    #[inline]
    fn recur(&self, hidden: &[f32; U], sums: &mut [f32; G]) {
        for (h, row) in hidden.iter().zip(&self.recurrent) {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += h * weight;
            }
        }
    }

    #[inline]
    fn inputs(&self, x: f32) -> [f32; G] {
        let mut sums = self.bias;
        for (sum, weight) in sums.iter_mut().zip(&self.input) {
            *sum += x * weight;
        }
        sums
    }

    #[inline]
    fn dense(&self, hidden: &[f32; U]) -> f32 {
        hidden.iter().zip(&self.output).map(|(h, w)| h * w).sum()
    }
}

/// 1 -> LSTM 20 -> 1.
pub struct Lstm {
    weights: Weights<20, 80>,
    hidden: [f32; 20],
    cell: [f32; 20],
}

impl Lstm {
    /// Fresh weights.
    pub fn new(seed: u64) -> Self {
        Self {
            weights: Weights::new(seed),
            hidden: [0.0; 20],
            cell: [0.0; 20],
        }
    }

    /// One step of the stream.
    #[inline]
    pub fn step(&mut self, x: f32) -> f32 {
        let mut z = self.weights.inputs(x);
        self.weights.recur(&self.hidden, &mut z);
        for u in 0..20 {
            let (i, f) = (sigmoid(z[u]), sigmoid(z[20 + u]));
            let (g, o) = (z[40 + u].tanh(), sigmoid(z[60 + u]));
            self.cell[u] = f * self.cell[u] + i * g;
            self.hidden[u] = o * self.cell[u].tanh();
        }
        self.weights.dense(&self.hidden)
    }
}

/// 1 -> GRU 20 -> 1.
pub struct Gru {
    weights: Weights<20, 60>,
    recurrent_bias: [f32; 60],
    hidden: [f32; 20],
}

impl Gru {
    /// Fresh weights.
    pub fn new(seed: u64) -> Self {
        Self {
            weights: Weights::new(seed),
            recurrent_bias: [0.0; 60],
            hidden: [0.0; 20],
        }
    }

    /// One step of the stream.
    #[inline]
    pub fn step(&mut self, x: f32) -> f32 {
        let z = self.weights.inputs(x);
        let mut h = self.recurrent_bias;
        self.weights.recur(&self.hidden, &mut h);
        for u in 0..20 {
            let (update, reset) = (sigmoid(z[u] + h[u]), sigmoid(z[20 + u] + h[20 + u]));
            let candidate = (z[40 + u] + reset * h[40 + u]).tanh();
            self.hidden[u] = update * self.hidden[u] + (1.0 - update) * candidate;
        }
        self.weights.dense(&self.hidden)
    }
}

#[test]
fn streams_stay_bounded_and_move() {
    let (mut lstm, mut gru) = (Lstm::new(1), Gru::new(1));
    for t in 0..100 {
        let x = (t as f32 / 10.0).sin();
        assert!(lstm.step(x).abs() < 20.0 && gru.step(x).abs() < 20.0);
    }
    assert!(lstm.hidden.iter().chain(&gru.hidden).all(|h| *h != 0.0));
}
