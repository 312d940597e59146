//! A model as a declaration that can be read, and as its weights.

use crate::error::shown;
use crate::{Error, Model, Node, Problem, Tensor};
use nn_syntax::Part;
use nn_weights::{Layout, Wanted};
use std::fmt::Write as _;

/// A declaration and its weights, which fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// The text of a Rust file.
    pub declaration: String,
    /// The bytes of a safetensors file with our names.
    pub weights: Vec<u8>,
}

/// The declaration of `model` as a struct `name`, whose weights will lie at `path` from the root of its crate; `origin` is told in a comment.
///
/// # Errors
///
/// What `network!` would say of it, and tensors that are not what its layers need.
pub fn emit(model: &Model, name: &str, path: &str, origin: &str) -> Result<Emitted, Error> {
    check_name(name)?;
    let network = network(model, name);
    let parts = parts(&network)?;
    let weights = bytes(model, &parts, Layout::Native)?;
    let start = crate::start::text(model, name, &parts)?;
    let declaration = format!(
        "use nn_core::prelude::*;\n\nnetwork! {{\n    /// {}\n    #[weights({path:?})]\n    {network}\n}}\n{start}",
        origin.escape_debug()
    );
    Ok(Emitted {
        declaration,
        weights,
    })
}

/// The bytes of a safetensors file with the model's weights, in the names and orders of this library.
///
/// # Errors
///
/// What `network!` would say of the model, and layers that the library does not have.
pub fn weights(model: &Model, layout: Layout) -> Result<Vec<u8>, Error> {
    let parts = parts(&network(model, "Network"))?;
    bytes(model, &parts, layout)
}

fn bytes(model: &Model, parts: &[Part], layout: Layout) -> Result<Vec<u8>, Error> {
    let mut found = Found::default();
    found.take(&model.nodes, parts);
    if !found.problems.is_empty() {
        return Err(found.problems.into());
    }
    nn_weights::write(&found.tensors, layout).map_err(|problem| {
        Problem::of(problem.layer.unwrap_or_default(), "", problem.message).into()
    })
}

/// The struct of a model.
pub(crate) fn network(model: &Model, name: &str) -> String {
    let mut body = String::new();
    let sizes: Vec<String> = model.input.iter().map(ToString::to_string).collect();
    let _ = writeln!(body, "        input {};", sizes.join("x"));
    statements(&model.nodes, 2, &mut body);
    format!("pub struct {name} {{\n{body}    }}")
}

/// A name that a struct may have.
fn check_name(name: &str) -> Result<(), Error> {
    use proc_macro2::{TokenStream, TokenTree};
    let tokens: Vec<TokenTree> = name
        .parse::<TokenStream>()
        .map(|tokens| tokens.into_iter().collect())
        .unwrap_or_default();
    match &tokens[..] {
        [TokenTree::Ident(ident)] if *ident == name => Ok(()),
        _ => Err(Problem::of_file(format!(
            "`{}` is no name of a struct; give one such as `--name Animals`",
            shown(name)
        ))
        .into()),
    }
}

/// The layers of a declaration that has no mistakes.
pub(crate) fn parts(network: &str) -> Result<Vec<Part>, Error> {
    let tokens = network.parse().map_err(|error| {
        Problem::of_file(format!("the declaration cannot be read as Rust: {error}"))
    })?;
    let (_, parts) = nn_syntax::parts(tokens).map_err(|messages| {
        let problem = |message| Problem::of_file(format!("`network!` would say: {message}"));
        messages.into_iter().map(problem).collect::<Vec<_>>()
    })?;
    Ok(parts)
}

/// One line for each layer, its name in the file behind it.
fn statements(nodes: &[Node], depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth);
    for node in nodes {
        let word = node.statement.split_whitespace().next();
        let source = if node.source.is_empty() || word == Some(&node.source) {
            String::new()
        } else {
            format!(" // {}", shown(&node.source))
        };
        if node.bodies.is_empty() {
            let _ = writeln!(text, "{indent}{};{source}", node.statement);
            continue;
        }
        let _ = writeln!(text, "{indent}{} {{{source}", node.statement);
        match &node.bodies[..] {
            [body] if node.statement == "residual" => statements(body, depth + 1, text),
            bodies => {
                for body in bodies {
                    if body.is_empty() {
                        let _ = writeln!(text, "{indent}    {{}}");
                        continue;
                    }
                    let _ = writeln!(text, "{indent}    {{");
                    statements(body, depth + 2, text);
                    let _ = writeln!(text, "{indent}    }}");
                }
            }
        }
        let _ = writeln!(text, "{indent}}}");
    }
}

/// The tensors of the declaration's layers, and what is wrong with them.
#[derive(Default)]
struct Found<'a> {
    tensors: Vec<(Wanted, &'a [f32])>,
    problems: Vec<Problem>,
}

impl<'a> Found<'a> {
    fn take(&mut self, nodes: &'a [Node], parts: &[Part]) {
        if nodes.len() != parts.len() {
            let message = format!("{} layers became {}", nodes.len(), parts.len());
            self.problems.push(Problem::of_file(message));
            return;
        }
        for (node, part) in nodes.iter().zip(parts) {
            self.take_tensors(node, part);
            let bodies = || node.bodies.iter().filter(|body| !body.is_empty());
            if bodies().count() == part.branches.len() {
                for (body, branch) in bodies().zip(&part.branches) {
                    self.take(body, branch);
                }
            } else {
                let message = "its branches became others".to_owned();
                self.problems
                    .push(Problem::of(&node.source, &part.text, message));
            }
        }
    }

    /// Of one layer, one mistake is told: sizes that are wrong are those of kernel and bias alike.
    fn take_tensors(&mut self, node: &'a Node, part: &Part) {
        let before = self.problems.len();
        let mut fault = |message| {
            if self.problems.len() == before {
                let problem = Problem::of(&node.source, &part.text, message);
                self.problems.push(problem);
            }
        };
        let mut left: Vec<&Tensor> = node.tensors.iter().collect();
        for wanted in &part.tensors {
            let path = wanted.path();
            let Some(at) = left.iter().position(|tensor| is(&path, tensor)) else {
                let has: Vec<&str> = node.tensors.iter().map(|tensor| &*tensor.name).collect();
                fault(format!(
                    "the file has no `{path}`, only: {}",
                    shown(&has.join(", "))
                ));
                continue;
            };
            let tensor = left.swap_remove(at);
            let axes: Vec<usize> = wanted.axes.iter().map(|axis| axis.unwrap_or(0)).collect();
            if tensor.shape != axes {
                fault(format!(
                    "`{path}` has the shape {:?} in the file, but `{}` needs {axes:?}",
                    tensor.shape, part.text
                ));
            } else if tensor.values.len() != axes.iter().product::<usize>() {
                fault(format!(
                    "`{path}` of shape {axes:?} has {} values",
                    tensor.values.len()
                ));
            } else if let Some(at) = tensor.values.iter().position(|value| !value.is_finite()) {
                fault(format!(
                    "value {at} of `{path}` is {}; train the network anew, with a lower learning rate",
                    tensor.values.get(at).copied().unwrap_or(f32::NAN)
                ));
            } else {
                self.tensors.push((wanted.clone(), &tensor.values));
            }
        }
        for tensor in left {
            fault(format!(
                "the file has `{}` {:?}, which `{}` does not take",
                shown(&tensor.name),
                tensor.shape,
                part.text
            ));
        }
    }
}

/// Whether `path` ends in the tensor's name.
fn is(path: &str, tensor: &Tensor) -> bool {
    path.strip_suffix(tensor.name.as_str())
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
