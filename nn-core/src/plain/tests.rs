//! Every float is looked at, so that a checker of memory (CI runs these tests under valgrind) sees one that was never written.

use super::*;
use crate::prelude::*;
use std::vec::Vec;

crate::plain! {
    /// Of several sizes, none of them a power of two.
    struct Parts<const N: usize> {
        first: [f32; N],
        none: (),
        matrix: SMatrix<f32, 3, N>,
    }
}

/// The sum, to look at each of them.
fn sum<T: Plain>(value: &T) -> f32 {
    as_slice(value).iter().sum()
}

#[test]
fn a_value_without_floats_is_an_empty_slice_wherever_it_is() {
    let mut values = [(1_u8, ()); 3];
    for (_, nothing) in &mut values {
        assert!(as_slice(nothing).is_empty());
        assert!(as_mut_slice(nothing).is_empty());
        assert!(view_mut::<(), [f32; 0]>(nothing).is_empty());
    }
}

#[test]
fn a_struct_is_its_fields_in_order() {
    let mut parts: Parts<5> = zeroed();
    assert_eq!((len::<Parts<5>>(), Parts::<5>::FLOATS), (20, 20));
    assert_eq!(sum(&parts), 0.0);
    parts.first[4] = 1.0;
    parts.matrix[(2, 4)] = 2.0;
    assert_eq!(as_slice(&parts)[4..6], [1.0, 0.0]);
    assert_eq!(as_slice(&parts)[19], 2.0);
    as_mut_slice(&mut parts)[5] = 3.0;
    assert_eq!(parts.matrix[(0, 0)], 3.0);
    assert_eq!(view::<_, [f32; 20]>(&parts)[5], 3.0);
    assert_eq!(sum(&parts), 6.0);
    clear(&mut parts);
    assert_eq!(sum(&parts), 0.0);
}

#[test]
fn the_ends_of_a_room_do_not_touch() {
    type Pair = ([f32; 3], [[f32; 2]; 2]);
    let mut room: Or<Pair, Or<[f32; 5], Pair>> = zeroed();
    assert_eq!(size_of_val(&room), 28);
    {
        let (front, back) = ends::<_, [f32; 3], [f32; 4]>(&mut room);
        front.fill(1.0);
        back.fill(2.0);
        assert_eq!((*front, *back), ([1.0; 3], [2.0; 4]));
    }
    let (front, back) = ends::<_, [f32; 5], SMatrix<f32, 1, 2>>(&mut room);
    assert_eq!((sum(front), sum(back)), (7.0, 4.0));
    let (all, nothing) = ends::<_, [f32; 7], ()>(&mut room);
    assert_eq!((sum(all), *nothing), (11.0, ()));
    let (nothing, all) = ends::<_, [f32; 0], [f32; 7]>(&mut room);
    assert_eq!((nothing.len(), sum(all)), (0, 11.0));

    let mut empty: ([f32; 0], [[f32; 0]; 2]) = zeroed();
    let (front, back) = ends::<_, [f32; 0], ()>(&mut empty);
    assert_eq!((front.len(), *back), (0, ()));
}

#[cfg(feature = "alloc")]
#[test]
fn boxes_are_zero_with_and_without_bytes() {
    assert_eq!(sum(&*zeroed_box::<Parts<300>>()), 0.0);
    assert_eq!(*zeroed_box::<()>(), ());
    assert_eq!(sum(&*zeroed_box::<Parts<0>>()), 0.0);
}

crate::network! {
    /// Layers of many kinds, with blocks and state, and outputs of different sizes.
    struct Mixed {
        input 6x6x2;
        conv2d 3 3x3 pad same;
        batch_norm;
        residual { conv2d 3 3x3 relu pad same; dropout 0.1; }
        concat { { max_pool 2x2; } { avg_pool 2x2; } }
        flatten;
        layer_norm;
        dense 5 tanh;
        dense 3 softmax;
    }
}

#[cfg(feature = "alloc")]
#[test]
fn training_writes_whatever_it_reads() {
    let mut rng = SmallRng::seed_from_u64(3);
    let mut net = Mixed::boxed(&mut rng);
    let samples: Vec<(Input<Mixed>, u8)> = (0_u8..7)
        .map(|i| {
            (
                SMatrix::from_fn(|c, p| ((c + 2 * p + usize::from(i)) % 5) as f32 - 2.0),
                i % 3,
            )
        })
        .collect();
    let mut trainer =
        Trainer::<Mixed, _, _, 4>::boxed(Adam::new(1e-2), SparseCategoricalCrossentropy);
    let history = trainer.fit(&mut net, &samples[..], Fit::epochs(2).shuffle(&mut rng));
    assert!(history.is_ok(), "{history:?}");
    assert!(as_slice(&*net).iter().all(|weight| weight.is_finite()));
    for (x, _) in &samples {
        let total = net.predict(x).sum();
        assert!((total - 1.0).abs() < 1e-5, "{total}");
    }
    let mut outputs = [SVector::zeros(); 7];
    let inputs: Vec<_> = samples.iter().map(|sample| sample.0).collect();
    assert_eq!(net.predict_batch(&inputs, &mut outputs), Ok(()));
    assert_eq!(outputs[6], net.predict(&inputs[6]));
}
