use crate::activation::Linear;
use crate::kernel::lanes::{self, add, part, part_mut, write};
use crate::layer::{Context, Layer, Pass, Train, Visitor};
use crate::plain::{
    Plain, Zeroed, as_mut_slice, as_slice, mark, mark_zeroed, view, zeroed, zeroed_in,
};
use crate::stream::forward_window;
use crate::stream::{Stream, TrainStream};
use crate::tensor::Tensor;
use crate::weights::Part;
use core::array::{from_mut, from_ref};
use core::fmt::Debug;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use fearless_simd::{Level, Simd};
use nalgebra::SMatrix;
use rand::Rng;

/// The union of the outputs of two branches: [`Concatenate`], [`Add`] or [`Multiply`].
pub trait Combine<A: Tensor, B: Tensor>: Copy + Debug + Default + PartialEq + 'static {
    /// One sample of the union.
    type Output: Tensor;
    /// The word in the DSL.
    const KIND: &'static str;

    /// Puts what the first branch gives in its place in `y`.
    fn put<const BATCH: usize>(a: &[A; BATCH], y: &mut [Self::Output; BATCH]);
    /// Joins what the second branch gives to what [`put`](Self::put) left in `y`.
    fn join<const BATCH: usize>(b: &[B; BATCH], y: &mut [Self::Output; BATCH]);
    /// Computes the gradients of what the branches gave from that of the outputs.
    fn backward<const BATCH: usize>(
        a: &[A; BATCH],
        b: &[B; BATCH],
        dy: &[Self::Output; BATCH],
        da: &mut [A; BATCH],
        db: &mut [B; BATCH],
    );
}

/// The work of [`Branches`] on one step of a stream.
pub trait CombineSteps {
    /// The same for tensors of one step.
    type Step;
}

/// Joins channels, position by position: `CHANNELS` of them at each of `POSITIONS` (Keras `Concatenate` on the last axis). In
/// [`Bidirectional`](crate::layer::Bidirectional), which has sizes of its own, it stands without them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concatenate<const CHANNELS: usize = 0, const POSITIONS: usize = 0>;
/// Adds value by value (Keras `Add`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Add;
/// Multiplies value by value (Keras `Multiply`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Multiply;

impl<const CHANNELS: usize, const POSITIONS: usize> CombineSteps
    for Concatenate<CHANNELS, POSITIONS>
{
    type Step = Concatenate<CHANNELS, 1>;
}
impl CombineSteps for Add {
    type Step = Self;
}
impl CombineSteps for Multiply {
    type Step = Self;
}

impl<A: Tensor, B: Tensor, const CHANNELS: usize, const POSITIONS: usize> Combine<A, B>
    for Concatenate<CHANNELS, POSITIONS>
{
    type Output = SMatrix<f32, CHANNELS, POSITIONS>;
    const KIND: &'static str = "concat";

    #[inline(always)]
    fn put<const BATCH: usize>(a: &[A; BATCH], y: &mut [Self::Output; BATCH]) {
        const { concat_fits::<A, B>(CHANNELS, POSITIONS) }
        join_first(a, y);
    }

    #[inline(always)]
    fn join<const BATCH: usize>(b: &[B; BATCH], y: &mut [Self::Output; BATCH]) {
        join_last(b, y);
    }

    #[inline(always)]
    fn backward<const BATCH: usize>(
        _: &[A; BATCH],
        _: &[B; BATCH],
        dy: &[Self::Output; BATCH],
        da: &mut [A; BATCH],
        db: &mut [B; BATCH],
    ) {
        split(dy, da, db);
    }
}

const fn concat_fits<A: Tensor, B: Tensor>(channels: usize, positions: usize) {
    assert!(
        A::POSITIONS == positions && B::POSITIONS == positions,
        "branches that are concatenated must have the same positions"
    );
    assert!(
        A::CHANNELS + B::CHANNELS == channels,
        "`Concatenate` must have the channels of both branches"
    );
}

