//! The benches' references are themselves correct: they learn, and their probabilities add up to one.
//! `cargo bench` does not run tests, so they are run from here.

#[path = "../benches/reference/mod.rs"]
mod reference;
