//! Spelling values as Rust.

use super::{Planned, Reason};

/// An `f64` literal.
pub fn float(value: f64) -> String {
    if value.is_nan() {
        "f64::NAN".into()
    } else if value.is_infinite() {
        let sign = if value < 0.0 { "NEG_" } else { "" };
        format!("f64::{sign}INFINITY")
    } else {
        format!("{value:?}")
    }
}

/// `0.25` as `Ratio<25, 100>`.
pub fn ratio(value: f64) -> Planned<String> {
    let text = format!("{value}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let denominator = 10_u64.checked_pow(u32::try_from(fraction.len()).unwrap_or(u32::MAX));
    match (format!("{whole}{fraction}").parse::<i64>(), denominator) {
        (Ok(numerator), Some(denominator)) => Ok(format!("Ratio<{numerator}, {denominator}>")),
        _ => Err(Reason::NotYet(format!("the number {value} in a type"))),
    }
}

/// The name that follows `path` in a case's source.
pub fn last_name<'a>(source: &'a str, path: &str) -> Planned<&'a str> {
    source
        .split_once(path)
        .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_alphanumeric()).next())
        .ok_or_else(|| Reason::Malformed(format!("`source` does not name a `{path}…`: `{source}`")))
}
