//! A network as an ONNX file.
//!
//! Inputs and outputs are as ours are: a batch of vectors, of sequences (steps x channels) or of images (height x width x channels).
//! ONNX's windows want the channels first, so those tensors are turned around where they must be, and stay so as long as they can.

mod activation;
mod attention;
mod conv;
mod layer;
mod recurrent;
mod words;

use super::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto, attribute, element,
};
use crate::{Error, Model, Node, Problem, Tensor, emit};
use nn_syntax::Part;
use prost::Message;

/// The version of ONNX's operators: the first that has all we write.
const VERSION: i64 = 17;
/// The version of the format that belongs to it.
const FORMAT: i64 = 8;

/// The bytes of an ONNX file.
///
/// Its input is `input`, its output `output`, both with a batch of any size before our axes, channels last; what runs it, such as ONNX
/// Runtime, gives what `predict` gives: recurrent layers begin with zeros, whatever [`Model::starts`] are.
///
/// # Errors
///
/// What `network!` would say of the model, and layers that ONNX has no operator for, by their fields.
pub fn onnx(model: &Model) -> Result<Vec<u8>, Error> {
    let parts = emit::parts(&emit::network(model, "Network"))?;
    let mut writer = Writer::default();
    let input = Value {
        name: "input".to_owned(),
        shape: model.input.clone(),
        first: false,
    };
    let output = writer.chain(input, &model.nodes, &parts, "");
    if !writer.problems.is_empty() {
        return Err(writer.problems.into());
    }
    let mut output = writer.last(output);
    let shape = std::mem::take(&mut output.shape);
    writer.node("Identity", &[&output.name], "output", Vec::new());
    Ok(writer.file(&model.input, &shape).encode_to_vec())
}

/// The result of a layer.
#[derive(Clone, Debug)]
pub(super) struct Value {
    name: String,
    /// Its sizes as ours, channels last.
    shape: Vec<usize>,
    /// Whether the file has the channels before the steps or pixels.
    first: bool,
}

/// A file that is being written.
#[derive(Default)]
pub(super) struct Writer {
    nodes: Vec<NodeProto>,
    tensors: Vec<TensorProto>,
    problems: Vec<Problem>,
}

/// A layer with all that is known of it.
pub(super) struct Layer<'a> {
    /// The path of its field.
    path: String,
    node: &'a Node,
    part: &'a Part,
    words: words::Words,
}

impl Layer<'_> {
    /// A tensor by its name within the layer.
    fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.node.tensors.iter().find(|tensor| tensor.name == name)
    }

    fn needed(&self, name: &str) -> Result<&Tensor, String> {
        self.tensor(name)
            .ok_or_else(|| format!("it has no `{name}`"))
    }

    /// The sizes of what it gives.
    fn output(&self) -> Result<Vec<usize>, String> {
        let sizes = self
            .part
            .output
            .iter()
            .map(|size| usize::try_from((*size)?).ok());
        let sizes: Option<Vec<usize>> = sizes.collect();
        sizes
            .filter(|sizes| !sizes.is_empty())
            .ok_or_else(|| "only the compiler knows its sizes; write them as numbers".to_owned())
    }
}

impl Writer {
    /// The layers one after the other.
    fn chain(&mut self, mut value: Value, nodes: &[Node], parts: &[Part], prefix: &str) -> Value {
        for (node, part) in nodes.iter().zip(parts) {
            let path = format!("{prefix}{}", part.field);
            let text = part.text.replace(" x ", "x");
            let layer = Layer {
                path: path.clone(),
                node,
                part,
                words: words::Words::of(&text),
            };
            match self.one(value.clone(), &layer) {
                Ok(next) => value = next,
                Err(why) => {
                    self.problems.push(Problem::of(path, &part.text, why));
                    value.shape = layer.output().unwrap_or(value.shape);
                }
            }
        }
        value
    }

    fn one(&mut self, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
        match layer.node.bodies.is_empty() {
            true => layer::layer(self, value, layer),
            false => self.block(value, layer),
        }
    }

    /// Branches on one value, and what joins them.
    fn block(&mut self, value: Value, layer: &Layer<'_>) -> Result<Value, String> {
        let kind = match layer.words.kind() {
            "residual" | "add" => "Add",
            "multiply" => "Mul",
            _ => "Concat",
        };
        let mut branches = layer.part.branches.iter();
        let mut results = Vec::new();
        for (i, body) in layer.node.bodies.iter().enumerate() {
            let result = match body.is_empty() {
                true => value.clone(),
                false => {
                    let parts = branches.next().ok_or("its branches became others")?;
                    self.chain(value.clone(), body, parts, &format!("{}.{i}.", layer.path))
                }
            };
            results.push(self.last(result));
        }
        if layer.words.kind() == "residual" {
            results.push(self.last(value));
        }
        let names: Vec<&str> = results.iter().map(|value| value.name.as_str()).collect();
        let shape = layer.output()?;
        if kind == "Concat" {
            let name = self.op(kind, &layer.path, &names, vec![int("axis", -1)]);
            return Ok(Value {
                name,
                shape,
                first: false,
            });
        }
        let (first, rest) = names.split_first().ok_or("it has no branches")?;
        let mut sum = (*first).to_owned();
        for other in rest {
            sum = self.op(kind, &layer.path, &[&sum, other], Vec::new());
        }
        Ok(Value {
            name: sum,
            shape,
            first: false,
        })
    }

