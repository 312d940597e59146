use crate::activation::Linear;
use crate::init::Initializer;
use crate::kernel::lanes::{add, part, part_mut, write};
use crate::layer::{
    Add, Backwards, Bias, BidirectionalShape, BidirectionalSizes, Cell, CellBias, Concatenate,
    Context, Forwards, Last, Layer, LayerShape, Multiply, Pass, Recurrent, RecurrentSizes,
    RecurrentTape, Returns, Train, Visitor, WithBias,
};
use crate::plain::{self, as_mut_slice, as_slice, zeroed, zeroed_in};
use crate::weights::Part;
use core::array::{from_mut, from_ref};
use core::fmt::Debug;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use fearless_simd::{Level, Simd};
use nalgebra::SMatrix;
use rand::Rng;

/// The union of the outputs of both directions (Keras `merge_mode`): [`Concatenate`], [`Add`], [`Multiply`] or [`Average`].
pub trait Merge: Copy + Debug + 'static {
    /// The number of times as many values as one direction has.
    const TIMES: usize;
    /// Merges one step's outputs of both.
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]);
    /// Splits the gradient of the merged ones into those of both.
    fn split(dy: &[f32], both: [&[f32]; 2], gradients: [&mut [f32]; 2]);
}

/// The mean of both outputs of a [`Bidirectional`] (`ave` in the DSL).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Average;

/// Joins them behind each other: Keras's default. The sizes are those of the layer, and are left out here.
impl<const CHANNELS: usize, const POSITIONS: usize> Merge for Concatenate<CHANNELS, POSITIONS> {
    const TIMES: usize = 2;
    #[inline(always)]
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]) {
        let halves = y.split_at_mut_checked(forward.len());
        let (first, second) = halves.unwrap_or_default();
        write(first, forward);
        write(second, backward);
    }
    #[inline(always)]
    fn split(dy: &[f32], _: [&[f32]; 2], [forward, backward]: [&mut [f32]; 2]) {
        let halves = dy.split_at_checked(forward.len());
        let (first, second) = halves.unwrap_or_default();
        write(forward, first);
        write(backward, second);
    }
}

/// `to = f(a, b)`, value by value.
#[inline(always)]
fn map(a: &[f32], b: &[f32], to: &mut [f32], f: impl Fn(f32, f32) -> f32) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = f(*a, *b);
    }
}

impl Merge for Add {
    const TIMES: usize = 1;
    #[inline(always)]
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]) {
        map(forward, backward, y, |a, b| a + b);
    }
    #[inline(always)]
    fn split(dy: &[f32], _: [&[f32]; 2], [forward, backward]: [&mut [f32]; 2]) {
        write(forward, dy);
        write(backward, dy);
    }
}

impl Merge for Multiply {
    const TIMES: usize = 1;
    #[inline(always)]
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]) {
        map(forward, backward, y, |a, b| a * b);
    }
    #[inline(always)]
    fn split(dy: &[f32], both: [&[f32]; 2], [forward, backward]: [&mut [f32]; 2]) {
        map(dy, both[1], forward, |dy, other| dy * other);
        map(dy, both[0], backward, |dy, other| dy * other);
    }
}

impl Merge for Average {
    const TIMES: usize = 1;
    #[inline(always)]
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]) {
        map(forward, backward, y, |a, b| (a + b) * 0.5);
    }
    #[inline(always)]
    fn split(dy: &[f32], _: [&[f32]; 2], [forward, backward]: [&mut [f32]; 2]) {
        map(dy, dy, forward, |dy, _| dy * 0.5);
        write(backward, forward);
    }
}

/// A recurrent layer with the cell `C` twice on one sequence, of which one reads it backwards (Keras `Bidirectional`);
/// its sizes are a [`BidirectionalShape`].
///
/// A sequence that the backward one returns is turned round, so that both outputs of a column belong to the same step.
///
/// ```
/// use nn_core::layer::{Bidirectional, BidirectionalSizes, Concatenate, GruCell};
/// use nn_core::prelude::*;
///
/// let mut layer = Bidirectional::<GruCell, Concatenate, BidirectionalSizes<3, 8, 20, 24, 16>>::default();
/// layer.init(&mut SmallRng::seed_from_u64(1));
/// let y: SVector<f32, 16> = nn_core::predict(&layer, &SMatrix::from_element(0.5));
/// assert!(y.iter().all(|y| y.abs() < 1.0));
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bidirectional<C: CellBias, J, Shape: BidirectionalShape, Y = Last, B: Bias = WithBias> {
    /// Reads from the first step to the last.
    pub forward: Recurrent<C, Shape::One, Y, Forwards, B>,
    /// Reads from the last step to the first.
    pub backward: Recurrent<C, Shape::One, Y, Backwards, B>,
    /// Sizes and merge are part of the type only.
    pub merge: PhantomData<(J, Shape)>,
}

