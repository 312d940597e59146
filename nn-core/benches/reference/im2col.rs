//! 28x28x1, conv 8 5x5 relu, max pool 2, conv 16 5x5 relu, max pool 2, dense 10 softmax, trained in batches: each convolution is a copy of its
//! windows into the rows of a matrix (im2col) and a product by the `matrixmultiply` crate, as in most frameworks.
//!
//! All buffers are allocated once. Images are channels last; kernels are `(taps, channels, filters)`, as in Keras.

use super::adam::{self, Adam};
use super::data::Samples;
use super::gemm_trainer::{Matrix, MatrixMultiply, Product, add_rows, softmax};
use super::glorot_uniform;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use std::ops::Range;

/// Samples per step.
pub const BATCH: usize = 32;
const CLASSES: usize = 10;
const FLAT: usize = 256;

/// A convolution with relu and a pool of 2x2 behind it.
struct Shape {
    side: usize,
    channels: usize,
    filters: usize,
}

const KERNEL: usize = 5;
const SHAPES: [Shape; 2] = [
    Shape {
        side: 28,
        channels: 1,
        filters: 8,
    },
    Shape {
        side: 12,
        channels: 8,
        filters: 16,
    },
];

impl Shape {
    const fn out(&self) -> usize {
        self.side - KERNEL + 1
    }
    const fn window(&self) -> usize {
        KERNEL * KERNEL * self.channels
    }
}

/// A block: its windows, what comes out of convolution and pool, and their gradients.
struct Block {
    windows: Vec<f32>,
    windows_gradient: Vec<f32>,
    conv: Vec<f32>,
    conv_gradient: Vec<f32>,
    pool: Vec<f32>,
    pool_gradient: Vec<f32>,
}

/// A network, its optimiser and all the memory that training takes.
pub struct Cnn {
    parameters: Vec<f32>,
    gradients: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    adam: Adam,
    rng: SmallRng,
    order: Vec<u32>,
    images: Vec<f32>,
    labels: Vec<u8>,
    blocks: [Block; 2],
    output: Vec<f32>,
    output_gradient: Vec<f32>,
}

/// Places of the weights and biases of the three layers.
fn places() -> [(Range<usize>, Range<usize>); 3] {
    let sizes = [(25, 8), (200, 16), (FLAT, CLASSES)];
    let mut start = 0;
    sizes.map(|(inputs, outputs)| {
        let weights = start..start + inputs * outputs;
        let bias = weights.end..weights.end + outputs;
        start = bias.end;
        (weights, bias)
    })
}

impl Cnn {
    /// Fresh weights and Adam with its default learning rate.
    pub fn new(seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let places = places();
        let size = places[2].1.end;
        let mut parameters = vec![0.0; size];
        let fans = [(25, 200), (200, 400), (FLAT, CLASSES)];
        for ((weights, _), (fan_in, fan_out)) in places.into_iter().zip(fans) {
            glorot_uniform(&mut parameters[weights], fan_in, fan_out, &mut rng);
        }
        let blocks = SHAPES.map(|shape| {
            let pixels = BATCH * shape.out() * shape.out();
            Block {
                windows: vec![0.0; pixels * shape.window()],
                windows_gradient: vec![0.0; pixels * shape.window()],
                conv: vec![0.0; pixels * shape.filters],
                conv_gradient: vec![0.0; pixels * shape.filters],
                pool: vec![0.0; pixels / 4 * shape.filters],
                pool_gradient: vec![0.0; pixels / 4 * shape.filters],
            }
        });
        Self {
            parameters,
            gradients: vec![0.0; size],
            first: vec![0.0; size],
            second: vec![0.0; size],
            adam: Adam::new(1e-3),
            rng,
            order: Vec::new(),
            images: vec![0.0; BATCH * 784],
            labels: vec![0; BATCH],
            blocks,
            output: vec![0.0; BATCH * CLASSES],
            output_gradient: vec![0.0; BATCH * CLASSES],
        }
    }

    /// The probability of each class.
    pub fn predict(&mut self, x: &[f32; 784]) -> [f32; CLASSES] {
        self.images[..784].copy_from_slice(x);
        self.forward(1);
        self.output.as_chunks().0[0]
    }

