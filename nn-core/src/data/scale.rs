use crate::error::{Error, Result, Set};
use crate::plain::zeroed;
use crate::tensor::Tensor;

/// Brings each value of the inputs into 0 to 1 (scikit-learn `MinMaxScaler`).
///
/// Fit it on the training part only: a scaler that has seen the test part tells the network about it.
/// The fields are public, so that firmware can carry a fitted scaler as a constant.
///
/// ```
/// use nn_core::data::MinMaxScaler;
/// use nn_core::nalgebra::SVector;
///
/// let train = [SVector::from([10.0, 5.0]), SVector::from([20.0, 5.0])];
/// let scaler = MinMaxScaler::fit(&train)?;
/// let mut x = SVector::from([15.0, 6.0]);
/// scaler.transform(&mut x);
/// assert_eq!(x, SVector::from([0.5, 1.0])); // A constant column is only shifted.
/// # Ok::<(), nn_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MinMaxScaler<T> {
    /// The smallest of each value.
    pub min: T,
    /// The largest of each value.
    pub max: T,
}

impl<T: Tensor> MinMaxScaler<T> {
    /// The range of each value over the samples.
    ///
    /// # Errors
    ///
    /// If there are no samples, or one holds a value that is not finite.
    pub fn fit<'a>(samples: impl IntoIterator<Item = &'a T>) -> Result<Self> {
        let mut range: Option<Self> = None;
        for (sample, x) in samples.into_iter().enumerate() {
            check(sample, x)?;
            let range = range.get_or_insert(Self { min: *x, max: *x });
            for (min, &value) in range.min.values_mut().iter_mut().zip(x.values()) {
                *min = min.min(value);
            }
            for (max, &value) in range.max.values_mut().iter_mut().zip(x.values()) {
                *max = max.max(value);
            }
        }
        range.ok_or(Error::Empty { set: Set::Data })
    }

    /// Scales one sample in place.
    pub fn transform(&self, x: &mut T) {
        self.each(x, |value, min, range| (value - min) / range);
    }

    /// The sample that [`transform`](Self::transform) makes `x` of, in place.
    pub fn inverse(&self, x: &mut T) {
        self.each(x, |value, min, range| value * range + min);
    }

    fn each(&self, x: &mut T, f: impl Fn(f64, f64, f64) -> f64) {
        let limits = self.min.values().iter().zip(self.max.values());
        for (value, (&min, &max)) in x.values_mut().iter_mut().zip(limits) {
            let (min, max) = (f64::from(min), f64::from(max));
            *value = f(f64::from(*value), min, divisor(max - min)) as f32;
        }
    }
}

/// Brings each value of the inputs to mean 0 and standard deviation 1 (scikit-learn `StandardScaler`).
///
/// Fit it on the training part only: a scaler that has seen the test part tells the network about it.
/// The fields are public, so that firmware can carry a fitted scaler as a constant.
///
/// ```
/// use nn_core::data::StandardScaler;
/// use nn_core::nalgebra::SVector;
///
/// let scaler = StandardScaler::fit(&[SVector::from([10.0]), SVector::from([20.0])])?;
/// let mut x = SVector::from([25.0]);
/// scaler.transform(&mut x);
/// assert_eq!(x, SVector::from([2.0]));
/// # Ok::<(), nn_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandardScaler<T> {
    /// The mean of each value.
    pub mean: T,
    /// The standard deviation of each value, over the samples as the whole population.
    pub std: T,
}

impl<T: Tensor> StandardScaler<T> {
    /// The mean and standard deviation of each value over the samples, which are gone through twice.
    ///
    /// # Errors
    ///
    /// If there are no samples, or one holds a value that is not finite.
    pub fn fit<'a, I>(samples: I) -> Result<Self>
    where
        I: IntoIterator<Item = &'a T, IntoIter: Clone>,
    {
        let samples = samples.into_iter();
        let mut count = 0_usize;
        for (sample, x) in samples.clone().enumerate() {
            check(sample, x)?;
            count += 1;
        }
        if count == 0 {
            return Err(Error::Empty { set: Set::Data });
        }
        let n = count as f64;
        let (mut mean, mut std): (T, T) = (zeroed(), zeroed());
        let results = mean.values_mut().iter_mut().zip(std.values_mut());
        for (i, (mean, std)) in results.enumerate() {
            let values = samples.clone().map(|x| f64::from(x.values()[i]));
            let average = values.clone().sum::<f64>() / n;
            let variance = values
                .map(|value| (value - average) * (value - average))
                .sum::<f64>()
                / n;
            // What rounding leaves of a constant (scikit-learn has the same bound).
            let noise = n * f64::EPSILON * (variance + n * f64::EPSILON * average * average);
            *mean = average as f32;
            *std = if variance > noise {
                libm::sqrt(variance) as f32
            } else {
                0.0
            };
        }
        Ok(Self { mean, std })
    }

    /// Scales one sample in place.
    pub fn transform(&self, x: &mut T) {
        self.each(x, |value, mean, std| (value - mean) / std);
    }

    /// The sample that [`transform`](Self::transform) makes `x` of, in place.
    pub fn inverse(&self, x: &mut T) {
        self.each(x, |value, mean, std| value * std + mean);
    }

    fn each(&self, x: &mut T, f: impl Fn(f64, f64, f64) -> f64) {
        let moments = self.mean.values().iter().zip(self.std.values());
        for (value, (&mean, &std)) in x.values_mut().iter_mut().zip(moments) {
            *value = f(f64::from(*value), f64::from(mean), divisor(f64::from(std))) as f32;
        }
    }
}

/// The divisor: a constant column is left as wide as it is.
fn divisor(spread: f64) -> f64 {
    if spread == 0.0 { 1.0 } else { spread }
}

fn check<T: Tensor>(sample: usize, x: &T) -> Result<()> {
    match x
        .values()
        .iter()
        .enumerate()
        .find(|(_, value)| !value.is_finite())
    {
        None => Ok(()),
        Some((index, &value)) => Err(Error::NonFinite {
            set: Set::Data,
            sample,
            index,
            value,
        }),
    }
}
