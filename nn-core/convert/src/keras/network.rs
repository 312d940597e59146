//! The configuration of a model as operators that feed each other.

use super::call::{Call, ends};
use super::layer::{Layer, Said, times};
use super::shapes::{alike, batch_shape, concatenated, input_shape, join};
use super::weights::Leaf;
use crate::graph::{Operator, Step};
use crate::{Node, Problem, shape};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most layers that are read.
const MOST_LAYERS: usize = 20_000;
/// Models within models.
const DEEPEST: usize = 16;

/// The operators of a model while it is read.
pub(crate) struct Network<'o> {
    pub(crate) operators: Vec<Operator>,
    /// The shape of one sample of what each gives, where it is known.
    shapes: Vec<Option<Vec<usize>>>,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) problems: Vec<Problem>,
    /// The shape of the network's input.
    pub(crate) input: Vec<usize>,
    /// The user's options.
    given: Option<&'o [usize]>,
    keras2: bool,
}

/// The place of a model: the whole, or a layer of another.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The path to its group in a file of weights, with a slash behind it unless it is empty.
    group: &'a str,
    /// The layer of the whole model that it is in.
    top: Option<&'a str>,
    trained: bool,
    depth: usize,
    /// The operator that feeds it; none for the whole.
    input: Option<usize>,
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl<'o> Network<'o> {
    pub(crate) fn new(given: Option<&'o [usize]>, keras2: bool) -> Self {
        Self {
            operators: Vec::new(),
            shapes: Vec::new(),
            leaves: Vec::new(),
            problems: Vec::new(),
            input: Vec::new(),
            given,
            keras2,
        }
    }

    /// Reads the whole model; gives the operator of its output unless there are problems.
    pub(crate) fn read(&mut self, model: &Value) -> Option<usize> {
        let place = Place {
            group: "",
            top: None,
            trained: true,
            depth: 0,
            input: None,
        };
        let output = self.model(model, place);
        output.filter(|_| self.problems.is_empty())
    }

    fn problem(&mut self, place: &str, kind: &str, message: impl Into<String>) {
        self.problems.push(Problem::of(place, kind, message));
    }

    fn model(&mut self, model: &Value, place: Place<'_>) -> Option<usize> {
        let class = text(model, "class_name");
        let config = model.get("config");
        let name = config.map_or("", |config| text(config, "name"));
        // Long ago, the configuration was the list.
        let layers = config.and_then(|config| config.get("layers").or(Some(config)));
        let layers = layers.and_then(Value::as_array);
        let (Some(config), Some(layers)) = (config, layers) else {
            self.problem(name, class, "it is no model that consists of layers; only `Sequential` and `Functional` can be converted");
            return None;
        };
        if place.depth == DEEPEST || self.operators.len() + layers.len() > MOST_LAYERS {
            self.problem(name, class, "it has too many layers");
            return None;
        }
        let groups = groups(layers, place.group);
        match class {
            "Sequential" => self.sequential(config, layers, &groups, place),
            "Functional" | "Model" => self.functional(config, layers, &groups, place),
            _ => {
                self.problem(
                    name,
                    class,
                    "only `Sequential` and `Functional` models can be converted",
                );
                None
            }
        }
    }

    fn sequential(
        &mut self,
        config: &Value,
        layers: &[Value],
        groups: &[String],
        place: Place<'_>,
    ) -> Option<usize> {
        let mut at = match place.input {
            Some(input) => input,
            None => {
                let first = layers.first();
                let recorded = first
                    .and_then(batch_shape)
                    .or_else(|| config.get("build_input_shape"));
                self.add_input(
                    first.map_or("", |first| text(first, "class_name")),
                    recorded,
                )
            }
        };
        for (layer, group) in layers.iter().zip(groups) {
            if text(layer, "class_name") != "InputLayer" {
                let call = Call {
                    inputs: vec![at],
                    ..Call::default()
                };
                at = self.layer(layer, group, &call, place);
            }
        }
        Some(at)
    }

    fn functional(
        &mut self,
        config: &Value,
        layers: &[Value],
        groups: &[String],
        place: Place<'_>,
    ) -> Option<usize> {
        let mut done: BTreeMap<&str, usize> = BTreeMap::new();
        let mut left: Vec<(&Value, &String)> = layers.iter().zip(groups).collect();
        let inputs = config.get("input_layers").map(ends).unwrap_or_default();
        // Keras has them in an order in which they can be read, so that one turn does.
        while !left.is_empty() {
            let before = left.len();
            let mut waiting = Vec::new();
            for (layer, group) in left {
                let name = name_of(layer);
                if text(layer, "class_name") == "InputLayer" {
                    if !inputs.is_empty() && !inputs.contains(&name) {
                        continue;
                    }
                    let at = match place.input {
                        Some(input) => input,
                        None => self.add_input(name, batch_shape(layer)),
                    };
                    done.insert(name, at);
                    continue;
                }
                match Call::of(layer, &done) {
                    Ok(Some(call)) => {
                        let at = self.layer(layer, group, &call, place);
                        done.insert(name, at);
                    }
                    Ok(None) => waiting.push((layer, group)),
                    Err(message) => {
                        self.problem(name, text(layer, "class_name"), message);
                        done.insert(name, self.unknown(name));
                    }
                }
            }
            left = waiting;
            if left.len() == before {
                for (layer, _) in left {
                    self.problem(
                        name_of(layer),
                        text(layer, "class_name"),
                        "what feeds it is not there",
                    );
                }
                return None;
            }
        }
        let outputs = config.get("output_layers").map(ends).unwrap_or_default();
        match &outputs[..] {
            [output] => {
                let found = done.get(output).copied();
                if found.is_none() {
                    self.problem(output, "", "the output is not there");
                }
                found
            }
            outputs => {
                let message = format!("it has {} outputs, and a network has one", outputs.len());
                self.problem(text(config, "name"), "Functional", message);
                None
            }
        }
    }

    /// An operator whose result is not known, so that what follows can be looked at all the same.
    fn unknown(&mut self, name: &str) -> usize {
        self.push(name, "", Step::Nothing, Vec::new(), None)
    }

    fn push(
        &mut self,
        name: &str,
        kind: &str,
        step: Step,
        inputs: Vec<usize>,
        shape: Option<Vec<usize>>,
    ) -> usize {
        self.operators.push(Operator {
            name: name.to_owned(),
            kind: kind.to_owned(),
            step,
            inputs,
        });
        self.shapes.push(shape);
        self.operators.len() - 1
    }

    /// The operator of the network's input, whose shape the file or the user knows.
    fn add_input(&mut self, name: &str, recorded: Option<&Value>) -> usize {
        match input_shape(recorded, self.given) {
            Ok(shape) => {
                self.input.clone_from(&shape);
                self.push(name, "InputLayer", Step::Input, Vec::new(), Some(shape))
            }
            Err(message) => {
                self.problem(name, "", message);
                self.unknown(name)
            }
        }
    }

    /// Adds a layer of a model; gives the operator of its result.
    fn layer(&mut self, layer: &Value, group: &str, call: &Call, place: Place<'_>) -> usize {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let (name, class) = (name_of(layer), text(layer, "class_name"));
        let config = layer
            .get("config")
            .and_then(Value::as_object)
            .unwrap_or(&EMPTY);
        let trained =
            place.trained && config.get("trainable").and_then(Value::as_bool) != Some(false);
        if ["Sequential", "Functional", "Model"].contains(&class) {
            let [input] = call.inputs[..] else {
                self.problem(name, class, "a model within a model takes one input");
                return self.unknown(name);
            };
            let inside = Place {
                group: &format!("{group}/"),
                top: place.top.or(Some(name)),
                trained,
                depth: place.depth + 1,
                input: Some(input),
            };
            return self
                .model(layer, inside)
                .unwrap_or_else(|| self.unknown(name));
        }
        if let Some(step) = join(class) {
            return self.join(name, class, step, config, &call.inputs);
        }
        let shape = call
            .inputs
            .first()
            .and_then(|input| self.shapes.get(*input))
            .cloned()
            .flatten();
        let said = Layer {
            class,
            config: super::config::Config::new(config),
            keras2: self.keras2,
            shape: shape.as_deref(),
            causal: call.causal,
        }
        .say();
        let said = match said {
            Ok(said) => said,
            Err(message) => {
                self.problem(name, class, message);
                return self.unknown(name);
            }
        };
        let mut inputs = call.inputs.clone();
        if class == "MultiHeadAttention" {
            inputs.dedup();
            if inputs.len() > 1 {
                self.problem(
                    name,
                    class,
                    "it attends to another sequence than its own, which cannot be said",
                );
            }
        }
        if !said.slots.is_empty() {
            self.leaves.push(Leaf {
                name: name.to_owned(),
                class: class.to_owned(),
                top: place.top.unwrap_or(name).to_owned(),
                group: group.to_owned(),
                trained,
                slots: said.slots.clone(),
                operator: self.operators.len(),
            });
        }
        self.statements(name, class, said, inputs, shape)
    }

    /// Adds a layer's statements one after another.
    fn statements(
        &mut self,
        name: &str,
        class: &str,
        said: Said,
        mut inputs: Vec<usize>,
        mut shape: Option<Vec<usize>>,
    ) -> usize {
        if said.statements.is_empty() {
            return self.push(name, class, Step::Nothing, inputs, shape);
        }
        let (mut at, mut tensors) = (0, said.tensors);
        for statement in said.statements {
            shape = shape.and_then(|shape| match shape::after(&shape, &statement) {
                Ok(shape) => Some(shape),
                Err(message) => {
                    self.problem(name, class, message);
                    None
                }
            });
            let node = Node::new(name, statement).with(std::mem::take(&mut tensors));
            let step = Step::Layer(node);
            at = self.push(name, class, step, inputs, shape.clone());
            inputs = vec![at];
        }
        at
    }

    /// One pixel or step beside images or sequences is repeated for each of theirs: squeeze and excitation.
    fn repeated(
        &mut self,
        name: &str,
        class: &str,
        inputs: &[usize],
        shapes: Vec<Vec<usize>>,
    ) -> (Vec<usize>, Vec<Vec<usize>>) {
        let whole = shapes
            .iter()
            .max_by_key(|shape| {
                shape
                    .iter()
                    .fold(1_usize, |n, axis| n.saturating_mul(*axis))
            })
            .cloned()
            .unwrap_or_default();
        let one = |shape: &[usize]| match (shape, &whole[..]) {
            ([ones @ .., own], [_, .., channels]) => {
                shape.len() == whole.len() && own == channels && ones.iter().all(|one| *one == 1)
            }
            _ => false,
        };
        let places = whole.split_last().map_or(&[][..], |(_, places)| places);
        let mut repeat = |(input, shape): (&usize, Vec<usize>)| {
            if shape == whole || !one(&shape) {
                return (*input, shape);
            }
            let node = Node::new(name, format!("upsample {}", times(places)));
            let step = Step::Layer(node);
            let at = self.push(name, class, step, vec![*input], Some(whole.clone()));
            (at, whole.clone())
        };
        inputs.iter().zip(shapes).map(&mut repeat).unzip()
    }

    /// Adds a layer that joins what several give.
    fn join(
        &mut self,
        name: &str,
        class: &str,
        step: Step,
        config: &Map<String, Value>,
        inputs: &[usize],
    ) -> usize {
        let shapes: Option<Vec<Vec<usize>>> = inputs
            .iter()
            .map(|input| self.shapes.get(*input).cloned().flatten())
            .collect();
        let Some(shapes) = shapes else {
            return self.push(name, class, step, inputs.to_vec(), None);
        };
        let (inputs, shapes) = match step {
            Step::Concat => (inputs.to_vec(), shapes),
            _ => self.repeated(name, class, inputs, shapes),
        };
        let joined = match step {
            Step::Concat => concatenated(&shapes, config.get("axis")),
            _ => alike(&shapes),
        };
        match joined {
            Ok(shape) => self.push(name, class, step, inputs, Some(shape)),
            Err(message) => {
                self.problem(name, class, message);
                self.unknown(name)
            }
        }
    }
}

