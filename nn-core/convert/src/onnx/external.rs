//! Weights in a file beside the graph's, as PyTorch writes them unless it is told otherwise.

use super::proto::{GraphProto, TensorProto};
use crate::Problem;
use std::collections::HashMap;
use std::path::{Component, Path};

/// The most bytes that are read beside a file.
const MOST: u64 = 1 << 30;

/// Puts the bytes of other files where those of the graph's own would be.
pub(super) fn fill(graph: &mut GraphProto, folder: Option<&Path>) -> Result<(), Vec<Problem>> {
    let (mut files, mut problems) = (HashMap::new(), Vec::new());
    let mut left = usize::try_from(MOST).unwrap_or(usize::MAX);
    for tensor in &mut graph.initializer {
        if tensor.data_location == 0 && tensor.external_data.is_empty() {
            continue;
        }
        let found = bytes(tensor, folder, &mut files);
        // The same bytes may be asked for many times.
        let paid = found.and_then(|bytes| match left.checked_sub(bytes.len()) {
            Some(rest) => {
                left = rest;
                Ok(bytes)
            }
            None => Err("the network has more than a gigabyte of weights".to_owned()),
        });
        match paid {
            Ok(bytes) => {
                tensor.raw_data = bytes;
                tensor.data_location = 0;
                tensor.external_data.clear();
            }
            Err(why) => problems.push(Problem::of(&tensor.name, "", why)),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn bytes(
    tensor: &TensorProto,
    folder: Option<&Path>,
    files: &mut HashMap<String, Vec<u8>>,
) -> Result<Vec<u8>, String> {
    let entry = |key: &str| {
        tensor
            .external_data
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| entry.value.as_str())
    };
    let place = entry("location").ok_or("its values are in another file, which is not named")?;
    let shown = crate::error::shown(place);
    let folder = folder.ok_or_else(|| format!("its values are in `{shown}`; read the file by its path, or save it with `external_data=False`"))?;
    // What a file says must not lead out of its folder.
    let inside = Path::new(place)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside || place.is_empty() {
        return Err(format!(
            "its values are in `{shown}`, which is not beside the file"
        ));
    }
    let number = |key: &str| {
        entry(key).map(|text| {
            text.parse::<usize>()
                .map_err(|_| format!("its `{key}` is no number"))
        })
    };
    let start = number("offset").transpose()?.unwrap_or(0);
    if !files.contains_key(place) {
        let path = folder.join(place);
        let failed = |error: std::io::Error| {
            format!("its values are in `{shown}`, which cannot be read: {error}")
        };
        if std::fs::metadata(&path).map_err(failed)?.len() > MOST {
            return Err(format!(
                "its values are in `{shown}`, which is larger than a gigabyte"
            ));
        }
        files.insert(place.to_owned(), std::fs::read(path).map_err(failed)?);
    }
    let file = files.get(place).map_or(&[][..], Vec::as_slice);
    let end = match number("length").transpose()? {
        Some(length) => start.checked_add(length),
        None => Some(file.len()),
    };
    let found = end.and_then(|end| file.get(start..end));
    found
        .map(<[u8]>::to_vec)
        .ok_or_else(|| format!("its values are in `{shown}`, which is shorter than the graph says"))
}
