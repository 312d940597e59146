use super::options::ScaleTo;
use super::{Clip, MAX_SLOTS, Optimizer, Options, Rule};
use crate::ahead::Ahead;
use crate::error::{Error, Result};
use crate::kernel::lanes::{load_part, part, part_mut, store_part};
use crate::layer::{ParameterInfo, Train, Visitor};
use crate::level::{dispatch, is_scalar};
use crate::math::slices::lane;
use crate::plain::{self, as_mut_slice, as_slice};
use core::ops::Range;
use fearless_simd::{Level, Simd, prelude::*};

/// The limit of a weight: one beyond this, or one that is not a number, is lost. Its square is far from overflowing, so penalties and norms
/// of weights within it are finite.
pub(crate) const LIMIT: f32 = 1e15;

/// Gradients and learning rates below these lead from weights within [`LIMIT`] to weights within it, so that a step need not be tried first.
const TAME_GRADIENT: f32 = 1e6;
const TAME_RATE: f64 = 1e3;

/// The target of a step's results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// New weights and state.
    Step,
    /// The same, and the weights as they were in place of the gradients.
    StepAndOld,
    /// Nothing: it only looks what would come out.
    Nothing,
}

/// One step of `optimizer`, the `step`-th counted from 0, on all trained parameters of `layer`.
///
/// `grad` is the mean gradient over the batch; clipping changes it. `state` starts as zeros.
///
/// # Errors
///
/// [`Error::Step`] if a weight would no longer be a finite number, or be beyond 1e15. Then nothing but `grad` has changed: large gradients,
/// large rates and rules without an `epsilon` are tried before anything is written.
pub fn step<L: Train, O: Optimizer>(
    level: Level,
    layer: &mut L,
    grad: &mut L::Grad,
    state: &mut O::State<L::Grad>,
    step: u64,
    optimizer: &mut O,
) -> Result<()> {
    let mut now = Step::new::<L, O>(level, grad, step, optimizer);
    let (state, ahead) = (as_mut_slice(state), &mut Ahead::nothing());
    // By their bits, which are in the order of the numbers from 0 on: no comparison of doubles for processors that have none.
    let tame = optimizer.learning_rate(step).to_bits() <= TAME_RATE.to_bits()
        && is_tame(level, as_mut_slice(grad))
        && now.rests();
    if !tame {
        now.adjust_gradients(layer, grad);
        if !now.run(Write::Nothing, layer, grad, state, ahead) {
            return Err(Error::Step);
        }
    }
    if now.run(Write::Step, layer, grad, state, ahead) {
        Ok(())
    } else {
        Err(Error::Step)
    }
}

/// [`step`], which leaves the weights as they were in `grad` and spreads the requests for what is `ahead` over its work: it waits for square
/// roots and divisions, not for memory. Returns whether the new weights are fine.
pub(crate) fn step_and_fetch<L: Train, O: Optimizer>(
    level: Level,
    layer: &mut L,
    grad: &mut L::Grad,
    state: &mut O::State<L::Grad>,
    step: u64,
    optimizer: &mut O,
    ahead: &mut Ahead<'_>,
) -> bool {
    let now = Step::new::<L, O>(level, grad, step, optimizer);
    now.run(Write::StepAndOld, layer, grad, as_mut_slice(state), ahead)
}

/// One step of an optimiser.
struct Step<R> {
    level: Level,
    rule: R,
    adjust: Adjust,
}

impl<R: Rule> Step<R> {
    fn new<L: Train, O: Optimizer<Rule = R>>(
        level: Level,
        grad: &mut L::Grad,
        step: u64,
        optimizer: &mut O,
    ) -> Self {
        Self {
            level,
            rule: optimizer.rule(step),
            adjust: Adjust::new(optimizer.options(), step, as_mut_slice(grad)),
        }
    }

    /// Whether the rule can do with nothing: with an `epsilon` of 0 it may divide zero by zero.
    fn rests(&self) -> bool {
        let (mut parameters, mut gradients, mut slots) = ([0.0], [0.0], [[0.0]; MAX_SLOTS]);
        let run = Run {
            parameters: &mut parameters,
            gradients: &mut gradients,
            slots: slots.each_mut().map(|slot| slot.as_mut_slice()),
            write: Write::Nothing,
        };
        apply(self.level, self.rule, 1.0, run, &mut Ahead::nothing())
    }

    /// Adjusts gradients ahead of the step, which then need not.
    #[inline(never)]
    fn adjust_gradients<L: Train>(&mut self, layer: &mut L, grad: &mut L::Grad) {
        if self.all_at_once::<L>() {
            self.adjust.gradients(as_slice(layer), as_mut_slice(grad));
        } else {
            layer.visit(grad, &mut self.adjust);
        }
        self.adjust = self.adjust.done();
    }

