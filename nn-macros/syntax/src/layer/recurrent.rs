mod options;

use super::LayerKind;
use crate::activation::Activation;
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::model::{self, Facts, Memory};
use crate::option::{Initializer, Options};
use crate::paths::Paths;
use crate::shape::{Shape, Size};
use crate::weights::Tensor;
use nn_weights::Role;
pub(crate) use options::WORDS;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The macro's knowledge of a recurrent layer's cell.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) word: &'static str,
    /// The type of the layer, and of its cell.
    types: [&'static str; 2],
    gates: u8,
    usage: &'static str,
    /// The options that no other cell has.
    options: &'static [&'static str],
}

/// Every cell.
pub(super) const CELLS: [Cell; 3] = [
    Cell {
        word: "rnn",
        types: ["Rnn", "RnnCell"],
        gates: 1,
        usage: "rnn 16 tanh",
        options: &[],
    },
    Cell {
        word: "lstm",
        types: ["Lstm", "LstmCell"],
        gates: 4,
        usage: "lstm 20",
        options: &["recurrent_activation", "no_unit_forget_bias"],
    },
    Cell {
        word: "gru",
        types: ["Gru", "GruCell"],
        gates: 3,
        usage: "gru 20",
        options: &["recurrent_activation", "reset_before"],
    },
];

/// A layer in words that gives its last step only, as it would be written to give all of them.
pub(crate) fn with_sequence(text: &str) -> Option<String> {
    let inner = text.strip_prefix("bidirectional ").unwrap_or(text);
    let word = inner.split(' ').next().and_then(cell);
    let last = !text.split(' ').any(|word| word == "sequence");
    (word.is_some() && last).then(|| format!("{text} sequence"))
}

/// The cell of a word.
pub(super) fn cell(word: &str) -> Option<&'static Cell> {
    const ALL: &[Cell] = &CELLS;
    ALL.iter().find(|cell| cell.word == word)
}

/// The arguments of a recurrent layer.
#[derive(Debug)]
pub(super) struct Recurrent {
    cell: &'static Cell,
    units: Size,
    activation: Option<Activation>,
    recurrent_activation: Option<Activation>,
    recurrent_init: Option<Initializer>,
    sequence: bool,
    backwards: bool,
    reset_before: bool,
    no_unit_forget_bias: Option<Span>,
    options: Options,
}

impl Recurrent {
    /// The sizes of its type, after `context.input`.
    pub(super) fn sizes(&self, context: &mut Context<'_>, word: &str, text: &str) -> Option<Sizes> {
        context.check_size(&self.units, "units");
        if let (Some(span), false) = (self.no_unit_forget_bias, self.options.has_bias()) {
            context.errors.push(
                span,
                "`no_bias` and `no_unit_forget_bias` exclude each other; remove one of them",
            );
        }
        let [steps, features] = context.sequence(word)?;
        let gates = self.units.times(self.cell.gates.into(), context.paths);
        let biases = match (self.options.has_bias(), self.cell.word, self.reset_before) {
            (false, ..) => 0,
            (true, "gru", false) => 2,
            (true, ..) => 1,
        };
        let sound = [
            context.check_product(&[&self.units, &gates], 0, text),
            context.check_product(&[&features, &gates], biases, text),
            context.check_product(&[&steps, &self.units], 0, text),
        ];
        let params = match sound {
            [Ok(recurrent), Ok(kernel), Ok(_)] => {
                Ok(recurrent.zip(kernel).and_then(|(a, b)| a.checked_add(b)))
            }
            _ => Err(Reported),
        };
        Some(Sizes {
            steps,
            features,
            gates,
            params,
        })
    }

