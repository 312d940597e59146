//! Optimisers with all their options.

use super::rust::{float, last_name};
use super::schedule::schedule;
use super::{Plan, Planned, Reason, not_yet};
use crate::case::Case;

/// The name of an optimiser in lower case, its type, and its own options in the order in which they are set.
type Known = (&'static str, &'static str, &'static [&'static str]);

const ADAM: &[&str] = &["beta_1", "beta_2", "betas", "epsilon", "amsgrad"];
const MOMENTS: &[&str] = &["beta_1", "beta_2", "betas", "epsilon"];
const KNOWN: &[Known] = &[
    ("sgd", "Sgd", &["momentum", "dampening", "nesterov"]),
    (
        "rmsprop",
        "Rmsprop",
        &["rho", "epsilon", "momentum", "centered"],
    ),
    ("adam", "Adam", ADAM),
    ("adamw", "AdamW", ADAM),
    ("adamax", "Adamax", MOMENTS),
    (
        "nadam",
        "Nadam",
        &["beta_1", "beta_2", "betas", "epsilon", "momentum_decay"],
    ),
    ("radam", "Radam", MOMENTS),
    (
        "adagrad",
        "Adagrad",
        &["initial_accumulator_value", "epsilon"],
    ),
    ("adadelta", "Adadelta", &["rho", "epsilon"]),
    (
        "ftrl",
        "Ftrl",
        &[
            "learning_rate_power",
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
            "beta",
        ],
    ),
    ("lion", "Lion", &["beta_1", "beta_2"]),
    ("rprop", "Rprop", &["etas", "step_sizes"]),
    ("manhattan", "Manhattan", &[]),
];

/// Options of all optimisers.
const COMMON: &[&str] = &["weight_decay", "clipnorm", "global_clipnorm", "clipvalue"];
/// PyTorch's words for Keras's.
const SYNONYMS: &[(&str, &str)] = &[("eps", "epsilon"), ("alpha", "rho")];
/// Options that mean nothing unless another one, which is not known, is on.
const IDLE: &[&str] = &["ema_momentum", "ema_overwrite_frequency", "name"];
/// PyTorch's types whose formula or defaults are not Keras's.
const TORCH: &[&str] = &[
    "rmsprop", "adam", "adamw", "adamax", "nadam", "adagrad", "adadelta",
];

pub fn plan(case: &Case) -> Planned {
    let source = case.source();
    let (class, torch) = if source.contains("torch.optim.") {
        (last_name(source, "torch.optim.")?, true)
    } else if source.contains("keras.optimizers.") {
        (last_name(source, "keras.optimizers.")?, false)
    } else {
        // A formula written out: its name is the case's.
        (case.stem().split('_').next().unwrap_or_default(), true)
    };
    let optimizer = optimizer(case, &["config"], class, torch)?;
    let shape = case.tensor(&["inputs", "param0"])?.shape;
    let (rows, columns) = match shape[..] {
        [rows, columns] => (rows, columns),
        _ => (1, shape.iter().product()),
    };
    Ok(Plan::check(format!(
        "check::optimizer::<nn_core::layer::Dense<{rows}, {columns}, Linear, nn_core::layer::NoBias>, _>\
         (case, compare, {optimizer})"
    )))
}

/// The optimiser of a trained network.
pub fn of_network(case: &Case) -> Planned<String> {
    let name = case.text(&["config", "optimizer"])?;
    // `sgd_momentum` is `sgd` with an option that the config has as well.
    let class = name.split('_').next().unwrap_or_default();
    optimizer(case, &["config", "optimizer_config"], class, false)
}

fn optimizer(case: &Case, keys: &[&str], class: &str, torch: bool) -> Planned<String> {
    let class = class.to_lowercase();
    let Some((name, rust, own)) = KNOWN.iter().find(|(name, ..)| *name == class) else {
        return not_yet(format!("no optimiser `{class}`"));
    };
    let mut left = case.keys(keys);
    let new = if torch && TORCH.contains(name) {
        "torch"
    } else {
        "new"
    };
    let mut expression = format!("{rust}::{new}({})", rate(case, keys, &mut left)?);
    let has = |key: &str| case.has(&[keys, &[key]].concat());
    if has("lr_decay") && case.number(&[keys, &["lr_decay"]].concat())? != 0.0 {
        return not_yet("the option `lr_decay`");
    }
    left.retain(|key| *key != "lr_decay");
    if let Some(schedule) = scheduled(case, keys)? {
        expression.push_str(&format!(".schedule({schedule})"));
    }
    for word in own.iter().chain(COMMON) {
        let key = left.iter().position(|key| canonical(key) == *word);
        let Some(key) = key.map(|i| left.remove(i)) else {
            continue;
        };
        let path = [keys, &[key]].concat();
        // PyTorch's decay is an L2 term in the gradient, except AdamW's.
        let builder = match *word {
            "weight_decay" if torch && class != "adamw" => "l2",
            word => word,
        };
        expression.push_str(&option(case, &path, builder, &expression)?);
    }
    // What is off needs not be known.
    left.retain(|key| {
        let value = case.get(&[keys, &[*key]].concat());
        !IDLE.contains(key) && value.is_some_and(|value| value.as_bool() != Some(false))
    });
    match left.first() {
        Some(key) => not_yet(format!("the option `{key}` of `{class}`")),
        None => Ok(expression),
    }
}

fn canonical(key: &str) -> &str {
    let synonym = SYNONYMS.iter().find(|(torch, _)| *torch == key);
    synonym.map_or(key, |(_, keras)| keras)
}

/// The learning rate, or 0 if there is a schedule.
fn rate(case: &Case, keys: &[&str], left: &mut Vec<&str>) -> Planned<String> {
    let words = ["learning_rate", "lr"];
    let Some(at) = left.iter().position(|key| words.contains(key)) else {
        return Err(Reason::Malformed("no learning rate".into()));
    };
    let path = [keys, &[left.remove(at)]].concat();
    Ok(match case.at(&path)?.is_object() {
        true => "0.0".into(),
        false => float(case.number(&path)?),
    })
}

fn scheduled(case: &Case, keys: &[&str]) -> Planned<Option<String>> {
    let path = [keys, &["learning_rate"]].concat();
    let class = [&path[..], &["schedule"]].concat();
    match case.has(&class) {
        true => Ok(Some(schedule(case, &path, case.text(&class)?)?)),
        false => Ok(None),
    }
}

/// One builder call, or nothing for what is off.
fn option(case: &Case, path: &[&str], builder: &str, before: &str) -> Planned<String> {
    let Some(value) = case.get(path) else {
        return Ok(String::new());
    };
    // Without momentum these change nothing.
    if ["nesterov", "dampening"].contains(&builder) && !before.contains(".momentum(") {
        return Ok(String::new());
    }
    if let Some(on) = value.as_bool() {
        return Ok(if on {
            format!(".{builder}()")
        } else {
            String::new()
        });
    }
    if let Some([first, second]) = value.as_array().map(Vec::as_slice) {
        let (first, second) = (crate::case::number(first)?, crate::case::number(second)?);
        let (first, second) = (float(first), float(second));
        return Ok(match builder {
            "betas" => format!(".beta_1({first}).beta_2({second})"),
            _ => format!(".{builder}({first}, {second})"),
        });
    }
    let number = case.number(path)?;
    let off_at_zero = ["momentum", "dampening", "weight_decay", "l2"];
    if number == 0.0
        && off_at_zero.contains(&builder)
        && !(builder == "weight_decay" && before.starts_with("AdamW"))
    {
        return Ok(String::new());
    }
    Ok(format!(".{builder}({})", float(number)))
}