const fn same_shape<A: Tensor, B: Tensor>() {
    assert!(
        A::POSITIONS == B::POSITIONS && A::CHANNELS == B::CHANNELS,
        "branches must have the same shape"
    );
}

/// Writes the channels of `a` to the first ones of `y`.
#[inline(always)]
pub(super) fn join_first<A: Tensor, Y: Tensor, const BATCH: usize>(
    a: &[A; BATCH],
    y: &mut [Y; BATCH],
) {
    let to = lanes::rows_mut(as_mut_slice(y), Y::CHANNELS);
    for (y, a) in to.zip(lanes::rows(as_slice(a), A::CHANNELS)) {
        write(y, a);
    }
}

/// Writes the channels of `b` to the last ones of `y`.
#[inline(always)]
pub(super) fn join_last<B: Tensor, Y: Tensor, const BATCH: usize>(
    b: &[B; BATCH],
    y: &mut [Y; BATCH],
) {
    let to = lanes::rows_mut(as_mut_slice(y), Y::CHANNELS);
    for (y, b) in to.zip(lanes::rows(as_slice(b), B::CHANNELS)) {
        write(part_mut(y, Y::CHANNELS - B::CHANNELS, B::CHANNELS), b);
    }
}

/// Undoes [`join_first`] and [`join_last`].
#[inline(always)]
pub(super) fn split<A: Tensor, B: Tensor, Y: Tensor, const BATCH: usize>(
    y: &[Y; BATCH],
    a: &mut [A; BATCH],
    b: &mut [B; BATCH],
) {
    let from = lanes::rows(as_slice(y), Y::CHANNELS);
    let a = lanes::rows_mut(as_mut_slice(a), A::CHANNELS);
    let b = lanes::rows_mut(as_mut_slice(b), B::CHANNELS);
    for ((y, a), b) in from.zip(a).zip(b) {
        write(a, y);
        write(b, part(y, A::CHANNELS, B::CHANNELS));
    }
}

impl<A: Tensor, B: Tensor> Combine<A, B> for Add {
    type Output = A;
    const KIND: &'static str = "add";

    #[inline(always)]
    fn put<const BATCH: usize>(a: &[A; BATCH], y: &mut [A; BATCH]) {
        const { same_shape::<A, B>() }
        *y = *a;
    }

    #[inline(always)]
    fn join<const BATCH: usize>(b: &[B; BATCH], y: &mut [A; BATCH]) {
        add(as_mut_slice(y), as_slice(b));
    }

    #[inline(always)]
    fn backward<const BATCH: usize>(
        _: &[A; BATCH],
        _: &[B; BATCH],
        dy: &[A; BATCH],
        da: &mut [A; BATCH],
        db: &mut [B; BATCH],
    ) {
        *da = *dy;
        *db = *view(dy);
    }
}

impl<A: Tensor, B: Tensor> Combine<A, B> for Multiply {
    type Output = A;
    const KIND: &'static str = "multiply";

    #[inline(always)]
    fn put<const BATCH: usize>(a: &[A; BATCH], y: &mut [A; BATCH]) {
        const { same_shape::<A, B>() }
        *y = *a;
    }

    #[inline(always)]
    fn join<const BATCH: usize>(b: &[B; BATCH], y: &mut [A; BATCH]) {
        for (y, b) in as_mut_slice(y).iter_mut().zip(as_slice(b)) {
            *y *= b;
        }
    }

    #[inline(always)]
    fn backward<const BATCH: usize>(
        a: &[A; BATCH],
        b: &[B; BATCH],
        dy: &[A; BATCH],
        da: &mut [A; BATCH],
        db: &mut [B; BATCH],
    ) {
        let factors = as_slice(a).iter().zip(as_slice(b)).zip(as_slice(dy));
        let to = as_mut_slice(da).iter_mut().zip(as_mut_slice(db));
        for ((da, db), ((a, b), dy)) in to.zip(factors) {
            *da = dy * b;
            *db = dy * a;
        }
    }
}

