//! Keras's words where ours are others, so that who knows Keras is told ours.

/// What is written here for a keyword argument of Keras, to follow `here `.
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

/// The word of a layer of Keras, if it is not just spelt in another case.
pub(crate) fn layer(class: &str) -> Option<&'static str> {
    Some(match class {
        "MaxPool1D" | "MaxPool2D" | "MaxPooling1D" | "MaxPooling2D" => "max_pool",
        "AvgPool1D" | "AvgPool2D" | "AveragePooling1D" | "AveragePooling2D" => "avg_pool",
        "GlobalMaxPool1D" | "GlobalMaxPool2D" | "GlobalMaxPooling1D" | "GlobalMaxPooling2D" => {
            "global_max_pool"
        }
        "GlobalAvgPool1D"
        | "GlobalAvgPool2D"
        | "GlobalAveragePooling1D"
        | "GlobalAveragePooling2D" => "global_avg_pool",
        "UpSampling1D" | "UpSampling2D" => "upsample",
        "SimpleRNN" => "rnn",
        "ZeroPadding1D" | "ZeroPadding2D" => "zero_pad",
        _ => return None,
    })
}
