//! Groups of tensors in a file, and the layers that they belong to.

use crate::form::{Layout, form, unit};
use crate::problem::shown;
use crate::{Problem, Role, Wanted};
use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

/// The tensors of a file by group and by name within it, each with its full name.
pub(crate) type Groups<'a> = BTreeMap<String, BTreeMap<String, &'a str>>;

/// Sorts the names of a file into groups: `dense_1/kernel:0` is `kernel` of `dense_1`.
pub(crate) fn groups<'a>(names: impl Iterator<Item = &'a str>, layout: Layout) -> Groups<'a> {
    let mut groups = Groups::new();
    for name in names {
        let (group, tensor) = split(name, layout);
        groups.entry(group).or_default().insert(tensor, name);
    }
    groups
}

fn split(name: &str, layout: Layout) -> (String, String) {
    let clean = match layout {
        Layout::Native | Layout::Torch => name.to_string(),
        Layout::Keras => {
            let name = name.strip_suffix(":0").unwrap_or(name).replace('/', ".");
            // `lstm/lstm_cell/kernel`: what is within a layer is one name.
            let segments = name.split('.');
            let known = segments.filter(|segment| !is_cell(segment));
            let plain: Vec<&str> = known.map(direction).collect();
            plain.join(".")
        }
    };
    let (layer, tensor) = clean.rsplit_once('.').unwrap_or(("", clean.as_str()));
    let (unit, inside) = unit(layer);
    let tensor = match inside {
        "" => tensor.to_string(),
        _ => format!("{inside}.{tensor}"),
    };
    (unit.to_string(), tensor)
}

/// `lstm_cell`, `gru_cell_1`.
fn is_cell(segment: &str) -> bool {
    let stem = segment.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    ["lstm_cell", "gru_cell", "simple_rnn_cell"].contains(&stem)
}

/// `forward_lstm` as `forward`.
fn direction(segment: &str) -> &str {
    for word in ["forward", "backward"] {
        if segment
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with('_'))
        {
            return word;
        }
    }
    segment
}

/// For each layer (a unit that other libraries take for one) in order: its path, and the group of the file that it is in.
pub(crate) fn assign<'w>(
    wanted: &'w [Wanted],
    groups: &Groups<'_>,
    layout: Layout,
    rank: &dyn Fn(&str) -> usize,
    problems: &mut Vec<Problem>,
) -> BTreeMap<&'w str, String> {
    let mut units: Vec<(&str, Vec<&Wanted>)> = Vec::new();
    for tensor in wanted {
        let (unit, _) = unit(&tensor.layer);
        match units.last_mut() {
            Some((last, tensors)) if *last == unit => tensors.push(tensor),
            _ => units.push((unit, Vec::from([tensor]))),
        }
    }
    let mut assigned = BTreeMap::new();
    for (unit, _) in &units {
        if groups.contains_key(*unit) {
            assigned.insert(*unit, unit.to_string());
        }
    }
    if layout == Layout::Native {
        return assigned;
    }
    units.retain(|(unit, _)| !assigned.contains_key(unit));
    let mut free: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (group, tensors) in groups {
        if !assigned.values().any(|taken| taken == group) {
            let look = look_of_group(tensors, rank);
            free.entry(look).or_default().push(group);
        }
    }
    let mut takers: BTreeMap<String, Vec<&'w str>> = BTreeMap::new();
    for (unit, tensors) in &units {
        takers.entry(look(tensors, layout)).or_default().push(unit);
    }
    for (look, units) in takers {
        let mut groups = free.remove(&look).unwrap_or_default();
        groups.sort_by_key(|group| natural(group));
        if let Some([first, second]) = strangers(&groups) {
            let unit = units.first().copied().unwrap_or_default();
            problems.push(Problem::of_layer(unit, format!(
                "the file has `{}` and `{}`, and nothing says which of them it is; label the layers as the file does",
                shown(first), shown(second)
            )));
            continue;
        }
        for (unit, group) in units.into_iter().zip(groups) {
            assigned.insert(unit, group.to_string());
        }
    }
    assigned
}

