//! The place of a layer while it is checked: what flows into it, whose it is, and where mistakes go.

use crate::errors::Errors;
use crate::layer::recurrent::with_sequence;
use crate::model::Sizes;
use crate::number::{Number, Value};
use crate::paths::Paths;
use crate::shape::{self, Shape, Size};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use std::fmt::{self, Display, Formatter};
use syn::{Attribute, Visibility};

/// The surroundings of a layer while it is checked.
pub(crate) struct Context<'a> {
    /// The shape that the layer before gives.
    pub(crate) input: &'a Shape,
    /// The network that is being declared.
    pub(crate) network: &'a Ident,
    /// Whose layer this is.
    pub(crate) owner: Owner<'a>,
    /// The giver of that shape.
    pub(crate) previous: &'a Previous,
    /// The statement's first word.
    pub(crate) span: Span,
    pub(crate) paths: &'a Paths,
    pub(crate) errors: &'a mut Errors,
    pub(crate) assertions: &'a mut Vec<TokenStream>,
    /// Whether the layer is that of an `each`, which hands it one step or pixel at a time.
    pub(crate) each: bool,
}

/// Whose layer a layer is.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) visibility: &'a Visibility,
    pub(crate) name: &'a Ident,
    /// The layer's own name.
    pub(crate) field: Option<&'a Ident>,
}

/// The giver of the shape that flows into a layer.
#[derive(Clone)]
pub(crate) enum Previous {
    /// Nothing yet.
    Nothing,
    /// The input of these sizes.
    Input(String),
    /// A layer.
    Layer {
        /// Counted from 1.
        number: usize,
        /// As in the DSL, without the label.
        text: String,
        /// Whether it stands in the same branch of a block.
        in_branch: bool,
    },
    /// An `each`, step by step.
    Each,
}

impl Previous {
    /// A layer as in the DSL.
    fn layer(&self) -> Option<&str> {
        match self {
            Self::Layer { text, .. } => Some(text),
            _ => None,
        }
    }
}

impl Display for Previous {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("the input"),
            Self::Input(sizes) => write!(f, "`input {sizes}`"),
            Self::Layer {
                number,
                text,
                in_branch,
            } => {
                let of = if *in_branch { " of this branch" } else { "" };
                write!(f, "layer {number} `{text}`{of}")
            }
            Self::Each => f.write_str("`each`"),
        }
    }
}

/// In words, for what the compiler will say.
impl ToTokens for Previous {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.to_string().to_tokens(tokens);
    }
}

/// A mistake that is reported already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reported;

