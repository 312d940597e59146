use super::error::{Error, Place};
use crate::plain::zeroed;
use crate::tensor::Tensor;
use flate2::read::MultiGzDecoder;
use std::format;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::string::{String, ToString};
use std::vec::Vec;

/// Bytes in any number of dimensions, as the MNIST files hold them (IDX format, type unsigned byte).
///
/// ```
/// use nn_core::data::Idx;
/// use nn_core::nalgebra::SVector;
///
/// // Two images of 1 x 3 pixels: magic number, three dimensions, pixels.
/// let file = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 51, 255, 0, 0, 0];
/// let images = Idx::from_reader(&file[..])?;
/// let inputs: Vec<SVector<f32, 3>> = images.inputs()?;
/// assert_eq!(inputs[0], SVector::from([0.0, 0.2, 1.0]));
/// # Ok::<(), nn_core::data::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// The number of items, then the size of each.
    pub dimensions: Vec<usize>,
    /// All values, the last dimension's side by side.
    pub values: Vec<u8>,
}

impl Idx {
    /// Reads a file, packed with gzip or not.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not an IDX file of unsigned bytes, or is shorter or longer than it says.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        File::open(path)
            .map_err(|error| Error::io(Place::File, "cannot be opened", error))
            .and_then(Self::from_reader)
            .map_err(|error| error.at(Some(path)))
    }

    /// Reads from memory or a stream, packed with gzip or not.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_reader(reader: impl Read) -> Result<Self, Error> {
        let mut reader = BufReader::new(reader);
        let start = reader.fill_buf();
        let start = start.map_err(|error| Error::io(Place::File, "cannot be read", error))?;
        if start.starts_with(&[0x1f, 0x8b]) {
            parse(MultiGzDecoder::new(reader))
        } else {
            parse(reader)
        }
    }

    /// The number of items: images or labels.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dimensions.first().copied().unwrap_or(0)
    }

    /// Whether there are no items, which no file read has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each item as an input, its bytes divided by 255.
    ///
    /// # Errors
    ///
    /// If an item has another number of values than the input.
    pub fn inputs<T: Tensor>(&self) -> Result<Vec<T>, Error> {
        let sizes = self.dimensions.iter().skip(1);
        let size = sizes.fold(1_usize, |size, &next| size.saturating_mul(next));
        if size != T::LEN || size == 0 {
            let items = shape(&self.dimensions[self.dimensions.len().min(1)..]);
            let wanted = T::LEN;
            return Err(Error::new(
                Place::File,
                format!(
                    "each item is {items}, {size} values, but an input has {wanted}; declare the network with {size} inputs"
                ),
            ));
        }
        let items = self.values.chunks_exact(size);
        Ok(items
            .map(|item| {
                let mut input: T = zeroed();
                for (value, &byte) in input.values_mut().iter_mut().zip(item) {
                    *value = f32::from(byte) / 255.0;
                }
                input
            })
            .collect())
    }

    /// The bytes as class labels.
    ///
    /// # Errors
    ///
    /// If the items are not single bytes.
    pub fn labels(self) -> Result<Vec<u8>, Error> {
        if self.dimensions.len() == 1 {
            return Ok(self.values);
        }
        let items = shape(&self.dimensions[self.dimensions.len().min(1)..]);
        Err(Error::new(
            Place::File,
            format!(
                "each item is {items}, but a label is one byte; this looks like the file of the images"
            ),
        ))
    }
}

/// Images and their labels from two IDX files, as a trainer takes them.
///
/// # Errors
///
/// As [`Idx::read`], and if the two do not fit each other or the input type.
pub fn labelled<T: Tensor>(
    images: impl AsRef<Path>,
    labels: impl AsRef<Path>,
) -> Result<Vec<(T, u8)>, Error> {
    let (images, labels) = (images.as_ref(), labels.as_ref());
    let inputs = Idx::read(images)?
        .inputs()
        .map_err(|error| error.at(Some(images)))?;
    let bytes = Idx::read(labels)?
        .labels()
        .map_err(|error| error.at(Some(labels)))?;
    if inputs.len() != bytes.len() {
        let (labels_len, inputs_len, images) = (bytes.len(), inputs.len(), images.display());
        let problem = format!(
            "{labels_len} labels, but `{images}` has {inputs_len} images; pass two files that belong together"
        );
        return Err(Error::new(Place::File, problem).at(Some(labels)));
    }
    Ok(inputs.into_iter().zip(bytes).collect())
}

