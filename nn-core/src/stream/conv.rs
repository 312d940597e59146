//! Convolutions that look back only: what they remember is the steps that their taps still reach.

use super::{Stream, TrainStream};
use crate::activation::Activation;
use crate::layer::{Bias, Causal, Context, Conv, Layer, SeparableConv, Train, Window};
use crate::plain::{mark_zeroed, view};
use fearless_simd::Simd;
use nalgebra::{SMatrix, SVector};

/// The last `N` steps of `C` channels; zeros before the first, which is how causal padding begins.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past<const C: usize, const N: usize> {
    steps: [SVector<f32, C>; N],
    /// Where the oldest is, and the next goes.
    oldest: u32,
}

mark_zeroed!([const C: usize, const N: usize] Past<C, N> { steps, oldest });

impl<const C: usize, const N: usize> Past<C, N> {
    /// The steps under `K` taps, `dilation` apart, of which the last is `x`; then remembers `x` instead of the oldest.
    #[inline(always)]
    fn taps<const K: usize>(&mut self, dilation: usize, x: &SVector<f32, C>) -> SMatrix<f32, C, K> {
        let mut taps: SMatrix<f32, C, K> = SMatrix::zeros();
        let mut columns = taps.column_iter_mut().rev();
        if let Some(mut last) = columns.next() {
            last.copy_from(x);
        }
        if N == 0 {
            return taps;
        }
        let oldest = self.oldest as usize % N;
        for (before, mut column) in columns.enumerate() {
            let back = (before + 1) * dilation;
            if let Some(step) = self.steps.get((oldest + N - back.min(N)) % N) {
                column.copy_from(step);
            }
        }
        self.steps[oldest] = *x;
        self.oldest = ((oldest + 1) % N) as u32;
        taps
    }
}

/// A window that sees exactly its taps.
type Taps<const K: usize> = Window<K, 1, 1, 1, K, 1, 1, 1, 1, 1, 0, 0>;
/// The window of a causal convolution of stride 1.
type Looking<const T: usize, const K: usize, const D: usize, const W: usize, const N: usize> =
    Causal<Window<T, 1, T, 1, K, 1, 1, 1, D, W, N, 0>>;

/// A convolution is the same layer over the taps alone.
macro_rules! over_taps {
    ($($layer:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<
            const T: usize,
            const K: usize,
            const D: usize,
            const W: usize,
            const N: usize,
            const C: usize,
            const F: usize,
            const G: usize,
            A: Activation,
            B: Bias,
        > Stream for $layer<Looking<T, K, D, W, N>, C, T, F, T, K, G, A, B>
        {
            type State = Past<C, N>;
            type Step = SVector<f32, C>;
            type Result = SVector<f32, F>;

            #[inline(always)]
            fn step<S: Simd>(&self, simd: S, past: &mut Self::State, x: &Self::Step, y: &mut Self::Result) {
                const {
                    assert!(
                        N == (K - 1) * D,
                        "causal padding is as long as what the taps span"
                    )
                };
                let one: &$layer<Taps<K>, C, K, F, 1, K, G, A, B> = view(self);
                one.forward(simd, &past.taps(D, x), y);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<
            const T: usize,
            const K: usize,
            const D: usize,
            const W: usize,
            const N: usize,
            const C: usize,
            const F: usize,
            const G: usize,
            A: Activation,
            B: Bias,
        > TrainStream for $layer<Looking<T, K, D, W, N>, C, T, F, T, K, G, A, B>
        {
            fn forward_window<const R: usize>(
                &mut self,
                context: &mut Context<'_>,
                _: &mut [Self::State; R],
                x: &[Self::Input; R],
                y: &mut [Self::Output; R],
                tape: &mut Self::Tape<R>,
            ) {
                const {
                    assert!(
                        N == 0,
                        "a convolution with more than one tap cannot be trained on the windows of a stream; declare an input that holds what it needs to see, and use `fit`"
                    );
                }
                self.forward_train(context, x, y, tape);
            }
        }
    )*};
}

over_taps!(Conv, SeparableConv);
