//! Reads `.safetensors`: the length of a header in eight bytes, the header in JSON, the values.
//! <https://huggingface.co/docs/safetensors>

use serde_json::Value;
use std::path::Path;

/// The tensors of a file.
pub struct File {
    header: Value,
    values: Vec<u8>,
}

/// One tensor, row by row.
pub struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl File {
    pub fn read(path: &Path) -> Self {
        let mut bytes = std::fs::read(path).unwrap();
        let values = bytes.split_off(8);
        let len = u64::from_le_bytes(bytes.try_into().unwrap());
        let (header, values) = values.split_at(usize::try_from(len).unwrap());
        Self {
            header: serde_json::from_slice(header).unwrap(),
            values: values.to_vec(),
        }
    }

    pub fn tensor(&self, name: &str) -> Tensor {
        let entry = &self.header[name];
        assert_eq!(entry["dtype"], "F32", "`{name}`");
        let sizes = |key: &str| -> Vec<usize> {
            let list = entry[key].as_array().unwrap().iter();
            list.map(|size| usize::try_from(size.as_u64().unwrap()).unwrap())
                .collect()
        };
        let place = sizes("data_offsets");
        let values = self.values[place[0]..place[1]].chunks_exact(4);
        Tensor {
            shape: sizes("shape"),
            values: values
                .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect(),
        }
    }
}

impl Tensor {
    /// The axes in another order: the first of the result is the one named first.
    pub fn axes(&self, order: &[usize]) -> Self {
        let shape: Vec<usize> = order.iter().map(|&axis| self.shape[axis]).collect();
        let stride = |axis: &usize| self.shape[axis + 1..].iter().product::<usize>();
        let strides: Vec<usize> = order.iter().map(stride).collect();
        let place = |mut i: usize| {
            let mut place = 0;
            for (size, stride) in shape.iter().zip(&strides).rev() {
                place += i % size * stride;
                i /= size;
            }
            self.values[place]
        };
        Self {
            values: (0..self.values.len()).map(place).collect(),
            shape: shape.clone(),
        }
    }
}
