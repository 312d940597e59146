//! Options of `batch_norm` and `layer_norm`.

use crate::activation;
use crate::args::Args;
use crate::context::Context;
use crate::errors::{did_you_mean, list, suggestion};
use crate::model::Facts;
use crate::number::{Number, Value};
use crate::option::{replace, twice};
use crate::paths::Paths;
use crate::weights::Tensor;
use nn_weights::Role;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

/// Every option of either.
pub(super) const WORDS: &[&str] = &["momentum", "epsilon", "no_scale", "no_center", "torch"];

/// The options after the word.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) torch: bool,
    pub(super) momentum: Option<Number>,
    pub(super) epsilon: Option<Number>,
    no_scale: bool,
    no_center: bool,
}

impl Options {
    /// Takes the options of `layer` up to the end of the statement; `known` are its words.
    pub(super) fn parse(args: &mut Args<'_, '_>, layer: &str, known: &[&str]) -> Self {
        let mut options = Self::default();
        args.plain_options(known, layer, |args, word| {
            options.take(args, layer, known, word);
            true
        });
        options
    }

    /// Takes what belongs to `word`.
    fn take(&mut self, args: &mut Args<'_, '_>, layer: &str, known: &[&str], word: &Ident) {
        let name = word.to_string();
        if !known.contains(&name.as_str()) {
            args.take_rest();
            args.errors.push(word.span(), refuse(layer, known, &name));
            return;
        }
        let again = match name.as_str() {
            "no_scale" => std::mem::replace(&mut self.no_scale, true),
            "no_center" => std::mem::replace(&mut self.no_center, true),
            "torch" => std::mem::replace(&mut self.torch, true),
            "momentum" => replace(&mut self.momentum, number(args, layer, word, "0.9")),
            _ => replace(&mut self.epsilon, number(args, layer, word, "1e-5")),
        };
        if again {
            twice(args, word);
        }
    }

