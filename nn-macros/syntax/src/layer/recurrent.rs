use super::LayerKind;
use crate::activation::{self, Activation};
use crate::args::Args;
use crate::context::{Context, Reported};
use crate::errors::{did_you_mean, list, suggestion};
use crate::model::{self, Facts, Memory};
use crate::option::{self, Initializer, Options};
use crate::paths::Paths;
use crate::shape::{Shape, Size};
use crate::weights::Tensor;
use nn_weights::Role;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The macro's knowledge of a recurrent layer's cell.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) word: &'static str,
    /// The type of the layer, and of its cell.
    types: [&'static str; 2],
    gates: u64,
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

/// The options of this family, which cannot be the name of a size.
pub(crate) const WORDS: &[&str] = &[
    "sequence",
    "backwards",
    "recurrent_activation",
    "recurrent_init",
    "reset_before",
    "no_unit_forget_bias",
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
    /// Reads the size, the activation and the options; `others` are words of what is around it, and `other` takes them.
    pub(super) fn parse(
        cell: &'static Cell,
        args: &mut Args<'_, '_>,
        others: &[&str],
        mut other: impl FnMut(&mut Args<'_, '_>, &Ident) -> bool,
    ) -> Option<Self> {
        let units = args.size(
            &format!("the number of units of `{}`", cell.word),
            cell.usage,
        )?;
        let mut layer = Self {
            cell,
            units,
            activation: None,
            recurrent_activation: None,
            recurrent_init: None,
            sequence: false,
            backwards: false,
            reset_before: false,
            no_unit_forget_bias: None,
            options: Options::default(),
        };
        let mut known = vec!["sequence"];
        known.extend(others);
        known.extend(cell.options);
        known.push("recurrent_init");
        known.extend(option::WORDS);
        let after = layer.text();
        let activation = args.options(&known, &after, |args, word| {
            if !known.iter().any(|known| word == known) {
                return misplaced(args, word, cell, others);
            }
            other(args, word) || layer.take(args, word) || layer.options.take(args, word)
        });
        check_activation(activation.as_ref(), args);
        layer.activation = activation;
        Some(layer)
    }

    /// Takes what belongs to `word`; `false` if it is not an option of this family.
    fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let twice = match word.to_string().as_str() {
            "sequence" => std::mem::replace(&mut self.sequence, true),
            "backwards" => std::mem::replace(&mut self.backwards, true),
            "reset_before" => std::mem::replace(&mut self.reset_before, true),
            "no_unit_forget_bias" => {
                option::replace(&mut self.no_unit_forget_bias, Some(word.span()))
            }
            "recurrent_init" => {
                option::replace(&mut self.recurrent_init, Initializer::parse(args, word))
            }
            "recurrent_activation" => {
                let activation = recurrent_activation(args, word);
                option::replace(&mut self.recurrent_activation, activation)
            }
            _ => return false,
        };
        if twice {
            option::twice(args, word);
        }
        true
    }

    /// As in the DSL; `outer` are the options of what is around it.
    pub(super) fn text_with(&self, outer: &str) -> String {
        let mut text = format!("{} {}", self.cell.word, self.units.text());
        if let Some(activation) = &self.activation {
            text.push_str(&format!(" {}", activation.text()));
        }
        if let Some(activation) = &self.recurrent_activation {
            text.push_str(&format!(" recurrent_activation {}", activation.text()));
        }
        for (word, present) in [
            ("sequence", self.sequence),
            ("backwards", self.backwards),
            ("reset_before", self.reset_before),
            ("no_unit_forget_bias", self.no_unit_forget_bias.is_some()),
        ] {
            if present {
                text.push_str(&format!(" {word}"));
            }
        }
        text.push_str(outer);
        if let Some(initializer) = &self.recurrent_init {
            text.push_str(&format!(" recurrent_init {}", initializer.text()));
        }
        text + &self.options.text()
    }

    fn text(&self) -> String {
        self.text_with("")
    }

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
        let gates = self.units.times(self.cell.gates, context.paths);
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

    /// What it consists of.
    pub(super) fn tensors(&self, sizes: &Sizes) -> Vec<Tensor> {
        let gates = match self.cell.word {
            "lstm" => 4,
            "gru" => 3,
            _ => 1,
        };
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
        if !self.backwards {
            facts.memory = Memory::State;
        }
        self.apply(&mut facts, context.paths);
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

/// Reports an option of this family that the layer does not have; `false` if it is none of them. `others` are the words of what
/// is around the layer.
fn misplaced(args: &mut Args<'_, '_>, word: &Ident, cell: &Cell, others: &[&str]) -> bool {
    let (own, usage, name) = (cell.word, cell.usage, word.to_string());
    let around = !others.contains(&"backwards");
    let message = match (name.as_str(), around) {
        ("backwards", true) => {
            "`bidirectional` reads both ways already; remove `backwards`".to_owned()
        }
        ("recurrent_activation", _) => format!(
            "`{own}` has no gates, which `recurrent_activation` is for; its activation follows the units: `{usage}`"
        ),
        ("reset_before", _) => {
            format!("`{own}` has no reset gate; remove `{name}`, or write `gru` instead of `{own}`")
        }
        ("no_unit_forget_bias", _) => {
            format!("`{own}` has no forget gate, only `lstm` has; remove `{name}`")
        }
        ("concat" | "sum" | "mul" | "ave", false) => format!(
            "`{own}` has one output and nothing to merge; remove `{name}`, or write `bidirectional {own}`"
        ),
        ("concatenate", true) => "unknown option `concatenate`; write `concat`".to_owned(),
        ("add", true) => "unknown option `add`; write `sum`".to_owned(),
        ("multiply", true) => "unknown option `multiply`; write `mul`".to_owned(),
        ("average" | "avg" | "mean", true) => format!("unknown option `{name}`; write `ave`"),
        _ => return false,
    };
    if name == "recurrent_activation" {
        // With what follows it, which would be the next mistake.
        let _ = args.activation();
    }
    args.errors.push(word.span(), message);
    true
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

/// The activation after `recurrent_activation`.
fn recurrent_activation(args: &mut Args<'_, '_>, option: &Ident) -> Option<Activation> {
    if let Some(activation) = args.activation() {
        check_activation(Some(&activation), args);
        return Some(activation);
    }
    let word = args.peek_word().filter(|_| !args.at_statement());
    let Some(name) = word.map(Ident::to_string) else {
        args.errors.push(
            option.span(),
            format!("`{option}` needs the name of an activation; write `{option} sigmoid`"),
        );
        return None;
    };
    let meant = did_you_mean(&name, activation::words());
    let hint = match meant {
        Some(_) => suggestion(meant),
        None => format!("; activations are {}", list(activation::words())),
    };
    args.errors
        .push(args.here(), format!("unknown activation `{name}`{hint}"));
    args.skip();
    None
}

/// Reports an activation that a gate cannot have.
fn check_activation(activation: Option<&Activation>, args: &mut Args<'_, '_>) {
    if let Some((activation, span)) = activation.and_then(|a| Some((a, a.row()?))) {
        let word = activation.text();
        args.errors.push(span, format!("a recurrent layer's activation treats every unit alike, and `{word}` does not; write one such as `tanh`, or `{word};` as a statement of its own"));
    }
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
