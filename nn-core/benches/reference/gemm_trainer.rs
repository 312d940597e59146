//! 784-64-64-10 (relu, relu, softmax) trained in batches on a crate for matrix products.
//!
//! All buffers are allocated once. Rows are samples; weights are `(in, out)` row-major, as in Keras. All
//! parameters lie in one vector, so the optimiser is a single loop.

use super::adam::{self, Adam};
use super::data::Samples;
use super::glorot_uniform;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use std::marker::PhantomData;
use std::ops::Range;

/// Samples per step.
pub const BATCH: usize = 128;
const WIDTHS: [usize; 4] = [784, 64, 64, 10];
const LAYERS: usize = WIDTHS.len() - 1;
const CLASSES: usize = WIDTHS[LAYERS];

/// A view of a matrix in any order of storage.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    pub fn row_major(values: &'a [f32], columns: usize) -> Self {
        assert_eq!(values.len() % columns, 0);
        Self {
            values,
            rows: values.len() / columns,
            columns,
            row_stride: columns,
            column_stride: 1,
        }
    }

    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// A crate that multiplies matrices.
pub trait Product {
    /// `into = a * b`, or `into += a * b` if `add`; `into` is row-major.
    fn multiply(into: &mut [f32], add: bool, a: Matrix, b: Matrix);
}

/// The `gemm` crate, on the calling thread.
pub struct GemmCrate;

