use crate::activation::Linear;
use crate::init::Initializer;
use crate::kernel::lanes::{add, part, part_mut, write};
use crate::layer::{
    Add, Backwards, Bias, BidirectionalShape, BidirectionalSizes, Cell, Concatenate, Context,
    Forwards, Last, Layer, LayerShape, Multiply, Pass, Recurrent, RecurrentSizes, RecurrentTape,
    Returns, Train, Visitor, WithBias,
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
    /// From one step's outputs of both to the merged ones.
    fn merge(forward: &[f32], backward: &[f32], y: &mut [f32]);
    /// From the gradient of the merged ones to those of both.
    fn split(dy: &[f32], both: [&[f32]; 2], gradients: [&mut [f32]; 2]);
}

/// The mean of both outputs of a [`Bidirectional`] (`ave` in the DSL).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Average;

/// Behind each other: Keras's default. The sizes are those of the layer, and are left out here.
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
pub struct Bidirectional<C: Cell, J, Shape: BidirectionalShape, Y = Last, B: Bias = WithBias> {
    /// Reads from the first step to the last.
    pub forward: Recurrent<C, Shape::One, Y, Forwards, B>,
    /// Reads from the last step to the first.
    pub backward: Recurrent<C, Shape::One, Y, Backwards, B>,
    /// Sizes and merge are part of the type only.
    pub merge: PhantomData<(J, Shape)>,
}

plain::mark!([C: Cell, J: 'static, Shape: BidirectionalShape, Y: 'static, B: Bias]
    Bidirectional<C, J, Shape, Y, B> { forward, backward, merge });

/// The memory of `Bidirectional` for `N` samples.
#[repr(C)]
pub struct BidirectionalTape<
    C: Cell,
    const F: usize,
    const U: usize,
    const T: usize,
    const G: usize,
    Y: Returns,
    const N: usize,
> {
    tapes: [RecurrentTape<C, F, U, T, G, N>; 2],
    outputs: [[Y::Of<U, T>; N]; 2],
    gradients: [[Y::Of<U, T>; N]; 2],
    /// The gradient of the inputs that comes from the backward layer.
    dx: [SMatrix<f32, F, T>; N],
}

plain::mark_zeroed!([C: Cell, const F: usize, const U: usize, const T: usize, const G: usize, Y: Returns, const N: usize]
    BidirectionalTape<C, F, U, T, G, Y, N> { tapes, outputs, gradients, dx });

impl<
    C: Cell,
    J: Merge,
    Shape,
    const F: usize,
    const U: usize,
    const T: usize,
    const G: usize,
    const O: usize,
    Y: Returns,
    B: Bias,
> Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<F, U, T, G, O>>,
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
                O == J::TIMES * U,
                "`O` of a bidirectional layer must be the values that both directions make for a step"
            );
        }
        let columns = if Y::SEQUENCE { T } else { 1 };
        for t in 0..columns {
            work(t * U, (columns - 1 - t) * U, t * O);
        }
    }

    #[inline(always)]
    fn merge<const N: usize>(outputs: [&[Y::Of<U, T>; N]; 2], y: &mut [Y::Of<O, T>; N]) {
        let [a, b] = outputs;
        for ((a, b), y) in a.iter().zip(b).zip(y) {
            let (a, b) = (as_slice(a), as_slice(b));
            let y = as_mut_slice(y);
            Self::columns(|forward, backward, both| {
                J::merge(
                    part(a, forward, U),
                    part(b, backward, U),
                    part_mut(y, both, O),
                );
            });
        }
    }
}

impl<
    C: Cell,
    J: Merge,
    Shape,
    const F: usize,
    const U: usize,
    const T: usize,
    const G: usize,
    const O: usize,
    Y: Returns,
    B: Bias,
> Layer for Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<F, U, T, G, O>>,
{
    type Input = SMatrix<f32, F, T>;
    type Output = Y::Of<O, T>;
    type Head = Linear;
    const KIND: &'static str = "bidirectional";
    const PARTS: &'static [Part] = &[
        Part::layer::<Recurrent<C, RecurrentSizes<F, U, T, G>, Y, Forwards, B>>("forward", ""),
        Part::layer::<Recurrent<C, RecurrentSizes<F, U, T, G>, Y, Backwards, B>>("backward", ""),
    ];
    const MACS: usize =
        Recurrent::<C, RecurrentSizes<F, U, T, G>, Y, Forwards, B>::MACS.saturating_mul(2);
    const SCRATCH_BYTES: usize =
        Recurrent::<C, RecurrentSizes<F, U, T, G>, Y, Forwards, B>::SCRATCH_BYTES
            + 2 * size_of::<Y::Of<U, T>>();

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
        let (mut forward, mut backward) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let (forward, backward) = (zeroed_in(&mut forward), zeroed_in(&mut backward));
        self.forward.forward(simd, x, forward);
        self.backward.forward(simd, x, backward);
        Self::merge([from_ref(forward), from_ref(backward)], from_mut(y));
    }

    fn forward_batch<const N: usize>(
        &self,
        level: Level,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
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
    const F: usize,
    const U: usize,
    const T: usize,
    const G: usize,
    const O: usize,
    Y: Returns,
    B: Bias,
> Train for Bidirectional<C, J, Shape, Y, B>
where
    Shape: LayerShape<Sizes = BidirectionalSizes<F, U, T, G, O>>,
{
    type Grad = Self;
    type Tape<const N: usize> = BidirectionalTape<C, F, U, T, G, Y, N>;

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.forward.init(rng);
        self.backward.init(rng);
    }

    fn forward_train<const N: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
        tape: &mut Self::Tape<N>,
    ) {
        let ([tape_a, tape_b], [a, b]) = (&mut tape.tapes, &mut tape.outputs);
        self.forward.forward_train(context, x, a, tape_a);
        self.backward.forward_train(context, x, b, tape_b);
        Self::merge([a, b], y);
    }

    fn backward<const N: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, N>) {
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
                let outputs = [part(a, forward, U), part(b, backward, U)];
                let gradients = [part_mut(da, forward, U), part_mut(db, backward, U)];
                J::split(part(dy, both, O), outputs, gradients);
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