impl Context<'_> {
    /// A type of the layer's own for sizes that are these numbers.
    pub(crate) fn sizes(&self, numbers: TokenStream) -> Sizes {
        let field = self
            .owner
            .field
            .map(ToString::to_string)
            .unwrap_or_default();
        let field = field.strip_prefix("r#").unwrap_or(&field);
        // As of networks in blocks: two underscores are in no name of the user's.
        let name = format!("{}__{field}", self.owner.name);
        Sizes {
            name: Ident::new(&name, self.span.resolved_at(Span::call_site())),
            numbers,
        }
    }

    /// A size is at least 1.
    pub(crate) fn check_size(&mut self, size: &Size, what: &str) {
        match size.known() {
            Some(0) => self.errors.push(
                size.span(),
                format!("a size of 0 {what} leaves nothing; write at least 1"),
            ),
            Some(_) => {}
            None => {
                let (span, text) = (size.span(), size.text());
                let size = size.expression();
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_size(#text, #what, #size)));
            }
        }
    }

    /// A number is at least 1; `what` is said of it, and `why` 0 is wrong: `a stride`, `would never move on`.
    pub(crate) fn check_positive(&mut self, size: &Size, what: &str, why: &str) {
        match size.known() {
            Some(0) => self
                .errors
                .push(size.span(), format!("{what} of 0 {why}; write at least 1")),
            Some(_) => {}
            None => {
                let (span, text) = (size.span(), size.text());
                let size = size.expression();
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_positive(#text, #what, #why, #size)));
            }
        }
    }

    /// The number of values of the vector that comes in; anything else is reported.
    pub(crate) fn vector(&mut self, word: &str) -> Option<Size> {
        match self.input {
            Shape::Vector(_) | Shape::Unknown => {}
            Shape::Of { .. } => {
                let (span, previous) = (self.span, self.previous);
                let given = self.input.as_dims(span, self.paths);
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_vector(#word, #previous, #given)));
            }
            shape => {
                let (previous, text) = (self.previous, shape.text());
                let part = match shape {
                    Shape::Image { .. } => "pixel",
                    _ => "step",
                };
                self.errors.push(self.span, format!("`{word}` takes a vector, but {previous} gives {} of {text}; write `flatten;` before it, or `each {word} …` to apply it to each {part}", shape.noun()));
            }
        }
        Some(self.input.len(self.paths))
    }

    /// The steps and features of the sequence that comes in; anything else is reported.
    pub(crate) fn sequence(&mut self, word: &str) -> Option<[Size; 2]> {
        let fix = match self.input {
            Shape::Sequence { steps, features } => return Some([steps.clone(), features.clone()]),
            Shape::Of { .. } => {
                return Some([
                    self.input.positions(self.paths),
                    self.input.channels(self.paths),
                ]);
            }
            Shape::Unknown => return None,
            Shape::Vector(values) => {
                if let Some(fix) = self.previous.layer().and_then(with_sequence) {
                    let (previous, text) = (self.previous, values.text());
                    self.errors.push(self.span, format!("`{word}` takes a sequence (steps x features), but {previous} gives its last step only, a vector of {text}; write `{fix}` there, which gives every step"));
                    return None;
                }
                format!("{}x1", values.text())
            }
            Shape::Image {
                height,
                width,
                channels,
            } => match (width.known(), channels.known()) {
                // A step for each row.
                (Some(width), Some(channels)) => {
                    format!("{}x{}", height.text(), width.saturating_mul(channels))
                }
                _ => "STEPS x FEATURES".to_owned(),
            },
        };
        let fix = match (self.input, word.contains("1d")) {
            (Shape::Image { .. }, true) => {
                format!("for an image, write `{}`", word.replace("1d", "2d"))
            }
            _ => reshape(&fix),
        };
        self.wrong_shape(word, "a sequence (steps x features)", &fix);
        None
    }

    /// The height, width and channels of the image that comes in; anything else is reported.
    pub(crate) fn image(&mut self, word: &str) -> Option<[Size; 3]> {
        const IMAGE: &str = "an image (height x width x channels)";
        let fix = match self.input {
            Shape::Image {
                height,
                width,
                channels,
            } => return Some([height.clone(), width.clone(), channels.clone()]),
            Shape::Unknown => return None,
            Shape::Of { text, .. } => {
                self.errors.push(self.span, format!("`{word}` takes {IMAGE}, and of `{text}` only the number of values and channels is known; write `reshape 28x28x1;`, with its height, width and channels, between them"));
                return None;
            }
            Shape::Vector(values) => match values.known().map(square) {
                Some(Some(side)) => format!("{side}x{side}x1"),
                _ => format!("{}x1x1", values.text()),
            },
            // A square was meant to be grey pixels, most likely.
            Shape::Sequence { steps, features }
                if steps
                    .known()
                    .is_some_and(|steps| features.known() == Some(steps)) =>
            {
                format!("{}x{}x1", steps.text(), features.text())
            }
            Shape::Sequence { .. } if word.contains("2d") => {
                let fix = format!("for a sequence, write `{}`", word.replace("2d", "1d"));
                self.wrong_shape(word, IMAGE, &fix);
                return None;
            }
            Shape::Sequence { steps, features } => {
                format!("{}x1x{}", steps.text(), features.text())
            }
        };
        self.wrong_shape(word, IMAGE, &reshape(&fix));
        None
    }

    /// Reports a shape that the layer does not take.
    pub(crate) fn wrong_shape(&mut self, word: &str, wanted: &str, fix: &str) {
        let (previous, noun, text) = (self.previous, self.input.noun(), self.input.text());
        if self.each {
            self.errors.push(
                self.span,
                format!("`{word}` takes {wanted}, but `each` hands it a vector of {text} at a time; write `{word}` without `each`"),
            );
            return;
        }
        let fix = if previous.layer() == Some("flatten") {
            format!("move that `flatten;` behind `{word}`")
        } else {
            fix.to_owned()
        };
        self.errors.push(
            self.span,
            format!("`{word}` takes {wanted}, but {previous} gives {noun} of {text}; {fix}"),
        );
    }

    /// Two sizes that must agree: what the user `stated` and what is `given`.
    pub(crate) fn check_same(&mut self, stated: &Size, given: &Size, text: &str, fix: &str) {
        if matches!(self.input, Shape::Unknown) {
            return;
        }
        match (stated.known(), given.known()) {
            (Some(a), Some(b)) if a == b => {}
            // A mistake that is reported where it was made.
            (_, Some(0)) => {}
            (Some(a), Some(b)) => self.errors.push_harmless(
                stated.span(),
                format!(
                    "`{text}` takes {a} inputs, but {} gives {b}; write `{fix}` to infer it",
                    self.previous
                ),
            ),
            _ => {
                let (span, previous) = (stated.span(), self.previous);
                let (a, b) = (stated.expression(), given.expression());
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_same(#text, #a, #previous, #b, #fix)));
            }
        }
    }

    /// A size of `output` that only the compiler can compare.
    pub(crate) fn check_output(&mut self, stated: &Size, given: &Size) {
        if stated.known().is_none() || given.known().is_none() {
            let (span, previous) = (stated.span(), self.previous);
            let (a, b) = (stated.expression(), given.expression());
            self.assertions
                .push(quote_spanned!(span=> __nn::check_output(#a, #previous, #b)));
        }
    }

    /// The number of weights, `extra` times the last size included, where the macro knows it; more than any machine
    /// could address is reported.
    pub(crate) fn check_product(
        &mut self,
        sizes: &[&Size],
        extra: u64,
        text: &str,
    ) -> Result<Option<u64>, Reported> {
        let last = sizes.last().map(|size| (size.known(), size.span()));
        let (last, span) = last.unwrap_or((Some(0), self.span));
        let product = self.check_values(sizes, text, span)?;
        Ok(product.and_then(|product| product.checked_add(extra.checked_mul(last?)?)))
    }

    /// The number of values, where the macro knows it; more than any machine could address is reported at `span`.
    pub(crate) fn check_values(
        &mut self,
        sizes: &[&Size],
        text: &str,
        span: Span,
    ) -> Result<Option<u64>, Reported> {
        let Some(known) = sizes
            .iter()
            .map(|size| size.known())
            .collect::<Option<Vec<u64>>>()
        else {
            if sizes.len() > 1 {
                let sizes = sizes.iter().map(|size| size.expression());
                self.assertions
                    .push(quote_spanned!(span=> __nn::check_product(#text, &[#(#sizes),*])));
            }
            return Ok(None);
        };
        match shape::product(known) {
            Ok(product) => Ok(Some(product)),
            Err(product) => {
                self.errors.push(span, format!("`{text}` would need {product} values, more than any machine can address; make it smaller"));
                Err(Reported)
            }
        }
    }

    /// A dropout rate is at least 0 and below 1.
    pub(crate) fn check_rate(&mut self, rate: &Number) {
        if let Value::Constant(_) = rate.value {
            let (span, text) = (rate.span, &rate.text);
            let rate = rate.expression(self.paths);
            self.assertions
                .push(quote_spanned!(span=> __nn::check_rate(#text, #rate)));
        } else if !rate.known().is_some_and(|rate| (0.0..1.0).contains(&rate)) {
            let fix = match rate.known() {
                Some(percent) if percent > 1.0 && percent < 100.0 => {
                    format!("`{}`", percent / 100.0)
                }
                _ => "such as `0.25`".to_owned(),
            };
            self.errors.push_harmless(rate.span, format!("a dropout rate is at least 0 and below 1, but this is {}; write the fraction to drop, {fix}", rate.text));
        }
    }

    /// A type of the user's takes what the layer before gives.
    pub(crate) fn check_fits(&mut self, ty: &TokenStream, text: &str, span: Span) {
        if matches!(self.input, Shape::Unknown) {
            return;
        }
        let previous = self.previous;
        let given = match self.input {
            Shape::Of { .. } => String::new(),
            shape => shape.text(),
        };
        let input = self.input.as_dims(span, self.paths);
        let taken = shape::sizes_of(ty, "TAKEN", span, self.paths);
        self.assertions.push(
            quote_spanned!(span=> __nn::check_fits(#text, #previous, #given, #taken, #input)),
        );
    }
}

/// The fix for a shape that is not what a layer takes.
pub(crate) fn reshape(shape: &str) -> String {
    format!("write `reshape {shape};` before it")
}

/// The whole root of a square.
fn square(value: u64) -> Option<u64> {
    let root = value.isqrt();
    (root * root == value).then_some(root)
}
