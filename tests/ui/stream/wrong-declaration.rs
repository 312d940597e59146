use nn_core::prelude::*;

network! { struct Net { input 3; dens 2; } }
network! { struct Other { inptu 3; dense 4; } }

fn main() {
    let mut state = State::<Net>::new();
    let _ = Net::zeros().step(&mut state, &SVector::from([1.0, 2.0, 3.0]));
    let mut state = State::<Other>::new();
    let _ = Other::zeros().step(&mut state, &SVector::from([1.0, 2.0, 3.0]));
}
