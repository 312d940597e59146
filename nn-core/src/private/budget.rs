//! The limits of a `budget`, held while the user's crate is compiled; each panic is a compile error on the limit.
//!
//! Beside the two figures a message has the heaviest layer and what to write: fewer units in the layer that has to lose the smallest part of
//! its own, or the limit that would do. Of layers whose cost grows faster than their units (recurrent ones), the proportional part is counted
//! as saved, so that what is advised fits.

use super::checks::Message;
use crate::layer::Train;
use crate::network::Row;
use crate::optim::Optimizer;
use crate::train::Trainer;

/// A figure of a network that can be limited.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figure {
    Flash,
    Ram,
    Macs,
}

impl Figure {
    const fn word(self) -> &'static str {
        match self {
            Self::Flash => "flash",
            Self::Ram => "ram",
            Self::Macs => "macs",
        }
    }

    /// The thing that is counted.
    const fn what(self) -> &'static str {
        match self {
            Self::Flash => "bytes of weights",
            Self::Ram => "bytes between the layers",
            Self::Macs => "multiply-accumulates",
        }
    }

    /// The number that `K` stands for.
    const fn unit(self) -> usize {
        match self {
            Self::Flash | Self::Ram => 1024,
            Self::Macs => 1000,
        }
    }

    /// A layer's own part; of memory, what it reads and what it writes, which are there at the same time.
    const fn part(self, rows: &[Row], place: usize) -> usize {
        let row = &rows[place];
        match self {
            Self::Flash => bytes(row.params),
            Self::Macs => row.macs,
            Self::Ram if place > 0 => output(row) + output(&rows[place - 1]),
            Self::Ram => output(row),
        }
    }
}

const fn bytes(floats: usize) -> usize {
    floats.saturating_mul(size_of::<f32>())
}

/// Bytes of what a layer gives.
const fn output(row: &Row) -> usize {
    bytes(super::product(row.output))
}

