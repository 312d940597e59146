//! Learning-rate schedules.

use super::rust::{float, last_name};
use super::{Plan, Planned, Reason, not_yet};
use crate::case::Case;

pub fn plan(case: &Case) -> Planned {
    let class = last_name(case.source(), "keras.optimizers.schedules.")?;
    let schedule = schedule(case, &["config"], class)?;
    Ok(Plan::check(format!(
        "check::schedule(case, compare, {schedule})"
    )))
}

/// The schedule `class` with the options under `keys`.
pub fn schedule(case: &Case, keys: &[&str], class: &str) -> Planned<String> {
    let fields: &[&str] = match class {
        "ExponentialDecay" | "InverseTimeDecay" => &["decay_steps", "decay_rate", "staircase"],
        "PolynomialDecay" => &["decay_steps", "end_learning_rate", "power", "cycle"],
        "CosineDecay" => &["decay_steps", "alpha"],
        "CosineDecayRestarts" => &["first_decay_steps", "t_mul", "m_mul", "alpha"],
        "PiecewiseConstantDecay" => return piecewise(case, keys),
        other => return not_yet(format!("no schedule `{other}`")),
    };
    let mut rust = format!("Schedule::{class} {{ ");
    for field in ["initial_learning_rate"].iter().chain(fields) {
        let path = [keys, &[*field]].concat();
        let value = match case.at(&path)?.as_bool() {
            Some(flag) => flag.to_string(),
            None if field.ends_with("_steps") => case.size(&path)?.to_string(),
            None => float(case.number(&path)?),
        };
        rust.push_str(&format!("{field}: {value}, "));
    }
    if class == "CosineDecay" {
        let target = [keys, &["warmup_target"]].concat();
        let warmup = match case.has(&target) {
            true => {
                let steps = case.size(&[keys, &["warmup_steps"]].concat())?;
                format!("Some(({}, {steps}))", float(case.number(&target)?))
            }
            false => "None".into(),
        };
        rust.push_str(&format!("warmup: {warmup}, "));
    }
    Ok(rust + "}")
}

fn piecewise(case: &Case, keys: &[&str]) -> Planned<String> {
    let numbers = |key: &str| -> Planned<Vec<f64>> {
        let path = [keys, &[key]].concat();
        let list = case.at(&path)?.as_array().cloned().unwrap_or_default();
        let numbers = list.iter().map(crate::case::number);
        Ok(numbers.collect::<Result<_, _>>()?)
    };
    let (boundaries, values) = (numbers("boundaries")?, numbers("values")?);
    let Some((first, rest)) = values.split_first() else {
        return Err(Reason::Malformed("`config.values` is empty".into()));
    };
    let then: Vec<String> = boundaries
        .iter()
        .zip(rest)
        .map(|(step, rate)| format!("({step}, {})", float(*rate)))
        .collect();
    Ok(format!(
        "Schedule::PiecewiseConstant {{ initial_learning_rate: {}, then: &[{}] }}",
        float(*first),
        then.join(", ")
    ))
}
