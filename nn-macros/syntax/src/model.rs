//! The network as it will be emitted: every name chosen, every shape known. Only `check` makes one.

use crate::activation::Activation;
use crate::shape::Shape;
use crate::weights::{Declared, Tensor};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::rc::Rc;
use syn::{Attribute, Visibility};

/// A checked declaration, or a branch of one.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) attributes: Vec<Attribute>,
    /// The file of its weights.
    pub(crate) weights: Option<Declared>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) input: Shape,
    pub(crate) layers: Vec<Layer>,
    pub(crate) output: Shape,
    /// Expressions of type `()` that do not compile unless what only the compiler can see is right.
    pub(crate) assertions: Vec<TokenStream>,
    /// `Type: Layer` for every type of the user's: repeated on every item, it makes one mistake of a type that is none.
    pub(crate) bounds: Vec<TokenStream>,
}

/// A layer with its place in the network.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) field: Ident,
    pub(crate) input: Shape,
    pub(crate) facts: Facts,
}

/// The layers in one pair of braces of a block.
#[derive(Clone)]
pub(crate) struct Branch {
    /// The path from the block's field to them: `body`, `second.first`.
    pub(crate) path: String,
    /// A network of their own, which is emitted beside the one they are part of.
    pub(crate) model: Rc<Model>,
}

/// The facts that a kind gives of one of its layers, from the shape of its input.
#[derive(Clone)]
pub(crate) struct Facts {
    /// As in the DSL, without the label: `dense 6 relu`.
    pub(crate) text: String,
    /// The layer's type.
    pub(crate) ty: TokenStream,
    /// The type of its sizes, where they are too many to stand in its own.
    pub(crate) sizes: Option<Sizes>,
    pub(crate) output: Shape,
    /// The activation's word.
    pub(crate) activation: Option<String>,
    /// Bounds that types of the user's in it must satisfy.
    pub(crate) bounds: Vec<TokenStream>,
    /// The place of the activation, if it treats a row of values as one.
    pub(crate) row_activation: Option<Span>,
    /// The tensors that it consists of, in memory order, but for those of layers inside it.
    pub(crate) tensors: Vec<Tensor>,
    /// Parameters, where the macro knows their number.
    pub(crate) params: Option<u64>,
    /// Whether anything is trained, where the macro knows.
    pub(crate) trained: Option<bool>,
    /// The layer's work at inference.
    pub(crate) inference: Inference,
    /// The type of the user's in an `each`; of a layer that is one, it is `ty`.
    pub(crate) foreign: Option<TokenStream>,
    /// Its memory of a stream.
    pub(crate) memory: Memory,
    /// The path to its weights within the layer: none, or `.layer` of an `each`.
    pub(crate) place: TokenStream,
    /// The initialiser of the kernel, if not the kind's default.
    pub(crate) kernel_initializer: Option<TokenStream>,
    /// The initialiser of the recurrent kernel, if not the kind's default.
    pub(crate) recurrent_initializer: Option<TokenStream>,
    /// The initialiser of the bias, if not the kind's default.
    pub(crate) bias_initializer: Option<TokenStream>,
    /// The factors of the kernel's L1 and L2 penalty.
    pub(crate) penalty: Option<(TokenStream, TokenStream)>,
    /// Of a block: the networks inside it.
    pub(crate) branches: Vec<Branch>,
    /// Of a block: the number of branches without layers, which hand its input on.
    pub(crate) empty_branches: usize,
    /// Its part in folding batch normalisation.
    pub(crate) folding: Folding,
}

/// A layer's part in folding batch normalisation into the layer before it.
#[derive(Clone)]
pub(crate) enum Folding {
    /// None.
    No,
    /// It gives weighted sums without an activation, and can take a normalisation in.
    Sums(Sums),
    /// It is a batch normalisation.
    Norm,
    /// It is an activation, of this type.
    Activation(TokenStream),
}

/// The type of a layer of weighted sums: `path<sizes, Activation, Bias>`, of which the last two have defaults.
#[derive(Clone)]
pub(crate) struct Sums {
    pub(crate) path: TokenStream,
    pub(crate) sizes: TokenStream,
    pub(crate) has_bias: bool,
    /// `Each` and the positions, if it is in an `each`.
    pub(crate) each: Option<[TokenStream; 2]>,
}

