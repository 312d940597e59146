//! Convolutions that look back only: what they remember is the steps that their taps still reach.

use super::{Stream, TrainStream};
use crate::activation::Activation;
use crate::layer::{
    Bias, Causal, Context, Conv, ConvSizes, Layer, LayerShape, SeparableConv, SeparableSizes,
    Train, Window,
};
use crate::plain::{mark_zeroed, view};
use fearless_simd::Simd;
use nalgebra::{SMatrix, SVector};

/// The last `BEFORE` steps of `CHANNELS`; zeros before the first, which is how causal padding begins.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past<const CHANNELS: usize, const BEFORE: usize> {
    steps: [SVector<f32, CHANNELS>; BEFORE],
    /// The place of the oldest, and of the next.
    oldest: u32,
}

mark_zeroed!([const CHANNELS: usize, const BEFORE: usize] Past<CHANNELS, BEFORE> { steps, oldest });

impl<const CHANNELS: usize, const BEFORE: usize> Past<CHANNELS, BEFORE> {
    /// The steps under `K` taps, `dilation` apart, of which the last is `x`; then remembers `x` instead of the oldest.
    #[inline(always)]
    fn taps<const TAPS: usize>(
        &mut self,
        dilation: usize,
        x: &SVector<f32, CHANNELS>,
    ) -> SMatrix<f32, CHANNELS, TAPS> {
        let mut taps: SMatrix<f32, CHANNELS, TAPS> = SMatrix::zeros();
        let mut columns = taps.column_iter_mut().rev();
        if let Some(mut last) = columns.next() {
            last.copy_from(x);
        }
        if BEFORE == 0 {
            return taps;
        }
        let oldest = self.oldest as usize % BEFORE;
        for (before, mut column) in columns.enumerate() {
            let back = (before + 1) * dilation;
            if let Some(step) = self
                .steps
                .get((oldest + BEFORE - back.min(BEFORE)) % BEFORE)
            {
                column.copy_from(step);
            }
        }
        self.steps[oldest] = *x;
        self.oldest = ((oldest + 1) % BEFORE) as u32;
        taps
    }
}

/// A window that sees exactly its taps.
type Taps<const TAPS: usize> = Window<TAPS, 1, 1, 1, TAPS, 1, 1, 1, 1, 1, 0, 0>;
/// The window of a causal convolution of stride 1.
type Looking<
    const STEPS: usize,
    const TAPS: usize,
    const DILATION: usize,
    const ACROSS: usize,
    const BEFORE: usize,
> = Causal<Window<STEPS, 1, STEPS, 1, TAPS, 1, 1, 1, DILATION, ACROSS, BEFORE, 0>>;

/// A convolution is the same layer over the taps alone.
macro_rules! over_taps {
    ($($layer:ident of $sizes:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<
            S,
            const STEPS: usize,
            const TAPS: usize,
            const DILATION: usize,
            const ACROSS: usize,
            const BEFORE: usize,
            const CHANNELS: usize,
            const FILTERS: usize,
            const GROUP: usize,
            A: Activation,
            B: Bias,
        > Stream for $layer<S, A, B>
        where
            S: LayerShape<
                Sizes = $sizes<Looking<STEPS, TAPS, DILATION, ACROSS, BEFORE>, CHANNELS, STEPS, FILTERS, STEPS, TAPS, GROUP>,
            >,
        {
            type State = Past<CHANNELS, BEFORE>;
            type Step = SVector<f32, CHANNELS>;
            type Result = SVector<f32, FILTERS>;

            #[inline(always)]
            fn step<L: Simd>(&self, simd: L, past: &mut Self::State, x: &Self::Step, y: &mut Self::Result) {
                const {
                    assert!(
                        BEFORE == (TAPS - 1) * DILATION,
                        "causal padding is as long as what the taps span"
                    )
                };
                let one: &$layer<$sizes<Taps<TAPS>, CHANNELS, TAPS, FILTERS, 1, TAPS, GROUP>, A, B> = view(self);
                one.forward(simd, &past.taps(DILATION, x), y);
            }
        }

        #[diagnostic::do_not_recommend]
        impl<
            S,
            const STEPS: usize,
            const TAPS: usize,
            const DILATION: usize,
            const ACROSS: usize,
            const BEFORE: usize,
            const CHANNELS: usize,
            const FILTERS: usize,
            const GROUP: usize,
            A: Activation,
            B: Bias,
        > TrainStream for $layer<S, A, B>
        where
            S: LayerShape<
                Sizes = $sizes<Looking<STEPS, TAPS, DILATION, ACROSS, BEFORE>, CHANNELS, STEPS, FILTERS, STEPS, TAPS, GROUP>,
            >,
        {
            fn forward_window<const BATCH: usize>(
                &mut self,
                context: &mut Context<'_>,
                _: &mut [Self::State; BATCH],
                x: &[Self::Input; BATCH],
                y: &mut [Self::Output; BATCH],
                tape: &mut Self::Tape<BATCH>,
            ) {
                const {
                    assert!(
                        BEFORE == 0,
                        "a convolution with more than one tap cannot be trained on the windows of a stream; declare an input that holds what it needs to see, and use `fit`"
                    );
                }
                self.forward_train(context, x, y, tape);
            }
        }
    )*};
}

over_taps!(Conv of ConvSizes, SeparableConv of SeparableSizes);
