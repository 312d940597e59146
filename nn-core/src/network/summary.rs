use super::{Row, Summary};
use core::convert::Infallible;
use core::fmt::{self, Display, Formatter};

/// `[28, 28, 1]` as `(28, 28, 1)`.
struct Dims(&'static [usize]);

impl Display for Dims {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (i, dim) in self.0.iter().enumerate() {
            write!(f, "{}{dim}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}

/// A count as a summary writes it: `50890` is `50,890`.
///
/// ```
/// assert_eq!(nn_core::Thousands(50_890).to_string(), "50,890");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thousands(pub usize);

impl Display for Thousands {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut scale = 1;
        while self.0 / scale >= 1000 {
            scale *= 1000;
        }
        write!(f, "{}", self.0 / scale)?;
        while scale > 1 {
            scale /= 1000;
            write!(f, ",{:03}", self.0 / scale % 1000)?;
        }
        Ok(())
    }
}

/// Bytes in the unit that a person reads: `203.56 KB`.
struct Bytes(usize);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 4] = ["B", "KB", "MB", "GB"];
        let (mut value, mut unit) = (self.0 as f64, 0);
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        write!(f, "{value:.2} {}", UNITS.get(unit).unwrap_or(&""))
    }
}

/// Counts characters instead of writing them.
struct Width(usize);

impl fmt::Write for Width {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().count();
        Ok(())
    }
}

fn width(text: &dyn Display) -> usize {
    let mut width = Width(0);
    // Counting cannot fail.
    let _ = fmt::write(&mut width, format_args!("{text}"));
    width.0
}

/// Writes a cell, filled up to `to` characters; numbers stand on the right.
fn cell(f: &mut Formatter<'_>, text: &dyn Display, to: usize, right: bool) -> fmt::Result {
    let fill = to.saturating_sub(width(text));
    let (before, after) = if right { (fill, 0) } else { (0, fill) };
    write!(f, " {:before$}{text}{:after$} ", "", "")
}

/// Keras's columns, and what one prediction takes: multiply-accumulates, and the bytes of the layer's output.
const HEADS: [&str; COLUMNS] = ["Layer", "Output Shape", "Param #", "MACs", "Output bytes"];
const COLUMNS: usize = 5;

/// The texts of a row: the layer with the path to its field, then the columns of numbers.
fn texts<R>(row: &Row, path: &dyn Display, with: impl FnOnce([&dyn Display; COLUMNS]) -> R) -> R {
    let values = row
        .output
        .iter()
        .fold(1_usize, |product, size| product.saturating_mul(*size));
    with([
        &format_args!("{path}: {}", row.layer),
        &Dims(row.output),
        &Thousands(row.params),
        &Thousands(row.macs),
        &Thousands(values.saturating_mul(size_of::<f32>())),
    ])
}

/// Shows `each` every row with the path to its field; the layers inside a block come before it, as in Keras.
fn walk<E>(
    rows: &[Row],
    prefix: &dyn Display,
    each: &mut dyn FnMut(&dyn Display, &Row) -> Result<(), E>,
) -> Result<(), E> {
    for row in rows {
        for branch in row.branches {
            let inside = format_args!("{prefix}{}.{}.", row.name, branch.path);
            walk(branch.rows, &inside, each)?;
        }
        each(&format_args!("{prefix}{}", row.name), row)?;
    }
    Ok(())
}

impl Summary {
    /// Shows `each` every row, those inside blocks included, with the path to its field: `residual1.body.dense1`.
    ///
    /// ```
    /// use nn_core::prelude::*;
    ///
    /// network! { struct Skip { input 2; residual { dense 2; } dense 1; } }
    ///
    /// let mut paths = Vec::new();
    /// Skip::summary().for_each(|path, row| paths.push(format!("{path} {}", row.params)));
    /// assert_eq!(paths, ["residual1.body.dense1 6", "residual1 0", "dense1 3"]);
    /// ```
    pub fn for_each(&self, mut each: impl FnMut(&dyn Display, &Row)) {
        let Ok(()) = walk::<Infallible>(self.rows, &"", &mut |path, row| {
            each(path, row);
            Ok(())
        });
    }

    fn widths(&self) -> [usize; COLUMNS] {
        let mut widths = HEADS.map(|head| width(&head));
        self.for_each(|path, row| {
            texts(row, path, |texts| {
                for (widest, text) in widths.iter_mut().zip(texts) {
                    *widest = (*widest).max(width(text));
                }
            });
        });
        widths
    }

    fn total(&self, of: impl Fn(&Row) -> usize) -> usize {
        let mut total = 0;
        self.for_each(|_, row| total += of(row));
        total
    }
}

/// One line of the frame: `├──┼──┤`.
fn rule(
    f: &mut Formatter<'_>,
    widths: [usize; COLUMNS],
    [left, line, middle, right]: [&str; 4],
) -> fmt::Result {
    for (i, width) in widths.into_iter().enumerate() {
        f.write_str(if i == 0 { left } else { middle })?;
        for _ in 0..width + 2 {
            f.write_str(line)?;
        }
    }
    writeln!(f, "{right}")
}

/// One line of cells.
fn cells(
    f: &mut Formatter<'_>,
    widths: [usize; COLUMNS],
    texts: [&dyn Display; COLUMNS],
    bar: &str,
) -> fmt::Result {
    for (i, (text, width)) in texts.into_iter().zip(widths).enumerate() {
        f.write_str(bar)?;
        cell(f, text, width, i >= 2)?;
    }
    writeln!(f, "{bar}")
}

impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        writeln!(f, "Model: \"{}\"", self.name)?;
        rule(f, widths, ["┏", "━", "┳", "┓"])?;
        let [a, b, c, d, e] = &HEADS;
        cells(f, widths, [a, b, c, d, e], "┃")?;
        rule(f, widths, ["┡", "━", "╇", "┩"])?;
        let mut first = true;
        walk(self.rows, &"", &mut |path, row| {
            if !first {
                rule(f, widths, ["├", "─", "┼", "┤"])?;
            }
            first = false;
            texts(row, path, |texts| cells(f, widths, texts, "│"))
        })?;
        rule(f, widths, ["└", "─", "┴", "┘"])?;
        let (all, trained) = (self.total(|row| row.params), self.total(|row| row.trained));
        for (what, count) in [
            ("Total", all),
            ("Trainable", trained),
            ("Non-trainable", all - trained.min(all)),
        ] {
            writeln!(
                f,
                " {what} params: {} ({})",
                Thousands(count),
                Bytes(count.saturating_mul(size_of::<f32>()))
            )?;
        }
        let macs = self.total(|row| row.macs);
        writeln!(
            f,
            " One prediction: {} MACs, {} of RAM",
            Thousands(macs),
            Bytes(self.ram)
        )
    }
}
