//! Numbers that become part of a type or of a call: a dropout rate, a slope, a regulariser's factor.

use crate::paths::Paths;
use crate::variable;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// A number, known to the macro or only to the compiler.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// The knowledge of a number.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `numerator / denominator`: a literal that reads well as a fraction.
    Ratio { numerator: i64, denominator: u64 },
    /// Any other literal.
    Literal(f64),
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
            Value::Literal(value) => Some(value),
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
            Value::Literal(value) => {
                let bits = proc_macro2::Literal::u64_unsuffixed(value.to_bits());
                quote!(#private::Bits<#bits>)
            }
            Value::Constant(constant) => {
                let span = self.span;
                let float = paths.spanned(span);
                let constant = variable::number(quote_spanned!(span=> (#constant) as #float::f64));
                quote!(#private::Bits<{ #private::f64::to_bits(#constant) }>)
            }
        }
    }

    /// As an `f64` expression.
    pub(crate) fn expression(&self, paths: &Paths) -> TokenStream {
        match (&self.value, self.known()) {
            (Value::Constant(constant), _) => {
                let span = self.span;
                let float = paths.spanned(span);
                variable::number(quote_spanned!(span=> (#constant) as #float::f64))
            }
            (Value::Ratio { .. } | Value::Literal(_), value) => {
                let literal = proc_macro2::Literal::f64_unsuffixed(value.unwrap_or_default());
                quote!(#literal)
            }
        }
    }
}

/// The value of a decimal literal, `0.25` or `1e-4`; `None` if it is not one, or not within the range of an `f32`.
pub(crate) fn literal(negative: bool, text: &str) -> Option<Value> {
    let text = text.replace('_', "");
    let value: f32 = text.parse().ok()?;
    let is_zero = !text
        .split(['e', 'E'])
        .next()?
        .contains(|digit| matches!(digit, '1'..='9'));
    if !value.is_finite() || (value == 0.0 && !is_zero) {
        return None;
    }
    if let Some((numerator, denominator)) = ratio(&text)
        && (numerator as f64 / denominator as f64) as f32 == value
    {
        let numerator = if negative { -numerator } else { numerator };
        return Some(Value::Ratio {
            numerator,
            denominator,
        });
    }
    // More digits than that are rounded to an `f32` once, not twice.
    let precise: f64 = text.parse().ok()?;
    let value = if precise as f32 == value {
        precise
    } else {
        f64::from(value)
    };
    Some(Value::Literal(if negative { -value } else { value }))
}

/// A decimal literal as a fraction; `None` if it needs more digits than there are.
fn ratio(text: &str) -> Option<(i64, u64)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let mut numerator: i64 = digits.parse().ok()?;
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    if scale >= 0 {
        numerator = numerator.checked_mul(10_i64.checked_pow(scale.unsigned_abs())?)?;
        return Some((numerator, 1));
    }
    Some((numerator, 10_u64.checked_pow(scale.unsigned_abs())?))
}

#[cfg(test)]
mod tests {
    use super::{Value, literal, ratio};

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

    /// The value as an `f32` and whether it is a fraction.
    fn read(text: &str) -> Option<(f32, bool)> {
        match literal(false, text)? {
            Value::Ratio {
                numerator,
                denominator,
            } => Some(((numerator as f64 / denominator as f64) as f32, true)),
            Value::Literal(value) => Some((value as f32, false)),
            Value::Constant(_) => None,
        }
    }

    #[test]
    fn literals_are_exact_or_refused() {
        assert_eq!(read("0.25"), Some((0.25, true)));
        assert_eq!(read("1_0.5e1"), Some((105.0, true)));
        assert_eq!(read("1e-30"), Some((1e-30, false)));
        assert_eq!(read("1e-40"), Some((1e-40, false)));
        assert_eq!(read("3e38"), Some((3e38, false)));
        assert_eq!(read("0.000000000000000000000e5"), Some((0.0, true)));
        // A little above half way between 1 and the next `f32`: to an `f64` it is half way, from where it would go down.
        let text = "1.0000000596046447753906251";
        assert_eq!(read(text), Some((1.000_000_1, false)));
        for refused in [
            "1e39",
            "1e-50",
            "1e400",
            "inf",
            "0x10",
            "\"relu\"",
            "1e99999999999",
        ] {
            assert!(read(refused).is_none(), "{refused}");
        }
    }
}
