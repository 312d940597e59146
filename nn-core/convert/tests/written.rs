//! Networks of every layer, written as ONNX, give in ONNX Runtime what they give here. `NN_PYTHON` is a Python with `onnxruntime` and
//! `onnx`; where there is none, only what is written is read again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails is the test")]

use nn_convert::{Format, Options, model, onnx, read, read_bytes, read_declaration};
use nn_core::plain::zeroed;
use nn_core::prelude::*;
use nn_core::weights::{self, Layout, Load};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Samples of each network.
const ROWS: usize = 3;

macro_rules! networks {
    ($($name:ident { $($body:tt)* })*) => {
        $(network! {
            #[allow(missing_docs, reason = "its statements are above")]
            pub struct $name { $($body)* }
        })*

        /// Writes all of them into a folder.
        fn write_all(folder: &Path) {
            $(write::<$name>(folder, stringify!($name), stringify!($($body)*));)*
        }
    };
}

networks! {
    Mlp { input 5; dense 6 relu6; batch_norm; dense 4 no_bias; layer_norm epsilon 1e-5; dense 3 softmax }
    Smooth {
        input 6; concat {
            { dense 3 log_sigmoid; } { dense 3 tanh; } { dense 3 softplus 2; } { softplus; } { softsign; } { dense 3 squareplus; }
            { dense 3 exponential; } { silu; } { dense 3 gelu; } { gelu_tanh; } { mish; } { sigmoid; } { dense 4 softmax; } { log_softmax; }
        }
    }
    Rectified {
        input 6; dense 6; concat {
            { leaky_relu; } { leaky_relu 0.1; } { relu; } { dense 5 relu6; } { elu; } { dense 3 elu 0.5; } { selu; } { celu 0.5; } { prelu; }
            { hard_sigmoid; } { hard_silu; } { hard_tanh; } { soft_shrink 0.1; } { hard_shrink; } { tanh_shrink; } { dense 3 linear; }
        }
    }
    Image {
        input 9x8x2; conv2d 4 3x3 pad same stride 2 relu; batch_norm no_scale; depthwise_conv2d 3 pad 1 multiplier 2; separable_conv2d 6 3x2 pad same tanh;
        max_pool 2x2 stride 1 pad same; conv2d 4 2 groups 2 dilation 2 pad 1x2 no_bias; avg_pool 2 stride 1 pad 1; upsample 2x1; zero_pad top 1 right 2;
        each dense 3 relu; flatten; dense 2
    }
    Decoder {
        input 6; dense 8; reshape 2x2x2; conv2d_transpose 3 3 stride 2 pad same relu; conv2d_transpose 2 3 stride 2 pad 1 output_padding 1;
        conv2d_transpose 2 2 stride 3; conv2d_transpose 1 3x2 sigmoid
    }
    Sequence {
        input 10x3; conv1d 4 3 pad causal dilation 2 tanh; batch_norm torch; depthwise_conv1d 3; separable_conv1d 5 2 pad same; max_pool 2; zero_pad before 1;
        conv1d_transpose 2 3 stride 2; avg_pool 3 stride 2 pad same; global_max_pool
    }
    Recurrent { input 6x3; rnn 4 relu sequence; lstm 5 sequence; gru 4 sequence; gru 3 reset_before sequence no_bias; lstm 4 }
    Backwards { input 5x2; lstm 3 sequence backwards; gru 3 softsign recurrent_activation hard_sigmoid sequence; rnn 2 backwards no_bias }
    Both {
        input 5x2; bidirectional lstm 3 sequence; bidirectional gru 2 sum sequence; bidirectional rnn 3 ave sequence; bidirectional lstm 2 mul sequence;
        bidirectional gru 2
    }
    Attentive { input 5x6; residual { layer_norm; multi_head_attention 2 4 causal; } multi_head_attention 3 2 value 5 no_bias; global_avg_pool }
    Indices { input 4; embedding 3 5; flatten; dense 2 }
    Blocks {
        input 6x5x2; concat { { conv2d 3 1 relu; } {} { conv2d 2 3 pad same; batch_norm; } } residual { conv2d 7 3 pad 1; relu; }
        multiply { { conv2d 4 1; } { conv2d 4 1 sigmoid; } } add { {} { add { { conv2d 4 1; } { tanh; } {} } } } flatten; dropout 0.5;
        concat { { dense 2; } { dense 3 relu; } }
    }
}

/// The network `declaration` with random weights: as ONNX, and with inputs and outputs beside it.
fn write<N: Network>(folder: &Path, name: &str, declaration: &str) {
    let mut rng = SmallRng::seed_from_u64(name.len() as u64);
    let path = folder.join(format!("{name}.safetensors"));
    let bytes = random::<N>(&mut rng);
    std::fs::write(&path, &bytes).unwrap();
    let net: N = weights::load(&path, Load::new()).unwrap_or_else(|error| panic!("{error}"));
    let declaration = format!("struct {name} {{ {declaration} }}");
    let found = model(&declaration, &bytes, &Options::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let written = onnx(&found).unwrap_or_else(|error| panic!("{name}: {error}"));
    std::fs::write(folder.join(format!("{name}.onnx")), &written).unwrap();
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        let mut x = zeroed::<N::Input>();
        x.values_mut().fill_with(|| match name {
            "Indices" => f32::from(rng.random_range(0..3_u8)),
            _ => rng.random_range(-1.0..1.0),
        });
        outputs.extend_from_slice(nn_core::predict(&net, &x).values());
        inputs.extend_from_slice(x.values());
    }
    assert!(outputs.iter().all(|value| value.is_finite()), "{name}");
    let record = serde_json::json!({ "input": inputs, "output": outputs });
    std::fs::write(folder.join(format!("{name}.json")), record.to_string()).unwrap();
}

