//! Networks with batch and layer normalisation: that they train with everything a trainer has, and fold.

use nn_core::Summary;
use nn_core::plain::{as_mut_slice, as_slice};
use nn_core::prelude::*;
use nn_core::train::{EarlyStopping, Monitor};

network! {
    /// Two noisy rings.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Rings {
        input 2;
        batch_norm momentum 0.9;
        dense 16 no_bias l2 1e-4;
        batch_norm momentum 0.9 epsilon 1e-4;
        relu;
        head: dense 8 relu;
        layer_norm;
        dense 3;
        batch_norm momentum 0.8 no_scale no_center;
        dense 2;
        batch_norm torch;
        softmax;
    }
}

type Sample = (SVector<f32, 2>, u8);

fn rings(seed: u64, count: usize) -> Vec<Sample> {
    let mut rng = SmallRng::seed_from_u64(seed);
    let sample = |i: usize| {
        let class = u8::try_from(i % 2).unwrap();
        let angle = rng.random_range(0.0..std::f32::consts::TAU);
        let radius = 1.0 + 2.0 * f32::from(class) + rng.random_range(-0.4..0.4);
        // Far from zero, and one axis much longer: what the first normalisation is for.
        let x = [
            20.0 + radius * angle.cos(),
            100.0 * radius * angle.sin() - 7.0,
        ];
        (SVector::from(x), class)
    };
    (0..count).map(sample).collect()
}

/// The part of a network that is not trained.
fn moving(net: &Rings) -> Vec<f32> {
    let parts: [&[f32]; 4] = [
        net.batch_norm1.moving_mean.as_slice(),
        net.batch_norm2.moving_variance.as_slice(),
        net.batch_norm3.moving_mean.as_slice(),
        net.batch_norm4.moving_variance.as_slice(),
    ];
    parts.concat()
}

#[test]
fn sizes_count_what_is_trained_and_what_is_not() {
    let norms = [2, 16, 3, 2];
    let gammas_and_betas = 2 * 2 + 2 * 16 + 2 * 2 + 2 * 8;
    let weights = 2 * 16 + 16 * 8 + 8 + 8 * 3 + 3 + 3 * 2 + 2;
    let moving = 2 * norms.iter().sum::<usize>();
    assert_eq!(Rings::PARAMS, weights + gammas_and_betas + moving);
    assert_eq!(Rings::WEIGHT_BYTES, 4 * Rings::PARAMS);
    let summary = Rings::summary();
    let trained: usize = summary.rows.iter().map(|row| row.trained).sum();
    assert_eq!(trained, weights + gammas_and_betas);
    let text = summary.to_string();
    assert!(
        text.contains(&format!("Trainable params: {trained} ")),
        "{text}"
    );
    assert!(
        text.contains(&format!("Non-trainable params: {moving} ")),
        "{text}"
    );
    assert_eq!(nn_core::plain::len::<<Rings as Train>::Grad>(), trained);
}

/// With partial batches, clipping by tensor, weight decay, and the best weights given back.
#[test]
fn training_reaches_every_part_and_the_best_weights_come_back() {
    let (train, test) = (rings(1, 210), rings(2, 100));
    let mut net = Rings::init(&mut SmallRng::seed_from_u64(3));
    let optimizer = Adam::new(0.01).weight_decay(1e-3).clipnorm(1.0);
    let mut trainer = Trainer::<Rings, _, _, 32>::boxed(optimizer, SparseCategoricalCrossentropy);
    let mut best = Rings::zeros();
    let mut seen: Vec<Rings> = Vec::new();
    let mut stopping = EarlyStopping::new()
        .monitor(Monitor::ValLoss)
        .patience(20)
        .restore_best(&mut best);
    let before = moving(&net);
    let mut rng = SmallRng::seed_from_u64(5);
    let fit = Fit::epochs(80)
        .shuffle(&mut rng)
        .validation_data(&test)
        .callback(&mut stopping)
        .on_epoch(|end| seen.push(end.net.clone()));
    trainer.fit(&mut net, &train, fit).unwrap();
    let best_epoch = stopping.best_epoch().unwrap();
    assert_eq!(
        &net,
        &seen[best_epoch - 1],
        "moving statistics come back too"
    );
    assert!(before.iter().zip(moving(&net)).all(|(a, b)| *a != b));
    let score = trainer.evaluate(&net, &test).unwrap();
    assert!(score.accuracy.unwrap() > 0.97, "{score:?}");
    // What a mean takes out again stays where it was, but for the weight decay of zeros.
    assert!(net.dense3.bias.iter().all(|bias| *bias == 0.0));
}

