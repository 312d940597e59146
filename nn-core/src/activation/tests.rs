use super::*;
use crate::golden::Case;
use crate::level::all as levels;
use crate::{Level, Ratio};
use std::string::String;
use std::vec::Vec;

/// The work of a test on every activation.
trait Visit {
    fn visit<A: Activation>(&mut self, name: &str);
}

/// Shows `visitor` every activation, with its name in Keras or PyTorch and its options.
fn all(visitor: &mut impl Visit) {
    visitor.visit::<Linear>("linear");
    visitor.visit::<Relu>("relu");
    visitor.visit::<Relu6>("relu6");
    visitor.visit::<LeakyRelu>("leaky_relu_0p2");
    visitor.visit::<LeakyRelu<Ratio<1, 100>>>("leaky_relu_0p01");
    visitor.visit::<LeakyRelu<crate::Ratio<25, 100>>>("torch_prelu_0p25");
    visitor.visit::<Elu>("elu");
    visitor.visit::<Elu<Ratio<1, 2>>>("elu_0p5");
    visitor.visit::<Selu>("selu");
    visitor.visit::<Celu<Ratio<7, 10>>>("celu_0p7");
    visitor.visit::<Threshold<Ratio<1, 2>, Ratio<-3, 1>>>("threshold");
    visitor.visit::<Sigmoid>("sigmoid");
    visitor.visit::<LogSigmoid>("torch_logsigmoid");
    visitor.visit::<Tanh>("tanh");
    visitor.visit::<Softplus>("softplus");
    visitor.visit::<Softplus<Ratio<2, 1>>>("torch_softplus_beta2");
    visitor.visit::<Softsign>("softsign");
    visitor.visit::<Squareplus>("squareplus");
    visitor.visit::<Exponential>("exponential");
    visitor.visit::<Silu>("silu");
    visitor.visit::<Gelu>("gelu");
    visitor.visit::<GeluTanh>("gelu_tanh");
    visitor.visit::<Mish>("mish");
    visitor.visit::<HardSigmoid>("hard_sigmoid");
    visitor.visit::<HardSilu>("hard_silu");
    visitor.visit::<HardSilu>("torch_hardswish");
    visitor.visit::<HardTanh>("hard_tanh");
    visitor.visit::<Softshrink>("torch_softshrink");
    visitor.visit::<HardShrink>("hard_shrink");
    visitor.visit::<TanhShrink>("tanh_shrink");
    visitor.visit::<SparsePlus>("sparse_plus");
    visitor.visit::<SparseSigmoid>("sparse_sigmoid");
    visitor.visit::<Softmax>("softmax");
    visitor.visit::<LogSoftmax>("log_softmax");
    visitor.visit::<Sparsemax>("sparsemax");
}

/// Values and, for the upstream gradient `dy`, the gradient of the inputs; in rows of `row`.
fn run<A: Activation>(level: Level, x: &[f32], dy: &[f32], row: usize) -> (Vec<f32>, Vec<f32>) {
    let (mut y, mut dy) = (x.to_vec(), dy.to_vec());
    dispatch!(level, simd => A::forward(simd, &mut y, row));
    // What a layer would have kept: it must not matter whether there is more than the activation asked for.
    let kept = if size_of::<<A::Keep as Keep>::Of<f32>>() == 0 {
        &y
    } else {
        x
    };
    dispatch!(level, simd => A::backward(simd, kept, &y, &mut dy, row));
    (y, dy)
}

fn close(a: f32, b: f64, tolerance: f64) -> bool {
    f64::from(a) == b || (f64::from(a) - b).abs() <= tolerance * b.abs().max(1.0)
}

/// Compares with the cases of the folder of conformance cases, kinks included.
struct Conforms(Vec<String>);

impl Visit for Conforms {
    fn visit<A: Activation>(&mut self, name: &str) {
        let Some(at) = self.0.iter().position(|case| case == name) else {
            return;
        };
        self.0.swap_remove(at);
        let case = Case::read(&std::format!("activation__{name}"));
        let x = case.tensor_f32("/inputs/x");
        let row = case.number("/inputs/x/shape/1");
        let upstream = match row {
            Some(_) => case.tensor_f32("/inputs/grad_output"),
            None => std::vec![1.0; x.len()],
        };
        let row = row.map_or(x.len(), |row| row as usize);
        for level in levels() {
            let (y, dx) = run::<A>(level, &x, &upstream, row);
            for (i, wanted) in case.tensor("/output").into_iter().enumerate() {
                assert!(
                    close(y[i], wanted, 1e-5),
                    "{name}({}) = {}, not {wanted}",
                    x[i],
                    y[i]
                );
            }
            for (i, wanted) in case.tensor("/grads/x").into_iter().enumerate() {
                assert!(
                    close(dx[i], wanted, 1e-5),
                    "{name}'({}) = {}, not {wanted}",
                    x[i],
                    dx[i]
                );
            }
        }
    }
}

#[test]
fn every_case_of_the_folder_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name
            .strip_suffix(".json")
            .and_then(|name| name.strip_prefix("activation__"));
        cases.extend(name.map(String::from));
    }
    assert!(cases.len() >= 28, "{} cases in {folder}", cases.len());
    let mut conforms = Conforms(cases);
    all(&mut conforms);
    assert!(
        conforms.0.is_empty(),
        "cases that no activation claims: {:?}",
        conforms.0
    );
}

/// The derivative against a difference quotient of the value, away from kinks.
struct Differences;