    /// Trains on every sample once, in a new order, and returns the mean loss. Allocates only when the number of samples grows.
    pub fn epoch(&mut self, data: &Samples<784>) -> f32 {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend(0..data.len() as u32);
        order.shuffle(&mut self.rng);
        let mut loss = 0.0;
        for batch in order.chunks(BATCH) {
            for (row, &sample) in batch.iter().enumerate() {
                self.images[row * 784..][..784].copy_from_slice(&data.inputs[sample as usize]);
                self.labels[row] = data.labels[sample as usize];
            }
            self.forward(batch.len());
            loss += self.loss(batch.len());
            self.backward(batch.len());
            let step = self.adam.begin_step();
            let (first, second) = (&mut self.first, &mut self.second);
            adam::update(&mut self.parameters, &self.gradients, first, second, step);
        }
        self.order = order;
        loss / data.len() as f32
    }

    fn forward(&mut self, samples: usize) {
        let places = places();
        for l in 0..2 {
            let shape = &SHAPES[l];
            let (before, after) = self.blocks.split_at_mut(l);
            let block = &mut after[0];
            let image = before.last().map_or(&self.images, |block| &block.pool);
            let pixels = samples * shape.out() * shape.out();
            let windows = &mut block.windows[..pixels * shape.window()];
            copy_windows(shape, image, windows);
            let conv = &mut block.conv[..pixels * shape.filters];
            let (weights, bias) = &places[l];
            affine(
                windows,
                &self.parameters[weights.clone()],
                &self.parameters[bias.clone()],
                conv,
            );
            conv.iter_mut().for_each(|value| *value = value.max(0.0));
            pool(shape, conv, &mut block.pool);
        }
        let (weights, bias) = &places[2];
        let output = &mut self.output[..samples * CLASSES];
        let flat = &self.blocks[1].pool[..samples * FLAT];
        affine(
            flat,
            &self.parameters[weights.clone()],
            &self.parameters[bias.clone()],
            output,
        );
        output.as_chunks_mut().0.iter_mut().for_each(softmax);
    }

    fn loss(&mut self, samples: usize) -> f32 {
        let scale = 1.0 / samples as f32;
        let mut loss = 0.0;
        for (row, &label) in self.labels[..samples].iter().enumerate() {
            let place = row * CLASSES..(row + 1) * CLASSES;
            let delta = &mut self.output_gradient[place.clone()];
            for (delta, p) in delta.iter_mut().zip(&self.output[place.clone()]) {
                *delta = p * scale;
            }
            delta[usize::from(label)] -= scale;
            loss -= self.output[place][usize::from(label)]
                .max(f32::MIN_POSITIVE)
                .ln();
        }
        loss
    }

    fn backward(&mut self, samples: usize) {
        let places = places();
        let delta = &self.output_gradient[..samples * CLASSES];
        let (weights, bias) = &places[2];
        let d = Matrix::row_major(delta, CLASSES);
        let Block {
            pool,
            pool_gradient,
            ..
        } = &mut self.blocks[1];
        let x = Matrix::row_major(&pool[..samples * FLAT], FLAT);
        MatrixMultiply::multiply(
            &mut self.gradients[weights.clone()],
            false,
            x.transposed(),
            d,
        );
        add_rows(&mut self.gradients[bias.clone()], delta);
        let w = Matrix::row_major(&self.parameters[weights.clone()], CLASSES);
        MatrixMultiply::multiply(
            &mut pool_gradient[..samples * FLAT],
            false,
            d,
            w.transposed(),
        );
        for l in (0..2).rev() {
            let shape = &SHAPES[l];
            let (before, after) = self.blocks.split_at_mut(l);
            let block = &mut after[0];
            let pixels = samples * shape.out() * shape.out();
            let delta = &mut block.conv_gradient[..pixels * shape.filters];
            unpool(
                shape,
                &block.conv[..delta.len()],
                &block.pool,
                &block.pool_gradient,
                delta,
            );
            let d = Matrix::row_major(delta, shape.filters);
            let (weights, bias) = &places[l];
            let x = Matrix::row_major(&block.windows[..pixels * shape.window()], shape.window());
            MatrixMultiply::multiply(
                &mut self.gradients[weights.clone()],
                false,
                x.transposed(),
                d,
            );
            add_rows(&mut self.gradients[bias.clone()], delta);
            if let Some(before) = before.last_mut() {
                let w = Matrix::row_major(&self.parameters[weights.clone()], shape.filters);
                let windows = &mut block.windows_gradient[..pixels * shape.window()];
                MatrixMultiply::multiply(windows, false, d, w.transposed());
                add_windows(shape, windows, &mut before.pool_gradient);
            }
        }
    }
}

