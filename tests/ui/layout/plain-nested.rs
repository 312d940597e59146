#![forbid(unsafe_code)]

nn_core::plain! {
    #[repr(packed)]
    pub struct Packed<const N: usize> {
        pub values: [f32; N],
    }
}

nn_core::plain! {
    pub struct Around {
        pub packed: Packed<3>,
    }
}

fn main() {
    let around: Around = nn_core::plain::zeroed();
    println!("{:?}", nn_core::plain::as_slice(&around.packed));
}
