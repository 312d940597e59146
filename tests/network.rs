//! Declared networks: what `network!` gives, and that it learns.

use nn_core::prelude::*;

network! {
    /// Two bits in, which class their exclusive or is out.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Xor {
        input 2;
        dense 8 relu;
        dense 2 softmax;
    }
}

#[test]
fn learns_xor() {
    let mut net = Xor::init(&mut SmallRng::seed_from_u64(3));
    static TRAINER: std::sync::Mutex<Trainer<Xor, Adam, SparseCategoricalCrossentropy, 3>> =
        std::sync::Mutex::new(Trainer::new(Adam::new(0.05), SparseCategoricalCrossentropy));
    let data = [
        (SVector::from([0.0, 0.0]), 0_u8),
        (SVector::from([0.0, 1.0]), 1),
        (SVector::from([1.0, 0.0]), 1),
        (SVector::from([1.0, 1.0]), 0),
    ];
    let mut trainer = TRAINER.lock().unwrap();
    let history = trainer.fit(&mut net, &data, Fit::epochs(300)).unwrap();
    assert!(history.loss() < 0.01, "{}", history.loss());
    for (x, t) in &data {
        let y = net.predict(x);
        assert!(y[usize::from(*t)] > 0.9, "{y}");
    }
}

mod anonymous {
    use nn_core::prelude::*;
    network! { input 8; dense 6 relu; dropout 0.5; dense 6 sigmoid no_bias; head: dense 4 softmax; output 4 }

    #[test]
    fn constants_count_what_is_there() {
        assert_eq!((Net::INPUT, Net::OUTPUT), (8, 4));
        assert_eq!(Net::PARAMS, 8 * 6 + 6 + 6 * 6 + 6 * 4 + 4);
        assert_eq!(Net::WEIGHT_BYTES, Net::PARAMS * 4);
        assert_eq!(Net::MACS, 8 * 6 + 6 * 6 + 6 * 4);
        assert_eq!(Net::INFERENCE_RAM, (6 + 6 + 4) * 4);
        println!("{}", Net::summary());
        let net = Net::boxed(&mut SmallRng::seed_from_u64(1));
        let values = [0.5; 8];
        let y = net.predict(Net::input(&values));
        assert!((Net::output(&y).iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let mut batch = [SVector::zeros(); 19];
        net.predict_batch(&[*Net::input(&values); 19], &mut batch)
            .unwrap();
        assert!(batch.iter().all(|other| (other - y).amax() < 1e-6));
        assert_eq!(
            net.predict_batch(&[], &mut batch),
            Err(Error::Lengths {
                inputs: 0,
                others: 19
            })
        );
    }
}

#[test]
fn a_network_is_a_layer_of_another() {
    mod parts {
        use nn_core::prelude::*;
        network! { pub struct Encoder { input 28x28x1; flatten; dense 16 relu; dense 3 } }
        network! { pub struct Whole { input 28x28x1; encoder: Encoder; dropout 0.1; dense 5 relu; Decoder; softmax; } }
        network! { pub struct Decoder { input 5; dense 10 } }
    }
    use parts::{Encoder, Whole};
    let net = Whole::init(&mut SmallRng::seed_from_u64(1));
    assert_eq!(Whole::PARAMS, Encoder::PARAMS + 3 * 5 + 5 + 5 * 10 + 10);
    assert_eq!((Whole::INPUT, Whole::OUTPUT), (784, 10));
    let y = net.predict(&SMatrix::repeat(0.5));
    assert!((y.sum() - 1.0).abs() < 1e-6);
    println!("{}", Whole::summary());
}

/// Declares a network from what its caller hands in.
macro_rules! series {
    ($visibility:vis $name:ident, $steps:literal, $units:expr, $rate:literal, $head:ty) => {
        network! {
            $visibility struct $name { input $steps x 1; lstm $units; dropout $rate; dense $units -> 3; $head; }
        }
    };
}
series!(pub(crate) Series, 12, 2 * UNITS, 0.25, Xor3);
const UNITS: usize = 4;
network! { pub(crate) struct Xor3 { input 3; dense 1; } }

#[test]
fn a_macro_may_declare_networks() {
    assert_eq!((Series::INPUT, Series::OUTPUT), (12, 1));
    assert_eq!(Series::PARAMS, 4 * 8 * (1 + 8 + 1) + (8 + 1) * 3 + 4);
}

/// Code that knows a network as `N: Network` alone.
mod generic {
    use super::Xor;
    use nn_core::prelude::*;

    /// Trains and predicts; the bound is all that is said of `N`.
    fn train<N: Network>(
        net: &mut N,
        samples: &[(N::Input, N::Output)],
    ) -> nn_core::Result<(f32, N::Output)> {
        let mut trainer = N::boxed_trainer::<3>(Adam::new(0.05), MeanSquaredError);
        let fit = Fit::epochs(300).validation_data(samples);
        let history = trainer.fit(net, samples, fit)?;
        let score = trainer.evaluate(net, samples)?;
        assert_eq!(history.val_loss(), Some(score.loss));
        Ok((score.loss, net.predict(&samples[0].0)))
    }

    /// `values` is that of a tensor, although an output is a target, too.
    fn sum<N: Network>(output: &N::Output) -> f32 {
        output.values().iter().sum()
    }

    #[test]
    fn fits_and_predicts() {
        let samples = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(|x| {
            let odd = f32::from(x[0] != x[1]);
            (SVector::from(x), SVector::from([1.0 - odd, odd]))
        });
        let mut net = Xor::init(&mut SmallRng::seed_from_u64(3));
        let (loss, first) = train(&mut net, &samples).unwrap();
        assert!(loss < 0.01, "{loss}");
        assert!(first[0] > 0.9);
        assert!((sum::<Xor>(&first) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_trainer_by_the_name_of_its_network() {
        let mut net = Xor::init(&mut SmallRng::seed_from_u64(3));
        let mut trainer = Xor::trainer::<2>(Adam::new(0.05), SparseCategoricalCrossentropy);
        let data = [([0.0, 1.0], 1_u8), ([1.0, 1.0], 0)];
        let history = trainer.fit(&mut net, &data, Fit::epochs(100)).unwrap();
        assert!(history.loss() < 0.1);
        let _: Trainer<Xor, Adam, SparseCategoricalCrossentropy, 2> = trainer;
    }
}