    /// Whether gradient and network are parallel, because all parameters are trained, and no option needs single tensors.
    fn all_at_once<L: Train>(&self) -> bool {
        let parallel = const { size_of::<L>() == size_of::<L::Grad>() };
        parallel && self.adjust.clipnorm.is_none()
    }

    /// Goes over all parameters; returns whether what comes out is fine.
    fn run<L: Train>(
        &self,
        write: Write,
        layer: &mut L,
        grad: &mut L::Grad,
        state: &mut [f32],
        ahead: &mut Ahead<'_>,
    ) -> bool {
        let mut each = EachTensor {
            step: self,
            slots: slots(state, plain::len::<L::Grad>()),
            ahead,
            write,
            fine: true,
        };
        if self.all_at_once::<L>() {
            let all = ParameterInfo { name: L::KIND };
            each.tensor(all, as_mut_slice(layer), as_mut_slice(grad));
        } else {
            layer.visit(grad, &mut each);
        }
        each.fine
    }
}

/// Whether all gradients are small enough for any rule.
fn is_tame(level: Level, gradients: &[f32]) -> bool {
    dispatch!(level, simd => all_within(simd, gradients, TAME_GRADIENT))
}

/// Whether the absolute values are numbers up to `limit`.
#[inline(always)]
fn all_within<S: Simd>(simd: S, values: &[f32], limit: f32) -> bool {
    if is_scalar(simd) {
        return values.iter().all(|value| value.abs() <= limit);
    }
    let (zero, one) = (S::f32s::splat(simd, 0.0), S::f32s::splat(simd, 1.0));
    let (mut fine, mut start) = (one, 0);
    while start < values.len() {
        let values: S::f32s = load_part(simd, values, start);
        fine = values.abs().simd_le(limit).select(fine, zero);
        start += S::f32s::LEN;
    }
    fine.as_slice().iter().all(|&lane| lane == 1.0)
}

/// Gives `layer` the weights that [`step_and_fetch`] left in `grad`.
pub(crate) fn take_back<L: Train>(layer: &mut L, grad: &mut L::Grad) {
    struct Back;
    impl Visitor for Back {
        fn tensor(&mut self, _: ParameterInfo, parameters: &mut [f32], old: &mut [f32]) {
            for (parameter, old) in parameters.iter_mut().zip(old) {
                *parameter = *old;
            }
        }
    }
    layer.visit(grad, &mut Back);
}

/// Cuts the state of a network with `len` trained parameters into its slots; empty slices where there are fewer.
fn slots(state: &mut [f32], len: usize) -> [&mut [f32]; MAX_SLOTS] {
    let mut rest = state;
    core::array::from_fn(|_| {
        let (slot, after) = core::mem::take(&mut rest)
            .split_at_mut_checked(len)
            .unwrap_or_default();
        rest = after;
        slot
    })
}

/// Updates one tensor after the other.
struct EachTensor<'a, 'b, R> {
    step: &'a Step<R>,
    /// The state of the tensors still to come.
    slots: [&'a mut [f32]; MAX_SLOTS],
    ahead: &'a mut Ahead<'b>,
    write: Write,
    /// Whether all weights so far are.
    fine: bool,
}

/// Adjusts gradients and does nothing else.
impl Visitor for Adjust {
    fn tensor(&mut self, _: ParameterInfo, parameters: &mut [f32], gradients: &mut [f32]) {
        self.gradients(parameters, gradients);
    }
}

impl<R: Rule> Visitor for EachTensor<'_, '_, R> {
    fn tensor(&mut self, _: ParameterInfo, parameters: &mut [f32], gradients: &mut [f32]) {
        let slots = self.slots.each_mut().map(|slot| {
            let (own, rest) = core::mem::take(slot)
                .split_at_mut_checked(parameters.len())
                .unwrap_or_default();
            *slot = rest;
            own
        });
        let step = self.step;
        step.adjust.gradients(parameters, gradients);
        let run = Run {
            parameters,
            gradients,
            slots,
            write: self.write,
        };
        self.fine &= apply(step.level, step.rule, step.adjust.keep, run, self.ahead);
    }
}

/// Applies a rule to parameters side by side: compiled once for each rule of this crate in this crate ([`INSTANCES`](super::INSTANCES)).
/// Returns whether what comes out is fine.
///
/// It owns what it uses, so that no store to a slice can be taken for a change of the rule.
#[inline(never)]
pub(super) fn apply<R: Rule>(
    level: Level,
    rule: R,
    keep: f32,
    run: Run<'_>,
    ahead: &mut Ahead<'_>,
) -> bool {
    dispatch!(level, simd => run.apply(simd, &rule, keep, ahead))
}

/// The effect of [`Options`] at one step.
#[derive(Clone, Copy)]
struct Adjust {
    /// Parameters are multiplied by this.
    keep: f32,
    l2: f32,
    /// Gradients are multiplied by this, then limited to `limit`.
    scale: f32,
    limit: f32,
    /// The largest norm of a tensor's gradient, and the function that says by what to multiply it.
    clipnorm: Option<(f64, ScaleTo)>,
}

impl Adjust {
    fn new(options: &Options, step: u64, gradients: &[f32]) -> Self {
        let mut adjust = Self {
            keep: 1.0,
            l2: options.l2 as f32,
            scale: 1.0,
            limit: f32::INFINITY,
            clipnorm: None,
        };
        let decay = options.weight_decay as f32;
        if decay != 0.0 {
            adjust.keep = 1.0 - decay * options.learning_rate.at(step) as f32;
        }
        match (options.clip(), options.limit.scale) {
            (Clip::Norm(norm), Some(scale)) => adjust.clipnorm = Some((norm, scale)),
            (Clip::GlobalNorm(norm), Some(scale)) => adjust.scale = scale(norm, gradients),
            (Clip::Value(limit), _) => adjust.limit = limit as f32,
            _ => {}
        }
        adjust
    }

