use crate::{Flow, Layout, Problem, Reader, Role, Wanted, read, write};
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

fn wanted(path: &str, role: Role, axes: &[usize]) -> Wanted {
    let (layer, tensor) = path.rsplit_once('.').unwrap();
    Wanted {
        layer: layer.to_string(),
        tensor: tensor.to_string(),
        role,
        axes: axes.iter().copied().map(Some).collect(),
        flattened: None,
    }
}

/// A network with a tensor of every role.
fn network() -> Vec<Wanted> {
    let (gru, lstm) = (3, 4);
    let mut wanted = vec![
        wanted("conv2d1.kernel", Role::Filters, &[3, 2, 2, 4]),
        wanted("conv2d1.bias", Role::Bias, &[4]),
        wanted("batch_norm1.gamma", Role::Gamma, &[4]),
        wanted("batch_norm1.beta", Role::Beta, &[4]),
        wanted("batch_norm1.moving_mean", Role::MovingMean, &[4]),
        wanted("batch_norm1.moving_variance", Role::MovingVariance, &[4]),
        wanted(
            "conv1d_transpose1.kernel",
            Role::TransposedFilters,
            &[3, 2, 4],
        ),
        wanted("dense1.kernel", Role::Kernel, &[6, 5]),
        wanted("dense1.bias", Role::Bias, &[5]),
        wanted("prelu1.alpha", Role::Slope, &[5]),
        wanted("embedding1.embeddings", Role::Embeddings, &[7, 3]),
        wanted("gru1.kernel", Role::GateKernel { gates: gru }, &[3, 6]),
        wanted(
            "gru1.recurrent_kernel",
            Role::RecurrentKernel { gates: gru },
            &[2, 6],
        ),
        wanted("gru1.bias", Role::GateBias { gates: gru }, &[2, 6]),
    ];
    for side in ["forward", "backward"] {
        let path = |name: &str| format!("bidirectional1.{side}.{name}");
        let gates = lstm;
        wanted.extend([
            self::wanted(&path("kernel"), Role::GateKernel { gates }, &[2, 8]),
            self::wanted(
                &path("recurrent_kernel"),
                Role::RecurrentKernel { gates },
                &[2, 8],
            ),
            self::wanted(&path("bias"), Role::GateBias { gates }, &[8]),
        ]);
    }
    wanted[7].flattened = Some([2, 3]);
    wanted
}

fn values(wanted: &[Wanted]) -> Vec<Vec<f32>> {
    let mut next = 0.0;
    let mut count = |_| {
        next += 1.0;
        next
    };
    let len = |wanted: &Wanted| wanted.axes.iter().flatten().product::<usize>();
    wanted
        .iter()
        .map(|wanted| (0..len(wanted)).map(&mut count).collect())
        .collect()
}

fn file(wanted: &[Wanted], values: &[Vec<f32>], layout: Layout) -> Vec<u8> {
    let tensors: Vec<_> = wanted
        .iter()
        .cloned()
        .zip(values.iter().map(Vec::as_slice))
        .collect();
    write(&tensors, layout).unwrap()
}

fn reader(layout: Layout) -> Reader {
    Reader {
        layout,
        finite: false,
    }
}

fn messages(bytes: &[u8], wanted: &[Wanted], layout: Layout) -> Vec<String> {
    let problems = read(bytes, wanted, reader(layout)).unwrap_err();
    problems.iter().map(Problem::to_string).collect()
}

#[test]
fn every_layout_comes_back() {
    let wanted = network();
    let values = values(&wanted);
    for layout in [Layout::Native, Layout::Keras, Layout::Torch] {
        let bytes = file(&wanted, &values, layout);
        let found = read(&bytes, &wanted, reader(layout)).unwrap();
        for ((wanted, values), found) in wanted.iter().zip(&values).zip(found) {
            assert_eq!(*values, found.values, "{layout:?} {}", wanted.path());
            let axes: Vec<_> = wanted.axes.iter().flatten().copied().collect();
            assert_eq!(axes, found.axes, "{layout:?} {}", wanted.path());
        }
    }
}

