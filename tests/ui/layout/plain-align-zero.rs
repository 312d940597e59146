#![forbid(unsafe_code)]

nn_core::plain! {
    #[repr(align(8))]
    pub struct Nothing {
        pub values: [f32; 0],
    }
}

fn main() {}
