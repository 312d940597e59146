//! The number of places that a window takes along an axis, and its checks, for sizes that only the compiler knows; the macro has the same
//! for literals, and words its messages alike.
//!
//! No function fails on any input: what is wrong is reported by a check, and until then a size is 0.

use super::checks::Message;

#[cfg(test)]
#[path = "window/tests.rs"]
mod tests;

/// From the window's first value to its last.
const fn reach(kernel: usize, dilation: usize) -> usize {
    dilation
        .saturating_mul(kernel.saturating_sub(1))
        .saturating_add(1)
}

/// `dividend / divisor`, rounded up.
const fn divide_up(dividend: usize, divisor: usize) -> usize {
    if divisor == 0 {
        0
    } else {
        dividend.div_ceil(divisor)
    }
}

/// The places of a window with `by` values of padding at either end.
#[must_use]
pub const fn window_out(
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    by: usize,
) -> usize {
    let padded = input.saturating_add(by.saturating_mul(2));
    match padded.checked_sub(reach(kernel, dilation)) {
        Some(room) if stride > 0 => (room / stride).saturating_add(1),
        _ => 0,
    }
}

/// The places of a window with Keras's padding `same`, or `causal`.
#[must_use]
pub const fn same_out(input: usize, _: usize, stride: usize, _: usize) -> usize {
    divide_up(input, stride)
}

/// The padding before the first value with Keras's padding `same`.
#[must_use]
pub const fn same_before(input: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    let last = divide_up(input, stride)
        .saturating_sub(1)
        .saturating_mul(stride);
    last.saturating_add(reach(kernel, dilation))
        .saturating_sub(input)
        / 2
}

/// The padding before the first value with Keras's padding `causal`.
#[must_use]
pub const fn causal_before(_: usize, kernel: usize, _: usize, dilation: usize) -> usize {
    reach(kernel, dilation) - 1
}

/// The axis that a transposed window makes of one, less `by` values at either end, with `extra` behind it (Keras's `output_padding`).
#[must_use]
pub const fn window_back_out_padded(
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    by: usize,
    extra: usize,
) -> usize {
    input
        .saturating_sub(1)
        .saturating_mul(stride)
        .saturating_add(reach(kernel, dilation))
        .saturating_add(extra)
        .saturating_sub(by.saturating_mul(2))
}

/// The axis that a transposed window makes of one, less `by` values at either end.
#[must_use]
pub const fn window_back_out(
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    by: usize,
) -> usize {
    // Keras without an `output_padding` leaves no gap between strides that are longer than the kernel.
    let gap = if by == 0 {
        stride.saturating_sub(reach(kernel, dilation))
    } else {
        0
    };
    window_back_out_padded(input, kernel, stride, dilation, by, gap)
}

/// The padding of a transposed window before the first value with Keras's padding `same`.
#[must_use]
pub const fn same_back_before(_: usize, kernel: usize, stride: usize, dilation: usize) -> usize {
    reach(kernel, dilation).saturating_sub(stride) / 2
}

/// The axis that a transposed window makes of one with Keras's padding `same` and an `output_padding`.
#[must_use]
pub const fn same_back_out_padded(
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    extra: usize,
) -> usize {
    input
        .saturating_sub(1)
        .saturating_mul(stride)
        .saturating_add(reach(kernel, dilation) % 2)
        .saturating_add(extra)
}

/// The padding before that goes with [`same_back_out_padded`].
#[must_use]
pub const fn same_back_before_padded(
    _: usize,
    kernel: usize,
    _: usize,
    dilation: usize,
    extra: usize,
) -> usize {
    let reach = reach(kernel, dilation);
    reach.saturating_sub((reach % 2).saturating_add(extra)) / 2
}

/// The channels of a group.
#[must_use]
pub const fn group_channels(channels: usize, groups: usize) -> usize {
    match channels.checked_div(groups) {
        Some(channels) => channels,
        None => 0,
    }
}

/// An axis with padding at both ends.
#[must_use]
pub const fn padded(size: usize, before: usize, after: usize) -> usize {
    size.saturating_add(before).saturating_add(after)
}

impl Message {
    /// `K`, or `(D*(K - 1) + 1)`.
    const fn reach(self, kernel: usize, dilation: usize) -> Self {
        if dilation == 1 {
            return self.number(kernel);
        }
        self.text("(")
            .number(dilation)
            .text("*(")
            .number(kernel)
            .text(" - 1) + 1)")
    }

    /// A product and its factors, or one number.
    const fn counted(mut self, sizes: &[usize]) -> Self {
        if sizes.len() > 1 {
            let mut i = 0;
            while i < sizes.len() {
                if i > 0 {
                    self = self.text("*");
                }
                self = self.number(sizes[i]);
                i += 1;
            }
            self = self.text(" = ");
        }
        self.number(super::product(sizes))
    }
}

/// A number is at least 1.
#[track_caller]
pub const fn check_positive(text: &str, what: &str, why: &str, number: usize) {
    if number == 0 {
        Message::new()
            .text("`")
            .text(text)
            .text("` is 0, and ")
            .text(what)
            .text(" of 0 ")
            .text(why)
            .text("; make it at least 1")
            .fail();
    }
}

