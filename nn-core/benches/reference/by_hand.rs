//! Single samples as a careful person writes them by hand with vector extensions, without a library: `P` outputs, which are whole vectors, each
//! row of weights at the begin of a cache line; as many sums side by side as keep the multipliers busy; `exp` as a short polynomial that need not
//! be right at the ends. Weights are random: it is a yardstick for speed.

use fearless_simd::prelude::*;
use rand::SeedableRng;
use rand::rngs::SmallRng;

/// `y = w x + b`, input-major; outputs are padded to `P`.
#[repr(align(64))]
pub struct Affine<const IN: usize, const P: usize> {
    w: [[f32; P]; IN],
    b: [f32; P],
}

impl<const IN: usize, const P: usize> Affine<IN, P> {
    fn new(seed: u64) -> Self {
        let rng = &mut SmallRng::seed_from_u64(seed);
        let mut affine = Self {
            w: [[0.0; P]; IN],
            b: [0.0; P],
        };
        super::glorot_uniform(affine.w.as_flattened_mut(), IN, P, rng);
        affine
    }

    #[inline(always)]
    fn run<S: Simd>(&self, simd: S, x: &[f32; IN], y: &mut [f32; P]) {
        let lanes = S::f32s::LEN;
        let mut from = 0;
        while from < P {
            from += lanes
                * match (P - from) / lanes {
                    1 => self.block::<S, 1, 4>(simd, x, y, from),
                    2 => self.block::<S, 2, 4>(simd, x, y, from),
                    3 => self.block::<S, 3, 2>(simd, x, y, from),
                    4 => self.block::<S, 4, 2>(simd, x, y, from),
                    5 => self.block::<S, 5, 1>(simd, x, y, from),
                    6 => self.block::<S, 6, 1>(simd, x, y, from),
                    7 => self.block::<S, 7, 1>(simd, x, y, from),
                    _ => self.block::<S, 8, 1>(simd, x, y, from),
                };
        }
    }

    /// `sums += x w[i]`.
    #[inline(always)]
    fn add<S: Simd, const N: usize>(
        &self,
        simd: S,
        x: f32,
        i: usize,
        from: usize,
        sums: &mut [S::f32s; N],
    ) {
        for (sum, w) in sums
            .iter_mut()
            .zip(self.w[i][from..].chunks_exact(S::f32s::LEN))
        {
            *sum = S::f32s::from_slice(simd, w).mul_add(S::f32s::splat(simd, x), *sum);
        }
    }

    /// `N` vectors of outputs in `K` sums each; returns `N`.
    #[inline(always)]
    fn block<S: Simd, const N: usize, const K: usize>(
        &self,
        simd: S,
        x: &[f32; IN],
        y: &mut [f32; P],
        from: usize,
    ) -> usize {
        let lanes = S::f32s::LEN;
        let at = |j: usize| from + j * lanes..from + (j + 1) * lanes;
        let mut sums = [[S::f32s::splat(simd, 0.0); N]; K];
        for (j, sum) in sums[0].iter_mut().enumerate() {
            *sum = S::f32s::from_slice(simd, &self.b[at(j)]);
        }
        for group in 0..IN / K {
            for (k, sums) in sums.iter_mut().enumerate() {
                let i = group * K + k;
                self.add(simd, x[i], i, from, sums);
            }
        }
        for (i, x) in x.iter().enumerate().skip(IN / K * K) {
            self.add(simd, *x, i, from, &mut sums[0]);
        }
        for (j, total) in sums[0].into_iter().enumerate() {
            let total = sums[1..].iter().fold(total, |total, sums| total + sums[j]);
            total.store_slice(&mut y[at(j)]);
        }
        N
    }
}

#[inline(always)]
fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    let c = |value: f32| S::f32s::splat(simd, value);
    let x = x.max(c(-87.0)).min(c(88.0));
    let n = x.mul_add(c(core::f32::consts::LOG2_E), c(12_582_912.0)) - c(12_582_912.0);
    let r = n.mul_add(c(-0.693_359_4), x);
    let r = n.mul_add(c(2.121_944_4e-4), r);
    let p = r.mul_add(c(1.987_569_1e-4), c(1.398_199_9e-3));
    let p = p.mul_add(r, c(8.333_452e-3)).mul_add(r, c(4.166_579_6e-2));
    let p = p.mul_add(r, c(1.666_666_5e-1)).mul_add(r, c(5.0e-1));
    let p = (p * r).mul_add(r, r + 1.0);
    let scale = (n + c(12_582_912.0 + 127.0)).to_bits() << 23;
    p * S::f32s::from_bits(scale)
}

#[inline(always)]
fn tanh<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    S::f32s::splat(simd, 1.0) - S::f32s::splat(simd, 2.0) / (exp(simd, x + x) + 1.0)
}

#[inline(always)]
fn sigmoid<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    S::f32s::splat(simd, 1.0) / (exp(simd, -x) + 1.0)
}

