//! Layers without weights that look at a window.

use super::{Layer, times};
use crate::plan::declare::Declaration;
use crate::plan::{Planned, Reason, not_yet};
use serde_json::Value;

pub fn pool<const AXES: usize>(
    layer: &Layer<'_>,
    word: &str,
    network: &mut Declaration,
) -> Planned<()> {
    let config = &layer.config;
    let size = config.sizes::<AXES>("pool_size", Some([2; AXES]))?;
    let stride = config.sizes::<AXES>("strides", Some(size))?;
    let padding = match config.text("padding", "valid")? {
        "valid" => "",
        "same" => "pad same",
        other => return not_yet(format!("`padding` = {other:?}")),
    };
    let stride = match stride == size {
        true => String::new(),
        false => format!("stride {}", times(&stride)),
    };
    network.layer(&[word, &times(&size), &stride, padding]);
    Ok(())
}

pub fn global(layer: &Layer<'_>, word: &str, network: &mut Declaration) -> Planned<()> {
    network.layer(&[word]);
    // The same values, whether or not axes of length one remain; only what follows would see them.
    if !layer.config.flag("keepdims", false)? {
        network.rank = 1;
    }
    Ok(())
}

pub fn upsample<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    layer.config.only("interpolation", "nearest")?;
    let size = layer.config.sizes::<AXES>("size", Some([2; AXES]))?;
    network.layer(&["upsample", &times(&size)]);
    Ok(())
}

/// One number for all sides, one for each axis, or a pair for each axis.
pub fn zero_pad<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    layer.config.only("data_format", "channels_last")?;
    let sides = match layer.config.get("padding") {
        None => [[1; 2]; AXES],
        Some(value) => sides::<AXES>(value)
            .ok_or_else(|| Reason::Malformed(format!("`padding` is {value}")))?,
    };
    if sides.iter().all(|[before, after]| before == after) {
        let both = sides.map(|[both, _]| both);
        network.layer(&["zero_pad", &times(&both)]);
        return Ok(());
    }
    let words = if AXES == 1 {
        &["before", "after"][..]
    } else {
        &["top", "bottom", "left", "right"]
    };
    let sides = words.iter().zip(sides.as_flattened());
    let sides = sides.filter(|(_, size)| **size > 0);
    let sides: Vec<String> = sides.map(|(word, size)| format!("{word} {size}")).collect();
    network.layer(&["zero_pad", &sides.join(" ")]);
    Ok(())
}

fn sides<const AXES: usize>(value: &Value) -> Option<[[usize; 2]; AXES]> {
    let size = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) => Some([size(before)?, size(after)?]),
        Some(_) => None,
        None => size(value).map(|both| [both; 2]),
    };
    match value.as_array() {
        // Along one axis, two numbers are its two sides.
        Some(list) if AXES == 1 && list.iter().all(Value::is_u64) => Some([pair(value)?; AXES]),
        Some(list) => {
            let sides = list.iter().map(pair).collect::<Option<Vec<_>>>()?;
            sides.try_into().ok()
        }
        None => Some([pair(value)?; AXES]),
    }
}