    /// The rest to do once gradients have been adjusted.
    fn done(self) -> Self {
        Self {
            l2: 0.0,
            scale: 1.0,
            limit: f32::INFINITY,
            clipnorm: None,
            ..self
        }
    }

    /// Clips the gradients of these parameters and adds their L2 term; nothing at all if there is no such option.
    #[inline(never)]
    fn gradients(&self, parameters: &[f32], gradients: &mut [f32]) {
        let &Self { l2, limit, .. } = self;
        let scale = match self.clipnorm {
            Some((norm, scale)) => scale(norm, gradients),
            None => self.scale,
        };
        if scale == 1.0 && limit == f32::INFINITY && l2 == 0.0 {
            return;
        }
        for (g, p) in gradients.iter_mut().zip(parameters) {
            let mut clipped = *g * scale;
            // Not `clamp`, which panics at a limit below zero, nor `min`, which hides a gradient that is not a number.
            if clipped > limit {
                clipped = limit;
            }
            if clipped < -limit {
                clipped = -limit;
            }
            *g = clipped + l2 * p;
        }
    }
}

/// State below this is set to zero, so that neither it nor a tenth of it sits in the subnormal range, where arithmetic is up
/// to a hundred times slower. Its square root is far below every usual `epsilon`.
const FLUSH: f32 = 1e-36;

/// Cache lines asked for after each vector: they come in about as fast as the steps go on.
const LINES: usize = 2;

/// Parameters side by side, with what belongs to them.
pub(crate) struct Run<'a> {
    parameters: &'a mut [f32],
    gradients: &'a mut [f32],
    slots: [&'a mut [f32]; MAX_SLOTS],
    write: Write,
}

impl Run<'_> {
    /// Applies `rule` to all of them; parameters are multiplied by `keep` first. Returns whether all weights that come out are within
    /// [`LIMIT`], and all state is finite.
    #[inline(always)]
    fn apply<S: Simd, R: Rule>(
        mut self,
        simd: S,
        rule: &R,
        keep: f32,
        ahead: &mut Ahead<'_>,
    ) -> bool {
        const { assert!(R::SLOTS <= MAX_SLOTS, "a rule has at most three slots") };
        let used = self.slots.iter().take(R::SLOTS).map(|slot| slot.len());
        let len = used.fold(self.parameters.len().min(self.gradients.len()), usize::min);
        if is_scalar(simd) {
            return self.one_by_one(simd, rule, keep);
        }
        let mut lost = S::f32s::splat(simd, 0.0);
        let whole = len - len % S::f32s::LEN;
        let mut start = 0;
        while start < whole && !ahead.is_done() {
            lost += self.vector(simd, rule, keep, start..start + S::f32s::LEN);
            ahead.fetch(LINES);
            start += S::f32s::LEN;
        }
        for start in (start..whole).step_by(S::f32s::LEN) {
            lost += self.vector(simd, rule, keep, start..start + S::f32s::LEN);
        }
        let mut rest = lost;
        if whole < len {
            rest = self.vector(simd, rule, keep, whole..len);
        }
        // Lanes behind the end are nobody's weights.
        let rest = rest.as_slice().iter().take(len - whole);
        lost.as_slice().iter().chain(rest).all(|&lane| lane == 0.0)
    }

