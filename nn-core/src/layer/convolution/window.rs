use crate::kernel::{Axis, Shape};

/// The places of the windows of a convolution or a pool, on both axes. An image is `INPUT_HEIGHT x INPUT_WIDTH`; a sequence is one whose
/// height are its steps and whose width is 1.
///
/// Output `o` and tap `k` of an axis meet at input `o * stride + k * dilation - before`; outside the image there is nothing
/// (a convolution sees zeros, a pool skips it). The padding behind the image follows from the sizes.
pub trait Geometry: Copy + PartialEq + core::fmt::Debug + 'static {
    /// Height of the input.
    const INPUT_HEIGHT: usize;
    /// Width of the input.
    const INPUT_WIDTH: usize;
    /// Height of the output.
    const OUTPUT_HEIGHT: usize;
    /// Width of the output.
    const OUTPUT_WIDTH: usize;
    /// Height of the kernel, in taps.
    const KERNEL_HEIGHT: usize;
    /// Width of the kernel, in taps.
    const KERNEL_WIDTH: usize;
    /// Step between windows, downwards.
    const STRIDE_DOWN: usize;
    /// Step between windows, to the right.
    const STRIDE_RIGHT: usize;
    /// Step between the taps of a window, downwards.
    const DILATION_DOWN: usize;
    /// Step between the taps of a window, to the right.
    const DILATION_RIGHT: usize;
    /// Rows of padding above the image.
    const PADDING_TOP: usize;
    /// Columns of padding to the left of the image.
    const PADDING_LEFT: usize;
}

/// A [`Geometry`] from its numbers: input, output, kernel, stride, dilation, padding before; each height first.
///
/// | padding (Keras) | output of an axis | before |
/// | --- | --- | --- |
/// | `valid` | `(input - (kernel - 1) * dilation - 1) / stride + 1` | 0 |
/// | `same` | `input / stride`, rounded up | half of what is missing, rounded down |
/// | `causal` | as `same` | `(kernel - 1) * dilation` |
///
/// ```
/// use nn_core::layer::{Geometry, Window};
/// // A 5x5 kernel over 28x28 pixels, `valid`.
/// type W = Window<28, 28, 24, 24, 5, 5, 1, 1, 1, 1, 0, 0>;
/// assert_eq!(W::OUTPUT_HEIGHT * W::OUTPUT_WIDTH, 576);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window<
    const INPUT_HEIGHT: usize,
    const INPUT_WIDTH: usize,
    const OUTPUT_HEIGHT: usize,
    const OUTPUT_WIDTH: usize,
    const KERNEL_HEIGHT: usize,
    const KERNEL_WIDTH: usize,
    const STRIDE_DOWN: usize,
    const STRIDE_RIGHT: usize,
    const DILATION_DOWN: usize,
    const DILATION_RIGHT: usize,
    const PADDING_TOP: usize,
    const PADDING_LEFT: usize,
>;

impl<
    const INPUT_HEIGHT: usize,
    const INPUT_WIDTH: usize,
    const OUTPUT_HEIGHT: usize,
    const OUTPUT_WIDTH: usize,
    const KERNEL_HEIGHT: usize,
    const KERNEL_WIDTH: usize,
    const STRIDE_DOWN: usize,
    const STRIDE_RIGHT: usize,
    const DILATION_DOWN: usize,
    const DILATION_RIGHT: usize,
    const PADDING_TOP: usize,
    const PADDING_LEFT: usize,
> Geometry
    for Window<
        INPUT_HEIGHT,
        INPUT_WIDTH,
        OUTPUT_HEIGHT,
        OUTPUT_WIDTH,
        KERNEL_HEIGHT,
        KERNEL_WIDTH,
        STRIDE_DOWN,
        STRIDE_RIGHT,
        DILATION_DOWN,
        DILATION_RIGHT,
        PADDING_TOP,
        PADDING_LEFT,
    >
{
    const INPUT_HEIGHT: usize = INPUT_HEIGHT;
    const INPUT_WIDTH: usize = INPUT_WIDTH;
    const OUTPUT_HEIGHT: usize = OUTPUT_HEIGHT;
    const OUTPUT_WIDTH: usize = OUTPUT_WIDTH;
    const KERNEL_HEIGHT: usize = KERNEL_HEIGHT;
    const KERNEL_WIDTH: usize = KERNEL_WIDTH;
    const STRIDE_DOWN: usize = STRIDE_DOWN;
    const STRIDE_RIGHT: usize = STRIDE_RIGHT;
    const DILATION_DOWN: usize = DILATION_DOWN;
    const DILATION_RIGHT: usize = DILATION_RIGHT;
    const PADDING_TOP: usize = PADDING_TOP;
    const PADDING_LEFT: usize = PADDING_LEFT;
}

/// Fails to compile unless the positions and taps are those of the window.
pub(crate) const fn check<W: Geometry>(inputs: usize, outputs: usize, taps: usize) {
    assert!(
        W::INPUT_HEIGHT * W::INPUT_WIDTH == inputs,
        "the input must have `INPUT_HEIGHT * INPUT_WIDTH` positions"
    );
    assert!(
        W::OUTPUT_HEIGHT * W::OUTPUT_WIDTH == outputs,
        "the output must have `OUTPUT_HEIGHT * OUTPUT_WIDTH` positions"
    );
    assert!(
        W::KERNEL_HEIGHT * W::KERNEL_WIDTH == taps,
        "the kernel must have `KERNEL_HEIGHT * KERNEL_WIDTH` taps"
    );
    assert!(
        W::STRIDE_DOWN > 0 && W::STRIDE_RIGHT > 0,
        "a stride must be at least 1"
    );
    assert!(
        W::DILATION_DOWN > 0 && W::DILATION_RIGHT > 0,
        "a dilation must be at least 1"
    );
}

/// The shape of a convolution, as its kernels take it.
pub(crate) const fn shape<W: Geometry>(channels: usize, group: usize, filters: usize) -> Shape {
    Shape {
        rows: Axis {
            input: W::INPUT_HEIGHT,
            output: W::OUTPUT_HEIGHT,
            taps: W::KERNEL_HEIGHT,
            stride: W::STRIDE_DOWN,
            dilation: W::DILATION_DOWN,
            before: W::PADDING_TOP,
        },
        columns: Axis {
            input: W::INPUT_WIDTH,
            output: W::OUTPUT_WIDTH,
            taps: W::KERNEL_WIDTH,
            stride: W::STRIDE_RIGHT,
            dilation: W::DILATION_RIGHT,
            before: W::PADDING_LEFT,
        },
        channels,
        group,
        filters,
    }
}
