//! A network as a picture.

use super::{Branch, Row, Summary};
use core::fmt::{self, Display, Formatter};

/// A network drawn as SVG, from left to right: vectors as columns of nodes, as textbooks draw them, everything else as boxes with shapes,
/// blocks with their branches one above the other. [`Display`] writes the file; no heap is needed.
///
/// ```
/// use nn_core::prelude::*;
///
/// network! { struct Animals { input 8; dense 6 relu; dense 6 relu; dense 4 softmax; } }
///
/// let svg = format!("{}", Animals::diagram());
/// assert!(svg.starts_with("<svg ") && svg.contains("dense 4 softmax"));
/// assert_eq!(svg.matches("<circle ").count(), 8 + 6 + 6 + 4);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagram {
    summary: Summary,
    input: &'static [usize],
}

impl Summary {
    /// The same as a picture.
    #[must_use]
    pub const fn diagram(self) -> Diagram {
        Diagram {
            input: self.input,
            summary: self,
        }
    }
}

/// Pixels between two nodes of a column, of a node's radius, between neighbours, around a block, of a line of text, and of one character.
const STEP: usize = 24;
const RADIUS: usize = 8;
const GAP: usize = 44;
const MARGIN: usize = 14;
const LINE: usize = 16;
const CHARACTER: usize = 7;
/// The most nodes that a column shows; of a longer one, those at both ends.
const NODES: usize = 10;
/// Of a column with more, so many at each end.
const ENDS: usize = 4;

/// The width and height of something.
#[derive(Clone, Copy)]
struct Size {
    width: usize,
    height: usize,
}

/// A thing to draw at one place.
#[derive(Clone, Copy)]
enum Item<'a> {
    /// A vector: the text below it, and how many values.
    Nodes(&'a str, usize),
    /// Anything else: what it is, and the shape that it gives.
    Box(&'a str, &'a [usize]),
    /// Layers in braces.
    Block(&'a str, &'a [Branch], usize),
}

impl<'a> Item<'a> {
    fn of(row: &'a Row) -> Self {
        let word = row.layer.split(' ').next().unwrap_or_default();
        match (word, row.output) {
            _ if !row.branches.is_empty() || row.empty_branches > 0 => {
                Self::Block(word, row.branches, row.empty_branches)
            }
            ("dense", [values]) => Self::Nodes(row.layer, *values),
            (_, output) => Self::Box(row.layer, output),
        }
    }

    fn of_input(dims: &'a [usize]) -> Self {
        match dims {
            [values] => Self::Nodes("input", *values),
            dims => Self::Box("input", dims),
        }
    }

    /// With the text below or inside.
    fn size(self) -> Size {
        match self {
            Self::Nodes(text, values) => Size {
                width: text_width(text).max(4 * RADIUS),
                height: shown(values) * STEP + 4 * LINE,
            },
            Self::Box(text, dims) => {
                let mut shape = Counter(0);
                // Counting cannot fail.
                let _ = fmt::write(&mut shape, format_args!("{}", Dims(dims)));
                Size {
                    width: text_width(text).max(CHARACTER * shape.0) + MARGIN,
                    height: 2 * LINE + MARGIN,
                }
            }
            Self::Block(_, branches, empty) => {
                let mut size = Size {
                    width: 0,
                    height: MARGIN + LINE,
                };
                for branch in branches {
                    let inside = chain(branch.rows);
                    size.width = size.width.max(inside.width);
                    size.height += inside.height + MARGIN;
                }
                size.width += 2 * GAP;
                size.height += empty * 2 * LINE;
                size
            }
        }
    }
}

fn text_width(text: &str) -> usize {
    CHARACTER * text.chars().count()
}

/// The rows of a column of nodes, that of the dots between both ends included.
const fn shown(values: usize) -> usize {
    if values > NODES { 2 * ENDS + 1 } else { values }
}

