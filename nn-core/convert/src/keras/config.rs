//! The options of a layer. Each must be asked for: one that nobody asked for is one that is not known, and the
//! network would be another without it.

use crate::error::shown;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Options that change nothing of what a trained network gives.
const WITHOUT_EFFECT: &[&str] = &[
    "activity_regularizer",
    "autocast",
    "batch_input_shape",
    "beta_constraint",
    "beta_initializer",
    "beta_regularizer",
    "bias_constraint",
    "bias_initializer",
    "bias_regularizer",
    "build_config",
    "depthwise_constraint",
    "depthwise_initializer",
    "depthwise_regularizer",
    "dropout",
    "dtype",
    "embeddings_constraint",
    "embeddings_initializer",
    "embeddings_regularizer",
    "flash_attention",
    "gamma_constraint",
    "gamma_initializer",
    "gamma_regularizer",
    "implementation",
    "input_length",
    "kernel_constraint",
    "kernel_initializer",
    "kernel_regularizer",
    "key_shape",
    "lora_alpha",
    "moving_mean_initializer",
    "moving_variance_initializer",
    "name",
    "noise_shape",
    "optional",
    "pointwise_constraint",
    "pointwise_initializer",
    "pointwise_regularizer",
    "query_shape",
    "recurrent_constraint",
    "recurrent_dropout",
    "recurrent_initializer",
    "recurrent_regularizer",
    "seed",
    "stateful",
    "synchronized",
    "trainable",
    "unit_forget_bias",
    "unroll",
    "value_shape",
    "zero_output_for_mask",
];

/// The options of one layer as its file has them.
pub(crate) struct Config<'a> {
    map: &'a Map<String, Value>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Config<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>) -> Self {
        Self {
            map,
            asked: RefCell::default(),
        }
    }

    /// The value, unless it is `null` or not there.
    pub(crate) fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(key);
        self.map.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn size(&self, key: &'static str, default: Option<usize>) -> Result<usize, String> {
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| missing(key));
        };
        size(value).ok_or_else(|| wrong(key, value, "a size"))
    }

    /// One size for each axis; a single number stands for all of them.
    pub(crate) fn sizes(
        &self,
        key: &'static str,
        axes: usize,
        default: Option<&[usize]>,
    ) -> Result<Vec<usize>, String> {
        let Some(value) = self.get(key) else {
            return default.map(<[usize]>::to_vec).ok_or_else(|| missing(key));
        };
        let sizes = match value.as_array() {
            Some(list) => list.iter().map(size).collect::<Option<Vec<_>>>(),
            None => size(value).map(|one| vec![one; axes]),
        };
        sizes
            .filter(|sizes| sizes.len() == axes)
            .ok_or_else(|| wrong(key, value, &format!("{axes} sizes")))
    }

    pub(crate) fn number(&self, key: &'static str, default: Option<f64>) -> Result<f64, String> {
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| missing(key));
        };
        value.as_f64().ok_or_else(|| wrong(key, value, "a number"))
    }

    pub(crate) fn text(&self, key: &'static str, default: &'static str) -> Result<&'a str, String> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value.as_str().ok_or_else(|| wrong(key, value, "a text")),
        }
    }

    pub(crate) fn flag(&self, key: &'static str, default: bool) -> Result<bool, String> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value
                .as_bool()
                .ok_or_else(|| wrong(key, value, "true or false")),
        }
    }

    /// An option that can only have this value here.
    pub(crate) fn only(&self, key: &'static str, wanted: &Value) -> Result<(), String> {
        match self.get(key) {
            Some(value) if value != wanted => Err(format!(
                "`{key}` is {}, and only {wanted} can be said",
                shown(&value.to_string())
            )),
            _ => Ok(()),
        }
    }

    /// Fails if there is an option that nobody asked for and that is not switched off.
    pub(crate) fn finish(&self) -> Result<(), String> {
        let asked = self.asked.borrow();
        for (key, value) in self.map {
            let off = value.is_null() || *value == false || value.as_f64() == Some(0.0);
            let known = asked.contains(key.as_str()) || WITHOUT_EFFECT.contains(&key.as_str());
            if !off && !known {
                return Err(format!(
                    "its option `{}` = {} is not known",
                    shown(key),
                    shown(&value.to_string())
                ));
            }
        }
        Ok(())
    }
}

pub(crate) fn size(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

fn missing(key: &str) -> String {
    format!("its option `{key}` is missing")
}

fn wrong(key: &str, value: &Value, wanted: &str) -> String {
    format!(
        "its option `{key}` is {}, not {wanted}",
        shown(&value.to_string())
    )
}