    /// The type, up to the defaults at its end, and that of its sizes.
    fn ty(&self, sizes: &Sizes, context: &Context<'_>) -> (TokenStream, Option<model::Sizes>) {
        let paths = context.paths;
        let [features, units, steps] =
            [&sizes.features, &self.units, &sizes.steps].map(Size::expression);
        let gates = sizes.gates.expression();
        let numbers = layer("RecurrentSizes", paths);
        let own = context.sizes(quote!(#numbers<#features, #units, #steps, #gates>));
        let mut optional = vec![
            self.returns(paths),
            activation_ty(&self.activation, "Tanh", paths),
        ];
        if self.cell.word != "rnn" {
            optional.push(activation_ty(&self.recurrent_activation, "Sigmoid", paths));
        }
        let direction = if self.backwards {
            "Backwards"
        } else {
            "Forwards"
        };
        optional.push((layer(direction, paths), !self.backwards));
        optional.push(self.bias(paths));
        let optional = without_defaults(optional);
        let ty = layer(&format!("{}{}", self.cell.types[0], self.suffix()), paths);
        let name = &own.name;
        (quote!(#ty<#name #(, #optional)*>), Some(own))
    }

    /// The type of the cell.
    pub(super) fn cell_ty(&self, paths: &Paths) -> TokenStream {
        let name = self.cell.types[1];
        let name = if self.reset_before {
            "GruBeforeCell"
        } else {
            name
        };
        let mut optional = vec![activation_ty(&self.activation, "Tanh", paths)];
        if self.cell.word != "rnn" {
            optional.push(activation_ty(&self.recurrent_activation, "Sigmoid", paths));
        }
        let (optional, ty) = (without_defaults(optional), layer(name, paths));
        if optional.is_empty() {
            return ty;
        }
        quote!(#ty<#(#optional),*>)
    }

    fn suffix(&self) -> &'static str {
        if self.reset_before { "Before" } else { "" }
    }

    /// Whether every step is returned, as a type; and whether that is the default.
    pub(super) fn returns(&self, paths: &Paths) -> (TokenStream, bool) {
        let name = if self.sequence { "Sequence" } else { "Last" };
        (layer(name, paths), !self.sequence)
    }

    /// Whether there is a bias, as a type; and whether that is the default.
    pub(super) fn bias(&self, paths: &Paths) -> (TokenStream, bool) {
        let has_bias = self.options.has_bias();
        let name = if has_bias { "WithBias" } else { "NoBias" };
        (layer(name, paths), has_bias)
    }

    pub(super) fn units(&self) -> &Size {
        &self.units
    }

    /// The shape of the output whose steps have `values` values.
    pub(super) fn output(&self, steps: &Size, values: Size) -> Shape {
        if self.sequence {
            Shape::Sequence {
                steps: steps.clone(),
                features: values,
            }
        } else {
            Shape::Vector(values)
        }
    }

    /// Adds what the options stand for.
    pub(super) fn apply(&self, facts: &mut Facts, paths: &Paths) {
        facts.set_activation(self.activation.as_ref());
        let recurrent = self.recurrent_activation.as_ref();
        facts.bounds.extend(recurrent.and_then(Activation::bound));
        facts.trained = Some(true);
        self.options.apply(facts, paths);
        facts.recurrent_initializer = self.recurrent_init.as_ref().map(|init| init.value(paths));
        if self.cell.word != "lstm" {
            return;
        }
        facts.bias_initializer = match (
            facts.bias_initializer.take(),
            self.no_unit_forget_bias.is_some(),
        ) {
            // As in Keras, the initialiser is for the other gates.
            (Some(initializer), false) => {
                let unit = layer("UnitForgetBias", paths);
                Some(quote!(#unit(#initializer)))
            }
            (None, true) => Some(paths.public(quote!(init::Zeros))),
            (initializer, _) => initializer,
        };
    }

    /// The tensors that it consists of.
    pub(super) fn tensors(&self, sizes: &Sizes) -> Vec<Tensor> {
        let gates = usize::from(self.cell.gates);
        let [features, units, all] = [&sizes.features, &self.units, &sizes.gates].map(Size::clone);
        let mut tensors = vec![
            Tensor::new(
                "kernel",
                Role::GateKernel { gates },
                [features, all.clone()],
            ),
            Tensor::new(
                "recurrent_kernel",
                Role::RecurrentKernel { gates },
                [units, all.clone()],
            ),
        ];
        if self.options.has_bias() {
            // Of the inputs and of the hidden state.
            let rows = self.cell.word == "gru" && !self.reset_before;
            let rows = rows.then(|| Size::literal(2, all.span()));
            let axes: Vec<Size> = rows.into_iter().chain([all]).collect();
            tensors.push(Tensor::new("bias", Role::GateBias { gates }, axes));
        }
        tensors
    }

    fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
        let text = self.text();
        let sizes = self.sizes(context, self.cell.word, &text)?;
        let (ty, own) = match sizes.params {
            Ok(_) => self.ty(&sizes, context),
            // In a stub, a type that no machine could hold would be the next mistake.
            Err(Reported) => (quote!(()), None),
        };
        let mut facts = Facts::new(text, ty, self.output(&sizes.steps, self.units.clone()));
        facts.tensors = self.tensors(&sizes);
        facts.params = sizes.params.unwrap_or_default();
        facts.sizes = own;
        self.apply(&mut facts, context.paths);
        if !self.backwards {
            // With an activation of the user's, which may be none.
            let sure = facts.bounds.is_empty();
            facts.memory = if sure { Memory::State } else { Memory::Perhaps };
        }
        Some(facts)
    }
}

/// The sizes of a recurrent layer's type, and the number of its parameters.
pub(super) struct Sizes {
    pub(super) steps: Size,
    pub(super) features: Size,
    pub(super) gates: Size,
    pub(super) params: Result<Option<u64>, Reported>,
}

/// An item of `nn_core::layer`.
pub(super) fn layer(name: &str, paths: &Paths) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    paths.public(quote!(layer::#name))
}

/// The activation as a type; and whether it is the default.
fn activation_ty(
    activation: &Option<Activation>,
    default: &str,
    paths: &Paths,
) -> (TokenStream, bool) {
    match activation {
        Some(activation) => (activation.ty(paths), false),
        None => {
            let name = Ident::new(default, Span::call_site());
            (paths.public(quote!(activation::#name)), true)
        }
    }
}

/// Type arguments up to the last that is not the default.
pub(super) fn without_defaults(mut arguments: Vec<(TokenStream, bool)>) -> Vec<TokenStream> {
    while let Some((_, true)) = arguments.last() {
        arguments.pop();
    }
    arguments.into_iter().map(|(ty, _)| ty).collect()
}

/// Declares the kinds that are nothing but one cell.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($cell:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $kind(Recurrent);

        impl LayerKind for $kind {
            const USAGE: &'static str = CELLS[$cell].usage;

            fn parse(args: &mut Args<'_, '_>) -> Option<Self> {
                const CELL: &Cell = &CELLS[$cell];
                Recurrent::parse(CELL, args, &["backwards"], |_, _| false).map(Self)
            }

            fn check(&self, context: &mut Context<'_>) -> Option<Facts> {
                self.0.check(context)
            }
        }
    )*};
}

kinds! {
    /// `rnn UNITS [activation] [options]`.
    Rnn(0);
    /// `lstm UNITS [activation] [options]`.
    Lstm(1);
    /// `gru UNITS [activation] [options]`.
    Gru(2);
}
