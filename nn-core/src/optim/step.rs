use super::{Clip, MAX_SLOTS, Optimizer, Options, Rule};
use crate::ahead::Ahead;
use crate::kernel::lanes::{load_part, part, part_mut, store_part};
use crate::layer::{ParameterInfo, Train, Visitor};
use crate::level::{dispatch, is_scalar};
use crate::math::slices::lane;
use crate::plain::{self, as_mut_slice};
use core::ops::Range;
use fearless_simd::{Level, Simd, prelude::*};

/// One step of `optimizer`, the `step`-th counted from 0, on all trained parameters of `layer`.
///
/// `grad` is the mean gradient over the batch; clipping changes it. `state` starts as zeros.
pub fn step<L: Train, O: Optimizer>(
    level: Level,
    layer: &mut L,
    grad: &mut L::Grad,
    state: &mut O::State<L::Grad>,
    step: u64,
    optimizer: &mut O,
) {
    let ahead = &mut Ahead::nothing();
    step_and_fetch(level, layer, grad, state, step, optimizer, ahead);
}

/// [`step`], which spreads the requests for what is `ahead` over its work: it waits for square roots and divisions, not for memory.
pub(crate) fn step_and_fetch<L: Train, O: Optimizer>(
    level: Level,
    layer: &mut L,
    grad: &mut L::Grad,
    state: &mut O::State<L::Grad>,
    step: u64,
    optimizer: &mut O,
    ahead: &mut Ahead<'_>,
) {
    let mut each = EachTensor {
        level,
        rule: optimizer.rule(step),
        adjust: Adjust::new(optimizer.options(), step, as_mut_slice(grad)),
        slots: slots(as_mut_slice(state), plain::len::<L::Grad>()),
        ahead,
    };
    // Where all parameters are trained, gradient and network are parallel, and may as well be one tensor.
    let parallel = const { size_of::<L>() == size_of::<L::Grad>() };
    if parallel && each.adjust.clipnorm.is_none() {
        let all = ParameterInfo { name: L::KIND };
        each.tensor(all, as_mut_slice(layer), as_mut_slice(grad));
    } else {
        layer.visit(grad, &mut each);
    }
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
    level: Level,
    rule: R,
    adjust: Adjust,
    /// The state of the tensors still to come.
    slots: [&'a mut [f32]; MAX_SLOTS],
    ahead: &'a mut Ahead<'b>,
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
        self.adjust.gradients(parameters, gradients);
        let run = Run {
            parameters,
            gradients,
            slots,
        };
        apply(self.level, self.rule, self.adjust.keep, run, self.ahead);
    }
}

/// Applies a rule to parameters side by side: compiled once for each rule of this crate in this crate ([`INSTANCES`](super::INSTANCES)).
///
/// It owns what it uses, so that no store to a slice can be taken for a change of the rule.
#[inline(never)]
pub(super) fn apply<R: Rule>(
    level: Level,
    rule: R,
    keep: f32,
    run: Run<'_>,
    ahead: &mut Ahead<'_>,
) {
    dispatch!(level, simd => run.apply(simd, &rule, keep, ahead));
}