impl Sums {
    /// The type with biases and this activation.
    pub(crate) fn with(&self, activation: Option<&TokenStream>) -> TokenStream {
        let (path, sizes) = (&self.path, &self.sizes);
        let ty = match activation {
            Some(activation) => quote!(#path<#sizes, #activation>),
            None => quote!(#path<#sizes>),
        };
        match &self.each {
            Some([each, positions]) => quote!(#each<#ty, #positions>),
            None => ty,
        }
    }
}

impl Folding {
    /// The folding of the layer in an `each`.
    pub(crate) fn in_each(&self, each: &TokenStream, positions: &TokenStream) -> Self {
        match self {
            // The folded network has no type for an `each` in an `each`.
            Self::Sums(Sums { each: Some(_), .. }) => Self::No,
            Self::Sums(sums) => Self::Sums(Sums {
                each: Some([each.clone(), positions.clone()]),
                ..sums.clone()
            }),
            other => other.clone(),
        }
    }
}

/// A layer's work at inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inference {
    /// Something.
    Compute,
    /// Nothing: its output is its input under another type.
    View,
    /// Something, behind types that only the compiler can compare.
    Foreign,
}

/// A type for the sizes of one layer, declared beside the network.
#[derive(Clone)]
pub(crate) struct Sizes {
    /// `Digits__conv2d1`.
    pub(crate) name: Ident,
    /// The numbers, as the type that they are known by in `nn_core::layer`.
    pub(crate) numbers: TokenStream,
}

/// A layer's memory between the steps of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// Nothing, or it cannot be streamed.
    Nothing,
    /// A state.
    State,
    /// A state, if it can be streamed, which only the compiler knows.
    Perhaps,
}

impl Facts {
    /// A layer that computes something, without parameters.
    pub(crate) fn new(text: String, ty: TokenStream, output: Shape) -> Self {
        Self {
            text,
            ty,
            sizes: None,
            output,
            activation: None,
            bounds: Vec::new(),
            row_activation: None,
            tensors: Vec::new(),
            params: Some(0),
            trained: Some(false),
            inference: Inference::Compute,
            foreign: None,
            memory: Memory::Nothing,
            place: TokenStream::new(),
            kernel_initializer: None,
            recurrent_initializer: None,
            bias_initializer: None,
            penalty: None,
            branches: Vec::new(),
            empty_branches: 0,
            folding: Folding::No,
        }
    }
}

impl Facts {
    /// Whether it is an activation and nothing else.
    pub(crate) fn is_activation(&self) -> bool {
        matches!(self.folding, Folding::Activation(_))
    }

    /// Notes the activation behind a layer.
    pub(crate) fn set_activation(&mut self, activation: Option<&Activation>) {
        self.activation = activation.map(Activation::text);
        self.row_activation = activation.and_then(Activation::row);
        self.bounds.extend(activation.and_then(Activation::bound));
    }
}

impl Model {
    /// The networks inside blocks.
    pub(crate) fn branches(&self) -> impl Iterator<Item = &Self> {
        let layers = self.layers.iter();
        layers.flat_map(|layer| layer.facts.branches.iter().map(|branch| &*branch.model))
    }

    /// The layers that may remember something of a stream.
    pub(crate) fn remembering(&self) -> impl Iterator<Item = &Layer> {
        let layers = self.layers.iter();
        layers.filter(|layer| layer.facts.memory != Memory::Nothing)
    }

    /// Whether anything is trained, where the macro knows.
    pub(crate) fn trained(&self) -> Option<bool> {
        let mut layers = self.layers.iter().map(|layer| layer.facts.trained);
        if layers.clone().any(|trained| trained == Some(true)) {
            return Some(true);
        }
        layers.all(|trained| trained.is_some()).then_some(false)
    }

    /// The layers' own parameters, where the macro knows their number.
    pub(crate) fn params(&self) -> Option<u64> {
        self.layers.iter().map(|layer| layer.facts.params).sum()
    }
}
