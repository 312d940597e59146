//! Tensors whose values are in the file, or follow from those.

use super::proto::{TensorProto, element};
use crate::array::{Array, count};
use half::{bf16, f16};

/// A tensor that is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant {
    pub(super) shape: Vec<usize>,
    pub(super) data: Data,
}

/// Its values, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    Floats(Vec<f32>),
    Ints(Vec<i64>),
}

impl Constant {
    /// The tensor of a message.
    pub(super) fn of(tensor: &TensorProto) -> Result<Self, String> {
        if tensor.data_location == 1 || !tensor.external_data.is_empty() {
            return Err(
                "its values are in another file; save the model with `external_data=False`"
                    .to_owned(),
            );
        }
        let shape = tensor.dims.iter().map(|dim| usize::try_from(*dim).ok());
        let shape: Option<Vec<usize>> = shape.collect();
        let data = Data::of(tensor)?;
        match shape {
            Some(shape) if count(&shape) == Some(data.len()) => Ok(Self { shape, data }),
            _ => Err(format!(
                "its axes are {:?}, but it has {} values",
                tensor.dims,
                data.len()
            )),
        }
    }

    /// A vector of integers.
    pub(super) fn ints(values: Vec<i64>) -> Self {
        Self {
            shape: vec![values.len()],
            data: Data::Ints(values),
        }
    }

    /// Its floats.
    pub(super) fn array(&self) -> Option<Array> {
        match &self.data {
            Data::Floats(values) => Array::new(self.shape.clone(), values.clone()),
            Data::Ints(_) => None,
        }
    }

    /// Its floats, borrowed.
    pub(super) fn floats(&self) -> Option<&[f32]> {
        match &self.data {
            Data::Floats(values) => Some(values),
            Data::Ints(_) => None,
        }
    }

    /// Its integers.
    pub(super) fn integers(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Ints(values) => Some(values),
            Data::Floats(_) => None,
        }
    }

    /// Its only value, if it has one.
    pub(super) fn scalar(&self) -> Option<f32> {
        match &self.data {
            Data::Floats(values) => match values[..] {
                [value] => Some(value),
                _ => None,
            },
            #[allow(clippy::cast_precision_loss, reason = "a factor written as an integer")]
            Data::Ints(values) => match values[..] {
                [value] => Some(value as f32),
                _ => None,
            },
        }
    }
}

impl Data {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Floats(values) => values.len(),
            Self::Ints(values) => values.len(),
        }
    }

    fn of(tensor: &TensorProto) -> Result<Self, String> {
        if tensor.raw_data.is_empty() {
            typed(tensor)
        } else {
            raw(tensor.data_type, &tensor.raw_data)
        }
    }
}

/// The values as little-endian bytes.
fn raw(kind: i32, bytes: &[u8]) -> Result<Data, String> {
    fn each<const N: usize, T>(bytes: &[u8], value: fn([u8; N]) -> T) -> Result<Vec<T>, String> {
        let (chunks, rest) = bytes.as_chunks::<N>();
        match rest {
            [] => Ok(chunks.iter().map(|chunk| value(*chunk)).collect()),
            _ => Err(format!(
                "its {} bytes are no values of {N} bytes",
                bytes.len()
            )),
        }
    }
    #[allow(clippy::cast_possible_truncation, reason = "weights are f32")]
    Ok(match kind {
        element::FLOAT => Data::Floats(each(bytes, f32::from_le_bytes)?),
        element::DOUBLE => Data::Floats(each(bytes, |b| f64::from_le_bytes(b) as f32)?),
        element::FLOAT16 => Data::Floats(each(bytes, |b| f16::from_le_bytes(b).to_f32())?),
        element::BFLOAT16 => Data::Floats(each(bytes, |b| bf16::from_le_bytes(b).to_f32())?),
        element::INT64 => Data::Ints(each(bytes, i64::from_le_bytes)?),
        element::INT32 => Data::Ints(each(bytes, |b| i64::from(i32::from_le_bytes(b)))?),
        element::INT8 => Data::Ints(each(bytes, |b| i64::from(i8::from_le_bytes(b)))?),
        element::UINT8 | element::BOOL => Data::Ints(each(bytes, |[b]| i64::from(b))?),
        _ => return Err(unknown(kind)),
    })
}

/// The values in a field of their own.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "weights are f32, and halves are kept in the lower bits of an integer"
)]
fn typed(tensor: &TensorProto) -> Result<Data, String> {
    let ints = tensor.int32_data.iter();
    Ok(match tensor.data_type {
        element::FLOAT => Data::Floats(tensor.float_data.clone()),
        element::DOUBLE => Data::Floats(
            tensor
                .double_data
                .iter()
                .map(|value| *value as f32)
                .collect(),
        ),
        element::FLOAT16 => Data::Floats(
            ints.map(|bits| f16::from_bits(*bits as u16).to_f32())
                .collect(),
        ),
        element::BFLOAT16 => Data::Floats(
            ints.map(|bits| bf16::from_bits(*bits as u16).to_f32())
                .collect(),
        ),
        element::INT64 => Data::Ints(tensor.int64_data.clone()),
        element::INT32 | element::INT8 | element::UINT8 | element::BOOL => {
            Data::Ints(ints.map(|value| i64::from(*value)).collect())
        }
        kind => return Err(unknown(kind)),
    })
}

fn unknown(kind: i32) -> String {
    format!(
        "its values are of type {kind}, which are neither floats nor integers; save it as float32"
    )
}
