//! Keras's layers in our words.

mod conv;
mod other;
mod pool;
mod recurrent;

use super::activation;
use super::config::Config;
use super::weights::Slot;
use crate::Tensor;
use crate::error::shown;
use serde_json::{Value, json};

/// One layer of a file.
pub(crate) struct Layer<'a> {
    pub(crate) class: &'a str,
    pub(crate) config: Config<'a>,
    /// Whether the file is of Keras 2.
    pub(crate) keras2: bool,
    /// The shape of one sample that flows in, if it is known.
    pub(crate) shape: Option<&'a [usize]>,
    /// The arguments of the call of the layer besides its inputs.
    pub(crate) causal: bool,
}

/// A layer in our words.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Its statements; none if it does nothing.
    pub(crate) statements: Vec<String>,
    /// The tensors of the first of them, in Keras's order.
    pub(crate) slots: Vec<Slot>,
    /// Those that follow from its options.
    pub(crate) tensors: Vec<Tensor>,
}

impl Said {
    fn nothing() -> Self {
        Self::default()
    }

    fn statement(words: &[&str]) -> Self {
        Self::with(words, Vec::new())
    }

    fn with(words: &[&str], slots: Vec<Slot>) -> Self {
        Self {
            statements: vec![joined(words)],
            slots,
            tensors: Vec::new(),
        }
    }

    fn then(mut self, statement: String) -> Self {
        self.statements.push(statement);
        self
    }
}

fn joined(words: &[&str]) -> String {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

impl Layer<'_> {
    /// The layer in our words.
    pub(crate) fn say(&self) -> Result<Said, String> {
        let said = match self.class {
            "Dense" => other::dense(self),
            "Flatten" => other::flatten(self),
            "Reshape" => other::reshape(self),
            "RepeatVector" => other::repeat(self),
            "PReLU" => other::prelu(self),
            "Dropout" => other::dropout(self),
            "SpatialDropout1D"
            | "SpatialDropout2D"
            | "AlphaDropout"
            | "GaussianDropout"
            | "GaussianNoise"
            | "ActivityRegularization"
            | "Identity" => other::nothing(self),
            "BatchNormalization" => other::batch_norm(self),
            "LayerNormalization" => other::layer_norm(self),
            "Rescaling" => other::rescaling(self),
            "Embedding" => other::embedding(self),
            "MultiHeadAttention" => other::attention(self),
            "TimeDistributed" => other::time_distributed(self),
            "SimpleRNN" | "LSTM" | "GRU" => recurrent::recurrent(self),
            "Bidirectional" => recurrent::bidirectional(self),
            class => match activation::layer(class, &self.config, self.keras2) {
                Some(words) => other::activation(self, words?),
                None => self.windowed(),
            },
        }?;
        self.config.finish()?;
        Ok(said)
    }

    /// A layer that slides a window along one axis or two.
    fn windowed(&self) -> Result<Said, String> {
        let (kind, axes) = match (self.class.split_once("1D"), self.class.split_once("2D")) {
            (Some((before, after)), _) => (format!("{before}{after}"), 1),
            (_, Some((before, after))) => (format!("{before}{after}"), 2),
            _ => return self.unknown(),
        };
        let last = self.config.only("data_format", &json!("channels_last"));
        let said = match &*kind {
            "Conv" | "Convolution" => conv::conv(self, axes),
            "DepthwiseConv" => conv::depthwise(self, axes),
            "SeparableConv" => conv::separable(self, axes),
            "ConvTranspose" => conv::transpose(self, axes),
            "MaxPooling" => pool::pool(self, axes, "max_pool"),
            "AveragePooling" => pool::pool(self, axes, "avg_pool"),
            "GlobalMaxPooling" => pool::global(self, "global_max_pool"),
            "GlobalAveragePooling" => pool::global(self, "global_avg_pool"),
            "UpSampling" => pool::upsample(self, axes),
            "ZeroPadding" => pool::zero_pad(self, axes),
            _ => return self.unknown(),
        }?;
        last?;
        Ok(said)
    }

    fn unknown(&self) -> Result<Said, String> {
        Err("`network!` has no such layer".to_owned())
    }

    /// The number of axes of one sample; as in a chain of vectors where it is not known.
    fn rank(&self) -> usize {
        self.shape.map_or(1, <[usize]>::len)
    }

    /// The last axis.
    fn channels(&self) -> usize {
        self.shape.and_then(<[usize]>::last).copied().unwrap_or(1)
    }

    /// The words of an activation that an option names; empty for none.
    fn activation(&self, key: &'static str, default: &'static str) -> Result<String, String> {
        match self.config.get(key) {
            Some(value) => activation::words(value, self.keras2),
            None => activation::words(&json!(default), self.keras2),
        }
    }

    /// Whether there is a bias.
    fn bias(&self) -> Result<bool, String> {
        self.config.flag("use_bias", true)
    }

    /// `axis`, a number or a list of one, must be the last.
    fn last_axis(&self) -> Result<(), String> {
        let Some(value) = self.config.get("axis") else {
            return Ok(());
        };
        let one = match value.as_array().map(Vec::as_slice) {
            Some([one]) => one,
            _ => value,
        };
        let last = i64::try_from(self.rank()).ok();
        match one.as_i64() {
            Some(-1) => Ok(()),
            axis if axis.is_some() && (axis == last || self.shape.is_none()) => Ok(()),
            _ => Err(format!(
                "its `axis` is {}, and only the last can be said",
                shown(&value.to_string())
            )),
        }
    }
}

/// The class and configuration of a layer within another.
fn inner<'a>(value: Option<&'a Value>) -> Result<(&'a str, Config<'a>), String> {
    let class = value
        .and_then(|value| value.get("class_name"))
        .and_then(Value::as_str);
    let config = value
        .and_then(|value| value.get("config"))
        .and_then(Value::as_object);
    match (class, config) {
        (Some(class), Some(config)) => Ok((class, Config::new(config))),
        _ => Err("the layer inside it is missing".to_owned()),
    }
}

/// `3x2`; with spaces where Rust's lexer would read a number in base 16.
pub(crate) fn times(sizes: &[usize]) -> String {
    let between = if sizes.first() == Some(&0) {
        " x "
    } else {
        "x"
    };
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    sizes.join(between)
}

/// An option of one size for each axis, unless all of them are what they are anyway; one number if they are alike.
fn sizes(word: &str, sizes: &[usize], usual: usize) -> String {
    match sizes {
        [first, rest @ ..] if rest.iter().all(|size| size == first) => {
            if *first == usual {
                String::new()
            } else {
                format!("{word} {first}")
            }
        }
        sizes => format!("{word} {}", times(sizes)),
    }
}
