//! The shape behind a statement, as the macro's own library has it.

use crate::keras::times;

/// The sizes of what `statement` gives for an input of these.
///
/// # Errors
///
/// What `network!` says of it.
pub(crate) fn after(shape: &[usize], statement: &str) -> Result<Vec<usize>, String> {
    let text = format!("input {}; {statement}", times(shape));
    let tokens = text
        .parse()
        .map_err(|_| format!("`{statement}` is no statement"))?;
    let outline = nn_syntax::outline(tokens).map_err(|messages| messages.join("; "))?;
    let sizes = outline
        .output
        .iter()
        .map(|size| usize::try_from((*size)?).ok());
    let sizes = sizes.collect::<Option<Vec<usize>>>();
    sizes
        .filter(|sizes| !sizes.is_empty())
        .ok_or_else(|| format!("what `{statement}` gives is not known"))
}
