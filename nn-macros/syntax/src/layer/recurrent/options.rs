//! The words after `rnn`, `lstm` or `gru`.

use super::{Cell, Recurrent};
use crate::activation::{self, Activation};
use crate::args::Args;
use crate::errors::{did_you_mean, list, suggestion};
use crate::option::{self, Initializer, Options};
use proc_macro2::Ident;

/// The options of this family, which cannot be the name of a size.
pub(crate) const WORDS: &[&str] = &[
    "sequence",
    "backwards",
    "recurrent_activation",
    "recurrent_init",
    "reset_before",
    "no_unit_forget_bias",
];

impl Recurrent {
    /// Reads the size, the activation and the options; `others` are words of what is around it, and `other` takes them.
    pub(in crate::layer) fn parse(
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
    pub(in crate::layer) fn text_with(&self, outer: &str) -> String {
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

    pub(super) fn text(&self) -> String {
        self.text_with("")
    }
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
