//! Against Keras and PyTorch, and against differences.

use crate::activation::{HardSigmoid, HardTanh, Relu, Sigmoid, Silu, Tanh};
use crate::golden::{Case, assert_close};
use crate::layer::*;
use crate::plain::{as_mut_slice, as_slice, zeroed, zeroed_box};
use crate::{State, level};
use fearless_simd::Level;
use nalgebra::{SMatrix, SVector};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use std::boxed::Box;
use std::format;
use std::vec::Vec;

/// Outputs, gradients of the parameters and of the inputs.
struct Results<L: Train, const N: usize> {
    y: Box<[L::Output; N]>,
    grad: Box<L::Grad>,
    dx: Box<[L::Input; N]>,
}

/// One forward and backward pass.
fn train<L: Train, const N: usize>(
    level: Level,
    layer: &mut L,
    x: &[L::Input; N],
    dy: &[L::Output; N],
) -> Results<L, N> {
    let mut results = Results {
        y: zeroed_box(),
        grad: zeroed_box(),
        dx: zeroed_box(),
    };
    let mut tape = zeroed_box::<L::Tape<N>>();
    let (mut dy, random) = (Box::new(*dy), &mut SmallRng::seed_from_u64(1));
    let Results { y, grad, dx } = &mut results;
    let mut context = Context {
        level,
        rows: N,
        random,
    };
    // Twice: nothing must be left over from the step before.
    layer.forward_train(&mut context, x, y, &mut tape);
    let pass = Pass {
        x,
        y,
        dy: &mut dy.clone(),
        tape: &mut *tape,
        grad: &mut **grad,
        dx: None,
    };
    layer.backward(&mut context, pass);
    layer.forward_train(&mut context, x, y, &mut tape);
    let pass = Pass {
        x,
        y,
        dy: &mut dy,
        tape: &mut *tape,
        grad: &mut **grad,
        dx: Some(dx),
    };
    layer.backward(&mut context, pass);
    results
}

