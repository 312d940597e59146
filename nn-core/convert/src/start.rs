//! The state before the first step, as a function beside the network.

use crate::{Model, Problem, Start};
use nn_syntax::Part;
use std::fmt::Write as _;

/// Numbers on a line.
const ROW: usize = 6;

/// `impl NAME { pub fn start() … }`; nothing if the network begins with zeros.
pub(crate) fn text(model: &Model, name: &str, parts: &[Part]) -> Result<String, Problem> {
    let mut statements = String::new();
    for start in &model.starts {
        let part = parts.get(start.node);
        let field = part.map_or("", |part| part.field.as_str());
        let units = part.and_then(|part| part.output.last().copied().flatten());
        let fits = |values: &[f32]| u64::try_from(values.len()).ok() == units;
        let Start { hidden, cell, .. } = start;
        if !fits(hidden) || !cell.is_empty() && !fits(cell) {
            let message = format!("its start has {} and {} values", hidden.len(), cell.len());
            return Err(Problem::of(field, "", message));
        }
        statement(&format!("{field}.hidden"), hidden, &mut statements);
        if !cell.is_empty() {
            statement(&format!("{field}.cell"), cell, &mut statements);
        }
    }
    if statements.is_empty() {
        return Ok(String::new());
    }
    Ok(format!(
        "\nimpl {name} {{\n    /// The state before the first step, which `step` begins with: the file has one, and `predict` begins with zeros.\n    \
         #[must_use]\n    pub fn start() -> State<Self> {{\n        let mut state = State::<Self>::new();\n        \
         let layers = state.layers_mut();\n{statements}        state\n    }}\n}}\n"
    ))
}

fn statement(place: &str, values: &[f32], text: &mut String) {
    let _ = writeln!(text, "        layers.{place}.copy_from_slice(&[");
    for row in values.chunks(ROW) {
        let row: Vec<String> = row.iter().map(|value| format!("{value:?}")).collect();
        let _ = writeln!(text, "            {},", row.join(", "));
    }
    text.push_str("        ]);\n");
}