    /// The value with the channels behind the steps or pixels.
    fn last(&mut self, value: Value) -> Value {
        self.turned(value, false)
    }

    /// The value with the channels before the steps or pixels.
    fn first(&mut self, value: Value) -> Value {
        self.turned(value, true)
    }

    fn turned(&mut self, mut value: Value, first: bool) -> Value {
        let rank = i64::try_from(value.shape.len()).unwrap_or_default();
        if value.first == first || rank < 2 {
            return value;
        }
        let order: Vec<i64> = match first {
            true => [0, rank].into_iter().chain(1..rank).collect(),
            false => [0].into_iter().chain(2..=rank).chain([1]).collect(),
        };
        value.name = self.op(
            "Transpose",
            &value.name.clone(),
            &[&value.name],
            vec![ints("perm", order)],
        );
        value.first = first;
        value
    }

    /// An operator with one result, which is named after its place and kind.
    fn op(
        &mut self,
        kind: &str,
        place: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) -> String {
        let name = format!("{place}/{kind}_{}", self.nodes.len());
        self.node(kind, inputs, &name, attributes);
        name
    }

    fn node(&mut self, kind: &str, inputs: &[&str], output: &str, attributes: Vec<AttributeProto>) {
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            output: vec![output.to_owned()],
            name: output.to_owned(),
            op_type: kind.to_owned(),
            attribute: attributes,
            domain: String::new(),
        });
    }

    /// Weights, by the name that a file of ours has them under.
    fn weights(&mut self, name: String, shape: &[usize], values: &[f32]) -> String {
        self.tensors.push(TensorProto {
            dims: dims(shape),
            data_type: element::FLOAT,
            raw_data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
            name: name.clone(),
            ..TensorProto::default()
        });
        name
    }

    /// A vector of integers.
    fn integers(&mut self, values: &[i64]) -> String {
        let name = format!("integers_{}", self.tensors.len());
        self.tensors.push(TensorProto {
            dims: dims(&[values.len()]),
            data_type: element::INT64,
            raw_data: values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect(),
            name: name.clone(),
            ..TensorProto::default()
        });
        name
    }

    /// A single number.
    fn number(&mut self, value: f32) -> String {
        let name = format!("number_{}", self.tensors.len());
        self.weights(name, &[], &[value])
    }

    /// A reshape of each sample.
    fn reshaped(&mut self, place: &str, name: &str, shape: &[i64]) -> String {
        let shape = self.integers(&[&[-1], shape].concat());
        self.op("Reshape", place, &[name, &shape], Vec::new())
    }

    fn file(self, input: &[usize], output: &[usize]) -> ModelProto {
        ModelProto {
            ir_version: FORMAT,
            producer_name: "nn-convert".to_owned(),
            opset_import: vec![OperatorSetIdProto {
                domain: String::new(),
                version: VERSION,
            }],
            graph: Some(GraphProto {
                node: self.nodes,
                name: "network".to_owned(),
                initializer: self.tensors,
                input: vec![described("input", input)],
                output: vec![described("output", output)],
                sparse_initializer: Vec::new(),
            }),
            functions: Vec::new(),
        }
    }
}

fn dims(shape: &[usize]) -> Vec<i64> {
    shape
        .iter()
        .map(|size| i64::try_from(*size).unwrap_or(i64::MAX))
        .collect()
}

/// A batch of any size of values of this shape.
fn described(name: &str, shape: &[usize]) -> ValueInfoProto {
    let batch = DimensionProto {
        dim_param: Some("batch".to_owned()),
        dim_value: None,
    };
    let known = dims(shape).into_iter().map(|size| DimensionProto {
        dim_value: Some(size),
        dim_param: None,
    });
    ValueInfoProto {
        name: name.to_owned(),
        r#type: Some(TypeProto {
            tensor_type: Some(TensorTypeProto {
                elem_type: element::FLOAT,
                shape: Some(TensorShapeProto {
                    dim: [batch].into_iter().chain(known).collect(),
                }),
            }),
        }),
    }
}

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        i: Some(value),
        r#type: attribute::INT,
        ..AttributeProto::default()
    }
}

fn float(name: &str, value: f32) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        f: Some(value),
        r#type: attribute::FLOAT,
        ..AttributeProto::default()
    }
}

fn ints(name: &str, values: Vec<i64>) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        ints: values,
        r#type: attribute::INTS,
        ..AttributeProto::default()
    }
}

fn text(name: &str, value: &str) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        s: Some(value.as_bytes().to_vec()),
        r#type: attribute::STRING,
        ..AttributeProto::default()
    }
}

fn texts(name: &str, values: &[&str]) -> AttributeProto {
    AttributeProto {
        name: name.to_owned(),
        strings: values
            .iter()
            .map(|value| value.as_bytes().to_vec())
            .collect(),
        r#type: attribute::STRINGS,
        ..AttributeProto::default()
    }
}

fn sizes(name: &str, values: &[usize]) -> AttributeProto {
    ints(name, dims(values))
}
