//! Arrays and names in an HDF5 file.

use crate::Problem;
use hdf5_pure::{File, Group};
use std::collections::BTreeMap;

/// The most values that are read of one file: 1 GB of them.
const MOST_VALUES: u64 = 1 << 28;
/// Nested models are a few groups deep.
const DEEPEST: usize = 32;

use crate::array::Array;

/// An HDF5 file with what has been read of it.
pub(crate) struct Store {
    file: File,
    values: u64,
}

fn broken(error: impl std::fmt::Display) -> Problem {
    Problem::of_file(format!(
        "this is no whole HDF5 file: {}",
        crate::error::shown(&error.to_string())
    ))
}

impl Store {
    pub(crate) fn open(bytes: &[u8]) -> Result<Self, Problem> {
        let file = File::from_bytes(bytes.to_vec()).map_err(broken)?;
        Ok(Self { file, values: 0 })
    }

    /// A text at the root, such as `model_config`.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        let attributes = self.file.root().attrs().map_err(broken)?;
        let value = attributes.get(name).and_then(|value| value.as_str());
        Ok(value.map(str::to_owned))
    }

    pub(crate) fn has_group(&self, name: &str) -> Result<bool, Problem> {
        let groups = self.file.root().groups().map_err(broken)?;
        Ok(groups.iter().any(|group| group == name))
    }

    /// The layers of a whole model of Keras 2 or 3 with their arrays, in the order in which Keras has them.
    pub(crate) fn by_layer(
        &mut self,
        root: &str,
    ) -> Result<BTreeMap<String, Vec<(String, Array)>>, Problem> {
        let root = match root {
            "" => self.file.root(),
            root => self.file.group(root).map_err(broken)?,
        };
        let mut layers = BTreeMap::new();
        for layer in names(&root, "layer_names")? {
            let group = root.group(&layer).map_err(broken)?;
            let mut arrays = Vec::new();
            for name in names(&group, "weight_names")? {
                let array = self.array(&group, &name)?;
                arrays.push((name, array));
            }
            layers.insert(layer, arrays);
        }
        Ok(layers)
    }

    /// All arrays by their paths, and the names of the layers by the paths of their groups; the optimiser is left out.
    pub(crate) fn by_path(&mut self) -> Result<Paths, Problem> {
        let mut paths = Paths::default();
        let root = self.file.root();
        self.walk(&root, "", 0, &mut paths)?;
        Ok(paths)
    }

    fn walk(
        &mut self,
        group: &Group,
        prefix: &str,
        depth: usize,
        paths: &mut Paths,
    ) -> Result<(), Problem> {
        if depth == DEEPEST {
            return Err(Problem::of_file("its groups are nested too deeply"));
        }
        if let Some(unit) = prefix.strip_suffix("vars/") {
            let attributes = group.attrs().map_err(broken)?;
            if let Some(name) = attributes.get("name").and_then(|value| value.as_str()) {
                paths
                    .names
                    .insert(unit.trim_end_matches('/').to_owned(), name.to_owned());
            }
        }
        for name in group.datasets().map_err(broken)? {
            let array = self.array(group, &name)?;
            paths.arrays.insert(format!("{prefix}{name}"), array);
        }
        for (name, child) in group.iter_groups().map_err(broken)? {
            if prefix.is_empty() && (name == "optimizer" || name == "optimizer_weights") {
                continue;
            }
            // As the first files of this kind have it.
            let name = match name.as_str() {
                "_layer_checkpoint_dependencies" => "layers",
                name => name,
            };
            self.walk(&child, &format!("{prefix}{name}/"), depth + 1, paths)?;
        }
        Ok(())
    }

    fn array(&mut self, group: &Group, name: &str) -> Result<Array, Problem> {
        let set = group.dataset(name).map_err(broken)?;
        let shape = set.shape().map_err(broken)?;
        let count = shape
            .iter()
            .try_fold(1_u64, |product, axis| product.checked_mul(*axis));
        self.values = self.values.saturating_add(count.unwrap_or(u64::MAX));
        if self.values > MOST_VALUES {
            return Err(Problem::of_file("it has more than 2^28 values"));
        }
        let values = set.read_f32().map_err(broken)?;
        let shape: Vec<usize> = shape
            .iter()
            .filter_map(|axis| usize::try_from(*axis).ok())
            .collect();
        if Some(values.len() as u64) != count {
            return Err(Problem::of_file(format!(
                "`{}` has {} values for its shape {shape:?}",
                crate::error::shown(name),
                values.len()
            )));
        }
        Ok(Array { shape, values })
    }
}

/// Arrays by path.
#[derive(Default)]
pub(crate) struct Paths {
    pub(crate) arrays: BTreeMap<String, Array>,
    /// The names of layers by the paths of their groups: `layers/dense` is `dense_4`.
    pub(crate) names: BTreeMap<String, String>,
}

/// A list of names; Keras cuts one that is too long for an attribute into `layer_names0`, `layer_names1` and so on.
fn names(group: &Group, attribute: &str) -> Result<Vec<String>, Problem> {
    let attributes = group.attrs().map_err(broken)?;
    let list = |name: &str| attributes.get(name).and_then(|value| value.as_strings());
    if let Some(names) = list(attribute) {
        return Ok(names.to_vec());
    }
    let parts = (0..).map_while(|part| list(&format!("{attribute}{part}")));
    Ok(parts.flatten().cloned().collect())
}
