//! Declarations where no name can be taken for granted: no prelude, no `unsafe`, every lint on, `nn-core` under another
//! name, and types around them that are called like everything generated code might mention.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, missing_debug_implementations)]
#![deny(clippy::all, clippy::pedantic)]

::my_nn::plain! {
    /// A layer's parameters, in a crate that forbids `unsafe`.
    #[derive(::core::fmt::Debug)]
    pub struct Scale<const N: usize> {
        /// The factors.
        pub factor: [::core::primitive::f32; N],
    }
}

/// Two named networks and an anonymous one, a nested one and one whose labels are the names that generated code uses.
pub mod shadowed {
    #![allow(missing_docs, non_camel_case_types, missing_debug_implementations)]

    macro_rules! shadow {
        ($($name:ident)*) => { $(pub struct $name;)* };
    }
    shadow! {
        Option Result Some None Ok Err Box Vec String Sized Clone Copy Default Debug Self_ Layer Network Context Visitor Simd Rng
        Plain Zeroed Row Summary Dense Dropout Flatten Relu Softmax SMatrix SVector Tape Gradient Step S B L R X
        bool f32 f64 i64 u8 u64 usize str
    }
    /// Modules that look like crates.
    pub mod core {}
    pub mod std {}
    pub mod alloc {}
    pub mod nn_core {}
    pub mod nalgebra {}

    const N: ::core::primitive::usize = 5;
    const RATE: ::core::primitive::f64 = 0.5;

    ::my_nn::network! {
        /// Derived traits by their full paths.
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::marker::Copy)]
        pub struct Animals {
            input N;
            dense { N * 2 } relu init he_normal l2 1e-4;
            dropout RATE;
            output: dense 3 leaky_relu 0.1 no_bias;
            softmax;
        }
    }
    ::my_nn::network! { input 8 x N x 3; flatten; dense 4 no_bias; Nested; activation sigmoid }
    ::my_nn::network! { struct Nested { input 4; dense N; } }
    ::my_nn::network! {
        pub(crate) struct Labels {
            input 4;
            x: dense N;
            input: dense 3;
            simd: dense 3;
            tape: dense 4;
            gradient: dense 2;
            context: dense 2;
            rng: dense 2;
            penalty: dense 2;
            wanted: dense 2;
            network: dense 2;
        }
    }

    /// Runs all of them.
    #[must_use]
    pub fn parameters() -> ::core::primitive::usize {
        let mut rng =
            <::my_nn::rand::rngs::SmallRng as ::my_nn::rand::SeedableRng>::seed_from_u64(1);
        let animals = Animals::init(&mut rng);
        let _ = animals.predict(Animals::input(&[0.5; 5]));
        let _ = Net::boxed(&mut rng).predict(Net::input(&[0.5; 120]));
        Animals::PARAMS + Net::PARAMS + Labels::PARAMS + Nested::PARAMS
    }
}

#[cfg(test)]
mod tests {
    #[::core::prelude::v1::test]
    fn networks_work_whatever_is_around_them() {
        ::core::assert_eq!(
            crate::shadowed::parameters(),
            5 * 10
                + 10
                + 10 * 3
                + (120 * 4 + 4 * 5 + 5)
                + (4 * 5 + 5 + 5 * 3 + 3 + 3 * 3 + 3 + 3 * 4 + 4 + 4 * 2 + 2 + 5 * 6)
                + 25
        );
    }
}
