use super::{Accumulate, Mean, Metric, means};
use crate::loss::{Labels, Target, argmax, class_of, largest_at, rows};
use crate::tensor::Tensor;

means! {
    /// The fraction of predictions whose largest output is at the class label (Keras `SparseCategoricalAccuracy`).
    ///
    /// ```
    /// use nn_core::metric::{Accumulate, Metric, SparseCategoricalAccuracy};
    /// use nn_core::nalgebra::Vector2;
    ///
    /// let mut accuracy = SparseCategoricalAccuracy::new();
    /// accuracy.update(&Vector2::new(0.3, 0.7), &1_u8);
    /// accuracy.update(&Vector2::new(0.4, 0.6), &0_u8);
    /// assert_eq!(accuracy.result(), 0.5);
    /// ```
    SparseCategoricalAccuracy, "sparse_categorical_accuracy";
    /// The fraction of predictions whose largest output is where the target is largest (Keras `CategoricalAccuracy`).
    CategoricalAccuracy, "categorical_accuracy";
}

impl<Y: Tensor, T: Labels<Y>> Metric<Y, T> for SparseCategoricalAccuracy {
    fn update(&mut self, output: &Y, target: &T) {
        for (y, label) in rows::<Y>(output.values()).zip(labels(target)) {
            self.0.add(largest_at(y, label).into());
        }
    }
}

impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for CategoricalAccuracy {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (y, t) in rows::<Y>(output.values()).zip(rows::<Y>(target.as_ref())) {
            self.0.add(largest_at(y, argmax(t)).into());
        }
    }
}

/// The fraction of outputs on the target's side of a threshold (Keras `BinaryAccuracy`). A target is 1 above one half.
#[derive(Clone, Debug, PartialEq)]
pub struct BinaryAccuracy {
    threshold: f32,
    mean: Mean,
}

impl BinaryAccuracy {
    /// A metric with Keras's threshold of 0.5.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            threshold: 0.5,
            mean: Mean::EMPTY,
        }
    }

    /// The limit that an output must exceed to count as 1; 0 for logits.
    #[must_use]
    pub const fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = threshold as f32;
        self
    }
}

impl Default for BinaryAccuracy {
    fn default() -> Self {
        Self::new()
    }
}

impl Accumulate for BinaryAccuracy {
    const NAME: &'static str = "binary_accuracy";
    fn result(&self) -> f64 {
        self.mean.get()
    }
    fn reset(&mut self) {
        self.mean = Mean::EMPTY;
    }
}

impl<Y: Tensor, T: Target<Y>> Metric<Y, T> for BinaryAccuracy {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (y, t) in output.values().iter().zip(target.as_ref()) {
            let right = !y.is_nan() && (*y > self.threshold) == (*t > 0.5);
            self.mean.add(f64::from(u8::from(right)));
        }
    }
}

/// The fraction of predictions whose `K` largest outputs include the class label (Keras `SparseTopKCategoricalAccuracy`).
///
/// Outputs equal to that of the label do not count against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SparseTopKCategoricalAccuracy<const K: usize>(Mean);

/// The fraction of predictions whose `K` largest outputs include the place of the largest target (Keras `TopKCategoricalAccuracy`).
///
/// Outputs equal to the one there do not count against it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopKCategoricalAccuracy<const K: usize>(Mean);

macro_rules! top_k {
    ($($name:ident, $keras:literal;)*) => {$(
        impl<const K: usize> $name<K> {
            /// A metric that has seen no samples.
            #[must_use]
            pub const fn new() -> Self {
                Self(Mean::EMPTY)
            }
        }
        impl<const K: usize> Accumulate for $name<K> {
            const NAME: &'static str = $keras;
            fn result(&self) -> f64 {
                self.0.get()
            }
            fn reset(&mut self) {
                self.0 = Mean::EMPTY;
            }
        }
    )*};
}
top_k! {
    SparseTopKCategoricalAccuracy, "sparse_top_k_categorical_accuracy";
    TopKCategoricalAccuracy, "top_k_categorical_accuracy";
}

impl<const K: usize, Y: Tensor, T: Labels<Y>> Metric<Y, T> for SparseTopKCategoricalAccuracy<K> {
    fn update(&mut self, output: &Y, target: &T) {
        for (y, label) in rows::<Y>(output.values()).zip(labels(target)) {
            self.0.add(in_top(y, label, K));
        }
    }
}

impl<const K: usize, Y: Tensor, T: Target<Y>> Metric<Y, T> for TopKCategoricalAccuracy<K> {
    fn update(&mut self, output: &Y, target: &T) {
        let target = target.numbers();
        for (y, t) in rows::<Y>(output.values()).zip(rows::<Y>(target.as_ref())) {
            self.0.add(in_top(y, argmax(t), K));
        }
    }
}

fn in_top(y: &[f32], label: usize, k: usize) -> f64 {
    let Some(own) = y.get(label).filter(|_| class_of(y).is_some()) else {
        return 0.0;
    };
    let larger = y.iter().filter(|other| *other > own).count();
    f64::from(u8::from(larger < k))
}

/// Class labels as indices.
fn labels<Y: Tensor>(target: &impl Labels<Y>) -> impl Iterator<Item = usize> {
    use crate::loss::Label;
    target.labels().iter().map(|label| label.index())
}
