nn_core::network! {
    #[cfg_attr(all(), derive(Clone), cfg_attr(all(), repr(align(64))))]
    pub struct Net {
        input 3;
        dense 1;
    }
}

fn main() {}
