#![forbid(unsafe_code)]

nn_core::plain! {
    #[repr(align(64))]
    pub struct Padded {
        pub values: [f32; 3],
    }
}

fn main() {}
