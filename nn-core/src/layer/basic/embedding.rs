use crate::init::{Initializer, RandomUniform, Shape};
use crate::kernel::lanes::{self, add, part, part_mut, write};
use crate::layer::{Context, Layer, Pass, Train, Visitor, show};
use crate::plain::{self, as_mut_slice, as_slice};
use crate::regularizer;
use crate::stream::Stream;
use crate::tensor::Tensor;
use crate::weights::{Part, Role};
use core::marker::PhantomData;
use fearless_simd::{Level, Simd};
use nalgebra::{SMatrix, SVector};
use rand::Rng;

/// A trained vector of `OUT` values for each of `STEPS` indices (Keras `Embedding`).
///
/// The input is a vector of `STEPS` indices, or a sequence of steps of one index each. An index is a whole number from 0 to `IN - 1`, as an
/// `f32`, which counts exactly to 2^24. `fit` and `evaluate` refuse a sample with anything else where this is the first layer; in `predict`,
/// and behind other layers, what is no index becomes NaN, because any row would be a wrong answer that looks like a right one.
///
/// Fresh rows are uniform from -0.05 to 0.05, as Keras draws them.
///
/// ```
/// use nn_core::prelude::*;
///
/// network! { struct Words { input 5; embedding 1000 32; flatten; dense 1 sigmoid; } }
///
/// let net = Words::init(&mut SmallRng::seed_from_u64(1));
/// assert!(net.predict(&SVector::from([17.0, 4.0, 999.0, 0.0, 0.0]))[0].is_finite());
/// assert!(net.predict(&SVector::from([17.0, 4.0, 1000.0, 0.0, 0.0]))[0].is_nan()); // the last word is number 999
/// ```
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Embedding<X, const IN: usize, const OUT: usize, const STEPS: usize> {
    /// One column for each index, `OUT x IN`: byte for byte Keras's `(IN, OUT)`.
    pub embeddings: SMatrix<f32, OUT, IN>,
    /// The shape of the input is part of the type only.
    pub input: PhantomData<X>,
}

