//! Keras's layers in the words of the DSL.

#[path = "keras/conv.rs"]
mod conv;
#[path = "keras/other.rs"]
mod other;
#[path = "keras/pool.rs"]
mod pool;
#[path = "keras/recurrent.rs"]
mod recurrent;

use super::config::Config;
use super::declare::{Declaration, Names};
use super::rust::float;
use super::{Planned, activation, not_yet};

/// One layer of a file: its options, the names of its parameters and what they begin with.
pub struct Layer<'a> {
    pub class: &'a str,
    pub config: Config<'a>,
    pub names: &'a Names<'a>,
    pub prefix: String,
    /// The shape of one sample of the file's output, which says what some configurations do not.
    pub output: Vec<usize>,
    /// The name of the case, which also does.
    pub case: &'a str,
}

impl Layer<'_> {
    /// Adds the layer to the network.
    pub fn add(self, network: &mut Declaration) -> Planned<()> {
        let class = self.class;
        match class {
            "Dense" => other::dense(&self, network),
            "Activation" | "ReLU" | "LeakyReLU" | "ELU" | "Softmax" => {
                other::activation(&self, network)
            }
            "Flatten" => other::flatten(&self, network),
            "Reshape" => other::reshape(&self, network),
            "Dropout" => other::dropout(&self, network),
            "BatchNormalization" => other::batch_norm(&self, network),
            "LayerNormalization" => other::layer_norm(&self, network),
            "Embedding" => other::embedding(&self, network),
            "MultiHeadAttention" => other::attention(&self, network),
            "TimeDistributed" => other::time_distributed(&self, network),
            "SimpleRNN" | "LSTM" | "GRU" => recurrent::recurrent(&self, network),
            "Bidirectional" => recurrent::bidirectional(&self, network),
            _ if class.contains("1D") => self.windowed::<1>(&class.replace("1D", ""), network),
            _ if class.contains("2D") => self.windowed::<2>(&class.replace("2D", ""), network),
            _ => not_yet(format!("no layer `{class}`")),
        }?;
        self.config.finish()
    }

    /// A layer that slides a window along one axis or two.
    fn windowed<const AXES: usize>(&self, kind: &str, network: &mut Declaration) -> Planned<()> {
        if kind != "ZeroPadding" {
            self.config.only("data_format", "channels_last")?;
        }
        match kind {
            "Conv" => conv::conv::<AXES>(self, network),
            "DepthwiseConv" => conv::depthwise::<AXES>(self, network),
            "SeparableConv" => conv::separable::<AXES>(self, network),
            "ConvTranspose" => conv::transpose::<AXES>(self, network),
            "MaxPooling" => pool::pool::<AXES>(self, "max_pool", network),
            "AveragePooling" => pool::pool::<AXES>(self, "avg_pool", network),
            "GlobalMaxPooling" => pool::global(self, "global_max_pool", network),
            "GlobalAveragePooling" => pool::global(self, "global_avg_pool", network),
            "UpSampling" => pool::upsample::<AXES>(self, network),
            "ZeroPadding" => pool::zero_pad::<AXES>(self, network),
            _ => not_yet(format!("no layer `{}`", self.class)),
        }
    }

    /// The word of an activation that an option names.
    fn activation(&self, key: &'static str, default: &'static str) -> Planned<String> {
        activation::keras(self.config.text(key, default)?)
    }

    /// Nothing, or `no_bias`.
    fn bias(&self) -> Planned<&'static str> {
        let bias = self.config.flag("use_bias", true)?;
        Ok(if bias { "" } else { "no_bias" })
    }

    /// The parameters of these fields, whose names end alike in the file; a bias only if there is one.
    fn parameters(&self, fields: &[&str], network: &mut Declaration) -> Planned<()> {
        for field in fields {
            if *field != "bias" || self.bias()?.is_empty() {
                network.parameter(field, self.names.find(&self.prefix, field)?);
            }
        }
        Ok(())
    }

    /// An option of one number, in the DSL's word; nothing if the file leaves Keras's default.
    fn number(&self, key: &'static str, word: &str) -> Planned<String> {
        match self.config.has(key) {
            true => Ok(format!("{word} {}", float(self.config.number(key, None)?))),
            false => Ok(String::new()),
        }
    }
}

/// `3 x 2`: with spaces, because to Rust's lexer `0x2` is a number in base 16.
pub fn times(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    sizes.join(" x ")
}

/// An option of one size for each axis, unless all of them are what they are anyway.
pub fn sizes(word: &str, sizes: &[usize], usual: usize) -> String {
    if sizes.iter().all(|size| *size == usual) {
        return String::new();
    }
    format!("{word} {}", times(sizes))
}
