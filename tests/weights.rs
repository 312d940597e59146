//! Networks that leave the process and come back: files, damaged files, and a process that dies while it saves.

use nn_core::prelude::*;
use nn_core::weights::{self, Layout, Load};
use std::path::PathBuf;
use std::process::Command;

network! {
    #[derive(Clone, PartialEq, Debug)]
    pub struct Animals {
        input 8;
        dense 6 relu;
        batch_norm;
        dense 6 relu no_bias;
        dense 4 softmax;
    }
}

network! {
    pub struct Encoder { input 36; dense 5 tanh; dense 4; }
}

network! {
    /// Every kind of tensor that PyTorch has, too.
    pub struct Everything {
        input 8x8x2;
        conv2d 4 3x3;
        prelu;
        residual { conv2d 4 1x1; batch_norm; }
        depthwise_conv2d 2x2 stride 2;
        flatten;
        dropout 0.5;
        encoder: Encoder;
        reshape 4x1;
        bidirectional lstm 3 sequence;
        conv1d 4 2;
        gru 5 sequence;
        rnn 3 sequence;
        each dense 2;
        flatten;
        dense 3 softmax;
    }
}

/// A path in a folder of this test's own.
fn place(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("weights");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

fn animals(seed: u64) -> Animals {
    let mut net = Animals::init(&mut SmallRng::seed_from_u64(seed));
    net.batch_norm1.moving_mean[1] = 0.5;
    net
}

#[test]
fn a_saved_network_comes_back() {
    let (net, path) = (animals(1), place("animals.safetensors"));
    net.save(&path).unwrap();
    assert_eq!(Animals::load(&path).unwrap(), net);
    assert_eq!(*Animals::load_boxed(&path).unwrap(), net);
    let mut other = animals(2);
    other.load_into(&path).unwrap();
    assert_eq!(other, net);
    // Over an old file, too.
    animals(3).save(&path).unwrap();
    assert_eq!(Animals::load(&path).unwrap(), animals(3));
}

#[test]
fn every_layout_comes_back() {
    let net = Everything::init(&mut SmallRng::seed_from_u64(1));
    for layout in [Layout::Native, Layout::Keras, Layout::Torch] {
        let path = place(&format!("everything_{layout:?}.safetensors"));
        net.save_as(&path, layout).unwrap();
        let load = Load::new().layout(layout).finite();
        let same = Everything::load_with(&path, load).unwrap_or_else(|error| panic!("{error}"));
        let values = nn_core::plain::as_slice::<Everything>;
        assert_eq!(values(&same), values(&net), "{layout:?}");
    }
}

#[test]
fn errors_name_file_layer_tensor_and_shapes() {
    network! { struct Wider { input 8; dense 7 relu; batch_norm; dense 6 relu no_bias; dense 4 softmax; } }
    let path = place("narrow.safetensors");
    animals(1).save(&path).unwrap();
    let mut wider = Wider::init(&mut SmallRng::seed_from_u64(1));
    let before = nn_core::plain::as_slice(&wider).to_vec();
    let error = wider.load_into(&path).unwrap_err();
    assert_eq!(nn_core::plain::as_slice(&wider), before);
    let text = error.to_string();
    assert!(text.starts_with(&path.display().to_string()), "{text}");
    let first = "layer `dense1`: `dense1.kernel` has the shape (8, 6) in the file, but the layer needs (8, 7)";
    assert!(text.contains(first), "{text}");
    // One of each layer, and the kernel behind it.
    assert_eq!(error.problems().len(), 3, "{text}");

    let nowhere = place("nowhere.safetensors");
    let text = Animals::load(&nowhere).unwrap_err().to_string();
    assert!(text.contains("nowhere.safetensors: "), "{text}");
    let text = animals(1)
        .save(place("no/folder.safetensors"))
        .unwrap_err()
        .to_string();
    assert!(text.contains("folder.safetensors: "), "{text}");
}

/// Two layers whose weights changed places.
#[test]
fn swapped_layers_are_refused() {
    network! { struct There { input 8; a: dense 6; b: dense 3; } }
    network! { struct Back { input 6; b: dense 6; a: dense 3; } }
    let bytes = weights::to_safetensors(&There::zeros(), Layout::Native).unwrap();
    let mut back = Back::zeros();
    assert!(weights::read_safetensors(&mut back, &bytes, Load::new()).is_err());
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let path = place("large.safetensors");
    let file = std::fs::File::create(&path).unwrap();
    // Sparse: nothing is written.
    file.set_len(10 << 30).unwrap();
    let text = Animals::load(&path).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(text.contains("has more than"), "{text}");
}

/// Not a test of its own: the process that [`a_killed_process_leaves_a_whole_file`] kills.
#[test]
fn saving_for_ever() {
    let Ok(path) = std::env::var("SAVE_FOR_EVER") else {
        return;
    };
    let nets = [animals(1), animals(2)];
    for net in nets.iter().cycle() {
        net.save(&path).unwrap();
    }
}

/// A thousand times, at a moment of chance: the old file or the new one, never a part.
#[test]
fn a_killed_process_leaves_a_whole_file() {
    let path = place("killed.safetensors");
    let nets = [animals(1), animals(2)];
    nets[0].save(&path).unwrap();
    let mut rng = SmallRng::seed_from_u64(1);
    let mut seen = [0, 0];
    for _ in 0..1000 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "saving_for_ever"])
            .env("SAVE_FOR_EVER", &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(
            rng.random_range(1000..9000),
        ));
        child.kill().unwrap();
        child.wait().unwrap();
        let net = Animals::load(&path).unwrap_or_else(|error| panic!("{error}"));
        let which = nets.iter().position(|one| *one == net);
        seen[which.unwrap()] += 1;
    }
    assert!(
        seen[0] > 0 && seen[1] > 0,
        "it never came to save: {seen:?}"
    );
}
