//! Growth of cost with the SIMD level, the width and the batch: time per multiply-accumulate, so that a cliff shows.

use super::measure::time;
use nn_core::Level;
use nn_core::layer::Dense;
use nn_core::prelude::*;
use nn_core::{Context, level, predict_at};
use std::hint::black_box;

use super::{Animals, Digits};

/// The figures of each SIMD level of this machine; the plain fallback with `--features fallback`.
pub(crate) fn levels() {
    println!(
        "each SIMD level: predict 8-6-6-4, predict 784-128-10, a training pass of dense 784 -> 64 on 128 samples"
    );
    let mut rng = super::random();
    let (small, large) = (Animals::init(&mut rng), Digits::boxed(&mut rng));
    let (x, image) = (SVector::repeat(0.5), SVector::repeat(0.5));
    let mut pass = Pass::<784, 64, 128>::new();
    for level in level::all() {
        let times = time(
            1,
            &mut [
                ("small", &mut || {
                    _ = black_box(predict_at(&small, level, black_box(&x)))
                }),
                ("large", &mut || {
                    _ = black_box(predict_at(&*large, level, black_box(&image)))
                }),
                ("pass", &mut || pass.train(level)),
            ],
        );
        let name = format!("{level:?}");
        println!(
            "  {:<10} {:>7.1} ns {:>8.2} us {:>9.1} us",
            name.split('(').next().unwrap_or(&name),
            times[0].median * 1e9,
            times[1].median * 1e6,
            times[2].median * 1e6,
        );
    }
    if cfg!(not(feature = "fallback")) {
        println!("  (the plain fallback: cargo bench --features fallback)");
    }
}

/// One dense layer, forward and backward.
struct Pass<const IN: usize, const OUT: usize, const B: usize> {
    layer: Box<Dense<IN, OUT>>,
    grad: Box<Dense<IN, OUT>>,
    x: Box<[SVector<f32, IN>; B]>,
    dx: Box<[SVector<f32, IN>; B]>,
    y: Box<[SVector<f32, OUT>; B]>,
    dy: Box<[SVector<f32, OUT>; B]>,
    rng: SmallRng,
}

impl<const IN: usize, const OUT: usize, const B: usize> Pass<IN, OUT, B> {
    fn new() -> Self {
        use nn_core::plain::zeroed_box;
        let mut rng = super::random();
        let mut pass = Self {
            layer: zeroed_box(),
            grad: zeroed_box(),
            x: zeroed_box(),
            dx: zeroed_box(),
            y: zeroed_box(),
            dy: zeroed_box(),
            rng: super::random(),
        };
        pass.layer.init(&mut rng);
        pass.x.iter_mut().for_each(|x| x.fill(0.5));
        pass.dy.iter_mut().for_each(|dy| dy.fill(0.5));
        pass
    }

    fn forward(&mut self, level: Level) {
        self.layer
            .forward_batch(level, black_box(&self.x), black_box(&mut self.y));
    }

    fn train(&mut self, level: Level) {
        self.forward(level);
        let Self {
            layer,
            grad,
            x,
            dx,
            y,
            dy,
            rng,
        } = self;
        let mut context = Context {
            level,
            rows: B,
            random: rng,
        };
        let pass = nn_core::layer::Pass {
            x,
            y,
            dy: black_box(dy),
            tape: &mut (),
            grad: black_box(&mut **grad),
            dx: Some(dx),
        };
        layer.backward(&mut context, pass);
    }

    /// Picoseconds per multiply-accumulate of inference and of a training pass.
    fn report(label: &str) {
        let (mut forward, mut train) = (Self::new(), Self::new());
        let level = level::best();
        let times = time(
            IN * OUT * B,
            &mut [
                ("forward", &mut || forward.forward(level)),
                ("train", &mut || train.train(level)),
            ],
        );
        let pico = |i: usize| times[i].least * 1e12;
        println!("  {label:<16} {:>8.1} {:>8.1}", pico(0), pico(1) / 3.0);
    }
}

macro_rules! widths {
    ($($width:literal)*) => {$( Pass::<$width, $width, 64>::report(concat!("width ", $width)); )*};
}

/// From 64 to 1 024, on multiples of a vector and beside them.
pub(crate) fn width() {
    println!(
        "dense layers of growing width, batch 64: ps per multiply-accumulate, inference and training"
    );
    widths!(64 65 96 100 127 128 129 200 256 300 512 513 1000 1024);
}

macro_rules! batches {
    ($($batch:literal)*) => {$( Pass::<256, 256, $batch>::report(concat!("batch ", $batch)); )*};
}

/// From one sample to 256.
pub(crate) fn batch() {
    println!(
        "dense 256 -> 256 on growing batches: ps per multiply-accumulate, inference and training"
    );
    batches!(1 2 3 4 5 7 8 10 12 13 16 25 32 64 100 128 256);
}
