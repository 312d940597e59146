//! Streaming: fed one step at a time, a network gives what `predict` makes of the whole sequence, in memory whose size is known.

use nn_core::layer::Context;
use nn_core::nalgebra::SMatrix;
use nn_core::prelude::*;
use nn_core::{Simd, Stream, level, step_at};
use std::sync::Mutex;

/// A layer of the user's that remembers: the sum of all steps so far.
mod own {
    use super::*;

    nn_core::plain! {
        /// `y_t = x_1 + … + x_t`
        #[derive(Clone, Debug)]
        pub struct Sum<const C: usize, const T: usize> {}
    }

    impl<const C: usize, const T: usize> Layer for Sum<C, T> {
        type Input = SMatrix<f32, C, T>;
        type Output = SMatrix<f32, C, T>;
        type Grad = ();
        type Tape<const B: usize> = ();
        type Head = Linear;
        const KIND: &'static str = "sum";
        const MACS: usize = 0;

        #[inline(always)]
        fn forward<S: Simd, const B: usize>(
            &self,
            _: S,
            x: &[Self::Input; B],
            y: &mut [Self::Output; B],
        ) {
            for (x, y) in x.iter().zip(y) {
                let mut sum = SVector::zeros();
                for (x, mut y) in x.column_iter().zip(y.column_iter_mut()) {
                    sum += x;
                    y.copy_from(&sum);
                }
            }
        }
        #[inline(always)]
        fn forward_train<S: Simd, const B: usize>(
            &mut self,
            context: &mut Context<'_, S>,
            x: &[Self::Input; B],
            y: &mut [Self::Output; B],
            (): &mut (),
        ) {
            self.forward(context.simd, x, y);
        }
        #[inline(always)]
        fn backward<S: Simd, const B: usize>(
            &self,
            _: &mut Context<'_, S>,
            _: &[Self::Input; B],
            _: &[Self::Output; B],
            dy: &mut [Self::Output; B],
            (): &mut (),
            (): &mut (),
            dx: Option<&mut [Self::Input; B]>,
        ) {
            for (dx, dy) in dx.into_iter().flatten().zip(dy) {
                for t in 0..T {
                    dx.set_column(t, &dy.columns_range(t..).column_sum());
                }
            }
        }
    }

    impl<const C: usize, const T: usize> Stream for Sum<C, T> {
        type State = SVector<f32, C>;
        type Step = SVector<f32, C>;
        type Result = SVector<f32, C>;

        #[inline(always)]
        fn step<S: Simd>(&self, _: S, sum: &mut Self::State, x: &Self::Step, y: &mut Self::Result) {
            *sum += x;
            *y = *sum;
        }
    }
}
use own::Sum;

network! {
    struct Running {
        input 12x3;
        tanh;
        sum: Sum<3, 12>;
        dropout 0.5;
        each dense 5 softmax;
    }
}

network! {
    /// A network within another, and what is not known to the macro at both ends.
    struct Nested {
        input 12x3;
        Running;
        total: Sum<5, 12>;
    }
}

network! {
    struct Plain {
        input 4;
        dense 7 relu;
        dropout 0.1;
        flatten;
        dense 2 sigmoid;
    }
}

fn random<const R: usize, const C: usize>(seed: u64) -> SMatrix<f32, R, C> {
    let mut rng = SmallRng::seed_from_u64(seed);
    SMatrix::from_fn(|_, _| rng.random_range(-1.0..1.0))
}

/// Every value is equal but for rounding.
fn assert_close(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= 1e-6 * b.abs().max(1.0), "{a} and {b}");
    }
}

/// Feeds `x` step by step at every SIMD level, and compares each result with its column of `predict`.
fn assert_streams_as_sequence<N, const I: usize, const O: usize, const T: usize>(net: &N)
where
    N: Stream<
            Input = SMatrix<f32, I, T>,
            Output = SMatrix<f32, O, T>,
            Step = SVector<f32, I>,
            Result = SVector<f32, O>,
        >,
{
    let mut state = State::<N>::new();
    for level in level::all() {
        for seed in 0..3 {
            state.reset();
            let x = random::<I, T>(seed);
            let whole = nn_core::predict_at(net, level, &x);
            for t in 0..T {
                let y = step_at(net, level, &mut state, &x.column(t).into_owned());
                assert_close(y.as_slice(), whole.column(t).as_slice());
            }
        }
    }
}

#[test]
fn every_step_is_that_of_the_whole_sequence() {
    let mut rng = SmallRng::seed_from_u64(7);
    assert_streams_as_sequence(&Running::init(&mut rng));
    assert_streams_as_sequence(&Nested::init(&mut rng));
}

#[test]
fn a_network_of_vectors_is_fed_one_at_a_time() {
    let net = Plain::init(&mut SmallRng::seed_from_u64(1));
    let mut state = State::<Plain>::new();
    for seed in 0..5 {
        let x = random(seed);
        let mut y = SVector::zeros();
        net.step_into(&mut state, &x, &mut y);
        assert_close(y.as_slice(), net.predict(&x).as_slice());
        assert_eq!(net.step(&mut state, &x), y);
    }
}

#[test]
fn a_state_may_be_static_and_begins_anew_after_a_reset() {
    static STATE: Mutex<State<Running>> = Mutex::new(State::new());
    let net = Running::init(&mut SmallRng::seed_from_u64(3));
    let x = SVector::from([0.1, -0.2, 0.3]);
    let mut state = STATE.lock().unwrap();
    let first = net.step(&mut state, &x);
    assert_ne!(net.step(&mut state, &x), first);
    state.reset();
    assert_eq!(net.step(&mut state, &x), first);
}

#[test]
fn streams_of_one_network_do_not_meet() {
    let net = Running::init(&mut SmallRng::seed_from_u64(3));
    let (mut a, mut b) = (State::<Running>::new(), State::<Running>::default());
    let x = SVector::from([0.1, -0.2, 0.3]);
    let first = net.step(&mut a, &x);
    net.step(&mut a, &x);
    assert_eq!(net.step(&mut b, &x), first);
    let mut copy = a.clone();
    assert_eq!(net.step(&mut a, &x), net.step(&mut copy, &x));
}

#[test]
fn the_size_of_a_state_is_that_of_what_is_remembered() {
    assert_eq!(size_of::<State<Plain>>(), 0);
    assert_eq!(size_of::<State<Running>>(), 3 * 4);
    assert_eq!(size_of::<State<Nested>>(), (3 + 5) * 4);
}