/// Layers one after the other.
fn chain(rows: &[Row]) -> Size {
    let mut size = Size {
        width: 0,
        height: 2 * LINE,
    };
    for (i, row) in rows.iter().enumerate() {
        let item = Item::of(row).size();
        size.width += item.width + if i > 0 { GAP } else { 0 };
        size.height = size.height.max(item.height);
    }
    size
}

/// `28 × 28 × 1`.
struct Dims<'a>(&'a [usize]);

impl Display for Dims<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, dim) in self.0.iter().enumerate() {
            write!(f, "{}{dim}", if i > 0 { " × " } else { "" })?;
        }
        Ok(())
    }
}

/// Counts characters instead of writing them.
struct Counter(usize);

impl fmt::Write for Counter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().count();
        Ok(())
    }
}

/// Text as XML has it.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

/// Heights of the nodes that a column shows, around `middle`.
fn nodes(values: usize, middle: usize) -> impl Iterator<Item = usize> + Clone {
    let rows = shown(values);
    let top = middle.saturating_sub(rows * STEP / 2) + STEP / 2;
    let dots = (values > NODES).then_some(ENDS);
    (0..rows)
        .filter(move |row| Some(*row) != dots)
        .map(move |row| top + row * STEP)
}

/// The beginning of a line: its place, and the values of the column of nodes there, if it is one.
#[derive(Clone, Copy)]
struct End {
    x: usize,
    y: usize,
    values: Option<usize>,
}

fn text(f: &mut Formatter<'_>, x: usize, y: usize, what: &dyn Display) -> fmt::Result {
    writeln!(f, "<text x=\"{x}\" y=\"{y}\">{what}</text>")
}

/// A line from one end to another; between two columns of nodes, one from each to each.
fn join(f: &mut Formatter<'_>, from: End, to: End) -> fmt::Result {
    let (Some(before), Some(behind)) = (from.values, to.values) else {
        let (x1, y1, x2, y2) = (from.x, from.y, to.x.saturating_sub(2), to.y);
        return writeln!(f, "<path class=\"arrow\" d=\"M{x1} {y1}L{x2} {y2}\"/>");
    };
    f.write_str("<path class=\"weight\" d=\"")?;
    for y1 in nodes(before, from.y) {
        for y2 in nodes(behind, to.y) {
            write!(f, "M{} {y1}L{} {y2}", from.x, to.x)?;
        }
    }
    writeln!(f, "\"/>")
}

/// Draws an item with its left side at `x`, around `middle`; the end that it gives.
fn item(
    f: &mut Formatter<'_>,
    item: Item<'_>,
    x: usize,
    middle: usize,
    from: Option<End>,
) -> Result<End, fmt::Error> {
    let size = item.size();
    let centre = x + size.width / 2;
    match item {
        Item::Nodes(name, values) => {
            let to = End {
                x: centre - RADIUS,
                y: middle,
                values: Some(values),
            };
            if let Some(from) = from {
                join(f, from, to)?;
            }
            for y in nodes(values, middle) {
                writeln!(f, "<circle cx=\"{centre}\" cy=\"{y}\" r=\"{RADIUS}\"/>")?;
            }
            if values > NODES {
                let half = shown(values) * STEP / 2;
                let y = middle.saturating_sub(half) + STEP / 2 + ENDS * STEP + 5;
                text(f, centre, y, &"⋮")?;
            }
            let below = middle + shown(values) * STEP / 2 + LINE;
            text(f, centre, below, &Escaped(name))?;
            if name == "input" || values > NODES {
                text(f, centre, below + LINE, &values)?;
            }
            Ok(End {
                x: centre + RADIUS,
                ..to
            })
        }
        Item::Box(name, dims) => {
            let to = End {
                x,
                y: middle,
                values: None,
            };
            if let Some(from) = from {
                join(f, from, to)?;
            }
            let top = middle.saturating_sub(size.height / 2);
            let Size { width, height } = size;
            writeln!(
                f,
                "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>"
            )?;
            text(f, centre, middle - 3, &Escaped(name))?;
            text(f, centre, middle + LINE - 3, &Dims(dims))?;
            Ok(End { x: x + width, ..to })
        }
        Item::Block(word, branches, empty) => block(f, (word, branches, empty), x, middle, from),
    }
}

