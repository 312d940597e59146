//! Checks of what the macro cannot see, while the user's crate is compiled; each panic is a compile error on the token that
//! the macro gave the call.

use super::sizes::Dims;

/// A message put together at compile time.
pub(super) struct Message {
    bytes: [u8; 400],
    len: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; 400],
            len: 0,
        }
    }

    const fn byte(mut self, byte: u8) -> Self {
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
        self
    }

    pub(super) const fn text(mut self, text: &str) -> Self {
        let mut i = 0;
        while i < text.len() {
            self = self.byte(text.as_bytes()[i]);
            i += 1;
        }
        self
    }

    pub(super) const fn number(mut self, number: usize) -> Self {
        let mut scale = 1;
        while number / scale >= 10 {
            scale *= 10;
        }
        while scale > 0 {
            self = self.byte(b'0' + (number / scale % 10) as u8);
            scale /= 10;
        }
        self
    }

    pub(super) const fn dims(mut self, dims: &[usize]) -> Self {
        let mut i = 0;
        while i < dims.len() {
            if i > 0 {
                self = self.text("x");
            }
            self = self.number(dims[i]);
            i += 1;
        }
        self
    }

    const fn shape(self, dims: Dims) -> Self {
        if dims.positions == 1 {
            self.number(dims.channels)
        } else {
            self.number(dims.positions).text("x").number(dims.channels)
        }
    }

    /// The compile error.
    #[track_caller]
    #[allow(clippy::panic, reason = "only runs in the compiler")]
    pub(super) const fn fail(&self) -> ! {
        let (text, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("this size does not fit"),
        }
    }
}

/// A size is at least 1.
#[track_caller]
pub const fn check_size(text: &str, what: &str, size: usize) {
    if size == 0 {
        Message::new()
            .text("`")
            .text(text)
            .text("` is 0, and a size of 0 ")
            .text(what)
            .text(" leaves nothing; make it at least 1")
            .fail();
    }
}

/// An activation that makes a row of values sum to one is given a row; of one value it is `always` the same.
#[track_caller]
pub const fn check_row(word: &str, always: &str, given: Option<Dims>) {
    if let Some(given) = given
        && given.channels == 1
    {
        Message::new()
            .text("`")
            .text(word)
            .text("` of one value is always ")
            .text(always)
            .text(", and nothing is learnt; write `sigmoid`, for a yes or no (`BinaryCrossentropy`), or one output for each class: 2 and `")
            .text(word)
            .text("`")
            .fail();
    }
}

/// The inputs that a layer states are those it gets.
#[track_caller]
pub const fn check_same(text: &str, stated: usize, previous: &str, given: usize, fix: &str) {
    // A size of 0 is reported where it was made.
    if stated != given && given > 0 {
        Message::new()
            .text("`")
            .text(text)
            .text("` takes ")
            .number(stated)
            .text(" inputs, but ")
            .text(previous)
            .text(" gives ")
            .number(given)
            .text("; write `")
            .text(fix)
            .text("` to infer it")
            .fail();
    }
}

/// So many values can be addressed.
#[track_caller]
pub const fn check_product(text: &str, sizes: &[usize]) {
    let mut bytes = size_of::<f32>();
    let mut i = 0;
    while i < sizes.len() {
        bytes = match bytes.checked_mul(sizes[i]) {
            Some(bytes) if bytes <= isize::MAX as usize => bytes,
            _ => Message::new()
                .text("`")
                .text(text)
                .text("` would need more values than this machine can address; make it smaller")
                .fail(),
        };
        i += 1;
    }
}

/// A dropout rate is at least 0 and below 1.
#[track_caller]
#[allow(clippy::panic, reason = "only runs in the compiler")]
pub const fn check_rate(text: &str, rate: f64) {
    if !(rate >= 0.0 && rate < 1.0) {
        Message::new()
            .text("a dropout rate is at least 0 and below 1, but `")
            .text(text)
            .text("` is not; make it the fraction to drop, such as `0.25`")
            .fail();
    }
}

/// The momentum of a batch normalisation is a share.
#[track_caller]
pub const fn check_momentum(text: &str, momentum: f64, fix: &str) {
    if !(momentum >= 0.0 && momentum <= 1.0) {
        Message::new()
            .text("a momentum is at least 0 and at most 1, but `")
            .text(text)
            .text("` is not; ")
            .text(fix)
            .fail();
    }
}

