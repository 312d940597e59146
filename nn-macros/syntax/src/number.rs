//! Numbers that become part of a type or of a call: a dropout rate, a slope, a regulariser's factor.

use crate::paths::Paths;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// A number, known to the macro or only to the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What is known of it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `numerator / denominator`, exactly what the literal says.
    Ratio { numerator: i64, denominator: u64 },
    /// A `const` of type `f32` or `f64`.
    Constant(TokenStream),
}

impl Number {
    /// The value of a literal.
    pub(crate) fn known(&self) -> Option<f64> {
        match self.value {
            Value::Ratio {
                numerator,
                denominator,
            } => Some(numerator as f64 / denominator as f64),
            Value::Constant(_) => None,
        }
    }

    /// As a type that implements `nn_core::Scalar`.
    pub(crate) fn scalar(&self, paths: &Paths) -> TokenStream {
        let private = paths.private();
        match &self.value {
            Value::Ratio {
                numerator,
                denominator,
            } => {
                let numerator = proc_macro2::Literal::i64_unsuffixed(*numerator);
                let denominator = proc_macro2::Literal::u64_unsuffixed(*denominator);
                quote!(#private::Ratio<#numerator, #denominator>)
            }
            // A float as a fraction of 2^62 loses nothing down to 2^-10, and next to nothing below.
            Value::Constant(constant) => {
                let span = self.span;
                let float = paths.spanned(span);
                let constant = quote_spanned!(span=> (#constant) as #float::f64);
                quote!(#private::Ratio<{ #private::numerator(#constant) }, { #private::DENOMINATOR }>)
            }
        }
    }

    /// As an `f64` expression.
    pub(crate) fn expression(&self, paths: &Paths) -> TokenStream {
        match (&self.value, self.known()) {
            (Value::Constant(constant), _) => {
                let span = self.span;
                let float = paths.spanned(span);
                quote_spanned!(span=> (#constant) as #float::f64)
            }
            (Value::Ratio { .. }, value) => {
                let literal = proc_macro2::Literal::f64_unsuffixed(value.unwrap_or_default());
                quote!(#literal)
            }
        }
    }
}

/// The exact value of a decimal literal, `0.25` or `1e-4`; `None` if it needs more digits than a `Ratio` has.
pub(crate) fn ratio(text: &str) -> Option<(i64, u64)> {
    let text = text.replace('_', "");
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let mut numerator: i64 = digits.parse().ok()?;
    let scale = exponent - i32::try_from(fraction.len()).ok()?;
    if scale >= 0 {
        numerator = numerator.checked_mul(10_i64.checked_pow(scale.unsigned_abs())?)?;
        return Some((numerator, 1));
    }
    Some((numerator, 10_u64.checked_pow(scale.unsigned_abs())?))
}

#[cfg(test)]
mod tests {
    use super::ratio;

    #[test]
    fn decimal_literals_are_exact() {
        assert_eq!(ratio("0.25"), Some((25, 100)));
        assert_eq!(ratio("0.20"), Some((2, 10)));
        assert_eq!(ratio("1e-4"), Some((1, 10_000)));
        assert_eq!(ratio("2.5e3"), Some((2500, 1)));
        assert_eq!(ratio("1."), Some((1, 1)));
        assert_eq!(ratio("0"), Some((0, 1)));
        assert_eq!(ratio("1e-30"), None);
    }
}
