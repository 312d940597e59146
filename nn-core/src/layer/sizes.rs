//! Sizes of layers as types: one type for each layer of a network instead of a dozen numbers in its type.

use super::{Bias, CellBias, Dense, Geometry};
use crate::activation::Linear;
use crate::plain::Plain;
use crate::tensor::Tensor;
use core::fmt::Debug;
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

/// The sizes of one layer under a name of their own. [`network!`](crate::network!) declares such a type for each layer of many numbers, so
/// that `conv2d 8 5x5 relu` is a `Conv<Digits__conv2d1, Relu>`.
///
/// The numbers are those of `Sizes`, which is [`ConvSizes`], [`PoolSizes`] or another of this kind. Each of these is a shape, too, for
/// layers without a name.
///
/// ```
/// use nn_core::layer::{Conv, ConvShape, ConvSizes, LayerShape, Window};
///
/// /// `conv2d 8 5x5` on 28x28x1.
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// struct Edges;
/// impl LayerShape for Edges {
///     type Sizes = ConvSizes<Window<28, 28, 24, 24, 5, 5, 1, 1, 1, 1, 0, 0>, 1, 784, 8, 576, 25, 1>;
/// }
///
/// let layer = Conv::<Edges>::default();
/// assert_eq!((layer.kernel.len(), layer.bias.len(), Edges::FILTERS), (25, 8, 8));
/// ```
pub trait LayerShape: Copy + Debug + PartialEq + 'static {
    /// The numbers.
    type Sizes;
}

/// Values that are stored in a layer: a matrix, an array of them, or nothing.
pub trait Stored: Plain + Copy + PartialEq + Debug {}

impl<T: Plain + Copy + PartialEq + Debug> Stored for T {}

