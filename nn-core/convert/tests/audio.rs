//! The declarations in `tests/converted` that audio plugins' files became, compiled with their weights, give what was recorded.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails is the test")]

use nn_core::prelude::*;
use safetensors::SafeTensors;
use std::path::{Path, PathBuf};

macro_rules! converted {
    ($($module:ident)*) => {$(
        #[allow(missing_docs, unreachable_pub, reason = "as it was written")]
        mod $module {
            include!(concat!("converted/", stringify!($module), ".rs"));
        }
    )*};
}

converted! { conv conv2d dense convtranspose gru gru1d grutorch lstm lstm1d lstmtorch aidax guitarmllstm guitarmlgru nam namstandard }

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// The numbers of a recorded file, one row for each line.
fn rows(name: &str) -> Vec<Vec<f32>> {
    let text = std::fs::read_to_string(folder("files").join(name)).unwrap();
    let row = |line: &str| {
        line.split(',')
            .map(|number| number.trim().parse().unwrap())
            .collect()
    };
    text.lines().map(row).collect()
}

fn same(found: f32, wanted: f32, name: &str) {
    let near = (found - wanted).abs() <= 1e-5 * wanted.abs().max(1.0);
    assert!(near, "{name}: {found} instead of {wanted}");
}

/// Both recordings of a name.
fn record(name: &str) -> [Vec<Vec<f32>>; 2] {
    ["x", "y"].map(|end| rows(&format!("{name}_{end}_python.csv")))
}

/// Whole inputs, one after the other, give whole outputs.
fn at_once<N: Network>(net: &N, name: &str) {
    let [inputs, outputs] = record(name).map(|rows| rows.concat());
    assert_eq!(inputs.len() * N::OUTPUT, outputs.len() * N::INPUT, "{name}");
    for (input, wanted) in inputs
        .chunks_exact(N::INPUT)
        .zip(outputs.chunks_exact(N::OUTPUT))
    {
        let mut x = nn_core::plain::zeroed::<N::Input>();
        x.values_mut().copy_from_slice(input);
        let y = nn_core::predict(net, &x);
        for (found, wanted) in y.values().iter().zip(wanted) {
            same(*found, *wanted, name);
        }
    }
}

/// A stream of any length, sample by sample.
macro_rules! streamed {
    ($net:expr, $state:expr, $record:expr, $name:expr) => {{
        let ([inputs, outputs], mut state) = ($record, $state);
        assert_eq!(inputs.len(), outputs.len());
        for (input, wanted) in inputs.iter().zip(&outputs) {
            let y = $net.step(&mut state, &SVector::from_row_slice(input));
            same(y[0], wanted[0], $name);
        }
    }};
}

#[test]
fn rtneural() {
    at_once(conv::Conv::TRAINED, "conv");
    at_once(conv2d::Conv2d::TRAINED, "conv2d");
    at_once(dense::Dense::TRAINED, "dense");
    streamed!(conv::Conv::TRAINED, State::new(), record("conv"), "conv");
    streamed!(gru::Gru::TRAINED, State::new(), record("gru"), "gru");
    streamed!(
        gru1d::Gru1d::TRAINED,
        State::new(),
        record("gru_1d"),
        "gru_1d"
    );
    streamed!(lstm::Lstm::TRAINED, State::new(), record("lstm"), "lstm");
    streamed!(
        lstm1d::Lstm1d::TRAINED,
        State::new(),
        record("lstm_1d"),
        "lstm_1d"
    );
}

#[test]
fn pytorch() {
    streamed!(
        grutorch::GruTorch::TRAINED,
        State::new(),
        record("gru_torch"),
        "gru_torch"
    );
    streamed!(
        lstmtorch::LstmTorch::TRAINED,
        State::new(),
        record("lstm_torch"),
        "lstm_torch"
    );
    // Recorded with the channels first.
    let [inputs, outputs] = record("convtranspose1d_torch");
    let net = convtranspose::Convtranspose::TRAINED;
    let y = net.predict(&SMatrix::from_fn(|channel, step| inputs[channel][step]));
    for (filter, row) in outputs.iter().enumerate() {
        for (step, wanted) in row.iter().enumerate() {
            same(y[(filter, step)], *wanted, "convtranspose");
        }
    }
}

#[test]
fn guitars() {
    streamed!(
        aidax::Aidax::TRAINED,
        State::new(),
        record("aidax"),
        "aidax"
    );
    streamed!(
        guitarmllstm::GuitarmlLstm::TRAINED,
        State::new(),
        record("guitarml_lstm"),
        "guitarml_lstm"
    );
    streamed!(
        guitarmlgru::GuitarmlGru::TRAINED,
        State::new(),
        record("guitarml_gru"),
        "guitarml_gru"
    );
}

/// The recording of a NAM file, which begins with the state in the file.
fn nam_record(name: &str) -> [Vec<Vec<f32>>; 2] {
    let bytes = std::fs::read(folder("files").join(format!("{name}.io.safetensors"))).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    ["input", "output"].map(|key| {
        let view = file.tensor(key).unwrap();
        let (floats, _) = view.data().as_chunks();
        floats
            .iter()
            .map(|bytes| vec![f32::from_le_bytes(*bytes)])
            .collect()
    })
}

#[test]
fn nam_begins_with_the_files_state() {
    streamed!(
        nam::Nam::TRAINED,
        nam::Nam::start(),
        nam_record("reference_lstm"),
        "nam"
    );
    streamed!(
        namstandard::NamStandard::TRAINED,
        namstandard::NamStandard::start(),
        nam_record("reference_lstm_standard"),
        "nam_standard"
    );
}
