//! Convolutions.

use super::super::flow::Flow;
use super::super::node::Op;
use super::super::walk::Walk;
use super::joined;
use crate::array::Array;
use crate::keras::times;
use crate::shape::after;

/// The flow as a sequence or an image, and how the file has it.
pub(super) struct Grid {
    pub(super) operator: usize,
    /// Steps and channels, or height, width and channels.
    pub(super) shape: Vec<usize>,
    /// For each axis of the file, which of ours it is.
    pub(super) axes: Vec<Option<usize>>,
}

impl Grid {
    /// The flow with the channels in axis 1 and steps or pixels behind it.
    pub(super) fn of(walk: &mut Walk<'_>, op: Op<'_>, flow: &Flow) -> Result<Self, String> {
        let spatial = match flow.rank() {
            3 => 1,
            4 => 2,
            rank => {
                return Err(format!(
                    "it works on {} axes; we have layers for 1 and 2",
                    rank.saturating_sub(2)
                ));
            }
        };
        let order: Vec<usize> = (2..2 + spatial).chain([1]).collect();
        let sorted = super::sort::sorted(walk, flow, &order);
        let flow = sorted.as_ref().unwrap_or(flow);
        let shape = flow.in_order(&order).ok_or("it has its channels in a place that would take a turn to get at, which no layer of ours does")?;
        let operator = walk.shaped(op, flow, &shape);
        let axes = [
            &[None, Some(spatial)][..],
            &(0..spatial).map(Some).collect::<Vec<_>>(),
        ]
        .concat();
        Ok(Self {
            operator,
            shape,
            axes,
        })
    }

    pub(super) fn spatial(&self) -> &[usize] {
        self.shape.split_last().map_or(&[], |(_, spatial)| spatial)
    }

    pub(super) fn channels(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// The shape that a layer of this statement gives.
    pub(super) fn layer(
        &self,
        walk: &mut Walk<'_>,
        op: Op<'_>,
        statement: String,
        tensors: Vec<crate::Tensor>,
        open: bool,
    ) -> Result<Self, String> {
        let shape = after(&self.shape, &statement)?;
        let operator = walk.layer(op, self.operator, statement, tensors, open);
        Ok(Self {
            operator,
            shape,
            axes: self.axes.clone(),
        })
    }

    pub(super) fn flow(self) -> Flow {
        Flow::new(self.operator, self.shape, &self.axes)
    }
}

/// A window's way over the axes.
pub(super) struct Window {
    pub(super) kernel: Vec<usize>,
    pub(super) strides: Vec<usize>,
    pub(super) dilations: Vec<usize>,
    /// Before and behind each axis.
    pub(super) pads: Vec<[usize; 2]>,
}

impl Window {
    pub(super) fn of(op: Op<'_>, kernel: Vec<usize>, grid: &Grid) -> Result<Self, String> {
        let count = kernel.len();
        let strides = op.sizes("strides", count, 1)?;
        let dilations = op.sizes("dilations", count, 1)?;
        if kernel
            .iter()
            .chain(&strides)
            .chain(&dilations)
            .any(|size| *size == 0)
        {
            return Err("its window, strides or dilations are 0".to_owned());
        }
        let mut window = Self {
            kernel,
            strides,
            dilations,
            pads: Vec::new(),
        };
        window.pads = match op.text("auto_pad") {
            None | Some("NOTSET" | "") => {
                let pads = op.sizes("pads", 2 * count, 0)?;
                let (before, behind) = pads.split_at(count);
                before.iter().zip(behind).map(|(a, b)| [*a, *b]).collect()
            }
            Some("VALID") => vec![[0, 0]; count],
            Some("SAME_UPPER") => window.same(grid.spatial()),
            Some("SAME_LOWER") => window
                .same(grid.spatial())
                .into_iter()
                .map(|[a, b]| [b, a])
                .collect(),
            Some(other) => {
                return Err(format!(
                    "there is no `auto_pad` {}",
                    crate::error::shown(other)
                ));
            }
        };
        Ok(window)
    }

    /// The reach of the window along each axis.
    pub(super) fn reach(&self) -> Vec<usize> {
        let reach = self.kernel.iter().zip(&self.dilations);
        reach
            .map(|(kernel, dilation)| {
                dilation
                    .saturating_mul(kernel.saturating_sub(1))
                    .saturating_add(1)
            })
            .collect()
    }

    /// The padding of `pad same`.
    pub(super) fn same(&self, spatial: &[usize]) -> Vec<[usize; 2]> {
        let axes = spatial.iter().zip(&self.strides).zip(self.reach());
        axes.map(|((size, stride), reach)| {
            let last = size
                .div_ceil(*stride)
                .saturating_sub(1)
                .saturating_mul(*stride);
            let all = last.saturating_add(reach).saturating_sub(*size);
            [all / 2, all - all / 2]
        })
        .collect()
    }