/// Declares a struct of sizes, which is a shape by itself.
macro_rules! sizes {
    ($($(#[$doc:meta])* $name:ident<[$($window:ident)?] $($size:ident),*>;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name<$($window,)? $(const $size: usize),*>(PhantomData<($($window,)?)>);

        impl<$($window: Geometry,)? $(const $size: usize),*> LayerShape for $name<$($window,)? $($size),*> {
            type Sizes = Self;
        }
    )*};
}

sizes! {
    /// The sizes of a [`Conv`](super::Conv): the window; channels and positions in, filters and positions out, taps, and the channels that each
    /// filter sees (`CHANNELS / groups`).
    ConvSizes<[W] CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS, GROUP>;
    /// The sizes of a [`SeparableConv`](super::SeparableConv): the window of the depthwise convolution; channels and positions in, filters and
    /// positions out, taps, and the channels in between (`CHANNELS` times the depth multiplier).
    SeparableSizes<[W] CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS, BETWEEN>;
    /// The sizes of a [`ConvTranspose`](super::ConvTranspose): the window of the convolution whose gradient it is; channels and positions in,
    /// filters and positions out, taps.
    TransposeSizes<[W] CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS>;
    /// The sizes of a pool: the window; channels, positions in and out.
    PoolSizes<[W] CHANNELS, POSITIONS, OUTPUTS>;
    /// The sizes of a [`ZeroPad`](super::ZeroPad): height and width of the image, rows and columns around it, channels, positions in and out.
    ZeroPadSizes<[] HEIGHT, WIDTH, TOP, BOTTOM, LEFT, RIGHT, CHANNELS, POSITIONS, OUTPUTS>;
    /// The sizes of an [`Upsample`](super::Upsample): height and width of the image, times downwards and to the right, channels, positions in and out.
    UpsampleSizes<[] HEIGHT, WIDTH, DOWN, RIGHT, CHANNELS, POSITIONS, OUTPUTS>;
    /// The sizes of a recurrent layer: features and steps in, units, and the values of all gates: the units times the gates of the cell (1 of an
    /// RNN, 3 of a GRU, 4 of an LSTM).
    RecurrentSizes<[] FEATURES, UNITS, STEPS, GATES>;
    /// The sizes of a [`Bidirectional`](super::Bidirectional): those of one direction, and the values that both make for a step together.
    BidirectionalSizes<[] FEATURES, UNITS, STEPS, GATES, MERGED>;
    /// The sizes of a [`MultiHeadAttention`](super::MultiHeadAttention): features and steps, heads, values of each key and of each head's result,
    /// and both for all heads side by side.
    AttentionSizes<[] FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>;
}

/// The shape of a [`Conv`](super::Conv): any [`LayerShape`] of [`ConvSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a convolution")]
pub trait ConvShape: LayerShape {
    /// The places of the taps.
    type Window: Geometry;
    /// The input: channels x positions.
    type Input: Tensor;
    /// The output: filters x positions.
    type Output: Tensor;
    /// The weights: for each tap, filters x channels of a group.
    type Kernel: Stored;
    /// A bias for each filter, or nothing.
    type Bias<B: Bias>: Stored;
    /// Channels in.
    const CHANNELS: usize;
    /// Positions in.
    const POSITIONS: usize;
    /// Filters.
    const FILTERS: usize;
    /// Positions out.
    const OUTPUTS: usize;
    /// Taps of the kernel.
    const TAPS: usize;
    /// Channels that each filter sees.
    const GROUP: usize;
}

#[diagnostic::do_not_recommend]
impl<
    S,
    W,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const FILTERS: usize,
    const OUTPUTS: usize,
    const TAPS: usize,
    const GROUP: usize,
> ConvShape for S
where
    S: LayerShape<Sizes = ConvSizes<W, CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS, GROUP>>,
    W: Geometry,
{
    type Window = W;
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, FILTERS, OUTPUTS>;
    type Kernel = [SMatrix<f32, FILTERS, GROUP>; TAPS];
    type Bias<B: Bias> = B::Of<FILTERS>;
    const CHANNELS: usize = CHANNELS;
    const POSITIONS: usize = POSITIONS;
    const FILTERS: usize = FILTERS;
    const OUTPUTS: usize = OUTPUTS;
    const TAPS: usize = TAPS;
    const GROUP: usize = GROUP;
}

/// The shape of a [`SeparableConv`](super::SeparableConv): any [`LayerShape`] of [`SeparableSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a separable convolution")]
pub trait SeparableShape: LayerShape {
    /// The places of the depthwise convolution's taps.
    type Window: Geometry;
    /// The input: channels x positions.
    type Input: Tensor;
    /// The tensor in between: channels x positions.
    type Between: Tensor;
    /// The output: filters x positions.
    type Output: Tensor;
    /// The weights over space: for each tap, one for every channel in between.
    type Depthwise: Stored;
    /// The weights over channels: filters x channels in between.
    type Pointwise: Stored;
    /// A bias for each filter, or nothing.
    type Bias<B: Bias>: Stored;
    /// Channels in.
    const CHANNELS: usize;
    /// Positions in.
    const POSITIONS: usize;
    /// Filters.
    const FILTERS: usize;
    /// Positions out.
    const OUTPUTS: usize;
    /// Taps of the kernel.
    const TAPS: usize;
    /// Channels in between.
    const BETWEEN: usize;
}

#[diagnostic::do_not_recommend]
impl<
    S,
    W,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const FILTERS: usize,
    const OUTPUTS: usize,
    const TAPS: usize,
    const BETWEEN: usize,
> SeparableShape for S
where
    S: LayerShape<Sizes = SeparableSizes<W, CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS, BETWEEN>>,
    W: Geometry,
{
    type Window = W;
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Between = SMatrix<f32, BETWEEN, OUTPUTS>;
    type Output = SMatrix<f32, FILTERS, OUTPUTS>;
    type Depthwise = [SVector<f32, BETWEEN>; TAPS];
    type Pointwise = SMatrix<f32, FILTERS, BETWEEN>;
    type Bias<B: Bias> = B::Of<FILTERS>;
    const CHANNELS: usize = CHANNELS;
    const POSITIONS: usize = POSITIONS;
    const FILTERS: usize = FILTERS;
    const OUTPUTS: usize = OUTPUTS;
    const TAPS: usize = TAPS;
    const BETWEEN: usize = BETWEEN;
}

/// The shape of a [`ConvTranspose`](super::ConvTranspose): any [`LayerShape`] of [`TransposeSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a transposed convolution")]
pub trait TransposeShape: LayerShape {
    /// The places of the taps of the convolution whose gradient this is.
    type Window: Geometry;
    /// The input: channels x positions.
    type Input: Tensor;
    /// The output: filters x positions.
    type Output: Tensor;
    /// The weights: for each tap, channels x filters.
    type Kernel: Stored;
    /// A bias for each filter, or nothing.
    type Bias<B: Bias>: Stored;
    /// Channels in.
    const CHANNELS: usize;
    /// Positions in.
    const POSITIONS: usize;
    /// Filters.
    const FILTERS: usize;
    /// Positions out.
    const OUTPUTS: usize;
    /// Taps of the kernel.
    const TAPS: usize;
}

#[diagnostic::do_not_recommend]
impl<
    S,
    W,
    const CHANNELS: usize,
    const POSITIONS: usize,
    const FILTERS: usize,
    const OUTPUTS: usize,
    const TAPS: usize,
> TransposeShape for S
where
    S: LayerShape<Sizes = TransposeSizes<W, CHANNELS, POSITIONS, FILTERS, OUTPUTS, TAPS>>,
    W: Geometry,
{
    type Window = W;
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, FILTERS, OUTPUTS>;
    type Kernel = [SMatrix<f32, CHANNELS, FILTERS>; TAPS];
    type Bias<B: Bias> = B::Of<FILTERS>;
    const CHANNELS: usize = CHANNELS;
    const POSITIONS: usize = POSITIONS;
    const FILTERS: usize = FILTERS;
    const OUTPUTS: usize = OUTPUTS;
    const TAPS: usize = TAPS;
}

/// The shape of a [`MaxPool`](super::MaxPool) or [`AvgPool`](super::AvgPool): any [`LayerShape`] of [`PoolSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a pool")]
pub trait PoolShape: LayerShape {
    /// The places of the windows.
    type Window: Geometry;
    /// The input: channels x positions.
    type Input: Tensor;
    /// The output: channels x positions.
    type Output: Tensor;
    /// Channels.
    const CHANNELS: usize;
    /// Positions in.
    const POSITIONS: usize;
    /// Positions out.
    const OUTPUTS: usize;
}

#[diagnostic::do_not_recommend]
impl<S, W, const CHANNELS: usize, const POSITIONS: usize, const OUTPUTS: usize> PoolShape for S
where
    S: LayerShape<Sizes = PoolSizes<W, CHANNELS, POSITIONS, OUTPUTS>>,
    W: Geometry,
{
    type Window = W;
    type Input = SMatrix<f32, CHANNELS, POSITIONS>;
    type Output = SMatrix<f32, CHANNELS, OUTPUTS>;
    const CHANNELS: usize = CHANNELS;
    const POSITIONS: usize = POSITIONS;
    const OUTPUTS: usize = OUTPUTS;
}

/// The shape of a recurrent layer: any [`LayerShape`] of [`RecurrentSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a recurrent layer")]
pub trait RecurrentShape: LayerShape {
    /// The weights of the inputs: gates x features.
    type Kernel: Stored;
    /// The weights of the hidden state: gates x units.
    type RecurrentKernel: Stored;
    /// The biases of the cell `C`, or nothing.
    type Bias<C: CellBias, B: Bias>: Stored;
}

#[diagnostic::do_not_recommend]
impl<S, const FEATURES: usize, const UNITS: usize, const STEPS: usize, const GATES: usize>
    RecurrentShape for S
where
    S: LayerShape<Sizes = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>>,
{
    type Kernel = SMatrix<f32, GATES, FEATURES>;
    type RecurrentKernel = SMatrix<f32, GATES, UNITS>;
    type Bias<C: CellBias, B: Bias> = C::Bias<B, GATES>;
}

/// The shape of a [`Bidirectional`](super::Bidirectional): any [`LayerShape`] of [`BidirectionalSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a bidirectional layer")]
pub trait BidirectionalShape: LayerShape {
    /// The shape of one direction.
    type One: RecurrentShape;
}

#[diagnostic::do_not_recommend]
impl<
    S,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const MERGED: usize,
> BidirectionalShape for S
where
    S: LayerShape<Sizes = BidirectionalSizes<FEATURES, UNITS, STEPS, GATES, MERGED>>,
{
    type One = RecurrentSizes<FEATURES, UNITS, STEPS, GATES>;
}

/// The shape of a [`MultiHeadAttention`](super::MultiHeadAttention): any [`LayerShape`] of [`AttentionSizes`].
#[diagnostic::on_unimplemented(message = "`{Self}` is not the shape of a multi-head attention")]
pub trait AttentionShape: LayerShape {
    /// The layer from a step's features to the keys of all heads.
    type Query<B: Bias>: Stored;
    /// The layer from a step's features to the values of all heads.
    type Value<B: Bias>: Stored;
    /// The layer from the values of all heads to a step's features.
    type Result<B: Bias>: Stored;
}

#[diagnostic::do_not_recommend]
impl<
    S,
    const FEATURES: usize,
    const STEPS: usize,
    const HEADS: usize,
    const KEYS: usize,
    const VALUES: usize,
    const ALL_KEYS: usize,
    const ALL_VALUES: usize,
> AttentionShape for S
where
    S: LayerShape<
        Sizes = AttentionSizes<FEATURES, STEPS, HEADS, KEYS, VALUES, ALL_KEYS, ALL_VALUES>,
    >,
{
    type Query<B: Bias> = Dense<FEATURES, ALL_KEYS, Linear, B>;
    type Value<B: Bias> = Dense<FEATURES, ALL_VALUES, Linear, B>;
    type Result<B: Bias> = Dense<ALL_VALUES, FEATURES, Linear, B>;
}
