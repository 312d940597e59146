//! Augmentation as a part of training.

use nn_core::prelude::*;

network! {
    struct Net {
        input 4x4x1;
        flatten;
        dense 3 softmax;
    }
}

fn train(seed: u64, augment: impl Augmentation<Input<Net>>) -> (Net, Vec<f32>) {
    let data: Vec<_> = (0..21_u8)
        .map(|i| {
            (
                SMatrix::from_fn(|_, pixel| f32::from(pixel % 3 == usize::from(i % 3))),
                i % 3,
            )
        })
        .collect();
    let mut net = Net::init(&mut SmallRng::seed_from_u64(1));
    let mut trainer = Trainer::<Net, _, _, 4>::new(Adam::new(0.01), SparseCategoricalCrossentropy);
    trainer.seed(seed);
    let (mut shuffle, mut losses) = (SmallRng::seed_from_u64(2), Vec::new());
    let fit = Fit::epochs(6)
        .augment(augment)
        .validation_split(0.3)
        .shuffle(&mut shuffle)
        .sample_weight(&[1.0; 21])
        .on_epoch(|epoch| losses.push(epoch.loss));
    trainer.fit(&mut net, &data, fit).unwrap();
    (net, losses)
}

#[test]
fn training_follows_the_seed() {
    let augment = Augment::<4, 4>::new().rotate(20.0).noise(0.1);
    let (net, losses) = train(1, augment);
    assert_eq!(net.dense1.kernel, train(1, augment).0.dense1.kernel);
    assert_ne!(net.dense1.kernel, train(2, augment).0.dense1.kernel);
    assert_ne!(losses, train(1, ()).1);
    assert_eq!(train(1, ()).1, train(1, Augment::<4, 4>::new()).1);
}

/// Sees every training sample once an epoch, and no other.
#[test]
fn only_training_samples_are_changed() {
    struct Count(core::cell::Cell<usize>);
    impl Augmentation<Input<Net>> for Count {
        fn augment(&self, x: &mut Input<Net>, _: &mut SmallRng) {
            assert_eq!(x.sum(), if x[0] == 1.0 { 6.0 } else { 5.0 });
            self.0.set(self.0.get() + 1);
        }
    }
    let count = Count(0.into());
    train(1, &count);
    assert_eq!(count.0.get(), 6 * 14);
}

#[test]
fn a_wrong_option_ends_training_before_it_begins() {
    let mut net = Net::zeros();
    let mut trainer = Trainer::<Net, _, _, 4>::new(Adam::new(0.01), SparseCategoricalCrossentropy);
    let fit = Fit::epochs(1).augment(Augment::<4, 4>::new().shift(-0.1));
    let error = trainer
        .fit(&mut net, &[(SMatrix::zeros(), 0_u8)], fit)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`shift(-0.1)`; use a number from 0 to 1, or a range"
    );
}
