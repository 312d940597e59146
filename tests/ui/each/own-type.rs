use nn_core::prelude::*;

type Wide = nn_core::layer::Dense<4, 2>;
type Whole = nn_core::layer::Flatten<SMatrix<f32, 3, 2>, 6>;

const STEPS: usize = 10;

network! {
    struct Net {
        input STEPS x 3;
        each Wide;
    }
}

network! {
    struct Other {
        input 10x3;
        each Whole;
    }
}

fn main() {}
