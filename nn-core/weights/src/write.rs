//! A network as a safetensors file.

use crate::axes::{permute, swap_gates};
use crate::form::{Form, Join, Layout, form, unit};
use crate::read::unfold;
use crate::{Problem, Wanted};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

/// A tensor as it will be in the file.
struct Written {
    axes: Vec<usize>,
    bytes: Vec<u8>,
}

/// The bytes of a file with these tensors, in another library's names and orders if wanted. All axes must be known.
///
/// # Errors
///
/// If that library has no such layer.
pub fn write(tensors: &[(Wanted, &[f32])], layout: Layout) -> Result<Vec<u8>, Problem> {
    let mut file: BTreeMap<String, Written> = BTreeMap::new();
    for (wanted, values) in tensors {
        let Some(form) = form(wanted, layout) else {
            return Err(Problem::of_layer(
                &wanted.layer,
                format!(
                    "PyTorch has no layer with this `{}`; save the weights in Keras's layout, or ours",
                    wanted.tensor
                ),
            ));
        };
        for (name, tensor) in parts(wanted, values, &form, layout) {
            file.insert(name, tensor);
        }
    }
    let views: Result<Vec<(&str, TensorView<'_>)>, _> = file
        .iter()
        .map(|(name, tensor)| {
            let view = TensorView::new(Dtype::F32, tensor.axes.clone(), &tensor.bytes)?;
            Ok((name.as_str(), view))
        })
        .collect();
    let failed = |error: safetensors::SafeTensorError| Problem::of_file(error.to_string());
    safetensors::serialize(views.map_err(failed)?, None).map_err(failed)
}

/// The file's tensors for one of ours, under its names.
fn parts(wanted: &Wanted, values: &[f32], form: &Form, layout: Layout) -> Vec<(String, Written)> {
    let axes: Vec<usize> = wanted.axes.iter().map(|axis| axis.unwrap_or(1)).collect();
    let mut values = values.to_vec();
    if let (Some(gates), Some(&row)) = (form.swapped, axes.last()) {
        swap_gates(&mut values, row, gates);
    }
    let flattened = wanted.flattened.filter(|_| layout == Layout::Torch);
    let (unfolded, order) = unfold(&axes, &form.order, flattened);
    let values = permute(&values, &unfolded, &order);
    let there: Vec<usize> = form
        .order
        .iter()
        .filter_map(|i| axes.get(*i))
        .copied()
        .collect();
    let parts = match form.join {
        Join::One => vec![(there, values)],
        Join::Sum => {
            let zeros = vec![0.0; values.len()];
            vec![(there.clone(), values), (there, zeros)]
        }
        Join::Rows => {
            let row = there.get(1..).unwrap_or_default().to_vec();
            let (first, second) = values.split_at(values.len() / 2);
            vec![(row.clone(), first.to_vec()), (row, second.to_vec())]
        }
    };
    let names = form.files.iter().filter_map(|names| names.first());
    let names = names.map(|name| full(&wanted.layer, name, layout));
    let tensors = parts.into_iter().map(|(axes, values)| Written {
        axes,
        bytes: values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect(),
    });
    names.zip(tensors).collect()
}

fn full(layer: &str, name: &str, layout: Layout) -> String {
    let (unit, _) = unit(layer);
    let path = if unit.is_empty() {
        name.to_string()
    } else {
        format!("{unit}.{name}")
    };
    match layout {
        Layout::Keras => path.replace('.', "/"),
        Layout::Native | Layout::Torch => path,
    }
}
