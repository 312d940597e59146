//! RTNeural's JSON, which its Python code writes of Keras's layers, and AIDA-X's, which is the same with gains and a skip around it.

use super::{dense, recurrent, stream, with_skip};
use crate::array::{Array, axes};
use crate::json::Json;
use crate::{Error, Model, Node, Options, Problem};

/// The most channels, so that what is made for each of them stays small.
const WIDEST: usize = 4096;

/// The shape that flows into a layer.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Vector,
    Sequence,
    Image,
}

/// A layer of the file.
struct Layer<'a> {
    json: &'a Json,
    /// `layer 3`.
    source: String,
    kind: &'a str,
    flow: Flow,
    /// The channels that flow in.
    channels: usize,
    arrays: Vec<Array>,
}

pub(super) fn read(file: &Json, options: &Options) -> Result<Model, Error> {
    let mut problems = Vec::new();
    let (flow, input) = input(file, options)?;
    let inputs = input.last().copied().unwrap_or_default();
    if !(1..=WIDEST).contains(&inputs) {
        return Err(Problem::of_file(format!(
            "`in_shape` says {inputs} channels, and 1 to {WIDEST} are possible"
        ))
        .into());
    }
    let (mut channels, mut nodes) = (inputs, Vec::new());
    for (i, json) in file
        .get("layers")
        .map_or(&[][..], Json::list)
        .iter()
        .enumerate()
    {
        // What flows out of a layer that does not fit is unknown; those behind it can only be unknown kinds.
        if !problems.is_empty() {
            problems.extend(unknown(json, i));
            continue;
        }
        match layer(json, i, flow, channels) {
            Ok(found) => {
                channels = found.1;
                nodes.push(found.0);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if nodes.is_empty() && problems.is_empty() {
        problems.push(Problem::of_file("`layers` is empty"));
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let nodes = around(file, nodes, inputs, channels)?;
    Ok(Model {
        input,
        nodes,
        ..Model::default()
    })
}

/// The sizes of the input, whose number is that of `in_shape` without the batch.
fn input(file: &Json, options: &Options) -> Result<(Flow, Vec<usize>), Problem> {
    let wrong = || {
        Problem::of_file(
            "`in_shape` is no list of a batch, perhaps steps and features, and channels",
        )
    };
    let sizes: Vec<Option<usize>> = match file.get("in_shape") {
        Some(Json::List(list)) => list.iter().map(Json::size).collect(),
        Some(Json::Numbers(numbers)) => numbers
            .iter()
            .map(|size| Json::Number(f64::from(*size)).size())
            .collect(),
        _ => return Err(wrong()),
    };
    match sizes[..] {
        [_, Some(channels)] => Ok((Flow::Vector, vec![channels])),
        [_, steps, Some(channels)] => Ok((Flow::Sequence, stream(channels, steps, options)?)),
        [_, steps, Some(features), Some(channels)] => {
            let steps = steps.or(options
                .input
                .as_ref()
                .and_then(|input| input.first().copied()));
            Ok((
                Flow::Image,
                vec![steps.unwrap_or(super::STEPS), features, channels],
            ))
        }
        _ => Err(wrong()),
    }
}

/// The channels that a layer says it gives.
fn said(json: &Json) -> Option<usize> {
    match json.get("shape")? {
        Json::List(list) => list.last()?.size(),
        Json::Numbers(numbers) => Json::Number(f64::from(*numbers.last()?)).size(),
        _ => None,
    }
}

/// The frame that AIDA-X puts around its networks: a gain in decibels before and behind, and the input added.
fn around(
    file: &Json,
    mut nodes: Vec<Node>,
    inputs: usize,
    outputs: usize,
) -> Result<Vec<Node>, Problem> {
    let gain = |key: &str| -> Option<f32> {
        let decibels = file
            .get(key)
            .and_then(Json::number)
            .filter(|gain| *gain != 0.0)?;
        #[allow(clippy::cast_possible_truncation, reason = "a factor as f32")]
        Some(if decibels > -90.0 {
            10_f64.powf(decibels / 20.0) as f32
        } else {
            0.0
        })
    };
    let skip = file.get("in_skip").and_then(Json::size).unwrap_or(0);
    nodes = with_skip(nodes, inputs, outputs, skip)?;
    // A condition beside the sound is not amplified.
    let before = gain("in_gain").map(|gain| factors(gain, inputs, 1));
    let behind = gain("out_gain").map(|gain| factors(gain, outputs, outputs));
    let node = |source: &str, kernel| super::each_dense(source, kernel, None, "");
    if let Some(kernel) = before {
        nodes.insert(0, node("in_gain", kernel));
    }
    if let Some(kernel) = behind {
        nodes.push(node("out_gain", kernel));
    }
    Ok(nodes)
}

/// A square matrix that multiplies the first `count` of its `size` values.
fn factors(gain: f32, size: usize, count: usize) -> Array {
    let values = (0..size * size).map(|i| match (i / size, i % size) {
        (row, column) if row != column => 0.0,
        (row, _) if row < count => gain,
        _ => 1.0,
    });
    Array {
        shape: vec![size, size],
        values: values.collect(),
    }
}

/// The layers that RTNeural has.
const KINDS: [&str; 10] = [
    "dense",
    "time-distributed-dense",
    "conv1d",
    "conv2d",
    "gru",
    "lstm",
    "batchnorm",
    "batchnorm2d",
    "prelu",
    "activation",
];

/// A layer that cannot be said.
fn unknown(json: &Json, index: usize) -> Option<Problem> {
    let kind = json.get("type").and_then(Json::text).unwrap_or_default();
    let message = "it is none of RTNeural's layers, which are dense, conv1d, conv2d, gru, lstm, batchnorm, prelu and activation";
    (!KINDS.contains(&kind)).then(|| Problem::of(format!("layer {index}"), kind, message))
}

/// The statement of a layer, and the channels that flow out of it.
fn layer(json: &Json, index: usize, flow: Flow, channels: usize) -> Result<(Node, usize), Problem> {
    if let Some(problem) = unknown(json, index) {
        return Err(problem);
    }
    let source = format!("layer {index}");
    let kind = json.get("type").and_then(Json::text).unwrap_or_default();
    let problem = |message: String| Problem::of(&source, kind, message);
    let mut arrays = Vec::new();
    for (i, weights) in weights(json).iter().enumerate() {
        arrays.push(
            weights
                .array()
                .map_err(|why| problem(format!("tensor {i} of `weights` {why}")))?,
        );
    }
    let layer = Layer {
        json,
        source: source.clone(),
        kind,
        flow,
        channels,
        arrays,
    };
    let (node, gives) = layer.node()?;
    if let Some(said) = said(json).filter(|said| *said != gives) {
        return Err(problem(format!(
            "it says that it gives {said} channels, but its tensors are those of {gives}"
        )));
    }
    let activation = match kind {
        "activation" => None,
        _ => json
            .get("activation")
            .and_then(Json::text)
            .filter(|word| !word.is_empty()),
    };
    let Some(word) = activation else {
        return Ok((node, gives));
    };
    let word = known(word).ok_or_else(|| problem(format!("there is no activation `{word}`")))?;
    match kind {
        "lstm" | "gru" if word == "tanh" => Ok((node, gives)),
        "lstm" | "gru" => Err(problem(format!(
            "RTNeural computes it with tanh, whatever the file says, which is `{word}`"
        ))),
        "batchnorm" | "batchnorm2d" | "prelu" => Err(problem(format!(
            "it has no activation, but the file says `{word}`"
        ))),
        _ => Ok((activated(node, word), gives)),
    }
}

fn weights(json: &Json) -> &[Json] {
    json.get("weights").map_or(&[], Json::list)
}

/// The word of an activation, which Keras and we share but for `linear`.
fn known(word: &str) -> Option<&str> {
    let words = ["tanh", "relu", "sigmoid", "softmax", "elu", "linear"];
    words.contains(&word).then_some(word)
}

/// The activation behind the sizes of a statement, before `no_bias` and other options or behind them, which is all one.
fn activated(mut node: Node, word: &str) -> Node {
    if word != "linear" {
        node.statement = format!("{} {word}", node.statement);
    }
    node
}

impl Layer<'_> {
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::of(&self.source, self.kind, message)
    }

    fn node(&self) -> Result<(Node, usize), Problem> {
        match self.kind {
            "dense" | "time-distributed-dense" => self.dense(),
            "lstm" => self.recurrent("lstm", 4),
            "gru" => self.recurrent("gru", 3),
            "conv1d" => self.conv1d(),
            "conv2d" => self.conv2d(),
            "batchnorm" | "batchnorm2d" => self.batch_norm(),
            "prelu" => self.prelu(),
            "activation" => {
                let word = self
                    .json
                    .get("activation")
                    .and_then(Json::text)
                    .unwrap_or_default();
                let word = known(word)
                    .ok_or_else(|| self.problem(format!("there is no activation `{word}`")))?;
                Ok((Node::new(self.source.clone(), word), self.channels))
            }
            kind => Err(self.problem(format!("there is no layer `{kind}`"))),
        }
    }

    /// A tensor that must have these axes; `None` is any size.
    fn array(&self, index: usize, name: &str, wanted: &[Option<usize>]) -> Result<&Array, Problem> {
        let array = self.arrays.get(index);
        let array = array.ok_or_else(|| self.problem(format!("`weights` lacks the {name}")))?;
        let fits = array.shape.len() == wanted.len()
            && array
                .shape
                .iter()
                .zip(wanted)
                .all(|(found, wanted)| wanted.is_none_or(|wanted| wanted == *found));
        if fits && !array.values.is_empty() {
            return Ok(array);
        }
        let wanted: Vec<String> = wanted
            .iter()
            .map(|size| size.map_or("?".to_owned(), |size| size.to_string()))
            .collect();
        Err(self.problem(format!(
            "its {name} is {}, but the layer needs {}",
            axes(&array.shape),
            wanted.join(" x ")
        )))
    }

    /// The bias in this place, if there is one.
    fn bias(&self, index: usize, wanted: &[Option<usize>]) -> Result<Option<Array>, Problem> {
        match self.arrays.get(index) {
            Some(_) => Ok(Some(self.array(index, "bias", wanted)?.clone())),
            None => Ok(None),
        }
    }

    /// A number of the layer, or 1; for a window `-1` is the time, which RTNeural's streams step by one.
    fn size(&self, key: &str) -> Result<usize, Problem> {
        match self.json.get(key) {
            None | Some(Json::Null) => Ok(1),
            Some(value) => {
                let size = value.size().filter(|size| *size > 0);
                size.ok_or_else(|| self.problem(format!("`{key}` is no size")))
            }
        }
    }

    fn dense(&self) -> Result<(Node, usize), Problem> {
        let kernel = self.array(0, "kernel", &[Some(self.channels), None])?;
        let units = kernel.shape.last().copied().unwrap_or_default();
        let bias = self.bias(1, &[Some(units)])?;
        let (each, inside) = match self.flow {
            Flow::Vector => ("", ""),
            _ => ("each ", "layer."),
        };
        Ok((
            dense(each, inside, &self.source, kernel.clone(), bias, ""),
            units,
        ))
    }

    fn recurrent(&self, word: &str, gates: usize) -> Result<(Node, usize), Problem> {
        if self.flow != Flow::Sequence {
            return Err(self.problem("it takes a sequence, but `in_shape` is not one"));
        }
        let kernel = self.array(0, "kernel", &[Some(self.channels), None])?;
        let row = kernel.shape.last().copied().unwrap_or_default();
        let units = said(self.json).unwrap_or(row / gates);
        if row != gates * units {
            return Err(self.problem(format!(
                "it says that it has {units} units, which is a kernel of {} x {}, but its kernel is {}, which is {} units",
                self.channels, gates * units, axes(&kernel.shape), row / gates
            )));
        }
        let inner = self.array(1, "recurrent kernel", &[Some(units), Some(row)])?;
        let bias = match word {
            "gru" => self.bias(2, &[Some(2), Some(row)])?,
            _ => self.bias(2, &[Some(row)])?,
        };
        let weights = [kernel.clone(), inner.clone()];
        Ok((recurrent(&self.source, word, units, weights, bias), units))
    }

    fn conv1d(&self) -> Result<(Node, usize), Problem> {
        let groups = self.size("groups")?;
        if self.flow != Flow::Sequence || !self.channels.is_multiple_of(groups) {
            return Err(self.problem(format!(
                "it takes a sequence of channels in {groups} groups, and {} channels come in",
                self.channels
            )));
        }
        let taps = self.json.get("kernel_size").and_then(Json::size);
        let kernel = self.array(0, "kernel", &[taps, Some(self.channels / groups), None])?;
        let (taps, filters) = match kernel.shape[..] {
            [taps, _, filters] => (taps, filters),
            _ => (0, 0),
        };
        let bias = self.bias(1, &[Some(filters)])?;
        let mut statement = format!("conv1d {filters} {taps} pad causal");
        for (key, word) in [
            ("strides", "stride"),
            ("dilation", "dilation"),
            ("groups", "groups"),
        ] {
            let size = self.size(key)?;
            if size > 1 {
                statement = format!("{statement} {word} {size}");
            }
        }
        Ok((self.filtered(statement, kernel, bias), filters))
    }

    fn conv2d(&self) -> Result<(Node, usize), Problem> {
        if self.flow != Flow::Image {
            return Err(
                self.problem("it takes steps of features of channels, which `in_shape` has not")
            );
        }
        let size = |key| self.json.get(key).and_then(Json::size);
        let taps = [size("kernel_size_time"), size("kernel_size_feature")];
        let kernel = self.array(0, "kernel", &[taps[0], taps[1], Some(self.channels), None])?;
        let [height, width, _, filters] = kernel.shape[..] else {
            return Err(self.problem("its kernel has not four axes"));
        };
        let bias = self.bias(1, &[Some(filters)])?;
        let pad = match self.json.get("padding").and_then(Json::text) {
            None | Some("valid") => "",
            Some("same") => " pad same",
            Some(other) => {
                return Err(self.problem(format!(
                    "there is no padding `{other}`; RTNeural has `valid` and `same`"
                )));
            }
        };
        let (stride, dilation) = (self.size("strides")?, self.size("dilation")?);
        let mut statement = format!("conv2d {filters} {height}x{width}{pad}");
        // The features are stepped over, the time is dilated.
        if stride > 1 {
            statement = format!("{statement} stride 1x{stride}");
        }
        if dilation > 1 {
            statement = format!("{statement} dilation {dilation}x1");
        }
        Ok((self.filtered(statement, kernel, bias), filters))
    }

    fn filtered(&self, mut statement: String, kernel: &Array, bias: Option<Array>) -> Node {
        let mut tensors = vec![kernel.clone().tensor("kernel")];
        match bias {
            Some(bias) => tensors.push(bias.tensor("bias")),
            None => statement.push_str(" no_bias"),
        }
        Node::new(self.source.clone(), statement).with(tensors)
    }

    /// Gamma, beta, mean and variance, or the last two alone.
    fn batch_norm(&self) -> Result<(Node, usize), Problem> {
        let epsilon = self
            .json
            .get("epsilon")
            .and_then(Json::number)
            .unwrap_or(1e-3);
        let mut statement = format!("batch_norm epsilon {epsilon:?}");
        let names: &[&str] =
            match self.arrays.len() {
                4 => &["gamma", "beta", "moving_mean", "moving_variance"],
                2 => {
                    statement.push_str(" no_scale no_center");
                    &["moving_mean", "moving_variance"]
                }
                count => return Err(self.problem(format!(
                    "`weights` has {count} tensors, but there are 4, or 2 without scale and center"
                ))),
            };
        let mut tensors = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let array = self.array(i, name, &[Some(self.channels)])?;
            tensors.push(array.clone().tensor(*name));
        }
        Ok((
            Node::new(self.source.clone(), statement).with(tensors),
            self.channels,
        ))
    }

    /// A slope for each channel, or one for all.
    fn prelu(&self) -> Result<(Node, usize), Problem> {
        let Some(slopes) = self.arrays.first() else {
            return Err(self.problem("`weights` lacks the slopes"));
        };
        let alpha = match (slopes.values.len(), slopes.values.first()) {
            (1, Some(slope)) => Array::vector(vec![*slope; self.channels]),
            (count, _) if count == self.channels => Array::vector(slopes.values.clone()),
            (count, _) => {
                return Err(self.problem(format!(
                    "it has {count} slopes, but {} channels come in",
                    self.channels
                )));
            }
        };
        let node = Node::new(self.source.clone(), "prelu").with(vec![alpha.tensor("alpha")]);
        Ok((node, self.channels))
    }
}
