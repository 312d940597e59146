#![forbid(unsafe_code)]

nn_core::plain! {
    pub struct Counted {
        pub values: [f32; 3],
        pub count: u32,
    }
}

fn main() {}
