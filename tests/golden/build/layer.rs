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
    let network = match library {
        Library::Keras => keras(case, class, config, &names, shape)?,
        Library::Torch => {
            let torch = Torch {
                config,
                names: &names,
                input: shape,
            };
            torch.network(class)?
        }
    };
    names.finish()?;
    let name = module(case);
    let check = match class {
        "Dropout" => {
            if training != Some(false) {
                return not_yet("another library's random masks");
            }
            let rate = float(case.number(&["config", "rate"])?);
            format!("check::dropout::<{name}::Net, {batch}>(case, compare, {rate})")
        }
        _ => {
            let mode = mode(case, class, training);
            format!(
                "check::layer::<{name}::Net, {batch}>(case, compare, &{name}::SPEC, Mode::{mode})"
            )
        }
    };
    Ok(Plan {
        declarations: network.module(case)?,
        check,
    })
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

/// Whether the case is about training, about inference, or about both because they agree.
fn mode(case: &Case, class: &str, training: Option<bool>) -> &'static str {
    let differs = class.starts_with("BatchNorm");
    match training {
        _ if !differs => "Both",
        Some(true) => "Training",
        Some(false) => "Inference",
        // PyTorch's files do not say, but only training has something to say of the statistics after it.
        None if case.has(&["state_after"]) => "Training",
        None => "Inference",
    }
}
