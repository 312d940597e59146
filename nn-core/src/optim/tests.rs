use super::share::{decayed, rest, rest_after};
use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::{Context, Layer, ParameterInfo, Pass, Train, Visitor};
use crate::plain::{self, as_mut_slice, zeroed};
use nalgebra::SVector;
use std::format;

/// Two tensors and nothing else; enough of a layer to be trained.
#[repr(C)]
#[derive(Clone, Copy)]
struct Parameters<const KERNEL: usize, const BIAS: usize> {
    kernel: SVector<f32, KERNEL>,
    bias: SVector<f32, BIAS>,
}

plain::mark!([const K: usize, const B: usize] Parameters<K, B> { kernel, bias });

impl<const K: usize, const B: usize> Layer for Parameters<K, B> {
    type Input = SVector<f32, 1>;
    type Output = SVector<f32, 1>;
    type Head = crate::activation::Linear;
    const KIND: &'static str = "parameters";
    const MACS: usize = 0;
    fn forward<S: Simd>(&self, _: S, _: &Self::Input, _: &mut Self::Output) {}
}

impl<const K: usize, const B: usize> Train for Parameters<K, B> {
    type Grad = Self;
    type Tape<const N: usize> = ();
    fn backward<const N: usize>(&self, _: &mut Context<'_>, _: Pass<'_, Self, N>) {}
    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        let kernel = ParameterInfo { name: "kernel" };
        visitor.tensor(
            kernel,
            as_mut_slice(&mut self.kernel),
            as_mut_slice(&mut grad.kernel),
        );
        let bias = ParameterInfo { name: "bias" };
        visitor.tensor(
            bias,
            as_mut_slice(&mut self.bias),
            as_mut_slice(&mut grad.bias),
        );
    }
}

/// Ten steps of the case, each compared with the trajectory.
fn check<O: Optimizer>(name: &str, mut optimizer: O) {
    let case = Case::read(&format!("optimizer__{name}"));
    let mut parameters: Parameters<6, 0> = zeroed();
    as_mut_slice(&mut parameters).copy_from_slice(&case.tensor_f32("/inputs/param0"));
    let mut state: O::State<Parameters<6, 0>> = zeroed();
    let gradients = case.tensor_f32("/inputs/gradients");
    let trajectory = case.tensor("/output/trajectory");
    for (i, (g, expected)) in gradients.chunks(6).zip(trajectory.chunks(6)).enumerate() {
        let mut grad: Parameters<6, 0> = zeroed();
        as_mut_slice(&mut grad).copy_from_slice(g);
        let level = crate::__private::level();
        step(
            level,
            &mut parameters,
            &mut grad,
            &mut state,
            i as u64,
            &mut optimizer,
        )
        .unwrap();
        assert_close(
            &format!("{name}, step {i}"),
            plain::as_slice(&parameters),
            expected,
        );
    }
}

#[test]
fn gradient_descent_follows_keras_and_torch() {
    check("sgd", Sgd::new(0.05));
    check("sgd_clipnorm", Sgd::new(0.05).clipnorm(0.8));
    check("sgd_clipnorm", Sgd::new(0.05).global_clipnorm(0.8));
    check("sgd_clipvalue", Sgd::new(0.05).clipvalue(0.4));
    check("sgd_weight_decay", Sgd::new(0.05).weight_decay(0.1));
    check("sgd_momentum", Sgd::new(0.05).momentum(0.9));
    check("sgd_nesterov", Sgd::new(0.05).momentum(0.9).nesterov());
    let torch = Sgd::new(0.05).momentum(0.9).dampening(0.1).l2(0.01);
    check("torch_sgd_momentum_dampening", torch);
    check(
        "torch_sgd_nesterov",
        Sgd::new(0.05).momentum(0.9).nesterov().dampening(0.0),
    );
}

#[test]
fn the_adam_family_follows_keras_and_torch() {
    check("adam", Adam::new(0.05).beta_1(0.8).beta_2(0.95));
    check("adam_default", Adam::new(0.001));
    check("adam_amsgrad", Adam::new(0.05).amsgrad());
    let schedule = Schedule::ExponentialDecay {
        initial_learning_rate: 0.05,
        decay_steps: 3,
        decay_rate: 0.8,
        staircase: false,
    };
    check("adam_exponential_decay", Adam::scheduled(schedule));
    check("adamw", AdamW::new(0.05).weight_decay(0.03));
    check("adamax", Adamax::new(0.05));
    check("nadam", Nadam::new(0.05));
    check("lion", Lion::new(0.005));
    check("torch_adam", Adam::torch(0.05));
    check("torch_adam_l2", Adam::torch(0.05).l2(0.05));
    check("torch_adamw", AdamW::torch(0.05).weight_decay(0.05));
    check("torch_adamax", Adamax::torch(0.05));
    check("torch_nadam", Nadam::torch(0.05));
    check("torch_radam", Radam::new(0.05));
}

