//! The words of Keras and PyTorch where ours are others, so that who knows theirs is told ours.

use crate::errors::plain;

/// The place of a keyword argument's value here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// After the layer's word, in this order.
    Place(u8),
    /// It is the activation.
    Activation,
    /// After this option's word.
    Option(&'static str),
    /// It is one of these words, for `True` and for `False`.
    Flag(&'static str, &'static str),
    /// It is a word by itself.
    Word,
    /// Nowhere: it follows from what is written before.
    Nowhere,
}

/// The fate of a keyword argument.
pub(crate) fn argument(word: &str) -> Option<Argument> {
    use Argument::{Activation, Flag, Nowhere, Place};
    Some(match word {
        "filters" | "units" | "out_features" | "out_channels" | "hidden_size" | "num_heads"
        | "heads" | "num_embeddings" | "input_dim" | "rate" | "p" | "pool_size"
        | "target_shape" | "size" | "shape" | "scale_factor" | "negative_slope" | "alpha"
        | "outputs" | "layer" => Place(0),
        "kernel_size" | "kernel" | "key_dim" | "output_dim" | "embedding_dim" => Place(1),
        "in_features" | "in_channels" | "input_size" | "input_shape" | "embed_dim"
        | "num_features" | "normalized_shape" | "name" | "data_format" | "batch_first"
        | "inplace" | "dim" | "axis" | "stateful" | "return_state" | "num_layers" | "dtype"
        | "start_dim" => Nowhere,
        "activation" | "nonlinearity" => Activation,
        "strides" | "stride" => Argument::Option("stride"),
        "padding" | "pad" => Argument::Option("pad"),
        "dilation_rate" | "dilation" => Argument::Option("dilation"),
        "depth_multiplier" | "multiplier" => Argument::Option("multiplier"),
        "groups" => Argument::Option("groups"),
        "output_padding" => Argument::Option("output_padding"),
        "value_dim" => Argument::Option("value"),
        "kernel_initializer" | "embeddings_initializer" | "init" => Argument::Option("init"),
        "bias_initializer" | "bias_init" => Argument::Option("bias_init"),
        "recurrent_initializer" | "recurrent_init" => Argument::Option("recurrent_init"),
        "recurrent_activation" => Argument::Option("recurrent_activation"),
        "momentum" => Argument::Option("momentum"),
        "epsilon" | "eps" => Argument::Option("epsilon"),
        "l1" => Argument::Option("l1"),
        "l2" => Argument::Option("l2"),
        "use_bias" | "bias" => Flag("", "no_bias"),
        "return_sequences" => Flag("sequence", ""),
        "go_backwards" => Flag("backwards", ""),
        "reset_after" => Flag("", "reset_before"),
        "unit_forget_bias" => Flag("", "no_unit_forget_bias"),
        "scale" => Flag("", "no_scale"),
        "center" => Flag("", "no_center"),
        "affine" | "elementwise_affine" => Flag("", "no_scale no_center"),
        "causal" | "use_causal_mask" | "is_causal" => Flag("causal", ""),
        "merge_mode" | "kernel_regularizer" => Argument::Word,
        _ => return None,
    })
}

/// Whether a word is a keyword argument that nobody would call a size.
pub(crate) fn is_argument(word: &str) -> bool {
    option(word).is_some()
        && !["size", "filters", "units", "rate", "scale", "center"].contains(&word)
}

/// The keyword arguments of Keras that one may mistype.
pub(crate) const OPTIONS: &[&str] = &[
    "filters",
    "units",
    "kernel_size",
    "pool_size",
    "strides",
    "padding",
    "dilation_rate",
    "depth_multiplier",
    "use_bias",
    "activation",
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "return_sequences",
    "go_backwards",
    "recurrent_initializer",
    "merge_mode",
];

