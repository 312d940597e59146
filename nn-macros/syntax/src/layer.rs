//! The layer kinds of the DSL.

mod activation;
mod attention;
mod batch_norm;
mod bidirectional;
mod block;
mod conv;
mod dense;
mod dropout;
mod each;
mod embedding;
mod flatten;
mod foreign;
mod layer_norm;
mod norm;
mod pool;
mod prelu;
pub(crate) mod recurrent;
mod reshape;
mod upsample;
mod zero_pad;

use crate::args::Args;
use crate::context::Context;
use crate::model::Facts;
pub(crate) use block::WORDS as BLOCKS;
pub(crate) use foreign::Foreign;

/// All that the macro knows of a kind of layer.
pub(crate) trait LayerKind: Sized {
    /// An example, for messages.
    const USAGE: &'static str;

    /// Reads the arguments after the word; `None` if too little is left to go on, the mistake being reported.
    fn parse(args: &mut Args<'_, '_>) -> Option<Self>;

    /// The layer of this kind after `context.input`; mistakes are reported and mended as well as can be, so that
    /// the layers after it are checked too.
    fn check(&self, context: &mut Context<'_>) -> Option<Facts>;
}

macro_rules! layers {
    ($($word:ident => $file:ident::$kind:ident,)*) => {
        /// A layer as the user wrote it.
        #[derive(Debug)]
        #[allow(clippy::large_enum_variant, reason = "a declaration has a few dozen at most")]
        pub(crate) enum Kind {
            $($kind($file::$kind),)*
            /// A type of the user's.
            Foreign(Foreign),
        }

        /// Every word that begins a layer.
        pub const WORDS: &[&str] = &[$(stringify!($word)),*];

        impl Kind {
            /// Reads the arguments after `word`.
            pub(crate) fn parse(word: &str, args: &mut Args<'_, '_>) -> Option<Self> {
                match word {
                    $(stringify!($word) => <$file::$kind as LayerKind>::parse(args).map(Self::$kind),)*
                    _ => None,
                }
            }

            /// The layer's facts after `context.input`.
            pub(crate) fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
                match self {
                    $(Self::$kind(layer) => layer.check(context),)*
                    Self::Foreign(layer) => layer.check(context),
                }
            }

            /// The word that fields are named after; none for a type of the user's.
            pub(crate) fn word(&self) -> Option<&'static str> {
                match self {
                    $(Self::$kind(_) => Some(stringify!($word)),)*
                    Self::Foreign(_) => None,
                }
            }
        }
    };
}

layers! {
    dense => dense::Dense,
    dropout => dropout::Dropout,
    each => each::Each,
    embedding => embedding::Embedding,
    multi_head_attention => attention::MultiHeadAttention,
    flatten => flatten::Flatten,
    batch_norm => batch_norm::BatchNorm,
    layer_norm => layer_norm::LayerNorm,
    prelu => prelu::PRelu,
    activation => activation::Activate,
    conv2d => conv::Conv2d,
    conv1d => conv::Conv1d,
    depthwise_conv2d => conv::DepthwiseConv2d,
    depthwise_conv1d => conv::DepthwiseConv1d,
    separable_conv2d => conv::SeparableConv2d,
    separable_conv1d => conv::SeparableConv1d,
    conv2d_transpose => conv::Conv2dTranspose,
    conv1d_transpose => conv::Conv1dTranspose,
    max_pool => pool::MaxPool,
    avg_pool => pool::AvgPool,
    global_max_pool => pool::GlobalMaxPool,
    global_avg_pool => pool::GlobalAvgPool,
    upsample => upsample::Upsample,
    zero_pad => zero_pad::ZeroPad,
    reshape => reshape::Reshape,
    rnn => recurrent::Rnn,
    lstm => recurrent::Lstm,
    gru => recurrent::Gru,
    bidirectional => bidirectional::Bidirectional,
    residual => block::Residual,
    concat => block::Concat,
    add => block::Add,
    multiply => block::Multiply,
}

/// The words inside statements that are those of one kind only.
pub(crate) const OTHERS: &[&str] = &[
    "momentum",
    "epsilon",
    "no_scale",
    "no_center",
    "torch",
    "causal",
    "value",
    "top",
    "bottom",
    "left",
    "right",
    "before",
    "after",
    "sum",
    "mul",
    "ave",
];

impl Kind {
    /// The path of a type of the user's.
    pub(crate) fn from_path(args: &mut Args<'_, '_>) -> Option<Self> {
        Foreign::parse(args).map(Self::Foreign)
    }

    /// Whether it is layers in braces, after which `;` may be missing.
    pub(crate) fn is_block(&self) -> bool {
        match self {
            Self::Each(each) => each.is_block(),
            kind => kind.word().is_some_and(|word| BLOCKS.contains(&word)),
        }
    }

    /// The name of this kind's fields, before they are counted.
    pub(crate) fn stem(&self) -> String {
        match self {
            Self::Foreign(layer) => layer.field_stem(),
            kind => kind.word().unwrap_or_default().to_owned(),
        }
    }

    /// A bare activation word, which is a layer of its own.
    pub(crate) fn bare_activation(
        entry: &'static crate::activation::Entry,
        span: proc_macro2::Span,
        args: &mut Args<'_, '_>,
    ) -> Self {
        Self::Activate(activation::Activate::bare(entry, span, args))
    }
}
