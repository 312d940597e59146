//! Short training runs: the network, its optimiser and its loss as a user would write them.

use super::layer::{Declaration, dense, module};
use super::rust::float;
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
    let target = loss::target(loss.sparse, outputs);
    let types = format!("{target}, {batch}");
    Ok(run(
        case,
        &network,
        [&optimizer, &loss.rust],
        "check",
        &types,
    ))
}

/// The network's module and a function that checks it, which has a name of its own so that its types are written once.
fn run(
    case: &Case,
    network: &Declaration,
    [optimizer, loss]: [&str; 2],
    check: &str,
    types: &str,
) -> Plan {
    let name = module(case);
    let mut declarations = network.module(case);
    declarations.push_str(&format!(
        "fn run_{name}(case: &Case, compare: &mut Compare) -> Result<()> {{ \
         check::Training {{ parameters: {name}::PARAMETERS, optimizer: {optimizer}, loss: {loss}, \
         predict: {name}::Net::predict }}.{check}::<{types}>(case, compare) }}\n"
    ));
    Plan {
        declarations,
        check: format!("run_{name}(case, compare)"),
    }
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
fn full_batch(case: &Case) -> Planned {
    let input = case.tensor(&["inputs", "x"])?.shape;
    let [samples, inputs] = input[..] else {
        return Err(Reason::Malformed("`inputs.x` is no table".into()));
    };
    let hidden = case
        .tensor(&["params", "w_input_hidden"])?
        .last()
        .to_string();
    let mut network = Declaration::new(&[inputs]);
    network.statement(&["dense", &hidden, "sigmoid", "no_bias"]);
    network.parameter("w_input_hidden", "kernel", false);
    network.statement(&["dense", "1", "sigmoid", "no_bias"]);
    network.parameter("w_hidden_output", "kernel", false);
    // The lesson differentiates half the squared error.
    let rate = float(case.number(&["config", "learnrate"])? / 2.0);
    let (optimizer, loss) = (
        format!("Sgd::new({rate})"),
        "nn_core::loss::MeanSquaredError",
    );
    let types = format!("SVector<f32, 1>, {samples}");
    Ok(run(
        case,
        &network,
        [&optimizer, loss],
        "check_full_batch",
        &types,
    ))
}