/// Two names that differ in more than a number, so that nothing orders them.
fn strangers<'a>(groups: &[&'a str]) -> Option<[&'a str; 2]> {
    let (first, rest) = groups.split_first()?;
    let other = rest.iter().find(|group| stem(group) != stem(first))?;
    Some([first, other])
}

/// The name without its last number: `dense_1` as `dense`.
fn stem(group: &str) -> String {
    let without = group.trim_end_matches(|c: char| c.is_ascii_digit());
    without.trim_end_matches(['_', '.']).to_string()
}

/// Orders `conv2` before `conv10`, and `dense` before `dense_1`.
fn natural(group: &str) -> (String, Option<u64>) {
    let without = group.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = group.get(without.len()..).unwrap_or_default();
    (stem(group), number.parse().ok())
}

/// Marks that tell layers apart whatever they are called, from what we want of them.
fn look(tensors: &[&Wanted], layout: Layout) -> String {
    let role = |test: fn(Role) -> bool| tensors.iter().any(|tensor| test(tensor.role));
    let both = tensors
        .iter()
        .any(|tensor| unit(&tensor.layer).1 == "backward");
    let inside = tensors
        .iter()
        .any(|tensor| unit(&tensor.layer).1 == "query");
    let bias = role(|role| matches!(role, Role::Bias));
    let rank = tensors.first().map_or(0, |tensor| tensor.axes.len());
    if inside {
        return "attention".to_string();
    }
    if role(|role| matches!(role, Role::RecurrentKernel { .. })) {
        return look_of_recurrent(both);
    }
    if role(|role| matches!(role, Role::MovingMean)) {
        return "batch norm".to_string();
    }
    if role(|role| matches!(role, Role::Gamma | Role::Beta)) {
        return "norm".to_string();
    }
    if role(|role| matches!(role, Role::Slope)) {
        return "slopes".to_string();
    }
    if role(|role| matches!(role, Role::Embeddings)) && layout == Layout::Keras {
        return "embedding".to_string();
    }
    let separable = tensors
        .iter()
        .any(|tensor| tensor.tensor == "pointwise_kernel");
    let known = tensors.iter().all(|tensor| form(tensor, layout).is_some());
    if separable {
        return "separable".to_string();
    }
    if role(|role| matches!(role, Role::Other)) || !known {
        return "no other".to_string();
    }
    look_of_weights(rank, bias)
}

fn look_of_recurrent(both: bool) -> String {
    let text = if both { "bidirectional" } else { "recurrent" };
    text.to_string()
}

fn look_of_weights(rank: usize, bias: bool) -> String {
    format!("weights of {rank} axes, bias {bias}")
}

/// The same of a group of a file.
fn look_of_group(tensors: &BTreeMap<String, &str>, rank: &dyn Fn(&str) -> usize) -> String {
    let has = |part: &str| tensors.keys().any(|name| name.contains(part));
    let is = |name: &str| tensors.contains_key(name);
    let both = has("_reverse") || has("backward.");
    if has("query.") {
        "attention".to_string()
    } else if has("weight_hh") || has("recurrent_kernel") {
        look_of_recurrent(both)
    } else if is("running_mean") || is("moving_mean") {
        "batch norm".to_string()
    } else if is("gamma") || is("beta") {
        "norm".to_string()
    } else if is("alpha") {
        "slopes".to_string()
    } else if is("embeddings") {
        "embedding".to_string()
    } else if is("pointwise_kernel") {
        "separable".to_string()
    } else {
        let kernel = ["kernel", "weight", "depthwise_kernel", "layer.kernel"];
        let found = kernel.iter().find_map(|name| tensors.get(*name));
        match found.map(|name| rank(name)) {
            Some(1) if is("bias") => "norm".to_string(),
            Some(1) => "slopes".to_string(),
            Some(rank) => look_of_weights(rank, is("bias") || is("layer.bias")),
            None => "nothing".to_string(),
        }
    }
}