/// What [`Options`] do at one step.
#[derive(Clone, Copy)]
struct Adjust {
    /// Parameters are multiplied by this.
    keep: f32,
    l2: f32,
    /// Gradients are multiplied by this, then limited to `limit`.
    scale: f32,
    limit: f32,
    clipnorm: Option<f64>,
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
        if options.weight_decay != 0.0 {
            adjust.keep = (1.0 - options.weight_decay * options.schedule.at(step)) as f32;
        }
        match options.clip {
            Clip::None => {}
            Clip::Norm(norm) => adjust.clipnorm = Some(norm),
            Clip::GlobalNorm(norm) => adjust.scale = scale_to(norm, gradients),
            Clip::Value(limit) => adjust.limit = limit as f32,
        }
        adjust
    }

    /// Clips the gradients of these parameters and adds their L2 term; nothing at all if there is no such option.
    fn gradients(&self, parameters: &[f32], gradients: &mut [f32]) {
        let &Self { l2, limit, .. } = self;
        let scale = match self.clipnorm {
            Some(norm) => scale_to(norm, gradients),
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

/// The factor that brings the Euclidean norm of `values` down to `norm`; 1 if it is not above.
fn scale_to(norm: f64, values: &[f32]) -> f32 {
    let actual = crate::sum::norm(values);
    if actual > norm {
        (norm / actual) as f32
    } else {
        1.0
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
    gradients: &'a [f32],
    slots: [&'a mut [f32]; MAX_SLOTS],
}

impl Run<'_> {
    /// Applies `rule` to all of them; parameters are multiplied by `keep` first.
    #[inline(always)]
    fn apply<S: Simd, R: Rule>(mut self, simd: S, rule: &R, keep: f32, ahead: &mut Ahead<'_>) {
        const { assert!(R::SLOTS <= MAX_SLOTS, "a rule has at most three slots") };
        let used = self.slots.iter().take(R::SLOTS).map(|slot| slot.len());
        let len = used.fold(self.parameters.len().min(self.gradients.len()), usize::min);
        if is_scalar(simd) {
            return self.one_by_one(simd, rule, keep);
        }
        let whole = len - len % S::f32s::LEN;
        let mut start = 0;
        while start < whole && !ahead.is_done() {
            self.vector(simd, rule, keep, start..start + S::f32s::LEN);
            ahead.fetch(LINES);
            start += S::f32s::LEN;
        }
        for start in (start..whole).step_by(S::f32s::LEN) {
            self.vector(simd, rule, keep, start..start + S::f32s::LEN);
        }
        if whole < len {
            self.vector(simd, rule, keep, whole..len);
        }
    }

    /// [`apply`](Self::apply) at the scalar level.
    #[inline(always)]
    fn one_by_one<S: Simd, R: Rule>(&mut self, simd: S, rule: &R, keep: f32) {
        let [a, b, c] = &mut self.slots;
        let mut slots = [a.iter_mut(), b.iter_mut(), c.iter_mut()];
        for (parameter, gradient) in self.parameters.iter_mut().zip(self.gradients) {
            let mut own = slots.each_mut().map(|slot| slot.next());
            let mut state = [S::f32s::splat(simd, 0.0); MAX_SLOTS];
            for (state, own) in state.iter_mut().zip(&own).take(R::SLOTS) {
                *state = S::f32s::splat(simd, own.as_deref().copied().unwrap_or(0.0));
            }
            let (value, gradient) = (
                S::f32s::splat(simd, *parameter * keep),
                S::f32s::splat(simd, *gradient),
            );
            *parameter = lane(rule.update(simd, value, gradient, &mut state));
            for (state, own) in state.iter().zip(&mut own).take(R::SLOTS) {
                let state = lane(*state);
                if let Some(own) = own {
                    **own = if state.abs() < FLUSH { 0.0 } else { state };
                }
            }
        }
    }

    /// [`apply`](Self::apply) to a range of at most one vector.
    #[inline(always)]
    fn vector<S: Simd, R: Rule>(&mut self, simd: S, rule: &R, keep: f32, range: Range<usize>) {
        let (start, len) = (range.start, range.len());
        let parameters = part_mut(self.parameters, start, len);
        let gradient = load_part(simd, part(self.gradients, start, len), 0);
        let mut state = [S::f32s::splat(simd, 0.0); MAX_SLOTS];
        for (state, slot) in state.iter_mut().zip(&self.slots).take(R::SLOTS) {
            *state = load_part(simd, part(slot, start, len), 0);
        }
        let before: S::f32s = load_part(simd, parameters, 0);
        let updated = rule.update(simd, before * keep, gradient, &mut state);
        store_part(updated, parameters);
        for (state, slot) in state.iter().zip(&mut self.slots).take(R::SLOTS) {
            let small = state.abs().simd_lt(FLUSH);
            let flushed = small.select(S::f32s::splat(simd, 0.0), *state);
            store_part(flushed, part_mut(slot, start, len));
        }
    }
}
