//! Short training runs: the network, its optimiser and its loss as a user would write them.

use super::layer::{Declaration, dense, module};
use super::{Plan, Planned, Reason, loss, not_yet, optimizer};
use crate::case::Case;
use serde_json::Value;

pub fn plan(case: &Case) -> Planned {
    if case.has(&["params", "w_input_hidden"]) {
        return full_batch(case);
    }
    let layers = case
        .at(&["config", "layers"])?
        .as_array()
        .ok_or_else(|| "`config.layers` is not a list".to_owned())?;
    let input = case.tensor(&["inputs", "x"])?.shape;
    let mut network = Declaration::new(input.get(1..).unwrap_or_default());
    let mut outputs = 0;
    for (i, layer) in layers.iter().enumerate() {
        add(case, i, layer, &mut network, &mut outputs)?;
    }
    let batch = case.size(&["config", "batch_size"])?;
    let loss = loss::of_network(case)?;
    let optimizer = optimizer::of_network(case)?;
    let (name, target) = (module(case), loss::target(loss.sparse, outputs));
    let mut declarations = network.module(case);
    // A function with a name of its own keeps the list short and its types written once.
    declarations.push_str(&format!(
        "fn run_{name}(case: &Case, compare: &mut Compare) -> Result<()> {{ \
         check::Training {{ parameters: {name}::PARAMETERS, optimizer: {optimizer}, loss: {}, \
         predict: |net: &{name}::Net, x| net.predict(x) }}.check::<{target}, {batch}>(case, compare) }}\n",
        loss.rust
    ));
    Ok(Plan {
        declarations,
        check: format!("run_{name}(case, compare)"),
    })
}

fn add(
    case: &Case,
    i: usize,
    layer: &Value,
    network: &mut Declaration,
    outputs: &mut usize,
) -> Planned<()> {
    let class = layer.get("class").and_then(Value::as_str);
    let index = i.to_string();
    match class {
        Some("Dense") => {
            let units = layer.get("units").and_then(Value::as_u64);
            *outputs = units
                .and_then(|units| usize::try_from(units).ok())
                .ok_or_else(|| format!("layer {i} has no `units`"))?;
            dense(
                case,
                &["config", "layers", &index],
                *outputs,
                &format!("layer{i}."),
                network,
            )?;
            Ok(())
        }
        Some(other) => not_yet(format!("no layer `{other}`")),
        None => Err(Reason::Malformed(format!("layer {i} has no `class`"))),
    }
}

/// Two layers of sigmoids without biases, all samples in every step: the loop that a NumPy lesson writes.
fn full_batch(_: &Case) -> Planned {
    not_yet("full-batch lesson")
}
