use super::branches::{Combine, join_first, join_last, split};
use crate::tensor::Tensor;
use core::ops::Add;
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, DimName, OVector, SVector, ToConst, ToTypenum};
use typenum::Sum;

/// Puts one vector behind another (Keras `Concatenate`), for generic code: the compiler works out the length of the output as a type-level
/// sum, which const generics of stable Rust cannot. At most 127 values in all.
///
/// ```
/// use nn_core::layer::{Beside, Branches, Dense};
/// use nn_core::prelude::*;
///
/// /// Two views of the same input, joined.
/// type Both = Branches<Dense<4, 3, Relu>, Dense<4, 2, Sigmoid>, Beside>;
/// let mut both = Both::default();
/// both.init(&mut SmallRng::seed_from_u64(1));
///
/// let y: SVector<f32, 5> = nn_core::predict(&both, &SVector::from([1.0, 2.0, 3.0, 4.0]));
/// assert!(y.iter().take(3).all(|relu| *relu >= 0.0));
/// assert!(y.iter().skip(3).all(|sigmoid| (0.0..=1.0).contains(sigmoid)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside;

/// The length of an `SVector<f32, FIRST>` as typenum counts.
type Length<const FIRST: usize> = <Const<FIRST> as ToTypenum>::Typenum;
/// `FIRST + SECOND` as nalgebra counts.
type Total<const FIRST: usize, const SECOND: usize> =
    <Sum<Length<FIRST>, Length<SECOND>> as ToConst>::Const;

impl<const FIRST: usize, const SECOND: usize> Combine<SVector<f32, FIRST>, SVector<f32, SECOND>>
    for Beside
where
    Const<FIRST>: ToTypenum,
    Const<SECOND>: ToTypenum,
    Length<FIRST>: Add<Length<SECOND>>,
    Sum<Length<FIRST>, Length<SECOND>>: ToConst,
    Total<FIRST, SECOND>: DimName,
    DefaultAllocator: Allocator<Total<FIRST, SECOND>>,
    OVector<f32, Total<FIRST, SECOND>>: Tensor,
{
    type Output = OVector<f32, Total<FIRST, SECOND>>;
    const KIND: &'static str = "concat";

    fn put<const BATCH: usize>(a: &[SVector<f32, FIRST>; BATCH], y: &mut [Self::Output; BATCH]) {
        join_first(a, y);
    }

    fn join<const BATCH: usize>(b: &[SVector<f32, SECOND>; BATCH], y: &mut [Self::Output; BATCH]) {
        join_last(b, y);
    }

    fn backward<const BATCH: usize>(
        _: &[SVector<f32, FIRST>; BATCH],
        _: &[SVector<f32, SECOND>; BATCH],
        dy: &[Self::Output; BATCH],
        da: &mut [SVector<f32, FIRST>; BATCH],
        db: &mut [SVector<f32, SECOND>; BATCH],
    ) {
        split(dy, da, db);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::Sigmoid;
    use crate::layer::{Branches, Context, Dense, Pass, Train};
    use crate::plain::{as_mut_slice, as_slice, zeroed};
    use fearless_simd::Level;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    type Both = Branches<Dense<3, 2, Sigmoid>, Dense<3, 4>, Beside>;

    /// The sum of all outputs, weighted by their place.
    fn score(net: &Both, x: &SVector<f32, 3>) -> f64 {
        let y: SVector<f32, 6> = crate::predict(net, x);
        y.iter()
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
        let (mut y, mut dx, mut tape) = ([zeroed()], [zeroed()], zeroed());
        let mut grad = zeroed::<<Both as Train>::Grad>();
        let mut dy = [SVector::from_fn(|i, _| (i + 1) as f32)];
        let mut context = Context {
            level: Level::baseline(),
            rows: 1,
            random: &mut random,
        };
        net.forward_train::<1>(&mut context, &[x], &mut y, &mut tape);
        let pass = Pass {
            x: &[x],
            y: &y,
            dy: &mut dy,
            tape: &mut tape,
            grad: &mut grad,
            dx: Some(&mut dx),
        };
        net.backward(&mut context, pass);
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