impl Product for GemmCrate {
    fn multiply(into: &mut [f32], add: bool, a: Matrix, b: Matrix) {
        assert_eq!((a.columns, into.len()), (b.rows, a.rows * b.columns));
        // SAFETY: a `Matrix` can only be made such that its strides address its `values`, and the line above
        // checks that the inner sizes agree and that `into` holds every row and column of the product.
        unsafe {
            gemm::gemm(
                a.rows,
                b.columns,
                a.columns,
                into.as_mut_ptr(),
                1,
                b.columns as isize,
                add,
                a.values.as_ptr(),
                a.column_stride as isize,
                a.row_stride as isize,
                b.values.as_ptr(),
                b.column_stride as isize,
                b.row_stride as isize,
                1.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
}

/// The `matrixmultiply` crate, which nalgebra and ndarray use.
pub struct MatrixMultiply;

impl Product for MatrixMultiply {
    fn multiply(into: &mut [f32], add: bool, a: Matrix, b: Matrix) {
        assert_eq!((a.columns, into.len()), (b.rows, a.rows * b.columns));
        // SAFETY: as above.
        unsafe {
            matrixmultiply::sgemm(
                a.rows,
                a.columns,
                b.columns,
                1.0,
                a.values.as_ptr(),
                a.row_stride as isize,
                a.column_stride as isize,
                b.values.as_ptr(),
                b.row_stride as isize,
                b.column_stride as isize,
                if add { 1.0 } else { 0.0 },
                into.as_mut_ptr(),
                b.columns as isize,
                1,
            );
        }
    }
}

/// The place of the weights of layer `l` among the parameters.
fn weights(l: usize) -> Range<usize> {
    let start: usize = (0..l).map(|l| (WIDTHS[l] + 1) * WIDTHS[l + 1]).sum();
    start..start + WIDTHS[l] * WIDTHS[l + 1]
}

/// The place of its bias: behind its weights.
fn bias(l: usize) -> Range<usize> {
    let start = weights(l).end;
    start..start + WIDTHS[l + 1]
}

/// A network, its optimiser and all the memory that training takes.
pub struct Trainer<P> {
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    adam: Adam,
    rng: SmallRng,
    order: Vec<u32>,
    /// The batch, then what each layer gives for it.
    values: [Vec<f32>; LAYERS + 1],
    /// The gradient of what each layer gives, before its activation.
    deltas: [Vec<f32>; LAYERS],
    labels: Vec<u8>,
    product: PhantomData<P>,
}

impl<P: Product> Trainer<P> {
    /// Fresh weights and Adam with its default learning rate.
    pub fn new(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let size = bias(LAYERS - 1).end;
        let mut parameters = vec![0.0; size];
        for l in 0..LAYERS {
            glorot_uniform(
                &mut parameters[weights(l)],
                WIDTHS[l],
                WIDTHS[l + 1],
                &mut rng,
            );
        }
        Self {
            parameters,
            gradients: vec![0.0; size],
            first: vec![0.0; size],
            second: vec![0.0; size],
            adam: Adam::new(1e-3),
            rng,
            order: Vec::new(),
            values: WIDTHS.map(|width| vec![0.0; BATCH * width]),
            deltas: std::array::from_fn(|l| vec![0.0; BATCH * WIDTHS[l + 1]]),
            labels: vec![0; BATCH],
            product: PhantomData,
        }
    }

    /// Trains on every sample once, in a new order, and returns the mean loss. Allocates only when the
    /// number of samples grows.
    pub fn epoch(&mut self, data: &Samples<784>) -> f32 {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..data.len() as u32);
        order.shuffle(&mut self.rng);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            self.gather(data, batch);
            self.forward(batch.len());
            loss += self.loss_and_delta(batch.len());
            self.backward(batch.len());
            let step = self.adam.begin_step();
            adam::update(
                &mut self.parameters,
                &self.gradients,
                &mut self.first,
                &mut self.second,
                step,
            );
        }
        self.order = order;
        loss / data.len() as f32
    }

    /// The probability of each class.
    pub fn predict(&mut self, x: &[f32; 784]) -> [f32; CLASSES] {
        self.values[0][..784].copy_from_slice(x);
        self.forward(1);
        self.values[LAYERS].as_chunks().0[0]
    }

    fn gather(&mut self, data: &Samples<784>, batch: &[u32]) {
        let (rows, _) = self.values[0].as_chunks_mut::<784>();
        for ((row, label), &sample) in rows.iter_mut().zip(&mut self.labels).zip(batch) {
            *row = data.inputs[sample as usize];
            *label = data.labels[sample as usize];
        }
    }

    /// From the first `samples` rows of the batch to the probabilities.
    fn forward(&mut self, samples: usize) {
        for l in 0..LAYERS {
            let (inputs, outputs) = (WIDTHS[l], WIDTHS[l + 1]);
            let (before, after) = self.values.split_at_mut(l + 1);
            let out = &mut after[0][..samples * outputs];
            for row in out.chunks_exact_mut(outputs) {
                row.copy_from_slice(&self.parameters[bias(l)]);
            }
            let x = Matrix::row_major(&before[l][..samples * inputs], inputs);
            P::multiply(
                out,
                true,
                x,
                Matrix::row_major(&self.parameters[weights(l)], outputs),
            );
            if l + 1 < LAYERS {
                out.iter_mut().for_each(|value| *value = value.max(0.0));
            } else {
                out.as_chunks_mut().0.iter_mut().for_each(softmax);
            }
        }
    }

    /// The summed loss of the batch. Softmax and cross-entropy together have the gradient
    /// `probability - target`, divided by the size of the batch.
    fn loss_and_delta(&mut self, samples: usize) -> f32 {
        let scale = 1.0 / samples as f32;
        let (probabilities, _) = self.values[LAYERS].as_chunks::<CLASSES>();
        let (deltas, _) = self.deltas[LAYERS - 1].as_chunks_mut::<CLASSES>();
        let mut loss = 0.0;
        for ((p, delta), &label) in probabilities
            .iter()
            .zip(deltas)
            .zip(&self.labels[..samples])
        {
            *delta = p.map(|p| p * scale);
            delta[usize::from(label)] -= scale;
            loss -= p[usize::from(label)].max(f32::MIN_POSITIVE).ln();
        }
        loss
    }

    /// From the gradient of the last layer to the gradients of all parameters. The gradient of the batch
    /// itself is not computed: nobody needs it, and it would be the largest product.
    fn backward(&mut self, samples: usize) {
        for l in (0..LAYERS).rev() {
            let (inputs, outputs) = (WIDTHS[l], WIDTHS[l + 1]);
            let (before, after) = self.deltas.split_at_mut(l);
            let delta = &after[0][..samples * outputs];
            let d = Matrix::row_major(delta, outputs);
            let values = &self.values[l][..samples * inputs];
            let x = Matrix::row_major(values, inputs);
            P::multiply(&mut self.gradients[weights(l)], false, x.transposed(), d);
            add_rows(&mut self.gradients[bias(l)], delta);
            if let Some(before) = before.last_mut() {
                let before = &mut before[..samples * inputs];
                let w = Matrix::row_major(&self.parameters[weights(l)], outputs);
                P::multiply(before, false, d, w.transposed());
                for (gradient, value) in before.iter_mut().zip(values) {
                    *gradient = if *value > 0.0 { *gradient } else { 0.0 };
                }
            }
        }
    }
}

pub fn softmax(row: &mut [f32; CLASSES]) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    *row = row.map(|value| (value - largest).exp());
    let scale = 1.0 / row.iter().sum::<f32>();
    *row = row.map(|value| value * scale);
}

/// `sum` becomes the sum of the rows of `matrix`.
pub fn add_rows(sum: &mut [f32], matrix: &[f32]) {
    sum.fill(0.0);
    for row in matrix.chunks_exact(sum.len()) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 000 samples: the last batch is a partial one.
    fn learns<P: Product>() -> [f32; 5] {
        let data = super::super::data::digits(1, 1000);
        let mut trainer = Trainer::<P>::new(7);
        let losses = std::array::from_fn(|_| trainer.epoch(&data));
        assert!(losses[4] < 0.5 * losses[0], "{losses:?}");
        let p = trainer.predict(&data.inputs[0]);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(p[usize::from(data.labels[0])] > 0.5, "{p:?}");
        losses
    }

    #[test]
    fn both_crates_learn_the_same() {
        let (gemm, matrixmultiply) = (learns::<GemmCrate>(), learns::<MatrixMultiply>());
        for (a, b) in gemm.iter().zip(&matrixmultiply) {
            assert!((a - b).abs() < 1e-3, "{gemm:?} {matrixmultiply:?}");
        }
    }
}
