//! The options that layers with weights share: `no_bias`, `init`, `bias_init`, `l1`, `l2`.

use crate::activation::Activation;
use crate::args::Args;
use crate::errors::{did_you_mean, list, suggestion};
use crate::model::{Facts, Folding, Sums};
use crate::number::Number;
use crate::paths::Paths;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// One word of the DSL.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The word: Keras's name.
    word: &'static str,
    /// The constant in `nn_core::init`.
    constant: &'static str,
    /// The builder that the number after the word goes to, if there may be one.
    parameter: Option<&'static str>,
}

macro_rules! initializers {
    ($($word:ident => $constant:ident $(. $parameter:ident)?;)*) => {
        const TABLE: &[Entry] = &[$(Entry {
            word: stringify!($word),
            constant: stringify!($constant),
            parameter: initializers!(@parameter $($parameter)?),
        },)*];
    };
    (@parameter) => { None };
    (@parameter $parameter:ident) => { Some(stringify!($parameter)) };
}

initializers! {
    constant => Constant.value;
    glorot_normal => GlorotNormal;
    glorot_uniform => GlorotUniform;
    he_normal => HeNormal;
    he_uniform => HeUniform;
    lecun_normal => LecunNormal;
    lecun_uniform => LecunUniform;
    ones => Ones;
    orthogonal => Orthogonal;
    random_normal => RandomNormal.stddev;
    random_uniform => RandomUniform;
    torch_linear => TorchLinear;
    truncated_normal => TruncatedNormal.stddev;
    zeros => Zeros;
}

/// An initialiser as the user chose it.
#[derive(Clone, Debug)]
pub(crate) enum Initializer {
    /// A word of the table, with its number.
    Word {
        entry: &'static Entry,
        parameter: Option<Number>,
    },
    /// A constant of the user's that implements `nn_core::init::Initializer`.
    Path { value: TokenStream, text: String },
}

/// A layer's options.
#[derive(Debug, Default)]
pub(crate) struct Options {
    no_bias: bool,
    kernel: Option<Initializer>,
    bias: Option<Initializer>,
    l1: Option<Number>,
    l2: Option<Number>,
}

/// The words, for messages.
pub(crate) const WORDS: &[&str] = &["no_bias", "init", "bias_init", "l1", "l2"];

impl Options {
    /// Takes the activation and the options up to the end of the statement; `after` is the layer in words.
    pub(crate) fn parse(args: &mut Args<'_, '_>, after: &str) -> (Option<Activation>, Self) {
        let mut options = Self::default();
        let activation = args.options(WORDS, after, |args, word| options.take(args, word));
        (activation, options)
    }

    /// Takes what belongs to `word`; `false` if it is not an option.
    pub(crate) fn take(&mut self, args: &mut Args<'_, '_>, word: &Ident) -> bool {
        let name = word.to_string();
        let again = match name.as_str() {
            "no_bias" => std::mem::replace(&mut self.no_bias, true),
            "init" => replace(&mut self.kernel, Initializer::parse(args, word)),
            "bias_init" => replace(&mut self.bias, Initializer::parse(args, word)),
            "l1" => replace(&mut self.l1, factor(args, "`l1`")),
            "l2" => replace(&mut self.l2, factor(args, "`l2`")),
            _ => return false,
        };
        if again {
            twice(args, word);
        } else if self.no_bias && self.bias.is_some() {
            args.errors.push(
                word.span(),
                "`no_bias` and `bias_init` exclude each other; remove one of them",
            );
        }
        true
    }

    /// Whether there is a bias.
    pub(crate) fn has_bias(&self) -> bool {
        !self.no_bias
    }

