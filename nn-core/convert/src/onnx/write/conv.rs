//! Convolutions and pools.

use super::activation::activated;
use super::words::Words;
use super::{Layer, Value, Writer, int, ints, sizes};
use crate::Tensor;
use crate::array::Array;

/// A window's way over the axes.
struct Window {
    kernel: Vec<usize>,
    strides: Vec<usize>,
    dilations: Vec<usize>,
    /// Before and behind each axis.
    pads: Vec<[usize; 2]>,
}

impl Window {
    /// The window of a layer whose kernel is in this place of its words.
    fn of(layer: &Layer<'_>, place: usize, count: usize, pool: bool) -> Result<Self, String> {
        let kernel = Words::sizes(layer.words.at(place), count)?;
        let option = |word: &str, otherwise: &[usize]| match layer.words.after(word) {
            Some(text) => Words::sizes(text, count),
            None => Ok(otherwise.to_vec()),
        };
        let ones = vec![1; count];
        let strides = option("stride", if pool { &kernel } else { &ones })?;
        let dilations = option("dilation", &ones)?;
        if strides.contains(&0) || kernel.contains(&0) {
            return Err("its window or stride is 0".to_owned());
        }
        Ok(Self {
            kernel,
            strides,
            dilations,
            pads: vec![[0, 0]; count],
        })
    }

    fn reach(&self) -> Vec<usize> {
        let axes = self.kernel.iter().zip(&self.dilations);
        axes.map(|(kernel, dilation)| (kernel - 1) * dilation + 1)
            .collect()
    }

    /// The padding of a layer that makes its input smaller or leaves it.
    fn pad(&mut self, layer: &Layer<'_>, input: &[usize]) -> Result<(), String> {
        let axes = input.iter().zip(&self.strides).zip(self.reach());
        self.pads = match layer.words.after("pad") {
            None | Some("valid") => return Ok(()),
            Some("same") => axes
                .map(|((size, stride), reach)| {
                    let all = ((size.div_ceil(*stride).saturating_sub(1)) * stride + reach)
                        .saturating_sub(*size);
                    [all / 2, all - all / 2]
                })
                .collect(),
            Some("causal") => axes.map(|(_, reach)| [reach - 1, 0]).collect(),
            Some(by) => Words::sizes(by, self.kernel.len())?
                .into_iter()
                .map(|pad| [pad, pad])
                .collect(),
        };
        Ok(())
    }

    /// The padding of a transposed layer, whose output is given; and what is added behind.
    fn pad_transposed(
        &mut self,
        layer: &Layer<'_>,
        input: &[usize],
        output: &[usize],
    ) -> Result<Vec<usize>, String> {
        let by = match layer.words.after("pad") {
            None | Some("valid" | "same" | "causal") => None,
            Some(by) => Some(Words::sizes(by, self.kernel.len())?),
        };
        let same = layer.words.after("pad") == Some("same");
        let mut extra = Vec::new();
        let mut pads = Vec::new();
        for (i, (((size, stride), reach), wanted)) in input
            .iter()
            .zip(&self.strides)
            .zip(self.reach())
            .zip(output)
            .enumerate()
        {
            let before = match &by {
                Some(by) => by.get(i).copied().unwrap_or_default(),
                None if same => reach.saturating_sub(*stride) / 2,
                None => 0,
            };
            let full = size.saturating_sub(1) * stride + reach;
            let behind = full.saturating_sub(before + wanted);
            pads.push([before, behind]);
            extra.push((before + behind + wanted).saturating_sub(full));
        }
        self.pads = pads;
        Ok(extra)
    }

    fn attributes(&self) -> Vec<super::AttributeProto> {
        let before = self.pads.iter().map(|[before, _]| *before);
        let pads: Vec<usize> = before
            .chain(self.pads.iter().map(|[_, behind]| *behind))
            .collect();
        vec![
            sizes("kernel_shape", &self.kernel),
            sizes("strides", &self.strides),
            sizes("pads", &pads),
        ]
    }
}

