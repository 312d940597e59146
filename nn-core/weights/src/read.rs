//! A safetensors file, held against what a network wants of it.

use crate::axes::{inverse, permute, same_memory, swap_gates};
use crate::form::{Form, Join, Layout, form, unit};
use crate::group::{Groups, assign, groups};
use crate::problem::{Axes, shown};
use crate::{Problem, Role, Wanted};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

/// Options for reading a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reader {
    /// Whose names and orders the file has.
    pub layout: Layout,
    /// Whether values that are not finite are refused.
    pub finite: bool,
}

/// The values of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Its axes, in our order, as they were found.
    pub axes: Vec<usize>,
    /// Its values, in memory order.
    pub values: Vec<f32>,
}

/// The tensors of a network out of the bytes of a file, in the order in which they are wanted.
///
/// # Errors
///
/// Everything that does not fit.
pub fn read(bytes: &[u8], wanted: &[Wanted], reader: Reader) -> Result<Vec<Weights>, Vec<Problem>> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| {
        let message = format!(
            "this is no whole safetensors file: {}",
            shown(&error.to_string())
        );
        vec![Problem::of_file(message)]
    })?;
    let mut problems = Vec::new();
    let names: BTreeSet<&str> = file.names().into_iter().collect();
    let groups = groups(names.iter().copied(), reader.layout);
    let rank = |name: &str| file.tensor(name).map_or(0, |tensor| tensor.shape().len());
    let assigned = assign(wanted, &groups, reader.layout, &rank, &mut problems);
    let mut search = Search {
        file: &file,
        groups: &groups,
        reader,
        used: BTreeSet::new(),
    };
    if !problems.is_empty() {
        // Where it is not clear what is what, nothing is missing and nothing left.
        return Err(problems);
    }
    let units = || wanted.iter().map(|tensor| unit(&tensor.layer).0);
    let is_lost = |unit: &str| !assigned.contains_key(unit);
    if reader.layout == Layout::Native && !groups.is_empty() && units().all(is_lost) {
        return Err(vec![search.no_layer_of_ours()]);
    }
    let mut found = Vec::new();
    let mut bad = BTreeSet::new();
    for tensor in wanted {
        let (unit, _) = unit(&tensor.layer);
        let group = assigned.get(unit).map(String::as_str);
        match search.tensor(tensor, group) {
            Ok(weights) => found.push(weights),
            // Of one layer, one: sizes that are wrong are those of kernel and bias alike.
            Err(problem) => {
                if bad.insert((unit, group)) {
                    problems.push(problem);
                }
            }
        }
    }
    // What a lost layer is called in the file, if it is there, is in its message.
    if !units().any(is_lost) {
        let clear = |group: &str| !bad.iter().any(|(_, bad)| *bad == Some(group));
        let groups = groups.iter().filter(|(group, _)| clear(group));
        problems.extend(groups.filter_map(|(group, tensors)| search.left(group, tensors)));
    }
    finish(found, problems)
}

fn finish(found: Vec<Weights>, problems: Vec<Problem>) -> Result<Vec<Weights>, Vec<Problem>> {
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

struct Search<'a> {
    file: &'a SafeTensors<'a>,
    groups: &'a Groups<'a>,
    reader: Reader,
    /// The tensors of the file that were asked for.
    used: BTreeSet<&'a str>,
}

impl<'a> Search<'a> {
    /// The problem of a group of tensors that no layer asks for.
    fn left(&self, group: &str, tensors: &BTreeMap<String, &str>) -> Option<Problem> {
        let torch = self.reader.layout == Layout::Torch;
        // A counter that nothing is computed from.
        let counts = |tensor: &str| torch && tensor == "num_batches_tracked";
        let left = tensors
            .iter()
            .filter(|(_, name)| !self.used.contains(**name));
        let left = left.filter(|(tensor, _)| !counts(tensor));
        let left: Vec<String> = left
            .map(|(tensor, name)| {
                let axes = self.file.tensor(name).map(|tensor| tensor.shape().to_vec());
                format!("`{}` {}", shown(tensor), Axes(&axes.unwrap_or_default()))
            })
            .collect();
        if left.is_empty() {
            return None;
        }
        let (of, asks) = match group {
            "" => (String::new(), "the network"),
            group => (format!(" of `{}`", shown(group)), "its layer"),
        };
        let fix = if left.len() == tensors.len() {
            "no layer asks for; declare its layer, or remove it from the file".to_string()
        } else {
            format!(
                "{asks} does not ask for; declare the layer with it, or remove it from the file"
            )
        };
        Some(Problem::of_file(format!(
            "the file has {}{of}, which {fix}",
            left.join(", ")
        )))
    }

