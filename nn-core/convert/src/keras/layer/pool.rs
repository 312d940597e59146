//! Layers without weights that look at a window.

use super::{Layer, Said, times};
use serde_json::{Value, json};

pub(super) fn pool(layer: &Layer<'_>, axes: usize, word: &str) -> Result<Said, String> {
    let config = &layer.config;
    let size = config.sizes("pool_size", axes, Some(&vec![2; axes]))?;
    let stride = config.sizes("strides", axes, Some(&size))?;
    let padding = match config.text("padding", "valid")? {
        "valid" => "",
        "same" => "pad same",
        other => return Err(format!("its `padding` is {other:?}")),
    };
    let stride = if stride == size {
        String::new()
    } else {
        format!("stride {}", times(&stride))
    };
    Ok(Said::statement(&[word, &times(&size), &stride, padding]))
}

pub(super) fn global(layer: &Layer<'_>, word: &str) -> Result<Said, String> {
    let said = Said::statement(&[word]);
    if !layer.config.flag("keepdims", false)? {
        return Ok(said);
    }
    let mut sizes = vec![1; layer.rank().saturating_sub(1)];
    sizes.push(layer.channels());
    Ok(said.then(format!("reshape {}", times(&sizes))))
}

pub(super) fn upsample(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    layer.config.only("interpolation", &json!("nearest"))?;
    let size = layer.config.sizes("size", axes, Some(&vec![2; axes]))?;
    Ok(Said::statement(&["upsample", &times(&size)]))
}

/// One number for all sides, one for each axis, or a pair for each axis.
pub(super) fn zero_pad(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    let sides = match layer.config.get("padding") {
        None => vec![[1; 2]; axes],
        Some(value) => {
            sides(value, axes).ok_or_else(|| "its `padding` is no list of sizes".to_owned())?
        }
    };
    if sides.iter().all(|[before, after]| before == after) {
        let both: Vec<usize> = sides.iter().map(|[both, _]| *both).collect();
        return Ok(Said::statement(&["zero_pad", &times(&both)]));
    }
    let words = if axes == 1 {
        &["before", "after"][..]
    } else {
        &["top", "bottom", "left", "right"]
    };
    let sides = words.iter().zip(sides.as_flattened());
    let sides = sides.filter(|(_, size)| **size > 0);
    let sides: Vec<String> = sides.map(|(word, size)| format!("{word} {size}")).collect();
    Ok(Said::statement(&["zero_pad", &sides.join(" ")]))
}

fn sides(value: &Value, axes: usize) -> Option<Vec<[usize; 2]>> {
    use crate::keras::config::size;
    let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) => Some([size(before)?, size(after)?]),
        Some(_) => None,
        None => size(value).map(|both| [both; 2]),
    };
    match value.as_array() {
        // Along one axis, two numbers are its two sides.
        Some(list) if axes == 1 && list.iter().all(Value::is_u64) => Some(vec![pair(value)?]),
        Some(list) if list.len() == axes => list.iter().map(pair).collect(),
        Some(_) => None,
        None => Some(vec![pair(value)?; axes]),
    }
}
