//! Spelling values as Rust.

use super::{Planned, Reason};
use crate::case::Case;
use serde_json::Value;

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

/// `Name::new(…).option(…)`: one builder call for each option that `known` maps from the file's word to the builder's;
/// an option that is off is left out, and one that nobody knows is not swallowed.
pub fn builders(case: &Case, keys: &[&str], known: &[(&str, &str)]) -> Planned<String> {
    let mut calls = String::new();
    for key in case.keys(keys) {
        let path = [keys, &[key]].concat();
        let off = match case.get(&path) {
            None | Some(Value::Bool(false)) => true,
            Some(_) => false,
        };
        match known.iter().find(|(word, _)| *word == key) {
            Some((_, "")) => {}
            _ if off => {}
            Some((_, builder)) => {
                let value = match case.at(&path)? {
                    Value::Bool(value) => value.to_string(),
                    _ => float(case.number(&path)?),
                };
                calls.push_str(&format!(".{builder}({value})"));
            }
            None => return Err(Reason::NotYet(format!("the option `{key}`"))),
        }
    }
    Ok(calls)
}
