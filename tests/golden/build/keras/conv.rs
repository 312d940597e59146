//! Convolutions.

use super::{Layer, sizes, times};
use crate::plan::declare::Declaration;
use crate::plan::{Planned, not_yet};

/// Options that all convolutions share: stride, padding, dilation, groups, bias.
fn options<const AXES: usize>(layer: &Layer<'_>) -> Planned<[String; 4]> {
    let config = &layer.config;
    let padding = match config.text("padding", "valid")? {
        "valid" => String::new(),
        name @ ("same" | "causal") => format!("pad {name}"),
        other => return not_yet(format!("`padding` = {other:?}")),
    };
    Ok([
        sizes(
            "stride",
            &config.sizes::<AXES>("strides", Some([1; AXES]))?,
            1,
        ),
        padding,
        sizes(
            "dilation",
            &config.sizes::<AXES>("dilation_rate", Some([1; AXES]))?,
            1,
        ),
        layer.bias()?.to_owned(),
    ])
}

/// One statement: the word for so many axes, sizes, activation, options.
fn statement<const AXES: usize>(
    layer: &Layer<'_>,
    kind: &str,
    filters: &str,
    more: &str,
    network: &mut Declaration,
) -> Planned<()> {
    let word = kind.replace("{}", &AXES.to_string());
    let kernel = times(&layer.config.sizes::<AXES>("kernel_size", None)?);
    let activation = layer.activation("activation", "linear")?;
    let [stride, padding, dilation, bias] = options::<AXES>(layer)?;
    network.layer(&[
        &word,
        filters,
        &kernel,
        &activation,
        &stride,
        &padding,
        &dilation,
        more,
        &bias,
    ]);
    Ok(())
}

pub fn conv<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    // What some files say of their own accord; it is Keras's.
    let layout = layer.config.text("layout", "NHWC")?;
    if layout.starts_with("NC") {
        return not_yet(format!("the layout {layout}"));
    }
    let filters = layer.config.size("filters", None)?.to_string();
    let groups = sizes("groups", &[layer.config.size("groups", Some(1))?], 1);
    statement::<AXES>(layer, "conv{}d", &filters, &groups, network)?;
    let causal = layer.config.text("padding", "valid")? == "causal";
    if causal && layer.config.sizes("strides", Some([1; AXES]))? == [1; AXES] {
        // It remembers steps, not a state that a file would give.
        network.memories = Some(Vec::new());
    }
    layer.parameters(&["kernel", "bias"], network)
}

/// Nothing, or how many outputs there are for each channel.
fn multiplier(layer: &Layer<'_>) -> Planned<String> {
    let multiplier = layer.config.size("depth_multiplier", Some(1))?;
    Ok(sizes("multiplier", &[multiplier], 1))
}

pub fn depthwise<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let multiplier = multiplier(layer)?;
    statement::<AXES>(layer, "depthwise_conv{}d", "", &multiplier, network)?;
    layer.parameters(&["kernel", "bias"], network)
}

pub fn separable<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let filters = layer.config.size("filters", None)?.to_string();
    let multiplier = multiplier(layer)?;
    statement::<AXES>(layer, "separable_conv{}d", &filters, &multiplier, network)?;
    let fields = ["depthwise_kernel", "pointwise_kernel", "bias"];
    layer.parameters(&fields, network)
}

pub fn transpose<const AXES: usize>(layer: &Layer<'_>, network: &mut Declaration) -> Planned<()> {
    let filters = layer.config.size("filters", None)?.to_string();
    let extra = match layer.config.has("output_padding") {
        true => {
            let sizes = layer.config.sizes::<AXES>("output_padding", None)?;
            format!("output_padding {}", times(&sizes))
        }
        false => String::new(),
    };
    statement::<AXES>(layer, "conv{}d_transpose", &filters, &extra, network)?;
    layer.parameters(&["kernel", "bias"], network)
}
