//! `x * (1 + erf(x / sqrt(2))) / 2`, which exporters write out for versions of ONNX that have no `Gelu`.

use super::constant::Constant;
use super::proto::{GraphProto, NodeProto};
use std::collections::HashMap;
use std::f32::consts::FRAC_1_SQRT_2;

/// The value that a product is the `gelu` of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gelu<'a> {
    pub(super) input: &'a str,
}

/// The deepest product that is looked into.
const DEEPEST: usize = 4;

struct Search<'a> {
    makers: HashMap<&'a str, &'a NodeProto>,
    numbers: HashMap<&'a str, f32>,
}

/// All products that are one, by their names.
pub(super) fn find(graph: &GraphProto) -> HashMap<&str, Gelu<'_>> {
    let mut found = HashMap::new();
    if !graph.node.iter().any(|node| node.op_type == "Erf") {
        return found;
    }
    let mut search = Search {
        makers: HashMap::new(),
        numbers: HashMap::new(),
    };
    for node in &graph.node {
        if let [name] = &node.output[..] {
            search.makers.insert(name, node);
            let value = node
                .attribute
                .iter()
                .find(|attribute| attribute.name == "value");
            if let Some(tensor) = value
                .and_then(|value| value.t.as_ref())
                .filter(|_| node.op_type == "Constant")
            {
                search.note(name, Constant::of(tensor).ok());
            }
        }
    }
    for tensor in graph
        .initializer
        .iter()
        .filter(|tensor| tensor.dims.iter().all(|dim| *dim == 1))
    {
        search.note(&tensor.name, Constant::of(tensor).ok());
    }
    for node in &graph.node {
        let [name] = &node.output[..] else { continue };
        if let Some(input) = search.gelu(name) {
            found.insert(name.as_str(), Gelu { input });
        }
    }
    found
}

impl<'a> Search<'a> {
    fn note(&mut self, name: &'a str, constant: Option<Constant>) {
        if let Some(number) = constant.and_then(|constant| constant.scalar()) {
            self.numbers.insert(name, number);
        }
    }

    fn gelu(&self, name: &'a str) -> Option<&'a str> {
        let (mut factors, mut number) = (Vec::new(), 1.0);
        self.factors(name, 0, &mut number, &mut factors)?;
        let [a, b] = factors[..] else { return None };
        let (x, sum) = if self.erf(b).is_some() {
            (a, b)
        } else {
            (b, a)
        };
        let inside = self.erf(sum)?;
        let (mut inner, mut scale) = (Vec::new(), 1.0);
        self.factors(inside, 0, &mut scale, &mut inner)?;
        let is = |value: f32, wanted: f32| (value - wanted).abs() < 1e-6;
        (inner == [x] && is(scale, FRAC_1_SQRT_2) && is(number, 0.5)).then_some(x)
    }

    /// The argument of `erf` in `1 + erf(…)`.
    fn erf(&self, name: &str) -> Option<&'a str> {
        let sum = self.makers.get(name).filter(|node| node.op_type == "Add")?;
        let [a, b] = &sum.input[..] else { return None };
        let one = |name: &str| self.numbers.get(name) == Some(&1.0);
        let other = if one(a) {
            b
        } else if one(b) {
            a
        } else {
            return None;
        };
        let erf = self
            .makers
            .get(other.as_str())
            .filter(|node| node.op_type == "Erf")?;
        erf.input.first().map(String::as_str)
    }

    /// A product as a number and what is not one.
    fn factors(
        &self,
        name: &'a str,
        depth: usize,
        number: &mut f32,
        factors: &mut Vec<&'a str>,
    ) -> Option<()> {
        if let Some(factor) = self.numbers.get(name) {
            *number *= factor;
            return Some(());
        }
        let maker = self.makers.get(name).filter(|_| depth < DEEPEST);
        match maker.map(|node| (node.op_type.as_str(), &node.input[..])) {
            Some(("Mul", [a, b])) => {
                self.factors(a, depth + 1, number, factors)?;
                self.factors(b, depth + 1, number, factors)?;
            }
            Some(("Div", [a, b])) if self.numbers.contains_key(b.as_str()) => {
                *number /= self.numbers.get(b.as_str())?;
                self.factors(a, depth + 1, number, factors)?;
            }
            _ => factors.push(name),
        }
        Some(())
    }
}
