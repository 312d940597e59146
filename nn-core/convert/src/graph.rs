//! Operators that feed each other, as layers one after another with blocks where several paths meet.

use crate::{Node, Problem};

/// The deepest nesting of blocks; no network that people draw comes near.
const DEEPEST: usize = 24;

/// The work of an operator.
#[derive(Clone, Debug)]
pub enum Step {
    /// Gives the network's input.
    Input,
    /// One layer of ours on its one input.
    Layer(Node),
    /// Adds its inputs.
    Add,
    /// Multiplies its inputs value by value.
    Multiply,
    /// Joins its inputs' channels.
    Concat,
    /// Hands on its one input.
    Nothing,
}

/// An operator with the places of those that feed it.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Its name in the file.
    pub name: String,
    /// Its kind in the file.
    pub kind: String,
    /// Its work.
    pub step: Step,
    /// The operators whose results it takes, by their places in the list.
    pub inputs: Vec<usize>,
}

/// The layers from the network's input to what operator `output` gives; operators that it does not need are left out.
///
/// # Errors
///
/// Operators that feed each other as no block can say, by their names.
pub fn layers(operators: &[Operator], output: usize) -> Result<Vec<Node>, Vec<Problem>> {
    let order = sorted(operators, output)?;
    let mut graph = Graph {
        operators,
        meets: vec![None; operators.len()],
        used: vec![false; operators.len()],
    };
    graph.check(&order)?;
    let input = graph.find_meets(&order);
    let Some(input) = input else {
        return Err(vec![Problem::of_file(
            "nothing leads from the input to the output",
        )]);
    };
    graph
        .between(input, output, 0)
        .map_err(|problem| vec![problem])
}

/// The operators that `output` needs, each behind those that feed it.
fn sorted(operators: &[Operator], output: usize) -> Result<Vec<usize>, Vec<Problem>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut seen = vec![Seen::No; operators.len()];
    let mut order = Vec::new();
    // An operator, and whether what feeds it is done.
    let mut stack = vec![(output, false)];
    while let Some((at, fed)) = stack.pop() {
        let (Some(operator), Some(state)) = (operators.get(at), seen.get_mut(at)) else {
            return Err(vec![Problem::of_file(
                "an operator takes the result of one that is not there",
            )]);
        };
        match (*state, fed) {
            (Seen::Open, true) => {
                *state = Seen::Done;
                order.push(at);
            }
            (Seen::Open, false) => {
                return Err(vec![Problem::of(
                    &operator.name,
                    &operator.kind,
                    "it feeds itself, which only recurrent layers can say",
                )]);
            }
            (Seen::No, _) => {
                *state = Seen::Open;
                stack.push((at, true));
                // One that is open here and comes again below is a circle; one that is only waiting is not open.
                stack.extend(operator.inputs.iter().map(|input| (*input, false)));
            }
            (Seen::Done, _) => {}
        }
    }
    Ok(order)
}

struct Graph<'a> {
    operators: &'a [Operator],
    /// For each operator the last one before it that every path to it goes through, and how many there are before that.
    meets: Vec<Option<(usize, usize)>>,
    /// Whether it is in the result already.
    used: Vec<bool>,
}