/// A window fits what it slides over.
#[track_caller]
#[allow(clippy::too_many_arguments)]
pub const fn check_window(
    text: &str,
    what: &str,
    previous: &str,
    noun: &str,
    measure: &str,
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    by: usize,
) {
    // What is 0 is reported by itself.
    if input == 0
        || kernel == 0
        || stride == 0
        || dilation == 0
        || window_out(input, kernel, stride, dilation, by) > 0
    {
        return;
    }
    let reach = reach(kernel, dilation);
    let missing = reach - input.saturating_add(by.saturating_mul(2));
    // Rounded down, below zero.
    let below = divide_up(missing, stride);
    let message = Message::new()
        .text("the ")
        .text(what)
        .text(" of `")
        .text(text)
        .text("`");
    let message = if dilation > 1 && kernel > 1 {
        message.text(" with its dilation of ").number(dilation)
    } else {
        message
    };
    let message = message
        .text(" is ")
        .number(reach)
        .text(" ")
        .text(measure)
        .text(", but ")
        .text(previous)
        .text(" gives ")
        .text(noun)
        .text(" only ")
        .number(input)
        .text(" ")
        .text(measure)
        .text(": (")
        .number(input)
        .text(" + 2*")
        .number(by)
        .text(" - ")
        .reach(kernel, dilation)
        .text(") / ")
        .number(stride)
        .text(" + 1 = ");
    let message = if below > 1 {
        message.text("-").number(below - 1)
    } else {
        message.text("0")
    };
    message
        .text("; make the ")
        .text(what)
        .text(" smaller, or write `pad same`")
        .fail();
}

/// The padding of a transposed window leaves something.
#[track_caller]
#[allow(clippy::too_many_arguments)]
pub const fn check_window_back(
    text: &str,
    noun: &str,
    measure: &str,
    input: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    by: usize,
) {
    if input == 0
        || kernel == 0
        || stride == 0
        || dilation == 0
        || window_back_out(input, kernel, stride, dilation, by) > 0
    {
        return;
    }
    let all = window_back_out(input, kernel, 1, dilation, 0)
        .saturating_add((input - 1).saturating_mul(stride - 1));
    let missing = by.saturating_mul(2) - all;
    let message = Message::new()
        .text("the padding of `")
        .text(text)
        .text("` leaves nothing of ")
        .text(noun)
        .text(" ")
        .number(input)
        .text(" ")
        .text(measure)
        .text(": (")
        .number(input)
        .text(" - 1)*")
        .number(stride)
        .text(" + ")
        .reach(kernel, dilation)
        .text(" - 2*")
        .number(by)
        .text(" = ");
    let message = if missing > 0 {
        message.text("-").number(missing)
    } else {
        message.text("0")
    };
    message.text("; make it smaller").fail();
}

/// An `output_padding` leaves a transposed window its number of places.
#[track_caller]
pub const fn check_output_padding(
    text: &str,
    _: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    extra: usize,
    same: bool,
) {
    let least = if same {
        1 - reach(kernel, dilation) % 2
    } else {
        0
    };
    if stride == 0 || extra >= least && extra < stride {
        return;
    }
    let message = Message::new()
        .text("the output padding of `")
        .text(text)
        .text("` does not go with its stride of ")
        .number(stride);
    if least >= stride {
        message.text("; leave it out").fail();
    }
    let message = message.text("; write ").number(least);
    if least + 1 == stride {
        message.fail();
    }
    message.text(" to ").number(stride - 1).fail();
}

/// A pool's padding is smaller than its window.
#[track_caller]
pub const fn check_pool_padding(text: &str, size: usize, by: usize) {
    if size > 0 && by >= size {
        Message::new()
            .text("a padding of ")
            .number(by)
            .text(" is as large as the window of `")
            .text(text)
            .text("`, ")
            .number(size)
            .text(", which would find no value in it; make it less than ")
            .number(size)
            .fail();
    }
}

/// A number of groups divides channels and filters.
#[track_caller]
pub const fn check_groups(previous: &str, groups: usize, channels: usize, filters: usize) {
    if groups == 0 {
        return;
    }
    let message = Message::new().number(groups);
    let message = if !channels.is_multiple_of(groups) {
        message
            .text(" groups cannot share the ")
            .number(channels)
            .text(" channels that ")
            .text(previous)
            .text(" gives: ")
            .number(channels)
            .text(" / ")
            .number(groups)
            .text(" leaves ")
            .number(channels % groups)
    } else if !filters.is_multiple_of(groups) {
        message
            .text(" groups cannot share ")
            .number(filters)
            .text(" filters: ")
            .number(filters)
            .text(" / ")
            .number(groups)
            .text(" leaves ")
            .number(filters % groups)
    } else {
        return;
    };
    message
        .text("; write a number that divides both ")
        .number(channels)
        .text(" channels and ")
        .number(filters)
        .text(" filters")
        .fail();
}

/// A shape has as many values as come in.
#[track_caller]
pub const fn check_reshape(text: &str, stated: &[usize], previous: &str, given: &[usize]) {
    let (ours, theirs) = (super::product(stated), super::product(given));
    // A size of 0 is reported by itself.
    if ours != theirs && ours > 0 && theirs > 0 {
        Message::new()
            .text("`")
            .text(text)
            .text("` has ")
            .counted(stated)
            .text(" values, but ")
            .text(previous)
            .text(" gives ")
            .counted(given)
            .text("; write sizes whose product is ")
            .number(theirs)
            .fail();
    }
}