    /// The padding in words; `None` if it is not the same at both ends.
    fn pad(&self, spatial: &[usize], causal: bool) -> Option<String> {
        if self.pads.iter().all(|pad| *pad == [0, 0]) {
            return Some(String::new());
        }
        if self.pads.iter().all(|[before, behind]| before == behind) {
            let pads: Vec<usize> = self.pads.iter().map(|[before, _]| *before).collect();
            return Some(format!(" pad {}", joined(&pads)));
        }
        if self.pads == self.same(spatial) {
            return Some(" pad same".to_owned());
        }
        let first = self.reach().first().map_or(0, |reach| reach - 1);
        (causal && self.pads == [[first, 0]]).then(|| " pad causal".to_owned())
    }

    /// ` stride 2 dilation 2`.
    pub(super) fn steps(&self, stride_too: bool) -> String {
        let mut text = String::new();
        for (word, sizes, usual) in [
            ("stride", &self.strides, stride_too),
            ("dilation", &self.dilations, true),
        ] {
            if !usual || sizes.iter().any(|size| *size != 1) {
                text = format!("{text} {word} {}", joined(sizes));
            }
        }
        text
    }

    /// The padding in words, or in a layer before.
    pub(super) fn padded(
        &self,
        walk: &mut Walk<'_>,
        op: Op<'_>,
        grid: Grid,
        causal: bool,
    ) -> Result<(Grid, String), String> {
        if let Some(pad) = self.pad(grid.spatial(), causal) {
            return Ok((grid, pad));
        }
        Ok((zero_pad(walk, op, &grid, &self.pads)?, String::new()))
    }
}

/// Zeros around the steps or pixels.
pub(super) fn zero_pad(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    grid: &Grid,
    pads: &[[usize; 2]],
) -> Result<Grid, String> {
    let names: &[[&str; 2]] = match pads.len() {
        1 => &[["before", "after"]],
        _ => &[["top", "bottom"], ["left", "right"]],
    };
    let mut statement = "zero_pad".to_owned();
    for (pad, names) in pads.iter().zip(names) {
        for (size, name) in pad.iter().zip(names).filter(|(size, _)| **size > 0) {
            statement = format!("{statement} {name} {size}");
        }
    }
    grid.layer(walk, op, statement, Vec::new(), false)
}

/// The weights with the file's first two axes behind the others, in the order that `last` says.
fn kernel(walk: &mut Walk<'_>, op: Op<'_>, rank: usize) -> Result<Array, String> {
    let weights = walk.weights(op, 1, "weights")?;
    if weights.shape.len() != rank || weights.values.is_empty() {
        return Err(format!(
            "its weights are {}, which are not {rank} axes",
            crate::array::axes(&weights.shape)
        ));
    }
    // Filters or channels are last with us: turned around but for the window's own axes.
    let order: Vec<usize> = (2..rank).chain([1, 0]).collect();
    Ok(weights.permuted(&order))
}

fn bias(walk: &mut Walk<'_>, op: Op<'_>, filters: usize) -> Result<Option<Array>, String> {
    if op.input(2).is_none() {
        return Ok(None);
    }
    let bias = walk.weights(op, 2, "biases")?;
    match bias.values.len() == filters {
        true => Ok(Some(Array::vector(bias.values))),
        false => Err(format!(
            "it has {} biases for {filters} filters",
            bias.values.len()
        )),
    }
}

/// `conv2d`, `conv1d`, and their depthwise forms.
pub(super) fn conv(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let grid = Grid::of(walk, op, &flow)?;
    let kernel = kernel(walk, op, flow.rank())?;
    let taps = kernel
        .shape
        .get(..grid.spatial().len())
        .unwrap_or_default()
        .to_vec();
    let (seen, filters) = match kernel.shape.get(taps.len()..) {
        Some(&[seen, filters]) => (seen, filters),
        _ => return Err("its weights are those of no convolution".to_owned()),
    };
    let groups = usize::try_from(op.int("group", 1))
        .ok()
        .filter(|groups| *groups > 0)
        .ok_or("its number of groups is none")?;
    let channels = grid.channels();
    if seen.checked_mul(groups) != Some(channels) || !filters.is_multiple_of(groups) {
        return Err(format!(
            "its weights are for {seen} channels in {groups} groups, but {channels} channels come in"
        ));
    }
    let bias = bias(walk, op, filters)?;
    let window = Window::of(op, taps.clone(), &grid)?;
    let (grid, pad) = window.padded(walk, op, grid, taps.len() == 1 && window.strides == [1])?;
    let (word, size) = (if taps.len() == 1 { "1d" } else { "2d" }, times(&taps));
    let own = if groups == channels && channels > 1 {
        let each = filters / groups;
        let many = if each > 1 {
            format!(" multiplier {each}")
        } else {
            String::new()
        };
        format!(
            "depthwise_conv{word} {size}{pad}{}{many}",
            window.steps(true)
        )
    } else {
        let many = if groups > 1 {
            format!(" groups {groups}")
        } else {
            String::new()
        };
        format!(
            "conv{word} {filters} {size}{pad}{}{many}",
            window.steps(true)
        )
    };
    Ok(with_bias(walk, op, &grid, own, kernel, bias)?.flow())
}

fn with_bias(
    walk: &mut Walk<'_>,
    op: Op<'_>,
    grid: &Grid,
    mut statement: String,
    kernel: Array,
    bias: Option<Array>,
) -> Result<Grid, String> {
    let mut tensors = vec![kernel.tensor("kernel")];
    match bias {
        Some(bias) => tensors.push(bias.tensor("bias")),
        None => statement.push_str(" no_bias"),
    }
    grid.layer(walk, op, statement, tensors, true)
}

/// `conv2d_transpose` and `conv1d_transpose`.
pub(super) fn transposed(walk: &mut Walk<'_>, op: Op<'_>) -> Result<Flow, String> {
    let flow = walk.flow(op, 0)?;
    let grid = Grid::of(walk, op, &flow)?;
    let kernel = kernel(walk, op, flow.rank())?;
    let taps = kernel
        .shape
        .get(..grid.spatial().len())
        .unwrap_or_default()
        .to_vec();
    let (filters, seen) = match kernel.shape.get(taps.len()..) {
        Some(&[filters, seen]) => (filters, seen),
        _ => return Err("its weights are those of no convolution".to_owned()),
    };
    if op.int("group", 1) != 1 || seen != grid.channels() {
        return Err(format!(
            "its weights are for {seen} channels in {} groups, but {} channels come in; we have one group",
            op.int("group", 1),
            grid.channels()
        ));
    }
    let bias = bias(walk, op, filters)?;
    let window = Window::of(op, taps.clone(), &grid)?;
    let extra = op.sizes("output_padding", taps.len(), 0)?;
    let wanted = wanted(op, &window, &grid, &extra)?;
    let word = if taps.len() == 1 {
        "conv1d_transpose"
    } else {
        "conv2d_transpose"
    };
    let start = format!("{word} {filters} {}", times(&taps));
    let behind = window.steps(true);
    let pads: Vec<usize> = window.pads.iter().map(|[before, _]| *before).collect();
    let more: Vec<usize> = window
        .pads
        .iter()
        .zip(&extra)
        .map(|([before, behind], extra)| extra + before.saturating_sub(*behind))
        .collect();
    let even = window.pads.iter().all(|[before, behind]| before >= behind);
    let mut forms = vec![start.clone() + &behind, format!("{start}{behind} pad same")];
    if even && pads.iter().any(|pad| *pad > 0) {
        forms = vec![format!("{start}{behind} pad {}", joined(&pads))];
    }
    if even && more.iter().any(|more| *more > 0) {
        forms = vec![format!(
            "{start}{behind} pad {} output_padding {}",
            joined(&pads),
            joined(&more)
        )];
    }
    if !even {
        forms = vec![format!("{start}{behind} pad same")];
    }
    let fits = |form: &String| {
        after(&grid.shape, form).is_ok_and(|shape| shape.starts_with(&wanted))
            && (!form.ends_with("same") || window.is_same(&grid))
    };
    let form = forms.into_iter().find(fits).ok_or_else(|| {
        format!(
            "it gives {} with paddings {:?}, which ours cannot",
            crate::array::axes(&wanted),
            window.pads
        )
    })?;
    Ok(with_bias(walk, op, &grid, form, kernel, bias)?.flow())
}

impl Window {
    /// Whether the padding of a transposed convolution is that of `pad same`: what the window reaches over its stride, the smaller half before.
    fn is_same(&self, _: &Grid) -> bool {
        let axes = self.reach().into_iter().zip(&self.strides).zip(&self.pads);
        axes.into_iter().all(|((reach, stride), pad)| {
            let all = reach.saturating_sub(*stride);
            *pad == [all / 2, all - all / 2]
        })
    }
}

/// The steps or pixels that a transposed convolution gives.
fn wanted(op: Op<'_>, window: &Window, grid: &Grid, extra: &[usize]) -> Result<Vec<usize>, String> {
    if op.has("output_shape")
        || op
            .text("auto_pad")
            .is_some_and(|pad| pad.starts_with("SAME"))
    {
        return Err(
            "it says its output's shape instead of its padding; export it with `pads`".to_owned(),
        );
    }
    let sizes = grid
        .spatial()
        .iter()
        .zip(&window.strides)
        .zip(window.reach())
        .zip(&window.pads)
        .zip(extra);
    let sizes = sizes.map(|((((size, stride), reach), [before, behind]), extra)| {
        let all = size
            .checked_sub(1)?
            .checked_mul(*stride)?
            .checked_add(reach)?
            .checked_add(*extra)?;
        all.checked_sub(before.checked_add(*behind)?)
    });
    sizes
        .collect::<Option<Vec<usize>>>()
        .ok_or_else(|| "its sizes are impossible".to_owned())
}