impl Visit for Differences {
    fn visit<A: Activation>(&mut self, name: &str) {
        const ROW: usize = 5;
        const STEP: f32 = 1.0 / 128.0;
        let dy: Vec<f32> = (0..ROW).map(|i| 1.0 - 0.3 * i as f32).collect();
        let level = Level::baseline();
        let along = |x: &[f32]| -> (f64, usize) {
            let (y, _) = run::<A>(level, x, &dy, ROW);
            let products = y
                .iter()
                .zip(&dy)
                .map(|(y, d)| f64::from(*y) * f64::from(*d));
            (products.sum(), y.iter().filter(|&&y| y == 0.0).count())
        };
        for k in 0..200 {
            // No point is within a step of a kink: all kinks are multiples of 1/2.
            let x: Vec<f32> = (0..ROW)
                .map(|i| ((k * 7 + i * 61) % 401) as f32 / 40.0 - 4.9875)
                .collect();
            let (_, dx) = run::<A>(level, &x, &dy, ROW);
            for i in 0..ROW {
                let (mut up, mut down) = (x.clone(), x.clone());
                up[i] += STEP;
                down[i] -= STEP;
                let ((up, up_zeros), (down, down_zeros)) = (along(&up), along(&down));
                if up_zeros != down_zeros {
                    continue; // Sparsemax has kinks wherever a value reaches zero.
                }
                let quotient = (up - down) / f64::from(2.0 * STEP);
                assert!(
                    close(dx[i], quotient, 1e-3),
                    "{name}: {} at {x:?}[{i}], not {quotient}",
                    dx[i]
                );
            }
        }
    }
}

#[test]
fn derivatives_are_difference_quotients() {
    all(&mut Differences);
}

/// No finite input makes a NaN, a NaN stays one, and nothing panics whatever the lengths.
struct Extremes;

impl Visit for Extremes {
    fn visit<A: Activation>(&mut self, name: &str) {
        let finite = [
            0.0, -0.0, 1e-45, -1e-38, 1e-4, 50.0, -50.0, 88.0, -104.0, 1e4, -1e4, 1e9, -1e9,
        ];
        for level in levels() {
            let (y, dx) = run::<A>(level, &finite, &[1.0; 13], 1);
            let no_nan = !y.iter().chain(&dx).any(|v| v.is_nan());
            assert!(no_nan, "{name}: {y:?} and {dx:?} on {level:?}");
            let (y, dx) = run::<A>(level, &finite, &[1.0; 13], 13);
            let no_nan = !y.iter().chain(&dx).any(|v| v.is_nan());
            assert!(no_nan, "{name}: {y:?} and {dx:?} on {level:?}");
            for x in [f32::MAX, f32::MIN] {
                let (y, dx) = run::<A>(level, &[x], &[1.0], 1);
                assert!(
                    !y[0].is_nan() && !dx[0].is_nan(),
                    "{name}({x}) = {y:?}, {dx:?}"
                );
            }
            for x in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN] {
                let (y, _) = run::<A>(level, &[x], &[1.0], 1);
                assert!(
                    y[0].is_nan() || !x.is_nan(),
                    "{name}({x}) = {y:?} on {level:?}"
                );
                run::<A>(level, &[x, 1.0, -1.0, x], &[1.0; 4], 4);
            }
            for (x, dy, row) in [
                (0, 0, 0),
                (3, 0, 1),
                (5, 7, 0),
                (7, 5, 3),
                (40, 33, 9),
                (1, 1, 4),
            ] {
                run::<A>(level, &std::vec![0.5; x], &std::vec![0.5; dy], row);
            }
        }
    }
}

#[test]
fn extremes_neither_panic_nor_lose_nan() {
    all(&mut Extremes);
}

/// Every level and every way through a slice gives the same, up to rounding.
struct Agrees;

impl Visit for Agrees {
    fn visit<A: Activation>(&mut self, name: &str) {
        for row in 1..70 {
            let x: Vec<f32> = (0..3 * row)
                .map(|i| ((i * 37) % 101) as f32 / 10.0 - 5.0)
                .collect();
            let dy: Vec<f32> = (0..3 * row).map(|i| ((i * 13) % 7) as f32 - 3.0).collect();
            let (y, dx) = run::<A>(Level::baseline(), &x, &dy, row);
            for level in levels() {
                let (y2, dx2) = run::<A>(level, &x, &dy, row);
                for (a, b) in y.iter().chain(&dx).zip(y2.iter().chain(&dx2)) {
                    assert!(
                        close(*a, f64::from(*b), 3e-6),
                        "{name}: {a} and {b}, {level:?}, row {row}"
                    );
                }
            }
        }
    }
}

#[test]
fn levels_agree() {
    all(&mut Agrees);
}

#[test]
fn rows_are_normalised_at_every_length() {
    for level in levels() {
        for row in 1..70 {
            let x: Vec<f32> = (0..2 * row).map(|i| ((i * 29) % 17) as f32 * 0.5).collect();
            let (y, _) = run::<Softmax>(level, &x, &x, row);
            let (log, _) = run::<LogSoftmax>(level, &x, &x, row);
            let (sparse, _) = run::<Sparsemax>(level, &x, &x, row);
            for (k, x) in x.chunks(row).enumerate() {
                let sum: f64 = x.iter().map(|x| f64::from(*x).exp()).sum();
                for (i, x) in x.iter().enumerate() {
                    let wanted = f64::from(*x).exp() / sum;
                    assert!(close(y[k * row + i], wanted, 1e-6), "{level:?}, row {row}");
                    assert!(
                        close(log[k * row + i], wanted.ln(), 1e-6),
                        "{level:?}, row {row}"
                    );
                }
                let total: f32 = sparse[k * row..][..row].iter().sum();
                assert!((total - 1.0).abs() < 1e-5, "{level:?}, row {row}: {total}");
            }
        }
    }
}