/// An epsilon keeps a divisor from being zero, so it must not be zero as an `f32`.
#[track_caller]
pub const fn check_epsilon(text: &str, epsilon: f64) {
    if !(epsilon as f32 > 0.0 && epsilon as f32 <= f32::MAX) {
        Message::new()
            .text("an epsilon is above 0, but `")
            .text(text)
            .text("` is not; make it a small number, such as `1e-5`")
            .fail();
    }
}

/// The sizes that `output` states are those that the last layer gives.
#[track_caller]
pub const fn check_output(stated: usize, previous: &str, given: usize) {
    if stated != given && given > 0 {
        Message::new()
            .text("`output` states ")
            .number(stated)
            .text(", but ")
            .text(previous)
            .text(" gives ")
            .number(given)
            .text("; write ")
            .number(given)
            .text(" or change the layer")
            .fail();
    }
}

/// Checks that a layer gives a vector.
#[track_caller]
pub const fn check_vector(word: &str, previous: &str, given: Option<Dims>) {
    if let Some(given) = given
        && given.positions > 1
    {
        Message::new()
            .text("`")
            .text(word)
            .text("` takes a vector, but ")
            .text(previous)
            .text(" gives ")
            .shape(given)
            .text("; write `flatten;` before it, or `each ")
            .text(word)
            .text(" …` to apply it to each step")
            .fail();
    }
}

/// Checks that an embedding gets one index at each step.
#[track_caller]
pub const fn check_one_index(previous: &str, features: usize) {
    if features > 1 {
        Message::new()
            .text("`embedding` takes one index at each step, but ")
            .text(previous)
            .text(" gives ")
            .number(features)
            .text(" values; make it 1")
            .fail();
    }
}

/// Checks that a layer gives a vector of indices, or one index at each step.
#[track_caller]
pub const fn check_indices(previous: &str, given: Option<Dims>) {
    if let Some(given) = given
        && given.positions != 1
    {
        check_one_index(previous, given.channels);
    }
}

/// Checks that a layer makes a vector of each step.
#[track_caller]
pub const fn check_each(text: &str, given: Option<Dims>) {
    if let Some(given) = given
        && given.positions != 1
    {
        Message::new()
            .text("`each` takes a layer that makes a vector of each step, but `")
            .text(text)
            .text("` makes ")
            .shape(given)
            .text(" of it; write it without `each`, or another layer")
            .fail();
    }
}

/// A layer of the user's takes what the layer before gives; `text_given` is that in words, if the macro knows them.
#[track_caller]
pub const fn check_fits(
    text: &str,
    previous: &str,
    text_given: &str,
    taken: Option<Dims>,
    given: Option<Dims>,
) {
    let (Some(taken), Some(given)) = (taken, given) else {
        return;
    };
    // A size of 0 is reported where it was made.
    let nothing = given.positions == 0 || given.channels == 0;
    if nothing || (taken.positions == given.positions && taken.channels == given.channels) {
        return;
    }
    let message = Message::new()
        .text("`")
        .text(text)
        .text("` takes an input of ")
        .shape(taken)
        .text(", but ")
        .text(previous)
        .text(" gives ");
    let message = if text_given.is_empty() {
        message.shape(given)
    } else {
        message.text(text_given)
    };
    if taken.positions == 1 && taken.channels == given.channels.saturating_mul(given.positions) {
        message.text("; write `flatten;` between them").fail();
    }
    message
        .text("; put a layer between them that gives ")
        .shape(taken)
        .fail();
}

/// An augmentation of images of this height and width fits inputs of so many pixels of so many channels.
#[track_caller]
pub const fn check_image(height: usize, width: usize, channels: usize, pixels: usize) {
    if matches!(height.checked_mul(width), Some(product) if product == pixels) {
        return;
    }
    let message = Message::new()
        .text("`Augment::<")
        .number(height)
        .text(", ")
        .number(width)
        .text(">` is for images of ")
        .number(height)
        .text("x")
        .number(width)
        .text(" pixels, but the network's input has ");
    if pixels == 1 {
        message
            .text("no pixels, it is a vector of ")
            .number(channels)
            .text("; declare it as an image, `input ")
            .number(height)
            .text("x")
            .number(width)
            .text("x1; flatten;`, or use `GaussianNoise`")
            .fail();
    }
    message
        .number(pixels)
        .text("; write the height and width of the network's `input HEIGHTxWIDTHxCHANNELS`")
        .fail();
}
