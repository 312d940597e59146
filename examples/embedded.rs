//! A network in a firmware: no training, no file, no heap, no start-up.
//!
//! The weights are those that `animals` saved. The compiler has read the file, held every tensor against the declaration, and put the numbers
//! into read-only memory; here it even checks that the network still knows four crabs. Everything but `main` works without `std` and `alloc`:
//! `nn-core = { version = "…", default-features = false, features = ["weights"] }`.
//!
//!     cargo run --release --example embedded

use nn_core::prelude::*;

network! {
    /// Eight measurements in, the probability of each of four animals out.
    #[weights("examples/data/animals.safetensors")]
    pub struct Animals {
        budget { flash 1K; ram 128; macs 150; }
        input 8;
        dense 6 relu;
        dense 6 relu;
        dense 4 softmax;
    }
}

/// In flash: a pointer to it is all that is in RAM.
static NET: &Animals = Animals::TRAINED;

const NAMES: [&str; 4] = ["blue ♀", "blue ♂", "orange ♀", "orange ♂"];

/// The scale of the inputs in training: `animals` prints it.
const MEAN: [f32; 8] = [
    15.505,
    12.71,
    31.975,
    36.277_86,
    13.997_857,
    0.401_458_05,
    0.427_396_7,
    0.383_893_4,
];
const DEVIATION: [f32; 8] = [
    3.403_261_4,
    2.458_870_2,
    6.949_76,
    7.662_115,
    3.378_999_7,
    0.036_376_27,
    0.024_746_422,
    0.025_649_26,
];

/// From five measurements in millimetres to what the network was trained on: three ratios more, and all scaled.
const fn input([lobe, rear, length, width, depth]: [f32; 5]) -> [f32; 8] {
    let mut x = [
        lobe,
        rear,
        length,
        width,
        depth,
        rear / length,
        lobe / width,
        depth / width,
    ];
    let mut i = 0;
    while i < x.len() {
        x[i] = (x[i] - MEAN[i]) / DEVIATION[i];
        i += 1;
    }
    x
}

/// One crab of each kind.
const CRABS: [[f32; 5]; 4] = [
    [13.1, 11.5, 27.6, 32.6, 11.1],
    [15.0, 11.9, 32.5, 37.2, 13.6],
    [18.0, 14.9, 34.7, 39.5, 15.7],
    [16.3, 11.6, 31.6, 34.2, 14.5],
];

// A file with other weights that knew them no longer would not compile.
const _: () = {
    let mut kind = 0;
    while kind < CRABS.len() {
        assert!(Animals::TRAINED.classify_const(&input(CRABS[kind])) == kind);
        kind += 1;
    }
};

fn main() {
    println!(
        "{} bytes of weights in read-only memory, {} bytes of stack for a prediction",
        Animals::WEIGHT_BYTES,
        Animals::INFERENCE_RAM
    );
    for (crab, name) in CRABS.iter().zip(NAMES) {
        let probabilities = NET.predict(&input(*crab).into());
        let best = probabilities.imax();
        println!(
            "{name:9} taken for {:9} with probability {:.3}",
            NAMES[best], probabilities[best]
        );
    }
}
