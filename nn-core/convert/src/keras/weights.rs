//! Which array of a file is which tensor of a layer.

use super::store::Paths;
use crate::array::Array;
use crate::{Problem, Tensor};
use std::collections::BTreeMap;

/// A tensor of a layer, as Keras keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    /// Our name within the layer.
    ours: String,
    /// Its place within the layer's group: `cell/vars/0`.
    place: String,
    trained: bool,
    fold: Fold,
}

/// The relation of Keras's axes to ours; the order of the values is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// The same.
    Same,
    /// Channels and multiplier are two axes: `3x3xCxM` is `3x3x1xCM` here.
    Multiplier,
    /// Axes of one before as many as we have.
    Point(usize),
    /// Heads and their values, which are the last two axes, are one.
    HeadsLast,
    /// So are the first two.
    HeadsFirst,
}

impl Slot {
    pub(crate) fn new(ours: impl Into<String>, group: &str, number: usize) -> Self {
        Self {
            ours: ours.into(),
            place: format!("{group}vars/{number}"),
            trained: true,
            fold: Fold::Same,
        }
    }

    pub(crate) fn fold(mut self, fold: Fold) -> Self {
        self.fold = fold;
        self
    }

    pub(crate) fn not_trained(mut self) -> Self {
        self.trained = false;
        self
    }

    /// Keras's name of the variable, as far as there is one.
    fn variable(&self) -> &str {
        self.ours.rsplit('.').next().unwrap_or_default()
    }

    fn tensor(&self, array: &Array) -> Tensor {
        let shape = &array.shape;
        let shape = match (self.fold, &shape[..]) {
            (Fold::Multiplier, [taps @ .., channels, multiplier]) => {
                [taps, &[1, channels.saturating_mul(*multiplier)]].concat()
            }
            (Fold::Point(axes), shape) if shape.len() > axes => {
                let (ones, rest) = shape.split_at(shape.len() - axes);
                if ones.iter().all(|one| *one == 1) {
                    rest.to_vec()
                } else {
                    shape.to_vec()
                }
            }
            (Fold::HeadsLast, [rest @ .., heads, size]) => {
                [rest, &[heads.saturating_mul(*size)]].concat()
            }
            (Fold::HeadsFirst, [heads, size, rest @ ..]) => {
                [&[heads.saturating_mul(*size)], rest].concat()
            }
            (_, shape) => shape.to_vec(),
        };
        Tensor::new(self.ours.clone(), shape, array.values.clone())
    }
}

/// A layer that has tensors.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Its name in the file, and its class.
    pub(crate) name: String,
    pub(crate) class: String,
    /// The name of the layer of the whole model that it is, or is in.
    pub(crate) top: String,
    /// Its group in a file of Keras 3: `layers/sequential/layers/dense`.
    pub(crate) group: String,
    /// Whether it and all around it are trained.
    pub(crate) trained: bool,
    pub(crate) slots: Vec<Slot>,
    /// The operator that it is.
    pub(crate) operator: usize,
}

/// The arrays of a file.
pub(crate) enum Weights {
    /// Keras 3's own: by the place in the model.
    Paths(Paths),
    /// The older one: by the name of the layer, in order.
    Layers(BTreeMap<String, Vec<(String, Array)>>),
}

impl Weights {
    /// The tensors of every leaf, in their order.
    pub(crate) fn tensors(&self, leaves: &[Leaf]) -> Result<Vec<Vec<Tensor>>, Vec<Problem>> {
        let mut problems = Vec::new();
        let tensors = match self {
            Self::Paths(paths) => leaves
                .iter()
                .map(|leaf| by_path(paths, leaf, &mut problems))
                .collect(),
            Self::Layers(layers) => by_layer(layers, leaves, &mut problems),
        };
        if problems.is_empty() {
            Ok(tensors)
        } else {
            Err(problems)
        }
    }
}

fn by_path(paths: &Paths, leaf: &Leaf, problems: &mut Vec<Problem>) -> Vec<Tensor> {
    let mut fault = |message| problems.push(Problem::of(&leaf.name, &leaf.class, message));
    let group = group(paths, leaf);
    let tensor = |slot: &Slot| {
        let found = paths.arrays.get(&format!("{group}/{}", slot.place));
        if found.is_none() {
            fault(format!(
                "the file has no `{group}/{}`, which is its {}",
                slot.place, slot.ours
            ));
        }
        found.map(|array| slot.tensor(array))
    };
    leaf.slots.iter().filter_map(tensor).collect()
}

/// The layer's group: that with its name, or, in files that have no names, its number among those of its class.
fn group<'a>(paths: &'a Paths, leaf: &'a Leaf) -> &'a str {
    let container = |path: &'a str| path.rsplit_once('/').map(|(container, _)| container);
    match paths.names.get(&leaf.group) {
        Some(name) if *name != leaf.name => {
            let mut named = paths.names.iter().filter(|(_, name)| **name == leaf.name);
            named
                .find(|(path, _)| container(path) == container(&leaf.group))
                .map_or(&leaf.group, |(path, _)| path)
        }
        _ => &leaf.group,
    }
}

fn by_layer(
    layers: &BTreeMap<String, Vec<(String, Array)>>,
    leaves: &[Leaf],
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Tensor>> {
    let mut tensors = vec![Vec::new(); leaves.len()];
    let tops: std::collections::BTreeSet<&str> = leaves.iter().map(|leaf| &*leaf.top).collect();
    for top in tops {
        let slots = || {
            let leaves = leaves
                .iter()
                .enumerate()
                .filter(move |(_, leaf)| leaf.top == top);
            leaves.flat_map(|(at, leaf)| leaf.slots.iter().map(move |slot| (at, leaf, slot)))
        };
        // A model within a model: first all that is trained.
        let trained = slots().filter(|(_, leaf, slot)| leaf.trained && slot.trained);
        let others = slots().filter(|(_, leaf, slot)| !(leaf.trained && slot.trained));
        let order: Vec<_> = trained.chain(others).collect();
        let class = match &order[..] {
            [(_, leaf, _), ..] if leaf.name == top => &*leaf.class,
            _ => "",
        };
        let arrays = layers.get(top).map_or(&[][..], Vec::as_slice);
        if arrays.len() != order.len() {
            let message = format!(
                "the file has {} arrays for it, and its layer needs {}",
                arrays.len(),
                order.len()
            );
            problems.push(Problem::of(top, class, message));
            continue;
        }
        for ((at, leaf, slot), (name, array)) in order.into_iter().zip(arrays) {
            if let Some(other) = stranger(name, slot) {
                let message = format!(
                    "where its {} should be, the file has a `{other}`",
                    slot.ours
                );
                problems.push(Problem::of(&leaf.name, &leaf.class, message));
            } else if let Some(tensors) = tensors.get_mut(at) {
                tensors.push(slot.tensor(array));
            }
        }
    }
    tensors
}

/// The variable's name in the file, if it is that of another.
fn stranger<'a>(name: &'a str, slot: &Slot) -> Option<&'a str> {
    const KNOWN: &[&str] = &[
        "alpha",
        "beta",
        "bias",
        "depthwise_kernel",
        "embeddings",
        "gamma",
        "kernel",
        "moving_mean",
        "moving_variance",
        "pointwise_kernel",
        "recurrent_kernel",
    ];
    let last = name.rsplit('/').next().unwrap_or_default();
    let last = last.split(':').next().unwrap_or_default();
    let same =
        last == slot.variable() || (last == "depthwise_kernel" && slot.variable() == "kernel");
    (KNOWN.contains(&last) && !same).then_some(last)
}