/// Whether a layer's text begins with this word.
const fn is(row: &Row, word: &str) -> bool {
    let (text, word) = (row.layer.as_bytes(), word.as_bytes());
    if text.len() <= word.len() || text[word.len()] != b' ' {
        return false;
    }
    let mut i = 0;
    while i < word.len() {
        if text[i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn is_one_of(row: &Row, words: &[&str]) -> bool {
    let mut i = 0;
    while i < words.len() {
        if is(row, words[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// Layers whose weights and work grow with what comes in as with what goes out.
const LINEAR: &[&str] = &["dense", "conv1d", "conv2d"];
/// Layers with a number of units of their own.
const SIZED: &[&str] = &["dense", "conv1d", "conv2d", "lstm", "gru", "rnn"];
/// Layers that give as many channels as they get.
const PASSING: &[&str] = &[
    "max_pool",
    "avg_pool",
    "max_pool1d",
    "avg_pool1d",
    "global_max_pool",
    "global_avg_pool",
    "batch_norm",
    "layer_norm",
    "dropout",
    "spatial_dropout",
    "activation",
    "depthwise_conv2d",
    "depthwise_conv1d",
    "upsample",
    "zero_pad",
];

/// Layers that do nothing at inference.
const VIEWS: &[&str] = &[
    "reshape",
    "dropout",
    "spatial_dropout",
    "gaussian_noise",
    "gaussian_dropout",
    "alpha_dropout",
];

/// Whether a layer hands its channels on: also one that is a single word (`flatten`, `relu`, `batch_norm`).
const fn passes(row: &Row) -> bool {
    let text = row.layer.as_bytes();
    let mut i = 0;
    while i < text.len() {
        if text[i] == b' ' {
            return is_one_of(row, PASSING);
        }
        if text[i] == b':' {
            return false;
        }
        i += 1;
    }
    row.branches.is_empty() && row.params == 0
        || is_word(text, b"batch_norm")
        || is_word(text, b"layer_norm")
}

const fn is_word(text: &[u8], word: &[u8]) -> bool {
    let mut same = text.len() == word.len();
    let mut i = 0;
    while same && i < text.len() {
        same = text[i] == word[i];
        i += 1;
    }
    same
}

/// The layer behind `place` that mixes channels, if all between them hand theirs on; the number of rows if none follows or it takes a fixed number.
const fn next(rows: &[Row], place: usize) -> usize {
    let mut i = place + 1;
    while i < rows.len() && passes(&rows[i]) {
        i += 1;
    }
    if i < rows.len() && is_one_of(&rows[i], SIZED) {
        i
    } else {
        rows.len()
    }
}

/// A layer's number of units: channels of its output.
const fn units(row: &Row) -> usize {
    if row.output.is_empty() {
        0
    } else {
        row.output[row.output.len() - 1]
    }
}

/// A figure that is `all`, at most, if the layer at `place` had `fewer` units.
const fn with(figure: Figure, rows: &[Row], all: usize, place: usize, fewer: usize) -> usize {
    let (behind, units) = (next(rows, place), units(&rows[place]));
    match figure {
        Figure::Flash | Figure::Macs => {
            let mut part = figure.part(rows, place) as u128;
            if is_one_of(&rows[behind], LINEAR) {
                let fixed = match figure {
                    Figure::Flash => bytes(self::units(&rows[behind])),
                    _ => 0,
                };
                part += figure.part(rows, behind).saturating_sub(fixed) as u128;
            }
            let saved = part * (units - fewer) as u128 / units as u128;
            all.saturating_sub(saved as usize)
        }
        Figure::Ram => {
            let before = peak(rows, rows.len(), rows.len(), 1, 1);
            all.saturating_sub(before) + peak(rows, place, behind, fewer, units)
        }
    }
}

/// Whether a layer gives what it gets, in the same place.
const fn is_view(row: &Row) -> bool {
    is_word(row.layer.as_bytes(), b"flatten") || is_one_of(row, VIEWS)
}

/// The most that two neighbours take, if the layers from `from` to before `to` give `part` of `whole` of what they do.
const fn peak(rows: &[Row], from: usize, to: usize, part: usize, whole: usize) -> usize {
    let (mut most, mut last, mut i) = (0, 0, 0);
    while i < rows.len() {
        if is_view(&rows[i]) {
            i += 1;
            continue;
        }
        let mut own = output(&rows[i]);
        if i >= from && i < to {
            own = own.div_ceil(whole).saturating_mul(part);
        }
        if own + last > most {
            most = own + last;
        }
        last = own;
        i += 1;
    }
    most
}

/// The layer with the greatest part.
const fn heaviest(figure: Figure, rows: &[Row]) -> (Row, usize) {
    let mut heaviest = (rows[0], 0);
    let mut i = 0;
    while i < rows.len() {
        let part = figure.part(rows, i);
        if part > heaviest.1 {
            heaviest = (rows[i], part);
        }
        let mut branch = 0;
        while branch < rows[i].branches.len() {
            let inside = rows[i].branches[branch].rows;
            if !inside.is_empty() {
                let other = self::heaviest(figure, inside);
                if other.1 > heaviest.1 {
                    heaviest = other;
                }
            }
            branch += 1;
        }
        i += 1;
    }
    heaviest
}

/// The layer that has to lose the smallest part of its units to keep to the limit, and how many remain; 0 if there is none.
const fn cheapest(figure: Figure, rows: &[Row], all: usize, limit: usize) -> (usize, usize) {
    let (mut best, mut left) = (0, 0);
    let mut i = 0;
    while i < rows.len() {
        if is_one_of(&rows[i], SIZED) && next(rows, i) < rows.len() {
            let units = units(&rows[i]);
            // The largest number that fits lies from `low` on and below `high`.
            let (mut low, mut high) = (0, units);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if with(figure, rows, all, i, middle) <= limit {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            let better = left == 0
                || low as u128 * self::units(&rows[best]) as u128 > left as u128 * units as u128;
            if low > 0 && better {
                (best, left) = (i, low);
            }
        }
        i += 1;
    }
    (best, left)
}

/// A layer as it is written, with another number of units.
const fn resized(message: Message, row: &Row, units: usize) -> Message {
    let text = row.layer.as_bytes();
    let mut start = 0;
    while text[start] != b' ' {
        start += 1;
    }
    start += 1;
    let mut end = start;
    let mut depth = 0;
    while end < text.len() && (text[end] != b' ' || depth > 0) {
        match text[end] {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        end += 1;
    }
    let (before, rest) = row.layer.split_at(start);
    let (_, after) = rest.split_at(end - start);
    message.text(before).number(units).text(after)
}

/// A limit in the unit that a person writes, large enough for `value`.
const fn raised(message: Message, word: &str, value: usize, unit: usize) -> Message {
    let message = message.text("`").text(word).text(" ");
    if value < unit {
        message.number(value).text("`")
    } else {
        message.number(value.div_ceil(unit)).text("K`")
    }
}

#[track_caller]
const fn check(figure: Figure, text: &str, limit: usize, all: usize, rows: &[Row]) {
    if all <= limit {
        return;
    }
    let (row, part) = heaviest(figure, rows);
    let mut message = Message::new()
        .text("`")
        .text(figure.word())
        .text(" ")
        .text(text)
        .text("` allows ")
        .number(limit)
        .text(" ")
        .text(figure.what())
        .text(", but this network has ")
        .number(all)
        .text("; the heaviest layer is `")
        .text(row.layer)
        .text("` with ")
        .number(part)
        .text(" (")
        .number((part as u128 * 100 / all as u128) as usize)
        .text(" %); ");
    let (place, units) = cheapest(figure, rows, all, limit);
    if units > 0 {
        message = message.text("write `");
        message = resized(message, &rows[place], units);
        message = message
            .text("` in place of `")
            .text(rows[place].layer)
            .text("`, or ");
    } else {
        message = message
            .text("fewer units of one layer are not enough: make several smaller, or write ");
    }
    raised(message, figure.word(), all, figure.unit()).fail();
}

/// The weights fit.
#[track_caller]
pub const fn check_flash(text: &str, limit: usize, all: usize, rows: &[Row]) {
    check(Figure::Flash, text, limit, all, rows);
}

/// The buffers of a prediction fit.
#[track_caller]
pub const fn check_ram(text: &str, limit: usize, all: usize, rows: &[Row]) {
    check(Figure::Ram, text, limit, all, rows);
}

/// The work of a prediction is within the limit.
#[track_caller]
pub const fn check_macs(text: &str, limit: usize, all: usize, rows: &[Row]) {
    check(Figure::Macs, text, limit, all, rows);
}

/// A trainer of this network with this optimiser and batch size fits, whatever the loss.
#[track_caller]
pub const fn check_train_ram<N: Train, O: Optimizer, const BATCH: usize>(text: &str, limit: usize) {
    let all = size_of::<Trainer<N, O, (), BATCH>>();
    if all <= limit {
        return;
    }
    let gradient = size_of::<N::Grad>();
    let state = size_of::<O::State<N::Grad>>();
    let batch =
        size_of::<N::Tape<BATCH>>() + (size_of::<N::Input>() + 2 * size_of::<N::Output>()) * BATCH;
    let message = Message::new()
        .text("`train_ram ")
        .text(text)
        .text("` allows ")
        .number(limit)
        .text(" bytes, but a trainer of this network takes ")
        .number(all)
        .text(": ")
        .number(gradient)
        .text(" for gradients, ")
        .number(state)
        .text(" for the optimiser's state and ")
        .number(batch)
        .text(" for a batch of ")
        .number(BATCH)
        .text(" and what it leaves; write ");
    let room = limit.saturating_sub(all - batch);
    let fits = room / batch.div_ceil(if BATCH == 0 { 1 } else { BATCH });
    let message = if fits > 0 {
        message.text("`batch ").number(fits).text("`, or ")
    } else {
        message
    };
    raised(message, "train_ram", all, 1024).fail();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Network;

    crate::network! { struct Deep { input 12; dense 40 relu; batch_norm; dropout 0.1; dense 30 tanh; dense 4 softmax; } }
    crate::network! { struct DeepWith { input 12; dense 17 relu; batch_norm; dropout 0.1; dense 30 tanh; dense 4 softmax; } }
    crate::network! { struct Pictures { input 12x12x1; conv2d 6 3x3 relu; max_pool 2x2; conv2d 9 3x3 relu; flatten; dense 20 relu; dense 3; } }
    crate::network! { struct PicturesWith { input 12x12x1; conv2d 6 3x3 relu; max_pool 2x2; conv2d 4 3x3 relu; flatten; dense 20 relu; dense 3; } }
    crate::network! { struct Series { input 9x2; gru 14 sequence; lstm 20; dense 5 relu; dense 1; } }
    crate::network! { struct SeriesWith { input 9x2; gru 14 sequence; lstm 11; dense 5 relu; dense 1; } }

    const FIGURES: [Figure; 3] = [Figure::Flash, Figure::Ram, Figure::Macs];

    fn figures<N: Network>() -> [usize; 3] {
        [
            size_of::<N>(),
            crate::__private::scratch_and_output::<N>(),
            N::MACS,
        ]
    }

    /// The figures computed for a network with fewer units are what it has, or more.
    fn agree<N: Network, Fewer: Network>(place: usize, fewer: usize, exact: bool) {
        for ((figure, all), actual) in FIGURES
            .into_iter()
            .zip(figures::<N>())
            .zip(figures::<Fewer>())
        {
            let computed = with(figure, N::SUMMARY.rows, all, place, fewer);
            let word = figure.word();
            assert!(
                computed >= actual,
                "{word}: {computed} is less than {actual}"
            );
            assert!(computed <= all, "{word}: {computed} is more than {all}");
            if exact && figure == Figure::Macs {
                assert_eq!(computed, actual);
            }
        }
    }

    #[test]
    fn fewer_units_need_no_more_than_is_computed() {
        agree::<Deep, DeepWith>(0, 17, false);
        agree::<Pictures, PicturesWith>(2, 4, true);
        agree::<Series, SeriesWith>(1, 11, false);
    }

    #[test]
    fn the_layer_that_loses_least_is_named() {
        for (rows, all) in [
            (Deep::SUMMARY.rows, figures::<Deep>()),
            (Pictures::SUMMARY.rows, figures::<Pictures>()),
            (Series::SUMMARY.rows, figures::<Series>()),
        ] {
            for (figure, all) in FIGURES.into_iter().zip(all) {
                let limit = all * 9 / 10;
                let (place, left) = cheapest(figure, rows, all, limit);
                assert!(
                    left > 0 && left < units(&rows[place]),
                    "{} {all}",
                    figure.word()
                );
                assert!(with(figure, rows, all, place, left) <= limit);
                assert!(
                    left + 1 == units(&rows[place])
                        || with(figure, rows, all, place, left + 1) > limit
                );
                assert_eq!(cheapest(figure, rows, all, 1).1, 0);
            }
        }
    }

    #[test]
    fn the_heaviest_layer_is_found() {
        let of = |figure| heaviest(figure, Deep::SUMMARY.rows);
        assert_eq!(of(Figure::Flash).0.layer, "dense 30 tanh");
        assert_eq!(of(Figure::Flash).1, 4 * (40 * 30 + 30));
        assert_eq!(
            heaviest(Figure::Ram, Pictures::SUMMARY.rows).1,
            4 * (10 * 10 + 5 * 5) * 6
        );
    }
}
