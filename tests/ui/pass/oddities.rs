//! Odd, but legal.

use nn_core::prelude::*;

const HIDDEN: usize = 6;
const RATE: f64 = 0.1;
const SLOPE: f32 = 0.01;
mod config {
    pub const WIDTH: usize = 4;
}

// No last `;`, empty statements, raw labels, labels that are words of the language.
network! {
    pub struct Labels {
        input 8;;
        r#type: dense 6;
        dense: dense 5 relu;
        input: dense 4;
        output: dense 3;
        x: dense 3;
        simd: dense 3;
        tape_output: dense 2
    }
}

// Sizes of every kind, with and without spaces.
network!(pub(crate) struct Sizes { input 4 x WIDTHx1; flatten; dense { 2 * HIDDEN } relu; dense config::WIDTH; dense 1_0; output 10 });
const WIDTH: usize = 4;

// Brackets; both ends stated; activations with parameters; options in any order.
network![struct Options { input 4x2; flatten; dense 8 -> HIDDEN leaky_relu SLOPE; dropout RATE;
    dense HIDDEN -> 4 elu 0.5 l2 1e-4 init he_normal no_bias; dense 3 l1 1e-5 bias_init constant 0.1; activation softmax; output 3; }];

mod inner {
    // A private `Net` beside another module's, all on one line.
    nn_core::network! { input 8; dense 4 softmax }
    pub fn parameters() -> usize {
        Net::PARAMS
    }
}

// A network within a network, before and after layers of other kinds, by path and with a label.
network! {
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Encoder { input 8; dense 3 tanh; }
}
network! {
    #[derive(Clone, Debug)]
    pub struct Outer {
        input 8;
        Encoder;
        dropout 0.5;
        dense 8;
        // The path as in an expression.
        path: nn_core::layer::Dense::<8, 8>;
        encoder: self::Encoder;
        relu;
        dense 3 -> 2;
    }
}

// Inside a function.
fn main() {
    network! { input 3; dense 2 }
    let _ = (Net::PARAMS, inner::parameters(), Labels::PARAMS, Sizes::PARAMS, Options::MACS);
    let net = Outer::init(&mut SmallRng::seed_from_u64(1));
    println!("{} {:?}", Outer::summary(), net.clone().predict(&SVector::zeros()));
    static ZEROS: Labels = Labels::zeros();
    let _ = ZEROS.r#type.kernel;
}

const JOINED: usize = 3;

// Sizes that only the compiler knows, behind one block and in the next.
network! {
    pub struct AfterABlock {
        input 8;
        concat { { dense JOINED; } { dense 4; } }
        residual { dense 7; }
        output 7;
    }
}
