use super::branches::{join_first, join_last, larger, split};
use super::residual::add;
use super::{Context, Layer, Visitor};
use crate::activation::Linear;
use crate::plain::{Plain, as_mut_slice, as_slice, mark, zeroed};
use crate::tensor::Tensor;
use core::ops::Add;
use fearless_simd::Simd;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, DimName, OVector, SVector, ToConst, ToTypenum};
use rand::Rng;
use typenum::Sum;

/// Puts one vector behind another; the length of the result is the type-level sum of theirs.
pub trait Join<Other: Tensor>: Tensor {
    /// A vector of `Self::LEN + Other::LEN` values, at most 127.
    type Joined: Tensor;
}

/// The length of an `SVector<f32, N>` as typenum counts.
type Length<const N: usize> = <Const<N> as ToTypenum>::Typenum;
/// `N + M` as nalgebra counts.
type Total<const N: usize, const M: usize> = <Sum<Length<N>, Length<M>> as ToConst>::Const;

impl<const N: usize, const M: usize> Join<SVector<f32, M>> for SVector<f32, N>
where
    Const<N>: ToTypenum,
    Const<M>: ToTypenum,
    Length<N>: Add<Length<M>>,
    Sum<Length<N>, Length<M>>: ToConst,
    Total<N, M>: DimName,
    DefaultAllocator: Allocator<Total<N, M>>,
    OVector<f32, Total<N, M>>: Tensor,
{
    type Joined = OVector<f32, Total<N, M>>;
}

/// Two layers or networks side by side on one input; the outputs of the second follow those of the first (Keras `Concatenate`).
///
/// For generic code: the compiler works out the length of the output, whatever the two are.
///
/// ```
/// use nn_core::layer::{Beside, Dense};
/// use nn_core::prelude::*;
///
/// /// Two views of the same input, joined.
/// type Both = Beside<Dense<4, 3, Relu>, Dense<4, 2, Sigmoid>>;
/// let mut both = Both::default();
/// both.init(&mut SmallRng::seed_from_u64(1));
///
/// let y: SVector<f32, 5> = nn_core::predict(&both, &SVector::from([1.0, 2.0, 3.0, 4.0]));
/// assert!(y.iter().take(3).all(|relu| *relu >= 0.0));
/// assert!(y.iter().skip(3).all(|sigmoid| (0.0..=1.0).contains(sigmoid)));
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beside<A, B> {
    /// Gives the first outputs.
    pub first: A,
    /// Gives the others.
    pub second: B,
}

mark!([A: Plain, B: Plain] Beside<A, B> { first, second });

/// The outputs of both, one behind the other.
type Joined<A, B> = <<A as Layer>::Output as Join<<B as Layer>::Output>>::Joined;
/// What a layer remembers, its outputs, and room for their gradient.
type Half<L, const N: usize> = (
    <L as Layer>::Tape<N>,
    [<L as Layer>::Output; N],
    [<L as Layer>::Output; N],
);