    /// As in the DSL, with a space before each.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if self.torch {
            text.push_str(" torch");
        }
        for (word, number) in [("momentum", &self.momentum), ("epsilon", &self.epsilon)] {
            if let Some(number) = number {
                text.push_str(&format!(" {word} {}", number.text));
            }
        }
        for (word, there) in [("no_scale", self.no_scale), ("no_center", self.no_center)] {
            if there {
                text.push_str(&format!(" {word}"));
            }
        }
        text
    }

    /// The numbers are in their ranges.
    pub(super) fn check(&self, context: &mut Context<'_>) {
        if let Some(momentum) = &self.momentum {
            let fix = if self.torch {
                "write the new batch's share in the moving statistics, such as `0.1`"
            } else {
                "write the share of the moving statistics that is kept, such as `0.99`"
            };
            if let Value::Constant(_) = momentum.value {
                let (span, text) = (momentum.span, &momentum.text);
                let value = momentum.expression(context.paths);
                context
                    .assertions
                    .push(quote_spanned!(span=> __nn::check_momentum(#text, #value, #fix)));
            } else if !momentum.known().is_some_and(|m| (0.0..=1.0).contains(&m)) {
                context.errors.push(
                    momentum.span,
                    format!(
                        "a momentum is at least 0 and at most 1, but this is {}; {fix}",
                        momentum.text
                    ),
                );
            }
        }
        if let Some(epsilon) = &self.epsilon {
            if let Value::Constant(_) = epsilon.value {
                let (span, text) = (epsilon.span, &epsilon.text);
                let value = epsilon.expression(context.paths);
                context
                    .assertions
                    .push(quote_spanned!(span=> __nn::check_epsilon(#text, #value)));
            } else if !epsilon.known().is_some_and(|epsilon| epsilon > 0.0) {
                context.errors.push(
                    epsilon.span,
                    format!("an epsilon is above 0, but this is {}; write a small number, such as `1e-5`", epsilon.text),
                );
            }
        }
    }

    /// Whether there are `gamma` and `beta`, as the last arguments of a type; nothing if there are both.
    pub(super) fn parameters(&self, paths: &Paths) -> TokenStream {
        let kind = |missing| {
            if missing {
                paths.public(quote!(layer::NoBias))
            } else {
                paths.public(quote!(layer::WithBias))
            }
        };
        match (self.no_scale, self.no_center) {
            (false, false) => quote!(),
            (scale, false) => {
                let scale = kind(scale);
                quote!(, #scale)
            }
            (scale, center) => {
                let (scale, center) = (kind(scale), kind(center));
                quote!(, #scale, #center)
            }
        }
    }

    /// The facts of a layer of this type, with `untrained` numbers for each channel beside `gamma` and `beta`.
    pub(super) fn facts(
        &self,
        text: String,
        ty: TokenStream,
        untrained: u64,
        context: &Context<'_>,
    ) -> Facts {
        let mut facts = Facts::new(text, ty, context.input.clone());
        let trained = u64::from(!self.no_scale) + u64::from(!self.no_center);
        let channels = context.input.channels(context.paths).known();
        facts.params = channels.map(|channels| channels.saturating_mul(trained + untrained));
        facts.trained = Some(trained > 0);
        let channels = context.input.channels(context.paths);
        let tensors = [
            ("gamma", Role::Gamma, !self.no_scale),
            ("beta", Role::Beta, !self.no_center),
            ("moving_mean", Role::MovingMean, untrained > 0),
            ("moving_variance", Role::MovingVariance, untrained > 0),
        ];
        let there = tensors.into_iter().filter(|(.., there)| *there);
        facts.tensors = there
            .map(|(name, role, _)| Tensor::new(name, role, [channels.clone()]))
            .collect();
        facts
    }
}

/// The number after an option.
fn number(args: &mut Args<'_, '_>, layer: &str, option: &Ident, example: &str) -> Option<Number> {
    let found = args.found();
    let other = args
        .peek_word()
        .is_some_and(|word| WORDS.contains(&word.to_string().as_str()));
    let message = match found {
        Some(found) if found == "=" => {
            format!("an option has no `=`; write `{option} {example}`")
        }
        Some(found) if other || args.at_statement() => {
            format!("`{option}` needs a number, found `{found}`; write `{option} {example}`")
        }
        None => format!("`{option}` needs a number; write `{option} {example}`"),
        Some(_) => return args.number(&format!("the {option} of `{layer}`")),
    };
    let place = if other || args.found().is_some_and(|found| found == "=") {
        args.here()
    } else {
        option.span()
    };
    args.errors.push(place, message);
    if !other {
        args.take_rest();
    }
    None
}

/// The message for an option that `layer` does not have.
fn refuse(layer: &str, known: &[&str], name: &str) -> String {
    if activation::find(name).is_some() {
        return format!("`{layer}` has no activation; write `{layer}; {name};`");
    }
    match name {
        "scale" => "there is a `gamma` unless you write `no_scale`: Keras's `scale=False` is `no_scale`, and `scale=True` is nothing at all".to_owned(),
        "center" => "there is a `beta` unless you write `no_center`: Keras's `center=False` is `no_center`, and `center=True` is nothing at all".to_owned(),
        "affine" | "elementwise_affine" => format!("PyTorch's `{name}=False` is `no_scale no_center`; write that, or nothing"),
        "axis" if layer == "layer_norm" => "`layer_norm` works on the last axis, the channels of each position; remove `axis`".to_owned(),
        "axis" => format!("`{layer}` works on each channel, and the channels are the last axis; remove `axis`"),
        "eps" => "`eps` is called `epsilon`; write `epsilon 1e-5`".to_owned(),
        "momentum" => format!("`{layer}` does not remember other batches, and so has no `momentum`; remove it"),
        "torch" => format!("`{layer}` is that of PyTorch but for its epsilon; write `{layer} epsilon 1e-5`"),
        _ => format!(
            "unknown option `{name}`; options of `{layer}` are {}{}",
            list(known.iter().copied()),
            suggestion(did_you_mean(name, known.iter().copied()))
        ),
    }
}
