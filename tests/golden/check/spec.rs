//! Conversion of a file's tensors to the library's values.

use crate::case::{Case, Result, Tensor};

/// On the way from a file's tensor to ours.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The axes in another order: the first of the result is the one named first.
    Axes(&'static [usize]),
    /// The first axis cut into as many blocks as there are names, in another order.
    Blocks(&'static [usize]),
}

/// The use of several tensors.
#[derive(Clone, Copy, Debug)]
pub enum Join {
    /// Their sum; each has the gradient of the sum.
    Sum,
    /// One behind the other.
    Rows,
}

/// A parameter, in the order in which the network shows its parameters.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name the library has for it.
    pub field: &'static str,
    /// The names in the file.
    pub names: &'static [&'static str],
    pub join: Join,
    pub steps: &'static [Step],
}

/// Running figures: the name in the file, the values.
pub type Statistics<'a> = Vec<(&'static str, &'a mut [f32])>;

/// The build step's result for a case, besides types.
pub struct Spec<N> {
    pub parameters: &'static [Parameter],
    pub statistics: fn(&mut N) -> Statistics<'_>,
    /// The order of the axes of inputs and of outputs; empty if as they are.
    pub x: &'static [usize],
    pub y: &'static [usize],
}

impl Parameter {
    /// The file's tensors under `keys`, each as the library has it.
    pub fn tensors(&self, case: &Case, keys: &[&str]) -> Result<Vec<Tensor>> {
        let read = |name: &&str| {
            let path = [keys, &[*name]].concat();
            let tensor = case.tensor(&path)?;
            let mut steps = self.steps.iter();
            steps
                .try_fold(tensor, |tensor, step| step.of(&tensor))
                .map_err(|e| format!("`{}`: {e}", path.join(".")))
        };
        self.names.iter().map(read).collect()
    }

    /// The values of the parameter.
    pub fn values(&self, tensors: &[Tensor]) -> Vec<f64> {
        match self.join {
            Join::Rows => tensors.iter().flat_map(|t| t.data.clone()).collect(),
            Join::Sum => {
                let len = tensors.first().map_or(0, |t| t.data.len());
                let at = |i| tensors.iter().filter_map(|t| t.data.get(i)).sum();
                (0..len).map(at).collect()
            }
        }
    }

    /// The part of `values` that belongs to tensor `i`.
    pub fn part<'v>(&self, values: &'v [f32], i: usize) -> &'v [f32] {
        match self.join {
            Join::Sum => values,
            Join::Rows => {
                let len = values.len() / self.names.len().max(1);
                values.get(i * len..(i + 1) * len).unwrap_or_default()
            }
        }
    }
}

impl Step {
    fn of(self, tensor: &Tensor) -> Result<Tensor> {
        match self {
            Self::Axes(order) => axes(tensor, order),
            Self::Blocks(order) => blocks(tensor, order),
        }
    }
}

/// The axes in another order.
pub fn axes(tensor: &Tensor, order: &[usize]) -> Result<Tensor> {
    if order.is_empty() {
        return Ok(tensor.clone());
    }
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    if sorted != Vec::from_iter(0..tensor.shape.len()) {
        return Err(format!(
            "the axes of {:?} cannot be {order:?}",
            tensor.shape
        ));
    }
    let shape: Vec<usize> = order.iter().map(|&axis| tensor.shape[axis]).collect();
    // How far apart neighbours along each axis of the result are in the file.
    let stride = |axis: &usize| tensor.shape[axis + 1..].iter().product::<usize>();
    let strides: Vec<usize> = order.iter().map(stride).collect();
    let place = |mut i: usize| {
        let mut place = 0;
        for (size, stride) in shape.iter().zip(&strides).rev() {
            place += i % size * stride;
            i /= size;
        }
        tensor.data[place]
    };
    let data = (0..tensor.data.len()).map(place).collect();
    Ok(Tensor { shape, data })
}

fn blocks(tensor: &Tensor, order: &[usize]) -> Result<Tensor> {
    let len = tensor.data.len() / order.len().max(1);
    if tensor
        .shape
        .first()
        .is_none_or(|first| first % order.len().max(1) != 0)
    {
        return Err(format!("{:?} is not {} blocks", tensor.shape, order.len()));
    }
    let block = |&i: &usize| tensor.data[i * len..(i + 1) * len].to_vec();
    Ok(Tensor {
        shape: tensor.shape.clone(),
        data: order.iter().flat_map(block).collect(),
    })
}