#[test]
fn the_others_follow_keras_and_torch() {
    check("rmsprop", Rmsprop::new(0.05));
    check("rmsprop_centered", Rmsprop::new(0.05).centered());
    check(
        "rmsprop_momentum",
        Rmsprop::new(0.05).rho(0.8).momentum(0.5),
    );
    check("adagrad", Adagrad::new(0.05));
    check("adadelta", Adadelta::new(1.0));
    check("ftrl", Ftrl::new(0.05));
    let regularized = Ftrl::new(0.05)
        .l1_regularization_strength(0.05)
        .l2_regularization_strength(0.02);
    check("ftrl_l1_l2", regularized);
    check("manhattan", Manhattan::new(0.01));
    check("torch_rmsprop", Rmsprop::torch(0.05));
    check("torch_adagrad", Adagrad::torch(0.05));
    check("torch_adadelta", Adadelta::torch(1.0));
    check("torch_rprop", Rprop::new(0.05));
    check("torch_rprop_runs", Rprop::new(0.01));
}

/// `steps` steps of a network of two tensors under the same gradient.
fn run<const K: usize, const B: usize, O: Optimizer>(
    mut optimizer: O,
    gradient: Parameters<K, B>,
    steps: u64,
) -> (Parameters<K, B>, O::State<Parameters<K, B>>) {
    let mut parameters = zeroed::<Parameters<K, B>>();
    as_mut_slice(&mut parameters).fill(0.5);
    let mut state = zeroed();
    for i in 0..steps {
        let mut grad = gradient;
        let level = crate::__private::level();
        step(
            level,
            &mut parameters,
            &mut grad,
            &mut state,
            i,
            &mut optimizer,
        )
        .unwrap();
    }
    (parameters, state)
}

fn gradient<const K: usize, const B: usize>() -> Parameters<K, B> {
    Parameters {
        kernel: SVector::from_fn(|i, _| i as f32 - 3.25),
        bias: SVector::from_fn(|i, _| 0.5 - i as f32),
    }
}

#[test]
fn clipnorm_goes_by_tensor_and_global_clipnorm_by_network() {
    let gradient: Parameters<3, 1> = Parameters {
        kernel: SVector::from([0.0, 3.0, 4.0]),
        bias: SVector::from([12.0]),
    };
    let (each, _) = run(Sgd::new(1.0).clipnorm(1.0), gradient, 1);
    assert_close("clipnorm", plain::as_slice(&each), &[0.5, -0.1, -0.3, -0.5]);
    let (all, _) = run(Sgd::new(1.0).global_clipnorm(1.0), gradient, 1);
    let expected = [0.5, 0.5 - 3.0 / 13.0, 0.5 - 4.0 / 13.0, 0.5 - 12.0 / 13.0];
    assert_close("global_clipnorm", plain::as_slice(&all), &expected);
}

#[test]
fn tensor_by_tensor_is_the_same_as_all_at_once_for_any_length() {
    fn check<const K: usize, const B: usize>() {
        // A limit that is never reached does nothing but switch to the other path.
        let adam = Adam::new(0.1).amsgrad().weight_decay(0.01).l2(0.1);
        let (once, state) = run(adam, gradient::<K, B>(), 4);
        let (each, states) = run(adam.clipnorm(1e9), gradient::<K, B>(), 4);
        assert_eq!(plain::as_slice(&once), plain::as_slice(&each));
        assert_eq!(plain::as_slice(&state), plain::as_slice(&states));
    }
    check::<1, 0>();
    check::<0, 1>();
    check::<3, 2>();
    check::<16, 16>();
    check::<17, 5>();
    check::<33, 31>();
}

#[test]
fn moments_leave_the_subnormal_range() {
    let mut optimizer = Adam::new(1e-3);
    let (mut parameters, mut state) = run(optimizer, gradient::<7, 2>(), 3);
    for i in 3..20_000 {
        let mut grad = zeroed();
        let level = crate::__private::level();
        step(
            level,
            &mut parameters,
            &mut grad,
            &mut state,
            i,
            &mut optimizer,
        )
        .unwrap();
        let values = plain::as_slice(&state);
        assert!(values.iter().all(|value| !value.is_subnormal()), "step {i}");
    }
}

