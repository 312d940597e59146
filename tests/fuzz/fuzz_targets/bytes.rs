//! `cargo +nightly fuzz run bytes --fuzz-dir tests/fuzz tests/fuzz/corpus/bytes`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nn_fuzz::bytes(data));
