//! The parts of a layer, as data: one walk over it serves every network.

use crate::layer::Layer;
use crate::plain::{as_slice, len};
use crate::tensor;
use core::fmt;
use nn_weights::{Role, Shape};

/// A piece of a layer: a tensor, or a layer inside it.
///
/// The parts of a layer ([`Layer::PARTS`]) are in memory order and are all of it, which the compiler checks where they are used.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub(super) name: &'static str,
    pub(super) content: Content,
}

/// The kind of a [`Part`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    Tensor(Role, Shape),
    Layer(Inner),
}

/// A layer inside another, or a network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inner {
    pub(super) kind: &'static str,
    pub(super) activation: &'static str,
    /// Values per position, and positions, of an input and an output.
    pub(super) flow: [usize; 4],
    pub(super) parts: &'static [Part],
}

impl Inner {
    pub(super) const fn of<L: Layer>(activation: &'static str) -> Self {
        Self {
            kind: L::KIND,
            activation,
            flow: [
                <L::Input as tensor::Tensor>::CHANNELS,
                <L::Input as tensor::Tensor>::POSITIONS,
                <L::Output as tensor::Tensor>::CHANNELS,
                <L::Output as tensor::Tensor>::POSITIONS,
            ],
            parts: L::PARTS,
        }
    }
}

impl Part {
    /// A tensor of this shape; one of no values is left out.
    #[must_use]
    pub const fn tensor<const RANK: usize>(
        name: &'static str,
        role: Role,
        axes: [usize; RANK],
    ) -> Self {
        Self {
            name,
            content: Content::Tensor(role, Shape::new(axes)),
        }
    }

    /// A layer, with the word of its activation if it has one.
    #[must_use]
    pub const fn layer<L: Layer>(name: &'static str, activation: &'static str) -> Self {
        Self {
            name,
            content: Content::Layer(Inner::of::<L>(activation)),
        }
    }
}

/// The number of floats in the parts.
const fn floats(parts: &[Part]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += match &parts[i].content {
            Content::Tensor(_, shape) => shape.len(),
            Content::Layer(inner) => floats(inner.parts),
        };
        i += 1;
    }
    sum
}

/// Whether the tensors of a layer have these axes, in memory order.
#[doc(hidden)]
#[must_use]
pub const fn has_shapes<L: Layer>(shapes: &[&[usize]]) -> bool {
    matches!(matching(L::PARTS, shapes, 0), Some(count) if count == shapes.len())
}

/// The number of shapes that are taken with those of `parts`.
const fn matching(parts: &[Part], shapes: &[&[usize]], mut taken: usize) -> Option<usize> {
    let mut i = 0;
    while i < parts.len() {
        taken = match &parts[i].content {
            Content::Tensor(_, shape) if shape.is_empty() => taken,
            Content::Tensor(_, shape) if taken < shapes.len() && shape.is(shapes[taken]) => {
                taken + 1
            }
            Content::Tensor(..) => return None,
            Content::Layer(inner) => match matching(inner.parts, shapes, taken) {
                Some(taken) => taken,
                None => return None,
            },
        };
        i += 1;
    }
    Some(taken)
}

/// Compiles if the parts of a layer are all of it.
pub(super) const fn check_parts<L: Layer>() {
    assert!(
        floats(L::PARTS) == len::<L>(),
        "`Layer::PARTS` must name every tensor of the layer, in memory order"
    );
}

/// The name of a tensor; displayed as `encoder.dense1.kernel`.
#[derive(Clone, Copy)]
pub struct Path<'a> {
    pub(super) before: Option<&'a Self>,
    pub(super) name: &'static str,
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            write!(f, "{before}.")?;
        }
        f.write_str(self.name)
    }
}

impl fmt::Debug for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Path<'_> {
    /// The first segment: the field of the network.
    #[must_use]
    pub fn first(&self) -> &'static str {
        self.before.map_or(self.name, Self::first)
    }

    /// The last segment: the field of the layer.
    #[must_use]
    pub const fn last(&self) -> &'static str {
        self.name
    }
}

/// A tensor of a network.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    /// Its name.
    pub path: Path<'a>,
    /// Its axes, in Keras's order.
    pub shape: Shape,
    /// Its role in its layer.
    pub role: Role,
    /// Its values, in memory order.
    pub values: &'a [f32],
}

/// Shows every tensor of `layer` to `see`, running statistics too, in memory order.
///
/// ```
/// use nn_core::prelude::*;
///
/// network! { struct Net { input 8; residual { dense 8 tanh; batch_norm; } dense 1; } }
///
/// let mut names = String::new();
/// nn_core::weights::each_tensor(&Net::zeros(), &mut |tensor| {
///     names += &format!("{} {}\n", tensor.path, tensor.shape);
/// });
/// assert_eq!(names, "\
/// residual1.body.dense1.kernel (8, 8)
/// residual1.body.dense1.bias (8,)
/// residual1.body.batch_norm1.gamma (8,)
/// residual1.body.batch_norm1.beta (8,)
/// residual1.body.batch_norm1.moving_mean (8,)
/// residual1.body.batch_norm1.moving_variance (8,)
/// dense1.kernel (8, 1)
/// dense1.bias (1,)
/// ");
/// ```
pub fn each_tensor<L: Layer>(layer: &L, see: &mut dyn FnMut(Tensor<'_>)) {
    const { check_parts::<L>() };
    walk(L::PARTS, None, &mut as_slice(layer), see);
}

/// Takes the values of `parts` off `rest`.
pub(super) fn walk(
    parts: &[Part],
    before: Option<&Path<'_>>,
    rest: &mut &[f32],
    see: &mut dyn FnMut(Tensor<'_>),
) {
    for part in parts {
        let path = Path {
            before,
            name: part.name,
        };
        match part.content {
            Content::Layer(inner) => walk(inner.parts, Some(&path), rest, see),
            Content::Tensor(_, shape) if shape.is_empty() => {}
            Content::Tensor(role, shape) => {
                let (values, after) = rest.split_at_checked(shape.len()).unwrap_or_default();
                *rest = after;
                see(Tensor {
                    path,
                    shape,
                    role,
                    values,
                });
            }
        }
    }
}
