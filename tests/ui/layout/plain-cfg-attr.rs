#![forbid(unsafe_code)]

nn_core::plain! {
    #[cfg_attr(all(), repr(align(8)))]
    pub struct Padded {
        pub value: f32,
    }
}

fn main() {}