fn shape(dimensions: &[usize]) -> String {
    if dimensions.is_empty() {
        return "a single byte".to_string();
    }
    let sizes: Vec<_> = dimensions.iter().map(ToString::to_string).collect();
    sizes.join(" x ")
}

/// Magic number (two zeros, type, number of dimensions), each dimension as a big-endian `u32`, values.
fn parse(mut reader: impl Read) -> Result<Idx, Error> {
    const UNSIGNED_BYTE: u8 = 8;
    let [zero, zero_too, kind, count] = header(&mut reader, 0, "the magic number")?;
    if [zero, zero_too] != [0, 0] {
        return Err(Error::new(
            Place::Byte(0),
            format!(
                "begins with {zero:#04x} {zero_too:#04x} instead of two zeros; this is not an IDX file"
            ),
        ));
    }
    if kind != UNSIGNED_BYTE {
        return Err(Error::new(
            Place::Byte(2),
            format!("values of type {kind:#04x}; only unsigned bytes, type 0x08, can be read"),
        ));
    }
    if count == 0 {
        return Err(Error::new(
            Place::Byte(3),
            "no dimensions; there must be at least one",
        ));
    }
    let mut dimensions = Vec::with_capacity(usize::from(count));
    let mut total = Some(1_u64);
    for i in 0..u64::from(count) {
        let at = 4 + 4 * i;
        let size = u32::from_be_bytes(header(&mut reader, at, "the dimensions")?);
        if size == 0 {
            return Err(Error::new(
                Place::Byte(at),
                "a dimension of 0; there is nothing in this file",
            ));
        }
        total = total.and_then(|total| total.checked_mul(u64::from(size)));
        dimensions.push(size as usize);
    }
    let begin = 4 + 4 * u64::from(count);
    let values = values(reader, begin, total, &dimensions)?;
    Ok(Idx { dimensions, values })
}

/// Four bytes of the header.
fn header(reader: &mut impl Read, at: u64, what: &str) -> Result<[u8; 4], Error> {
    let mut bytes = [0; 4];
    reader
        .read_exact(&mut bytes)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => Error::new(
                Place::Byte(at),
                format!("the file ends before or within {what}"),
            ),
            _ => Error::io(Place::Byte(at), "cannot be read", error),
        })?;
    Ok(bytes)
}

/// Reads as many values as there should be. Memory grows with what is there, not with what the header promises.
fn values(
    reader: impl Read,
    begin: u64,
    total: Option<u64>,
    dimensions: &[usize],
) -> Result<Vec<u8>, Error> {
    let dimensions = shape(dimensions);
    let fits = total
        .filter(|&total| usize::try_from(total).is_ok_and(|total| total < isize::MAX as usize));
    let Some(total) = fits else {
        let problem =
            format!("dimensions {dimensions} are more than memory can hold; the header is damaged");
        return Err(Error::new(Place::Byte(4), problem));
    };
    let mut values = Vec::new();
    let mut limited = reader.take(total + 1);
    let read = limited.read_to_end(&mut values);
    let end = Place::Byte(begin + values.len() as u64);
    read.map_err(|error| Error::io(end.clone(), "cannot be read", error))?;
    let found = values.len() as u64;
    if found < total {
        let problem = format!(
            "the file ends after {found} values, but dimensions {dimensions} are {total}; it is cut off"
        );
        return Err(Error::new(end, problem));
    }
    if found > total {
        let problem = format!(
            "more follows after the {total} values of dimensions {dimensions}; the header is damaged"
        );
        return Err(Error::new(Place::Byte(begin + total), problem));
    }
    Ok(values)
}
