//! One layer, or a stack of them, as a `network!`.

use super::{Plan, Planned, Reason, activation, not_yet};
use crate::case::Case;
use std::fmt::Write as _;

/// A network, and its trained parameters in the order in which it shows them.
pub struct Declaration {
    /// In the DSL.
    statements: String,
    /// As a type, for what the DSL has no word for.
    ty: Option<String>,
    parameters: String,
}

impl Declaration {
    /// `shape` is that of one sample.
    pub fn new(shape: &[usize]) -> Self {
        let shape = shape.iter().map(usize::to_string).collect::<Vec<_>>();
        Self {
            statements: format!("input {}; ", shape.join("x")),
            ty: None,
            parameters: String::new(),
        }
    }

    pub fn statement(&mut self, words: &[&str]) {
        let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
        let _ = write!(self.statements, "{}; ", words.join(" "));
    }

    /// The library's `field` goes by `name` in the file.
    pub fn parameter(&mut self, name: &str, field: &str, transposed: bool) {
        let _ = write!(
            self.parameters,
            "Parameter {{ name: {name:?}, field: {field:?}, transposed: {transposed} }}, "
        );
    }

    /// A module of the case's name with the network and its parameters.
    pub fn module(&self, case: &Case) -> String {
        let (name, parameters) = (module(case), &self.parameters);
        let net = match &self.ty {
            Some(ty) => format!("pub type Net = {ty};"),
            None => format!("network! {{ pub struct Net {{ {}}} }}", self.statements),
        };
        format!(
            "mod {name} {{ use super::*; {net} \
             pub const PARAMETERS: &[Parameter] = &[{parameters}]; }}\n"
        )
    }
}

/// The name of a case's module: its letters and digits.
pub fn module(case: &Case) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    case.name.chars().map(plain).collect()
}

pub fn plan(case: &Case) -> Planned {
    let source = case.source();
    let kind = ["keras.layers.", "torch.nn."]
        .iter()
        .find_map(|library| source.split_once(library))
        .map(|(_, rest)| {
            rest.split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap_or_default()
        })
        .ok_or_else(|| format!("`source` names no layer: `{source}`"))?;
    let input = case.tensor(&["inputs", "x"])?.shape;
    let Some((batch, shape)) = input.split_first() else {
        return Err(Reason::Malformed("`inputs.x` has no batch axis".into()));
    };
    let mut network = Declaration::new(shape);
    let mut check = format!("check::layer::<{0}::Net, {batch}>", module(case));
    let mut rest = format!("{}::PARAMETERS", module(case));
    match kind {
        "Dense" if shape.len() > 1 => {
            let units = case.size(&["config", "units"])?;
            each(case, &["config"], units, "", (shape, &mut network))?;
        }
        "TimeDistributed" => {
            let Some(units) = case.at(&["config", "inner"])?.as_u64() else {
                return not_yet("this layer on each step");
            };
            let units = usize::try_from(units).map_err(|e| e.to_string())?;
            each(
                case,
                &["config", "inner_config"],
                units,
                "dense/",
                (shape, &mut network),
            )?;
        }
        "Linear" if shape.len() > 1 => return not_yet("`Linear` on each step of a sequence"),
        "Dense" => {
            let units = case.size(&["config", "units"])?;
            dense(case, &["config"], units, "", &mut network)?;
        }
        "Linear" => {
            let weight = case.tensor(&["params", "weight"])?.shape;
            let units = weight.first().copied().unwrap_or(0).to_string();
            let bias = case.has(&["params", "bias"]);
            network.statement(&["dense", &units, if bias { "" } else { "no_bias" }]);
            network.parameter("weight", "kernel", true);
            if bias {
                network.parameter("bias", "bias", false);
            }
        }
        "Flatten" => network.statement(&["flatten"]),
        "Dropout" => {
            if case.at(&["config", "training"])?.as_bool() != Some(false) {
                return not_yet("another library's random masks");
            }
            let rate = case.number(&["config", "rate"])?;
            network.statement(&["dropout", &rate.to_string()]);
            check = format!("check::dropout::<{0}::Net, {batch}>", module(case));
            rest = super::rust::float(rate);
        }
        other => return not_yet(format!("no layer `{other}`")),
    }
    Ok(Plan {
        declarations: network.module(case),
        check: format!("{check}(case, compare, {rest})"),
    })
}

/// Keras's `Dense` on the last axis, whatever the others are.
fn each(
    case: &Case,
    keys: &[&str],
    units: usize,
    prefix: &str,
    (shape, network): (&[usize], &mut Declaration),
) -> Planned<()> {
    let Some((inputs, positions)) = shape.split_last() else {
        return not_yet("a dense layer on a number");
    };
    let positions: usize = positions.iter().product();
    let activation = match case.get(&[keys, &["activation"]].concat()) {
        // A wrapped layer's file does not say; its numbers are those of tanh.
        None if keys.contains(&"inner_config") => "Tanh".into(),
        None => "Linear".into(),
        Some(_) => activation::keras_type(case.text(&[keys, &["activation"]].concat())?)?,
    };
    let (with, without) = ("nn_core::layer::WithBias", "nn_core::layer::NoBias");
    let bias = if dense(case, keys, units, prefix, network)? {
        with
    } else {
        without
    };
    network.ty = Some(format!(
        "nn_core::layer::Each<nn_core::layer::Dense<{inputs}, {units}, \
         nn_core::activation::{activation}, {bias}>, {positions}>"
    ));
    Ok(())
}

/// Keras's `Dense` with the options under `keys`, its parameters named with `prefix`; returns whether it has a bias.
pub fn dense(
    case: &Case,
    keys: &[&str],
    units: usize,
    prefix: &str,
    network: &mut Declaration,
) -> Planned<bool> {
    let word = match case.get(&[keys, &["activation"]].concat()) {
        None => String::new(),
        Some(_) => activation::keras(case.text(&[keys, &["activation"]].concat())?)?,
    };
    let bias = case
        .get(&[keys, &["use_bias"]].concat())
        .is_none_or(|value| value.as_bool() != Some(false));
    let units = units.to_string();
    network.statement(&["dense", &units, &word, if bias { "" } else { "no_bias" }]);
    network.parameter(&format!("{prefix}kernel"), "kernel", false);
    if bias {
        network.parameter(&format!("{prefix}bias"), "bias", false);
    }
    Ok(bias)
}
