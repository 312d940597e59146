//! Short training runs: the network, its optimiser and its loss as a user would write them.

use super::config::Config;
use super::declare::{Declaration, Names, module};
use super::keras::Layer;
use super::rust::float;
use super::{Plan, Planned, Reason, loss, not_yet, optimizer};
use crate::case::Case;

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
    let names = Names::new(case);
    for i in 0..layers.len() {
        let index = i.to_string();
        let keys = ["config", "layers", &index];
        let class = case.text(&[&keys[..], &["class"]].concat())?;
        if class == "Dropout" {
            return not_yet("another library's random masks");
        }
        let layer = Layer {
            class,
            config: Config::new(case, &keys),
            names: &names,
            prefix: format!("layer{i}."),
            output: Vec::new(),
            case: case.stem(),
        };
        layer.add(&mut network)?;
    }
    names.finish()?;
    network.memories = None;
    let batch = case.size(&["config", "batch_size"])?;
    let loss = loss::of_network(case)?;
    let optimizer = optimizer::of_network(case)?;
    let outputs = case.tensor(&["output", "final_prediction"])?.last();
    let target = loss::target(loss.sparse, outputs);
    let types = format!("{target}, {batch}");
    run(case, &network, [&optimizer, &loss.rust], "check", &types)
}

/// The network's module and a function that checks it, which has a name of its own so that its types are written once.
fn run(
    case: &Case,
    network: &Declaration,
    [optimizer, loss]: [&str; 2],
    check: &str,
    types: &str,
) -> Planned {
    let name = module(case);
    let mut declarations = network.module(&name)?;
    declarations.push_str(&format!(
        "fn run_{name}(case: &Case, compare: &mut Compare) -> Result<()> {{ \
         check::Training {{ spec: {name}::SPEC, optimizer: {optimizer}, loss: {loss}, \
         predict: {name}::Net::predict }}.{check}::<{types}>(case, compare) }}\n"
    ));
    Ok(Plan {
        declarations,
        check: format!("run_{name}(case, compare)"),
    })
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
    network.layer(&["dense", &hidden, "sigmoid", "no_bias"]);
    network.parameter("kernel", "w_input_hidden");
    network.layer(&["dense", "1", "sigmoid", "no_bias"]);
    network.parameter("kernel", "w_hidden_output");
    // The lesson differentiates half the squared error.
    let rate = float(case.number(&["config", "learnrate"])? / 2.0);
    let (optimizer, loss) = (
        format!("Sgd::new({rate})"),
        "nn_core::loss::MeanSquaredError",
    );
    let types = format!("SVector<f32, 1>, {samples}");
    run(
        case,
        &network,
        [&optimizer, loss],
        "check_full_batch",
        &types,
    )
}
