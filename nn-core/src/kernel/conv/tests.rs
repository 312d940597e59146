use super::*;
use crate::kernel::tests::{close, levels, values};
use fearless_simd::Level;
use std::vec::Vec;

/// The three products, as loops over everything that meets.
struct Naive {
    y: Vec<f64>,
    dw: Vec<f64>,
    dx: Vec<f64>,
}

/// The parts of a batch of a shape.
struct Batch {
    x: Vec<f32>,
    w: Vec<f32>,
    dy: Vec<f32>,
    bias: Vec<f32>,
    bias_of_inputs: Vec<f32>,
    samples: usize,
}

impl Batch {
    fn new(shape: Shape, samples: usize) -> Self {
        let taps = shape.rows.taps * shape.columns.taps;
        Self {
            x: values(samples * shape.inputs(), 1),
            w: values(taps * shape.group * shape.filters, 2),
            dy: values(samples * shape.outputs(), 3),
            bias: values(shape.filters, 4),
            bias_of_inputs: values(shape.channels, 5),
            samples,
        }
    }

    fn naive(&self, shape: Shape) -> Naive {
        let Shape {
            rows,
            columns,
            channels,
            group,
            filters,
        } = shape;
        let fill =
            |n: usize, bias: &[f32]| (0..n).map(|i| f64::from(bias[i % bias.len()])).collect();
        let mut naive = Naive {
            y: fill(self.dy.len(), &self.bias),
            dw: std::vec![0.0; self.w.len()],
            dx: fill(self.x.len(), &self.bias_of_inputs),
        };
        let per_group = filters / (channels / group);
        let meet = |axis: Axis, o: usize, k: usize| {
            let input = (o * axis.stride + k * axis.dilation).checked_sub(axis.before)?;
            (input < axis.input).then_some(input)
        };
        let pixels = rows.output * columns.output;
        for p in 0..self.samples * pixels {
            let (sample, oy, ox) = (p / pixels, p % pixels / columns.output, p % columns.output);
            for tap in 0..rows.taps * columns.taps {
                let (ky, kx) = (tap / columns.taps, tap % columns.taps);
                let (Some(iy), Some(ix)) = (meet(rows, oy, ky), meet(columns, ox, kx)) else {
                    continue;
                };
                let input = ((sample * rows.input + iy) * columns.input + ix) * channels;
                for f in 0..filters {
                    for c in 0..group {
                        let (x, w, y) = (
                            input + f / per_group * group + c,
                            (tap * group + c) * filters + f,
                            p * filters + f,
                        );
                        let [a, b, d] = [self.x[x], self.w[w], self.dy[y]].map(f64::from);
                        naive.y[y] += a * b;
                        naive.dw[w] += a * d;
                        naive.dx[x] += d * b;
                    }
                }
            }
        }
        naive
    }

    fn check(&self, shape: Shape, level: Level) {
        let naive = self.naive(shape);
        let name =
            |what: &str| std::format!("{level:?} {what} of {} samples, {shape:?}", self.samples);
        // NaN: whatever was there before must not matter.
        let mut y = std::vec![f32::NAN; self.dy.len()];
        let mut dw = std::vec![f32::NAN; self.w.len()];
        let mut dx = std::vec![f32::NAN; self.x.len()];
        conv(level, shape, &self.x, &self.w, Some(&self.bias), &mut y);
        conv_weights(level, shape, &self.x, &self.dy, &mut dw);
        conv_inputs(
            level,
            shape,
            &self.dy,
            &self.w,
            Some(&self.bias_of_inputs),
            &mut dx,
        );
        close(&name("outputs"), &y, &naive.y, self.w.len());
        close(&name("weights"), &dw, &naive.dw, self.dy.len());
        close(&name("inputs"), &dx, &naive.dx, self.w.len());
    }
}

/// An axis whose output follows from the rest, if the kernel fits.
fn axis(
    input: usize,
    taps: usize,
    stride: usize,
    dilation: usize,
    [before, after]: [usize; 2],
) -> Option<Axis> {
    let output = (before + input + after).checked_sub((taps - 1) * dilation + 1)? / stride + 1;
    Some(Axis {
        input,
        output,
        taps,
        stride,
        dilation,
        before,
    })
}

/// Draws of a linear congruence.
fn draws(mut state: u64) -> impl FnMut(usize) -> usize {
    move |n| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    }
}

/// Random windows over small images; channels and filters of every kind that is treated on its own.
#[test]
fn random_convolutions_agree_with_loops_on_every_level() {
    let mut draw = draws(7);
    let mut shapes = 0;
    while shapes < 150 {
        let mut window = |most: usize| {
            let (input, taps, stride, dilation) =
                (1 + draw(most), 1 + draw(5), 1 + draw(3), 1 + draw(2));
            axis(input, taps, stride, dilation, [draw(3), draw(3)])
        };
        let (Some(rows), Some(columns)) = (window(7), window(11)) else {
            continue;
        };
        let (channels, group, filters) = match draw(6) {
            // Depthwise, without and with a multiplier.
            0 => {
                let c = 2 + draw(40);
                (c, 1, c)
            }
            1 => {
                let c = 1 + draw(5);
                (c, 1, c * (1 + draw(3)))
            }
            // Whole vectors and halves.
            2 => (16, 16, [8, 16, 24, 32, 40][draw(5)]),
            3 => (1, 1, 8),
            _ => {
                let (groups, group) = (1 + draw(3), 1 + draw(9));
                (groups * group, group, groups * (1 + draw(20)))
            }
        };
        let shape = Shape {
            rows,
            columns,
            channels,
            group,
            filters,
        };
        let batch = Batch::new(shape, 1 + draw(3));
        levels()
            .into_iter()
            .for_each(|level| batch.check(shape, level));
        shapes += 1;
    }
}

/// More weights than the buffer for transposed ones holds.
#[test]
fn many_channels_agree_with_loops() {
    let rows = axis(4, 3, 1, 1, [1, 1]).unwrap();
    let columns = axis(3, 3, 2, 1, [1, 1]).unwrap();
    let shape = Shape {
        rows,
        columns,
        channels: 40,
        group: 40,
        filters: 130,
    };
    let batch = Batch::new(shape, 1);
    levels()
        .into_iter()
        .for_each(|level| batch.check(shape, level));
}

/// A value that is not finite reaches the outputs whose windows see it, and no others.
#[test]
fn values_stay_within_their_windows() {
    let axis = axis(9, 3, 1, 1, [0, 0]).unwrap();
    for filters in [1, 8, 16] {
        let shape = Shape {
            rows: axis,
            columns: axis,
            channels: 1,
            group: 1,
            filters,
        };
        let mut batch = Batch::new(shape, 1);
        batch.x[4 * 9 + 4] = f32::INFINITY;
        for level in levels() {
            let mut y = std::vec![0.0; batch.dy.len()];
            conv(level, shape, &batch.x, &batch.w, None, &mut y);
            for (i, y) in y.iter().enumerate() {
                let (row, column) = (i / filters / 7, i / filters % 7);
                let sees = (2..=4).contains(&row) && (2..=4).contains(&column);
                assert_eq!(
                    y.is_finite(),
                    !sees,
                    "{level:?} {filters} filters, pixel {row}x{column}"
                );
            }
        }
    }
}