    /// The problem of a file that knows none of our names.
    fn no_layer_of_ours(&self) -> Problem {
        Problem::of_file(format!(
            "the file has none of the network's layers under its name{}",
            self.near()
        ))
    }

    fn tensor(&mut self, wanted: &Wanted, group: Option<&str>) -> Result<Weights, Problem> {
        let layout = self.reader.layout;
        let Some(form) = form(wanted, layout) else {
            return Err(Problem::of_layer(
                &wanted.layer,
                format!(
                    "PyTorch has no layer with this `{}`; save the weights in Keras's layout, or ours",
                    wanted.tensor
                ),
            ));
        };
        let mut parts = Vec::new();
        for names in &form.files {
            parts.push(self.part(wanted, &form, names, group)?);
        }
        let mut parts = parts.into_iter();
        let Some(mut weights) = parts.next() else {
            return Err(self.missing(wanted, &form.files.concat(), group));
        };
        for part in parts {
            match form.join {
                Join::One => {}
                Join::Rows => {
                    weights.values.extend(part.values);
                    weights.axes.insert(0, 2);
                }
                Join::Sum => {
                    for (sum, term) in weights.values.iter_mut().zip(part.values) {
                        *sum += term;
                    }
                }
            }
        }
        if let (Some(gates), Some(&row)) = (form.swapped, weights.axes.last()) {
            swap_gates(&mut weights.values, row, gates);
        }
        Ok(weights)
    }

    /// One tensor of the file in our order.
    fn part(
        &mut self,
        wanted: &Wanted,
        form: &Form,
        names: &[String],
        group: Option<&str>,
    ) -> Result<Weights, Problem> {
        let tensors = group.and_then(|group| self.groups.get(group));
        let name = tensors.and_then(|tensors| names.iter().find_map(|name| tensors.get(name)));
        let Some((name, view)) = name.and_then(|name| Some((*name, self.file.tensor(name).ok()?)))
        else {
            return Err(self.missing(wanted, names, group));
        };
        self.used.insert(name);
        if view.dtype() != Dtype::F32 {
            return Err(Problem::of_layer(
                &wanted.layer,
                format!(
                    "`{}` is of type {} in the file; save it as F32",
                    shown(name),
                    view.dtype()
                ),
            ));
        }
        let row = [form.join == Join::Rows].iter().filter(|row| **row).count();
        let ours = wanted.axes.get(row..).unwrap_or_default();
        let order: Vec<usize> = match form.join {
            Join::Rows => vec![0],
            Join::One | Join::Sum => form.order.clone(),
        };
        let axes = self.axes(wanted, name, &view, ours, &order)?;
        let values = floats(&view);
        if let Some(at) = values
            .iter()
            .position(|value| !value.is_finite())
            .filter(|_| self.reader.finite)
        {
            return Err(Problem::of_layer(
                &wanted.layer,
                format!(
                    "value {at} of `{}` is {}; train the network anew, with a lower learning rate",
                    shown(name),
                    values.get(at).copied().unwrap_or(f32::NAN)
                ),
            ));
        }
        Ok(Weights {
            values: in_our_order(values, &axes, &order, self.flattened(wanted)),
            axes,
        })
    }

    /// The shape that was flattened, if that is in another order in the file.
    fn flattened(&self, wanted: &Wanted) -> Option<[usize; 2]> {
        wanted
            .flattened
            .filter(|_| self.reader.layout == Layout::Torch)
    }

    /// The axes in our order, if they are those that are wanted.
    fn axes(
        &self,
        wanted: &Wanted,
        name: &str,
        view: &TensorView<'_>,
        ours: &[Option<usize>],
        order: &[usize],
    ) -> Result<Vec<usize>, Problem> {
        let file = view.shape();
        let back = inverse(order);
        if file.len() == ours.len() {
            let axes: Vec<usize> = back.iter().filter_map(|i| file.get(*i)).copied().collect();
            if fits(&axes, ours) {
                return Ok(axes);
            }
        }
        let known: Option<Vec<usize>> = ours.iter().copied().collect();
        let Some(known) = known else {
            return Err(Problem::of_layer(
                &wanted.layer,
                format!(
                    "`{}` has the shape {} in the file, but the layer needs {} axes",
                    shown(name),
                    Axes(file),
                    ours.len()
                ),
            ));
        };
        // Keras keeps the heads of an attention, and the multiplier of a depthwise convolution, as axes of their own.
        let depthwise = wanted.role == Role::Filters && known.iter().rev().nth(1) == Some(&1);
        let identity = order.iter().enumerate().all(|(i, axis)| i == *axis);
        if identity && (file.len() > ours.len() || depthwise) && same_memory(file, &known) {
            return Ok(known);
        }
        let expected: Vec<usize> = order
            .iter()
            .filter_map(|i| known.get(*i))
            .copied()
            .collect();
        Err(self.wrong_shape(wanted, name, file, &expected))
    }

