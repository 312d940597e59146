use crate::kernel::{Axis, Shape};

/// The places of the windows of a convolution or a pool, on both axes. An image is `IH x IW`; a sequence of `T` steps is one of height `T`
/// and width 1.
///
/// Output `o` and tap `k` of an axis meet at input `o * stride + k * dilation - before`; outside the image there is nothing
/// (a convolution sees zeros, a pool skips it). The padding behind the image follows from the sizes.
pub trait Geometry: Copy + PartialEq + core::fmt::Debug + 'static {
    /// Height of the input.
    const IH: usize;
    /// Width of the input.
    const IW: usize;
    /// Height of the output.
    const OH: usize;
    /// Width of the output.
    const OW: usize;
    /// Height of the kernel, in taps.
    const KH: usize;
    /// Width of the kernel, in taps.
    const KW: usize;
    /// Step between windows, downwards.
    const SH: usize;
    /// Step between windows, to the right.
    const SW: usize;
    /// Step between the taps of a window, downwards.
    const DH: usize;
    /// Step between the taps of a window, to the right.
    const DW: usize;
    /// Rows of padding above the image.
    const PT: usize;
    /// Columns of padding to the left of the image.
    const PL: usize;
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
/// assert_eq!(W::OH * W::OW, 576);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window<
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const DH: usize,
    const DW: usize,
    const PT: usize,
    const PL: usize,
>;

impl<
    const IH: usize,
    const IW: usize,
    const OH: usize,
    const OW: usize,
    const KH: usize,
    const KW: usize,
    const SH: usize,
    const SW: usize,
    const DH: usize,
    const DW: usize,
    const PT: usize,
    const PL: usize,
> Geometry for Window<IH, IW, OH, OW, KH, KW, SH, SW, DH, DW, PT, PL>
{
    const IH: usize = IH;
    const IW: usize = IW;
    const OH: usize = OH;
    const OW: usize = OW;
    const KH: usize = KH;
    const KW: usize = KW;
    const SH: usize = SH;
    const SW: usize = SW;
    const DH: usize = DH;
    const DW: usize = DW;
    const PT: usize = PT;
    const PL: usize = PL;
}

/// Fails to compile unless the positions and taps are those of the window.
pub(crate) const fn check<W: Geometry>(inputs: usize, outputs: usize, taps: usize) {
    assert!(
        W::IH * W::IW == inputs,
        "the input must have `IH * IW` positions"
    );
    assert!(
        W::OH * W::OW == outputs,
        "the output must have `OH * OW` positions"
    );
    assert!(W::KH * W::KW == taps, "the kernel must have `KH * KW` taps");
    assert!(W::SH > 0 && W::SW > 0, "a stride must be at least 1");
    assert!(W::DH > 0 && W::DW > 0, "a dilation must be at least 1");
}

/// The shape of a convolution, as its kernels take it.
pub(crate) const fn shape<W: Geometry>(channels: usize, group: usize, filters: usize) -> Shape {
    Shape {
        rows: Axis {
            input: W::IH,
            output: W::OH,
            taps: W::KH,
            stride: W::SH,
            dilation: W::DH,
            before: W::PT,
        },
        columns: Axis {
            input: W::IW,
            output: W::OW,
            taps: W::KW,
            stride: W::SW,
            dilation: W::DW,
            before: W::PL,
        },
        channels,
        group,
        filters,
    }
}
