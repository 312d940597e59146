//! The options of one layer as its file gives them. Each must be asked for: one that nobody asked for is an option that
//! the test does not know, and the case says so instead of passing without it.

use super::{Planned, Reason, not_yet};
use crate::case::{self, Case};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Options that change nothing of what is compared: how weights begin, what things are called, how a library loops.
const WITHOUT_EFFECT: &[&str] = &[
    "bias_initializer",
    "class",
    "depthwise_initializer",
    "dtype",
    "gate_order",
    "kernel_initializer",
    "name",
    "pointwise_initializer",
    "recurrent_initializer",
    "renorm_momentum",
    "seed",
    "trainable",
    "unit_forget_bias",
    "unroll",
];

pub struct Config<'a> {
    case: &'a Case,
    keys: Vec<String>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Config<'a> {
    pub fn new(case: &'a Case, keys: &[&str]) -> Self {
        Self {
            case,
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
            asked: RefCell::default(),
        }
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        let keys = self.keys.iter().map(String::as_str);
        self.case.get(&keys.chain([key]).collect::<Vec<_>>())
    }

    /// The value, unless it is `null` or not there.
    pub fn get(&self, key: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(key);
        self.value(key)
    }

    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    pub fn size(&self, key: &'static str, default: Option<usize>) -> Planned<usize> {
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| self.missing(key));
        };
        size(value).ok_or_else(|| self.wrong(key, value, "a size"))
    }

    /// One size for each axis; a single number stands for all of them.
    pub fn sizes<const AXES: usize>(
        &self,
        key: &'static str,
        default: Option<[usize; AXES]>,
    ) -> Planned<[usize; AXES]> {
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| self.missing(key));
        };
        let sizes = match value.as_array() {
            Some(list) => list.iter().map(size).collect::<Option<Vec<_>>>(),
            None => size(value).map(|one| vec![one; AXES]),
        };
        sizes
            .and_then(|sizes| sizes.try_into().ok())
            .ok_or_else(|| self.wrong(key, value, &format!("{AXES} sizes")))
    }

    pub fn number(&self, key: &'static str, default: Option<f64>) -> Planned<f64> {
        let Some(value) = self.get(key) else {
            return default.ok_or_else(|| self.missing(key));
        };
        Ok(case::number(value).map_err(|e| format!("`{key}` {e}"))?)
    }

    pub fn text(&self, key: &'static str, default: &'static str) -> Planned<&'a str> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value
                .as_str()
                .ok_or_else(|| self.wrong(key, value, "a string")),
        }
    }

    pub fn flag(&self, key: &'static str, default: bool) -> Planned<bool> {
        match self.get(key) {
            None => Ok(default),
            Some(value) => value
                .as_bool()
                .ok_or_else(|| self.wrong(key, value, "true or false")),
        }
    }

    /// An option of which the library has this value only.
    pub fn only(&self, key: &'static str, value: &str) -> Planned<()> {
        match self.get(key).map(Value::to_string) {
            Some(found) if found.trim_matches('"') != value => {
                not_yet(format!("`{key}` = {found}"))
            }
            _ => Ok(()),
        }
    }

    /// Fails if there is an option that nobody asked for and that is not switched off.
    pub fn finish(&self) -> Planned<()> {
        let asked = self.asked.borrow();
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        for key in self.case.keys(&keys) {
            let Some(value) = self.value(key) else {
                continue;
            };
            let off = value == false || value.as_f64() == Some(0.0);
            if !off && !asked.contains(key) && !WITHOUT_EFFECT.contains(&key) {
                return not_yet(format!("the option `{key}` = {value}"));
            }
        }
        Ok(())
    }

    fn path(&self, key: &str) -> String {
        format!("{}.{key}", self.keys.join("."))
    }
    fn missing(&self, key: &str) -> Reason {
        Reason::Malformed(format!("`{}` is missing", self.path(key)))
    }
    fn wrong(&self, key: &str, value: &Value, wanted: &str) -> Reason {
        Reason::Malformed(format!("`{}` is {value}, not {wanted}", self.path(key)))
    }
}

fn size(value: &Value) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}
