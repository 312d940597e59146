//! Convolutions.

use super::{Layer, Said, sizes, times};
use crate::keras::weights::{Fold, Slot};

/// One statement: the word for so many axes, sizes, activation, options.
fn statement(
    layer: &Layer<'_>,
    axes: usize,
    kind: &str,
    filters: &str,
    more: &str,
    slots: Vec<Slot>,
) -> Result<Said, String> {
    let config = &layer.config;
    let word = kind.replace("{}", &axes.to_string());
    let ones = vec![1; axes];
    let kernel = times(&config.sizes("kernel_size", axes, None)?);
    let activation = layer.activation("activation", "linear")?;
    let padding = match config.text("padding", "valid")? {
        "valid" => String::new(),
        name @ ("same" | "causal") => format!("pad {name}"),
        other => return Err(format!("its `padding` is {other:?}")),
    };
    let stride = sizes("stride", &config.sizes("strides", axes, Some(&ones))?, 1);
    let dilation = sizes(
        "dilation",
        &config.sizes("dilation_rate", axes, Some(&ones))?,
        1,
    );
    let bias = if layer.bias()? { "" } else { "no_bias" };
    Ok(Said::with(
        &[
            &word,
            filters,
            &kernel,
            &activation,
            &stride,
            &padding,
            &dilation,
            more,
            bias,
        ],
        slots,
    ))
}

/// These tensors, and a bias if there is one.
fn slots(layer: &Layer<'_>, first: Vec<Slot>) -> Result<Vec<Slot>, String> {
    let mut slots = first;
    if layer.bias()? {
        slots.push(Slot::new("bias", "", slots.len()));
    }
    Ok(slots)
}

pub(super) fn conv(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    let filters = layer.config.size("filters", None)?.to_string();
    let groups = sizes("groups", &[layer.config.size("groups", Some(1))?], 1);
    let slots = slots(layer, vec![Slot::new("kernel", "", 0)])?;
    statement(layer, axes, "conv{}d", &filters, &groups, slots)
}

fn multiplier(layer: &Layer<'_>) -> Result<String, String> {
    let multiplier = layer.config.size("depth_multiplier", Some(1))?;
    Ok(sizes("multiplier", &[multiplier], 1))
}

pub(super) fn depthwise(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    let kernel = Slot::new("kernel", "", 0).fold(Fold::Multiplier);
    let slots = slots(layer, vec![kernel])?;
    // What Keras 2 writes of the convolution that it is made of.
    for key in ["filters", "groups"] {
        layer.config.get(key);
    }
    statement(
        layer,
        axes,
        "depthwise_conv{}d",
        "",
        &multiplier(layer)?,
        slots,
    )
}

pub(super) fn separable(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    let filters = layer.config.size("filters", None)?.to_string();
    layer.config.get("groups");
    let depthwise = Slot::new("depthwise_kernel", "", 0).fold(Fold::Multiplier);
    let pointwise = Slot::new("pointwise_kernel", "", 1).fold(Fold::Point(2));
    let slots = slots(layer, vec![depthwise, pointwise])?;
    statement(
        layer,
        axes,
        "separable_conv{}d",
        &filters,
        &multiplier(layer)?,
        slots,
    )
}

pub(super) fn transpose(layer: &Layer<'_>, axes: usize) -> Result<Said, String> {
    let filters = layer.config.size("filters", None)?.to_string();
    layer.config.get("groups");
    let extra = match layer.config.get("output_padding") {
        Some(_) => format!(
            "output_padding {}",
            times(&layer.config.sizes("output_padding", axes, None)?)
        ),
        None => String::new(),
    };
    let slots = slots(layer, vec![Slot::new("kernel", "", 0)])?;
    statement(layer, axes, "conv{}d_transpose", &filters, &extra, slots)
}