#[test]
fn torch_has_its_own_orders() {
    let wanted = network();
    let bytes = file(&wanted, &values(&wanted), Layout::Torch);
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<String> = file
        .iter()
        .map(|(name, view)| format!("{name} {:?}", view.shape()))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "batch_norm1.bias [4]",
            "batch_norm1.running_mean [4]",
            "batch_norm1.running_var [4]",
            "batch_norm1.weight [4]",
            "bidirectional1.bias_hh_l0 [8]",
            "bidirectional1.bias_hh_l0_reverse [8]",
            "bidirectional1.bias_ih_l0 [8]",
            "bidirectional1.bias_ih_l0_reverse [8]",
            "bidirectional1.weight_hh_l0 [8, 2]",
            "bidirectional1.weight_hh_l0_reverse [8, 2]",
            "bidirectional1.weight_ih_l0 [8, 2]",
            "bidirectional1.weight_ih_l0_reverse [8, 2]",
            "conv1d_transpose1.weight [4, 2, 3]",
            "conv2d1.bias [4]",
            "conv2d1.weight [4, 2, 3, 2]",
            "dense1.bias [5]",
            "dense1.weight [5, 6]",
            "embedding1.weight [7, 3]",
            "gru1.bias_hh_l0 [6]",
            "gru1.bias_ih_l0 [6]",
            "gru1.weight_hh_l0 [6, 2]",
            "gru1.weight_ih_l0 [6, 3]",
            "prelu1.weight [5]",
        ]
    );
    let row = |name: &str, row: usize| -> Vec<f32> {
        let view = file.tensor(name).unwrap();
        let width = view.shape()[1..].iter().product::<usize>();
        let floats = view
            .data()
            .as_chunks()
            .0
            .iter()
            .map(|chunk| f32::from_le_bytes(*chunk));
        floats.skip(row * width).take(width).collect()
    };
    let dense = &values(&wanted)[7];
    // Three pixels of two channels: first the first channel of all.
    let column: Vec<f32> = dense.chunks(5).map(|row| row[0]).collect();
    let [a, b, c, d, e, f] = column[..] else {
        panic!()
    };
    assert_eq!(row("dense1.weight", 0), [a, c, e, b, d, f]);
    // The reset gate first; ours has the update gate first.
    let gru = &values(&wanted)[11];
    assert_eq!(row("gru1.weight_ih_l0", 0), [gru[2], gru[8], gru[14]]);
    let conv = &values(&wanted)[0];
    assert_eq!(row("conv2d1.weight", 0)[..2], [conv[0], conv[8]]);
}

/// Whatever the layers are called: numbers order them.
#[test]
fn names_of_others_go_by_kind_and_number() {
    let layers = ["dense1", "dense2", "dense3"].map(|layer| {
        let kernel = wanted(&format!("{layer}.kernel"), Role::Kernel, &[2, 2]);
        let bias = wanted(&format!("{layer}.bias"), Role::Bias, &[2]);
        [kernel, bias]
    });
    let wanted = layers.concat();
    let values = values(&wanted);
    for (layout, names) in [
        (Layout::Keras, ["dense", "dense_1", "dense_10"]),
        (Layout::Keras, ["layer2", "layer9", "layer10"]),
        (Layout::Torch, ["net.0", "net.2", "net.10"]),
        (Layout::Torch, ["fc1", "fc2", "fc3"]),
    ] {
        let renamed: Vec<Wanted> = wanted
            .iter()
            .enumerate()
            .map(|(i, wanted)| Wanted {
                layer: names[i / 2].to_string(),
                ..wanted.clone()
            })
            .collect();
        let found = read(&file(&renamed, &values, layout), &wanted, reader(layout)).unwrap();
        let found: Vec<_> = found.into_iter().map(|weights| weights.values).collect();
        assert_eq!(found, values, "{names:?}");
    }
    // But nothing says whether `encoder` comes before `decoder`.
    let mut renamed = wanted[..4].to_vec();
    for (i, wanted) in renamed.iter_mut().enumerate() {
        wanted.layer = ["encoder", "decoder"][i / 2].to_string();
    }
    assert_eq!(
        messages(
            &file(&renamed, &values, Layout::Torch),
            &wanted[..4],
            Layout::Torch
        ),
        [
            "layer `dense1`: the file has `decoder` and `encoder`, and nothing says which of them it is; label the layers as the file does"
        ]
    );
}

#[test]
fn says_everything_that_does_not_fit() {
    let kernel = |axes: &[usize]| wanted("dense1.kernel", Role::Kernel, axes);
    let bias = wanted("dense1.bias", Role::Bias, &[6]);
    let good = [kernel(&[8, 6]), bias.clone()];
    let bytes = file(&good, &values(&good), Layout::Native);
    assert_eq!(
        messages(&bytes, &[kernel(&[6, 8]), bias.clone()], Layout::Native),
        [
            "layer `dense1`: `dense1.kernel` has the shape (8, 6) in the file, but the layer needs (6, 8); this is the transpose, as PyTorch keeps it: is the layout `torch`?"
        ]
    );
    assert_eq!(
        messages(
            &bytes,
            &[kernel(&[8, 7]), wanted("dense1.bias", Role::Bias, &[7])],
            Layout::Native
        ),
        [
            "layer `dense1`: `dense1.kernel` has the shape (8, 6) in the file, but the layer needs (8, 7); declare the layer with the sizes of the file, or train it anew"
        ]
    );
    let more = [
        good.to_vec(),
        vec![wanted("dense2.kernel", Role::Kernel, &[6, 1])],
    ]
    .concat();
    assert_eq!(
        messages(&bytes, &more, Layout::Native),
        [
            "layer `dense2`: the file has no tensor `dense2.kernel` for its kernel (6, 1); it has `dense1.bias`, `dense1.kernel`; with another library's names, say so: `keras` or `torch`"
        ]
    );
    assert_eq!(
        messages(&bytes, &[kernel(&[8, 6])], Layout::Native),
        [
            "the file has `bias` (6,) of `dense1`, which its layer does not ask for; declare the layer with it, or remove it from the file"
        ]
    );
    assert!(
        messages(&bytes[..50], &good, Layout::Native)[0]
            .starts_with("this is no whole safetensors file")
    );
}

