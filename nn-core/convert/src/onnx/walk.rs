//! One pass over the operators of a graph.

use super::constant::Constant;
use super::flow::Flow;
use super::fold::{self, fold};
use super::gelu::{self, Gelu};
use super::layers;
use super::node::{Op, Uses};
use super::proto::{GraphProto, ModelProto, NodeProto};
use crate::graph::{Operator, Step};
use crate::{Node, Problem, Tensor};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A reading of the network's input.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Our shape of it.
    pub(super) shape: Vec<usize>,
    /// For each axis of the file, which of ours it is; none for the batch.
    pub(super) axes: Vec<Option<usize>>,
    /// The size of the batch, if the file fixes it.
    pub(super) batch: usize,
}

/// The knowledge of a name.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Known(Constant),
    Flows(Flow),
    /// The result of an operator that cannot be said, which was reported.
    Lost,
}

/// The most weights of a network, many times what fits a machine without an operating system: a small file must not ask for a large memory.
const WEIGHTS: usize = 1 << 26;

/// Everything found so far.
pub(super) struct Walk<'a> {
    graph: &'a GraphProto,
    values: HashMap<&'a str, Value>,
    uses: Uses<'a>,
    gelus: HashMap<&'a str, Gelu<'a>>,
    needed: HashSet<&'a str>,
    pub(super) operators: Vec<Operator>,
    /// For each operator, whether its statement may still take a bias or an activation.
    pub(super) open: Vec<bool>,
    /// For each recurrent operator whose last step was asked for, the operator that gives it.
    pub(super) lasts: BTreeMap<usize, usize>,
    /// The operators whose results several others see.
    shared: HashSet<usize>,
    problems: Vec<Problem>,
    /// Values that may still be computed, and weights that may still be kept.
    budget: usize,
    weights: usize,
    pub(super) batch: usize,
    pub(super) version: i64,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        file: &'a ModelProto,
        graph: &'a GraphProto,
        entry: &Entry,
        output: &'a str,
    ) -> Self {
        let versions = file
            .opset_import
            .iter()
            .filter(|set| set.domain.is_empty() || set.domain == "ai.onnx");
        let mut walk = Self {
            graph,
            values: HashMap::new(),
            uses: Uses::new(),
            gelus: gelu::find(graph),
            needed: HashSet::new(),
            operators: Vec::new(),
            open: Vec::new(),
            lasts: BTreeMap::new(),
            shared: HashSet::new(),
            problems: Vec::new(),
            budget: fold::BUDGET,
            weights: WEIGHTS,
            batch: entry.batch,
            version: versions.map(|set| set.version).max().unwrap_or(1),
        };
        walk.need(output);
        walk
    }

    /// Notes all operators that `output` needs, and how often each value is used.
    fn need(&mut self, output: &'a str) {
        let makers: HashMap<&str, &'a NodeProto> = self
            .graph
            .node
            .iter()
            .flat_map(|node| node.output.iter().map(move |name| (name.as_str(), node)))
            .collect();
        let mut open = vec![output];
        *self.uses.entry(output).or_default() += 1;
        while let Some(name) = open.pop() {
            if name.is_empty() || !self.needed.insert(name) {
                continue;
            }
            let Some(node) = makers.get(name) else {
                continue;
            };
            let inputs: Vec<&str> = match self.gelus.get(name) {
                Some(gelu) => vec![gelu.input],
                None => node.input.iter().map(String::as_str).collect(),
            };
            // An operator of several results takes its inputs once.
            let first = node
                .output
                .iter()
                .find(|output| self.needed.contains(output.as_str()));
            for input in inputs {
                if first.is_some_and(|first| first == name) {
                    *self.uses.entry(input).or_default() += 1;
                }
                open.push(input);
            }
        }
    }

    /// Walks through the graph.
    pub(super) fn run(&mut self, entry: &Entry) -> Result<(), Vec<Problem>> {
        let operator = self.push(
            Op {
                proto: &NodeProto::default(),
            },
            Step::Input,
            Vec::new(),
            false,
        );
        for tensor in &self.graph.initializer {
            if !self.needed.contains(tensor.name.as_str()) {
                continue;
            }
            let value = match Constant::of(tensor) {
                Ok(constant) => Value::Known(constant),
                Err(why) => {
                    self.problems.push(Problem::of(&tensor.name, "", why));
                    Value::Lost
                }
            };
            self.values.insert(&tensor.name, value);
        }
        if let Some(input) = self
            .graph
            .input
            .iter()
            .find(|input| input.name == entry.name)
        {
            let mut flow = Flow::new(operator, entry.shape.clone(), &entry.axes);
            flow.alone = false;
            self.values.insert(&input.name, Value::Flows(flow));
        }
        for node in &self.graph.node {
            if node
                .output
                .iter()
                .any(|name| self.needed.contains(name.as_str()))
            {
                self.visit(Op { proto: node });
            }
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(std::mem::take(&mut self.problems))
        }
    }

    /// The operator that gives the network's output.
    pub(super) fn output(&self, name: &str) -> Result<usize, Problem> {
        let turned = "flattens it with the channels first, which is another order than ours; export the network without that";
        match self.values.get(name) {
            Some(Value::Flows(flow)) => {
                let flat = (0..flow.rank()).find_map(|axis| flow.order(axis));
                match flat {
                    Some(Some(_)) => Err(Problem::of(name, "", format!("the output {turned}"))),
                    _ => Ok(flow.operator),
                }
            }
            Some(_) => Err(Problem::of(
                name,
                "",
                "the output does not depend on the input",
            )),
            None => Err(Problem::of(name, "", "no operator gives the output")),
        }
    }

    /// One operator: what it gives is noted, or why it cannot be said.
    fn visit(&mut self, op: Op<'a>) {
        let gelu = op
            .proto
            .output
            .first()
            .and_then(|name| self.gelus.get(name.as_str()))
            .copied();
        let result = match gelu {
            Some(gelu) => self
                .flow_of(gelu.input)
                .and_then(|flow| layers::activation(self, op, flow, "gelu"))
                .map(|flow| vec![Value::Flows(flow)]),
            None => self.results(op),
        };
        let values = match result {
            Ok(values) => values,
            Err(why) => {
                // What follows from what is lost already is no mistake of its own.
                if !why.is_empty() {
                    self.problems.push(Problem::of(op.name(), op.kind(), why));
                }
                vec![Value::Lost; op.proto.output.len()]
            }
        };
        for (name, mut value) in op.proto.output.iter().zip(values) {
            if name.is_empty() {
                continue;
            }
            if let Value::Flows(flow) = &mut value {
                flow.alone &= self.uses.get(name.as_str()) == Some(&1);
                if !flow.alone {
                    self.shared.insert(flow.operator);
                }
            }
            self.values.insert(name, value);
        }
    }

    fn results(&mut self, op: Op<'a>) -> Result<Vec<Value>, String> {
        let mut known = Vec::new();
        let mut flows = false;
        for name in &op.proto.input {
            match self.values.get(name.as_str()) {
                _ if name.is_empty() => known.push(None),
                Some(Value::Known(constant)) => known.push(Some(constant)),
                Some(Value::Flows(_)) => {
                    flows = true;
                    known.push(None);
                }
                Some(Value::Lost) => return Err(String::new()),
                None => {
                    return Err(format!(
                        "it takes `{}`, which nothing before it gives",
                        crate::error::shown(name)
                    ));
                }
            }
        }
        if !flows
            && op.kind() == op.proto.op_type
            && let Some(folded) = fold(op, &known, &mut self.budget)
        {
            return folded.map(|constant| vec![Value::Known(constant)]);
        }
        layers::results(self, op)
    }

    /// Whether the network's output needs this.
    pub(super) fn is_needed(&self, name: &str) -> bool {
        self.needed.contains(name)
    }

    /// The flow under a name.
    pub(super) fn flow_of(&self, name: &str) -> Result<Flow, String> {
        match self.values.get(name) {
            Some(Value::Flows(flow)) => Ok(flow.clone()),
            Some(Value::Lost) => Err(String::new()),
            _ => Err(format!(
                "`{}` must come from the network's input",
                crate::error::shown(name)
            )),
        }
    }

    /// The flow that is an operator's input.
    pub(super) fn flow(&self, op: Op<'_>, index: usize) -> Result<Flow, String> {
        let name = op
            .input(index)
            .ok_or_else(|| format!("it has no input {index}"))?;
        self.flow_of(name)
    }

    /// The constant that is an operator's input; `None` if it is left out or flows.
    pub(super) fn known(&self, op: Op<'_>, index: usize) -> Option<&Constant> {
        match self.values.get(op.input(index)?) {
            Some(Value::Known(constant)) => Some(constant),
            _ => None,
        }
    }

    /// The floats that are an operator's input, of so many axes.
    pub(super) fn weights(
        &mut self,
        op: Op<'_>,
        index: usize,
        what: &str,
    ) -> Result<crate::array::Array, String> {
        let found = self.known(op, index).and_then(Constant::array);
        let array = found.ok_or_else(|| format!("its {what} are not in the file"))?;
        self.keep(array.values.len())?;
        Ok(array)
    }

    /// Notes that so many weights are kept.
    pub(super) fn keep(&mut self, values: usize) -> Result<(), String> {
        self.weights = self
            .weights
            .checked_sub(values)
            .ok_or("the network has more than 67 million weights")?;
        Ok(())
    }

    /// Adds an operator of ours.
    pub(super) fn push(&mut self, op: Op<'_>, step: Step, inputs: Vec<usize>, open: bool) -> usize {
        self.operators.push(Operator {
            name: op.name().to_owned(),
            kind: op.kind(),
            step,
            inputs,
        });
        self.open.push(open);
        self.operators.len() - 1
    }

    /// Adds a layer of ours behind `input`.
    pub(super) fn layer(
        &mut self,
        op: Op<'_>,
        input: usize,
        statement: String,
        tensors: Vec<Tensor>,
        open: bool,
    ) -> usize {
        let node = Node::new(op.name(), statement).with(tensors);
        self.push(op, Step::Layer(node), vec![input], open)
    }

    /// The operator that gives the flow's values in this shape of ours, which has them in the same order.
    pub(super) fn shaped(&mut self, op: Op<'_>, flow: &Flow, shape: &[usize]) -> usize {
        if flow.shape == shape {
            return flow.operator;
        }
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        let statement = match shape {
            [_] => "flatten".to_owned(),
            _ => format!("reshape {}", sizes.join("x")),
        };
        self.layer(op, flow.operator, statement, Vec::new(), false)
    }

    /// The statement and tensors of the layer that a flow comes from, if they may still be changed.
    pub(super) fn changeable(&mut self, flow: &Flow) -> Option<&mut Node> {
        if !flow.alone || !self.open.get(flow.operator).copied().unwrap_or(false) {
            return None;
        }
        match &mut self.operators.get_mut(flow.operator)?.step {
            Step::Layer(node) => Some(node),
            _ => None,
        }
    }

    /// Whether only one operator of the file sees the result of this one of ours.
    pub(super) fn is_alone(&self, operator: usize) -> bool {
        !self.shared.contains(&operator)
    }

    /// The layer that a flow comes from takes no more.
    pub(super) fn close(&mut self, flow: &Flow) {
        if let Some(open) = self.open.get_mut(flow.operator) {
            *open = false;
        }
    }
}
