//! Getting data into shape: scaling, one-hot, splitting; with `std` also reading CSV and IDX files.
//!
//! ```
//! use nn_core::data::{Csv, StandardScaler, split};
//! use nn_core::nalgebra::SVector;
//! use nn_core::rand::{SeedableRng, rngs::SmallRng};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = "width,height,kind\n1.0,2.0,cat\n3.0,4.0,dog\n5.0,6.0,cat\n7.0,8.5,dog\n";
//! let table = Csv::new().from_reader(file.as_bytes())?;
//! let inputs: Vec<SVector<f32, 2>> = table.inputs(["width", "height"])?;
//! let kinds = table.classes(&["kind"])?;
//! assert_eq!(kinds.names, ["cat", "dog"]);
//!
//! let mut samples: Vec<_> = inputs.into_iter().zip(kinds.labels).collect();
//! let mut rng = SmallRng::seed_from_u64(1);
//! let parts = split(&mut samples, 0.0, 0.25, &mut rng)?;
//! assert_eq!((parts.train.len(), parts.test.len()), (3, 1));
//!
//! let scaler = StandardScaler::fit(parts.train.iter().map(|(x, _)| x))?;
//! for (x, _) in parts.train.iter_mut().chain(parts.test) {
//!     scaler.transform(x);
//! }
//! # Ok(())
//! # }
//! ```

mod scale;
mod split;

#[cfg(feature = "std")]
mod csv;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
mod idx;
#[cfg(feature = "std")]
mod table;

pub use scale::{MinMaxScaler, StandardScaler};
pub use split::{Split, split, split_by_class};

#[cfg(feature = "std")]
pub use csv::Csv;
#[cfg(feature = "std")]
pub use error::{Error, Place};
#[cfg(feature = "std")]
pub use idx::{Idx, labelled};
#[cfg(feature = "std")]
pub use table::{Classes, Filling, Table};

use crate::loss::Label;
use nalgebra::SVector;

/// 1 at the place of the label, 0 elsewhere (Keras `to_categorical`); nothing if the label is not below `CLASSES`.
///
/// ```
/// use nn_core::data::one_hot;
/// assert_eq!(one_hot::<3>(1_u8).unwrap().as_slice(), [0.0, 1.0, 0.0]);
/// assert_eq!(one_hot::<3>(3_u8), None);
/// ```
#[must_use]
pub fn one_hot<const CLASSES: usize>(label: impl Label) -> Option<SVector<f32, CLASSES>> {
    let mut values = SVector::<f32, CLASSES>::zeros();
    *values.get_mut(label.index())? = 1.0;
    Some(values)
}

#[cfg(test)]
mod tests;
