//! Networks in safetensors files.

use super::part::{Content, Part, check_parts, each_tensor};
use crate::layer::Layer;
use crate::plain::{self, as_mut_slice};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use atomic_write_file::AtomicWriteFile;
use core::fmt;
use nn_weights::{Flow, Layout, Problem, Reader, Shape, Wanted};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Options for reading a file of weights: [`Load::new`] and what is added to it.
///
/// ```no_run
/// use nn_core::prelude::*;
/// use nn_core::weights::{Layout, Load};
///
/// network! { pub struct Animals { input 8; dense 6 relu; dense 4 softmax; } }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let net = Animals::load_with("animals_torch.safetensors", Load::new().layout(Layout::Torch).finite())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "pass it to `load_with`"]
pub struct Load(Reader);

impl Load {
    /// A file that this library saved; values that are not finite are taken as they are.
    pub const fn new() -> Self {
        Self(Reader {
            layout: Layout::Native,
            finite: false,
        })
    }

    /// A file with another library's names and orders of axes.
    pub const fn layout(mut self, layout: Layout) -> Self {
        self.0.layout = layout;
        self
    }

    /// Refuses weights that are not finite numbers: those of a training that diverged.
    pub const fn finite(mut self) -> Self {
        self.0.finite = true;
        self
    }
}

/// A fault of a file of weights, or of writing one.
#[derive(Debug)]
pub struct FileError {
    path: PathBuf,
    fault: Fault,
}

#[derive(Debug)]
enum Fault {
    Io(io::Error),
    Problems(Vec<Problem>),
}

impl FileError {
    fn new(path: &Path, fault: Fault) -> Self {
        Self {
            path: path.to_path_buf(),
            fault,
        }
    }

    pub(crate) fn of_problem(path: &Path, problem: Problem) -> Self {
        Self::new(path, Fault::Problems(Vec::from([problem])))
    }

