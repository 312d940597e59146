use nn_core::prelude::*;

fn main() {
    let hidden = 6;
    network! { input 8; dense hidden relu; dense 4 }
    println!("{}", Net::PARAMS);
}
