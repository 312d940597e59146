//! A `network!`, and how its parameters go by in the file.

use super::{Planned, Reason};
use crate::case::Case;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A network, its trained parameters in the order in which it shows them, its statistics.
pub struct Declaration {
    statements: String,
    layers: usize,
    /// Axes of a sample between its layers: 1 is a vector, 2 a sequence, 3 an image.
    pub rank: usize,
    parameters: String,
    statistics: String,
    /// The layers that are recurrent, if a stream can go through all of them.
    pub memories: Option<Vec<usize>>,
    /// In what order the axes of the file's inputs and outputs come here; empty if as they are.
    pub axes: [Vec<usize>; 2],
}

impl Declaration {
    /// `shape` is that of one sample.
    pub fn new(shape: &[usize]) -> Self {
        let sizes = shape.iter().map(usize::to_string).collect::<Vec<_>>();
        Self {
            statements: format!("input {}; ", sizes.join("x")),
            layers: 0,
            rank: shape.len(),
            parameters: String::new(),
            statistics: String::new(),
            memories: None,
            axes: [Vec::new(), Vec::new()],
        }
    }

    /// Adds a layer and returns its field. Empty words are left out.
    pub fn layer(&mut self, words: &[&str]) -> String {
        let field = format!("layer{}", self.layers);
        self.layers += 1;
        let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
        let _ = write!(self.statements, "{field}: {}; ", words.join(" "));
        field
    }

    /// The library's `field` goes by `name` in the file.
    pub fn parameter(&mut self, field: &str, name: &str) {
        self.parameter_of(field, &[name], "Join::Sum", &[]);
    }

    /// The library's `field` is made of the file's `names`, each after some `steps`.
    pub fn parameter_of(&mut self, field: &str, names: &[&str], join: &str, steps: &[String]) {
        let _ = write!(
            self.parameters,
            "Parameter {{ field: {field:?}, names: &{names:?}, join: {join}, steps: &[{}] }}, ",
            steps.join(", ")
        );
    }

    /// A running figure that training changes but no optimiser: `name` in the file, `field` of layer `layer` here.
    pub fn statistic(&mut self, name: &str, layer: &str, field: &str) {
        let _ = write!(
            self.statistics,
            "({name:?}, as_mut_slice(&mut net.{layer}.{field})), "
        );
    }

    /// A module `name` with the network, its `SPEC` and, if it can be streamed, its `memories`; nothing of that if the macro
    /// refuses the network.
    pub fn module(&self, name: &str) -> Planned<String> {
        match refused(&self.statements) {
            None => {}
            // A layer that the library does not have.
            Some(message) if message.starts_with("unknown layer") => {
                let (message, _) = message.split_once(';').unwrap_or((&message, ""));
                return Err(Reason::NotYet(message.into()));
            }
            Some(message) => {
                let statements = self.statements.trim_end();
                return Err(Reason::Malformed(format!(
                    "`{statements}` is refused: {message}"
                )));
            }
        }
        let (parameters, statements) = (&self.parameters, &self.statements);
        let [x, y] = &self.axes;
        let statistics = &self.statistics;
        let unused = if statistics.is_empty() { "_" } else { "net" };
        let memories = self.memories();
        Ok(format!(
            "mod {name} {{ use super::*; network! {{ pub struct Net {{ {statements}}} }} \
             fn statistics({unused}: &mut Net) -> Statistics<'_> {{ vec![{statistics}] }} {memories}\
             pub const SPEC: Spec<Net> = Spec {{ parameters: &[{parameters}], statistics, x: &{x:?}, y: &{y:?} }}; }}\n"
        ))
    }
}

impl Declaration {
    /// The states of the recurrent layers within the state of the network.
    fn memories(&self) -> String {
        let Some(layers) = &self.memories else {
            return String::new();
        };
        let memory = |layer: &usize| {
            let state = format!("state.layer{layer}");
            format!("[as_mut_slice(&mut {state}.hidden), as_mut_slice(&mut {state}.cell)], ")
        };
        let list: String = layers.iter().map(memory).collect();

        format!(
            "pub fn memories(state: &mut State<Net>) -> Memories<'_> {{ \
             let state = state.layers_mut(); vec![{list}] }} "
        )
    }
}

/// The macro's first message about a network, if it has one.
fn refused(statements: &str) -> Option<String> {
    match format!("pub struct Net {{ {statements}}}").parse() {
        Ok(tokens) => nn_syntax::outline(tokens).err()?.into_iter().next(),
        Err(error) => Some(format!("`{statements}`: {error}")),
    }
}

/// The name of a case's module: its letters and digits.
pub fn module(case: &Case) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    case.name.chars().map(plain).collect()
}

/// The names of the parameters in the file. Each must be asked for.
pub struct Names<'a> {
    case: &'a Case,
    asked: RefCell<BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    pub fn new(case: &'a Case) -> Self {
        Self {
            case,
            asked: RefCell::default(),
        }
    }

    /// The parameter that begins with `prefix` and whose last part is `field`: `lstm_cell/kernel`, `layer0.kernel`.
    pub fn get(&self, prefix: &str, field: &str) -> Option<&'a str> {
        let names = self.case.keys(&["params"]).into_iter();
        let mut found = names.filter(|name| {
            let last = name.rsplit(['/', '.']).next();
            name.starts_with(prefix) && last == Some(field)
        });
        let name = found.next()?;
        self.asked.borrow_mut().insert(name);
        Some(name)
    }

    pub fn find(&self, prefix: &str, field: &str) -> Planned<&'a str> {
        let name = self.get(prefix, field);
        name.ok_or_else(|| Reason::Malformed(format!("`params` has no `{field}` after `{prefix}`")))
    }

    /// The shape of a parameter.
    pub fn shape(&self, name: &str) -> Planned<Vec<usize>> {
        Ok(self.case.tensor(&["params", name])?.shape)
    }

    /// Fails if there is a parameter that nobody asked for.
    pub fn finish(&self) -> Planned<()> {
        let asked = self.asked.borrow();
        let mut names = self.case.keys(&["params"]).into_iter();
        match names.find(|name| !asked.contains(name)) {
            Some(name) => Err(Reason::NotYet(format!("the parameter `{name}`"))),
            None => Ok(()),
        }
    }
}
