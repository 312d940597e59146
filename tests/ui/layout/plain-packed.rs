#![forbid(unsafe_code)]

nn_core::plain! {
    #[repr(packed)]
    pub struct Packed {
        pub value: f32,
    }
}

fn main() {}
