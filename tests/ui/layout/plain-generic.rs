#![forbid(unsafe_code)]

nn_core::plain! {
    #[repr(align(32))]
    pub struct Padded<const N: usize> {
        pub values: [f32; N],
    }
}

const _: usize = nn_core::plain::len::<Padded<3>>();

fn main() {}