/// The data itself is normalised by what training saw, not by what is predicted.
#[test]
fn inference_does_not_depend_on_the_other_samples() {
    let train = rings(1, 64);
    let mut net = Rings::init(&mut SmallRng::seed_from_u64(3));
    let mut trainer =
        Trainer::<Rings, _, _, 16>::boxed(Sgd::new(0.05), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, &train, Fit::epochs(3)).unwrap();
    let inputs: Vec<_> = train.iter().map(|(x, _)| *x).collect();
    let mut batch = vec![SVector::zeros(); inputs.len()];
    net.predict_batch(&inputs, &mut batch).unwrap();
    for (x, y) in inputs.iter().zip(&batch) {
        assert!((net.predict(x) - y).amax() < 1e-6);
    }
}

#[test]
fn one_sample_or_constant_data_trains_without_nan() {
    for samples in [
        vec![(SVector::from([3.0, 4.0]), 1_u8); 1],
        vec![(SVector::from([3.0, 4.0]), 1); 9],
    ] {
        let mut net = Rings::init(&mut SmallRng::seed_from_u64(3));
        let mut trainer =
            Trainer::<Rings, _, _, 4>::boxed(Adam::new(0.01), SparseCategoricalCrossentropy);
        trainer.fit(&mut net, &samples, Fit::epochs(3)).unwrap();
        assert!(as_slice(&net).iter().all(|value| value.is_finite()));
    }
}

#[test]
fn a_folded_network_predicts_the_same_with_fewer_parameters() {
    let train = rings(1, 200);
    let mut net = Rings::init(&mut SmallRng::seed_from_u64(3));
    let mut trainer =
        Trainer::<Rings, _, _, 32>::boxed(Adam::new(0.01), SparseCategoricalCrossentropy);
    trainer.fit(&mut net, &train, Fit::epochs(30)).unwrap();
    let folded: RingsFolded = net.folded();
    // The first normalisation has no layer before it; of the others, each of its channels leaves a bias where there was none.
    let gone = 4 * 16 - 16 + 2 * 3 + 4 * 2;
    assert_eq!(RingsFolded::PARAMS, Rings::PARAMS - gone);
    assert_eq!(folded.dense1.bias.len(), 16);
    assert_eq!(as_slice(&folded.head), as_slice(&net.head));
    assert_eq!(folded.batch_norm1, net.batch_norm1);
    for (x, _) in &train {
        let (y, same) = (net.predict(x), folded.predict(x));
        assert!((y - same).amax() < 1e-5, "{y} {same}");
    }
    let mut into = RingsFolded::zeros();
    net.fold_into(&mut into);
    assert_eq!(into, folded.clone());
    println!("{}", RingsFolded::summary());
    // It is a network like any other.
    let score =
        Trainer::<RingsFolded, _, _, 8>::boxed(Sgd::new(0.01), SparseCategoricalCrossentropy)
            .evaluate(&folded, &train)
            .unwrap();
    assert!(score.accuracy.unwrap() > 0.9);
}

network! {
    /// A step at a time.
    struct Steps { input 5x3; batch_norm; layer_norm epsilon 1e-6; tanh; }
}

#[test]
fn normalisation_can_be_streamed() {
    let mut net = Steps::init(&mut SmallRng::seed_from_u64(1));
    let mut rng = SmallRng::seed_from_u64(2);
    as_mut_slice(&mut net).fill_with(|| rng.random_range(0.1..1.0));
    let x = SMatrix::<f32, 3, 5>::from_fn(|_, _| rng.random_range(-1.0..1.0));
    let whole = net.predict(&x);
    let mut state = State::<Steps>::new();
    for (step, whole) in x.column_iter().zip(whole.column_iter()) {
        let y = net.step(&mut state, &step.into());
        assert!((y - whole).amax() < 1e-6);
    }
}

network! {
    /// Every layer that a normalisation folds into.
    struct Folds {
        input 6x6x2;
        conv2d 6 3 pad same no_bias groups 2;
        batch_norm momentum 0.7;
        relu;
        depthwise_conv2d 2 multiplier 2;
        batch_norm momentum 0.7 no_scale;
        leaky_relu 0.1;
        batch_norm momentum 0.7;
        separable_conv2d 5 2 linear;
        batch_norm momentum 0.7 epsilon 1e-5;
        softmax;
        conv2d_transpose 3 2x3 stride 2 no_bias;
        batch_norm momentum 0.7 no_center;
        reshape 8x27;
        conv1d 4 3 stride 2 pad causal;
        batch_norm torch;
        tanh;
        conv1d_transpose 2 2;
        batch_norm momentum 0.7;
        flatten;
        dense 3;
    }
}

