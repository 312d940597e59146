use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::NoBias;
use crate::prelude::*;
use crate::{level, predict_at};

type Golden = MultiHeadAttention<AttentionSizes<6, 5, 2, 3, 3, 6, 6>>;

#[test]
fn output_and_gradients_are_keras_s() {
    let case = Case::read("layer__multi_head_attention_self");
    let mut layer = Golden::default();
    let names = [
        "query/kernel",
        "query/bias",
        "key/kernel",
        "key/bias",
        "value/kernel",
        "value/bias",
        "attention_output/kernel",
        "attention_output/bias",
    ];
    let all = |folder: &str| -> std::vec::Vec<f64> {
        let path = |name: &&str| std::format!("/{folder}/{}", name.replace('/', "~1"));
        names
            .iter()
            .flat_map(|name| case.tensor(&path(name)))
            .collect()
    };
    for (weight, value) in as_mut_slice(&mut layer).iter_mut().zip(all("params")) {
        *weight = value as f32;
    }
    let mut x = [SMatrix::<f32, 6, 5>::zeros(); 3];
    as_mut_slice(&mut x).copy_from_slice(&case.tensor_f32("/inputs/x"));
    let mut dy = x;
    as_mut_slice(&mut dy).copy_from_slice(&case.tensor_f32("/inputs/grad_output"));
    let mut trainer = Trainer::<Golden, _, _, 3>::new(Sgd::new(1.0), SumSquaredError);
    let output = case.tensor("/output");
    let y = trainer.forward(&mut layer, &x).unwrap();
    assert_close("training", as_slice(&[y[0], y[1], y[2]]), &output);
    let mut dx = x;
    trainer.backward(&layer, &dy, Some(&mut dx)).unwrap();
    assert_close("parameters", as_slice(trainer.grad()), &all("grads"));
    assert_close("input", as_slice(&dx), &case.tensor("/grads/input"));
    for level in level::all() {
        let y = x.map(|x| predict_at(&layer, level, &x));
        assert_close("inference", as_slice(&y), &output);
    }
}

/// More steps than fit in one tile, values as many as nothing else, a mask and no bias.
type Causal = MultiHeadAttention<AttentionSizes<3, 11, 2, 4, 5, 8, 10>, true, NoBias>;

/// The sum of all outputs, weighted by their place.
fn score(layer: &Causal, x: &SMatrix<f32, 3, 11>) -> f64 {
    let y = crate::predict(layer, x);
    let weighted = |(i, y): (usize, &f32)| (i % 7) as f64 * f64::from(*y);
    y.iter().enumerate().map(weighted).sum()
}

#[test]
fn gradients_match_differences_behind_a_mask() {
    let mut random = SmallRng::seed_from_u64(3);
    let mut layer = Causal::default();
    layer.init(&mut random);
    let x = SMatrix::from_fn(|_, _| random.random_range(-1.0..1.0));
    let mut trainer = Trainer::<Causal, _, _, 2>::new(Sgd::new(1.0), SumSquaredError);
    let y = trainer.forward(&mut layer, &[x]).unwrap();
    let whole = crate::predict(&layer, &x);
    assert!((y[0] - whole).amax() < 1e-5);
    let mut dx = [x; 2];
    let mut dy = SMatrix::<f32, 3, 11>::zeros();
    dy.iter_mut()
        .enumerate()
        .for_each(|(i, d)| *d = (i % 7) as f32);
    trainer.backward(&layer, &[dy], Some(&mut dx)).unwrap();
    let step = 1e-2_f32;
    let close = |up: f64, down: f64, ours: f32| {
        let slope = (up - down) / f64::from(2.0 * step);
        let error = (slope - f64::from(ours)).abs();
        assert!(error < 5e-3 * slope.abs().max(1.0), "{slope} and {ours}");
    };
    for i in 0..x.len() {
        let (mut up, mut down) = (x, x);
        up[i] += step;
        down[i] -= step;
        close(score(&layer, &up), score(&layer, &down), dx[0][i]);
    }
    for i in 0..crate::plain::len::<Causal>() {
        let (mut up, mut down) = (layer, layer);
        as_mut_slice(&mut up)[i] += step;
        as_mut_slice(&mut down)[i] -= step;
        close(
            score(&up, &x),
            score(&down, &x),
            as_slice(trainer.grad())[i],
        );
    }
}

#[test]
fn a_causal_step_does_not_see_later_ones() {
    let mut random = SmallRng::seed_from_u64(3);
    let mut layer = Causal::default();
    layer.init(&mut random);
    let x = SMatrix::<f32, 3, 11>::from_fn(|_, _| random.random_range(-1.0..1.0));
    let mut other = x;
    other.column_mut(7).fill(2.0);
    let (a, b) = (crate::predict(&layer, &x), crate::predict(&layer, &other));
    assert_eq!(a.columns(0, 7), b.columns(0, 7));
    assert_ne!(a.column(7), b.column(7));
    assert_ne!(a.column(10), b.column(10));
}

#[test]
fn fresh_kernels_are_drawn_with_keras_s_fans() {
    type Layer = MultiHeadAttention<AttentionSizes<20, 1, 4, 5, 5, 20, 20>>;
    let mut layer = Layer::default();
    layer.init(&mut SmallRng::seed_from_u64(1));
    let limit = |fans: f32| (6.0 / fans).sqrt();
    // (C, H, D): H * C in, D * C out; and (H, V, C): V * H in, C * H out.
    let largest = layer.query.kernel.amax();
    assert!(
        (0.95..=1.0).contains(&(largest / limit(80.0 + 100.0))),
        "{largest}"
    );
    let largest = layer.attention_output.kernel.amax();
    assert!(
        (0.95..=1.0).contains(&(largest / limit(20.0 + 80.0))),
        "{largest}"
    );
    assert_eq!(layer.value.bias.amax(), 0.0);
}
