use nn_core::prelude::*;

fn main() {
    let hidden = 6;
    network! {
        struct Net {
            input 8x3;
            lstm { 2 * hidden } sequence;
            residual { each dense { 2 * hidden } relu; }
            flatten;
            dense 4;
        }
    }
    println!("{}", Net::PARAMS);
}
