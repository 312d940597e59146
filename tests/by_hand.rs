//! What `network!` expands to, written by hand.
use nn_core::activation::{Relu, Softmax};
use nn_core::layer::Dense;
use nn_core::prelude::*;
use nn_core::{Context, Simd, layer::Visitor};

#[repr(C)]
pub struct Xor {
    pub dense1: Dense<2, 8, Relu>,
    pub dense2: Dense<8, 2, Softmax>,
}

const _: () = {
    use ::nn_core::__private as __nn;
    type L1 = Dense<2, 8, Relu>;
    type L2 = Dense<8, 2, Softmax>;
    // SAFETY: `repr(C)`; the bounds say that every field is made of `f32` only.
    #[allow(unsafe_code)]
    unsafe impl __nn::Zeroed for Xor
    where
        L1: __nn::Plain,
        L2: __nn::Plain,
    {
    }
    #[allow(unsafe_code)]
    unsafe impl __nn::Plain for Xor
    where
        L1: __nn::Plain,
        L2: __nn::Plain,
    {
    }

    #[repr(C)]
    pub struct Grad {
        dense1: <L1 as Layer>::Grad,
        dense2: <L2 as Layer>::Grad,
    }
    unsafe impl __nn::Zeroed for Grad {}
    unsafe impl __nn::Plain for Grad {}
    #[repr(C)]
    pub struct Tape<const B: usize> {
        dense1: <L1 as Layer>::Tape<B>,
        dense1_output: [<L1 as Layer>::Output; B],
        dense1_gradient: [<L1 as Layer>::Output; B],
        dense2: <L2 as Layer>::Tape<B>,
    }
    unsafe impl<const B: usize> __nn::Zeroed for Tape<B> {}

    impl Layer for Xor {
        type Input = <L1 as Layer>::Input;
        type Output = <L2 as Layer>::Output;
        type Grad = Grad;
        type Tape<const B: usize> = Tape<B>;
        type Head = <L2 as Layer>::Head;
        const KIND: &'static str = "network";
        const MACS: usize = L1::MACS + L2::MACS;
        fn init<R: ::nn_core::rand::Rng + ?Sized>(&mut self, rng: &mut R) {
            Layer::init(&mut self.dense1, rng);
            Layer::init(&mut self.dense2, rng);
        }
        #[inline(always)]
        fn forward<S: Simd, const B: usize>(
            &self,
            simd: S,
            x: &[Self::Input; B],
            y: &mut [Self::Output; B],
        ) {
            let mut dense1: [<L1 as Layer>::Output; B] = __nn::zeroed();
            self.dense1.forward(simd, x, &mut dense1);
            self.dense2.forward(simd, &dense1, y);
        }
        #[inline(always)]
        fn forward_logits<S: Simd, const B: usize>(
            &self,
            simd: S,
            x: &[Self::Input; B],
            z: &mut [Self::Output; B],
        ) {
            let mut dense1: [<L1 as Layer>::Output; B] = __nn::zeroed();
            self.dense1.forward(simd, x, &mut dense1);
            self.dense2.forward_logits(simd, &dense1, z);
        }
        #[inline(always)]
        fn forward_train<S: Simd, const B: usize>(
            &mut self,
            cx: &mut Context<'_, S>,
            x: &[Self::Input; B],
            y: &mut [Self::Output; B],
            tape: &mut Tape<B>,
        ) {
            self.dense1
                .forward_train(cx, x, &mut tape.dense1_output, &mut tape.dense1);
            self.dense2
                .forward_train(cx, &tape.dense1_output, y, &mut tape.dense2);
        }
        #[inline(always)]
        fn logits<'t, const B: usize>(
            _: &'t [Self::Input; B],
            y: &'t [Self::Output; B],
            tape: &'t Tape<B>,
        ) -> &'t [Self::Output; B] {
            L2::logits(&tape.dense1_output, y, &tape.dense2)
        }
        #[inline(always)]
        fn backward<S: Simd, const B: usize>(
            &self,
            cx: &mut Context<'_, S>,
            x: &[Self::Input; B],
            y: &[Self::Output; B],
            dy: &mut [Self::Output; B],
            tape: &mut Tape<B>,
            grad: &mut Grad,
            dx: Option<&mut [Self::Input; B]>,
        ) {
            self.dense2.backward(
                cx,
                &tape.dense1_output,
                y,
                dy,
                &mut tape.dense2,
                &mut grad.dense2,
                Some(&mut tape.dense1_gradient),
            );
            self.dense1.backward(
                cx,
                x,
                &tape.dense1_output,
                &mut tape.dense1_gradient,
                &mut tape.dense1,
                &mut grad.dense1,
                dx,
            );
        }
        #[inline(always)]
        fn backward_logits<S: Simd, const B: usize>(
            &self,
            cx: &mut Context<'_, S>,
            x: &[Self::Input; B],
            y: &[Self::Output; B],
            dy: &mut [Self::Output; B],
            tape: &mut Tape<B>,
            grad: &mut Grad,
            dx: Option<&mut [Self::Input; B]>,
        ) {
            self.dense2.backward_logits(
                cx,
                &tape.dense1_output,
                y,
                dy,
                &mut tape.dense2,
                &mut grad.dense2,
                Some(&mut tape.dense1_gradient),
            );
            self.dense1.backward(
                cx,
                x,
                &tape.dense1_output,
                &mut tape.dense1_gradient,
                &mut tape.dense1,
                &mut grad.dense1,
                dx,
            );
        }
        fn visit(&mut self, grad: &mut Grad, visitor: &mut dyn Visitor) {
            self.dense1.visit(&mut grad.dense1, visitor);
            self.dense2.visit(&mut grad.dense2, visitor);
        }
        fn regularize(&self, grad: &mut Grad) -> f32 {
            Layer::regularize(&self.dense1, &mut grad.dense1)
                + Layer::regularize(&self.dense2, &mut grad.dense2)
        }
    }
    impl Network for Xor {
        const NAME: &'static str = "Xor";
        const ROWS: &'static [::nn_core::Row] = &[];
        const INPUT: usize = 2;
        const OUTPUT: usize = 2;
        const PARAMS: usize = 42;
    }
};

#[test]
fn learns_xor() {
    let mut rng = SmallRng::seed_from_u64(3);
    let mut net: Xor = nn_core::plain::zeroed();
    net.init(&mut rng);
    static TRAINER: std::sync::Mutex<Trainer<Xor, Adam, SparseCategoricalCrossentropy, 3>> =
        std::sync::Mutex::new(Trainer::new(Adam::new(0.05), SparseCategoricalCrossentropy));
    let data = [
        (SVector::from([0.0, 0.0]), 0_u8),
        (SVector::from([0.0, 1.0]), 1),
        (SVector::from([1.0, 0.0]), 1),
        (SVector::from([1.0, 1.0]), 0),
    ];
    let history = TRAINER
        .lock()
        .unwrap()
        .fit(&mut net, &data, Fit::epochs(300))
        .unwrap();
    assert!(history.loss() < 0.01, "{}", history.loss());
    for (x, t) in &data {
        let mut y = SVector::zeros();
        nn_core::__private::predict_into(&net, x, &mut y);
        assert!(y[usize::from(*t)] > 0.9, "{y}");
    }
}