impl Graph<'_> {
    /// Every operator has as many inputs as it can take, and there is one that gives the network's.
    fn check(&self, order: &[usize]) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        let mut inputs = 0;
        for operator in order.iter().filter_map(|at| self.operators.get(*at)) {
            let count = operator.inputs.len();
            let wrong = match operator.step {
                Step::Input => {
                    inputs += 1;
                    count != 0
                }
                Step::Layer(_) | Step::Nothing => count != 1,
                Step::Add | Step::Multiply | Step::Concat => count == 0,
            };
            if wrong {
                let message = format!("it takes {count} inputs, which no layer of ours does");
                problems.push(Problem::of(&operator.name, &operator.kind, message));
            }
        }
        if inputs > 1 {
            problems.push(Problem::of_file(format!(
                "it has {inputs} inputs, and a network has one; join them before it"
            )));
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// Fills `meets`; gives the operator of the input.
    fn find_meets(&mut self, order: &[usize]) -> Option<usize> {
        let mut first = None;
        for at in order {
            let inputs = &self.operators.get(*at)?.inputs;
            let mut found: Option<usize> = None;
            for input in inputs {
                found = Some(match found {
                    None => *input,
                    Some(other) => self.common(other, *input)?,
                });
            }
            let depth = match found {
                Some(found) => self.depth(found) + 1,
                None => {
                    first = Some(*at);
                    0
                }
            };
            *self.meets.get_mut(*at)? = Some((found.unwrap_or(*at), depth));
        }
        first
    }

    fn depth(&self, at: usize) -> usize {
        self.meets
            .get(at)
            .copied()
            .flatten()
            .map_or(0, |(_, depth)| depth)
    }

    /// The last operator that every path to either goes through.
    fn common(&self, mut a: usize, mut b: usize) -> Option<usize> {
        while a != b {
            if self.depth(a) < self.depth(b) {
                std::mem::swap(&mut a, &mut b);
            }
            let (before, depth) = self.meets.get(a).copied().flatten()?;
            if depth == 0 {
                return None;
            }
            a = before;
        }
        Some(a)
    }

    /// The layers behind `from` up to `to`.
    fn between(&mut self, from: usize, to: usize, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut nodes = Vec::new();
        let mut at = to;
        while at != from {
            let (operator, used) = match (self.operators.get(at), self.used.get_mut(at)) {
                (Some(operator), Some(used)) => (operator, used),
                _ => return Err(Problem::of_file("an operator is not there")),
            };
            let fault = |message: &str| Problem::of(&operator.name, &operator.kind, message);
            if std::mem::replace(used, true) {
                return Err(fault(
                    "its result goes to several layers that meet in no one place, which blocks cannot say",
                ));
            }
            let meet = self.meets.get(at).copied().flatten();
            let Some((before, _)) = meet.filter(|(before, _)| *before != at) else {
                return Err(fault("no path from the input leads here"));
            };
            match &operator.step {
                Step::Input => return Err(fault("an input in the middle of the network")),
                Step::Nothing => {}
                Step::Layer(node) => nodes.push(node.clone()),
                Step::Add | Step::Multiply | Step::Concat => {
                    if depth == DEEPEST {
                        return Err(fault("its blocks are nested too deeply"));
                    }
                    nodes.extend(self.join(operator, before, depth)?);
                }
            }
            at = before;
        }
        nodes.reverse();
        Ok(nodes)
    }

    /// The block that ends at `operator` and begins behind `from`; none if there is nothing to join.
    fn join(
        &mut self,
        operator: &Operator,
        from: usize,
        depth: usize,
    ) -> Result<Option<Node>, Problem> {
        if let [_] = operator.inputs[..] {
            return Ok(None);
        }
        let bodies = operator
            .inputs
            .iter()
            .map(|input| self.between(from, *input, depth + 1))
            .collect::<Result<Vec<_>, _>>()?;
        let word = match operator.step {
            Step::Multiply => "multiply",
            Step::Concat => "concat",
            _ => "add",
        };
        let (straight, layers): (Vec<_>, Vec<_>) = bodies.iter().partition(|body| body.is_empty());
        let residual = word == "add" && straight.len() == 1 && layers.len() == 1;
        Ok(Some(Node {
            source: operator.name.clone(),
            statement: if residual { "residual" } else { word }.to_owned(),
            tensors: Vec::new(),
            bodies: if residual {
                layers.into_iter().cloned().collect()
            } else {
                bodies
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(text: &str) -> Result<Vec<Node>, Vec<Problem>> {
        let mut names: Vec<&str> = Vec::new();
        let mut operators = Vec::new();
        for line in text.split(';') {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap();
            let inputs: Vec<usize> = words
                .map(|word| names.iter().position(|name| *name == word).unwrap_or(99))
                .collect();
            let step = match &name[..1] {
                "+" => Step::Add,
                "*" => Step::Multiply,
                "c" => Step::Concat,
                "i" | "j" => Step::Input,
                "n" => Step::Nothing,
                _ => Step::Layer(Node::new(name, name)),
            };
            names.push(name);
            operators.push(Operator {
                name: name.to_owned(),
                kind: "Kind".to_owned(),
                step,
                inputs,
            });
        }
        layers(&operators, operators.len() - 1)
    }

    fn text(nodes: &[Node]) -> String {
        let node = |node: &Node| {
            let bodies: String = node
                .bodies
                .iter()
                .map(|body| format!("{{{}}}", text(body)))
                .collect();
            format!("{}{bodies};", node.statement)
        };
        nodes.iter().map(node).collect()
    }

    fn said(source: &str) -> String {
        text(&graph(source).unwrap())
    }

    fn refused(source: &str) -> String {
        graph(source).unwrap_err()[0].to_string()
    }

    #[test]
    fn chains_and_blocks() {
        assert_eq!(said("i;a i;n a;b n"), "a;b;");
        assert_eq!(said("i;a i;b a;+ b a;d +"), "a;residual{b;};d;");
        assert_eq!(said("i;a i;b i;+ a b"), "add{a;}{b;};");
        assert_eq!(said("i;a i;b i;c a b i"), "concat{a;}{b;}{};");
        assert_eq!(
            said("i;a i;b a;+1 b a;d +1;*2 d i"),
            "multiply{a;residual{b;};d;}{};"
        );
        assert_eq!(said("i;a i;dead i;b a;* a b"), "a;multiply{}{b;};");
        assert_eq!(said("i;a i;+ a a"), "a;add{}{};");
    }

    #[test]
    fn what_no_block_says_is_an_error() {
        assert!(
            refused("i;a i;b i;+1 a b;+2 +1 b")
                .contains("`b` (Kind): its result goes to several layers")
        );
        assert!(refused("i;j;+ i j").contains("it has 2 inputs"));
        assert!(refused("i;a i;b a missing").contains("not there"));
        assert!(refused("i;a i;b a a").contains("`b` (Kind): it takes 2 inputs"));
    }
}