/// The sizes of the steps or pixels.
fn spatial(shape: &[usize]) -> &[usize] {
    shape.split_last().map_or(&[], |(_, spatial)| spatial)
}

/// A kernel in ONNX's order: the window's own axes are last, and filters before channels.
fn turned(tensor: &Tensor) -> Array {
    let array = Array {
        shape: tensor.shape.clone(),
        values: tensor.values.clone(),
    };
    let rank = array.shape.len();
    let order: Vec<usize> = [rank.saturating_sub(1), rank.saturating_sub(2)]
        .into_iter()
        .chain(0..rank.saturating_sub(2))
        .collect();
    array.permuted(&order)
}

/// Any convolution.
pub(super) fn conv(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.first(value);
    let (count, kind) = (
        value.shape.len().saturating_sub(1),
        layer.words.kind().to_owned(),
    );
    let channels = value.shape.last().copied().unwrap_or(1);
    let depthwise = kind.starts_with("depthwise");
    let shape = layer.output()?;
    let mut window = Window::of(layer, if depthwise { 1 } else { 2 }, count, false)?;
    let mut attributes = Vec::new();
    let name = if kind.ends_with("transpose") {
        "ConvTranspose"
    } else {
        "Conv"
    };
    if name == "ConvTranspose" {
        let extra = window.pad_transposed(layer, spatial(&value.shape), spatial(&shape))?;
        attributes.push(sizes("output_padding", &extra));
    } else {
        window.pad(layer, spatial(&value.shape))?;
    }
    attributes.extend(window.attributes());
    attributes.push(sizes("dilations", &window.dilations));
    let groups = match layer.words.after("groups") {
        Some(text) => Words::sizes(text, 1)?.first().copied().unwrap_or(1),
        None if depthwise || kind.starts_with("separable") => channels,
        None => 1,
    };
    attributes.push(int("group", i64::try_from(groups).unwrap_or(1)));
    let separable = layer.tensor("depthwise_kernel");
    let kernel = match separable {
        Some(kernel) => kernel,
        None => layer.needed("kernel")?,
    };
    let kernel_name = give(writer, layer, kernel, turned(kernel));
    let bias = layer.tensor("bias").map(|bias| layer.give(writer, bias));
    let mut inputs = vec![value.name.as_str(), &kernel_name];
    let mut result;
    if separable.is_some() {
        let between = writer.op(name, &layer.path, &inputs, attributes);
        let pointwise = layer.needed("pointwise_kernel")?;
        let mut turned = Array {
            shape: pointwise.shape.clone(),
            values: pointwise.values.clone(),
        }
        .transposed();
        turned.shape.extend(vec![1; count]);
        let pointwise = give(writer, layer, pointwise, turned);
        inputs = vec![&between, &pointwise];
        inputs.extend(bias.as_deref());
        result = writer.op(
            name,
            &layer.path,
            &inputs,
            vec![ints("kernel_shape", vec![1; count])],
        );
    } else {
        inputs.extend(bias.as_deref());
        result = writer.op(name, &layer.path, &inputs, attributes);
    }
    let value = Value {
        name: std::mem::take(&mut result),
        shape,
        first: true,
    };
    activated(writer, value, &layer.path, layer.words.activation())
}

fn give(writer: &mut Writer, layer: &Layer<'_>, tensor: &Tensor, array: Array) -> String {
    writer.weights(
        format!("{}.{}", layer.path, tensor.name),
        &array.shape,
        &array.values,
    )
}

/// `max_pool` and `avg_pool`.
pub(super) fn pool(writer: &mut Writer, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
    let value = writer.first(value);
    let mut window = Window::of(layer, 1, value.shape.len().saturating_sub(1), true)?;
    window.pad(layer, spatial(&value.shape))?;
    let kind = if layer.words.kind() == "max_pool" {
        "MaxPool"
    } else {
        "AveragePool"
    };
    let name = writer.op(kind, &layer.path, &[&value.name], window.attributes());
    Ok(Value {
        name,
        shape: layer.output()?,
        first: true,
    })
}