#[test]
fn values_that_are_not_finite_are_refused_on_request() {
    let good = [wanted("dense1.bias", Role::Bias, &[3])];
    let bytes = file(&good, &[vec![1.0, f32::INFINITY, f32::NAN]], Layout::Native);
    assert!(read(&bytes, &good, reader(Layout::Native)).is_ok());
    let strict = Reader {
        finite: true,
        ..Reader::default()
    };
    let problems = read(&bytes, &good, strict).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "layer `dense1`: value 1 of `dense1.bias` is inf; train the network anew, with a lower learning rate"
    );
}

/// Axes that only the compiler knows are taken as they are found.
#[test]
fn unknown_axes_are_found() {
    let good = [wanted("dense1.kernel", Role::Kernel, &[8, 6])];
    let bytes = file(&good, &values(&good), Layout::Torch);
    let mut open = good.clone();
    open[0].axes = vec![None, Some(6)];
    let found = read(&bytes, &open, reader(Layout::Torch)).unwrap();
    assert_eq!(found[0].axes, [8, 6]);
}

/// Heads of an attention and multipliers of a depthwise convolution are axes of their own in Keras.
#[test]
fn axes_that_keras_splits_are_the_same_memory() {
    let theirs = [
        wanted("depthwise_conv2d1.kernel", Role::Filters, &[3, 3, 4, 2]),
        wanted("mha.query.kernel", Role::Kernel, &[5, 2, 3]),
    ];
    let values = values(&theirs);
    let bytes = file(&theirs, &values, Layout::Keras);
    let ours = [
        wanted("depthwise_conv2d1.kernel", Role::Filters, &[3, 3, 1, 8]),
        wanted("mha.query.kernel", Role::Kernel, &[5, 6]),
    ];
    let found = read(&bytes, &ours, reader(Layout::Keras)).unwrap();
    assert_eq!(found[0].values, values[0]);
    assert_eq!(found[1].axes, [5, 6]);
    let wrong = [
        ours[0].clone(),
        wanted("mha.query.kernel", Role::Kernel, &[6, 5]),
    ];
    assert_eq!(messages(&bytes, &wrong, Layout::Keras).len(), 1);
}

#[test]
fn flattened_images_are_followed() {
    let mut flow = Flow::new(false);
    assert_eq!(flow.pass("conv2d", 1, 64), None);
    assert_eq!(flow.pass("max_pool", 4, 36), None);
    assert_eq!(flow.pass("flatten", 4, 9), None);
    assert_eq!(flow.pass("dropout", 36, 1), Some([4, 9]));
    assert_eq!(flow.pass("dense", 36, 1), Some([4, 9]));
    assert_eq!(flow.pass("dense", 5, 1), None);
    let mut flow = Flow::new(false);
    flow.pass("lstm", 1, 64);
    flow.pass("flatten", 4, 64);
    assert_eq!(flow.pass("dense", 256, 1), None);
}

/// Cut anywhere, and changed at random: an error or the same network, never a panic.
#[test]
fn damaged_files_are_errors() {
    let wanted = network();
    let good = file(&wanted, &values(&wanted), Layout::Native);
    for end in 0..good.len() {
        assert!(
            read(&good[..end], &wanted, reader(Layout::Native)).is_err(),
            "{end}"
        );
    }
    let longer = [&good[..], &[0]].concat();
    assert!(read(&longer, &wanted, reader(Layout::Native)).is_err());
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 33) as usize % below
    };
    let header = 8 + u64::from_le_bytes(good[..8].try_into().unwrap()) as usize;
    for _ in 0..5_000 {
        let mut changed = good.clone();
        for _ in 0..=random(3) {
            let at = random(header);
            changed[at] = match random(3) {
                0 => random(256) as u8,
                1 => b"0123456789[]{}:,\"-."[random(19)],
                _ => changed[random(header)],
            };
        }
        for layout in [Layout::Native, Layout::Keras, Layout::Torch] {
            if let Ok(found) = read(&changed, &wanted, reader(layout)) {
                assert_eq!(found.len(), wanted.len());
            }
        }
    }
}