    /// The operating system's error, if it was that.
    #[must_use]
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match &self.fault {
            Fault::Io(error) => Some(error.kind()),
            Fault::Problems(_) => None,
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything that does not fit between file and network; empty if the file could not be read or written at all.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match &self.fault {
            Fault::Problems(problems) => problems,
            Fault::Io(_) => &[],
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.fault {
            Fault::Io(error) => error.fmt(f),
            Fault::Problems(problems) => {
                for (i, problem) in problems.iter().enumerate() {
                    write!(f, "{}{problem}", if i == 0 { "" } else { "\n" })?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Io(error) => Some(error),
            Fault::Problems(_) => None,
        }
    }
}

/// The tensors that a layer has, as a file should have them, in memory order.
pub(crate) fn wanted<L: Layer>() -> Vec<Wanted> {
    const { check_parts::<L>() };
    let mut wanted = Vec::new();
    let image = <L::Input as crate::Tensor>::POSITIONS > 1 && L::KIND != "network";
    collect(L::PARTS, "", &mut Flow::new(image), None, &mut wanted);
    wanted
}

fn collect(
    parts: &[Part],
    layer: &str,
    flow: &mut Flow,
    flattened: Option<[usize; 2]>,
    wanted: &mut Vec<Wanted>,
) {
    for part in parts {
        match &part.content {
            Content::Tensor(_, shape) if shape.is_empty() => {}
            Content::Tensor(role, shape) => wanted.push(Wanted {
                layer: layer.to_string(),
                tensor: part.name.to_string(),
                role: *role,
                axes: axes(shape),
                flattened,
            }),
            Content::Layer(inner) => {
                let path = match layer {
                    "" => part.name.to_string(),
                    _ => alloc::format!("{layer}.{}", part.name),
                };
                if inner.kind == "network" {
                    collect(inner.parts, &path, flow, flattened, wanted);
                } else {
                    // What is inside a block begins with what flows into it.
                    let mut inside = *flow;
                    let [channels, positions, ..] = inner.flow;
                    let flattened = flow.pass(inner.kind, channels, positions);
                    collect(inner.parts, &path, &mut inside, flattened, wanted);
                }
            }
        }
    }
}

fn axes(shape: &Shape) -> Vec<Option<usize>> {
    shape.axes().iter().copied().map(Some).collect()
}

/// The bytes of a safetensors file with all tensors of `net`.
///
/// # Errors
///
/// If the library of this layout has no such layer.
pub fn to_safetensors<L: Layer>(net: &L, layout: Layout) -> Result<Vec<u8>, Problem> {
    let mut values: Vec<Vec<f32>> = Vec::new();
    each_tensor(net, &mut |tensor| values.push(tensor.values.to_vec()));
    let tensors = wanted::<L>()
        .into_iter()
        .zip(values.iter().map(Vec::as_slice));
    nn_weights::write(&tensors.collect::<Vec<_>>(), layout)
}

/// Overwrites `net` with the tensors in the bytes of a safetensors file.
///
/// # Errors
///
/// Everything that does not fit between them; `net` is as it was then.
pub fn read_safetensors<L: Layer>(
    net: &mut L,
    bytes: &[u8],
    load: Load,
) -> Result<(), Vec<Problem>> {
    let found = nn_weights::read(bytes, &wanted::<L>(), load.0)?;
    let values = found.iter().flat_map(|weights| &weights.values);
    for (ours, value) in as_mut_slice(net).iter_mut().zip(values) {
        *ours = *value;
    }
    Ok(())
}

/// Writes all tensors of `net` to a safetensors file, in this layout. The file is there whole or not at all, also after a crash, which leaves
/// the old one.
///
/// # Errors
///
/// If the file cannot be written, or the library of this layout has no such layer.
pub fn save<L: Layer>(net: &L, path: impl AsRef<Path>, layout: Layout) -> Result<(), FileError> {
    let path = path.as_ref();
    let bytes =
        to_safetensors(net, layout).map_err(|problem| FileError::of_problem(path, problem))?;
    write_whole(path, &bytes)
}

/// A network from a safetensors file.
///
/// # Errors
///
/// If the file cannot be read, or does not have exactly the tensors of the network.
pub fn load<L: Layer>(path: impl AsRef<Path>, load: Load) -> Result<L, FileError> {
    let mut net = plain::zeroed();
    load_into(&mut net, path, load)?;
    Ok(net)
}

/// [`load`] in place on the heap: the network never passes over the stack.
///
/// # Errors
///
/// As `load`.
pub fn load_boxed<L: Layer>(path: impl AsRef<Path>, load: Load) -> Result<Box<L>, FileError> {
    let mut net = plain::zeroed_box::<L>();
    load_into(&mut *net, path, load)?;
    Ok(net)
}

/// Overwrites `net` with a safetensors file.
///
/// # Errors
///
/// As [`load`]; `net` is as it was then.
pub fn load_into<L: Layer>(
    net: &mut L,
    path: impl AsRef<Path>,
    load: Load,
) -> Result<(), FileError> {
    let path = path.as_ref();
    let bytes = read_file(path, size_of::<L>())?;
    read_safetensors(net, &bytes, load)
        .map_err(|problems| FileError::new(path, Fault::Problems(problems)))
}

/// Replaces a file as a whole.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let write = || {
        let mut file = AtomicWriteFile::open(path)?;
        file.write_all(bytes)?;
        file.commit()
    };
    write().map_err(|error| FileError::new(path, Fault::Io(error)))
}

/// The bytes of a file, if it is not far larger than what is wanted.
pub(crate) fn read_file(path: &Path, wanted: usize) -> Result<Vec<u8>, FileError> {
    // Twice for doubles, and a header, which safetensors limits to 100 MB; some more, so that the message can say what is extra.
    let most = wanted.saturating_mul(4).saturating_add(128 << 20);
    let read = || {
        let mut bytes = Vec::new();
        let limit = (most as u64).saturating_add(1);
        File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        if bytes.len() > most {
            let text: String = alloc::format!(
                "the file has more than {most} bytes, and the network {wanted}; is it of another network?"
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        Ok(bytes)
    };
    read().map_err(|error| FileError::new(path, Fault::Io(error)))
}
