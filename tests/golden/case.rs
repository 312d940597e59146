//! One case file, as both the build step and the test read it.

use serde_json::Value;
use std::path::Path;

/// A fault of a case file, in words.
pub type Result<T> = std::result::Result<T, String>;

/// One file of the folder.
#[derive(Debug)]
pub struct Case {
    /// `category__name`.
    pub name: String,
    root: Value,
}

/// A tensor: row-major, flat. `"inf"`, `"-inf"` and `"nan"` have become numbers.
#[derive(Clone, Debug)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Vec<f64>,
}

impl Tensor {
    /// The values as the library holds them; inputs and parameters are exact in `f32`.
    pub fn f32s(&self) -> Vec<f32> {
        self.data.iter().map(|&value| value as f32).collect()
    }
    /// The length of the last axis.
    pub fn last(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }
    /// The product of all axes but the first: one sample's values.
    pub fn row(&self) -> usize {
        self.shape.iter().skip(1).product()
    }
}

impl Case {
    pub fn read(path: &Path) -> Result<Self> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(path).map_err(|e| format!("cannot be read: {e}"))?;
        let root: Value = serde_json::from_str(&text).map_err(|e| format!("is not JSON: {e}"))?;
        if !root.is_object() {
            return Err("is not a JSON object".into());
        }
        Ok(Self {
            name: stem.into_owned(),
            root,
        })
    }

    /// The part of the name before `__`.
    pub fn category(&self) -> &str {
        self.name.split("__").next().unwrap_or_default()
    }
    /// The part of the name after `__`.
    pub fn stem(&self) -> &str {
        self.name.split_once("__").map_or("", |(_, stem)| stem)
    }
    /// The source of the numbers.
    pub fn source(&self) -> &str {
        self.root
            .get("source")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The value under these keys, list positions among them; `null` is nothing.
    pub fn get<'a>(&'a self, keys: &[&str]) -> Option<&'a Value> {
        let step = |value: &'a Value, key: &&str| match value {
            Value::Array(list) => list.get(key.parse::<usize>().ok()?),
            _ => value.get(key),
        };
        keys.iter()
            .try_fold(&self.root, step)
            .filter(|value| !value.is_null())
    }
    pub fn at(&self, keys: &[&str]) -> Result<&Value> {
        self.get(keys)
            .ok_or_else(|| format!("`{}` is missing", keys.join(".")))
    }
    pub fn has(&self, keys: &[&str]) -> bool {
        self.get(keys).is_some()
    }
    /// The keys of a dictionary; none if there is no dictionary.
    pub fn keys(&self, keys: &[&str]) -> Vec<&str> {
        self.get(keys)
            .and_then(Value::as_object)
            .map(|map| map.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    pub fn tensor(&self, keys: &[&str]) -> Result<Tensor> {
        tensor(self.at(keys)?).map_err(|e| format!("`{}` {e}", keys.join(".")))
    }
    pub fn number(&self, keys: &[&str]) -> Result<f64> {
        number(self.at(keys)?).map_err(|e| format!("`{}` {e}", keys.join(".")))
    }
    pub fn size(&self, keys: &[&str]) -> Result<usize> {
        let value = self.at(keys)?;
        let size = value
            .as_u64()
            .ok_or_else(|| format!("`{}` is {value}, not a size", keys.join(".")))?;
        usize::try_from(size).map_err(|e| e.to_string())
    }
    /// A list of sizes.
    pub fn sizes(&self, keys: &[&str]) -> Result<Vec<usize>> {
        let list = self.at(keys)?.as_array().map(Vec::as_slice);
        sizes(list.unwrap_or_default()).map_err(|e| format!("`{}` {e}", keys.join(".")))
    }
    pub fn text(&self, keys: &[&str]) -> Result<&str> {
        let value = self.at(keys)?;
        value
            .as_str()
            .ok_or_else(|| format!("`{}` is {value}, not a string", keys.join(".")))
    }
}

pub fn number(value: &Value) -> Result<f64> {
    match value {
        Value::String(text) => match text.as_str() {
            "inf" => Ok(f64::INFINITY),
            "-inf" => Ok(f64::NEG_INFINITY),
            "nan" => Ok(f64::NAN),
            _ => Err(format!("holds the string `{text}`, not a number")),
        },
        _ => value
            .as_f64()
            .ok_or_else(|| format!("holds {value}, not a number")),
    }
}

fn sizes(list: &[Value]) -> Result<Vec<usize>> {
    let size = |axis: &Value| axis.as_u64().and_then(|n| usize::try_from(n).ok());
    list.iter()
        .map(|axis| size(axis).ok_or_else(|| format!("has the axis {axis}")))
        .collect()
}

fn tensor(value: &Value) -> Result<Tensor> {
    let array = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .ok_or_else(|| format!("is not a tensor: no `{key}`"))
    };
    let shape = sizes(array("shape")?)?;
    let data = array("data")?
        .iter()
        .map(number)
        .collect::<Result<Vec<_>>>()?;
    let len = shape.iter().product::<usize>();
    if data.len() != len {
        return Err(format!(
            "has {} values, but its shape {shape:?} holds {len}",
            data.len()
        ));
    }
    Ok(Tensor { shape, data })
}