    fn wrong_shape(
        &self,
        wanted: &Wanted,
        name: &str,
        file: &[usize],
        expected: &[usize],
    ) -> Problem {
        let turned: Vec<usize> = file.iter().rev().copied().collect();
        let fix = match self.reader.layout {
            Layout::Torch if turned == expected && file.len() > 1 => {
                "; this is the transpose, as Keras keeps it: is the layout `keras`?"
            }
            Layout::Native | Layout::Keras if turned == expected && file.len() > 1 => {
                "; this is the transpose, as PyTorch keeps it: is the layout `torch`?"
            }
            _ => "; declare the layer with the sizes of the file, or train it anew",
        };
        Problem::of_layer(
            &wanted.layer,
            format!(
                "`{}` has the shape {} in the file, but the layer needs {}{fix}",
                shown(name),
                Axes(file),
                Axes(expected)
            ),
        )
    }

    fn missing(&self, wanted: &Wanted, names: &[String], group: Option<&str>) -> Problem {
        let axes: Vec<String> = wanted
            .axes
            .iter()
            .map(|axis| axis.map_or("?".to_string(), |axis| axis.to_string()))
            .collect();
        let name = names.first().map_or(wanted.tensor.as_str(), String::as_str);
        let unit = group.unwrap_or(unit(&wanted.layer).0);
        let full = if unit.is_empty() {
            name.to_string()
        } else {
            format!("{unit}.{name}")
        };
        let tail = if axes.len() == 1 { ",)" } else { ")" };
        let near = self.near();
        Problem::of_layer(
            &wanted.layer,
            format!(
                "the file has no tensor `{}` for its {} ({}{tail}{near}",
                shown(&full),
                wanted.tensor,
                axes.join(", ")
            ),
        )
    }

    /// The tensor that the file has instead.
    fn near(&self) -> String {
        let names = self.file.names();
        if names.is_empty() {
            return "; it has none at all".to_string();
        }
        let mut names: Vec<String> = names
            .into_iter()
            .map(|name| format!("`{}`", shown(name)))
            .collect();
        names.sort();
        let more = if names.len() > 6 { ", …" } else { "" };
        names.truncate(6);
        let other = match self.reader.layout {
            Layout::Native => "; with another library's names, say so: `keras` or `torch`",
            Layout::Keras | Layout::Torch => "",
        };
        format!("; it has {}{more}{other}", names.join(", "))
    }
}

fn fits(found: &[usize], wanted: &[Option<usize>]) -> bool {
    found.len() == wanted.len()
        && found
            .iter()
            .zip(wanted)
            .all(|(found, wanted)| wanted.is_none_or(|wanted| wanted == *found))
}

fn floats(view: &TensorView<'_>) -> Vec<f32> {
    let (chunks, _) = view.data().as_chunks();
    chunks
        .iter()
        .map(|chunk| f32::from_le_bytes(*chunk))
        .collect()
}

/// From the file's order of axes to ours; `axes` are ours.
fn in_our_order(
    values: Vec<f32>,
    axes: &[usize],
    order: &[usize],
    flattened: Option<[usize; 2]>,
) -> Vec<f32> {
    let (axes, order) = unfold(axes, order, flattened);
    if order.iter().enumerate().all(|(i, axis)| i == *axis) {
        return values;
    }
    let there: Vec<usize> = order.iter().filter_map(|i| axes.get(*i)).copied().collect();
    permute(&values, &there, &inverse(&order))
}

/// The first of our axes as two, positions and channels, which change places in the file, if it is what was flattened.
pub(crate) fn unfold(
    axes: &[usize],
    order: &[usize],
    flattened: Option<[usize; 2]>,
) -> (Vec<usize>, Vec<usize>) {
    match (flattened, axes) {
        (Some([channels, positions]), [first, rest @ ..]) if *first == channels * positions => {
            let axes = [&[positions, channels], rest].concat();
            let order = order.iter().flat_map(|&axis| match axis {
                0 => vec![1, 0],
                axis => vec![axis + 1],
            });
            (axes, order.collect())
        }
        _ => (axes.to_vec(), order.to_vec()),
    }
}
