//! GuitarML's JSON (NeuralPi, Proteus and their trainers): sizes in `model_data`, PyTorch's tensors in `state_dict`.

use super::{stream, torch, with_skip};
use crate::json::Json;
use crate::{Error, Model, Options, Problem};

/// The recurrent layer, the dense one, and what is added to its output.
pub(super) fn read(file: &Json, options: &Options) -> Result<Model, Error> {
    let data = file.get("model_data").unwrap_or(&Json::Null);
    let state = file.get("state_dict").unwrap_or(&Json::Null);
    let tensor = |group: &str, name: &str| state.get(&format!("{group}.{name}"));
    let mut problems = Vec::new();
    if let Some(kind) = data
        .get("model")
        .and_then(Json::text)
        .filter(|kind| *kind != "SimpleRNN")
    {
        problems.push(Problem::of(
            "model_data",
            kind,
            "the only model of this format is `SimpleRNN`: one recurrent layer and one dense layer",
        ));
    }
    for (name, _) in state.entries() {
        if !name.starts_with("rec.") && !name.starts_with("lin.") {
            problems.push(Problem::of(
                name,
                "",
                "a `SimpleRNN` has nothing but `rec` and `lin`",
            ));
        }
    }
    let recurrent = torch::layers(&|name| tensor("rec", name), "rec");
    let dense = torch::linear(&|name| tensor("lin", name), "lin");
    let (recurrent, dense) = match (recurrent, dense) {
        (Ok(recurrent), Ok(dense)) => (recurrent, dense),
        (recurrent, dense) => {
            problems.extend(recurrent.err());
            problems.extend(dense.err());
            return Err(problems.into());
        }
    };
    let (mut nodes, mut sizes) = (Vec::new(), Vec::new());
    for (node, size) in recurrent.into_iter().chain([dense]) {
        nodes.push(node);
        sizes.push(size);
    }
    let inputs = sizes.first().map_or(0, |size| size[0]);
    let outputs = sizes.last().map_or(0, |size| size[1]);
    for pair in sizes.windows(2) {
        if let [[_, gives], [takes, _]] = pair
            && gives != takes
        {
            problems.push(Problem::of(
                "state_dict",
                "",
                format!("a layer that takes {takes} values follows one that gives {gives}"),
            ));
        }
    }
    let hidden = sizes.first().map_or(0, |size| size[1]);
    let layers = sizes.len().saturating_sub(1);
    let said = [
        ("input_size", inputs),
        ("output_size", outputs),
        ("hidden_size", hidden),
        ("num_layers", layers),
    ];
    for (key, found) in said {
        let said = data.get(key).and_then(Json::size).unwrap_or(found);
        if said != found {
            problems.push(Problem::of(
                "model_data",
                "",
                format!("`{key}` is {said}, but the tensors are those of {found}"),
            ));
        }
    }
    let word = nodes
        .first()
        .and_then(|node| node.statement.split(' ').next())
        .unwrap_or_default();
    if let Some(unit) = data
        .get("unit_type")
        .and_then(Json::text)
        .filter(|unit| !unit.eq_ignore_ascii_case(word))
    {
        problems.push(Problem::of(
            "model_data",
            "",
            format!("`unit_type` is `{unit}`, but the tensors are those of `{word}`"),
        ));
    }
    let skip = data.get("skip").and_then(Json::size).unwrap_or(0);
    let found = stream(inputs, None, options).and_then(|input| {
        let nodes = with_skip(nodes, inputs, outputs, skip)?;
        Ok(Model {
            input,
            nodes,
            ..Model::default()
        })
    });
    match found {
        Ok(model) if problems.is_empty() => Ok(model),
        found => {
            problems.extend(found.err());
            Err(problems.into())
        }
    }
}
