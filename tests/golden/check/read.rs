//! From a file's tensors to the library's types, and from a network's parameters to the file's names.

use super::spec::{Parameter, Spec, axes};
use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::layer::{ParameterInfo, Train, Visitor};
use nn_core::nalgebra::SVector;
use nn_core::plain;

/// The target of a sample.
pub trait Target: Copy {
    /// Row `row` of the file's tensor.
    fn read(tensor: &Tensor, row: usize) -> Result<Self>;
}

impl Target for u32 {
    fn read(tensor: &Tensor, row: usize) -> Result<Self> {
        let label = tensor.data.get(row).ok_or("has too few labels")?;
        Ok(*label as Self)
    }
}

impl<const N: usize> Target for SVector<f32, N> {
    fn read(tensor: &Tensor, row: usize) -> Result<Self> {
        let mut target = Self::zeros();
        rows_into(tensor, row, std::slice::from_mut(&mut target))?;
        Ok(target)
    }
}

/// Copies samples, the first axis of `tensor`, from `start` on; fewer samples than there is room for leave zeros.
pub fn rows_into<T: nn_core::Tensor>(tensor: &Tensor, start: usize, rows: &mut [T]) -> Result<()> {
    // A tensor of one axis is one value a sample.
    if tensor.row() != T::LEN {
        return Err(format!(
            "a sample of shape {:?} has {} values, the type has {}",
            tensor.shape,
            tensor.row(),
            T::LEN
        ));
    }
    let values = tensor.f32s();
    for (row, values) in rows
        .iter_mut()
        .zip(values.chunks_exact(T::LEN.max(1)).skip(start))
    {
        row.values_mut().copy_from_slice(values);
    }
    Ok(())
}

/// All samples of a tensor, whose axes come in the order `order`.
pub fn samples<T: nn_core::Tensor>(case: &Case, keys: &[&str], order: &[usize]) -> Result<Vec<T>> {
    let name = |e: String| format!("`{}`: {e}", keys.join("."));
    let tensor = axes(&case.tensor(keys)?, order).map_err(name)?;
    let mut rows = vec![plain::zeroed(); tensor.shape.first().copied().unwrap_or(0)];
    rows_into(&tensor, 0, &mut rows).map_err(name)?;
    Ok(rows)
}

enum Action<'a> {
    Load,
    CompareParameters(&'a mut Compare),
    CompareGradients(&'a mut Compare),
}

struct Bind<'a> {
    case: &'a Case,
    keys: &'a [&'a str],
    parameters: std::slice::Iter<'a, Parameter>,
    action: Action<'a>,
    result: Result<()>,
}

impl Bind<'_> {
    fn one(&mut self, field: &str, parameter: &mut [f32], gradient: &[f32]) -> Result<()> {
        let expected = self.parameters.next();
        let Some(named) = expected.filter(|named| named.field == field) else {
            return Err(format!(
                "the network shows `{field}`, the file declares {expected:?}"
            ));
        };
        let tensors = named.tensors(self.case, self.keys)?;
        let values = named.values(&tensors);
        let what = [self.keys, &[&named.names.join(" and ")]]
            .concat()
            .join(".");
        if values.len() != parameter.len() {
            return Err(format!(
                "`{what}` has {} values, the network's has {}",
                values.len(),
                parameter.len()
            ));
        }
        match &mut self.action {
            Action::Load => {
                for (parameter, value) in parameter.iter_mut().zip(values) {
                    *parameter = value as f32;
                }
                Ok(())
            }
            Action::CompareParameters(compare) => {
                let ours = parameter.iter().map(|&value| f64::from(value));
                compare.values(&what, ours, &values)
            }
            Action::CompareGradients(compare) => {
                let mut parts = tensors.iter().zip(named.names).enumerate();
                parts.try_for_each(|(i, (tensor, name))| {
                    let what = [self.keys, &[*name]].concat().join(".");
                    compare.tensor(&what, named.part(gradient, i), tensor)
                })
            }
        }
    }
}

impl Visitor for Bind<'_> {
    fn tensor(&mut self, info: ParameterInfo, parameter: &mut [f32], gradient: &mut [f32]) {
        let result = self.one(info.name, parameter, gradient);
        self.result = std::mem::replace(&mut self.result, Ok(())).and(result);
    }
}

fn bind<L: Train>(
    net: &mut L,
    grad: &mut L::Grad,
    case: &Case,
    keys: &[&str],
    parameters: &[Parameter],
    action: Action<'_>,
) -> Result<()> {
    let mut bind = Bind {
        case,
        keys,
        parameters: parameters.iter(),
        action,
        result: Ok(()),
    };
    net.visit(grad, &mut bind);
    bind.result?;
    match bind.parameters.next() {
        Some(left) => Err(format!("the network has no `{}`", left.field)),
        None => Ok(()),
    }
}

/// A network with the parameters and statistics under `keys`.
pub fn load<L: Train>(case: &Case, keys: &[&str], spec: &Spec<L>) -> Result<Box<L>> {
    let mut net = plain::zeroed_box::<L>();
    let mut grad = plain::zeroed_box::<L::Grad>();
    let parameters = spec.parameters;
    bind(&mut *net, &mut grad, case, keys, parameters, Action::Load)?;
    for (name, values) in (spec.statistics)(&mut net) {
        let tensor = case.tensor(&[keys, &[name]].concat())?;
        if tensor.data.len() != values.len() {
            return Err(format!(
                "`{name}` has {} values, ours {}",
                tensor.data.len(),
                values.len()
            ));
        }
        values.copy_from_slice(&tensor.f32s());
    }
    Ok(net)
}

pub fn compare_parameters<L: Train>(
    compare: &mut Compare,
    net: &mut L,
    case: &Case,
    keys: &[&str],
    spec: &Spec<L>,
) -> Result<()> {
    let mut grad = plain::zeroed_box::<L::Grad>();
    let action = Action::CompareParameters(compare);
    bind(net, &mut grad, case, keys, spec.parameters, action)?;
    compare_statistics(compare, net, case, keys, spec)
}

pub fn compare_statistics<L: Train>(
    compare: &mut Compare,
    net: &mut L,
    case: &Case,
    keys: &[&str],
    spec: &Spec<L>,
) -> Result<()> {
    for (name, values) in (spec.statistics)(net) {
        let path = [keys, &[name]].concat();
        compare.tensor(&path.join("."), values, &case.tensor(&path)?)?;
    }
    Ok(())
}

pub fn compare_gradients<L: Train>(
    compare: &mut Compare,
    (net, grad): (&mut L, &mut L::Grad),
    case: &Case,
    keys: &[&str],
    spec: &Spec<L>,
) -> Result<()> {
    let names = spec.parameters.iter().flat_map(|parameter| parameter.names);
    let names: Vec<&str> = names.copied().chain(["input"]).collect();
    if let Some(left) = case.keys(keys).iter().find(|name| !names.contains(name)) {
        compare.not_known(format!("the gradient of `{left}`"));
    }
    let action = Action::CompareGradients(compare);
    bind(net, grad, case, keys, spec.parameters, action)
}