/// Replaces every vector by `f` of it.
#[inline(always)]
fn map<S: Simd>(simd: S, values: &mut [f32], f: impl Fn(S::f32s) -> S::f32s) {
    for values in values.chunks_exact_mut(S::f32s::LEN) {
        f(S::f32s::from_slice(simd, values)).store_slice(values);
    }
}

/// Three dense layers of one width, relu, tanh and nothing.
pub struct Chain<const N: usize, const P: usize> {
    layers: [Affine<N, P>; 3],
}

impl<const N: usize, const P: usize> Chain<N, P> {
    pub fn boxed() -> Box<Self> {
        Box::new(Self {
            layers: [Affine::new(1), Affine::new(2), Affine::new(3)],
        })
    }

    #[inline(always)]
    pub fn run<S: Simd>(&self, simd: S, x: &[f32; N], u: &mut [f32; P], v: &mut [f32; P]) {
        let [a, b, c] = &self.layers;
        a.run(simd, x, u);
        map(
            simd,
            u,
            #[inline(always)]
            |x| x.max(S::f32s::splat(simd, 0.0)),
        );
        if let Some(x) = u.first_chunk() {
            b.run(simd, x, v);
        }
        map(
            simd,
            v,
            #[inline(always)]
            |x| tanh(simd, x),
        );
        if let Some(x) = v.first_chunk() {
            c.run(simd, x, u);
        }
    }
}

/// A recurrent layer of one input with a dense output; `G` is the padded number of units times the gates.
#[repr(align(64))]
pub struct Cell<const U: usize, const P: usize, const G: usize> {
    recurrent: Affine<U, G>,
    input: [f32; G],
    output: [f32; P],
    gates: [f32; G],
    hidden: [f32; P],
    cell: [f32; P],
}

impl<const U: usize, const P: usize, const G: usize> Cell<U, P, G> {
    pub fn boxed() -> Box<Self> {
        let mut cell = Box::new(Self {
            recurrent: Affine::new(1),
            input: [0.1; G],
            output: [0.0; P],
            gates: [0.0; G],
            hidden: [0.0; P],
            cell: [0.0; P],
        });
        cell.output[..U].fill(0.1);
        cell
    }

    #[inline(always)]
    fn products<S: Simd>(&mut self, simd: S, x: f32, inputs: usize) {
        if let Some(hidden) = self.hidden.first_chunk() {
            self.recurrent.run(simd, hidden, &mut self.gates);
        }
        let pairs = self.gates[..inputs]
            .chunks_exact_mut(S::f32s::LEN)
            .zip(self.input.chunks_exact(S::f32s::LEN));
        for (gate, w) in pairs {
            let w = S::f32s::from_slice(simd, w);
            w.mul_add(S::f32s::splat(simd, x), S::f32s::from_slice(simd, gate))
                .store_slice(gate);
        }
    }

    /// One step of a long short-term memory; gates are `i f o g`.
    #[inline(always)]
    pub fn lstm<S: Simd>(&mut self, simd: S, x: f32) -> f32 {
        self.products(simd, x, G);
        map(
            simd,
            &mut self.gates[..3 * P],
            #[inline(always)]
            |x| sigmoid(simd, x),
        );
        map(
            simd,
            &mut self.gates[3 * P..],
            #[inline(always)]
            |x| tanh(simd, x),
        );
        let mut y = S::f32s::splat(simd, 0.0);
        for at in (0..P).step_by(S::f32s::LEN) {
            let load = |values: &[f32]| S::f32s::from_slice(simd, &values[at..at + S::f32s::LEN]);
            let gate = |k: usize| load(&self.gates[k * P..]);
            let cell = gate(1).mul_add(load(&self.cell), gate(0) * gate(3));
            let hidden = gate(2) * tanh(simd, cell);
            y = hidden.mul_add(load(&self.output), y);
            cell.store_slice(&mut self.cell[at..at + S::f32s::LEN]);
            hidden.store_slice(&mut self.hidden[at..at + S::f32s::LEN]);
        }
        y.reduce_sum()
    }

    /// One step of a gated recurrent unit; gates are `z r h`.
    #[inline(always)]
    pub fn gru<S: Simd>(&mut self, simd: S, x: f32) -> f32 {
        self.products(simd, x, 2 * P);
        map(
            simd,
            &mut self.gates[..2 * P],
            #[inline(always)]
            |x| sigmoid(simd, x),
        );
        let mut y = S::f32s::splat(simd, 0.0);
        for at in (0..P).step_by(S::f32s::LEN) {
            let load = |values: &[f32]| S::f32s::from_slice(simd, &values[at..at + S::f32s::LEN]);
            let gate = |k: usize| load(&self.gates[k * P..]);
            let input = load(&self.input[2 * P..]) * x;
            let candidate = tanh(simd, gate(1).mul_add(gate(2), input));
            let hidden = gate(0).mul_add(load(&self.hidden) - candidate, candidate);
            y = hidden.mul_add(load(&self.output), y);
            hidden.store_slice(&mut self.hidden[at..at + S::f32s::LEN]);
        }
        y.reduce_sum()
    }
}
