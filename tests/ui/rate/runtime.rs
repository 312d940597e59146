use nn_core::prelude::*;

fn network(rate: f64) -> usize {
    network! { input 8; dropout { rate }; dense 4 }
    Net::PARAMS
}

fn main() {
    println!("{}", network(0.5));
}
