//! The activations of the DSL.

use crate::args::Args;
use crate::errors::plain;
use crate::number::Number;
use crate::paths::Paths;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// One word of the DSL.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The word: Keras's name.
    pub(crate) word: &'static str,
    /// The type in `nn_core::activation`.
    ty: &'static str,
    /// The meaning of the number after the word, if there may be one.
    parameter: Option<&'static str>,
}

macro_rules! activations {
    ($($word:ident => $ty:ident $(($parameter:literal))?;)*) => {
        const TABLE: &[Entry] = &[$(
            activations!(@entry $word $ty $($parameter)?),
        )*];
    };
    (@entry $word:ident $ty:ident) => {
        Entry { word: stringify!($word), ty: stringify!($ty), parameter: None }
    };
    (@entry $word:ident $ty:ident $parameter:literal) => {
        Entry { word: stringify!($word), ty: stringify!($ty), parameter: Some($parameter) }
    };
}

activations! {
    linear => Linear;
    relu => Relu;
    relu6 => Relu6;
    leaky_relu => LeakyRelu("a slope");
    elu => Elu("an alpha");
    selu => Selu;
    celu => Celu("an alpha");
    sigmoid => Sigmoid;
    log_sigmoid => LogSigmoid;
    tanh => Tanh;
    softplus => Softplus("a beta");
    softsign => Softsign;
    squareplus => Squareplus("a b");
    exponential => Exponential;
    silu => Silu;
    swish => Silu;
    gelu => Gelu;
    gelu_tanh => GeluTanh;
    mish => Mish;
    hard_sigmoid => HardSigmoid;
    hard_silu => HardSilu;
    hard_swish => HardSilu;
    hard_tanh => HardTanh;
    soft_shrink => Softshrink("a lambda");
    hard_shrink => HardShrink("a lambda");
    tanh_shrink => TanhShrink;
    sparse_plus => SparsePlus;
    sparse_sigmoid => SparseSigmoid;
    fast_sigmoid => FastSigmoid;
    fast_tanh => FastTanh;
    softmax => Softmax;
    log_softmax => LogSoftmax;
    sparsemax => Sparsemax;
}

/// The words of those that treat a row of values as one.
const ROWS: &[&str] = &["softmax", "log_softmax", "sparsemax"];

/// An activation as the user chose it.
#[derive(Clone, Debug)]
pub(crate) enum Activation {
    /// A word of the table, with its number.
    Word {
        entry: &'static Entry,
        parameter: Option<Number>,
        span: Span,
    },
    /// A type of the user's that implements `nn_core::activation::Activation`.
    Path { ty: TokenStream, text: String },
}

/// Every word.
pub(crate) fn words<'a>() -> impl Iterator<Item = &'a str> {
    TABLE.iter().map(|entry| entry.word)
}

/// The entry of a word.
pub(crate) fn find(word: &str) -> Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.word == word)
}

/// The entry of a word in another spelling, `ReLU` or `LeakyReLU`; none for the name of its type, which is a legal path.
pub(crate) fn meant(name: &str) -> Option<&'static Entry> {
    let same = |entry: &&Entry| plain(entry.word) == plain(name) && entry.ty != name;
    TABLE.iter().find(same).filter(|entry| entry.word != name)
}

impl Entry {
    /// The word.
    pub(crate) fn word(&self) -> &'static str {
        self.word
    }
}

impl Activation {
    /// The rest of an activation whose word was just taken.
    pub(crate) fn after(entry: &'static Entry, span: Span, args: &mut Args<'_, '_>) -> Self {
        let parameter = match entry.parameter {
            Some(name) if args.at_number() => args.number(name),
            _ => None,
        };
        Self::Word {
            entry,
            parameter,
            span,
        }
    }

    /// The place where it is written, if it treats a row of values as one.
    pub(crate) fn row(&self) -> Option<Span> {
        match self {
            Self::Word { entry, span, .. } if ROWS.contains(&entry.word) => Some(*span),
            _ => None,
        }
    }

    /// As in the DSL.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Word {
                entry,
                parameter: Some(parameter),
                ..
            } => format!("{} {}", entry.word, parameter.text),
            Self::Word { entry, .. } => entry.word.to_owned(),
            Self::Path { text, .. } => text.clone(),
        }
    }

    /// The bound that a type of the user's must satisfy.
    pub(crate) fn bound(&self) -> Option<TokenStream> {
        let Self::Path { ty, .. } = self else {
            return None;
        };
        let span = ty.clone().into_iter().next()?.span();
        Some(quote_spanned!(span=> #ty: __nn::activation::Activation))
    }

    /// Whether it is known to do nothing.
    pub(crate) fn is_linear(&self) -> bool {
        matches!(self, Self::Word { entry, .. } if entry.ty == "Linear")
    }

    /// As a type.
    pub(crate) fn ty(&self, paths: &Paths) -> TokenStream {
        match self {
            Self::Word {
                entry, parameter, ..
            } => {
                let ty = Ident::new(entry.ty, Span::call_site());
                let path = paths.public(quote!(activation::#ty));
                match parameter {
                    Some(parameter) => {
                        let scalar = parameter.scalar(paths);
                        quote!(#path<#scalar>)
                    }
                    None => path,
                }
            }
            Self::Path { ty, .. } => ty.clone(),
        }
    }
}