plain::mark!([C: CellBias, J: 'static, Shape: BidirectionalShape, Y: 'static, B: Bias]
    Bidirectional<C, J, Shape, Y, B> { forward, backward, merge });

/// The memory of `Bidirectional` for `BATCH` samples.
#[repr(C)]
pub struct BidirectionalTape<
    C: Cell,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    Y: Returns,
    const BATCH: usize,
> {
    tapes: [RecurrentTape<C, FEATURES, UNITS, STEPS, GATES, BATCH>; 2],
    outputs: [[Y::Of<UNITS, STEPS>; BATCH]; 2],
    gradients: [[Y::Of<UNITS, STEPS>; BATCH]; 2],
    /// The gradient of the inputs that comes from the backward layer.
    dx: [SMatrix<f32, FEATURES, STEPS>; BATCH],
}

plain::mark_zeroed!([C: Cell, const FEATURES: usize, const UNITS: usize, const STEPS: usize, const GATES: usize, Y: Returns, const BATCH: usize]
    BidirectionalTape<C, FEATURES, UNITS, STEPS, GATES, Y, BATCH> { tapes, outputs, gradients, dx });

impl<
    C: Cell,
    J: Merge,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const MERGED: usize,
    Y: Returns,
    B: Bias,
> Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<FEATURES, UNITS, STEPS, GATES, MERGED>>,
{
    /// Draws both kernels anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        self.forward.init_kernel_with(initializer, rng);
        self.backward.init_kernel_with(initializer, rng);
    }

    /// Draws both recurrent kernels anew.
    pub fn init_recurrent_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        self.forward.init_recurrent_kernel_with(initializer, rng);
        self.backward.init_recurrent_kernel_with(initializer, rng);
    }

    /// Draws all biases anew.
    pub fn init_bias_with<R: Rng + ?Sized>(&mut self, initializer: &impl Initializer, rng: &mut R) {
        self.forward.init_bias_with(initializer, rng);
        self.backward.init_bias_with(initializer, rng);
    }

    /// The penalty of both kernels; if `add`, its gradient is added to `grad`.
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        self.forward
            .regularize_kernel(&mut grad.forward, add, l1, l2)
            + self
                .backward
                .regularize_kernel(&mut grad.backward, add, l1, l2)
    }

    /// Calls `work` with the places where each step begins in one direction's output, in the other's, and in the merged one.
    #[inline(always)]
    fn columns(mut work: impl FnMut(usize, usize, usize)) {
        const {
            assert!(
                MERGED == J::TIMES * UNITS,
                "`MERGED` of a bidirectional layer must be the values that both directions make for a step"
            );
        }
        let columns = if Y::SEQUENCE { STEPS } else { 1 };
        for t in 0..columns {
            work(t * UNITS, (columns - 1 - t) * UNITS, t * MERGED);
        }
    }

    #[inline(always)]
    fn merge<const BATCH: usize>(
        outputs: [&[Y::Of<UNITS, STEPS>; BATCH]; 2],
        y: &mut [Y::Of<MERGED, STEPS>; BATCH],
    ) {
        let [a, b] = outputs;
        for ((a, b), y) in a.iter().zip(b).zip(y) {
            let (a, b) = (as_slice(a), as_slice(b));
            let y = as_mut_slice(y);
            Self::columns(|forward, backward, both| {
                J::merge(
                    part(a, forward, UNITS),
                    part(b, backward, UNITS),
                    part_mut(y, both, MERGED),
                );
            });
        }
    }
}

impl<
    C: Cell,
    J: Merge,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const MERGED: usize,
    Y: Returns,
    B: Bias,
