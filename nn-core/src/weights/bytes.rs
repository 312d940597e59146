//! A network as bytes: without a heap, without `std`.
//!
//! | bytes | little endian |
//! | --- | --- |
//! | 0 to 7 | `nn-core` and a zero |
//! | 8 to 15 | the version of this format, 1 |
//! | 16 to 23 | the fingerprint of the architecture |
//! | 24 to 31 | the number of values |
//! | 32 and on | the values, `f32`, in memory order |
//! | the last 4 | CRC-32 (ISO HDLC) of all before |

use super::part::{Content, Inner, Part, check_parts, each_tensor};
use crate::error::{Error, Result};
use crate::layer::Layer;
use crate::plain::{as_mut_slice, as_slice, len, zeroed};
use core::fmt;
use crc::{CRC_32_ISO_HDLC, CRC_64_XZ, Crc, Digest, NoTable};

const MAGIC: [u8; 8] = *b"nn-core\0";
const VERSION: u64 = 1;
const HEADER: usize = 32;
const CHECKSUM: usize = 4;
const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);
/// Of a few dozen names only, so that a table would not pay.
const NAMES: Crc<u64, NoTable> = Crc::<u64, NoTable>::new(&CRC_64_XZ);

/// The number of bytes around the values.
pub const FRAME_BYTES: usize = HEADER + CHECKSUM;

/// The checksum of saved networks and trainings.
#[cfg(feature = "std")]
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

/// The bytes that [`write_to`] writes.
#[must_use]
pub const fn saved_bytes<L: Layer>() -> usize {
    FRAME_BYTES + size_of::<L>()
}

/// A fault of bytes that should have been a network.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BadBytes {
    /// More or fewer than the network has.
    Length {
        /// The number that there is.
        found: usize,
        /// The number that there should be.
        expected: usize,
    },
    /// They do not begin as a network does.
    Kind,
    /// They were written by another version of the library, or in the other byte order.
    Version {
        /// The version.
        found: u64,
    },
    /// They are of a network that was declared otherwise.
    Architecture {
        /// The fingerprint of that network.
        found: u64,
        /// The fingerprint of this one.
        expected: u64,
    },
    /// They were changed after they had been written.
    Checksum {
        /// The checksum of what is there.
        found: u32,
        /// The checksum that was written.
        expected: u32,
    },
    /// A weight is not a finite number, and that was not to be.
    NonFinite {
        /// The field of the network.
        layer: &'static str,
        /// The field of the layer.
        tensor: &'static str,
        /// The place of the value in the tensor.
        index: usize,
        /// The value.
        value: f32,
    },
}

impl fmt::Display for BadBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length { found, expected } => write!(
                f,
                "{found} bytes, but the network has {expected} with header and checksum; pass all that `write_to` wrote, and no more"
            ),
            Self::Kind => f.write_str("these bytes are no saved network; pass what `write_to` wrote"),
            Self::Version { found } if found == VERSION.swap_bytes() => f.write_str(
                "the bytes are in the other order; saved networks are little endian on every machine",
            ),
            Self::Version { found } => write!(
                f,
                "version {found} of the format, but this library reads version {VERSION}; save the network anew"
            ),
            Self::Architecture { found, expected } => write!(
                f,
                "a network of another architecture (fingerprint {found:016x}, and this one has {expected:016x}); declare it as it was when it was saved"
            ),
            Self::Checksum { found, expected } => write!(
                f,
                "the bytes were damaged: their checksum is {found:08x}, and {expected:08x} was written; save the network anew"
            ),
            Self::NonFinite {
                layer,
                tensor,
                index,
                value,
            } => write!(
                f,
                "layer `{layer}`: value {index} of `{tensor}` is {value}; train the network anew, with a lower learning rate"
            ),
        }
    }
}

/// A number that two networks share if their layers have the same names, kinds, activations and shapes.
#[must_use]
pub fn fingerprint<L: Layer>() -> u64 {
    let mut digest = NAMES.digest();
    take_inner(&mut digest, "", &const { Inner::of::<L>("") });
    digest.finalize()
}

fn take(digest: &mut Digest<'_, u64, NoTable>, parts: &[Part]) {
    for part in parts {
        match &part.content {
            Content::Layer(inner) => take_inner(digest, part.name, inner),
            Content::Tensor(_, shape) => {
                digest.update(b"(");
                take_text(digest, part.name);
                shape
                    .axes()
                    .iter()
                    .for_each(|axis| take_number(digest, *axis));
                digest.update(b")");
            }
        }
    }
}

fn take_inner(digest: &mut Digest<'_, u64, NoTable>, name: &str, inner: &Inner) {
    digest.update(b"[");
    for text in [name, inner.kind, inner.activation] {
        take_text(digest, text);
    }
    inner
        .flow
        .iter()
        .for_each(|size| take_number(digest, *size));
    take(digest, inner.parts);
    digest.update(b"]");
}

fn take_text(digest: &mut Digest<'_, u64, NoTable>, text: &str) {
    digest.update(text.as_bytes());
    digest.update(&[0]);
}

/// The same on machines of any word size.
fn take_number(digest: &mut Digest<'_, u64, NoTable>, number: usize) {
    digest.update(&(number as u64).to_le_bytes());
}