    /// As in the DSL, with a space before each.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if self.no_bias {
            text.push_str(" no_bias");
        }
        for (word, initializer) in [("init", &self.kernel), ("bias_init", &self.bias)] {
            if let Some(initializer) = initializer {
                text.push_str(&format!(" {word} {}", initializer.text()));
            }
        }
        for (word, factor) in [("l1", &self.l1), ("l2", &self.l2)] {
            if let Some(factor) = factor {
                text.push_str(&format!(" {word} {}", factor.text));
            }
        }
        text
    }

    /// The type of a layer of weighted sums, `path<sizes, …>`, and its part in folding.
    pub(crate) fn layer_type(
        &self,
        path: TokenStream,
        sizes: TokenStream,
        activation: Option<&Activation>,
        paths: &Paths,
    ) -> (TokenStream, Folding) {
        let arguments = self.type_arguments(activation, paths);
        let ty = quote!(#path<#sizes #arguments>);
        let folding = if activation.is_none_or(Activation::is_linear) {
            Folding::Sums(Sums {
                path,
                sizes,
                has_bias: self.has_bias(),
                each: None,
            })
        } else {
            Folding::No
        };
        (ty, folding)
    }

    /// The activation and the bias as the last arguments of a layer's type, each after a comma; what is the default there is left out.
    fn type_arguments(&self, activation: Option<&Activation>, paths: &Paths) -> TokenStream {
        let activation = activation.map(|activation| activation.ty(paths));
        if self.has_bias() {
            return activation.map_or_else(TokenStream::new, |activation| quote!(, #activation));
        }
        let activation = activation.unwrap_or_else(|| paths.public(quote!(activation::Linear)));
        let no_bias = paths.public(quote!(layer::NoBias));
        quote!(, #activation, #no_bias)
    }

    /// Adds what the options stand for.
    pub(crate) fn apply(&self, facts: &mut Facts, paths: &Paths) {
        let value = |initializer: &Initializer| initializer.value(paths);
        facts.kernel_initializer = self.kernel.as_ref().map(value);
        facts.bias_initializer = self.bias.as_ref().map(value);
        if self.l1.is_some() || self.l2.is_some() {
            let factor = |number: &Option<Number>| match number {
                Some(number) => number.expression(paths),
                None => quote!(0.0),
            };
            facts.penalty = Some((factor(&self.l1), factor(&self.l2)));
        }
    }
}

/// Puts a value in its place; says whether there was one.
pub(crate) fn replace<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    match value {
        Some(value) => place.replace(value).is_some(),
        None => false,
    }
}

/// Reports an option that was there already.
pub(crate) fn twice(args: &mut Args<'_, '_>, word: &Ident) {
    args.errors.push(
        word.span(),
        format!("`{word}` is written twice; remove one of them"),
    );
}

/// The factor of a regulariser, which is not negative.
fn factor(args: &mut Args<'_, '_>, what: &str) -> Option<Number> {
    let number = args.number(&format!("the factor of {what}"))?;
    if number.known().is_some_and(|factor| factor < 0.0) {
        args.errors.push(number.span, format!("the factor of {what} cannot be negative, but this is {}; write it without the sign", number.text));
    }
    Some(number)
}

impl Initializer {
    /// Takes the initialiser that belongs to `option`.
    pub(crate) fn parse(args: &mut Args<'_, '_>, option: &Ident) -> Option<Self> {
        let Some(word) = args.peek_word().filter(|_| !args.at_statement()) else {
            let found = args
                .found()
                .map_or_else(String::new, |found| format!(", found `{found}`"));
            args.errors.push(
                if args.found().is_some() { args.here() } else { option.span() },
                format!("`{option}` needs the name of an initialiser{found}; write `{option} he_normal`; initialisers are {}", list(words())),
            );
            return None;
        };
        let name = word.to_string();
        if let Some(entry) = TABLE.iter().find(|entry| entry.word == name) {
            args.skip();
            let parameter = match entry.parameter {
                Some(what) if args.at_number() => args.number(&format!("`{what}` of `{name}`")),
                _ => None,
            };
            return Some(Self::Word { entry, parameter });
        }
        if name.starts_with(|c: char| c.is_ascii_uppercase()) || args.at_path() {
            let (value, text, _) = args.path()?;
            return Some(Self::Path { value, text });
        }
        args.skip();
        let meant = suggestion(did_you_mean(&name, words()));
        args.errors.push(
            word.span(),
            format!(
                "unknown initialiser `{name}`; initialisers are {}{meant}",
                list(words())
            ),
        );
        None
    }

    /// As in the DSL.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Word {
                entry,
                parameter: Some(parameter),
            } => format!("{} {}", entry.word, parameter.text),
            Self::Word { entry, .. } => entry.word.to_owned(),
            Self::Path { text, .. } => text.clone(),
        }
    }

    /// As an expression.
    pub(crate) fn value(&self, paths: &Paths) -> TokenStream {
        match self {
            Self::Word { entry, parameter } => {
                let constant = Ident::new(entry.constant, Span::call_site());
                let value = paths.public(quote!(init::#constant));
                match (parameter, entry.parameter) {
                    (Some(parameter), Some(builder)) => {
                        let (builder, number) = (
                            Ident::new(builder, Span::call_site()),
                            parameter.expression(paths),
                        );
                        quote!(#value.#builder(#number))
                    }
                    _ => value,
                }
            }
            Self::Path { value, .. } => value.clone(),
        }
    }
}

/// Every initialiser.
pub(crate) fn words<'a>() -> impl Iterator<Item = &'a str> {
    TABLE.iter().map(|entry| entry.word)
}
