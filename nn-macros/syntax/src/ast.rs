//! A declaration as the user wrote it, with its spans and without judgement.

use crate::budget::Limit;
use crate::layer::Kind;
use crate::shape::Size;
use proc_macro2::{Ident, Span};
use syn::{Attribute, Visibility};

/// A declaration.
#[derive(Default)]
pub(crate) struct Ast {
    /// `#[…] pub struct Name`; none in the anonymous form.
    pub(crate) header: Option<Header>,
    /// In the order written.
    pub(crate) statements: Vec<Statement>,
}

/// `#[attributes] visibility struct Name`.
pub(crate) struct Header {
    /// Attributes and doc comments, `#[…]` each.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
}

/// One statement.
#[derive(Debug)]
pub(crate) struct Statement {
    /// Its place among all statements, those inside blocks included.
    pub(crate) number: usize,
    /// The place of the last statement inside it; its own if there is none.
    pub(crate) last: usize,
    pub(crate) label: Option<Ident>,
    /// The word or path the statement begins with.
    pub(crate) span: Span,
    pub(crate) body: Body,
}

/// The meaning of a statement.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "a declaration has a few dozen at most"
)]
pub(crate) enum Body {
    /// `input 28x28x1`; nothing if the sizes were wrong.
    Input(Option<Vec<Size>>),
    /// `output 4`; nothing if the size was wrong.
    Output(Option<Vec<Size>>),
    /// `budget { … }`; nothing if a limit was wrong.
    Budget(Option<Vec<Limit>>),
    /// A layer.
    Layer(Kind),
    /// A layer whose kind is unknown or whose arguments are wrong; the mistake is reported.
    Broken,
}