/// The branches of a block one above the other, in a frame; what goes around them, too.
fn block(
    f: &mut Formatter<'_>,
    (word, branches, empty): (&str, &[Branch], usize),
    x: usize,
    middle: usize,
    from: Option<End>,
) -> Result<End, fmt::Error> {
    let Size { width, height } = Item::Block(word, branches, empty).size();
    let top = middle.saturating_sub(height / 2);
    writeln!(
        f,
        "<rect class=\"block\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>"
    )?;
    text(f, x + width / 2, top + LINE, &Escaped(word))?;
    let end = |x| End {
        x,
        y: middle,
        values: None,
    };
    let (entry, exit) = (end(x + MARGIN), end(x + width - MARGIN));
    if let Some(from) = from {
        join(f, from, entry)?;
    }
    let mut y = top + LINE + MARGIN;
    for branch in branches {
        let inside = chain(branch.rows);
        let centre = y + inside.height / 2;
        let mut at = x + GAP + (width - 2 * GAP - inside.width) / 2;
        let mut from = entry;
        for row in branch.rows {
            let next = Item::of(row);
            from = item(f, next, at, centre, Some(from))?;
            at += next.size().width + GAP;
        }
        // The nodes of a branch end at the join, not at nodes.
        join(f, from, exit)?;
        y += inside.height + MARGIN;
    }
    for _ in 0..empty {
        // The input itself.
        let (x1, x2, below) = (entry.x, exit.x, y + LINE);
        writeln!(
            f,
            "<path class=\"arrow\" d=\"M{x1} {middle}L{x1} {below}L{x2} {below}L{x2} {}\"/>",
            middle + 2
        )?;
        y += 2 * LINE;
    }
    if word == "residual" {
        // The input itself, above the layers.
        let (x1, x2, above) = (entry.x, exit.x, top + LINE + 6);
        writeln!(
            f,
            "<path class=\"arrow\" d=\"M{x1} {middle}L{x1} {above}L{x2} {above}L{x2} {}\"/>",
            middle - 2
        )?;
    }
    Ok(End {
        x: x + width,
        ..exit
    })
}

const STYLE: &str = "text{font:12px sans-serif;text-anchor:middle;fill:#222}\
circle{fill:#8ab8e6;stroke:#2b5d8c}rect{fill:#eef4fa;stroke:#2b5d8c}\
.block{fill:none;stroke-dasharray:4 3}.weight{stroke:#bbb;stroke-width:.6;fill:none}\
.arrow{stroke:#555;fill:none;marker-end:url(#tip)}";

impl Display for Diagram {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (input, layers) = (Item::of_input(self.input), chain(self.summary.rows));
        let size = input.size();
        let width = 2 * MARGIN + size.width + GAP + layers.width;
        let height = size.height.max(layers.height) + 2 * MARGIN + 2 * LINE;
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">"
        )?;
        writeln!(f, "<title>{}</title>", Escaped(self.summary.name))?;
        writeln!(f, "<style>{STYLE}</style>")?;
        writeln!(
            f,
            "<marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#555\"/></marker>"
        )?;
        text(f, width / 2, LINE, &Escaped(self.summary.name))?;
        let middle = LINE + height / 2 - MARGIN / 2;
        let mut end = item(f, input, MARGIN, middle, None)?;
        let mut x = MARGIN + size.width + GAP;
        for row in self.summary.rows {
            let next = Item::of(row);
            end = item(f, next, x, middle, Some(end))?;
            x += next.size().width + GAP;
        }
        writeln!(f, "</svg>")
    }
}
