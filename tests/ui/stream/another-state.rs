use nn_core::prelude::*;

network! { struct Net { input 3; dense 2; } }
network! { struct Other { input 3; dense 4; } }

fn main() {
    let mut state = State::<Other>::new();
    let _ = Net::zeros().step(&mut state, &SVector::zeros());
}