plain::mark!([X: 'static, const IN: usize, const OUT: usize, const STEPS: usize] Embedding<X, IN, OUT, STEPS> { embeddings, input });

impl<X: Tensor, const IN: usize, const OUT: usize, const STEPS: usize>
    Embedding<X, IN, OUT, STEPS>
{
    const ONE_INDEX_EACH: () = assert!(
        X::LEN == STEPS,
        "an embedding gives one step for each value of its input"
    );

    /// Draws the rows anew.
    pub fn init_kernel_with<R: Rng + ?Sized>(
        &mut self,
        initializer: &impl Initializer,
        rng: &mut R,
    ) {
        let rows = as_mut_slice(&mut self.embeddings);
        initializer.fill(rng, rows, Shape::dense(IN, OUT));
    }

    /// The penalty of the rows; if `add`, its gradient is added to `grad`: see [`regularizer::l1_l2`].
    pub fn regularize_kernel(&self, grad: &mut Self, add: bool, l1: f64, l2: f64) -> f32 {
        let (rows, grad) = (
            as_slice(&self.embeddings),
            as_mut_slice(&mut grad.embeddings),
        );
        regularizer::penalty(rows, grad, add, l1, l2)
    }

    /// The row of each index; NaN for what is none.
    #[inline(always)]
    fn rows(&self, x: &[f32], y: &mut [f32]) {
        for (&index, y) in x.iter().zip(lanes::rows_mut(y, OUT)) {
            match row(index, IN) {
                Some(row) => write(y, part(as_slice(&self.embeddings), row * OUT, OUT)),
                None => y.fill(f32::NAN),
            }
        }
    }
}

/// The row that `index` names, if it is a whole number below `rows`.
#[inline(always)]
pub(crate) fn row(index: f32, rows: usize) -> Option<usize> {
    // Saturates, and is 0 for what is not a number.
    let row = index as usize;
    (row < rows && row as f32 == index).then_some(row)
}

impl<X: Tensor, const IN: usize, const OUT: usize, const STEPS: usize> Layer
    for Embedding<X, IN, OUT, STEPS>
{
    type Input = X;
    type Output = SMatrix<f32, OUT, STEPS>;
    type Head = crate::activation::Linear;
    const KIND: &'static str = "embedding";
    const MACS: usize = 0;
    const INDICES: Option<usize> = Some(IN);
    const PARTS: &'static [Part] = &[Part::tensor("embeddings", Role::Embeddings, [IN, OUT])];

    one_of_batch!();

    #[inline(always)]
    fn forward_batch<const BATCH: usize>(
        &self,
        _: Level,
        x: &[X; BATCH],
        y: &mut [Self::Output; BATCH],
    ) {
        let () = Self::ONE_INDEX_EACH;
        self.rows(as_slice(x), as_mut_slice(y));
    }
}

impl<X: Tensor, const IN: usize, const OUT: usize, const STEPS: usize> Train
    for Embedding<X, IN, OUT, STEPS>
{
    type Grad = Self;
    type Tape<const BATCH: usize> = ();

    fn init<R: Rng + ?Sized>(&mut self, rng: &mut R) {
        self.init_kernel_with(&RandomUniform, rng);
    }

    fn backward<const BATCH: usize>(&self, _: &mut Context<'_>, pass: Pass<'_, Self, BATCH>) {
        let Pass {
            x, dy, grad, dx, ..
        } = pass;
        let table = as_mut_slice(&mut grad.embeddings);
        table.fill(0.0);
        for (&index, dy) in as_slice(x).iter().zip(lanes::rows(as_slice(dy), OUT)) {
            let Some(row) = row(index, IN) else { continue };
            add(part_mut(table, row * OUT, OUT), dy);
        }
        // An index is a name, not a quantity.
        if let Some(dx) = dx {
            as_mut_slice(dx).fill(0.0);
        }
    }

    fn visit(&mut self, grad: &mut Self, visitor: &mut dyn Visitor) {
        show(
            visitor,
            "embeddings",
            &mut self.embeddings,
            &mut grad.embeddings,
        );
    }
}

/// The layer on a sequence of one index at a time.
#[diagnostic::do_not_recommend]
impl<const IN: usize, const OUT: usize, const STEPS: usize> Stream
    for Embedding<SMatrix<f32, 1, STEPS>, IN, OUT, STEPS>
{
    type State = ();
    type Step = SVector<f32, 1>;
    type Result = SVector<f32, OUT>;

    #[inline(always)]
    fn step<S: Simd>(&self, _: S, (): &mut (), x: &Self::Step, y: &mut Self::Result) {
        self.rows(as_slice(x), as_mut_slice(y));
    }
}

impl<X: 'static, const IN: usize, const OUT: usize, const STEPS: usize> Default
    for Embedding<X, IN, OUT, STEPS>
{
    fn default() -> Self {
        plain::zeroed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn only_whole_numbers_below_the_rows_are_indices() {
        assert_eq!(row(0.0, 3), Some(0));
        assert_eq!(row(-0.0, 3), Some(0));
        assert_eq!(row(2.0, 3), Some(2));
        for wrong in [
            3.0,
            -1.0,
            0.5,
            1e20,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
        ] {
            assert_eq!(row(wrong, 3), None, "{wrong}");
        }
    }

    type Words = Embedding<SVector<f32, 4>, 3, 2, 4>;

    #[test]
    fn what_is_no_index_becomes_nan_and_nothing_else_does() {
        let mut layer = Words::default();
        layer.init(&mut SmallRng::seed_from_u64(1));
        let y = crate::predict(&layer, &SVector::from([2.0, 3.0, f32::NAN, 0.0]));
        assert_eq!(y.column(0), layer.embeddings.column(2));
        assert_eq!(y.column(3), layer.embeddings.column(0));
        assert!(y.column(1).iter().chain(&y.column(2)).all(|y| y.is_nan()));
    }

    #[test]
    fn a_row_gathers_the_gradients_of_all_its_places() {
        let mut trainer = Trainer::<Words, _, _, 2>::new(Sgd::new(1.0), SumSquaredError);
        let mut layer = Words::default();
        let x = SVector::from([2.0, 0.0, 2.0, 2.0]);
        let mut dx = [SVector::from([7.0; 4]); 2];
        trainer.forward(&mut layer, &[x, x]).unwrap();
        let dy = SMatrix::<f32, 2, 4>::from_fn(|unit, step| (10 * unit + step) as f32);
        trainer.backward(&layer, &[dy, dy], Some(&mut dx)).unwrap();
        let rows = trainer.grad().embeddings;
        assert_eq!(as_slice(&rows), [2.0, 22.0, 0.0, 0.0, 10.0, 70.0]);
        assert_eq!(as_slice(&dx), [0.0; 8]);
    }

    #[test]
    fn training_refuses_what_is_no_index() {
        network! { struct Net { input 4; flatten; embedding 3 2; flatten; dense 1; } }
        let mut net = Net::init(&mut SmallRng::seed_from_u64(1));
        let before = crate::plain::as_slice(&net).to_vec();
        let mut trainer = Trainer::<Net, _, _, 2>::new(Sgd::new(0.1), MeanSquaredError);
        let y = SVector::from([1.0]);
        let sound = (SVector::from([2.0, 0.0, 2.0, 1.0]), y);
        for (wrong, text) in [(3.0, "3"), (-1.0, "-1"), (0.5, "0.5")] {
            let samples = [sound, (SVector::from([0.0, wrong, 0.0, 0.0]), y)];
            let error = trainer.fit(&mut net, &samples, Fit::epochs(1)).unwrap_err();
            let message = std::format!(
                "sample 1: input value 1 is {text}; an embedding of 3 rows takes whole numbers from 0 to 2"
            );
            assert_eq!(std::string::ToString::to_string(&error), message);
            assert!(trainer.evaluate(&net, &samples).is_err());
        }
        assert_eq!(crate::plain::as_slice(&net), before);
        assert!(
            trainer
                .fit(&mut net, &[sound, sound], Fit::epochs(1))
                .is_ok()
        );
    }
}