/// Writes `net` to the front of `buffer`; returns how many bytes that took, which is [`saved_bytes`].
///
/// # Errors
///
/// If the buffer is too short; nothing is written then.
pub fn write_to<L: Layer>(net: &L, buffer: &mut [u8]) -> Result<usize> {
    const { check_parts::<L>() };
    let (len, needed) = (buffer.len(), saved_bytes::<L>());
    let short = Error::Buffer {
        name: "write_to",
        len,
        needed,
    };
    let buffer = buffer.get_mut(..needed).ok_or(short)?;
    let (body, checksum) = buffer.split_last_chunk_mut().ok_or(short)?;
    let (header, payload) = body.split_first_chunk_mut().ok_or(short)?;
    *header = self::header(fingerprint::<L>(), len_of::<L>());
    let (chunks, _) = payload.as_chunks_mut();
    for (chunk, value) in chunks.iter_mut().zip(as_slice(net)) {
        *chunk = value.to_le_bytes();
    }
    *checksum = CRC.checksum(body).to_le_bytes();
    Ok(needed)
}

const fn len_of<L: Layer>() -> u64 {
    len::<L>() as u64
}

fn header(fingerprint: u64, values: u64) -> [u8; HEADER] {
    let [version, fingerprint, values] = [VERSION, fingerprint, values].map(u64::to_le_bytes);
    let mut header = [0; HEADER];
    let words = [MAGIC, version, fingerprint, values];
    for (chunk, word) in header.as_chunks_mut().0.iter_mut().zip(words) {
        *chunk = word;
    }
    header
}

/// A network from what [`write_to`] wrote.
///
/// # Errors
///
/// As [`read_from`].
pub fn from_bytes<L: Layer>(bytes: &[u8]) -> Result<L> {
    let mut net = zeroed();
    read_from(&mut net, bytes)?;
    Ok(net)
}

/// Overwrites `net` with what [`write_to`] wrote.
///
/// # Errors
///
/// [`Error::Bytes`] if these are not all the bytes of a network of this architecture, as they were written; `net` is as it was then.
pub fn read_from<L: Layer>(net: &mut L, bytes: &[u8]) -> Result<()> {
    const { check_parts::<L>() };
    let payload = check(bytes, fingerprint::<L>(), len::<L>()).map_err(Error::Bytes)?;
    copy(payload, as_mut_slice(net));
    Ok(())
}

/// [`read_from`] that refuses weights which are not finite numbers: those of a training that diverged.
///
/// # Errors
///
/// As `read_from`, and [`BadBytes::NonFinite`].
pub fn read_finite_from<L: Layer>(net: &mut L, bytes: &[u8]) -> Result<()> {
    const { check_parts::<L>() };
    let payload = check(bytes, fingerprint::<L>(), len::<L>()).map_err(Error::Bytes)?;
    let mut values = payload.iter().map(|chunk| f32::from_le_bytes(*chunk));
    match values.position(|value| !value.is_finite()) {
        None => copy(payload, as_mut_slice(net)),
        Some(at) => {
            let value = payload
                .get(at)
                .map_or(f32::NAN, |chunk| f32::from_le_bytes(*chunk));
            return Err(Error::Bytes(non_finite(net, at, value)));
        }
    }
    Ok(())
}

fn copy(payload: &[[u8; 4]], values: &mut [f32]) {
    for (value, chunk) in values.iter_mut().zip(payload) {
        *value = f32::from_le_bytes(*chunk);
    }
}

/// Whose value the one at `at` is.
fn non_finite<L: Layer>(net: &L, at: usize, value: f32) -> BadBytes {
    let (mut layer, mut tensor, mut index, mut start) = ("", "", at, 0);
    each_tensor(net, &mut |this| {
        let end = start + this.values.len();
        if (start..end).contains(&at) {
            (layer, tensor, index) = (this.path.first(), this.path.last(), at - start);
        }
        start = end;
    });
    BadBytes::NonFinite {
        layer,
        tensor,
        index,
        value,
    }
}

/// The values, if everything around them is as it should be.
fn check(
    bytes: &[u8],
    architecture: u64,
    values: usize,
) -> core::result::Result<&[[u8; 4]], BadBytes> {
    let length = BadBytes::Length {
        found: bytes.len(),
        expected: values.saturating_mul(4).saturating_add(FRAME_BYTES),
    };
    if bytes
        .get(..MAGIC.len())
        .is_some_and(|magic| *magic != MAGIC)
    {
        return Err(BadBytes::Kind);
    }
    let (body, checksum) = bytes.split_last_chunk().ok_or(length)?;
    let (header, payload) = body.split_first_chunk::<HEADER>().ok_or(length)?;
    let (words, _) = header.as_chunks();
    let [_, version, fingerprint, count] = *words else {
        return Err(length);
    };
    let found = u64::from_le_bytes(version);
    if found != VERSION {
        return Err(BadBytes::Version { found });
    }
    let found = u64::from_le_bytes(fingerprint);
    if found != architecture {
        return Err(BadBytes::Architecture {
            found,
            expected: architecture,
        });
    }
    let (payload, rest) = payload.as_chunks();
    let complete = u64::from_le_bytes(count) == payload.len() as u64;
    if !complete || payload.len() != values || !rest.is_empty() {
        return Err(length);
    }
    let (found, expected) = (CRC.checksum(body), u32::from_le_bytes(*checksum));
    if found == expected {
        Ok(payload)
    } else {
        Err(BadBytes::Checksum { found, expected })
    }
}