fn affine(x: &[f32], weights: &[f32], bias: &[f32], y: &mut [f32]) {
    let outputs = bias.len();
    y.chunks_exact_mut(outputs)
        .for_each(|row| row.copy_from_slice(bias));
    let x = Matrix::row_major(x, weights.len() / outputs);
    MatrixMultiply::multiply(y, true, x, Matrix::row_major(weights, outputs));
}

/// Beginning of each row of each window in the image: `(in the image, in the windows)`.
fn window_rows(shape: &Shape, samples: usize) -> impl Iterator<Item = (usize, usize)> {
    let (side, out, channels) = (shape.side, shape.out(), shape.channels);
    (0..samples * out * out).flat_map(move |pixel| {
        let (sample, y, x) = (pixel / (out * out), pixel / out % out, pixel % out);
        (0..KERNEL).map(move |ky| {
            let image = ((sample * side + y + ky) * side + x) * channels;
            (image, (pixel * KERNEL + ky) * KERNEL * channels)
        })
    })
}

fn copy_windows(shape: &Shape, image: &[f32], windows: &mut [f32]) {
    let samples = windows.len() / (shape.out() * shape.out() * shape.window());
    let length = KERNEL * shape.channels;
    for (from, to) in window_rows(shape, samples) {
        windows[to..to + length].copy_from_slice(&image[from..from + length]);
    }
}

fn add_windows(shape: &Shape, windows: &[f32], image: &mut [f32]) {
    let samples = windows.len() / (shape.out() * shape.out() * shape.window());
    image.fill(0.0);
    let length = KERNEL * shape.channels;
    for (to, from) in window_rows(shape, samples) {
        for (to, from) in image[to..to + length]
            .iter_mut()
            .zip(&windows[from..from + length])
        {
            *to += from;
        }
    }
}

/// Places of the four pixels of each window of a pool, and of its output.
fn pools(shape: &Shape, conv: &[f32]) -> impl Iterator<Item = ([usize; 4], usize)> {
    let (out, filters) = (shape.out(), shape.filters);
    let half = out / 2;
    let samples = conv.len() / (out * out * filters);
    (0..samples * half * half).map(move |pixel| {
        let (sample, y, x) = (pixel / (half * half), pixel / half % half, pixel % half);
        let begin = ((sample * out + 2 * y) * out + 2 * x) * filters;
        let below = begin + out * filters;
        (
            [begin, begin + filters, below, below + filters],
            pixel * filters,
        )
    })
}

fn pool(shape: &Shape, conv: &[f32], pool: &mut [f32]) {
    let filters = shape.filters;
    for (from, to) in pools(shape, conv) {
        let [a, b, c, d] = from.map(|from| &conv[from..from + filters]);
        for (f, to) in pool[to..to + filters].iter_mut().enumerate() {
            *to = a[f].max(b[f]).max(c[f].max(d[f]));
        }
    }
}

/// The gradient of the largest of each window, the first of equals, and only if relu let it through.
fn unpool(shape: &Shape, conv: &[f32], pool: &[f32], pool_gradient: &[f32], gradient: &mut [f32]) {
    for (from, to) in pools(shape, conv) {
        for f in 0..shape.filters {
            let mut left = if pool[to + f] > 0.0 {
                pool_gradient[to + f]
            } else {
                0.0
            };
            for from in from {
                let largest = conv[from + f] == pool[to + f];
                gradient[from + f] = if largest { left } else { 0.0 };
                left = if largest { 0.0 } else { left };
            }
        }
    }
}