/// Compares with a case of Keras whose parameters have these names, in memory order.
fn keras<L: Train, const N: usize>(name: &str, parameters: &[&str]) {
    let case = Case::read(name);
    let tensor = |from: &str, parameter: &str| {
        case.tensor(&format!("/{from}/{}", parameter.replace('/', "~1")))
    };
    let mut layer = zeroed_box::<L>();
    let weights = parameters.iter().flat_map(|p| tensor("params", p));
    let weights: Vec<f32> = weights.map(|w| w as f32).collect();
    as_mut_slice(&mut *layer).copy_from_slice(&weights);
    let gradients: Vec<f64> = parameters.iter().flat_map(|p| tensor("grads", p)).collect();
    let (mut x, mut dy) = (
        zeroed_box::<[L::Input; N]>(),
        zeroed_box::<[L::Output; N]>(),
    );
    as_mut_slice(&mut *x).copy_from_slice(&case.tensor_f32("/inputs/x"));
    as_mut_slice(&mut *dy).copy_from_slice(&case.tensor_f32("/inputs/grad_output"));
    for level in level::all() {
        let mut y = zeroed_box::<[L::Output; N]>();
        layer.forward_batch(level, &x, &mut y);
        assert_close(name, as_slice(&*y), &case.tensor("/output"));
        let results = train(level, &mut *layer, &x, &dy);
        assert_close(name, as_slice(&*results.y), &case.tensor("/output"));
        assert_close(name, as_slice(&*results.grad), &gradients);
        assert_close(name, as_slice(&*results.dx), &case.tensor("/grads/input"));
        for (x, y) in x.iter().zip(y.iter()) {
            assert_close(
                name,
                as_slice(&crate::predict_at(&*layer, level, x)),
                &doubles(as_slice(y)),
            );
        }
    }
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

#[test]
fn simple_rnns_are_those_of_keras() {
    let cell = ["kernel", "recurrent_kernel", "bias"].map(|p| format!("simple_rnn_cell/{p}"));
    let cell = cell.each_ref().map(|p| p.as_str());
    keras::<Rnn<RecurrentSizes<3, 4, 5, 4>>, 3>("layer__simple_rnn", &cell);
    keras::<Rnn<RecurrentSizes<3, 4, 5, 4>, Sequence, Relu>, 3>(
        "layer__simple_rnn_sequences_relu",
        &cell,
    );
}

#[test]
fn lstms_are_those_of_keras() {
    type Hard = Lstm<RecurrentSizes<3, 4, 5, 16>, Sequence, Relu, HardSigmoid>;
    type NoBiasBack = Lstm<RecurrentSizes<3, 4, 5, 16>, Sequence, Tanh, Sigmoid, Backwards, NoBias>;
    let cell = ["kernel", "recurrent_kernel", "bias"].map(|p| format!("lstm_cell/{p}"));
    let cell = cell.each_ref().map(|p| p.as_str());
    keras::<Lstm<RecurrentSizes<3, 4, 5, 16>>, 3>("layer__lstm", &cell);
    keras::<Lstm<RecurrentSizes<3, 4, 5, 16>, Sequence>, 3>("layer__lstm_sequences", &cell);
    keras::<Hard, 3>("layer__lstm_relu_hard_sigmoid", &cell);
    keras::<NoBiasBack, 3>("layer__lstm_nobias_go_backwards", &cell[..2]);
}

#[test]
fn grus_are_those_of_keras() {
    let cell = ["kernel", "recurrent_kernel", "bias"].map(|p| format!("gru_cell/{p}"));
    let cell = cell.each_ref().map(|p| p.as_str());
    keras::<Gru<RecurrentSizes<3, 4, 5, 12>>, 3>("layer__gru", &cell);
    keras::<Gru<RecurrentSizes<3, 4, 5, 12>, Sequence>, 3>("layer__gru_sequences", &cell);
    keras::<GruBefore<RecurrentSizes<3, 4, 5, 12>, Sequence>, 3>("layer__gru_reset_before", &cell);
}

#[test]
fn bidirectional_layers_are_those_of_keras() {
    let names = |word: &str| {
        ["forward", "backward"].map(|direction| {
            ["kernel", "recurrent_kernel", "bias"]
                .map(|p| format!("{direction}_{word}/{word}_cell/{p}"))
        })
    };
    let lstm = names("lstm").concat();
    let lstm: Vec<&str> = lstm.iter().map(|p| p.as_str()).collect();
    let gru = names("gru").concat();
    let gru: Vec<&str> = gru.iter().map(|p| p.as_str()).collect();
    type Both<C, J, const G: usize, const O: usize, Y = Last> =
        Bidirectional<C, J, BidirectionalSizes<3, 4, 5, G, O>, Y>;
    keras::<Both<LstmCell, Concatenate, 16, 8>, 3>("layer__bidirectional_lstm", &lstm);
    keras::<Both<LstmCell, Concatenate, 16, 8, Sequence>, 3>(
        "layer__bidirectional_lstm_sequences",
        &lstm,
    );
    keras::<Both<GruCell, Add, 12, 4, Sequence>, 3>("layer__bidirectional_gru_sum", &gru);
}

/// A kernel of PyTorch `(gates x units, inputs)` as one of Keras `(inputs, gates x units)`, its gates in the given order.
fn torch_kernel(values: &[f64], inputs: usize, units: usize, order: &[usize]) -> Vec<f64> {
    let mut kernel = Vec::new();
    for input in 0..inputs {
        for gate in order {
            let rows = gate * units..(gate + 1) * units;
            kernel.extend(rows.map(|row| values[row * inputs + input]));
        }
    }
    kernel
}

/// Compares with a case of PyTorch: `biases` says whether the two are kept apart or added.
fn torch<L, const N: usize>(name: &str, units: usize, order: &[usize], apart: bool)
where
    L: Train<Input = SMatrix<f32, 3, 5>, Output = SMatrix<f32, 4, 5>>,
{
    let case = Case::read(name);
    let kernels = |from: &str| {
        let tensor = |p: &str| case.tensor(&format!("/{from}/{p}_l0"));
        let [ih, hh] = ["bias_ih", "bias_hh"].map(|p| torch_kernel(&tensor(p), 1, units, order));
        let added = ih.iter().zip(&hh).map(|(a, b)| a + b).collect();
        // Each of the two has the gradient of their sum.
        let bias = match (apart, from) {
            (true, _) => [ih, hh].concat(),
            (false, "params") => added,
            (false, _) => ih,
        };
        [
            torch_kernel(&tensor("weight_ih"), 3, units, order),
            torch_kernel(&tensor("weight_hh"), units, units, order),
            bias,
        ]
        .concat()
    };
    let mut layer = zeroed_box::<L>();
    let weights: Vec<f32> = kernels("params").iter().map(|w| *w as f32).collect();
    as_mut_slice(&mut *layer).copy_from_slice(&weights);
    let (mut x, mut dy) = (
        zeroed_box::<[L::Input; N]>(),
        zeroed_box::<[L::Output; N]>(),
    );
    as_mut_slice(&mut *x).copy_from_slice(&case.tensor_f32("/inputs/x"));
    as_mut_slice(&mut *dy).copy_from_slice(&case.tensor_f32("/inputs/grad_output"));
    let results = train(level::best(), &mut *layer, &x, &dy);
    assert_close(
        name,
        as_slice(&*results.y),
        &case.tensor("/output/sequence"),
    );
    assert_close(name, as_slice(&*results.grad), &kernels("grads"));
    assert_close(name, as_slice(&*results.dx), &case.tensor("/grads/input"));
}

#[test]
fn those_of_torch_differ_in_the_order_of_gates_and_in_biases() {
    torch::<Lstm<RecurrentSizes<3, 4, 5, 16>, Sequence>, 3>(
        "layer__torch_lstm",
        4,
        &[0, 1, 2, 3],
        false,
    );
    torch::<Gru<RecurrentSizes<3, 4, 5, 12>, Sequence>, 3>("layer__torch_gru", 4, &[1, 0, 2], true);
    torch::<Rnn<RecurrentSizes<3, 4, 5, 4>, Sequence>, 3>("layer__torch_rnn_tanh", 4, &[0], false);
}

/// Feeds the steps of a case one at a time from its initial state, and trains on them from it.
fn stream<C: Cell, const G: usize>(name: &str, cell: &str)
where
    C::Memory<4>: PartialEq,
{
    type Net<C, const G: usize> = Recurrent<C, RecurrentSizes<3, 4, 5, G>, Sequence>;
    let case = Case::read(name);
    let mut layer = Net::<C, G>::default();
    let weights = ["kernel", "recurrent_kernel", "bias"]
        .map(|p| case.tensor_f32(&format!("/params/{cell}~1{p}")))
        .concat();
    as_mut_slice(&mut layer).copy_from_slice(&weights);
    let mut x = [SMatrix::<f32, 3, 5>::zeros(); 3];
    as_mut_slice(&mut x).copy_from_slice(&case.tensor_f32("/inputs/x"));
    let mut states = [RecurrentState::<4, C::Memory<4>>::default(); 3];
    let memory = size_of::<C::Memory<4>>() > 0;
    let (h0, c0) = (
        case.tensor_f32("/inputs/h0"),
        memory.then(|| case.tensor_f32("/inputs/c0")),
    );
    for (row, state) in states.iter_mut().enumerate() {
        let rows = row * 4..(row + 1) * 4;
        state.hidden.copy_from_slice(&h0[rows.clone()]);
        if let Some(c0) = &c0 {
            as_mut_slice(&mut state.cell).copy_from_slice(&c0[rows]);
        }
    }
    let (mut y, mut tape) = ([SMatrix::zeros(); 3], zeroed());
    layer.forward_train_from(level::best(), &states, &x, &mut y, &mut tape);
    assert_close(name, as_slice(&y), &case.tensor("/output/sequence"));
    let after = tape.states();
    let hidden = after.map(|state| state.hidden);
    assert_close(name, as_slice(&hidden), &case.tensor("/output/h"));
    if memory {
        let cell = after.map(|state| state.cell);
        assert_close(name, as_slice(&cell), &case.tensor("/output/c"));
    }
    let expected = case.tensor("/output/sequence");
    for (row, before) in states.into_iter().enumerate() {
        let mut state = State::<Net<C, G>>::new();
        *state.layers_mut() = before;
        for t in 0..5 {
            let y = crate::step(&layer, &mut state, &x[row].column(t).into());
            let at = (row * 5 + t) * 4;
            assert_close(name, y.as_slice(), &expected[at..at + 4]);
        }
        assert_close(
            name,
            state.layers_mut().hidden.as_slice(),
            &doubles(after[row].hidden.as_slice()),
        );
    }
}

#[test]
fn a_stream_goes_on_from_a_state() {
    stream::<LstmCell, 16>("layer__lstm_stateful_stream", "lstm_cell");
    stream::<GruCell, 12>("layer__gru_stateful_stream", "gru_cell");
}

/// Compares all gradients with differences of the loss `sum w y`.
fn differences<L: Train, const N: usize>() {
    let random = &mut SmallRng::seed_from_u64(3);
    let mut layer = zeroed_box::<L>();
    let mut draw = |values: &mut [f32]| values.fill_with(|| random.random_range(-1.0..1.0));
    draw(as_mut_slice(&mut *layer));
    let (mut x, mut dy) = (
        zeroed_box::<[L::Input; N]>(),
        zeroed_box::<[L::Output; N]>(),
    );
    draw(as_mut_slice(&mut *x));
    draw(as_mut_slice(&mut *dy));
    let loss = |layer: &L, x: &[L::Input; N]| -> f64 {
        let mut y = zeroed_box::<[L::Output; N]>();
        layer.forward_batch(level::best(), x, &mut y);
        let terms = as_slice(&*y).iter().zip(as_slice(&*dy));
        terms.map(|(y, w)| f64::from(*y) * f64::from(*w)).sum()
    };
    let results = train(level::best(), &mut *layer, &x, &dy);
    let step = 2e-3;
    let close = |up: f64, down: f64, gradient: f32, what: &str| {
        let difference = (up - down) / f64::from(2.0 * step);
        let error = (difference - f64::from(gradient)).abs();
        assert!(
            error < 4e-3 * (1.0 + difference.abs()),
            "{what}: {gradient} instead of {difference}"
        );
    };
    for i in 0..as_slice(&*layer).len() {
        let mut at = |shift: f32| {
            as_mut_slice(&mut *layer)[i] += shift;
            let loss = loss(&layer, &x);
            as_mut_slice(&mut *layer)[i] -= shift;
            loss
        };
        close(at(step), at(-step), as_slice(&*results.grad)[i], "weight");
    }
    for i in 0..as_slice(&*x).len() {
        let mut at = |shift: f32| {
            as_mut_slice(&mut *x)[i] += shift;
            let loss = loss(&layer, &x);
            as_mut_slice(&mut *x)[i] -= shift;
            loss
        };
        close(at(step), at(-step), as_slice(&*results.dx)[i], "input");
    }
}

#[test]
fn gradients_match_differences_for_units_of_any_number() {
    differences::<Rnn<RecurrentSizes<2, 3, 4, 3>, Sequence>, 2>();
    differences::<Lstm<RecurrentSizes<1, 1, 3, 4>>, 2>();
    differences::<Lstm<RecurrentSizes<2, 9, 3, 36>, Sequence>, 2>();
    differences::<Lstm<RecurrentSizes<1, 20, 3, 80>>, 1>();
    differences::<Gru<RecurrentSizes<2, 6, 3, 18>>, 3>();
    differences::<Gru<RecurrentSizes<3, 18, 2, 54>, Sequence>, 2>();
    differences::<GruBefore<RecurrentSizes<2, 7, 3, 21>, Sequence>, 2>();
    differences::<GruBefore<RecurrentSizes<2, 20, 2, 60>>, 1>();
}

#[test]
fn gradients_match_differences_with_activations_that_need_their_inputs() {
    differences::<Rnn<RecurrentSizes<2, 5, 3, 5>, Last, Silu>, 2>();
    differences::<Lstm<RecurrentSizes<2, 5, 3, 20>, Sequence, Silu, Silu>, 2>();
    differences::<Lstm<RecurrentSizes<2, 3, 3, 12>, Sequence, Silu, Sigmoid, Backwards, NoBias>, 2>(
    );
    differences::<Gru<RecurrentSizes<2, 5, 3, 15>, Sequence, Silu, Silu>, 2>();
    differences::<GruBefore<RecurrentSizes<2, 5, 3, 15>, Sequence, HardTanh, Silu, Backwards>, 2>();
    differences::<
        GruBefore<RecurrentSizes<2, 5, 3, 15>, Last, Silu, HardSigmoid, Forwards, NoBias>,
        2,
    >();
}

#[test]
fn gradients_of_both_directions_match_differences() {
    differences::<Bidirectional<LstmCell, Multiply, BidirectionalSizes<2, 5, 3, 20, 5>, Sequence>, 2>(
    );
    differences::<Bidirectional<GruCell, Average, BidirectionalSizes<2, 3, 3, 9, 3>, Last>, 2>();
    differences::<
        Bidirectional<RnnCell, Multiply, BidirectionalSizes<2, 3, 3, 3, 3>, Last, NoBias>,
        2,
    >();
}

#[test]
fn fresh_weights_are_those_of_keras() {
    let random = &mut SmallRng::seed_from_u64(1);
    let mut lstm = Lstm::<RecurrentSizes<3, 20, 5, 80>>::default();
    lstm.init(random);
    assert_eq!(
        lstm.bias.rows(20, 20),
        SVector::<f32, 20>::from_element(1.0)
    );
    assert_eq!(lstm.bias.sum(), 20.0);
    let rows = lstm.recurrent_kernel.transpose() * lstm.recurrent_kernel;
    assert!((rows - SMatrix::<f32, 20, 20>::identity()).amax() < 1e-5);
    let limit = (6.0_f32 / (3.0 + 80.0)).sqrt();
    assert!(lstm.kernel.amax() <= limit && lstm.kernel.amax() > 0.9 * limit);
    lstm.init_bias_with(&crate::init::Ones, random);
    assert_eq!(lstm.bias.sum(), 80.0);
    lstm.init_bias_with(&UnitForgetBias(crate::init::Zeros), random);
    assert_eq!(lstm.bias.sum(), 20.0);
    let mut without =
        Lstm::<RecurrentSizes<3, 20, 5, 80>, Last, Tanh, Sigmoid, Forwards, NoBias>::default();
    without.init(random);
    without.init_bias_with(&UnitForgetBias(crate::init::Ones), random);
}