> Layer for Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<FEATURES, UNITS, STEPS, GATES, MERGED>>,
{
    type Input = SMatrix<f32, FEATURES, STEPS>;
    type Output = Y::Of<MERGED, STEPS>;
    type Head = Linear;
    const KIND: &'static str = "bidirectional";
    const PARTS: &'static [Part] = &[
        Part::layer::<Recurrent<C, RecurrentSizes<FEATURES, UNITS, STEPS, GATES>, Y, Forwards, B>>(
            "forward", "",
        ),
        Part::layer::<Recurrent<C, RecurrentSizes<FEATURES, UNITS, STEPS, GATES>, Y, Backwards, B>>(
            "backward", "",
        ),
    ];
    const MACS: usize =
        Recurrent::<C, RecurrentSizes<FEATURES, UNITS, STEPS, GATES>, Y, Forwards, B>::MACS
            .saturating_mul(2);
    const SCRATCH_BYTES: usize = Recurrent::<
        C,
        RecurrentSizes<FEATURES, UNITS, STEPS, GATES>,
        Y,
        Forwards,
        B,
    >::SCRATCH_BYTES
        + 2 * size_of::<Y::Of<UNITS, STEPS>>();

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
        let (mut forward, mut backward) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let (forward, backward) = (zeroed_in(&mut forward), zeroed_in(&mut backward));
        self.forward.forward(simd, x, forward);
        self.backward.forward(simd, x, backward);
        Self::merge([from_ref(forward), from_ref(backward)], from_mut(y));
    }

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let (mut forward, mut backward) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let (forward, backward) = (zeroed_in(&mut forward), zeroed_in(&mut backward));
        self.forward.forward_batch(level, x, forward);
        self.backward.forward_batch(level, x, backward);
        Self::merge([forward, backward], y);
    }
}

impl<
    C: Cell,
    J: Merge,
    Shape,
    const FEATURES: usize,
    const UNITS: usize,
    const STEPS: usize,
    const GATES: usize,
    const MERGED: usize,
    Y: Returns,
    B: Bias,
> Train for Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<FEATURES, UNITS, STEPS, GATES, MERGED>>,
{
    type Grad = Self;
    type Tape<const BATCH: usize> = BidirectionalTape<C, FEATURES, UNITS, STEPS, GATES, Y, BATCH>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.forward.init(rng);
        self.backward.init(rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        tape: &mut Self::Tape<BATCH>,
    ) {
        let ([tape_a, tape_b], [a, b]) = (&mut tape.tapes, &mut tape.outputs);
        self.forward.forward_train(context, x, a, tape_a);
        self.backward.forward_train(context, x, b, tape_b);
        Self::merge([a, b], y);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            dy,
            tape,
            grad,
            mut dx,
            ..
        } = pass;
        let ([a, b], [da, db]) = (&tape.outputs, &mut tape.gradients);
        let rows = a.iter().zip(b).zip(da.iter_mut().zip(&mut *db)).zip(dy);
        for (((a, b), (da, db)), dy) in rows {
            let (a, b, dy) = (as_slice(a), as_slice(b), as_slice(dy));
            let (da, db) = (as_mut_slice(da), as_mut_slice(db));
            Self::columns(|forward, backward, both| {
                let outputs = [part(a, forward, UNITS), part(b, backward, UNITS)];
                let gradients = [part_mut(da, forward, UNITS), part_mut(db, backward, UNITS)];
                J::split(part(dy, both, MERGED), outputs, gradients);
            });
        }
        let [tape_a, tape_b] = &mut tape.tapes;
        let first = Pass {
            x,
            y: a,
            dy: da,
            tape: tape_a,
            grad: &mut grad.forward,
            dx: dx.as_deref_mut(),
        };
        self.forward.backward(context, first);
        let second = Pass {
            x,
            y: b,
            dy: db,
            tape: tape_b,
            grad: &mut grad.backward,
            dx: dx.is_some().then_some(&mut tape.dx),
        };
        self.backward.backward(context, second);
        if let Some(dx) = dx {
            add(as_mut_slice(dx), as_slice(&tape.dx));
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        self.forward.visit(&mut grad.forward, visitor);
        self.backward.visit(&mut grad.backward, visitor);
    }
}

impl<C: Cell, J: 'static, Shape: BidirectionalShape, Y: 'static, B: Bias> Default
    for Bidirectional<C, J, Shape, Y, B>
{
    fn default() -> Self {
        zeroed()
    }
}
