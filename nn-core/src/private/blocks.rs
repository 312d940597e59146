//! Whether the branches of a block go together, where only the compiler knows their shapes.

use super::checks::Message;

/// The body of a residual gives what it takes.
#[track_caller]
pub const fn check_residual(given: &[usize], taken: &[usize]) {
    if !agree(given, taken, false) {
        Message::new()
            .text("`residual` adds its input to what its layers give, but the input is ")
            .dims(taken)
            .text(" and they give ")
            .dims(given)
            .text("; make the last layer give ")
            .dims(taken)
            .fail();
    }
}

/// Branch `n` of `word` goes with the first.
#[track_caller]
pub const fn check_branch(word: &str, n: usize, given: &[usize], first: &[usize], joins: bool) {
    if agree(given, first, joins) {
        return;
    }
    let message = Message::new()
        .text("branch ")
        .number(n)
        .text(" of `")
        .text(word)
        .text("` gives ")
        .dims(given)
        .text(", but branch 1 gives ")
        .dims(first);
    if joins {
        message
            .text("; it joins the last axis, and the others must agree")
            .fail();
    }
    message.text("; make them give the same").fail();
}

/// Whether two shapes are the same, but for the channels if they are joined.
///
/// Of what a layer of the user's gives only positions and channels are known: an image is as good as a sequence of its pixels. A type that
/// is no layer gives nothing, and is reported for that, as a size of 0 is.
const fn agree(a: &[usize], b: &[usize], joins: bool) -> bool {
    if is_nothing(a) || is_nothing(b) {
        return true;
    }
    let mut i = 0;
    if a.len() == b.len() {
        while i < a.len() {
            if a[i] != b[i] && !(joins && i + 1 == a.len()) {
                return false;
            }
            i += 1;
        }
        return true;
    }
    let (a_positions, a_channels) = positions_and_channels(a);
    let (b_positions, b_channels) = positions_and_channels(b);
    a_positions == b_positions && (joins || a_channels == b_channels)
}

/// Whether there are no sizes, or one is 0.
const fn is_nothing(dims: &[usize]) -> bool {
    dims.is_empty() || super::product(dims) == 0
}

const fn positions_and_channels(dims: &[usize]) -> (usize, usize) {
    let (mut positions, mut channels, mut i) = (1_usize, 1, 0);
    while i < dims.len() {
        positions = positions.saturating_mul(if i == 0 { 1 } else { channels });
        channels = dims[i];
        i += 1;
    }
    (positions, channels)
}