/// The words here for a keyword argument of Keras, to follow `here `.
pub(crate) fn option(word: &str) -> Option<&'static str> {
    Some(match word {
        "filters" | "units" => {
            "the number comes right after the layer's word, as in `conv2d 8 3x3` or `dense 6`"
        }
        "kernel_size" => "the kernel's size follows the number of filters, as in `conv2d 8 3x3`",
        "pool_size" => "the window's size follows the word, as in `max_pool 2x2`",
        "target_shape" => "the sizes follow the word, as in `reshape 7x7x16`",
        "size" => "the factors follow the word, as in `upsample 2x2`",
        "strides" => "it is `stride 2` or `stride 2x1`",
        "padding" => "it is `pad same`, `pad valid` or a number, `pad 1`",
        "dilation_rate" => "it is `dilation 2`",
        "depth_multiplier" => "it is `multiplier 2`",
        "use_bias" => "a layer without a bias has the option `no_bias`",
        "activation" => "the activation follows the sizes without a word, as in `dense 6 relu`",
        "kernel_initializer" => "it is `init he_normal`",
        "bias_initializer" => "it is `bias_init zeros`",
        "kernel_regularizer" => "it is `l1 1e-5` or `l2 1e-4`",
        "return_sequences" => "every step's output is the option `sequence`",
        "go_backwards" => "a layer that reads the last step first has the option `backwards`",
        "reset_after" => "`reset_after=False` is the option `reset_before`",
        "unit_forget_bias" => "`unit_forget_bias=False` is the option `no_unit_forget_bias`",
        "recurrent_initializer" => "it is `recurrent_init orthogonal`",
        "merge_mode" => "it is `concat`, `sum`, `mul` or `ave`, without a word before it",
        "return_state" | "stateful" => {
            "nothing is written for it: `net.step(&mut state, &x)` keeps the state between steps"
        }
        "scale" => "`scale=False`, which leaves `gamma` out, is the option `no_scale`",
        "center" => "`center=False`, which leaves `beta` out, is the option `no_center`",
        "affine" | "elementwise_affine" => {
            "PyTorch's `affine=False`, which leaves `gamma` and `beta` out, is `no_scale no_center`"
        }
        "momentum" => "it is `momentum 0.9`",
        "epsilon" | "eps" => "it is `epsilon 1e-3`",
        "rate" => "the number follows the word, as in `dropout 0.25`",
        "name" => "a layer's name is a label before it, as in `head: dense 6`",
        "input_shape" | "input_dim" => {
            "it is the statement before the layers, such as `input 28x28x1;`"
        }
        "data_format" => "channels are always last, and nothing is written for it",
        _ => return None,
    })
}

/// The word of a layer of Keras, of PyTorch or of papers, in any spelling (`BatchNormalization`, `batch_normalization`).
pub(crate) fn layer(class: &str) -> Option<&'static str> {
    Some(match plain(class).as_str() {
        "linear" | "fc" | "fullyconnected" => "dense",
        "maxpool1d" | "maxpool2d" | "maxpooling" | "maxpooling1d" | "maxpooling2d" | "pool"
        | "pooling" => "max_pool",
        "avgpool1d" | "avgpool2d" | "averagepool" | "averagepooling" | "averagepooling1d"
        | "averagepooling2d" => "avg_pool",
        "adaptivemaxpool1d" | "adaptivemaxpool2d" | "globalmaxpool1d" | "globalmaxpool2d"
        | "globalmaxpooling" | "globalmaxpooling1d" | "globalmaxpooling2d" => "global_max_pool",
        "adaptiveavgpool1d"
        | "adaptiveavgpool2d"
        | "globalavgpool1d"
        | "globalavgpool2d"
        | "globalaveragepool"
        | "globalaveragepooling"
        | "globalaveragepooling1d"
        | "globalaveragepooling2d" => "global_avg_pool",
        "batchnormalization" | "batchnorm1d" | "batchnorm2d" => "batch_norm",
        "layernormalization" => "layer_norm",
        "timedistributed" => "each",
        "inputlayer" | "inputshape" => "input",
        "convtranspose1d" => "conv1d_transpose",
        "convtranspose2d" => "conv2d_transpose",
        "concatenate" | "cat" => "concat",
        "skip" | "shortcut" => "residual",
        "simplernn" => "rnn",
        "upsampling" | "upsampling1d" | "upsampling2d" => "upsample",
        "zeropad1d" | "zeropad2d" | "zeropadding" | "zeropadding1d" | "zeropadding2d" => "zero_pad",
        "attention" | "selfattention" | "multiheadedattention" => "multi_head_attention",
        _ => return None,
    })
}
