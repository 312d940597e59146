//! One layer of Keras or PyTorch.

use super::config::Config;
use super::declare::{Declaration, Names, module};
use super::keras::Layer;
use super::rust::float;
use super::torch::Torch;
use super::{Plan, Planned, Reason, not_yet};
use crate::case::Case;

pub fn plan(case: &Case) -> Planned {
    let source = case.source();
    let (library, class) =
        class(source).ok_or_else(|| format!("`source` names no layer: `{source}`"))?;
    let input = case.tensor(&["inputs", "x"])?.shape;
    let Some((batch, shape)) = input.split_first() else {
        return Err(Reason::Malformed("`inputs.x` has no batch axis".into()));
    };
    let names = Names::new(case);
    let config = Config::new(case, &["config"]);
    let training = config.get("training").and_then(|value| value.as_bool());
    let name = module(case);
    let mut plan = Plan {
        declarations: String::new(),
        check: String::new(),
    };
    let network = match library {
        Library::Keras => keras(case, class, config, &names, shape)?,
        Library::Torch => {
            let torch = Torch {
                config: &config,
                names: &names,
                input: shape,
            };
            for (i, direction) in torch.directions(class)?.iter().enumerate() {
                let name = format!("{name}_{i}");
                plan.declarations
                    .push_str(&direction.network.module(&name)?);
                let stream = stream(&name, i, direction.column);
                plan.check.push_str(&stream);
            }
            torch.network(class)?
        }
    };
    names.finish()?;
    plan.declarations.push_str(&network.module(&name)?);
    if network.memories.is_some() {
        plan.check.push_str(&stream(&name, 0, 0));
    }
    if class == "Dropout" {
        if training != Some(false) {
            return not_yet("another library's random masks");
        }
        let rate = float(case.number(&["config", "rate"])?);
        let call = format!("check::dropout::<{name}::Net, {batch}>(case, compare, {rate})");
        plan.check.push_str(&call);
    } else if case.has(&["inputs", "h0"]) {
        // The whole sequence at once begins with zeros.
        plan.check.push_str("Ok(())");
    } else {
        let mode = mode(case, class, training);
        let types = format!("{mode}::<{name}::Net, {batch}>");
        let call = format!("check::{types}(case, compare, &{name}::SPEC)");
        plan.check.push_str(&call);
    }
    plan.check = format!("{{ {} }}", plan.check);
    Ok(plan)
}

/// The statement that checks the network in module `name` step by step; its first final state is the file's `row`, its
/// outputs begin at `column` of the file's. The second direction goes backwards.
fn stream(name: &str, row: usize, column: usize) -> String {
    let backwards = row > 0;
    format!(
        "Streamed {{ spec: {name}::SPEC, memories: {name}::memories, backwards: {backwards}, \
         row: {row}, column: {column} }}.check(case, compare)?; "
    )
}

enum Library {
    Keras,
    Torch,
}

/// The class or function that a case is about.
fn class(source: &str) -> Option<(Library, &str)> {
    let (library, rest) = match source.split_once("keras.layers.") {
        Some((_, rest)) => (Library::Keras, rest),
        None => {
            let (_, rest) = source.split_once("torch.nn.")?;
            let rest = rest.strip_prefix("functional.").unwrap_or(rest);
            (Library::Torch, rest)
        }
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    Some((library, &rest[..end.unwrap_or(rest.len())]))
}

fn keras<'a>(
    case: &'a Case,
    class: &'a str,
    config: Config<'a>,
    names: &'a Names<'a>,
    shape: &[usize],
) -> Planned<Declaration> {
    let output = match case.has(&["output", "sequence"]) {
        true => case.tensor(&["output", "sequence"])?,
        false => case.tensor(&["output"])?,
    };
    let mut network = Declaration::new(shape);
    let layer = Layer {
        class,
        config,
        names,
        prefix: String::new(),
        output: output.shape.get(1..).unwrap_or_default().to_vec(),
        case: case.stem(),
    };
    layer.add(&mut network)?;
    Ok(network)
}

/// The function that checks a case.
fn mode(case: &Case, class: &str, training: Option<bool>) -> &'static str {
    match training {
        // Training and inference agree.
        _ if !class.starts_with("BatchNorm") => "layer",
        Some(true) => "trained",
        Some(false) => "frozen",
        // PyTorch's files do not say, but only training has something to say of the statistics after it.
        None if case.has(&["state_after"]) => "trained",
        None => "frozen",
    }
}