    /// [`apply`](Self::apply) at the scalar level.
    #[inline(always)]
    fn one_by_one<S: Simd, R: Rule>(self, simd: S, rule: &R, keep: f32) -> bool {
        let Run {
            parameters,
            gradients,
            slots: [a, b, c],
            write,
        } = self;
        let one = |both: (&mut f32, &mut f32), own| update_one(simd, rule, keep, write, both, own);
        let both = parameters.iter_mut().zip(gradients);
        let mut wrong = 0;
        // Slots that the rule does not have are empty.
        match R::SLOTS {
            0 => both.for_each(|both| wrong |= one(both, [None, None, None])),
            1 => (both.zip(a)).for_each(|(both, a)| wrong |= one(both, [Some(a), None, None])),
            2 => (both.zip(a).zip(b))
                .for_each(|((both, a), b)| wrong |= one(both, [Some(a), Some(b), None])),
            _ => (both.zip(a).zip(b).zip(c))
                .for_each(|(((both, a), b), c)| wrong |= one(both, [Some(a), Some(b), Some(c)])),
        }
        wrong >> 31 == 0
    }

    /// [`apply`](Self::apply) to a range of at most one vector; returns 0 for each lane where what comes out is fine, else a NaN. It takes no
    /// comparison: a number times zero is zero, and what is infinite or none is not.
    #[inline(always)]
    fn vector<S: Simd, R: Rule>(
        &mut self,
        simd: S,
        rule: &R,
        keep: f32,
        range: Range<usize>,
    ) -> S::f32s {
        let (start, len) = (range.start, range.len());
        let parameters = part_mut(self.parameters, start, len);
        let gradients = part_mut(self.gradients, start, len);
        let mut state = [S::f32s::splat(simd, 0.0); MAX_SLOTS];
        for (state, slot) in state.iter_mut().zip(&self.slots).take(R::SLOTS) {
            *state = load_part(simd, part(slot, start, len), 0);
        }
        let before: S::f32s = load_part(simd, parameters, 0);
        let gradient = load_part(simd, gradients, 0);
        let updated = rule.update(simd, before * keep, gradient, &mut state);
        let zero = S::f32s::splat(simd, 0.0);
        // What is beyond the limit becomes infinite.
        let mut lost = updated * (f32::MAX / LIMIT) * zero;
        for state in state.iter().take(R::SLOTS) {
            lost = state.mul_add(zero, lost);
        }
        if self.write == Write::Nothing {
            return lost;
        }
        if self.write == Write::StepAndOld {
            store_part(before, gradients);
        }
        store_part(updated, parameters);
        for (state, slot) in state.iter().zip(&mut self.slots).take(R::SLOTS) {
            let small = state.abs().simd_lt(FLUSH);
            store_part(small.select(zero, *state), part_mut(slot, start, len));
        }
        lost
    }
}

/// One parameter, its gradient and its state at the scalar level. The highest bit of what it returns is set if the weight or the state that comes
/// out is too large or not a number.
#[inline(always)]
fn update_one<S: Simd, R: Rule>(
    simd: S,
    rule: &R,
    keep: f32,
    write: Write,
    (parameter, gradient): (&mut f32, &mut f32),
    mut own: [Option<&mut f32>; MAX_SLOTS],
) -> u32 {
    let mut state = [S::f32s::splat(simd, 0.0); MAX_SLOTS];
    /// Written out: as a loop it would keep the state in memory wherever it is not unrolled.
    macro_rules! each_slot {
        (|$own:ident, $state:ident| $body:expr) => {
            each_slot!(@ $own, $state, $body, 0 1 2);
        };
        (@ $own:ident, $state:ident, $body:expr, $($n:literal)*) => {$(
            if let (Some($own), $state) = (&mut own[$n], &mut state[$n]) {
                $body;
            }
        )*};
    }
    /// The sign of the difference tells which of two numbers above 0 is the greater, by their bits; a chip compares floats in twice the steps.
    fn beyond(limit: f32, value: f32) -> u32 {
        limit.to_bits().wrapping_sub(value.abs().to_bits())
    }
    each_slot!(|own, state| *state = S::f32s::splat(simd, **own));
    let value = S::f32s::splat(simd, *parameter * keep);
    let along = S::f32s::splat(simd, *gradient);
    let updated = lane(rule.update(simd, value, along, &mut state));
    let mut wrong = beyond(LIMIT, updated);
    each_slot!(|_own, state| wrong |= beyond(f32::MAX, lane(*state)));
    if write == Write::Nothing {
        return wrong;
    }
    if write == Write::StepAndOld {
        *gradient = *parameter;
    }
    *parameter = updated;
    each_slot!(|own, state| {
        let state = lane(*state);
        **own = if state.abs() < FLUSH { 0.0 } else { state };
    });
    wrong
}
