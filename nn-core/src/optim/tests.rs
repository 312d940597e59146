use super::*;
use crate::golden::{Case, assert_close};
use crate::layer::{Context, Layer, ParameterInfo, Visitor};
use crate::plain::{self, as_mut_slice, zeroed};
use fearless_simd::dispatch;
use nalgebra::SVector;
use std::format;

/// Two tensors and nothing else; enough of a layer to be trained.
#[repr(C)]
#[derive(Clone, Copy)]
struct Parameters<const KERNEL: usize, const BIAS: usize> {
    kernel: SVector<f32, KERNEL>,
    bias: SVector<f32, BIAS>,
}

plain::mark!([const K: usize, const B: usize] Parameters<K, B>);

impl<const K: usize, const B: usize> Layer for Parameters<K, B> {
    type Input = SVector<f32, 1>;
    type Output = SVector<f32, 1>;
    type Grad = Self;
    type Tape<const N: usize> = ();
    type Head = crate::activation::Linear;
    const KIND: &'static str = "parameters";
    const MACS: usize = 0;
    fn forward<S: Simd, const N: usize>(
        &self,
        _: S,
        _: &[Self::Input; N],
        _: &mut [Self::Output; N],
    ) {
    }
    fn forward_train<S: Simd, const N: usize>(
        &mut self,
        _: &mut Context<'_, S>,
        _: &[Self::Input; N],
        _: &mut [Self::Output; N],
        (): &mut (),
    ) {
    }
    fn backward<S: Simd, const N: usize>(
        &self,
        _: &mut Context<'_, S>,
        _: &[Self::Input; N],
        _: &[Self::Output; N],
        _: &mut [Self::Output; N],
        (): &mut (),
        _: &mut Self,
        _: Option<&mut [Self::Input; N]>,
    ) {
    }
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
        dispatch!(level, simd => step(simd, &mut parameters, &mut grad, &mut state, i as u64, &mut optimizer));
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
    check("adam_exponential_decay", Adam::new(0.05).schedule(schedule));
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
