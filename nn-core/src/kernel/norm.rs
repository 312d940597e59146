//! Batch and layer normalisation; each compiled once for a SIMD level, not for each layer.

use super::channels::{map, sums};
use crate::kernel::lanes;
use crate::level::dispatch;
use crate::math::slices::{sum_of, update};
use crate::math::vector::sqrt;
use crate::plain::square_root;
use fearless_simd::Level;
use fearless_simd::prelude::*;

/// Mean and biased variance of each channel over the rows of `x`; zeros if there are none. `rest` is as long as they are, and overwritten.
///
/// In two passes, the second of which also mends what rounding did to the mean.
pub(crate) fn moments(
    level: Level,
    x: &[f32],
    mean: &mut [f32],
    variance: &mut [f32],
    rest: &mut [f32],
) {
    dispatch!(level, simd => {
        let channels = mean.len();
        let share = 1.0 / (x.len() / channels.max(1)).max(1) as f32;
        sums(
            simd,
            [&mut *mean],
            [x],
            [],
            channels,
            #[inline(always)]
            |[x], []| [x],
        );
        mean.iter_mut().for_each(|mean| *mean *= share);
        sums(
            simd,
            [&mut *rest, &mut *variance],
            [x],
            [mean],
            channels,
            #[inline(always)]
            |[x], [mean]| {
                let distance = x - mean;
                [distance, distance * distance]
            },
        );
        for ((mean, variance), rest) in mean.iter_mut().zip(variance).zip(rest) {
            let rest = *rest * share;
            *mean += rest;
            *variance = *variance * share - rest * rest;
            // Rounding may leave less than nothing of it.
            if *variance < 0.0 {
                *variance = 0.0;
            }
        }
    });
}

/// `inverse = 1 / sqrt(variance + epsilon)`, channel by channel.
pub(crate) fn inverse(level: Level, variance: &[f32], epsilon: f64, inverse: &mut [f32]) {
    dispatch!(level, simd => inverse_here(simd, variance, epsilon as f32, inverse));
}

#[inline(always)]
fn inverse_here<S: Simd>(simd: S, variance: &[f32], epsilon: f32, inverse: &mut [f32]) {
    let one = S::f32s::splat(simd, 1.0);
    update(
        simd,
        inverse,
        [variance],
        #[inline(always)]
        |_, [variance]| one / sqrt(variance + epsilon),
    );
}

/// `y = (x - mean) * factor + offset`, with numbers of each channel.
pub(crate) fn affine(level: Level, x: &[f32], [mean, factor, offset]: [&[f32]; 3], y: &mut [f32]) {
    dispatch!(level, simd => {
        map(
            simd,
            y,
            [x],
            [mean, factor, offset],
            mean.len(),
            #[inline(always)]
            |[x], [mean, factor, offset]| (x - mean).mul_add(factor, offset),
        );
    });
}

/// For each channel, the sums of `dy` and of `dy * (x - mean)` over all rows.
pub(crate) fn gradient_sums(
    level: Level,
    [x, dy]: [&[f32]; 2],
    mean: &[f32],
    of_dy: &mut [f32],
    of_product: &mut [f32],
) {
    dispatch!(level, simd => {
        sums(
            simd,
            [of_dy, of_product],
            [x, dy],
            [mean],
            mean.len(),
            #[inline(always)]
            |[x, dy], [mean]| [dy, dy * (x - mean)],
        );
    });
}

/// `dx = (dy - dy_mean) * factor - (x - mean) * slope`, with numbers of each channel.
pub(crate) fn affine_backward(
    level: Level,
    [x, dy]: [&[f32]; 2],
    [mean, dy_mean, factor, slope]: [&[f32]; 4],
    dx: &mut [f32],
) {
    dispatch!(level, simd => {
        map(
            simd,
            dx,
            [x, dy],
            [mean, dy_mean, factor, slope],
            mean.len(),
            #[inline(always)]
            |[x, dy], [mean, dy_mean, factor, slope]| {
                (dy - dy_mean) * factor - (x - mean) * slope
            },
        );
    });
}

/// Mean and `1 / sqrt(variance + epsilon)` of a row.
#[inline(always)]
fn row_moments<S: Simd>(simd: S, row: &[f32], epsilon: f32) -> (f32, f32) {
    let share = 1.0 / row.len().max(1) as f32;
    let mean = share * crate::math::slices::sum(simd, row);
    let rest = share
        * sum_of(
            simd,
            [row],
            #[inline(always)]
            |[x]| x - mean,
        );
    let mean = mean + rest;
    let variance = share
        * sum_of(
            simd,
            [row],
            #[inline(always)]
            |[x]| (x - mean) * (x - mean),
        );
    (mean, 1.0 / square_root(variance + epsilon))
}

/// Each row of `x`, moved and scaled to mean 0 and variance 1, times `gamma` plus `beta`.
pub(crate) fn rows(
    level: Level,
    x: &[f32],
    [gamma, beta]: [&[f32]; 2],
    epsilon: f32,
    y: &mut [f32],
) {
    dispatch!(level, simd => {
        let width = gamma.len().max(1);
        for (x, y) in lanes::rows(x, width).zip(lanes::rows_mut(y, width)) {
            let (mean, inverse) = row_moments(simd, x, epsilon);
            update(
                simd,
                y,
                [x, gamma, beta],
                #[inline(always)]
                |_, [x, gamma, beta]| ((x - mean) * inverse).mul_add(gamma, beta),
            );
        }
    });
}

/// The gradient of [`rows`] with respect to `x`; adds those with respect to `gamma` and `beta` to `sums`.
pub(crate) fn rows_backward(
    level: Level,
    [x, dy]: [&[f32]; 2],
    gamma: &[f32],
    epsilon: f32,
    [of_gamma, of_beta]: [&mut [f32]; 2],
    dx: Option<&mut [f32]>,
) {
    dispatch!(level, simd => {
        let width = gamma.len().max(1);
        let share = 1.0 / width as f32;
        let rows = lanes::rows(x, width).zip(lanes::rows(dy, width));
        let mut outs = dx.map(|dx| lanes::rows_mut(dx, width));
        for (x, dy) in rows {
            let (mean, inverse) = row_moments(simd, x, epsilon);
            update(
                simd,
                of_gamma,
                [x, dy],
                #[inline(always)]
                |sum, [x, dy]| ((x - mean) * inverse).mul_add(dy, sum),
            );
            update(
                simd,
                of_beta,
                [dy],
                #[inline(always)]
                |sum, [dy]| sum + dy,
            );
            let Some(dx) = outs.as_mut().and_then(Iterator::next) else {
                continue;
            };
            let level = share
                * sum_of(
                    simd,
                    [dy, gamma],
                    #[inline(always)]
                    |[dy, gamma]| dy * gamma,
                );
            let slope = share
                * inverse
                * inverse
                * sum_of(
                    simd,
                    [x, dy, gamma],
                    #[inline(always)]
                    |[x, dy, gamma]| dy * gamma * (x - mean),
                );
            update(
                simd,
                dx,
                [x, dy, gamma],
                #[inline(always)]
                |_, [x, dy, gamma]| ((dy * gamma - level) - (x - mean) * slope) * inverse,
            );
        }
    });
}