/// A file of random weights; variances are positive.
fn random<N: Network>(rng: &mut SmallRng) -> Vec<u8> {
    let mut bytes = weights::to_safetensors(&zeroed::<N>(), Layout::Native).unwrap();
    let start = bytes.as_ptr() as usize;
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let place = |view: &TensorView<'_>| (view.data().as_ptr() as usize - start, view.data().len());
    let places: Vec<_> = file
        .iter()
        .map(|(name, view)| (name.ends_with("variance"), place(&view)))
        .collect();
    for (positive, (at, len)) in places {
        for value in bytes[at..at + len].as_chunks_mut().0 {
            let random: f32 = rng.random_range(-0.6..0.6);
            *value = if positive { random.abs() + 0.1 } else { random }.to_le_bytes();
        }
    }
    bytes
}

/// A Python that has ONNX Runtime, if there is one.
fn python() -> Option<String> {
    let python = std::env::var("NN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let known = Command::new(&python)
        .args(["-c", "import onnx, onnxruntime"])
        .output();
    if known.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    println!("onnxruntime cannot be had here; left out");
    None
}

/// Runs a script on a folder.
fn run(python: &str, script: &str, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(script);
    let output = Command::new(python)
        .arg(script)
        .arg(folder)
        .output()
        .unwrap();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    print!("{}", text.concat());
    assert!(output.status.success(), "{}", text.concat());
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn onnx_runtime_gives_our_outputs() {
    let folder = folder("written");
    write_all(&folder);
    write_converted(&folder);
    if let Some(python) = python() {
        run(&python, "onnx_runtime.py", &folder);
    }
}

/// Networks that other libraries recorded, as ONNX, with what was recorded.
fn write_converted(folder: &Path) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for (module, record) in [
        ("image", "image"),
        ("sequence", "sequence"),
        ("text", "text"),
        ("blocks", "blocks"),
        ("anomaly", "ad01"),
        ("resnet", "pretrainedResnet"),
    ] {
        let declaration = tests.join("converted").join(format!("{module}.rs"));
        let found = read_declaration(&declaration, &Options::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let written = onnx(&found).unwrap_or_else(|error| panic!("{module}: {error}"));
        std::fs::write(folder.join(format!("{module}.onnx")), written).unwrap();
        let bytes =
            std::fs::read(tests.join("files").join(format!("{record}.io.safetensors"))).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let [input, output] = ["input", "output"].map(|key| -> Vec<f32> {
            let view = file.tensor(key).unwrap();
            let floats = view.data().as_chunks().0.iter();
            floats.map(|bytes| f32::from_le_bytes(*bytes)).collect()
        });
        let record = serde_json::json!({ "input": input, "output": output });
        std::fs::write(folder.join(format!("{module}.json")), record.to_string()).unwrap();
    }
}

/// The idioms of exporters are read, and what was read is written and gives the same.
#[test]
fn exporters_idioms() {
    let Some(python) = python() else { return };
    let (source, again) = (folder("idioms"), folder("idioms_again"));
    run(&python, "onnx_operators.py", &source);
    let mut count = 0;
    for entry in std::fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "onnx") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let found = read(&path, &Options::default());
        if name == "gated" {
            let error = found.unwrap_err().to_string();
            assert!(
                error.contains("its result goes to several layers"),
                "{error}"
            );
            continue;
        }
        let written = onnx(&found.unwrap_or_else(|error| panic!("{error}")));
        std::fs::write(
            again.join(format!("{name}.onnx")),
            written.unwrap_or_else(|error| panic!("{name}: {error}")),
        )
        .unwrap();
        std::fs::copy(
            path.with_extension("json"),
            again.join(format!("{name}.json")),
        )
        .unwrap();
        count += 1;
    }
    assert!(count > 40, "{count}");
    run(&python, "onnx_runtime.py", &again);
}

/// Of ONNX's own cases, those that are layers of ours give what was recorded; the others are refused.
#[test]
fn onnx_own_cases() {
    let Some(python) = python() else { return };
    let source = folder("cases");
    let written = source.join("written");
    std::fs::create_dir_all(&written).unwrap();
    run(&python, "onnx_cases.py", &source);
    for entry in std::fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let found = path
            .extension()
            .and_then(|_| read(&path, &Options::default()).ok());
        if let Some(bytes) = found.and_then(|model| onnx(&model).ok()) {
            std::fs::write(written.join(path.file_name().unwrap()), bytes).unwrap();
        }
    }
    run(&python, "onnx_cases.py", &written);
}

/// Operators that exporters do not write are those that our own reader cannot say.
#[test]
fn what_is_written_can_be_read() {
    let folder = folder("read_again");
    write_all(&folder);
    for name in [
        "Mlp",
        "Image",
        "Decoder",
        "Sequence",
        "Recurrent",
        "Indices",
        "Blocks",
    ] {
        let bytes = std::fs::read(folder.join(format!("{name}.onnx"))).unwrap();
        let model = read_bytes(&bytes, Format::Onnx, &Options::default())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(onnx(&model).is_ok(), "{name}");
    }
}
