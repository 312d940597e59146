//! Sizes and shapes: checked arithmetic, how they are worded and how they are written as types.

use crate::paths::Paths;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// The largest number of `f32` values that any machine could address.
pub(crate) const MOST_VALUES: u64 = i64::MAX as u64 / 4;

/// A number of values, known to the macro or only to the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    known: Option<u64>,
    expression: TokenStream,
    text: String,
    span: Span,
}

impl Size {
    /// A literal.
    pub(crate) fn literal(value: u64, span: Span) -> Self {
        let mut literal = Literal::u64_unsuffixed(value);
        literal.set_span(span);
        Self {
            known: Some(value),
            expression: quote!(#literal),
            text: value.to_string(),
            span,
        }
    }

    /// A `const` expression; `expression` must be of type `usize`.
    pub(crate) fn constant(expression: TokenStream, text: String, span: Span) -> Self {
        Self {
            known: None,
            expression: quote!({ #expression }),
            text,
            span,
        }
    }

    /// The value, if the macro knows it.
    pub(crate) fn known(&self) -> Option<u64> {
        self.known
    }

    /// As a `const` argument.
    pub(crate) fn expression(&self) -> &TokenStream {
        &self.expression
    }

    /// As the user wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place where the user wrote it.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// So many times the size.
    pub(crate) fn times(&self, factor: u64, paths: &Paths) -> Self {
        match self.known.map(|value| product([value, factor])) {
            Some(Ok(product)) => Self::literal(product, self.span),
            _ => {
                let text = format!("{factor} * {}", self.text);
                multiply(
                    &[&Self::literal(factor, self.span), self],
                    &text,
                    self.span,
                    paths,
                )
            }
        }
    }

    /// Whether both are known and differ.
    pub(crate) fn differs(&self, other: &Self) -> bool {
        matches!((self.known, other.known), (Some(a), Some(b)) if a != b)
    }
}

/// The product, unless it is more than any machine could address as `f32`.
pub(crate) fn product(sizes: impl IntoIterator<Item = u64>) -> Result<u64, u128> {
    let mut exact = 1_u128;
    for size in sizes {
        exact = exact.saturating_mul(u128::from(size));
    }
    u64::try_from(exact)
        .ok()
        .filter(|product| *product <= MOST_VALUES)
        .ok_or(exact)
}

/// A shape that flows from one layer to the next.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// So many values.
    Vector(Size),
    /// Steps of features.
    Sequence { steps: Size, features: Size },
    /// Rows of pixels of channels.
    Image {
        height: Size,
        width: Size,
        channels: Size,
    },
    /// Whatever a layer of the user's makes.
    Of {
        layer: TokenStream,
        text: String,
        span: Span,
        /// Whether it is written as the layer's own output, and not as a matrix of its sizes.
        own: bool,
    },
    /// Lost to a mistake that is reported; nothing more is said about it.
    Unknown,
}

impl Shape {
    /// From one, two or three sizes.
    pub(crate) fn from_sizes(sizes: &[Size]) -> Option<Self> {
        match sizes {
            [values] => Some(Self::Vector(values.clone())),
            [steps, features] => Some(Self::Sequence {
                steps: steps.clone(),
                features: features.clone(),
            }),
            [height, width, channels] => Some(Self::Image {
                height: height.clone(),
                width: width.clone(),
                channels: channels.clone(),
            }),
            _ => None,
        }
    }

    /// The sizes, outermost first; none if only the compiler knows the shape.
    pub(crate) fn sizes(&self) -> Vec<&Size> {
        match self {
            Self::Vector(values) => vec![values],
            Self::Sequence { steps, features } => vec![steps, features],
            Self::Image {
                height,
                width,
                channels,
            } => vec![height, width, channels],
            Self::Of { .. } | Self::Unknown => Vec::new(),
        }
    }

    /// As in the DSL: `8`, `100x3`, `H x W x 1`.
    pub(crate) fn text(&self) -> String {
        if let Self::Of { text, .. } = self {
            return format!("<output of {text}>");
        }
        let sizes = self.sizes();
        let separator = if sizes.iter().all(|size| size.known().is_some()) {
            "x"
        } else {
            " x "
        };
        let texts: Vec<_> = sizes.into_iter().map(Size::text).collect();
        texts.join(separator)
    }

    /// Its noun.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Self::Vector(_) => "a vector",
            Self::Sequence { .. } => "a sequence",
            Self::Image { .. } => "an image",
            Self::Of { .. } | Self::Unknown => "a tensor",
        }
    }

