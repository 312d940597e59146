//! Streaming: fed one step at a time, a network gives what `predict` makes of the whole sequence, in memory whose size is known.

use nn_core::layer::{Context, Pass};
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
        type Head = Linear;
        const KIND: &'static str = "sum";
        const MACS: usize = 0;

        fn forward<S: Simd>(&self, _: S, x: &Self::Input, y: &mut Self::Output) {
            let mut sum = SVector::zeros();
            for (x, mut y) in x.column_iter().zip(y.column_iter_mut()) {
                sum += x;
                y.copy_from(&sum);
            }
        }
    }

    impl<const C: usize, const T: usize> Train for Sum<C, T> {
        type Grad = ();
        type Tape<const BATCH: usize> = ();

        fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
            for (dx, dy) in pass.dx.into_iter().flatten().zip(pass.dy) {
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

network! {
    struct Guitar { input 12x1; lstm 5 sequence; gru 4 sequence; each dense 1; }
}

network! {
    /// Convolutions that look back, everything that normalises, and blocks.
    struct Wave {
        input 12x2;
        conv1d 4 3 relu pad causal dilation 2;
        batch_norm;
        residual { conv1d 4 2 tanh pad causal; layer_norm; }
        concat { { rnn 3 sequence; } { conv1d 3 4 pad causal; } }
        conv1d 6 2 pad causal groups 3 no_bias;
        depthwise_conv1d 3 pad causal dilation 2 tanh;
        separable_conv1d 4 2 pad causal multiplier 2;
        conv1d 2 1;
        conv1d 3 1 sigmoid pad causal;
    }
}

network! {
    /// Checks that the last step gives what the whole sequence does.
    struct Verdict { input 12x3; lstm 4; dense 3 softmax; }
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
    assert_streams_as_sequence(&Guitar::init(&mut rng));
    let mut wave = Wave::init(&mut rng);
    wave.batch_norm1.moving_mean = random(8);
    assert_streams_as_sequence(&wave);
}

#[test]
fn the_last_step_gives_what_the_whole_sequence_gives() {
    let net = Verdict::init(&mut SmallRng::seed_from_u64(7));
    let mut state = State::<Verdict>::new();
    let x = random::<3, 12>(1);
    let mut last = SVector::zeros();
    for t in 0..12 {
        net.step_into(&mut state, &x.column(t).into_owned(), &mut last);
    }
    assert_close(last.as_slice(), net.predict(&x).as_slice());
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
    let shown = format!("{a:?}");
    assert!(shown.contains("Running__State { sum: "), "{shown}");
}

#[test]
fn the_size_of_a_state_is_that_of_what_is_remembered() {
    assert_eq!(size_of::<State<Plain>>(), 0);
    assert_eq!(size_of::<State<Running>>(), 3 * 4);
    assert_eq!(size_of::<State<Nested>>(), (3 + 5) * 4);
    assert_eq!(size_of::<State<Guitar>>(), (5 + 5 + 4) * 4);
}

network! {
    struct Recall { input 4x1; lstm 8 sequence; each dense 1 sigmoid; }
}

/// Streams in which a pulse up or down comes now and then, and with each step which way the last one went.
struct Pulses {
    rng: SmallRng,
    last: [f32; 16],
}

impl Pulses {
    fn window(&mut self) -> [(Input<Recall>, Output<Recall>); 16] {
        std::array::from_fn(|row| {
            let pulse = |rng: &mut SmallRng| match rng.random_range(0..20) {
                0 => 1.0,
                1 => -1.0,
                _ => 0.0,
            };
            let x = Input::<Recall>::from_fn(|_, _| pulse(&mut self.rng));
            let last = &mut self.last[row];
            let way = |x: f32| {
                if x != 0.0 {
                    *last = x.max(0.0);
                }
                *last
            };
            (x, x.map(way))
        })
    }
}

/// The mean loss at the end of a training on such windows, most of which have no pulse at all.
fn recall(carried: bool) -> f32 {
    let mut net = Recall::init(&mut SmallRng::seed_from_u64(5));
    let mut trainer = Trainer::<Recall, _, _, 16>::new(Adam::new(0.05), BinaryCrossentropy);
    let mut states = States::<Recall, 16>::new();
    let rng = SmallRng::seed_from_u64(9);
    let mut pulses = Pulses {
        rng,
        last: [0.0; 16],
    };
    let mut loss = 0.0;
    for step in 0..400 {
        if !carried {
            states.reset();
        }
        let window = pulses.window();
        let score = trainer
            .train_on_window(&mut net, &mut states, &window)
            .unwrap();
        if step >= 380 {
            loss += score.loss / 20.0;
        }
    }
    loss
}

#[test]
fn what_lies_before_the_window_is_learned_if_the_state_is_carried_and_only_then() {
    let (with, without) = (recall(true), recall(false));
    assert!(with < 0.1, "{with}");
    assert!(without > 0.4, "{without}");
}

#[test]
fn the_first_window_is_trained_as_any_batch() {
    let mut nets = [(); 2].map(|()| Guitar::init(&mut SmallRng::seed_from_u64(5)));
    let [carried, fresh] = &mut nets;
    let mut trainers =
        [(); 2].map(|()| Trainer::<Guitar, _, _, 2>::new(Sgd::new(0.1), MeanSquaredError));
    let samples = [
        (random::<1, 12>(1), random::<1, 12>(2)),
        (random(3), random(4)),
    ];
    let mut states = States::<Guitar, 2>::new();
    let [a, b] = &mut trainers;
    let windows = a.train_on_window(carried, &mut states, &samples).unwrap();
    assert_eq!(windows, b.train_on_batch(fresh, &samples).unwrap());
    assert_eq!(
        nn_core::plain::as_slice(carried),
        nn_core::plain::as_slice(fresh)
    );
    // From here on it remembers; and a row without a sample begins anew.
    let one = &samples[..1];
    assert_ne!(
        a.train_on_window(carried, &mut states, one).unwrap(),
        b.train_on_batch(fresh, one).unwrap()
    );
    assert!(
        a.train_on_window(carried, &mut states, &samples[..0])
            .is_err()
    );
}