#[test]
fn a_gradient_that_is_not_a_number_is_never_hidden() {
    fn check<O: Optimizer>(mut optimizer: O) {
        for level in crate::level::all() {
            for bad in 0..37 {
                let mut grad: Parameters<37, 0> = zeroed();
                grad.kernel[bad] = f32::NAN;
                let mut parameters: Parameters<37, 0> = zeroed();
                let mut state: O::State<Parameters<37, 0>> = zeroed();
                let result = step(
                    level,
                    &mut parameters,
                    &mut grad,
                    &mut state,
                    0,
                    &mut optimizer,
                );
                assert_eq!(result, Err(crate::Error::Step));
                assert_eq!(plain::as_slice(&parameters), [0.0; 37]);
                assert!(plain::as_slice(&state).iter().all(|state| *state == 0.0));
            }
        }
    }
    check(Sgd::new(0.1).clipvalue(1.0));
    check(Sgd::new(0.1).clipvalue(-1.0));
    check(Sgd::new(0.1).momentum(0.9));
    check(Rmsprop::new(0.1).centered().momentum(0.9));
    check(Adam::new(0.1).amsgrad().clipnorm(1.0));
    check(AdamW::new(0.1));
    check(Adamax::new(0.1));
    check(Nadam::new(0.1));
    check(Radam::new(0.1));
    check(Adagrad::new(0.1));
    check(Adadelta::new(0.1));
    check(Ftrl::new(0.1).learning_rate_power(-0.3));
    check(Lion::new(0.1));
    check(Rprop::new(0.1));
    check(Manhattan::new(0.1));
}

#[test]
fn state_is_as_large_as_the_options_need() {
    fn slots<O: Optimizer>(_: O) -> usize {
        assert_eq!(plain::len::<O::State<f32>>(), O::Rule::SLOTS);
        O::Rule::SLOTS
    }
    assert_eq!(slots(Sgd::new(0.1)), 0);
    assert_eq!(slots(Sgd::new(0.1).momentum(0.9)), 1);
    assert_eq!(slots(Rmsprop::new(0.1)), 1);
    assert_eq!(slots(Rmsprop::new(0.1).momentum(0.9)), 2);
    assert_eq!(slots(Rmsprop::new(0.1).centered().momentum(0.9)), 3);
    assert_eq!(slots(Adam::new(0.1)), 2);
    assert_eq!(slots(AdamW::new(0.1).amsgrad()), 3);
    assert_eq!(slots(Manhattan::new(0.1)), 0);
}

#[test]
fn a_resumed_nadam_goes_on_where_it_was() {
    let mut through = Nadam::new(0.1);
    let rates: std::vec::Vec<_> = (0..50).map(|i| format!("{:?}", through.rule(i))).collect();
    for step in [0, 49, 7] {
        let resumed = format!("{:?}", Nadam::new(0.1).rule(step));
        assert_eq!(resumed, rates[step as usize]);
        assert_eq!(format!("{:?}", through.rule(step)), resumed);
    }
    // Far ahead, where the product has long been zero, without counting there.
    let _ = Nadam::new(0.1).rule(u64::MAX);
}

#[test]
fn powers_are_those_of_real_numbers() {
    for step in [0, 1, 2, 99, 12_345, 1_000_000] {
        for beta in [0.0, 1e-30, 0.1, 0.5, 0.9, 0.999, 0.999_999] {
            let t = step as f64 + 1.0;
            let error = (decayed(beta, step) - libm::pow(beta, t)).abs();
            assert!(error < 1e-12, "{beta}^{step}");
            // Where little is missing yet, a power would be rounded to 1.
            let rest = -libm::expm1(t * libm::log(beta));
            let error = (f64::from(rest_after(beta, step)) / rest - 1.0).abs();
            assert!(error < 6e-8, "{beta} {step}: {error}");
        }
    }
    assert_eq!(decayed(0.9, u64::MAX), 0.0);
    assert_eq!(rest_after(0.9, u64::MAX), 1.0);
    assert_eq!((rest(0.0), rest(-0.0), rest(0.75)), (1.0, 1.0, 0.25));
    for wrong in [1.0, 1.5, -0.1, f64::NAN, f64::INFINITY] {
        assert!(rest(wrong).is_nan() && rest_after(wrong, 3).is_nan());
    }
}
