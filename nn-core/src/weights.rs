//! Trained networks outside the process: their tensors by name, and their bytes.
//!
//! The name of a tensor is the path by which a program reaches it: `net.dense1.kernel` is `dense1.kernel`, and a kernel inside a block or a
//! nested network `encoder.dense1.kernel`. Its shape is Keras's, and so are its bytes.
//!
//! Without a heap, a network is written to bytes and read from them. They say of which architecture they are, and carry a checksum; what does
//! not fit, byte for byte, is an error that leaves the network as it was.
//!
//! ```
//! use nn_core::prelude::*;
//!
//! network! { pub struct Animals { input 8; dense 6 relu; dense 4 softmax; } }
//!
//! # fn main() -> nn_core::Result<()> {
//! let net = Animals::init(&mut SmallRng::seed_from_u64(7));
//! let mut bytes = [0; Animals::SAVED_BYTES];
//! net.write_to(&mut bytes)?;
//!
//! let same = Animals::from_bytes(&bytes)?;
//! assert_eq!(same.dense1.kernel, net.dense1.kernel);
//!
//! bytes[100] ^= 1;
//! assert!(Animals::from_bytes(&bytes).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! With `std`, a network is kept in a [safetensors](https://github.com/huggingface/safetensors) file: `net.save("animals.safetensors")?`,
//! `Animals::load("animals.safetensors")?`. It is written whole or not at all, and read only if it has exactly the tensors of the network. With
//! [`Layout::Keras`] and [`Layout::Torch`], names and orders are those of other libraries.
//!
//! | | [`Layout::Native`] | [`Layout::Keras`] | [`Layout::Torch`] |
//! | --- | --- | --- | --- |
//! | `dense` | `dense1.kernel` (in, out) | the same | `dense1.weight` (out, in) |
//! | `conv2d` | `conv2d1.kernel` (height, width, in, out) | the same | `conv2d1.weight` (out, in, height, width) |
//! | `dense` behind `flatten` of an image | rows in order of height, width, channel | the same | in order of channel, height, width |
//! | `lstm` | `lstm1.kernel`, `.recurrent_kernel`, `.bias`; gates i, f, c, o | the same | `lstm1.weight_ih_l0`, `weight_hh_l0`, both biases |
//! | `gru` | gates z, r, h; two rows of biases | the same | gates r, z, n |
//! | `batch_norm` | `gamma`, `beta`, `moving_mean`, `moving_variance` | the same | `weight`, `bias`, `running_mean`, `running_var` |
//!
//! Other libraries' files have other names for layers. Where they are not those of the declaration, layers of a kind are taken in the order of
//! the numbers in their names (`conv1`, `conv2`; `dense`, `dense_1`; `0`, `2`); where names differ in more than a number, it is an error, and
//! a label makes it clear (`encoder: dense 4`).

mod bytes;
#[cfg(feature = "std")]
mod file;
mod part;
#[cfg(test)]
mod tests;

pub use bytes::{
    BadBytes, FRAME_BYTES, fingerprint, from_bytes, read_finite_from, read_from, saved_bytes,
    write_to,
};
#[cfg(feature = "std")]
pub use file::{
    FileError, Load, load, load_boxed, load_into, read_safetensors, save, to_safetensors,
};
#[cfg(feature = "std")]
pub use nn_weights::{Layout, Problem};
pub use nn_weights::{Role, Shape};
#[doc(hidden)]
pub use part::has_shapes;
pub use part::{Part, Path, Tensor, each_tensor};
#[cfg(feature = "std")]
pub(crate) use {
    bytes::checksum,
    file::{read_file, write_whole},
};