/// The name of a layer; Keras 2 has some beside the configuration only.
fn name_of(layer: &Value) -> &str {
    let inside = layer
        .get("config")
        .map_or("", |config| text(config, "name"));
    if inside.is_empty() {
        text(layer, "name")
    } else {
        inside
    }
}

/// The groups of a model's layers in a file of Keras 3: its class in snake case, numbered.
fn groups(layers: &[Value], prefix: &str) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let group = |layer: &Value| {
        let class = snake(text(layer, "class_name"));
        // An operation is no layer.
        if text(layer, "module").contains(".ops") {
            return String::new();
        }
        let count = counts.entry(class.clone()).or_default();
        let name = match *count {
            0 => class,
            count => format!("{class}_{count}"),
        };
        *count += 1;
        format!("{prefix}layers/{name}")
    };
    layers.iter().map(group).collect()
}

/// `SeparableConv1D` as `separable_conv1d`, `PReLU` as `p_re_lu`.
fn snake(class: &str) -> String {
    let letters: Vec<char> = class
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    let mut text = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| letters.get(i));
        let after = letters.get(i + 1);
        let begins = letter.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase);
        let follows = letter.is_ascii_uppercase() && before.is_some_and(char::is_ascii_lowercase);
        if before.is_some() && (begins || follows) {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
