//! The call of a layer in a functional model.

use crate::error::shown;
use serde_json::Value;
use std::collections::BTreeMap;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Call {
    /// The operators that feed it.
    pub(crate) inputs: Vec<usize>,
    /// Whether no step sees later ones.
    pub(crate) causal: bool,
}

/// Arguments that change nothing of what a trained network gives.
const WITHOUT_EFFECT: &[&str] = &["training", "mask", "name"];

/// An argument.
#[derive(Default)]
struct Found<'a> {
    tensors: Vec<&'a str>,
    causal: bool,
}

impl Call {
    /// The call of a layer; nothing if what feeds it is not there yet.
    pub(crate) fn of(layer: &Value, done: &BTreeMap<&str, usize>) -> Result<Option<Self>, String> {
        let calls = layer
            .get("inbound_nodes")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let mut found = Found::default();
        match calls {
            [] => return Err("nothing feeds it".to_owned()),
            [call] => match (call.get("args"), call.get("kwargs")) {
                (Some(args), kwargs) => {
                    found.values(args)?;
                    found.options(kwargs)?;
                }
                _ => found.old(call)?,
            },
            calls => {
                return Err(format!(
                    "it is applied {} times, and its weights would be there as often",
                    calls.len()
                ));
            }
        }
        let inputs = found.tensors.iter().map(|name| done.get(name).copied());
        let inputs: Option<Vec<usize>> = inputs.collect();
        Ok(inputs.map(|inputs| Self {
            inputs,
            causal: found.causal,
        }))
    }
}

impl<'a> Found<'a> {
    /// Keras 3's arguments: tensors, or lists of them.
    fn values(&mut self, value: &'a Value) -> Result<(), String> {
        match value {
            Value::Null => Ok(()),
            Value::Array(list) => list.iter().try_for_each(|value| self.values(value)),
            Value::Object(map)
                if map
                    .get("class_name")
                    .is_some_and(|class| class == "__keras_tensor__") =>
            {
                let history = value.pointer("/config/keras_history");
                self.tensor(history.unwrap_or(&Value::Null))
            }
            value => Err(format!(
                "it is called with {}, which cannot be said",
                shown(&value.to_string())
            )),
        }
    }

    /// `["dense", 0, 0]`.
    fn tensor(&mut self, history: &'a Value) -> Result<(), String> {
        let place = |i: usize| history.get(i).and_then(Value::as_u64);
        match (history.get(0).and_then(Value::as_str), place(1), place(2)) {
            (Some(name), _, Some(0)) => {
                self.tensors.push(name);
                Ok(())
            }
            (Some(name), _, Some(number)) => Err(format!(
                "it takes output {number} of `{}`, and layers give one",
                shown(name)
            )),
            _ => Err(format!(
                "what feeds it cannot be read: {}",
                shown(&history.to_string())
            )),
        }
    }

    fn options(&mut self, options: Option<&'a Value>) -> Result<(), String> {
        for (key, value) in options.and_then(Value::as_object).into_iter().flatten() {
            let off = value.is_null() || *value == false;
            match key.as_str() {
                "use_causal_mask" => self.causal = *value == true,
                key if off || WITHOUT_EFFECT.contains(&key) => {}
                _ if value.is_array() && value.get(0).is_some_and(Value::is_string) => {
                    self.tensor(value)?
                }
                _ if value.is_object() || value.is_array() => self.values(value)?,
                key => {
                    return Err(format!(
                        "its argument `{}` = {} is not known",
                        shown(key),
                        shown(&value.to_string())
                    ));
                }
            }
        }
        Ok(())
    }

    /// Keras 2's: a list of `["dense", 0, 0, {options}]`.
    fn old(&mut self, call: &'a Value) -> Result<(), String> {
        let list = call.as_array().map_or(&[][..], Vec::as_slice);
        // A single one need not be in a list.
        if list.first().is_some_and(Value::is_string) {
            self.tensor(call)?;
            return self.options(call.get(3));
        }
        for one in list {
            self.tensor(one)?;
            self.options(one.get(3))?;
        }
        Ok(())
    }
}

/// The layers that a model begins or ends with: `[["dense", 0, 0]]`, or without the outer list.
pub(crate) fn ends(value: &Value) -> Vec<&str> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    match list {
        [Value::String(name), ..] => vec![name],
        list => list.iter().filter_map(|one| one.get(0)?.as_str()).collect(),
    }
}