    /// The number of values.
    pub(crate) fn len(&self, paths: &Paths) -> Size {
        if let Self::Of {
            layer, text, span, ..
        } = self
        {
            let given = given(layer, *span, paths);
            let private = paths.spanned(*span);
            return Size::constant(
                quote_spanned!(*span=> #private::output_len(#given)),
                format!("<output of {text}>"),
                *span,
            );
        }
        let sizes = self.sizes();
        match sizes.as_slice() {
            [] => return Size::literal(1, Span::call_site()),
            [one] => return (*one).clone(),
            _ => {}
        }
        let span = sizes
            .first()
            .map_or_else(Span::call_site, |size| size.span());
        let known: Option<Vec<u64>> = sizes.iter().map(|size| size.known()).collect();
        if let Some(Ok(product)) = known.map(product) {
            return Size::literal(product, span);
        }
        multiply(&sizes, &self.text(), span, paths)
    }

    /// The channels of an image, the features of a step, the values of a vector.
    pub(crate) fn channels(&self, paths: &Paths) -> Size {
        match self {
            Self::Vector(size)
            | Self::Sequence { features: size, .. }
            | Self::Image { channels: size, .. } => size.clone(),
            Self::Of { .. } => self.seen_by_compiler("channels", paths),
            Self::Unknown => Size::literal(1, Span::call_site()),
        }
    }

    /// The pixels of an image, the steps of a sequence; 1 for a vector.
    pub(crate) fn positions(&self, paths: &Paths) -> Size {
        match self {
            Self::Vector(_) | Self::Unknown => Size::literal(1, Span::call_site()),
            Self::Sequence { steps, .. } => steps.clone(),
            Self::Image { height, width, .. } => match (height.known(), width.known()) {
                (Some(a), Some(b)) if product([a, b]).is_ok() => {
                    Size::literal(a * b, height.span())
                }
                _ => multiply(
                    &[height, width],
                    &format!("{} x {}", height.text(), width.text()),
                    height.span(),
                    paths,
                ),
            },
            Self::Of { .. } => self.seen_by_compiler("positions", paths),
        }
    }

    /// A size of what a layer of the user's gives.
    fn seen_by_compiler(&self, what: &str, paths: &Paths) -> Size {
        let Self::Of {
            layer, text, span, ..
        } = self
        else {
            return Size::literal(1, Span::call_site());
        };
        let given = given(layer, *span, paths);
        let private = paths.spanned(*span);
        let function = proc_macro2::Ident::new(&format!("output_{what}"), *span);
        Size::constant(
            quote_spanned!(*span=> #private::#function(#given)),
            format!("<{what} of {text}>"),
            *span,
        )
    }

    /// The shape for the next layer: of what a type of the user's gives, it takes the sizes, which are there even if that is no layer, so that
    /// this is said once.
    pub(crate) fn handed_on(mut self) -> Self {
        if let Self::Of { own, .. } = &mut self {
            *own = false;
        }
        self
    }

    /// The type of one sample.
    pub(crate) fn tensor(&self, paths: &Paths) -> TokenStream {
        let private = paths.private();
        let (channels, positions) = match self {
            Self::Vector(values) => {
                let values = values.expression();
                return quote!(#private::SVector<#private::f32, #values>);
            }
            Self::Of {
                layer, own: true, ..
            } => return quote!(<#layer as #private::Layer>::Output),
            Self::Unknown => return quote!(#private::SVector<#private::f32, 1>),
            Self::Sequence { .. } | Self::Image { .. } | Self::Of { .. } => {
                (self.channels(paths), self.positions(paths))
            }
        };
        let (channels, positions) = (channels.expression(), positions.expression());
        quote!(#private::SMatrix<#private::f32, #channels, #positions>)
    }

    /// The sizes of a tensor of this shape, as an `Option<Dims>`.
    pub(crate) fn as_dims(&self, span: Span, paths: &Paths) -> TokenStream {
        match self {
            Self::Of { layer, span, .. } => given(layer, *span, paths),
            shape => {
                let tensor = shape.tensor(paths);
                quote_spanned!(span=> __nn::dims_of::<#tensor>())
            }
        }
    }

    /// The sizes as a `&'static [usize]`, outermost first.
    pub(crate) fn dims(&self, paths: &Paths) -> TokenStream {
        if let Self::Of { layer, span, .. } = self {
            return sizes_of(layer, "OUTPUT", *span, paths);
        }
        let known = self.sizes().iter().all(|size| size.known().is_some());
        let sizes = self.sizes().into_iter().map(Size::expression);
        if known {
            return quote!(&[#(#sizes),*]);
        }
        // What is computed lives for ever only where it is a constant by itself.
        quote!(const { &[#(#sizes),*] })
    }
}

/// The output of a type of the user's, as an `Option<Dims>`: `None` if it is no layer, which its bounds say.
fn given(layer: &TokenStream, span: Span, paths: &Paths) -> TokenStream {
    sizes_of(layer, "GIVEN", span, paths)
}

/// A constant of what the library knows of a type.
pub(crate) fn sizes_of(layer: &TokenStream, name: &str, span: Span, paths: &Paths) -> TokenStream {
    let (private, name) = (paths.spanned(span), proc_macro2::Ident::new(name, span));
    quote_spanned!(span=> { use #private::NoSizes as _; #private::SizesOf::<#layer>::#name })
}

/// The sum of sizes; none where one of them is none, which is a mistake that is reported where it was made.
pub(crate) fn sum(sizes: &[Size], span: Span, paths: &Paths) -> Size {
    let known: Option<Vec<u64>> = sizes.iter().map(Size::known).collect();
    let total = known.and_then(|known| known.into_iter().try_fold(0, u64::checked_add));
    if let Some(total) = total {
        return Size::literal(total, span);
    }
    let texts: Vec<_> = sizes.iter().map(Size::text).collect();
    let private = paths.private();
    let terms = sizes.iter().map(Size::expression);
    Size::constant(
        quote!(#private::sum_of_sizes(&[#(#terms),*])),
        format!("{{ {} }}", texts.join(" + ")),
        span,
    )
}

/// The product as a `const` expression.
fn multiply(sizes: &[&Size], text: &str, span: Span, paths: &Paths) -> Size {
    let private = paths.private();
    let factors = sizes.iter().map(|size| size.expression());
    Size::constant(
        quote!(#private::product(&[#(#factors),*])),
        text.to_owned(),
        span,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(value: u64) -> Size {
        Size::literal(value, Span::call_site())
    }

    #[test]
    fn shapes_are_worded_as_in_the_dsl() {
        let image = Shape::from_sizes(&[size(28), size(28), size(1)]).unwrap();
        assert_eq!(image.text(), "28x28x1");
        assert_eq!(image.len(&Paths::standard()).known(), Some(784));
        let width = Size::constant(quote!(W), "W".into(), Span::call_site());
        let image = Shape::from_sizes(&[size(28), width, size(1)]).unwrap();
        assert_eq!(image.text(), "28 x W x 1");
        assert_eq!(image.len(&Paths::standard()).known(), None);
    }

    #[test]
    fn products_that_no_machine_could_hold_are_refused() {
        assert_eq!(product([3, 4]), Ok(12));
        assert_eq!(product([1 << 40, 1 << 40]), Err(1 << 80));
    }
}
