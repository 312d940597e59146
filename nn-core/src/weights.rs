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

mod bytes;
mod part;
#[cfg(test)]
mod tests;

pub use bytes::{
    BadBytes, FRAME_BYTES, fingerprint, from_bytes, read_finite_from, read_from, saved_bytes,
    write_to,
};
pub use nn_weights::{Role, Shape};
pub use part::{Part, Path, Tensor, each_tensor};