#[test]
fn convolutions_of_every_kind_take_a_normalisation_in() {
    let mut rng = SmallRng::seed_from_u64(4);
    let mut net = Folds::boxed(&mut rng);
    let samples: Vec<(Input<Folds>, SVector<f32, 3>)> = (0..20)
        .map(|_| {
            let x = Input::<Folds>::from_fn(|_, _| rng.random_range(-1.0..2.0));
            (x, SVector::from([x.mean(), x.max(), x.min()]))
        })
        .collect();
    let mut trainer = Trainer::<Folds, _, _, 8>::boxed(Adam::new(0.02), MeanSquaredError);
    let history = trainer.fit(&mut net, &samples, Fit::epochs(12)).unwrap();
    assert!(history.loss() < 0.5, "{}", history.loss());
    let folded = net.folded();
    println!("{}", FoldsFolded::summary());
    let count = |summary: Summary| {
        let mut rows = 0;
        summary.for_each(|_, _| rows += 1);
        rows
    };
    let (rows, all) = (count(FoldsFolded::summary()), count(Folds::summary()));
    assert_eq!(rows, all - 6 - 4);
    for (x, _) in &samples {
        let (y, same) = (net.predict(x), folded.predict(x));
        let limit = 1e-5 * y.amax().max(1.0);
        assert!((y - same).amax() < limit, "{y} {same}");
    }
}

network! {
    /// Normalisation inside blocks, and at every step.
    #[derive(Clone)]
    pub struct Blocks {
        input 6x4;
        each dense 5 no_bias;
        batch_norm momentum 0.7;
        tanh;
        residual { conv1d 5 3 pad same no_bias; batch_norm momentum 0.7; relu; conv1d 5 1; batch_norm momentum 0.6; }
        concat {
            { each dense 2; }
            { residual { each dense 5 no_bias; each batch_norm momentum 0.5; } }
            {}
        }
        add { { dropout 0.1; } { batch_norm momentum 0.5; } }
        flatten;
        dense 2;
    }
}

#[test]
fn normalisation_inside_blocks_is_folded_too() {
    let mut rng = SmallRng::seed_from_u64(4);
    let mut net = Blocks::boxed(&mut rng);
    let samples: Vec<(Input<Blocks>, SVector<f32, 2>)> = (0..20)
        .map(|_| {
            let x = Input::<Blocks>::from_fn(|_, _| rng.random_range(-1.0..2.0));
            (x, SVector::from([x.mean(), x.max()]))
        })
        .collect();
    let mut trainer = Trainer::<Blocks, _, _, 8>::boxed(Adam::new(0.02), MeanSquaredError);
    trainer.fit(&mut net, &samples, Fit::epochs(12)).unwrap();
    let folded: BlocksFolded = net.folded();
    println!("{}", BlocksFolded::summary());
    // Four normalisations of five channels; one has no layer before it. Of the layers before them, three had no bias.
    assert_eq!(BlocksFolded::PARAMS, Blocks::PARAMS - 4 * 20 + 3 * 5);
    for (x, _) in &samples {
        let (y, same) = (net.predict(x), folded.predict(x));
        let limit = 1e-5 * y.amax().max(1.0);
        assert!((y - same).amax() < limit, "{y} {same}");
    }
}

mod never_folded {
    #![deny(warnings)]

    // A private network whose folded form nobody asks for.
    nn_core::network! { input 8; dense 4; batch_norm; residual { dense 4; batch_norm; } dense 2 }

    #[test]
    fn a_folded_network_that_nobody_uses_is_no_warning() {
        let net = Net::zeros();
        assert_eq!(net.predict(Net::input(&[1.0; 8])).len(), 2);
    }
}

/// The moving mean and variance after an epoch over `samples` in batches of two, of a learning rate that changes nothing else.
macro_rules! moving {
    ($samples:expr, $($words:tt)*) => {{
        network! { struct Moving { input 1; batch_norm $($words)*; dense 1; } }
        let mut net = Moving::init(&mut SmallRng::seed_from_u64(1));
        let mut trainer = Trainer::<Moving, _, _, 2>::new(Sgd::new(1e-30), MeanSquaredError);
        let data = $samples.map(|x: f32| (SVector::from([x]), SVector::from([0.0])));
        trainer.fit(&mut net, &data, Fit::epochs(1)).unwrap();
        (net.batch_norm1.moving_mean[0], net.batch_norm1.moving_variance[0])
    }};
}

#[test]
fn a_single_value_says_nothing_of_a_variance() {
    // Mean 3, variance 1, unbiased 2; then a batch of one.
    assert_eq!(moving!([2.0, 4.0], torch momentum 0.5), (1.5, 1.5));
    assert_eq!(moving!([2.0, 4.0, 7.5], torch momentum 0.5), (4.5, 1.5));
    assert_eq!(moving!([7.5], torch), (0.75, 1.0));
    assert_eq!(moving!([2.0, 4.0, 7.5], momentum 0.5), (4.5, 1.0));
    assert_eq!(moving!([7.5], momentum 0.75), (1.875, 1.0));
}
