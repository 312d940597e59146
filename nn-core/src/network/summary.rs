use super::{Row, Summary};
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

/// `50890` as `50,890`.
struct Thousands(usize);

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

const HEADS: [&str; 3] = ["Layer", "Output Shape", "Param #"];

/// The texts of a row: the layer with its field, its output, its parameters.
fn texts<R>(row: &Row, with: impl FnOnce([&dyn Display; 3]) -> R) -> R {
    with([
        &format_args!("{}: {}", row.name, row.layer),
        &Dims(row.output),
        &Thousands(row.params),
    ])
}

impl Summary {
    fn widths(&self) -> [usize; 3] {
        let mut widths = HEADS.map(|head| width(&head));
        for row in self.rows {
            texts(row, |texts| {
                for (widest, text) in widths.iter_mut().zip(texts) {
                    *widest = (*widest).max(width(text));
                }
            });
        }
        widths
    }

    fn total(&self, of: impl Fn(&Row) -> usize) -> usize {
        self.rows.iter().map(of).sum()
    }
}

/// One line of the frame: `├──┼──┤`.
fn rule(
    f: &mut Formatter<'_>,
    widths: [usize; 3],
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
    widths: [usize; 3],
    texts: [&dyn Display; 3],
    bar: &str,
) -> fmt::Result {
    for (i, (text, width)) in texts.into_iter().zip(widths).enumerate() {
        f.write_str(bar)?;
        cell(f, text, width, i == 2)?;
    }
    writeln!(f, "{bar}")
}

impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        writeln!(f, "Model: \"{}\"", self.name)?;
        rule(f, widths, ["┏", "━", "┳", "┓"])?;
        let [a, b, c] = &HEADS;
        cells(f, widths, [a, b, c], "┃")?;
        rule(f, widths, ["┡", "━", "╇", "┩"])?;
        for (i, row) in self.rows.iter().enumerate() {
            if i > 0 {
                rule(f, widths, ["├", "─", "┼", "┤"])?;
            }
            texts(row, |texts| cells(f, widths, texts, "│"))?;
        }
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
                Bytes(count * 4)
            )?;
        }
        Ok(())
    }
}