impl<A, B> Layer for Beside<A, B>
where
    A: Layer<Output: Join<B::Output>>,
    B: Layer<Input = A::Input>,
{
    type Input = A::Input;
    type Output = Joined<A, B>;
    type Grad = Beside<A::Grad, B::Grad>;
    type Tape<const N: usize> = (Half<A, N>, Half<B, N>, [A::Input; N]);
    type Head = Linear;
    const KIND: &'static str = "beside";
    const MACS: usize = A::MACS + B::MACS;
    const SCRATCH_BYTES: usize = size_of::<A::Output>()
        + size_of::<B::Output>()
        + larger(A::SCRATCH_BYTES, B::SCRATCH_BYTES);

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.first.init(rng);
        self.second.init(rng);
    }

    #[inline(always)]
    fn forward<S: Simd, const N: usize>(
        &self,
        simd: S,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
    ) {
        let (mut first, mut second) = (zeroed(), zeroed());
        self.first.forward(simd, x, &mut first);
        self.second.forward(simd, x, &mut second);
        join_first(&first, y);
        join_last(&second, y);
    }

    #[inline(always)]
    fn forward_train<S: Simd, const N: usize>(
        &mut self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; N],
        y: &mut [Self::Output; N],
        ((tape_a, first, _), (tape_b, second, _), _): &mut Self::Tape<N>,
    ) {
        self.first.forward_train(context, x, first, tape_a);
        self.second.forward_train(context, x, second, tape_b);
        join_first(first, y);
        join_last(second, y);
    }

    #[inline(always)]
    fn backward<S: Simd, const N: usize>(
        &self,
        context: &mut Context<'_, S>,
        x: &[Self::Input; N],
        _: &[Self::Output; N],
        dy: &mut [Self::Output; N],
        ((tape_a, first, da), (tape_b, second, db), dx_b): &mut Self::Tape<N>,
        grad: &mut Self::Grad,
        dx: Option<&mut [Self::Input; N]>,
    ) {
        split(dy, da, db);
        let Some(dx) = dx else {
            self.first
                .backward(context, x, first, da, tape_a, &mut grad.first, None);
            self.second
                .backward(context, x, second, db, tape_b, &mut grad.second, None);
            return;
        };
        self.first
            .backward(context, x, first, da, tape_a, &mut grad.first, Some(dx));
        self.second
            .backward(context, x, second, db, tape_b, &mut grad.second, Some(dx_b));
        add(as_mut_slice(dx), as_slice(dx_b));
    }

    fn visit(&mut self, grad: &mut Self::Grad, visitor: &mut dyn Visitor) {
        self.first.visit(&mut grad.first, visitor);
        self.second.visit(&mut grad.second, visitor);
    }

    fn regularize(&self, grad: &mut Self::Grad) -> f32 {
        self.first.regularize(&mut grad.first) + self.second.regularize(&mut grad.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Sigmoid;
    use crate::layer::Dense;
    use fearless_simd::{Level, dispatch};
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    type Both = Beside<Dense<3, 2, Sigmoid>, Dense<3, 4>>;

    /// The sum of all outputs, weighted by their place.
    fn score(net: &Both, x: &SVector<f32, 3>) -> f64 {
        let mut y = [zeroed::<SVector<f32, 6>>()];
        dispatch!(Level::baseline(), simd => net.forward(simd, &[*x], &mut y));
        y[0].iter()
            .enumerate()
            .map(|(i, v)| (i + 1) as f64 * f64::from(*v))
            .sum()
    }

    #[test]
    fn gradients_of_both_and_of_the_shared_input_match_differences() {
        let mut random = SmallRng::seed_from_u64(4);
        let mut net = Both::default();
        net.init(&mut random);
        let x = SVector::from([0.3, -0.7, 0.5]);
        let (mut y, mut dx, mut tape, mut grad) =
            ([zeroed()], [zeroed()], zeroed(), Both::default());
        let mut dy = [SVector::from_fn(|i, _| (i + 1) as f32)];
        dispatch!(Level::baseline(), simd => {
            let mut context = Context { simd, rows: 1, random: &mut random };
            net.forward_train::<_, 1>(&mut context, &[x], &mut y, &mut tape);
            net.backward(&mut context, &[x], &y, &mut dy, &mut tape, &mut grad, Some(&mut dx));
        });
        let step = 1e-2_f32;
        let close = |a: f64, b: f32| assert!((a - f64::from(b)).abs() < 2e-3, "{a} and {b}");
        for i in 0..3 {
            let (mut up, mut down) = (x, x);
            up[i] += step;
            down[i] -= step;
            close(
                (score(&net, &up) - score(&net, &down)) / f64::from(2.0 * step),
                dx[0][i],
            );
        }
        for i in 0..crate::plain::len::<Both>() {
            let (mut up, mut down) = (net, net);
            as_mut_slice(&mut up)[i] += step;
            as_mut_slice(&mut down)[i] -= step;
            close(
                (score(&up, &x) - score(&down, &x)) / f64::from(2.0 * step),
                as_slice(&grad)[i],
            );
        }
    }
}