/// Two layers or networks on one input, whose outputs become one: `concat`, `add` and `multiply` of the DSL (Keras `Concatenate`,
/// `Add`, `Multiply`). More than two are `Branches` whose second are `Branches`.
///
/// [`Beside`](crate::layer::Beside) joins vectors where code is generic and the compiler must work out the length of the output.
///
/// ```
/// use nn_core::layer::{Add, Dense, Identity, Branches};
/// use nn_core::prelude::*;
///
/// // With an identity for the other branch, a sum is a residual.
/// type Sum = Branches<Dense<3, 3>, Identity<SVector<f32, 3>>, Add>;
/// let y: SVector<f32, 3> = nn_core::predict(&Sum::default(), &SVector::from([1.0, 2.0, 3.0]));
/// assert_eq!(y.as_slice(), [1.0, 2.0, 3.0]);
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Branches<A, B, H> {
    /// The first branch.
    pub first: A,
    /// The second branch; if there are more, more `Branches`.
    pub second: B,
    /// [`Concatenate`], [`Add`], [`Multiply`] or [`Beside`](crate::layer::Beside), which is part of the type only.
    pub how: PhantomData<H>,
}

mark!([A: Plain, B: Plain, H: 'static] Branches<A, B, H> { first, second, how });

/// The memory of a branch, its outputs, and their gradient.
type Branch<L, const BATCH: usize> = (
    <L as Train>::Tape<BATCH>,
    [<L as Layer>::Output; BATCH],
    [<L as Layer>::Output; BATCH],
);

impl<A, B, H> Layer for Branches<A, B, H>
where
    A: Layer,
    B: Layer<Input = A::Input>,
    H: Combine<A::Output, B::Output>,
{
    type Input = A::Input;
    type Output = H::Output;
    type Head = Linear;
    const KIND: &'static str = H::KIND;
    const MACS: usize = A::MACS.saturating_add(B::MACS);
    const PARTS: &'static [Part] = &[
        Part::layer::<A>("first", ""),
        Part::layer::<B>("second", ""),
    ];
    const UNTRAINED: usize = A::UNTRAINED + B::UNTRAINED;
    const SCRATCH_BYTES: usize = larger(
        size_of::<A::Output>() + A::SCRATCH_BYTES,
        size_of::<B::Output>() + B::SCRATCH_BYTES,
    );
    const INDICES: Option<usize> = match (A::INDICES, B::INDICES) {
        (Some(a), Some(b)) if b < a => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    };

    #[inline(always)]
    fn forward<S: Simd>(&self, simd: S, x: &Self::Input, y: &mut Self::Output) {
        // One behind the other, so that they can share memory.
        {
            let mut a = MaybeUninit::uninit();
            let a = zeroed_in(&mut a);
            self.first.forward(simd, x, a);
            H::put(from_ref(a), from_mut(y));
        }
        let mut b = MaybeUninit::uninit();
        let b = zeroed_in(&mut b);
        self.second.forward(simd, x, b);
        H::join(from_ref(b), from_mut(y));
    }

    fn forward_batch<const BATCH: usize>(
        &self,
        level: Level,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        {
            let mut a = MaybeUninit::uninit();
            let a = zeroed_in(&mut a);
            self.first.forward_batch(level, x, a);
            H::put(a, y);
        }
        let mut b = MaybeUninit::uninit();
        let b = zeroed_in(&mut b);
        self.second.forward_batch(level, x, b);
        H::join(b, y);
    }
}

impl<A, B, H> Train for Branches<A, B, H>
where
    A: Train,
    B: Train<Input = A::Input>,
    H: Combine<A::Output, B::Output>,
{
    type Grad = Branches<A::Grad, B::Grad, H>;
    /// Both branches', and the gradient that the second gives the input.
    type Tape<const BATCH: usize> = (Branch<A, BATCH>, Branch<B, BATCH>, [A::Input; BATCH]);

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.first.init(rng);
        self.second.init(rng);
    }

    fn forward_train<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        ((tape_a, a, _), (tape_b, b, _), _): &mut Self::Tape<BATCH>,
    ) {
        self.first.forward_train(context, x, a, tape_a);
        self.second.forward_train(context, x, b, tape_b);
        H::put(a, y);
        H::join(b, y);
    }

    fn backward<const BATCH: usize>(&self, context: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x,
            dy,
            tape: ((tape_a, a, da), (tape_b, b, db), dx_b),
            grad,
            mut dx,
            ..
        } = pass;
        H::backward(a, b, dy, da, db);
        let first = Pass {
            x,
            y: a,
            dy: da,
            tape: tape_a,
            grad: &mut grad.first,
            dx: dx.as_deref_mut(),
        };
        self.first.backward(context, first);
        let second = Pass {
            x,
            y: b,
            dy: db,
            tape: tape_b,
            grad: &mut grad.second,
            dx: dx.is_some().then_some(&mut *dx_b),
        };
        self.second.backward(context, second);
        if let Some(dx) = dx {
            add(as_mut_slice(dx), as_slice(dx_b));
        }
    }

    fn visit(&mut self, grad: &mut Self::Grad, visitor: &mut dyn Visitor) {
        self.first.visit(&mut grad.first, visitor);
        self.second.visit(&mut grad.second, visitor);
    }

    fn regularize(&self, grad: &mut Self::Grad, add: bool) -> f32 {
        self.first.regularize(&mut grad.first, add) + self.second.regularize(&mut grad.second, add)
    }
}

