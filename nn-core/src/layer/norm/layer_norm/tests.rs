use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::NoBias;
use crate::layer::norm::batch_norm::tests::{differences, read, train};
use crate::plain::zeroed;
use fearless_simd::dispatch;

fn golden<const C: usize, const P: usize, const N: usize, E: Scalar>(name: &str) {
    let case = Case::read(name);
    let mut layer = LayerNorm::<C, P, E> {
        gamma: read(&case, "/params/gamma"),
        beta: read(&case, "/params/beta"),
        epsilon: PhantomData,
    };
    let x = read::<[SMatrix<f32, C, P>; N]>(&case, "/inputs/x");
    let dy = read::<[SMatrix<f32, C, P>; N]>(&case, "/inputs/grad_output");
    for level in crate::level::all() {
        let (mut y, mut result) = (zeroed(), zeroed());
        layer.forward_batch(level, &x, &mut y);
        dispatch!(level, simd => layer.step(simd, &mut (), &x[0].column(0).into(), &mut result));
        let expected = case.tensor("/output");
        assert_close(name, as_slice(&y), &expected);
        assert_close(name, as_slice(&result), &expected[..C]);
        let step = train(level, &mut layer, &x, &dy, N);
        assert_close(name, as_slice(&step.y), &expected);
        assert_close(name, as_slice(&step.dx), &case.tensor("/grads/input"));
        let (gamma, beta) = (&step.grad.gamma, &step.grad.beta);
        assert_close(name, as_slice(gamma), &case.tensor("/grads/gamma"));
        assert_close(name, as_slice(beta), &case.tensor("/grads/beta"));
    }
}

#[test]
fn it_is_that_of_keras() {
    golden::<5, 1, 3, Ratio<1, 1000>>("layer__layer_norm");
    golden::<5, 4, 3, Ratio<1, 1_000_000>>("layer__layer_norm_3d_eps1e-6");
}

#[test]
fn gradients_agree_with_difference_quotients() {
    differences::<LayerNorm<5, 1>, 3>(3);
    differences::<LayerNorm<5, 1>, 3>(2);
    differences::<LayerNorm<3, 70>, 2>(2);
    differences::<LayerNorm<18, 2>, 2>(2);
    differences::<LayerNorm<4, 3, Ratio<1, 1000>, NoBias>, 2>(2);
    differences::<LayerNorm<4, 3, Ratio<1, 1000>, NoBias, NoBias>, 2>(2);
    differences::<LayerNorm<4, 3, Ratio<1, 1000>, WithBias, NoBias>, 2>(2);
}

#[test]
fn one_channel_is_its_own_mean() {
    let mut layer = LayerNorm::<1, 2>::default();
    layer.gamma[0] = 3.0;
    layer.beta[0] = 2.0;
    let y = crate::predict(&layer, &SMatrix::from([[7.0], [1e30]]));
    assert_eq!(y.as_slice(), [2.0, 2.0]);
}
