//! From a file's tensors to the library's types, and from a network's parameters to the file's names.

use crate::case::{Case, Result, Tensor};
use crate::compare::Compare;
use nn_core::layer::{Layer, ParameterInfo, Visitor};
use nn_core::nalgebra::SVector;
use nn_core::plain;

/// What a sample is compared with.
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

/// All samples of a tensor.
pub fn samples<T: nn_core::Tensor>(case: &Case, keys: &[&str]) -> Result<Vec<T>> {
    let tensor = case.tensor(keys)?;
    let mut rows = vec![plain::zeroed(); tensor.shape.first().copied().unwrap_or(0)];
    rows_into(&tensor, 0, &mut rows).map_err(|e| format!("`{}`: {e}", keys.join(".")))?;
    Ok(rows)
}

/// A parameter as the file names it, in the order in which the network shows its parameters.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub name: &'static str,
    /// The name the library has for it.
    pub field: &'static str,
    /// Stored `(out, in)`, as PyTorch does.
    pub transposed: bool,
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
        let keys = [self.keys, &[named.name]].concat();
        let mut tensor = self.case.tensor(&keys)?;
        if named.transposed {
            tensor = transposed(&tensor);
        }
        if tensor.data.len() != parameter.len() {
            return Err(format!(
                "`{}` has shape {:?}, the network's has {} values",
                keys.join("."),
                tensor.shape,
                parameter.len()
            ));
        }
        match &mut self.action {
            Action::Load => {
                parameter.copy_from_slice(&tensor.f32s());
                Ok(())
            }
            Action::CompareParameters(compare) => {
                compare.tensor(&keys.join("."), parameter, &tensor)
            }
            Action::CompareGradients(compare) => compare.tensor(&keys.join("."), gradient, &tensor),
        }
    }
}

impl Visitor for Bind<'_> {
    fn tensor(&mut self, info: ParameterInfo, parameter: &mut [f32], gradient: &mut [f32]) {
        let result = self.one(info.name, parameter, gradient);
        self.result = std::mem::replace(&mut self.result, Ok(())).and(result);
    }
}

fn transposed(tensor: &Tensor) -> Tensor {
    let columns = tensor.last();
    let rows = tensor.data.len() / columns.max(1);
    let data = (0..tensor.data.len())
        .map(|i| tensor.data[(i % rows) * columns + i / rows])
        .collect();
    Tensor {
        shape: vec![columns, rows],
        data,
    }
}

fn bind<L: Layer>(
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
        Some(left) => Err(format!("the network has no `{}`", left.name)),
        None => Ok(()),
    }
}

/// A network with the parameters under `keys`.
pub fn load<L: Layer>(case: &Case, keys: &[&str], parameters: &[Parameter]) -> Result<Box<L>> {
    let mut net = plain::zeroed_box::<L>();
    let mut grad = plain::zeroed_box::<L::Grad>();
    bind(&mut *net, &mut grad, case, keys, parameters, Action::Load)?;
    Ok(net)
}

pub fn compare_parameters<L: Layer>(
    compare: &mut Compare,
    net: &mut L,
    case: &Case,
    keys: &[&str],
    parameters: &[Parameter],
) -> Result<()> {
    let mut grad = plain::zeroed_box::<L::Grad>();
    let action = Action::CompareParameters(compare);
    bind(net, &mut grad, case, keys, parameters, action)
}

pub fn compare_gradients<L: Layer>(
    compare: &mut Compare,
    (net, grad): (&mut L, &mut L::Grad),
    case: &Case,
    keys: &[&str],
    parameters: &[Parameter],
) -> Result<()> {
    let action = Action::CompareGradients(compare);
    bind(net, grad, case, keys, parameters, action)
}