/// The larger of two numbers.
pub(super) const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// The memory of a stream through [`Branches`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BranchStates<A, B> {
    /// The first branch's.
    pub first: A,
    /// The second branch's.
    pub second: B,
}

mark_zeroed!([A: Zeroed, B: Zeroed] BranchStates<A, B> { first, second });

#[diagnostic::do_not_recommend]
impl<A, B, H> Stream for Branches<A, B, H>
where
    A: Stream,
    B: Stream<Step = A::Step> + Layer<Input = A::Input>,
    H: Combine<A::Output, B::Output> + CombineSteps<Step: Combine<A::Result, B::Result>>,
{
    type State = BranchStates<A::State, B::State>;
    type Step = A::Step;
    type Result = <H::Step as Combine<A::Result, B::Result>>::Output;

    #[inline(always)]
    fn step<S: Simd>(
        &self,
        simd: S,
        state: &mut Self::State,
        x: &Self::Step,
        y: &mut Self::Result,
    ) {
        let (mut a, mut b) = (zeroed(), zeroed());
        self.first.step(simd, &mut state.first, x, &mut a);
        self.second.step(simd, &mut state.second, x, &mut b);
        H::Step::put(from_ref(&a), from_mut(y));
        H::Step::join(from_ref(&b), from_mut(y));
    }
}

#[diagnostic::do_not_recommend]
impl<A, B, H> TrainStream for Branches<A, B, H>
where
    A: TrainStream,
    B: TrainStream<Step = A::Step> + Layer<Input = A::Input>,
    H: Combine<A::Output, B::Output> + CombineSteps<Step: Combine<A::Result, B::Result>>,
{
    fn forward_window<const BATCH: usize>(
        &mut self,
        context: &mut Context<'_>,
        states: &mut [Self::State; BATCH],
        x: &[Self::Input; BATCH],
        y: &mut [Self::Output; BATCH],
        ((tape_a, a, _), (tape_b, b, _), _): &mut Self::Tape<BATCH>,
    ) {
        forward_window(
            &mut self.first,
            context,
            states,
            |state| &mut state.first,
            x,
            a,
            tape_a,
        );
        forward_window(
            &mut self.second,
            context,
            states,
            |state| &mut state.second,
            x,
            b,
            tape_b,
        );
        H::put(a, y);
        H::join(b, y);
    }
}
