//! `.weights.h5`: arrays that have numbers for names.

use crate::array::Array;
use crate::keras::Paths;
use crate::{Error, Problem};
use nn_syntax::Part;
use nn_weights::Wanted;
use std::collections::BTreeMap;

/// A layer of the file.
#[derive(Default)]
struct Group {
    /// Its name, which files of later versions have.
    name: Option<String>,
    /// Its arrays by their places in it.
    arrays: Vec<(String, Array)>,
}

/// The layers of the file by their classes in snake case and their numbers.
type Groups = BTreeMap<(String, u64), Group>;

/// Keras 3's arrays by our names. A layer is that of its label's name; in a chain, where that says nothing, the layers of a kind are in
/// the order of the declaration.
pub(super) fn named(paths: Paths, parts: &[Part]) -> Result<BTreeMap<String, Array>, Error> {
    let mut groups = groups(paths);
    let chain = parts.iter().all(|part| part.branches.is_empty());
    let mut units = Vec::new();
    walk(parts, &mut units);
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    for part in units {
        let path = part.tensors.first().map(Wanted::path).unwrap_or_default();
        let mut group = match take(&mut groups, part, chain) {
            Ok(group) => group,
            Err(message) => {
                problems.push(Problem::of(path, &part.text, message));
                continue;
            }
        };
        group.sort_by_key(|(inside, _)| order(inside));
        if group.len() != part.tensors.len() {
            let message = format!(
                "the file has {} arrays for it, and its layer needs {}",
                group.len(),
                part.tensors.len()
            );
            problems.push(Problem::of(path, &part.text, message));
            continue;
        }
        for (wanted, (_, array)) in part.tensors.iter().zip(group) {
            found.insert(wanted.path(), array);
        }
    }
    if problems.is_empty() {
        problems.extend(groups.into_iter().map(|((stem, number), group)| {
            let name = group.name.unwrap_or_else(|| format!("{stem}_{number}"));
            Problem::of(name, "", "no layer of the declaration asks for it")
        }));
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems.into())
    }
}

fn groups(paths: Paths) -> Groups {
    let mut groups = Groups::new();
    for (path, array) in paths.arrays {
        if path.contains("seed_generator") {
            continue;
        }
        let place = path.strip_prefix("layers/").unwrap_or(&path);
        let (group, inside) = place.split_once('/').unwrap_or(("", place));
        let entry = groups.entry(numbered_name(group)).or_default();
        entry.name = paths.names.get(&format!("layers/{group}")).cloned();
        entry.arrays.push((inside.to_owned(), array));
    }
    groups
}

/// The group that is a layer of the declaration.
fn take(groups: &mut Groups, part: &Part, chain: bool) -> Result<Vec<(String, Array)>, String> {
    let classes = classes(&part.text);
    let of_kind = |(stem, _): &&(String, u64)| classes.contains(&stem.as_str());
    let named = groups
        .iter()
        .find(|(key, group)| of_kind(key) && group.name.as_deref() == Some(part.field.as_str()));
    let key = match named {
        Some((key, _)) => key.clone(),
        None if !chain => {
            let names = groups.iter().filter(|(key, _)| of_kind(key));
            let names: Vec<&str> = names
                .filter_map(|(_, group)| group.name.as_deref())
                .take(6)
                .collect();
            return Err(format!(
                "nothing says which layer of the file it is; label it as the file does ({}), or convert the whole model",
                crate::error::shown(&names.join(", "))
            ));
        }
        None => {
            let first = |class: &&str| groups.keys().find(|(stem, _)| stem == class).cloned();
            let key = classes.iter().find_map(first);
            key.ok_or("the file has no layer of this kind left for it")?
        }
    };
    Ok(groups.remove(&key).unwrap_or_default().arrays)
}

/// `dense_10` as `dense` and 10.
fn numbered_name(group: &str) -> (String, u64) {
    let stem = group.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = group.get(stem.len()..).unwrap_or_default().parse();
    match (stem.strip_suffix('_'), number) {
        (Some(stem), Ok(number)) => (stem.to_owned(), number),
        _ => (group.to_owned(), 0),
    }
}

/// The order of arrays within a layer: Keras's own, by the parts of a layer and their numbers.
fn order(inside: &str) -> (usize, u64) {
    const PARTS: [&str; 6] = [
        "forward_layer",
        "backward_layer",
        "query_dense",
        "key_dense",
        "value_dense",
        "output_dense",
    ];
    let part = PARTS
        .iter()
        .position(|part| inside.starts_with(part))
        .unwrap_or(0);
    let number = inside
        .rsplit('/')
        .next()
        .and_then(|number| number.parse().ok());
    (part, number.unwrap_or(u64::MAX))
}

/// The layers that have tensors.
fn walk<'p>(parts: &'p [Part], units: &mut Vec<&'p Part>) {
    for part in parts {
        if !part.tensors.is_empty() {
            units.push(part);
        }
        for branch in &part.branches {
            walk(branch, units);
        }
    }
}

/// Keras's classes of a layer in snake case, the likelier first.
fn classes(text: &str) -> Vec<&str> {
    let word = text.split_whitespace().next().unwrap_or_default();
    match word {
        "each" => vec!["time_distributed", "dense"],
        "batch_norm" => vec!["batch_normalization"],
        "layer_norm" => vec!["layer_normalization"],
        "prelu" => vec!["p_re_lu"],
        "rnn" => vec!["simple_rnn"],
        word => vec![word],
    }
}
