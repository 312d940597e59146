use crate::layer::Geometry;

/// A window over a sequence whose padding lies all before it (Keras `padding="causal"`), so that no step sees a later one: with a
/// stride of 1, its convolution can be [streamed](crate::Stream).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causal<W>(W);

impl<W: Geometry> Geometry for Causal<W> {
    const INPUT_HEIGHT: usize = W::INPUT_HEIGHT;
    const INPUT_WIDTH: usize = W::INPUT_WIDTH;
    const OUTPUT_HEIGHT: usize = W::OUTPUT_HEIGHT;
    const OUTPUT_WIDTH: usize = W::OUTPUT_WIDTH;
    const KERNEL_HEIGHT: usize = W::KERNEL_HEIGHT;
    const KERNEL_WIDTH: usize = W::KERNEL_WIDTH;
    const STRIDE_DOWN: usize = W::STRIDE_DOWN;
    const STRIDE_RIGHT: usize = W::STRIDE_RIGHT;
    const DILATION_DOWN: usize = W::DILATION_DOWN;
    const DILATION_RIGHT: usize = W::DILATION_RIGHT;
    const PADDING_TOP: usize = W::PADDING_TOP;
    const PADDING_LEFT: usize = W::PADDING_LEFT;
}
